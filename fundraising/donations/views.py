"""The donate form of every fund, what a gift costs, and the fees page."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.donations import wording
from fundraising.donations.fees import Addition, card_fee, costs
from fundraising.donations.forms import (
    PRESETS_PENCE,
    SENTENCES,
    CharityFundedForm,
    DonateForm,
    may_have_gift_aid,
    pence,
    prepared,
)
from fundraising.donations.giving import beneficiaries, give, must_be_open, without_account
from fundraising.donations.receipt_views import find_by
from fundraising.donations.saying import said_before
from fundraising.errors import BadInput, Closed, Problem, StripeGone, TooMany
from fundraising.funds.addresses import PLACES, Seen, fund_of, see_funds
from fundraising.funds.models import FundKind
from fundraising.payments.models import PaymentState
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
Additions = Callable[[Seen, int], Awaitable[Sequence[Addition]]]
CharityFunded = Callable[[Collection[int]], Awaitable[set[int]]]  # which of some runners' funds are
TypedFor = Callable[[str, Seen], Awaitable[dict[str, str]]]  # what whoever holds a token promised to a fund, as typed


async def nothing_promised(_token: str, _fund: Seen) -> dict[str, str]:
    """Where nobody knows of promises."""
    return {}


@dataclass(frozen=True, slots=True)
class Desk:
    """What the views of this room work with.

    Args:
        charity_funded: whose place the charity pays for; handed in by the roof, as pages are above us.
        additions: what sponsors would add to a gift of so much; handed in likewise.
        promised: what somebody comes to pay; handed in likewise.
    """

    pages: Pages
    stripe: Stripe
    charity_funded: CharityFunded
    additions: Additions
    allowance: Allowance = GIVE_ALLOWANCE
    promised: TypedFor = nothing_promised


async def show_form(request: Request, desk: Desk) -> Response:
    """The form; `?amount=` fills in an amount, `?again=` what was typed before walking away from Checkout, `?pledge=`
    what was promised by result."""
    fund = await fund_of(request)
    must_be_open(fund)
    typed = {"attempt": str(new_id())}
    if amount := request.query_params.get("amount", "")[:20]:
        typed["amount"] = amount
    if token := request.query_params.get("pledge"):
        typed |= await desk.promised(token, fund)
    came_back = False
    if token := request.query_params.get("again"):
        if several := await _way_to_several(token, fund):
            return see_other(several)
        again = await _typed_before(token, fund)
        came_back, typed = bool(again), typed | again
    return await _form(request, desk, fund, typed, came_back=came_back)


async def take_form(request: Request, desk: Desk) -> Response:
    """The form, sent: on to Checkout, or back with a sentence beside what needs another look."""
    fund = await fund_of(request)
    typed = await typed_in(request)
    try:
        desk.allowance.must_let(request)
        funded = await _is_funded(desk, fund)
        looked_at = prepared(typed, is_charity_funded=funded)
        form = understood(CharityFundedForm if funded else DonateForm, looked_at, SENTENCES)
        onward = await give(desk.pages.settings, desk.stripe, fund, form)
    except (BadInput, StripeGone, TooMany, Closed) as problem:  # nothing that was typed is lost
        return await _form(request, desk, fund, typed, problem=problem)
    if is_fragment_wanted(request):
        return Response(headers={"hx-redirect": onward.to, "hx-again": onward.again, **NO_STORE})
    return see_other(onward.to)


async def _is_funded(desk: Desk, fund: Seen) -> bool:
    """Whether it matters who is related to the runner."""
    return fund.kind is FundKind.RUNNER and fund.id in await desk.charity_funded([fund.id])


async def _way_to_several(token: str, fund: Seen) -> str:
    """The form for several, when it was one of these gifts; from its receipt people come here."""
    donation = await find_by(token)
    if donation is None or donation.payment.together_id is None:
        return ""
    team_id = fund.id if fund.kind is FundKind.TEAM else fund.team_id
    teams = await see_funds([team_id]) if team_id else {}
    return f"{teams[team_id].path}/donate/several?again={token}" if team_id in teams else ""


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
    typed["amount"] = f"{donation.gift_pence / 100:.2f}".removesuffix(".00")
    return typed | await said_before(donation)


async def _form(
    request: Request,
    desk: Desk,
    fund: Seen,
    typed: Mapping[str, str],
    *,
    problem: Problem | None = None,
    came_back: bool = False,
) -> Response:
    charities = await beneficiaries(fund)
    funded = await _is_funded(desk, fund)
    shown: dict[str, Any] = {
        "fund": fund,
        "typed": typed,
        "came_back": came_back,
        "charities": charities,
        "owed": await without_account(charities, must_reach=problem is None),
        "presets": PRESETS_PENCE,
        "gift_aid_wording": wording.GIFT_AID,
        "contact_wording": wording.CONTACT,
        "updates_wording": wording.UPDATES.format(runner=fund.name) if fund.kind is FundKind.RUNNER else "",
        "asked": [("is_connected", fund.name)] if funded else [],
        **await _reckoned(desk, fund, typed),
        **outcome(problem),
    }
    name = "_form.html" if is_fragment_wanted(request) else "donate.html"
    return page(request, ROOM + name, **shown)


async def show_costs(request: Request, desk: Desk) -> Response:
    """What becomes of the amount that is being typed, as a fragment."""
    fund = await fund_of(request)
    return page(request, ROOM + "_costs.html", fund=fund, **await _reckoned(desk, fund, request.query_params))


async def _reckoned(desk: Desk, fund: Seen, typed: Mapping[str, str]) -> dict[str, Any]:
    """The costs of what is typed; of an example while nothing is; of nothing when it makes no sense."""
    looked_at = prepared(dict(typed), is_charity_funded=True)  # only there it can say that who gives is related
    is_example = not looked_at.get("amount", "").strip()
    try:
        amount = EXAMPLE_PENCE if is_example else pence(looked_at["amount"])
    except ValueError:
        return {"costs": None, "is_example": False, "additions": ()}
    reckoned = costs(amount, cover_fee="cover_fee" in looked_at, with_gift_aid=may_have_gift_aid(looked_at))
    added = await desk.additions(fund, reckoned.charged_pence)
    return {"costs": reckoned, "is_example": is_example, "additions": added}


async def show_fees(request: Request) -> Shown:
    """What a gift costs, with the worked example of £10, reckoned by the code that books it."""
    examples = [costs(1000), costs(1000, with_gift_aid=True), costs(1000, cover_fee=True, with_gift_aid=True)]
    return Shown(pages_of(request).render(ROOM + "fees.html", examples=examples, fee=card_fee()), ())


def make_routes(desk: Desk) -> list[BaseRoute]:
    """The addresses of the room."""

    async def shown(request: Request) -> Response:
        return await show_form(request, desk)

    async def taken(request: Request) -> Response:
        return await take_form(request, desk)

    async def reckoned(request: Request) -> Response:
        return await show_costs(request, desk)

    routes: list[BaseRoute] = []
    for kind, place in PLACES.items():
        below = f"/{place}/{{slug}}/donate"
        routes += [
            Route(below, by_method(shown, taken), methods=["GET", "POST"], name=f"{kind}_donate"),
            Route(f"{below}/costs", reckoned, methods=["GET"], name=f"{kind}_costs"),
        ]
    return [*routes, Route("/fees", Kept(desk.pages.cache, show_fees), methods=["GET"], name="fees")]


View = Callable[[Request], Awaitable[Response]]


def by_method(get: View, post: View) -> View:
    """One address, shown and sent to."""

    async def donate(request: Request) -> Response:
        return await (post if request.method == "POST" else get)(request)

    return donate
