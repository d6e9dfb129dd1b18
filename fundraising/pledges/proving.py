"""What `books` asks of this room: cash counts when it was confirmed, and once; paid promises were paid."""

import asyncpg

# Each confirmed line against its payment and its banking.
LINES = """
select g.id, g.amount_pence, g.payment_id, g.banking_id from cash_gift g left join payment p on p.id = g.payment_id
     left join banking b on b.id = g.banking_id
where g.state = 'confirmed' and (p.purpose, p.state, p.fund_id, p.amount_pence, p.refunded_pence, b.fund_id)
      is distinct from ('cash', 'paid', g.fund_id, g.amount_pence, 0, g.fund_id)
   or g.state = 'confirmed' and (b.confirmed_at is null or b.returned_at is not null)
   or g.state = 'banked' and (b.confirmed_at is not null or b.refused_at is not null)
order by g.id
"""
PAYMENTS = """
select p.id, p.amount_pence from payment p left join cash_gift g on g.payment_id = p.id and g.state = 'confirmed'
where p.purpose = 'cash' and (p.refunded_pence = p.amount_pence) = (g.id is not null) order by p.id
"""
BANKINGS = """
select b.id, b.amount_pence, coalesce(sum(g.amount_pence), 0)::bigint as pence
from banking b left join cash_gift g on g.banking_id = b.id
where b.refused_at is null and b.returned_at is null
group by b.id having b.amount_pence <> coalesce(sum(g.amount_pence), 0) order by b.id
"""
PLEDGES = """
select r.id, r.payment_id from result_pledge r join payment p on p.id = r.payment_id
where r.paid_at is not null and (p.purpose, p.state, p.fund_id) is distinct from ('donation', 'paid', r.fund_id)
order by r.id
"""


async def prove(connection: asyncpg.Connection) -> list[str]:
    """A sentence for everything that does not fit."""
    return [
        *[
            f"cash gift {row['id']} of {row['amount_pence']} pence does not fit payment {row['payment_id']} and"
            f" banking {row['banking_id']}"
            for row in await connection.fetch(LINES)
        ],
        *[
            f"payment {row['id']} of {row['amount_pence']} pence in cash stands without a line that was confirmed, or"
            " does not stand with one"
            for row in await connection.fetch(PAYMENTS)
        ],
        *[
            f"banking {row['id']} is of {row['amount_pence']} pence; its lines make {row['pence']}"
            for row in await connection.fetch(BANKINGS)
        ],
        *[
            f"pledge {row['id']} is said to be paid by payment {row['payment_id']}, which is not paid or is for"
            " something else"
            for row in await connection.fetch(PLEDGES)
        ],
    ]
