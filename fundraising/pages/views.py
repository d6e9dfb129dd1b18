"""The pledge page of a runner, and the pages of words: privacy and terms."""

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from fundraising.errors import NotFound
from fundraising.funds.addresses import fund_of, see_funds
from fundraising.live import snapshot
from fundraising.pages.models import PledgePage
from fundraising.web.cache import Kept, Shown
from fundraising.web.pages import Pages, pages_of


async def show_page(request: Request) -> Shown:
    """A runner's pledge page."""
    fund = await fund_of(request)
    taken = await snapshot.take(fund.id)
    page = await PledgePage.get_or_none(fund_id=fund.id)
    if taken is None or page is None:
        raise NotFound
    above = await see_funds([i for i in (fund.team_id, fund.charity_id, fund.event_id) if i])
    html = pages_of(request).render(
        "fundraising/pages/show.html",
        live=taken,
        fund=taken.fund,
        page=page,
        team=above.get(fund.team_id or 0),
        charity=above.get(fund.charity_id or 0),
        event=above.get(fund.event_id or 0),
    )
    return Shown(html, {fund.id})


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
