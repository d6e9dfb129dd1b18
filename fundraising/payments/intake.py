"""The one door for what Stripe says: events are taken in many in one transaction, each once.

Group commit: whatever arrived while the last batch was being written is the next batch. A batch of many costs hardly
more than one of few, so that in a rush, and only then, a moment is given to those who are just about to come, as
PostgreSQL does for commits (https://www.postgresql.org/docs/current/wal-configuration.html, `commit_delay`). A request
is answered only after the commit that holds its event.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from fundraising.errors import Busy
from fundraising.payments.batch import Teller, keep, take_in_who_comes
from fundraising.payments.events import Arrival
from fundraising.payments.models import Purpose
from fundraising.payments.reports import AccountTeller, tell_nobody
from fundraising.store.database import is_gone

BATCH = 256  # events in one transaction
QUEUE = 4096  # events that may wait
RUSH = 8  # events in a batch: then the next one waits for as many to come again
RUSH_SECONDS = 0.008  # but no longer than this
Waiting = tuple[Arrival, asyncio.Future[None]]


class Intake:
    """The writer of one process. One batch is under way at a time: several wait for the ledger's lock, and are small.

    Args:
        tellers: for each purpose, whom to call within the transaction when something of it moved.
        moved: told after the commit which funds' totals moved, so that our own pages are right at once.
        tell_of_account: called within the transaction when Stripe says something else of a charity's account.
    """

    def __init__(
        self,
        tellers: Mapping[Purpose, Teller],
        moved: Callable[[list[int]], None],
        tell_of_account: AccountTeller = tell_nobody,
    ) -> None:
        self.tellers = tellers
        self.moved = moved
        self._tell_of_account = tell_of_account
        self.waiting: list[Waiting] = []
        self._writer: asyncio.Task[None] | None = None
        self._expected = 0  # events, in a rush: those of the last batch once more, and who waited then
        self._all_there = asyncio.Event()

    def take(self, arrival: Arrival, future: asyncio.Future[None]) -> None:
        """Take an event in: the future is done once it is durable, its effect included; of a second delivery just so.

        It fails with Busy when too many wait already, and with DatabaseGone when the database does not answer: nothing
        is stored then, and Stripe comes again.
        """
        if len(self.waiting) >= QUEUE:
            future.set_exception(Busy())
            return
        self.waiting.append((arrival, future))
        if len(self.waiting) >= self._expected:
            self._all_there.set()
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())

    async def _write(self) -> None:
        try:
            while self.waiting:
                # A task of its own per round: a connection cut while idle makes Tortoise fail for ever in the same one.
                batch = await asyncio.create_task(self._commit([]))
                self._expected = min(len(batch) + len(self.waiting), BATCH) if len(batch) >= RUSH else 0
        finally:
            self._writer = None

    async def _commit(self, batch: list[Waiting]) -> list[Waiting]:
        """Commit a batch; an empty one becomes those who wait once the transaction is open."""

        async def come() -> list[Arrival]:
            if not batch:
                await self._gather()
                batch.extend(self._next())
            return [arrival for arrival, _ in batch]

        try:
            funds = await take_in_who_comes(come, self.tellers, self._tell_of_account)
        except Exception as error:  # noqa: BLE001 - around one batch: one bad event never sinks its neighbours
            if not batch:
                batch.extend(self._next())
            await self._fail(batch, error)
        else:
            self._done(batch, funds)
        return batch

    def _next(self) -> list[Waiting]:
        batch, self.waiting = self.waiting[:BATCH], self.waiting[BATCH:]
        return batch

    async def _gather(self) -> None:
        """In a rush, wait a moment for who is about to come."""
        if len(self.waiting) < self._expected:
            self._all_there.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(RUSH_SECONDS):
                    await self._all_there.wait()

    def _done(self, batch: Sequence[Waiting], funds: list[int]) -> None:
        if funds:
            self.moved(funds)
        for _, future in batch:
            if not future.done():
                future.set_result(None)

    async def _fail(self, batch: Sequence[Waiting], error: Exception) -> None:
        """Of a batch that could not be committed, try each alone, unless the database is gone."""
        for one in batch:
            if len(batch) == 1 or is_gone(error):
                await self._give_up(*one, error)
            else:
                await asyncio.create_task(self._commit([one]))

    async def _give_up(self, arrival: Arrival, future: asyncio.Future[None], error: Exception) -> None:
        """Keep an event that the database refuses, with the reason; when that fails too, Stripe has to come again."""
        try:
            if is_gone(error):
                raise error
            await keep(arrival, f"refused by the database: {error}")
        except Exception as failure:  # noqa: BLE001 - handed to the request that waits
            if not future.done():
                future.set_exception(failure)
            return
        if not future.done():
            future.set_result(None)
