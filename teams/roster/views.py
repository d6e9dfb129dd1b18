"""The team page."""

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from fundraising.errors import NotFound
from fundraising.funds.addresses import fund_of, see_funds
from fundraising.live import snapshot
from fundraising.web.cache import Kept, Shown
from fundraising.web.pages import Pages, pages_of
from teams.roster.models import Team


async def show_team(request: Request) -> Shown:
    """A team: its total, the rows that make it, its race and its charity."""
    fund = await fund_of(request)
    taken = await snapshot.take(fund.id)
    team = await Team.get_or_none(fund_id=fund.id).prefetch_related("race__event")
    if taken is None or team is None:
        raise NotFound
    above = await see_funds([i for i in (fund.charity_id, fund.event_id) if i])
    html = pages_of(request).render(
        "teams/roster/show.html",
        live=taken,
        fund=taken.fund,
        team=team,
        captain=next((row for row in taken.rows if row.id == team.captain_id), None),
        charity=above.get(fund.charity_id or 0),
        event=above.get(fund.event_id or 0),
    )
    return Shown(html, {fund.id})


def make_routes(pages: Pages) -> list[BaseRoute]:
    """The addresses of the room."""
    return [Route("/teams/{slug}", Kept(pages.cache, show_team), methods=["GET"], name="team")]
