"""The desk's page of the charity's own details: everybody there may look, finance partners change them."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from charities.applying.deciding import KnownAlready
from charities.applying.forms import COLOURS, NumbersForm
from charities.applying.numbers import NAMES
from charities.desk.asking import Desk, must_be_finance, must_be_partner, must_step_up
from charities.desk.showing import desk_page
from charities.details import changing
from charities.details.changing import NUMBERS, SENTENCES, DetailsForm, find_details, part
from fundraising.errors import BadInput, Busy, Problem, TooMany
from fundraising.funds.models import Shape
from fundraising.funds.photos import Focus
from fundraising.funds.pictures import NotAPicture, take_in
from fundraising.web.forms import typed_in, understood
from fundraising.web.guard import Allowance
from fundraising.web.pages import outcome, pages_of, see_other
from fundraising.web.saving import Overtaken, version_of
from fundraising.web.uploads import MOST_BODY_BYTES, sent_in

PHOTOS = Allowance(burst=20, per_second=0.1)
SAID = {
    "changed": "It is changed, and stands on your page.",
    "numbers": "The numbers are changed.",
    "logo": "The logo is on your page.",
    "no-logo": "The logo is taken off.",
}


class TooManyLogos(TooMany):
    """Many pictures from one address."""

    sentence = "Many pictures came from your connection just now. Please try again shortly."


async def show_details(request: Request) -> Response:
    """What the charity says of itself."""
    return await _details(request, await must_be_partner(request))


async def _details(
    request: Request, desk: Desk, typed: Mapping[str, str] | None = None, problem: Problem | None = None, at: str = ""
) -> Response:
    """The page.

    Args:
        typed, problem: of a form that comes back.
        at: which one: said, numbers or logo.
    """
    stands = await find_details(desk)
    shown: dict[str, Any] = {
        "stands": stands,
        "may_change": desk.is_finance and desk.asker.strong_at is not None,
        "at": at,
        "said_typed": typed if typed is not None and at == "said" else stands,
        "said_seen": version_of(part(stands, changing.SAID)),
        "numbers_typed": typed if typed is not None and at == "numbers" else stands,
        "numbers_seen": version_of(part(stands, NUMBERS)),
        "registers": NAMES,
        "colours": COLOURS,
        "is_overtaken": isinstance(problem, Overtaken),
        "said": SAID.get(request.query_params.get("said", ""), ""),
    }
    return desk_page(request, desk, "details/details.html", **outcome(problem), **shown)


async def take_details(request: Request) -> Response:
    """What it says of itself, changed."""
    desk, typed = await must_be_finance(request), await typed_in(request)
    try:
        await changing.change_said(desk, understood(DetailsForm, typed, SENTENCES), typed.get("seen", ""))
    except (BadInput, Overtaken) as problem:
        return await _details(request, desk, typed, problem, "said")
    return _back(request, desk, "changed")


async def take_numbers(request: Request) -> Response:
    """Its numbers, changed, by who has just shown a passkey or a code."""
    desk, typed = await must_step_up(request), await typed_in(request)
    try:
        await changing.change_numbers(desk, understood(NumbersForm, typed, SENTENCES), typed.get("seen", ""))
    except (BadInput, Overtaken, KnownAlready) as problem:
        return await _details(request, desk, typed, problem, "numbers")
    return _back(request, desk, "numbers")


async def take_logo(request: Request) -> Response:
    """A logo, sent."""
    desk, sent = await must_be_finance(request), await sent_in(request)
    try:
        if sent.photo is None:
            raise BadInput({"photo": "Please choose a picture first."}, {})
        PHOTOS.must_let(request, TooManyLogos)
        described = f"The logo of {desk.fund.name}"[:200]
        await changing.change_logo(desk, await take_in(sent.photo, Shape.SQUARE, Focus.WHOLE, described))
    except NotAPicture as refused:
        return await _details(request, desk, None, BadInput({"photo": refused.sentence}, {}), "logo")
    except (BadInput, Busy, TooManyLogos) as problem:
        return await _details(request, desk, None, problem, "logo")
    return _back(request, desk, "logo")


async def remove_logo(request: Request) -> Response:
    """The logo, taken off."""
    desk = await must_be_finance(request)
    await changing.change_logo(desk, None)
    return _back(request, desk, "no-logo")


def _back(request: Request, desk: Desk, said: str) -> Response:
    pages_of(request).cache.forget({desk.fund.id})
    return see_other(f"{desk.path}/details?said={said}")


def make_routes() -> list[BaseRoute]:
    """The addresses of the room; the guard lets 15 MB through where an address ends in /photo."""
    home = "/charities/{slug}/desk/details"
    return [
        Route(home, show_details, methods=["GET"], name="charity_details"),
        Route(home, take_details, methods=["POST"], name="change_charity"),
        Route(home + "/numbers", take_numbers, methods=["POST"], name="change_charity_numbers"),
        Route(home + "/photo", take_logo, methods=["POST"], name="take_logo", max_body_size=MOST_BODY_BYTES),
        Route(home + "/photo/remove", remove_logo, methods=["POST"], name="remove_logo"),
    ]
