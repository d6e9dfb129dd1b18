"""The organiser's desk of cash: what was paid in and waits for a second person, and what was decided before."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import BadInput, Problem
from fundraising.funds.addresses import path_of
from fundraising.funds.models import FundKind
from fundraising.people.asking import Asker, must_be_organiser
from fundraising.pledges import confirming
from fundraising.pledges.confirming import NoCharity, NotTheSecond, Settled
from fundraising.pledges.forms import SENTENCES, ReasonForm
from fundraising.web.forms import typed_in, understood
from fundraising.web.pages import outcome, page, pages_of, see_other

PATH = "/organiser/cash"
MOST_WAITING, MOST_DONE = 100, 30
SAID = {
    "confirmed": "Confirmed. It counts, and whoever paid it in is told.",
    "refused": "Refused. Its lines are with the runner again, who is told why.",
    "returned": "It counts no more. Its lines are with the runner again, who is told why.",
}
Reasoned = Callable[[int, int, str], Awaitable[None]]


async def show(request: Request) -> Response:
    """What waits, the oldest first, with its lines; and what was decided lately."""
    return await _desk(request, await must_be_organiser(request))


async def _desk(
    request: Request, asker: Asker, typed: Mapping[str, str] | None = None, problem: Problem | None = None
) -> Response:
    waiting = [dict(row) | _about(row) for row in await confirming.see_waiting(MOST_WAITING)]
    done = [dict(row) | _about(row) for row in await confirming.see_done(MOST_DONE)]
    lines = await confirming.lines_of([one["id"] for one in (*waiting, *done)])
    return page(
        request,
        "fundraising/pledges/cash/organiser.html",
        **outcome(problem),
        waiting=waiting,
        done=done,
        lines=lines,
        asker=asker,
        typed=typed or {},
        at=request.path_params.get("banking"),
        today=datetime.now(UTC).date(),
        said=SAID.get(request.query_params.get("said", ""), ""),
    )


def _about(row: Mapping[str, object]) -> dict[str, str]:
    return {"path": path_of(FundKind(str(row["kind"])), str(row["slug"]))}


async def confirm(request: Request) -> Response:
    """It is at the bank."""
    asker = await must_be_organiser(request)
    livemode = pages_of(request).settings.livemode
    try:
        await confirming.confirm(request.path_params["banking"], asker.id, livemode=livemode)
    except (Settled, NotTheSecond, NoCharity) as problem:
        return await _desk(request, asker, problem=problem)
    return _on(request, "confirmed")


async def reason(request: Request, said: str, work: Reasoned) -> Response:
    """It is refused, or returned, and why."""
    asker, typed = await must_be_organiser(request), await typed_in(request)
    try:
        form = understood(ReasonForm, typed, SENTENCES)
        await work(request.path_params["banking"], asker.id, form.because)
    except (BadInput, Settled) as problem:
        return await _desk(request, asker, typed, problem)
    return _on(request, said)


def _on(request: Request, said: str) -> Response:
    pages_of(request).cache.forget(None)
    return see_other(f"{PATH}?said={said}")


def make_routes() -> list[BaseRoute]:
    """The addresses of the desk."""
    one = PATH + "/{banking:int}"
    refuse = partial(reason, said="refused", work=confirming.refuse)
    give_back = partial(reason, said="returned", work=confirming.give_back)
    return [
        Route(PATH, show, methods=["GET"], name="organiser_cash"),
        Route(f"{one}/confirm", confirm, methods=["POST"], name="confirm_cash"),
        Route(f"{one}/refuse", refuse, methods=["POST"], name="refuse_cash"),
        Route(f"{one}/return", give_back, methods=["POST"], name="return_cash"),
    ]
