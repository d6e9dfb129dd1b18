"""What this room keeps of an address: which event it wants to hear from, and what it wrote to the organiser."""

import asyncpg

from fundraising.people.records import Record, Rows, Whom, rows_of

TABLES = {
    "interests": "Events that you want to hear from when they open.",
    "enquiries": "What you wrote to an organiser, as a sponsor or a charity.",
}
INTERESTS = """
select f.name as event, i.name, i.email, i.made_at, i.told_at
from interest i join event e on e.id = i.event_id join fund f on f.id = e.fund_id
where lower(i.email) = $1 order by i.made_at
"""
ENQUIRIES = """
select f.name as event, q.kind, q.name, q.email, q.organisation, q.message, q.made_at, q.answered_at
from enquiry q join event e on e.id = q.event_id join fund f on f.id = e.fund_id
where lower(q.email) = $1 order by q.made_at
"""
# The organiser's letter holds what was written; its key is that of the message.
FORGET = (
    "delete from letter where once in (select 'enquiry ' || id from enquiry where lower(email) = $1)",
    "delete from enquiry where lower(email) = $1",
    "delete from interest where lower(email) = $1",
)


async def _export(reading: asyncpg.Connection, whom: Whom) -> Rows:
    return {
        "interests": await rows_of(reading, INTERESTS, whom.email),
        "enquiries": await rows_of(reading, ENQUIRIES, whom.email),
    }


async def _erase(writing: asyncpg.Connection, whom: Whom) -> None:
    for statement in FORGET:
        await writing.execute(statement, whom.email)


RECORD = Record(TABLES, _export, _erase)
