"""The pledge page of a runner, and the pages of words: privacy and terms."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from fundraising.errors import NotFound
from fundraising.funds.addresses import Seen
from fundraising.live import snapshot
from fundraising.pages import code, edit_views, photo
from fundraising.pages.beside import COLUMNS, beside
from fundraising.store.database import connection
from fundraising.web.cache import Kept, Shown
from fundraising.web.pages import Pages, pages_of

TITLE = "select title from pledge_page where fund_id = $1 and not is_child"  # of a child nothing is passed on
PAGE = f"""
select g.id, g.title, g.story, g.video, g.in_memory_of, g.charity_funded, g.challenge, g.is_child, g.seen_by, {COLUMNS}
from pledge_page g where g.fund_id = $1
"""  # noqa: S608 - put together from constants


# What another room adds to a page of this fund, as a template and what it shows; None: nothing.
Panel = Callable[[Seen], Awaitable[tuple[str, Mapping[str, Any]] | None]]


async def show_page(request: Request, panels: Sequence[Panel]) -> Shown:
    """A runner's pledge page.

    Args:
        panels: of rooms above, handed in by the roof.
    """
    taken = await snapshot.take_of(request)
    fund = taken.fund
    async with connection() as reading:
        page = await reading.fetchrow(PAGE, fund.id)
    if page is None:
        raise NotFound
    event = taken.above.get(fund.event_id or 0)
    made = [one for panel in panels if (one := await panel(fund))]
    html = pages_of(request).render(
        "fundraising/pages/show.html",
        live=taken,
        fund=fund,
        page=page,
        panels=[pages_of(request).render(template, event=event, **shown) for template, shown in made],
        team=taken.above.get(fund.team_id or 0),
        charity=taken.above.get(fund.charity_id or 0),
        event=event,
        **beside(page),
    )
    return Shown(html, {fund.id})


async def title_to_pass_on(fund_id: int) -> str | None:
    """What its runner calls a page, which may be nothing; None when nothing that names them is to be passed on."""
    async with connection() as reading:
        title: str | None = await reading.fetchval(TITLE, fund_id)
    return title


async def show_guidance(request: Request) -> Shown:
    """What who makes a page agrees to."""
    shown = {"guidance": code.GUIDANCE, "version": code.CODE_VERSION, "official": code.OFFICIAL}
    return Shown(pages_of(request).render("fundraising/pages/guidance.html", **shown), ())


async def show_privacy(request: Request) -> Shown:
    """What is kept of whom, why, and for how long."""
    return Shown(pages_of(request).render("fundraising/pages/privacy.html"), ())


async def show_terms(request: Request) -> Shown:
    """What holds for gifts: too much, too little, a cancelled event, refunds, complaints."""
    return Shown(pages_of(request).render("fundraising/pages/terms.html"), ())


def make_routes(pages: Pages, panels: Sequence[Panel]) -> list[BaseRoute]:
    """The addresses of the room.

    Args:
        panels: what other rooms add to a runner's page.
    """
    return [
        Route("/pages/{slug}", Kept(pages.cache, partial(show_page, panels=panels)), methods=["GET"], name="runner"),
        *edit_views.make_routes(),
        *photo.make_routes(),
        Route("/guidance", Kept(pages.cache, show_guidance), methods=["GET"], name="guidance"),
        Route("/privacy", Kept(pages.cache, show_privacy), methods=["GET"], name="privacy"),
        Route("/terms", Kept(pages.cache, show_terms), methods=["GET"], name="terms"),
    ]
