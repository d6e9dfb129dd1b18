"""What a sponsor may type: a rule, what it is worth, and who promises."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, EmailStr, Field, ValidationInfo, field_validator

from fundraising.donations.forms import LEAST_PENCE, MOST_PENCE
from fundraising.pledges.models import Rule
from fundraising.pledges.rules import Promised
from fundraising.web.amounts import pence_of
from fundraising.web.forms import Attempt, Form, OneLine, Tick
from fundraising.web.words import money

LONGEST = 600  # minutes
SENTENCES = {
    "rule": "Please choose what your promise depends on.",
    "rate": "Please enter an amount in pounds, such as 1 or 0.50.",
    "minutes": f"Under how many minutes? Please enter a whole number from 1 to {LONGEST}, such as 12.",
    "cap": "Please enter the most that you would pay, in pounds, such as 20: so that no mistake can cost more.",
    "name": "Please tell us your name. You can hide it from the page.",
    "email": "Please enter an e-mail address such as sam@example.org: a letter there makes the promise hold.",
}


def _rate(typed: object) -> int:
    text = str(typed or "").strip()
    if not text:
        raise ValueError(SENTENCES["rate"])
    pence = pence_of(text)
    if not 0 < pence <= MOST_PENCE:
        raise ValueError(f"Please enter more than nothing and at most {money(MOST_PENCE)}.")
    return pence


def _minutes(typed: object) -> int | None:
    text = str(typed or "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 5 and 0 < int(text) <= LONGEST):
        raise ValueError(SENTENCES["minutes"])
    return int(text)


class PromiseForm(Form):
    """A rule, and what it is worth."""

    rule: Rule
    rate: Annotated[int, BeforeValidator(_rate)]
    minutes: Annotated[int | None, BeforeValidator(_minutes)] = Field(None, validate_default=True)
    cap: Annotated[int | None, BeforeValidator(lambda typed: typed if str(typed or "").strip() else None)] = Field(
        None, validate_default=True
    )

    @field_validator("minutes")
    @classmethod
    def _are_given_where_they_count(cls, value: int | None, info: ValidationInfo) -> int | None:
        if info.data.get("rule") is not Rule.MINUTES_UNDER:
            return None
        if value is None:
            raise ValueError(SENTENCES["minutes"])
        return value

    @field_validator("cap", mode="before")
    @classmethod
    def _is_given(cls, value: object, info: ValidationInfo) -> int:
        rate = int(info.data.get("rate") or 0)
        if info.data.get("rule") is Rule.FINISH:
            if rate and rate < LEAST_PENCE:
                raise ValueError(f"Please promise at least {money(LEAST_PENCE)}: a card can take no less.")
            return rate
        text = str(value or "").strip()
        if not text:
            raise ValueError(SENTENCES["cap"])
        pence = pence_of(text)
        if not max(rate, LEAST_PENCE) <= pence <= MOST_PENCE:
            least = max(rate, LEAST_PENCE)
            raise ValueError(f"The most that you would pay lies between {money(least)} and {money(MOST_PENCE)}.")
        return pence

    @property
    def promised(self) -> Promised:
        """The promise itself."""
        return Promised(self.rule, self.rate, self.minutes, self.cap or self.rate)


class SponsorForm(PromiseForm):
    """A promise, and who makes it."""

    attempt: Attempt
    name: Annotated[str, OneLine, Field(min_length=1, max_length=60)]
    email: Annotated[EmailStr, Field(max_length=254)]
    hide_name: Tick = False


ORDER = ("rule", "rate", "minutes", "cap", "name", "email")  # in which the form asks


def in_order(errors: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, as the form asks for it."""
    return {name: errors[name] for name in (*ORDER, *errors) if name in errors}
