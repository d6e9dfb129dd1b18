"""The background jobs on the real queue: after the commit or never, again when nobody answers, on through lost connections."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from charities.api.models import Delivery
from charities.models import Charity
from fundraising import jobs
from fundraising.payments import batch, checkout
from fundraising.payments.checkout import Order
from fundraising.payments.models import Payment, Purpose
from fundraising.sandbox import Trouble, Wrong
from fundraising.settings import Settings
from fundraising.store.database import transaction
from fundraising.store.queue import Job, enqueue
from tests.charities.api.making import make_endpoint
from tests.conftest import ACCOUNT, Site, opened_site
from tests.makers import Family, make_family, make_gift, tag

EXPIRING = "/v1/checkout/sessions/"


@pytest.fixture
async def worker(own_database: str, settings: Settings, tmp_path: Path) -> AsyncIterator[Site]:
    """A house whose database takes commits, and whose jobs nobody runs yet."""
    async with opened_site(settings, tmp_path) as made:
        yield made


@asynccontextmanager
async def working(site: Site, url: str) -> AsyncIterator[None]:
    """The jobs run for the time of the block, then stop as they do when the site ends."""
    running = asyncio.create_task(site.house.jobs.run(url))
    try:
        yield
    finally:
        await site.house.jobs.stop(running)
        assert running.done()


async def make_session(site: Site, family: Family) -> str:
    """The id of an open Checkout Session of ours."""
    order = Order(
        Purpose.DONATION, 2500, "gbp", family.runner.id, family.charity.id, family.event.id,
        gift_aid=False, attempt=uuid4(), fingerprint=tag(),
    )  # fmt: skip
    payment = (await checkout.begin(order, livemode=False)).payment
    home = "http://run.test/"
    stripe = site.house.doors.stripe
    await checkout.open_session(stripe, payment, what="Gift", email="a@example.org", success_url=home, cancel_url=home)
    return str((await Payment.get(id=payment.id)).session_id)


async def expire(session: str) -> Job:
    """The job that ends a session."""
    return Job(checkout.EXPIRE, {"payment": str((await Payment.get(session_id=session)).id)})


async def write(*written: Job) -> None:
    """Jobs in a transaction of their own."""
    async with transaction() as connection:
        await enqueue(connection, written)


async def until(true: Callable[[], Awaitable[bool]], within_seconds: float = 8) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(within_seconds):
        while not await true():
            await asyncio.sleep(0.03)


def is_expired(site: Site, session: str) -> Callable[[], Awaitable[bool]]:
    """Whether Stripe says so."""

    async def asked() -> bool:
        return bool(site.sandbox.read(session)["status"] == "expired")

    return asked


def count_of(url: str, question: str) -> Callable[[], Awaitable[int]]:
    """A number from the database, over a connection of its own."""

    async def asked() -> int:
        connection = await asyncpg.connect(url)
        try:
            return int(await connection.fetchval(question))
        finally:
            await connection.close()

    return asked


async def test_a_job_runs_after_the_commit_and_one_that_was_undone_never(own_database: str, worker: Site) -> None:
    """While the transaction is open nobody sees it; the queue wakes at its commit, not at its next look."""
    family = await make_family()
    undone, done = await make_session(worker, family), await make_session(worker, family)

    async def write_and_fail() -> None:
        async with transaction() as connection:
            await enqueue(connection, [await expire(undone)])
            raise ZeroDivisionError

    async with working(worker, own_database):
        with pytest.raises(ZeroDivisionError):
            await write_and_fail()
        async with transaction() as connection:
            await enqueue(connection, [await expire(done)])
            await asyncio.sleep(0.3)
            assert worker.sandbox.read(done)["status"] == "open"
        await until(is_expired(worker, done), within_seconds=jobs.POLL.total_seconds() - 1)
        assert worker.sandbox.read(undone)["status"] == "open"
    assert await count_of(own_database, "select count(*) from pgqueuer")() == 0


async def test_when_stripe_does_not_answer_the_job_comes_again_later(own_database: str, worker: Site) -> None:
    """Not at once and not never: it waits in the queue, and is done when Stripe is back."""
    session = await make_session(worker, await make_family())
    worker.sandbox.fail_next(Trouble(Wrong.STATUS, times=1, path=EXPIRING, status=429))
    async with working(worker, own_database):
        await write(await expire(session))
        later = count_of(own_database, "select count(*) from pgqueuer where attempts > 0 and execute_after > now()")

        async def waits() -> bool:
            return await later() == 1

        await until(waits)
        assert worker.sandbox.read(session)["status"] == "open"
        await until(is_expired(worker, session))


async def test_what_stripe_refuses_is_logged_and_not_asked_again(
    own_database: str, worker: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """The queue is empty then, and the next job is done."""
    session = await make_session(worker, await make_family())
    payment = await Payment.get(session_id=session)
    hopeless = Job(
        batch.SETTLE, {"payment": str(payment.id), "balance_transaction": "txn_ofnobody", "account": ACCOUNT}
    )
    async with working(worker, own_database):
        await write(hopeless)

        async def is_logged() -> bool:
            return f"{batch.SETTLE} was refused" in caplog.text

        await until(is_logged)
        await write(await expire(session))
        await until(is_expired(worker, session))
    assert await count_of(own_database, "select count(*) from pgqueuer")() == 0
    assert caplog.text.count(f"{batch.SETTLE} was refused") == 1


async def test_a_job_that_trips_over_itself_does_not_stop_the_others(own_database: str, worker: Site) -> None:
    """A payment that is not there is our own mistake; whoever comes after it is served."""
    session = await make_session(worker, await make_family())
    async with working(worker, own_database):
        await write(Job(batch.FETCH_REFUNDS, {"payment": str(uuid4())}), await expire(session))
        await until(is_expired(worker, session))


async def test_one_of_two_jobs_with_the_same_key_is_written_while_the_other_waits(
    own_database: str, worker: Site
) -> None:
    """And another one after it has been done."""
    session = await make_session(worker, await make_family())
    job = Job(checkout.EXPIRE, (await expire(session)).facts, once=f"expire {session}")
    await write(job, job)
    await write(job)
    waiting = count_of(own_database, "select count(*) from pgqueuer")
    assert await waiting() == 1
    async with working(worker, own_database):
        await until(is_expired(worker, session))

        async def none_waits() -> bool:
            return await waiting() == 0

        await until(none_waits)
    await write(job)
    assert await waiting() == 1


async def test_cut_connections_are_made_anew_by_themselves(
    own_database: str, worker: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database ends all of them at once, as when it is restarted; soon jobs are done again.

    One that was picked in that very moment waits until its picker counts as dead, hence another one every second.
    """
    monkeypatch.setattr(jobs, "AGAIN_SECONDS", 0.2)
    family = await make_family()
    before, after = await make_session(worker, family), await make_session(worker, family)
    later = await expire(after)
    async with working(worker, own_database):
        await write(await expire(before))
        await until(is_expired(worker, before))
        cutting = await asyncpg.connect(own_database)
        everybody = "from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        assert await cutting.fetchval(f"select count(pg_terminate_backend(pid)) {everybody}") >= 2
        for _ in range(12):
            async with cutting.transaction():
                await enqueue(cutting, [later])
            with suppress(TimeoutError):
                await until(is_expired(worker, after), within_seconds=1)
                break
        await cutting.close()
        assert worker.sandbox.read(after)["status"] == "expired"


async def test_stopping_finishes_what_is_being_done(own_database: str, worker: Site) -> None:
    """And begins nothing new."""
    session = await make_session(worker, await make_family())
    worker.sandbox.fail_next(Trouble(Wrong.SLOW, path=EXPIRING, seconds=0.5))
    async with working(worker, own_database):
        await write(await expire(session))
        picked = count_of(own_database, "select count(*) from pgqueuer where status = 'picked'")

        async def is_begun() -> bool:
            return await picked() == 1

        await until(is_begun)
    assert worker.sandbox.read(session)["status"] == "expired"
    assert await count_of(own_database, "select count(*) from pgqueuer")() == 0


async def test_a_job_whose_own_connection_is_cut_is_done_later(own_database: str, worker: Site) -> None:
    """It waits for a row when the database goes; nothing that was promised is dropped."""
    session = await make_session(worker, await make_family())
    job = await expire(session)
    holding = await asyncpg.connect(own_database)
    hold = holding.transaction()
    await hold.start()
    await holding.execute("lock table payment in access exclusive mode")
    async with working(worker, own_database):
        await write(job)
        stuck = "from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"

        async def is_stuck() -> bool:
            return bool(await holding.fetchval(f"select count(*) {stuck}"))

        await until(is_stuck, within_seconds=15)
        await holding.fetchval(f"select count(pg_terminate_backend(pid)) {stuck}")
        await hold.rollback()
        await until(is_expired(worker, session), within_seconds=12)
    await holding.close()


async def test_a_program_is_told_of_a_gift_as_soon_as_the_total_has_moved(own_database: str, worker: Site) -> None:
    """Not at the next look by the clock; that there is no outside here is noted."""
    family = await make_family()
    await make_endpoint(worker.house.settings, await Charity.get(fund=family.charity))
    async with working(worker, own_database):
        await make_gift(family.runner, family.charity)
        await until(Delivery.filter(kind="donation.paid", tries=1, trouble__startswith="Its name").exists)
    assert "api.look" in worker.house.jobs.by_the_clock
