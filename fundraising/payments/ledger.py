"""The ledger: rows that each move money between two accounts, are never changed, and are chained by hashes.

Everybody in this room books through `write`; the database refuses any other change.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

import asyncpg

from fundraising.funds import counting
from fundraising.payments.models import Kind
from fundraising.store.database import as_rows, meanwhile

SUPPORTERS = "supporters"
STRIPE_FEES = "stripe_fees"
ORGANISER = "organiser"
FIRST = "0" * 64  # what the first row follows
RAISING = {  # kinds that make up a raised total, with their sign
    Kind.DONATION: 1,
    Kind.REFUND: -1,
    Kind.REFUND_FAILED: 1,
    Kind.DISPUTE: -1,
    Kind.DISPUTE_WON: 1,
    Kind.CASH_CONFIRMED: 1,
    Kind.CASH_RETURNED: -1,
    Kind.MATCH: 1,
    Kind.MATCH_RETURNED: -1,
}
LOCK = f"""
with head as materialized (select last_id, hash, waiting from ledger_head for update),
{counting.RUNNERS.format(after="head")}
select head.*, runners.* from head left join runners on true
"""  # noqa: S608 - put together from constants, as below
APPEND = """
with head as (update ledger_head set last_id = $2, hash = $3)
insert into transfer (id, debit_account, credit_account, pence, currency, kind, source, payment_id, happened_at,
                      written_at, previous_hash, hash)
select * from json_to_recordset($1::json) as t (
  id bigint, debit_account text, credit_account text, pence bigint, currency text, kind text, source text,
  payment_id uuid, happened_at timestamptz, written_at timestamptz, previous_hash text, hash text)
"""
COLUMNS = (
    "id", "debit_account", "credit_account", "pence", "currency", "kind", "source", "payment_id", "happened_at",
    "written_at", "previous_hash", "hash",
)  # fmt: skip


class Movement(NamedTuple):
    """One movement of money, about to be booked.

    Args:
        kind: says between which accounts.
        source: Stripe's id of the fact, unique within the kind.
        debit: the account that it leaves.
        credit: the account that it reaches.
        pence: more than 0.
        happened_at: says Stripe.
    """

    kind: Kind
    source: str
    debit: str
    credit: str
    pence: int
    currency: str
    payment_id: UUID | None
    happened_at: datetime


def fund_account(fund_id: int) -> str:
    """The account of a fund."""
    return f"fund:{fund_id}"


def bank_account(charity_id: int) -> str:
    """The account of a charity's bank."""
    return f"charity_bank:{charity_id}"


@dataclass(frozen=True, slots=True)
class Head:
    """The newest row of the ledger; who has it from `lock` may append.

    Args:
        waiting: events that wait for a payment.
        runners: the runners' funds that were locked with it, and what they count towards.
    """

    last_id: int
    hash: str
    waiting: int
    runners: counting.Towards


async def lock(connection: asyncpg.Connection, given_to: Iterable[int] = ()) -> Head:
    """Wait until nobody else writes to the ledger; held until the end of the transaction.

    Args:
        given_to: ids of the funds whose totals are about to move; the runners' among them are locked too.
    """
    rows = await connection.fetch(LOCK, sorted(set(given_to)))
    runners = {row["id"]: (row["team_id"], row["charity_id"], row["event_id"]) for row in rows if row["id"]}
    return Head(rows[0]["last_id"], rows[0]["hash"], rows[0]["waiting"], runners)


async def count_waiting(connection: asyncpg.Connection) -> None:
    """Say in the head how many events wait for a payment; the caller holds the lock, as whoever changes that does."""
    await connection.execute(
        "update ledger_head set waiting = (select count(*) from stripe_event where state = 'waiting')"
    )


async def booked(connection: asyncpg.Connection, sources: Iterable[str]) -> dict[tuple[str, str], int]:
    """Pence by (kind, source) of what stands in the ledger already under these sources.

    It is the last word for who holds the ledger's lock, or that of the payment which the sources belong to.
    """
    if not (wanted := sorted(set(sources))):
        return {}
    rows = await connection.fetch("select kind, source, pence from transfer where source = any($1)", wanted)
    return {(row["kind"], row["source"]): row["pence"] for row in rows}


async def write(
    connection: asyncpg.Connection,
    head: Head,
    movements: Sequence[Movement],
    changes: Sequence[counting.Change] = (),
) -> list[int]:
    """Append movements, chained to the newest row, and move the totals that they change. Every process is told.

    Args:
        head: from `lock`, in the same transaction; with the funds of the changes.

    Returns:
        Ids of the funds whose totals moved.

    Raises:
        asyncpg.UniqueViolationError: when one of them stands there already; nothing is written then.
    """
    if not movements:
        return []
    funds, chained = await meanwhile(
        counting.move(connection, changes, head.runners), lambda: _chained(head, movements)
    )
    await connection.execute(APPEND, *chained)
    return funds


def _chained(head: Head, movements: Sequence[Movement]) -> tuple[str, object, object]:
    """Rows of the table, each with the hash of the one before and its own; and the last one's id and hash."""
    number, previous, now = head.last_id, head.hash, datetime.now(UTC)
    rows = list[tuple[object, ...]]()
    for movement in movements:
        number += 1
        row = (
            number,
            movement.debit,
            movement.credit,
            movement.pence,
            movement.currency,
            str(movement.kind),
            movement.source,
            movement.payment_id,
            movement.happened_at,
            now,
        )
        hashed = digest(previous, row)
        rows.append((*row, previous, hashed))
        previous = hashed
    return as_rows(COLUMNS, rows), number, previous


def digest(previous: str, row: Sequence[object]) -> str:
    """The hash of a row: SHA-256 over the hash before it and every column, in the order of the table.

    Args:
        previous: the hash of the row before, 64 zeros for the first.
        row: id, debit, credit, pence, currency, kind, source, payment, happened_at, written_at.
    """
    *plain, happened_at, written_at = row
    assert isinstance(happened_at, datetime)
    assert isinstance(written_at, datetime)
    written = [previous, *map(str, plain), _microseconds(happened_at), _microseconds(written_at)]
    return sha256("\n".join(written).encode()).hexdigest()


def _microseconds(at: datetime) -> str:
    return str(round(at.timestamp() * 1_000_000))
