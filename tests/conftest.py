"""What every test stands on: real PostgreSQL built by the migrations, the real Stripe SDK against the sandbox.

One server, built and seeded once, serves all the processes of a run; each has databases of its own in it.

`database` is rolled back after each test and serves one thing at a time; what needs commits or several connections
takes `own_database`, a copy of its own.
"""

import asyncio
import fcntl
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from itertools import count
from pathlib import Path
from uuid import uuid4

# The embedded server's library wants to know it when it is imported.
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="fr-runtime"))
# Made by the first process of a run, and inherited by the others. A short path: the database's socket lies below it.
SHARED = Path(os.environ.setdefault("FUNDRAISING_TESTS_SHARE", tempfile.mkdtemp(prefix="fr")))

import asyncpg
import httpx
import jinja2
import orjson
import pytest
from tortoise.transactions import in_transaction

from charities.api.sending import Messenger
from fundraising.app import Doors, House
from fundraising.mail.post import PostOffice
from fundraising.payments.stripe import Stripe
from fundraising.rooms import MODELS
from fundraising.sandbox import Endpoint, EndpointKind, KnownAccount, Pace, Sandbox
from fundraising.settings import Settings, load_settings
from fundraising.store import database as store
from fundraising.store import embedded, migrate
from fundraising.web.pages import Pages

BASE = "http://run.test"
PLATFORM_SECRET, CONNECT_SECRET = "whsec_platform_of_the_tests", "whsec_connect_of_the_tests"
ACCOUNT, OTHER_ACCOUNT = "acct_test1Connected", "acct_test2Connected"
TEMPLATE, SEEDED = "house_template", "house_seeded"
# A machine that loses power in the middle of the tests may lose their rows.
CALLERS = count()
QUICK = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


(SHARED / "templates").mkdir(exist_ok=True)
Pages.compiled = jinja2.FileSystemBytecodeCache(str(SHARED / "templates"))  # every test opens a house of its own


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The first process clears away what all have shared; it ends last."""
    if not hasattr(session.config, "workerinput"):
        shutil.rmtree(SHARED, ignore_errors=True)


@contextmanager
def once(what: str) -> Iterator[bool]:
    """Whether something is still to be made; the other processes of the run wait meanwhile."""
    made = SHARED / f"{what}.made"
    with (SHARED / f"{what}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not made.exists()
        made.touch()


@pytest.fixture(scope="session")
async def server_url() -> str:
    """An embedded PostgreSQL for all tests, or the one of TEST_DATABASE_URL."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        return url
    with once("server") as first:
        url = embedded.start(SHARED / "pg")
        if first:
            admin = await asyncpg.connect(url)
            for setting in QUICK:
                await admin.execute(f"alter system set {setting}")
            await admin.execute("select pg_reload_conf()")
            await admin.close()
    return url


def named(url: str, name: str) -> str:
    """The same server, another database."""
    head, _, query = url.partition("?")
    return f"{head.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")


@pytest.fixture(scope="session")
async def template_url(server_url: str) -> str:
    """A database built by the migrations, from which the others are copied."""
    url = named(server_url, TEMPLATE)
    with once("template") as first:
        if first:
            admin = await asyncpg.connect(server_url)
            await admin.execute(f"drop database if exists {TEMPLATE}")
            await admin.execute(f"create database {TEMPLATE}")
            await admin.close()
            await migrate.bring_up_to_date(url, store.tortoise_config(url, MODELS))
    return url


@pytest.fixture(scope="session")
async def seeded_url(template_url: str, server_url: str) -> str:
    """The same, with the example event in it, as the command installs it."""
    from tests.journeys.processes import environment, run  # it stands on this file

    url = named(server_url, SEEDED)
    with once("seeded") as first:
        if first:
            admin = await asyncpg.connect(server_url)
            await admin.execute(f"drop database if exists {SEEDED}")
            await admin.execute(f"create database {SEEDED} template {TEMPLATE}")
            await admin.close()
            ended = await asyncio.to_thread(run, "seed", env=environment(SHARED / "seed", 1, DATABASE_URL=url))
            assert ended.returncode == 0, ended.stderr
            admin = await asyncpg.connect(url)
            await admin.execute("update pot set closed_at = now()")  # totals move by what a test gives, and no more
            await admin.close()
    return url


async def copy_of(template_url: str, server_url: str) -> str:
    """A fresh copy of a template."""
    name, template = f"house_{uuid4().hex[:10]}", template_url.partition("?")[0].rpartition("/")[2]
    admin = await asyncpg.connect(server_url)
    try:
        await admin.execute(f"create database {name} template {template}")
    finally:
        await admin.close()
    return named(template_url, name)


async def drop(url: str, server_url: str) -> None:
    """Remove a copy."""
    name = url.partition("?")[0].rpartition("/")[2]
    admin = await asyncpg.connect(server_url)
    await admin.execute(f"drop database if exists {name} with (force)")
    await admin.close()


@pytest.fixture(scope="session")
async def opened(template_url: str, server_url: str) -> AsyncIterator[str]:
    """The ORM, open for the whole session on one copy."""
    url = await copy_of(template_url, server_url)
    async with store.opened(store.tortoise_config(url, MODELS)):
        yield url


class _Undo(Exception):
    """Ends the transaction of a test."""


@pytest.fixture
async def database(opened: str) -> AsyncIterator[None]:
    """A transaction around the test, undone after it."""
    try:
        async with in_transaction():
            yield
            raise _Undo
    except _Undo:
        pass


@pytest.fixture
async def own_database(template_url: str, server_url: str, opened: str) -> AsyncIterator[str]:
    """A database of the test's own, in which commits are commits; the ORM is open on it."""
    url = await copy_of(template_url, server_url)
    async with store.opened(store.tortoise_config(url, MODELS)):
        yield url
    await drop(url, server_url)


@pytest.fixture
async def seeded_database(seeded_url: str, server_url: str) -> AsyncIterator[str]:
    """A database of the test's own with the example event in it; only commands of other processes look into it."""
    url = await copy_of(seeded_url, server_url)
    yield url
    await drop(url, server_url)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a site at run.test."""
    return settings_at(tmp_path)


def settings_at(folder: Path) -> Settings:
    """The same, with its things in a folder."""
    return load_settings(
        _env_file=None,
        data_dir=folder,
        base_url=BASE,
        secret_key="x" * 40,
        stripe_secret_key="sk_test_of_the_tests",
        stripe_api_base="http://stripe.test",
        stripe_webhook_secret=PLATFORM_SECRET,
        stripe_connect_webhook_secret=CONNECT_SECRET,
    )


@dataclass
class Site:
    """A house in this process, a visitor's browser, and the sandbox behind it."""

    house: House
    browser: httpx.AsyncClient
    sandbox: Sandbox
    sent: list[dict[str, object]] = field(default_factory=list)

    async def deliver(self) -> None:
        """Wait until every webhook has been answered."""
        await self.sandbox.delivered()

    async def work(self) -> None:
        """Do the jobs that wait, in the transaction of the test."""
        for _ in range(5):
            await self.house.jobs.send_letters()
            await self.house.jobs.matcher.look()
            await self.house.jobs.matcher.work()
            async with store.connection() as connection:
                rows = await connection.fetch("delete from pgqueuer returning entrypoint, payload")
            if not rows:
                return
            for row in rows:
                await self.house.jobs.queued[row["entrypoint"]](orjson.loads(row["payload"]))
            await self.deliver()

    async def total(self, path: str) -> dict[str, int]:
        """total.json of a fund."""
        answer = await self.browser.get(f"{path}/total.json")
        assert answer.status_code == 200, answer.text
        return answer.json()


def unreachable(request: httpx.Request) -> httpx.Response:
    """Nor is anything sent there."""
    raise httpx.ConnectError("there is no outside", request=request)


async def nowhere(_host: str, _port: int) -> list[str]:
    """No test looks up a name of the outside world."""
    raise OSError("there is no outside")


def make_site(settings: Settings, folder: Path, url: str | None) -> Site:
    """A house whose Stripe is the sandbox, in this process."""
    doors: dict[str, httpx.ASGITransport] = {}

    class Later(httpx.AsyncBaseTransport):
        """Leads to an application that is made afterwards."""

        def __init__(self, name: str) -> None:
            self.name = name

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            return await doors[self.name].handle_async_request(request)

    sandbox = Sandbox(
        folder / "sandbox",
        "http://stripe.test",
        endpoints=[
            Endpoint(f"{BASE}/webhooks/stripe", PLATFORM_SECRET, EndpointKind.PLATFORM),
            Endpoint(f"{BASE}/webhooks/stripe/connect", CONNECT_SECRET, EndpointKind.CONNECT),
        ],
        accounts=[
            KnownAccount(ACCOUNT, "Second Wind", "SECOND WIND"),
            KnownAccount(OTHER_ACCOUNT, "Canal Kitchen", "CANAL KITCHEN"),
        ],
        client=httpx.AsyncClient(transport=Later("house")),
        pace=Pace.quick(),
    )
    house = House(
        settings,
        Doors(
            database_url=url,
            stripe=Stripe(settings, Later("sandbox")),
            office=PostOffice(settings),
            messenger=Messenger(httpx.MockTransport(unreachable), nowhere),
            jobs=False,
        ),
    )
    caller = ip_address("127.1.0.1") + next(CALLERS)  # what one test did too often is no other's burden
    doors["house"] = httpx.ASGITransport(house, raise_app_exceptions=False, client=(str(caller), 1234))
    doors["sandbox"] = httpx.ASGITransport(sandbox.app)
    browser = httpx.AsyncClient(
        transport=doors["house"], base_url=BASE, headers={"sec-fetch-site": "same-origin", "origin": BASE}
    )
    return Site(house, browser, sandbox)


@asynccontextmanager
async def opened_site(settings: Settings, folder: Path) -> AsyncIterator[Site]:
    """The whole house over whatever database is open, and the sandbox behind it, until the end of the block."""
    made = make_site(settings, folder, None)
    await made.sandbox.start()
    yield made
    await made.browser.aclose()
    await made.sandbox.stop()


@pytest.fixture
async def site(database: None, settings: Settings, tmp_path: Path) -> AsyncIterator[Site]:
    """The whole house over a database that is rolled back."""
    async with opened_site(settings, tmp_path) as made:
        yield made


@pytest.fixture
async def committed_site(own_database: str, settings: Settings, tmp_path: Path) -> AsyncIterator[Site]:
    """The same over a database of the test's own, where several things may happen at once."""
    async with opened_site(settings, tmp_path) as made:
        yield made
