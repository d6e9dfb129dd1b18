"""What is kept of Stripe's events, and the payments they are about: the statements of the intake, as few as can be."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import NamedTuple

import asyncpg
import orjson

from fundraising.payments.booking import Row
from fundraising.payments.events import Arrival, Fact, arrive
from fundraising.payments.models import EventState, PaymentState, Purpose
from fundraising.store.database import as_rows

KEEP = """
insert into stripe_event (id, type, account, livemode, created_at, received_at, payload, state, reason)
select a.id, a.type, a.account, a.livemode, a.created_at, $3, a.payload, 'taken', ''
from rows from (
  json_to_recordset($1::json) as (id text, type text, account text, livemode bool, created_at timestamptz),
  unnest($2::text[])
) as a (id, type, account, livemode, created_at, payload)
on conflict (id) do nothing returning id
"""
COLUMNS = """
id, purpose, fund_id, charity_id, amount_pence, currency, gift_aid, account, livemode, state, session_id, intent_id,
charge_id, refunded_pence, disputed_pence, dispute_state, fee_pence, statement_name, paid_at, together_id
"""
PURPOSE, STATE = 1, 9  # where these two stand among them
PURPOSES, STATES = {str(one): one for one in Purpose}, {str(one): one for one in PaymentState}
# Each name is looked up by its own index.
LOCK = f"""
select {COLUMNS} from payment where id = any(array(
  select unnest($1::uuid[]) union select id from payment where intent_id = any($2::text[])))
order by id for no key update
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
SAID = ("id", "type", "account", "livemode", "created_at")
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


async def lock(connection: asyncpg.Connection, facts: Sequence[Fact]) -> list[asyncpg.Record]:
    """Lock the payments that facts are about, several gifts together followed by these.

    Returns:
        COLUMNS of each, to be made Rows of by `rows_from`.
    """
    ids = {fact.payment_id for fact in facts if fact.payment_id}
    intents = [fact.intent_id for fact in facts if fact.intent_id and not fact.payment_id]
    found = list(await connection.fetch(LOCK, list(ids), intents)) if ids or intents else []
    if unknown := ids.difference(row["id"] for row in found):  # somebody has changed the id that we gave to Stripe
        intents = [fact.intent_id for fact in facts if fact.payment_id in unknown and fact.intent_id]
        locked = {row["id"] for row in found}
        found += [row for row in await connection.fetch(LOCK, [], intents) if row["id"] not in locked]
    if wholes := [row["id"] for row in found if row["purpose"] == Purpose.TOGETHER]:
        # Whoever holds the whole may lock its parts, and nobody else wants them.
        parts = await connection.fetch(PARTS, wholes)
        found = [row for row in found if row["together_id"] not in wholes] + parts
    return found


def rows_from(found: Iterable[asyncpg.Record]) -> list[Row]:
    """Payments from what `lock` has found: anew each time, since a Row changes while facts are judged."""
    rows = [_row(one) for one in found]
    wholes = {row.id: row for row in rows if row.purpose is Purpose.TOGETHER}
    for row in rows:
        if row.together_id in wholes:
            wholes[row.together_id].parts.append(row)
    return rows


def _row(found: asyncpg.Record) -> Row:
    """A payment from COLUMNS, which are the fields of a Row in their order."""
    values = list(found)
    values[PURPOSE], values[STATE] = PURPOSES[values[PURPOSE]], STATES[values[STATE]]
    return Row(*values)


def columns_of(arrivals: Iterable[Arrival]) -> list[object]:
    """Events as `keep` writes them, each once."""
    # In the order of their ids: two processes that are sent the same events wait for each other, never in a circle.
    ordered = sorted(arrivals, key=attrgetter("id"))
    return [as_rows(SAID, map(attrgetter(*SAID), ordered)), [one.payload for one in ordered], datetime.now(UTC)]


async def keep(connection: asyncpg.Connection, columns: Sequence[object]) -> set[str]:
    """Keep events, whatever they say.

    Args:
        columns: from `columns_of`.

    Returns:
        Ids of those that were not there yet.
    """
    return {row["id"] for row in await connection.fetch(KEEP, *columns)}


async def know_any(connection: asyncpg.Connection, intents: Collection[str]) -> bool:
    """Whether any of these payment intents belongs to a payment by now."""
    return bool(
        await connection.fetchval("select exists (select from payment where intent_id = any($1))", list(intents))
    )


def changes_of(rows: Sequence[Row]) -> list[object]:
    """Payments as `update` writes them back; nothing when there are none."""
    return [[row.id for row in rows], as_rows(CHANGED, map(attrgetter(*CHANGED), rows))] if rows else []


async def update(connection: asyncpg.Connection, changes: Sequence[object]) -> None:
    """Write payments back, which the caller has locked.

    Args:
        changes: from `changes_of`.
    """
    if changes:
        await connection.execute(UPDATE, *changes)


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
