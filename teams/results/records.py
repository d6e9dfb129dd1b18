"""What this room keeps of a person: how they ran. Erased, the time stays in the results and the name does not."""

import asyncpg

from fundraising.people.records import Kept, Record, Rows, Whom, rows_of

TABLES = {
    "results": "How you ran, or a child whom you look after; with why it was corrected, if it was.",
    "results_before": "How an official result of yours stood before it was corrected.",
}
RESULTS = """
select s.entry_id as entry, r.name as race, r.starts_at, s.outcome, s.milliseconds, s.laps, t.name as team, s.because,
       s.recorded_at, s.official_at
from result s join entry e on e.id = s.entry_id join race r on r.id = e.race_id left join fund t on t.id = s.team_id
where e.person_id = $1 order by r.starts_at, e.id
"""
BEFORE = """
select s.entry_id as entry, v.outcome, v.milliseconds, v.laps, v.because, v.recorded_at, v.replaced_at
from result_version v join result s on s.id = v.result_id join entry e on e.id = s.entry_id
where e.person_id = $1 order by v.id
"""
# What an organiser has written of them; times say nothing of who it was.
FORGET = (
    """
    update result_version set because = '' from result s join entry e on e.id = s.entry_id
    where s.id = result_version.result_id and e.person_id = $1
    """,
    "update result set because = '' from entry e where e.id = result.entry_id and e.person_id = $1",
)
OFFICIAL = """
select exists (select from result s join entry e on e.id = s.entry_id
               where e.person_id = $1 and s.official_at is not null)
"""


async def _export(reading: asyncpg.Connection, whom: Whom) -> Rows:
    return {
        "results": await rows_of(reading, RESULTS, whom.person),
        "results_before": await rows_of(reading, BEFORE, whom.person),
    }


async def _erase(writing: asyncpg.Connection, whom: Whom) -> Kept:
    for statement in FORGET:
        await writing.execute(statement, whom.person)
    stays = "Your time stays in the results, so that the places of others stay right; it says “A runner”."
    return Kept((stays,) if await writing.fetchval(OFFICIAL, whom.person) else ())


RECORD = Record(TABLES, _export, _erase)
