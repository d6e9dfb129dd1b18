"""Pages for everybody, kept as bytes: rendered at most once per change or second, compressed once, 304 before any work.

A page is kept with the ids of what it shows; when one of these changes it is forgotten. Nothing of a visitor is in it.
"""

import asyncio
import gzip
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import brotli
from starlette.types import Receive, Scope, Send

FRESH_SECONDS = 1.0
MOST_ENTRIES = 600
WORTH_BYTES = 500  # smaller pages are sent as they are
ENCODERS: Mapping[bytes, Callable[[bytes], bytes]] = {
    b"": lambda raw: raw,
    b"br": lambda raw: brotli.compress(raw, quality=5),
    b"gzip": lambda raw: gzip.compress(raw, 6, mtime=0),
}
Headers = list[tuple[bytes, bytes]]
Key = str | tuple[str, ...]  # a path; with what was chosen there, unless that is what stands there anyway


@dataclass(frozen=True, slots=True)
class Shown:
    """What a view of a public page returns.

    Args:
        body: the whole page.
        shows: ids of what it shows; a change of any of them makes it stale.
        tag: its version, when it has one; else a hash of the body stands for it.
        headers: in place of the guard's; None leaves one out.
    """

    body: str
    shows: Collection[int]
    media_type: str = "text/html; charset=utf-8"
    tag: str = ""
    headers: Mapping[str, str | None] = field(default_factory=dict)


class Entry:
    """A page, encoded once for each way in which somebody takes it, ready to be sent."""

    __slots__ = ("_answers", "_extra", "_media_type", "_raw", "_tag", "fresh_until", "shows")

    def __init__(self, shown: Shown, extra: Headers, fresh_until: float) -> None:
        own = {name.encode(): value for name, value in shown.headers.items()}
        self._raw = shown.body.encode()
        self._tag = shown.tag or blake2b(self._raw, digest_size=9).hexdigest()
        self._media_type = shown.media_type.encode()
        self._extra = [pair for pair in extra if pair[0] not in own]
        self._extra += [(name, value.encode()) for name, value in own.items() if value is not None]
        self._answers: dict[bytes, tuple[bytes, Headers, bytes]] = {}
        self.shows = frozenset(shown.shows)
        self.fresh_until = fresh_until

    def _encoded(self, code: bytes) -> tuple[bytes, Headers, bytes]:
        """Tag, headers and body of one encoding."""
        if (kept := self._answers.get(code)) is not None:
            return kept
        body = ENCODERS[code](self._raw)
        tag = f'"{self._tag}{"-" if code else ""}{code.decode()}"'.encode()
        headers = [
            (b"content-type", self._media_type),
            (b"content-length", str(len(body)).encode()),
            (b"etag", tag),
            (b"cache-control", b"public, no-cache"),
            (b"vary", b"Accept-Encoding, HX-Request"),
            *([(b"content-encoding", code)] if code else []),
            *self._extra,
        ]
        self._answers[code] = made = (tag, headers, body)
        return made

    async def send(self, headers: dict[bytes, bytes], method: str, send: Send) -> None:
        """Answer one visitor."""
        accepted = headers.get(b"accept-encoding", b"") if len(self._raw) > WORTH_BYTES else b""
        code = b"br" if b"br" in accepted else b"gzip" if b"gzip" in accepted else b""
        tag, own, body = self._encoded(code)
        known = headers.get(b"if-none-match")
        if known is not None and (tag in known or known == b"*"):
            kept = [pair for pair in own if pair[0] not in (b"content-length", b"content-encoding")]
            await send({"type": "http.response.start", "status": 304, "headers": kept})
            await send({"type": "http.response.body", "body": b""})
            return
        await send({"type": "http.response.start", "status": 200, "headers": own})
        await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})


class PageCache:
    """The pages of one process.

    Args:
        headers: of the guard; they are put on every kept page once, not at every request.
    """

    def __init__(self, headers: Headers) -> None:
        self._headers = headers
        self._entries: dict[Key, Entry] = {}
        self._making: dict[Key, asyncio.Task[Entry]] = {}
        self._changes = 0

    def find(self, key: Key) -> Entry | None:
        """The page of a key, if it is fresh."""
        entry = self._entries.get(key)
        return entry if entry is not None and entry.fresh_until > time.monotonic() else None

    async def get(self, key: Key, make: Callable[[], Awaitable[Shown]]) -> Entry:
        """The page of a key; made once, however many ask for it at the same time."""
        if (entry := self.find(key)) is not None:
            return entry
        task = self._making.get(key)
        if task is None:
            task = self._making[key] = asyncio.create_task(self._make(key, make))
            task.add_done_callback(lambda done: self._made(key, done))
        # Whoever gives up waiting does not take the page from the others.
        return await asyncio.shield(task)

    def _made(self, key: Key, task: asyncio.Task[Entry]) -> None:
        self._making.pop(key, None)
        if not task.cancelled():
            task.exception()  # has been told to whoever waited; nobody need be left to hear it

    async def _make(self, key: Key, make: Callable[[], Awaitable[Shown]]) -> Entry:
        before = self._changes
        shown = await make()
        # Something changed while the page was made: it is good for those who wait, and made anew for the next.
        fresh = time.monotonic() + FRESH_SECONDS if before == self._changes else 0.0
        entry = Entry(shown, self._headers, fresh)
        if len(self._entries) >= MOST_ENTRIES:
            now = time.monotonic()
            self._entries = {known: kept for known, kept in self._entries.items() if kept.fresh_until > now}
            if len(self._entries) >= MOST_ENTRIES:
                self._entries.clear()
        self._entries[key] = entry
        return entry

    def forget(self, changed: Iterable[int] | None) -> None:
        """Something changed: pages that show it are stale; None stands for everything."""
        self._changes += 1
        if changed is None:
            self._entries.clear()
            return
        ids = frozenset(changed)
        for entry in self._entries.values():
            if not ids.isdisjoint(entry.shows):
                entry.fresh_until = 0.0


class Kept:
    """A public page as an ASGI endpoint: GET and HEAD, from the cache or made now.

    Args:
        view: is given the request and, by name, what was chosen.
        choices: what the query may ask for, by name; the first is what stands at the bare path, and what anything that
            is not among them leads to. All else in a query leads to the same page: nobody can fill the cache by it.
    """

    def __init__(
        self,
        cache: PageCache,
        view: Callable[..., Awaitable[Shown]],
        choices: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._cache = cache
        self._view = view
        self._choices = choices or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        from starlette.requests import Request

        request = Request(scope, receive, send)
        chosen = {name: _chosen(request.query_params.get(name), among) for name, among in self._choices.items()}
        is_bare = all(chosen[name] == among[0] for name, among in self._choices.items())
        key: Key = scope["path"] if is_bare else (scope["path"], *chosen.values())
        entry = await self._cache.get(key, lambda: self._view(request, **chosen))
        await entry.send(dict(scope["headers"]), scope["method"], send)


def _chosen(typed: str | None, among: Sequence[str]) -> str:
    return typed if typed is not None and typed in among else among[0]
