"""What results add to pages of lower rooms: a runner's pledge page and the account. Handed to them by the roof."""

from collections.abc import Mapping
from typing import Any

from fundraising.funds.addresses import Seen
from fundraising.people.asking import Asker
from fundraising.store.database import connection
from teams.results.models import Outcome
from teams.results.reading import RaceResults, find_of_page, name_teams, read_race

ROOM = "teams/results/"
MINE = """
select e.id, e.race_id, e.first_name, f.slug, f.name
from result s join entry e on e.id = s.entry_id join race r on r.id = e.race_id join event v on v.id = r.event_id
     join fund f on f.id = v.fund_id
where e.person_id = $1 and s.official_at is not null order by r.starts_at desc, e.id
"""
SAID = {
    Outcome.FINISHED: "finished",
    Outcome.NOT_FINISHED: "did not finish",
    Outcome.NOT_STARTED: "did not start",
    Outcome.DISQUALIFIED: "not placed",
}


async def page_panel(fund: Seen) -> tuple[str, Mapping[str, Any]] | None:
    """On a pledge page: how its runner ran. Of who did not finish nothing is said there."""
    found = await find_of_page(fund.id)
    if found is None or not found[1].is_home:
        return None
    race, ran = found
    return ROOM + "_page.html", {"race": race, "ran": ran, "team": await _team(race, ran.team)}


async def _team(race: RaceResults, team: int | None) -> Mapping[str, Any] | None:
    """The team with which somebody ran, and how it did; None when it is private or there was none."""
    if team is None:
        return None
    named = (await name_teams([race])).get(team)
    return {"named": named, "ran": race.of_team(team)} if named and named.name else None


async def account_panel(asker: Asker) -> tuple[str, Mapping[str, Any]]:
    """On the account: my results, and those of a child whom I look after."""
    async with connection() as reading:
        mine = [dict(row) for row in await reading.fetch(MINE, asker.id)]
    races = {race: await read_race(race) for race in {one["race_id"] for one in mine}}
    for one in mine:
        race = races[one["race_id"]]
        one |= {"race": race, "ran": race.of(one["id"]) if race else None}
    return ROOM + "_mine.html", {"results": mine, "words": SAID}
