"""How many supporters agree to hear from a charity: whose latest gift says so; and what the organiser owes it.

Of very many gifts each is counted beside the page, at most once a minute: each open desk looks every few seconds, and
the addresses of a hundred thousand gifts take longer than all other figures together, as does their ledger.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

import asyncpg

from charities.desk.parts import STANDS
from fundraising.payments.owed import find_owed
from fundraising.store.database import connection

MANY, KEPT_SECONDS = 20_000, 60.0
MOST_KEPT = 1000
Given = tuple[object, ...]
Reckon = Callable[[asyncpg.Connection, str, Given], Awaitable[int]]
# Stripe's clock counts in seconds: of two gifts in one the later made decides.
AGREED = """
select count(*) from (
  select max(p.paid_at) filter (where d.contact_ok) as yes, max(p.paid_at) filter (where not d.contact_ok) as no,
         max(p.created_at) filter (where d.contact_ok) as yes_made,
         max(p.created_at) filter (where not d.contact_ok) as no_made
  from payment p join donation d on d.payment_id = p.id
  where {within} and {stands} > 0 and d.email <> '' group by lower(d.email)
) said where yes is not null and (no is null or yes > no or yes = no and yes_made > no_made)
"""


async def _count(reading: asyncpg.Connection, within: str, given: Given) -> int:
    found: int = await reading.fetchval(AGREED.format(within=within, stands=STANDS), *given)
    return found


async def _owed(reading: asyncpg.Connection, _within: str, given: Given) -> int:
    found = await find_owed(reading, int(str(given[0])))
    return found.pence if found else 0


class Agreeing:
    """Counts, and remembers large counts for a while; one per process.

    Args:
        many: from so many gifts on.
        reckon: what is counted.
    """

    def __init__(self, many: int = MANY, seconds: float = KEPT_SECONDS, reckon: Reckon = _count) -> None:
        self._many = many
        self._seconds = seconds
        self._reckon = reckon
        self._kept: dict[Given, tuple[float, int]] = {}
        self._counting: dict[Given, asyncio.Task[int]] = {}

    async def count(self, reading: asyncpg.Connection, within: str, given: Given, gifts: int) -> int | None:
        """How many addresses agree; None: it is being counted for the first time, and known at the next look.

        Args:
            within: which payments, as a condition with the arguments `given`.
            gifts: how many there are.
        """
        if gifts < self._many:
            return await self._reckon(reading, within, given)
        fresh_until, known = self._kept.get(given, (0.0, None))
        if fresh_until < time.monotonic() and given not in self._counting:
            task = self._counting[given] = asyncio.create_task(self._beside(within, given))
            task.add_done_callback(lambda done: self._counted(given, done))
        return known

    async def _beside(self, within: str, given: Given) -> int:
        async with connection() as reading:
            return await self._reckon(reading, within, given)

    def _counted(self, given: Given, task: "asyncio.Task[int]") -> None:
        del self._counting[given]
        if task.cancelled() or task.exception() is not None:
            return  # whoever looks next has it counted again
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[given] = (time.monotonic() + self._seconds, task.result())


class Owing(Agreeing):
    """The pence that the organiser holds for a charity, as `payments.owed` reckons them, of whatever days."""

    def __init__(self, many: int = MANY, seconds: float = KEPT_SECONDS) -> None:
        super().__init__(many, seconds, _owed)

    async def of(self, reading: asyncpg.Connection, charity: int, gifts: int) -> int | None:
        """What is owed to the charity with that fund; None: it is being reckoned for the first time."""
        return await self.count(reading, "", (charity,), gifts)
