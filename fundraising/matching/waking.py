"""Pots are woken by what a moved total tells every process anyway, so that the intake of gifts does nothing for them.

The ledger is their queue: what a process was told of, and did not get to, the next look at it finds.
"""

import asyncio
import logging
from collections.abc import Callable

from fundraising.matching.adding import Done, add_for
from fundraising.store.database import is_gone

log = logging.getLogger(__name__)

BREATH_SECONDS = 0.1  # what comes meanwhile is read in one go


class Matcher:
    """Lets pots read on, one process's share of that; several may, since each pot is read under its lock.

    Args:
        told: after each commit, what was done.
    """

    def __init__(self, told: Callable[[Done], None]) -> None:
        self._told = told
        self._moved: set[int] | None = set()  # funds whose pots have something to read; None: all
        self._wake = asyncio.Event()

    def hear(self, payload: str) -> None:
        """Totals of these funds have moved, as the ledger tells it; an empty text stands for any."""
        if not payload:
            self._moved = None
        elif self._moved is not None:
            self._moved.update(int(part) for part in payload.split(","))
        self._wake.set()

    async def look(self) -> None:
        """By the clock: whatever was missed is found now."""
        self.hear("")

    async def run(self) -> None:
        """Work until cancelled."""
        self.hear("")
        while True:
            await self._wake.wait()
            self._wake.clear()
            # A task of its own per round: a connection cut while idle would spoil this one for ever.
            await asyncio.create_task(self._round())
            await asyncio.sleep(BREATH_SECONDS)

    async def _round(self) -> None:
        try:
            await self.work()
        except Exception as error:
            if not is_gone(error):
                log.exception("pots could not read on; they try again within a minute")

    async def work(self) -> None:
        """Let every pot read on that was woken."""
        moved, self._moved = self._moved, set()
        done = await add_for(moved)
        if done.funds or done.levels:
            self._told(done)
