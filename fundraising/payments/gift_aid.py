"""Gift Aid of a payment that was made: added later, or not wanted any more. No money moves; the totals of it do."""

from uuid import UUID

import asyncpg

from fundraising.funds import counting
from fundraising.payments import ledger
from fundraising.payments.models import standing

LOCK = """
select purpose, fund_id, charity_id, state, amount_pence, refunded_pence, disputed_pence, gift_aid
from payment where id = $1 for no key update
"""
STANDS = ("state", "amount_pence", "refunded_pence", "disputed_pence")
CHANGE = "update payment set gift_aid = $2 where id = $1"


async def lock(connection: asyncpg.Connection, payment_id: UUID) -> asyncpg.Record:
    """A payment as it stands; until the end of the transaction nothing of it goes back, or comes."""
    return await connection.fetchrow(LOCK, payment_id)


async def change(connection: asyncpg.Connection, payment_id: UUID, wanted: bool) -> None:
    """Let a payment have Gift Aid, or not; estimates follow, within the caller's transaction.

    Locks are taken as everybody does: the payment, the ledger's head, then funds. What the fund counts towards is read
    under its lock, so that it cannot move to another team meanwhile.
    """
    payment = await lock(connection, payment_id)
    if payment["gift_aid"] is wanted:
        return
    await connection.execute(CHANGE, payment_id, wanted)
    stands = standing(*(payment[name] for name in STANDS))
    if aid := counting.gift_aid(stands) if wanted else -counting.gift_aid(stands):
        fund_id, charity_id = payment["fund_id"], payment["charity_id"]
        head = await ledger.lock(connection, [fund_id])
        await counting.move(connection, [counting.Change(fund_id, charity_id, 0, aid, 0)], head.runners)
