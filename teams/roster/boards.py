"""The leaderboards of an event's teams: by total, by head, by gifts, by who has a page; each with its formula.

Past the ORM and from kept totals: a million gifts weigh nothing here. Paged by key: a place is a value and an id.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import asyncpg
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from fundraising.errors import NotFound
from fundraising.funds.addresses import Seen, fund_of, path_of
from fundraising.funds.models import FundKind
from fundraising.store.database import snapshot
from fundraising.web.cache import Kept, PageCache, Shown
from fundraising.web.pages import page, pages_of
from teams.roster.members import MEMBERS

AT_ONCE = 50
TEMPLATE = "teams/roster/boards.html"


class Way(StrEnum):
    """What teams are compared by; the first is what the bare address shows."""

    TOTAL = "total"
    HEAD = "head"
    SUPPORTERS = "supporters"
    PAGES = "pages"


WAYS = tuple(Way)
VALUES: Mapping[Way, str] = {
    Way.TOTAL: "f.raised_pence",
    Way.HEAD: "case when m.members > 0 then f.raised_pence / m.members else 0 end",  # whole pence, rounded down
    Way.SUPPORTERS: "f.donations::bigint",
    Way.PAGES: "case when m.members > 0 then m.pages * 1000000 / m.members else 0 end",  # parts of a million
}
BY_MEMBERS = (Way.HEAD, Way.PAGES)  # only these have to count the members of every team
# A private team and one that keeps out are never named; either sort is summed up in a line, so that the sums still fit.
HOW = """
case when t.ended_at is not null then 'ended'
     when f.state = 'hidden' or t.is_private then 'private' when not t.on_boards then 'out' else 'listed' end
"""
SUMS = f"""
select {HOW} as how, count(*) as teams, sum(f.raised_pence)::bigint as pence
from fund f left join team t on t.fund_id = f.id where f.event_id = $1 and f.kind = 'team' group by 1
"""  # noqa: S608 - put together from constants
MADE_OF = """
select coalesce(sum(raised_pence), 0)::bigint as pence, coalesce(sum(donations), 0)::bigint as gifts
from fund where team_id = $1
"""


def _board(way: Way) -> str:
    """$1 the event, $2 how many, $3 and $4 the key to go on from: value and id."""
    counted = MEMBERS if way in BY_MEMBERS else ""
    return f"""
    with valued as (
      select f.id, {VALUES[way]} as value from fund f left join team t on t.fund_id = f.id {counted}
      where f.event_id = $1 and f.kind = 'team' and {HOW} = 'listed'
    ), ranked as (select id, value, rank() over (order by value desc) as place from valued
    ), shown as (
      select * from ranked where $3::bigint is null or value < $3 or value = $3 and id > $4::bigint
      order by value desc, id limit $2
    )
    select f.id, f.slug, f.name, f.summary, f.currency, f.colour, f.picture_id, f.raised_pence, f.donations,
           m.members, m.pages, shown.value, shown.place
    from shown join fund f on f.id = shown.id {MEMBERS} order by shown.value desc, shown.id
    """  # noqa: S608 - put together from constants


BOARDS = {way: _board(way) for way in WAYS}


@dataclass(frozen=True, slots=True)
class Placed:
    """A team on a board.

    Args:
        place: equal values share one.
        value: what it is compared by, as VALUES reckons it.
        pages: members who have a page.
    """

    id: int
    slug: str
    name: str
    summary: str
    currency: str
    colour: int
    picture_id: str | None
    raised_pence: int
    donations: int
    members: int
    pages: int
    value: int
    place: int

    @property
    def path(self) -> str:
        """Its address below the site."""
        return path_of(FundKind.TEAM, self.slug)


@dataclass(frozen=True, slots=True)
class Sum:
    """How many teams of a sort there are, and what they have raised."""

    teams: int = 0
    pence: int = 0


@dataclass(frozen=True, slots=True)
class Board:
    """One page of a leaderboard, of one instant.

    Args:
        after: the key of the next page; empty when there is none.
        of_members: what the members' pages of the first team here have raised, and how many gifts that was.
    """

    way: Way
    teams: tuple[Placed, ...]
    after: str
    listed: Sum
    private: Sum
    out: Sum
    ended: Sum
    of_members: tuple[int, int]

    @property
    def pence(self) -> int:
        """What all teams have raised, named here or not."""
        return self.listed.pence + self.private.pence + self.out.pence + self.ended.pence


async def read_board(event: int, way: Way, after: tuple[int, int] | None = None) -> Board:
    """A page of a leaderboard.

    Args:
        event: id of its fund.
        after: value and id of the last team of the page before.
    """
    async with snapshot() as reading:
        rows = await reading.fetch(BOARDS[way], event, AT_ONCE + 1, *(after or (None, None)))
        sums = {row["how"]: Sum(row["teams"], row["pence"]) for row in await reading.fetch(SUMS, event)}
        of_members = await _made_of(reading, rows[0]["id"]) if rows else (0, 0)
    teams = tuple(Placed(**row) for row in rows[:AT_ONCE])
    return Board(
        way,
        teams,
        after=f"{teams[-1].value}-{teams[-1].id}" if len(rows) > AT_ONCE else "",
        listed=sums.get("listed", Sum()),
        private=sums.get("private", Sum()),
        out=sums.get("out", Sum()),
        ended=sums.get("ended", Sum()),
        of_members=of_members,
    )


async def _made_of(reading: asyncpg.Connection, team: int) -> tuple[int, int]:
    row = await reading.fetchrow(MADE_OF, team)
    return row["pence"], row["gifts"]


async def show_board(request: Request, *, by: str) -> Shown:
    """The first page: it is kept, and looks again by itself."""
    fund = await fund_of(request)
    board = await read_board(fund.id, Way(by))
    return Shown(pages_of(request).render(TEMPLATE, **_shown(fund, board), is_first=True), {fund.id})


async def show_further(request: Request) -> Response:
    """A page further down, after a key; there are too many keys to keep them."""
    fund = await fund_of(request)
    key = re.fullmatch(r"([0-9]{1,18})-([0-9]{1,18})", request.query_params["after"], re.ASCII)
    if key is None:
        raise NotFound
    by = request.query_params.get("by", "")
    board = await read_board(fund.id, Way(by) if by in WAYS else Way.TOTAL, (int(key[1]), int(key[2])))
    return page(request, TEMPLATE, **_shown(fund, board), is_first=False)


def _shown(fund: Seen, board: Board) -> dict[str, Any]:
    return {"fund": fund, "board": board, "ways": WAYS, "at": f"{fund.path}/teams"}


class Boards:
    """`/events/{event}/teams` as an ASGI endpoint: the first page of each board is kept, those further down are not."""

    def __init__(self, cache: PageCache) -> None:
        self._first = Kept(cache, show_board, {"by": WAYS})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        request = Request(scope, receive, send)
        if "after" in request.query_params:
            response = await show_further(request)
            await response(scope, receive, send)
        else:
            await self._first(scope, receive, send)
