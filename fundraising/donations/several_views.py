"""Giving to several of a team at once: the form, how it is shared out before anybody pays, and on to Checkout."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.donations import wording
from fundraising.donations.fees import Addition, Costs, card_fee
from fundraising.donations.giving import Beneficiary, beneficiaries, must_be_open, without_account
from fundraising.donations.models import Donation
from fundraising.donations.receipt_views import find_by
from fundraising.donations.saying import said_before
from fundraising.donations.several import Several, give_together, who_takes_gifts
from fundraising.donations.several_form import (
    Split,
    Way,
    charity_of,
    chosen_among,
    connected_field,
    connections,
    giver_of,
    split_of,
    way_of,
)
from fundraising.donations.views import REMEMBERED, ROOM, Desk, by_method
from fundraising.errors import BadInput, Closed, Problem, StripeGone, TooMany
from fundraising.funds.addresses import Seen, fund_of, see_funds
from fundraising.funds.counting import gift_aid
from fundraising.payments.models import Payment, PaymentState
from fundraising.payments.together import shares
from fundraising.store.ids import new_id
from fundraising.web.forms import typed_in
from fundraising.web.pages import NO_STORE, is_fragment_wanted, outcome, page, see_other

MOST_FIELDS = 200  # three for each member, and those of the form


@dataclass(frozen=True, slots=True)
class Choice:
    """A team's form, and what has been chosen on it so far.

    Args:
        funds: the members that take gifts, and the team.
        charities: names, by id.
        split: None while it makes no sense; `wrong` says why.
    """

    team: Seen
    funds: list[Seen]
    charities: dict[int, str]
    typed: Mapping[str, str]
    split: Split | None
    wrong: dict[str, str]

    @property
    def chosen(self) -> list[Seen]:
        """To whom."""
        return chosen_among(self.typed, self.funds)


async def show_form(request: Request, desk: Desk) -> Response:
    """The form; `?all` ticks everybody, `?again=` fills in what was typed before walking away from Checkout."""
    team = await fund_of(request)
    must_be_open(team)
    funds = await who_takes_gifts(team)
    typed = {"attempt": str(new_id())}
    if "all" in request.query_params:
        typed |= {f"to-{fund.id}": "on" for fund in funds}
    again = await _typed_before(request.query_params.get("again", ""), funds)
    choice = await _choice(team, funds, typed | again)
    return await _form(request, desk, choice, came_back=bool(again))


async def take_form(request: Request, desk: Desk) -> Response:
    """The form, sent: first what it comes to, then on to Checkout; or back with a sentence beside what is wrong."""
    team = await fund_of(request)
    typed = await typed_in(request, MOST_FIELDS)
    choice = await _choice(team, await who_takes_gifts(team), typed)
    try:
        must_be_open(team)
        desk.allowance.must_let(request)
        several = await _understood(desk, choice)
        if typed.get("seen") != several.split.said:
            return await _form(request, desk, choice, shown_first=True)
        onward = await give_together(desk.pages.settings, desk.stripe, several)
    except (BadInput, StripeGone, TooMany, Closed) as problem:  # nothing that was typed is lost
        return await _form(request, desk, choice, problem=problem)
    if is_fragment_wanted(request):
        return Response(headers={"hx-redirect": onward.to, "hx-again": onward.again, **NO_STORE})
    return see_other(onward.to)


async def show_split(request: Request, desk: Desk) -> Response:
    """How it is shared out while it is being chosen, as a fragment; with the button, which says the sum."""
    team = await fund_of(request)
    choice = await _choice(team, await who_takes_gifts(team), dict(request.query_params))
    return page(request, ROOM + "_split.html", fund=team, **await _reckoned(desk, choice))


async def _choice(team: Seen, funds: list[Seen], typed: Mapping[str, str]) -> Choice:
    ids = {fund.charity_id for fund in funds} - {None}
    charities = {one.id: one.name for one in (await see_funds([i for i in ids if i])).values()}
    try:
        split = split_of(typed, funds)
        charity_of(chosen_among(typed, funds), charities)
    except BadInput as bad:
        return Choice(team, funds, charities, typed, None, bad.errors)
    return Choice(team, funds, charities, typed, split, {})


async def _understood(desk: Desk, choice: Choice) -> Several:
    """All that was chosen and said.

    Raises:
        BadInput: with a sentence for everything that needs another look; Closed: when the charity takes no gifts.
    """
    asked = await _asked(desk, choice.chosen)
    errors = dict(choice.wrong)
    try:
        giver = giver_of(choice.typed, choice.chosen, asked)
    except BadInput as bad:
        raise BadInput(errors | bad.errors, choice.typed) from None
    if choice.split is None:
        raise BadInput(errors, choice.typed)
    return Several(
        team=choice.team,
        charity=await _beneficiary(choice),
        split=choice.split,
        giver=giver,
        related=connections(choice.typed, asked),
    )


async def _asked(desk: Desk, funds: Sequence[Seen]) -> list[Seen]:
    """Those of whom it matters who is related to them."""
    funded = await desk.charity_funded([fund.id for fund in funds])
    return [fund for fund in funds if fund.id in funded]


async def _beneficiary(choice: Choice) -> Beneficiary:
    """The charity that all gifts reach; it takes gifts now."""
    charity_id = charity_of(choice.chosen, choice.charities)
    [charity] = await beneficiaries(next(fund for fund in choice.chosen if fund.charity_id == charity_id))
    return charity


async def _form(
    request: Request,
    desk: Desk,
    choice: Choice,
    *,
    problem: Problem | None = None,
    came_back: bool = False,
    shown_first: bool = False,
) -> Response:
    reached = [Beneficiary(id_, "", name) for id_, name in choice.charities.items()]
    shown: dict[str, Any] = {
        "fund": choice.team,
        "funds": choice.funds,
        "typed": choice.typed,
        "way": way_of(choice.typed),
        "came_back": came_back,
        "shown_first": shown_first,
        "charities": reached,
        "charity_names": choice.charities,
        "owed": await without_account(reached, must_reach=problem is None),
        "gift_aid_wording": wording.GIFT_AID,
        "contact_wording": wording.CONTACT,
        "updates_wording": wording.UPDATES.format(runner="Each runner"),
        "asked": [(connected_field(fund), fund.name) for fund in await _asked(desk, choice.chosen)],
        **await _reckoned(desk, choice),
        **outcome(problem),
    }
    name = "_several.html" if is_fragment_wanted(request) else "several.html"
    return page(request, ROOM + name, **shown)


async def _reckoned(desk: Desk, choice: Choice) -> dict[str, Any]:
    """What it comes to, of all of it: one card fee, and Gift Aid on each gift."""
    split, typed = choice.split, choice.typed
    if split is None:
        return {"split": None, "costs": None, "way": way_of(typed), "additions": ()}
    charged = sum(line.charged_pence for line in split.lines)
    unrelated = [line for line in split.lines if typed.get(connected_field(line.fund)) != "yes"]
    has_aid = "gift_aid" in typed and not typed.get("company", "").strip()
    aid = sum(gift_aid(line.charged_pence) for line in unrelated) if has_aid else 0
    costs = Costs(split.gift_pence, charged - split.gift_pence, card_fee().of(charged), aid)
    return {"split": split, "costs": costs, "way": way_of(typed), "additions": await _additions(desk, split)}


async def _additions(desk: Desk, split: Split) -> list[Addition]:
    """What sponsors would add to all of them, by sponsor."""
    added: dict[str, int] = {}
    for line in split.lines:
        for one in await desk.additions(line.fund, line.charged_pence):
            added[one.sponsor] = added.get(one.sponsor, 0) + one.pence
    return [Addition(sponsor, pence) for sponsor, pence in added.items()]


async def _typed_before(token: str, funds: Sequence[Seen]) -> dict[str, str]:
    """The form as it was filled in, by the token of any of its gifts, which is the supporter's alone."""
    donation = await find_by(token)
    if donation is None or donation.payment.together_id is None:
        return {}
    whole = await Payment.get(id=donation.payment.together_id)
    gifts = await Donation.filter(payment__together_id=whole.id).prefetch_related("payment").order_by("payment_id")
    by_fund = {gift.payment.fund_id: gift for gift in gifts}
    if whole.state is PaymentState.PAID or whole.created_at < datetime.now(UTC) - REMEMBERED:
        return {}
    if not by_fund.keys() & {fund.id for fund in funds}:
        return {}
    typed: dict[str, str] = {}
    for fund_id, gift in by_fund.items():
        typed |= await said_before(gift)
        if gift.is_connected is not None:
            typed[f"is_connected-{fund_id}"] = "yes" if gift.is_connected else "no"
    amounts = [by_fund[fund.id].gift_pence for fund in funds if fund.id in by_fund]
    return typed | {"attempt": str(whole.attempt)} | _amounts(amounts, [f.id for f in funds if f.id in by_fund])


def _amounts(amounts: Sequence[int], fund_ids: Sequence[int]) -> dict[str, str]:
    """The amounts as they may have been typed: one in equal parts, or an amount for each."""

    def pounds(pence: int) -> str:
        return f"{pence / 100:.2f}".removesuffix(".00")

    if shares(sum(amounts), [1] * len(amounts)) == list(amounts):
        return {"way": Way.EQUAL, "total": pounds(sum(amounts)), **{f"to-{fund_id}": "on" for fund_id in fund_ids}}
    own = {f"pounds-{fund_id}": pounds(amount) for fund_id, amount in zip(fund_ids, amounts, strict=True)}
    return {"way": Way.OWN, **own}


def make_routes(desk: Desk) -> list[BaseRoute]:
    """The addresses below a team."""

    async def shown(request: Request) -> Response:
        return await show_form(request, desk)

    async def taken(request: Request) -> Response:
        return await take_form(request, desk)

    async def reckoned(request: Request) -> Response:
        return await show_split(request, desk)

    several = "/teams/{slug}/donate/several"
    return [
        Route(several, by_method(shown, taken), methods=["GET", "POST"], name="team_several"),
        Route(f"{several}/split", reckoned, methods=["GET"], name="team_split"),
    ]
