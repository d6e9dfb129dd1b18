"""Payments that were made before the sandbox was there: those of the example, which can be refunded like any other."""

from dataclasses import dataclass

from fundraising.sandbox import charges
from fundraising.sandbox.charges import Attempt
from fundraising.sandbox.ids import new_id
from fundraising.sandbox.money import Entry, Known, enter
from fundraising.sandbox.shelf import Thing
from fundraising.sandbox.world import NOBODY, Kind, World


@dataclass(frozen=True, slots=True)
class KnownPayment:
    """A payment by card that exists from the start. No event tells of it.

    Args:
        account: acct_…; empty for our own.
        refunded: pence that have gone back already.
        fee_pence: that were kept.
        transaction: of the charge, on the balance; made and available at these times, in seconds since 1970.
        payout: po_… that has taken it to the bank already; None: it is on the balance.
    """

    intent: str
    charge: str
    account: str
    pence: int
    refunded: int
    currency: str
    metadata: dict[str, str]
    fee_pence: int
    transaction: str
    made_at: int
    available_at: int
    payout: str | None = None


def ensure(world: World, known: KnownPayment) -> None:
    """Make sure that a payment is there, as it would be after it was made."""
    if world.shelf.find(known.intent, Kind.INTENT) is not None:
        return
    account = world.need(Kind.ACCOUNT, known.account or world.platform)
    shown = {"amount_total": known.pence, "currency": known.currency, "payment_method_types": ["card"]}
    session = Thing("", Kind.SESSION, account.id, shown, {"intent_data": {"metadata": known.metadata}})
    intent = charges.new_intent(world, session, known.intent)
    attempt = Attempt(account, intent, "supporter@example.org", NOBODY)
    charge = charges.new_charge(world, attempt, "card", "succeeded", known.charge)
    world.change(
        charge,
        amount_refunded=known.refunded,
        refunded=known.refunded == known.pence,
        balance_transaction=_entered(world, known, charge).id,
    )
    world.change(intent, status="succeeded", amount_received=known.pence, latest_charge=charge.id)


def _entered(world: World, known: KnownPayment, charge: Thing) -> Thing:
    """What it left on the balance, and what has gone from there again."""
    at = Known(known.transaction, known.made_at, known.available_at)
    about = charge.body["description"]
    entry = Entry("charge", "charge", charge, known.pence, about, known.fee_pence, "Stripe processing fees")
    made = enter(world, entry, payout=known.payout, known=at)
    if known.refunded:
        back = Entry("refund", "refund", charge, -known.refunded, f"REFUND FOR CHARGE ({about})")
        enter(world, back, payout=known.payout, known=Known(new_id("txn_1"), known.made_at, known.made_at))
    return made
