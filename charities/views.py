"""The charities: all of them, and each with who raises for it."""

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from charities.models import Charity
from fundraising.errors import NotFound
from fundraising.funds.addresses import SEE, seen
from fundraising.live import snapshot
from fundraising.payments.models import ConnectedAccount
from fundraising.store.database import connection
from fundraising.web.cache import Kept, Shown
from fundraising.web.pages import Pages, pages_of

ALL = SEE + " where f.kind = 'charity' and f.state <> 'hidden' order by f.name"


async def show_charities(request: Request) -> Shown:
    """Every charity that money is raised for."""
    async with connection() as reading:
        charities = [seen(row) for row in await reading.fetch(ALL)]
    html = pages_of(request).render("charities/list.html", charities=charities)
    return Shown(html, {charity.id for charity in charities})


async def show_charity(request: Request) -> Shown:
    """A charity: its total, what it does, who raises for it, and how a gift reaches it."""
    taken = await snapshot.take_of(request)
    fund = taken.fund
    charity = await Charity.get_or_none(fund_id=fund.id)
    if charity is None:
        raise NotFound
    account = await ConnectedAccount.get_or_none(charity_id=fund.id)
    html = pages_of(request).render("charities/show.html", live=taken, fund=fund, charity=charity, account=account)
    return Shown(html, {fund.id})


def make_routes(pages: Pages) -> list[BaseRoute]:
    """The addresses of the wing."""
    return [
        Route("/charities", Kept(pages.cache, show_charities), methods=["GET"], name="charities"),
        Route("/charities/{slug}", Kept(pages.cache, show_charity), methods=["GET"], name="charity"),
    ]
