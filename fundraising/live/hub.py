"""The hub: who watches which fund, and what changed. One encoded message per changed fund and tick, sent in slices.

Nothing here waits for a viewer: one whose pipe is full is passed over and gets the newest total at the next tick.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, cast

import asyncpg
from starlette.types import Send

from fundraising.funds.counting import CHANNEL
from fundraising.live.snapshot import Snapshot
from fundraising.matching.adding import CHANNEL as POTS
from fundraising.store.database import is_gone

log = logging.getLogger(__name__)

TICK_SECONDS = 0.25  # at most four messages a second and fund
PING_SECONDS = 15.0
SLICE = 20  # viewers between two breaths: the page beside 5,000 viewers is answered within milliseconds
PATIENCE_SECONDS = 60.0  # a viewer that has read nothing for so long is let go
RECONNECT_SECONDS = 1.0
RETRY_MILLISECONDS = 500  # until a browser comes back, give or take half of it; then ever longer
FOLLOW = 40  # funds a tick that only a pot has changed for: some hundreds are through within two seconds
PING = b": still here\n\n"


class Viewer:
    """One open stream; a crowd has ten thousand of them, so that there is little in it.

    Args:
        end: called once when it is over on our side, to wake whoever serves it.
    """

    __slots__ = ("_end", "ended", "fund_id", "send", "stuck_since", "version")

    def __init__(self, fund_id: int, send: Send, end: Callable[[], object] | None = None) -> None:
        self.fund_id = fund_id
        self.send = send
        self._end = end
        self.ended = False
        self.stuck_since = 0.0
        self.version = -1  # of the newest total that it has been handed

    def let_go(self) -> None:
        """It is over."""
        if not self.ended:
            self.ended = True
            if self._end is not None:
                self._end()

    def tell(self, message: tuple[int, bytes]) -> bool:
        """Hand over a total, never one older than the last."""
        if message[0] < self.version:
            return True
        taken = self.give(message[1])
        if taken:
            self.version = message[0]
        return taken

    def give(self, data: bytes, *, more: bool = True) -> bool:
        """Hand a message to the server without waiting.

        The server's `send` only waits while the viewer's pipe is full; then it has written nothing yet, and we leave.

        Returns:
            Whether it was taken.
        """
        sending = cast(
            Coroutine[Any, Any, None], self.send({"type": "http.response.body", "body": data, "more_body": more})
        )
        try:
            sending.send(None)
        except StopIteration:
            self.stuck_since = 0.0
            return True
        except (OSError, RuntimeError):
            self.let_go()
            return False
        sending.close()
        self.stuck_since = self.stuck_since or time.monotonic()
        return False


class Hub:
    """The viewers of one process.

    Args:
        take: reads a fund's snapshot.
        render: makes the fragment of it, the same that the page holds.
        forget: told which funds changed, before anything else; None stands for all of them.
    """

    def __init__(
        self,
        take: Callable[[int], Awaitable[Snapshot | None]],
        render: Callable[[Snapshot], str],
        forget: Callable[[Iterable[int] | None], None],
    ) -> None:
        self._take = take
        self._render = render
        self._forget = forget
        self._viewers: dict[int, set[Viewer]] = {}
        self._messages: dict[int, tuple[int, bytes]] = {}  # the newest message by fund, with its version
        self._making: dict[int, asyncio.Task[tuple[int, bytes] | None]] = {}
        self._changed: set[int] = set()
        self._pots: dict[int, frozenset[int]] = {}  # by fund that is watched: whose pots its message shows
        self._behind: dict[int, None] = {}  # funds whose message shows a pot that has changed; in this order
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.closing = False

    @property
    def viewers(self) -> int:
        """How many watch."""
        return sum(map(len, self._viewers.values()))

    def start(self, url: str | None) -> None:
        """Begin to tick, and to listen to the other processes at a database; None: to our own only."""
        self._tasks = [asyncio.create_task(self._tick()), asyncio.create_task(self._ping())]
        if url is not None:
            self._tasks.append(asyncio.create_task(self._listen(url)))

    def close(self) -> None:
        """End every stream, at once and for good; safe from a signal handler of the loop's own thread."""
        self.closing = True
        for viewers in self._viewers.values():
            for viewer in viewers:
                viewer.give(b"", more=False)
                viewer.let_go()

    async def stop(self) -> None:
        """End the streams and our own tasks."""
        self.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def changed(self, fund_ids: Iterable[int] | None) -> None:
        """Funds changed; None stands for all that are watched."""
        ids = None if fund_ids is None else list(fund_ids)
        self._forget(ids)
        for fund_id in list(self._messages) if ids is None else ids:
            self._messages.pop(fund_id, None)
            self._making.pop(fund_id, None)  # what is being made may have read too early
        self._changed.update(self._viewers if ids is None else self._viewers.keys() & set(ids))
        if self._changed:
            self._wake.set()

    def levels_changed(self, fund_ids: Iterable[int]) -> None:
        """Pots of these funds have added to gifts: that is shown below each of them, where no total moved.

        Many pages may show one pot. They follow a few at a time, after those whose totals moved.
        """
        changed = frozenset(fund_ids)
        for fund_id in self._viewers:
            if not changed.isdisjoint(self._pots.get(fund_id, ())):
                self._behind[fund_id] = None
        if self._behind:
            self._wake.set()

    async def join(self, viewer: Viewer) -> None:
        """Let a viewer watch; the newest message is handed over at once."""
        self._viewers.setdefault(viewer.fund_id, set()).add(viewer)
        message = await self.message(viewer.fund_id)
        if message is not None and not viewer.tell(message):
            self._changed.add(viewer.fund_id)

    def leave(self, viewer: Viewer) -> None:
        """A viewer has gone."""
        viewer.ended = True
        watching = self._viewers.get(viewer.fund_id, set())
        watching.discard(viewer)
        if not watching:
            self._viewers.pop(viewer.fund_id, None)
            self._messages.pop(viewer.fund_id, None)
            self._pots.pop(viewer.fund_id, None)

    async def message(self, fund_id: int) -> tuple[int, bytes] | None:
        """The newest message of a fund and its version; made once for all who ask at the same time."""
        if (kept := self._messages.get(fund_id)) is not None:
            return kept
        task = self._making.get(fund_id)
        if task is None:
            task = self._making[fund_id] = asyncio.create_task(self._make(fund_id))
        try:
            made = await asyncio.shield(task)
        finally:
            if self._making.get(fund_id) is task and task.done():
                del self._making[fund_id]
                result = None if task.cancelled() or task.exception() else task.result()
                if result is not None and fund_id in self._viewers:
                    self._messages[fund_id] = result
        return made

    async def _make(self, fund_id: int) -> tuple[int, bytes] | None:
        snapshot = await self._take(fund_id)
        if snapshot is None:
            return None
        if fund_id in self._viewers:
            self._pots[fund_id] = frozenset(pot.fund_id for pot in snapshot.pots)
        return snapshot.fund.version, encode(snapshot.fund.version, self._render(snapshot))

    async def _tick(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            changed, self._changed = self._changed, set()
            for fund_id in changed | self._catch_up():
                # A task of its own per round: a connection cut while idle would spoil this one for ever.
                await asyncio.create_task(self._tell(fund_id))
            await asyncio.sleep(TICK_SECONDS)

    def _catch_up(self) -> set[int]:
        """A few of those that show a pot as it was."""
        behind = list(self._behind)[:FOLLOW]
        for fund_id in behind:
            del self._behind[fund_id]
            self._messages.pop(fund_id, None)
            self._making.pop(fund_id, None)
        if self._behind:
            self._wake.set()
        return set(behind)

    async def _tell(self, fund_id: int) -> None:
        try:
            message = await self.message(fund_id)
        except Exception as error:
            if not is_gone(error):
                log.exception("fund %s cannot be shown live", fund_id)
            self._later(fund_id)
            return
        if message is None:
            return
        passed_over = False
        for number, viewer in enumerate(list(self._viewers.get(fund_id, ())), 1):
            passed_over |= not viewer.tell(message)
            if number % SLICE == 0:
                await asyncio.sleep(0)
        if passed_over:
            self._let_go(fund_id)

    def _later(self, fund_id: int) -> None:
        """Try again a little later."""
        asyncio.get_running_loop().call_later(RECONNECT_SECONDS, lambda: self.changed([fund_id]))

    def _let_go(self, fund_id: int) -> None:
        """Viewers that were passed over get the newest total at a later tick, or have had their time."""
        now = time.monotonic()
        stuck = [viewer for viewer in self._viewers.get(fund_id, ()) if viewer.stuck_since]
        for viewer in stuck:
            if now - viewer.stuck_since > PATIENCE_SECONDS:
                viewer.let_go()
        if stuck:
            asyncio.get_running_loop().call_later(RECONNECT_SECONDS, self._again, fund_id)

    def _again(self, fund_id: int) -> None:
        if fund_id in self._viewers and fund_id in self._messages:
            for viewer in [viewer for viewer in self._viewers[fund_id] if viewer.stuck_since]:
                viewer.tell(self._messages[fund_id])
            self._let_go(fund_id)

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(PING_SECONDS)
            everybody = [viewer for viewers in self._viewers.values() for viewer in viewers]
            for number, viewer in enumerate(everybody, 1):
                viewer.give(PING)
                if number % SLICE == 0:
                    await asyncio.sleep(0)

    async def _listen(self, url: str) -> None:
        while True:
            try:
                await asyncio.create_task(self._listen_once(url))
            except Exception as error:
                if not is_gone(error):
                    log.exception("listening for changes failed")
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen_once(self, url: str) -> None:
        """A connection of our own; whatever was missed while it was away is read again."""
        connection = await asyncpg.connect(url, timeout=5)
        ended = asyncio.Event()
        try:
            connection.add_termination_listener(lambda *_: ended.set())
            await connection.add_listener(CHANNEL, lambda *told: self.changed(_ids(told[3])))
            await connection.add_listener(POTS, lambda *told: self.levels_changed(_ids(told[3]) or ()))
            self.changed(None)
            while not ended.is_set():
                try:
                    await asyncio.wait_for(ended.wait(), PING_SECONDS)
                except TimeoutError:
                    await connection.execute("select 1", timeout=5)  # a cut cable says nothing by itself
        finally:
            connection.terminate()


def _ids(payload: str) -> list[int] | None:
    return [int(part) for part in payload.split(",")] if payload else None


def encode(version: int, fragment: str) -> bytes:
    """A server-sent event: its id is the version, its data the fragment."""
    lines = "".join(f"data: {line}\n" for line in fragment.splitlines() if line.strip())
    return f"id: {version}\nretry: {RETRY_MILLISECONDS}\n{lines}\n".encode()
