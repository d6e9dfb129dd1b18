"""Sows a run that has been: a rehearsal of the spring, with official results, one of them corrected."""

from __future__ import annotations

import random
import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fundraising.example.people import PEOPLE, RUNNER
from fundraising.example.runners import RUNNERS
from fundraising.example.teams import TEAMS
from fundraising.funds.models import Fund, FundKind, FundState, Picture
from fundraising.pages.models import PledgePage
from fundraising.people.models import Person
from fundraising.store.ids import new_id
from teams.entries.models import Category, Entry, EntryState, Party
from teams.events.models import Event, EventDay, Race, RaceKind, Stage, Waiver
from teams.results.models import Outcome, Result
from teams.roster.models import FactKind, Seat, SeatState, Team, TeamFact

SLUG = "backward-rehearsal"
NAME = "Backward Run rehearsal"
WEEKS_AGO = 22
ABOUT = """\
A dress rehearsal without a crowd, on a Sunday on which it rained from below. We wanted to know whether thirty people \
who cannot see one another can start at the same time. They can.

Nobody was asked for money. There was soup."""
WAIVER = "I run backwards at my own risk, and rehearse at it too."
ALONE = (RUNNER, "ottoline-birdsall", "wajid-karr", "rukhsana-jamil-cropper", "bo", "aoife-brannigan-roe")
IN_TEAMS = ("reverse-charge", "olorunfemi-thistlewood", "backs-to-the-ward")
LOST = "colm-hanrahan-boyle"  # went to look for the soup
FASTEST, SLOWEST = 7 * 60_000, 14 * 60_000


async def sow_results(zone: ZoneInfo, pictures: Mapping[str, Picture], like: Event) -> None:
    """The rehearsal, its runners and how they ran.

    Args:
        pictures: of what is sown already, by slug.
        like: the event whose place and organiser it shares.
    """
    dice = random.Random(SLUG)  # noqa: S311 - the example is the same wherever it is sown
    sunday = datetime.now(zone).date() - timedelta(weeks=WEEKS_AGO)
    sunday -= timedelta(days=(sunday.weekday() + 1) % 7)
    event = await _event(datetime.combine(sunday, time(10, 30), zone).astimezone(UTC), pictures, like)
    day = await EventDay.create(event=event, day=sunday, capacity=60)
    waiver = await Waiver.create(event=event, version=1, text=WAIVER)
    stage = _Stage(event, waiver, dice)
    mile = await _race(event, day, 0, slug="mile", name="A mile alone", kind=RaceKind.TIMED, ranked_by="Time")
    for number, slug in enumerate(ALONE, 1):
        await stage.run(mile, slug, number, None)
    teams = await _race(
        event, day, 1, slug="teams", name="A mile together", kind=RaceKind.TEAM, ranked_by="Last member home"
    )
    number = 101
    for example in (team for team in TEAMS if team.slug in IN_TEAMS):
        fund = await Fund.create(
            kind=FundKind.TEAM, slug=f"{example.slug}-rehearsed", name=example.name, summary=example.summary,
            picture=pictures[example.slug], colour=example.colour, event=event.fund, state=FundState.CLOSED,
            closed_because="This team has rehearsed. Give to the one that runs.",
        )  # fmt: skip
        team = await Team.create(fund=fund, race=teams, motto=example.motto, about="We rehearsed.")
        await TeamFact.create(team=team, kind=FactKind.FOUNDED)
        for slug in example.members:
            await Seat.create(team=team, state=SeatState.JOINED, entry=await stage.run(teams, slug, number, fund))
            number += 1
    await stage.correct()


async def _event(starts_at: datetime, pictures: Mapping[str, Picture], like: Event) -> Event:
    fund = await Fund.create(
        kind=FundKind.EVENT, slug=SLUG, name=NAME, summary="A dress rehearsal: one mile, backwards, without a crowd.",
        picture=pictures[like.fund.slug], colour=like.fund.colour, state=FundState.CLOSED,
        closed_because="Nobody was asked for money at the rehearsal. Give to somebody who runs.",
    )  # fmt: skip
    return await Event.create(
        fund=fund, stage=Stage.FINISHED, strapline="Once, before it counts", venue=like.venue, starts_at=starts_at,
        about=ABOUT, course="", organiser=like.organiser, organiser_email=like.organiser_email,
        entries_open_at=starts_at - timedelta(days=30), entries_close_at=starts_at - timedelta(days=2),
    )  # fmt: skip


async def _race(event: Event, day: EventDay, position: int, **given: Any) -> Race:
    return await Race.create(
        event=event, day=day, summary="Once round, with a rise and a dip.", distance_metres=1609, capacity=30,
        starts_at=event.starts_at + timedelta(minutes=30 * position), position=position, **given,
    )  # fmt: skip


class _Stage:
    """Where they run."""

    def __init__(self, event: Event, waiver: Waiver, dice: random.Random) -> None:
        self.event = event
        self.waiver = waiver
        self.dice = dice
        self.entered_at = event.starts_at - timedelta(days=20)

    async def run(self, race: Race, slug: str, number: int, team: Fund | None) -> Entry:
        """A place, and its official result."""
        page = await PledgePage.get(fund__slug=slug, fund__kind=FundKind.RUNNER).prefetch_related("person")
        runner = next(one for one in RUNNERS if one.slug == slug)
        entry = await self._enter(race, page.person, runner.name, number, team)
        finished = slug != LOST
        # The timer takes tenths.
        took = self.dice.randrange(FASTEST, SLOWEST, 100) if finished else None
        await Result.create(
            entry=entry, outcome=Outcome.FINISHED if finished else Outcome.NOT_FINISHED, milliseconds=took, team=team,
            official_at=race.starts_at + timedelta(hours=2),
        )  # fmt: skip
        return entry

    async def _enter(self, race: Race, person: Person | None, name: str, number: int, team: Fund | None) -> Entry:
        party = await Party.create(
            id=new_id(), attempt=new_id(), fingerprint=secrets.token_hex(16), event=self.event, person=person,
            token=secrets.token_urlsafe(32), fee_pence=0,
        )  # fmt: skip
        return await Entry.create(
            id=new_id(), party=party, race=race, person=person, state=EntryState.PLACED, category=Category.OPEN,
            first_name=name.partition(" ")[0], last_name=name.partition(" ")[2] or "Example",
            email=person.email if person else "somebody@example.org", born_on=date(1985, 6, 1), waiver=self.waiver,
            waived_at=self.entered_at, placed_at=self.entered_at, price_pence=0, team=team, number=number,
        )  # fmt: skip

    async def correct(self) -> None:
        """Recorded on the day by the organiser; one of them ran faster than was said at first."""
        organiser = await Person.get(email=next(one.email for one in PEOPLE if one.who == "organiser"))
        at_noon = self.event.starts_at + timedelta(hours=2)
        await Result.filter(entry__race__event=self.event).update(recorded_by_id=organiser.id, recorded_at=at_noon)
        result = await Result.filter(entry__race__event=self.event, entry__number=2).get()
        assert result.milliseconds is not None
        because = "The film shows her two seconds earlier"
        await Result.filter(id=result.id).update(
            milliseconds=result.milliseconds - 2000, because=because, recorded_at=at_noon + timedelta(days=1)
        )
