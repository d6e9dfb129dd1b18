"""What this room keeps of a person: the places they look after, what they paid for, and what they wait for.

An entry belongs to whoever looks after it: the runner, or the parent of a child. Who paid for a friend is told of the
friend's entry that there is one, and nothing else: not the name, nor the day of birth, nor the medical note.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import asyncpg

from fundraising.people.records import Kept, NotYet, Record, Rows, Whom, rows_of
from fundraising.settings import Settings
from fundraising.web.sealing import SealBroken
from fundraising.web.words import money
from teams.entries import places
from teams.entries.changing import CALL_BACK, END, as_seen, give_fee_back, terms_of
from teams.entries.medical import opened_note
from teams.entries.models import Entry, EntryState

TABLES = {
    "entries": "Places that you look after, your own or your child's, with all that was typed, medical note included.",
    "answers": "Answers to the organiser's own questions.",
    "waivers": "What you agreed to for each place, in the words that stood there.",
    "payments": "What you paid for, alone or for others; of others only how many they are.",
    "waiting_lists": "Races that you wait for, or have waited for.",
    "handovers": "Places that you offered to somebody, and that were offered to you.",
    "credits": "Fees that are carried over to a later event.",
}
ENTRIES = """
select e.id, f.name as event, r.name as race, r.starts_at, e.state, e.first_name, e.last_name, e.email, e.born_on,
       e.category, e.emergency_name, e.emergency_phone, e.brings_guide, e.club, e.shirt, e.photo_ok, e.estimate_seconds,
       c.name as charity, t.name as team, e.wants_page, e.number, e.price_name, e.price_pence, e.guardian_name,
       e.guardian_email, e.guardian_agreed_at, e.medical as medical_note, e.medical_until as medical_note_deleted_on,
       e.made_at, e.placed_at, e.ended_at, e.ended_because
from entry e join race r on r.id = e.race_id join event v on v.id = r.event_id join fund f on f.id = v.fund_id
     left join fund c on c.id = e.charity_id left join fund t on t.id = e.team_id
where e.person_id = $1 order by e.made_at, e.id
"""
ANSWERS = """
select e.id as entry, coalesce(q.label, a.key) as question, a.value as answer
from entry e cross join lateral jsonb_each_text(e.answers) a left join question q on q.id::text = a.key
where e.person_id = $1 order by e.made_at, e.id, q.position, a.key
"""
WAIVERS = """
select e.id as entry, w.version, w.text, e.waived_at as agreed_at
from entry e join waiver w on w.id = e.waiver_id where e.person_id = $1 and e.waived_at is not null
order by e.made_at, e.id
"""
PAYMENTS = """
select y.id, f.name as event, y.team_name, y.fee_pence, p.state, p.refunded_pence, p.paid_at, y.held_until, y.made_at,
       count(e.id) filter (where e.person_id = $1) as places_of_yours,
       count(e.id) filter (where e.person_id <> $1) as places_of_others
from party y join event v on v.id = y.event_id join fund f on f.id = v.fund_id
     left join payment p on p.id = y.payment_id left join entry e on e.party_id = y.id
where y.person_id = $1 group by y.id, f.id, p.id order by y.made_at, y.id
"""
WAITING = """
select f.name as event, r.name as race, w.state, w.name, w.email, w.joined_at, w.offered_until
from waiting w join race r on r.id = w.race_id join event v on v.id = r.event_id join fund f on f.id = v.fund_id
where lower(w.email) = $1 order by w.joined_at, w.id
"""
# Of a place that has changed hands, what its earlier runner did is theirs.
HANDOVERS = """
select 'by you' as offered, h.entry_id as entry, r.name as race, h.made_at, h.expires_at, h.taken_at, h.ended_at
from entry e join handover h on h.entry_id = e.id join race r on r.id = e.race_id
where e.person_id = $1 and h.taken_at is null and lower(h.email) <> $2
  and not exists (select from handover t where t.entry_id = e.id and t.taken_at > h.made_at)
union all
select 'to you', h.entry_id, r.name, h.made_at, h.expires_at, h.taken_at, h.ended_at
from handover h join entry e on e.id = h.entry_id join race r on r.id = e.race_id where lower(h.email) = $2
order by made_at
"""
CREDITS = """
select c.pence, c.made_at, c.used_by_id is not null as is_used from credit c where c.person_id = $1 order by c.made_at
"""
UNUSED = "select coalesce(sum(pence), 0)::int from credit where person_id = $1 and used_by_id is null"
AT_THE_TILL = """
select exists (select from entry where person_id = $1 and state = 'held')
    or exists (select from entry e join party y on y.id = e.party_id where y.person_id = $1 and e.state = 'held')
"""
WAITED_FOR = "select distinct race_id from waiting where lower(email) = $1 and state in ('waiting', 'offered')"
LEAVE = "update waiting set state = 'left' where lower(email) = $1 and state in ('waiting', 'offered')"
FORGET_ADDRESS = (
    "update waiting set name = 'Erased', email = '' where lower(email) = $1",
    "update handover set ended_at = now() where lower(email) = $1 and taken_at is null and ended_at is null",
    "update handover set email = '' where lower(email) = $1",
)
# Letters about a place went to the address that was typed for it, which may be an earlier one.
FORGET_PERSON = (
    """
    delete from letter using entry e
    where e.person_id = $1 and lower(letter.recipient) = lower(e.email) and letter.facts ->> 'entry' = e.id::text
    """,
    """
    update entry set first_name = 'Erased', last_name = '', email = '', born_on = null, category = 'open',
      emergency_name = '', emergency_phone = '', brings_guide = false, club = '', shirt = '', photo_ok = false,
      estimate_seconds = null, answers = '{}', wants_page = false, guardian_name = '', guardian_email = '',
      medical = null, medical_until = null
    where person_id = $1
    """,
    "update party set team_name = '' where person_id = $1",
)
WAIT = (
    "A place with this address is being paid for at this moment. Pay for it or give it back, or come again in half an"
    " hour. Nothing has been erased."
)


def make_record(settings: Settings) -> Record:
    """What this room keeps of a person; with the settings, under whose key medical notes are sealed."""

    async def export(reading: asyncpg.Connection, whom: Whom) -> Rows:
        entries = await rows_of(reading, ENTRIES, whom.person)
        for entry in entries:
            entry["medical_note"] = _opened(settings, entry["medical_note"])
        return {
            "entries": entries,
            "answers": await rows_of(reading, ANSWERS, whom.person),
            "waivers": await rows_of(reading, WAIVERS, whom.person),
            "payments": await rows_of(reading, PAYMENTS, whom.person),
            "waiting_lists": await rows_of(reading, WAITING, whom.email),
            "handovers": await rows_of(reading, HANDOVERS, whom.person, whom.email),
            "credits": await rows_of(reading, CREDITS, whom.person),
        }

    return Record(TABLES, export, _erase, _foresee)


def _opened(settings: Settings, sealed: bytes | None) -> str | None:
    """A medical note; None when there is none, or when it was sealed under a key that is gone."""
    try:
        return opened_note(settings, sealed) if sealed else None
    except SealBroken:
        return None


async def _to_come(whom: Whom) -> Sequence[Entry]:
    """Places of races that are still to come."""
    if whom.person is None:
        return ()
    return (
        await Entry.filter(person_id=whom.person, state=EntryState.PLACED, race__starts_at__gt=datetime.now(UTC))
        .order_by("made_at", "id")
        .prefetch_related("race__event__fund")
    )


def _what_comes_back(entry: Entry) -> str:
    pence = terms_of(entry, entry.race.event, datetime.now(UTC)).refund_pence
    if pence:
        return f"{money(pence, entry.race.event.fund.currency)} of the fee goes back to the card that paid it"
    return "its fee does not come back any more" if entry.price_pence else "there is no fee to come back"


async def _foresee(reading: asyncpg.Connection, whom: Whom) -> list[str]:
    sentences = [
        f"The place of {entry.first_name} {entry.last_name} in {entry.race.event.fund.name}, {entry.race.name}, is"
        f" given back: {_what_comes_back(entry)}."
        for entry in await _to_come(whom)
    ]
    if await reading.fetchval("select exists (" + WAITED_FOR + ")", whom.email):
        sentences.append("You leave the waiting lists that you are on.")
    if unused := await reading.fetchval(UNUSED, whom.person):
        sentences.append(
            f"{money(unused)} carried over to our next event is lost, since nobody would know whose it is. Write to the"
            " organiser first if you want it back."
        )
    return sentences


async def _erase(writing: asyncpg.Connection, whom: Whom) -> Kept:
    """Places to come are given back, as by who withdraws; then all that says who somebody is."""
    if await writing.fetchval(AT_THE_TILL, whom.person):
        raise NotYet(WAIT)
    entries = await _to_come(whom)
    waited_for = [row["race_id"] for row in await writing.fetch(WAITED_FOR, whom.email)]
    races = {entry.race_id for entry in entries} | set(waited_for)
    await places.lock(writing, races)
    sentences = [sentence for entry in entries if (sentence := await _withdraw(writing, entry))]
    await writing.execute(LEAVE, whom.email)
    for statement in FORGET_ADDRESS:
        await writing.execute(statement, whom.email)
    for statement in FORGET_PERSON:
        await writing.execute(statement, whom.person)
    await places.offer(writing, races)
    if await writing.fetchval("select exists (select from party where person_id = $1 and fee_pence > 0)", whom.person):
        sentences.append("The fees that you paid stay in the organiser's accounts and with Stripe, without your name.")
    return Kept(tuple(sentences))


async def _withdraw(writing: asyncpg.Connection, entry: Entry) -> str | None:
    """Give a place back without a letter, since there is no address any more; the page is closed by its own room."""
    refund = terms_of(entry, entry.race.event, datetime.now(UTC)).refund_pence
    if await writing.fetchval(END, entry.id, str(EntryState.WITHDRAWN), "erased", *as_seen(entry)) is None:
        return None
    await writing.execute(CALL_BACK, entry.id)
    await give_fee_back(writing, entry, refund)
    return f"The place in {entry.race.name} is given back: {_what_comes_back(entry)}."
