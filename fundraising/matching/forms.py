"""What an organiser may type about a pot."""

import re
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

from fundraising.web.amounts import pence_of
from fundraising.web.forms import Form, OneLine

LEAST_CAP, MOST_CAP = 1_00, 1_000_000_00
MOST_PERCENT = 1000
MOMENT = re.compile(
    r"(?a:(?:(?P<y>\d{4})-(?P<m>\d\d?)-(?P<d>\d\d?)|(?P<D>\d\d?)[/.](?P<M>\d\d?)[/.](?P<Y>\d{4}))"
    r"(?:[T ,]+(?P<hour>\d\d?)[:.](?P<minute>\d\d)(?::\d\d)?)?)"
)
SENTENCES = {
    "page": "Please paste the address of a page here, such as /events/uk-backward-run.",
    "sponsor": "Please say whose pot it is, as pages should say it.",
    "percent": "Please enter a number from 1 to 1000: 100 doubles a gift.",
    "cap": "Please enter how much there is, in pounds.",
    "starts": "Please enter a day, such as 25/04/2027, and a time, such as 10:30.",
}


def moment_of(typed: object) -> datetime | None:
    """A day and a time of it, as browsers send them or as people write them; nothing stays nothing. Without a zone.

    Raises:
        ValueError: with a sentence for whoever typed it.
    """
    text = str(typed or "").strip()
    if not text:
        return None
    if not (found := MOMENT.fullmatch(text)):
        raise ValueError(SENTENCES["starts"])
    year, month, day = (int(found[name] or found[name.swapcase()]) for name in "ymd")
    try:
        made = datetime(year, month, day, int(found["hour"] or 0), int(found["minute"] or 0))
    except ValueError:
        raise ValueError("There is no such day or time.") from None
    if not 2000 <= year < 2200:
        raise ValueError("That year looks wrong.")
    return made


def typed_moment(moment: datetime | None, zone: ZoneInfo) -> str:
    """A moment as a browser's field holds it."""
    return f"{moment.astimezone(zone):%Y-%m-%dT%H:%M}" if moment else ""


def in_utc(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """A moment that was typed in the zone of the site."""
    return moment.replace(tzinfo=zone).astimezone(UTC) if moment else None


def _cap(typed: object) -> int:
    pence = pence_of(str(typed))
    if not LEAST_CAP <= pence <= MOST_CAP:
        raise ValueError("A pot holds between £1 and £1,000,000.")
    return pence


def _most_each(typed: object) -> int | None:
    if not str(typed or "").strip():
        return None
    pence = pence_of(str(typed))
    if not pence:
        raise ValueError("Please enter at least a penny, or nothing at all for no limit.")
    return pence


def _percent(typed: object) -> int:
    text = str(typed).strip().removesuffix("%").strip()
    if not re.fullmatch(r"[0-9]{1,4}", text, re.ASCII) or not 1 <= int(text) <= MOST_PERCENT:
        raise ValueError(SENTENCES["percent"])
    return int(text)


Moment = Annotated[datetime | None, BeforeValidator(moment_of)]
Sponsor = Annotated[str, OneLine, Field(min_length=1, max_length=60)]
Cap = Annotated[int, BeforeValidator(_cap)]


class NewPotForm(Form):
    """A pot, and whose gifts it adds to."""

    page: Annotated[str, OneLine, Field(min_length=1, max_length=300)]
    sponsor: Sponsor
    percent: Annotated[int, BeforeValidator(_percent)]
    most_each: Annotated[int | None, BeforeValidator(_most_each)] = None
    cap: Cap
    starts: Moment = None
    ends: Moment = None


class PotForm(Form):
    """What of a pot may change: gifts that it has added to keep what they were promised."""

    cap: Cap
    ends: Moment = None
