"""Cash that is given to a team itself: its captain looks after it, as a runner does for a page."""

from starlette.requests import Request

from fundraising.pledges.cash_views import Keeper
from teams.roster.captains import must_be_captain


async def captain(request: Request) -> Keeper:
    """The captain or co-captain of the team."""
    desk = await must_be_captain(request)
    frame = "teams/roster/desk/frame.html"
    return Keeper(desk.asker, desk.fund, f"{desk.path}/cash", frame, {"desk": desk.path})
