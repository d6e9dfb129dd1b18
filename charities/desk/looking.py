"""The log of who looked at donors: written in the transaction, or before the first row, of what is shown."""

import asyncpg

from charities.desk.asking import Desk

LOOK = "insert into donor_look (charity_id, person_id, what, rows, at) values ($1, $2, left($3, 120), $4, now())"


async def note_look(connection: asyncpg.Connection, desk: Desk, what: str, rows: int) -> None:
    """Note that a partner sees donors' data now.

    Args:
        what: in words, such as “donors who agreed to contact, as CSV”.
        rows: how many donors' rows are shown or handed out.
    """
    await connection.execute(LOOK, desk.charity_id, desk.asker.id, what, rows)
