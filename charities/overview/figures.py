"""What the first page of a charity's desk shows: sums of one instant, by day, by page and by team.

Read past the ORM and from kept totals where there are any: as quick with a hundred thousand gifts as a page may be.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg

from charities.desk.parts import STANDS, TEAMS
from charities.overview.beside import Beside
from fundraising.funds.addresses import SEE, Seen, seen
from fundraising.payments.owed import find_owed

# $1 the charity's fund, $2 the zone, $3 an event's fund or null, $4 and $5 the first and the last day.
WITHIN = """
p.charity_id = $1 and p.state = 'paid' and p.purpose <> 'together' and ($3::bigint is null or p.event_id = $3)
and p.paid_at >= ($4::date)::timestamp at time zone $2 and p.paid_at < ($5::date + 1)::timestamp at time zone $2
"""
# A look into the index for each day: so that nothing is sorted, and no gift's day is reckoned. A payment knows the fee
# of its charge; only disputes cost more, so only of them the ledger is asked.
DAYS = f"""
select g.day::date as day, s.* from generate_series($4::date::timestamp, $5::date::timestamp, interval '1 day') g (day)
cross join lateral (
  select count(*) as payments, count(*) filter (where {STANDS} > 0 and p.purpose <> 'match') as gifts,
         sum({STANDS})::bigint as pence,
         sum(case when p.gift_aid then ({STANDS}) / 4 else 0 end)::bigint as gift_aid_pence,
         coalesce(sum(case when p.dispute_state is null then p.fee_pence else (
           select sum(t.pence) from transfer t where t.payment_id = p.id and t.kind = 'fee'
         ) end), 0)::bigint as fee_pence,
         count(*) filter (where p.account is not null and p.fee_pence is null) as unsettled
  from payment p
  where p.charity_id = $1 and p.state = 'paid' and p.purpose <> 'together'
    and ($3::bigint is null or p.event_id = $3)
    and p.paid_at >= g.day at time zone $2 and p.paid_at < (g.day + interval '1 day') at time zone $2
) s where s.payments > 0 order by 1
"""  # noqa: S608 - put together from constants
# Whose latest gift says that they agree. Stripe's clock counts in seconds: of two gifts in one the later made decides.
AGREED = f"""
select count(*) from (
  select max(p.paid_at) filter (where d.contact_ok) as yes, max(p.paid_at) filter (where not d.contact_ok) as no,
         max(p.created_at) filter (where d.contact_ok) as yes_made,
         max(p.created_at) filter (where not d.contact_ok) as no_made
  from payment p join donation d on d.payment_id = p.id
  where {WITHIN} and {STANDS} > 0 and d.email <> '' group by lower(d.email)
) said where yes is not null and (no is null or yes > no or yes = no and yes_made > no_made)
"""  # noqa: S608 - put together from constants
FIRST = "select (min(paid_at) at time zone $2)::date from payment where charity_id = $1 and state = 'paid'"
PAGES = f"""{SEE}
where f.charity_id = $1 and f.kind = 'runner' and f.state <> 'hidden' and ($2::bigint is null or f.event_id = $2)
order by f.raised_pence desc, f.id limit $3
"""
TOP_TEAMS = f"""
select f.id, part.raised_pence from ({TEAMS}) part join fund f on f.id = part.id
where f.state <> 'hidden' and ($2::bigint is null or f.event_id = $2)
order by part.raised_pence desc, f.id limit $3
"""  # noqa: S608 - put together from constants
WITHOUT = f"""{SEE}
where f.charity_id = $1 and f.kind = 'runner' and f.donations = 0 and f.state = 'open'
  and ($2::bigint is null or f.event_id = $2) order by f.created_at desc, f.id desc limit $3
"""
COUNT_WITHOUT = """
select count(*) from fund f where f.charity_id = $1 and f.kind = 'runner' and f.donations = 0 and f.state = 'open'
  and ($2::bigint is null or f.event_id = $2)
"""
PAYOUTS = """
select t.pence, t.kind, t.source, t.happened_at from transfer t
where t.kind in ('payout', 'payout_failed') and $1 in (t.debit_account, t.credit_account) order by t.id desc limit 6
"""
MOST_ROWS, MOST_WITHOUT = 8, 12
BESIDE = Beside()
MOST_DAYS = 62  # that the chart draws; of a longer time it draws weeks


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked at.

    Args:
        event: the fund of an event; None for all.
        first, last: days in the zone, both included.
    """

    event: int | None
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Bar:
    """A day of the chart, or a week."""

    day: date
    pence: int
    gifts: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything of the page that moves."""

    pence: int
    today_pence: int
    gifts: int
    gift_aid_pence: int
    fee_pence: int
    unsettled: int
    owed_pence: int | None  # of all days; being counted
    agreed: int | None  # being counted
    bars: Sequence[Bar]
    by_week: bool
    pages: Sequence[Seen]
    teams: Sequence[Seen]
    without: Sequence[Seen]
    without_in_all: int
    payouts: Sequence[Any]

    @property
    def average_pence(self) -> int:
        """Of a gift, rounded down."""
        return self.pence // self.gifts if self.gifts else 0

    @property
    def most_pence(self) -> int:
        """Of the highest bar, at least a penny."""
        return max([bar.pence for bar in self.bars], default=0) or 1


async def find_first_day(reading: asyncpg.Connection, charity: int, zone: ZoneInfo) -> date | None:
    """The day of the first gift."""
    found: date | None = await reading.fetchval(FIRST, charity, zone.key)
    return found


async def take_figures(
    reading: asyncpg.Connection, fund: Seen, zone: ZoneInfo, wanted: Filters, today: date
) -> Figures:
    """Sums of one instant.

    Args:
        fund: of the charity.
    """
    charity = fund.id
    given = (charity, zone.key, wanted.event, wanted.first, wanted.last)
    days = await reading.fetch(DAYS, *given)
    bars, by_week = _bars(days, wanted)
    gifts = sum(row["gifts"] for row in days)
    return Figures(
        pence=sum(row["pence"] for row in days),
        today_pence=sum(row["pence"] for row in days if row["day"] == today),
        gifts=gifts,
        gift_aid_pence=sum(row["gift_aid_pence"] for row in days),
        fee_pence=sum(row["fee_pence"] for row in days),
        unsettled=sum(row["unsettled"] for row in days),
        owed_pence=await BESIDE.reckon(reading, fund.donations, reckon_owed, charity),
        agreed=await BESIDE.reckon(reading, gifts, count_agreed, *given),
        bars=bars,
        by_week=by_week,
        pages=[seen(row) for row in await reading.fetch(PAGES, charity, wanted.event, MOST_ROWS)],
        teams=await _teams(reading, charity, wanted.event),
        without=[seen(row) for row in await reading.fetch(WITHOUT, charity, wanted.event, MOST_WITHOUT)],
        without_in_all=await reading.fetchval(COUNT_WITHOUT, charity, wanted.event),
        payouts=await reading.fetch(PAYOUTS, f"fund:{charity}"),
    )


async def count_agreed(reading: asyncpg.Connection, *given: object) -> int:
    """How many supporters agree to hear from the charity."""
    found: int = await reading.fetchval(AGREED, *given)
    return found


async def reckon_owed(reading: asyncpg.Connection, charity: int) -> int:
    """The pence that the organiser holds for the charity, of whatever days."""
    found = await find_owed(reading, charity)
    return found.pence if found else 0


async def _teams(reading: asyncpg.Connection, charity: int, event: int | None) -> list[Seen]:
    """The teams that raise most for the charity, each with what of its total that is."""
    parts = {row["id"]: row["raised_pence"] for row in await reading.fetch(TOP_TEAMS, charity, event, MOST_ROWS)}
    rows = {row["id"]: seen(row) for row in await reading.fetch(f"{SEE} where f.id = any($1)", list(parts))}
    return [replace(rows[id_], raised_pence=pence) for id_, pence in parts.items()]


def _bars(days: Sequence[asyncpg.Record], wanted: Filters) -> tuple[list[Bar], bool]:
    """Every day of the time, also those without a gift; of a long time its weeks, by their Monday."""
    by_week = (wanted.last - wanted.first).days >= MOST_DAYS
    sums: dict[date, list[int]] = {}
    step = 7 if by_week else 1
    start = wanted.first - timedelta(days=wanted.first.weekday()) if by_week else wanted.first
    for number in range((wanted.last - start).days // step + 1):
        sums[start + timedelta(days=number * step)] = [0, 0]
    for row in days:
        day = row["day"] - timedelta(days=row["day"].weekday()) if by_week else row["day"]
        sums[day][0] += row["pence"]
        sums[day][1] += row["gifts"]
    return [Bar(day, pence, gifts) for day, (pence, gifts) in sums.items()], by_week
