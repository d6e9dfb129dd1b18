"""The plan: eight weeks, counted back from race day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from teams.training.models import TrainingWeek

WEEKS = 8


def weeks_before(race_day: date, today: date) -> int | None:
    """The week of the plan that a day lies in, 8 down to 1; None before the first, on race day and after it."""
    weeks = -(-(race_day - today).days // 7)
    return weeks if 1 <= weeks <= WEEKS else None


@dataclass(frozen=True, slots=True)
class PlannedWeek:
    """A week as the plan shows it.

    Args:
        letter_at: when its letter goes out.
        is_now: the plan is there at present.
    """

    week: int
    title: str
    plan: str
    letter_at: datetime
    is_now: bool


async def planned_weeks(event_id: int, race_starts_at: datetime, now: datetime) -> list[PlannedWeek]:
    """The weeks of an event, the first letter first.

    Args:
        race_starts_at, now: in the zone of the event, which says where a day begins.
    """
    current = weeks_before(race_starts_at.date(), now.date())
    return [
        PlannedWeek(
            week=row.weeks_before,
            title=row.title,
            plan=row.plan,
            letter_at=race_starts_at - timedelta(weeks=row.weeks_before),
            is_now=row.weeks_before == current,
        )
        for row in await TrainingWeek.filter(event_id=event_id).order_by("-weeks_before")
    ]
