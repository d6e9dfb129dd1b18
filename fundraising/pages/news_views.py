"""News of a page: the runner's desk for them, and all of them for everybody."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import BadInput, NotFound, Problem
from fundraising.funds.addresses import fund_of
from fundraising.funds.models import Shape
from fundraising.funds.owning import Own, must_own
from fundraising.funds.photos import Focus
from fundraising.funds.pictures import take_in
from fundraising.pages.news import (
    AT_ONCE,
    MOST_CHARACTERS,
    NEWEST,
    WAIT,
    News,
    change,
    count_who_would_hear,
    delete,
    own_news,
    publish,
    shown_news,
)
from fundraising.store.database import connection
from fundraising.web.forms import Form, OneLine, Tick, understood
from fundraising.web.pages import outcome, page, see_other
from fundraising.web.uploads import MOST_BODY_BYTES, Sent, sent_in

PAGE = "select id, is_child, seen_by from pledge_page where fund_id = $1"
DESK = "fundraising/pages/desk/news.html"
SAID = {
    "published": f"It stands on your page. Who asked for your news hears of it in about {WAIT.seconds // 60} minutes.",
    "changed": "Changed.",
    "deleted": "It is gone.",
}


class NewsForm(Form):
    """News, as typed; the photo comes beside it."""

    text: Annotated[str, Field(max_length=MOST_CHARACTERS)] = ""
    description: Annotated[str, OneLine, Field(max_length=200)] = ""
    no_photo: Tick = False


async def show_desk(request: Request) -> Response:
    """One's news, and the form for the next."""
    own = await must_own(request)
    return await _desk(request, own, {}, said=SAID.get(request.query_params.get("said", ""), ""))


async def take_news(request: Request) -> Response:
    """The form, sent: on the page, or back with a sentence."""
    own = await must_own(request)
    sent = await sent_in(request)
    try:
        form = _understood(sent)
        await publish(own, form.text, await _photo(sent, form))
    except Problem as problem:  # nothing that was typed is lost
        return await _desk(request, own, sent.typed, problem=problem)
    return see_other(f"{own.fund.path}/news?said=published")


async def show_change(request: Request) -> Response:
    """One piece of news, to be changed or deleted."""
    own = await must_own(request)
    one = await _own_one(request, own)
    typed = {"text": one.text, "description": one.description or ""}
    return _form(request, own, one, typed)


async def take_change(request: Request) -> Response:
    """The form, sent."""
    own = await must_own(request)
    one = await _own_one(request, own)
    sent = await sent_in(request)
    try:
        form = _understood(sent, one)
        kept = None if form.no_photo else one.picture_id
        await change(own, one.number, form.text, await _photo(sent, form) or kept, form.description)
    except Problem as problem:
        return _form(request, own, one, sent.typed, problem)
    return see_other(f"{own.fund.path}/news?said=changed")


async def take_deletion(request: Request) -> Response:
    """Gone for good."""
    own = await must_own(request)
    await delete(own, _number(request))
    return see_other(f"{own.fund.path}/news?said=deleted")


async def show_news(request: Request) -> Response:
    """News of a page for everybody, from one on back."""
    fund = await fund_of(request)
    async with connection() as reading:
        row = await reading.fetchrow(PAGE, fund.id)
    number = _number(request)
    news = await shown_news(row["id"], number) if row else ()
    if not news or news[0].number != number:
        raise NotFound
    newest = await shown_news(row["id"], most=1)
    return page(
        request,
        "fundraising/pages/news.html",
        fund=fund,
        news=news[:AT_ONCE],
        older=news[AT_ONCE].number if len(news) > AT_ONCE else None,
        newest=newest[0].number if newest[0].number != number else None,
        is_findable=not row["is_child"] and row["seen_by"] == "public",
    )


def _understood(sent: Sent, before: News | None = None) -> NewsForm:
    """What was sent.

    Raises:
        BadInput: also when there is neither a word nor a photo.
    """
    form = understood(NewsForm, sent.typed, {})
    has_photo = sent.photo is not None or (before is not None and before.picture_id is not None and not form.no_photo)
    if not form.text and not has_photo:
        raise BadInput({"text": "Please write something, or add a photo."}, sent.typed)
    return form


async def _photo(sent: Sent, form: NewsForm) -> str | None:
    return await take_in(sent.photo, Shape.WIDE, Focus.MIDDLE, form.description) if sent.photo else None


def _number(request: Request) -> int:
    number: int = request.path_params["number"]
    if number > NEWEST:
        raise NotFound
    return number


async def _own_one(request: Request, own: Own) -> News:
    number = _number(request)
    found = await own_news(own.page_id, number, 1)
    if not found or found[0].number != number:
        raise NotFound
    return found[0]


async def _desk(
    request: Request, own: Own, typed: Mapping[str, str], *, problem: Problem | None = None, said: str = ""
) -> Response:
    before = request.query_params.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else NEWEST
    news = await own_news(own.page_id, number)
    return page(
        request,
        DESK,
        fund=own.fund,
        is_child=own.is_child,
        typed=typed,
        said=said,
        news=news[:AT_ONCE],
        older=news[AT_ONCE].number if len(news) > AT_ONCE else None,
        hear=await count_who_would_hear(own.fund.id),
        minutes=WAIT.seconds // 60,
        most=MOST_CHARACTERS,
        **outcome(problem),
    )


def _form(request: Request, own: Own, one: News, typed: Mapping[str, str], problem: Problem | None = None) -> Response:
    return page(
        request,
        "fundraising/pages/desk/one_news.html",
        fund=own.fund,
        one=one,
        typed=typed,
        most=MOST_CHARACTERS,
        **outcome(problem),
    )


def make_routes() -> list[BaseRoute]:
    """The addresses of news. Those that take photos end as the guard knows it."""
    at = "/pages/{slug}/news"
    return [
        Route(at, show_desk, methods=["GET"], name="news"),
        Route(f"{at}/photo", take_news, methods=["POST"], name="send_news", max_body_size=MOST_BODY_BYTES),
        Route(f"{at}/{{number:int}}", show_news, methods=["GET"], name="runner_news"),
        Route(f"{at}/{{number:int}}/change", show_change, methods=["GET"], name="one_news"),
        Route(
            f"{at}/{{number:int}}/photo",
            take_change,
            methods=["POST"],
            name="change_news",
            max_body_size=MOST_BODY_BYTES,
        ),
        Route(f"{at}/{{number:int}}/delete", take_deletion, methods=["POST"], name="delete_news"),
    ]
