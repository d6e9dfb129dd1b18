"""The charity's own Stripe account, at its desk: how it stands, and the way to Stripe."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from charities.connecting import onboarding
from charities.connecting.models import BankPayout
from charities.connecting.onboarding import DidNotAnswer, HasAnother, NotSetUp, WasRefused
from charities.connecting.standing import standing_of
from charities.desk.asking import Desk, must_be_partner, must_step_up
from charities.desk.showing import desk_page
from fundraising.errors import Problem
from fundraising.payments.models import ConnectedAccount
from fundraising.payments.owed import find_owed
from fundraising.payments.stripe import Stripe
from fundraising.store.database import connection
from fundraising.web.pages import is_fragment_wanted, outcome, pages_of, see_other

MOST_PAYOUTS = 50
SAID = {
    "back": "You are back from Stripe. This is what Stripe says now.",
    "kept": "You are back. Stripe did not answer just now: this is what it said last, and it follows by itself.",
    "again": "That way to Stripe was used already, or too old. Press once more for a new one.",
}


async def show_account(request: Request, stripe: Stripe) -> Response:
    """How it stands; whoever comes back from Stripe has it asked at once."""
    desk = await must_be_partner(request)
    if "back" in request.query_params:
        said = "back" if await onboarding.look_again(stripe, desk.fund.id) else "kept"
        return see_other(f"{desk.path}/stripe?said={said}")
    return await _show(request, desk)


async def _show(request: Request, desk: Desk, problem: Problem | None = None) -> Response:
    account = await ConnectedAccount.get_or_none(charity_id=desk.fund.id)
    shows_money = desk.is_finance and not is_fragment_wanted(request)  # which looks only at how the account stands
    said = "again" if "again" in request.query_params else request.query_params.get("said", "")
    return desk_page(
        request,
        desk,
        "connecting/account.html",
        **outcome(problem),
        account=account,
        standing=standing_of(account),
        **(await _held(desk) if shows_money else {"owed": None, "payouts": ()}),
        said=SAID.get(said, "") if problem is None else "",
    )


async def _held(desk: Desk) -> dict[str, Any]:
    """What the organiser holds, and what its bank has paid over."""
    async with connection() as reading:
        owed = await find_owed(reading, desk.fund.id)
    payouts = BankPayout.filter(charity_id=desk.charity_id).order_by("-paid_on", "-id").limit(MOST_PAYOUTS)
    return {"owed": owed, "payouts": await payouts}


async def go_to_stripe(request: Request, stripe: Stripe) -> Response:
    """Make the account if there is none, and lead on to Stripe."""
    desk = await must_step_up(request)
    try:
        return see_other(await onboarding.begin(pages_of(request).settings, stripe, desk))
    except (NotSetUp, DidNotAnswer, WasRefused, HasAnother) as problem:
        return await _show(request, desk, problem)


def make_routes(stripe: Stripe) -> list[BaseRoute]:
    """The addresses of the room."""

    async def shown(request: Request) -> Response:
        return await show_account(request, stripe)

    async def led_on(request: Request) -> Response:
        return await go_to_stripe(request, stripe)

    path = "/charities/{slug}/desk/stripe"
    return [
        Route(path, shown, methods=["GET"], name="desk_stripe"),
        Route(path, led_on, methods=["POST"], name="go_to_stripe"),
    ]
