"""Does it stay as fast? The same work with 1,000 gifts and with 200,000, in two databases side by side."""

import statistics
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from bench.intake import rate as intake_rate
from bench.sowing import Family, sow_family, sow_gifts
from bench.stage import Row, Stage, free_port, get, in_turns, load, served, staged

FEW, MANY = 1_000, 200_000
RUNNERS = 100  # each with more gifts than a page shows, in either database
BAR = 1.15


@dataclass(frozen=True)
class Place:
    """A site with so many gifts; `uncached` is its twin that keeps no page."""

    stage: Stage
    family: Family
    port: int
    uncached: int

    async def milliseconds(self, path: str) -> float:
        """Median of a page that is made anew each time."""
        told = await load(self.uncached, [get(path)] * 60, 1)
        assert told.statuses == {200: 60}, told.statuses
        return statistics.median(told.seconds) * 1000

    def ways(self, name: str) -> dict[str, Callable[[], Awaitable[float]]]:
        """What is measured, by name."""
        slug = self.family.slug
        paths = {
            "page": f"/pages/{slug}-0",
            "event": f"/events/{slug}",
            "leaderboard": f"/events/{slug}/teams",
            "board by head": f"/events/{slug}/teams?by=head",
            "feed": f"/events/{slug}/gifts",
        }
        asked = {f"{what} {name}": (lambda path=path: self.milliseconds(path)) for what, path in paths.items()}
        return asked | {f"intake {name}": lambda: intake_rate(self.stage, self.family, self.port)}


async def place(stack: AsyncExitStack, stage: Stage, gifts: int) -> Place:
    """Sow, and serve twice."""
    family = await sow_family(stage, runners=RUNNERS)
    await sow_gifts(stage, family, gifts)
    ports = free_port(), free_port()
    for port, module in zip(ports, ("fundraising", "bench.uncached"), strict=True):
        words = ("-m", module, "serve", "--port", str(port), "--no-jobs")
        await stack.enter_async_context(served(*words, env=stage.environment(port), port=port))
    return Place(stage, family, *ports)


async def run(stage: Stage) -> list[Row]:
    """Times of 200,000 gifts divided by those of 1,000; pages and feed made anew at each request."""
    async with AsyncExitStack() as stack:
        few = await place(stack, stage, FEW)
        other = await stack.enter_async_context(staged())
        many = await place(stack, other, MANY)
        ways: dict[str, Callable[[], Awaitable[float]]] = {}
        for one, other_one in zip(few.ways("few").items(), many.ways("many").items(), strict=True):
            ways |= dict([one, other_one])
        found = await in_turns(ways)
    rows = []
    for what in ("page", "event", "leaderboard", "board by head", "feed"):
        told = f"{found[f'{what} many']:.2f} ms, {found[f'{what} few']:.2f} ms"
        rows.append(Row(what, found[f"{what} many"] / found[f"{what} few"], BAR, less_is_better=True, told=told))
    rates = found["intake few"] / found["intake many"]
    told = f"{found['intake many']:,.0f}/s, {found['intake few']:,.0f}/s"
    return [Row("intake", rates, BAR, less_is_better=True, told=told), *rows]
