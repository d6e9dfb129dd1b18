"""An event that can be entered, and the form as somebody fills it in."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from fundraising.funds.models import Fund, FundKind
from teams.events.models import Event, EventDay, Price, Race, RaceKind, Waiver
from tests.makers import make_fund, tag

RACE_DAY = datetime.now(UTC).replace(hour=10, minute=30) + timedelta(days=50)


async def make_open_event(*, capacity: int = 10, day_capacity: int = 250, pence: int = 1300, **given: Any) -> Event:
    """A published event with a mile, a team race and a free fun run, each with room for so many."""
    fund = await make_fund(FundKind.EVENT, "Test Run")
    event = await Event.create(
        **{
            "fund": fund,
            "strapline": "Backwards",
            "venue": "A park",
            "starts_at": RACE_DAY,
            "about": "It is run.",
            "course": "It is round.",
            "organiser": "Some Body",
            "organiser_email": "hello@example.org",
            "fee_covers": "medal and water",
            "entries_open_at": datetime.now(UTC) - timedelta(days=1),
            "entries_close_at": RACE_DAY - timedelta(days=6),
            "refund_until": RACE_DAY - timedelta(days=14),
            "change_until": RACE_DAY - timedelta(days=7),
        }
        | given
    )
    day = await EventDay.create(event=event, day=RACE_DAY.date(), capacity=day_capacity)
    for position, (slug, kind, price) in enumerate(
        (("mile", RaceKind.TIMED, pence), ("team", RaceKind.TEAM, pence), ("fun", RaceKind.FUN, 0))
    ):
        race = await Race.create(
            event=event,
            day=day,
            slug=slug,
            name=f"The {slug.title()}",
            kind=kind,
            summary="Run.",
            ranked_by="Time",
            distance_metres=1609,
            starts_at=RACE_DAY,
            position=position,
            capacity=capacity,
        )
        await Price.create(race=race, name="Standard", pence=price)
    await Waiver.create(event=event, version=1, text="I run backwards at my own risk.")
    return event


async def race_of(event: Event, slug: str = "mile") -> Race:
    """A race as the database has it."""
    return await Race.get(event=event, slug=slug)


async def charity_with_account() -> Fund:
    """A charity that a runner may choose."""
    return await make_fund(FundKind.CHARITY, f"Kettle {tag()}")


def runner(number: int = 1, race: str = "mile", **said: str) -> dict[str, str]:
    """One runner's part of the form."""
    typed = {
        "race": race,
        "first_name": "Zoë",
        "last_name": f"Ångström {tag()}",
        "born_day": "27",
        "born_month": "3",
        "born_year": "1994",
        "category": "female",
        "emergency_name": "Sam Example",
        "emergency_phone": "07700 900123",
        "waiver": "on",
    } | said
    return {f"{name}-{number}": value for name, value in typed.items()}


def entry_form(*runners: dict[str, str], **said: str) -> dict[str, str]:
    """The whole form, for one runner unless others are given."""
    parts = runners or (runner(),)
    typed = {
        "attempt": str(uuid4()),
        "runners": str(len(parts)),
        "payer_name": "Ada Example",
        "payer_email": "ada@example.org",
    }
    for part in parts:
        typed |= part
    return typed | said
