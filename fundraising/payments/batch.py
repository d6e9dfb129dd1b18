"""One transaction of the intake: a batch of events becomes transfers, totals, letters and jobs, each once."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import orjson

from fundraising.funds import counting
from fundraising.payments import accounts, ledger
from fundraising.payments.booking import Books, MustWait, Row, SetAside, judge, sources
from fundraising.payments.events import Arrival, Fact, Says, arrive, read
from fundraising.payments.models import EventState, PaymentState, Purpose
from fundraising.store.database import transaction
from fundraising.store.queue import Job, enqueue

CHANNEL = "funds"  # NOTIFY, once per batch: ids of the funds whose totals moved
SETTLE, FETCH_REFUNDS = "payments.settle", "payments.fetch_refunds"  # names of the jobs in settle.py
INSERT = """
insert into stripe_event (id, type, account, livemode, created_at, received_at, payload, state, reason)
select a.id, a.type, a.account, a.livemode, a.created_at, $6, a.payload, 'taken', ''
from unnest($1::text[], $2::text[], $3::text[], $4::bool[], $5::timestamptz[], $7::text[])
     as a (id, type, account, livemode, created_at, payload)
on conflict (id) do nothing returning id
"""
LOCK_PAYMENTS = """
select id, purpose, fund_id, charity_id, amount_pence, currency, gift_aid, account, livemode, state, session_id,
       intent_id, charge_id, refunded_pence, disputed_pence, dispute_state, fee_pence, statement_name, paid_at
from payment where id = any($1) or intent_id = any($2) or charge_id = any($3) order by id for update
"""
UPDATE_PAYMENTS = """
update payment p set state = c.state, session_id = c.session_id, intent_id = c.intent_id, charge_id = c.charge_id,
       refunded_pence = c.refunded, disputed_pence = c.disputed, dispute_state = c.dispute_state, paid_at = c.paid_at,
       statement_name = left(c.statement_name, 22)
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::text[],
            $9::timestamptz[], $10::text[])
     as c (id, state, session_id, intent_id, charge_id, refunded, disputed, dispute_state, paid_at, statement_name)
where p.id = c.id
"""
MARK = """
update stripe_event e set state = m.state, reason = left(m.reason, 300), waits_for = m.waits_for
from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as m (id, state, reason, waits_for) where e.id = m.id
"""
WAITING = (
    "select id, payload from stripe_event where state = 'waiting' and waits_for = any($1) order by received_at, id"
)


@dataclass(frozen=True, slots=True)
class Moved:
    """A payment of which more or less stands than before; told to the room that it was made for.

    Args:
        first: it has just been paid.
    """

    payment_id: UUID
    fund_id: int | None
    before_pence: int
    after_pence: int
    first: bool
    at: datetime


Teller = Callable[[asyncpg.Connection, Sequence[Moved]], Awaitable[None]]


@dataclass(slots=True)
class Batch:
    """What one transaction is about: new facts, the payments they are about, and what became of each event."""

    facts: list[tuple[Arrival, Fact]]
    marks: dict[str, tuple[EventState, str, str | None]] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)  # by our id, their intent and their charge
    funds: list[int] = field(default_factory=list)  # whose totals moved

    def find(self, fact: Fact) -> Row | None:
        """The payment that a fact is about; our own id comes first."""
        for name in (fact.payment_id, fact.intent_id, fact.charge_id):
            if name is not None and (row := self.rows.get(str(name))):
                return row
        return None

    def know(self, row: Row) -> None:
        """Make a payment findable by every name it has by now."""
        for name in (row.id, row.intent_id, row.charge_id):
            if name is not None:
                self.rows[str(name)] = row

    def mark(self, arrival: Arrival, state: EventState, reason: str = "", waits_for: str | None = None) -> None:
        """Say what became of an event."""
        self.marks[arrival.id] = (state, reason, waits_for)


async def take_in(arrivals: Sequence[Arrival], tellers: Mapping[Purpose, Teller]) -> list[int]:
    """Take a batch in, in one transaction of few statements.

    Args:
        arrivals: signed events, or facts fetched from Stripe in the same shape.
        tellers: as of Intake.

    Returns:
        Ids of the funds whose totals moved.
    """
    async with transaction() as connection:
        new = await _insert(connection, arrivals)
        if not new:
            return []
        batch = Batch(facts=[])
        for arrival in new:
            _read(arrival, batch)
        if batch.facts:
            # First of all locks: what waits for a payment, and the payment that it waits for, never miss each other.
            await ledger.lock(connection)
            await _about_accounts(connection, batch)
            await _about_payments(connection, batch, tellers)
        if batch.marks:
            marks = [(event_id, *mark) for event_id, mark in batch.marks.items()]
            await connection.execute(MARK, *(list(column) for column in zip(*marks, strict=True)))
        return batch.funds


async def keep(arrival: Arrival, reason: str) -> None:
    """Set an event aside without looking at what it says."""
    async with transaction() as connection:
        await _insert(connection, [arrival])
        await connection.execute(MARK, [arrival.id], [EventState.SET_ASIDE], [reason], [None])


async def _insert(connection: asyncpg.Connection, arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Keep the events; return those that were not there yet, each once."""
    unique = {arrival.id: arrival for arrival in reversed(arrivals)}
    # In the order of their ids: two processes that are sent the same events wait for each other, never in a circle.
    columns = [(a.id, a.type, a.account, a.livemode, a.created_at, a.payload) for _, a in sorted(unique.items())]
    ids, types, accounts_, modes, created, payloads = (list(column) for column in zip(*columns, strict=True))
    rows = await connection.fetch(INSERT, ids, types, accounts_, modes, created, datetime.now(UTC), payloads)
    new = {row["id"] for row in rows}
    return [arrival for arrival in reversed(unique.values()) if arrival.id in new]


def _read(arrival: Arrival, batch: Batch) -> None:
    try:
        fact = read(arrival)
    except Exception as error:  # noqa: BLE001 - around one event of a batch
        batch.mark(arrival, EventState.SET_ASIDE, f"not shaped like {arrival.type}: {error!r}")
        return
    if fact.says is Says.NOTHING:
        batch.mark(arrival, EventState.IGNORED)
    else:
        batch.facts.append((arrival, fact))


async def _about_accounts(connection: asyncpg.Connection, batch: Batch) -> None:
    """What is about an account rather than a payment: reports, goodbyes, payouts."""
    others = []
    for arrival, fact in batch.facts:
        if fact.says in accounts.ABOUT:
            try:
                if not await accounts.take_in(connection, arrival, fact):
                    batch.mark(arrival, EventState.IGNORED)
            except SetAside as aside:
                batch.mark(arrival, EventState.SET_ASIDE, str(aside))
        else:
            others.append((arrival, fact))
    batch.facts = others


async def _about_payments(connection: asyncpg.Connection, batch: Batch, tellers: Mapping[Purpose, Teller]) -> None:
    if not batch.facts:
        return
    await _lock_payments(connection, batch)
    facts = batch.facts
    books = Books(booked=set())
    if batch.rows:
        facts = [*facts, *await _waiting(connection, batch)]
        books.booked = await ledger.booked(connection, sources([fact for _, fact in facts]))
    for arrival, fact in _judge_all(facts, batch, books):
        _leave(arrival, fact, batch)
    if batch.rows:
        await _write_down(connection, batch, books, tellers)


async def _lock_payments(connection: asyncpg.Connection, batch: Batch) -> None:
    facts = [fact for _, fact in batch.facts]
    ids = [fact.payment_id for fact in facts if fact.payment_id]
    intents = [fact.intent_id for fact in facts if fact.intent_id]
    charges = [fact.charge_id for fact in facts if fact.charge_id and not fact.intent_id and not fact.payment_id]
    for found in await connection.fetch(LOCK_PAYMENTS, ids, intents, charges):
        given = dict(found)
        batch.know(Row(**given | {"purpose": Purpose(given["purpose"]), "state": PaymentState(given["state"])}))


async def _waiting(connection: asyncpg.Connection, batch: Batch) -> list[tuple[Arrival, Fact]]:
    """Events that wait for a payment of this batch; they are judged again with it."""
    names = {name for row in batch.rows.values() for name in (row.intent_id, row.charge_id) if name}
    names |= {name for _, fact in batch.facts for name in (fact.intent_id, fact.charge_id) if name}
    found = await connection.fetch(WAITING, sorted(names)) if names else []
    again = []
    for row in found:
        arrival = revive(row["payload"])
        again.append((arrival, read(arrival)))
    return again


def revive(payload: str) -> Arrival:
    """An event as it came, from its kept body."""
    return arrive(payload, orjson.loads(payload))


def _judge_all(facts: Sequence[tuple[Arrival, Fact]], batch: Batch, books: Books) -> list[tuple[Arrival, Fact]]:
    """Judge facts until nothing changes any more: one may name the payment that another is about.

    Returns:
        Those about no payment that we know.
    """
    open_, unknown = list(facts), list[tuple[Arrival, Fact]]()
    while open_:
        still, unknown = [], []
        for arrival, fact in open_:
            row = batch.find(fact)
            if row is None:
                unknown.append((arrival, fact))
                continue
            try:
                judge(fact, arrival, row, books)
                batch.mark(arrival, EventState.TAKEN)
                batch.know(row)
            except SetAside as aside:
                batch.mark(arrival, EventState.SET_ASIDE, str(aside))
            except MustWait as wait:
                batch.mark(arrival, EventState.WAITING, str(wait), fact.intent_id or fact.charge_id)
                still.append((arrival, fact))
        if len(still) + len(unknown) == len(open_):
            break
        open_ = still + unknown
    return unknown


def _leave(arrival: Arrival, fact: Fact, batch: Batch) -> None:
    """A fact about no payment that we know: of a refund or dispute it may come yet; else it is not ours."""
    if fact.payment_id is not None:
        batch.mark(arrival, EventState.SET_ASIDE, f"names payment {fact.payment_id}, which we do not have")
    elif fact.says in (Says.REFUNDED, Says.REFUND_FAILED, Says.DISPUTED) and (
        waits_for := fact.intent_id or fact.charge_id
    ):
        batch.mark(arrival, EventState.WAITING, "about a payment that we do not know (yet)", waits_for)
    else:
        batch.mark(arrival, EventState.IGNORED, "not about a payment of ours")


async def _write_down(
    connection: asyncpg.Connection, batch: Batch, books: Books, tellers: Mapping[Purpose, Teller]
) -> None:
    """Totals, ledger, payments, what the rooms want to add, jobs, and one NOTIFY."""
    rows = list({row.id: row for row in batch.rows.values()}.values())
    moved = [row for row in rows if row.standing != row.was_standing or row.was_paid != bool(row.paid_at)]
    batch.funds = await counting.apply(connection, [change for row in moved if (change := _change(row))])
    await ledger.write(connection, books.movements)
    changed = [row for row in rows if row.changed]
    if changed:
        await connection.execute(UPDATE_PAYMENTS, *_columns(changed))
    for purpose, teller in tellers.items():
        if told := [_moved(row) for row in moved if row.purpose is purpose]:
            await teller(connection, told)
    await enqueue(connection, [*_settle(books), *_fetch(books)])
    if batch.funds:
        await announce(connection, batch.funds)


async def announce(connection: asyncpg.Connection, fund_ids: Sequence[int]) -> None:
    """Tell every process, after the commit, which funds to read again; an empty list of ids means all of them."""
    ids = ",".join(map(str, fund_ids))
    await connection.execute("select pg_notify($1, $2)", CHANNEL, ids if len(ids) < 7000 else "")


def _change(row: Row) -> counting.Change | None:
    if row.fund_id is None or row.charity_id is None:
        return None  # an entry fee is never in a raised total
    aid = counting.gift_aid(row.standing) - counting.gift_aid(row.was_standing) if row.gift_aid else 0
    return counting.Change(
        row.fund_id, row.charity_id, row.standing - row.was_standing, aid, (row.standing > 0) - (row.was_standing > 0)
    )


def _moved(row: Row) -> Moved:
    at = row.paid_at if row.paid_at and not row.was_paid else datetime.now(UTC)
    return Moved(row.id, row.fund_id, row.was_standing, row.standing, not row.was_paid, at)


def _columns(rows: Sequence[Row]) -> list[list[object]]:
    return [
        list(column)
        for column in zip(
            *(
                (
                    row.id,
                    str(row.state),
                    row.session_id,
                    row.intent_id,
                    row.charge_id,
                    row.refunded_pence,
                    row.disputed_pence,
                    row.dispute_state,
                    row.paid_at,
                    row.statement_name,
                )
                for row in rows
            ),
            strict=True,
        )
    ]


def _settle(books: Books) -> list[Job]:
    return [
        Job(
            SETTLE,
            {"payment": str(s.payment_id), "balance_transaction": s.balance_transaction_id, "account": s.account},
            once=f"settle {s.balance_transaction_id}",
        )
        for s in books.settling
    ]


def _fetch(books: Books) -> list[Job]:
    return [Job(FETCH_REFUNDS, {"payment": str(row.id)}, once=f"refunds {row.id}") for row in books.refunds_to_fetch]
