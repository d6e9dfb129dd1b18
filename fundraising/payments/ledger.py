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
from fundraising.store.migrate import LEDGER_LOCK

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


async def lock(connection: asyncpg.Connection) -> None:
    """Wait until nobody else writes to the ledger; held until the end of the transaction."""
    await connection.execute("select pg_advisory_xact_lock($1)", LEDGER_LOCK)


async def booked(connection: asyncpg.Connection, sources: Iterable[str]) -> set[tuple[str, str]]:
    """Which (kind, source) of these sources stand in the ledger already. Call it after `lock`."""
    if not (wanted := sorted(set(sources))):
        return set()
    rows = await connection.fetch("select kind, source from transfer where source = any($1)", wanted)
    return {(row["kind"], row["source"]) for row in rows}


async def write(connection: asyncpg.Connection, movements: Sequence[Movement]) -> None:
    """Append movements, chained to the newest row. Call it after `lock`.

    Raises:
        asyncpg.UniqueViolationError: when one of them stands there already; nothing is written then.
    """
    if not movements:
        return
    last = await connection.fetchrow("select id, hash from transfer order by id desc limit 1")
    number, previous = (last["id"], last["hash"]) if last else (0, FIRST)
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
    await connection.execute(INSERT, *(list(column) for column in zip(*rows, strict=True)))


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
