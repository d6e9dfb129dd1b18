"""A team with a captain at its desk, seats, and friends who fill in the form."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from fundraising.funds.models import Fund
from fundraising.people.models import Person
from teams.entries import views as entry_views
from teams.entries.models import Entry
from teams.events.models import Event
from teams.roster import starting
from teams.roster.models import Seat, Team
from tests.conftest import Site
from tests.looking import words_of
from tests.makers import make_person, sign_in, tag
from tests.teams.entries.making import charity_with_account, make_open_event, race_of
from tests.teams.entries.test_entering import pay


@dataclass
class Crew:
    """A team of an open event, and its captain's browser."""

    site: Site
    event: Event
    charity: Fund
    captain: Person
    browser: httpx.AsyncClient
    team: Team

    @property
    def desk(self) -> str:
        """The address of the desk."""
        return f"/teams/{self.team.fund.slug}/desk"

    async def post(self, path: str, **typed: str) -> httpx.Response:
        """Something done at the desk."""
        return await self.browser.post(f"{self.desk}{path}", data=typed)

    async def seats(self) -> list[str]:
        """How the seats stand."""
        return [str(seat.state) for seat in await Seat.filter(team=self.team).order_by("id")]

    async def invite(self, seat: Seat | None = None, **typed: str) -> str:
        """Invite somebody to an empty seat.

        Returns:
            The path of the invitation.
        """
        seat = seat or await Seat.filter(team=self.team, state="empty").order_by("id").first()
        assert seat is not None
        answer = await self.post(f"/seats/{seat.id}/invite", **({"name": "Friendly Fran"} | typed))
        assert answer.status_code == 303, words_of(answer.text)
        shown = await self.browser.get(f"{self.desk}/seats/{seat.id}")
        found = re.search(r"/join/[\w-]{43}", shown.text)
        assert found
        return found[0]


async def found(browser: httpx.AsyncClient, event: Event, **typed: str) -> httpx.Response:
    """Send the form that founds a team."""
    form = {"attempt": str(uuid4()), "name": f"Reverse Gear {tag()}", "race": "team"} | typed
    return await browser.post(f"/events/{event.fund.slug}/teams/new", data=form)


async def make_crew(site: Site, *, name: str = "", **given: Any) -> Crew:
    """A team founded by somebody who is signed in; its least number of seats is open."""
    event = await make_open_event(**given)
    return await add_crew(site, event, name=name)


async def add_crew(site: Site, event: Event, *, name: str = "", race: str = "team") -> Crew:
    """One more team of an event."""
    charity = await charity_with_account()
    captain = await make_person(f"captain-{tag()}@example.org")
    browser = await sign_in(site.browser, captain)
    named = {"name": name} if name else {}
    starting.ALLOWANCE._left.clear()  # what tests before this one have used up
    answer = await found(browser, event, charity=charity.slug, race=race, **named)
    assert answer.status_code == 303, words_of(answer.text)
    slug = answer.headers["location"].split("/")[2]
    team = await Team.get(fund__slug=slug).prefetch_related("fund", "race")
    return Crew(site, event, charity, captain, browser, team)


def friend(**said: str) -> dict[str, str]:
    """The join form, filled in."""
    runner = {
        "first_name": "Fran",
        "last_name": f"Friendly {tag()}",
        "born_day": "27",
        "born_month": "3",
        "born_year": "1994",
        "category": "female",
        "emergency_name": "Sam Example",
        "emergency_phone": "07700 900123",
        "waiver": "on",
        "wants_page": "on",
    }
    typed = {f"{name}-1": value for name, value in runner.items()}
    return typed | {"attempt": str(uuid4()), "payer_email": f"fran-{tag()}@example.org"} | said


async def join(site: Site, link: str, **said: str) -> httpx.Response:
    """Take the seat and send the form."""
    entry_views.ALLOWANCE._left.clear()
    taken = await site.browser.post(f"{link}/take")
    assert taken.status_code == 303, taken.text
    return await site.browser.post(f"{link}/form", data=friend(**said))


async def make_member(crew: Crew, email: str = "", **said: str) -> Entry:
    """A friend who was invited, has joined and paid, with a page."""
    email = email or f"member-{tag()}@example.org"
    await pay(crew.site, await join(crew.site, await crew.invite(), payer_email=email, **said))
    return await Entry.get(email=email, state="placed").prefetch_related("fund", "person")


async def seat_of(entry: Entry) -> Seat:
    """Where somebody sits."""
    return await Seat.get(entry=entry, state="joined")


__all__ = ["Crew", "add_crew", "found", "friend", "join", "make_crew", "make_member", "race_of", "seat_of"]
