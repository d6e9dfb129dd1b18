"""What this room keeps of an address: which letters went there, and which it wants no more of."""

from typing import Any, Protocol

import asyncpg

TABLES = {
    "letters": "Letters that were written to you: which, and when. Their words are not kept.",
    "stopped_letters": "Series of letters that you have stopped.",
}
LETTERS = """
select recipient as to, template as letter, series, written_at, sent_at from letter
where lower(recipient) = $1 order by written_at, id
"""
STOPPED = "select series, stopped_at from stopped_series where email = $1 order by series"
FORGET = ("delete from letter where lower(recipient) = $1", "delete from stopped_series where email = $1")


class Addressee(Protocol):
    """Whoever has an address; this room lies below the one that knows persons."""

    @property
    def email(self) -> str:
        """In lower case."""


async def export(reading: asyncpg.Connection, whom: Addressee) -> dict[str, list[dict[str, Any]]]:
    """Letters and stopped series of an address."""
    return {
        "letters": [dict(row) for row in await reading.fetch(LETTERS, whom.email)],
        "stopped_letters": [dict(row) for row in await reading.fetch(STOPPED, whom.email)],
    }


async def erase(writing: asyncpg.Connection, whom: Addressee) -> None:
    """Forget them; a letter that waits to be sent is not sent any more."""
    for statement in FORGET:
        await writing.execute(statement, whom.email)
