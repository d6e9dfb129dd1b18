"""One transaction of the intake: a batch of events becomes transfers, totals, letters and jobs, each once.

Locks are taken in one order by everybody: payments by their ids, then the head of the ledger, then funds. What can be
done before the head is locked is done before, since several batches may do that at the same time.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg

from fundraising.funds import counting
from fundraising.payments import accounts, inbox, ledger
from fundraising.payments.booking import Books, MustWait, News, Row, SetAside, judge, sources
from fundraising.payments.events import Arrival, Fact, Says, read
from fundraising.payments.inbox import Mark
from fundraising.payments.models import EventState, PaymentState, Purpose
from fundraising.payments.reports import AccountTeller, tell_nobody
from fundraising.store.database import meanwhile, transaction
from fundraising.store.queue import Job, enqueue

SETTLE, FETCH_REFUNDS = "payments.settle", "payments.fetch_refunds"  # names of the jobs in settle.py
PAY_OUT = "payments.pay_out"  # of the one in paying_out.py
MAY_COME_FIRST = (Says.REFUNDED, Says.REFUND_FAILED, Says.DISPUTED)  # before the payment that they are about
# All that is asked here is few rows by their keys. Plans are kept, and one that was made when a table was small, or of
# which nothing was known, would go through all of it for long after it has grown in a rush.
BY_KEY = "set local enable_seqscan = off"
NOT_SHAPED = (KeyError, TypeError, ValueError, AttributeError, IndexError)  # what reading an odd body raises
Told = tuple[Arrival, Fact]


class Moved(NamedTuple):
    """A payment that something has happened to; told to the room that it was made for.

    Args:
        news: the last of it.
        first: it has just been paid.
        together_id: of one gift among several: the payment of all of them, which is told of too.
    """

    payment_id: UUID
    fund_id: int | None
    news: News
    before_pence: int
    after_pence: int
    first: bool
    at: datetime
    together_id: UUID | None = None


Teller = Callable[[asyncpg.Connection, Sequence[Moved]], Awaitable[None]]


def tell_all(*tellers: Teller) -> Teller:
    """Several rooms that care for payments of one purpose, told one after the other."""

    async def tell(connection: asyncpg.Connection, moved: Sequence[Moved]) -> None:
        for teller in tellers:
            await teller(connection, moved)

    return tell


class CameMeanwhile(Exception):
    """A payment that we did not know was given its name while we looked: begin again."""


@dataclass(slots=True)
class Batch:
    """What one transaction is about: the payments, and what became of each event.

    Args:
        tellers: whom to tell that something of a payment moved.
        tell_of_account: whom to tell that Stripe says something else of a charity's account.
        waited: ids of events that have waited until now.
    """

    tellers: Mapping[Purpose, Teller]
    tell_of_account: AccountTeller = tell_nobody
    books: Books = field(default_factory=Books)
    waited: set[str] = field(default_factory=set)
    marks: dict[str, Mark] = field(default_factory=dict)
    rows: dict[UUID, Row] = field(default_factory=dict)
    by_intent: dict[str, Row] = field(default_factory=dict)
    changes: list[counting.Change] = field(default_factory=list)
    moved_intents: set[str] = field(default_factory=set)  # of payments that moved since those who wait were asked

    def find(self, fact: Fact) -> Row | None:
        """The payment that a fact is about; our own id comes first."""
        found = self.rows.get(fact.payment_id) if fact.payment_id else None
        return found or (self.by_intent.get(fact.intent_id) if fact.intent_id else None)

    def know(self, *rows: Row) -> None:
        """Make payments findable by the names they have by now."""
        for row in rows:
            self.rows[row.id] = row
            if row.intent_id:
                self.by_intent[row.intent_id] = row

    def note(self, row: Row) -> None:
        """Remember what a payment that has moved changes elsewhere."""
        if change := _change(row):
            self.changes.append(change)
        if row.intent_id:
            self.moved_intents.add(row.intent_id)

    def mark(self, arrival: Arrival, state: EventState, reason: str = "", waits_for: str | None = None) -> None:
        """Say what became of an event; a new one is kept as taken, so that most of them need not be said twice."""
        if state is EventState.TAKEN and arrival.id not in self.waited:
            self.marks.pop(arrival.id, None)
        else:
            self.marks[arrival.id] = Mark(state, reason, waits_for)

    @property
    def waits(self) -> bool:
        """Whether an event of it has to wait."""
        return any(mark.waits_for for mark in self.marks.values())


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
        if await inbox.keep(
            connection, inbox.columns_of([arrival])
        ):  # another process may have understood it meanwhile
            await inbox.mark(connection, {arrival.id: Mark(EventState.SET_ASIDE, reason)})


async def _take_in(
    connection: asyncpg.Connection,
    tellers: Mapping[Purpose, Teller],
    tell_of_account: AccountTeller,
    arrivals: Mapping[str, Arrival],
) -> list[int]:
    batch = Batch(tellers, tell_of_account)
    told = _read(arrivals.values(), batch)
    found, columns = await meanwhile(
        inbox.lock(connection, [fact for _, fact in told]), lambda: inbox.columns_of(arrivals.values())
    )
    batch.know(*inbox.rows_from(found))
    booked = await _booked(connection, batch, told)
    # While the database writes the events, the facts are judged as if all of them were new.
    new, judged = await meanwhile(inbox.keep(connection, columns), lambda: _judge(batch, told, booked))
    if len(new) < len(arrivals):
        batch = Batch(tellers, tell_of_account)
        batch.know(*inbox.rows_from(found))
        told = _read([arrival for arrival in arrivals.values() if arrival.id in new], batch)
        judged = _judge(batch, told, booked)
    await _report(connection, batch, [one for one in told if one[1].says in accounts.REPORTS])
    payouts = [one for one in told if one[1].says in accounts.PAYOUTS]
    for arrival, fact in judged.unknown:
        _leave(arrival, fact, batch)
    await _write_payments(connection, batch, judged)
    funds: list[int] = []
    if batch.books.movements or payouts or batch.waits:
        funds = await _write_ledger(connection, batch, payouts)
    await inbox.mark(connection, batch.marks)
    return funds


def _read(arrivals: Iterable[Arrival], batch: Batch) -> list[Told]:
    """What events say; those that say nothing that we could use are marked."""
    told = []
    for arrival in arrivals:
        try:
            fact = read(arrival)
        except NOT_SHAPED as error:
            batch.mark(arrival, EventState.SET_ASIDE, f"not shaped like {arrival.type}: {error!r}")
            continue
        if fact.says is Says.NOTHING:
            batch.mark(arrival, EventState.IGNORED)
        else:
            told.append((arrival, fact))
    return told


async def _booked(connection: asyncpg.Connection, batch: Batch, told: Sequence[Told]) -> dict[tuple[str, str], int]:
    """What of these facts stands in the ledger already; of the payments, which are locked, it is the last word."""
    most_parts = max((len(row.parts) for row in batch.rows.values()), default=0)
    return await ledger.booked(connection, sources([fact for _, fact in told], most_parts)) if batch.rows else {}


async def _report(connection: asyncpg.Connection, batch: Batch, told: Sequence[Told]) -> None:
    """Reports about charities' accounts, by account: two batches never wait for each other in a circle."""
    for arrival, fact in sorted(told, key=lambda one: (one[1].source or one[0].account or "", one[0].created_at)):
        try:
            ours = await accounts.take_in(connection, arrival, fact, batch.tell_of_account)
            batch.mark(arrival, EventState.TAKEN if ours else EventState.IGNORED)
        except SetAside as aside:
            batch.mark(arrival, EventState.SET_ASIDE, str(aside))
        except NOT_SHAPED as error:
            batch.mark(arrival, EventState.SET_ASIDE, f"not shaped like {arrival.type}: {error!r}")


@dataclass(frozen=True, slots=True)
class Judged:
    """What has come of facts, ready to be written.

    Args:
        unknown: facts about no payment that we know.
        changed: payments, and what is `written` of them.
        about: what to tell the rooms that they were made for.
    """

    unknown: list[Told]
    changed: list[Row]
    written: str
    about: dict[Purpose, list[Moved]]


def _judge(batch: Batch, told: Sequence[Told], booked: Mapping[tuple[str, str], int]) -> Judged:
    """Judge facts, and draw up what they change.

    Args:
        booked: from `_booked`.
    """
    batch.books.booked |= booked
    unknown = _judge_all(batch, [one for one in told if one[1].says not in accounts.ABOUT])
    changed = [row for row in batch.rows.values() if row.changed]
    about: dict[Purpose, list[Moved]] = {}
    for row in changed:
        if row.news:
            about.setdefault(row.purpose, []).append(_moved(row))
        if row.has_moved:
            batch.note(row)
        row.begin()
    return Judged(unknown, changed, inbox.written(changed), about)


def _judge_all(batch: Batch, told: Sequence[Told]) -> list[Told]:
    """Judge facts until nothing changes any more: one may name the payment that another is about, or make it stand.

    Returns:
        Those about no payment that we know.
    """
    open_, unknown = list(told), list[Told]()
    while open_:
        still, unknown = list[Told](), []
        for arrival, fact in open_:
            row = batch.find(fact)
            if row is None:
                unknown.append((arrival, fact))
                continue
            try:
                judge(fact, arrival, row, batch.books)
                batch.mark(arrival, EventState.TAKEN)
            except SetAside as aside:
                batch.mark(arrival, EventState.SET_ASIDE, str(aside))
            except MustWait as wait:
                batch.mark(arrival, EventState.WAITING, str(wait), row.intent_id or fact.intent_id)
                still.append((arrival, fact))
            batch.know(row)
        if len(still) + len(unknown) == len(open_):
            break
        open_ = still + unknown
    return unknown


async def _write_payments(connection: asyncpg.Connection, batch: Batch, judged: Judged) -> None:
    """Write the payments that have changed, and tell the rooms that they were made for."""
    if judged.changed:
        await inbox.update(connection, judged.changed, judged.written)
    for purpose, teller in batch.tellers.items():
        if about := judged.about.get(purpose):
            await teller(connection, about)
    await enqueue(connection, [*_settle(batch.books), *_fetch(batch.books)])


def _leave(arrival: Arrival, fact: Fact, batch: Batch) -> None:
    """A fact about no payment that we know: of a refund or dispute it may come yet; else it is not ours."""
    if fact.payment_id is not None:
        batch.mark(arrival, EventState.SET_ASIDE, f"names payment {fact.payment_id}, which we do not have")
    elif fact.says in MAY_COME_FIRST and fact.intent_id:
        batch.mark(arrival, EventState.WAITING, "about a payment that we do not know (yet)", fact.intent_id)
    else:
        batch.mark(arrival, EventState.IGNORED, "not about a payment of ours")


async def _write_ledger(connection: asyncpg.Connection, batch: Batch, payouts: Sequence[Told]) -> list[int]:
    """Transfers and totals; from here to the commit nobody else writes to the ledger, or lets an event wait.

    Returns:
        Ids of the funds whose totals moved.
    """
    head = await ledger.lock(connection, [change.fund_id for change in batch.changes])
    await _meet(connection, batch, head)
    movements = batch.books.movements
    for arrival, fact in payouts:
        try:
            movements += await accounts.pay_out(connection, arrival, fact, movements)
            await enqueue(connection, [pay_out_job(fact.source, arrival.account or "")])
        except SetAside as aside:
            batch.mark(arrival, EventState.IGNORED if aside.harmless else EventState.SET_ASIDE, str(aside))
    return await ledger.write(connection, head, movements, batch.changes)


async def _meet(connection: asyncpg.Connection, batch: Batch, head: ledger.Head) -> None:
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
        told = _read(arrivals, batch)
        await _write_payments(connection, batch, _judge(batch, told, await _booked(connection, batch, told)))
        touched = touched or bool(arrivals)
        await inbox.mark(connection, batch.marks)
        batch.marks.clear()
    if touched:
        await ledger.count_waiting(connection)


def _change(row: Row) -> counting.Change | None:
    if row.fund_id is None or row.charity_id is None:
        return None  # an entry fee is never in a raised total
    aid = counting.gift_aid(row.standing) - counting.gift_aid(row.was_standing) if row.gift_aid else 0
    return counting.Change(
        row.fund_id, row.charity_id, row.standing - row.was_standing, aid, (row.standing > 0) - (row.was_standing > 0)
    )


def _moved(row: Row) -> Moved:
    at = row.paid_at if row.paid_at and not row.was_paid else datetime.now(UTC)
    assert row.news is not None
    return Moved(
        row.id,
        row.fund_id,
        row.news,
        row.was_standing,
        row.standing,
        row.state is PaymentState.PAID and not row.was_paid,
        at,
        row.together_id,
    )


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
