"""Proof that the books are right: totals against the ledger, the ledger against itself, payments against both.

`fundraising books` comes in here; so does `rebuild`, which recomputes every total from the ledger.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import asyncpg

from fundraising.funds.counting import ORDER, announce
from fundraising.funds.moving import prove_moves
from fundraising.payments import ledger
from fundraising.payments.owed import list_owed
from fundraising.store.database import snapshot, transaction

Proof = Callable[[asyncpg.Connection], Awaitable[list[str]]]
SIGN = "case kind {} else 0 end".format(
    " ".join(f"when '{kind}' then {'' if sign > 0 else '-'}t.pence" for kind, sign in ledger.RAISING.items())
)
# Each gift with what stands of it: payments by their transfers, and money that came without a payment.
GIFTS = f"""
with signed as (
  select t.payment_id, case when t.payment_id is null then t.id end as alone,
         max(split_part(case when t.credit_account like 'fund:%' then t.credit_account else t.debit_account end, ':', 2)
             ::bigint) as fund_id,
         sum({SIGN})::bigint as pence
  from transfer t where kind in ({", ".join(f"'{kind}'" for kind in ledger.RAISING)})
    and (t.credit_account like 'fund:%' or t.debit_account like 'fund:%')
  group by t.payment_id, alone
), gift as (
  select s.fund_id, coalesce(p.charity_id, f.charity_id, case when f.kind = 'charity' then f.id end) as charity_id,
         s.pence, case when p.gift_aid then s.pence / 4 else 0 end as aid,
         (s.pence > 0 and p.purpose is distinct from 'match')::int as n
  from signed s join fund f on f.id = s.fund_id left join payment p on p.id = s.payment_id
), line as (
  select fund_id as id, pence, aid, n from gift
  union all select f.team_id, pence, aid, n from gift g join fund f on f.id = g.fund_id where f.team_id is not null
  union all select f.event_id, pence, aid, n from gift g join fund f on f.id = g.fund_id where f.event_id is not null
  union all select charity_id, pence, aid, n from gift where charity_id <> fund_id
), should as (
  select f.id, f.kind, f.slug, f.raised_pence, f.gift_aid_pence, f.donations,
         coalesce(sum(l.pence), 0)::bigint as pence, coalesce(sum(l.aid), 0)::bigint as aid,
         coalesce(sum(l.n), 0)::int as n
  from fund f left join line l on l.id = f.id group by f.id
)
"""  # noqa: S608
WRONG = f"""{GIFTS}
select * from should where (raised_pence, gift_aid_pence, donations) is distinct from (pence, aid, n) order by id
"""  # noqa: S608
REBUILD = f"""{GIFTS}
update fund set raised_pence = should.pence, gift_aid_pence = should.aid, donations = should.n,
       version = fund.version + 1
from should where fund.id = should.id
  and (fund.raised_pence, fund.gift_aid_pence, fund.donations) is distinct from (should.pence, should.aid, should.n)
returning fund.id
"""  # noqa: S608
IN, OUT = (
    ("donation", "entry_fee", "cash_confirmed", "match"),
    ("refund", "entry_refund", "cash_returned", "match_returned"),
)
PAYMENTS = """
with sum as (
  select p.id, coalesce(sum(t.pence) filter (where t.kind = any($1)), 0)::bigint as paid,
         coalesce(sum(case when t.kind = any($2) then t.pence
                           when t.kind = 'refund_failed' then -t.pence end), 0)::bigint as refunded,
         coalesce(sum(case t.kind when 'dispute' then t.pence when 'dispute_won' then -t.pence end), 0)::bigint
           as disputed
  from payment p left join transfer t on t.payment_id = p.id where p.purpose <> 'together' group by p.id
)
select p.id, p.state, p.amount_pence, p.refunded_pence, p.disputed_pence, sum.paid, sum.refunded, sum.disputed
from payment p join sum using (id)
where (case when p.state = 'paid' then p.amount_pence else 0 end, p.refunded_pence, p.disputed_pence)
      is distinct from (sum.paid, sum.refunded, sum.disputed)
order by p.id
"""
# One trip through Checkout for several gifts: the money is booked on them, and they are all of it.
PARTS = """
with made as (
  select w.id, coalesce(sum(p.amount_pence), 0)::bigint as amount,
         coalesce(sum(p.refunded_pence), 0)::bigint as refunded,
         coalesce(sum(p.disputed_pence), 0)::bigint as disputed, sum(p.fee_pence)::bigint as fee,
         count(*) filter (where p.state <> w.state) as otherwise
  from payment w left join payment p on p.together_id = w.id where w.purpose = 'together' group by w.id
)
select w.state, w.amount_pence, w.refunded_pence, w.disputed_pence, w.fee_pence, made.*
from payment w join made using (id)
where (w.amount_pence, w.refunded_pence, w.disputed_pence, w.fee_pence, 0)
      is distinct from (amount, refunded, disputed, fee, otherwise)
order by id
"""
# A payment in a payout that the ledger does not know, or that came back; a failure is followed by its job.
PAID_OUT = """
select p.id, p.payout_id from payment p left join transfer t on t.kind = 'payout' and t.source = p.payout_id
where p.payout_id is not null and (t.id is null or exists (
  select from transfer f
  where f.kind = 'payout_failed' and f.source = p.payout_id and f.written_at < now() - interval '1 hour'))
order by p.id
"""
# A payout whose list at Stripe comes to another sum than what it took to the bank.
LISTED = """
select t.source, t.pence, sum(l.net_pence)::bigint as listed
from payout_line l join transfer t on t.kind = 'payout' and t.source = l.payout_id
group by t.source, t.pence having sum(l.net_pence) <> t.pence order by t.source
"""
CHAIN = """
select id, debit_account, credit_account, pence, currency, kind, source, payment_id, happened_at, written_at,
       previous_hash, hash from transfer order by id
"""


@dataclass(slots=True)
class Books:
    """What the proof found.

    Args:
        problems: a sentence for everything that does not fit; empty when the books are right.
        set_aside: events that a human has to look at, with the reason.
        waiting: events about payments that we do not know, older than an hour.
        owed: pence that the organiser's own account holds for charities, and has not paid over.
    """

    transfers: int = 0
    funds: int = 0
    problems: list[str] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)
    waiting: int = 0
    owed: list[tuple[str, int]] = field(default_factory=list)
    raised: list[tuple[str, str, int]] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether totals and ledger agree, row by row."""
        return not self.problems


async def prove(proofs: Sequence[Proof] = ()) -> Books:
    """Prove totals and ledger against each other, from one snapshot of the database.

    Args:
        proofs: of other rooms, handed in by the roof; each returns a sentence per fault.
    """
    books = Books()
    async with snapshot() as reading:
        await _prove_chain(reading, books)
        for row in await reading.fetch(WRONG):
            books.problems.append(
                f"{row['kind']} {row['slug']} (fund {row['id']}) shows {row['raised_pence']} pence, "
                f"{row['gift_aid_pence']} Gift Aid, {row['donations']} gifts; "
                f"the ledger makes {row['pence']}, {row['aid']}, {row['n']}"
            )
        for row in await reading.fetch(PAYMENTS, IN, OUT):
            books.problems.append(
                f"payment {row['id']} is {row['state']} with {row['amount_pence']} pence, {row['refunded_pence']} "
                f"refunded, {row['disputed_pence']} disputed; the ledger makes {row['paid']}, {row['refunded']}, "
                f"{row['disputed']}"
            )
        for row in await reading.fetch(PARTS):
            books.problems.append(
                f"payment {row['id']} is {row['state']} with {row['amount_pence']} pence, {row['refunded_pence']} "
                f"refunded, {row['disputed_pence']} disputed, a fee of {row['fee_pence']}; its parts make "
                f"{row['amount']}, {row['refunded']}, {row['disputed']}, {row['fee']}, "
                f"and {row['otherwise']} of them stand otherwise"
            )
        for row in await reading.fetch(PAID_OUT):
            books.problems.append(
                f"payment {row['id']} is marked as paid out by {row['payout_id']}, which the ledger does not know, or"
                " which came back"
            )
        for row in await reading.fetch(LISTED):
            books.problems.append(
                f"payout {row['source']} took {row['pence']} pence to the bank, and Stripe lists {row['listed']} in it"
            )
        for proof in (prove_moves, *proofs):
            books.problems += await proof(reading)
        await _gather(reading, books)
    return books


async def _prove_chain(reading: asyncpg.Connection, books: Books) -> None:
    """Name the first row that does not follow from the one before it."""
    previous, number = ledger.FIRST, 0
    async for row in reading.cursor(CHAIN, prefetch=2000):
        number += 1
        *columns, previous_hash, hashed = row
        if books.problems:
            continue
        if row["id"] != number:
            books.problems.append(f"transfer {number} is missing: {row['id']} comes next")
        elif previous_hash != previous or ledger.digest(previous, columns) != hashed:
            books.problems.append(f"transfer {row['id']} was changed behind the application's back")
        previous = hashed
    books.transfers = number
    head = await reading.fetchrow("select last_id, hash from ledger_head")
    if not books.problems and (head["last_id"], head["hash"]) != (number, previous):
        books.problems.append(f"the ledger ends with transfer {number}; its head says {head['last_id']}")


async def _gather(reading: asyncpg.Connection, books: Books) -> None:
    books.funds = await reading.fetchval("select count(*) from fund")
    aside = "select id, type, reason from stripe_event where state = 'set_aside' order by received_at, id"
    books.set_aside = [f"{row['id']} ({row['type']}): {row['reason']}" for row in await reading.fetch(aside)]
    books.waiting = await reading.fetchval(
        "select count(*) from stripe_event where state = 'waiting' and received_at < now() - interval '1 hour'"
    )
    books.owed = [(one.name, one.pence) for one in await list_owed(reading) if one.pence]
    top = "select kind, name, raised_pence from fund where kind in ('event', 'charity') order by kind desc, name"
    books.raised = [tuple(row) for row in await reading.fetch(top)]


async def rebuild() -> int:
    """Recompute every total from the ledger.

    Returns:
        How many funds were wrong, and are right now.
    """
    async with transaction() as writing:
        await ledger.lock(writing)  # nothing is booked meanwhile
        await writing.fetch("select id from fund order by array_position($1, kind), id for update", ORDER)
        wrong = [row["id"] for row in await writing.fetch(REBUILD)]
        if wrong:
            await announce(writing, wrong)
        return len(wrong)
