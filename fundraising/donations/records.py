"""What this room keeps of an address: its gifts, what was said with them, and Gift Aid declarations."""

import asyncpg

from fundraising.people.records import Kept, Record, Rows, Whom, rows_of
from fundraising.web.words import plural

NAMELESS = "Somebody kind"  # as the pages call who hides their name
TABLES = {
    "gifts": "What you gave, to whom, what you said with it and what you allowed, whether you asked for it back."
    " The receipt is its page.",
    "gift_aid_declarations": "Gift Aid declarations, as you made them.",
}
GIFTS = """
select f.name as given_to, c.name as charity, p.state, p.amount_pence, p.currency, p.refunded_pence, p.disputed_pence,
       d.gift_pence, d.cover_pence, d.name, d.email, d.message, d.message_state, d.hide_name, d.hide_amount,
       d.in_honour_of, d.company, d.gift_aid, d.is_connected, d.contact_ok, d.contact_wording, d.updates_ok,
       d.updates_wording, d.refund_asked_at, d.refund_reason, d.refund_answered_at, d.refund_answer,
       d.refund_granted_pence, d.thanks, d.thanked_at, d.created_at, p.paid_at, p.paid_out_at,
       '/donations/' || d.token as receipt
from donation d join payment p on p.id = d.payment_id join fund f on f.id = p.fund_id join fund c on c.id = p.charity_id
where lower(d.email) = $1 order by d.created_at, d.id
"""
DECLARATIONS = """
select g.charity_name, g.wording_version, g.wording, g.title, g.first_name, g.last_name, g.house, g.postcode, g.made_at,
       g.cancelled_at, g.claimed_on, g.received_on, '/donations/' || d.token as receipt
from donation d join declaration g on g.donation_id = d.id where lower(d.email) = $1 order by g.made_at, g.id
"""
COUNT = """
select count(distinct d.id) filter (where p.state = 'paid') as gifts, count(g.id) as declarations
from donation d join payment p on p.id = d.payment_id left join declaration g on g.donation_id = d.id
where lower(d.email) = $1
"""
FORGET = """
update donation set name = $2, email = '', message = '', in_honour_of = '', company = '', thanks = '',
       contact_ok = false, updates_ok = false, refund_reason = '', refund_answer = '' where lower(email) = $1
"""
KNOWN = "select exists (select from donation where lower(email) = lower($1))"


async def is_known(reading: asyncpg.Connection, email: str) -> bool:
    """Whether something was given with an address, or was about to be: then its owner may see it."""
    known: bool = await reading.fetchval(KNOWN, email)
    return known


async def _export(reading: asyncpg.Connection, whom: Whom) -> Rows:
    return {
        "gifts": await rows_of(reading, GIFTS, whom.email),
        "gift_aid_declarations": await rows_of(reading, DECLARATIONS, whom.email),
    }


async def _erase(writing: asyncpg.Connection, whom: Whom) -> Kept:
    count = await writing.fetchrow(COUNT, whom.email)
    await writing.execute(FORGET, whom.email, NAMELESS)
    return Kept(tuple(_stays(count["gifts"], count["declarations"])))


def _stays(gifts: int, declarations: int) -> list[str]:
    """What has to stay of them; whoever goes live re-reads on GOV.UK for how long declarations are kept."""
    sentences = []
    if gifts:
        sentences.append(
            f"The amount and the day of {plural(gifts, 'gift')} stay in totals, in the ledger and with Stripe: the"
            " charity received that money. Your name, your address and your words are gone from it."
        )
    if declarations:
        sentences.append(
            f"{plural(declarations, 'Gift Aid declaration')} {'stays' if declarations == 1 else 'stay'} as made, with"
            " name and address: a tax record, which the charity must be able to show to HMRC for six years"
            " after the accounting period of the gift."
        )
    return sentences


RECORD = Record(TABLES, _export, _erase)
