"""What the organiser holds for charities: gifts that were taken on its own Stripe account, and are not paid over yet.

Reckoned from the ledger alone: what was given, less what went back, less Stripe's fees, less what the organiser's bank
has paid over. `books` lists the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

BANK = "bank:"  # sources of payouts by the organiser's bank begin so; what it paid out bears the same
# $1 the fund of one charity, or null for all; $2 only what was given before that moment, or null.
OWED = """
with held as (
  select p.charity_id,
         coalesce(sum(t.pence) filter (where t.kind = 'donation'), 0)::bigint as given,
         coalesce(sum(case when t.kind in ('refund', 'dispute') then t.pence
                           when t.kind in ('refund_failed', 'dispute_won') then -t.pence end), 0)::bigint as gone_back,
         coalesce(sum(t.pence) filter (where t.kind = 'fee'), 0)::bigint as fees
  from payment p join transfer t on t.payment_id = p.id
  where p.account is null and p.purpose = 'donation' and p.state = 'paid'
    and ($1::bigint is null or p.charity_id = $1) and ($2::timestamptz is null or p.paid_at < $2)
  group by p.charity_id
), waits as (
  select charity_id, min(paid_at) as since, count(*) as gifts, count(*) filter (where fee_pence is null) as unsettled
  from payment
  where account is null and purpose = 'donation' and state = 'paid' and payout_id is null
    and amount_pence > refunded_pence + disputed_pence and ($1::bigint is null or charity_id = $1)
  group by charity_id
), sent as (
  select split_part(case kind when 'payout' then debit_account else credit_account end, ':', 2)::bigint as charity_id,
         sum(case kind when 'payout' then pence else -pence end)::bigint as pence
  from transfer where kind in ('payout', 'payout_failed') and source like 'bank:%'
    and ($1::bigint is null or 'fund:' || $1 in (debit_account, credit_account))
  group by 1
)
select f.id, f.slug, f.name, f.currency, held.given, held.gone_back, held.fees, coalesce(sent.pence, 0) as paid_over,
       coalesce(waits.gifts, 0) as gifts, coalesce(waits.unsettled, 0) as unsettled, waits.since
from held join fund f on f.id = held.charity_id left join waits on waits.charity_id = f.id
     left join sent on sent.charity_id = f.id
order by held.given - held.gone_back - held.fees - coalesce(sent.pence, 0) desc, f.name
"""


@dataclass(frozen=True, slots=True)
class Owed:
    """What is held for one charity.

    Args:
        charity_id: its fund.
        given_pence, gone_back_pence, fees_pence, paid_over_pence: of which the sum is made.
        gifts: that are not marked as paid out yet; of them `unsettled` have a fee that Stripe has not told.
        since: when the oldest of these was given.
    """

    charity_id: int
    slug: str
    name: str
    currency: str
    given_pence: int
    gone_back_pence: int
    fees_pence: int
    paid_over_pence: int
    gifts: int
    unsettled: int
    since: datetime | None

    @property
    def pence(self) -> int:
        """What is owed now; less than nothing when something went back that had been paid over."""
        return self.given_pence - self.gone_back_pence - self.fees_pence - self.paid_over_pence


async def list_owed(reading: asyncpg.Connection) -> Sequence[Owed]:
    """Every charity for which the organiser's account has ever taken a gift; the largest sum first."""
    return [Owed(*row.values()) for row in await reading.fetch(OWED, None, None)]


async def find_owed(reading: asyncpg.Connection, charity: int, before: datetime | None = None) -> Owed | None:
    """What is owed to a charity; None when no gift to it was taken on the organiser's account.

    Args:
        charity: its fund.
        before: only for gifts of before that moment; everything paid over counts all the same.
    """
    row = await reading.fetchrow(OWED, charity, before)
    return Owed(*row.values()) if row else None
