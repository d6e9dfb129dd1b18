"""The desk's page for programs: keys, and the pieces of a page that a charity copies into its own site."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from charities.api import keys
from charities.api.keys import SENTENCES, KeyForm, TooManyKeys
from charities.api.models import ApiKey
from charities.desk.asking import Desk, must_be_finance, must_step_up
from charities.desk.showing import desk_page
from fundraising.errors import BadInput, Problem
from fundraising.web.forms import typed_in, understood
from fundraising.web.pages import outcome, see_other

SAID = {"key-ended": "The key is ended. Whoever still uses it is refused from now on."}
Refused = (BadInput, TooManyKeys)


async def show_api(request: Request) -> Response:
    """Keys, and what to copy."""
    return await _show(request, await must_be_finance(request))


async def _show(
    request: Request,
    desk: Desk,
    typed: Mapping[str, str] | None = None,
    problem: Problem | None = None,
    new_key: str = "",
) -> Response:
    """The page.

    Args:
        new_key: shown this once.
    """
    return desk_page(
        request,
        desk,
        "api/desk.html",
        **outcome(problem),
        keys=await ApiKey.filter(charity_id=desk.charity_id, ended_at=None)
        .order_by("made_at")
        .prefetch_related("made_by"),
        new_key=new_key,
        typed=typed or {},
        said=SAID.get(request.query_params.get("said", ""), ""),
    )


async def make_key(request: Request) -> Response:
    """Make a key; the answer is the only page that ever shows it."""
    desk, typed = await must_step_up(request), await typed_in(request)
    try:
        key = await keys.make_key(desk, understood(KeyForm, typed, SENTENCES))
    except Refused as problem:
        return await _show(request, desk, typed, problem)
    return await _show(request, desk, new_key=key)


async def end_key(request: Request) -> Response:
    """End a key."""
    desk = await must_step_up(request)
    await keys.end_key(desk, request.path_params["key"])
    return _back(desk, "key-ended")


def _back(desk: Desk, said: str) -> Response:
    return see_other(f"{desk.path}/api?said={said}")


def make_routes() -> list[BaseRoute]:
    """The addresses at the desk."""
    home = "/charities/{slug}/desk/api"
    return [
        Route(home, show_api, methods=["GET"], name="desk_api"),
        Route(home + "/keys", make_key, methods=["POST"], name="make_api_key"),
        Route(home + "/keys/{key:int}/end", end_key, methods=["POST"], name="end_api_key"),
    ]
