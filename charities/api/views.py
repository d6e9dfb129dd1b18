"""`/api/v1/…`: read by holders of a key, never changed; `/api` and `/api/openapi.json` say how, to everybody."""

from collections.abc import Awaitable, Callable, Sequence
from hashlib import blake2b
from urllib.parse import urlencode
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from charities.api.asking import SENTENCES, DonationsAsked, RaisersAsked, unknown
from charities.api.document import EVENTS, PATHS, document
from charities.api.keys import Door, Holder
from charities.api.reading import Reader
from charities.api.shapes import Donation, Donations, Pages, Raiser, Shape, Teams
from fundraising.funds.models import FundKind
from fundraising.store.database import connection, snapshot
from fundraising.web.cache import Kept, Shown
from fundraising.web.forms import understood
from fundraising.web.pages import Pages as Workshop
from fundraising.web.pages import pages_of

LOOKED = """
insert into donor_look (charity_id, person_id, what, rows, at)
select $1, $2, left($3, 120), $4, now() where not exists (
  select from donor_look where charity_id = $1 and what = left($3, 120) and at > now() - interval '1 day'
)
"""
NOBODY = UUID(int=0)
Answer = Callable[[Request, Holder], Awaitable[Shape]]
FOR_ANYBODY: dict[str, str | None] = {
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
}


def _base(request: Request) -> str:
    return pages_of(request).settings.base_url


async def _charity(request: Request, holder: Holder) -> Shape:
    async with connection() as asking:
        return await Reader(asking, _base(request), holder.fund_id).totals()


async def _pages(request: Request, holder: Holder) -> Shape:
    asked = understood(RaisersAsked, request.query_params, SENTENCES)
    async with snapshot() as asking:
        reader = Reader(asking, _base(request), holder.fund_id)
        found = await reader.pages(asked.after, asked.since, asked.limit + 1)
        unnamed = await reader.unnamed(FundKind.RUNNER)
    return Pages(data=found[: asked.limit], next=_next(request, found, asked.limit), unnamed=unnamed)


async def _teams(request: Request, holder: Holder) -> Shape:
    asked = understood(RaisersAsked, request.query_params, SENTENCES)
    async with snapshot() as asking:
        reader = Reader(asking, _base(request), holder.fund_id)
        found = await reader.teams(asked.after, asked.since, asked.limit + 1)
        unnamed = await reader.unnamed(FundKind.TEAM)
    return Teams(data=found[: asked.limit], next=_next(request, found, asked.limit), unnamed=unnamed)


async def _donations(request: Request, holder: Holder) -> Shape:
    """The first time in a day that a key sees donors is written down where finance partners read it."""
    asked = understood(DonationsAsked, request.query_params, SENTENCES)
    async with connection() as asking:
        reader, after = Reader(asking, _base(request), holder.fund_id), (asked.since, NOBODY)
        if asked.after is not None:
            paid_at = await reader.paid_at(asked.after)
            if paid_at is None:
                raise unknown(asked.after)
            after = (paid_at, asked.after)
        found = await reader.donations(after, asked.since, asked.limit + 1)
        if found:
            what = f"donations, by the program with the key “{holder.key_name}”"
            await asking.execute(LOOKED, holder.charity_id, holder.made_by, what, min(len(found), asked.limit))
    return Donations(data=found[: asked.limit], next=_next(request, found, asked.limit))


def _next(request: Request, found: Sequence[Raiser | Donation], limit: int) -> str | None:
    """The address of those that follow: what was asked, after the last one shown."""
    if len(found) <= limit:
        return None
    asked = {name: value for name, value in request.query_params.items() if name in ("since", "limit")}
    return f"{_base(request)}{request.url.path}?{urlencode(asked | {'after': str(found[limit - 1].id)})}"


def _answering(door: Door, answer: Answer, *, donations: bool = False) -> Callable[[Request], Awaitable[Response]]:
    async def answered(request: Request) -> Response:
        holder = await door.must_hold_key(request, donations=donations)
        body = orjson.dumps((await answer(request, holder)).model_dump(mode="json"))
        tag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
        # Of one key: nobody on the way may keep it for others.
        headers = {"etag": tag, "cache-control": "private, no-cache", "vary": "Authorization"}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(body, media_type="application/json", headers=headers)

    return answered


async def _show_document(request: Request) -> Shown:
    body = orjson.dumps(document(_base(request)), option=orjson.OPT_INDENT_2).decode()
    return Shown(body, (), "application/json", headers=FOR_ANYBODY)


async def _show_guide(request: Request) -> Shown:
    """One page that a person reads in five minutes."""
    return Shown(pages_of(request).render("charities/api/guide.html", paths=PATHS, events=EVENTS), ())


def make_routes(pages: Workshop) -> list[BaseRoute]:
    """The addresses for programs, and for who writes them."""
    door = Door()
    answers: dict[str, tuple[Answer, bool]] = {
        "charity": (_charity, False),
        "pages": (_pages, False),
        "teams": (_teams, False),
        "donations": (_donations, True),
    }
    return [
        Route("/api", Kept(pages.cache, _show_guide), methods=["GET"], name="api_guide"),
        Route("/api/openapi.json", Kept(pages.cache, _show_document), methods=["GET"], name="api_document"),
        *(
            Route(f"/api/v1/{name}", _answering(door, answer, donations=donations), methods=["GET"], name=f"api_{name}")
            for name, (answer, donations) in answers.items()
        ),
    ]
