"""`/widget.svg` and `/widget.png` of every fund: its total as a picture, for letters and sites that take no frame."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import astuple
from functools import partial
from hashlib import blake2b

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.funds.addresses import PLACES, Seen, fund_of
from fundraising.funds.models import FundKind
from fundraising.live.preview import NAMELESS
from fundraising.live.preview_card import RUNNER, drawable
from fundraising.live.widget_card import (
    EDITION,
    FIGURE_SIZE,
    HEIGHT,
    LEFT,
    NAME_SIZE,
    RIGHT,
    WIDTH,
    WidgetCard,
    draw,
    fitted,
    shortened,
)
from fundraising.web.pages import pages_of
from fundraising.web.words import money
from fundraising.web.workshop import Workshop

NARROWER = 0.8  # than the faces of machines is the display face, by which we measure
MOST_KEPT = 64  # some 10 KB each
FRESH = "public, max-age=300"
Titled = Callable[[int], Awaitable[str | None]]


def card_of(fund: Seen, *, nameless: bool = False) -> WidgetCard:
    """What is to be seen of a fund: nothing but what its page tells everybody.

    Args:
        nameless: its name is not passed on, as with a child.
    """
    name = NAMELESS[fund.kind] if nameless else " ".join(fund.name.split())
    return WidgetCard(
        name=name,
        drawn=drawable(name) or NAMELESS[fund.kind],
        raised=money(fund.raised_pence, fund.currency),
        caption=f"raised of {money(fund.target_pence, fund.currency)}" if fund.target_pence else "raised so far",
        part=min(fund.raised_pence / fund.target_pence, 1) if fund.target_pence else None,
        colour=fund.colour,
    )


def make_routes(title_of: Titled) -> list[BaseRoute]:
    """The addresses below each of the four kinds of fund.

    Args:
        title_of: of a runner's page, by its fund; None when its name is not to be passed on: the pages know.
    """
    workshop: Workshop[WidgetCard] = Workshop(MOST_KEPT)

    async def in_svg(request: Request, card: WidgetCard) -> bytes:
        name = shortened(card.name)
        sizes = {
            "name_size": round(fitted(name, NAME_SIZE, (RIGHT - LEFT) * NARROWER), 1),
            "figure_size": round(fitted(card.raised, FIGURE_SIZE, (RIGHT - LEFT) / 2 * NARROWER), 1),
        }
        shown = {"card": card, "name": name, "width": WIDTH, "height": HEIGHT, "limbs": RUNNER, **sizes}
        return pages_of(request).render("fundraising/live/widget.svg", **shown).encode()

    async def in_png(_request: Request, card: WidgetCard) -> bytes:
        return await workshop.get(card, partial(asyncio.to_thread, draw, card))

    async def show(request: Request) -> Response:
        """The picture; told apart by a hash of all that is on it, so that 304 comes before any drawing."""
        fund = await fund_of(request)
        nameless = fund.kind is FundKind.RUNNER and await title_of(fund.id) is None
        card, ending = card_of(fund, nameless=nameless), request.url.path.rpartition(".")[2]
        tag = f'"{blake2b(repr((EDITION, ending, astuple(card))).encode(), digest_size=9).hexdigest()}"'
        # Letters and other sites may show it: that is what it is for.
        headers = {"etag": tag, "cache-control": FRESH, "cross-origin-resource-policy": "cross-origin"}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        is_svg = ending == "svg"
        body = await (in_svg if is_svg else in_png)(request, card)
        return Response(body, media_type="image/svg+xml" if is_svg else "image/png", headers=headers)

    return [
        Route(f"/{place}/{{slug}}/widget.{ending}", show, methods=["GET"], name=f"{kind}_widget_{ending}")
        for kind, place in PLACES.items()
        for ending in ("svg", "png")
    ]
