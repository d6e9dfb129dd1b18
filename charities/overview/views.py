"""The desk's first page."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from charities.desk.asking import must_be_partner
from charities.desk.showing import desk_page


async def show_desk(request: Request) -> Response:
    """What was raised, how it comes, what to do next."""
    return desk_page(request, await must_be_partner(request), "overview/home.html")


def make_routes() -> list[BaseRoute]:
    """The addresses of the room."""
    return [Route("/charities/{slug}/desk", show_desk, methods=["GET"], name="charity_desk")]
