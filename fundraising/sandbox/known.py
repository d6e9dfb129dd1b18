"""Payments that were made before the sandbox was there: those of the example, which can be refunded like any other."""

from dataclasses import dataclass

from fundraising.sandbox import charges
from fundraising.sandbox.charges import Attempt
from fundraising.sandbox.shelf import Thing
from fundraising.sandbox.world import NOBODY, Kind, World


@dataclass(frozen=True, slots=True)
class KnownPayment:
    """A payment by card that exists from the start. No event tells of it.

    Args:
        account: acct_…; empty for our own.
        refunded: pence that have gone back already.
    """

    intent: str
    charge: str
    account: str
    pence: int
    refunded: int
    currency: str
    metadata: dict[str, str]


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
    world.change(charge, amount_refunded=known.refunded, refunded=known.refunded == known.pence)
    world.change(intent, status="succeeded", amount_received=known.pence, latest_charge=charge.id)
