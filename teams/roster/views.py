"""The team page."""

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from fundraising.live import snapshot
from fundraising.web.cache import Kept, Shown
from fundraising.web.pages import Pages, pages_of
from teams.roster.captains import find_captains, get_team


async def show_team(request: Request) -> Shown:
    """A team: its total, the rows that make it, its race and its charity."""
    taken = await snapshot.take_of(request)
    fund = taken.fund
    team = await get_team(fund)
    html = pages_of(request).render(
        "teams/roster/show.html",
        live=taken,
        fund=fund,
        team=team,
        captains=await find_captains(team),
        charity=taken.above.get(fund.charity_id or 0),
        event=taken.above.get(fund.event_id or 0),
    )
    return Shown(html, {fund.id})


def make_routes(pages: Pages) -> list[BaseRoute]:
    """The addresses of the room."""
    return [Route("/teams/{slug}", Kept(pages.cache, show_team), methods=["GET"], name="team")]
