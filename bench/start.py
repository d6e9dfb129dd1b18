"""From the command to the first answer, and what a worker holds in memory."""

import time

from bench.sowing import sow_family, sow_gifts
from bench.stage import Row, Server, Stage, free_port, get, in_turns, load, served

MOST, BARE = 1.5, 0.46  # seconds: the bar, and what the bare one took where the bar was set


async def run(stage: Stage) -> list[Row]:
    """One worker, its database up to date, after 500 pages; beside Starlette, Tortoise and stripe doing nothing."""
    family = await sow_family(stage, runners=50)
    await sow_gifts(stage, family, 500)
    memory: dict[str, list[float]] = {"site": [], "bare": []}

    async def started(name: str, words: tuple[str, ...], port: int, ready: str) -> float:
        since = time.perf_counter()
        async with served(*words, env=stage.environment(port), port=port, ready=ready) as server:
            seconds = time.perf_counter() - since
            memory[name].append(await used(server, name))
        return seconds

    async def used(server: Server, name: str) -> float:
        paths = [f"/pages/{family.slug}-{number % 50}" for number in range(500)] if name == "site" else ["/hello"] * 500
        await load(server.port, [get(path) for path in paths], 8)
        return server.memory_mib

    async def site() -> float:
        port = free_port()
        return await started("site", ("-m", "fundraising", "serve", "--port", str(port)), port, "/")

    async def bare() -> float:
        port = free_port()
        return await started("bare", ("-m", "bench.reference", "imports", str(port)), port, "/hello")

    found = await in_turns({"site": site, "bare": bare}, rounds=5)
    mib = {name: max(sizes) for name, sizes in memory.items()}
    return [
        Row(
            "first answer, of Starlette, Tortoise and stripe doing nothing",
            found["site"] / found["bare"],
            MOST / BARE,
            less_is_better=True,
            told=f"{found['site']:.2f} s of {found['bare']:.2f} s",
        ),
        Row("MiB of a worker", mib["site"], 90, less_is_better=True, told=f"bare: {mib['bare']:.0f} MiB"),
    ]
