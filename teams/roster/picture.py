"""A team's picture: put up at its founding or at its desk, by captain or co-captain; changed, described, taken off."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import BadInput, Busy, Problem, TooMany
from fundraising.funds.models import Shape
from fundraising.funds.pictures import Focus, NotAPicture, describe, put_up, take_in
from fundraising.store.database import transaction
from fundraising.web.forms import Form, OneLine, understood
from fundraising.web.guard import Allowance
from fundraising.web.pages import outcome, page, see_other
from fundraising.web.uploads import MOST_BODY_BYTES, Sent, sent_in
from teams.roster.captains import Desk, must_be_captain
from teams.roster.desk import ROOM, about

ALLOWANCE = Allowance(burst=20, per_second=0.1)  # photos of one address
SHOWS = 200  # letters
SENTENCES = {
    "focus": "Please choose which part stays.",
    "shows": "Please say in at most 200 letters what is to be seen.",
}
SAID = {
    "taken": "The picture is on your team’s page.",
    "undescribed": "The picture is on your team’s page. One thing is left: say below what is to be seen on it.",
    "described": "The words beside the picture are changed.",
    "removed": "The picture is gone.",
}


class TooManyPhotos(TooMany):
    """Many photos from one address."""

    sentence = "Many photos came from your connection just now. Please try again shortly."


class PictureForm(Form):
    """How a picture is cut, and what it shows."""

    focus: Focus = Focus.MIDDLE
    shows: Annotated[str, OneLine, Field(max_length=SHOWS)] = ""


async def develop(request: Request, sent: Sent) -> str | None:
    """The picture that came with a form, kept; nobody shows it yet.

    Returns:
        Its id; None when none was sent.

    Raises:
        BadInput: it is none, or its words are too long; Busy; TooManyPhotos.
    """
    form = understood(PictureForm, sent.typed, SENTENCES)
    if sent.photo is None:
        return None
    ALLOWANCE.must_let(request, TooManyPhotos)
    try:
        return await take_in(sent.photo, Shape.SQUARE, form.focus, form.shows)
    except NotAPicture as refused:
        raise BadInput({"photo": refused.sentence}, sent.typed) from None


async def show_picture(request: Request) -> Response:
    """The picture as it stands, and the form for another."""
    desk = await must_be_captain(request)
    return await _form(request, desk, {"shows": desk.fund.picture_description or ""})


async def take_picture(request: Request) -> Response:
    """A picture, sent; without a file only other words for the one that is there."""
    desk, sent = await must_be_captain(request), await sent_in(request)
    fund = desk.fund
    try:
        taken = await develop(request, sent)
        if taken is None and fund.picture_id is None:
            raise BadInput({"photo": "Please choose a picture, or take one."}, sent.typed)
    except (BadInput, Busy, TooManyPhotos) as problem:
        return await _form(request, desk, sent.typed, problem)
    shows = understood(PictureForm, sent.typed, SENTENCES).shows
    async with transaction() as writing:
        if taken is None and fund.picture_id and shows != (fund.picture_description or ""):
            taken = await describe(writing, fund.picture_id, shows)
        await put_up(writing, fund.id, taken or fund.picture_id)
    said = "described" if sent.photo is None else "taken" if shows else "undescribed"
    return see_other(f"{desk.path}/photo?said={said}")


async def remove_picture(request: Request) -> Response:
    """Taken off the page; nobody else shows it, so that it is gone."""
    desk = await must_be_captain(request)
    async with transaction() as writing:
        await put_up(writing, desk.fund.id, None)
    return see_other(f"{desk.path}/photo?said=removed")


async def _form(request: Request, desk: Desk, typed: Mapping[str, str], problem: Problem | None = None) -> Response:
    shown: dict[str, Any] = {
        **about(desk),
        "typed": {"focus": "middle", "shows": ""} | dict(typed),
        "most": SHOWS,
        "said": SAID.get(request.query_params.get("said", ""), ""),
    }
    return page(request, ROOM + "photo.html", **outcome(problem), **shown)


def make_routes() -> list[BaseRoute]:
    """The addresses of the picture; the guard lets 15 MB through where an address ends in /photo."""
    at = "/teams/{slug}/desk/photo"
    return [
        Route(at, show_picture, methods=["GET"], name="team_photo"),
        Route(at, take_picture, methods=["POST"], name="take_team_photo", max_body_size=MOST_BODY_BYTES),
        Route(f"{at}/remove", remove_picture, methods=["POST"], name="remove_team_photo"),
    ]
