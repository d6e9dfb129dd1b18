"""Where the four kinds of fund live on the site, and how one is found by its address."""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import asyncpg
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fundraising.errors import NotFound, Problem
from fundraising.funds.models import FundKind
from fundraising.store.database import connection

PLACES = {FundKind.EVENT: "events", FundKind.TEAM: "teams", FundKind.RUNNER: "pages", FundKind.CHARITY: "charities"}
KINDS = {place: kind for kind, place in PLACES.items()}
PAGE = re.compile(rf"/?({'|'.join(KINDS)})/([a-z0-9-]+)(?:/.*)?")
SEE = """
select f.id, f.kind, f.slug, f.name, f.summary, f.currency, f.target_pence, f.raised_pence, f.gift_aid_pence,
       f.donations, f.version, f.state, f.closed_because, f.colour, f.picture_id, f.team_id, f.charity_id, f.event_id,
       f.is_listed, f.is_ranked, f.hidden_at,
       p.description as picture_description, p.width as picture_width, p.large_avif is not null as picture_avif
from fund f left join picture p on p.id = f.picture_id
"""
ONE = SEE + " where f.kind = $1 and f.slug = $2 and (f.state <> 'hidden' or $3)"
LEFT = """
select f.slug from old_address o join fund f on f.id = o.fund_id
where o.kind = $1 and o.slug = $2 and (f.state <> 'hidden' or $3)
"""
# A fund and those that it counts towards, in one round trip.
WITH_ABOVE = f"""{SEE}
where f.id in (select unnest(array[id, team_id, charity_id, event_id]) from fund where kind = $1 and slug = $2)
"""  # noqa: S608 - put together from constants


def path_of(kind: FundKind, slug: str) -> str:
    """The address of a fund below the site."""
    return f"/{PLACES[kind]}/{slug}"


@dataclass(frozen=True, slots=True)
class Seen:
    """A fund as pages show it."""

    id: int
    kind: FundKind
    slug: str
    name: str
    summary: str
    currency: str
    target_pence: int | None
    raised_pence: int
    gift_aid_pence: int
    donations: int
    version: int
    state: str
    closed_because: str
    colour: int
    picture_id: str | None
    team_id: int | None
    charity_id: int | None
    event_id: int | None
    picture_description: str | None
    picture_width: int | None = None
    is_listed: bool = True
    is_ranked: bool = True  # false of a page in memory of somebody: softer words
    picture_avif: bool = False  # its larger sizes are kept in AVIF too
    hidden_at: datetime | None = None  # taken off the site

    @property
    def path(self) -> str:
        """Its address below the site."""
        return path_of(self.kind, self.slug)


def seen(row: asyncpg.Record) -> Seen:
    """A row of SEE, as pages show it."""
    given = dict(row)
    return Seen(**given | {"kind": FundKind(given["kind"])})


class MovedOn(Problem):
    """It lives at another address now.

    Args:
        slug: where.
    """

    status = 308
    title = "Moved"
    sentence = "This page has moved."

    def __init__(self, slug: str) -> None:
        super().__init__()
        self.slug = slug


async def lead_on(request: Request, problem: Exception) -> Response:
    """The handler of MovedOn: from every address below the old one to the same below the new one, forms too.

    A browser does not keep it: whoever moves back would be sent in circles.
    """
    assert isinstance(problem, MovedOn)
    parts = request.url.path.split("/", 3)
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(
        "/".join([*parts[:2], problem.slug, *parts[3:]]) + query, 308, {"cache-control": "no-cache"}
    )


async def must_not_have_moved(reading: asyncpg.Connection, kind: FundKind, slug: str, *, hidden: bool = False) -> None:
    """Of an address at which nothing lives: who lived there is looked for, and whoever asks is led on.

    Raises:
        MovedOn
    """
    now = await reading.fetchval(LEFT, str(kind), slug, hidden)
    if now is not None:
        raise MovedOn(now)


async def get_fund(kind: FundKind, slug: str, *, hidden: bool = False) -> Seen:
    """The fund at an address.

    Args:
        hidden: also one that is not published, for whoever looks after it.

    Raises:
        NotFound: when nothing lives there; MovedOn: when it lives elsewhere now.
    """
    async with connection() as reading:
        row = await reading.fetchrow(ONE, str(kind), slug, hidden)
        if row is None:
            await must_not_have_moved(reading, kind, slug, hidden=hidden)
            raise NotFound
    return seen(row)


async def fund_at(typed: str) -> Seen | None:
    """The fund whose page's address somebody has pasted, with whatever stands before and below it; or None."""
    text = typed.strip()
    found = PAGE.fullmatch(urlsplit(text).path if "//" in text else text.partition("?")[0])
    if not found:
        return None
    kind = KINDS[found[1]]
    try:
        return await get_fund(kind, found[2], hidden=True)
    except MovedOn as moved:
        return await get_fund(kind, moved.slug, hidden=True)
    except NotFound:
        return None


async def see_funds(ids: list[int]) -> dict[int, Seen]:
    """Funds by id; one that does not exist is left out."""
    if not ids:
        return {}
    async with connection() as reading:
        return {row["id"]: seen(row) for row in await reading.fetch(SEE + " where f.id = any($1)", ids)}


def kind_of(request: Request) -> FundKind:
    """Which of the four kinds a request is about, by the first part of its address."""
    place = request.url.path.split("/", 2)[1]
    return next(kind for kind, name in PLACES.items() if name == place)


async def fund_of(request: Request, *, hidden: bool = False) -> Seen:
    """The fund that a request is about.

    Args:
        hidden: also one that is not published, for whoever looks after it.

    Raises:
        NotFound: when nothing lives there.
    """
    return await get_fund(kind_of(request), request.path_params["slug"], hidden=hidden)
