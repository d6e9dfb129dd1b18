"""What the tests of this room begin with: an event, and people with a place in it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from fundraising.funds.models import FundKind
from fundraising.people.models import Person
from fundraising.store.ids import new_id
from teams.entries.models import Category, Entry, EntryState, Party
from teams.events.models import Event, Race, RaceKind, Waiver
from teams.training.models import TrainingWeek
from tests.makers import make_fund, tag


async def make_event(days: int = 50, **given: Any) -> Event:
    """An event in so many days, at ten in the morning, with a race."""
    fund = await make_fund(FundKind.EVENT, name="The Reverse Mile")
    starts_at = datetime.now(UTC).replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=days)
    event = await Event.create(
        **{
            "fund": fund,
            "strapline": "Backwards",
            "venue": "A park",
            "starts_at": starts_at,
            "about": "It is run.",
            "course": "It is round.",
            "organiser": "The Committee",
            "organiser_email": "committee@example.org",
        }
        | given
    )
    await Race.create(
        event=event,
        slug="mile",
        name="The Mile",
        kind=RaceKind.TIMED,
        summary="A mile.",
        ranked_by="Time",
        distance_metres=1609,
        starts_at=starts_at,
    )
    return event


async def make_weeks(event: Event) -> None:
    """All eight weeks of the plan."""
    await TrainingWeek.bulk_create(
        TrainingWeek(event=event, weeks_before=week, title=f"Week {week}", plan=f"Plan {week}.", body="Go.\n\nRest.")
        for week in range(1, 9)
    )


async def make_entry(event: Event, email: str = "", **given: Any) -> Entry:
    """Somebody with a place."""
    email = email or f"{tag()}@example.org"
    person = await Person.get_or_none(email=email.lower()) or await Person.create(email=email.lower())
    party = await Party.create(
        id=new_id(), attempt=new_id(), fingerprint=tag(), event=event, person=person, token=tag() * 5, fee_pence=0
    )
    waiver = await Waiver.get_or_none(event=event) or await Waiver.create(event=event, version=1, text="I know.")
    return await Entry.create(
        **{
            "id": new_id(),
            "party": party,
            "race": await Race.get(event=event),
            "person": person,
            "state": EntryState.PLACED,
            "first_name": "Ada",
            "last_name": "Example",
            "email": email,
            "category": Category.OPEN,
            "waiver": waiver,
            "price_pence": 0,
            "placed_at": datetime.now(UTC),
        }
        | given
    )
