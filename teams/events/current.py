"""Which event the site is about just now, and what its runners agree to."""

from datetime import UTC, datetime, timedelta

from fundraising.pages.papers import EventDay
from teams.events.models import Event, Stage, Waiver

STILL = timedelta(days=1)  # an event of today is not over before tomorrow


async def find_current_event() -> Event | None:
    """The next event, or the last one when none is to come, with its fund and races; a draft is nobody's business."""
    published = Event.exclude(stage=Stage.DRAFT).prefetch_related("fund", "races")
    upcoming = await published.filter(starts_at__gte=datetime.now(UTC) - STILL).order_by("starts_at").first()
    return upcoming or await published.order_by("-starts_at").first()


async def find_day(fund_id: int) -> EventDay | None:
    """When and where the event of a fund is."""
    event = await Event.get_or_none(fund_id=fund_id)
    return EventDay(event.starts_at, event.venue) if event else None


async def find_waiver(event_id: int) -> Waiver | None:
    """What is agreed to now."""
    return await Waiver.filter(event_id=event_id).order_by("-version").first()
