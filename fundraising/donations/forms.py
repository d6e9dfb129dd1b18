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


class DonateForm(Form):
    """A gift, as typed. Name and address of the declaration are only wanted with Gift Aid."""

    attempt: Attempt
    amount: Annotated[int, BeforeValidator(lambda value: pence(str(value)))]
    name: Annotated[str, OneLine, Field(max_length=60)]
    email: EmailStr
    message: Annotated[str, Field(max_length=MESSAGE_CHARACTERS)] = ""
    hide_name: Tick = False
    hide_amount: Tick = False
    cover_fee: Tick = False
    contact_ok: Tick = False
    charity: Annotated[str, OneLine, Field(max_length=60)] = ""
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

    @field_validator("first_name", "last_name", "house", "postcode")
    @classmethod
    def _is_given_with_gift_aid(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("gift_aid") and not value:
            raise ValueError(SENTENCES[info.field_name or ""])
        return value


ADDRESS = ("title", "first_name", "last_name", "house", "postcode")


def prepared(typed: Mapping[str, str]) -> dict[str, str]:
    """What is looked at: a chosen amount counts where none was typed; without Gift Aid the address does not matter."""
    looked_at = dict(typed)
    if not looked_at.get("amount", "").strip() and looked_at.get("preset", "").isdigit():
        looked_at["amount"] = looked_at["preset"]
    if "gift_aid" not in looked_at:
        looked_at = {name: value for name, value in looked_at.items() if name not in ADDRESS}
    return looked_at
