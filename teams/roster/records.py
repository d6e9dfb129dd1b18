"""What this room keeps of a person: teams they lead, seats, invitations, requests to join, what they paid for seats.

A team's history names people as the public knew them. Its lines are forgotten before anything else, since afterwards
nobody can tell whose they were; the rest comes after the places and the funds, in the order of locks.
"""

from collections.abc import Sequence

import asyncpg

from fundraising.funds.counting import announce
from fundraising.mail.letters import NewLetter, write
from fundraising.people.records import Kept, NotYet, Record, Rows, Whom, rows_of
from fundraising.store.ids import new_id
from teams.roster.captains import name_of
from teams.roster.founding import note
from teams.roster.models import FactKind

HISTORY_TABLES = {"team_history": "Lines of your teams' histories that name you."}
TABLES = {
    "teams_led": "Teams that you lead, as captain or co-captain.",
    "seats": "Seats in teams on which places of yours sit, or have sat; and how often your captain has nudged you.",
    "invitations": "Invitations to a team that were sent to your address, with what the captain wrote.",
    "join_requests": "Teams that you have asked to join.",
    "seat_orders": "What you have paid for seats, or for moving to another team.",
}
# The names by which somebody is known in a team: of a place, of its page, and of who leads it.
KNOWN_AS = """
with mine as (
  select s.team_id, e.first_name, e.last_name, e.fund_id
  from entry e join seat s on s.entry_id = e.id where e.person_id = $1
  union
  select t.id, e.first_name, e.last_name, e.fund_id
  from entry e join fund_move m on m.fund_id = e.fund_id join team t on t.fund_id in (m.left_id, m.joined_id)
  where e.person_id = $1
), known_as as (
  select m.team_id, n.name, n.is_first
  from mine m left join fund f on f.id = m.fund_id
       cross join lateral (values (m.first_name || ' ' || m.last_name, false), (f.name, false), (m.first_name, true),
                           (m.first_name || ' ' || left(m.last_name, 1) || '.', false)) n (name, is_first)
  union
  select t.id, split_part(p.name, ' ', 1), true from team t join person p on p.id in (t.captain_id, t.co_captain_id)
  where p.id = $1
), theirs as (
  select distinct f.id from team_fact f join known_as k on k.team_id = f.team_id and k.name = f.name
  where f.name <> '' and (not k.is_first or f.kind in ('withdrew', 'captain', 'co_captain'))
)
"""
HISTORY = f"""{KNOWN_AS}
select d.name as team, f.kind, f.name, f.at from team_fact f join theirs on theirs.id = f.id
     join team t on t.id = f.team_id join fund d on d.id = t.fund_id order by f.at, f.id
"""  # noqa: S608 - put together from constants
FORGET_HISTORY = f"""{KNOWN_AS}, locked as materialized (
  select id from team_fact where id in (select id from theirs) order by id for no key update
)
update team_fact set name = '' from locked where team_fact.id = locked.id
"""  # noqa: S608 - put together from constants
# A place that was given back in this very transaction has told its team's history a first name.
FORGET_WITHDRAWN = """
update team_fact set name = '' where kind = 'withdrew' and at = now() and team_id in (
  select s.team_id from seat s join entry e on e.id = s.entry_id where e.person_id = $1 and s.state = 'withdrawn')
"""
LED = """
select f.name as team, case when t.captain_id = $1 then 'captain' else 'co-captain' end as you_are, r.name as race,
       t.motto, t.about, t.is_private, t.on_boards, t.founded_at, t.ended_at
from team t join fund f on f.id = t.fund_id join race r on r.id = t.race_id
where $1 in (t.captain_id, t.co_captain_id) order by t.founded_at, t.id
"""
SEATS = """
select f.name as team, s.state, s.entry_id as entry, s.name as name_typed_by_the_captain, s.nudges, s.nudged_at,
       s.opened_at
from seat s join entry e on e.id = s.entry_id join team t on t.id = s.team_id join fund f on f.id = t.fund_id
where e.person_id = $1 order by s.opened_at, s.id
"""
INVITATIONS = """
select f.name as team, s.name as name_typed_by_the_captain, i.email, i.note, i.sends as letters, i.made_at,
       i.expires_at, i.used_at, i.revoked_at, i.declined_at
from invitation i join seat s on s.id = i.seat_id join team t on t.id = s.team_id join fund f on f.id = t.fund_id
where lower(i.email) = $1 order by i.made_at, i.id
"""
REQUESTS = """
select f.name as team, j.name, j.email, j.made_at, j.answered_at, j.approved
from join_request j join team t on t.id = j.team_id join fund f on f.id = t.fund_id
where lower(j.email) = $1 order by j.made_at, j.id
"""
ORDERS = """
select o.kind, f.name as team, o.each_pence, o.price_name, p.state, p.amount_pence, p.refunded_pence, o.made_at
from seat_order o join team t on t.id = o.team_id join fund f on f.id = t.fund_id
     left join payment p on p.id = o.payment_id
where o.person_id = $1 order by o.made_at, o.id
"""
LEADS = """
select t.id, t.fund_id, f.name, t.captain_id = $1 as is_captain, t.co_captain_id, t.ended_at is null as is_on
from team t join fund f on f.id = t.fund_id where $1 in (t.captain_id, t.co_captain_id) order by t.id {locked}
"""
WITHOUT_THEM = """
update team set captain_id = case when captain_id = $2 then co_captain_id else captain_id end, co_captain_id = null
where id = $1
"""
AT_THE_TILL = """
select exists (select from seat s join seat_order o on o.id = s.order_id where o.person_id = $1 and s.state = 'held')
    or exists (select from seat_order o join payment p on p.id = o.payment_id
               where o.person_id = $1 and o.kind = 'move' and p.state in ('made', 'open', 'processing'))
"""
HAS_PAID = """
select exists (select from seat_order o join payment p on p.id = o.payment_id
               where o.person_id = $1 and p.state = 'paid')
"""
# Seats first, while it is known to which of them the address was invited. The place that one of them may hold while a
# form is open is left to the clock: places are locked no more by now.
FORGET_ADDRESS = (
    """
    update seat set state = 'empty' where state = 'invited' and id in (
      select seat_id from invitation
      where lower(email) = $1 and used_at is null and revoked_at is null and declined_at is null)
    """,
    "update seat set name = '' where name <> '' and id in (select seat_id from invitation where lower(email) = $1)",
    """
    update invitation set revoked_at = now()
    where lower(email) = $1 and used_at is null and revoked_at is null and declined_at is null
    """,
    """
    delete from letter where template = 'invitation'
      and facts ->> 'invitation' in (select id::text from invitation where lower(email) = $1)
    """,
    "update invitation set email = '', note = '' where lower(email) = $1",
    """
    update join_request set name = '', email = '', answered_at = coalesce(answered_at, now()),
      approved = coalesce(approved, false)
    where lower(email) = $1
    """,
)
FORGET_SEATS = (
    "update seat set name = '' where name <> '' and entry_id in (select id from entry where person_id = $1)",
    """
    update invitation set email = '', note = '' where seat_id in (
      select s.id from seat s join entry e on e.id = s.entry_id where e.person_id = $1) and used_at is not null
    """,
)
WAIT = (
    "Seats with this address are being paid for at this moment. Pay for them or give them back, or come again in half"
    " an hour. Nothing has been erased."
)
PAID = "What you paid for seats stays in the organiser's accounts and with Stripe, without your name."


async def _export_history(reading: asyncpg.Connection, whom: Whom) -> Rows:
    return {"team_history": await rows_of(reading, HISTORY, whom.person)}


async def _erase_history(writing: asyncpg.Connection, whom: Whom) -> None:
    await writing.execute(FORGET_HISTORY, whom.person)


async def _export(reading: asyncpg.Connection, whom: Whom) -> Rows:
    return {
        "teams_led": await rows_of(reading, LED, whom.person),
        "seats": await rows_of(reading, SEATS, whom.person),
        "invitations": await rows_of(reading, INVITATIONS, whom.email),
        "join_requests": await rows_of(reading, REQUESTS, whom.email),
        "seat_orders": await rows_of(reading, ORDERS, whom.person),
    }


async def _foresee(reading: asyncpg.Connection, whom: Whom) -> Sequence[str]:
    rows = await reading.fetch(LEADS.format(locked=""), whom.person)
    return [_what_becomes_of(row) for row in rows if row["is_captain"] and row["is_on"]]


def _what_becomes_of(row: asyncpg.Record) -> str:
    if row["co_captain_id"]:
        return f"The co-captain of {row['name']} is its captain from then on."
    return f"{row['name']} has no captain any more. Hand it over to a member first if it should go on."


async def _erase(writing: asyncpg.Connection, whom: Whom) -> Kept:
    """Teams pass to their co-captains; of what others have typed about somebody nothing stays."""
    if await writing.fetchval(AT_THE_TILL, whom.person):
        raise NotYet(WAIT)
    for statement in FORGET_ADDRESS:
        await writing.execute(statement, whom.email)
    for statement in (*FORGET_SEATS, FORGET_WITHDRAWN):
        await writing.execute(statement, whom.person)
    rows = await writing.fetch(LEADS.format(locked="for no key update of t"), whom.person)
    for row in rows:
        await _pass_on(writing, row, whom)
    if rows:
        await announce(writing, [row["fund_id"] for row in rows])
    sentences = [_what_became_of(row) for row in rows if row["is_captain"] and row["is_on"]]
    if await writing.fetchval(HAS_PAID, whom.person):
        sentences.append(PAID)
    return Kept(tuple(sentences), frozenset(row["fund_id"] for row in rows))


async def _pass_on(writing: asyncpg.Connection, row: asyncpg.Record, whom: Whom) -> None:
    """A team without one of its captains; who leads it now is told, and so is its history."""
    await writing.execute(WITHOUT_THEM, row["id"], whom.person)
    if not row["is_captain"] or not row["is_on"] or row["co_captain_id"] is None:
        return
    captain: int = row["co_captain_id"]
    await note(writing, row["id"], FactKind.CAPTAIN, await name_of(row["id"], captain))
    email = await writing.fetchval("select email from person where id = $1", captain)
    facts = {"team": row["id"], "captain": captain, "before": None, "to": captain}
    await write(writing, [NewLetter(email or "", "captain_yours", facts, f"captain_yours {captain} {new_id()}")])


def _what_became_of(row: asyncpg.Record) -> str:
    if row["co_captain_id"]:
        return f"{row['name']} is led by its co-captain now."
    return f"{row['name']} has no captain any more."


HISTORY_RECORD = Record(HISTORY_TABLES, _export_history, _erase_history)
RECORD = Record(TABLES, _export, _erase, _foresee)
