"""A charity's desk with 100,000 donations beside one with 1,000: pages, first bytes of files, and their memory."""

import asyncio
import statistics
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count

from bench.sowing import sow_family, sow_gifts
from bench.stage import Row, Server, Stage, connect, free_port, get, in_turns, load, served, staged
from charities.models import Charity, Partner, Role
from fundraising.payments.books import rebuild
from fundraising.people.models import Person, Way
from fundraising.people.signing_in import begin
from fundraising.store.database import transaction

FEW, MANY = 1_000, 100_000
BAR_MS = 300
SINCE = (datetime.now(UTC) - timedelta(days=60)).date().isoformat()
PAGES = {"overview": "", "statement": f"/statement?first={SINCE}"}
ANEW = "overview, everything counted anew"
AGO = count()
FILES = {
    "donations as CSV": "/exports/donors/donations.csv",
    "donations as XLSX": "/exports/donors/donations.xlsx",
    "supporters as CSV": "/exports/donors/donors.csv",
    "statement as CSV": f"/statement.csv?first={SINCE}",
}
# As many supporters as gifts, a third of whom agree to be written to; half of the gifts with Gift Aid; fees settled.
SUPPORTERS = """
update donation set email = left(md5(id::text), 16) || '@example.org', contact_ok = left(md5(id::text), 1) < '5'
"""
SETTLED = "update payment set fee_pence = 34, net_pence = 966, gift_aid = left(md5(id::text), 1) < '8'"


@dataclass(frozen=True)
class Place:
    """A site with a charity that was given so much, and who sits at its desk."""

    server: Server
    desk: str
    cookie: str

    async def milliseconds(self, below: str) -> float:
        """Median of a page."""
        told = await load(self.server.port, [get(self.desk + below, self.cookie)] * 10, 1)
        assert told.statuses == {200: 10}, (below, told.statuses)
        return statistics.median(told.seconds) * 1000

    async def milliseconds_anew(self) -> float:
        """The same of the overview, with other days each time, so that who agrees is counted anew."""
        days = [date.today() - timedelta(days=90 + next(AGO)) for _ in range(5)]
        told = await load(self.server.port, [get(f"{self.desk}?first={day}", self.cookie) for day in days], 1)
        assert told.statuses == {200: 5}, told.statuses
        return statistics.median(told.seconds) * 1000

    async def taken(self, below: str) -> tuple[float, float, float]:
        """Of a file: seconds to its first byte and to its last, and how many MiB the server held more meanwhile."""
        before, since = self.server.memory_mib, time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        head = f"GET {self.desk}{below} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n{self.cookie}\r\n\r\n"
        writer.write(head.encode())
        most, first = before, 0.0
        while chunk := await reader.read(1 << 20):
            if not first:
                assert b" 200 " in chunk[:20], chunk[:300]
                while b"\r\n\r\n" not in chunk[:-4]:
                    chunk += await reader.read(1 << 20)
                first = time.perf_counter() - since
            most = max(most, self.server.memory_mib)
        writer.close()
        return first, time.perf_counter() - since, most - before


async def place(stack: AsyncExitStack, stage: Stage, gifts: int) -> Place:
    """Sow, sign in, and serve."""
    family = await sow_family(stage, runners=100)
    await sow_gifts(stage, family, gifts)
    connection = await connect(stage)
    for statement in (SUPPORTERS, SETTLED, "vacuum (full, analyze)"):
        await connection.execute(statement)
    await connection.close()
    await rebuild()
    person = await Person.create(email="finance@example.org", name="Pat")
    charity = await Charity.create(fund_id=family.charity, number="", register="", about="It helps.")
    await Partner.create(charity=charity, person=person, role=Role.FINANCE)
    async with transaction() as writing:
        begun = await begin(writing, person.id, Way.LETTER, "Bench", strong=True)
    port = free_port()
    words = ("-m", "fundraising", "serve", "--port", str(port), "--no-jobs")
    server = await stack.enter_async_context(served(*words, env=stage.environment(port), port=port))
    return Place(server, f"/charities/{family.slug}/desk", f"cookie: session={begun.token}")


async def run(stage: Stage) -> list[Row]:
    """Milliseconds with 100,000 donations, beside those with 1,000; files to their first byte."""
    async with AsyncExitStack() as stack:
        few = await place(stack, stage, FEW)
        many = await place(stack, await stack.enter_async_context(staged()), MANY)
        found = await in_turns(
            {
                f"{what} {name}": (lambda at=at, below=below: at.milliseconds(below))
                for what, below in PAGES.items()
                for name, at in (("few", few), ("many", many))
            }
            | {f"{ANEW} few": few.milliseconds_anew, f"{ANEW} many": many.milliseconds_anew},
            rounds=3,
        )
        rows = []
        for what in (*PAGES, ANEW):
            slow, quick = found[f"{what} many"], found[f"{what} few"]
            told = f"{slow / quick:.1f} × of {FEW:,} donations: {quick:.1f} ms"
            rows.append(Row(f"{what}, ms", slow, BAR_MS, less_is_better=True, told=told))
        for what, below in FILES.items():
            small, big = await few.taken(below), await many.taken(below)
            told = f"{big[0] / small[0]:.1f} × of {FEW:,}; all of it in {big[1]:.1f} s, {max(big[2], 0):.0f} MiB more"
            rows.append(Row(f"{what}, ms to the first byte", big[0] * 1000, told=told))
    return rows
