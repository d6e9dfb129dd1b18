"""What this wing keeps of a person: whose desk they may see."""

import asyncpg

from fundraising.people.records import Record, Rows, Whom, rows_of

TABLES = {"charity_desks": "Charities whose desk you may see, and what you may do there."}
DESKS = """
select f.name as charity, p.role, p.made_at from partner p join charity c on c.id = p.charity_id
join fund f on f.id = c.fund_id where p.person_id = $1 order by p.made_at
"""


async def _export(reading: asyncpg.Connection, whom: Whom) -> Rows:
    return {"charity_desks": await rows_of(reading, DESKS, whom.person)}


async def _erase(writing: asyncpg.Connection, whom: Whom) -> None:
    await writing.execute("delete from partner where person_id = $1", whom.person)


RECORD = Record(TABLES, _export, _erase)
