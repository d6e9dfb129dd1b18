"""Writing to the organiser, and wanting to hear from an event: what is kept, and the letters of it.

Letters to an address that anybody may have typed hold nothing that was typed, and go there once: nobody can use them to
write to somebody else.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import uuid5

import asyncpg

from fundraising.funds.addresses import path_of
from fundraising.funds.models import FundKind
from fundraising.mail.letters import NewLetter, Shower, write
from fundraising.store.database import transaction
from teams.events.models import Event
from teams.training.forms import EnquiryForm, InterestForm
from teams.training.models import Enquiry, EnquiryKind, Interest

SERIES = "news"  # so that whoever was put on the list by somebody else ends it in one click
TELL = """
update interest i set told_at = now()
where i.event_id = $1 and i.told_at is null
  and not exists (select from stopped_series s where s.email = i.email and s.series = 'news')
returning i.id, i.email, i.made_at
"""


def _key(email: str) -> str:
    """Stands for an address in the key of a letter."""
    return sha256(email.lower().encode()).hexdigest()[:32]


async def enquire(event: Event, kind: EnquiryKind, form: EnquiryForm) -> None:
    """Keep a message, hand it to the organiser and thank the sender; sent twice, it is one.

    What was written anew in a form that had been sent already is another message.
    """
    said = {name: getattr(form, name) for name in ("name", "email", "organisation", "message")}
    row = said | {"event": event, "kind": kind}
    async with transaction() as writing:
        enquiry, is_new = await Enquiry.get_or_create(row, id=form.attempt)
        if not is_new and any(getattr(enquiry, name) != value for name, value in said.items()):
            enquiry, is_new = await Enquiry.get_or_create(row, id=uuid5(form.attempt, repr(said)))
        if is_new:
            today = datetime.now(UTC).date()
            facts = {"event": event.id, "kind": kind}
            await write(
                writing,
                [
                    NewLetter(event.organiser_email, "enquiry", facts | said, f"enquiry {enquiry.id}"),
                    NewLetter(form.email, "enquiry_thanks", facts, f"enquiry {kind} {today} {_key(form.email)}"),
                ],
            )


async def note_interest(event: Event, form: InterestForm) -> None:
    """Remember who wants to hear from an event; whoever is known already leaves no trace, and gets no second letter.

    Whoever was told that it opened, and asks anew now that it rests again, is told again when it opens again.
    """
    email = form.email.lower()
    async with transaction() as writing:
        await Interest.get_or_create({"name": form.name}, event=event, email=email)
        told = Interest.filter(event=event, email=email, told_at__isnull=False)
        await told.update(told_at=None, made_at=datetime.now(UTC))
        once = f"interest {event.id} {_key(email)}"
        letter = NewLetter(email, "interest_noted", {"event": event.id}, once, SERIES)
        await write(writing, [letter])


async def tell_interested(connection: asyncpg.Connection, event_id: int) -> int:
    """Tell everybody who wanted to hear that the event has opened, within the caller's transaction; each once.

    Returns:
        To how many a letter was written.
    """
    rows = await connection.fetch(TELL, event_id)
    facts = {"event": event_id}
    told = [
        NewLetter(row["email"], "interest_open", facts, f"interest told {row['id']} {row['made_at']}", SERIES)
        for row in rows
    ]
    await write(connection, told)
    return len(rows)


def inert(text: str) -> str:
    """A text in which no mail program finds a link: a stranger wrote it."""
    return text.replace("://", ": //").replace("www.", "www .")


async def _show(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    event = await Event.get(id=facts["event"]).prefetch_related("fund")
    told = {name: inert(facts[name]) for name in ("name", "organisation", "message") if name in facts}
    return {
        **told,
        "email": facts.get("email", ""),
        "about": {"sponsor": "sponsoring", "charity": "being the charity partner of"}.get(facts.get("kind", ""), ""),
        "event": event.fund.name,
        "path": path_of(FundKind.EVENT, event.fund.slug),
        "starts_at": event.starts_at,
        "venue": event.venue,
        "organiser": event.organiser,
        "organiser_email": event.organiser_email,
    }


SHOWERS: dict[str, Shower] = dict.fromkeys(("enquiry", "enquiry_thanks", "interest_noted", "interest_open"), _show)
SAMPLE: Mapping[str, Any] = {
    "name": "Ada Example",
    "organisation": "Example Shoes",
    "message": "We would like to give shoes.\nWhom may we ring?",
    "email": "ada@example.org",
    "about": "sponsoring",
    "event": "UK Backward Run",
    "path": "/events/uk-backward-run",
    "starts_at": datetime(2027, 4, 25, 9, 30, tzinfo=UTC),
    "venue": "Heaton Park, Manchester",
    "organiser": "The organisers",
    "organiser_email": "hello@example.org",
}
SAMPLES: dict[str, Mapping[str, Any]] = {
    **dict.fromkeys(("enquiry", "enquiry_thanks"), SAMPLE),
    **{template: {**SAMPLE, "series": SERIES} for template in ("interest_noted", "interest_open")},
}
