"""`/preview.png` of every fund: what a chat shows when its page is passed on."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import astuple
from functools import partial
from hashlib import blake2b

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.funds.addresses import PLACES, Seen, fund_of, see_funds
from fundraising.funds.models import FundKind, FundState
from fundraising.live.preview_card import EDITION, PreviewCard, draw, drawable
from fundraising.store.database import connection
from fundraising.web.words import money
from fundraising.web.workshop import Workshop

MOST_KEPT = 64  # some 50 KB each
FRESH = "public, max-age=300"  # its address changes with the total, so that a chat asks for a new one anyway
PICTURE = "select large from picture where id = $1"
HOUSE = "Backward Run"
# What stands in the place of a name that is not to be shown, or that the face has no letters for.
NAMELESS = {
    FundKind.RUNNER: "Running backwards",
    FundKind.TEAM: "Running backwards, together",
    FundKind.CHARITY: "Run for, backwards",
    FundKind.EVENT: "Running backwards",
}
BAND = {FundKind.CHARITY: "We run backwards for", FundKind.EVENT: "Turn your back on sport"}
Titled = Callable[[int], Awaitable[str | None]]


class Previews:
    """The pictures of one process: each drawn once, in a thread, one at a time, and the newest of them kept."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._workshop: Workshop[PreviewCard] = Workshop(most)

    async def get(self, card: PreviewCard) -> bytes:
        """The picture of a card; drawn once, however many ask for it at the same time."""
        return await self._workshop.get(card, partial(self._draw, card))

    async def _draw(self, card: PreviewCard) -> bytes:
        picture = None
        if card.picture_id:
            async with connection() as reading:
                picture = await reading.fetchval(PICTURE, card.picture_id)
        return await asyncio.to_thread(draw, card, picture)


def card_of(fund: Seen, event: Seen | None, title: str = "", *, nameless: bool = False) -> PreviewCard:
    """What is to be seen of a fund: nothing but what its page tells everybody.

    Args:
        event: that it counts towards.
        title: what its runner calls the page, if anything.
        nameless: its name and its picture are not passed on, as with a child.
    """
    name = "" if nameless else drawable(fund.name)
    of_target = f"raised of {money(fund.target_pence, fund.currency)}" if fund.target_pence else "raised so far"
    return PreviewCard(
        band=BAND.get(fund.kind) or drawable(title) or drawable(event.name if event else "") or HOUSE,
        title=name or NAMELESS[fund.kind],
        letter=name[:1].upper(),
        raised=money(fund.raised_pence, fund.currency),
        caption=of_target,
        part=min(fund.raised_pence / fund.target_pence, 1) if fund.target_pence else None,
        colour=fund.colour,
        picture_id=None if nameless else fund.picture_id,
    )


async def _event_of(fund: Seen) -> Seen | None:
    event = (await see_funds([fund.event_id])).get(fund.event_id) if fund.event_id else None
    return event if event is not None and event.state != FundState.HIDDEN else None


def make_routes(title_of: Titled) -> list[BaseRoute]:
    """The addresses below each of the four kinds of fund.

    Args:
        title_of: what a runner calls the page, by its fund; None when its name is not to be passed on: the pages know.
    """
    previews = Previews()

    async def show_preview(request: Request) -> Response:
        """The picture; told apart by a hash of all that is on it, so that 304 comes before any drawing."""
        fund = await fund_of(request)
        title = await title_of(fund.id) if fund.kind is FundKind.RUNNER else ""
        card = card_of(fund, await _event_of(fund), title or "", nameless=title is None)
        tag = f'"{blake2b(repr((EDITION, astuple(card))).encode(), digest_size=9).hexdigest()}"'
        # Other sites and programs of chats may show it: that is what it is for.
        headers = {"etag": tag, "cache-control": FRESH, "cross-origin-resource-policy": "cross-origin"}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        body = await previews.get(card)
        if request.method == "HEAD":
            return Response(media_type="image/png", headers={**headers, "content-length": str(len(body))})
        return Response(body, media_type="image/png", headers=headers)

    return [
        Route(f"/{place}/{{slug}}/preview.png", show_preview, methods=["GET"], name=f"{kind}_preview")
        for kind, place in PLACES.items()
    ]
