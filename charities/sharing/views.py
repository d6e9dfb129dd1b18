"""The desk's page of what can be copied: the live total as a frame, as a picture, and codes for paper."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from charities.desk.asking import must_be_partner
from charities.desk.showing import desk_page
from fundraising.funds.addresses import SEE, seen
from fundraising.store.database import connection

EVENTS = f"""{SEE}
where f.state <> 'hidden' and f.id in (select event_id from fund where charity_id = $1 and event_id is not null)
order by f.name, f.id
"""  # noqa: S608 - put together from constants


async def show_share(request: Request) -> Response:
    """For the charity itself, and for each event in which somebody runs for it."""
    desk = await must_be_partner(request)
    async with connection() as reading:
        events = [seen(row) for row in await reading.fetch(EVENTS, desk.fund.id)]
    return desk_page(request, desk, "sharing/share.html", events=events)


def make_routes() -> list[BaseRoute]:
    """The addresses of the room."""
    return [Route("/charities/{slug}/desk/share", show_share, methods=["GET"], name="charity_share")]
