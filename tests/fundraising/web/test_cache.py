"""Pages as bytes: made once, fresh for a second, forgotten at once when something changed."""

import asyncio
from collections.abc import Awaitable, Callable

import brotli
import pytest

from fundraising.web.cache import PageCache, Shown
from tests.conftest import Site
from tests.makers import make_family


def maker(pages: list[str]) -> Callable[[], Awaitable[Shown]]:
    """Makes a page a moment from now, and remembers that it did."""

    async def make() -> Shown:
        await asyncio.sleep(0.01)
        pages.append("made")
        return Shown("x" * 1000 + str(len(pages)), {7})

    return make


async def test_a_crowd_at_the_same_moment_makes_a_page_once() -> None:
    """Single flight, then from memory."""
    cache, made = PageCache([]), []
    entries = await asyncio.gather(*(cache.get("/", maker(made)) for _ in range(50)))
    assert len(made) == 1
    assert len(set(map(id, entries))) == 1
    assert cache.find("/") is entries[0]


async def test_a_change_makes_only_what_shows_it_stale() -> None:
    """Fund 7 is on it, fund 8 is not."""
    cache, made = PageCache([]), []
    await cache.get("/", maker(made))
    cache.forget([8])
    assert cache.find("/") is not None
    cache.forget([7])
    assert cache.find("/") is None


async def test_a_page_made_while_something_changed_is_not_kept() -> None:
    """It may have read too early."""
    cache, made = PageCache([]), []
    making = asyncio.create_task(cache.get("/", maker(made)))
    await asyncio.sleep(0.005)
    cache.forget([99])
    await making
    assert cache.find("/") is None


async def test_a_page_that_cannot_be_made_is_tried_again() -> None:
    """An error is told to all who waited, and not remembered."""
    cache = PageCache([])

    async def fail() -> Shown:
        raise ConnectionError

    for _ in range(2):
        with pytest.raises(ConnectionError):
            await cache.get("/", fail)
    made: list[str] = []
    await cache.get("/", maker(made))
    assert made == ["made"]


async def test_a_known_page_is_answered_with_304_in_every_encoding(site: Site) -> None:
    """Strong tags differ by encoding; HEAD has no body."""
    family = await make_family()
    path = f"/pages/{family.runner.slug}"
    tags = set()
    for encoding in ("br", "gzip", "identity"):
        first = await site.browser.get(path, headers={"accept-encoding": encoding})
        again = await site.browser.get(
            path, headers={"accept-encoding": encoding, "if-none-match": first.headers["etag"]}
        )
        assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert "content-security-policy" in again.headers
        tags.add(first.headers["etag"])
        assert family.runner.name in first.text
    assert len(tags) == 3
    head = await site.browser.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) > 100


async def test_a_page_is_sent_compressed(site: Site) -> None:
    """By what the visitor takes."""
    raw = site.browser.build_request("GET", "/fees", headers={"accept-encoding": "gzip, br"})
    answer = await site.browser.send(raw, stream=True)
    body = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "br"
    assert b"What a gift costs" in brotli.decompress(body)
