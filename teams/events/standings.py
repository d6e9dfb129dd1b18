"""How races stand, with their places and those who wait: what every page about a race says."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

import asyncpg

from fundraising.store.database import connection
from teams.events.models import Event
from teams.events.standing import Standing, of_all, of_event, of_race

WAITING = "select race_id, count(*) as people from waiting where race_id = any($1) and state = 'waiting' group by 1"


async def count_waiting(reading: asyncpg.Connection, races: Collection[int]) -> dict[int, int]:
    """How many wait for a place in each of these races; a race that nobody waits for is left out."""
    return {row["race_id"]: row["people"] for row in await reading.fetch(WAITING, list(races))}


async def standings_of(events: Iterable[Event], now: datetime) -> dict[int, Standing]:
    """How each race of these events stands, by its id; races and their days are fetched already."""
    races = [(event, race) for event in events for race in event.races]
    async with connection() as reading:
        waiting = await count_waiting(reading, [race.id for _, race in races])
    made = {}
    for event, race in races:
        day_left = race.day.capacity - race.day.taken if race.day else None
        made[race.id] = of_race(event, race, now, day_left=day_left, waiting=waiting.get(race.id, 0))
    return made


def standing_of(event: Event, races: Mapping[int, Standing], now: datetime) -> Standing:
    """How an event stands, with all its places; from what its races do."""
    days = {race.day.id: race.day for race in event.races if race.day}
    free = sum(day.capacity - day.taken for day in days.values()) if days else None
    return of_all(of_event(event, now), races.values(), free)
