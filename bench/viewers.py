"""A crowd that watches: `python -m bench.viewers PORT PATH COUNT`; says when all of them have each further message.

A process of its own, so that reading is not counted as serving. Prints `ready`, then a line per message that everybody
has: its number and the moment, in seconds of the clock that all processes share.
"""

import asyncio
import sys
import time
from typing import cast


class Viewer(asyncio.Protocol):
    """One open stream."""

    def __init__(self, crowd: "Crowd") -> None:
        self.crowd = crowd
        self.messages = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask."""
        cast(asyncio.Transport, transport).write(f"GET {self.crowd.path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".encode())

    def data_received(self, data: bytes) -> None:
        """A message begins with its id."""
        for _ in range(data.count(b"id: ")):
            self.messages += 1
            self.crowd.has(self.messages)


class Crowd:
    """All of them."""

    def __init__(self, path: str, count: int) -> None:
        self.path = path
        self.count = count
        self.seen: dict[int, int] = {}

    def has(self, number: int) -> None:
        """Another one has this message."""
        self.seen[number] = self.seen.get(number, 0) + 1
        if self.seen[number] == self.count:
            print("ready" if number == 1 else f"{number} {time.perf_counter()}", flush=True)


async def watch(port: int, path: str, count: int) -> None:
    """Connect, a hundred at a time, and read until we are ended."""
    crowd = Crowd(path, count)
    loop = asyncio.get_running_loop()
    for start in range(0, count, 100):
        more = (
            loop.create_connection(lambda: Viewer(crowd), "127.0.0.1", port) for _ in range(min(100, count - start))
        )
        await asyncio.gather(*more)
    await asyncio.Event().wait()


if __name__ == "__main__":
    import uvloop

    uvloop.run(watch(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
