"""Who was to run a race, and what stands of each so far: for the organiser's desk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from fundraising.web.saving import version_of
from teams.results.models import Outcome
from teams.results.sheet import Fault, Given, Line

STARTERS = """
select e.id, e.number, e.first_name, e.last_name, e.fund_id, e.team_id, t.name as team, s.outcome, s.milliseconds,
       s.laps, s.because, s.recorded_at, s.official_at, p.name as recorded_by
from entry e left join result s on s.entry_id = e.id left join fund t on t.id = e.team_id
     left join person p on p.id = s.recorded_by_id
where e.race_id = $1 and (e.state = 'placed' or s.official_at is not null) order by e.number nulls last, e.id
"""


@dataclass(frozen=True, slots=True)
class Starter:
    """Somebody with a place, and what stands of their run.

    Args:
        stands: None while nothing is recorded.
    """

    id: UUID
    number: int | None
    first_name: str
    last_name: str
    fund_id: int | None
    team_id: int | None
    team: str
    stands: Given | None
    because: str
    recorded_at: datetime | None
    recorded_by: str
    official_at: datetime | None

    @property
    def name(self) -> str:
        """For organisers."""
        return f"{self.first_name} {self.last_name}".strip()


async def read_starters(reading: asyncpg.Connection, race: int) -> list[Starter]:
    """Everybody who was to run a race, by number."""
    return [_starter(row) for row in await reading.fetch(STARTERS, race)]


def _starter(row: asyncpg.Record) -> Starter:
    given: dict[str, Any] = dict(row)
    outcome, milliseconds, laps = (given.pop(name) for name in ("outcome", "milliseconds", "laps"))
    stands = Given(given["number"] or 0, Outcome(outcome), milliseconds, laps) if outcome else None
    texts = {name: given[name] or "" for name in ("team", "because", "recorded_by")}
    return Starter(**given | texts | {"stands": stands})


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of somebody's result."""

    who: Starter
    given: Given


@dataclass(frozen=True, slots=True)
class Judged:
    """What some lines would do; nothing has been done.

    Args:
        new: of whom nothing stood.
        changed: of whom something else stands.
        same: how many say what stands already.
        faults: lines that cannot be used.
        missing: of whom nothing would stand afterwards.
    """

    new: tuple[Change, ...]
    changed: tuple[Change, ...]
    same: int
    faults: tuple[Fault, ...]
    missing: tuple[Starter, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """All that would be written."""
        return self.new + self.changed

    @property
    def seen(self) -> str:
        """A mark of what would be written, and of what stands there now."""
        told = {str(one.who.id): f"{one.given} {one.who.stands}" for one in self.changes}
        return version_of(told | {"missing": " ".join(str(who.id) for who in self.missing)})


def judge(understood: Iterable[tuple[Line, Given]], faults: Iterable[Fault], starters: Sequence[Starter]) -> Judged:
    """Hold what was typed against who runs and what stands. Pure."""
    known = {who.number: who for who in starters if who.number is not None}
    new, changed, same, wrong = list[Change](), list[Change](), 0, list(faults)
    for line, one in understood:
        who = known.get(one.number)
        if who is None:
            wrong.append(Fault(line, f"Nobody in this race wears number {one.number}."))
        elif who.stands is None:
            new.append(Change(who, one))
        elif who.stands == one:
            same += 1
        else:
            changed.append(Change(who, one))
    coming = {change.who.id for change in new}
    missing = tuple(who for who in starters if who.stands is None and who.id not in coming)
    wrong.sort(key=lambda fault: fault.line.row)
    return Judged(tuple(new), tuple(changed), same, tuple(wrong), missing)
