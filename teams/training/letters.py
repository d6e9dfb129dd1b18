"""The training letters: one a week for eight weeks, counted back from race day.

Whoever enters half-way gets the letter of the current week. Nothing is remembered but the letters themselves: a letter
has its week and its recipient in its key, so that it is written once however often this runs.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from fundraising.funds.addresses import path_of
from fundraising.funds.models import FundKind
from fundraising.mail.letters import NewLetter, Shower, write
from fundraising.store.database import connection, transaction
from teams.events.models import Event, Stage
from teams.training.models import TrainingWeek
from teams.training.plan import WEEKS, weeks_before

SERIES = "training"
TEMPLATE = "training_week"
WITH_LETTERS = (Stage.OPEN, Stage.CLOSED)  # closed: nobody enters any more, and who has still trains
MOST_A_WEEK = 2  # letters of any series to anybody
FROM_HOUR, TO_HOUR = 9, 21  # nobody wants to read of calves at night
RACES = """
select r.id, r.starts_at from race r join event e on e.id = r.event_id
where e.stage = any($3) and r.starts_at between $1 and $1 + make_interval(weeks => $2, days => 1)
"""
# For each address and event the letter of its next race that is not written yet; a parent of three gets one.
DUE = """
with due as (
  select distinct on (lower(e.email), r.event_id)
    lower(e.email) as address, e.email, e.id as entry_id, r.event_id, w.week,
    concat_ws(' ', 'training', r.event_id, w.week, md5(lower(e.email))) as once
  from entry e join race r on r.id = e.race_id
  join unnest($1::bigint[], $2::int[]) as w (race_id, week) on w.race_id = r.id
  join training_week t on t.event_id = r.event_id and t.weeks_before = w.week
  where e.state = 'placed' and e.email <> ''
    and not exists (select from stopped_series s where s.email = lower(e.email) and s.series = $3)
  order by lower(e.email), r.event_id, w.week, e.placed_at
), unwritten as (
  select d.*, row_number() over (partition by address order by event_id) + (
    select count(*) from letter l
    where lower(l.recipient) = d.address and l.series is not null and l.written_at > $4::timestamptz - interval '7 days'
  ) as nth
  from due d where not exists (select from letter l where l.once = d.once)
)
select email, entry_id, event_id, week, once from unwritten where nth <= $5
"""
RUNNERS = """
select e.first_name, e.number, r.name as race, r.starts_at
from entry e join race r on r.id = e.race_id
where e.state = 'placed' and r.event_id = $2 and lower(e.email) = (select lower(email) from entry where id = $1)
order by r.starts_at, e.first_name
"""


async def write_by_day(zone: ZoneInfo) -> None:
    """Write the letters that are due, from nine in the morning on; a job of the clock."""
    now = datetime.now(zone)
    if FROM_HOUR <= now.hour < TO_HOUR:
        async with transaction() as writing:
            await write_training_letters(writing, now)


async def write_training_letters(connection: asyncpg.Connection, now: datetime) -> int:
    """Write to every runner with a place the letter of the current week, once, within the caller's transaction.

    Args:
        now: in the zone of the events, which says where a day begins.

    Returns:
        How many were written.
    """
    races = await connection.fetch(RACES, now, WEEKS, [str(stage) for stage in WITH_LETTERS])
    weeks = [weeks_before(race["starts_at"].astimezone(now.tzinfo).date(), now.date()) for race in races]
    on = [(race["id"], week) for race, week in zip(races, weeks, strict=True) if week is not None]
    due = await connection.fetch(DUE, [id_ for id_, _ in on], [week for _, week in on], SERIES, now, MOST_A_WEEK)
    letters = [
        NewLetter(
            row["email"],
            TEMPLATE,
            {"event": row["event_id"], "week": row["week"], "entry": str(row["entry_id"])},
            row["once"],
            SERIES,
        )
        for row in due
    ]
    await write(connection, letters)
    return len(due)


async def _show(facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What the letter shows; None when the place or the week is gone by the time it is sent."""
    event = await Event.get(id=facts["event"]).prefetch_related("fund")
    week = await TrainingWeek.get_or_none(event_id=event.id, weeks_before=facts["week"])
    async with connection() as reading:
        runners = [dict(row) for row in await reading.fetch(RUNNERS, UUID(facts["entry"]), event.id)]
    if week is None or not runners:
        return None
    return {
        "week": week.weeks_before,
        "nth": WEEKS + 1 - week.weeks_before,
        "title": week.title,
        "plan": week.plan,
        "body": week.body,
        "event": event.fund.name,
        "path": path_of(FundKind.EVENT, event.fund.slug),
        "venue": event.venue,
        "starts_at": event.starts_at,
        "community_url": event.community_url,
        "runners": runners,
    }


SHOWERS: dict[str, Shower] = {TEMPLATE: _show}
SAMPLES: dict[str, Mapping[str, Any]] = {
    TEMPLATE: {
        "series": SERIES,
        "week": 5,
        "nth": 4,
        "title": "A hundred metres",
        "plan": "Two sessions of a hundred metres, on flat grass, with a guide.",
        "body": "Look over one shoulder, then over the other. Calves hurt first; give them a day.",
        "event": "UK Backward Run",
        "path": "/events/uk-backward-run",
        "venue": "Heaton Park, Manchester",
        "starts_at": datetime(2027, 4, 25, 9, 30, tzinfo=UTC),
        "community_url": "",
        "runners": [
            {
                "first_name": "Ada",
                "number": 12,
                "race": "The Mile",
                "starts_at": datetime(2027, 4, 25, 9, 30, tzinfo=UTC),
            }
        ],
    }
}
