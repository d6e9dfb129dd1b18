"""What an organiser may type about an event. Each form knows the columns that it fills."""

import re
from datetime import date, time
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, EmailStr, Field, ValidationInfo, field_validator

from fundraising.web.amounts import pence_of
from fundraising.web.days import at, first_of, last_of, read_day
from fundraising.web.forms import Form, OneLine, Tick
from teams.events.days import read_clock, read_race_time
from teams.events.models import QuestionKind, RaceKind, Stage

MOST_FEE_PENCE = 100_000
LONG = 8_000  # characters of a text of many paragraphs

SENTENCES = {
    "name": "Please give it a name.",
    "summary": "Please say in one line what it is.",
    "strapline": "Please give it a motto: it stands on top of the page.",
    "venue": "Please say where it is.",
    "day": "Please enter a day, such as 25/04/2027.",
    "clock": "Please enter a time of day, such as 10:30.",
    "places": "Please say how many may run, such as 250.",
    "capacity": "Please say how many may run, such as 250.",
    "about": "Please say what it is: this is what people read first.",
    "organiser": "Please say who runs it.",
    "email": "Please enter an e-mail address such as hello@example.org.",
    "colour": "Please choose one of the colours.",
    "refund_percent": "Please enter a number from 0 to 100.",
    "stage": "Please choose one.",
    "kind": "Please choose one.",
    "ranked_by": "Please say what decides who is first.",
    "distance": "Please enter the distance in metres, such as 1609 for a mile.",
    "least_age": "Please enter an age in years, such as 11; 0 for everybody.",
    "least_in_team": "Please enter a number from 1 to 100.",
    "most_in_team": "Please enter a number from 1 to 100.",
    "race": "Please choose the race.",
    "pounds": "Please enter a price in pounds, such as 13 or 13.50; 0 for nothing.",
    "text": "Please write what runners agree to.",
    "label": "Please write the question.",
    "title": "Please say what it is, such as Course best.",
}


def _number(typed: object) -> int:
    text = str(typed).strip()
    if not re.fullmatch(r"[0-9]{1,7}", text, re.ASCII):
        raise AssertionError  # the sentence is that of the field
    return int(text)


def _number_or_none(typed: object) -> int | None:
    if typed is None or not str(typed).strip():
        return None
    try:
        return _number(typed)
    except AssertionError:
        raise ValueError("Please enter a whole number, or nothing.") from None


def _day_or_none(typed: object) -> date | None:
    return read_day(typed) if typed is not None and str(typed).strip() else None


def _fee(typed: object) -> int:
    """A price may be nothing at all, which a gift may not."""
    if not str(typed).strip():
        raise ValueError(SENTENCES["pounds"])
    pence = pence_of(str(typed))
    if pence > MOST_FEE_PENCE:
        raise ValueError("The highest price that we can take is £1,000.")
    return pence


def _target(typed: object) -> int | None:
    if not str(typed).strip():
        return None
    pence = pence_of(str(typed))
    if not 100 <= pence <= 10_000_000_000:
        raise ValueError("Please enter at least £1, or nothing at all for no target.")
    return pence


Needed = Field(min_length=1)
Day = Annotated[date, BeforeValidator(read_day)]
DayOrNone = Annotated[date | None, BeforeValidator(_day_or_none)]
Clock = Annotated[time, BeforeValidator(read_clock)]
Number = Annotated[int, BeforeValidator(_number)]
NumberOrNone = Annotated[int | None, BeforeValidator(_number_or_none)]
Places = Annotated[Number, Field(ge=1, le=1_000_000)]
Line40 = Annotated[str, OneLine, Field(max_length=40)]
Line80 = Annotated[str, OneLine, Field(max_length=80)]
Line120 = Annotated[str, OneLine, Field(max_length=120)]
Line200 = Annotated[str, OneLine, Field(max_length=200)]
Line300 = Annotated[str, OneLine, Field(max_length=300)]
Text = Annotated[str, Field(max_length=LONG)]


class NewEventForm(Form):
    """What an event needs to begin with; everything else follows on its desk."""

    name: Annotated[Line80, Needed]
    summary: Annotated[Line200, Needed]
    venue: Annotated[Line120, Needed]
    day: Day
    clock: Clock
    places: Places
    organiser: Annotated[Line80, Needed]
    email: Annotated[EmailStr, Field(max_length=254)]


class BasicsForm(Form):
    """What, when, where, by whom."""

    name: Annotated[Line80, Needed]
    summary: Annotated[Line200, Needed]
    strapline: Annotated[Line120, Needed]
    venue: Annotated[Line120, Needed]
    day: Day
    clock: Clock
    about: Annotated[Text, Needed]
    course: Text = ""
    safety: Text = ""
    fee_covers: Line300 = ""
    organiser: Annotated[Line80, Needed]
    email: Annotated[EmailStr, Field(max_length=254)]
    community_url: Line200 = ""
    target: Annotated[int | None, BeforeValidator(_target)] = None
    colour: Annotated[Number, Field(ge=0, le=11)] = 0

    @field_validator("community_url")
    @classmethod
    def _leads_to_a_site(cls, value: str) -> str:
        """Nothing but http and https, and no name and password in it."""
        if not value:
            return ""
        try:
            parts = urlsplit(value)
            sound = parts.scheme in ("http", "https") and "." in (parts.hostname or "") and "@" not in parts.netloc
        except ValueError:
            sound = False
        if not sound or re.search(r"[\s\"<>\\]", value):
            raise ValueError("Please enter a whole address, such as https://community.example.org.")
        return value

    def columns(self, zone: ZoneInfo) -> dict[str, Any]:
        """Of the event."""
        same = ["strapline", "venue", "about", "course", "safety", "fee_covers", "organiser", "community_url"]
        given = {name: getattr(self, name) for name in same}
        return given | {"organiser_email": self.email, "starts_at": at(self.day, self.clock, zone)}

    def columns_of_fund(self) -> dict[str, Any]:
        """Of its fund."""
        return {"name": self.name, "summary": self.summary, "target_pence": self.target, "colour": self.colour}


class RulesForm(Form):
    """When one may enter, withdraw, hand over."""

    opens: DayOrNone = None
    closes: DayOrNone = None
    refund_percent: Annotated[Number, Field(ge=0, le=100)]
    refund_until: DayOrNone = None
    change_until: DayOrNone = None

    @field_validator("closes")
    @classmethod
    def _is_no_earlier(cls, value: date | None, info: ValidationInfo) -> date | None:
        if value and (opens := info.data.get("opens")) and value < opens:
            raise ValueError("Entries cannot close before they open.")
        return value

    def columns(self, zone: ZoneInfo) -> dict[str, Any]:
        """Of the event; each `until` is with all of that day."""
        return {
            "entries_open_at": first_of(self.opens, zone),
            "entries_close_at": last_of(self.closes, zone),
            "refund_percent": self.refund_percent,
            "refund_until": last_of(self.refund_until, zone),
            "change_until": last_of(self.change_until, zone),
        }


class StageForm(Form):
    """What becomes of the event.

    Args:
        sure: what it means has been read.
    """

    stage: Literal[Stage.OPEN, Stage.CLOSED, Stage.RESTING, Stage.CANCELLED, Stage.FINISHED]
    notice: Line300 = Field("", validate_default=True)
    sure: Tick = False

    @field_validator("notice")
    @classmethod
    def _says_why(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("stage") not in (Stage.RESTING, Stage.CANCELLED):
            return ""
        if not value:
            raise ValueError("Please say why, and what comes next: the page of the event shows it.")
        return value


class DayForm(Form):
    """How many may run on a day, in all its races."""

    day: Day
    capacity: Places


class RaceForm(Form):
    """One start."""

    name: Annotated[Line80, Needed]
    kind: RaceKind
    summary: Annotated[Line300, Needed]
    ranked_by: Annotated[Line120, Needed]
    distance: Annotated[Number, Field(ge=1, le=1_000_000)]
    day: Day
    clock: Clock
    capacity: Places
    is_open: Tick = False
    least_age: Annotated[Number, Field(ge=0, le=100)]
    least_in_team: Annotated[Number, Field(ge=1, le=100)] = 4
    most_in_team: Annotated[Number, Field(ge=1, le=100)] = 8
    numbers_from: NumberOrNone = None
    numbers_to: NumberOrNone = Field(None, validate_default=True)

    @field_validator("most_in_team")
    @classmethod
    def _is_no_less(cls, value: int, info: ValidationInfo) -> int:
        if value < info.data.get("least_in_team", 0):
            raise ValueError("The largest team cannot be smaller than the smallest.")
        return value

    @field_validator("numbers_to")
    @classmethod
    def _ends_the_range(cls, value: int | None, info: ValidationInfo) -> int | None:
        begins = info.data.get("numbers_from")
        if (value is None) != (begins is None) or (value is not None and begins is not None and value < begins):
            raise ValueError("Please enter both ends of the range, the lower one first, or neither.")
        return value

    def columns(self, zone: ZoneInfo) -> dict[str, Any]:
        """Of the race."""
        same = ["name", "kind", "summary", "ranked_by", "capacity", "is_open", "least_age"]
        same += ["least_in_team", "most_in_team", "numbers_from", "numbers_to"]
        given = {name: getattr(self, name) for name in same}
        return given | {"distance_metres": self.distance, "starts_at": at(self.day, self.clock, zone)}


class PriceForm(Form):
    """A price tier."""

    race: Number
    name: Annotated[Line40, Needed]
    pounds: Annotated[int, BeforeValidator(_fee)]
    from_day: DayOrNone = None
    until_day: DayOrNone = Field(None, validate_default=True)
    first_places: NumberOrNone = None
    in_team: Tick = False
    under_age: NumberOrNone = None

    @field_validator("until_day")
    @classmethod
    def _is_no_earlier(cls, value: date | None, info: ValidationInfo) -> date | None:
        if value and (begins := info.data.get("from_day")) and value < begins:
            raise ValueError("The last day cannot be before the first.")
        return value

    @field_validator("first_places", "under_age")
    @classmethod
    def _is_something(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is not None and not 1 <= value <= (120 if info.field_name == "under_age" else 1_000_000):
            raise ValueError("Please enter a whole number above 0, or nothing.")
        return value

    def columns(self, zone: ZoneInfo) -> dict[str, Any]:
        """Of the price."""
        same = ("name", "first_places", "in_team", "under_age")
        given = {name: getattr(self, name) for name in same}
        days = {"from_at": first_of(self.from_day, zone), "until_at": last_of(self.until_day, zone)}
        return given | days | {"race_id": self.race, "pence": self.pounds}


class WaiverForm(Form):
    """The next version of what runners agree to."""

    text: Annotated[Text, Needed]


class QuestionForm(Form):
    """Something that is asked of each runner."""

    label: Annotated[Line120, Needed]
    kind: QuestionKind
    options: Annotated[str, Field(max_length=500)] = Field("", validate_default=True)
    required: Tick = False

    @field_validator("options")
    @classmethod
    def _are_some(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("kind") is not QuestionKind.CHOICE:
            return ""
        lines = list(dict.fromkeys(" ".join(line.split()) for line in value.splitlines() if line.strip()))
        if len(lines) < 2:
            raise ValueError("Please write at least two answers to choose from, one to a line.")
        return "\n".join(lines)

    def columns(self, zone: ZoneInfo) -> dict[str, Any]:
        """Of the question."""
        return self.model_dump()


class RecordForm(Form):
    """A champion or a course best."""

    title: Annotated[Line80, Needed]
    year: NumberOrNone = None
    name: Line80 = ""
    time: Annotated[int | None, BeforeValidator(read_race_time)] = None
    remark: Line200 = ""

    @field_validator("year")
    @classmethod
    def _is_a_year(cls, value: int | None) -> int | None:
        if value is not None and not 1800 <= value <= 2200:
            raise ValueError("Please enter a year such as 2010, or nothing.")
        return value

    def columns(self, zone: ZoneInfo) -> dict[str, Any]:
        """Of the record."""
        return self.model_dump(exclude={"time"}) | {"time_tenths": self.time}
