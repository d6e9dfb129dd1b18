"""The organiser pays a charity what was given on its account, against a bank reference; or the bank sends it back, or
it was recorded by mistake.

A payout is a row, a transfer, and a letter to the charity, in one transaction. What is owed is reckoned again under the
ledger's lock: two organisers at once pay once.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from charities.connecting.forms import PaidForm
from charities.connecting.models import BankPayout
from charities.models import Charity
from charities.partners.finding import find_finance
from fundraising.errors import BadInput, NotFound
from fundraising.mail.letters import NewLetter, write
from fundraising.payments import ledger
from fundraising.payments.ledger import Movement
from fundraising.payments.models import Kind
from fundraising.payments.owed import BANK, Owed, find_owed
from fundraising.store.database import transaction
from fundraising.web.days import at, last_of
from fundraising.web.words import money

PAID, CAME_BACK, MISTAKE = "paid_over", "paid_over_back", "paid_over_mistake"
ALONE = "select pg_advisory_xact_lock($1, $2)"  # one at a time for a charity, before any row is locked
LOCKED = 0x0BED
# Those that may be paid over, and those that are being paid for at this moment; the parts after their wholes.
LOCK = """
select id from payment
where charity_id = $1 and account is null and payout_id is null and purpose in ('donation', 'together')
  and state in ('made', 'open', 'processing', 'paid')
order by id for no key update
"""
MARK = """
update payment set payout_id = $2, paid_out_at = $3
where id = any($1) and state = 'paid' and paid_at < $4 and amount_pence > refunded_pence + disputed_pence
"""
DAYS = """
select distinct paid_on from bank_payout where charity_id = $1 and paid_on >= $2 and undone_at is null
order by paid_on desc
"""
PAID_BY = """
select coalesce(sum(pence), 0)::bigint from bank_payout
where charity_id = $1 and paid_on <= $2 and undone_at is null
"""
# References are the same however they are spaced and cut.
SAME = r"""
select id from bank_payout where charity_id = $1 and undone_at is null
  and lower(regexp_replace(reference, '[\s-]', '', 'g')) = lower(regexp_replace($2, '[\s-]', '', 'g'))
"""
ALIKE = """
select made_at from bank_payout where charity_id = $1 and undone_at is null and pence = $2
  and abs(paid_on - $3) <= 7 order by id limit 1
"""
# The payout that was the last to be needed for these gifts: they are marked with it, or with a later one.
MARKED_WITH = """
select p.payout_id from bank_payout b join payment p on p.payout_id = 'bank:' || b.id
where b.charity_id = $1 and b.id >= $2 order by b.id limit 1
"""
LOCK_MARKED = "select id from payment where payout_id = $1 order by id for no key update"
TAKE_BACK = "update payment set payout_id = null, paid_out_at = null where id = any($1)"
UNDO = "update bank_payout set undone_at = now(), was_mistake = $2 where id = $1 and undone_at is null"


async def pay_over(charity: Charity, form: PaidForm, by: int | None, zone: ZoneInfo) -> int:
    """Record what was paid to a charity's bank.

    Args:
        charity: with its fund id.
        by: the organiser.

    Returns:
        The payout's number; that of the first when the same form is sent twice.

    Raises:
        BadInput: when more was paid than is owed, or the reference stands with another payout.
    """
    form.must_have_been(zone)
    async with transaction() as writing:
        await writing.execute(ALONE, LOCKED, charity.id)
        ids = [row["id"] for row in await writing.fetch(LOCK, charity.fund_id)]
        head = await ledger.lock(writing)
        if (first := await _find_same(writing, charity, form)) is not None:
            return first
        currency = _must_be_owed(await find_owed(writing, charity.fund_id), form.amount)
        await _must_have_been_owed(writing, charity, form, zone)
        await _must_be_another(writing, charity, form, zone)
        payout = await BankPayout.create(
            charity=charity,
            pence=form.amount,
            currency=currency,
            reference=form.reference,
            paid_on=form.paid_on,
            made_by_id=by,
        )
        paid = _movement(Kind.PAYOUT, payout, charity.fund_id, _when(payout.paid_on, zone))
        await ledger.write(writing, head, [paid])
        await _mark(writing, ids, payout, charity, zone)
        await _tell(writing, PAID, payout, charity.fund_id)
        return int(payout.id)


async def _find_same(writing: asyncpg.Connection, charity: Charity, form: PaidForm) -> int | None:
    """The payout that the same form has recorded already.

    Raises:
        BadInput: when another payout that stands has its reference.
    """
    known = await BankPayout.get_or_none(id=await writing.fetchval(SAME, charity.id, form.reference))
    if known is None:
        return None
    if (known.pence, known.paid_on) == (form.amount, form.paid_on):
        return int(known.id)
    stands = f"This reference stands with {money(known.pence, known.currency)} of {_in_words(known.paid_on)} already"
    raise BadInput({"reference": f"{stands}. Each payment has its own."}, {})


def _must_be_owed(owed: Owed | None, pence: int) -> str:
    """So much is owed; in which currency.

    Raises:
        BadInput
    """
    if owed is None or owed.pence <= 0:
        nothing = "Nothing is owed to this charity now. Somebody may have recorded a payment already."
        raise BadInput({"amount": nothing}, {})
    if pence > owed.pence:
        raise BadInput({"amount": f"That is more than is owed: {money(owed.pence, owed.currency)}."}, {})
    return owed.currency


async def _must_have_been_owed(writing: asyncpg.Connection, charity: Charity, form: PaidForm, zone: ZoneInfo) -> None:
    """So much was owed by the end of the day on which it was paid, and of each later day on which something was paid.

    Raises:
        BadInput
    """
    for day in {form.paid_on, *await _days_since(writing, charity, form.paid_on)}:
        owed = await find_owed(writing, charity.fund_id, _end_of(day, zone))
        paid_by_then = await writing.fetchval(PAID_BY, charity.id, day)
        rest = max(owed.pence + owed.paid_over_pence - paid_by_then, 0) if owed else 0
        if form.amount > rest:
            sum_ = money(rest, owed.currency) if owed and rest else "Nothing"
            said = f"{sum_} was still owed by the end of {_in_words(day)}: what was given later cannot be in it."
            raise BadInput({"paid_on": said}, {})


async def _must_be_another(writing: asyncpg.Connection, charity: Charity, form: PaidForm, zone: ZoneInfo) -> None:
    """The same sum within a week is a colleague's record of the same payment, unless it is said to be another.

    Raises:
        BadInput
    """
    first = await writing.fetchval(ALIKE, charity.id, form.amount, form.paid_on)
    if first is not None and not form.is_another:
        when = f"{first.astimezone(zone):%H:%M} on {_in_words(first.astimezone(zone).date())}"
        said = f"The same sum, of about that day, was recorded at {when}. If you have paid it twice, tick this too."
        raise BadInput({"is_another": said}, {})


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _movement(kind: Kind, payout: BankPayout, fund: int, happened_at: datetime) -> Movement:
    here, there = ledger.fund_account(fund), ledger.bank_account(fund)
    debit, credit = (here, there) if kind is Kind.PAYOUT else (there, here)
    return Movement(kind, f"{BANK}{payout.id}", debit, credit, payout.pence, payout.currency, None, happened_at)


def _when(day: date, zone: ZoneInfo) -> datetime:
    """Noon of the day on which it was paid, or now."""
    return min(at(day, time(12), zone), datetime.now(UTC))


async def _mark(
    writing: asyncpg.Connection, ids: Sequence[UUID], payout: BankPayout, charity: Charity, zone: ZoneInfo
) -> None:
    """Mark the gifts of up to the day of the payment, once everything that is owed for them has been paid; up to the
    day of a later payment, when this one was recorded after it and is what was still wanting."""
    for day in await _days_since(writing, charity, payout.paid_on):
        until = _end_of(day, zone)
        rest = await find_owed(writing, charity.fund_id, until)
        if rest is None or rest.pence <= 0:
            await writing.execute(MARK, ids, f"{BANK}{payout.id}", _when(day, zone), until)
            return


async def _days_since(writing: asyncpg.Connection, charity: Charity, day: date) -> list[date]:
    """On which something was paid that stands, from a day on; the latest first."""
    return [row["paid_on"] for row in await writing.fetch(DAYS, charity.id, day)]


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    until = last_of(day, zone)
    assert until is not None
    return until


async def send_back(charity: Charity, number: int, *, is_mistake: bool = False) -> None:
    """The bank has sent a payment back: it is owed again. Said twice, it is done once.

    Args:
        is_mistake: it was never paid as it is recorded; its reference is free again in either case.

    Raises:
        NotFound: when the charity has no such payout.
    """
    if not await BankPayout.exists(id=number, charity_id=charity.id):
        raise NotFound
    async with transaction() as writing:
        await writing.execute(ALONE, LOCKED, charity.id)
        marked = await writing.fetchval(MARKED_WITH, charity.id, number)
        ids = [row["id"] for row in await writing.fetch(LOCK_MARKED, marked)] if marked else []
        head = await ledger.lock(writing)
        if await writing.execute(UNDO, number, is_mistake) == "UPDATE 0":
            return
        payout = await BankPayout.get(id=number)
        back = _movement(Kind.PAYOUT_FAILED, payout, charity.fund_id, datetime.now(UTC))
        await ledger.write(writing, head, [back])
        await writing.execute(TAKE_BACK, ids)
        await _tell(writing, MISTAKE if is_mistake else CAME_BACK, payout, charity.fund_id)


async def _tell(writing: asyncpg.Connection, template: str, payout: BankPayout, fund: int) -> None:
    facts, once = {"payout": payout.id}, f"{template} {payout.id}"
    partners = await find_finance(writing, fund)
    await write(writing, [NewLetter(to, template, facts, f"{once} {n}") for n, to in enumerate(partners)])
