"""Where things are made that cost some time: pictures, papers. Each once, one at a time, the newest of them kept."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from functools import partial
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Workshop(Generic[Key]):
    """What one process has made, by the key that says all that is to be seen on it.

    Args:
        most: how many are kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Key, bytes] = OrderedDict()
        self._making: dict[Key, asyncio.Task[bytes]] = {}
        self._bench = asyncio.Semaphore(1)

    async def get(self, key: Key, make: Callable[[], Awaitable[bytes]]) -> bytes:
        """What a key stands for; made once, however many ask for it at the same time."""
        if (kept := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
            return kept
        task = self._making.get(key)
        if task is None:
            task = self._making[key] = asyncio.create_task(self._make(key, make))
            task.add_done_callback(partial(self._made, key))
        return await asyncio.shield(task)

    def _made(self, key: Key, task: asyncio.Task[bytes]) -> None:
        self._making.pop(key, None)
        if not task.cancelled():
            task.exception()  # has been told to whoever waited; nobody need be left to hear it

    async def _make(self, key: Key, make: Callable[[], Awaitable[bytes]]) -> bytes:
        async with self._bench:
            made = await make()
        self._kept[key] = made
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return made
