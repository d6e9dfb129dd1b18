"""What happened in a team, newest first: who came and went, who leads it, and the money that moved with pages."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import NotFound
from fundraising.funds.addresses import fund_of, path_of
from fundraising.funds.models import FundKind
from fundraising.store.database import connection
from fundraising.web.pages import page
from teams.roster.captains import get_team
from teams.roster.models import Team

AT_ONCE = 50
EPOCH, TICK = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
KEY = re.compile(r"([0-9]{1,17})-([01])-([0-9]{1,18})", re.ASCII)
# Names are those of today, as their own pages say them; of what is hidden, or in no list, there is none.
LINES = """
select * from (
  select f.at, 0 as source, f.id, f.kind::text as kind, f.name::text as name, null::text as slug, 0::bigint as pence,
         null::text as other, null::text as other_slug, false as has_other
  from team_fact f where f.team_id = $1
  union all
  select m.at, 1, m.id, case when m.joined_id = $2 then 'came' else 'went' end,
         case when p.state <> 'hidden' and p.is_listed then p.name end,
         case when p.state <> 'hidden' and p.is_listed then p.slug end, m.raised_pence,
         case when o.state <> 'hidden' then o.name end, case when o.state <> 'hidden' then o.slug end, o.id is not null
  from fund_move m join fund p on p.id = m.fund_id
       left join fund o on o.id = case when m.joined_id = $2 then m.left_id else m.joined_id end
  where m.left_id = $2 or m.joined_id = $2
) as line
where $3::timestamptz is null or (at, source, id) < ($3, $4::int, $5::bigint)
order by at desc, source desc, id desc limit $6
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened.

    Args:
        kind: a FactKind, or `came` and `went` of a page with what it had raised.
        name: whom it is about; empty when that is not for everybody.
        path: of their page, when there is one to show.
        pence: what moved.
        other: the other team of a move; empty when there was none.
        key: from which the list goes on.
    """

    at: datetime
    kind: str
    name: str
    path: str
    pence: int
    other: str
    other_path: str
    key: str


async def tell_history(team: Team, before: str = "", most: int = AT_ONCE) -> list[Line]:
    """The lines of a team's history, newest first.

    Args:
        before: the key of the last line that was told.

    Raises:
        NotFound: when that is no key.
    """
    after = _understood(before) if before else (None, None, None)
    async with connection() as reading:
        rows = await reading.fetch(LINES, team.id, team.fund_id, *after, most)
    return [
        Line(
            at=row["at"],
            kind=row["kind"],
            name=row["name"] or "",
            path=path_of(FundKind.RUNNER, row["slug"]) if row["slug"] else "",
            pence=row["pence"],
            other=(row["other"] or "a private team") if row["has_other"] else "",
            other_path=path_of(FundKind.TEAM, row["other_slug"]) if row["other_slug"] else "",
            key=f"{(row['at'] - EPOCH) // TICK}-{row['source']}-{row['id']}",
        )
        for row in rows
    ]


def _understood(key: str) -> tuple[datetime, int, int]:
    parts = KEY.fullmatch(key)
    if parts is None:
        raise NotFound
    return EPOCH + int(parts[1]) * TICK, int(parts[2]), int(parts[3])


async def show_history(request: Request) -> Response:
    """The history of a team, for everybody; of a private team there is no page."""
    fund = await fund_of(request)
    before = request.query_params.get("before", "")
    lines = await tell_history(await get_team(fund), before, AT_ONCE + 1)
    shown = lines[:AT_ONCE]
    return page(
        request,
        "teams/roster/history.html",
        fund=fund,
        lines=shown,
        older=shown[-1].key if len(lines) > AT_ONCE else "",
        is_first=not before,
    )


def make_routes() -> list[BaseRoute]:
    """The address of the history."""
    return [Route("/teams/{slug}/history", show_history, methods=["GET"], name="team_history")]
