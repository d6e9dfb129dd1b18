"""What is possible now: from what the organiser has decided, the clock, and the places taken. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from teams.events.models import Event, Race, Stage

OVER_AFTER = timedelta(hours=12)  # after the start an event is over, whether or not somebody has said so


class Possible(StrEnum):
    """What each page says truthfully."""

    OPEN = "open"
    NOT_YET = "not_yet"
    FULL = "full"
    CLOSED = "closed"
    RESTING = "resting"
    CANCELLED = "cancelled"
    FINISHED = "finished"
    DRAFT = "draft"


BY_STAGE = {
    Stage.DRAFT: Possible.DRAFT,
    Stage.CLOSED: Possible.CLOSED,
    Stage.RESTING: Possible.RESTING,
    Stage.CANCELLED: Possible.CANCELLED,
    Stage.FINISHED: Possible.FINISHED,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How an event or a race stands.

    Args:
        left: places that are free.
        at: the moment that changes it: of opening while it is not yet open, of closing while it is open.
    """

    possible: Possible
    left: int = 0
    at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody can enter now."""
        return self.possible is Possible.OPEN

    @property
    def has_waiting_list(self) -> bool:
        """Whether somebody can wait for a place."""
        return self.possible is Possible.FULL


def places_left(race_left: int, day_left: int | None, waiting: int = 0) -> int:
    """Places for who comes now: of the race, bounded by those of its day, after those who wait."""
    return max(0, (race_left if day_left is None else min(race_left, day_left)) - waiting)


def of_event(event: Event, now: datetime) -> Standing:
    """How an event stands, apart from its places."""
    if by_stage := BY_STAGE.get(event.stage):
        return Standing(by_stage)
    if now > event.starts_at + OVER_AFTER:
        return Standing(Possible.FINISHED)
    if event.entries_open_at is None or now < event.entries_open_at:
        return Standing(Possible.NOT_YET, at=event.entries_open_at)
    if now >= (event.entries_close_at or event.starts_at):
        return Standing(Possible.CLOSED, at=event.entries_close_at)
    return Standing(Possible.OPEN, at=event.entries_close_at or event.starts_at)


def of_race(event: Event, race: Race, now: datetime, *, day_left: int | None = None, waiting: int = 0) -> Standing:
    """How a race stands.

    Args:
        day_left: places that are free on its day, in all its races; None: the day has no bound of its own.
        waiting: people who wait for a place: whoever comes now comes after them.
    """
    whole = of_event(event, now)
    if not whole.is_open:
        return whole
    if not race.is_open:
        return Standing(Possible.CLOSED)
    left = places_left(race.capacity - race.taken, day_left, waiting)
    return Standing(Possible.OPEN if left else Possible.FULL, left, whole.at)


def of_all(whole: Standing, races: Collection[Standing], day_left: int | None = None) -> Standing:
    """How an event stands together with its places: open while one of its races is.

    Args:
        day_left: places that are free on its days, in all their races; None: they have no bound of their own.
    """
    if not whole.is_open or not races:
        return whole
    left = sum(race.left for race in races if race.is_open)
    if not left:
        return next(iter(races))
    return Standing(Possible.OPEN, left if day_left is None else min(left, day_left), whole.at)
