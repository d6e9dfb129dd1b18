"""A pledge page for visitors who are not signed in: kept as bytes, rendered anew, and not even asked for again."""

from contextlib import AsyncExitStack

from bench.sowing import sow_family, sow_gifts
from bench.stage import Row, Stage, ask, free_port, get, in_turns, load, per_second, served

CONNECTIONS = 32
REQUESTS = 6000
RUNNERS = 1000


async def rate(port: int, requests: list[bytes], status: int = 200) -> float:
    """Requests a second."""

    async def all_of_it() -> int:
        told = await load(port, requests, CONNECTIONS)
        assert told.statuses == {status: len(requests)}, told.statuses
        return len(requests)

    return await per_second(all_of_it)


async def run(stage: Stage) -> list[Row]:
    """One worker, 32 connections; beside Starlette's hello, and the same template on bare Starlette and Jinja2."""
    family = await sow_family(stage, runners=RUNNERS)
    await sow_gifts(stage, family, 8 * RUNNERS)
    site, slow, bare = free_port(), free_port(), free_port()
    path = f"/pages/{family.slug}-0"
    async with AsyncExitStack() as stack:
        for port, module in ((site, "fundraising"), (slow, "bench.uncached")):
            words = ("-m", module, "serve", "--port", str(port), "--no-jobs")
            await stack.enter_async_context(served(*words, env=stage.environment(port), port=port))
        answer = await ask(site, path)
        head, _, body = answer.partition(b"\r\n\r\n")
        tag = next(line.partition(b": ")[2] for line in head.splitlines() if line.lower().startswith(b"etag:"))
        words = ("-m", "bench.reference", "page", str(bare))
        await stack.enter_async_context(served(*words, env=stage.environment(bare), port=bare, ready="/hello"))
        each = [get(f"/pages/{family.slug}-{number}") for number in range(RUNNERS)]
        known = get(path, f"if-none-match: {tag.decode()}")
        found = await in_turns(
            {
                "hello": lambda: rate(bare, [get("/hello")] * REQUESTS),
                "bare": lambda: rate(bare, [get("/page")] * (REQUESTS // 3)),
                "cached": lambda: rate(site, [get(path)] * REQUESTS),
                "uncached": lambda: rate(slow, each),
                "304": lambda: rate(site, [known] * REQUESTS, 304),
            }
        )
    told = {name: f"{figure:,.0f}/s" for name, figure in found.items()}
    size, cached, anew = f"{len(body) / 1024:.1f} KiB", found["cached"], found["uncached"]
    return [
        Row(
            "cached page of a bare page", cached / found["bare"], 8, told=f"{told['cached']} of {told['bare']}, {size}"
        ),
        Row(
            "the page made anew, of a bare page",
            anew / found["bare"],
            0.5,
            told=f"{told['uncached']}, database included",
        ),
        Row("304 of hello", found["304"] / found["hello"], 0.8, told=f"{told['304']} of {told['hello']}"),
        Row("cached page of hello", cached / found["hello"], told=told["cached"]),
    ]
