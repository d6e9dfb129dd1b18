"""Days as people type them, in the zone of the site; and back."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

YEARS = range(1900, 2200)
DAY = re.compile(
    r"(?a:(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})"
    r"|(?P<D>[0-9]{1,2})[/.](?P<M>[0-9]{1,2})[/.](?P<Y>[0-9]{4}))"
)


def read_day(typed: object) -> date:
    """A day: 2027-04-25, as browsers send it, or 25/04/2027.

    Raises:
        ValueError: with a sentence for whoever typed it.
    """
    if not (found := DAY.fullmatch(str(typed).strip())):
        raise ValueError("Please enter a day, such as 25/04/2027.")
    year, month, day = (int(found[name] or found[name.swapcase()]) for name in "ymd")
    try:
        made = date(year, month, day)
    except ValueError:
        raise ValueError("The calendar has no such day.") from None
    if year not in YEARS:
        raise ValueError("That year looks wrong.")
    return made


def day_asked(query: Mapping[str, str], name: str) -> date | None:
    """A day of a query; what it says oddly counts as not said."""
    try:
        return read_day(query[name]) if query.get(name) else None
    except ValueError:
        return None


def at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """A moment of the site's zone, in UTC."""
    return datetime.combine(day, clock, zone).astimezone(UTC)


def first_of(day: date | None, zone: ZoneInfo) -> datetime | None:
    """The moment in which a day begins."""
    return at(day, time.min, zone) if day else None


def last_of(day: date | None, zone: ZoneInfo) -> datetime | None:
    """The last moment of a day: `until` means with all of that day, and shows that day."""
    return at(day, time.max, zone) if day else None


def day_of(moment: datetime | None, zone: ZoneInfo) -> str:
    """A moment's day, as a browser's field holds it."""
    return moment.astimezone(zone).date().isoformat() if moment else ""
