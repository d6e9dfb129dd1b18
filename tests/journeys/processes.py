"""Real processes for journeys: the command line as an operator runs it."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.conftest import CONNECT_SECRET, PLATFORM_SECRET

START_SECONDS = 40


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, port: int, **more: str) -> dict[str, str]:
    """The settings of a site in the environment; nothing of the machine's own leaks in."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "XDG_RUNTIME_DIR": os.environ["XDG_RUNTIME_DIR"],
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "DATA_DIR": str(folder),
        "BASE_URL": f"http://127.0.0.1:{port}",
        "SECRET_KEY": "k" * 40,
        "STRIPE_SECRET_KEY": "sk_test_ofthejourneys",
        "STRIPE_WEBHOOK_SECRET": PLATFORM_SECRET,
        "STRIPE_CONNECT_WEBHOOK_SECRET": CONNECT_SECRET,
        "STRIPE_API_BASE": "http://127.0.0.1:9",
    } | more


def demonstration(folder: Path, port: int, database_url: str = "") -> dict[str, str]:
    """The settings of a demonstration: Stripe's are its own."""
    own = {"STRIPE_SECRET_KEY": "", "STRIPE_API_BASE": "https://api.stripe.com"}
    return environment(folder, port, DATABASE_URL=database_url, **own)


def run(*words: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """A command, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "fundraising", *words], env=dict(env), capture_output=True, text=True, timeout=90
    )


@dataclass
class Process:
    """A server that runs."""

    child: asyncio.subprocess.Process
    url: str

    def signal(self, number: int) -> None:
        """Send a signal."""
        self.child.send_signal(number)

    async def ended(self, within_seconds: float) -> int:
        """Its exit code."""
        return await asyncio.wait_for(self.child.wait(), within_seconds)


@asynccontextmanager
async def running(*words: str, env: Mapping[str, str], port: int, ready: str = "/readyz") -> AsyncIterator[Process]:
    """A server, from ready to its end; whoever still runs then is killed."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "fundraising", *words, env=dict(env), stdout=sys.stderr, stderr=sys.stderr
    )
    process = Process(child, f"http://127.0.0.1:{port}")
    try:
        await _until_ready(process, ready)
        yield process
    finally:
        if child.returncode is None:
            child.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(child.wait(), 12)
            except TimeoutError:
                child.kill()
                await child.wait()


async def _until_ready(process: Process, ready: str) -> None:
    end = time.monotonic() + START_SECONDS
    async with httpx.AsyncClient() as client:
        while time.monotonic() < end:
            assert process.child.returncode is None, "the server ended before it was ready"
            try:
                if (await client.get(process.url + ready)).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
    raise AssertionError("the server was not ready in time")
