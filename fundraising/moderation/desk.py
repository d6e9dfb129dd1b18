"""The desk of what was reported and what waits: the organiser's, for everything; a charity partner's, for its pages."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import BadInput, NotFound, Problem
from fundraising.funds.addresses import fund_at
from fundraising.funds.models import Fund, FundKind, Hider
from fundraising.moderation.forms import BECAUSE, MOST_CHARACTERS, SENTENCES, AddressForm, BecauseForm
from fundraising.moderation.hiding import By, hide_message, show_message
from fundraising.moderation.looking import AT_ONCE, find_events, find_hidden, find_work
from fundraising.moderation.news import hide_news, show_news
from fundraising.moderation.taking_off import Owners, keep, put_back, take_off
from fundraising.people.asking import must_be_organiser
from fundraising.web.forms import typed_in, understood
from fundraising.web.pages import outcome, page, pages_of, see_other

ROOM = "fundraising/moderation/desk/"
PATH = "/organiser/reports"
SAID = {
    "kept": "It stays, and whoever reported it is told.",
    "hidden": "It is hidden, and what was given still counts.",
    "shown": "It is shown.",
    "taken-off": "The page is off the site, and whoever looks after it is told why.",
    "back": "The page is back.",
    "waits": "Messages wait from now on until somebody has looked.",
    "at-once": "New messages are shown at once. Those that wait still do.",
}


@dataclass(frozen=True, slots=True)
class Looker:
    """Who looks at what was reported, and where.

    Args:
        path: of the desk below the site.
        frame: the template that frames it, and what that template wants to know.
    """

    by: By
    path: str
    frame: str
    framed: Mapping[str, Any] = field(default_factory=dict)


Who = Callable[[Request], Awaitable[Looker]]
Verb = Callable[[Any, By], Awaitable[list[int]]]
SAID_OF = {"keep": "kept", "hide": "hidden", "show": "shown"}


async def organiser(request: Request) -> Looker:
    """The organiser, who decides about everything."""
    asker = await must_be_organiser(request)
    return Looker(By(Hider.ORGANISER, asker.id), PATH, "fundraising/people/organiser.html")


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk: who may come in, and who looks after pages."""

    who: Who
    owners: Owners

    async def show(self, request: Request) -> Response:
        """What was reported, and the words that wait."""
        return await _desk(request, await self.who(request), {})

    async def show_hidden(self, request: Request) -> Response:
        """What is hidden now, with the way back."""
        looker = await self.who(request)
        return _page(request, looker, "hidden.html", **await find_hidden(looker.by.charity_id))

    async def decide_message(self, request: Request) -> Response:
        """One tap about words: keep, hide or show them."""
        return await self._decide(request, request.path_params["id"], show_message, hide_message)

    async def decide_news(self, request: Request) -> Response:
        """One tap about a piece of news."""
        return await self._decide(request, request.path_params["news"], show_news, hide_news)

    async def _decide(self, request: Request, id_: Any, show: Verb, hide: Verb) -> Response:
        looker, verb = await self.who(request), request.path_params["verb"]
        if verb not in SAID_OF:
            raise NotFound
        ids = await (hide if verb == "hide" else show)(id_, looker.by)
        return _on(request, looker, ids, SAID_OF[verb])

    async def approve(self, request: Request) -> Response:
        """Show all the words of a list that somebody has looked through."""
        looker, typed = await self.who(request), await typed_in(request)
        ids: set[int] = set()
        for name in list(typed)[:AT_ONCE]:
            if name.startswith("gift-"):
                ids |= set(await show_message(_uuid(name.removeprefix("gift-")), looker.by))
        return _on(request, looker, sorted(ids), "shown")

    async def decide_page(self, request: Request) -> Response:
        """About a page: keep it as it is, take it off the site with a reason, or put it back."""
        looker, typed = await self.who(request), await typed_in(request)
        fund, verb = request.path_params["fund"], request.path_params["verb"]
        if verb == "hide":
            return await self._take_off(request, looker, fund, {"because": BECAUSE} | typed)
        if verb == "show":
            return _on(request, looker, await put_back(fund, looker.by, self.owners), "back")
        if verb != "keep":
            raise NotFound
        await keep(fund, looker.by)
        return _on(request, looker, [], "kept")

    async def _take_off(self, request: Request, looker: Looker, fund: int, typed: Mapping[str, str]) -> Response:
        try:
            form = understood(BecauseForm, typed, SENTENCES)
        except BadInput as problem:
            return await _desk(request, looker, typed, problem)
        ids = await take_off(fund, form.because, looker.by, self.owners)
        return _on(request, looker, ids, "taken-off")

    async def take_page(self, request: Request) -> Response:
        """A page that nobody has reported, by its address."""
        looker, typed = await self.who(request), await typed_in(request)
        try:
            form = understood(AddressForm, typed, SENTENCES)
            fund = await fund_at(form.page)
            if fund is None or fund.kind not in (FundKind.RUNNER, FundKind.TEAM):
                raise BadInput({"page": SENTENCES["page"]}, typed)
            ids = await take_off(fund.id, form.because, looker.by, self.owners)
        except BadInput as problem:
            return await _desk(request, looker, typed, problem)
        except NotFound:  # it is another charity's
            return await _desk(request, looker, typed, BadInput({"page": SENTENCES["page"]}, typed))
        return _on(request, looker, ids, "taken-off")


async def _desk(request: Request, looker: Looker, typed: Mapping[str, str], problem: Problem | None = None) -> Response:
    by = looker.by
    shown = {
        "work": await find_work(by.charity_id),
        "events": await find_events() if by.role is Hider.ORGANISER else (),
        "because": BECAUSE,
        "most": MOST_CHARACTERS,
        "typed": {"because": BECAUSE} | dict(typed),
    }
    return _page(request, looker, "reports.html", **shown, **outcome(problem))


def _page(request: Request, looker: Looker, template: str, **shown: Any) -> Response:
    said = SAID.get(request.query_params.get("said", ""), "")
    around = {"at": looker.path, "frame": looker.frame, "role": looker.by.role, "said": said, **looker.framed}
    return page(request, ROOM + template, **around, **shown)


def _on(request: Request, looker: Looker, ids: list[int], said: str) -> Response:
    pages_of(request).cache.forget(ids)
    below = "/hidden" if "hidden" in request.query_params else ""  # the list that it was decided from
    return see_other(f"{looker.path}{below}?said={said}")


def _uuid(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise NotFound from None


async def let_wait(request: Request) -> Response:
    """Whether words wait in an event until somebody has looked."""
    looker, typed = await organiser(request), await typed_in(request)
    wait = "wait" in typed
    if not await Fund.filter(id=request.path_params["fund"], kind=FundKind.EVENT).update(messages_wait=wait):
        raise NotFound
    return _on(request, looker, [], "waits" if wait else "at-once")


def make_routes(path: str, name: str, who: Who, owners: Owners) -> list[BaseRoute]:
    """The addresses of a desk.

    Args:
        path, name: of its first page; those of the others begin so.
        who: may come in.
        owners: the addresses of who looks after a page.
    """
    desk = Desk(who, owners)
    views: list[tuple[str, str, str, Callable[[Request], Awaitable[Response]]]] = [
        ("", "GET", "", desk.show),
        ("/hidden", "GET", "_hidden", desk.show_hidden),
        ("/messages/{id:uuid}/{verb}", "POST", "_message", desk.decide_message),
        ("/messages", "POST", "_approve", desk.approve),
        ("/news/{news:int}/{verb}", "POST", "_news", desk.decide_news),
        ("/pages/{fund:int}/{verb}", "POST", "_page", desk.decide_page),
        ("/pages", "POST", "_take_off", desk.take_page),
    ]
    return [Route(path + below, view, methods=[method], name=name + end) for below, method, end, view in views]


def make_organiser_routes(owners: Owners) -> list[BaseRoute]:
    """The organiser's desk, and what is theirs alone."""
    switch = partial(Route, f"{PATH}/events/{{fund:int}}", let_wait, methods=["POST"])
    return [*make_routes(PATH, "organiser_reports", organiser, owners), switch(name="organiser_reports_wait")]
