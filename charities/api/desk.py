"""The desk's page for programs: keys, addresses that are told, and what a charity copies into its own site."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from charities.api import endpoints, keys
from charities.api.endpoints import EndpointForm, TooManyEndpoints
from charities.api.keys import KeyForm, TooManyKeys
from charities.api.models import ApiKey, Delivery, Endpoint
from charities.desk.asking import Desk, must_be_finance, must_step_up
from charities.desk.showing import desk_page
from fundraising.errors import BadInput, Problem
from fundraising.web.forms import typed_in, understood
from fundraising.web.pages import outcome, pages_of, see_other

SAID = {
    "key-ended": "The key is ended. Whoever still uses it is refused from now on.",
    "address-ended": "The address is ended, and is told nothing more.",
    "tried": "A ping is on its way. Look again in a moment for what it answered.",
    "again": "It is sent again now. Look again in a moment for what was answered.",
}
MOST_SHOWN = 10  # newest messages of each address
MOST_ENDED = 5
Refused = (BadInput, TooManyKeys, TooManyEndpoints)


async def show_api(request: Request) -> Response:
    """Keys, and what to copy."""
    return await _show(request, await must_be_finance(request))


async def _show(
    request: Request,
    desk: Desk,
    typed: Mapping[str, str] | None = None,
    problem: Problem | None = None,
    *,
    new_key: str = "",
    new_secret: str = "",
) -> Response:
    """The page.

    Args:
        new_key, new_secret: shown this once.
    """
    living = await Endpoint.filter(charity_id=desk.charity_id, ended_at=None).order_by("id")
    newest = [(one, await Delivery.filter(endpoint=one).order_by("-made_at").limit(MOST_SHOWN)) for one in living]
    return desk_page(
        request,
        desk,
        "api/desk.html",
        **outcome(problem),
        keys=await ApiKey.filter(charity_id=desk.charity_id, ended_at=None)
        .order_by("made_at")
        .prefetch_related("made_by"),
        endpoints=newest,
        ended=await Endpoint.filter(charity_id=desk.charity_id, ended_at__isnull=False)
        .order_by("-ended_at")
        .limit(MOST_ENDED),
        new_key=new_key,
        new_secret=new_secret,
        typed=typed or {},
        said=SAID.get(request.query_params.get("said", ""), ""),
    )


async def make_key(request: Request) -> Response:
    """Make a key; the answer is the only page that ever shows it."""
    desk, typed = await must_step_up(request), await typed_in(request)
    try:
        key = await keys.make_key(desk, understood(KeyForm, typed, keys.SENTENCES))
    except Refused as problem:
        return await _show(request, desk, typed, problem)
    return await _show(request, desk, new_key=key)


async def end_key(request: Request) -> Response:
    """End a key."""
    desk = await must_step_up(request)
    await keys.end_key(desk, request.path_params["key"])
    return _back(desk, "key-ended")


async def make_endpoint(request: Request) -> Response:
    """Add an address; the answer is the only page that ever shows its secret."""
    desk, typed = await must_step_up(request), await typed_in(request)
    try:
        form = understood(EndpointForm, typed, endpoints.SENTENCES)
        secret = await endpoints.make_endpoint(pages_of(request).settings, desk, form)
    except Refused as problem:
        return await _show(request, desk, typed, problem)
    return await _show(request, desk, new_secret=secret)


async def end_endpoint(request: Request) -> Response:
    """End an address."""
    desk = await must_step_up(request)
    await endpoints.end_endpoint(desk, request.path_params["endpoint"])
    return _back(desk, "address-ended")


async def test_endpoint(request: Request) -> Response:
    """Send a ping."""
    desk = await must_be_finance(request)
    await endpoints.send_test(desk, request.path_params["endpoint"])
    return _back(desk, "tried")


async def try_again(request: Request) -> Response:
    """Send a message once more, now."""
    desk = await must_be_finance(request)
    await endpoints.try_again(desk, request.path_params["endpoint"], request.path_params["delivery"])
    return _back(desk, "again")


def _back(desk: Desk, said: str) -> Response:
    return see_other(f"{desk.path}/api?said={said}")


def make_routes() -> list[BaseRoute]:
    """The addresses at the desk."""
    home = "/charities/{slug}/desk/api"
    one = home + "/endpoints/{endpoint:int}"
    return [
        Route(home, show_api, methods=["GET"], name="desk_api"),
        Route(home + "/keys", make_key, methods=["POST"], name="make_api_key"),
        Route(home + "/keys/{key:int}/end", end_key, methods=["POST"], name="end_api_key"),
        Route(home + "/endpoints", make_endpoint, methods=["POST"], name="make_endpoint"),
        Route(one + "/end", end_endpoint, methods=["POST"], name="end_endpoint"),
        Route(one + "/test", test_endpoint, methods=["POST"], name="test_endpoint"),
        Route(one + "/deliveries/{delivery:uuid}/again", try_again, methods=["POST"], name="try_delivery_again"),
    ]
