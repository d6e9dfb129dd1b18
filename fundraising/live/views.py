"""`/live`, `total.json` and `/widget` of every fund, and the big screen of an event."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import orjson
from starlette.requests import Request
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from fundraising.errors import Unavailable
from fundraising.funds.addresses import PLACES, Seen, fund_of
from fundraising.funds.models import FundKind
from fundraising.live import snapshot
from fundraising.live.hub import Hub, Viewer
from fundraising.web.cache import Kept, Shown
from fundraising.web.guard import SERVER_SEND, content_security_policy
from fundraising.web.pages import Pages, pages_of

STREAM_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


async def show_total(request: Request) -> Shown:
    """The total as JSON; its tag is the version."""
    fund = await fund_of(request)
    body = orjson.dumps(total(fund)).decode()
    return Shown(body, {fund.id}, "application/json", tag=f"{fund.id}.{fund.version}")


def total(fund: Seen) -> Mapping[str, object]:
    """A fund's total, as contract.md names its parts."""
    return {
        "raised_pence": fund.raised_pence,
        "target_pence": fund.target_pence,
        "gift_aid_pence": fund.gift_aid_pence,
        "donations": fund.donations,
        "currency": fund.currency,
        "version": fund.version,
    }


async def show_widget(request: Request) -> Shown:
    """The total for other people's sites, in a frame."""
    shown = await _shown(request, "fundraising/live/widget.html")
    policy = content_security_policy(pages_of(request).settings, frame_ancestors="*")
    framed: dict[str, str | None] = {
        "content-security-policy": policy,
        "x-frame-options": None,
        "cross-origin-resource-policy": "cross-origin",
    }
    return replace(shown, headers=framed)


async def show_big_screen(request: Request) -> Shown:
    """One figure, readable at twenty metres."""
    return await _shown(request, "fundraising/live/big_screen.html")


async def _shown(request: Request, template: str) -> Shown:
    taken = await snapshot.take_of(request)
    return Shown(pages_of(request).render(template, live=taken, fund=taken.fund), {taken.fund.id})


class Live:
    """`/live`: an endless stream of the fragment that the page holds, newest first and newest only.

    No database while it runs, but for the first message; the hub hands over the rest.
    """

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream until the viewer goes, or we do."""
        fund_id = (await fund_of(Request(scope, receive))).id  # nothing more of it is kept for hours
        if self._hub.closing:
            raise Unavailable
        await send({"type": "http.response.start", "status": 200, "headers": STREAM_HEADERS})
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b""})
            return
        task = asyncio.current_task()
        assert task is not None
        viewer = Viewer(fund_id, scope.get(SERVER_SEND, send), task.cancel)
        try:
            await self._hub.join(viewer)
            while (await receive())["type"] != "http.disconnect":
                pass
        except asyncio.CancelledError:
            if not viewer.ended:
                raise
            task.uncancel()  # it was the hub that let this viewer go
        finally:
            self._hub.leave(viewer)


def make_routes(hub: Hub, pages: Pages) -> list[BaseRoute]:
    """The addresses below each of the four kinds of fund."""
    routes: list[BaseRoute] = []
    for kind, place in PLACES.items():
        below = f"/{place}/{{slug}}"
        routes += [
            Route(f"{below}/total.json", Kept(pages.cache, show_total), methods=["GET"], name=f"{kind}_total"),
            Route(f"{below}/live", Live(hub), methods=["GET"], name=f"{kind}_live"),
            Route(f"{below}/widget", Kept(pages.cache, show_widget), methods=["GET"], name=f"{kind}_widget"),
        ]
    screen = Kept(pages.cache, show_big_screen)
    routes.append(Route(f"/{PLACES[FundKind.EVENT]}/{{slug}}/big-screen", screen, methods=["GET"], name="big_screen"))
    return routes
