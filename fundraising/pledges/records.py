"""What this room keeps of a person: cash that they typed in or decided about, and what they promised by result."""

import asyncpg

from fundraising.funds.counting import announce
from fundraising.people.records import Kept, Record, Rows, Whom, rows_of
from fundraising.web.words import plural

NAMELESS = "Somebody kind"
TABLES = {
    "cash": "Lines of paper forms that you typed in, or that are for your own page.",
    "paid_in": "What you noted as paid in at the bank, confirmed or refused.",
    "promises": "What you promised to runners by their results. Its page is the address.",
}
CASH = """
select f.name as raised_for, g.state, g.name, g.hide_name, g.amount_pence, f.currency, g.given_on, g.gift_aid, g.title,
       g.first_name, g.last_name, g.house, g.postcode, g.made_at
from cash_gift g join fund f on f.id = g.fund_id left join pledge_page p on p.fund_id = f.id
where g.entered_by_id = $1 or p.person_id = $1 order by g.id
"""
PAID_IN = """
select f.name as raised_for, b.amount_pence, f.currency, b.reference, b.banked_on, b.made_at,
       b.made_by_id is not distinct from $1 as noted_by_you,
       b.confirmed_by_id is not distinct from $1 as confirmed_by_you,
       b.refused_by_id is not distinct from $1 as refused_by_you, b.confirmed_at, b.refused_at, b.returned_at,
       b.refused_because
from banking b join fund f on f.id = b.fund_id
where $1 in (b.made_by_id, b.confirmed_by_id, b.refused_by_id) order by b.id
"""
PROMISES = """
select f.name as promised_to, r.name, r.email, r.hide_name, r.rule, r.rate_pence, r.minutes, r.cap_pence, f.currency,
       r.made_at, r.confirmed_at, r.withdrawn_at, r.due_pence, r.settled_at, r.reminders, r.paid_at,
       '/pledges/' || r.token as address
from result_pledge r join fund f on f.id = r.fund_id where r.email = $1 order by r.made_at, r.id
"""
OPEN = """
select count(*) filter (where state in ('promised', 'collected')) as lines,
       count(*) filter (where state in ('banked', 'confirmed')) as kept
from cash_gift g where g.entered_by_id = $1
  or exists (select from pledge_page p where p.fund_id = g.fund_id and p.person_id = $1)
"""
# What is not at the bank yet will not come any more, and nobody else knows of it. The names of who gave stay theirs.
FORGET_LINES = """
update cash_gift g set state = 'dropped', name = $2, gift_aid = false, title = '', first_name = '', last_name = '',
       house = '', postcode = ''
where g.state in ('promised', 'collected', 'dropped') and (g.entered_by_id = $1
  or exists (select from pledge_page p where p.fund_id = g.fund_id and p.person_id = $1))
returning g.fund_id
"""
FORGET_TYPIST = "update cash_gift set entered_by_id = null where entered_by_id = $1"
# Rows that amounts hang on are kept without who it was; the others are nobody's business any more.
FORGET_PROMISES = "delete from result_pledge where email = $1 and payment_id is null returning fund_id"
BLANK_PROMISES = "update result_pledge set name = $2, email = '' where email = $1"
KNOWN = "select exists (select from result_pledge where email = lower($1) and confirmed_at is not null)"


async def is_known(reading: asyncpg.Connection, email: str) -> bool:
    """Whether something was promised with an address that was proved: then its owner may see it."""
    known: bool = await reading.fetchval(KNOWN, email)
    return known


async def _export(reading: asyncpg.Connection, whom: Whom) -> Rows:
    return {
        "cash": await rows_of(reading, CASH, whom.person),
        "paid_in": await rows_of(reading, PAID_IN, whom.person),
        "promises": await rows_of(reading, PROMISES, whom.email),
    }


async def _erase(writing: asyncpg.Connection, whom: Whom) -> Kept:
    count = await writing.fetchrow(OPEN, whom.person)
    changed = [row["fund_id"] for row in await writing.fetch(FORGET_LINES, whom.person, NAMELESS)]
    await writing.execute(FORGET_TYPIST, whom.person)
    changed += [row["fund_id"] for row in await writing.fetch(FORGET_PROMISES, whom.email)]
    await writing.execute(BLANK_PROMISES, whom.email, NAMELESS)
    if changed:
        await announce(writing, sorted(set(changed)))
    return Kept(tuple(_stays(count["kept"])), frozenset(changed))


def _stays(lines: int) -> list[str]:
    """What has to stay."""
    if not lines:
        return []
    return [
        f"{plural(lines, 'line')} of cash that is paid in {'stays' if lines == 1 else 'stay'} as typed: the charity"
        " gets that money, and who gave it with Gift Aid is a tax record."
    ]


async def _foresee(reading: asyncpg.Connection, whom: Whom) -> list[str]:
    lines = (await reading.fetchrow(OPEN, whom.person))["lines"]
    return [f"{plural(lines, 'line')} of cash that is not paid in yet will be dropped."] if lines else []


RECORD = Record(TABLES, _export, _erase, _foresee)
