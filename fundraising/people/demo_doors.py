"""One click instead of a letter: the demonstration lets everybody be each kind of user. Never present anywhere else."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import NotFound
from fundraising.people import persons, signing_in
from fundraising.people.asking import find_asker, token_of
from fundraising.people.models import Way
from fundraising.people.signing_in import device_of
from fundraising.people.views import ROOM, welcome
from fundraising.settings import Settings
from fundraising.store.database import transaction
from fundraising.web.pages import page


class NotSown(NotFound):
    """The example is older than its people."""

    title = "Nobody of that name yet"
    sentence = "This demonstration was begun before it had people. Delete its folder of data, and start it again."


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody whom a visitor of the demonstration may be.

    Args:
        who: in the address.
        kind: what they are, in a word or two.
        about: what there is to try.
        onward: where they find it.
    """

    who: str
    email: str
    name: str
    kind: str
    about: str
    onward: str = "/account"


def make_demo_routes(settings: Settings, people: Sequence[DemoPerson]) -> list[BaseRoute]:
    """The addresses of the demonstration's people."""
    by_who = {person.who: person for person in people}

    async def show_people(request: Request) -> Response:
        asker = await find_asker(request)
        return page(request, ROOM + "demo.html", people=people, email=asker.email if asker else "")

    async def be(request: Request) -> Response:
        wanted = by_who.get(request.path_params["who"])
        if wanted is None:
            raise NotFound
        async with transaction() as writing:
            person = await persons.find(writing, wanted.email)
            if person is None:
                raise NotSown
            await signing_in.end(writing, token_of(request))
            device = device_of(request.headers.get("user-agent", ""))
            begun = await signing_in.begin(writing, person, Way.DEMO, device, wanted.onward)
        return welcome(settings, begun)

    return [
        Route("/demo/sign-in", show_people, methods=["GET"], name="demo_people"),
        Route("/demo/sign-in/{who}", be, methods=["POST"], name="demo_sign_in"),
    ]
