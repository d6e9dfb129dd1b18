"""What the figures are held against: `python -m bench.reference WHAT PORT`, a bare application or protocol."""

import asyncio
import sys
from datetime import UTC, datetime
from typing import cast
from uuid import uuid4

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route

from fundraising.funds.addresses import Seen
from fundraising.funds.models import FundKind
from fundraising.live.snapshot import Given, Message, Snapshot
from fundraising.pages.models import PledgePage
from fundraising.settings import load_settings
from fundraising.web.pages import Pages
from fundraising.web.static import Static, folder

GIFTS = 8


def application() -> Starlette:
    """Starlette and Jinja2 and nothing else: `/hello`, and our own pledge page of invented facts, made each time."""
    pages = Pages(load_settings(_env_file=None), Static(folder("static")), is_demo=False)
    fund, charity = a_fund(FundKind.RUNNER), a_fund(FundKind.CHARITY)
    given = Given(2, FundKind.RUNNER, "ada", "Ada Example")
    gifts = tuple(
        Message(str(number), uuid4(), "Ada & friends", "Run well, backwards!", "", 1000, datetime.now(UTC), given)
        for number in range(GIFTS)
    )
    shown = {
        "live": Snapshot(fund, (), 0, 0, 0, 0, gifts, {}),
        "fund": fund,
        "page": PledgePage(
            fund_id=1, story="Because it is there, and going round it forwards has been done. " * 6, challenge=""
        ),
        "news": [],
        "milestones": [],
        "panels": [],
        "team": a_fund(FundKind.TEAM),
        "charity": charity,
        "event": a_fund(FundKind.EVENT),
    }

    async def page(_request: Request) -> HTMLResponse:
        return HTMLResponse(pages.render("fundraising/pages/show.html", **shown))

    return Starlette(routes=[Route("/page", page), Route("/hello", hello)])


def a_fund(kind: FundKind) -> Seen:
    """A fund that lives in no database."""
    return Seen(
        id=1, kind=kind, slug="ada", name="Ada Example", summary="One line of why.", currency="gbp",
        target_pence=200_000, raised_pence=8000, gift_aid_pence=0, donations=8, version=8, state="open",
        closed_because="", colour=0, picture_id=None, team_id=1, charity_id=1, event_id=1,
        picture_description=None,
    )  # fmt: skip


class Crowd(asyncio.Protocol):
    """A bare stream: whoever asks is kept, and `/tell` writes the same bytes to all of them."""

    everybody: set[asyncio.Transport] = set()  # noqa: RUF012 - one crowd per process

    def __init__(self, message: bytes) -> None:
        self.message = message

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody comes."""
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """A viewer, or the word to tell them all."""
        if b"/healthz" in data:
            self.transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
            self.transport.close()
        elif b"/tell" in data:
            for viewer in self.everybody:
                viewer.write(self.message)
            self.transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
        else:
            self.everybody.add(self.transport)
            self.transport.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n" + self.message)

    def connection_lost(self, error: Exception | None) -> None:
        """Somebody goes."""
        self.everybody.discard(self.transport)


async def tell_crowds(port: int, size: int) -> None:
    """Serve the bare stream for ever."""
    message = b"id: 1\ndata: " + b"x" * size + b"\n\n"
    server = await asyncio.get_running_loop().create_server(lambda: Crowd(message), "127.0.0.1", port, backlog=4096)
    await server.serve_forever()


async def hello(_request: Request) -> PlainTextResponse:
    """The least that a framework can answer."""
    return PlainTextResponse("hello")


if __name__ == "__main__":
    what, port = sys.argv[1], int(sys.argv[2])
    if what == "crowd":
        import uvloop

        uvloop.run(tell_crowds(port, int(sys.argv[3])))
    elif what == "imports":  # Starlette, Tortoise and stripe, doing nothing
        import stripe
        import tortoise

        named = (stripe.__name__, tortoise.__name__)
        uvicorn.run(Starlette(routes=[Route("/hello", hello)]), port=port, access_log=False, log_level="error")
    else:
        uvicorn.run(application(), port=port, access_log=False, log_level="error")
