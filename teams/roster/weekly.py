"""The captain's weekly letter: who has joined, what is still to be done, and one link to the desk; until race day.

Weeks are counted from the day on which the team was founded. Nothing is remembered but the letters themselves: a letter
has its team, week and recipient in its key, so that it is written once however many processes run.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg

from fundraising.mail.letters import NewLetter, Shower, write
from fundraising.store.database import connection, transaction
from teams.events.models import Stage
from teams.roster.models import SeatState, Team
from teams.roster.seating import Sitting, see_seats

SERIES = "captain"
TEMPLATE = "captain_week"
WITH_LETTERS = (Stage.OPEN, Stage.CLOSED)  # closed: nobody enters any more, and much is still to be done
FROM_HOUR, TO_HOUR = 9, 21
WEEK = timedelta(days=7)
NEEDS = ("page", "open", "target", "gift")
EXPIRES_SOON = timedelta(days=4)
# Only who has signed in is written to: a team can be founded with any address. One that was never opened to everybody
# is not counted, for the same reason.
DUE = """
with due as (
  select t.id as team, p.email, (($1::timestamptz at time zone $3)::date
         - (t.founded_at at time zone $3)::date) / 7 as week
  from team t join fund f on f.id = t.fund_id join race r on r.id = t.race_id join event e on e.id = r.event_id
       join person p on p.id in (t.captain_id, t.co_captain_id)
  where t.ended_at is null and e.stage = any($2) and p.email is not null and p.sign_ins > 0
    and (f.state <> 'hidden' or t.is_private)
    and (r.starts_at at time zone $3)::date > ($1::timestamptz at time zone $3)::date
    and (
      (select count(*) from seat s where s.team_id = t.id and s.state = 'joined') < r.least_in_team
      or exists (select from seat s where s.team_id = t.id and s.state in ('held', 'empty', 'invited', 'taken'))
      or exists (
        select from seat s join entry m on m.id = s.entry_id left join fund g on g.id = m.fund_id
        where s.team_id = t.id and s.state = 'joined' and m.guardian_name = ''
          and (g.id is null or g.state = 'hidden' or g.target_pence is null or g.donations = 0)))
)
select d.team, d.email, d.week, concat_ws(' ', 'captain', d.team, d.week, md5(d.email)) as once
from due d where d.week > 0
  and not exists (select from letter l
                  where l.once = concat_ws(' ', 'captain', d.team, d.week, md5(d.email)))
  and not exists (select from stopped_series s where s.email = d.email and s.series = $4)
order by d.team, d.email
"""
ABOUT = """
select f.name as team, f.slug, f.raised_pence, f.target_pence, f.currency, r.starts_at,
       r.least_in_team as least, r.most_in_team as most
from team t join fund f on f.id = t.fund_id join race r on r.id = t.race_id join event e on e.id = r.event_id
where t.id = $1 and t.ended_at is null and e.stage = any($2) and r.starts_at > $3
"""
CAME = "select name from team_fact where team_id = $1 and kind = 'joined' and at > $2 and name <> '' order by at, id"


async def write_by_day(zone: ZoneInfo) -> None:
    """Write the letters that are due, from nine in the morning on; a job of the clock."""
    now = datetime.now(zone)
    if FROM_HOUR <= now.hour < TO_HOUR:
        async with transaction() as writing:
            await write_weekly_letters(writing, now)


async def write_weekly_letters(writing: asyncpg.Connection, now: datetime) -> int:
    """Write to captain and co-captain of every team of which something is still to be done, once a week.

    Args:
        now: in the zone of the events, which says where a day begins.

    Returns:
        How many were due.
    """
    due = await writing.fetch(DUE, now, [str(stage) for stage in WITH_LETTERS], str(now.tzinfo), SERIES)
    letters = [NewLetter(row["email"], TEMPLATE, {"team": row["team"]}, row["once"], SERIES) for row in due]
    await write(writing, letters)
    return len(due)


async def _show(facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What the letter shows, as it stands when it is sent; None when there is nothing left to do."""
    now = datetime.now(UTC)
    team = await Team.get(id=facts["team"])
    async with connection() as reading:
        row = await reading.fetchrow(ABOUT, team.id, [str(stage) for stage in WITH_LETTERS], now)
        came = [fact["name"] for fact in await reading.fetch(CAME, team.id, now - WEEK)]
    if row is None:
        return None
    seats = await see_seats(team)
    joined = sum(one.state is SeatState.JOINED for one in seats)
    if joined >= row["least"] and not any(one.needs or one.state is not SeatState.JOINED for one in seats):
        return None
    days = max((row["starts_at"] - now).days, 1)
    return dict(row) | _to_do(seats, now) | {"joined": joined, "came": came, "days": days}


def _to_do(seats: list[Sitting], now: datetime) -> dict[str, Any]:
    """Who has not done what yet, each named once, with the first of it; and seats that nobody sits on."""
    wait = [one.expires_at for one in seats if one.state is SeatState.INVITED and one.expires_at]
    return {
        **{
            f"no_{need}": [one.name for one in seats if one.needs == need]
            for need in ("page", "open", "target", "gift")
        },
        "empty": sum(one.state is SeatState.EMPTY for one in seats),
        "invited": sum(at > now for at in wait),
        "expiring": sum(now < at <= now + EXPIRES_SOON for at in wait),
        "expired": sum(at <= now for at in wait),
    }


SHOWERS: dict[str, Shower] = {TEMPLATE: _show}
SAMPLES: dict[str, Mapping[str, Any]] = {
    TEMPLATE: {
        "series": SERIES,
        "team": "Reverse Gear",
        "slug": "reverse-gear",
        "raised_pence": 34000,
        "target_pence": 100000,
        "currency": "gbp",
        "joined": 5,
        "least": 4,
        "most": 8,
        "came": ["Ada Example", "Bo Example"],
        "no_page": ["Bo Example"],
        "no_open": ["Cy Example"],
        "no_target": [],
        "no_gift": ["Ada Example"],
        "empty": 2,
        "invited": 2,
        "expiring": 1,
        "expired": 0,
        "days": 33,
    }
}
