"""The pledge page of a runner, and the pages of words: privacy and terms."""

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from fundraising.errors import NotFound
from fundraising.live import snapshot
from fundraising.store.database import connection
from fundraising.web.cache import Kept, Shown
from fundraising.web.pages import Pages, pages_of

IS_CHILD = "select is_child from pledge_page where fund_id = $1"
PAGE = "select story, challenge, is_child from pledge_page where fund_id = $1"


async def show_page(request: Request) -> Shown:
    """A runner's pledge page."""
    taken = await snapshot.take_of(request)
    fund = taken.fund
    async with connection() as reading:
        page = await reading.fetchrow(PAGE, fund.id)
    if page is None:
        raise NotFound
    html = pages_of(request).render(
        "fundraising/pages/show.html",
        live=taken,
        fund=fund,
        page=page,
        team=taken.above.get(fund.team_id or 0),
        charity=taken.above.get(fund.charity_id or 0),
        event=taken.above.get(fund.event_id or 0),
    )
    return Shown(html, {fund.id})


async def is_withheld(fund_id: int) -> bool:
    """Whether the name on a runner's page is not to be passed on: that of a child, or of nobody who has a page."""
    async with connection() as reading:
        return (await reading.fetchval(IS_CHILD, fund_id)) is not False


async def show_privacy(request: Request) -> Shown:
    """What is kept of whom, why, and for how long."""
    return Shown(pages_of(request).render("fundraising/pages/privacy.html"), ())


async def show_terms(request: Request) -> Shown:
    """What holds for gifts: too much, too little, a cancelled event, refunds, complaints."""
    return Shown(pages_of(request).render("fundraising/pages/terms.html"), ())


def make_routes(pages: Pages) -> list[BaseRoute]:
    """The addresses of the room."""
    return [
        Route("/pages/{slug}", Kept(pages.cache, show_page), methods=["GET"], name="runner"),
        Route("/privacy", Kept(pages.cache, show_privacy), methods=["GET"], name="privacy"),
        Route("/terms", Kept(pages.cache, show_terms), methods=["GET"], name="terms"),
    ]
