"""Persons by their e-mail address."""

from datetime import timedelta

import asyncpg

FIND = "select id from person where email = lower($1)"
MAKE = """
insert into person (email, name, is_organiser, sign_ins, made_at) values (lower($1), $2, false, 0, now())
on conflict (email) do update set email = excluded.email  -- so that the row is returned; nobody else names a person
returning id
"""
MAKE_IF = """
with made as (
  insert into person (email, name, is_organiser, sign_ins, made_at) select lower($1), '', false, 0, now() where $2::bool
  on conflict (email) do nothing returning id
)
select id from made union all select id from person where email = lower($1)
"""
MAKE_ORGANISER = """
insert into person (email, name, is_organiser, sign_ins, made_at) values (lower($1), '', true, 0, now())
on conflict (email) do update set is_organiser = true returning id
"""
SHORTEN = "update session set expires_at = least(expires_at, made_at + $2::interval) where person_id = $1"


async def find(connection: asyncpg.Connection, email: str) -> int | None:
    """The id of the person with this address, or None."""
    found: int | None = await connection.fetchval(FIND, email)
    return found


async def find_or_make_if(connection: asyncpg.Connection, email: str, wanted: bool) -> int | None:
    """The id of the person with this address, who is made if wanted; the same statement for everybody, so that the time
    it takes tells nothing."""
    found: int | None = await connection.fetchval(MAKE_IF, email, wanted)
    return found


async def get_or_make(connection: asyncpg.Connection, email: str, name: str = "") -> int:
    """The id of the person with this address, who is made if there is none. Nobody is signed in by that."""
    made: int = await connection.fetchval(MAKE, email, name[:80])
    return made


async def make_organiser(connection: asyncpg.Connection, email: str, lasts: timedelta) -> int:
    """Make the person with this address an organiser.

    Args:
        lasts: how long an organiser's sessions last; those from before are held to it.

    Returns:
        The person's id.
    """
    made: int = await connection.fetchval(MAKE_ORGANISER, email)
    await connection.execute(SHORTEN, made, lasts)
    return made
