"""Which price an entry gets: of the tiers that fit, the lowest. Pure."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol, TypeVar


class Tier(Protocol):
    """A price tier, as `Price` keeps it."""

    name: str
    pence: int
    from_at: datetime | None
    until_at: datetime | None
    first_places: int | None
    in_team: bool
    under_age: int | None


T = TypeVar("T", bound=Tier)


def age_on(born_on: date, day: date) -> int:
    """Full years on that day; who was born on 29 February is a year older on 1 March."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def fits(tier: Tier, *, now: datetime, taken: int, in_team: bool, age: int | None) -> bool:
    """Whether a tier is for this entry.

    Args:
        taken: places of the race that are taken before this one.
        age: in years, on the day of the race; None: not known yet.
    """
    return (
        (tier.from_at is None or tier.from_at <= now)
        and (tier.until_at is None or now < tier.until_at)
        and (tier.first_places is None or taken < tier.first_places)
        and (in_team or not tier.in_team)
        and (tier.under_age is None or (age is not None and age < tier.under_age))
    )


def find_price(tiers: Iterable[T], *, now: datetime, taken: int, in_team: bool, age: int | None) -> T | None:
    """The lowest tier that fits, or None while there is none: then the race cannot be entered."""
    fitting = [tier for tier in tiers if fits(tier, now=now, taken=taken, in_team=in_team, age=age)]
    return min(fitting, key=lambda tier: tier.pence, default=None)
