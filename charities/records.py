"""What this wing keeps of a person: whose desk they may see, who invited them, where they looked at donors, and what
they made for programs."""

import asyncpg

from fundraising.people.records import Record, Rows, Whom, rows_of

TABLES = {
    "charity_desks": "Charities whose desk you may see, and what you may do there.",
    "charity_invitations": "Invitations to a charity's desk that were sent to you.",
    "donor_looks": "When you looked at a charity's donors there: it keeps that for them.",
    "charity_keys": "Keys for programs that you made at a charity's desk.",
    "charity_endpoints": "Addresses of programs that you had told, at a charity's desk.",
    "charity_contacts": "Charities that name you as whom the organiser may ask.",
    "bank_payouts": "Payments to charities' banks that you recorded.",
    "charity_applications": "What you sent us when a charity of yours applied.",
}
DESKS = """
select f.name as charity, p.role, p.made_at from partner p join charity c on c.id = p.charity_id
join fund f on f.id = c.fund_id where p.person_id = $1 order by p.made_at
"""
INVITATIONS = """
select f.name as charity, i.email, i.role, i.made_at, i.expires_at, i.used_at, i.revoked_at
from partner_invitation i join charity c on c.id = i.charity_id join fund f on f.id = c.fund_id
where i.email = $1 order by i.made_at
"""
LOOKS = """
select f.name as charity, l.what, l.rows, l.at from donor_look l join charity c on c.id = l.charity_id
join fund f on f.id = c.fund_id where l.person_id = $1 order by l.at
"""
KEYS = """
select f.name as charity, k.name, k.start, k.sees_donations, k.made_at, k.used_at, k.ended_at
from api_key k join charity c on c.id = k.charity_id join fund f on f.id = c.fund_id where k.made_by_id = $1
order by k.made_at
"""
ENDPOINTS = """
select f.name as charity, e.url, e.made_at, e.ended_at from endpoint e join charity c on c.id = e.charity_id
join fund f on f.id = c.fund_id where e.made_by_id = $1 order by e.made_at
"""
CONTACTS = """
select f.name as charity, c.contact_name, c.contact_email from charity c join fund f on f.id = c.fund_id
where c.contact_email = $1 order by f.name
"""
PAYOUTS = """
select f.name as charity, b.pence, b.currency, b.reference, b.paid_on, b.made_at, b.undone_at
from bank_payout b join charity c on c.id = b.charity_id join fund f on f.id = c.fund_id
where b.made_by_id = $1 order by b.id
"""
APPLICATIONS = """
select name, register, number, hmrc_reference, website, summary, about, what_ten_does, contact_name, email, step, words,
       made_at, confirmed_at, sent_at, decided_at
from application where email = $1 order by made_at
"""
# Of a charity that is here the application stays, without the person; the others are nobody's business any more.
FORGET = (
    "delete from partner_invitation where email = $1",
    "delete from application where email = $1 and charity_id is null",
    "update application set contact_name = '', email = '' where email = $1",
    "update charity set contact_name = '', contact_email = '' where contact_email = $1",
)


async def _export(reading: asyncpg.Connection, whom: Whom) -> Rows:
    return {
        "charity_desks": await rows_of(reading, DESKS, whom.person),
        "charity_invitations": await rows_of(reading, INVITATIONS, whom.email),
        "donor_looks": await rows_of(reading, LOOKS, whom.person),
        "charity_keys": await rows_of(reading, KEYS, whom.person),
        "charity_endpoints": await rows_of(reading, ENDPOINTS, whom.person),
        "charity_contacts": await rows_of(reading, CONTACTS, whom.email),
        "bank_payouts": await rows_of(reading, PAYOUTS, whom.person),
        "charity_applications": await rows_of(reading, APPLICATIONS, whom.email),
    }


async def _erase(writing: asyncpg.Connection, whom: Whom) -> None:
    await writing.execute("delete from partner where person_id = $1", whom.person)
    await writing.execute("update donor_look set person_id = null where person_id = $1", whom.person)
    await writing.execute("update api_key set made_by_id = null where made_by_id = $1", whom.person)  # the charity's
    await writing.execute("update endpoint set made_by_id = null where made_by_id = $1", whom.person)
    await writing.execute("update bank_payout set made_by_id = null where made_by_id = $1", whom.person)
    for statement in FORGET:
        await writing.execute(statement, whom.email)


RECORD = Record(TABLES, _export, _erase)
