"""The team page, and the way to the leaderboards."""

from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from fundraising.live import snapshot
from fundraising.store.database import connection
from fundraising.web.cache import Kept, Shown
from fundraising.web.pages import Pages, pages_of
from teams.events.standing import Standing, of_race
from teams.results.reading import find_of_team
from teams.roster.boards import Boards
from teams.roster.captains import find_captains, get_team
from teams.roster.linking import public_link
from teams.roster.members import count_members
from teams.roster.models import FactKind, Team, TeamFact

ENDS = (FactKind.MERGED, FactKind.DISSOLVED)


@dataclass(frozen=True, slots=True)
class TeamStanding:
    """How a team stands today.

    Args:
        race: whether its race can be entered.
        members: how many run with it.
        room: how many more may; seats that the captain holds are nobody else's business, so that they are not told.
        ended: how it ended; None while it has not.
    """

    race: Standing
    members: int
    room: int
    ended: FactKind | None = None


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
        standing=await standing_of(team),
        captains=await find_captains(team),
        results=await find_of_team(fund.id, team.race_id),
        ask_link=await public_link(pages_of(request).settings, team),
        charity=taken.above.get(fund.charity_id or 0),
        event=taken.above.get(fund.event_id or 0),
    )
    return Shown(html, {fund.id})


async def standing_of(team: Team) -> TeamStanding:
    """How a team stands, for its page."""
    day = team.race.day
    race = of_race(team.race.event, team.race, datetime.now(UTC), day_left=day.capacity - day.taken if day else None)
    async with connection() as reading:
        members = await count_members(reading, team.fund_id)
    ended = None
    if team.ended_at is not None:
        fact = await TeamFact.filter(team=team, kind__in=ENDS).order_by("-id").first()
        ended = fact.kind if fact else FactKind.DISSOLVED
    room = max(0, team.race.most_in_team - members)
    return TeamStanding(race, members, room if race.is_open and ended is None else 0, ended)


def make_routes(pages: Pages) -> list[BaseRoute]:
    """The addresses of the room."""
    return [
        Route("/teams/{slug}", Kept(pages.cache, show_team), methods=["GET"], name="team"),
        Route("/events/{slug}/teams", Boards(pages.cache), methods=["GET"], name="event_teams"),
    ]
