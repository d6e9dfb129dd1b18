"""A charity applies: the form, the page behind the letter's link, and the logo."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from charities.applying import deciding
from charities.applying.deciding import KnownAlready, NotNow, TooManyApplications, find_application
from charities.applying.forms import COLOURS, SENTENCES, ApplyForm, CharityForm
from charities.applying.models import Application, Register, Step
from charities.applying.numbers import NAMES
from fundraising.errors import BadInput, Busy, Problem, TooMany
from fundraising.funds.models import Shape
from fundraising.funds.photos import Focus
from fundraising.funds.pictures import NotAPicture, forget_picture, take_in
from fundraising.store.database import transaction
from fundraising.web.forms import typed_in, understood
from fundraising.web.guard import Allowance
from fundraising.web.pages import PRIVATE, outcome, page, pages_of, see_other
from fundraising.web.uploads import MOST_BODY_BYTES, sent_in

ROOM = "charities/applying/"
ALLOWANCE = Allowance(burst=30, per_second=0.05)
PHOTOS = Allowance(burst=20, per_second=0.1)
SAID = {
    "sent": "The organiser has it now. You get a letter with the answer.",
    "logo": "The logo is here.",
    "no-logo": "The logo is taken off.",
}
TYPED = (
    "name", "number", "hmrc_reference", "website", "summary", "about", "what_ten_does", "contact_name",
)  # fmt: skip


class TooManyForms(TooMany):
    """Many applications from one address."""

    sentence = "Many applications came from your connection just now. Please try again shortly."


async def show_form(request: Request) -> Response:
    """The form."""
    return _form(request, {"register": str(Register.ENGLAND_AND_WALES), "colour": COLOURS[1]})


def _form(request: Request, typed: Mapping[str, str], problem: Problem | None = None) -> Response:
    return page(request, ROOM + "apply.html", **outcome(problem), typed=typed, registers=NAMES, colours=COLOURS)


async def take_form(request: Request) -> Response:
    """An application, sent: a letter goes to its address."""
    typed = await typed_in(request)
    try:
        ALLOWANCE.must_let(request, TooManyForms)
        await deciding.apply(pages_of(request).settings, understood(ApplyForm, typed, SENTENCES))
    except (BadInput, TooMany, TooManyApplications, KnownAlready) as problem:
        return _form(request, typed, problem)
    return see_other("/charities/apply/sent")


async def show_sent(request: Request) -> Response:
    """Look into your letters."""
    return page(request, ROOM + "sent.html")


async def show_application(request: Request) -> Response:
    """How an application stands, and what may be done: only a button confirms, since scanners open every link."""
    return _application(request, await find_application(request.path_params["token"]))


def _application(
    request: Request,
    application: Application,
    typed: Mapping[str, str] | None = None,
    problem: Problem | None = None,
) -> Response:
    stands = {name: getattr(application, name) for name in TYPED} | {
        "register": str(application.register),
        "colour": COLOURS[application.colour],
    }
    shown: dict[str, Any] = {
        "application": application,
        "token": request.path_params["token"],
        "typed": typed or stands,
        "registers": NAMES,
        "colours": COLOURS,
        "is_open": application.step in (Step.UNCONFIRMED, Step.ASKED_BACK),
        "said": SAID.get(request.query_params.get("said", ""), ""),
    }
    headers = PRIVATE | (problem.headers if problem else {})
    return page(request, ROOM + "application.html", **outcome(problem) | {"headers": headers}, **shown)


async def send_application(request: Request) -> Response:
    """Confirmed, or answered what was asked back: on to the organiser."""
    application, typed = await find_application(request.path_params["token"]), await typed_in(request)
    try:
        form = understood(CharityForm, typed, SENTENCES) if typed else None
        await deciding.send(application, form)
    except (BadInput, NotNow, KnownAlready) as problem:
        return _application(request, application, typed, problem)
    return see_other(f"/charities/apply/{request.path_params['token']}?said=sent")


async def take_logo(request: Request) -> Response:
    """The logo, sent; without a file the one that is there is taken off."""
    application, sent = await find_application(request.path_params["token"]), await sent_in(request)
    try:
        if application.step not in (Step.UNCONFIRMED, Step.ASKED_BACK):
            raise NotNow
        PHOTOS.must_let(request, TooManyForms)
        described = f"The logo of {application.name}"[:200]
        logo = await take_in(sent.photo, Shape.SQUARE, Focus.WHOLE, described) if sent.photo else None
    except NotAPicture as refused:
        return _application(request, application, problem=BadInput({"photo": refused.sentence}, {}))
    except (NotNow, Busy, TooMany) as problem:
        return _application(request, application, problem=problem)
    async with transaction() as writing:
        before = await Application.filter(id=application.id).select_for_update().first()
        await Application.filter(id=application.id).update(picture_id=logo)
        if before and before.picture_id and before.picture_id != logo:
            await forget_picture(writing, before.picture_id)
    return see_other(f"/charities/apply/{request.path_params['token']}?said={'logo' if logo else 'no-logo'}")


def make_routes() -> list[BaseRoute]:
    """The addresses of the room; before those of a charity's page, which would take `apply` for a slug."""
    one = "/charities/apply/{token}"
    return [
        Route("/charities/apply", show_form, methods=["GET"], name="apply"),
        Route("/charities/apply", take_form, methods=["POST"], name="send_application"),
        Route("/charities/apply/sent", show_sent, methods=["GET"], name="application_sent"),
        Route(one, show_application, methods=["GET"], name="application"),
        Route(one, send_application, methods=["POST"], name="answer_application"),
        Route(one + "/photo", take_logo, methods=["POST"], name="application_logo", max_body_size=MOST_BODY_BYTES),
    ]
