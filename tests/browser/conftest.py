"""One browser and one demonstration for every test of this folder; each test has windows of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, BrowserContext, async_playwright

from tests.browser.chromium import CHROMIUM, PHONE, QUIET
from tests.conftest import copy_of, drop
from tests.journeys.processes import Process, demonstration, free_port, running


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Debian's chromium."""
    assert CHROMIUM, "no chromium: `make chromium` installs it"
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        await started.close()


@pytest.fixture(scope="session")
async def demo(
    seeded_url: str, server_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Process, dict[str, str]]]:
    """The demonstration, as `make demo` starts it; on a copy of an example that stands already."""
    url, port = await copy_of(seeded_url, server_url), free_port()
    env = demonstration(tmp_path_factory.mktemp("demo"), port, url)
    async with running("demo", "--port", str(port), env=env, port=port) as process:
        yield process, env
    await drop(url, server_url)


@asynccontextmanager
async def a_phone(browser: Browser, url: str) -> AsyncIterator[BrowserContext]:
    """A phone; what its console complains of fails the test."""
    context = await browser.new_context(base_url=url, **PHONE)
    context.set_default_timeout(10_000)
    trouble: list[str] = []
    context.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
    context.on("weberror", lambda error: trouble.append(str(error.error)))
    yield context
    await context.close()
    assert [line for line in trouble if "status of 4" not in line and "status of 5" not in line] == []


@pytest.fixture
async def phone(browser: Browser, demo: tuple[Process, dict[str, str]]) -> AsyncIterator[BrowserContext]:
    """Somebody's phone."""
    async with a_phone(browser, demo[0].url) as context:
        yield context


@pytest.fixture
async def other_phone(browser: Browser, demo: tuple[Process, dict[str, str]]) -> AsyncIterator[BrowserContext]:
    """Somebody else's. Of two pages of one phone the one behind is drawn once a second, and each press waits for it."""
    async with a_phone(browser, demo[0].url) as context:
        yield context
