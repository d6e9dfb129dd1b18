"""The desk's page of what can be taken away, the files, and the list of those not to write to."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from charities.desk.asking import Desk, must_be_partner, must_step_up
from charities.desk.looking import note_look
from charities.desk.parts import EVENTS
from charities.desk.showing import desk_page
from charities.exports.suppressing import suppress, suppressed
from charities.exports.tables import BY_NAME, TABLES, Period, Table, count, rows_of
from charities.models import Suppression
from fundraising.errors import NotFound
from fundraising.funds.models import FundKind
from fundraising.store.database import connection
from fundraising.web.days import day_asked
from fundraising.web.forms import typed_in
from fundraising.web.pages import pages_of, see_other
from fundraising.web.sheets import ENDINGS, sheet_answer

EVENT = "select id from fund where kind = $1 and slug = $2"
BEGUN = date(2010, 1, 1)
SAID = {"suppressed": "They are on the list. No file names them from now on."}


async def show_exports(request: Request) -> Response:
    """What there is, with each column explained."""
    desk = await must_be_partner(request)
    async with connection() as reading:
        events = await reading.fetch(EVENTS, desk.fund.id)
    return desk_page(
        request,
        desk,
        "exports/exports.html",
        tables=[table for table in TABLES if desk.is_finance or not table.holds_donors],
        events=events,
        suppressed=await Suppression.filter(charity_id=desk.charity_id).count() if desk.is_finance else 0,
        said=SAID.get(request.query_params.get("said", ""), ""),
    )


async def hand_out(request: Request) -> Response:
    """A table that names no donor."""
    return await _hand_out(request, await must_be_partner(request), holds_donors=False)


async def hand_out_donors(request: Request) -> Response:
    """A table that does: noted before the first row is handed out."""
    return await _hand_out(request, await must_step_up(request), holds_donors=True)


async def _hand_out(request: Request, desk: Desk, *, holds_donors: bool) -> Response:
    table = BY_NAME.get(request.path_params["table"])
    ending = request.path_params["ending"]
    if table is None or table.holds_donors is not holds_donors or ending not in ENDINGS:
        raise NotFound
    period = await _period(request)
    keep = await _keep(request, desk, table)
    if holds_donors:
        async with connection() as writing:
            rows = await count(writing, table, desk.fund.id, period)
            await note_look(writing, desk, f"{table.title}, as {ending.upper()}", rows)
    name = f"{desk.fund.slug}-{table.name}-{datetime.now(UTC):%Y-%m-%d}"
    columns = [column for column, _ in table.columns]
    return sheet_answer(name, ending, table.title, columns, rows_of(table, desk.fund.id, period, keep=keep))


async def _keep(request: Request, desk: Desk, table: Table) -> Callable[[Sequence[Any]], bool]:
    if table.name != "donors":
        return lambda _row: True
    is_not_wanted = await suppressed(pages_of(request).settings, desk.charity_id)
    return lambda row: not is_not_wanted(row[0])


async def _period(request: Request) -> Period:
    """What the query asks for; what it says oddly counts as not said."""
    query, zone = request.query_params, ZoneInfo(pages_of(request).settings.time_zone)
    today = datetime.now(UTC).astimezone(zone).date()
    event = None
    if slug := query.get("event"):
        async with connection() as reading:
            event = await reading.fetchval(EVENT, str(FundKind.EVENT), slug.replace("\x00", ""))
    return Period(zone, event, day_asked(query, "first") or BEGUN, min(day_asked(query, "last") or today, today))


async def take_suppressions(request: Request) -> Response:
    """Addresses that the charity must not write to, pasted."""
    desk, typed = await must_step_up(request), await typed_in(request)
    await suppress(pages_of(request).settings, desk.charity_id, typed.get("addresses", ""))
    return see_other(f"{desk.path}/exports?said=suppressed")


def make_routes() -> list[BaseRoute]:
    """The addresses of the room."""
    home = "/charities/{slug}/desk/exports"
    return [
        Route(home, show_exports, methods=["GET"], name="exports"),
        Route(home + "/not-to-write-to", take_suppressions, methods=["POST"], name="suppress"),
        Route(home + "/donors/{table}.{ending}", hand_out_donors, methods=["GET"], name="export_donors"),
        Route(home + "/{table}.{ending}", hand_out, methods=["GET"], name="export"),
    ]
