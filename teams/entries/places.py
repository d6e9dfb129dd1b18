"""Places: locked in one order by everybody who takes or frees one; the database counts them, and refuses one too many.

Triggers on `entry` and `waiting` keep `taken`; a check bounds it by `capacity`.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import asyncpg

from fundraising.mail.letters import NewLetter, write
from teams.events.standing import places_left
from teams.events.standings import count_waiting

OFFER_LASTS = timedelta(hours=24)
LOCK_RACES = "select id, day_id, capacity, taken from race where id = any($1) order by id for update"
LOCK_DAYS = "select id, capacity, taken from event_day where id = any($1) order by id for update"
NEXT = """
update waiting set state = 'offered', offered_until = least($2, coalesce(e.entries_close_at, e.starts_at))
from race r join event e on e.id = r.event_id
where waiting.id = (select id from waiting where race_id = $1 and state = 'waiting' order by joined_at, id limit 1)
  and r.id = waiting.race_id and e.stage = 'open' and r.is_open and now() < coalesce(e.entries_close_at, e.starts_at)
returning waiting.id, waiting.email
"""


class Places:
    """The places of some races, locked until the end of the transaction.

    Args:
        races: capacity and taken, by race.
        days: capacity and taken, by day.
    """

    def __init__(
        self,
        races: Mapping[int, asyncpg.Record],
        days: Mapping[int, asyncpg.Record],
        waiting: Mapping[int, int],
    ) -> None:
        self._races = races
        self._days = days
        self._waiting = waiting

    def left(self, race: int, *, for_who_waits: bool = False) -> int:
        """How many are free; for who comes now, after those who wait."""
        row = self._races[race]
        day = self._days.get(row["day_id"])
        day_left = None if day is None else day["capacity"] - day["taken"]
        waiting = 0 if for_who_waits else self._waiting.get(race, 0)
        return places_left(row["capacity"] - row["taken"], day_left, waiting)

    def too_few(self, wanted: Mapping[int, int], mine: Mapping[int, int] | None = None) -> list[int]:
        """Races that have fewer places left than wanted, alone or together with others of their day.

        Args:
            mine: places by race that are meant for who asks, whoever else waits: offered, or held until now.
        """
        full = []
        for race, places in wanted.items():
            free = self.left(race, for_who_waits=True)
            own = min((mine or {}).get(race, 0), free, places)
            if own + max(0, free - own - self._waiting.get(race, 0)) < places:
                full.append(race)
        for day, row in self._days.items():
            of_day = [race for race in wanted if self._races[race]["day_id"] == day]
            if sum(wanted[race] for race in of_day) > row["capacity"] - row["taken"]:
                full += [race for race in of_day if race not in full]
        return full

    def taken(self, race: int) -> int:
        """How many were taken when it was locked."""
        taken: int = self._races[race]["taken"]
        return taken


async def lock(connection: asyncpg.Connection, races: Iterable[int]) -> Places:
    """Wait until nobody else takes or frees a place of these races: races by id, then their days by id."""
    ids = sorted(set(races))
    locked = {row["id"]: row for row in await connection.fetch(LOCK_RACES, ids)}
    days = sorted({row["day_id"] for row in locked.values() if row["day_id"]})
    bounded = {row["id"]: row for row in await connection.fetch(LOCK_DAYS, days)} if days else {}
    return Places(locked, bounded, await count_waiting(connection, ids))


async def offer(connection: asyncpg.Connection, races: Iterable[int]) -> None:
    """Offer what is free to who waits, first come first served; an offer holds its place. The caller has the locks."""
    for race in sorted(set(races)):
        while (await lock(connection, [race])).left(race, for_who_waits=True):
            offered = await connection.fetchrow(NEXT, race, datetime.now(UTC) + OFFER_LASTS)
            if offered is None:
                break
            facts = {"waiting": str(offered["id"])}
            await write(connection, [NewLetter(offered["email"], "offer", facts, f"offer {offered['id']}")])
