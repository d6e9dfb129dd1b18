"""The pots that add to gifts to a fund, as its page, its stream and its donate form show them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

from fundraising.donations.fees import Addition
from fundraising.funds.addresses import Seen
from fundraising.matching.reckoning import Terms
from fundraising.store.database import connection
from fundraising.web.words import money

SOON = timedelta(days=7)  # a pot is announced so long before it begins
MOST = 3
# Of what nobody may see, no pot is shown below it either: its sponsor would say whose it is.
POTS = """
select p.id, p.fund_id, p.sponsor, p.ratio_percent, p.most_each_pence, p.cap_pence, p.matched_pence, p.starts_at,
       p.ends_at, f.currency
from pot p join fund f on f.id = p.fund_id
where p.fund_id = any($1) and p.closed_at is null and p.starts_at < $3 and (p.ends_at is null or p.ends_at > $2)
  and (f.state <> 'hidden' or f.id = $4)
order by p.matched_pence = p.cap_pence, p.starts_at, p.id limit $5
"""
ADDED = """
select p.sponsor, sum(m.amount_pence - m.refunded_pence)::bigint as pence
from match a join pot p on p.id = a.pot_id join payment m on m.id = a.payment_id where a.gift_id = $1
group by p.id, p.sponsor having sum(m.amount_pence - m.refunded_pence) > 0 order by p.id
"""
OFFERS = {100: "doubles every gift", 200: "triples every gift"}


@dataclass(frozen=True, slots=True)
class ShownPot:
    """A pot as everybody may see it."""

    id: int
    fund_id: int
    sponsor: str
    ratio_percent: int
    most_each_pence: int | None
    cap_pence: int
    matched_pence: int
    starts_at: datetime
    ends_at: datetime | None
    currency: str

    @property
    def left_pence(self) -> int:
        """What is still to be added."""
        return self.cap_pence - self.matched_pence

    @property
    def has_begun(self) -> bool:
        """Whether it adds to gifts already."""
        return self.starts_at <= datetime.now(UTC)

    @property
    def offer(self) -> str:
        """What it does to a gift, in words."""
        each = f"{self.ratio_percent}p" if self.ratio_percent < 100 else money(self.ratio_percent, self.currency)
        return OFFERS.get(self.ratio_percent, f"adds {each} to every £1 given")

    def adds(self, pence: int) -> int:
        """What a gift of so much would get now; until it is paid, others may come first."""
        if not self.has_begun:
            return 0
        return min(Terms(self.ratio_percent, self.most_each_pence).share(pence), self.left_pence)


async def find_pots(reading: asyncpg.Connection, fund: Seen) -> tuple[ShownPot, ...]:
    """The pots for gifts to a fund: its own, and those of everything that it counts towards."""
    ids = [one for one in (fund.id, fund.team_id, fund.charity_id, fund.event_id) if one is not None]
    now = datetime.now(UTC)
    return tuple(ShownPot(*row) for row in await reading.fetch(POTS, ids, now, now + SOON, fund.id, MOST))


async def additions(fund: Seen, pence: int) -> list[Addition]:
    """What the pots would add to a gift of so much, those that would."""
    async with connection() as reading:
        pots = await find_pots(reading, fund)
    return [Addition(pot.sponsor, adds) for pot in pots if (adds := pot.adds(pence))]


async def added_to(gift: UUID) -> list[Addition]:
    """What pots have added to a gift that stands, by sponsor."""
    async with connection() as reading:
        return [Addition(row["sponsor"], row["pence"]) for row in await reading.fetch(ADDED, gift)]
