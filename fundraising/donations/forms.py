"""What a supporter may type."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, EmailStr, Field, ValidationInfo, field_validator

from fundraising.web.amounts import ODD, pence_of
from fundraising.web.forms import Attempt, Form, OneLine, Tick
from fundraising.web.words import money

LEAST_PENCE = 200  # a smaller gift is how stolen cards are tried
MOST_PENCE = 1_000_000
PRESETS_PENCE = (1000, 2000, 5000, 10000)
MESSAGE_CHARACTERS = 300
POSTCODE = re.compile(r"(?a:([A-Z]{1,2}[0-9][A-Z0-9]?)\s*([0-9][A-Z]{2}))")

SENTENCES = {
    "amount": ODD,
    "name": "Please tell us your name. You can hide it from the page below.",
    "email": "Please enter an e-mail address such as sam@example.org: your receipt goes there.",
    "first_name": "Gift Aid needs your first name, or its initial.",
    "last_name": "Gift Aid needs your last name.",
    "house": "Gift Aid needs your house name or number.",
    "postcode": "Gift Aid needs your home postcode, such as M25 2SW.",
    "gift_aid": (
        "A company's gift cannot have Gift Aid: a company sets it against its own tax. "
        "Please take off either Gift Aid or the company's name."
    ),
    "is_connected": "Please say whether you are related to the runner: Gift Aid depends on it.",
    "charity": "Please choose the charity that your gift goes to.",
}


def pence(typed: str) -> int:
    """An amount as people type it: 25, 25.50, £25, 1,000.

    Raises:
        ValueError: with a sentence for whoever typed it.
    """
    if not typed.strip():
        raise ValueError("Please choose an amount, or enter your own.")
    amount = pence_of(typed)
    if amount < LEAST_PENCE:
        raise ValueError(f"The smallest gift that we can take is {money(LEAST_PENCE)}.")
    if amount > MOST_PENCE:
        raise ValueError(
            f"The largest gift that we can take online is {money(MOST_PENCE)}. Please write to us for more."
        )
    return amount


def postcode(typed: str) -> str:
    """A UK postcode in capitals with one space; empty stays empty.

    Raises:
        ValueError: for anything else.
    """
    text = " ".join(typed.upper().split())
    if not text:
        return ""
    match = POSTCODE.fullmatch(text)
    if not match:
        raise ValueError("Please enter a UK postcode such as M25 2SW. Gift Aid is for UK taxpayers.")
    return f"{match[1]} {match[2]}"


def connected(typed: object) -> bool | None:
    """Whether who gives is the runner, or related to them: yes, no, or not said."""
    return {"yes": True, "no": False}.get(str(typed))


class Giver(Form):
    """Who gives, and what they say and allow. Name and address of the declaration are only wanted with Gift Aid."""

    attempt: Attempt
    name: Annotated[str, OneLine, Field(max_length=60)]
    email: EmailStr
    message: Annotated[str, Field(max_length=MESSAGE_CHARACTERS)] = ""
    in_honour_of: Annotated[str, OneLine, Field(max_length=60)] = ""
    company: Annotated[str, OneLine, Field(max_length=60)] = ""
    hide_name: Tick = False
    hide_amount: Tick = False
    cover_fee: Tick = False
    contact_ok: Tick = False
    updates_ok: Tick = False
    gift_aid: Tick = False
    title: Annotated[str, OneLine, Field(max_length=20)] = Field("", validate_default=True)
    first_name: Annotated[str, OneLine, Field(max_length=60)] = Field("", validate_default=True)
    last_name: Annotated[str, OneLine, Field(max_length=60)] = Field("", validate_default=True)
    house: Annotated[str, OneLine, Field(max_length=100)] = Field("", validate_default=True)
    postcode: Annotated[str, BeforeValidator(lambda value: postcode(str(value)))] = Field("", validate_default=True)

    @field_validator("name")
    @classmethod
    def _is_given(cls, value: str) -> str:
        if not value:
            raise ValueError(SENTENCES["name"])
        return value

    @field_validator("gift_aid")
    @classmethod
    def _is_of_somebody(cls, value: bool, info: ValidationInfo) -> bool:
        if value and info.data.get("company"):
            raise ValueError(SENTENCES["gift_aid"])
        return value

    @field_validator("first_name", "last_name", "house", "postcode")
    @classmethod
    def _is_given_with_gift_aid(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("gift_aid") and not value:
            raise ValueError(SENTENCES[info.field_name or ""])
        return value


class Amount(Form):
    """How much: what is wrong with it is said first."""

    amount: Annotated[int, BeforeValidator(lambda value: pence(str(value)))]


class DonateForm(Giver, Amount):
    """A gift, as typed."""

    charity: Annotated[str, OneLine, Field(max_length=60)] = ""
    is_connected: Annotated[bool | None, BeforeValidator(connected)] = None


class CharityFundedForm(DonateForm):
    """A gift to a runner whose place the charity pays for: Gift Aid depends on who gives."""

    is_connected: Annotated[bool | None, BeforeValidator(connected)] = Field(None, validate_default=True)

    @field_validator("is_connected")
    @classmethod
    def _is_said_with_gift_aid(cls, value: bool | None, info: ValidationInfo) -> bool | None:
        if info.data.get("gift_aid") and value is None:
            raise ValueError(SENTENCES["is_connected"])
        return value


ADDRESS = ("title", "first_name", "last_name", "house", "postcode")


def prepared(typed: Mapping[str, str], *, is_charity_funded: bool = False) -> dict[str, str]:
    """What is looked at: a chosen amount counts where none was typed; without Gift Aid the address does not matter.

    Args:
        is_charity_funded: the charity pays for the runner's place. Only there it matters who is related to the runner,
            and such a gift is taken without Gift Aid, as the form says.
    """
    looked_at = dict(typed)
    if not looked_at.get("amount", "").strip() and looked_at.get("preset", "").isdigit():
        looked_at["amount"] = looked_at["preset"]
    if not is_charity_funded:
        looked_at.pop("is_connected", None)
    elif connected(looked_at.get("is_connected")):
        looked_at.pop("gift_aid", None)
    if "gift_aid" not in looked_at:
        looked_at = {name: value for name, value in looked_at.items() if name not in ADDRESS}
    return looked_at


def may_have_gift_aid(looked_at: Mapping[str, str]) -> bool:
    """Whether what is typed so far leads to Gift Aid."""
    return "gift_aid" in looked_at and not looked_at.get("company", "").strip()
