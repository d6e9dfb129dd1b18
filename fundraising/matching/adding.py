"""The verb of the room: pots read the ledger on, and add to gifts, or take back what was added to those that went back.

A gift is not held up by it: pots look after its commit, in a transaction of their own. They read the ledger, whose rows
become visible in the order of their ids, so that none is missed and none is read twice: `read_to` moves in the same
transaction. Locks: the pot, then the ledger's head, then funds; the rows of payments are written before the head is
locked, since their keys are.
"""

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg

from fundraising.donations.models import Donation
from fundraising.funds.counting import Change
from fundraising.funds.models import FundKind
from fundraising.matching.models import Match
from fundraising.matching.reckoning import Gift, News, Step, Terms, reckon
from fundraising.payments import ledger
from fundraising.payments.ledger import Movement
from fundraising.payments.models import Kind, Payment, PaymentState, Purpose
from fundraising.store.database import connection, transaction
from fundraising.store.ids import new_id

CHANNEL = "pots"  # NOTIFY: ids of the funds of which a pot's level has changed, for the pages below that show it
AT_ONCE = 500  # transfers that a pot reads in one transaction
GIVEN = [kind for kind in ledger.RAISING if kind not in (Kind.MATCH, Kind.MATCH_RETURNED)]
SIGN = "case when t.kind = any($4) then t.pence else -t.pence end"
MORE = [kind for kind, sign in ledger.RAISING.items() if sign > 0]
DUE = """
select id from pot where ($1::bigint[] is null or fund_id = any($1)) and (closed_at is null or matched_pence > 0)
  and read_to < (select last_id from ledger_head) order by id
"""
LOCK = """
select p.id, p.fund_id, p.sponsor, p.ratio_percent, p.most_each_pence, p.cap_pence, p.matched_pence, p.starts_at,
       p.ends_at, p.closed_at, p.read_to, f.kind
from pot p join fund f on f.id = p.fund_id where p.id = $1 for no key update of p
"""
# Gifts that count towards the fund of the pot; of a team as it is now. Those that it has added to it knows for good.
TOWARDS = {
    FundKind.RUNNER: "p.fund_id = $2",
    FundKind.TEAM: "p.fund_id in (select id from fund where id = $2 or team_id = $2)",
    FundKind.CHARITY: "p.charity_id = $2",
    FundKind.EVENT: "p.event_id = $2",
}
READ = f"""
select t.id, t.kind, {SIGN} as pence, p.id as gift, p.fund_id, p.charity_id, p.event_id, p.currency, p.livemode,
       p.amount_pence, p.paid_at, coalesce(d.hide_amount, false) as hide_amount,
       (select coalesce(sum({SIGN.replace("t.", "b.")}), 0)::bigint from transfer b
        where b.payment_id = p.id and b.id <= $3 and b.kind = any($5)) as stood_pence
from transfer t join payment p on p.id = t.payment_id and p.purpose = 'donation'
     left join donation d on d.payment_id = p.id
where t.id > $3 and t.kind = any($5)
  and ({{towards}} or exists (select from match m where m.pot_id = $1 and m.gift_id = p.id))
order by t.id limit $6
"""  # noqa: S608 - put together from constants
LAST = "select coalesce(max(id), 0) from transfer"
BEFORE = """
select m.gift_id as gift, p.id, p.amount_pence, p.refunded_pence, p.fund_id, p.charity_id, p.currency
from match m join payment p on p.id = m.payment_id where m.pot_id = $1 and m.gift_id = any($2) order by m.made_at, m.id
"""
BACK = "update payment set refunded_pence = $2 where id = $1"
SET = "update pot set matched_pence = $2, read_to = $3 where id = $1"
TELL = "select pg_notify($1, $2)"


@dataclass(frozen=True, slots=True)
class Done:
    """What pots have done.

    Args:
        funds: ids of those whose totals moved.
        levels: ids of the funds of the pots whose level changed.
    """

    funds: frozenset[int] = frozenset()
    levels: frozenset[int] = frozenset()

    def __or__(self, other: "Done") -> "Done":
        return Done(self.funds | other.funds, self.levels | other.levels)


@dataclass(slots=True)
class Added:
    """What a pot added to a gift, in one go: a payment of its own.

    Args:
        back_pence: what of it has gone back.
        made_at: when it is new.
    """

    id: UUID
    gift: UUID
    pence: int
    fund_id: int
    charity_id: int
    currency: str
    back_pence: int = 0
    made_at: datetime | None = None
    changed: bool = False

    @property
    def account(self) -> str:
        """The ledger's account that its money is in."""
        return ledger.fund_account(self.fund_id)


async def add_for(funds: Collection[int] | None) -> Done:
    """Let the pots of these funds read on; None stands for all pots.

    A gift moves the totals of everything that it counts towards, so that the fund of every pot it is for is among them.
    """
    async with connection() as reading:
        due = [row["id"] for row in await reading.fetch(DUE, None if funds is None else list(funds))]
    done = Done()
    for pot in due:
        done |= await read_on(pot)
    return done


async def read_on(pot_id: int) -> Done:
    """Let one pot read to the end of the ledger, in portions."""
    done, is_more = Done(), True
    while is_more:
        portion, is_more = await _read_portion(pot_id)
        done |= portion
    return done


async def _read_portion(pot_id: int) -> tuple[Done, bool]:
    """One transaction of a pot; whether there is more to be read."""
    async with transaction() as writing:
        pot = await writing.fetchrow(LOCK, pot_id)
        last = await writing.fetchval(LAST)
        statement = READ.format(towards=TOWARDS[FundKind(pot["kind"])])
        given = (pot_id, pot["fund_id"], pot["read_to"], MORE, GIVEN, AT_ONCE)
        rows = await writing.fetch(statement, *given)
        is_more = len(rows) == AT_ONCE
        read_to = rows[-1]["id"] if is_more else max(last, rows[-1]["id"] if rows else 0)
        if read_to <= pot["read_to"]:
            return Done(), False
        added = [_added(row) for row in await writing.fetch(BEFORE, pot_id, list({row["gift"] for row in rows}))]
        steps = _reckon(pot, rows, added)
        movements, changes = _take(steps, {row["gift"]: row for row in rows}, added, pot_id)
        matched = pot["matched_pence"] + sum(step.pence for step in steps)
        await writing.execute(SET, pot_id, matched, read_to)
        if not steps:
            return Done(), is_more
        await _write(writing, pot, rows, added)
        head = await ledger.lock(writing, [change.fund_id for change in changes])
        moved = await ledger.write(writing, head, movements, changes)
        await writing.execute(TELL, CHANNEL, str(pot["fund_id"]))
    return Done(frozenset(moved), frozenset([pot["fund_id"]])), is_more


def _added(row: asyncpg.Record) -> Added:
    pence, back = row["amount_pence"], row["refunded_pence"]
    return Added(row["id"], row["gift"], pence, row["fund_id"], row["charity_id"], row["currency"], back)


def _reckon(pot: asyncpg.Record, rows: Sequence[asyncpg.Record], added: Iterable[Added]) -> list[Step]:
    """What is to be added and taken back, from rows of READ and of BEFORE."""
    gifts = {row["gift"]: Gift(row["amount_pence"], row["stood_pence"]) for row in rows}
    for one in added:
        gift = gifts[one.gift]
        gift.promised_pence = gift.promised_pence or one.pence  # that of the first one; later ones add again
        gift.added_pence += one.pence - one.back_pence
    terms = Terms(pot["ratio_percent"], pot["most_each_pence"], pot["closed_at"] is not None)
    news = [News(row["id"], row["gift"], row["pence"], _begins(pot, row)) for row in rows]
    return reckon(terms, pot["cap_pence"] - pot["matched_pence"], gifts, news)


def _begins(pot: asyncpg.Record, row: asyncpg.Record) -> bool:
    """Whether a transfer is that of a gift which was paid in the days of the pot, however late we were told."""
    ends_at = pot["ends_at"]
    in_time: bool = pot["starts_at"] <= row["paid_at"] and (ends_at is None or row["paid_at"] < ends_at)
    return in_time and row["kind"] == Kind.DONATION


def _take(
    steps: Iterable[Step], gifts: dict[UUID, asyncpg.Record], added: list[Added], pot_id: int
) -> tuple[list[Movement], list[Change]]:
    """The steps as movements of money and of totals; `added` grows, and knows what of it went back."""
    movements, changes = list[Movement](), list[Change]()
    now, pot = datetime.now(UTC), f"matched:{pot_id}"

    def move(kind: Kind, source: str, one: Added, pence: int) -> None:
        debit, credit = (pot, one.account) if kind is Kind.MATCH else (one.account, pot)
        movements.append(Movement(kind, source, debit, credit, pence, one.currency, one.id, now))
        signed = pence if kind is Kind.MATCH else -pence
        changes.append(Change(one.fund_id, one.charity_id, signed, 0, 0))  # pence, and not a gift

    for step in steps:
        if step.pence > 0:
            row, made_at = gifts[step.gift], now + timedelta(microseconds=len(added))
            funds = (row["fund_id"], row["charity_id"], row["currency"])
            one = Added(new_id(), step.gift, step.pence, *funds, made_at=made_at)
            added.append(one)
            move(Kind.MATCH, f"match-{one.id}", one, step.pence)
            continue
        open_pence = -step.pence
        for one in reversed([one for one in added if one.gift == step.gift]):  # the newest goes back first
            if back := min(open_pence, one.pence - one.back_pence):
                one.back_pence, one.changed = one.back_pence + back, True
                open_pence -= back
                move(Kind.MATCH_RETURNED, f"back-{step.transfer}-{one.id}", one, back)
    return movements, changes


async def _write(
    writing: asyncpg.Connection, pot: asyncpg.Record, rows: Sequence[asyncpg.Record], added: Sequence[Added]
) -> None:
    """The payments of what was added, each with the sponsor's name for the lists, and with the gift that it is for."""
    gifts = {row["gift"]: row for row in rows}
    new = [one for one in added if one.made_at]
    await Payment.bulk_create([_payment(one, gifts[one.gift]) for one in new])
    await Donation.bulk_create([_donation(one, gifts[one.gift], pot["sponsor"]) for one in new])
    await Match.bulk_create(
        [Match(id=one.id, pot_id=pot["id"], gift_id=one.gift, payment_id=one.id, made_at=one.made_at) for one in new]
    )
    await writing.executemany(BACK, [(one.id, one.back_pence) for one in added if one.changed and not one.made_at])


def _payment(one: Added, gift: asyncpg.Record) -> Payment:
    """Paid from its first moment, never at Stripe, and never with Gift Aid: it is a company that gives."""
    return Payment(
        id=one.id,
        purpose=Purpose.MATCH,
        fund_id=one.fund_id,
        charity_id=one.charity_id,
        event_id=gift["event_id"],
        amount_pence=one.pence,
        currency=one.currency,
        livemode=gift["livemode"],
        state=PaymentState.PAID,
        attempt=uuid4(),
        fingerprint="",
        idempotency_key=f"match-{one.id}",
        refunded_pence=one.back_pence,
        created_at=one.made_at,
        paid_at=one.made_at,
    )


def _donation(one: Added, gift: asyncpg.Record, sponsor: str) -> Donation:
    """What lists show of it. Who hides an amount hides what was added to it: one tells the other."""
    return Donation(
        id=new_id(),
        payment_id=one.id,
        token=secrets.token_urlsafe(24),
        name=sponsor,
        email="",
        hide_amount=gift["hide_amount"],
        gift_pence=one.pence,
        contact_wording="",
        created_at=one.made_at,
    )
