"""Reporting, for everybody; hiding words on one's own page; and answering when one's page was taken off the site."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import BadInput, NotFound, Problem, TooMany
from fundraising.funds.addresses import PLACES, Seen, fund_of
from fundraising.funds.models import FundKind, Hider
from fundraising.funds.owning import must_own
from fundraising.moderation.forms import MOST_CHARACTERS, SENTENCES, AnswerForm, ReportForm
from fundraising.moderation.hiding import By, hide_message, show_message
from fundraising.moderation.reporting import About, Gift, News, answer_being_hidden, get_gift, get_news, report
from fundraising.people.asking import Asker, find_asker
from fundraising.store.database import connection
from fundraising.web.forms import typed_in, understood
from fundraising.web.guard import Allowance
from fundraising.web.pages import outcome, page, pages_of, see_other

ROOM = "fundraising/moderation/"
REPORTABLE = (FundKind.RUNNER, FundKind.TEAM)  # of the others only what was said there
OWN = "select exists (select from pledge_page where fund_id = $1 and person_id = $2)"
HIDDEN = "select hidden_at, hidden_because, hidden_by from fund where id = $1"
ANSWERED = "select exists (select from report where fund_id = $1 and is_answer and answer is null)"


class TooManyReports(TooMany):
    """Reported too often from one address."""

    sentence = "A great many reports came from your connection. Please try again in a few minutes."


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who looks after a page, and the frame of where they do that.

    Args:
        framed: what the frame wants to know.
    """

    asker: Asker
    fund: Seen
    frame: str
    framed: Mapping[str, Any]


Whose = Callable[[Request], Awaitable[Keeper]]


async def show_report(request: Request) -> Response:
    """The form: `?gift=` is about a message, `?news=` about news; `?sent` says thank you."""
    fund = await fund_of(request)
    if "sent" in request.query_params:
        return page(request, ROOM + "reported.html", fund=fund)
    asked = request.query_params
    typed = {"gift": asked.get("gift", "")[:36], "news": asked.get("news", "")[:20]}
    return await _form(request, fund, await _subject(fund, typed), typed)


async def _subject(fund: Seen, typed: Mapping[str, str]) -> About:
    """What a report is about.

    Raises:
        NotFound: when it cannot be reported.
    """
    if typed.get("gift"):
        return await get_gift(fund, typed["gift"])
    if typed.get("news"):
        return await get_news(fund, typed["news"])
    if fund.kind not in REPORTABLE:
        raise NotFound
    return None


async def _form(
    request: Request, fund: Seen, about: About, typed: Mapping[str, str], problem: Problem | None = None
) -> Response:
    asker = await find_asker(request)
    shown: dict[str, Any] = {
        "fund": fund,
        "gift": about if isinstance(about, Gift) else None,
        "news": about if isinstance(about, News) else None,
        "most": MOST_CHARACTERS,
        "hide_at": await _hide_at(asker, fund, about),
    }
    return page(request, ROOM + "report.html", **outcome(problem), **shown, typed=dict(typed))


async def _hide_at(asker: Asker | None, fund: Seen, about: About) -> str:
    """Where whoever may hide it at once does that; empty for all others."""
    if asker is None:
        return ""
    if asker.is_organiser:
        desk = "/organiser/reports"
        if about is None:
            return f"{desk}/pages/{fund.id}/hide"
        return f"{desk}/{'messages' if isinstance(about, Gift) else 'news'}/{about.id}/hide"
    if not isinstance(about, Gift) or about.fund_id != fund.id:
        return ""
    async with connection() as reading:
        own = await reading.fetchval(OWN, fund.id, asker.id)
    return f"{fund.path}/messages/{about.id}/hide" if own else ""


async def take_report(request: Request, allowance: Allowance) -> Response:
    """The form, sent; the same answer, whoever sends it, and however often."""
    fund, typed = await fund_of(request), await typed_in(request)
    about = await _subject(fund, typed)
    try:
        form = understood(ReportForm, typed, SENTENCES)
        allowance.must_let(request, TooManyReports)
    except (BadInput, TooMany) as problem:  # nothing that was typed is lost
        return await _form(request, fund, about, typed, problem)
    await report(fund, about, form)
    return see_other(f"{fund.path}/report?sent=1")


async def hide_own(request: Request) -> Response:
    """A runner hides what was said on their page."""
    own = await must_own(request)
    by = By(Hider.RUNNER, own.asker.id, fund_id=own.fund.id)
    pages_of(request).cache.forget(await hide_message(request.path_params["id"], by))
    return see_other(f"{own.fund.path}/supporters?said=hidden")


async def show_own(request: Request) -> Response:
    """And shows it again, unless somebody else has hidden it."""
    own = await must_own(request)
    by = By(Hider.RUNNER, own.asker.id, fund_id=own.fund.id)
    pages_of(request).cache.forget(await show_message(request.path_params["id"], by))
    return see_other(f"{own.fund.path}/supporters?said=shown")


async def runner(request: Request) -> Keeper:
    """The runner whose page it is, or a child's parent or guardian."""
    own = await must_own(request)
    return Keeper(own.asker, own.fund, "fundraising/pages/desk/frame.html", {"place": ""})


async def show_hidden(request: Request, whose: Whose) -> Response:
    """Why one's page is off the site, and a form to answer; when it is not, there is nothing to be said."""
    keeper = await whose(request)
    return await _hidden(request, keeper, {})


async def _hidden(
    request: Request, keeper: Keeper, typed: Mapping[str, str], problem: Problem | None = None
) -> Response:
    async with connection() as reading:
        row = await reading.fetchrow(HIDDEN, keeper.fund.id)
        answered = await reading.fetchval(ANSWERED, keeper.fund.id)
    if row["hidden_at"] is None:
        return see_other(keeper.fund.path)
    shown = {"fund": keeper.fund, "frame": keeper.frame, "hidden": row, "answered": answered, "most": MOST_CHARACTERS}
    return page(request, ROOM + "hidden.html", **outcome(problem), **shown, **keeper.framed, typed=dict(typed))


async def take_answer(request: Request, whose: Whose) -> Response:
    """The answer, sent: whoever took the page off looks at it."""
    keeper, typed = await whose(request), await typed_in(request)
    try:
        form = understood(AnswerForm, typed, SENTENCES)
    except BadInput as problem:
        return await _hidden(request, keeper, typed, problem)
    async with connection() as reading:
        row = await reading.fetchrow(HIDDEN, keeper.fund.id)
    if row["hidden_at"] is not None:
        await answer_being_hidden(keeper.fund.id, form.reason, keeper.asker.email)
    return see_other(f"{keeper.fund.path}/hidden")


def make_routes(whose: Mapping[FundKind, Whose]) -> list[BaseRoute]:
    """The addresses of the room but for its desks.

    Args:
        whose: who looks after a page of a kind; the wings hand in theirs.
    """
    allowance = Allowance(burst=20, per_second=1 / 60)
    routes: list[BaseRoute] = []
    for kind, place in PLACES.items():
        at, take = f"/{place}/{{slug}}/report", partial(take_report, allowance=allowance)
        routes.append(Route(at, show_report, methods=["GET"], name=f"{kind}_report"))
        routes.append(Route(at, take, methods=["POST"], name=f"{kind}_report"))
    for kind, keeper in whose.items():
        at = f"/{PLACES[kind]}/{{slug}}/hidden"
        routes.append(Route(at, partial(show_hidden, whose=keeper), methods=["GET"], name=f"{kind}_hidden"))
        routes.append(Route(at, partial(take_answer, whose=keeper), methods=["POST"], name=f"{kind}_hidden"))
    one = "/pages/{slug}/messages/{id:uuid}"
    return [
        *routes,
        Route(f"{one}/hide", hide_own, methods=["POST"], name="hide_own_message"),
        Route(f"{one}/show", show_own, methods=["POST"], name="show_own_message"),
    ]
