"""Webhook intake against a raw single-row INSERT."""

import asyncio
import secrets
import time
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import orjson
import stripe

from bench.sowing import Family, sow_family, sow_payments
from bench.stage import Row, Stage, free_port, in_turns, load, per_second, served

CONNECTIONS = 64
EVENTS = 3000
SIZE = 2500  # of a body, in bytes; hardly to be compressed


def requests_of(payments: list[tuple[object, int]], port: int) -> list[bytes]:
    """Signed `checkout.session.completed` of these payments, of the size that Stripe sends."""
    made = []
    filler = {f"custom_{i}": secrets.token_hex(30) for i in range(24)}  # a real session is about 2.5 kB
    for payment, pence in payments:
        name = str(payment).replace("-", "")[-16:]
        session = {
            "id": f"cs_test_{name}", "object": "checkout.session", "amount_total": pence, "currency": "gbp",
            "payment_intent": f"pi_{name}", "payment_status": "paid", "status": "complete",
            "client_reference_id": str(payment), "metadata": {"payment": str(payment)}, **filler,
        }  # fmt: skip
        body = orjson.dumps(
            {
                "id": f"evt_{uuid4().hex}", "object": "event", "type": "checkout.session.completed", "account": None,
                "livemode": False, "created": int(time.time()), "data": {"object": session},
            }
        )  # fmt: skip
        signature = stripe.WebhookSignature.generate_signature_header(body.decode(), "whsec_bench")
        head = (
            f"POST /webhooks/stripe HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-type: application/json\r\n"
            f"stripe-signature: {signature}\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        made.append(head.encode() + body)
    return made


async def rate(stage: Stage, family: Family, port: int) -> float:
    """Events a second, spread over the runners of a family."""
    requests = requests_of(await sow_payments(stage, family, EVENTS), port)

    told = await load(port, requests, CONNECTIONS)
    assert told.statuses == {200: EVENTS}, told.statuses
    return EVENTS / told.took  # the connections of the raw INSERTs are open before the clock starts, too


async def run(stage: Stage) -> list[Row]:
    """64 connections, one worker, one hot fund; in turns with raw INSERTs of one row, and with 1,000 funds."""
    hot = await sow_family(stage, runners=1)
    many = await sow_family(stage, runners=1000)
    port = free_port()
    pool = await asyncpg.create_pool(stage.url, min_size=CONNECTIONS, max_size=CONNECTIONS)
    await pool.execute("create table bench_row (id text primary key, at timestamptz, payload text)")

    async def raw_insert() -> float:
        # The same bodies, in the table as PostgreSQL makes it: raw is what anybody would write first.
        bodies = iter([secrets.token_hex(SIZE // 2) for _ in range(EVENTS)])

        async def one(connection: asyncpg.Connection) -> None:
            for body in bodies:
                await connection.execute(
                    "insert into bench_row values ($1, $2, $3)", uuid4().hex, datetime.now(UTC), body
                )

        connections = [await pool.acquire() for _ in range(CONNECTIONS)]
        try:

            async def all_of_it() -> int:
                await asyncio.gather(*(one(connection) for connection in connections))
                return EVENTS

            return await per_second(all_of_it)
        finally:
            for connection in connections:
                await pool.release(connection)

    async def take_in(family: Family) -> float:
        return await rate(stage, family, port)

    env = stage.environment(port)
    async with served("-m", "fundraising", "serve", "--port", str(port), "--no-jobs", env=env, port=port):
        await take_in(hot)  # warm
        ways = {"insert": raw_insert, "hot": lambda: take_in(hot), "many": lambda: take_in(many)}
        found = await in_turns(ways, rounds=9)  # each is short, and the machine's moods are long
    await pool.close()
    rates = {name: f"{rate:,.0f}/s" for name, rate in found.items()}
    return [
        Row("intake of raw INSERT", found["hot"] / found["insert"], 0.50, told=f"{rates['hot']} of {rates['insert']}"),
        Row("intake per second", found["hot"], 2000, told="one hot fund, letters and jobs included"),
        Row("one hot fund of 1,000", found["hot"] / found["many"], 0.9, told=f"{rates['hot']} of {rates['many']}"),
    ]
