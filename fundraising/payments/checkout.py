"""Starting a payment: our row first, then a Checkout Session at Stripe, never a call to Stripe inside a transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from fundraising.errors import Closed
from fundraising.payments.models import ConnectedAccount, Payment, PaymentState, Purpose
from fundraising.payments.stripe import Stripe, StripeRefused, moment
from fundraising.store.database import transaction
from fundraising.store.ids import new_id
from fundraising.store.queue import Job, enqueue

SESSION_LASTS = {
    Purpose.DONATION: timedelta(hours=2),
    Purpose.ENTRY: timedelta(minutes=35),  # half an hour, which is the least that Stripe takes, and some for us
    Purpose.SEATS: timedelta(minutes=35),
    Purpose.TOGETHER: timedelta(hours=2),
}
SAME_FOR = timedelta(hours=1)  # the same typed again within this time goes on with the same session
EXPIRE = (
    "payments.expire"  # the job that ends a session which another one has replaced, or that pays for nothing any more
)
UNPAID = """
select distinct coalesce(together_id, id) as id from payment where fund_id = $1 and state in ('made', 'open')
order by id
"""


@dataclass(frozen=True, slots=True)
class Part:
    """One gift among several that are paid in one go.

    Args:
        event_id: the fund of the event that it is given within, if there is one.
    """

    fund_id: int
    event_id: int | None
    amount_pence: int
    gift_aid: bool


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be paid.

    Args:
        fund_id: what it is given to; None for an entry fee, and for several gifts together.
        charity_id: the fund of the charity that receives it; None for an entry fee.
        event_id: the fund of the event that it is given within, if there is one.
        attempt: of one opened form.
        fingerprint: keyed hash of all that was typed; the same within an hour is the same payment.
        parts: of several gifts together, these; they are all of the amount.
    """

    purpose: Purpose
    amount_pence: int
    currency: str
    fund_id: int | None
    charity_id: int | None
    event_id: int | None
    gift_aid: bool
    attempt: UUID
    fingerprint: str
    parts: Sequence[Part] = ()


@dataclass(frozen=True, slots=True)
class Begun:
    """A payment that may go to Stripe now.

    Args:
        made: it is new, so that its room writes its own row beside it; else that row is there already.
        parts: of a new one for several gifts, a payment for each, in the order of the order.
    """

    payment: Payment
    made: bool
    parts: Sequence[Payment] = ()


async def begin(order: Order, *, livemode: bool) -> Begun:
    """Make the payment's row, or find the one that the same form has made already. Call it within a transaction.

    A double click, the back button and a second tab with the same words all lead to one payment.

    Raises:
        Closed: when the charity's account cannot take gifts now.
    """
    async with transaction() as connection:
        await connection.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", order.fingerprint)
        since = datetime.now(UTC) - SAME_FOR
        for earlier in await Payment.filter(fingerprint=order.fingerprint, created_at__gt=since).order_by(
            "-created_at"
        ):
            again = earlier.attempt == order.attempt and earlier.state in (PaymentState.PAID, PaymentState.PROCESSING)
            if again or earlier.state in (PaymentState.MADE, PaymentState.OPEN):
                return Begun(earlier, made=False)
        first, *others = sorted(new_id() for _ in range(1 + len(order.parts)))  # a whole is locked before its parts
        payment = await _make(first, order, livemode=livemode)
        replaced = await Payment.filter(
            attempt=order.attempt, state__in=(PaymentState.MADE, PaymentState.OPEN), id__not=payment.id
        )
        await enqueue(connection, [_end(old.id) for old in replaced])
        parts = [await _make_part(*one, payment) for one in zip(others, order.parts, strict=True)]
        return Begun(payment, made=True, parts=parts)


async def _make(payment_id: UUID, order: Order, *, livemode: bool) -> Payment:
    return await Payment.create(
        id=payment_id,
        purpose=order.purpose,
        fund_id=order.fund_id,
        charity_id=order.charity_id,
        event_id=order.event_id,
        amount_pence=order.amount_pence,
        currency=order.currency,
        gift_aid=order.gift_aid,
        account=await _account_of(order.charity_id),
        livemode=livemode,
        attempt=order.attempt,
        fingerprint=order.fingerprint,
        idempotency_key=f"checkout-{payment_id}",
    )


async def _make_part(part_id: UUID, part: Part, whole: Payment) -> Payment:
    """A gift of its own, that Stripe never hears of: what happens to the whole is shared out among the parts."""
    return await Payment.create(
        id=part_id,
        purpose=Purpose.DONATION,
        together=whole,
        fund_id=part.fund_id,
        charity_id=whole.charity_id,
        event_id=part.event_id,
        amount_pence=part.amount_pence,
        currency=whole.currency,
        gift_aid=part.gift_aid,
        account=whole.account,
        livemode=whole.livemode,
        attempt=part_id,
        fingerprint="",
        idempotency_key=f"part-{part_id}",
    )


async def _account_of(charity_id: int | None) -> str | None:
    """The Stripe account that is charged: the charity's own, or None for the organiser's, which then owes the gift."""
    account = await ConnectedAccount.get_or_none(charity_id=charity_id) if charity_id else None
    if account is None or not account.is_used:
        return None
    if because := account.closed_because():
        raise Closed(because)
    return account.stripe_id


async def open_session(
    stripe: Stripe, payment: Payment, *, what: str, email: str, success_url: str, cancel_url: str
) -> str:
    """Where the supporter pays: the session that Stripe has for this payment, made now if there is none yet.

    Args:
        what: the line that Stripe shows above the amount.
        success_url: shown after paying; it never records anything.

    Raises:
        StripeGone: when Stripe does not answer; the next try uses the same key.
    """
    if payment.session_url:
        return payment.session_url
    params = _session(payment, what=what, email=email, success_url=success_url, cancel_url=cancel_url)
    try:
        session = await stripe.create_session(params, account=payment.account, idempotency_key=payment.idempotency_key)
    except StripeRefused as refused:
        if not refused.key_is_spent:
            raise
        # Stripe would replay this answer for a day. Nobody has seen the session that may lie behind it.
        spent, payment.idempotency_key = payment.idempotency_key, _next_key(payment.idempotency_key)
        await Payment.filter(id=payment.id, idempotency_key=spent).update(idempotency_key=payment.idempotency_key)
        session = await stripe.create_session(params, account=payment.account, idempotency_key=payment.idempotency_key)
    url, session_id = session.get("url"), session.get("id")
    if not isinstance(url, str) or not isinstance(session_id, str) or not url.startswith(("https://", "http://")):
        raise StripeRefused(f"a session without id or url: {session_id!r}")
    expires = session.get("expires_at")
    ends = moment(expires) if isinstance(expires, int) else payment.created_at + SESSION_LASTS[payment.purpose]
    stored = {"session_id": session_id, "session_url": url, "session_expires_at": ends}
    async with transaction() as connection:
        await Payment.filter(id=payment.id).update(**stored)
        await _forward(payment.id, PaymentState.OPEN)
        given_up = await Payment.filter(id=payment.id, state=PaymentState.EXPIRED).exists()
        if given_up:
            await enqueue(connection, [_end(payment.id)])
    if given_up:
        raise Closed("This form has been sent again since, with something changed. Please go on in the other window.")
    return url


def _session(payment: Payment, *, what: str, email: str, success_url: str, cancel_url: str) -> Mapping[str, Any]:
    """Parameters of the session; all of them follow from the row, so that a second try sends the same."""
    names = {"payment": str(payment.id)}
    return {
        "mode": "payment",
        "submit_type": "donate" if payment.purpose in (Purpose.DONATION, Purpose.TOGETHER) else "pay",
        "client_reference_id": str(payment.id),
        "customer_email": email,
        "success_url": success_url,
        "cancel_url": cancel_url,
        "expires_at": int((payment.created_at + SESSION_LASTS[payment.purpose]).timestamp()),
        "metadata": names,
        "payment_intent_data": {"metadata": names, "description": what},
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": payment.currency,
                    "unit_amount": payment.amount_pence,
                    "product_data": {"name": what},
                },
            }
        ],
    }


def _next_key(key: str) -> str:
    """checkout-<id> → checkout-<id>~2 → checkout-<id>~3"""
    stem, _, number = key.partition("~")
    return f"{stem}~{int(number or 1) + 1}"


async def _forward(payment_id: UUID, state: PaymentState) -> None:
    """A payment that was only made is now open, or over; then so are its parts, which are locked after it."""
    if await Payment.filter(id=payment_id, state=PaymentState.MADE).update(state=state):
        await Payment.filter(together_id=payment_id).update(state=state)


def _end(payment_id: UUID) -> Job:
    return Job(EXPIRE, {"payment": str(payment_id)}, once=f"expire {payment_id}")


async def end_sessions_for(connection: asyncpg.Connection, fund_id: int) -> None:
    """A fund takes no gifts any more: whoever is about to pay finds the session ended. Within the caller's transaction.

    Who pays before that has given: it counts like any other gift.
    """
    rows = await connection.fetch(UNPAID, fund_id)
    await enqueue(connection, [_end(row["id"]) for row in rows])


async def end_session(stripe: Stripe, payment_id: UUID) -> None:
    """Make sure that a payment can no longer be made: another one has replaced it, or its fund is closed. A job."""
    # A session that is being made at this moment finds it so, and is ended as soon as it is known.
    async with transaction():
        await _forward(payment_id, PaymentState.EXPIRED)
    payment = await Payment.get_or_none(id=payment_id)
    if payment and payment.session_id and payment.state in (PaymentState.OPEN, PaymentState.EXPIRED):
        try:
            await stripe.expire_session(payment.session_id, account=payment.account)
        except StripeRefused:
            return  # paid or expired in the meantime: its own event says so
