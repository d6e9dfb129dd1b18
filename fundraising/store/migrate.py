"""Bringing the database up to date, safely by two machines at once and as often as you like."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import resources
from typing import Any

import asyncpg
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.queries import Queries
from tortoise.context import TortoiseContext
from tortoise.migrations.api.migrate import migrate as apply_migrations

from fundraising.store.database import APP

LOCK = 0x6675_6E64_7301  # of the migrations: "funds", 1


async def bring_up_to_date(url: str, config: dict[str, Any]) -> None:
    """Apply what is missing of the migrations, and PgQueuer's tables, under an advisory lock."""
    async with _alone(url) as connection:
        if await is_up_to_date(connection):
            return
        async with TortoiseContext():  # of its own, so that nobody finds it open afterwards
            await apply_migrations(config=config, app_labels=[APP])
        queue = Queries(AsyncpgDriver(connection))
        if not await queue.schema_is_installed():
            await queue.install()
        else:
            await queue.upgrade()


@asynccontextmanager
async def _alone(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        await connection.execute("select pg_advisory_lock($1)", LOCK)
        yield connection
    finally:
        await connection.close()


def written() -> set[str]:
    """Names of the migrations that this version of the house knows."""
    folder = resources.files("fundraising.migrations")
    return {file.name.removesuffix(".py") for file in folder.iterdir() if file.name[:4].isdigit()}


async def is_up_to_date(connection: asyncpg.Connection) -> bool:
    """Whether every migration that we know has been applied, and the queue's table stands."""
    if not await connection.fetchval(
        "select to_regclass('tortoise_migrations') is not null and to_regclass('pgqueuer') is not null"
    ):
        return False
    rows = await connection.fetch("select name from tortoise_migrations where app = $1", APP)
    return written() <= {row["name"] for row in rows}
