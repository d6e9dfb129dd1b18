"""Gift Aid on a gift that was made: added later, within the law, or not wanted any more.

Source: https://www.gov.uk/guidance/gift-aid-declarations-claiming-tax-back-on-donations. A declaration may follow its
gift; it may be cancelled at any time, which leaves what was claimed before to the charity's next claim.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import asyncpg

from fundraising.donations import wording
from fundraising.donations.models import Declaration, Donation
from fundraising.donations.receipt_forms import DeclareForm
from fundraising.donations.tax_years import day_in_uk, declarable_until, tax_year_of
from fundraising.errors import Problem
from fundraising.payments import gift_aid
from fundraising.payments.models import Payment, PaymentState, Purpose
from fundraising.store.database import transaction
from fundraising.store.ids import new_id

DECLARED = "update donation set gift_aid = $2 where id = $1"
CONNECTED = "update donation set is_connected = $2 where id = $1"
STANDS = "select id from declaration where donation_id = $1 and cancelled_at is null for update"
CLAIMED = "select exists (select from declaration where donation_id = $1 and claimed_on is not null)"
CANCEL = "update declaration set cancelled_at = now() where id = $1"
NOT_ONLINE = "Gift Aid is only for gifts that a person makes here, by card or from a bank."
CONNECTED_SAID = "The charity pays for this runner's place, so gifts of the runner and close family have no Gift Aid."
WRONG = """
select d.id, d.gift_aid from donation d join payment p on p.id = d.payment_id where p.purpose = 'donation'
  and d.gift_aid <> exists (select from declaration g where g.donation_id = d.id and g.cancelled_at is null)
order by d.id
"""


class NoGiftAid(Problem):
    """A gift that cannot have Gift Aid, or not any more; says why."""

    status = 409
    title = "No Gift Aid on this gift"


@dataclass(frozen=True, slots=True)
class Eligible:
    """What decides whether Gift Aid can be added to a gift.

    Args:
        given_on: in the United Kingdom; None while it has not arrived.
        stands_pence: of it.
        was_claimed: HMRC was asked before, on a declaration that was cancelled since.
    """

    purpose: Purpose
    given_on: date | None
    stands_pence: int
    company: str
    is_connected: bool
    was_claimed: bool

    def refusal(self, today: date) -> str:
        """Why Gift Aid cannot be added; empty when it can. Pure."""
        given_on = self.given_on
        because = (
            (self.purpose is not Purpose.DONATION, NOT_ONLINE),
            (given_on is None, "Gift Aid can be added once the gift has arrived."),
            (self.stands_pence <= 0, "This gift has gone back, so there is nothing to claim on."),
            (bool(self.company), "A company's gift cannot have Gift Aid: a company sets it against its own tax."),
            (self.is_connected, CONNECTED_SAID),
            (
                self.was_claimed,
                "The charity has claimed on this gift before. Please write to it: it sets that right.",
            ),
            (
                given_on is not None and today > declarable_until(given_on),
                "Gift Aid can be added for four years after the tax year of the gift, and these are over.",
            ),
        )
        return next((sentence for holds, sentence in because if holds), "")


def eligible(donation: Donation, payment: Payment, *, was_claimed: bool) -> Eligible:
    """What is known of a gift."""
    return Eligible(
        payment.purpose,
        day_in_uk(payment.paid_at) if payment.paid_at and payment.state is PaymentState.PAID else None,
        payment.standing_pence,
        donation.company,
        bool(donation.is_connected),
        was_claimed,
    )


def sentence(charity: str, given_on: date, today: date) -> tuple[str, str]:
    """The declaration for a gift of that day: its version, and the whole sentence. Pure."""
    if tax_year_of(given_on) == tax_year_of(today):
        return wording.GIFT_AID_VERSION, wording.GIFT_AID.format(charity=charity)
    year = tax_year_of(given_on).name
    return wording.GIFT_AID_LATER_VERSION, wording.GIFT_AID_LATER.format(charity=charity, year=year)


async def declare(donation_id: UUID, form: DeclareForm, today: date) -> bool:
    """Add Gift Aid to a gift; the estimates of all that it counts towards follow.

    Returns:
        False when it has Gift Aid already: a second press changes nothing.

    Raises:
        NoGiftAid: when the law does not allow it.
    """
    async with transaction() as writing:
        donation, payment = await _locked(writing, donation_id)
        if await writing.fetchval(STANDS, donation_id):
            return False
        allowed = eligible(donation, payment, was_claimed=await writing.fetchval(CLAIMED, donation_id))
        if because := allowed.refusal(today):
            raise NoGiftAid(because)
        assert allowed.given_on is not None
        await payment.fetch_related("charity")
        charity = payment.charity.name if payment.charity else ""
        version, whole = sentence(charity, allowed.given_on, today)
        await Declaration.create(
            id=new_id(),
            donation_id=donation_id,
            charity_name=charity,
            wording_version=version,
            wording=whole,
            title=form.title,
            first_name=form.first_name,
            last_name=form.last_name,
            house=form.house,
            postcode=form.postcode,
        )
        await gift_aid.change(writing, payment.id, True)
        await writing.execute(DECLARED, donation_id, True)
        return True


async def say_connected(donation_id: UUID, is_connected: bool) -> None:
    """Whether who gave is related to the runner, where that matters and was not asked before."""
    async with transaction() as writing:
        await writing.execute(CONNECTED, donation_id, is_connected)


async def cancel(donation_id: UUID) -> None:
    """Cancel a declaration from today on, once; the estimates of all that the gift counts towards follow.

    What was claimed before is taken off the charity's next claim: there the declaration is found by both its dates.
    """
    async with transaction() as writing:
        _, payment = await _locked(writing, donation_id)
        declaration = await writing.fetchval(STANDS, donation_id)
        if declaration is None:
            return
        await writing.execute(CANCEL, declaration)
        await gift_aid.change(writing, payment.id, False)
        await writing.execute(DECLARED, donation_id, False)


async def _locked(writing: asyncpg.Connection, donation_id: UUID) -> tuple[Donation, Payment]:
    """A gift with its payment, which nothing can come back of meanwhile."""
    donation = await Donation.get(id=donation_id)
    await gift_aid.lock(writing, donation.payment_id)
    return donation, await Payment.get(id=donation.payment_id)


async def prove(reading: asyncpg.Connection) -> list[str]:
    """What `books` asks of this room: does every gift with Gift Aid have its declaration, and no other?"""
    return [
        f"donation {row['id']} is {'with' if row['gift_aid'] else 'without'} Gift Aid; its declarations say otherwise"
        for row in await reading.fetch(WRONG)
    ]
