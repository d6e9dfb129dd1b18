"""Numbers that take long, of charities with very many gifts: reckoned beside the page, at most once a minute.

Each open desk looks every few seconds, and the addresses of a hundred thousand gifts take longer than all other figures
together, as does their ledger.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

import asyncpg

from fundraising.store.database import connection

MANY, KEPT_SECONDS = 20_000, 60.0
MOST_KEPT = 1000
Reckon = Callable[..., Awaitable[int]]  # of a connection, and what is asked for
Asked = tuple[object, ...]  # that function, and the same


class Beside:
    """Reckons, and remembers for a while what took long; one per process.

    Args:
        many: from so many gifts on.
    """

    def __init__(self, many: int = MANY, seconds: float = KEPT_SECONDS) -> None:
        self._many = many
        self._seconds = seconds
        self._kept: dict[Asked, tuple[float, int]] = {}
        self._reckoning: dict[Asked, asyncio.Task[int]] = {}

    async def reckon(self, reading: asyncpg.Connection, gifts: int, reckon: Reckon, *given: object) -> int | None:
        """A number; None: it is being reckoned for the first time, and known at the next look.

        Args:
            gifts: how many have to be looked through.
            reckon: how, from `given`.
        """
        if gifts < self._many:
            return await reckon(reading, *given)
        asked = (reckon, *given)
        fresh_until, known = self._kept.get(asked, (0.0, None))
        if fresh_until < time.monotonic() and asked not in self._reckoning:
            task = self._reckoning[asked] = asyncio.create_task(self._apart(reckon, given))
            task.add_done_callback(lambda done: self._reckoned(asked, done))
        return known

    async def _apart(self, reckon: Reckon, given: Asked) -> int:
        async with connection() as reading:
            return await reckon(reading, *given)

    def _reckoned(self, asked: Asked, task: "asyncio.Task[int]") -> None:
        del self._reckoning[asked]
        if task.cancelled() or task.exception() is not None:
            return  # whoever looks next has it reckoned again
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[asked] = (time.monotonic() + self._seconds, task.result())
