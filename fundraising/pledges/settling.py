"""After the run: what each promise comes to, asked for by letter, reminded of twice, paid like any gift.

Called in the transaction of official results, and again when one of them is corrected: what is paid already stays.
Locks: races, payments, promises by id, then the ledger and funds.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

import asyncpg

from fundraising.donations.forms import LEAST_PENCE
from fundraising.funds.addresses import Seen
from fundraising.mail.letters import NewLetter, write
from fundraising.payments.checkout import EXPIRE
from fundraising.payments.judging import Moved
from fundraising.pledges.cash import announce_page
from fundraising.pledges.rules import Ran as RanAnyhow
from fundraising.pledges.rules import due, promised_in
from fundraising.pledges.sponsoring import TOKEN
from fundraising.store.database import connection, transaction
from fundraising.store.queue import Job, enqueue

REMIND_AFTER = (timedelta(days=7), timedelta(days=14))  # each after the letter before it
# What a bank is just moving is paid as it was asked for.
UNPAID = """
select r.* from result_pledge r
where r.fund_id = any($1) and r.confirmed_at is not null and r.withdrawn_at is null and r.paid_at is null
  and not exists (select from payment p where p.attempt = r.id and p.fund_id = r.fund_id and p.state = 'processing')
order by r.id for update of r
"""
SETTLE = """
update result_pledge set finished = $2, milliseconds = $3, laps = $4, due_pence = $5, settled_at = now(),
       reminded_at = now()
where id = $1
"""
OPEN = "select id from payment where attempt = any($1) and state in ('made', 'open') order by id"
MOOT = """
update result_pledge set withdrawn_at = now(), is_moot = true
where fund_id = $1 and settled_at is null and withdrawn_at is null and confirmed_at is not null returning id, email
"""
# The payment that the donate form has made for a promise carries its id as its attempt.
PAID = """
update result_pledge r set payment_id = p.id, paid_at = p.paid_at from payment p
where p.id = any($1) and r.id = p.attempt and r.fund_id = p.fund_id and r.settled_at is not null and r.paid_at is null
"""
TO_REMIND = """
select id, email, reminders, due_pence from result_pledge r
where settled_at is not null and paid_at is null and withdrawn_at is null and due_pence > 0
  and (reminders = 0 and reminded_at < $1 or reminders = 1 and reminded_at < $2)
  and not exists (select from payment p where p.attempt = r.id and p.fund_id = r.fund_id and p.state = 'processing')
order by id for update skip locked
"""
REMINDED = "update result_pledge set reminders = reminders + 1, reminded_at = $2 where id = any($1)"
ASKED = """
select id, name, email, hide_name, due_pence from result_pledge
where token = $1 and fund_id = $2 and due_pence > 0 and paid_at is null and withdrawn_at is null
"""


class Ran(RanAnyhow, Protocol):
    """How the runner of a page ran, officially."""

    @property
    def fund_id(self) -> int:
        """Of the page."""


async def reckon(connection: asyncpg.Connection, official: Sequence[Ran]) -> None:
    """Reckon what promises come to, and tell their sponsors; told anew when a correction changes it.

    What a promise comes to is asked for once; a result that is corrected without changing it is only noted.
    """
    by_fund = {ran.fund_id: ran for ran in official}
    rows = await connection.fetch(UNPAID, sorted(by_fund))
    told, now = list[NewLetter](), datetime.now(UTC)
    for row in rows:
        ran = by_fund[row["fund_id"]]
        pence = due(promised_in(row), ran)
        if row["due_pence"] == pence and _as_before(row, ran):
            continue
        await connection.execute(SETTLE, row["id"], ran.finished, ran.milliseconds, ran.laps, pence)
        if row["due_pence"] != pence:
            told.append(_asking(row, pence, now))
    await write(connection, told)
    changed = [UUID(str(letter.facts["pledge"])) for letter in told]
    await enqueue(connection, [_end(one["id"]) for one in await connection.fetch(OPEN, changed)])
    for fund_id in sorted({row["fund_id"] for row in rows}):
        await announce_page(connection, fund_id)


def _as_before(row: asyncpg.Record, ran: Ran) -> bool:
    return (row["finished"], row["milliseconds"], row["laps"]) == (ran.finished, ran.milliseconds, ran.laps)


def _asking(row: asyncpg.Record, pence: int, now: datetime) -> NewLetter:
    template = "pledge_due" if pence else "pledge_nothing"
    facts = {"pledge": str(row["id"]), "pence": pence, "before": row["due_pence"]}
    return NewLetter(row["email"], template, facts, f"pledge {row['id']} {pence} {now.timestamp()}")


def _end(payment: UUID) -> Job:
    """Whoever is at the till with the sum before finds the session ended."""
    return Job(EXPIRE, {"payment": str(payment)}, once=f"expire {payment}")


async def let_go(connection: asyncpg.Connection, fund_id: int, *, is_handed_on: bool = False) -> None:
    """The runner does not run after all: nothing will be due, and sponsors are told. Within the caller's transaction.

    Args:
        is_handed_on: the page goes on with somebody else, whom nobody has promised anything.
    """
    rows = await connection.fetch(MOOT, fund_id)
    facts = {"handed_on": is_handed_on}
    letters = [
        NewLetter(row["email"], "pledge_moot", facts | {"pledge": str(row["id"])}, f"pledge moot {row['id']}")
        for row in rows
    ]
    await write(connection, letters)
    if rows:
        await announce_page(connection, fund_id)


async def tell(connection: asyncpg.Connection, moved: Sequence[Moved]) -> None:
    """Called by the intake, within its transaction: what is paid is paid. The receipt is the thanks."""
    paid = [one.payment_id for one in moved if one.first and one.after_pence]
    if paid:
        await connection.execute(PAID, paid)


async def remind() -> None:
    """By the clock: a week and three weeks after the letter, kindly, and never again."""
    now = datetime.now(UTC)
    async with transaction() as writing:
        rows = await writing.fetch(TO_REMIND, *(now - after for after in REMIND_AFTER))
        letters = [
            NewLetter(
                row["email"],
                "pledge_reminder",
                {"pledge": str(row["id"]), "is_last": row["reminders"] + 1 == len(REMIND_AFTER)},
                f"pledge reminder {row['id']} {row['reminders']}",
            )
            for row in rows
        ]
        await writing.execute(REMINDED, [row["id"] for row in rows], now)
        await write(writing, letters)


async def typed_for(token: str, fund: Seen) -> dict[str, str]:
    """What the donate form holds for whoever comes to pay a promise; nothing when there is nothing to pay.

    A card can take no less than the smallest gift, so that a smaller sum is rounded up to it.
    """
    if not TOKEN.fullmatch(token):
        return {}
    async with connection() as reading:
        row = await reading.fetchrow(ASKED, token, fund.id)
    if row is None:
        return {}
    pence = max(row["due_pence"], LEAST_PENCE)
    typed = {"attempt": str(row["id"]), "name": row["name"], "email": row["email"]}
    typed["amount"] = f"{pence / 100:.2f}".removesuffix(".00")
    return typed | ({"hide_name": "on"} if row["hide_name"] else {})
