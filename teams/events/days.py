"""Clocks and race times as an organiser types them, in the zone of the site; and back."""

import re
from datetime import datetime, time
from zoneinfo import ZoneInfo

CLOCK = re.compile(r"(?a:([0-9]{1,2})[:.]([0-9]{2})(?::[0-9]{2})?)")
RACE_TIME = re.compile(r"(?a:(?:([0-9]{1,2}):)?([0-9]{1,3}):([0-5][0-9])(?:[.,]([0-9]))?)")


def read_clock(typed: object) -> time:
    """A time of day: 10:30.

    Raises:
        ValueError: with a sentence for whoever typed it.
    """
    found = CLOCK.fullmatch(str(typed).strip())
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise ValueError("Please enter a time of day, such as 10:30.")
    return time(int(found[1]), int(found[2]))


def read_race_time(typed: object) -> int | None:
    """A race time in tenths of a second: 7:30, 12:40.5, 1:02:03; nothing stays nothing.

    Raises:
        ValueError: with a sentence for whoever typed it.
    """
    text = str(typed).strip()
    if not text:
        return None
    if not (found := RACE_TIME.fullmatch(text)):
        raise ValueError("Please enter a time such as 7:30, 12:40.5 or 1:02:03.")
    return ((int(found[1] or 0) * 60 + int(found[2])) * 60 + int(found[3])) * 10 + int(found[4] or 0)


def clock_of(moment: datetime, zone: ZoneInfo) -> str:
    """A moment's time of day, as a browser's field holds it."""
    return f"{moment.astimezone(zone):%H:%M}"
