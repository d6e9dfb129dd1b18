"""Run the benches, print their ratios against the bars, and end with 1 when one is missed.

make bench                     all of them
make bench ARGS="intake page"  some of them
"""

import asyncio
import sys

from bench import desk, growth, intake, live, page, start, weight
from bench.stage import Row, staged

BENCHES = {
    "intake": intake.run,
    "page": page.run,
    "live": live.run,
    "growth": growth.run,
    "desk": desk.run,
    "weight": weight.run,
    "start": start.run,
}


def show(rows: list[Row]) -> None:
    """A line per figure."""
    width = max(len(row.what) for row in rows)
    for row in rows:
        verdict = "  " if row.bar is None else "ok" if row.good else "NO"
        bar = "" if row.bar is None else f"  bar {'≤' if row.less_is_better else '≥'} {row.bar:g}"
        print(f"{verdict}  {row.what:<{width}}  {row.figure:>9.3g}{bar:<14}  {row.told}", flush=True)


async def main(names: list[str]) -> int:
    """Run the named benches, or all."""
    missed = 0
    for name in names or list(BENCHES):
        print(f"\n{name}: {BENCHES[name].__doc__}", flush=True)
        async with staged() as stage:
            rows = await BENCHES[name](stage)
        show(rows)
        missed += sum(not row.good for row in rows)
    print(f"\n{'Every bar is met.' if not missed else f'{missed} bars are missed.'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
