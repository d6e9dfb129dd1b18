"""Official results as everybody may read them; past the ORM, since a whole event is read at once.

Of a child the first name and an initial; of who was erased that somebody ran; of a private team nothing at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from fundraising.funds.addresses import path_of
from fundraising.funds.models import FundKind
from fundraising.store.database import connection
from teams.entries.placing import public_name
from teams.events.models import RaceKind
from teams.results.models import Outcome
from teams.results.ranking import Ran, TeamRan, first_home, places, rank_teams

NAMELESS = "A runner"
RACES = """
select r.id, r.slug, r.name, r.kind, r.least_in_team, r.starts_at, r.distance_metres, max(s.official_at) as official_at
from race r left join entry e on e.race_id = r.id left join result s on s.entry_id = e.id
where {where} group by r.id order by r.position, r.id
"""
RUNS = """
select e.id as entry, e.race_id, e.number, e.first_name, e.last_name, e.guardian_name <> '' as is_child,
       e.born_on is null as is_erased, s.outcome, s.milliseconds, s.laps, s.team_id as team,
       case when f.state <> 'hidden' and f.is_listed then f.slug end as slug
from result s join entry e on e.id = s.entry_id left join fund f on f.id = e.fund_id
where e.race_id = any($1) and s.official_at is not null
"""
TEAMS = """
select f.id, f.slug, f.name, f.colour, f.picture_id, t.is_private or f.state = 'hidden' as is_private
from fund f join team t on t.fund_id = f.id where f.id = any($1)
"""
HAS_RUN = "select exists (select from result where team_id = $1 and official_at is not null)"
OF_FUND = """
select s.outcome, s.official_at is not null as is_official, e.race_id, e.id as entry
from entry e left join result s on s.entry_id = e.id where e.fund_id = $1
"""


@dataclass(frozen=True, slots=True)
class TeamName:
    """A team as its results name it.

    Args:
        name: empty, like its path, when it is private.
    """

    id: int
    name: str
    path: str
    colour: int
    picture_id: str | None


@dataclass(frozen=True, slots=True)
class RaceResults:
    """The results of a race.

    Args:
        official_at: since when; None while there are none.
        runs: of everybody, in the order in which they came home, then who did not finish.
        teams: by the rule of the race; empty where teams are not ranked.
    """

    id: int
    slug: str
    name: str
    kind: RaceKind
    least_in_team: int
    starts_at: datetime
    distance_metres: int
    official_at: datetime | None
    runs: tuple[Ran, ...] = ()
    teams: tuple[TeamRan, ...] = ()

    @property
    def is_ranked(self) -> bool:
        """Whether there are places at all."""
        return self.kind is not RaceKind.FUN

    @property
    def home(self) -> list[Ran]:
        """Who finished."""
        return [ran for ran in self.runs if ran.is_home]

    def of(self, entry: object) -> Ran | None:
        """One of them."""
        return next((ran for ran in self.runs if ran.entry == entry), None)

    def of_team(self, team: int) -> TeamRan | None:
        """How a team ran."""
        return next((one for one in self.teams if one.team == team), None)


async def read_event(event: int) -> list[RaceResults]:
    """The official results of every race of an event, in the order of its races.

    Args:
        event: its id.
    """
    return await _read("r.event_id = $1", event)


async def read_race(race: int) -> RaceResults | None:
    """The official results of one race."""
    return next(iter(await _read("r.id = $1", race)), None)


async def _read(where: str, id_: int) -> list[RaceResults]:
    async with connection() as reading:
        races = await reading.fetch(RACES.format(where=where), id_)
        official = [race["id"] for race in races if race["official_at"]]
        rows = await reading.fetch(RUNS, official) if official else []
    return [_race(race, [row for row in rows if row["race_id"] == race["id"]]) for race in races]


def _race(race: asyncpg.Record, rows: Sequence[asyncpg.Record]) -> RaceResults:
    given = dict(race) | {"kind": RaceKind(race["kind"])}
    runs = [_ran(row) for row in rows]
    if given["kind"] is RaceKind.FUN:
        listed = sorted(runs, key=lambda ran: (not ran.is_home, ran.name.casefold(), ran.number or 0))
        return RaceResults(**given, runs=tuple(listed))
    ordered = first_home(runs)
    home = [ran.milliseconds for ran in ordered if ran.is_home]
    placed = [*places(home), *[None] * (len(ordered) - len(home))]
    teams = rank_teams(ordered, race["least_in_team"]) if given["kind"] is RaceKind.TEAM else []
    runs = [ran.at(place) for ran, place in zip(ordered, placed, strict=True)]
    return RaceResults(**given, runs=tuple(runs), teams=tuple(teams))


def _ran(row: asyncpg.Record) -> Ran:
    name = public_name(row["first_name"], row["last_name"], is_child=row["is_child"])
    return Ran(
        entry=row["entry"],
        number=row["number"],
        name=NAMELESS if row["is_erased"] else name,
        path=path_of(FundKind.RUNNER, row["slug"]) if row["slug"] and not row["is_erased"] else "",
        outcome=Outcome(row["outcome"]),
        milliseconds=row["milliseconds"],
        laps=row["laps"],
        team=row["team"],
    )


async def name_teams(races: Sequence[RaceResults]) -> Mapping[int, TeamName]:
    """The teams of these races, by id of their funds."""
    ids = sorted({ran.team for race in races for ran in race.runs if ran.team is not None})
    if not ids:
        return {}
    async with connection() as reading:
        rows = await reading.fetch(TEAMS, ids)
    return {row["id"]: _team(row) for row in rows}


def _team(row: asyncpg.Record) -> TeamName:
    if row["is_private"]:
        return TeamName(row["id"], "", "", 11, None)
    return TeamName(row["id"], row["name"], path_of(FundKind.TEAM, row["slug"]), row["colour"], row["picture_id"])


@dataclass(frozen=True, slots=True)
class TeamResults:
    """How a team and each of its members ran.

    Args:
        ran: None where teams are not ranked.
        members: in the order in which they came home, then who did not.
    """

    race: RaceResults
    ran: TeamRan | None
    members: tuple[Ran, ...]

    @property
    def home(self) -> int:
        """How many of them finished."""
        return sum(ran.is_home for ran in self.members)

    @property
    def teams_home(self) -> int:
        """How many teams have a place."""
        return sum(one.place is not None for one in self.race.teams)


async def find_of_team(team: int, race: int) -> TeamResults | None:
    """How a team ran; None before it is official.

    Args:
        team: id of its fund.
    """
    async with connection() as reading:
        if not await reading.fetchval(HAS_RUN, team):
            return None
    results = await read_race(race)
    members = tuple(ran for ran in results.runs if ran.team == team) if results else ()
    return TeamResults(results, results.of_team(team), members) if results and members else None


async def find_of_page(fund: int) -> tuple[RaceResults, Ran] | None:
    """The official result of who has this pledge page, and those of the race around it."""
    async with connection() as reading:
        row = await reading.fetchrow(OF_FUND, fund)
    if row is None or not row["is_official"]:
        return None
    race = await read_race(row["race_id"])
    ran = race.of(row["entry"]) if race else None
    return (race, ran) if race and ran else None
