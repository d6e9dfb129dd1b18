"""The donate form of every fund, what a gift costs, and the fees page."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.donations import wording
from fundraising.donations.fees import card_fee, costs
from fundraising.donations.forms import ADDRESS, PRESETS_PENCE, SENTENCES, DonateForm, pence, prepared
from fundraising.donations.giving import beneficiaries, give, must_be_open
from fundraising.donations.models import Declaration
from fundraising.donations.receipt_views import find_by
from fundraising.errors import BadInput, Closed, Problem, StripeGone, TooMany
from fundraising.funds.addresses import PLACES, Seen, fund_of
from fundraising.payments.models import ConnectedAccount, PaymentState
from fundraising.payments.stripe import Stripe
from fundraising.store.ids import new_id
from fundraising.web.cache import Kept, Shown
from fundraising.web.forms import typed_in, understood
from fundraising.web.guard import Allowance
from fundraising.web.pages import NO_STORE, Pages, is_fragment_wanted, outcome, page, pages_of, see_other

GIVE_ALLOWANCE = Allowance(burst=300, per_second=5.0)  # a stadium behind one address, not a script
EXAMPLE_PENCE = 2000  # what the costs are shown of before an amount is chosen
REMEMBERED = timedelta(days=1)  # what was typed, for who walked away from Checkout; a session lives no longer
ROOM = "fundraising/donations/"


@dataclass(frozen=True, slots=True)
class Desk:
    """What the views of this room work with."""

    pages: Pages
    stripe: Stripe
    allowance: Allowance


async def show_form(request: Request) -> Response:
    """The form; `?amount=` fills in an amount, `?again=` what was typed before walking away from Checkout."""
    fund = await fund_of(request)
    must_be_open(fund)
    typed = {"attempt": str(new_id())}
    if amount := request.query_params.get("amount", "")[:20]:
        typed["amount"] = amount
    came_back = False
    if token := request.query_params.get("again"):
        again = await _typed_before(token, fund)
        came_back, typed = bool(again), typed | again
    return await _form(request, fund, typed, came_back=came_back)


async def take_form(request: Request, desk: Desk) -> Response:
    """The form, sent: on to Checkout, or back with a sentence beside what needs another look."""
    fund = await fund_of(request)
    typed = await typed_in(request)
    try:
        desk.allowance.must_let(request)
        form = understood(DonateForm, prepared(typed), SENTENCES)
        onward = await give(desk.pages.settings, desk.stripe, fund, form)
    except (BadInput, StripeGone, TooMany, Closed) as problem:  # nothing that was typed is lost
        return await _form(request, fund, typed, problem=problem)
    if is_fragment_wanted(request):
        return Response(headers={"hx-redirect": onward.to, "hx-again": onward.again, **NO_STORE})
    return see_other(onward.to)


async def _typed_before(token: str, fund: Seen) -> dict[str, str]:
    """What a supporter typed who walked away from Checkout; the token is theirs alone."""
    donation = await find_by(token)
    if donation is None or donation.payment.fund_id != fund.id or donation.payment.state is PaymentState.PAID:
        return {}
    if donation.created_at < datetime.now(UTC) - REMEMBERED:
        return {}
    typed = {
        "attempt": str(donation.payment.attempt),
        "charity": donation.payment.charity.slug if donation.payment.charity else "",
    }
    typed |= {name: getattr(donation, name) for name in ("name", "email", "message")}
    typed["amount"] = f"{donation.gift_pence / 100:.2f}".removesuffix(".00")
    ticks = {"hide_name", "hide_amount", "gift_aid", "contact_ok"}
    typed |= {name: "on" for name in ticks if getattr(donation, name)}
    if donation.cover_pence:
        typed["cover_fee"] = "on"
    if declaration := await Declaration.get_or_none(donation=donation):
        typed |= {name: getattr(declaration, name) for name in ADDRESS}
    return typed


async def _form(
    request: Request,
    fund: Seen,
    typed: Mapping[str, str],
    *,
    problem: Problem | None = None,
    came_back: bool = False,
) -> Response:
    charities = await beneficiaries(fund)
    accounts = await ConnectedAccount.filter(charity_id__in=[charity.id for charity in charities])
    own = {account.charity_id for account in accounts}
    shown: dict[str, Any] = {
        "fund": fund,
        "typed": typed,
        "came_back": came_back,
        "charities": charities,
        "owed": [charity.name for charity in charities if charity.id not in own],
        "presets": PRESETS_PENCE,
        "gift_aid_wording": wording.GIFT_AID,
        "contact_wording": wording.CONTACT,
        **_reckoned(typed),
        **outcome(problem),
    }
    name = "_form.html" if is_fragment_wanted(request) else "donate.html"
    return page(request, ROOM + name, **shown)


async def show_costs(request: Request) -> Response:
    """What becomes of the amount that is being typed, as a fragment."""
    fund = await fund_of(request)
    return page(request, ROOM + "_costs.html", fund=fund, **_reckoned(request.query_params))


def _reckoned(typed: Mapping[str, str]) -> dict[str, Any]:
    """The costs of what is typed; of an example while nothing is; of nothing when it makes no sense."""
    looked_at = prepared(dict(typed))
    is_example = not looked_at.get("amount", "").strip()
    try:
        amount = EXAMPLE_PENCE if is_example else pence(looked_at["amount"])
    except ValueError:
        return {"costs": None, "is_example": False}
    reckoned = costs(amount, cover_fee="cover_fee" in looked_at, with_gift_aid="gift_aid" in looked_at)
    return {"costs": reckoned, "is_example": is_example}


async def show_fees(request: Request) -> Shown:
    """What a gift costs, with the worked example of £10, reckoned by the code that books it."""
    examples = [costs(1000), costs(1000, with_gift_aid=True), costs(1000, cover_fee=True, with_gift_aid=True)]
    return Shown(pages_of(request).render(ROOM + "fees.html", examples=examples, fee=card_fee()), ())


def make_routes(desk: Desk) -> list[BaseRoute]:
    """The addresses of the room."""

    async def taken(request: Request) -> Response:
        return await take_form(request, desk)

    routes: list[BaseRoute] = []
    for kind, place in PLACES.items():
        below = f"/{place}/{{slug}}/donate"
        routes += [
            Route(below, _by_method(show_form, taken), methods=["GET", "POST"], name=f"{kind}_donate"),
            Route(f"{below}/costs", show_costs, methods=["GET"], name=f"{kind}_costs"),
        ]
    return [*routes, Route("/fees", Kept(desk.pages.cache, show_fees), methods=["GET"], name="fees")]


View = Callable[[Request], Awaitable[Response]]


def _by_method(get: View, post: View) -> View:
    async def donate(request: Request) -> Response:
        return await (post if request.method == "POST" else get)(request)

    return donate
