"""One transaction of the intake: a batch of events becomes transfers, totals, letters and jobs, each once.

Locks are taken in one order by everybody: payments by their ids, then events by theirs, then the head of the ledger,
then funds. What can be done before the head is locked is done before, since several batches may do that at once.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence

import asyncpg

from fundraising.payments import accounts, inbox, ledger
from fundraising.payments.booking import Books, SetAside, sources
from fundraising.payments.events import PAYOUTS, REPORTS, Arrival
from fundraising.payments.inbox import Mark
from fundraising.payments.judging import NOT_SHAPED, Batch, Judged, Moved, Told, judge_all, leave, read_all
from fundraising.payments.models import EventState, Purpose
from fundraising.payments.reports import AccountTeller, tell_nobody
from fundraising.store.database import meanwhile, transaction
from fundraising.store.queue import Job, enqueue

SETTLE, FETCH_REFUNDS = "payments.settle", "payments.fetch_refunds"  # names of the jobs in settle.py
PAY_OUT = "payments.pay_out"  # of the one in paying_out.py
# All that is asked here is few rows by their keys. Plans are kept, and one that was made when a table was small, or of
# which nothing was known, would go through all of it for long after it has grown in a rush.
BY_KEY = "set local enable_seqscan = off"


Teller = Callable[[asyncpg.Connection, Sequence[Moved]], Awaitable[None]]


def tell_all(*tellers: Teller) -> Teller:
    """Several rooms that care for payments of one purpose, told one after the other."""

    async def tell(connection: asyncpg.Connection, moved: Sequence[Moved]) -> None:
        for teller in tellers:
            await teller(connection, moved)

    return tell


class CameMeanwhile(Exception):
    """A payment that we did not know was given its name while we looked: begin again."""


async def take_in(
    arrivals: Sequence[Arrival], tellers: Mapping[Purpose, Teller], tell_of_account: AccountTeller = tell_nobody
) -> list[int]:
    """Take a batch in, in one transaction of few statements; see `take_in_who_comes`."""

    async def come() -> Sequence[Arrival]:
        return arrivals

    return await take_in_who_comes(come, tellers, tell_of_account)


async def take_in_who_comes(
    come: Callable[[], Awaitable[Sequence[Arrival]]],
    tellers: Mapping[Purpose, Teller],
    tell_of_account: AccountTeller = tell_nobody,
) -> list[int]:
    """The same of a batch that is asked for once the transaction is open, so that more may come meanwhile.

    Args:
        come: signed events, or facts fetched from Stripe in the same shape; the same when asked again.
        tellers: whom to tell within the transaction, by purpose.
        tell_of_account: whom to tell there of charities' accounts.

    Returns:
        Ids of the funds whose totals moved.
    """
    while True:
        try:
            async with transaction() as connection:
                await connection.execute(BY_KEY)
                return await _take_in(connection, tellers, tell_of_account, {one.id: one for one in await come()})
        except CameMeanwhile:
            continue


async def keep(arrival: Arrival, reason: str) -> None:
    """Set an event aside without looking at what it says."""
    async with transaction() as connection:
        # Another process may have understood it meanwhile.
        if await inbox.keep(connection, inbox.columns_of([arrival])):
            await inbox.mark(connection, {arrival.id: Mark(EventState.SET_ASIDE, reason)})


async def _take_in(
    connection: asyncpg.Connection,
    tellers: Mapping[Purpose, Teller],
    tell_of_account: AccountTeller,
    arrivals: Mapping[str, Arrival],
) -> list[int]:
    batch = Batch()
    told = read_all(arrivals.values(), batch)
    found, columns = await meanwhile(
        inbox.lock(connection, [fact for _, fact in told]), lambda: inbox.columns_of(arrivals.values())
    )
    batch.know(*inbox.rows_from(found))
    booked = await _booked(connection, batch, told)
    # While the database writes the events, the facts are judged as if all of them were new.
    new, judged = await meanwhile(inbox.keep(connection, columns), lambda: judge_all(batch, told, booked))
    if len(new) < len(arrivals):
        batch = Batch()
        batch.know(*inbox.rows_from(found))
        told = read_all([arrival for arrival in arrivals.values() if arrival.id in new], batch)
        judged = judge_all(batch, told, booked)
    await _report(connection, batch, [one for one in told if one[1].says in REPORTS], tell_of_account)
    payouts = [one for one in told if one[1].says in PAYOUTS]
    for arrival, fact in judged.unknown:
        leave(arrival, fact, batch)
    await _write_payments(connection, batch, judged, tellers)
    funds: list[int] = []
    if batch.books.movements or payouts or batch.waits:
        funds = await _write_ledger(connection, batch, payouts, tellers)
    await inbox.mark(connection, batch.marks)
    return funds


async def _booked(connection: asyncpg.Connection, batch: Batch, told: Sequence[Told]) -> dict[tuple[str, str], int]:
    """What of these facts stands in the ledger already; of the payments, which are locked, it is the last word."""
    most_parts = max((len(row.parts) for row in batch.rows.values()), default=0)
    return await ledger.booked(connection, sources([fact for _, fact in told], most_parts)) if batch.rows else {}


async def _report(
    connection: asyncpg.Connection, batch: Batch, told: Sequence[Told], tell_of_account: AccountTeller
) -> None:
    """Reports about charities' accounts, by account: two batches never wait for each other in a circle."""
    for arrival, fact in sorted(told, key=lambda one: (one[1].source or one[0].account or "", one[0].created_at)):
        try:
            ours = await accounts.take_in(connection, arrival, fact, tell_of_account)
            batch.mark(arrival, EventState.TAKEN if ours else EventState.IGNORED)
        except SetAside as aside:
            batch.mark(arrival, EventState.SET_ASIDE, str(aside))
        except NOT_SHAPED as error:
            batch.mark(arrival, EventState.SET_ASIDE, f"not shaped like {arrival.type}: {error!r}")


async def _write_payments(
    connection: asyncpg.Connection, batch: Batch, judged: Judged, tellers: Mapping[Purpose, Teller]
) -> None:
    """Write the payments that have changed, and tell the rooms that they were made for."""
    await inbox.update(connection, judged.changes)
    for purpose, teller in tellers.items():
        if about := judged.about.get(purpose):
            await teller(connection, about)
    await enqueue(connection, [*_settle(batch.books), *_fetch(batch.books)])


async def _write_ledger(
    connection: asyncpg.Connection, batch: Batch, payouts: Sequence[Told], tellers: Mapping[Purpose, Teller]
) -> list[int]:
    """Transfers and totals; from here to the commit nobody else writes to the ledger, or lets an event wait.

    Returns:
        Ids of the funds whose totals moved.
    """
    head = await ledger.lock(connection, [change.fund_id for change in batch.changes])
    await _meet(connection, batch, head, tellers)
    movements = batch.books.movements
    for arrival, fact in payouts:
        try:
            movements += await accounts.pay_out(connection, arrival, fact, movements)
            await enqueue(connection, [pay_out_job(fact.source, arrival.account or "")])
        except SetAside as aside:
            batch.mark(arrival, EventState.IGNORED if aside.harmless else EventState.SET_ASIDE, str(aside))
    return await ledger.write(connection, head, movements, batch.changes)


async def _meet(
    connection: asyncpg.Connection, batch: Batch, head: ledger.Head, tellers: Mapping[Purpose, Teller]
) -> None:
    """Let payments and those who wait for them meet. Under the ledger's lock neither can miss the other.

    Raises:
        CameMeanwhile: when a payment has come that an event of this batch was about to wait for.
    """
    strangers = {mark.waits_for for mark in batch.marks.values() if mark.waits_for} - batch.by_intent.keys()
    if strangers and await inbox.know_any(connection, strangers):
        raise CameMeanwhile
    touched = batch.waits
    await inbox.mark(connection, batch.marks)
    batch.marks.clear()
    while head.waiting and batch.moved_intents:
        intents, batch.moved_intents = batch.moved_intents, set()
        arrivals = await inbox.waiting_for(connection, intents)
        batch.waited |= {arrival.id for arrival in arrivals}
        told = read_all(arrivals, batch)
        judged = judge_all(batch, told, await _booked(connection, batch, told))
        await _write_payments(connection, batch, judged, tellers)
        touched = touched or bool(arrivals)
        await inbox.mark(connection, batch.marks)
        batch.marks.clear()
    if touched:
        await ledger.count_waiting(connection)


def _settle(books: Books) -> list[Job]:
    settling, books.settling = books.settling, []
    return [
        Job(
            SETTLE,
            {"payment": str(s.payment_id), "balance_transaction": s.balance_transaction_id, "account": s.account},
            once=f"settle {s.balance_transaction_id}",
        )
        for s in settling
    ]


def _fetch(books: Books) -> list[Job]:
    fetching, books.refunds_to_fetch = books.refunds_to_fetch, []
    return [Job(FETCH_REFUNDS, {"payment": str(row.id)}, once=f"refunds {row.id}") for row in fetching]


def pay_out_job(payout_id: str, account: str) -> Job:
    """The job that asks Stripe which payments a payout holds, and how it stands by then."""
    return Job(PAY_OUT, {"payout": payout_id, "account": account}, once=f"payout {payout_id}")
