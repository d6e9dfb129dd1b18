"""What a supporter does on the hosted page, and what becomes of it.

The order of events is Stripe's: https://docs.stripe.com/payments/checkout/fulfill-orders, and for bank debits
https://docs.stripe.com/payments/bacs-debit.
"""

from enum import StrEnum

from fundraising.sandbox import charges, sessions
from fundraising.sandbox.accounts import must_charge, usable
from fundraising.sandbox.charges import Attempt
from fundraising.sandbox.money import Entry, card_fee, enter
from fundraising.sandbox.shelf import Thing
from fundraising.sandbox.world import NOBODY, Cause, Errands, Kind, World, browser, must, newest

SOMEBODY = "supporter@example.org"


class How(StrEnum):
    """What the supporter does."""

    CARD = "card"
    DECLINE = "decline"  # a card that the bank declines
    BANK_DEBIT = "bank_debit"  # settles later
    WALK_AWAY = "walk_away"


def pay(world: World, session_id: str, how: How, email: str | None = None) -> Thing:
    """Try to pay a session. One that is paid already stays as it is, however often the button is pressed.

    Args:
        email: typed on the page; what the session was made with comes first.

    Returns:
        The session as it stands then.

    Raises:
        Refused: when it has expired, or its account cannot be charged.
    """
    session = world.need(Kind.SESSION, session_id, param="session")
    if how is How.WALK_AWAY or session.body["status"] == "complete":
        return session
    if sessions.is_overdue(world, session):
        sessions.expire(world, session)
    must(session.body["status"] == "open", "This Checkout Session has expired.", code="checkout_session_expired")
    method = "bacs_debit" if how is How.BANK_DEBIT else "card"
    must(method in session.body["payment_method_types"], f"This Checkout Session does not take {method}.")
    account = usable(world, session.account)
    must_charge(account)
    address = session.body["customer_email"] or email or SOMEBODY
    sessions.must_be_email(address, "email")
    cause = browser()
    attempt = Attempt(account, _intent(world, session, cause), address, cause)
    if how is How.DECLINE:
        _decline(world, attempt)
    elif how is How.BANK_DEBIT:
        _debit(world, attempt)
        _complete(world, session, attempt, "unpaid")
    else:
        _charge(world, attempt)
        _complete(world, session, attempt, "paid")
    return session


def _intent(world: World, session: Thing, cause: Cause) -> Thing:
    """One intent per session, however many cards are tried."""
    if session.hidden["intent"]:
        return world.need(Kind.INTENT, session.hidden["intent"])
    intent = charges.new_intent(world, session)
    session.hidden["intent"] = intent.id
    world.shelf.save(session)
    world.tell("payment_intent.created", intent, cause=cause)
    return intent


def _charge(world: World, attempt: Attempt) -> None:
    charge = charges.new_charge(world, attempt, "card", "succeeded")
    world.tell("charge.succeeded", charge, cause=attempt.cause)
    _succeed(world, attempt.intent, charge, attempt.cause)


def _succeed(world: World, intent: Thing, charge: Thing, cause: Cause) -> None:
    world.change(
        intent,
        status="succeeded",
        amount_received=charge.body["amount"],
        latest_charge=charge.id,
        payment_method=charge.body["payment_method"],
        last_payment_error=None,
    )
    world.tell("payment_intent.succeeded", intent, cause=cause)
    world.later(Errands.BALANCE, charge.id, world.clock() + world.pace.balance_seconds)


def _decline(world: World, attempt: Attempt) -> None:
    charge = charges.new_charge(world, attempt, "card", "failed")
    world.tell("charge.failed", charge, cause=attempt.cause)
    _fail(world, attempt.intent, charge, attempt.cause)


def _fail(world: World, intent: Thing, charge: Thing, cause: Cause) -> None:
    world.change(
        intent, status="requires_payment_method", latest_charge=charge.id, last_payment_error=charges.card_error(charge)
    )
    world.tell("payment_intent.payment_failed", intent, cause=cause)


def _debit(world: World, attempt: Attempt) -> None:
    charge, intent = charges.new_charge(world, attempt, "bacs_debit", "pending"), attempt.intent
    world.change(intent, status="processing", latest_charge=charge.id, payment_method=charge.body["payment_method"])
    world.tell("charge.pending", charge, cause=attempt.cause)
    world.tell("payment_intent.processing", intent, cause=attempt.cause)


def _complete(world: World, session: Thing, attempt: Attempt, payment_status: str) -> None:
    details = sessions.customer_details(attempt.email, "Sandbox Supporter", charges.ADDRESS)
    world.change(
        session,
        status="complete",
        payment_status=payment_status,
        payment_intent=attempt.intent.id,
        customer_details=details,
        url=None,
    )
    world.tell("checkout.session.completed", session)


def settle_bank_debit(world: World, session_id: str, succeed: bool) -> Thing:
    """The bank has moved the money, or has not.

    Returns:
        The session.

    Raises:
        Refused: when it does not wait for a bank.
    """
    session = world.need(Kind.SESSION, session_id, param="session")
    intent = world.shelf.find(session.body["payment_intent"] or "", Kind.INTENT)
    charge = world.shelf.find(intent.body["latest_charge"], Kind.CHARGE) if intent else None
    if intent is None or charge is None or charge.body["status"] != "pending":
        must(False, "This Checkout Session does not wait for a bank debit to settle.")
        return session
    if succeed:
        receipt = f"{world.base_url}/receipts/{charge.id}"
        world.change(charge, status="succeeded", paid=True, receipt_url=receipt)
        world.tell("charge.succeeded", charge)
        _succeed(world, intent, charge, NOBODY)
        world.change(session, payment_status="paid")
        world.tell("checkout.session.async_payment_succeeded", session)
    else:
        reason = {"failure_code": "debit_not_authorized", "failure_message": charges.RETURNED}
        world.change(charge, status="failed", captured=False, amount_captured=0, **reason)
        world.tell("charge.failed", charge)
        _fail(world, intent, charge, NOBODY)
        world.tell("checkout.session.async_payment_failed", session)
    return session


def know_fee(world: World, charge_id: str) -> None:
    """A moment after the charge Stripe knows its fee, and says so with `charge.updated`."""
    charge = world.need(Kind.CHARGE, charge_id)
    if charge.body["balance_transaction"] is not None:
        return
    type_ = "charge" if charges.method_of(charge) == "card" else "payment"
    entry = Entry(
        type=type_,
        category="charge",
        source=charge,
        pence=charge.body["amount"],
        description=charge.body["description"],
        fee_pence=card_fee(charge.body["amount"]),
        fee_for="Stripe processing fees",
    )
    previous = world.change(charge, balance_transaction=enter(world, entry).id)
    world.tell("charge.updated", charge, previous=previous)


def has_just_failed(world: World, session: Thing) -> bool:
    """Whether the last card was declined, so that the page can say so."""
    intent = world.shelf.find(session.hidden["intent"] or "", Kind.INTENT)
    return bool(intent and session.body["status"] == "open" and intent.body["last_payment_error"])


def charge_of(world: World, session: Thing) -> Thing | None:
    """The newest charge of a session."""
    if not session.hidden["intent"]:
        return None
    return newest(world, Kind.CHARGE, session.account, payment_intent=session.hidden["intent"])
