"""What the rooms above keep about an event, counted for the organiser's desk: by SQL, since nothing here looks up."""

from dataclasses import dataclass

from fundraising.store.database import connection

EVENTS = """
select e.id, f.name, f.slug, e.stage, e.starts_at, e.venue,
       coalesce((select sum(taken) from race where event_id = e.id), 0)::int as taken,
       coalesce((select sum(capacity) from event_day where event_id = e.id), 0)::int as capacity,
       coalesce((select sum(p.amount_pence - p.refunded_pence - p.disputed_pence) from party y
                 join payment p on p.id = y.payment_id where y.event_id = e.id and p.state = 'paid'), 0)::bigint as fees
from event e join fund f on f.id = e.fund_id
"""
ALL = EVENTS + " order by e.starts_at desc, e.id desc"
ONE = EVENTS + " where e.id = $1"
PLACED = """
select count(*) from entry n join race r on r.id = n.race_id where r.event_id = $1 and n.state in ('held', 'placed')
"""
ENTERED = "select exists (select from entry where race_id = $1)"
AGREED = "select waiver_id, count(*) as n from entry where waived_at is not null group by waiver_id"
INTERESTED = """
select count(*) from interest i where i.event_id = $1 and i.told_at is null
  and not exists (select from stopped_series s where s.email = i.email and s.series = 'news')
"""
RESULTS = """
select count(*) filter (where s.official_at is null) as provisional, count(s.official_at) as official
from result s join entry n on n.id = s.entry_id join race r on r.id = n.race_id where r.event_id = $1
"""
UNANSWERED = "select count(*) from enquiry where answered_at is null"
ANSWERED = """
select exists (select from entry n join race r on r.id = n.race_id
               join question q on q.event_id = r.event_id where q.id = $1 and n.answers::jsonb ? q.id::text)
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """An event in the organiser's list.

    Args:
        taken: places held, offered or given, of so many.
        fees_pence: entry fees that have been paid and stand.
    """

    id: int
    name: str
    slug: str
    stage: str
    starts_at: object
    venue: str
    taken: int
    capacity: int
    fees_pence: int


async def count_events() -> list[Counted]:
    """Every event, the latest day first."""
    async with connection() as reading:
        return [Counted(*row.values()) for row in await reading.fetch(ALL)]


async def count_event(event_id: int) -> Counted:
    """One event."""
    async with connection() as reading:
        return Counted(*(await reading.fetchrow(ONE, event_id)).values())


async def count_placed(event_id: int) -> int:
    """How many people hold a place."""
    async with connection() as reading:
        return int(await reading.fetchval(PLACED, event_id))


async def is_entered(race_id: int) -> bool:
    """Whether anybody has ever entered a race."""
    async with connection() as reading:
        return bool(await reading.fetchval(ENTERED, race_id))


async def count_agreed() -> dict[int, int]:
    """How many have agreed to each version of each waiver."""
    async with connection() as reading:
        return {row["waiver_id"]: row["n"] for row in await reading.fetch(AGREED)}


async def is_answered(question_id: int) -> bool:
    """Whether anybody has answered a question."""
    async with connection() as reading:
        return bool(await reading.fetchval(ANSWERED, question_id))


async def count_interested(event_id: int) -> int:
    """How many wait to hear that an event is open."""
    async with connection() as reading:
        return int(await reading.fetchval(INTERESTED, event_id))


async def count_results(event_id: int) -> tuple[int, int]:
    """How many results are provisional, and how many official."""
    async with connection() as reading:
        row = await reading.fetchrow(RESULTS, event_id)
    return row["provisional"], row["official"]


async def count_unanswered() -> int:
    """How many messages of sponsors and charities nobody has answered."""
    async with connection() as reading:
        return int(await reading.fetchval(UNANSWERED))
