"""What letters about entries show, from the facts that were written with them."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from fundraising.settings import Settings
from fundraising.store.database import connection
from fundraising.web.tokens import token_from

PARTY = """
select p.token, p.fee_pence, f.name as event, f.slug, v.starts_at, v.venue, v.fee_covers, v.organiser_email,
       coalesce(buyer.name, '') as payer
from party p join event v on v.id = p.event_id join fund f on f.id = v.fund_id
     left join person buyer on buyer.id = p.person_id
where p.id = $1
"""
ENTRIES = """
select e.id, e.first_name, e.last_name, e.state, e.number, r.name as race, r.starts_at, page.slug as page,
       e.price_pence, e.party_id, e.guardian_name, e.guardian_email, charity.name as charity
from entry e join race r on r.id = e.race_id left join fund page on page.id = e.fund_id
     left join fund charity on charity.id = e.charity_id
where e.party_id = $1 or e.id = $1 order by e.made_at, e.id
"""
WAITING = """
select w.id, w.token, w.name, w.offered_until, r.name as race, r.slug as race_slug, f.name as event, f.slug
from waiting w join race r on r.id = w.race_id join event v on v.id = r.event_id join fund f on f.id = v.fund_id
where w.id = $1
"""
OF_PARTY = ("entry_placed", "paid_too_late", "fee_returned")
OF_ENTRY = (
    "entry_yours",
    "guardian",
    "guardian_refused",
    "withdrawn",
    "deferred",
    "handed_over",
    "taken_over",
    "number",
)
OF_WAITING = ("offer", "waiting")
TEMPLATES = (*OF_PARTY, *OF_ENTRY, *OF_WAITING, "handover")
Shower = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]]


def guardian_token(settings: Settings, entry: str, email: str, child: str) -> str:
    """The token of a letter to a guardian: for this place, this guardian and this child, and for no other."""
    return token_from(settings, "guardian", f"{entry} {email.lower()} {child}")


def showers(settings: Settings) -> dict[str, Shower]:
    """What turns the facts of each letter into what it shows."""

    async def of_party(facts: Mapping[str, Any]) -> Mapping[str, Any]:
        async with connection() as reading:
            party = dict(await reading.fetchrow(PARTY, UUID(facts["party"])))
            entries = [dict(row) for row in await reading.fetch(ENTRIES, UUID(facts["party"]))]
        about = facts.get("entries")  # only some of them, or all
        return party | {"entries": [entry for entry in entries if about is None or str(entry["id"]) in about]}

    async def of_entry(facts: Mapping[str, Any]) -> Mapping[str, Any]:
        async with connection() as reading:
            entry = dict(await reading.fetchrow(ENTRIES, UUID(facts["entry"])))
            party = dict(await reading.fetchrow(PARTY, entry["party_id"]))
        token = guardian_token(settings, str(entry["id"]), entry["guardian_email"], entry["first_name"])
        link = f"{settings.base_url}/guardians/{entry['id']}/{token}"
        told = {"refund_pence": facts.get("refund_pence", 0), "fate": facts.get("fate", "paused")}
        return party | {"entry": entry, "link": link, **told}

    async def of_waiting(facts: Mapping[str, Any]) -> Mapping[str, Any]:
        async with connection() as reading:
            return dict(await reading.fetchrow(WAITING, UUID(facts["waiting"])))

    async def of_handover(facts: Mapping[str, Any]) -> Mapping[str, Any]:
        shown = await of_entry(facts)
        link = f"{settings.base_url}/handovers/{token_from(settings, 'handover', facts['nonce'])}"
        return {**shown, "link": link}

    return {
        **dict.fromkeys(OF_PARTY, of_party),
        **dict.fromkeys(OF_ENTRY, of_entry),
        **dict.fromkeys(OF_WAITING, of_waiting),
        "handover": of_handover,
    }


def _samples() -> dict[str, dict[str, Any]]:
    """Something to look at, for the organiser."""
    day = datetime.now(UTC) + timedelta(days=40)
    party = {
        "token": "a-sample", "fee_pence": 2600, "event": "Backward Run", "slug": "backward-run", "starts_at": day,
        "venue": "A park", "fee_covers": "medal and water", "organiser_email": "hello@example.org",
        "payer": "Ada Example",
    }  # fmt: skip
    entry = {
        "id": "sample", "first_name": "Ada", "last_name": "Example", "state": "placed", "number": 38,
        "race": "The Mile",
        "starts_at": day, "page": "ada-example", "price_pence": 1300, "guardian_name": "Pat Example",
        "charity": "Second Kettle",
    }  # fmt: skip
    waiting = {"name": "Ada", "offered_until": day, "race": "The Mile", "race_slug": "mile", "token": "a-sample"}
    of_entry = party | {
        "entry": entry,
        "link": "https://run.example.org/a-sample",
        "refund_pence": 1300,
        "fate": "paused",
    }
    return {
        **dict.fromkeys(OF_PARTY, party | {"entries": [entry, entry | {"first_name": "Bob", "number": None}]}),
        **dict.fromkeys((*OF_ENTRY, "handover"), of_entry),
        **dict.fromkeys(OF_WAITING, party | waiting),
    }


SAMPLES: Mapping[str, Mapping[str, Any]] = _samples()
