"""`/events/{event}/results`: how everybody ran, race by race, teams by the rule that stands beneath."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from fundraising.errors import NotFound
from fundraising.funds.addresses import Seen, fund_of
from fundraising.store.database import connection
from fundraising.web.cache import Kept, PageCache, Shown
from fundraising.web.forms import INVISIBLE
from fundraising.web.pages import Pages, page, pages_of
from teams.events.models import Event
from teams.results.ranking import BY_TIME, LAST_HOME, Ran
from teams.results.reading import RaceResults, name_teams, read_event

TEMPLATE = "teams/results/show.html"
EARLIER = """
select f.name, f.slug, v.starts_at from event v join fund f on f.id = v.fund_id
where v.starts_at < $1 and f.state <> 'hidden' and exists (
  select from race r join entry e on e.race_id = r.id join result s on s.entry_id = e.id
  where r.event_id = v.id and s.official_at is not null)
order by v.starts_at desc limit 6
"""
AT_ONCE = 250  # runners of a race


async def show_results(request: Request) -> Shown:
    """Every race, as far down as a page can carry: it is kept."""
    fund, event, races = await _results(request)
    shown = [_part(race, 0) for race in races]
    html = pages_of(request).render(TEMPLATE, **await _shown(fund, event, races, shown), asked="", is_first=True)
    return Shown(html, {fund.id})


async def show_some(request: Request) -> Response:
    """Further down in one race, `?race=&from=`; or whoever is looked for by name or number, `?q=`."""
    fund, event, races = await _results(request)
    asked = " ".join(INVISIBLE.sub("", request.query_params.get("q", "")).split())[:60]
    if asked:
        found = [replace(race, runs=tuple(_found(race.runs, asked)), teams=()) for race in races]
        shown = [race for race in found if race.runs]
    else:
        start = request.query_params.get("from", "1")
        race = next((one for one in races if one.slug == request.query_params.get("race")), None)
        if race is None or not start.isdecimal() or len(start) > 6:
            raise NotFound
        first = max(int(start) - 1, 0)
        shown = [_part(race, first)]
    return page(request, TEMPLATE, **await _shown(fund, event, races, shown), asked=asked, is_first=False)


def _part(race: RaceResults, first: int) -> RaceResults:
    """The runners of a race from one position on; the teams stand before the first of them."""
    return replace(race, runs=race.runs[first : first + AT_ONCE], teams=race.teams if first == 0 else ())


async def _earlier(event: Event) -> list[dict[str, Any]]:
    """Runs before this one that have results."""
    async with connection() as reading:
        return [dict(row) for row in await reading.fetch(EARLIER, event.starts_at)]


def _found(runs: Sequence[Ran], asked: str) -> list[Ran]:
    """By a part of the name, or the whole number."""
    return [ran for ran in runs if str(ran.number) == asked or asked.casefold() in ran.name.casefold()][:AT_ONCE]


async def _results(request: Request) -> tuple[Seen, Event, list[RaceResults]]:
    fund = await fund_of(request)
    event = await Event.get_or_none(fund_id=fund.id)
    if event is None:
        raise NotFound
    return fund, event, await read_event(event.id)


async def _shown(
    fund: Seen, event: Event, races: Sequence[RaceResults], shown: Sequence[RaceResults]
) -> dict[str, Any]:
    """What the page shows; and where the list of each race goes on, by its id."""
    whole = {race.id: race for race in races}
    last = {race.id: whole[race.id].runs.index(race.runs[-1]) + 1 for race in shown if race.runs}
    return {
        "fund": fund,
        "event": event,
        "earlier": await _earlier(event),
        "races": races,
        "shown": shown,
        "further": {id_: at + 1 for id_, at in last.items() if at < len(whole[id_].runs)},
        "whole": whole,
        "teams": await name_teams(shown),
        "last_home": LAST_HOME,
        "by_time": BY_TIME,
    }


class Results:
    """The address as an ASGI endpoint: the bare page is kept, what is asked for besides is not."""

    def __init__(self, cache: PageCache) -> None:
        self._first = Kept(cache, show_results)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        request = Request(scope, receive, send)
        if request.query_params.keys() & {"race", "q"}:
            response = await show_some(request)
            await response(scope, receive, send)
        else:
            await self._first(scope, receive, send)


def make_routes(pages: Pages) -> list[BaseRoute]:
    """The address of the results."""
    return [Route("/events/{slug}/results", Results(pages.cache), methods=["GET"], name="event_results")]
