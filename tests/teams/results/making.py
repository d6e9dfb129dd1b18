"""A race with runners who wear numbers, and the desk at which their results are recorded."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import httpx

from fundraising.funds.models import Fund, FundKind
from fundraising.pages.models import PledgePage
from fundraising.people.models import Person
from fundraising.store.database import connection
from fundraising.store.ids import new_id
from teams.entries.models import Entry, Party
from teams.events.models import Event, Race, Waiver
from teams.results import publishing
from teams.results.forms import PublishForm
from teams.results.publishing import Told
from teams.results.recording import Recorder, correct, course_of
from teams.results.sheet import Given, Line, understood_line
from teams.results.starters import read_starters
from teams.roster.models import Team
from tests.conftest import Site
from tests.looking import words_of
from tests.makers import make_fund, make_person, sign_in, tag
from tests.teams.entries.making import make_open_event, race_of


@dataclass
class Stand:
    """An organiser at the desk of a race."""

    site: Site
    event: Event
    race: Race
    organiser: Person
    browser: httpx.AsyncClient
    entries: dict[int, Entry] = field(default_factory=dict)

    @property
    def at(self) -> str:
        """The address of the race's desk."""
        return f"/organiser/events/{self.event.fund.slug}/results/{self.race.id}"

    async def start(self, number: int | None, name: str = "Ada Example", **given: Any) -> Entry:
        """Somebody with a place, and a number on the back."""
        party = await Party.create(
            id=new_id(), attempt=new_id(), fingerprint=tag(), event=self.event, token=tag() * 5, fee_pence=0
        )
        first, _, last = name.partition(" ")
        entry = await Entry.create(**{
            "id": new_id(), "party": party, "race": self.race, "state": "placed", "first_name": first, "last_name": last,
            "category": "open", "email": f"{tag()}@example.org", "waiver": await Waiver.get(event=self.event),
            "price_pence": 0, "number": number, "born_on": date(1990, 5, 1), "placed_at": datetime.now(UTC),
        } | given)  # fmt: skip
        if number:
            self.entries[number] = entry
        return entry

    async def team(self, name: str, *numbers: int, **given: Any) -> Fund:
        """A team, and runners with these numbers in it."""
        fund = await make_fund(FundKind.TEAM, name, event=self.event.fund)
        await Team.create(fund=fund, race=self.race, **given)
        for number in numbers:
            await self.start(number, f"Runner {number}", team=fund)
        return fund

    async def page(self, name: str = "") -> Fund:
        """A pledge page."""
        fund = await make_fund(FundKind.RUNNER, name, event=self.event.fund, charity=await make_fund(FundKind.CHARITY))
        await PledgePage.create(fund=fund, story="Because.")
        return fund

    async def type(self, *lines: str, **said: str) -> httpx.Response:
        """Type lines of `7 9:41.2` or `7 finished 4` into the sheet."""
        typed = dict(said)
        for row, line in enumerate(lines, 1):
            typed |= {f"{n}{row}": v for n, v in zip(("number", "time", "laps"), line.split(" "), strict=False)}
        return await self.browser.post(self.at, data=typed)

    async def look(self, text: str, **said: str) -> httpx.Response:
        """Hand a list in, to be looked at."""
        return await self.browser.post(f"{self.at}/list", data={"text": text} | said)

    async def publish(self, **said: str) -> httpx.Response:
        """Make it official, after looking at the page that asks for it."""
        shown = (await self.browser.get(f"{self.at}/publish")).text
        seen = shown.partition('name="seen" value="')[2].partition('"')[0]
        return await self.browser.post(f"{self.at}/publish", data={"seen": seen, "others": "on", "early": "on"} | said)

    async def publish_telling(self, *told: Told) -> None:
        """The verb, with other rooms to tell."""
        async with connection() as reading:
            seen = publishing.seen_of(await read_starters(reading, self.race.id))
        await publishing.publish(self.race, self.organiser.id, PublishForm(seen=seen, others=True, early=True), told)

    async def correct_telling(self, number: int, time: str, *told: Told) -> None:
        """Another time for a number, with other rooms to tell."""
        given = understood_line(Line(1, str(number), time), course_of(self.race))
        assert isinstance(given, Given)
        recorder = Recorder(self.organiser.id, told, "Look at the film")
        await correct(self.race, self.entries[number].id, given, recorder)

    async def recorded(self) -> list[str]:
        """What the desk lists, by number."""
        shown = (await self.browser.get(f"{self.at}?by=number")).text
        return [words_of(f"<body>{part.partition('</td>')[0]}") for part in shown.split('data-label="Result">')[1:]]


async def make_stand(site: Site, race: str = "mile", **given: Any) -> Stand:
    """An organiser, and a race of an event."""
    event = await make_open_event(**{"capacity": 250} | given)
    await event.fetch_related("fund")
    organiser = await make_person(is_organiser=True)
    return Stand(site, event, await race_of(event, race), organiser, await sign_in(site.browser, organiser))
