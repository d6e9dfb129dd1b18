"""The organiser's desk of money that is owed to charities: how much, since when, and what was paid over."""

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from charities.connecting import paying_over
from charities.connecting.forms import SENTENCES, PaidForm
from charities.connecting.models import BankPayout
from charities.desk.asking import charity_of
from charities.models import Charity
from fundraising.errors import BadInput, Problem
from fundraising.payments.models import ConnectedAccount
from fundraising.payments.owed import find_owed, list_owed
from fundraising.people.asking import is_fresh, must_be_organiser, must_be_sure_organiser
from fundraising.store.database import connection
from fundraising.web.forms import typed_in, understood
from fundraising.web.pages import outcome, page, pages_of, see_other

PATH = "/organiser/owed"
ROOM = "charities/connecting/"
FIELDS = ("amount", "reference", "paid_on")
MOST_ONWARD = 300  # no longer address is led on to
SAID = {
    "typed": "This is what you had typed. Nothing is recorded yet: press once more.",
    "paid": "Recorded. The charity has a letter with amount and reference.",
    "back": "It is owed again, and the charity has a letter.",
    "mistake": "It is taken back, and the charity has a letter. If something else was paid, record that now.",
}


async def show_owed(request: Request) -> Response:
    """Every charity for which the organiser's account has taken gifts, the largest sum first."""
    await must_be_organiser(request)
    async with connection() as reading:
        owed = await list_owed(reading)
    return page(request, ROOM + "owed.html", owed=owed)


async def show_charity(request: Request) -> Response:
    """One charity: how the sum is made, a form for what was paid, and what was paid before."""
    await must_be_sure_organiser(request)
    asked = request.query_params
    typed = {name: asked[name] for name in FIELDS if name in asked}  # by who had to show a passkey or code first
    return await _show(request, await charity_of(request), typed)


async def _show(
    request: Request, charity: Charity, typed: Mapping[str, str] | None = None, problem: Problem | None = None
) -> Response:
    async with connection() as reading:
        owed = await find_owed(reading, charity.fund_id)
    rest = max(owed.pence, 0) if owed else 0
    today = datetime.now(UTC).astimezone(_zone(request)).date()
    payouts = BankPayout.filter(charity=charity).order_by("-paid_on", "-id").prefetch_related("made_by")
    return page(
        request,
        ROOM + "owed_charity.html",
        **outcome(problem),
        fund=charity.fund,
        owed=owed,
        payouts=await payouts,
        has_account=await ConnectedAccount.filter(charity_id=charity.fund_id, charges_enabled=True).exists(),
        typed=typed or {"amount": f"{rest / 100:.2f}".removesuffix(".00"), "paid_on": today.isoformat()},
        said=SAID.get(request.query_params.get("said", ""), ""),
    )


async def record(request: Request) -> Response:
    """Something was paid. Who has to show a passkey or code once more finds what was typed when they are back."""
    asker, charity, typed = await must_be_organiser(request), await charity_of(request), await typed_in(request)
    if not is_fresh(asker):
        return see_other(f"/sign-in/step?onward={quote(_with_typed(charity, typed), safe='')}&again=1")
    try:
        await paying_over.pay_over(charity, understood(PaidForm, typed, SENTENCES), asker.id, _zone(request))
    except BadInput as problem:
        return await _show(request, charity, typed, problem)
    return see_other(f"{PATH}/{charity.fund.slug}?said=paid")


def _with_typed(charity: Charity, typed: Mapping[str, str]) -> str:
    """The page with what was typed; without the last of it when that is too long to be led on to."""
    kept = {"said": "typed", **{name: typed[name] for name in ("amount", "paid_on", "reference") if typed.get(name)}}
    while len(path := f"{PATH}/{charity.fund.slug}?{urlencode(kept)}") > MOST_ONWARD:
        kept.popitem()
    return path


async def send_back(request: Request) -> Response:
    """The bank has sent a payment back, or it was recorded by mistake."""
    await must_be_sure_organiser(request)
    charity, typed = await charity_of(request), await typed_in(request)
    because = "mistake" if typed.get("because") == "mistake" else "back"
    await paying_over.send_back(charity, request.path_params["payout"], is_mistake=because == "mistake")
    return see_other(f"{PATH}/{charity.fund.slug}?said={because}")


def _zone(request: Request) -> ZoneInfo:
    return ZoneInfo(pages_of(request).settings.time_zone)


def make_routes() -> list[BaseRoute]:
    """The addresses of the desk."""
    one = PATH + "/{slug}"
    return [
        Route(PATH, show_owed, methods=["GET"], name="organiser_owed"),
        Route(one, show_charity, methods=["GET"], name="organiser_owed_charity"),
        Route(one, record, methods=["POST"], name="pay_over"),
        Route(one + "/{payout:int}/back", send_back, methods=["POST"], name="paid_over_back"),
    ]
