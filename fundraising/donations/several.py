"""The verb: a supporter gives to several of a team in one go. One payment, whose parts are gifts like any other."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import asyncpg

from fundraising.donations.forms import Giver
from fundraising.donations.giving import Beneficiary, Onward, must_be_open, must_still_be_so
from fundraising.donations.models import Donation
from fundraising.donations.saying import Gift, write_down
from fundraising.donations.several_form import Line, Split
from fundraising.errors import Problem
from fundraising.funds.addresses import SEE, Seen, seen
from fundraising.funds.models import FundKind
from fundraising.payments import checkout
from fundraising.payments.checkout import Order, Part
from fundraising.payments.models import Payment, PaymentState, Purpose
from fundraising.payments.stripe import Stripe
from fundraising.settings import Settings
from fundraising.store.database import connection, transaction
from fundraising.web.tokens import fingerprint_of
from fundraising.web.words import short

MEMBERS = f"""{SEE}
where (f.team_id = $1 and f.kind = 'runner' and f.is_listed) or f.id = $1 order by f.kind = 'team', f.name, f.id
"""
LONGEST_LINE = 200  # of what Stripe shows above the amount; it takes 250


@dataclass(frozen=True, slots=True)
class Several:
    """What a supporter has chosen and said.

    Args:
        team: whose members these are.
        related: to which runners who gives said to be related, or not to be; by fund, where that was asked.
    """

    team: Seen
    charity: Beneficiary
    split: Split
    giver: Giver
    related: Mapping[int, bool | None]


async def who_takes_gifts(team: Seen) -> list[Seen]:
    """The members' pages that take gifts now, by name, and the team itself."""
    async with connection() as reading:
        funds = [seen(row) for row in await reading.fetch(MEMBERS, team.id)]
    return [fund for fund in funds if _is_open(fund)]


def _is_open(fund: Seen) -> bool:
    try:
        must_be_open(fund)
    except Problem:
        return False
    return True


async def give_together(settings: Settings, stripe: Stripe, several: Several) -> Onward:
    """Take several gifts as far as Stripe's page, in one payment.

    Returns:
        The way to Checkout, or to the receipt when this very form has been paid already.

    Raises:
        Closed: when one of the funds, or the charity's account, takes no gifts.
        StripeGone: when Stripe does not answer.
    """
    payment, token = await _write_down(settings, several)
    receipt, team = f"{settings.base_url}/donations/{token}", several.team
    again = f"{team.path}/donate/several?again={token}"
    if payment.state in (PaymentState.PAID, PaymentState.PROCESSING):
        return Onward(receipt, team.path)
    names = ", ".join(line.fund.name for line in several.split.lines)
    to = await checkout.open_session(
        stripe,
        payment,
        what=short(f"Gifts in aid of {several.charity.name}, to {names}", LONGEST_LINE),
        email=several.giver.email,
        success_url=receipt,
        cancel_url=settings.base_url + again,
    )
    return Onward(to, again)


async def _write_down(settings: Settings, several: Several) -> tuple[Payment, str]:
    """The rows of all gifts in one transaction, or those that the same form has made already.

    Returns:
        The payment, and the token of the first gift.
    """
    lines = sorted(several.split.lines, key=_in_order_of_locks)
    async with transaction() as writing:
        begun = await checkout.begin(_order(settings, several, lines), livemode=settings.livemode)
        if not begun.made:
            first = await Donation.filter(payment__together_id=begun.payment.id).order_by("payment_id").first()
            assert first is not None
            return begun.payment, first.token
        tokens = []
        for part, line in zip(begun.parts, lines, strict=True):
            donation = await write_down(part, await _gift(writing, several, line), several.giver)
            tokens.append(donation.token)
        return begun.payment, tokens[0]


def _in_order_of_locks(line: Line) -> tuple[bool, int]:
    """Runners' funds by id, then the team's: as everybody locks them who moves or closes several."""
    return line.fund.kind is not FundKind.RUNNER, line.fund.id


def _order(settings: Settings, several: Several, lines: Collection[Line]) -> Order:
    form = several.giver
    typed = [several.team.id, several.charity.id, several.split.said, form.model_dump(mode="json", exclude={"attempt"})]
    return Order(
        purpose=Purpose.TOGETHER,
        amount_pence=sum(line.charged_pence for line in lines),
        currency=several.team.currency,
        fund_id=None,
        charity_id=several.charity.id,
        event_id=None,
        gift_aid=False,
        attempt=form.attempt,
        fingerprint=fingerprint_of(settings, [*typed, sorted(several.related.items())]),
        parts=[
            Part(line.fund.id, line.fund.event_id, line.charged_pence, _has_gift_aid(several, line)) for line in lines
        ],
    )


def _has_gift_aid(several: Several, line: Line) -> bool:
    return several.giver.gift_aid and not several.related.get(line.fund.id)


async def _gift(writing: asyncpg.Connection, several: Several, line: Line) -> Gift:
    return Gift(
        gift_pence=line.gift_pence,
        cover_pence=line.cover_pence,
        charity=several.charity.name,
        gift_aid=_has_gift_aid(several, line),
        is_connected=several.related.get(line.fund.id),
        to_runner=line.fund.kind is FundKind.RUNNER,
        words_wait=await must_still_be_so(writing, line.fund),
    )
