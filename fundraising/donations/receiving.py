"""When money of a donation moved: the letters about it, in the transaction of the fact."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from fundraising.donations import refunding
from fundraising.funds.addresses import path_of
from fundraising.funds.counting import gift_aid
from fundraising.funds.models import FundKind
from fundraising.mail.letters import write_from
from fundraising.payments.booking import News
from fundraising.payments.judging import Moved
from fundraising.store.database import as_rows
from fundraising.store.database import connection as connection_

LETTERS = """
select d.email, m.template, jsonb_build_object('donation', d.id, 'before', m.before, 'after', m.after),
       m.template || ' ' || d.id || case m.template when 'receipt' then '' else ' ' || m.after || ' ' || m.at end
from json_to_recordset($3::json) as m (payment_id uuid, template text, before bigint, after bigint, at timestamptz)
     join {donation} d on d.payment_id = m.payment_id and d.payment_id = any($2)
"""
OF_ONE = LETTERS.format(donation="donation")
# Of several gifts together: about the whole, to who gave, in the name of the first.
OF_SEVERAL = LETTERS.format(
    donation="""(
       select distinct on (p.together_id) d.id, d.email, p.together_id as payment_id
       from payment p join donation d on d.payment_id = p.id where p.together_id = any($2) order by p.together_id, p.id
     )"""
)
LETTER = {
    News.PAID: None,
    News.REFUNDED: "gone_back",
    News.REFUND_FAILED: "stands_again",
    News.DISPUTED: "disputed",
    News.DISPUTE_WON: "stands_again",
    News.FAILED: "bounced",
    News.EXPIRED: None,
}
MOST_NAMED = 3  # in one breath, of several gifts; the list below names all of them
TOLD = ("payment_id", "template", "before", "after", "at")
TEMPLATES = ("receipt", *sorted({name for name in LETTER.values() if name}))
SAMPLE: Mapping[str, Any] = {
    "token": "x" * 32, "name": "Ada Example", "company": "", "in_honour_of": "Grandad Joe",
    "cover_pence": 58, "gift_aid": True, "fund": "Sam Sample",
    "kind": "runner", "path": "/pages/sam-sample", "charity": "Second Wind", "amount_pence": 2558, "currency": "gbp",
    "paid_at": datetime(2026, 11, 20, 12, tzinfo=UTC), "statement_name": "SECOND WIND", "standing_pence": 1500,
    "moved_pence": 1000, "aid_pence": 639, "parts": (),
}  # fmt: skip
SAMPLES: dict[str, Mapping[str, Any]] = {
    **dict.fromkeys(TEMPLATES, SAMPLE),
    "receipt": {**SAMPLE, "standing_pence": 2558},
}
ABOUT = """
select d.token, d.name, d.company, d.in_honour_of, d.cover_pence, d.gift_aid, f.name as fund, f.kind, f.slug,
       c.name as charity, p.amount_pence,
       p.currency, p.paid_at, coalesce(w.statement_name, p.statement_name, a.statement_name) as statement_name,
       p.together_id
from donation d join payment p on p.id = d.payment_id join fund f on f.id = p.fund_id join fund c on c.id = p.charity_id
     left join payment w on w.id = p.together_id left join connected_account a on a.stripe_id = p.account
where d.id = $1
"""
PARTS = """
select f.name as fund, f.kind, f.slug, p.amount_pence, d.gift_pence, d.cover_pence, d.token,
       p.amount_pence - p.refunded_pence - p.disputed_pence as standing_pence,
       case when d.gift_aid then (p.amount_pence - p.refunded_pence - p.disputed_pence) / 4 else 0 end as aid_pence
from payment p join donation d on d.payment_id = p.id join fund f on f.id = p.fund_id
where p.together_id = $1 order by p.id
"""
WRONG = """
select d.id, d.gift_pence + d.cover_pence as given, p.id as payment_id, p.amount_pence
from donation d join payment p on p.id = d.payment_id
where d.gift_pence + d.cover_pence <> p.amount_pence or d.gift_aid <> p.gift_aid
   or p.purpose not in ('donation', 'cash', 'match')
order by d.id
"""


async def tell(connection: asyncpg.Connection, moved: Sequence[Moved]) -> None:
    """Called by the intake, within its transaction: write the receipt, or the word about what went back.

    Of several gifts together who gave them gets one letter, about all of them.
    """
    await _write(connection, OF_ONE, [one for one in moved if one.together_id is None])
    gone = [one for one in moved if one.news is News.REFUNDED and one.after_pence == 0 < one.before_pence]
    if gone:
        await refunding.close(connection, [(one.payment_id, one.before_pence) for one in gone])


async def tell_together(connection: asyncpg.Connection, moved: Sequence[Moved]) -> None:
    """The same of payments for several gifts."""
    await _write(connection, OF_SEVERAL, moved)


async def _write(connection: asyncpg.Connection, letters: str, moved: Sequence[Moved]) -> None:
    told = [(m.payment_id, template, m.before_pence, m.after_pence, m.at) for m in moved if (template := _template(m))]
    if told:
        await write_from(connection, letters, [one[0] for one in told], as_rows(TOLD, told))


def _template(about: Moved) -> str | None:
    """The letter that the news is worth."""
    if about.first:
        return "receipt" if about.after_pence > 0 else None
    return LETTER[about.news] if about.news is News.FAILED or about.after_pence != about.before_pence else None


async def shown_in_letter(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What a letter about a donation shows, from the facts that were written with it."""
    async with connection_() as reading:
        row = await reading.fetchrow(ABOUT, UUID(facts["donation"]))
        parts = await parts_of(reading, row["together_id"])
    shown = dict(row) | {
        "parts": parts,
        "aid_pence": gift_aid(facts["after"]) if row["gift_aid"] else 0,
        "path": path_of(FundKind(row["kind"]), row["slug"]),
        "standing_pence": facts["after"],
        "moved_pence": abs(facts["before"] - facts["after"]),
    }
    return shown | _together(parts) if parts else shown


async def parts_of(reading: asyncpg.Connection, together_id: UUID | None) -> list[Mapping[str, Any]]:
    """The gifts that were paid together, each with its fund and what of it stands; none when it is one alone."""
    return [dict(row) for row in await reading.fetch(PARTS, together_id)] if together_id else []


def _together(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What a letter about several gifts says in place of one of them."""
    names = [part["fund"] for part in parts]
    shown = names if len(names) <= MOST_NAMED else [*names[: MOST_NAMED - 1], f"{len(names) - MOST_NAMED + 1} others"]
    sums = ("amount_pence", "cover_pence", "aid_pence")
    fund = f"{', '.join(shown[:-1])} and {shown[-1]}"
    return {"fund": fund, **{name: sum(part[name] for part in parts) for name in sums}}


async def prove(connection: asyncpg.Connection) -> list[str]:
    """What `books` asks of this room: is every donation what its payment is?"""
    return [
        f"donation {row['id']} is of {row['given']} pence; its payment {row['payment_id']} is of {row['amount_pence']},"
        " or for something else"
        for row in await connection.fetch(WRONG)
    ]
