"""Who gave to a page: the runner's desk for thanking them."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import BadInput, NotFound, Problem
from fundraising.funds.owning import Own, must_own
from fundraising.pages import thanking
from fundraising.pages.thanking import AT_ONCE, MOST_CHARACTERS, count_unthanked, supporters_of, thank
from fundraising.store.database import connection
from fundraising.web.forms import Form, OneLine, typed_in, understood
from fundraising.web.pages import outcome, page, see_other

SAID = {
    "thanked": "Your thanks are on their way.",
    "hidden": "It is hidden from your page. The gift counts all the same.",
    "shown": "It is shown again, or looked at first where messages wait.",
}
IN_MEMORY = "select in_memory_of <> '' from pledge_page where id = $1"


class ThanksForm(Form):
    """Own words, as typed; none: the ready ones."""

    thanks: Annotated[str, OneLine, Field(max_length=MOST_CHARACTERS)] = ""


async def show_supporters(request: Request) -> Response:
    """Every gift to the page, and how each was thanked."""
    own = await must_own(request)
    return await _list(request, own, said=SAID.get(request.query_params.get("said", ""), ""))


async def take_thanks(request: Request) -> Response:
    """One tap, or own words; twice is once."""
    own = await must_own(request)
    gift = _uuid(request.path_params["gift"])
    typed = await typed_in(request)
    try:
        form = understood(ThanksForm, typed, {})
    except BadInput as problem:  # nothing that was typed is lost
        return await _list(request, own, gift, typed, problem)
    await thank(own, gift, form.thanks or await _ready(own))
    waiting = "waiting=1&" if "waiting" in request.query_params else ""
    return see_other(f"{own.fund.path}/supporters?{waiting}said=thanked")


async def _ready(own: Own) -> str:
    async with connection() as reading:
        in_memory = await reading.fetchval(IN_MEMORY, own.page_id)
    return thanking.READY_IN_MEMORY if in_memory else thanking.READY


async def _list(
    request: Request,
    own: Own,
    typed_for: UUID | None = None,
    typed: Mapping[str, str] | None = None,
    problem: Problem | None = None,
    *,
    said: str = "",
) -> Response:
    waiting = "waiting" in request.query_params
    before = request.query_params.get("before")
    gifts = await supporters_of(own.fund.id, waiting=waiting, before=_uuid(before) if before else None)
    return page(
        request,
        "fundraising/pages/desk/supporters.html",
        fund=own.fund,
        is_child=own.is_child,
        gifts=gifts[:AT_ONCE],
        older=gifts[AT_ONCE - 1].id.hex if len(gifts) > AT_ONCE else "",
        is_first=not before,
        waiting=waiting,
        unthanked=await count_unthanked(own.fund.id),
        ready=await _ready(own),
        most=MOST_CHARACTERS,
        said=said,
        typed_for=typed_for,
        typed=typed or {},
        **outcome(problem),
    )


def _uuid(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise NotFound from None


def make_routes() -> list[BaseRoute]:
    """The addresses of the desk."""
    at = "/pages/{slug}/supporters"
    return [
        Route(at, show_supporters, methods=["GET"], name="supporters"),
        Route(f"{at}/{{gift}}/thank", take_thanks, methods=["POST"], name="thank"),
    ]
