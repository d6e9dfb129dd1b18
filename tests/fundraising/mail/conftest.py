"""A post office for the tests of this room."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.fundraising.mail.posting import Catcher


@pytest.fixture
async def catcher() -> AsyncIterator[Catcher]:
    """The server, on a port of its own."""
    made = Catcher()
    server = await asyncio.start_server(made.talk, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()
