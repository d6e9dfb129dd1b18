"""What a finance partner may type about a claim."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from charities.claims.lines import MOST_HOUSE, MOST_NAME, MOST_TITLE, How, as_postcode
from fundraising.web.amounts import pence_of
from fundraising.web.days import read_day
from fundraising.web.forms import Form, OneLine, Tick

SENTENCES = {"received": "Please enter what HMRC has paid, such as 240.50."}
FIRST_DAY = date(2010, 1, 1)
Day = Annotated[date, BeforeValidator(read_day)]


def _not_to_come(day: date) -> date:
    if day > datetime.now(UTC).date():
        raise ValueError("That day is still to come.")
    if day < FIRST_DAY:
        raise ValueError("That is too long ago: a claim reaches back four years.")
    return day


class PeriodForm(Form):
    """The period of a new claim, and how its gifts become lines."""

    first: Day
    last: Day
    by_donor: Tick = False
    small_together: Tick = False
    by_runner: Tick = False

    @field_validator("first", "last")
    @classmethod
    def _has_been(cls, value: date) -> date:
        return _not_to_come(value)

    @field_validator("last")
    @classmethod
    def _comes_after(cls, value: date, info: ValidationInfo) -> date:
        if "first" in info.data and value < info.data["first"]:
            raise ValueError("The last day lies before the first.")
        return value

    @property
    def how(self) -> How:
        """How gifts become lines."""
        return How(self.by_donor, self.small_together, not self.by_runner)


class LineForm(Form):
    """How a line names its donor."""

    title: Annotated[str, OneLine, Field(max_length=MOST_TITLE)] = ""
    first_name: Annotated[str, OneLine, Field(max_length=MOST_NAME)] = ""
    last_name: Annotated[str, OneLine, Field(max_length=MOST_NAME)] = ""
    house: Annotated[str, OneLine, Field(max_length=MOST_HOUSE)] = ""
    postcode: Annotated[str, BeforeValidator(lambda value: as_postcode(str(value))), Field(max_length=8)] = ""


class ClaimedForm(Form):
    """It has been sent to HMRC."""

    on: Day
    reference: Annotated[str, OneLine, Field(max_length=60)] = ""

    @field_validator("on")
    @classmethod
    def _has_been(cls, value: date) -> date:
        return _not_to_come(value)


class ReceivedForm(Form):
    """HMRC has paid."""

    on: Day
    received: Annotated[int, BeforeValidator(lambda value: pence_of(str(value)))]

    @field_validator("on")
    @classmethod
    def _has_been(cls, value: date) -> date:
        return _not_to_come(value)
