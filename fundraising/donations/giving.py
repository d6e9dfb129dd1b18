"""The verb of the room: a supporter gives. Rows first, then the way to Checkout."""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from fundraising.donations.fees import costs
from fundraising.donations.forms import SENTENCES, DonateForm
from fundraising.donations.models import Donation
from fundraising.donations.saying import Gift, write_down
from fundraising.errors import BadInput, Closed
from fundraising.funds.addresses import Seen
from fundraising.funds.models import Fund, FundKind, FundState
from fundraising.payments import checkout
from fundraising.payments.checkout import Order
from fundraising.payments.models import ConnectedAccount, Payment, PaymentState, Purpose
from fundraising.payments.stripe import Stripe
from fundraising.settings import Settings
from fundraising.store.database import transaction
from fundraising.web.tokens import fingerprint_of

NOW = """
select f.state, f.closed_because, f.charity_id, f.messages_wait or coalesce(e.messages_wait, false) as words_wait
from fund f left join fund e on e.id = f.event_id where f.id = $1
"""
OTHER_CHARITY = "This page has just changed its charity. Please open it again, and see whether you still want to give."


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """The charity that a gift reaches."""

    id: int
    slug: str
    name: str


async def beneficiaries(fund: Seen) -> list[Beneficiary]:
    """The charities that a gift to this fund may reach: the fund's own, or those to choose from.

    Every donation has exactly one charity. A fund of its own charity leaves no choice; an event, or a team whose
    members each have theirs, lets the supporter choose.

    Raises:
        Closed: when the fund's own charity takes no gifts.
    """
    own = fund.id if fund.kind is FundKind.CHARITY else fund.charity_id
    found = Fund.filter(id=own) if own else Fund.filter(kind=FundKind.CHARITY, state=FundState.OPEN)
    charities = await found.order_by("name")
    for charity in charities:
        if charity.state != FundState.OPEN:
            raise Closed(charity.closed_because or f"{charity.name} is not taking gifts at the moment.")
    return [Beneficiary(c.id, c.slug, c.name) for c in charities]


def must_be_open(fund: Seen) -> None:
    """Raise Closed, with the fund's own sentence, unless it takes gifts."""
    if fund.state != FundState.OPEN:
        raise Closed(fund.closed_because)


async def without_account(charities: Sequence[Beneficiary], *, must_reach: bool = False) -> list[str]:
    """Names of the charities whose gifts are taken on the organiser's own account, which owes them.

    Args:
        must_reach: a gift has to be able to reach one of them now, on whichever account.

    Raises:
        Closed: when it has to and cannot, with the reason, before anybody types a word.
    """
    found = await ConnectedAccount.filter(charity_id__in=[charity.id for charity in charities])
    own = {account.charity_id: account.closed_because() for account in found if account.is_used}
    reasons = [own.get(charity.id) for charity in charities]
    if must_reach and reasons and (because := reasons[0]) and all(reasons):
        raise Closed(because)
    return [charity.name for charity in charities if charity.id not in own]


def chosen(form: DonateForm, charities: list[Beneficiary]) -> Beneficiary:
    """The charity that a gift goes to.

    Raises:
        BadInput: when there is a choice and none of them was chosen.
    """
    if len(charities) == 1:
        return charities[0]
    for charity in charities:
        if charity.slug == form.charity:
            return charity
    raise BadInput({"charity": SENTENCES["charity"]}, {})


@dataclass(frozen=True, slots=True)
class Onward:
    """Where the supporter goes next, and where the form is found again as it was sent."""

    to: str
    again: str


async def give(settings: Settings, stripe: Stripe, fund: Seen, form: DonateForm) -> Onward:
    """Take a gift as far as Stripe's page.

    Returns:
        The way to Checkout, or to the receipt when this very form has been paid already.

    Raises:
        Closed: when the fund or its charity's account takes no gifts; StripeGone: when Stripe does not answer.
    """
    must_be_open(fund)
    charity = chosen(form, await beneficiaries(fund))
    donation, payment = await _write_down(settings, fund, charity, form)
    receipt = f"{settings.base_url}/donations/{donation.token}"
    again = f"{fund.path}/donate?again={donation.token}"
    if payment.state in (PaymentState.PAID, PaymentState.PROCESSING):
        return Onward(receipt, fund.path)
    to = await checkout.open_session(
        stripe,
        payment,
        what=_line(fund, charity),
        email=donation.email,
        success_url=receipt,
        cancel_url=settings.base_url + again,
    )
    return Onward(to, again)


async def _write_down(
    settings: Settings, fund: Seen, charity: Beneficiary, form: DonateForm
) -> tuple[Donation, Payment]:
    """The rows of a gift in one transaction, or those that the same form has made already."""
    reckoned = costs(form.amount, cover_fee=form.cover_fee)
    order = Order(
        purpose=Purpose.DONATION,
        amount_pence=reckoned.charged_pence,
        currency=fund.currency,
        fund_id=fund.id,
        charity_id=charity.id,
        event_id=fund.id if fund.kind is FundKind.EVENT else fund.event_id,
        gift_aid=form.gift_aid,
        attempt=form.attempt,
        fingerprint=_fingerprint(settings, fund, charity, form),
    )
    async with transaction() as connection:
        begun = await checkout.begin(order, livemode=settings.livemode)
        if not begun.made:
            return await Donation.get(payment_id=begun.payment.id), begun.payment
        gift = Gift(
            gift_pence=reckoned.gift_pence,
            cover_pence=reckoned.cover_pence,
            charity=charity.name,
            gift_aid=form.gift_aid,
            is_connected=form.is_connected,
            to_runner=fund.kind is FundKind.RUNNER,
            words_wait=await must_still_be_so(connection, fund),
        )
        return await write_down(begun.payment, gift, form), begun.payment


async def must_still_be_so(connection: asyncpg.Connection, fund: Seen) -> bool:
    """Look again once the payment's row stands: from then on nobody pauses the fund or moves it without waiting for us.

    Returns:
        Whether words said with a gift wait until somebody has looked: of this fund, or of all within its event.

    Raises:
        Closed: when it has taken its last gift, or got another charity, since the form was sent.
    """
    now = await connection.fetchrow(NOW, fund.id)
    if now["state"] != FundState.OPEN:
        raise Closed(now["closed_because"])
    if now["charity_id"] != fund.charity_id:
        raise Closed(OTHER_CHARITY)
    return bool(now["words_wait"])


def _fingerprint(settings: Settings, fund: Seen, charity: Beneficiary, form: DonateForm) -> str:
    typed = [fund.id, charity.id, form.model_dump(mode="json", exclude={"attempt", "charity"})]
    return fingerprint_of(settings, typed)


def _line(fund: Seen, charity: Beneficiary) -> str:
    """What Stripe shows above the amount."""
    to = f"Gift to {fund.name}"
    return to if fund.kind is FundKind.CHARITY else f"{to}, in aid of {charity.name}"
