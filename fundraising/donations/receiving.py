"""When money of a donation moved: what stands of it, and the letters about it, in the transaction of the fact."""

from collections.abc import Sequence

import asyncpg

from fundraising.mail.letters import NewLetter, write
from fundraising.payments.batch import Moved

STAND = """
update donation d
set standing_pence = m.after, received_at = coalesce(d.received_at, case when m.first then m.at end)
from unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::bool[]) as m (payment_id, after, at, first)
     join payment p on p.id = m.payment_id, fund f, fund c left join connected_account a on a.charity_id = c.id
where d.payment_id = m.payment_id and f.id = d.fund_id and c.id = d.charity_id
returning d.payment_id, d.id, d.token, d.name, d.email, d.gift_pence, d.cover_pence, d.gift_aid, d.received_at,
          f.name as fund, f.kind, f.slug, c.name as charity, p.amount_pence, p.currency,
          coalesce(p.statement_name, a.statement_name) as statement_name
"""
WRONG = """
select d.id, d.standing_pence, p.id as payment_id,
       case when p.state = 'paid' then p.amount_pence - p.refunded_pence - p.disputed_pence else 0 end as stands
from donation d join payment p on p.id = d.payment_id
where d.standing_pence <> case when p.state = 'paid'
                               then p.amount_pence - p.refunded_pence - p.disputed_pence else 0 end
   or d.gift_pence + d.cover_pence <> p.amount_pence or d.fund_id <> p.fund_id or d.charity_id <> p.charity_id
order by d.id
"""


async def tell(connection: asyncpg.Connection, moved: Sequence[Moved]) -> None:
    """Called by the intake, within its transaction: keep what stands, write the receipt or the word about a refund."""
    news = {m.payment_id: m for m in moved}
    columns = [(m.payment_id, m.after_pence, m.at, m.first) for m in moved]
    rows = await connection.fetch(STAND, *(list(column) for column in zip(*columns, strict=True)))
    letters = []
    for row in rows:
        about = news[row["payment_id"]]
        if about.first and about.after_pence > 0:
            letters.append(_letter("receipt", row, about))
        elif about.after_pence < about.before_pence:
            letters.append(_letter("gone_back", row, about))
    await write(connection, letters)


def _letter(template: str, row: asyncpg.Record, about: Moved) -> NewLetter:
    facts = {
        name: row[name]
        for name in ("token", "name", "fund", "kind", "slug", "charity", "gift_aid", "currency", "statement_name")
    }
    facts |= {
        "amount_pence": row["amount_pence"],
        "cover_pence": row["cover_pence"],
        "standing_pence": about.after_pence,
        "back_pence": about.before_pence - about.after_pence,
        "received_at": row["received_at"].isoformat() if row["received_at"] else None,
    }
    once = f"{template} {row['id']}" + ("" if template == "receipt" else f" {about.after_pence} {about.at.isoformat()}")
    return NewLetter(row["email"], template, facts, once)


async def prove(connection: asyncpg.Connection) -> list[str]:
    """What `books` asks of this room: does every donation show what stands of its payment?"""
    return [
        f"donation {row['id']} shows {row['standing_pence']} pence; of its payment {row['payment_id']} "
        f"{row['stands']} stand, or amount or beneficiary differ"
        for row in await connection.fetch(WRONG)
    ]
