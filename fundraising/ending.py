"""How the site ends: open streams first, since the server waits for them, and a stream never ends by itself."""

import signal
from types import FrameType
from typing import Any

from fundraising.live.hub import Hub


class end_streams_first:  # noqa: N801 - reads as a sentence in `with end_streams_first(hub):`
    """Chains our signal handler before the server's: it waits for open streams."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._before: dict[int, Any] = {}

    def __enter__(self) -> None:
        try:
            for number in (signal.SIGTERM, signal.SIGINT):
                self._before[number] = signal.signal(number, self._end)
        except ValueError:
            return  # not the main thread: whoever runs us there stops us otherwise

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._hub.close()
        before = self._before[number]
        if callable(before):
            before(number, frame)
        elif before == signal.SIG_DFL:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
