"""Messages are delivered: again and again for three days, then no more; no endpoint waits for another.

A message is claimed before it is sent, with a lease, so that no two processes send it at once; no transaction is open
while the outside is talked to. Who dies in between leaves it to the others, and its id tells that it is the same.
"""

import asyncio
import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import asyncpg

from charities.api.sending import HEADER, Answer, Messenger, sign
from charities.api.telling import tell_all
from charities.partners.finding import find_finance
from fundraising.mail.letters import NewLetter, write
from fundraising.settings import Settings
from fundraising.store.database import connection, is_gone, transaction
from fundraising.web.sealing import SealBroken, unseal

log = logging.getLogger(__name__)

CHANNEL = "deliveries"  # NOTIFY: a message was written at the desk
SEALED = "webhook endpoint"
LETTER = "endpoint_ended"
LEASE = timedelta(minutes=1)
GIVEN_UP_AFTER = timedelta(days=3)
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360)]  # the last one again and again
AT_ONCE = 20  # endpoints that one process talks to
IN_A_ROW = 50  # messages to one of them before the others get its place
BREATH_SECONDS = 1.0
KEPT_DAYS = 30
LATER = "messages could not be delivered; they are tried again within a minute"
DUE = """
select distinct d.endpoint_id from delivery d join endpoint e on e.id = d.endpoint_id
where d.next_at <= $1 and e.ended_at is null
"""
CLAIM = """
update delivery d set tries = d.tries + 1, next_at = $3 from endpoint e
where e.id = d.endpoint_id and d.id = (
  select id from delivery where endpoint_id = $1 and next_at <= $2 and done_at is null
  order by made_at, id limit 1 for update skip locked)
returning d.id, d.kind, d.body, d.tries, d.made_at, d.endpoint_id, e.url, e.secret
"""
DONE = "update delivery set done_at = $3, next_at = null, answered = $2, trouble = '' where id = $1"
AGAIN = "update delivery set next_at = $4, answered = $2, trouble = left($3, 200) where id = $1 and done_at is null"
TOOK_SINCE = "select exists (select from delivery where endpoint_id = $1 and done_at >= $2)"
END = """
update endpoint set ended_at = now(), ended_because = left($2, 200) where id = $1 and ended_at is null
returning url, ended_because, charity_id
"""
STOP = "update delivery set next_at = null where endpoint_id = $1 and next_at is not null"
WHOSE = "select c.fund_id, f.name, f.slug from charity c join fund f on f.id = c.fund_id where c.id = $1"
TIDY = "delete from delivery where next_at is null and made_at < now() - make_interval(days => $1)"
GONE = 410


class Courier:
    """Delivers what one process can; woken when totals move, by the desk, and once a minute."""

    channel = CHANNEL

    def __init__(self, settings: Settings, messenger: Messenger) -> None:
        self._settings = settings
        self._messenger = messenger
        self._wake = asyncio.Event()
        self._going: dict[int, asyncio.Task[None]] = {}
        self._places = asyncio.Semaphore(AT_ONCE)

    def hear(self, _payload: str) -> None:
        """Something has happened."""
        self._wake.set()

    async def look(self) -> None:
        """By the clock: what is to be tried again, and whatever was missed."""
        self._wake.set()

    async def run(self) -> None:
        """Deliver until cancelled; what is under way then is sent again once its lease is over."""
        self._wake.set()
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                await asyncio.create_task(self._round())
                await asyncio.sleep(BREATH_SECONDS)
        finally:
            for task in self._going.values():
                task.cancel()

    async def _round(self) -> None:
        """Start serving every endpoint for which something is due, beside those that are being served."""
        try:
            for endpoint in await self._due():
                if endpoint not in self._going:
                    task = self._going[endpoint] = asyncio.create_task(self._in_its_place(endpoint))
                    task.add_done_callback(partial(self._over, endpoint))
        except Exception as error:
            if not is_gone(error):
                log.exception(LATER)

    def _over(self, endpoint: int, _task: "asyncio.Task[None]") -> None:
        self._going.pop(endpoint, None)

    async def _in_its_place(self, endpoint: int) -> None:
        async with self._places:
            try:
                if await self._serve(endpoint):
                    self._wake.set()
            except Exception as error:
                if not is_gone(error):
                    log.exception(LATER)

    async def work(self) -> None:
        """Everything that is due, one after the other; for the tests."""
        for endpoint in await self._due():
            await self._serve(endpoint)

    async def _due(self) -> list[int]:
        await tell_all()
        async with connection() as asking:
            return [row["endpoint_id"] for row in await asking.fetch(DUE, datetime.now(UTC))]

    async def _serve(self, endpoint: int) -> bool:
        """Send what is due, the oldest first, until something fails: the rest waits until it is well again.

        Returns:
            Whether there may be more.
        """
        for _ in range(IN_A_ROW):
            now = datetime.now(UTC)
            async with connection() as claiming:
                row = await claiming.fetchrow(CLAIM, endpoint, now, now + LEASE)
            if row is None:
                return False
            answer = await self._send(row)
            await _note(row, answer)
            if answer.trouble:
                return False
        return True

    async def _send(self, row: Mapping[str, Any]) -> Answer:
        try:
            secret = unseal(self._settings, SEALED, row["secret"]).decode()
        except SealBroken:
            return Answer(None, "Its secret was sealed under another SECRET_KEY. Please end it and add it again.")
        headers = {
            HEADER: sign(secret, row["body"], int(time.time())),
            "user-agent": "backward-run-webhooks/1",
            "webhook-id": str(row["id"]),
        }
        return await self._messenger.send(row["url"], row["body"], headers)


async def _note(row: Mapping[str, Any], answer: Answer) -> None:
    """What became of a try: taken, tried again later, or over."""
    now = datetime.now(UTC)
    async with transaction() as writing:
        if not answer.trouble:
            await writing.execute(DONE, row["id"], answer.status, now)
            return
        is_over = now - row["made_at"] >= GIVEN_UP_AFTER
        pause = PAUSES[min(row["tries"], len(PAUSES)) - 1]
        await writing.execute(AGAIN, row["id"], answer.status, answer.trouble, None if is_over else now + pause)
        if answer.status == GONE:
            await _end(writing, row["endpoint_id"], "It answered 410, which means that it wants no more.")
        elif is_over and not await writing.fetchval(TOOK_SINCE, row["endpoint_id"], row["made_at"]):
            await _end(writing, row["endpoint_id"], f"For three days it took nothing. {answer.trouble}")


async def _end(writing: asyncpg.Connection, endpoint: int, because: str) -> None:
    """End an endpoint, and tell who looks after the charity's money."""
    ended = await end(writing, endpoint, because)
    if ended is None:
        return
    whose = await writing.fetchrow(WHOSE, ended["charity_id"])
    facts = {"url": ended["url"], "because": ended["ended_because"], "charity": whose["name"], "slug": whose["slug"]}
    recipients = await find_finance(writing, whose["fund_id"])
    await write(writing, [NewLetter(one, LETTER, facts, f"{LETTER} {endpoint} {one}") for one in recipients])


async def end(writing: asyncpg.Connection, endpoint: int, because: str) -> Mapping[str, Any] | None:
    """End an endpoint and stop what is under way to it; None when it was ended before."""
    ended: Mapping[str, Any] | None = await writing.fetchrow(END, endpoint, because)
    if ended is not None:
        await writing.execute(STOP, endpoint)
    return ended


async def tidy() -> None:
    """Forget what was delivered, or given up, a month ago."""
    async with connection() as writing:
        await writing.execute(TIDY, KEPT_DAYS)
