"""Cash as its runner looks after it: promised, collected, paid in under a reference. None of it is in any total yet.

Whoever changes something here locks bankings first, then their lines, by id; a second person comes in by `confirming`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from uuid import UUID

import asyncpg
import orjson

from fundraising.errors import BadInput, NotFound, Problem
from fundraising.funds.counting import announce
from fundraising.pledges.forms import SENTENCES, BankingForm, LineForm
from fundraising.pledges.models import CashState
from fundraising.store.database import connection, transaction
from fundraising.web.words import money

OPEN = ("promised", "collected")  # states in which a line may still be changed
MOST_LINES = 2000  # of one page
ADD = """
insert into cash_gift (fund_id, state, name, hide_name, amount_pence, given_on, gift_aid, title, first_name, last_name,
                       house, postcode, entered_by_id, once, made_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, now()) on conflict (once) do nothing
"""
CHANGE = """
update cash_gift set state = $3, name = $4, hide_name = $5, amount_pence = $6, given_on = $7, gift_aid = $8,
       title = $9, first_name = $10, last_name = $11, house = $12, postcode = $13, entered_by_id = $14
where id = $1 and fund_id = $2 and state in ('promised', 'collected') returning id
"""
COLLECT = """
update cash_gift set state = 'collected', given_on = $3
where id = $1 and fund_id = $2 and state in ('promised', 'collected') returning id
"""
DROP = """
update cash_gift set state = 'dropped' where id = $1 and fund_id = $2 and state in ('promised', 'collected', 'dropped')
returning id
"""
FORGET_ADDRESSES = """
update cash_gift set gift_aid = false, title = '', first_name = '', last_name = '', house = '', postcode = ''
where fund_id = $1 and state in ('promised', 'collected', 'dropped')
"""
SEE = "select * from cash_gift where fund_id = $1 and state <> 'dropped' order by id"
SEE_ONE = "select * from cash_gift where fund_id = $1 and id = $2 and state in ('promised', 'collected')"
BANKINGS = """
select b.*, p.name as confirmed_by from banking b left join person p on p.id = b.confirmed_by_id
where b.fund_id = $1 order by b.made_at desc, b.id desc
"""
TO_BANK = "select id, state, amount_pence from cash_gift where fund_id = $1 and id = any($2) order by id for update"
BANK = """
insert into banking (fund_id, amount_pence, reference, banked_on, made_by_id, made_at, refused_because)
values ($1, $2, $3, $4, $5, now(), '') returning id
"""
PUT_IN = "update cash_gift set state = 'banked', banking_id = $2 where id = any($1)"
OF_PAGE = (
    "select id from banking where id = $1 and fund_id = $2 and confirmed_at is null and refused_at is null for update"
)
REFUSE = "update banking set refused_at = now(), refused_by_id = $2, refused_because = $3 where id = $1"
UNBANKED = "update cash_gift set state = 'collected', banking_id = null, payment_id = null where banking_id = $1"
TAKEN_BACK = "taken back by who paid it in"
ABOVE = "select array_remove(array[id, team_id], null) from fund where id = $1"


class PaidInAlready(Problem):
    """A line whose cash is on its way through the bank, or has been dropped."""

    status = 409
    title = "This line cannot be changed any more"
    sentence = "It was paid in or dropped meanwhile. Take the paying-in back first if something in it is wrong."


@dataclass(frozen=True, slots=True)
class Sheet:
    """All the cash of a fund.

    Args:
        lines: every one that was not dropped, in the order in which they were typed.
        bankings: the newest first.
    """

    lines: Sequence[asyncpg.Record]
    bankings: Sequence[asyncpg.Record]

    def of(self, state: str) -> list[asyncpg.Record]:
        """The lines in a state."""
        return [one for one in self.lines if one["state"] == state]

    def pence(self, *states: str) -> int:
        """What the lines in these states come to."""
        return sum(one["amount_pence"] for one in self.lines if one["state"] in states)

    @property
    def declared_pence(self) -> int:
        """What of it is ticked for Gift Aid on the paper: lines for the charity's schedule."""
        return sum(one["amount_pence"] for one in self.lines if one["gift_aid"])


async def see(fund_id: int) -> Sheet:
    """All the cash of a fund."""
    async with connection() as reading:
        return Sheet(await reading.fetch(SEE, fund_id), await reading.fetch(BANKINGS, fund_id))


async def get_line(fund_id: int, line: int) -> asyncpg.Record:
    """A line that may still be changed.

    Raises:
        NotFound
    """
    async with connection() as reading:
        row = await reading.fetchrow(SEE_ONE, fund_id, line)
    if row is None:
        raise NotFound
    return row


async def add(fund_id: int, person: int, attempt: UUID, lines: Sequence[tuple[int, LineForm]]) -> None:
    """Keep the lines of a paper form, all of them or none; the same form sent twice adds nothing.

    Args:
        person: who typed them, and so will not be the one who confirms them.
        attempt: of the opened form.

    Raises:
        BadInput: when the page has more lines than anybody can look after.
    """
    async with transaction() as writing:
        await writing.execute("select pg_advisory_xact_lock(hashtextextended($1, 3))", f"cash {fund_id}")
        if await writing.fetchval("select count(*) from cash_gift where fund_id = $1", fund_id) > MOST_LINES:
            raise BadInput({"name-0": "This page has thousands of lines. Please put smaller sums together."}, {})
        for number, form in lines:
            await writing.execute(ADD, fund_id, *_columns(form), person, _once(attempt, number, form))
        await announce_page(writing, fund_id)


def _columns(form: LineForm) -> tuple[object, ...]:
    """From state to postcode; of a promise no day is known, and without Gift Aid no address is kept."""
    state = CashState.COLLECTED if form.collected else CashState.PROMISED
    address = (form.title, form.first_name, form.last_name, form.house, form.postcode)
    return (
        str(state),
        form.name,
        form.hide_name,
        form.amount,
        form.given_on if form.collected else None,
        form.gift_aid,
        *(address if form.gift_aid else ("",) * len(address)),
    )


def _once(attempt: UUID, number: int, form: LineForm) -> str:
    """What was written anew in a form that had been sent already is another line."""
    typed = orjson.dumps([str(attempt), number, form.model_dump(mode="json")])
    return blake2b(typed, digest_size=16).hexdigest()


async def change(fund_id: int, line: int, person: int, form: LineForm) -> None:
    """Write a line anew.

    Raises:
        PaidInAlready
    """
    await _do(CHANGE, fund_id, line, *_columns(form), person)


async def collect(fund_id: int, line: int, on: date) -> None:
    """A promise was kept: the cash is there.

    Raises:
        PaidInAlready
    """
    await _do(COLLECT, fund_id, line, on)


async def drop(fund_id: int, line: int) -> None:
    """It will not come, or was typed by mistake.

    Raises:
        PaidInAlready
    """
    await _do(DROP, fund_id, line)


async def _do(statement: str, fund_id: int, line: int, *given: object) -> None:
    async with transaction() as writing:
        if await writing.fetchval(statement, line, fund_id, *given) is None:
            raise PaidInAlready
        await announce_page(writing, fund_id)


async def forget_addresses(writing: asyncpg.Connection, fund_id: int) -> None:
    """The page goes on with somebody else, who need not know where those live who gave to the one before."""
    await writing.execute(FORGET_ADDRESSES, fund_id)


async def pay_in(fund_id: int, person: int, form: BankingForm, ids: Sequence[int]) -> int:
    """Collected cash has been paid in; it waits for somebody other than who typed it, and other than the runner.

    Returns:
        The id of the banking.

    Raises:
        BadInput: when nothing was chosen; PaidInAlready: when one of the lines is not just collected any more.
    """
    if not ids:
        raise BadInput({"lines": SENTENCES["lines"]}, {})
    async with transaction() as writing:
        rows = await writing.fetch(TO_BANK, fund_id, list(ids))
        if len(rows) != len(ids) or any(row["state"] != CashState.COLLECTED for row in rows):
            raise PaidInAlready(_changed(rows))
        pence = sum(row["amount_pence"] for row in rows)
        banking: int = await writing.fetchval(BANK, fund_id, pence, form.reference, form.banked_on, person)
        await writing.execute(PUT_IN, [row["id"] for row in rows], banking)
        await announce_page(writing, fund_id)
    return banking


async def take_back(fund_id: int, banking: int, person: int) -> None:
    """The slip was wrong, and nobody has confirmed it yet: its lines are just collected again.

    Raises:
        PaidInAlready: when it has been confirmed or refused meanwhile.
    """
    async with transaction() as writing:
        if await writing.fetchval(OF_PAGE, banking, fund_id) is None:
            raise PaidInAlready("This was confirmed, refused or taken back meanwhile. Nothing has changed now.")
        await writing.execute(REFUSE, banking, person, TAKEN_BACK)
        await writing.execute(UNBANKED, banking)
        await announce_page(writing, fund_id)


def _changed(rows: Sequence[asyncpg.Record]) -> str:
    """Sent twice, or changed in another window."""
    in_already = sum(row["amount_pence"] for row in rows if row["state"] in ("banked", "confirmed"))
    if in_already:
        return f"{money(in_already)} of these lines has been paid in already. Nothing was added; please look again."
    return "Some of these lines have changed meanwhile. Nothing was paid in; please look again."


async def announce_page(writing: asyncpg.Connection, fund_id: int) -> None:
    """Page and team show what is promised and collected; called within the caller's transaction."""
    await announce(writing, await writing.fetchval(ABOVE, fund_id))
