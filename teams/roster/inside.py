"""The page of a team for who belongs to it: a private team, or one that is not opened to everybody yet."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import NotFound
from fundraising.funds.addresses import fund_of, see_funds
from fundraising.live import snapshot
from fundraising.people.asking import must_be_signed_in
from fundraising.store.database import connection
from fundraising.web.pages import PRIVATE, page
from teams.results.reading import find_of_team
from teams.roster.captains import find_captains, get_team
from teams.roster.models import Team
from teams.roster.views import standing_of

SITS = """
select exists (select from seat s join entry e on e.id = s.entry_id
               where s.team_id = $1 and s.state = 'joined' and e.person_id = $2)
"""


async def show_inside(request: Request) -> Response:
    """The team's page, made anew for each of its members and kept by nobody; to others nothing lives there.

    Raises:
        SignInNeeded; NotFound
    """
    asker = await must_be_signed_in(request)
    fund = await fund_of(request, hidden=True)
    team = await get_team(fund)
    taken = await snapshot.take(fund.id, hidden=True)
    if taken is None or not await belongs(team, asker.id):
        raise NotFound
    above = await see_funds([one for one in (fund.charity_id, fund.event_id) if one])
    return page(
        request,
        "teams/roster/show.html",
        headers=PRIVATE,
        live=taken,
        fund=taken.fund,
        team=team,
        standing=await standing_of(team),
        captains=await find_captains(team),
        results=await find_of_team(fund.id, team.race_id),
        ask_link="",
        charity=above.get(fund.charity_id or 0),
        event=above.get(fund.event_id or 0),
    )


async def belongs(team: Team, person: int) -> bool:
    """Whether somebody leads a team, runs with it, or looks after a child who does."""
    if person in (team.captain_id, team.co_captain_id):
        return True
    async with connection() as reading:
        sits: bool = await reading.fetchval(SITS, team.id, person)
    return sits


def make_routes() -> list[BaseRoute]:
    """The address for members."""
    return [Route("/teams/{slug}/inside", show_inside, methods=["GET"], name="team_inside")]
