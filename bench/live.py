"""Totals that move for a crowd: when has the last of them the new one, and what does it cost the others?"""

import asyncio
import gc
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from bench.sowing import Family, sow_family, sow_gifts
from bench.stage import Row, Server, Stage, ask, free_port, get, load, served

CROWD, MANY, BESIDE = 2_000, 10_000, 5_000
ROUNDS = 5
MOVE = """
with moved as (update fund set raised_pence = raised_pence + 1, version = version + 1 where id = $1 returning id)
select pg_notify('funds', id::text) from moved
"""


@asynccontextmanager
async def watching(port: int, path: str, count: int) -> AsyncIterator[asyncio.StreamReader]:
    """A crowd in a process of its own, from all being there to their end."""
    words = ("-m", "bench.viewers", str(port), path, str(count))
    child = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=asyncio.subprocess.PIPE)
    assert child.stdout is not None
    try:
        assert (await asyncio.wait_for(child.stdout.readline(), 60)) == b"ready\n"
        yield child.stdout
    finally:
        child.kill()
        await child.wait()


async def last_has_it(news: asyncio.StreamReader, since: float) -> float:
    """Seconds until everybody had the next message."""
    line = await asyncio.wait_for(news.readline(), 30)
    return float(line.split()[1]) - since


async def fan_out(stage: Stage, family: Family, port: int, count: int) -> float:
    """Median seconds from the change in the database to the last viewer."""
    connection = await asyncpg.connect(stage.url)
    found = []
    async with watching(port, f"/pages/{family.slug}-0/live", count) as news:
        for _ in range(ROUNDS):
            await asyncio.sleep(1)
            since = time.perf_counter()
            await connection.execute(MOVE, family.runners[0])
            found.append(await last_has_it(news, since))
    await connection.close()
    return sorted(found)[ROUNDS // 2]


async def bare_fan_out(stage: Stage, size: int) -> float:
    """The same of a bare protocol, with a message of the same size."""
    port, found = free_port(), []
    words = ("-m", "bench.reference", "crowd", str(port), str(size))
    async with served(*words, env=stage.environment(port), port=port), watching(port, "/live", MANY) as news:
        for _ in range(ROUNDS):
            await asyncio.sleep(1)
            since = time.perf_counter()
            asking = asyncio.create_task(load(port, [get("/tell")], 1))
            found.append(await last_has_it(news, since))
            await asking
    return sorted(found)[ROUNDS // 2]


async def beside(stage: Stage, family: Family, port: int) -> float:
    """p99, in milliseconds, of a page beside 5,000 viewers of a total that moves four times a second."""
    connection = await asyncpg.connect(stage.url)
    page = get(f"/pages/{family.slug}-1")
    seconds: list[float] = []
    async with watching(port, f"/pages/{family.slug}-0/live", BESIDE):
        gc.disable()
        until = time.perf_counter() + 8
        while time.perf_counter() < until:
            await connection.execute(MOVE, family.runners[0])
            then = time.perf_counter() + 0.25
            while time.perf_counter() < then:
                seconds += (await load(port, [page] * 5, 1)).seconds
                await asyncio.sleep(0.02)
        gc.enable()
    await connection.close()
    return sorted(seconds)[int(len(seconds) * 0.99)] * 1000


async def weight(server: Server, family: Family, port: int) -> float:
    """KiB of memory per viewer."""
    await ask(port, f"/pages/{family.slug}-0")
    before = server.memory_mib
    async with watching(port, f"/pages/{family.slug}-0/live", MANY):
        await asyncio.sleep(1)
        return (server.memory_mib - before) * 1024 / MANY


async def run(stage: Stage) -> list[Row]:
    """One worker; the crowd reads in a process of its own on the same two cores."""
    family = await sow_family(stage, runners=2)
    await sow_gifts(stage, family, 20)
    port = free_port()
    env = stage.environment(port)
    async with served("-m", "fundraising", "serve", "--port", str(port), "--no-jobs", env=env, port=port) as server:
        each = await weight(server, family, port)
        crowd = await fan_out(stage, family, port, CROWD)
        many = await fan_out(stage, family, port, MANY)
        p99 = await beside(stage, family, port)
    bare = await bare_fan_out(stage, 3000)
    told = f"{many:.2f} s of {bare:.2f} s"
    return [
        Row(f"seconds until the last of {CROWD:,} viewers", crowd, 1.0, less_is_better=True),
        Row(f"last of {MANY:,} of a bare protocol", many / bare, 2, less_is_better=True, told=told),
        Row("KiB of memory per viewer", each, 16, less_is_better=True),
        Row(f"ms, p99 of a page beside {BESIDE:,} viewers", p99, 10, less_is_better=True, told="4 changes a second"),
    ]
