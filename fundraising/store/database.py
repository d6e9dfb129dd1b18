"""Connections and transactions: one pool per process, shared by the ORM and the few paths that go past it.

Four paths go past the ORM, for speed, through `connection()` and `transaction()` here: webhook intake, the read of a
fund, leaderboards, the live snapshot.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast
from urllib.parse import parse_qs, urlsplit

import asyncpg
import orjson
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.exceptions import DBConnectionError, OperationalError
from tortoise.transactions import in_transaction

from fundraising.errors import DatabaseGone

Found = TypeVar("Found")
Done = TypeVar("Done")
APP = "house"  # the one Tortoise app: one line of history for the whole schema
GONE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    DBConnectionError,
)


def tortoise_config(url: str, models: Sequence[str], *, pool_size: int = 10) -> dict[str, Any]:
    """What Tortoise wants to know.

    Args:
        url: postgresql://…
        models: dotted names of the modules that hold tables; the roof lists them.
        pool_size: most connections of this process.
    """
    parts = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    credentials: dict[str, Any] = {
        "host": query.pop("host", None) or parts.hostname or "localhost",
        "port": parts.port or 5432,
        "user": parts.username or "postgres",
        "password": parts.password,
        "database": parts.path.lstrip("/") or "postgres",
        "minsize": 1,
        "maxsize": pool_size,
        "timeout": 5,
        "command_timeout": 30,
        "reset": _leave_as_it_is,
    }
    if "sslmode" in query:
        credentials["ssl"] = query["sslmode"]
    return {
        "connections": {"default": {"engine": "tortoise.backends.asyncpg", "credentials": credentials}},
        "apps": {APP: {"models": list(models), "migrations": "fundraising.migrations"}},
        "use_tz": True,
        "timezone": "UTC",
    }


async def _leave_as_it_is(_connection: asyncpg.Connection) -> None:
    """No round trip when a connection goes back: we never leave a setting, a cursor or a listener on a pooled one."""


@asynccontextmanager
async def opened(config: dict[str, Any]) -> AsyncIterator[None]:
    """The database, open for the time of the block, for this task and those it starts.

    Used by the commands and the tests; the application opens it in its lifespan by `RegisterTortoise`.
    """
    async with TortoiseContext() as context:
        await context.init(config=config)
        yield


@asynccontextmanager
async def connection() -> AsyncIterator[asyncpg.Connection]:
    """A raw connection: that of the surrounding transaction, or one of the pool.

    Raises:
        DatabaseGone: when the database does not answer.
    """
    with reachable():
        async with get_connection("default").acquire_connection() as raw:
            yield cast(asyncpg.Connection, raw)


@asynccontextmanager
async def transaction() -> AsyncIterator[asyncpg.Connection]:
    """A transaction, nested ones as savepoints; ORM calls inside belong to it too.

    Raises:
        DatabaseGone: when the database does not answer.
    """
    with reachable():
        async with in_transaction("default") as wrapper:
            yield cast(asyncpg.Connection, wrapper._connection)


@asynccontextmanager
async def snapshot() -> AsyncIterator[asyncpg.Connection]:
    """A connection that sees one instant of the database through all its queries, or the surrounding transaction.

    Raises:
        DatabaseGone: when the database does not answer.
    """
    async with connection() as raw:
        if raw.is_in_transaction():
            yield raw
        else:
            async with raw.transaction(isolation="repeatable_read", readonly=True):
                yield raw


def as_rows(names: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows for `json_to_recordset`: one argument, written in a fraction of the time that an array per column takes.

    Args:
        names: of the columns, in the order of the values.
    """
    return orjson.dumps([dict(zip(names, row, strict=True)) for row in rows], default=str).decode()


async def meanwhile(statement: Awaitable[Found], work: Callable[[], Done]) -> tuple[Found, Done]:
    """Do some work of our own while the database is at a statement.

    Returns:
        What the statement returns, and what the work does.
    """
    running = asyncio.ensure_future(statement)
    try:
        await asyncio.sleep(0)  # it is on its way
        done = work()
    finally:
        found = await running
    return found, done


class reachable:  # noqa: N801 - reads as a word in `with reachable():`
    """Turns the many ways of losing the database into one: DatabaseGone."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is not None and is_gone(error):
            raise DatabaseGone from error


def is_gone(error: BaseException) -> bool:
    """Whether an error means that the database does not answer, rather than that it refused something."""
    if isinstance(error, asyncio.CancelledError | DatabaseGone):
        return False
    if isinstance(error, OSError) and error.filename is not None:
        return False  # a file of ours; a lost socket has no name
    if isinstance(error, GONE):
        return True
    return type(error) is OperationalError and isinstance(error.__cause__, GONE)
