"""After the fact: the fee of a charge, the refunds of a payment, the state of a session, asked of Stripe by jobs."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

from fundraising.payments import checkout, ledger
from fundraising.payments.batch import Teller, take_in
from fundraising.payments.booking import News, part_source
from fundraising.payments.events import fetched
from fundraising.payments.judging import Moved
from fundraising.payments.ledger import Movement
from fundraising.payments.models import Kind, Payment, PaymentState, Purpose
from fundraising.payments.stripe import Stripe, moment
from fundraising.payments.together import shares
from fundraising.store.database import transaction
from fundraising.store.queue import Job, enqueue

LOOK_UP = "payments.look_up"  # the job behind a return page whose event does not come
LOOK_UP_AFTER = timedelta(seconds=5)
GIVE_UP = "payments.give_up"  # the job at the end of the time in which something is held for who pays
REFUND = "payments.refund"  # the job that gives money back; its event books it


async def settle(stripe: Stripe, *, payment_id: UUID, balance_transaction_id: str, account: str | None) -> None:
    """Book what Stripe kept of a charge, and when the rest can be paid out."""
    found = await stripe.get_balance_transaction(balance_transaction_id, account=account)
    payment = await Payment.get(id=payment_id)
    if found["currency"] != payment.currency or found["amount"] != payment.amount_pence:
        return  # settled in another currency: our fee and net would be a guess
    fee, available, made = found["fee"], moment(found["available_on"]), moment(found["created"])
    async with transaction() as connection:
        await Payment.filter(id=payment_id).select_for_update().get()  # before the ledger, as everybody does
        parts = await Payment.filter(together_id=payment_id).order_by("id").select_for_update()
        head = await ledger.lock(connection)
        kept = _shared_out(payment, parts, balance_transaction_id, fee)
        if not await ledger.booked(connection, [source for _, source, _ in kept]):
            await ledger.write(connection, head, [_fee(*one, made) for one in kept if one[2]])
        for one, pence in {payment: fee, **{one: pence for one, _, pence in kept}}.items():
            await Payment.filter(id=one.id).update(
                fee_pence=pence, net_pence=one.amount_pence - pence, available_at=available
            )


def _shared_out(payment: Payment, parts: list[Payment], source: str, fee: int) -> list[tuple[Payment, str, int]]:
    """What is booked of a fee: all of it on its payment, or of several gifts together on each, to its share."""
    if not parts:
        return [(payment, source, fee)]
    split = shares(fee, [part.amount_pence for part in parts])
    return [(part, part_source(source, n), share) for n, (part, share) in enumerate(zip(parts, split, strict=True), 1)]


def _fee(payment: Payment, source: str, pence: int, at: datetime) -> Movement:
    held_by = ledger.ORGANISER if payment.fund_id is None else ledger.fund_account(payment.fund_id)
    return Movement(Kind.FEE, source, held_by, ledger.STRIPE_FEES, pence, payment.currency, payment.id, at)


async def fetch_refunds(stripe: Stripe, tellers: Mapping[Purpose, Teller], *, payment_id: UUID) -> list[int]:
    """Take in the refunds of a payment of which Stripe has refunded more than we were told of.

    Returns:
        Ids of the funds whose totals moved.
    """
    payment = await Payment.get(id=payment_id)
    if not payment.intent_id:
        return []
    refunds = await stripe.list_refunds(payment.intent_id, account=payment.account)
    told = [
        fetched("refund.updated", refund, account=payment.account, livemode=payment.livemode)
        for refund in reversed(refunds)
    ]
    return await take_in(told, tellers) if told else []


async def look_up(stripe: Stripe, tellers: Mapping[Purpose, Teller], *, payment_id: UUID) -> list[int] | None:
    """Ask Stripe how a payment stands, and take the answer in as if its event had come.

    Returns:
        Ids of the funds whose totals moved; None when Stripe had no news.
    """
    payment = await Payment.get(id=payment_id)
    if not payment.session_id or payment.state in (PaymentState.PAID, PaymentState.FAILED):
        return None
    session = await stripe.get_session(payment.session_id, account=payment.account)
    type_ = await _said_by(stripe, session, payment)
    if type_ is None:
        return None
    happened = await _charged_at(stripe, session, payment)
    told = fetched(type_, session, account=payment.account, livemode=session["livemode"], happened=happened)
    return await take_in([told], tellers)


async def look_up_soon(payment_id: UUID) -> None:
    """Somebody is back from Checkout and no event has come: shortly Stripe is asked, through the door of its events."""
    async with transaction() as connection:
        job = Job(LOOK_UP, {"payment": str(payment_id)}, once=f"look up {payment_id}", after=LOOK_UP_AFTER)
        await enqueue(connection, [job])


async def _said_by(stripe: Stripe, session: Mapping[str, object], payment: Payment) -> str | None:
    """The event that a session in this state has caused."""
    if session["status"] == "expired":
        return "checkout.session.expired"
    if session["status"] != "complete":
        return None
    if session["payment_status"] == "unpaid" and isinstance(session.get("payment_intent"), str):
        intent = await stripe.get_intent(str(session["payment_intent"]), account=payment.account)
        if intent["status"] in ("requires_payment_method", "canceled"):
            return "checkout.session.async_payment_failed"
    return "checkout.session.completed"


async def _charged_at(stripe: Stripe, session: Mapping[str, object], payment: Payment) -> datetime | None:
    """When a session was paid: what is found days later was given on the day of its charge."""
    if session["payment_status"] != "paid" or not isinstance(session.get("payment_intent"), str):
        return None
    intent = await stripe.get_intent(str(session["payment_intent"]), account=payment.account)
    charge = intent.get("latest_charge")
    return moment(charge["created"]) if isinstance(charge, Mapping) else None


async def give_up(stripe: Stripe, tellers: Mapping[Purpose, Teller], *, payment_id: UUID) -> list[int]:
    """The time to pay is over: make sure that nobody can any more, and tell the room that the payment was made for.

    Who has paid at the last moment is found so, and keeps what was held.

    Returns:
        Ids of the funds whose totals moved.
    """
    await checkout.end_session(stripe, payment_id)
    payment = await Payment.get(id=payment_id)
    if payment.session_id:
        return await look_up(stripe, tellers, payment_id=payment_id) or []
    async with transaction() as connection:
        await Payment.filter(id=payment_id).select_for_update().get()
        told = Moved(payment.id, payment.fund_id, News.EXPIRED, 0, 0, first=False, at=datetime.now(UTC))
        await tellers[payment.purpose](connection, [told])
    return []


async def refund(stripe: Stripe, *, payment_id: UUID, pence: int, key: str) -> None:
    """Give some of a payment back; of one gift among several, Stripe is told which, and tells us again.

    Args:
        key: of this refund; asked for twice, it is given once.
    """
    payment = await Payment.get(id=payment_id).prefetch_related("together")
    paid = payment.together or payment
    if payment.state is not PaymentState.PAID or not paid.intent_id:
        return
    part = payment.id if payment.together else None
    await stripe.refund(paid.intent_id, pence, account=payment.account, idempotency_key=key, part=part)


async def was_refunded(stripe: Stripe, *, payment_id: UUID, key: str) -> bool:
    """Whether Stripe has given something back under a key, although it did not say so when it was asked."""
    payment = await Payment.get(id=payment_id).prefetch_related("together")
    intent = (payment.together or payment).intent_id or ""
    refunds = await stripe.list_refunds(intent, account=payment.account)
    return any((refund.get("metadata") or {}).get("key") == key for refund in refunds)
