"""The statement of a charity: what it held before a period, every movement in it, what it holds after.

All of it is read from the ledger, and held against what is kept elsewhere: the total on the charity's page, and what
Stripe says is in each payout.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg

from fundraising.payments.ledger import RAISING
from fundraising.payments.models import Kind
from fundraising.store.database import snapshot

AT_ONCE = 500  # rows
SIGNED = "case when t.credit_account like 'fund:%' then t.pence else -t.pence end"
# Movements of gifts to this charity, and those of its own balance that belong to no gift. $1 its fund, $2 the zone.
MOVEMENTS = f"""
select t.id, t.kind, t.source, t.happened_at, {SIGNED} as pence, p.id as payment_id, p.fund_id, p.account, p.purpose
from payment p join transfer t on t.payment_id = p.id where p.charity_id = $1
union all
select t.id, t.kind, t.source, t.happened_at, {SIGNED}, null, null, null, null
from transfer t where t.payment_id is null and 'fund:' || $1::bigint in (t.debit_account, t.credit_account)
"""  # noqa: S608 - put together from constants
BEFORE, AFTER = "($3::date)::timestamp at time zone $2", "($4::date + 1)::timestamp at time zone $2"
SUMS = f"""
select kind, sum(pence) filter (where happened_at < {BEFORE})::bigint as before,
       sum(pence) filter (where happened_at >= {BEFORE} and happened_at < {AFTER})::bigint as within,
       count(*) filter (where happened_at >= {BEFORE} and happened_at < {AFTER}) as n
from ({MOVEMENTS}) m group by kind order by kind
"""  # noqa: S608 - put together from constants
ROWS = f"""
select m.id, m.happened_at, m.kind, m.source, m.pence, m.payment_id::text as gift,
       case when f.state = 'hidden' then '' else coalesce(f.name, '') end as page
from ({MOVEMENTS}) m left join fund f on f.id = m.fund_id
where m.happened_at >= {BEFORE} and m.happened_at < {AFTER} order by m.happened_at, m.id
"""  # noqa: S608 - put together from constants
# A payout beside what Stripe lists in it, and beside the gifts that are marked with it.
PAYOUTS = f"""
select t.source, t.happened_at, t.pence, exists (select from transfer f where f.kind = 'payout_failed'
         and f.source = t.source) as failed,
       (select sum(l.net_pence)::bigint from payout_line l where l.payout_id = t.source) as listed_pence,
       (select count(*) from payout_line l where l.payout_id = t.source) as lines,
       (select count(*) from payment p where p.payout_id = t.source) as gifts,
       (select coalesce(sum(coalesce(p.net_pence, p.amount_pence)), 0)::bigint from payment p
        where p.payout_id = t.source) as gifts_pence
from transfer t
where t.kind = 'payout' and t.debit_account = 'fund:' || $1::bigint
  and t.happened_at >= {BEFORE} and t.happened_at < {AFTER} order by t.id
"""  # noqa: S608 - put together from constants
WORDS = {
    Kind.DONATION: "Gifts",
    Kind.REFUND: "Refunds",
    Kind.REFUND_FAILED: "Refunds that came back",
    Kind.DISPUTE: "Taken back by banks",
    Kind.DISPUTE_WON: "Given back by banks",
    Kind.FEE: "Stripe’s fees",
    Kind.PAYOUT: "Paid out to your bank",
    Kind.PAYOUT_FAILED: "Payouts that came back",
    Kind.CASH_CONFIRMED: "Cash",
    Kind.CASH_RETURNED: "Cash taken off again",
    Kind.MATCH: "Added by sponsors",
    Kind.MATCH_RETURNED: "Taken back by sponsors",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of movement over the period."""

    words: str
    n: int
    pence: int


@dataclass(frozen=True, slots=True)
class Payout:
    """A payout, and whether what Stripe lists in it comes to the same.

    Args:
        listed_pence: None when Stripe has not told yet.
    """

    source: str
    at: datetime
    pence: int
    failed: bool
    listed_pence: int | None
    lines: int
    gifts: int
    gifts_pence: int

    @property
    def agrees(self) -> bool | None:
        """To the penny; None while that is not known."""
        if self.source.startswith("bank:"):
            return None
        return None if self.listed_pence is None else self.listed_pence == self.pence


@dataclass(frozen=True, slots=True)
class Statement:
    """Opening, what moved, closing.

    Args:
        raised_pence: gifts less what went back, up to the end of the period, by the ledger.
    """

    opening_pence: int
    lines: Sequence[Line]
    closing_pence: int
    payouts: Sequence[Payout]
    raised_pence: int

    @property
    def moved_pence(self) -> int:
        """What the lines come to."""
        return sum(line.pence for line in self.lines)


async def state(reading: asyncpg.Connection, charity: int, zone: ZoneInfo, first: date, last: date) -> Statement:
    """The statement of a period.

    Args:
        charity: its fund.
        first, last: days in the zone, both included.
    """
    given = (charity, zone.key, first, last)
    sums = await reading.fetch(SUMS, *given)
    opening = sum(row["before"] or 0 for row in sums)
    moved = {Kind(row["kind"]): row for row in sums if row["n"]}
    lines = [Line(words, moved[kind]["n"], moved[kind]["within"]) for kind, words in WORDS.items() if kind in moved]
    raised = sum((row["before"] or 0) + (row["within"] or 0) for row in sums if row["kind"] in RAISING)
    payouts = [Payout(*row.values()) for row in await reading.fetch(PAYOUTS, *given)]
    return Statement(opening, lines, opening + sum(line.pence for line in lines), payouts, raised)


async def movements(charity: int, zone: ZoneInfo, first: date, last: date) -> AsyncIterator[list[list[Any]]]:
    """Every movement of a period with the balance after it, some at a time, of one instant."""
    async with snapshot() as reading:
        statement = await state(reading, charity, zone, first, last)
        balance = statement.opening_pence
        cursor = await reading.cursor(ROWS, charity, zone.key, first, last)
        while rows := await cursor.fetch(AT_ONCE):
            some = []
            for row in rows:
                balance += row["pence"]
                at = row["happened_at"].astimezone(zone)
                some.append([
                    row["id"], at.date(), f"{at:%H:%M}", WORDS[Kind(row["kind"])], row["gift"] or "", row["page"],
                    row["source"], Decimal(row["pence"]) / 100, Decimal(balance) / 100,
                ])  # fmt: skip
            yield some


COLUMNS = ("row", "day", "time", "what", "gift", "page", "source", "pounds", "balance_pounds")
