"""What `books` and `rebuild` ask of this room: is every pot what its payments make it, and every match of its gift?"""

import asyncpg

from fundraising.store.database import transaction

STANDING = """
select p.id, p.sponsor, p.matched_pence,
       coalesce(sum(m.amount_pence - m.refunded_pence), 0)::bigint as pence
from pot p left join match a on a.pot_id = p.id left join payment m on m.id = a.payment_id group by p.id
"""
LEVELS = f"select * from ({STANDING}) s where matched_pence <> pence order by id"  # noqa: S608 - a constant
REBUILD = (
    f"update pot set matched_pence = s.pence from ({STANDING}) s where pot.id = s.id and s.matched_pence <> s.pence"  # noqa: S608
)
# Each match is for a gift, at the same fund and for the same charity, and booked from the account of its pot.
STRAY = """
select a.id, a.pot_id, a.payment_id
from match a join payment g on g.id = a.gift_id join payment m on m.id = a.payment_id
     left join donation d on d.payment_id = m.id
where m.purpose <> 'match' or g.purpose <> 'donation' or d.id is null
   or (m.fund_id, m.charity_id, m.currency) is distinct from (g.fund_id, g.charity_id, g.currency)
   or exists (select from transfer t where t.payment_id = m.id
              and 'matched:' || a.pot_id not in (t.debit_account, t.credit_account))
order by a.id
"""
LONE = """
select p.id from payment p where p.purpose = 'match' and not exists (select from match a where a.payment_id = p.id)
order by p.id
"""
# What stands of a match is no more than its part of what stands of the gift, once the pot has read so far.
TOO_MUCH = """
select a.pot_id, a.gift_id, a.pence, a.first * (g.amount_pence - g.refunded_pence - g.disputed_pence) / g.amount_pence
         as due
from (
  select a.pot_id, a.gift_id, sum(m.amount_pence - m.refunded_pence)::bigint as pence,
         (array_agg(m.amount_pence order by a.made_at, a.id))[1] as first
  from match a join payment m on m.id = a.payment_id group by a.pot_id, a.gift_id
) a join payment g on g.id = a.gift_id join pot p on p.id = a.pot_id
where a.pence > a.first * (g.amount_pence - g.refunded_pence - g.disputed_pence) / g.amount_pence
  and not exists (select from transfer t where t.payment_id = g.id and t.id > p.read_to)
order by a.pot_id, a.gift_id
"""


async def prove(reading: asyncpg.Connection) -> list[str]:
    """A sentence for every pot, and every match, that does not fit."""
    levels = [
        f"pot {row['id']} of {row['sponsor']} says that {row['matched_pence']} pence were added; its matches make"
        f" {row['pence']}"
        for row in await reading.fetch(LEVELS)
    ]
    strays = [
        f"match {row['id']} of pot {row['pot_id']} (payment {row['payment_id']}) does not belong to its gift"
        for row in await reading.fetch(STRAY)
    ]
    lone = [f"payment {row['id']} is a match, and of no gift" for row in await reading.fetch(LONE)]
    too_much = [
        f"pot {row['pot_id']} has added {row['pence']} pence to gift {row['gift_id']}, of which {row['due']} are due"
        for row in await reading.fetch(TOO_MUCH)
    ]
    return [*levels, *strays, *lone, *too_much]


async def rebuild_pots() -> int:
    """Reckon the level of every pot from its matches.

    Returns:
        How many were wrong, and are right now.
    """
    async with transaction() as writing:
        await writing.fetch("select id from pot order by id for no key update")
        return int((await writing.execute(REBUILD)).split()[-1])
