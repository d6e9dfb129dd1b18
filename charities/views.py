"""The charities: all of them, and each with who raises for it."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from charities.models import Charity
from fundraising.errors import NotFound
from fundraising.funds.addresses import SEE, seen
from fundraising.live import snapshot
from fundraising.payments.models import ConnectedAccount
from fundraising.store.database import connection
from fundraising.web.cache import Kept, Shown
from fundraising.web.forms import INVISIBLE
from fundraising.web.pages import Pages, page, pages_of

ALL = SEE + " where f.kind = 'charity' and f.state <> 'hidden' order by lower(f.name), f.id limit $1"
MOST = 60  # on one page; who looks for another one searches
# What was typed is a word of the name, of the one line or of the description, or the number.
FOUND = f"""{SEE} join charity c on c.fund_id = f.id
where f.kind = 'charity' and f.state <> 'hidden'
  and (position(lower($2) in lower(concat_ws(' ', f.name, f.summary, c.about))) > 0 or lower(c.number) = lower($2))
order by position(lower($2) in lower(f.name)) = 0, lower(f.name), f.id limit $1
"""


async def show_charities(request: Request) -> Shown:
    """Every charity that money is raised for."""
    async with connection() as reading:
        rows = await reading.fetch(ALL, MOST + 1)
    charities = [seen(row) for row in rows[:MOST]]
    html = pages_of(request).render("charities/list.html", charities=charities, sought="", more=len(rows) > MOST)
    return Shown(html, {charity.id for charity in charities})


class Charities:
    """The list of charities: kept as it is for everybody, and looked through for who searches."""

    def __init__(self, pages: Pages) -> None:
        self._kept = Kept(pages.cache, show_charities)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        request = Request(scope, receive)
        sought = " ".join(INVISIBLE.sub("", request.query_params.get("q", "")).split())[:60]
        answer = self._kept if not sought else await search_charities(request, sought)
        await answer(scope, receive, send)


async def search_charities(request: Request, sought: str) -> Response:
    """Charities by a word of their name or of what they do, or by their number."""
    async with connection() as reading:
        rows = await reading.fetch(FOUND, MOST + 1, sought)
    charities = [seen(row) for row in rows[:MOST]]
    headers = {"x-robots-tag": "noindex"}
    more = len(rows) > MOST
    return page(request, "charities/list.html", headers=headers, charities=charities, sought=sought, more=more)


async def show_charity(request: Request) -> Shown:
    """A charity: its total, what it does, who raises for it, and how a gift reaches it."""
    taken = await snapshot.take_of(request)
    fund = taken.fund
    charity = await Charity.get_or_none(fund_id=fund.id)
    if charity is None:
        raise NotFound
    account = await ConnectedAccount.get_or_none(charity_id=fund.id)
    account = account if account and account.is_used else None
    html = pages_of(request).render("charities/show.html", live=taken, fund=fund, charity=charity, account=account)
    return Shown(html, {fund.id})


def make_routes(pages: Pages) -> list[BaseRoute]:
    """The addresses of the wing."""
    return [
        Route("/charities", Charities(pages), methods=["GET"], name="charities"),
        Route("/charities/{slug}", Kept(pages.cache, show_charity), methods=["GET"], name="charity"),
    ]
