"""Persons by their e-mail address."""

import asyncpg

FIND = "select id from person where email = lower($1)"
MAKE = """
insert into person (email, name, is_organiser, sign_ins, made_at) values (lower($1), $2, false, 0, now())
on conflict (email) do update set name = case when person.name = '' then excluded.name else person.name end
returning id
"""


async def find(connection: asyncpg.Connection, email: str) -> int | None:
    """The id of the person with this address, or None."""
    found: int | None = await connection.fetchval(FIND, email)
    return found


async def get_or_make(connection: asyncpg.Connection, email: str, name: str = "") -> int:
    """The id of the person with this address, who is made if there is none. Nobody is signed in by that."""
    made: int = await connection.fetchval(MAKE, email, name[:80])
    return made
