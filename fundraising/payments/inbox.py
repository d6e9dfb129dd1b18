"""What is kept of Stripe's events, and the payments they are about: the statements of the intake, as few as can be."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import orjson

from fundraising.payments.booking import Row
from fundraising.payments.events import Arrival, Fact, arrive
from fundraising.payments.models import EventState, PaymentState, Purpose
from fundraising.store.database import as_rows

KEEP = """
with new as (
  insert into stripe_event (id, type, account, livemode, created_at, received_at, payload, state, reason)
  select a.id, a.type, a.account, a.livemode, a.created_at, $6, a.payload, 'taken', ''
  from unnest($1::text[], $2::text[], $3::text[], $4::bool[], $5::timestamptz[], $7::text[])
       as a (id, type, account, livemode, created_at, payload)
  on conflict (id) do nothing returning id
)
"""
KEPT = f"{KEEP} select id from new"  # noqa: S608 - put together from constants
COLUMNS = """
id, purpose, fund_id, charity_id, amount_pence, currency, gift_aid, account, livemode, state, session_id, intent_id,
charge_id, refunded_pence, disputed_pence, dispute_state, fee_pence, statement_name, paid_at, together_id
"""
PURPOSE, STATE = 1, 9  # where these two stand among them
# Each name is looked up by its own index. The events come first: whoever is sent the same ones at the same time waits
# there, and holds no payment that we want.
KEEP_AND_LOCK = f"""
{KEEP}, payments as materialized (
  select {COLUMNS} from payment where (select count(*) from new) >= 0 and id = any(array(
    select unnest($8::uuid[]) union select id from payment where intent_id = any($9::text[])))
  order by id for no key update
)
select new.id as event, payments.* from new full join payments on false
"""  # noqa: S608 - put together from constants
PARTS = f"select {COLUMNS} from payment where together_id = any($1) order by id for no key update"  # noqa: S608
UPDATE = """
update payment p set state = c.state, session_id = c.session_id, intent_id = c.intent_id, charge_id = c.charge_id,
       refunded_pence = c.refunded_pence, disputed_pence = c.disputed_pence, dispute_state = c.dispute_state,
       paid_at = c.paid_at, statement_name = left(c.statement_name, 22)
from json_to_recordset($2::json) as c (
  id uuid, state text, session_id text, intent_id text, charge_id text, refunded_pence bigint,
  disputed_pence bigint, dispute_state text, paid_at timestamptz, statement_name text)
where p.id = c.id and p.id = any($1)
"""
CHANGED = (
    "id", "state", "session_id", "intent_id", "charge_id", "refunded_pence", "disputed_pence",
    "dispute_state", "paid_at", "statement_name",
)  # fmt: skip
MARK = """
update stripe_event e set state = m.state, reason = left(m.reason, 300), waits_for = m.waits_for
from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as m (id, state, reason, waits_for) where e.id = m.id
"""
WAITING = "select payload from stripe_event where state = 'waiting' and waits_for = any($1) order by received_at, id"


class Mark(NamedTuple):
    """What became of an event."""

    state: EventState
    reason: str = ""
    waits_for: str | None = None


def _kept(arrivals: Iterable[Arrival]) -> list[object]:
    # In the order of their ids: two processes that are sent the same events wait for each other, never in a circle.
    rows = sorted((a.id, a.type, a.account or "", a.livemode, a.created_at, a.payload) for a in arrivals)
    ids, types, accounts, modes, created, payloads = (list(column) for column in zip(*rows, strict=True))
    return [ids, types, [account or None for account in accounts], modes, created, datetime.now(UTC), payloads]


async def keep(connection: asyncpg.Connection, arrival: Arrival) -> bool:
    """Keep an event, whatever it says; False when it was there already."""
    return bool(await connection.fetch(KEPT, *_kept([arrival])))


async def keep_and_lock(
    connection: asyncpg.Connection, arrivals: Collection[Arrival], facts: Sequence[Fact]
) -> tuple[set[str], list[Row]]:
    """Keep events, each once, and lock the payments that their facts are about.

    Returns:
        Ids of those that were not there yet; and the payments, several gifts together followed by these.
    """
    ids = [fact.payment_id for fact in facts if fact.payment_id]
    intents = [fact.intent_id for fact in facts if fact.intent_id]
    found = await connection.fetch(KEEP_AND_LOCK, *_kept(arrivals), ids, intents)
    rows = [_row(values) for event, *values in found if event is None]
    if wholes := {row.id: row for row in rows if row.purpose is Purpose.TOGETHER}:
        rows += await _lock_parts(connection, wholes)
    return {row["event"] for row in found if row["event"]}, rows


async def _lock_parts(connection: asyncpg.Connection, wholes: dict[UUID, Row]) -> list[Row]:
    """The gifts that were paid together; whoever holds the whole may lock them, and nobody else wants them."""
    parts = [_row(list(found)) for found in await connection.fetch(PARTS, list(wholes))]
    for part in parts:
        assert part.together_id is not None
        wholes[part.together_id].parts.append(part)
    return parts


def _row(values: list[Any]) -> Row:
    """A payment from COLUMNS, which are the fields of a Row in their order."""
    values[PURPOSE], values[STATE] = Purpose(values[PURPOSE]), PaymentState(values[STATE])
    return Row(*values)


async def know_any(connection: asyncpg.Connection, intents: Collection[str]) -> bool:
    """Whether any of these payment intents belongs to a payment by now."""
    return bool(
        await connection.fetchval("select exists (select from payment where intent_id = any($1))", list(intents))
    )


async def update(connection: asyncpg.Connection, rows: Sequence[Row]) -> None:
    """Write payments back, which the caller has locked."""
    await connection.execute(UPDATE, [row.id for row in rows], as_rows(CHANGED, map(attrgetter(*CHANGED), rows)))


async def mark(connection: asyncpg.Connection, marks: dict[str, Mark]) -> None:
    """Say what became of events."""
    if marks:
        said = [(event_id, *one) for event_id, one in marks.items()]
        await connection.execute(MARK, *(list(column) for column in zip(*said, strict=True)))


async def waiting_for(connection: asyncpg.Connection, intents: set[str]) -> list[Arrival]:
    """Events that wait for these payment intents, in the order in which they came."""
    return [revive(row["payload"]) for row in await connection.fetch(WAITING, sorted(intents))]


def revive(payload: str) -> Arrival:
    """An event as it came, from its kept body."""
    return arrive(payload, orjson.loads(payload))
