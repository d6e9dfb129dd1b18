"""What this room keeps of an address: what was reported with it, until somebody has looked."""

import asyncpg

from fundraising.people.records import Record, Rows, Whom, rows_of

TABLES = {
    "reports": "What you reported and left your address with. Once somebody has looked, the address is forgotten."
}
REPORTS = """
select f.name as page, r.reason, r.made_at from report r join fund f on f.id = r.fund_id
where lower(r.email) = $1 order by r.made_at, r.id
"""
FORGET = "update report set email = '', reason = 'Forgotten, as its writer asked.' where lower(email) = $1"


async def _export(reading: asyncpg.Connection, whom: Whom) -> Rows:
    return {"reports": await rows_of(reading, REPORTS, whom.email)}


async def _erase(writing: asyncpg.Connection, whom: Whom) -> None:
    await writing.execute(FORGET, whom.email)


RECORD = Record(TABLES, _export, _erase)
