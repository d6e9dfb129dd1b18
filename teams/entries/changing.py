"""What may become of a place once it is given: withdrawn, carried over, handed to a friend, agreed to by a parent."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from fundraising.errors import Problem
from fundraising.mail.letters import NewLetter, write
from fundraising.payments.models import PaymentState
from fundraising.people import persons
from fundraising.settings import Settings
from fundraising.store.database import transaction
from fundraising.store.ids import new_id
from fundraising.store.queue import enqueue
from fundraising.web.sealing import seal
from fundraising.web.tokens import hashed, make_nonce, token_from
from teams.entries import places
from teams.entries.entering import MEDICAL_KEPT, details_of
from teams.entries.forms import OF_AGE, DetailsForm, WhoForm
from teams.entries.models import Entry, EntryState, Handover
from teams.entries.placing import GIVE_CREDIT_BACK, give_back, open_pages
from teams.events.models import Event, Stage
from teams.events.pricing import age_on

HANDOVER_LASTS = timedelta(days=14)
# Only for who had it when they looked: meanwhile a friend may have taken it over.
END = """
update entry set state = $2, ended_at = now(), ended_because = $3, medical = null, medical_until = null
where id = $1 and state = 'placed' and person_id is not distinct from $4 returning race_id
"""
STILL_THEIRS = (
    "select id from entry where id = $1 and state = 'placed' and person_id is not distinct from $2 for update"
)
HIDE = "update fund set state = 'hidden', version = version + 1 where id = $1"
SHOW = "update fund set state = 'open', version = version + 1 where id = $1 and state = 'hidden'"
CALL_BACK = "update handover set ended_at = now() where entry_id = $1 and taken_at is null and ended_at is null"
PAUSE = "update fund set state = 'paused', closed_because = $2, version = version + 1 where id = $1"
TAKE = """
update entry set person_id = $2, email = $3, first_name = $4, last_name = $5, born_on = $6, answers = '{}',
  category = $7, emergency_name = $8, emergency_phone = $9, brings_guide = $10, club = $11, shirt = $12, photo_ok = $13,
  estimate_seconds = $14, waiver_id = $15, waived_at = now(), guardian_name = $16, guardian_email = $17,
  guardian_agreed_at = $18, medical = $19, medical_until = $20
where id = $1 and state = 'placed' returning party_id
"""
RENAME = "update fund set name = $2, shows_messages = not $3, version = version + 1 where id = $1"
NEW_OWNER = "update pledge_page set person_id = $2, is_child = $3 where fund_id = $1"
USE_HANDOVER = """
update handover set taken_at = now()
where token_hash = $1 and taken_at is null and ended_at is null and expires_at > now() returning entry_id
"""


class TooLate(Problem):
    """A change that the rules of the event do not allow any more."""

    status = 409
    title = "Too late for that"
    sentence = "The day until which the organiser allows this has passed. Please write to the organiser."


class NotHeld(Problem):
    """The place is gone already."""

    status = 409
    title = "This place is gone already"
    sentence = "It was withdrawn, carried over or handed on before. Nothing has changed now."


class AgreedAlready(Problem):
    """A guardian who has agreed cannot refuse by the same letter."""

    status = 409
    title = "You have agreed already"
    sentence = "You have agreed that this child runs. To withdraw, sign in: the rules of the event hold then."


class HandoverSpent(Problem):
    """A link to a place that was taken, called back, or has expired."""

    status = 410
    title = "This offer is over"
    sentence = "The place was taken, called back, or the fourteen days are over. Please ask whoever sent it to you."


@dataclass(frozen=True, slots=True)
class Terms:
    """What may be done with an entry now, and what comes back.

    Args:
        refund_pence: for who withdraws now.
        can_change: hand over or carry over.
    """

    refund_pence: int
    can_change: bool


def terms_of(entry: Entry, event: Event, now: datetime) -> Terms:
    """The organiser's rules, for this entry at this moment. Pure."""
    if event.stage is Stage.CANCELLED:
        return Terms(entry.paid_pence, can_change=False)
    in_time = event.refund_until is not None and now < event.refund_until
    refund = entry.paid_pence * event.refund_percent // 100 if in_time else 0
    can_change = event.change_until is not None and now < event.change_until and entry.state is EntryState.PLACED
    return Terms(refund, can_change)


async def withdraw(entry: Entry, event: Event, because: str = "withdrawn by the runner") -> None:
    """Give the place back; the fee as the rules say; the page is paused, its gifts stay where they were meant to go.

    Raises:
        NotHeld
    """
    refund = terms_of(entry, event, datetime.now(UTC)).refund_pence
    async with transaction() as connection:
        await end(connection, entry, EntryState.WITHDRAWN, because)
        payment = await paid_payment(connection, entry)
        if refund and payment:
            await enqueue(connection, [give_back(payment, refund, f"withdrawn {entry.id}")])
        facts = {"entry": str(entry.id), "refund_pence": refund if payment else 0}
        await write(connection, [NewLetter(entry.email, "withdrawn", facts, f"withdrawn {entry.id}")])


async def defer(entry: Entry, event: Event) -> None:
    """Carry the fee over to a later event; the place is free for somebody else.

    Raises:
        NotHeld, TooLate
    """
    if not terms_of(entry, event, datetime.now(UTC)).can_change:
        raise TooLate
    async with transaction() as connection:
        await end(connection, entry, EntryState.DEFERRED, "carried over")
        if entry.paid_pence:  # what had been carried over before is free again by `end`
            await connection.execute(
                "insert into credit (person_id, of_id, pence, made_at) values ($1, $2, $3, now())",
                entry.person_id,
                entry.id,
                entry.paid_pence,
            )
        await write(connection, [NewLetter(entry.email, "deferred", {"entry": str(entry.id)}, f"deferred {entry.id}")])


async def end(connection: asyncpg.Connection, entry: Entry, state: EntryState, because: str) -> None:
    """End a place within the caller's transaction: its page is paused, and who waits is asked.

    Raises:
        NotHeld
    """
    await places.lock(connection, [entry.race_id])
    if await connection.fetchval(END, entry.id, str(state), because, entry.person_id) is None:
        raise NotHeld
    await connection.execute(GIVE_CREDIT_BACK, [entry.id])
    await connection.execute(CALL_BACK, entry.id)
    if entry.fund_id:
        sentence = f"{entry.first_name} is not running this time. What was given reaches the charity all the same."
        await connection.execute(PAUSE, entry.fund_id, sentence)
    await places.offer(connection, [entry.race_id])


async def paid_payment(connection: asyncpg.Connection, entry: Entry) -> UUID | None:
    """The paid payment of an entry's party, or None."""
    paid: UUID | None = await connection.fetchval(
        "select p.id from party y join payment p on p.id = y.payment_id where y.id = $1 and p.state = $2",
        entry.party_id,
        str(PaymentState.PAID),
    )
    return paid


async def change_details(settings: Settings, entry: Entry, form: DetailsForm, day: date) -> None:
    """What a runner may change until the day: whom to call, club, size, estimate, note."""
    note = seal(settings, "medical", form.medical.encode()) if form.medical else None
    values = details_of(form) | {"medical": note, "medical_until": day + MEDICAL_KEPT if note else None}
    await Entry.filter(id=entry.id, state=EntryState.PLACED, person_id=entry.person_id).update(**values)


async def offer_to_friend(settings: Settings, entry: Entry, event: Event, email: str) -> None:
    """Offer the place to a friend, by a letter that is good once; an earlier offer is called back.

    Raises:
        TooLate, NotHeld
    """
    now = datetime.now(UTC)
    if not terms_of(entry, event, now).can_change:
        raise TooLate
    nonce = make_nonce()
    async with transaction() as connection:
        if await connection.fetchval(STILL_THEIRS, entry.id, entry.person_id) is None:
            raise NotHeld
        await connection.execute(CALL_BACK, entry.id)
        await Handover.create(
            id=new_id(),
            entry=entry,
            email=email,
            token_hash=hashed(token_from(settings, "handover", nonce)),
            expires_at=min(now + HANDOVER_LASTS, event.change_until or now + HANDOVER_LASTS),
        )
        facts = {"entry": str(entry.id), "nonce": nonce}
        await write(connection, [NewLetter(email, "handover", facts, f"handover {nonce}")])


async def call_back(entry: Entry) -> None:
    """The place stays with its runner after all."""
    await Handover.filter(entry=entry, taken_at=None, ended_at=None).update(ended_at=datetime.now(UTC))


async def find_handover(token: str) -> Handover | None:
    """An offer that can still be taken, with its entry, or None."""
    found = await Handover.get_or_none(token_hash=hashed(token)).prefetch_related("entry__race__event__fund")
    if found is None or found.taken_at or found.ended_at or found.expires_at <= datetime.now(UTC):
        return None
    return found if found.entry.state is EntryState.PLACED else None


async def take_over(settings: Settings, token: str, offered: Handover, form: WhoForm) -> None:
    """The friend takes the place: number, team, page and gifts go along.

    Raises:
        HandoverSpent
    """
    entry = offered.entry
    day = entry.race.starts_at.astimezone(ZoneInfo(settings.time_zone)).date()
    is_child = age_on(form.born_on, day) < OF_AGE
    agreed = datetime.now(UTC) if is_child and form.guardian_here else None
    async with transaction() as connection:
        await places.lock(connection, [entry.race_id])
        if await connection.fetchval(USE_HANDOVER, hashed(token)) is None:
            raise HandoverSpent
        email = str(form.guardian_email or offered.email) if is_child and not agreed else offered.email
        person = await persons.get_or_make(connection, email, "" if is_child else f"{form.first_name} {form.last_name}")
        waiver = await connection.fetchval(
            "select id from waiver where event_id = $1 order by version desc limit 1", entry.race.event_id
        )
        party = await connection.fetchval(
            TAKE, entry.id, person, email, form.first_name, form.last_name, form.born_on, *details_of(form).values(),
            waiver, form.guardian_name if is_child else "", email if is_child else "", agreed,
            seal(settings, "medical", form.medical.encode()) if form.medical else None,
            day + MEDICAL_KEPT if form.medical else None,
        )  # fmt: skip
        if party is None:
            raise HandoverSpent
        if entry.fund_id:
            last = f"{form.last_name[:1]}." if is_child else form.last_name
            await connection.execute(RENAME, entry.fund_id, f"{form.first_name} {last}", is_child)
            await connection.execute(NEW_OWNER, entry.fund_id, person, is_child)
            await connection.execute(HIDE if is_child and not agreed else SHOW, entry.fund_id)
        await open_pages(connection, [party])
        facts, once = {"entry": str(entry.id)}, offered.id
        letters = [
            NewLetter(entry.email, "handed_over", facts, f"handed over {once}"),
            NewLetter(email, "taken_over", facts, f"taken over {once}"),
        ]
        if is_child and not agreed:
            letters[1] = NewLetter(email, "guardian", facts, f"guardian {once}")
        await write(connection, letters)


async def agree(entry: Entry) -> None:
    """A parent or guardian agrees: the page is opened, and the number may be given."""
    async with transaction() as connection:
        agreed = await connection.fetchval(
            "update entry set guardian_agreed_at = now() where id = $1 and guardian_agreed_at is null"
            " and state in ('held', 'placed') returning party_id",
            entry.id,
        )
        if agreed and entry.fund_id:
            await connection.execute(SHOW, entry.fund_id)
        if agreed:
            await open_pages(connection, [agreed])


async def refuse(entry: Entry) -> None:
    """A parent or guardian does not agree: the place is free, and the whole fee goes back, whatever the day."""
    async with transaction() as connection:
        asked = "select guardian_agreed_at is not null from entry where id = $1 for update"
        if await connection.fetchval(asked, entry.id):
            raise AgreedAlready
        await end(connection, entry, EntryState.WITHDRAWN, "not agreed to by a parent or guardian")
        payment = await paid_payment(connection, entry)
        refund = entry.paid_pence if payment else 0
        if payment and refund:
            await enqueue(connection, [give_back(payment, refund, f"refused {entry.id}")])
        payer = await connection.fetchval(
            "select p.email from party y join person p on p.id = y.person_id where y.id = $1", entry.party_id
        )
        facts = {"entry": str(entry.id), "refund_pence": refund}
        await write(connection, [NewLetter(payer, "guardian_refused", facts, f"refused {entry.id}")])


async def forget_medical_notes() -> None:
    """By the clock: medical notes go on their day."""
    async with transaction() as connection:
        await connection.execute(
            "update entry set medical = null, medical_until = null where medical is not null and medical_until <= $1",
            datetime.now(UTC).date(),
        )
