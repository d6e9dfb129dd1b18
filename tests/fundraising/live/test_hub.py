"""The hub: who watches is told, nobody is waited for."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field

import pytest
from starlette.types import Message

from fundraising.funds.addresses import Seen
from fundraising.funds.models import FundKind
from fundraising.live import hub as hubs
from fundraising.live.hub import Hub, Viewer, encode
from fundraising.live.snapshot import Snapshot


@dataclass
class Pipe:
    """A viewer's connection: it takes everything, or is full."""

    got: list[bytes] = field(default_factory=list)
    full: bool = False
    ended: bool = False

    async def send(self, message: Message) -> None:
        """As the server's own: it waits while the pipe is full, and writes nothing then."""
        if self.full:
            await asyncio.Event().wait()
        self.got.append(message["body"])
        self.ended |= not message["more_body"]

    @property
    def versions(self) -> list[int]:
        """Of the totals that came through."""
        return [int(part.split(b"\n")[0][4:]) for part in self.got if part.startswith(b"id: ")]


class Totals:
    """The funds behind the hub."""

    def __init__(self) -> None:
        self.version = 1
        self.taken = 0

    async def take(self, fund_id: int) -> Snapshot | None:
        """A snapshot of the present version."""
        self.taken += 1
        version = self.version
        await asyncio.sleep(0.005)
        fund = Seen(
            fund_id, FundKind.RUNNER, "x", "X", "", "gbp", None, version, 0, 0, version, "open", "", 0, None, None, None,
            None, None,
        )  # fmt: skip
        return Snapshot(fund, (), 0, 0, 0, 0, (), {})


@pytest.fixture
async def totals() -> Totals:
    """Version 1."""
    return Totals()


@pytest.fixture
async def hub(totals: Totals, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hub]:
    """A hub that ticks fast, and listens to nobody else."""
    monkeypatch.setattr(hubs, "TICK_SECONDS", 0.02)
    monkeypatch.setattr(hubs, "RECONNECT_SECONDS", 0.05)

    def forget(_changed: Iterable[int] | None) -> None:
        return None

    made = Hub(totals.take, lambda taken: f"<div>\n{taken.fund.version}</div>", forget)
    made.start(None)
    yield made
    await made.stop()


def test_a_message_is_an_event_with_the_version_as_its_id() -> None:
    """Every line of the fragment is data."""
    assert encode(7, "<p>\n\n a</p>") == b"id: 7\nretry: 500\ndata: <p>\ndata:  a</p>\n\n"


async def test_who_joins_gets_the_newest_total_and_then_every_change(hub: Hub, totals: Totals) -> None:
    """At once, and at the next tick."""
    pipe = Pipe()
    viewer = Viewer(5, pipe.send)
    await hub.join(viewer)
    assert pipe.versions == [1]
    totals.version = 2
    hub.changed([5])
    await asyncio.sleep(0.1)
    assert pipe.versions == [1, 2]
    hub.changed([6])
    await asyncio.sleep(0.05)
    assert pipe.versions == [1, 2]
    hub.leave(viewer)
    assert hub.viewers == 0


async def test_a_crowd_costs_one_reading(hub: Hub, totals: Totals) -> None:
    """A hundred join at the same moment, and see the same change."""
    pipes = [Pipe() for _ in range(100)]
    await asyncio.gather(*(hub.join(Viewer(5, pipe.send)) for pipe in pipes))
    assert totals.taken == 1
    totals.version = 2
    hub.changed([5])
    await asyncio.sleep(0.1)
    assert {tuple(pipe.versions) for pipe in pipes} == {(1, 2)}
    assert totals.taken == 2


async def test_many_changes_within_a_tick_are_one_message(hub: Hub, totals: Totals) -> None:
    """Only the newest total is worth sending."""
    pipe = Pipe()
    await hub.join(Viewer(5, pipe.send))
    for version in range(2, 30):
        totals.version = version
        hub.changed([5])
    await asyncio.sleep(0.15)
    assert pipe.versions[-1] == 29
    assert len(pipe.versions) <= 4


async def test_a_viewer_whose_pipe_is_full_is_passed_over_and_catches_up(hub: Hub, totals: Totals) -> None:
    """The others do not wait; afterwards it gets the newest, not what it missed."""
    slow, quick = Pipe(), Pipe()
    for pipe in (slow, quick):
        await hub.join(Viewer(5, pipe.send))
    slow.full = True
    for version in (2, 3, 4):
        totals.version = version
        hub.changed([5])
        await asyncio.sleep(0.06)
    assert quick.versions == [1, 2, 3, 4]
    assert slow.versions == [1]
    slow.full = False
    await asyncio.sleep(0.15)
    assert slow.versions == [1, 4]


async def test_a_viewer_that_never_reads_is_let_go(hub: Hub, totals: Totals, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its time."""
    monkeypatch.setattr(hubs, "PATIENCE_SECONDS", 0.05)
    pipe = Pipe()
    viewer = Viewer(5, pipe.send)
    await hub.join(viewer)
    pipe.full = True
    totals.version = 2
    hub.changed([5])
    async with asyncio.timeout(2):
        while not viewer.ended:
            await asyncio.sleep(0.01)


async def test_no_viewer_ever_gets_an_older_total_after_a_newer_one(hub: Hub, totals: Totals) -> None:
    """Who joins while the total moves may be told twice, never backwards."""
    pipes = [Pipe() for _ in range(20)]
    for version, pipe in enumerate(pipes, 2):
        joining = asyncio.create_task(hub.join(Viewer(5, pipe.send)))
        totals.version = version
        hub.changed([5])
        await asyncio.sleep(0.008)
        await joining
    await asyncio.sleep(0.1)
    for pipe in pipes:
        assert pipe.versions == sorted(pipe.versions)
        assert pipe.versions[-1] == 21


async def test_closing_ends_every_stream_at_once(hub: Hub) -> None:
    """Else a stop would wait for ever."""
    pipes = [Pipe() for _ in range(10)]
    viewers = [Viewer(5, pipe.send) for pipe in pipes]
    for viewer in viewers:
        await hub.join(viewer)
    hub.close()
    assert all(pipe.ended for pipe in pipes)
    assert all(viewer.ended for viewer in viewers)


async def test_a_lost_database_is_waited_for(hub: Hub, totals: Totals) -> None:
    """The hub tries again by itself."""
    pipe = Pipe()
    await hub.join(Viewer(5, pipe.send))
    whole = totals.take
    left = [2]

    async def fails(fund_id: int) -> Snapshot | None:
        if left[0]:
            left[0] -= 1
            raise ConnectionResetError
        return await whole(fund_id)

    hub._take = fails
    totals.version = 2
    hub.changed([5])
    await asyncio.sleep(0.4)
    assert pipe.versions == [1, 2]
