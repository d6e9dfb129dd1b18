"""The statement of a charity: what it held before a period, every movement in it, what it holds after.

All of it is read from the ledger, and held against what is kept elsewhere: the total on the charity's page, and what
Stripe says is in each payout.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg

from fundraising.payments.ledger import RAISING
from fundraising.payments.models import Kind
from fundraising.payments.owed import BANK
from fundraising.payments.paying_out import CHARGES
from fundraising.store.database import snapshot

AT_ONCE = 500  # rows
SIGNED = "case when t.credit_account like 'fund:%' then t.pence else -t.pence end"
# Movements of gifts to this charity, and those of its own balance that belong to no gift. $1 its fund, $2 the zone.
MOVEMENTS = f"""
select t.id, t.kind, t.source, t.happened_at, {SIGNED} as pence, p.id as payment_id, p.fund_id,
       p.account is not null as at_stripe
from payment p join transfer t on t.payment_id = p.id where p.charity_id = $1
union all
select t.id, t.kind, t.source, t.happened_at, {SIGNED}, null, null, t.source not like '{BANK}%'
from transfer t where t.payment_id is null and 'fund:' || $1::bigint in (t.debit_account, t.credit_account)
"""  # noqa: S608 - put together from constants
BEFORE, AFTER = "($3::date)::timestamp at time zone $2", "($4::date + 1)::timestamp at time zone $2"
# One refund, fee or dispute of a payment for several pages is one, however many rows it has.
SUMS = f"""
select kind, at_stripe, sum(pence) filter (where happened_at < {BEFORE})::bigint as before,
       sum(pence) filter (where happened_at >= {BEFORE} and happened_at < {AFTER})::bigint as within,
       count(distinct case when kind = 'donation' then id::text else split_part(source, '#', 1) end)
         filter (where happened_at >= {BEFORE} and happened_at < {AFTER}) as n
from ({MOVEMENTS}) m where kind = any($5) group by kind, at_stripe
"""  # noqa: S608 - put together from constants
ROWS = f"""
select m.id, m.happened_at, m.kind, coalesce('bank: ' || b.reference, m.source) as source, m.pence, m.at_stripe,
       m.payment_id::text as gift, case when f.state = 'hidden' then '' else coalesce(f.name, '') end as page
from ({MOVEMENTS}) m left join fund f on f.id = m.fund_id left join bank_payout b on m.source = '{BANK}' || b.id
where m.kind = any($5) and m.happened_at >= {BEFORE} and m.happened_at < {AFTER} order by m.happened_at, m.id
"""  # noqa: S608 - put together from constants
# A payout beside what Stripe lists in it, and beside the gifts that are marked with it.
PAYOUTS = f"""
select t.source, b.reference, coalesce(b.was_mistake, false) as was_mistake,
       (t.happened_at at time zone $2)::date as day, t.pence,
       exists (select from transfer f where f.kind = 'payout_failed' and f.source = t.source) as failed,
       t.happened_at > now() - interval '2 days' as is_new,
       listed.pence as listed_pence, listed.lines, listed.charges, marked.gifts, marked.ours
from transfer t left join bank_payout b on t.source = '{BANK}' || b.id
cross join lateral (
  select sum(net_pence)::bigint as pence, count(*) as lines, count(*) filter (where kind = any($5)) as charges
  from payout_line where payout_id = t.source
) listed cross join lateral (
  select count(*) as gifts, count(distinct coalesce(together_id, id)) as ours
  from payment where payout_id = t.source and charity_id = $1 and purpose <> 'together'
) marked
where t.kind = 'payout' and t.debit_account = 'fund:' || $1::bigint
  and t.happened_at >= {BEFORE} and t.happened_at < {AFTER} order by t.id
"""  # noqa: S608 - put together from constants
HELD = {
    Kind.DONATION: "Gifts",
    Kind.REFUND: "Refunds",
    Kind.REFUND_FAILED: "Refunds that came back",
    Kind.DISPUTE: "Taken back by banks",
    Kind.DISPUTE_WON: "Given back by banks",
    Kind.FEE: "Stripe’s fees",
    Kind.PAYOUT: "Paid out to your bank",
    Kind.PAYOUT_FAILED: "Payouts that came back",
}
BESIDE = {  # what no account here ever holds
    Kind.CASH_CONFIRMED: "Cash",
    Kind.CASH_RETURNED: "Cash taken off again",
    Kind.MATCH: "Added by sponsors",
    Kind.MATCH_RETURNED: "Taken back by sponsors",
}
WORDS = HELD | BESIDE


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
        source: po_… or, of one that the organiser's bank made, `bank:…`.
        reference: of that one, as the bank shows it.
        was_mistake: it was recorded and never made.
        is_new: so that Stripe may not have listed it yet.
        listed_pence: None when Stripe has not told.
        charges: payments among the lines.
        gifts: to pages here.
        ours: payments that those were made by.
    """

    source: str
    reference: str | None
    was_mistake: bool
    day: date
    pence: int
    failed: bool
    is_new: bool
    listed_pence: int | None
    lines: int
    charges: int
    gifts: int
    ours: int

    @property
    def agrees(self) -> bool | None:
        """To the penny; None while that is not known."""
        return None if self.listed_pence is None else self.listed_pence == self.pence

    @property
    def strangers(self) -> int:
        """Payments in it that did not come from here."""
        return max(0, self.charges - self.ours)


@dataclass(frozen=True, slots=True)
class Statement:
    """Opening, what moved, closing; and what was given beside.

    Args:
        at_stripe_pence: how much of the closing stands on the charity's Stripe balance; the rest is with the organiser.
        beside: kinds that no account here holds.
        raised_pence: gifts less what went back, up to the end of the period, by the ledger.
    """

    opening_pence: int
    lines: Sequence[Line]
    closing_pence: int
    at_stripe_pence: int
    beside: Sequence[Line]
    payouts: Sequence[Payout]
    raised_pence: int

    @property
    def with_organiser_pence(self) -> int:
        """How much of the closing the organiser holds."""
        return self.closing_pence - self.at_stripe_pence


async def state(reading: asyncpg.Connection, charity: int, zone: ZoneInfo, first: date, last: date) -> Statement:
    """The statement of a period.

    Args:
        charity: its fund.
        first, last: days in the zone, both included.
    """
    given = (charity, zone.key, first, last)
    sums = await reading.fetch(SUMS, *given, [*WORDS])
    held = [row for row in sums if row["kind"] in HELD]
    opening = _opening(held)
    lines = _lines(held, HELD)
    return Statement(
        opening,
        lines,
        opening + sum(line.pence for line in lines),
        sum(_until(row) for row in held if row["at_stripe"]),
        _lines(sums, BESIDE),
        [Payout(*row.values()) for row in await reading.fetch(PAYOUTS, *given, [*CHARGES])],
        sum(_until(row) for row in sums if row["kind"] in RAISING),
    )


def _opening(held: Sequence[asyncpg.Record]) -> int:
    """What was held before the period."""
    return sum(row["before"] or 0 for row in held)


def _until(row: asyncpg.Record) -> int:
    """What moved up to the end of the period."""
    return int((row["before"] or 0) + (row["within"] or 0))


def _lines(sums: Sequence[asyncpg.Record], words: Mapping[Kind, str]) -> list[Line]:
    """A line for each kind that moved, in the order of the words."""
    found = {kind: [row for row in sums if row["kind"] == kind and row["n"]] for kind in words}
    return [
        Line(words[kind], sum(r["n"] for r in rows), sum(r["within"] for r in rows))
        for kind, rows in found.items()
        if rows
    ]


async def movements(charity: int, zone: ZoneInfo, first: date, last: date) -> AsyncIterator[list[list[Any]]]:
    """Every movement of a period with the balance after it, some at a time, of one instant."""
    async with snapshot() as reading:
        given = (charity, zone.key, first, last)
        balance = _opening(await reading.fetch(SUMS, *given, [*HELD]))
        cursor = await reading.cursor(ROWS, *given, [*WORDS])
        while rows := await cursor.fetch(AT_ONCE):
            some = []
            for row in rows:
                is_held = row["kind"] in HELD
                balance += row["pence"] if is_held else 0
                at = row["happened_at"].astimezone(zone)
                held_by = ("Stripe" if row["at_stripe"] else "organiser") if is_held else ""
                words, pounds = WORDS[Kind(row["kind"])], [Decimal(pence) / 100 for pence in (row["pence"], balance)]
                some.append([
                    row["id"], at.date(), f"{at:%H:%M}", words, row["gift"] or "", row["page"], row["source"], held_by,
                    *pounds,
                ])  # fmt: skip
            yield some


COLUMNS = ("row", "day", "time", "what", "gift", "page", "source", "held_by", "pounds", "balance_pounds")
