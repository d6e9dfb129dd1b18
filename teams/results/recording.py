"""Results are written down: typed, pasted or corrected. Once they are official, every change is one more version."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import asyncpg

from fundraising.errors import BadInput, NotFound, Problem
from fundraising.store.database import as_rows, transaction
from teams.entries import places
from teams.events.models import Race
from teams.results.publishing import Told, tell
from teams.results.sheet import Course, Fault, Given, Line, understood_lines
from teams.results.starters import Change, Judged, Starter, judge, read_starters

# Of an official result a trigger keeps how it stood.
WRITE = """
insert into result (entry_id, outcome, milliseconds, laps, team_id, because, recorded_by_id, recorded_at, official_at)
select g.entry_id, g.outcome, g.milliseconds, g.laps, case when $4 then e.team_id end, $3, $2, now(),
       case when $4 then now() end
from json_to_recordset($1) as g (entry_id uuid, outcome text, milliseconds bigint, laps int)
     join entry e on e.id = g.entry_id
on conflict (entry_id) do update set outcome = excluded.outcome, milliseconds = excluded.milliseconds,
  laps = excluded.laps, because = excluded.because, recorded_by_id = excluded.recorded_by_id,
  recorded_at = excluded.recorded_at
"""
REMOVE = "delete from result where entry_id = $1 and official_at is null returning id"


class NotSaved(Problem):
    """Some lines cannot be used as they are, so that none was saved."""

    status = 422
    title = "Nothing is saved yet"
    sentence = "Some lines need another look."

    def __init__(self, judged: Judged) -> None:
        super().__init__()
        self.judged = judged


class LookAgain(NotSaved):
    """Something else stands now than when the list was looked at."""

    status = 409
    title = "Something has changed"
    sentence = "Somebody has recorded results meanwhile. Nothing of yours is saved yet: please look once more."


class IsOfficial(Problem):
    """It is corrected, not taken away."""

    status = 409
    title = "It is official"
    sentence = "An official result is corrected and never taken away: say what is right, DNS for who was not there."


@dataclass(frozen=True, slots=True)
class Recorder:
    """Who writes results down.

    Args:
        by: id of the organiser.
        told: whom to tell of what is official.
        because: why official results are corrected.
    """

    by: int
    told: Sequence[Told]
    because: str = ""


def course_of(race: Race) -> Course:
    """What has to be known of a race to understand its times."""
    return Course(race.distance_metres, race.kind)


async def try_out(reading: asyncpg.Connection, race: Race, lines: Iterable[Line]) -> Judged:
    """What some lines would do; nothing is done."""
    understood, faults = understood_lines(lines, course_of(race))
    return judge(understood, faults, await read_starters(reading, race.id))


async def record_sheet(race: Race, lines: Sequence[Line], recorder: Recorder) -> Judged:
    """Record what was typed by hand, all of it or nothing; over what stands nobody types by mistake.

    Raises:
        NotSaved; BadInput: of an official race, without a reason.
    """
    async with transaction() as writing:
        await places.lock(writing, [race.id])
        judged = await try_out(writing, race, lines)
        stands = _over_what_stands(lines, judged)
        if judged.faults or stands:
            raise NotSaved(Judged(judged.new, (), judged.same, (*judged.faults, *stands), judged.missing))
        await _write(writing, race, judged.changes, recorder)
    return judged


def _over_what_stands(lines: Iterable[Line], judged: Judged) -> list[Fault]:
    stands = {str(one.given.number): one.who for one in judged.changed}
    return [
        Fault(line, f"{who.name} has {who.stands.said} already: correct that in the list below.")
        for line in lines
        if (who := stands.get(line.number.lstrip("0"))) and who.stands
    ]


async def record_list(race: Race, lines: Iterable[Line], recorder: Recorder, seen: str) -> Judged:
    """Record the lines of a list that can be used, as they were looked at before.

    Raises:
        LookAgain; BadInput: of an official race, without a reason.
    """
    async with transaction() as writing:
        await places.lock(writing, [race.id])
        judged = await try_out(writing, race, lines)
        if judged.seen != seen:
            raise LookAgain(judged)
        await _write(writing, race, judged.changes, recorder)
    return judged


async def correct(race: Race, entry: UUID, given: Given, recorder: Recorder) -> str:
    """One result, put right.

    Returns:
        What was done: recorded, corrected, or the same.

    Raises:
        NotFound; BadInput: of an official race, without a reason.
    """
    async with transaction() as writing:
        await places.lock(writing, [race.id])
        who = await find_starter(writing, race.id, entry)
        given = replace(given, number=who.number or 0)
        if who.stands == given:
            return "same"
        await _write(writing, race, [Change(who, given)], recorder)
    return "corrected" if who.official_at else "recorded"


async def remove(race: Race, entry: UUID) -> None:
    """Take away what was recorded of the wrong runner.

    Raises:
        IsOfficial
    """
    async with transaction() as writing:
        await places.lock(writing, [race.id])
        who = await find_starter(writing, race.id, entry)
        if who.stands and not await writing.fetchval(REMOVE, entry):
            raise IsOfficial


async def find_starter(reading: asyncpg.Connection, race: int, entry: UUID) -> Starter:
    """One who was to run.

    Raises:
        NotFound
    """
    who = next((one for one in await read_starters(reading, race) if one.id == entry), None)
    if who is None:
        raise NotFound
    return who


async def _write(writing: asyncpg.Connection, race: Race, changes: Sequence[Change], recorder: Recorder) -> None:
    is_official = any(who.official_at for who in await read_starters(writing, race.id))
    if is_official and changes and not recorder.because:
        raise BadInput({"because": "These results are official. Please say why they are corrected."}, {})
    rows = as_rows(
        ("entry_id", "outcome", "milliseconds", "laps"),
        [(c.who.id, str(c.given.outcome), c.given.milliseconds, c.given.laps) for c in changes],
    )
    await writing.execute(WRITE, rows, recorder.by, recorder.because if is_official else "", is_official)
    if is_official:
        await tell(writing, race, changes, recorder.told)
