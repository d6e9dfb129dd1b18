"""The sandbox's life: restarts, sudden ends, a real server, and being mounted in another application."""

import asyncio
import signal
import socket
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import stripe
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from fundraising.sandbox import KnownAccount, KnownPayment, Manner, Order, Pace, Sandbox, Trouble, Wrong

PERPETUAL = Pace(balance_seconds=0, retry_seconds=(0.2,) * 50, glance_seconds=0.05)


async def test_everything_is_there_after_a_restart(open_bench):
    """Sessions, keys, fees that were still to come, and how events are delivered."""
    bench = await open_bench()
    options = bench.options | {"idempotency_key": "k"}
    made = await bench.client.v1.checkout.sessions.create_async(bench.params(), options)
    charge = await bench.charged()
    bench.sandbox.deliver(Manner(Order.TWICE))
    await bench.sandbox.stop()
    again = await open_bench()
    assert (await again.client.v1.checkout.sessions.create_async(again.params(), options)).id == made.id
    assert again.sandbox.read(charge)["status"] == "succeeded"
    await again.sandbox.pay(made.id)
    await again.sandbox.delivered()
    assert len(again.house.arrived) == 10
    assert len((await again.client.v1.accounts.list_async()).data) == 2


async def test_what_was_paid_before_stands_on_the_balance_unless_it_was_paid_out(tmp_path):
    """Less its fee and what went back; it can be refunded like any other, and is paid out once it is available."""
    week = 7 * 86_400
    known = [
        KnownPayment(
            f"pi_known{n}", f"ch_known{n}", "acct_1Known", 1000, 100 * n, "gbp", {"payment": "p"}, 35, f"txn_known{n}",
            made_at=2_000_000_000, available_at=2_000_000_000 + week, payout="po_before" if n == 2 else None,
        )
        for n in range(3)
    ]  # fmt: skip
    accounts = [KnownAccount("acct_1Known", "Known", "KNOWN")]
    clock = 2_000_000_000.0 + week
    async with Sandbox(
        tmp_path / "known", "http://sandbox.test", accounts=accounts, payments=known, clock=lambda: clock
    ) as sandbox:
        assert sandbox.read("ch_known1")["amount_refunded"] == 100
        await sandbox.refund("ch_known0", 50)
        assert (await sandbox.payout("acct_1Known", wait=False))["amount"] == 2 * (1000 - 35) - 100 - 50
        assert sandbox.listed("event")[-1]["type"] == "refund.created"  # nothing tells of what was before


async def test_what_was_not_delivered_is_delivered_after_the_restart(open_bench):
    """Also what only waits for another try."""
    bench = await open_bench(pace=PERPETUAL)
    bench.house.answers = [500] * 100
    await bench.paid()
    await asyncio.sleep(0.05)
    await bench.sandbox.stop()
    assert bench.house.arrived == []
    again = await open_bench()
    await again.sandbox.delivered()
    assert len(again.house.arrived) == 5


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
import httpx
sys.path.insert(0, sys.argv[2])
from conftest import endpoints
from fundraising.sandbox import KnownAccount, Pace, Sandbox

async def main():
    slow = Pace(balance_seconds=60)
    known = [KnownAccount("acct_1Christie", "The Christie", "CHRISTIE")]
    closed = httpx.AsyncClient(transport=httpx.MockTransport(lambda request: httpx.Response(503)))
    sandbox = Sandbox(
        Path(sys.argv[1]), "http://sandbox.test", endpoints=endpoints(), accounts=known, client=closed, pace=slow
    )
    await sandbox.start()
    form = (
        "mode=payment&success_url=http://a.b/&line_items[0][quantity]=1&line_items[0][price_data][currency]=gbp"
        "&line_items[0][price_data][unit_amount]=500&line_items[0][price_data][product_data][name]=A"
    )
    client = httpx.AsyncClient(transport=httpx.ASGITransport(sandbox.app), base_url="http://sandbox.test")
    headers = {"authorization": "Bearer sk_test_x", "stripe-account": "acct_1Christie", "idempotency-key": "k"}
    headers["content-type"] = "application/x-www-form-urlencoded"
    made = (await client.post("/v1/checkout/sessions", content=form, headers=headers)).json()
    await sandbox.pay(made["id"])
    await asyncio.sleep(0.05)
    print(made["id"], flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_a_sudden_end_loses_nothing_that_was_answered(open_bench, tmp_path):
    """The process is killed after a payment; the next one delivers its events, fee included."""
    folder = str(tmp_path / "one")
    here = str(Path(__file__).parent)
    ended = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", KILLED, folder, here], capture_output=True, text=True, timeout=30
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    bench = await open_bench()
    bench.clock.ahead_seconds = 61
    await asyncio.sleep(0.1)
    await bench.sandbox.delivered()
    assert sorted(bench.house.types) == [
        "charge.succeeded",
        "charge.updated",
        "checkout.session.completed",
        "payment_intent.created",
        "payment_intent.succeeded",
    ]
    assert bench.house.of("checkout.session.completed")["data"]["object"]["id"] == ended.stdout.strip()


async def test_two_sandboxes_do_not_share_a_folder(open_bench):
    """The second says so instead of delivering everything twice."""
    await open_bench("same")
    with pytest.raises(RuntimeError, match="cannot use"):
        await open_bench("same")


async def test_a_refused_call_leaves_nothing_half_done(bench):
    """Whatever it had begun is undone with it."""
    session = await bench.session(excluded_payment_method_types=["bacs_debit"])
    with pytest.raises(Exception, match="does not take bacs_debit"):
        await bench.sandbox.pay(session.id, "bank_debit")
    assert bench.sandbox.listed("event") == []
    bench.clock.ahead_seconds = 86_401
    with pytest.raises(Exception, match="expired"):
        await bench.sandbox.pay(session.id)
    assert bench.sandbox.listed("event") == []
    assert bench.sandbox.read(session.id)["status"] == "open"  # until the courier looks at the clock


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@asynccontextmanager
async def served(app, port):
    """A real server in this process."""
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="critical", lifespan="on"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield
    server.should_exit = True
    await task


async def test_mounted_behind_a_real_server_the_sdk_reaches_it(tmp_path, make_client):
    """By its prefix; links follow base_url and not the Host header; a broken connection is one."""
    port = free_port()
    base = f"http://127.0.0.1:{port}/sandbox"
    sandbox = Sandbox(tmp_path, base, accounts=[KnownAccount("acct_1A", "A", "A")], pace=Pace.quick())

    @asynccontextmanager
    async def lifespan(app):
        async with sandbox:
            yield

    app = Starlette(routes=[Mount("/sandbox", sandbox.app)], lifespan=lifespan)
    client = make_client(base)
    params = {
        "mode": "payment",
        "success_url": "http://a.b/",
        "line_items": [
            {"quantity": 1, "price_data": {"currency": "gbp", "unit_amount": 500, "product_data": {"name": "A"}}}
        ],
    }
    async with served(app, port), httpx.AsyncClient() as browser:
        session = await client.v1.checkout.sessions.create_async(params, {"stripe_account": "acct_1A"})
        assert session.url == f"{base}/c/pay/{session.id}"
        page = await browser.get(session.url, headers={"host": "evil.example"})
        assert page.status_code == 200
        assert "evil" not in page.text
        assert 'action="/sandbox/c/pay/' in page.text
        style = page.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
        assert (await browser.get(f"http://127.0.0.1:{port}{style}")).headers["content-type"].startswith("text/css")
        sandbox.fail_next(Trouble(Wrong.HANG_UP))
        with pytest.raises(stripe.APIConnectionError):
            await client.v1.checkout.sessions.create_async(params)
        assert (await client.v1.balance.retrieve_async()).object == "balance"
