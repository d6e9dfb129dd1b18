"""What may become of a place once it is given: withdrawn, carried over, handed to a friend, agreed to by a parent."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import asyncpg

from fundraising.errors import Problem
from fundraising.mail.letters import NewLetter, write
from fundraising.pages.fate import PageFate, settle_page
from fundraising.pages.opening import NewOwner, hand_on
from fundraising.pages.standing import guardian_answers
from fundraising.people import persons
from fundraising.settings import Settings
from fundraising.store.database import transaction
from fundraising.store.ids import new_id
from fundraising.store.queue import enqueue
from fundraising.web.tokens import hashed, make_nonce, token_from
from teams.entries import places
from teams.entries.entering import must_have_waiver
from teams.entries.forms import DetailsForm, WhoForm
from teams.entries.medical import sealed_note
from teams.entries.models import Entry, EntryState, Handover
from teams.entries.placing import GIVE_CREDIT_BACK, give_back, open_pages, payer_of, public_name
from teams.entries.who import details_of, who_runs
from teams.events.models import Event, Stage

HANDOVER_LASTS = timedelta(days=14)
# Only for who had it when they looked, and as they saw it: meanwhile a friend may have taken it over, or it may have
# moved to another team and been paid anew.
END = """
update entry set state = $2, ended_at = now(), ended_because = $3, medical = null, medical_until = null
where id = $1 and state = 'placed' and person_id is not distinct from $4
  and (party_id, price_pence, credit_pence) = ($5, $6, $7) returning race_id
"""
STILL_THEIRS = (
    "select id from entry where id = $1 and state = 'placed' and person_id is not distinct from $2 for update"
)
PAID = "select p.id from party y join payment p on p.id = y.payment_id where y.id = $1 and p.state = 'paid'"
CALL_BACK = "update handover set ended_at = now() where entry_id = $1 and taken_at is null and ended_at is null"
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
    refund = refund_of(entry.paid_pence, event, now)
    if event.stage is Stage.CANCELLED:
        return Terms(refund, can_change=False)
    can_change = event.change_until is not None and now < event.change_until and entry.state is EntryState.PLACED
    return Terms(refund, can_change)


def refund_of(paid_pence: int, event: Event, now: datetime) -> int:
    """What of a fee comes back to who gives a place back now. Pure."""
    if event.stage is Stage.CANCELLED:
        return paid_pence
    in_time = event.refund_until is not None and now < event.refund_until
    return paid_pence * event.refund_percent // 100 if in_time else 0


async def withdraw(
    entry: Entry,
    event: Event,
    because: str = "withdrawn by the runner",
    *,
    whole: bool = False,
    fate: PageFate = PageFate.PAUSED,
) -> None:
    """Give the place back; the fee as the rules say. Whatever becomes of the page, its gifts reach the charity.

    Args:
        whole: the fee comes back in full, whatever the rules say.
        fate: what becomes of the page.

    Raises:
        NotHeld; NoTeam: when the page is to be given to its team, and has none.
    """
    refund = entry.paid_pence if whole else terms_of(entry, event, datetime.now(UTC)).refund_pence
    async with transaction() as connection:
        await end(connection, entry, EntryState.WITHDRAWN, because, fate)
        returned = await give_fee_back(connection, entry, refund)
        facts = {"entry": str(entry.id), "refund_pence": returned, "fate": str(fate)}
        await write(connection, [NewLetter(entry.email, "withdrawn", facts, f"withdrawn {entry.id}")])


async def give_fee_back(connection: asyncpg.Connection, entry: Entry, refund_pence: int) -> int:
    """Give some of the fee back of a place that ends, within the caller's transaction.

    Returns:
        What is given back: nothing of what was not paid.
    """
    payment = await connection.fetchval(PAID, entry.party_id) if refund_pence else None
    if payment is None:
        return 0
    await enqueue(connection, [give_back(payment, refund_pence, f"withdrawn {entry.id}")])
    return refund_pence


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


async def end(
    connection: asyncpg.Connection,
    entry: Entry,
    state: EntryState,
    because: str,
    fate: PageFate = PageFate.PAUSED,
) -> None:
    """End a place within the caller's transaction: its page meets its fate, its donors are told, who waits is asked.

    Raises:
        NotHeld; NoTeam: when the page is to be given to its team, and has none.
    """
    await places.lock(connection, [entry.race_id])
    if await connection.fetchval(END, entry.id, str(state), because, *as_seen(entry)) is None:
        raise NotHeld
    await connection.execute(GIVE_CREDIT_BACK, [entry.id])
    await connection.execute(CALL_BACK, entry.id)
    if entry.fund_id:
        await settle_page(connection, entry.fund_id, fate, entry.first_name)
    await places.offer(connection, [entry.race_id])


def as_seen(entry: Entry) -> tuple[object, ...]:
    """Whose it is, and what was paid for it."""
    return entry.person_id, entry.party_id, entry.price_pence, entry.credit_pence


async def change_details(settings: Settings, entry: Entry, form: DetailsForm, day: date) -> None:
    """What a runner may change until the day: whom to call, club, size, estimate, note."""
    values = details_of(form) | sealed_note(settings, form.medical, day)
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
    entry, race = offered.entry, offered.entry.race
    day = race.date_in(ZoneInfo(settings.time_zone))
    who = who_runs(settings, form, day, own=offered.email, typed_by=offered.email)
    is_child = bool(who["guardian_email"])
    must_agree = is_child and not who["guardian_agreed_at"]
    email, name = str(who["email"]), public_name(form.first_name, form.last_name, is_child=is_child)
    waiver = await must_have_waiver(race.event)
    async with transaction() as connection:
        await places.lock(connection, [race.id])
        if await connection.fetchval(USE_HANDOVER, hashed(token)) is None:
            raise HandoverSpent
        person = await persons.get_or_make(connection, email, "" if is_child else name)
        now_theirs = {"person_id": person, "answers": {}, "waiver_id": waiver.id, **who}
        if not await Entry.filter(id=entry.id, state=EntryState.PLACED).update(**now_theirs):
            raise HandoverSpent
        if entry.fund_id:
            await hand_on(connection, entry.fund_id, NewOwner(name, person, is_child, must_agree))
        await open_pages(connection, [entry.party_id])
        facts, once = {"entry": str(entry.id)}, offered.id
        welcome = "guardian" if must_agree else "taken_over"
        letters = [
            NewLetter(entry.email, "handed_over", facts, f"handed over {once}"),
            NewLetter(email, welcome, facts, f"{welcome.replace('_', ' ')} {once}"),
        ]
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
            await guardian_answers(connection, entry.fund_id, agrees=True)
        if agreed:
            await open_pages(connection, [agreed])


async def refuse(entry: Entry) -> None:
    """A parent or guardian does not agree: the place is free, and the whole fee goes back, whatever the day."""
    async with transaction() as connection:
        asked = "select guardian_agreed_at is not null from entry where id = $1 for update"
        if await connection.fetchval(asked, entry.id):
            raise AgreedAlready
        await end(connection, entry, EntryState.WITHDRAWN, "not agreed to by a parent or guardian")
        refund = await give_fee_back(connection, entry, entry.paid_pence)
        payer, facts = await payer_of(connection, entry.party_id), {"entry": str(entry.id), "refund_pence": refund}
        await write(connection, [NewLetter(payer, "guardian_refused", facts, f"refused {entry.id}")])
