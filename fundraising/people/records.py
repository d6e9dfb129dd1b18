"""What is kept of a person: each room hands out what it has, and forgets it; the roof lists the rooms.

A person is an address here, and whoever can sign in with it: somebody who has only given is nobody else's business
either.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from fundraising.errors import Problem
from fundraising.people import persons
from fundraising.store.database import snapshot, transaction

Rows = dict[str, list[dict[str, Any]]]  # by the name of the table that the person is shown


@dataclass(frozen=True, slots=True)
class Whom:
    """Whose data it is.

    Args:
        person: the id of who can sign in with the address; None: it has only been given with, or asked from.
        email: in lower case.
    """

    person: int | None
    email: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of somebody's data in a room.

    Args:
        sentences: what stays and why, or what else has happened, in plain words.
        shown_on: ids of the funds whose pages showed something of it.
    """

    sentences: tuple[str, ...] = ()
    shown_on: frozenset[int] = field(default_factory=frozenset)


class NotYet(Problem):
    """Something is under way that has to end first."""

    status = 409
    title = "Not just yet"


async def _nothing_foreseen(_reading: asyncpg.Connection, _whom: Whom) -> Sequence[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Record:
    """What a room has of a person.

    Args:
        tables: the names of its tables as they are handed out, each with a sentence on what it holds.
        export: rows of these tables, of nobody else.
        erase: forgets, within the transaction of its caller; None stands for: nothing stays.
        foresee: what erasing would do besides, said before.
    """

    tables: Mapping[str, str]
    export: Callable[[asyncpg.Connection, Whom], Awaitable[Rows]]
    erase: Callable[[asyncpg.Connection, Whom], Awaitable[Kept | None]]
    foresee: Callable[[asyncpg.Connection, Whom], Awaitable[Sequence[str]]] = _nothing_foreseen


async def find_whom(reading: asyncpg.Connection, email: str) -> Whom:
    """Whose address it is."""
    return Whom(await persons.find(reading, email), email.lower())


async def export(records: Sequence[Record], email: str) -> dict[str, Any]:
    """Everything that is kept of an address, as one document: `of`, `made_at`, `about` and `tables`."""
    tables: Rows = {}
    async with snapshot() as reading:
        whom = await find_whom(reading, email)
        for record in records:
            tables |= await record.export(reading, whom)
    return {
        "of": whom.email,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "about": {name: sentence for record in records for name, sentence in record.tables.items()},
        "tables": {
            name: [{key: _plain(value) for key, value in row.items()} for row in rows] for name, rows in tables.items()
        },
    }


async def foresee(records: Sequence[Record], email: str) -> list[str]:
    """What erasing would do besides, in sentences."""
    async with transaction() as reading:  # not to change anything: the rooms may use the ORM inside
        whom = await find_whom(reading, email)
        return [sentence for record in records for sentence in await record.foresee(reading, whom)]


async def erase(records: Sequence[Record], email: str) -> Kept:
    """Forget everything of an address that may be forgotten, in one transaction; done twice, the second finds nothing.

    The order of the records is that of the locks: places, then funds, then what nobody else waits for.

    Raises:
        NotYet: when something is under way that has to end first; nothing has changed then.
    """
    sentences: list[str] = []
    shown_on: frozenset[int] = frozenset()
    async with transaction() as writing:
        whom = await find_whom(writing, email)
        for record in records:
            if kept := await record.erase(writing, whom):
                sentences += kept.sentences
                shown_on |= kept.shown_on
    return Kept(tuple(sentences), shown_on)


async def rows_of(reading: asyncpg.Connection, statement: str, *given: object) -> list[dict[str, Any]]:
    """The rows of a statement, for an export."""
    return [dict(row) for row in await reading.fetch(statement, *given)]


def _plain(value: object) -> object:
    """A value as JSON has it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return str(value) if isinstance(value, UUID | date) else value
