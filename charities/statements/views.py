"""The desk's page with the statement of a period, and the file with every movement in it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from charities.desk.asking import must_be_finance, must_step_up
from charities.desk.looking import note_look
from charities.desk.showing import desk_page
from charities.statements.stating import COLUMNS, movements, state
from fundraising.errors import NotFound
from fundraising.store.database import connection, snapshot
from fundraising.web.days import day_asked
from fundraising.web.pages import pages_of
from fundraising.web.sheets import ENDINGS, sheet_answer


async def show_statement(request: Request) -> Response:
    """Opening, what moved, closing; each payout beside what Stripe says is in it."""
    desk = await must_be_finance(request)
    zone, first, last, today = _period(request)
    async with snapshot() as reading:
        statement = await state(reading, desk.fund.id, zone, first, last)
        raised = await reading.fetchval("select raised_pence from fund where id = $1", desk.fund.id)
    return desk_page(
        request,
        desk,
        "statements/statement.html",
        statement=statement,
        first=first,
        last=last,
        is_to_date=last == today,
        page_pence=raised,
    )


async def hand_out(request: Request) -> Response:
    """Every movement, with the balance after it."""
    desk = await must_step_up(request)
    ending = request.path_params["ending"]
    if ending not in ENDINGS:
        raise NotFound
    zone, first, last, _ = _period(request)
    async with connection() as writing:
        await note_look(writing, desk, f"Statement {first} to {last}, as {ending.upper()}", 0)
    rows = movements(desk.fund.id, zone, first, last)
    return sheet_answer(f"{desk.fund.slug}-{first}-{last}", ending, "Statement", COLUMNS, rows)


def _period(request: Request) -> tuple[ZoneInfo, date, date, date]:
    """What the query asks for, by default this month; what it says oddly counts as not said."""
    zone = ZoneInfo(pages_of(request).settings.time_zone)
    today = datetime.now(UTC).astimezone(zone).date()
    last = min(day_asked(request.query_params, "last") or today, today)
    return zone, min(day_asked(request.query_params, "first") or last.replace(day=1), last), last, today


def make_routes() -> list[BaseRoute]:
    """The addresses of the room."""
    home = "/charities/{slug}/desk/statement"
    return [
        Route(home, show_statement, methods=["GET"], name="statement"),
        Route(home + ".{ending}", hand_out, methods=["GET"], name="statement_file"),
    ]
