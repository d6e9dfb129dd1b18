"""The ledger: rows that each move money between two accounts, are never changed, and are chained by hashes.

Everybody in this room books through `write`; the database refuses any other change.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

import asyncpg

from fundraising.payments.models import Kind

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
    Kind.MATCH: 1,
}
INSERT = """
with head as (update ledger_head set last_id = $13, hash = $14)
insert into transfer (id, debit_account, credit_account, pence, currency, kind, source, payment_id, happened_at,
                      written_at, previous_hash, hash)
select * from unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[],
                     $8::uuid[], $9::timestamptz[], $10::timestamptz[], $11::text[], $12::text[])
"""


@dataclass(frozen=True, slots=True)
class Movement:
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
    """

    last_id: int
    hash: str
    waiting: int = 0


async def lock(connection: asyncpg.Connection) -> Head:
    """Wait until nobody else writes to the ledger; held until the end of the transaction."""
    row = await connection.fetchrow("select last_id, hash, waiting from ledger_head for update")
    return Head(row["last_id"], row["hash"], row["waiting"])


async def count_waiting(connection: asyncpg.Connection) -> None:
    """Say in the head how many events wait for a payment; the caller holds the lock, as whoever changes that does."""
    await connection.execute(
        "update ledger_head set waiting = (select count(*) from stripe_event where state = 'waiting')"
    )


async def booked(connection: asyncpg.Connection, sources: Iterable[str]) -> set[tuple[str, str]]:
    """Which (kind, source) of these sources stand in the ledger already.

    It is the last word for who holds the ledger's lock, or that of the payment which the sources belong to.
    """
    if not (wanted := sorted(set(sources))):
        return set()
    rows = await connection.fetch("select kind, source from transfer where source = any($1)", wanted)
    return {(row["kind"], row["source"]) for row in rows}


async def write(connection: asyncpg.Connection, head: Head, movements: Sequence[Movement]) -> None:
    """Append movements, chained to the newest row.

    Args:
        head: from `lock`, in the same transaction.

    Raises:
        asyncpg.UniqueViolationError: when one of them stands there already; nothing is written then.
    """
    if not movements:
        return
    number, previous = head.last_id, head.hash
    now = datetime.now(UTC)
    rows = []
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
    await connection.execute(INSERT, *(list(column) for column in zip(*rows, strict=True)), number, previous)


def digest(previous: str, row: Sequence[object]) -> str:
    """The hash of a row: SHA-256 over the hash before it and every column, in the order of the table.

    Args:
        previous: the hash of the row before, 64 zeros for the first.
        row: id, debit, credit, pence, currency, kind, source, payment, happened_at, written_at.
    """
    *plain, happened_at, written_at = row
    assert isinstance(happened_at, datetime)
    assert isinstance(written_at, datetime)
    written = [str(value) for value in plain] + [
        str(round(at.timestamp() * 1_000_000)) for at in (happened_at, written_at)
    ]
    return sha256("\n".join([previous, *written]).encode()).hexdigest()
