"""Signing in and out by a letter."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import BadInput, Problem, TooMany
from fundraising.people import signing_in
from fundraising.people.asking import COOKIE, PLAIN_COOKIE, find_session, token_of
from fundraising.people.forms import SENTENCES, EmailForm
from fundraising.people.models import Purpose
from fundraising.people.passkey_places import find_name_for
from fundraising.people.signing_in import Begun, Known, LinkSpent, device_of
from fundraising.settings import Settings
from fundraising.store.database import connection, transaction
from fundraising.web.forms import typed_in, understood
from fundraising.web.guard import Allowance
from fundraising.web.pages import PRIVATE, outcome, page, pages_of, see_other

ALLOWANCE = Allowance(burst=60, per_second=0.5)  # a club house behind one address, not a script
ROOM = "fundraising/people/"


class TooManyLetters(TooMany):
    """Too many letters asked for from one address."""

    sentence = "A great many sign-in letters were asked for from your connection. Please try again shortly."


async def show_sign_in(request: Request) -> Response:
    """Where the letter is asked for; who is signed in goes on."""
    onward = signing_in.safe_onward(request.query_params.get("onward", ""))
    asker = await find_session(request)
    if asker:
        return _to(carry("/sign-in/step", onward) if asker.owes_step else onward or "/account")
    return sign_in_page(request, {"onward": onward})


def sign_in_page(
    request: Request,
    typed: Mapping[str, str],
    problem: Problem | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Where the letter is asked for, or a passkey shown; with what went wrong, if something did."""
    return page(
        request,
        ROOM + "sign_in.html",
        **outcome(problem, headers),
        typed=typed,
        name=find_name_for(request, pages_of(request).settings.base_url),
    )


async def take_sign_in(request: Request, known: Sequence[Known] = ()) -> Response:
    """The address, typed: the same answer, whoever it belongs to."""
    typed = await typed_in(request)
    try:
        ALLOWANCE.must_let(request, TooManyLetters)
        form = understood(EmailForm, typed, SENTENCES)
        await signing_in.ask_for_link(pages_of(request).settings, form.email, form.onward, known)
    except (BadInput, TooMany) as problem:
        return sign_in_page(request, typed, problem)
    return _to("/sign-in/sent")


async def show_sent(request: Request) -> Response:
    """Look into your letters."""
    return page(request, ROOM + "sent.html")


async def show_link(request: Request) -> Response:
    """A button: mail programs open links by themselves, and must not use them up."""
    async with connection() as reading:
        try:
            link = await signing_in.look_at_link(reading, request.path_params["token"])
        except LinkSpent as spent:
            return sign_in_page(request, {}, spent, PRIVATE)
    new_email = link["email"] if link["purpose"] == Purpose.NEW_EMAIL else ""
    return page(request, ROOM + "link.html", headers=PRIVATE, new_email=new_email)


async def use_link(request: Request) -> Response:
    """The button, pressed."""
    device = device_of(request.headers.get("user-agent", ""))
    try:
        begun = await signing_in.redeem(request.path_params["token"], device, token_of(request))
    except LinkSpent as spent:
        return sign_in_page(request, {}, spent, PRIVATE)
    if begun is None:
        return _to("/account?said=email")
    return welcome(pages_of(request).settings, begun)


def welcome(settings: Settings, begun: Begun) -> Response:
    """The way on after signing in, with the cookie."""
    answer = _to(carry("/sign-in/step", begun.onward) if begun.owes_step else begun.onward or "/account")
    age = int(begun.lasts.total_seconds())
    answer.set_cookie(COOKIE, begun.token, age, secure=True, httponly=True, samesite="lax")
    if not settings.secure:
        answer.set_cookie(PLAIN_COOKIE, begun.token, age, httponly=True, samesite="lax")
    return answer


async def sign_out(request: Request) -> Response:
    """End this session, at once and everywhere."""
    async with transaction() as ending:
        await signing_in.end(ending, token_of(request))
    answer = _to("/")
    answer.delete_cookie(COOKIE, secure=True, httponly=True, samesite="lax")
    answer.delete_cookie(PLAIN_COOKIE, httponly=True, samesite="lax")
    return answer


def carry(path: str, onward: str) -> str:
    """An address that knows where to lead on to."""
    return f"{path}?onward={quote(onward, safe='')}" if onward else path


def _to(path: str) -> Response:
    return see_other(path, {"referrer-policy": "no-referrer"})


def make_routes(known: Sequence[Known] = ()) -> list[BaseRoute]:
    """The addresses of signing in.

    Args:
        known: what other rooms know of addresses; handed in by the roof.
    """

    async def asked(request: Request) -> Response:
        return await take_sign_in(request, known)

    return [
        Route("/sign-in", show_sign_in, methods=["GET"], name="sign_in"),
        Route("/sign-in", asked, methods=["POST"], name="ask_for_link"),
        Route("/sign-in/sent", show_sent, methods=["GET"], name="link_sent"),
        Route("/sign-out", sign_out, methods=["POST"], name="sign_out"),
        Route("/sign-in/{token}", show_link, methods=["GET"], name="sign_in_link"),
        Route("/sign-in/{token}", use_link, methods=["POST"], name="use_sign_in_link"),
    ]
