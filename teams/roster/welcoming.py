"""Who comes into a team by an invitation and is placed: seated, noted, and told to the captain."""

from collections.abc import Collection, Sequence
from uuid import UUID

import asyncpg

from fundraising.mail.letters import NewLetter, write
from fundraising.store.database import transaction
from teams.entries.placing import public_name
from teams.roster.founding import note
from teams.roster.models import FactKind
from teams.roster.seats import TeamFull, within_the_team

ARRIVED = """
select e.id, e.first_name, e.last_name, e.guardian_name <> '' as is_child, t.id as team_id,
       s.id as seat_id, array_remove(array[c.email, d.email], null) as captains
from entry e join team t on t.fund_id = e.team_id
     left join seat s on s.entry_id = e.id and s.state = 'joined'
     left join person c on c.id = t.captain_id left join person d on d.id = t.co_captain_id
where e.id = any($1) order by e.made_at, e.id
"""
SIT = "insert into seat (team_id, state, entry_id, name, nudges, opened_at) values ($1, 'joined', $2, '', 0, now())"
ALONE = "update entry set team_id = null where id = $1"


async def welcome(connection: asyncpg.Connection, entries: Sequence[UUID]) -> Collection[UUID]:
    """Called within the transaction that places entries which came into a team.

    Returns:
        Those who paid so late that their seat had gone to somebody else and the team is full: they run all the same.
    """
    rows = await connection.fetch(ARRIVED, list(entries))
    alone = {row["id"] for row in rows if row["seat_id"] is None and not await _find_seat(connection, row)}
    for row in rows:
        if row["id"] not in alone:
            await _tell(connection, row)
    return alone


async def tell_arrival(connection: asyncpg.Connection, entry: UUID) -> None:
    """Somebody sits in a team now: its history says so, and its captains are told."""
    for row in await connection.fetch(ARRIVED, [entry]):
        await _tell(connection, row)


async def _tell(connection: asyncpg.Connection, row: asyncpg.Record) -> None:
    name = "" if row["is_child"] else public_name(row["first_name"], row["last_name"], is_child=False)
    await note(connection, row["team_id"], FactKind.JOINED, name)
    facts, once = {"entry": str(row["id"]), "team": row["team_id"]}, f"joined {row['id']} {row['team_id']}"
    letters = [NewLetter(to, "friend_joined", facts, f"{once} {to}") for to in row["captains"]]
    await write(connection, letters)


async def _find_seat(connection: asyncpg.Connection, row: asyncpg.Record) -> bool:
    """Another seat for who paid when theirs was gone."""
    try:
        async with transaction() as trying, within_the_team():
            await trying.execute(SIT, row["team_id"], row["id"])
    except TeamFull:
        await connection.execute(ALONE, row["id"])
        return False
    return True
