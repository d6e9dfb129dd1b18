"""The desk's first page: what was raised, how it comes, what to do next. Its figures look after themselves."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from charities.claims.models import Claim, ClaimState
from charities.connecting.standing import Standing, State, standing_of
from charities.desk.asking import Desk, must_be_partner
from charities.desk.parts import EVENTS
from charities.desk.showing import desk_page
from charities.overview.figures import Filters, find_first_day, take_figures
from fundraising.payments.models import ConnectedAccount
from fundraising.store.database import snapshot
from fundraising.web.days import day_asked
from fundraising.web.pages import pages_of

USUAL_DAYS = 30
NEXT = {
    State.NOT_BEGUN: "With a Stripe account of your own, gifts go straight to you.",
    State.ASKED: "Your Stripe account is begun, and waits for you.",
    State.NO_PAYOUTS: "Stripe does not pay out to your bank at the moment.",
    State.CLOSED: "Your Stripe account is closed.",
    State.DISCONNECTED: "Your Stripe account is disconnected.",
}


async def show_desk(request: Request) -> Response:
    """The whole page; `?event=`, `?first=` and `?last=` narrow it."""
    desk = await must_be_partner(request)
    zone = ZoneInfo(pages_of(request).settings.time_zone)
    today = datetime.now(UTC).astimezone(zone).date()
    async with snapshot() as reading:
        events = await reading.fetch(EVENTS, desk.fund.id)
        begun = await find_first_day(reading, desk.fund.id, zone)
        wanted = _wanted(request, {row["slug"]: row["id"] for row in events}, begun, today)
        figures = await take_figures(reading, desk.fund, zone, wanted, today)
    account = await ConnectedAccount.get_or_none(charity_id=desk.fund.id)
    return desk_page(
        request,
        desk,
        "overview/home.html",
        figures=figures,
        wanted=wanted,
        events=events,
        begun=begun,
        event_slug=next((row["slug"] for row in events if row["id"] == wanted.event), ""),
        query=request.url.query,
        has_account=account is not None and account.is_used,
        next_things=await _next_things(desk, standing_of(account)),
    )


def _wanted(request: Request, events: dict[str, int], begun: date | None, today: date) -> Filters:
    """What the query asks for; what it says oddly counts as not said. By default the last month, or less."""
    query = request.query_params
    last = min(day_asked(query, "last") or today, today)
    usual = max(begun or today, last - timedelta(days=USUAL_DAYS - 1))
    first = min(day_asked(query, "first") or usual, last)
    return Filters(events.get(query.get("event", "")), max(first, last - timedelta(days=3660)), last)


async def _next_things(desk: Desk, standing: Standing) -> Sequence[tuple[str, str, str]]:
    """What there is to do, the most pressing first: words, address, and what the link says."""
    if not desk.is_finance:
        return ()
    found: list[tuple[str, str, str]] = []
    if words := NEXT.get(standing.state) or ("Stripe asks for something." if standing.overdue or standing.due else ""):
        found.append((words, f"{desk.path}/stripe", standing.button or "See why"))
    if await Claim.exists(charity_id=desk.charity_id, state=ClaimState.DRAFT):
        found.append(("A Gift Aid claim is begun.", f"{desk.path}/gift-aid", "Finish it"))
    return found


def make_routes() -> list[BaseRoute]:
    """The addresses of the room."""
    return [Route("/charities/{slug}/desk", show_desk, methods=["GET"], name="charity_desk")]
