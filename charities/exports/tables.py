"""What a charity may take away: five tables, each with its columns and what they hold."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg

from charities.desk.parts import STANDS, TEAMS
from fundraising.store.database import snapshot

AT_ONCE = 500  # rows
# $1 the charity's fund, $2 the zone, $3 an event's fund or null, $4 and $5 the first and the last day.
PAID = """
p.charity_id = $1 and p.state = 'paid' and p.purpose <> 'together' and ($3::bigint is null or p.event_id = $3)
and p.paid_at >= ($4::date)::timestamp at time zone $2 and p.paid_at < ($5::date + 1)::timestamp at time zone $2
"""
DONATIONS = f"""
select (p.paid_at at time zone $2)::date as day, p.id::text as gift,
       case p.purpose when 'cash' then 'cash' when 'match' then 'match' else 'online' end as way,
       case when f.state = 'hidden' then '' else f.name end as page, coalesce(e.name, '') as event,
       case when d.company <> '' then d.company else d.name end as name, d.message,
       case when d.hide_name then 'yes' else '' end as name_hidden, p.amount_pence, p.refunded_pence, p.disputed_pence,
       {STANDS} as stands_pence, p.fee_pence, p.net_pence, case when p.gift_aid then 'yes' else '' end as gift_aid,
       coalesce(p.payout_id, '') as payout, (p.paid_out_at at time zone $2)::date as paid_out
from payment p join donation d on d.payment_id = p.id join fund f on f.id = p.fund_id
     left join fund e on e.id = p.event_id
where {PAID} order by p.paid_at, p.id
"""  # noqa: S608 - put together from constants
LATEST = "order by p.paid_at desc, p.created_at desc"  # Stripe's clock counts in seconds
# The latest gift of an address says whether it agrees, and what its owner is called.
DONORS = f"""
select email, name, gifts, given_pence, first_day, last_day, contact_wording from (
  select lower(d.email) as email, (array_agg(d.name {LATEST}))[1] as name, count(*) as gifts,
         sum({STANDS})::bigint as given_pence, min((p.paid_at at time zone $2)::date) as first_day,
         max((p.paid_at at time zone $2)::date) as last_day,
         (array_agg(d.contact_wording {LATEST}))[1] as contact_wording,
         (array_agg(d.contact_ok {LATEST}))[1] as agrees
  from payment p join donation d on d.payment_id = p.id
  where {PAID} and {STANDS} > 0 and d.email <> '' group by lower(d.email)
) d where agrees order by email
"""  # noqa: S608 - put together from constants
FUND = """
select f.name, '/' || $6::text || '/' || f.slug as path, coalesce(e.name, '') as event, coalesce(t.name, '') as team,
       f.state, f.target_pence, {part}.raised_pence, {part}.gift_aid_pence, {part}.donations,
       (f.created_at at time zone $2)::date as since
"""
WITHIN_DAYS = """
f.state <> 'hidden' and ($3::bigint is null or f.event_id = $3)
and (f.created_at at time zone $2)::date <= $5 and $4::date is not null
"""
AROUND = """
left join fund e on e.id = f.event_id left join fund t on t.id = f.team_id and t.state <> 'hidden'
"""
PAGES = f"""
{FUND.format(part="f")} from fund f {AROUND} where f.charity_id = $1 and f.kind = 'runner' and {WITHIN_DAYS}
order by f.raised_pence desc, f.id
"""
OF_TEAMS = f"""
{FUND.format(part="part")} from ({TEAMS}) part join fund f on f.id = part.id {AROUND} where {WITHIN_DAYS}
order by part.raised_pence desc, f.id
"""
PAYOUTS = """
select (t.happened_at at time zone $2)::date as day, t.source as payout,
       case t.kind when 'payout' then 'paid out' else 'came back' end as what, t.pence,
       (select count(*) from payment p where p.payout_id = t.source and p.charity_id = $1) as gifts
from transfer t
where t.kind in ('payout', 'payout_failed') and 'fund:' || $1::bigint in (t.debit_account, t.credit_account)
  and (t.happened_at at time zone $2)::date between $4 and $5 and ($3::bigint is null or true) order by t.id
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table to take away.

    Args:
        name: in the address and of the file.
        holds_donors: it is handed out to finance partners alone, who have just shown who they are, and noted.
        columns: each with what it holds; one that ends in `_pounds` comes in pence, and goes as pounds.
        more: further arguments of the query.
    """

    name: str
    title: str
    about: str
    holds_donors: bool
    columns: tuple[tuple[str, str], ...]
    sql: str
    more: tuple[str, ...] = ()


FUND_COLUMNS = (
    ("name", "As its page says it."),
    ("path", "Its address below the site."),
    ("event", "Which event it belongs to."),
    ("team", "The team that it counts towards now."),
    ("state", "open, paused or closed."),
    ("target_pounds", "Empty: none."),
    ("raised_pounds", "Gifts less what went back; without Gift Aid."),
    ("gift_aid_pounds", "Estimated."),
    ("gifts", "Of which something stands."),
    ("since", "When it was made."),
)
TABLES = (
    Table(
        "donations",
        "Donations",
        "Every gift, as it stands now.",
        True,
        (
            ("day", "When it was paid."),
            ("gift", "Its number: the same in the statement, and for programs."),
            ("way", "online, cash, or match: what a sponsor's pot added."),
            ("page", "What it was given to; empty: a page that is not public."),
            ("event", "Within which event."),
            ("name", "Of the supporter, or of the company; also where it is hidden from the public."),
            ("message", "What was said."),
            ("name_hidden", "yes: the public does not see the name. Please do not name them either."),
            ("amount_pounds", "As it was paid."),
            ("refunded_pounds", "What went back."),
            ("disputed_pounds", "What a bank took back."),
            ("stands_pounds", "What is left."),
            ("fee_pounds", "Stripe's; empty: not settled yet."),
            ("net_pounds", "After that fee."),
            ("gift_aid", "yes: with a declaration."),
            ("payout", "Which payout took it to your bank."),
            ("paid_out", "When."),
        ),
        DONATIONS,
    ),
    Table(
        "donors",
        "Supporters who agree to hear from you",
        "One row for each address that agreed at its latest gift; nobody on your list of those not to write to.",
        True,
        (
            ("email", "To write to."),
            ("name", "As given last."),
            ("gifts", "How many."),
            ("given_pounds", "What stands of them."),
            ("first", "Day of the first."),
            ("last", "Day of the latest."),
            ("wording", "Version of the sentence that was ticked."),
        ),
        DONORS,
    ),
    Table("pages", "Pages", "Runners' pages that raise for you.", False, FUND_COLUMNS, PAGES, ("pages",)),
    Table(
        "teams",
        "Teams",
        "Teams that raise for you, also beside others; what they raise for others is in no sum.",
        False,
        FUND_COLUMNS,
        OF_TEAMS,
        ("teams",),
    ),
    Table(
        "payouts",
        "Payouts",
        "What went to your bank.",
        True,
        (
            ("day", "When Stripe sent it, or the organiser."),
            ("payout", "Its number."),
            ("what", "Paid out, or came back."),
            ("amount_pounds", "How much."),
            ("gifts", "How many gifts are known to be in it."),
        ),
        PAYOUTS,
    ),
)
BY_NAME = {table.name: table for table in TABLES}


@dataclass(frozen=True, slots=True)
class Period:
    """Of which days, and of which event.

    Args:
        event: its fund; None for all.
    """

    zone: ZoneInfo
    event: int | None
    first: date
    last: date


async def count(reading: asyncpg.Connection, table: Table, charity: int, period: Period) -> int:
    """How many rows there are."""
    found: int = await reading.fetchval(f"select count(*) from ({table.sql}) t", *_given(table, charity, period))  # noqa: S608
    return found


async def rows_of(
    table: Table, charity: int, period: Period, *, keep: Callable[[Sequence[Any]], bool] = lambda _: True
) -> AsyncIterator[list[list[Any]]]:
    """The rows, some at a time, of one instant.

    Args:
        charity: its fund.
        keep: which rows are handed out.
    """
    pounds = [name.endswith("_pounds") for name, _ in table.columns]
    async with snapshot() as reading:
        cursor = await reading.cursor(table.sql, *_given(table, charity, period))
        while rows := await cursor.fetch(AT_ONCE):
            yield [[_value(v, is_) for v, is_ in zip(row, pounds, strict=True)] for row in rows if keep(row)]


def _given(table: Table, charity: int, period: Period) -> tuple[Any, ...]:
    return (charity, period.zone.key, period.event, period.first, period.last, *table.more)


def _value(value: Any, is_pounds: bool) -> Any:
    return Decimal(value) / 100 if is_pounds and value is not None else value
