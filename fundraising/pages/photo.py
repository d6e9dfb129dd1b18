"""The photo of a runner's page: taken by a phone or chosen from its files, cut to a square, described; or taken off."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import BadInput, Busy, Problem, TooMany
from fundraising.funds.models import Shape
from fundraising.funds.owning import Own, must_own
from fundraising.funds.photos import NotAPicture
from fundraising.funds.pictures import describe, put_up, take_in
from fundraising.pages.forms import SENTENCES, SHOWN, PhotoForm
from fundraising.store.database import transaction
from fundraising.web.forms import understood
from fundraising.web.guard import Allowance
from fundraising.web.pages import outcome, page, see_other
from fundraising.web.uploads import MOST_BODY_BYTES, sent_in

ROOM = "fundraising/pages/desk/"
ALLOWANCE = Allowance(burst=20, per_second=0.1)  # photos of one address
NO_PHOTO = "Please choose a photo, or take one."
SAID = {
    "taken": "Your photo is on your page.",
    "undescribed": "Your photo is on your page. One thing is left: say below what is to be seen on it.",
    "described": "The words beside your photo are changed.",
    "removed": "Your photo is gone.",
}


class TooManyPhotos(TooMany):
    """Many photos from one address."""

    sentence = "Many photos came from your connection just now. Please try again shortly."


async def show_photo(request: Request) -> Response:
    """The photo as it stands, and the form for another."""
    own = await must_own(request)
    return await _form(request, own, {"focus": "middle", "shows": own.fund.picture_description or ""})


async def take_photo(request: Request) -> Response:
    """A photo, sent; without a file only other words for the one that is there."""
    own = await must_own(request)
    sent = await sent_in(request)
    try:
        ALLOWANCE.must_let(request, TooManyPhotos)
        form = understood(PhotoForm, sent.typed, SENTENCES)
        if sent.photo is None and own.fund.picture_id is None:
            raise BadInput({"photo": NO_PHOTO}, sent.typed)
        await _take(own, form, sent.photo)
    except NotAPicture as refused:
        return await _form(request, own, sent.typed, BadInput({"photo": refused.sentence}, sent.typed))
    except (BadInput, Busy, TooManyPhotos) as problem:
        return await _form(request, own, sent.typed, problem)
    said = "described" if sent.photo is None else "taken" if form.shows else "undescribed"
    return see_other(f"{own.fund.path}/photo?said={said}")


async def remove_photo(request: Request) -> Response:
    """The photo, taken off the page; nobody else shows it, so that it is gone."""
    own = await must_own(request)
    async with transaction() as writing:
        await put_up(writing, own.fund.id, None)
    return see_other(f"{own.fund.path}/photo?said=removed")


async def _take(own: Own, form: PhotoForm, photo: bytes | None) -> None:
    """Put a photo on the page, or other words beside the one that is there."""
    taken = await take_in(photo, Shape.SQUARE, form.focus, form.shows) if photo else None
    async with transaction() as writing:
        if taken is None and own.fund.picture_id:
            if form.shows == own.fund.picture_description:
                return
            taken = await describe(writing, own.fund.picture_id, form.shows)
        await put_up(writing, own.fund.id, taken)


async def _form(request: Request, own: Own, typed: Mapping[str, str], problem: Problem | None = None) -> Response:
    shown: dict[str, Any] = {
        "own": own,
        "fund": own.fund,
        "typed": {"focus": "middle", "shows": ""} | dict(typed),
        "most": SHOWN,
        "said": SAID.get(request.query_params.get("said", ""), ""),
    }
    return page(request, ROOM + "photo.html", **outcome(problem), **shown)


def make_routes() -> list[BaseRoute]:
    """The addresses of the photo."""
    at = "/pages/{slug}/photo"
    return [
        Route(at, show_photo, methods=["GET"], name="photo"),
        Route(at, take_photo, methods=["POST"], name="take_photo", max_body_size=MOST_BODY_BYTES),
        Route(f"{at}/remove", remove_photo, methods=["POST"], name="remove_photo"),
    ]
