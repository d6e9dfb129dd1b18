"""The second person: confirms cash that was paid in, so that it counts; refuses it; or returns what was a mistake.

Nobody confirms what they typed or paid in themselves, nor the runner or captain whose page it is: the database refuses
that, whichever way they come. Who may come at all, an organiser or somebody of the charity, is for the caller to say.
"""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from fundraising.donations import wording
from fundraising.errors import Forbidden, NotFound, Problem
from fundraising.funds.counting import TEAMS, Change
from fundraising.mail.letters import NewLetter, write, write_from
from fundraising.payments import ledger
from fundraising.payments.ledger import Movement
from fundraising.payments.models import Kind, Purpose
from fundraising.pledges.cash import REFUSE, UNBANKED, announce_page
from fundraising.store.database import connection, transaction
from fundraising.store.ids import new_id

SEE = """
select b.*, f.name, f.kind, f.slug, f.state as fund_state, f.charity_id, f.currency, c.name as charity,
       m.name as made_by, k.name as confirmed_by, r.name as refused_by,
       (select count(*) from cash_gift g where g.banking_id = b.id) as lines
from banking b join fund f on f.id = b.fund_id left join fund c on c.id = f.charity_id
     left join person m on m.id = b.made_by_id left join person k on k.id = b.confirmed_by_id
     left join person r on r.id = b.refused_by_id
"""
WAITING = f"{SEE} where b.confirmed_at is null and b.refused_at is null order by b.made_at, b.id limit $1"
DONE = f"""{SEE}
where b.confirmed_at is not null or b.refused_at is not null
order by greatest(b.confirmed_at, b.refused_at, b.returned_at) desc, b.id desc limit $1
"""
LINES = "select * from cash_gift where banking_id = any($1) order by id"
COUNT = "select count(*) from banking where confirmed_at is null and refused_at is null"
LOCK = "select * from banking where id = $1 for update"
LOCK_LINES = "select * from cash_gift where banking_id = $1 order by id for update"
CONFIRM = "update banking set confirmed_at = now(), confirmed_by_id = $2 where id = $1"
RETURN = "update banking set returned_at = now(), refused_by_id = $2, refused_because = $3 where id = $1"
FUND = "select kind, charity_id, event_id, currency from fund where id = $1"
PAYMENT = """
insert into payment (id, purpose, fund_id, charity_id, event_id, amount_pence, currency, gift_aid, livemode, state,
                     attempt, fingerprint, idempotency_key, refunded_pence, disputed_pence, created_at, paid_at)
values ($1, $2, $3, $4, $5, $6, $7, false, $8, 'paid', $1, $9, $9, 0, 0, $10, $10)
"""
DONATION = """
insert into donation (id, payment_id, token, name, email, message, hide_name, hide_amount, gift_pence, cover_pence,
                      gift_aid, contact_ok, contact_wording, created_at)
values ($1, $2, $3, $4, '', '', $5, false, $6, 0, false, false, $7, $8)
"""
COUNTS = "update cash_gift set state = 'confirmed', payment_id = $2 where id = $1"
LOCK_PAYMENTS = "select id, charity_id, amount_pence from payment where id = any($1) order by id for update"
GONE_BACK = "update payment set refunded_pence = amount_pence where id = any($1)"
# Once a day at the most to each organiser who may be the second person, when something has come since the last.
DIGEST = """
select p.email, 'cash_waits', '{}'::jsonb, concat_ws(' ', 'cash_waits', p.id, now()::date)
from person p
where p.is_organiser and p.email is not null and exists (
  select from banking b
  where b.confirmed_at is null and b.refused_at is null and b.made_by_id is distinct from p.id
    and b.made_at > (select coalesce(max(l.written_at), '-infinity') from letter l
                     where l.template = 'cash_waits' and l.recipient = p.email))
"""
EMAIL = "select email from person where id = $1"


class NotTheSecond(Forbidden):
    """Whoever typed it, paid it in, or raises it cannot confirm it."""

    sentence = "You typed or paid this in yourself, or the page is yours. Somebody else has to confirm it."


class NoCharity(Problem):
    """Cash of a team that is for no charity yet."""

    status = 409
    title = "This team has no charity yet"
    sentence = (
        "Nobody can say whose money this is. Let the captain choose the team's charity first, and confirm it then."
    )


class Settled(Problem):
    """Somebody else has decided meanwhile."""

    status = 409
    title = "Somebody was quicker"
    sentence = "This was decided meanwhile, in another window or by somebody else. Nothing has changed now."


@dataclass(frozen=True, slots=True)
class Banked:
    """A banking that somebody is about to decide about, locked.

    Args:
        charity_id: of the fund now; None: of a team that has no charity of its own.
    """

    id: int
    fund_id: int
    kind: str
    charity_id: int | None
    event_id: int | None
    currency: str
    made_by: int | None
    is_open: bool
    counts: bool


Check = Callable[[asyncpg.Connection, Banked], Awaitable[None]]


async def anybody(_connection: asyncpg.Connection, _banked: Banked) -> None:
    """No check besides: an organiser may decide about all."""


async def count_waiting() -> int:
    """How many bankings wait for a second person."""
    async with connection() as reading:
        waiting: int = await reading.fetchval(COUNT)
    return waiting


async def tell_organisers() -> None:
    """By the clock: cash has been paid in, and waits for somebody to find it at the bank."""
    async with transaction() as writing:
        await write_from(writing, DIGEST)


async def see_waiting(most: int) -> Sequence[asyncpg.Record]:
    """Those that wait, the oldest first."""
    async with connection() as reading:
        rows: Sequence[asyncpg.Record] = await reading.fetch(WAITING, most)
    return rows


async def see_done(most: int) -> Sequence[asyncpg.Record]:
    """Those that were decided about, the latest first."""
    async with connection() as reading:
        rows: Sequence[asyncpg.Record] = await reading.fetch(DONE, most)
    return rows


async def lines_of(bankings: Sequence[int]) -> dict[int, list[asyncpg.Record]]:
    """The lines of some bankings."""
    lines: dict[int, list[asyncpg.Record]] = {}
    async with connection() as reading:
        for row in await reading.fetch(LINES, list(bankings)):
            lines.setdefault(row["banking_id"], []).append(row)
    return lines


async def confirm(banking: int, by: int, *, livemode: bool, check: Check = anybody) -> None:
    """The money is at the bank: every line becomes a gift, in one transaction with the totals.

    Locks: the banking and its lines, the ledger's head, the fund, and what it counts towards. The payments are new, so
    that nobody else waits for them.

    Args:
        by: the second person.
        check: raises when they may not decide about this one.

    Raises:
        NotFound, Settled, NotTheSecond, NoCharity
    """
    async with transaction() as writing:
        banked = await _lock(writing, banking, check)
        if not banked.is_open:
            raise Settled
        lines = await writing.fetch(LOCK_LINES, banking)
        try:
            async with transaction() as trying:
                await trying.execute(CONFIRM, banking, by)
        except asyncpg.CheckViolationError as refused:
            if refused.constraint_name not in ("cash_two_people", "banking_two_people"):
                raise
            raise NotTheSecond from None
        head = await ledger.lock(writing, [banked.fund_id])
        banked = await _lock_fund(writing, banked)
        moved = [await _give(writing, banked, line, livemode=livemode) for line in lines]
        charity = banked.charity_id or 0
        changes = [Change(banked.fund_id, charity, line["amount_pence"], 0, 1) for line in lines]
        await ledger.write(writing, head, moved, changes)
        await _tell(writing, banked, "cash_confirmed")


async def _lock(writing: asyncpg.Connection, banking: int, check: Check) -> Banked:
    row = await writing.fetchrow(LOCK, banking)
    if row is None:
        raise NotFound
    fund = await writing.fetchrow(FUND, row["fund_id"])
    banked = Banked(
        row["id"], row["fund_id"], fund["kind"], fund["charity_id"], fund["event_id"], fund["currency"],
        row["made_by_id"],
        is_open=row["confirmed_at"] is None and row["refused_at"] is None,
        counts=row["confirmed_at"] is not None and row["returned_at"] is None,
    )  # fmt: skip
    await check(writing, banked)
    return banked


async def _lock_fund(writing: asyncpg.Connection, banked: Banked) -> Banked:
    """What it counts towards, read again under the fund's lock: until then a page may change team and charity."""
    if banked.kind == "team":
        await writing.fetch(TEAMS, [banked.fund_id])
    fund = await writing.fetchrow(FUND, banked.fund_id)
    if fund["charity_id"] is None:
        raise NoCharity
    return replace(banked, charity_id=fund["charity_id"], event_id=fund["event_id"])


async def _give(writing: asyncpg.Connection, banked: Banked, line: asyncpg.Record, *, livemode: bool) -> Movement:
    """A line becomes a gift: payment and donation, as every other, and the movement that is still to be written."""
    payment, now = new_id(), datetime.now(UTC)
    to, pence = (banked.fund_id, banked.charity_id, banked.event_id), line["amount_pence"]
    await writing.execute(
        PAYMENT, payment, str(Purpose.CASH), *to, pence, banked.currency, livemode, source_of(payment), now
    )
    said = (line["name"], line["hide_name"], pence, wording.CONTACT_VERSION, now)
    await writing.execute(DONATION, new_id(), payment, secrets.token_urlsafe(24), *said)
    await writing.execute(COUNTS, line["id"], payment)
    there, here = cash_account(banked.fund_id), ledger.fund_account(banked.fund_id)
    return Movement(Kind.CASH_CONFIRMED, source_of(payment), there, here, pence, banked.currency, payment, now)


def cash_account(fund_id: int) -> str:
    """The account that a fund's cash comes from."""
    return f"cash:{fund_id}"


def source_of(payment: UUID) -> str:
    """The name of the fact in the ledger."""
    return f"cash_{payment.hex}"


async def refuse(banking: int, by: int, because: str, *, check: Check = anybody) -> None:
    """It did not arrive, or not so: its lines are with the runner again, who is told why.

    Raises:
        NotFound, Settled
    """
    async with transaction() as writing:
        banked = await _lock(writing, banking, check)
        if not banked.is_open:
            raise Settled
        await writing.execute(REFUSE, banking, by, because)
        await writing.execute(UNBANKED, banking)
        await announce_page(writing, banked.fund_id)
        await _tell(writing, banked, "cash_refused")


async def give_back(banking: int, by: int, because: str, *, check: Check = anybody) -> None:
    """It was confirmed by mistake: its gifts count no more, and its lines are with the runner again.

    Raises:
        NotFound, Settled
    """
    async with transaction() as writing:
        banked = await _lock(writing, banking, check)
        if not banked.counts:
            raise Settled
        lines = await writing.fetch(LOCK_LINES, banking)
        payments = await writing.fetch(LOCK_PAYMENTS, [line["payment_id"] for line in lines])
        head = await ledger.lock(writing, [banked.fund_id])
        await writing.execute(RETURN, banking, by, because)
        await writing.execute(UNBANKED, banking)
        await writing.execute(GONE_BACK, [payment["id"] for payment in payments])
        changes = [Change(banked.fund_id, one["charity_id"], -one["amount_pence"], 0, -1) for one in payments]
        await ledger.write(writing, head, [_returned(banked, one) for one in payments], changes)
        await _tell(writing, banked, "cash_returned")


def _returned(banked: Banked, payment: asyncpg.Record) -> Movement:
    there, here = cash_account(banked.fund_id), ledger.fund_account(banked.fund_id)
    return Movement(
        Kind.CASH_RETURNED,
        source_of(payment["id"]),
        here,
        there,
        payment["amount_pence"],
        banked.currency,
        payment["id"],
        datetime.now(UTC),
    )


async def _tell(writing: asyncpg.Connection, banked: Banked, template: str) -> None:
    """Write to whoever paid it in, if they can be written to."""
    email = await writing.fetchval(EMAIL, banked.made_by)
    if email:
        letter = NewLetter(email, template, {"banking": banked.id}, f"{template} {banked.id}")
        await write(writing, [letter])
