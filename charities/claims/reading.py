"""Which gifts a claim may take, and what has become of those that stand in one: the statements of the room."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import asyncpg

from charities.claims.lines import Gift, as_postcode

STANDS = "p.amount_pence - p.refunded_pence - p.disputed_pence"
# Of a gift online its declaration; of a line of a paper form what was written on it. $2 the zone, $3 and $4 the days.
GIFTS = f"""
select p.id as payment_id, {STANDS} as pence, (p.paid_at at time zone $2)::date as given_on, w.title, w.first_name,
       w.last_name, w.house, w.postcode, null as sponsor_of, null::bigint as cash_gift_id
from payment p join donation d on d.payment_id = p.id join declaration w on w.donation_id = d.id
where p.charity_id = $1 and p.purpose = 'donation' and p.gift_aid and p.state = 'paid' and {STANDS} > 0
  and w.cancelled_at is null and (p.paid_at at time zone $2)::date between $3 and $4
  and not exists (select from claimed_gift c where c.payment_id = p.id)
union all
select p.id, {STANDS}, coalesce(g.given_on, (p.paid_at at time zone $2)::date), g.title, g.first_name, g.last_name,
       g.house, g.postcode, f.name, g.id
from cash_gift g join payment p on p.id = g.payment_id join fund f on f.id = g.fund_id
where p.charity_id = $1 and g.gift_aid and p.state = 'paid' and {STANDS} > 0
  and coalesce(g.given_on, (p.paid_at at time zone $2)::date) between $3 and $4
  and not exists (select from claimed_gift c where c.payment_id = p.id)
"""  # noqa: S608 - put together from constants
# Of a gift the newest declaration: one that was cancelled before it may have been followed by another.
NEWEST = """
left join lateral (
  select n.* from declaration n where n.donation_id = d.id order by n.made_at desc, n.id desc limit 1
) w on {}
"""
LEFT_OUT = f"""
select count(*) filter (where p.gift_aid and w.cancelled_at is null and {STANDS} = 0) as gone_back,
       count(*) filter (where w.cancelled_at is not null) as cancelled,
       count(*) filter (where d.is_connected) as connected,
       count(*) filter (where c.id is not null) as claimed
from payment p join donation d on d.payment_id = p.id {NEWEST.format("true")}
     left join claimed_gift c on c.payment_id = p.id
where p.charity_id = $1 and p.purpose = 'donation' and p.state = 'paid'
  and (p.paid_at at time zone $2)::date between $3 and $4
"""  # noqa: S608 - put together from constants
STILL = f"case when p.state = 'paid' and w.cancelled_at is null then {STANDS} else 0 end"
AROUND = f"""
join payment p on p.id = g.payment_id left join donation d on d.payment_id = p.id
{NEWEST.format("g.cash_gift_id is null")}
"""
# Of a draft: gifts of which less stands now, or more, than when it was begun.
CHANGED = f"""
select g.id, g.line_id, g.pence, {STILL} as now_pence from claimed_gift g {AROUND}
where g.claim_id = $1 and g.pence <> {STILL} order by g.id
"""  # noqa: S608 - put together from constants
# Of claims that have been sent: gifts of which less stands than was claimed, and was taken off later claims.
OVER = f"""
select g.id, g.pence - coalesce(o.pence, 0) as claimed_pence, {STILL} as now_pence,
       w.cancelled_at is not null as cancelled
from claimed_gift g join claim c on c.id = g.claim_id {AROUND}
left join (select gift_id, sum(pence)::bigint as pence from over_claim group by gift_id) o on o.gift_id = g.id
where c.charity_id = $1 and c.state in ('claimed', 'received') and g.pence - coalesce(o.pence, 0) > {STILL}
order by g.id
"""  # noqa: S608 - put together from constants


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many gifts of a period are in no new claim, and why."""

    gone_back: int
    cancelled: int
    connected: int
    claimed: int


@dataclass(frozen=True, slots=True)
class Over:
    """A gift on which too much tax was claimed.

    Args:
        gift_id: of its row in the claim.
        claimed_pence: what is claimed of it by now; now_pence: what stands.
    """

    gift_id: int
    claimed_pence: int
    now_pence: int
    because: str


async def find_gifts(
    reading: asyncpg.Connection, charity_fund: int, zone: ZoneInfo, first: date, last: date
) -> list[Gift]:
    """Gifts of a period with a declaration that stands, of which something stands, and that are in no claim yet.

    Args:
        charity_fund: the fund of the charity.
        first, last: days in the zone, both included.
    """
    rows = await reading.fetch(GIFTS, charity_fund, zone.key, first, last)
    return [Gift(**dict(row) | {"postcode": as_postcode(row["postcode"])}) for row in rows]


async def count_left_out(
    reading: asyncpg.Connection, charity_fund: int, zone: ZoneInfo, first: date, last: date
) -> LeftOut:
    """What a claim of the period leaves out."""
    return LeftOut(**dict(await reading.fetchrow(LEFT_OUT, charity_fund, zone.key, first, last)))


async def find_changed(reading: asyncpg.Connection, claim: int) -> Sequence[asyncpg.Record]:
    """Gifts of a draft of which another sum stands now: id, line_id, pence, now_pence."""
    rows: Sequence[asyncpg.Record] = await reading.fetch(CHANGED, claim)
    return rows


async def find_over(reading: asyncpg.Connection, charity: int) -> list[Over]:
    """Gifts in claims that have been sent, of which less stands than is claimed."""
    return [
        Over(
            row["id"],
            row["claimed_pence"],
            row["now_pence"],
            "the donor cancelled the declaration" if row["cancelled"] else "refunded or taken back",
        )
        for row in await reading.fetch(OVER, charity)
    ]
