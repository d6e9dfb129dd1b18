"""Passing a page on: the runner's share kit, and QR code, poster, sponsor form and badge at addresses of their own.

Who may fetch a paper: anybody of a page that is for everybody; of an unlisted page and of a child's only who looks
after it.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from hashlib import blake2b

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import NotFound
from fundraising.funds.addresses import PLACES, Seen, fund_of
from fundraising.funds.models import FundKind, FundState
from fundraising.funds.owning import must_own
from fundraising.pages import papers
from fundraising.pages.asking_for import ready_words
from fundraising.pages.models import Seen as SeenBy
from fundraising.pages.papers import About, Wings, know
from fundraising.pages.printing import Form, Paper, Press, qr_png, qr_svg
from fundraising.settings import Settings
from fundraising.store.database import connection
from fundraising.web.pages import NO_STORE, page, pages_of

PAGE = "select challenge, is_child, in_memory_of, seen_by from pledge_page where fund_id = $1"
FRESH = {"cache-control": "public, max-age=300"}
# Programs for mail and other sites show it: that is what it is for.
EVERYWHERE = {**FRESH, "cross-origin-resource-policy": "cross-origin"}
MEDIA = {"pdf": "application/pdf", "png": "image/png", "svg": "image/svg+xml"}


class Kit:
    """The views of the share kit.

    Args:
        wings: what only they know.
    """

    def __init__(self, wings: Wings) -> None:
        self._wings = wings
        self._press = Press()

    async def show(self, request: Request) -> Response:
        """What a runner passes on, and with which words."""
        own = await must_own(request)
        about, seen_by = await self._know(own.fund)
        address = pages_of(request).settings.base_url + own.fund.path
        return page(
            request,
            "fundraising/pages/desk/share.html",
            fund=own.fund,
            address=address,
            words=ready_words(about, address, datetime.now(UTC)),
            seen_by=seen_by,
            is_child=own.is_child,
            badge_size=(papers.BADGE_WIDE, papers.BADGE_HIGH),
            html=papers.badge_html(own.fund, address),
        )

    async def show_poster(self, request: Request) -> Response:
        """The poster of a fund."""
        return await self._print(request, papers.poster, "poster")

    async def show_form(self, request: Request) -> Response:
        """The sponsor form of a runner."""
        return await self._print(request, papers.sponsor_form, "sponsor-form")

    async def show_badge(self, request: Request) -> Response:
        """The badge of a runner's page, for who has its address; there is none of a child's."""
        fund = await fund_of(request)
        about, seen_by = await self._know(fund)
        if about.is_child or seen_by == SeenBy.PRIVATE:
            raise NotFound
        form: Form = "svg" if request.url.path.endswith(".svg") else "png"
        paper = papers.badge(pages_of(request).settings, about, form)
        return await self._answer(request, paper, {**EVERYWHERE})

    async def _know(self, fund: Seen) -> tuple[About, str]:
        """All that papers of a fund are made from, and who may see its page."""
        if fund.kind is not FundKind.RUNNER:
            return await know(fund, self._wings), SeenBy.PUBLIC
        async with connection() as reading:
            row = await reading.fetchrow(PAGE, fund.id)
        if row is None:
            raise NotFound
        about = await know(
            fund, self._wings, row["challenge"], is_child=row["is_child"], in_memory_of=row["in_memory_of"]
        )
        return about, row["seen_by"]

    async def _print(self, request: Request, make: Callable[[Settings, About], Paper], name: str) -> Response:
        fund = await fund_of(request, hidden=True)
        about, seen_by = await self._know(fund)
        is_public = fund.state != FundState.HIDDEN and seen_by == SeenBy.PUBLIC and not about.is_child
        if not is_public:
            if fund.kind is not FundKind.RUNNER:
                raise NotFound
            await must_own(request)
        headers = {"content-disposition": f'inline; filename="{fund.slug}-{name}.pdf"'}
        paper = make(pages_of(request).settings, about)
        return await self._answer(request, paper, headers | (FRESH if is_public else NO_STORE))

    async def _answer(self, request: Request, paper: Paper, headers: dict[str, str]) -> Response:
        """The paper; known already, it is not even printed."""
        headers = {**headers, "etag": paper.tag}
        if paper.tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(await self._press.get(paper), media_type=MEDIA[paper.form], headers=headers)


async def show_qr(request: Request) -> Response:
    """The QR code of a fund's page, or of its donate form, as it is asked for: SVG or PNG."""
    fund = await fund_of(request)
    below = "/donate" if request.url.path.rpartition("/")[0].endswith("/donate") else ""
    address = pages_of(request).settings.base_url + fund.path + below
    form = "svg" if request.url.path.endswith(".svg") else "png"
    headers = {**EVERYWHERE, "etag": f'"{blake2b(f"{form} {address}".encode(), digest_size=9).hexdigest()}"'}
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    body = qr_svg(address) if form == "svg" else qr_png(address)
    return Response(body, media_type=MEDIA[form], headers=headers)


def make_routes(wings: Wings) -> list[BaseRoute]:
    """The addresses of the kit, and those below each of the four kinds of fund."""
    kit = Kit(wings)
    routes: list[BaseRoute] = [
        _get("/pages/{slug}/share", kit.show, "share"),
        _get("/pages/{slug}/sponsor-form.pdf", kit.show_form, "sponsor_form"),
        _get("/pages/{slug}/badge.png", kit.show_badge, "badge"),
        _get("/pages/{slug}/badge.svg", kit.show_badge, "badge_svg"),
    ]
    for kind, place in PLACES.items():
        routes.append(_get(f"/{place}/{{slug}}/poster.pdf", kit.show_poster, f"{kind}_poster"))
        for below, name in (("", ""), ("/donate", "donate_")):
            routes.append(_get(f"/{place}/{{slug}}{below}/qr.svg", show_qr, f"{kind}_{name}qr"))
            routes.append(_get(f"/{place}/{{slug}}{below}/qr.png", show_qr, f"{kind}_{name}qr_png"))
    return routes


def _get(path: str, view: Callable[[Request], Awaitable[Response]], name: str) -> Route:
    return Route(path, view, methods=["GET"], name=name)
