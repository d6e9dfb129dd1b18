"""The background jobs, all in one list: what is done after a commit, and what is done by the clock.

Runs beside the site, or alone by `fundraising jobs`; several processes share the work through the queue's table.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Protocol
from uuid import UUID

import asyncpg
import orjson
from pgqueuer import PgQueuer
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job, Schedule

from fundraising.donations import refunding
from fundraising.errors import Unavailable
from fundraising.funds.counting import CHANNEL as FUNDS
from fundraising.mail.letters import CHANNEL, Scribe
from fundraising.mail.post import AT_ONCE, PostOffice, send_due
from fundraising.matching.waking import Matcher
from fundraising.payments import batch, checkout, reports, settle
from fundraising.payments.batch import Teller
from fundraising.payments.models import Purpose
from fundraising.payments.paying_out import mark_paid_out
from fundraising.payments.reconcile import reconcile
from fundraising.payments.reports import AccountTeller
from fundraising.payments.stripe import Stripe, StripeRefused
from fundraising.store.database import connection, is_gone

log = logging.getLogger(__name__)

AGAIN_SECONDS = 2.0  # after the database was lost
POLL = timedelta(seconds=5)  # a job that must wait for its time is seen within this
HEARTBEAT = timedelta(seconds=10)  # a job whose worker has been silent for so long is taken up by another
MOST_ATTEMPTS = 30
DRAIN_SECONDS = 2.5  # for the queue to end by itself, which it never does when its connection was cut at a bad moment
STOP_SECONDS = 4.0  # for what is being done; a letter that is cut off then goes out twice at the worst
LOOK_BACK = timedelta(days=2)  # of the nightly reconciliation
KEEP_LOG = timedelta(days=14)

Facts = Mapping[str, Any]
Routine = Callable[[], Awaitable[object]]


class Beside(Protocol):
    """Something of a wing that works beside the queue, woken when totals move or when its channel is told."""

    channel: str

    def hear(self, payload: str) -> None:
        """There may be something to do."""

    async def run(self) -> None:
        """Work until cancelled."""


class Jobs:
    """The jobs of one process.

    Args:
        moved: told which funds' totals a job has moved.
        matcher: lets sponsors' pots add to gifts; woken here.
        tell_of_account: told that Stripe says something else of a charity's account.
        routines: what the wings do by the clock, each by its name with when, as cron says it, in UTC.
        beside: what they do besides, woken here too.
    """

    def __init__(
        self,
        stripe: Stripe,
        scribe: Scribe,
        office: PostOffice,
        tellers: Mapping[Purpose, Teller],
        moved: Callable[[list[int]], None],
        *,
        matcher: Matcher,
        tell_of_account: AccountTeller,
        routines: Mapping[str, tuple[str, Routine]],
        beside: Sequence[Beside] = (),
    ) -> None:
        self._stripe = stripe
        self._scribe = scribe
        self._office = office
        self._tellers = tellers
        self._moved = moved
        self.matcher = matcher
        self._tell_of_account = tell_of_account
        self._beside = beside
        self._queue: PgQueuer | None = None
        self._stopping = False
        self._letters = asyncio.Event()  # some may be due
        self.queued: Mapping[str, Callable[[Facts], Awaitable[object]]] = {
            batch.SETTLE: self._settle,
            batch.FETCH_REFUNDS: self._fetch_refunds,
            batch.PAY_OUT: self._pay_out,
            settle.LOOK_UP: self._look_up,
            settle.GIVE_UP: self._give_up,
            settle.REFUND: self._refund,
            checkout.EXPIRE: self._expire,
            refunding.GIVE_BACK: self._give_back,
            reports.LOOK: self._look_at_account,
        }
        self.by_the_clock: Mapping[str, tuple[str, Routine]] = {
            **routines,
            "mail.look": ("* * * * *", self._look_for_letters),
            "matching.look": ("* * * * *", matcher.look),
            "payments.reconcile": ("17 3 * * *", self._reconcile),
            "jobs.tidy": ("41 4 * * *", self._tidy),
        }

    async def run(self, url: str) -> None:
        """Work until `stop`; a lost database is waited for."""
        while not self._stopping:
            try:
                await asyncio.create_task(self._run_once(url))
            except Exception as error:
                if is_gone(error):
                    log.warning("the jobs have lost the database: %r", error)
                else:
                    log.exception("the jobs were interrupted")
            if not self._stopping:
                await asyncio.sleep(AGAIN_SECONDS)

    async def stop(self, running: "asyncio.Task[None]") -> None:
        """Finish what is being done, within a few seconds."""
        self._stopping = True
        if self._queue is not None:
            self._queue.shutdown.set()
        with suppress(TimeoutError, asyncio.CancelledError):
            await asyncio.wait_for(running, STOP_SECONDS)

    async def _run_once(self, url: str) -> None:
        pool = await asyncpg.create_pool(url, min_size=2, max_size=5, timeout=5, command_timeout=30)
        queue = self._queue = PgQueuer.from_asyncpg_pool(pool)
        for name, job in self.queued.items():
            queue.entrypoint(name, concurrency_limit=4)(_queued(job))
        for name, (cron, routine) in self.by_the_clock.items():
            queue.schedule(name, cron)(_scheduled(routine))
        sending = asyncio.create_task(self._send_letters(url, queue))
        matching = asyncio.create_task(self.matcher.run())
        others = [asyncio.create_task(one.run()) for one in self._beside]
        for task in (sending, matching, *others):
            task.add_done_callback(lambda _: queue.shutdown.set())
        try:
            await _until_over(queue)
        finally:
            self._letters.set()
            for task in (matching, *others):
                task.cancel()  # what is half done is undone, and read again
            with suppress(TimeoutError):  # a connection that was cut may never come back to the pool
                await asyncio.wait_for(pool.close(), 1)
            await asyncio.wait_for(sending, DRAIN_SECONDS)

    async def _send_letters(self, url: str, queue: PgQueuer) -> None:
        """Send letters as soon as some are written; what the post office did not take, when its time has come.

        The same connection hears of totals that move, for those who add to gifts.
        """
        listening = await asyncpg.connect(url, timeout=5)
        try:
            listening.add_termination_listener(lambda _: queue.shutdown.set())
            await listening.add_listener(CHANNEL, lambda *_: self._letters.set())
            await listening.add_listener(FUNDS, lambda *told: self.matcher.hear(told[3]))
            for one in self._beside:
                await listening.add_listener(FUNDS, partial(_hear, one))
                await listening.add_listener(one.channel, partial(_hear, one))
            self._letters.set()
            while not queue.shutdown.is_set():
                await self._letters.wait()
                self._letters.clear()
                while not queue.shutdown.is_set() and await self.send_letters() == AT_ONCE:
                    pass
        finally:
            await listening.close(timeout=1)

    async def send_letters(self) -> int:
        """Send those that are due; how many were sent, `AT_ONCE` at the most."""
        return await asyncio.create_task(send_due(self._scribe, self._office))

    async def _look_for_letters(self) -> None:
        self._letters.set()

    async def _settle(self, facts: Facts) -> None:
        await settle.settle(
            self._stripe,
            payment_id=UUID(facts["payment"]),
            balance_transaction_id=facts["balance_transaction"],
            account=facts["account"],
        )

    async def _fetch_refunds(self, facts: Facts) -> None:
        self._moved(await settle.fetch_refunds(self._stripe, self._tellers, payment_id=UUID(facts["payment"])))

    async def _pay_out(self, facts: Facts) -> None:
        await mark_paid_out(self._stripe, payout_id=facts["payout"], account=facts["account"])

    async def _look_up(self, facts: Facts) -> None:
        self._moved(await settle.look_up(self._stripe, self._tellers, payment_id=UUID(facts["payment"])) or [])

    async def _give_up(self, facts: Facts) -> None:
        self._moved(await settle.give_up(self._stripe, self._tellers, payment_id=UUID(facts["payment"])))

    async def _refund(self, facts: Facts) -> None:
        payment_id = UUID(facts["payment"])
        await settle.refund(self._stripe, payment_id=payment_id, pence=facts["pence"], key=facts["key"])

    async def _give_back(self, facts: Facts) -> None:
        await refunding.give_back(self._stripe, donation_id=UUID(facts["donation"]), key=facts["key"])

    async def _expire(self, facts: Facts) -> None:
        await checkout.end_session(self._stripe, UUID(facts["payment"]))

    async def _look_at_account(self, facts: Facts) -> None:
        await reports.look(self._stripe, facts["account"], self._tell_of_account)

    async def _reconcile(self) -> None:
        since = datetime.now(UTC) - LOOK_BACK
        met = await reconcile(self._stripe, self._tellers, since, self._tell_of_account)
        log.info("reconciled: %s", met)

    async def _tidy(self) -> None:
        async with connection() as tidying:
            await tidying.execute("delete from pgqueuer_log where created < $1", datetime.now(UTC) - KEEP_LOG)


def _hear(one: Beside, *told: Any) -> None:
    one.hear(told[3])


async def _until_over(queue: PgQueuer) -> None:
    """Run the queue until it is told to end, or ends; what then does not end by itself is ended."""
    running = asyncio.create_task(
        queue.run(dequeue_timeout=POLL, batch_size=10, shutdown_on_listener_failure=True, heartbeat_timeout=HEARTBEAT)
    )
    over = asyncio.create_task(queue.shutdown.wait())
    try:
        await asyncio.wait({running, over}, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait({running}, timeout=DRAIN_SECONDS)
        if running.done():
            running.result()
    finally:
        over.cancel()
        running.cancel()


def _queued(job: Callable[[Facts], Awaitable[object]]) -> Callable[[Job], Awaitable[None]]:
    """A job that fails is tried again, ever later: nothing promised is dropped. One that was refused is not."""

    async def run(queued: Job) -> None:
        try:
            await asyncio.create_task(_awaited(job(orjson.loads(queued.payload or b"{}"))))
        except StripeRefused as refused:
            log.error("%s was refused: %s", queued.entrypoint, refused.message)
        except Exception as trouble:
            if not isinstance(trouble, Unavailable) and not is_gone(trouble):
                log.exception("%s failed", queued.entrypoint)
            if queued.attempts >= MOST_ATTEMPTS:
                raise
            raise RetryRequested(timedelta(seconds=min(2 ** (queued.attempts + 1), 3600))) from trouble

    return run


def _scheduled(routine: Routine) -> Callable[[Schedule], Awaitable[None]]:
    async def run(_schedule: Schedule) -> None:
        try:
            await asyncio.create_task(_awaited(routine()))
        except Unavailable as gone:
            log.warning("a routine has to wait for the next time: %s", gone)

    return run


async def _awaited(work: Awaitable[object]) -> None:
    await work
