"""What happened becomes messages: each endpoint reads the ledger on, so that the intake of gifts does nothing for it.

Ids of transfers become visible in their order, since whoever writes holds the ledger's head until its commit: with
`read_to` moved in the same transaction none is missed, and none is told twice.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg

from charities.api.shapes import Message, Told
from fundraising.payments.ledger import RAISING
from fundraising.payments.models import Kind
from fundraising.store.database import connection, transaction
from fundraising.store.ids import new_id

AT_ONCE = 500  # transfers that an endpoint reads in one transaction
Type = Literal["donation.paid", "donation.refunded", "donation.restored", "ping"]
FIRST = (Kind.DONATION, Kind.CASH_CONFIRMED, Kind.MATCH)
DUE = """
select id from endpoint where ended_at is null and read_to < (select last_id from ledger_head) order by id
"""
LOCK = """
select e.id, e.read_to, c.fund_id, f.slug from endpoint e join charity c on c.id = e.charity_id
join fund f on f.id = c.fund_id where e.id = $1 and e.ended_at is null for no key update of e skip locked
"""
READ = """
select t.id, t.kind, t.pence, t.happened_at, p.id as payment_id, p.amount_pence, p.currency,
       p.amount_pence - p.refunded_pence - p.disputed_pence as standing_pence
from transfer t join payment p on p.id = t.payment_id
where t.id > $2 and t.id <= $3 and t.kind = any($4) and p.charity_id = $1 and p.purpose in ('donation', 'cash', 'match')
order by t.id limit $5
"""
WRITE = """
insert into delivery (id, endpoint_id, kind, once, body, made_at, tries, next_at, trouble)
values ($1, $2, $3, $4, $5, $6, 0, $6, '') on conflict (endpoint_id, once) do nothing
"""
READ_TO = "update endpoint set read_to = $2 where id = $1"


async def tell_all() -> int:
    """Let every endpoint read on; one that another process reads for is left to that.

    Returns:
        How many messages were written.
    """
    async with connection() as asking:
        due = [row["id"] for row in await asking.fetch(DUE)]
    return sum([await _read_on(endpoint) for endpoint in due])


async def _read_on(endpoint: int) -> int:
    written = 0
    while True:
        async with transaction() as reading:
            of = await reading.fetchrow(LOCK, endpoint)
            if of is None:
                return written
            last = await reading.fetchval("select last_id from ledger_head")
            rows = await reading.fetch(READ, of["fund_id"], of["read_to"], last, list(RAISING), AT_ONCE)
            for row in rows:
                await write(
                    reading, endpoint, f"transfer {row['id']}", _type(row), charity=of["slug"], about=_told(row)
                )
            written += len(rows)
            await reading.execute(READ_TO, endpoint, rows[-1]["id"] if len(rows) == AT_ONCE else last)
        if len(rows) < AT_ONCE:
            return written


async def write(
    writing: asyncpg.Connection, endpoint: int, once: str, kind: Type, *, charity: str, about: Told | None = None
) -> UUID:
    """Write a message that is due now, within the caller's transaction.

    Args:
        once: what it is about; each thing is told to each endpoint once.
        charity: its slug.
    """
    message = Message(id=new_id(), type=kind, made_at=datetime.now(UTC), charity=charity, data=about)
    await writing.execute(WRITE, message.id, endpoint, kind, once, message.model_dump_json(), message.made_at)
    return message.id


def _type(row: Mapping[str, Any]) -> Type:
    if row["kind"] in FIRST:
        return "donation.paid"
    return "donation.restored" if RAISING[Kind(row["kind"])] > 0 else "donation.refunded"


def _told(row: Mapping[str, Any]) -> Told:
    return Told(
        donation=row["payment_id"],
        moved_pence=row["pence"],
        amount_pence=row["amount_pence"],
        standing_pence=row["standing_pence"],
        currency=row["currency"],
        at=row["happened_at"],
    )
