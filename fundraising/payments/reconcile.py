"""What Stripe never delivered: fetched, and fed through the same intake. A command, and a job of every night."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import orjson

from fundraising.errors import StripeGone
from fundraising.payments.batch import Teller, take_in
from fundraising.payments.events import Arrival, NotAnEvent, arrive
from fundraising.payments.models import ConnectedAccount, Payment, PaymentState, Purpose
from fundraising.payments.paying_out import look_again
from fundraising.payments.reports import AccountTeller, tell_nobody
from fundraising.payments.settle import look_up
from fundraising.payments.stripe import Stripe
from fundraising.store.database import connection

BATCH = 100
Take = Callable[[Sequence[Arrival]], Awaitable[list[int]]]


@dataclass(slots=True)
class Reconciled:
    """What a reconciliation met.

    Args:
        events: that Stripe listed.
        missed: of them, those that had never reached us.
        sessions: of payments still open, those of which Stripe had news.
        payouts: that are told of and not opened yet; jobs do it.
        unreachable: accounts that Stripe would not answer for.
    """

    events: int = 0
    missed: int = 0
    sessions: int = 0
    payouts: int = 0
    unreachable: list[str] | None = None


async def reconcile(
    stripe: Stripe,
    tellers: Mapping[Purpose, Teller],
    since: datetime,
    tell_of_account: AccountTeller = tell_nobody,
) -> Reconciled:
    """Ask Stripe for every event since a moment, on our own account and every connected one, then for every payment
    that is still open: an event older than thirty days is not listed any more, its session still tells.

    Raises:
        StripeGone: when not even our own account answers.
    """
    met = Reconciled(unreachable=[])
    take = partial(take_in, tellers=tellers, tell_of_account=tell_of_account)
    await _account(stripe, take, since, None, met)
    for connected in await ConnectedAccount.filter(disconnected_at=None).order_by("id"):
        try:
            await _account(stripe, take, since, connected.stripe_id, met)
        except StripeGone:
            assert met.unreachable is not None
            met.unreachable.append(connected.stripe_id)
    open_ = Payment.filter(
        state__in=(PaymentState.MADE, PaymentState.OPEN, PaymentState.PROCESSING),
        session_id__not_isnull=True,
        created_at__gte=since,
    )
    for payment_id in await open_.order_by("created_at").values_list("id", flat=True):
        try:
            met.sessions += await look_up(stripe, tellers, payment_id=payment_id) is not None  # type: ignore[arg-type]
        except StripeGone:
            continue  # its account may be gone; the next night asks again
    met.payouts = await look_again(since)
    return met


async def _account(stripe: Stripe, take: Take, since: datetime, account: str | None, met: Reconciled) -> None:
    listed: list[Arrival] = []
    async for event in stripe.list_events(since, account=account):
        if account:
            event.setdefault("account", account)
        try:
            listed.append(arrive(orjson.dumps(event).decode(), event))
        except NotAnEvent:
            continue
    met.events += len(listed)
    listed.reverse()  # Stripe lists the newest first
    for start in range(0, len(listed), BATCH):
        batch = listed[start : start + BATCH]
        async with connection() as reading:
            known = await reading.fetch("select id from stripe_event where id = any($1)", [a.id for a in batch])
        missing = [arrival for arrival in batch if arrival.id not in {row["id"] for row in known}]
        met.missed += len(missing)
        if missing:
            await take(missing)
