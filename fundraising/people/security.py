"""How somebody signs in, and where they are signed in: passkeys, the code app, sessions."""

from collections.abc import Mapping
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import BadInput, NotFound, Problem
from fundraising.people import codes, signing_in
from fundraising.people.asking import Asker, must_be_signed_in
from fundraising.people.forms import PasskeyForm
from fundraising.people.models import CodeApp, Passkey, Session
from fundraising.people.passkey_places import find_name_for, place_of
from fundraising.people.signing_in import device_of
from fundraising.people.stepping import answered, in_json
from fundraising.people.strength import Factors, factors_of, is_to_be_shown, must_have_shown
from fundraising.people.views import ROOM, sign_in_page
from fundraising.store.database import transaction
from fundraising.web.forms import typed_in, understood
from fundraising.web.pages import NO_STORE, outcome, page, pages_of, see_other

HOME = "/account/security"
MOST_OF_A_NUMBER = 2**63
SENTENCES = {"name": "Please give it a name."}
SAID = {
    "ended": "That session has ended, at once.",
    "others": "All other sessions have ended, at once.",
    "passkey": "Your passkey is here. From now on it signs you in, without a letter.",
    "renamed": "The passkey has its new name.",
    "removed": "The passkey is removed. Remove it from your device too: here it is good for nothing.",
    "code": "Your code app is set up. After the letter we ask for its code.",
    "code-removed": "The code app is removed. You can delete its entry on your phone too.",
}


async def show_security(request: Request) -> Response:
    """Passkeys, code app, and where somebody is signed in."""
    asker = await must_be_signed_in(request)
    factors = await factors_of(asker.id)
    return page(
        request,
        ROOM + "security.html",
        asker=asker,
        factors=factors,
        to_be_shown=is_to_be_shown(asker, factors),
        passkeys=await Passkey.filter(person_id=asker.id).order_by("made_at"),
        code_app=await CodeApp.get_or_none(person_id=asker.id, confirmed_at__not_isnull=True),
        sessions=await Session.filter(person_id=asker.id, expires_at__gt=datetime.now(UTC)).order_by("-seen_at"),
        name=find_name_for(request, pages_of(request).settings.base_url),
        said=SAID.get(request.query_params.get("said", ""), ""),
    )


async def ask_for_new_passkey(request: Request) -> Response:
    """What a browser needs to make a passkey."""
    asker = await must_be_signed_in(request)
    await must_have_shown(asker)
    from fundraising.people import passkeys  # the library behind it takes half a second to load

    question = await passkeys.ask_to_make(place_of(request), asker)
    return Response(question, headers=NO_STORE, media_type="application/json")


async def add_passkey(request: Request) -> Response:
    """The passkey that it made; named by its device at first."""
    asker, answer = await must_be_signed_in(request), await answered(request)
    await must_have_shown(asker)
    device = device_of(request.headers.get("user-agent", ""))
    from fundraising.people import passkeys  # the library behind it takes half a second to load

    await passkeys.keep(place_of(request), asker, answer, device)
    return JSONResponse({"to": HOME + "?said=passkey"}, headers=NO_STORE)


async def show_passkey(request: Request) -> Response:
    """One passkey, to be renamed or removed."""
    asker = await must_be_signed_in(request)
    factors = await must_have_shown(asker)
    return await _passkey(request, asker, factors, {}, None)


async def _passkey(
    request: Request, asker: Asker, factors: Factors, typed: Mapping[str, str], problem: Problem | None
) -> Response:
    passkey = await _own_passkey(request, asker)
    return page(
        request,
        ROOM + "passkey.html",
        **outcome(problem),
        asker=asker,
        passkey=passkey,
        typed={"name": passkey.name} | dict(typed),
        is_last=_is_last_of_organiser(asker, factors),
    )


async def _own_passkey(request: Request, asker: Asker) -> Passkey:
    number = request.path_params["passkey"]
    passkey = await Passkey.get_or_none(id=number, person_id=asker.id) if number < MOST_OF_A_NUMBER else None
    if passkey is None:
        raise NotFound
    return passkey


def _is_last_of_organiser(asker: Asker, factors: Factors) -> bool:
    return asker.is_organiser and factors.count == 1


class LastOne(Problem):
    """An organiser is about to remove what opens the desk."""

    status = 422
    title = "This is your last one"
    sentence = "Please read what it means to remove it, and press the button again if you are sure."


async def rename_passkey(request: Request) -> Response:
    """Another name for it."""
    asker, typed = await must_be_signed_in(request), await typed_in(request)
    factors, passkey = await must_have_shown(asker), await _own_passkey(request, asker)
    try:
        form = understood(PasskeyForm, typed, SENTENCES)
    except BadInput as bad:
        return await _passkey(request, asker, factors, typed, bad)
    await Passkey.filter(id=passkey.id).update(name=form.name)
    return _back("renamed")


async def remove_passkey(request: Request) -> Response:
    """It signs nobody in any more; an organiser's last one goes only after a warning was read."""
    asker, typed = await must_be_signed_in(request), await typed_in(request)
    factors, passkey = await must_have_shown(asker), await _own_passkey(request, asker)
    if _is_last_of_organiser(asker, factors) and "warned" not in typed:
        return await _passkey(request, asker, factors, {}, LastOne())
    await Passkey.filter(id=passkey.id).delete()
    return _back("removed")


async def show_code_app(request: Request) -> Response:
    """A code app, to be set up or removed."""
    asker = await must_be_signed_in(request)
    return await _code_app(request, asker, None)


async def _code_app(request: Request, asker: Asker, problem: Problem | None) -> Response:
    factors = await factors_of(asker.id)
    if not factors.code:
        await must_have_shown(asker)
    return page(
        request,
        ROOM + "code_app.html",
        problem.status if problem else 200,
        asker=asker,
        to_scan=await codes.find_to_confirm(pages_of(request).settings, asker),
        to_be_shown=is_to_be_shown(asker, factors),
        is_last=_is_last_of_organiser(asker, factors),
        errors={"code": problem.sentence} if isinstance(problem, codes.CodeWrong) else {},
        problem=problem,
    )


async def confirm_code_app(request: Request) -> Response:
    """The first code that it shows."""
    asker, typed = await must_be_signed_in(request), await typed_in(request)
    await must_have_shown(asker)
    try:
        await codes.confirm(pages_of(request).settings, asker, typed.get("code", ""))
    except (codes.CodeWrong, codes.NoCodeApp) as problem:
        return await _code_app(request, asker, problem)
    return _back("code")


async def remove_code_app(request: Request) -> Response:
    """By who shows a code, or has shown something in this session."""
    asker, typed = await must_be_signed_in(request), await typed_in(request)
    factors = await factors_of(asker.id)
    if factors.code and _is_last_of_organiser(asker, factors) and "warned" not in typed:
        return await _code_app(request, asker, LastOne())
    try:
        if is_to_be_shown(asker, factors):
            await codes.show(pages_of(request).settings, asker.id, asker.session_id, typed.get("code", ""))
    except codes.TooManyWrong as over:
        return sign_in_page(request, {}, over)
    except (codes.CodeWrong, codes.CodesResting) as wrong:
        return await _code_app(request, asker, wrong)
    await codes.remove(asker.id)
    return _back("code-removed")


async def end_session(request: Request) -> Response:
    """End one of my sessions."""
    asker = await must_be_signed_in(request)
    async with transaction() as ending:
        await signing_in.end_session(ending, asker.id, request.path_params["session"])
    return _back("ended")


async def end_others(request: Request) -> Response:
    """End all of my sessions but this one."""
    asker = await must_be_signed_in(request)
    async with transaction() as ending:
        await signing_in.end_others(ending, asker.id, but=asker.session_id)
    return _back("others")


def _back(said: str) -> Response:
    return see_other(f"{HOME}?said={said}")


def make_routes() -> list[BaseRoute]:
    """The addresses of this desk."""
    return [
        Route(HOME, show_security, methods=["GET"], name="security"),
        Route("/account/passkeys/options", in_json(ask_for_new_passkey), methods=["POST"], name="ask_for_new_passkey"),
        Route("/account/passkeys", in_json(add_passkey), methods=["POST"], name="add_passkey"),
        Route("/account/passkeys/{passkey:int}", show_passkey, methods=["GET"], name="passkey"),
        Route("/account/passkeys/{passkey:int}", rename_passkey, methods=["POST"], name="rename_passkey"),
        Route("/account/passkeys/{passkey:int}/remove", remove_passkey, methods=["POST"], name="remove_passkey"),
        Route("/account/security/code", show_code_app, methods=["GET"], name="code_app"),
        Route("/account/security/code", confirm_code_app, methods=["POST"], name="confirm_code_app"),
        Route("/account/security/code/remove", remove_code_app, methods=["POST"], name="remove_code_app"),
        Route("/account/sessions/{session:uuid}/end", end_session, methods=["POST"], name="end_session"),
        Route("/account/sessions/end-others", end_others, methods=["POST"], name="end_others"),
    ]
