"""Home and the event."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from fundraising.errors import NotFound
from fundraising.funds.addresses import SEE, fund_of, seen
from fundraising.live import snapshot
from fundraising.live.snapshot import RANKED
from fundraising.store.database import connection
from fundraising.web.cache import Kept, Shown
from fundraising.web.pages import Pages, pages_of
from teams.events.counts import count_results
from teams.events.current import find_current_event
from teams.events.models import Event
from teams.events.records import tell_records
from teams.events.standings import standing_of, standings_of

RUNNERS = f"{SEE} where f.event_id = $1 and f.kind = 'runner' and {RANKED} order by f.raised_pence desc, f.id limit $2"
CHARITIES = SEE + " where f.kind = 'charity' and f.state not in ('closed', 'hidden') order by f.name"
SHOWN_ON_EVENT = 8


async def show_home(request: Request) -> Shown:
    """The next event, or the last one when none is to come."""
    event = await find_current_event()
    if event is None:
        return Shown(pages_of(request).render("teams/events/none.html"), ())
    return await show_one(request, event, "teams/events/home.html")


async def show_event(request: Request) -> Shown:
    """An event: what, when, its races, live total, who runs, for whom."""
    fund = await fund_of(request)
    event = await Event.get_or_none(fund_id=fund.id).prefetch_related("fund")
    if event is None:
        raise NotFound
    return await show_one(request, event, "teams/events/show.html")


async def show_one(request: Request, event: Event, template: str) -> Shown:
    """An event by one of its templates."""
    taken = await snapshot.take(event.fund_id, hidden=True)  # a draft, for its organiser
    if taken is None:
        raise NotFound
    now = datetime.now(UTC)
    await event.fetch_related("races__prices", "races__day")
    standings = await standings_of([event], now)
    async with connection() as reading:
        runners = [seen(row) for row in await reading.fetch(RUNNERS, event.fund_id, SHOWN_ON_EVENT)]
        charities = [seen(row) for row in await reading.fetch(CHARITIES)]
    html = pages_of(request).render(
        template,
        live=taken,
        fund=taken.fund,
        event=event,
        races=sorted(event.races, key=lambda race: race.position),
        standings=standings,
        standing=standing_of(event, standings, now),
        now=now,
        runners=runners,
        charities=charities,
        records=await tell_records(event.id),
        has_results=(await count_results(event.id))[1] > 0,
    )
    return Shown(html, {event.fund_id})


def make_routes(pages: Pages) -> list[BaseRoute]:
    """The addresses of the room."""
    return [
        Route("/", Kept(pages.cache, show_home), methods=["GET"], name="home"),
        Route("/events/{slug}", Kept(pages.cache, show_event), methods=["GET"], name="event"),
    ]
