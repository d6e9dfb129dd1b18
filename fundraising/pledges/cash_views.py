"""The runner's desk of cash: a paper form typed in, lines looked after, cash paid in."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import BadInput, Closed, Problem
from fundraising.funds.addresses import Seen
from fundraising.funds.owning import must_own
from fundraising.people.asking import Asker
from fundraising.pledges import cash, rules
from fundraising.pledges.cash import PaidInAlready
from fundraising.pledges.forms import (
    AT_ONCE,
    MOST_FIELDS,
    SENTENCES,
    BankingForm,
    as_typed,
    chosen,
    line,
    lines,
    parts_of,
)
from fundraising.pledges.sponsoring import see_promises
from fundraising.store.ids import new_id
from fundraising.web.forms import attempt_of, typed_in, understood
from fundraising.web.pages import outcome, page, pages_of, see_other

ROOM = "fundraising/pledges/cash/"
SAID = {
    "typed": "Kept. Go on with the next lines, if there are more.",
    "changed": "The line is changed.",
    "collected": "Collected. It counts once it is paid in, and somebody else has confirmed it.",
    "dropped": "The line is dropped.",
    "paid-in": "Noted as paid in. It counts as soon as somebody else has found it at the bank.",
    "hidden": "The name is off your page.",
    "taken-back": "Taken back: the lines are collected, and can be changed or paid in again.",
}
NO_CHARITY = "This team is for no charity of its own, so nobody could say whose cash it is. Choose its charity first."


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who looks after the cash of a fund.

    Args:
        path: of the desk below the site.
        frame: the template that frames it, and what that template wants to know.
    """

    asker: Asker
    fund: Seen
    path: str
    frame: str
    framed: Mapping[str, Any]


Whose = Callable[[Request], Awaitable[Keeper]]


async def runner(request: Request) -> Keeper:
    """The runner whose page it is, or a child's parent or guardian."""
    own = await must_own(request)
    frame = "fundraising/pages/desk/frame.html"
    return Keeper(own.asker, own.fund, f"{own.fund.path}/cash", frame, {"place": "cash"})


async def show(request: Request, whose: Whose) -> Response:
    """How all the cash stands, and the forms."""
    return await _desk(request, await whose(request), {"attempt": str(new_id())})


async def _desk(
    request: Request,
    keeper: Keeper,
    typed: Mapping[str, str],
    problem: Problem | None = None,
    *,
    paying: Mapping[str, str] | None = None,
) -> Response:
    """The desk; with what was typed into the paper form, or into the paying-in slip."""
    sheet = await cash.see(keeper.fund.id)
    numbers = parts_of(typed)
    shown = outcome(problem) | {
        "sheet": sheet,
        "rows": range(max(AT_ONCE, max(numbers, default=0) + 1)),
        "typed": {"attempt": str(new_id())} | dict(typed),
        "paying": paying,
        "promises": await _promised(keeper.fund),
        "today": datetime.now(UTC).date(),
        "no_charity": "" if keeper.fund.charity_id else NO_CHARITY,
        "said": SAID.get(request.query_params.get("said", ""), ""),
    }
    return _page(request, keeper, "desk.html", shown)


async def _promised(fund: Seen) -> list[dict[str, Any]]:
    """What sponsors have promised by result, in words; their names are no secret to the runner."""
    rows = [dict(row) for row in await see_promises(fund.id)]
    return [row | {"words": rules.in_words(rules.promised_in(row), fund.currency)} for row in rows]


def _page(request: Request, keeper: Keeper, template: str, shown: Mapping[str, Any]) -> Response:
    around = {"fund": keeper.fund, "path": keeper.path, "frame": keeper.frame, **keeper.framed}
    return page(request, ROOM + template, **around, **shown)


async def take_lines(request: Request, whose: Whose) -> Response:
    """A paper form, sent: all of its lines are kept, or none, and then nothing that was typed is lost."""
    keeper, typed = await whose(request), await typed_in(request, MOST_FIELDS)
    try:
        good = lines(typed)
        await cash.add(keeper.fund.id, keeper.asker.id, attempt_of(typed.get("attempt")), good)
    except BadInput as problem:
        return await _desk(request, keeper, typed, problem)
    return _on(request, keeper, "typed", "#name-0")  # where the cursor is wanted next


async def show_line(request: Request, whose: Whose) -> Response:
    """One line, to be written anew."""
    keeper = await whose(request)
    row = await cash.get_line(keeper.fund.id, request.path_params["line"])
    return _line(request, keeper, as_typed(row))


def _line(request: Request, keeper: Keeper, typed: Mapping[str, str], problem: Problem | None = None) -> Response:
    shown = outcome(problem) | {"typed": typed, "line": request.path_params["line"]}
    return _page(request, keeper, "line.html", shown)


async def take_line(request: Request, whose: Whose) -> Response:
    """The same, sent."""
    keeper, typed = await whose(request), await typed_in(request)
    number = request.path_params["line"]
    await cash.get_line(keeper.fund.id, number)
    try:
        await cash.change(keeper.fund.id, number, keeper.asker.id, line(typed))
    except (BadInput, PaidInAlready) as problem:
        return _line(request, keeper, typed, problem)
    return _on(request, keeper, "changed")


async def collect(request: Request, whose: Whose) -> Response:
    """The promise was kept, today."""
    keeper = await whose(request)
    return await _do(request, keeper, "collected", cash.collect(keeper.fund.id, request.path_params["line"], _today()))


async def drop(request: Request, whose: Whose) -> Response:
    """It will not come."""
    keeper = await whose(request)
    return await _do(request, keeper, "dropped", cash.drop(keeper.fund.id, request.path_params["line"]))


async def take_back(request: Request, whose: Whose) -> Response:
    """The slip was wrong."""
    keeper = await whose(request)
    banking = request.path_params["banking"]
    return await _do(request, keeper, "taken-back", cash.take_back(keeper.fund.id, banking, keeper.asker.id))


async def _do(request: Request, keeper: Keeper, said: str, work: Awaitable[None]) -> Response:
    try:
        await work
    except PaidInAlready as problem:
        return await _desk(request, keeper, {}, problem)
    return _on(request, keeper, said)


async def pay_in(request: Request, whose: Whose) -> Response:
    """A paying-in slip, sent."""
    keeper, typed = await whose(request), await typed_in(request, cash.MOST_LINES)
    if not keeper.fund.charity_id:
        raise Closed(NO_CHARITY)
    try:
        form = understood(BankingForm, typed, SENTENCES)
        await cash.pay_in(keeper.fund.id, keeper.asker.id, form, chosen(typed))
    except (BadInput, PaidInAlready) as problem:
        return await _desk(request, keeper, {}, problem, paying=typed)
    return _on(request, keeper, "paid-in")


def _today() -> Any:
    return datetime.now(UTC).date()


def _on(request: Request, keeper: Keeper, said: str, to: str = "") -> Response:
    """Pages may show it: they are made anew; and on."""
    fund = keeper.fund
    pages_of(request).cache.forget([fund.id, *([fund.team_id] if fund.team_id else [])])
    return see_other(f"{keeper.path}?said={said}{to}")


def make_routes(at: str, name: str, whose: Whose) -> list[BaseRoute]:
    """The addresses of a desk.

    Args:
        at: where it lives; name: what its routes are called after.
        whose: who is let in.
    """
    views: list[tuple[str, str, str, Any]] = [
        ("", "GET", "", show),
        ("", "POST", "_type", take_lines),
        ("/lines/{line:int}", "GET", "_line", show_line),
        ("/lines/{line:int}", "POST", "_line", take_line),
        ("/lines/{line:int}/collected", "POST", "_collected", collect),
        ("/lines/{line:int}/drop", "POST", "_drop", drop),
        ("/bankings", "POST", "_pay_in", pay_in),
        ("/bankings/{banking:int}/take-back", "POST", "_take_back", take_back),
    ]
    return [
        Route(at + below, partial(view, whose=whose), methods=[method], name=name + end)
        for below, method, end, view in views
    ]
