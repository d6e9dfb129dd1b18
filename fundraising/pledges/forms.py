"""What may be typed about cash: lines of a paper form, told apart by the number at the end, and a paying-in slip."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from fundraising.donations.forms import ADDRESS, MOST_PENCE, postcode
from fundraising.donations.forms import SENTENCES as GIFT_AID
from fundraising.errors import BadInput
from fundraising.web.amounts import pence_of
from fundraising.web.forms import Form, OneLine, Tick, understood
from fundraising.web.words import money

AT_ONCE = 10  # lines of the form as it is shown; with JavaScript, Enter adds more
MOST_AT_ONCE = 60
FIELDS = ("name", "amount", "hide_name", "collected", "given_on", "gift_aid", *ADDRESS)  # as the form asks
MOST_FIELDS = MOST_AT_ONCE * len(FIELDS) + 10
OF_LINE = re.compile(rf"({'|'.join(FIELDS)})-([0-9]{{1,2}})", re.ASCII)
BRITISH = re.compile(r"([0-9]{1,2})[ ./-]+([0-9]{1,2})[ ./-]+([0-9]{4})", re.ASCII)
OLDEST = timedelta(days=3 * 366)
SENTENCES = {
    **GIFT_AID,
    "name": "Who gives? Please enter the name as it stands on the paper.",
    "amount": "How much? Please enter pounds, such as 5 or 5.50.",
    "given_on": "Please enter the day as 25/4/2027, or leave it empty for today.",
    "postcode": "Gift Aid needs the home postcode, such as M25 2SW.",
    "reference": "Please enter what stands on the paying-in slip or the transfer, so that it can be found at the bank.",
    "banked_on": "Please enter the day on which you paid it in, such as 25/4/2027.",
    "lines": "Please tick the lines whose cash you have paid in.",
    "because": "Please say why, in a line: the runner reads it.",
}


def pence(typed: str) -> int:
    """An amount of cash as people write it.

    Raises:
        ValueError: with a sentence for whoever typed it.
    """
    if not typed.strip():
        raise ValueError(SENTENCES["amount"])
    amount = pence_of(typed)
    if not 0 < amount <= MOST_PENCE:
        raise ValueError(f"A line is for more than nothing and at most {money(MOST_PENCE)}.")
    return amount


def day(typed: object, otherwise: date | None = None) -> date:
    """A day as browsers send it, or as people write it here.

    Raises:
        ValueError: for a day that is not, is to come, or was years ago.
    """
    text, today = str(typed or "").strip(), datetime.now(UTC).date()
    if not text and otherwise:
        return otherwise
    match = BRITISH.fullmatch(text)
    try:
        given = date(int(match[3]), int(match[2]), int(match[1])) if match else date.fromisoformat(text)
    except ValueError:
        raise ValueError(SENTENCES["given_on"]) from None
    if not today - OLDEST < given <= today + timedelta(days=1):  # it is tomorrow already where some people are
        raise ValueError("This day cannot be right. Please look at it again.")
    return given


class LineForm(Form):
    """A line of a paper form. Name and address are wanted where Gift Aid is ticked on the paper."""

    name: Annotated[str, OneLine, Field(min_length=1, max_length=60)]
    amount: Annotated[int, BeforeValidator(lambda value: pence(str(value)))]
    hide_name: Tick = False
    collected: Tick = False
    given_on: Annotated[date | None, BeforeValidator(lambda value: day(value, datetime.now(UTC).date()))] = Field(
        "", validate_default=True
    )
    gift_aid: Tick = False
    title: Annotated[str, OneLine, Field(max_length=20)] = ""
    first_name: Annotated[str, OneLine, Field(max_length=60)] = Field("", validate_default=True)
    last_name: Annotated[str, OneLine, Field(max_length=60)] = Field("", validate_default=True)
    house: Annotated[str, OneLine, Field(max_length=100)] = Field("", validate_default=True)
    postcode: Annotated[str, BeforeValidator(lambda value: postcode(str(value)))] = Field("", validate_default=True)

    @field_validator("first_name", "last_name", "house", "postcode")
    @classmethod
    def _is_given_with_gift_aid(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("gift_aid") and not value:
            raise ValueError(SENTENCES[info.field_name or ""])
        return value


class BankingForm(Form):
    """A paying-in slip."""

    reference: Annotated[str, OneLine, Field(min_length=2, max_length=60)]
    banked_on: Annotated[date, BeforeValidator(lambda value: day(value, datetime.now(UTC).date()))]


class ReasonForm(Form):
    """Why something is refused or returned."""

    because: Annotated[str, OneLine, Field(min_length=3, max_length=300)]


def prepared(typed: Mapping[str, str]) -> dict[str, str]:
    """What is looked at of a line: without Gift Aid its address does not matter, with it the name says both names."""
    looked_at = {name: value for name, value in typed.items() if value.strip()}
    if "gift_aid" not in looked_at:
        return {name: value for name, value in looked_at.items() if name not in ADDRESS}
    if not {"first_name", "last_name"} & looked_at.keys():
        first, _, last = " ".join(looked_at.get("name", "").split()).rpartition(" ")
        looked_at |= {"first_name": first, "last_name": last}
    return looked_at


def line(typed: Mapping[str, str]) -> LineForm:
    """One line, understood.

    Raises:
        BadInput
    """
    return understood(LineForm, prepared(typed), SENTENCES)


def parts_of(typed: Mapping[str, str]) -> dict[int, dict[str, str]]:
    """The lines of a form by their number, those in which something stands."""
    parts: dict[int, dict[str, str]] = {}
    for name, value in typed.items():
        match = OF_LINE.fullmatch(name)
        if match and int(match[2]) < MOST_AT_ONCE:
            parts.setdefault(int(match[2]), {})[match[1]] = value
    return {number: part for number, part in sorted(parts.items()) if any(_counts(*pair) for pair in part.items())}


def _counts(field: str, value: str) -> bool:
    """Whether something was really typed: a day stands there by itself, and a tick alone says nothing."""
    return field not in ("given_on", "collected", "hide_name", "gift_aid") and bool(value.strip())


def lines(typed: Mapping[str, str]) -> Sequence[tuple[int, LineForm]]:
    """All the lines of a form, each with its number.

    Raises:
        BadInput: with a sentence per cell, for all lines at once; also when there is none.
    """
    errors: dict[str, str] = {}
    good: list[tuple[int, LineForm]] = []
    for number, part in parts_of(typed).items():
        try:
            good.append((number, line(part)))
        except BadInput as bad:
            errors |= {f"{name}-{number}": bad.errors[name] for name in FIELDS if name in bad.errors}
    if not good and not errors:
        errors = {"name-0": "Please type in one line at least."}
    if errors:
        raise BadInput(errors, typed)
    return good


def chosen(typed: Mapping[str, str]) -> list[int]:
    """Ids of the lines that were ticked on a paying-in slip."""
    ids = [name.removeprefix("line-") for name in typed if re.fullmatch(r"line-[0-9]{1,18}", name, re.ASCII)]
    return sorted(map(int, ids))


def as_typed(row: Mapping[str, Any]) -> dict[str, str]:
    """A line that is kept, as it would be typed."""
    typed = {name: str(row[name]) for name in ("name", *ADDRESS)}
    typed["amount"] = f"{row['amount_pence'] / 100:.2f}".removesuffix(".00")
    typed["given_on"] = row["given_on"].isoformat() if row["given_on"] else ""
    ticks = {"hide_name": row["hide_name"], "gift_aid": row["gift_aid"], "collected": row["state"] == "collected"}
    return typed | {name: "on" for name, ticked in ticks.items() if ticked}
