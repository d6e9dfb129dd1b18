"""Who came where: runners by their time, teams by that of their last member home. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from teams.results import times
from teams.results.models import Outcome

LAST_HOME = (
    "A team’s time is that of its last member home, and the lowest wins. A team of which somebody is missing stands"
    " below, with how many are home. Of two teams with the same time, the one whose first member was home earlier wins,"
    " then the one whose times come to less in all. What counts is the time as it was taken; it is told rounded up to"
    " the next second."
)
BY_TIME = (
    "The lowest time wins, as it was taken; it is told rounded up to the next second, as road races do. Who was timed"
    " alike shares a place."
)


@dataclass(frozen=True, slots=True)
class Ran:
    """How somebody ran, as everybody may know them.

    Args:
        name: of a child the first one and an initial; of who was erased nothing but that somebody ran.
        path: of their page; empty when there is none to show.
        team: id of the team's fund with which they ran.
        place: among those who finished; None where nothing is ranked.
    """

    entry: Any
    number: int | None
    name: str
    path: str
    outcome: Outcome
    milliseconds: int | None = None
    laps: int | None = None
    team: int | None = None
    place: int | None = None

    @property
    def is_home(self) -> bool:
        """Finished."""
        return self.outcome is Outcome.FINISHED

    @property
    def time(self) -> str:
        """As it is told; empty when none was taken."""
        return times.told(self.milliseconds) if self.milliseconds is not None else ""

    def at(self, place: int | None) -> "Ran":
        """The same, placed."""
        return replace(self, place=place)


@dataclass(frozen=True, slots=True)
class TeamRan:
    """How a team ran.

    Args:
        team: id of its fund.
        home: how many of it finished.
        of: how many it takes for the team to be home.
        milliseconds: of its last member; None while somebody is missing.
        place: among the teams that are home; None while somebody is missing.
    """

    team: int
    home: int
    of: int
    milliseconds: int | None = None
    place: int | None = None

    @property
    def time(self) -> str:
        """As it is told; empty while somebody is missing."""
        return times.told(self.milliseconds) if self.milliseconds is not None else ""


def places(values: Sequence[Any]) -> list[int]:
    """The place of each of some values that stand in their order; equal ones share it, and the next is left out."""
    given: list[int] = []
    for position, value in enumerate(values):
        given.append(given[-1] if position and value == values[position - 1] else position + 1)
    return given


def first_home(runs: Iterable[Ran]) -> list[Ran]:
    """In the order in which they came home; then who did not finish. Within a time by number."""
    return sorted(runs, key=lambda ran: (not ran.is_home, ran.milliseconds or 0, ran.number or 0, ran.name))


def rank_teams(runs: Iterable[Ran], least: int) -> list[TeamRan]:
    """The teams of a race by their last member home, then those of which somebody is missing: most home first.

    Args:
        runs: of everybody who was to run, also who did not start.
        least: how many a team of this race has; one that is smaller has somebody missing.
    """
    members: dict[int, list[Ran]] = {}
    for ran in runs:
        if ran.team is not None:
            members.setdefault(ran.team, []).append(ran)
    ranked: list[tuple[tuple[int, ...], TeamRan]] = []
    missing: list[TeamRan] = []
    for team, of_team in members.items():
        home = sorted(ran.milliseconds for ran in of_team if ran.is_home and ran.milliseconds is not None)
        of = max(len(of_team), least)
        if len(home) < of:
            missing.append(TeamRan(team, len(home), of))
        else:
            ranked.append(((home[-1], home[0], sum(home)), TeamRan(team, len(home), of, home[-1])))
    ranked.sort(key=lambda one: (one[0], one[1].team))
    missing.sort(key=lambda one: (-one.home, one.of - one.home, one.team))
    found = zip(places([key for key, _ in ranked]), ranked, strict=True)
    return [TeamRan(one.team, one.home, one.of, one.milliseconds, place) for place, (_, one) in found] + missing
