"""Which payments went to a charity's bank, and when: asked of Stripe by a job, once an event has told of the payout.

A payout holds what many gifts left on a charity's balance, so that the ledger books it on the charity's own fund; each
payment is marked with it here, for whoever asks where the money is. Nothing moves by that.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from fundraising.errors import StripeGone
from fundraising.payments import ledger
from fundraising.payments.batch import pay_out_job
from fundraising.payments.models import Kind
from fundraising.payments.stripe import Stripe, moment
from fundraising.store.database import as_rows, connection, transaction
from fundraising.store.queue import enqueue

CHARGES = ("charge", "payment")  # types of balance transactions: by card, and by other ways
FAILURE = "payout_failure"  # what a failed payout held comes with a later one, as this
UNLISTED = "not_applicable"  # of a payout made by hand, Stripe does not say what is in it
IN_IT = """
select id from payment where account = $1 and intent_id = any($2)
union select p.id from payment p join payment w on w.id = p.together_id where w.account = $1 and w.intent_id = any($2)
"""
LOCK = f"select id from payment where id in ({IN_IT}) order by id for no key update"  # noqa: S608 - from constants
MARK = "update payment set payout_id = $2, paid_out_at = $3 where id = any($1)"
LOCK_MARKED = "select id from payment where payout_id = $1 order by id for no key update"
LINE = ("id", "kind", "source", "gross_pence", "fee_pence", "net_pence", "made_at")
LINES = """
insert into payout_line (id, payout_id, account, kind, source, gross_pence, fee_pence, net_pence, made_at)
select r.id, $1, $2, r.kind, r.source, r.gross_pence, r.fee_pence, r.net_pence, r.made_at
from json_to_recordset($3::json) as r (id text, kind text, source text, gross_pence bigint, fee_pence bigint,
     net_pence bigint, made_at timestamptz)
on conflict (id) do nothing
"""
TAKE_BACK = "update payment set payout_id = null, paid_out_at = null where id = any($1)"
# Not what the organiser's bank paid out, nor what an account paid out that the charity had before.
UNMARKED = """
select t.source, a.stripe_id from transfer t
join connected_account a on t.credit_account = 'charity_bank:' || a.charity_id
where t.kind = 'payout' and t.happened_at >= $1 and a.disconnected_at is null and t.source not like 'bank:%'
  and t.happened_at >= coalesce(a.connected_at, '-infinity')
  and not exists (select from transfer f where f.kind = 'payout_failed' and f.source = t.source)
  and not exists (select from payment p where p.payout_id = t.source)
order by t.id
"""


class NotReadyYet(StripeGone):
    """Stripe still puts together what is in a payout; the job comes again."""


async def mark_paid_out(stripe: Stripe, *, payout_id: str, account: str) -> int:
    """Mark the payments that a payout took to the bank; or take the mark back, when the bank sent it back.

    Args:
        account: acct_… of the charity.

    Returns:
        How many payments were marked, or are not any more.

    Raises:
        NotReadyYet
    """
    payout = await stripe.get_payout(payout_id, account=account)
    if payout["status"] in ("failed", "canceled"):
        return await _take_back(payout_id)
    if payout["reconciliation_status"] == UNLISTED:
        return 0
    if payout["reconciliation_status"] != "completed":
        raise NotReadyYet
    intents, lines = await _listed(stripe, payout_id, account)
    await _keep(payout_id, account, lines)
    return await _mark(payout_id, account, sorted(intents), moment(payout["arrival_date"]))


async def _keep(payout_id: str, account: str, lines: Sequence[Mapping[str, Any]]) -> None:
    """Keep what Stripe says is in a payout, for the charity's statement."""
    rows = [
        (
            line["id"],
            line["type"],
            (line.get("source") or {}).get("id") or "",
            line["amount"],
            line["fee"],
            line["net"],
            moment(line["created"]),
        )
        for line in lines
        if line["type"] != "payout"  # the payout itself, which empties the balance
    ]
    async with transaction() as writing:
        await writing.execute(LINES, payout_id, account, as_rows(LINE, rows))


async def _listed(stripe: Stripe, payout_id: str, account: str) -> tuple[set[str], list[Mapping[str, Any]]]:
    """Payment intents whose money a payout holds, what came back of an earlier one being found there; and its lines."""
    found, open_, seen = set[str](), [payout_id], set[str]()
    lines: list[Mapping[str, Any]] = []
    while open_:
        listing = open_.pop()
        seen.add(listing)
        async for row in stripe.list_balance_transactions(listing, account=account):
            if listing == payout_id:
                lines.append(row)
            source: Mapping[str, Any] = row.get("source") or {}
            if row["type"] in CHARGES and (intent := source.get("payment_intent")):
                found.add(intent)
            elif row["type"] == FAILURE and source["id"] not in seen:
                open_.append(source["id"])
    return found, lines


async def _mark(payout_id: str, account: str, intents: list[str], at: datetime) -> int:
    async with transaction() as writing:
        ids = [row["id"] for row in await writing.fetch(LOCK, account, intents)]
        await ledger.lock(writing)
        # A failure that is booked after this has a job of its own, which then finds the mark.
        if (Kind.PAYOUT_FAILED, payout_id) in await ledger.booked(writing, [payout_id]):
            return 0
        await writing.execute(MARK, ids, payout_id, at)
        return len(ids)


async def _take_back(payout_id: str) -> int:
    async with transaction() as writing:
        ids = [row["id"] for row in await writing.fetch(LOCK_MARKED, payout_id)]
        await writing.execute(TAKE_BACK, ids)
        return len(ids)


async def look_again(since: datetime) -> int:
    """Have every payout looked at again that no payment is marked with; its job may have given up.

    Returns:
        How many there are.
    """
    async with connection() as reading:
        rows = await reading.fetch(UNMARKED, since)
    async with transaction() as writing:
        await enqueue(writing, [pay_out_job(row["source"], row["stripe_id"]) for row in rows])
    return len(rows)
