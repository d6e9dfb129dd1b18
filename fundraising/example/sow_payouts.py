"""Pays out the gifts of the example as Stripe does: a week after each, with the next midnight, by account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta

from fundraising.payments import ledger
from fundraising.payments.ledger import Movement
from fundraising.payments.models import Kind, Payment, PayoutLine


async def pay_out(payments: Sequence[Payment]) -> list[Movement]:
    """Mark the payments that have reached their charity's bank by now, and list them as Stripe does.

    Returns:
        The payouts, for the ledger.
    """
    by_payout: dict[tuple[str, datetime], list[Payment]] = defaultdict(list)
    for payment in payments:
        if (
            payment.account
            and payment.available_at
            and (at := _midnight_after(payment.available_at)) < datetime.now(UTC)
        ):
            by_payout[payment.account, at].append(payment)
    movements = [_pay_out(account, at, within) for (account, at), within in by_payout.items()]
    await PayoutLine.bulk_create(
        [line for within in by_payout.values() for p in within if p.payout_id for line in _listed(p)]
    )
    return [movement for movement in movements if movement]


def _pay_out(account: str, at: datetime, payments: Sequence[Payment]) -> Movement | None:
    pence = sum((p.net_pence or 0) - p.refunded_pence - p.disputed_pence for p in payments)
    if pence <= 0:
        return None  # what has gone back is more than what came in; it stays on the balance
    payout = f"po_{account.removeprefix('acct_')}{at:%Y%m%d}"
    for payment in payments:
        payment.payout_id, payment.paid_out_at = payout, at
    charity, currency = payments[0].charity_id or 0, payments[0].currency
    fund, bank = ledger.fund_account(charity), ledger.bank_account(charity)
    return Movement(Kind.PAYOUT, payout, fund, bank, pence, currency, None, at)


def _listed(payment: Payment) -> Iterator[PayoutLine]:
    """What Stripe lists of a payment: the charge, and what went back of it."""
    source = payment.charge_id or ""
    moves = (
        ("charge", source, payment.amount_pence, payment.fee_pence or 0),
        ("refund", source.replace("ch_", "re_"), -payment.refunded_pence, 0),
        ("adjustment", source.replace("ch_", "dp_"), -payment.disputed_pence, 0),
    )
    for kind, moved_by, gross, fee in moves:
        if gross:
            yield PayoutLine(
                id=f"txn_{moved_by}", payout_id=payment.payout_id, account=payment.account, kind=kind, source=moved_by,
                gross_pence=gross, fee_pence=fee, net_pence=gross - fee, made_at=payment.paid_at,
            )  # fmt: skip


def _midnight_after(at: datetime) -> datetime:
    return datetime.combine(at.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
