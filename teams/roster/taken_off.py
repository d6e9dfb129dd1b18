"""The page of a team that was taken off the site: its captains hear of it, see why, and answer."""

import asyncpg
from starlette.requests import Request

from fundraising.moderation.views import Keeper
from teams.roster.captains import must_be_captain

OWNERS = """
select p.email from team t join person p on p.id in (t.captain_id, t.co_captain_id)
where t.fund_id = $1 and p.email is not null order by p.id = t.co_captain_id
"""


async def captain(request: Request) -> Keeper:
    """The captain or co-captain of the team."""
    desk = await must_be_captain(request)
    return Keeper(desk.asker, desk.fund, "teams/roster/desk/frame.html", {"desk": desk.path})


async def owners(reading: asyncpg.Connection, fund_id: int) -> list[str]:
    """The addresses of who leads the team with this fund; of any other nobody."""
    return [row["email"] for row in await reading.fetch(OWNERS, fund_id)]
