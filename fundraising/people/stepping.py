"""The second step after a letter, by passkey or code; and signing in by a passkey alone. Passkeys talk JSON."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import Problem, TooMany
from fundraising.people import codes, signing_in
from fundraising.people.asking import Asker, find_session, is_fresh, token_of
from fundraising.people.models import Way
from fundraising.people.passkey_places import PasskeyRefused, find_name_for, place_of
from fundraising.people.signing_in import Begun, device_of, safe_onward
from fundraising.people.strength import factors_of, make_strong
from fundraising.people.views import ROOM, carry, sign_in_page, welcome
from fundraising.store.database import transaction
from fundraising.web.forms import typed_in
from fundraising.web.guard import Allowance
from fundraising.web.pages import NO_STORE, page, pages_of, see_other

ALLOWANCE = Allowance(burst=120, per_second=1)  # every visit to the sign-in page asks once
View = Callable[[Request], Awaitable[Response]]


class TooManyQuestions(TooMany):
    """Too many from one address."""

    sentence = "A great many sign-ins were begun from your connection. Please try again shortly."


def in_json(view: View) -> View:
    """A view for our own script: a problem is told as JSON."""

    async def answer(request: Request) -> Response:
        try:
            return await view(request)
        except Problem as problem:
            return JSONResponse({"error": problem.sentence}, problem.status, NO_STORE)

    return answer


async def answered(request: Request) -> Mapping[str, Any]:
    """What our script sends.

    Raises:
        PasskeyRefused: when it is no JSON object.
    """
    try:
        sent = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        raise PasskeyRefused from None
    if not isinstance(sent, dict):
        raise PasskeyRefused
    return sent


async def show_step(request: Request) -> Response:
    """What is owed: a passkey or a code; with `again` also from who has shown one, but some time ago."""
    asker, onward = await find_session(request), safe_onward(request.query_params.get("onward", ""))
    if asker is None:
        return _to("/sign-in", onward)
    is_enough = is_fresh(asker) if "again" in request.query_params else bool(asker.strong_at)
    if is_enough and not asker.owes_step:
        return _to(onward or "/account")
    return await _step(request, asker, onward)


async def _step(request: Request, asker: Asker, onward: str, problem: Problem | None = None) -> Response:
    factors = await factors_of(asker.id)
    if not factors.count:
        return _to("/account/security")
    return page(
        request,
        ROOM + "step.html",
        problem.status if problem else 200,
        asker=asker,
        factors=factors,
        onward=onward,
        errors={"code": problem.sentence} if problem else {},
        name=find_name_for(request, pages_of(request).settings.base_url),
    )


async def take_code(request: Request) -> Response:
    """A code, typed."""
    asker, typed = await find_session(request), await typed_in(request)
    onward = safe_onward(typed.get("onward", ""))
    if asker is None:
        return _to("/sign-in", onward)
    try:
        await codes.show(pages_of(request).settings, asker.id, asker.session_id, typed.get("code", ""))
    except codes.TooManyWrong as over:
        return sign_in_page(request, {"onward": onward}, over)
    except (codes.CodeWrong, codes.CodesResting, codes.NoCodeApp) as wrong:
        return await _step(request, asker, onward, wrong)
    return _to(onward or "/account")


async def ask_for_passkey(request: Request) -> Response:
    """What a passkey has to sign: of whoever signs in, or of who owes a step."""
    ALLOWANCE.must_let(request, TooManyQuestions)
    asker = await find_session(request)
    from fundraising.people import passkeys  # the library behind it takes half a second to load

    question = await passkeys.ask_to_show(place_of(request), asker.id if asker else None)
    return Response(question, headers=NO_STORE, media_type="application/json")


async def take_passkey(request: Request) -> Response:
    """A passkey, shown: a session begins, or the one that there is becomes strong."""
    answer, asker = await answered(request), await find_session(request)
    onward = safe_onward(str(answer.get("onward", "")))
    from fundraising.people import passkeys  # the library behind it takes half a second to load

    owner = await passkeys.take_shown(place_of(request), asker.id if asker else None, answer)
    if asker:
        async with transaction() as writing:
            await make_strong(writing, asker.session_id)
        return _lead(onward or "/account")
    async with transaction() as writing:
        await signing_in.end(writing, token_of(request))
        device = device_of(request.headers.get("user-agent", ""))
        begun = await signing_in.begin(writing, owner, Way.PASSKEY, device, onward)
    return _lead_in(request, begun)


def _lead_in(request: Request, begun: Begun) -> Response:
    """The cookie of a session that has begun, and the way on for our script."""
    arrived = welcome(pages_of(request).settings, begun)
    answer = _lead(arrived.headers["location"])
    answer.raw_headers.extend(pair for pair in arrived.raw_headers if pair[0] == b"set-cookie")
    return answer


def _lead(path: str) -> Response:
    return JSONResponse({"to": path}, headers=NO_STORE)


def _to(path: str, onward: str = "") -> Response:
    return see_other(carry(path, onward))


def make_routes() -> list[BaseRoute]:
    """The addresses of the second step and of passkeys; before those of links, which would take them for tokens."""
    return [
        Route("/sign-in/step", show_step, methods=["GET"], name="step"),
        Route("/sign-in/step", take_code, methods=["POST"], name="take_code"),
        Route("/sign-in/passkey/options", in_json(ask_for_passkey), methods=["POST"], name="ask_for_passkey"),
        Route("/sign-in/passkey", in_json(take_passkey), methods=["POST"], name="take_passkey"),
    ]
