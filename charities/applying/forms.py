"""What a charity may type when it applies, and what the organiser answers."""

import re
from typing import Annotated

from pydantic import BeforeValidator, EmailStr, Field, ValidationInfo, field_validator

from charities.applying.models import Register
from charities.applying.numbers import read_number, read_reference
from fundraising.web.forms import Form, OneLine

COLOURS = (
    "red", "blue", "green", "yellow", "purple", "teal", "pink", "brown", "navy", "lime", "orange", "grey",
)  # fmt: skip
SENTENCES = {
    "name": "Please enter the charity’s name, as the register has it.",
    "register": "Please choose where the charity is registered.",
    "contact_name": "Please tell us who we may ask.",
    "email": "Please enter an e-mail address such as sam@example.org: our answer goes there.",
    "summary": "Please say in one line what the charity does.",
    "about": "Please tell runners and supporters what the charity does.",
    "colour": "Please choose one of the colours.",
    "words": "Please write what the charity should know.",
}
WEBSITE = re.compile(r"(?a:https?://[a-z0-9.-]+\.[a-z]{2,}(?::[0-9]{1,5})?(?:/[^\s<>\"]*)?)", re.IGNORECASE)


def _website(typed: object) -> str:
    text = str(typed).strip()
    if text and "://" not in text:
        text = f"https://{text}"
    if text and not WEBSITE.fullmatch(text):
        raise ValueError("Please enter the address of the charity’s own site, such as https://example.org.")
    return text


def _colour(typed: object) -> int:
    text = str(typed)
    if text not in COLOURS:
        raise ValueError(SENTENCES["colour"])
    return COLOURS.index(text)


class SaidForm(Form):
    """How a charity describes itself."""

    name: Annotated[str, OneLine, Field(min_length=3, max_length=80)]
    website: Annotated[str, BeforeValidator(_website), Field(max_length=200)] = ""
    summary: Annotated[str, OneLine, Field(min_length=10, max_length=200)]
    about: Annotated[str, Field(min_length=20, max_length=4000)]
    what_ten_does: Annotated[str, OneLine, Field(max_length=200)] = ""
    colour: Annotated[int, BeforeValidator(_colour)]
    contact_name: Annotated[str, OneLine, Field(min_length=2, max_length=80)]


class NumbersForm(Form):
    """Under which numbers it is known."""

    registered_with: Register = Field(alias="register")  # pydantic has a `register` of its own
    number: Annotated[str, OneLine, Field(max_length=40)] = Field("", validate_default=True)
    hmrc_reference: Annotated[str, BeforeValidator(lambda typed: read_reference(str(typed)))] = Field(
        "", validate_default=True
    )

    @field_validator("number")
    @classmethod
    def _as_its_register_writes_it(cls, value: str, info: ValidationInfo) -> str:
        register = info.data.get("registered_with")
        return read_number(register, value) if register else value

    @field_validator("hmrc_reference")
    @classmethod
    def _is_there_without_a_number(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.data.get("registered_with") is Register.NONE:
            raise ValueError("A charity without a number is known by HMRC’s reference, such as AB12345.")
        return value


class CharityForm(NumbersForm, SaidForm):
    """A charity, as it comes to us."""


class ApplyForm(CharityForm):
    """The same, with the address that the answer goes to."""

    email: EmailStr


class WordsForm(Form):
    """What the organiser asks or answers."""

    words: Annotated[str, Field(min_length=3, max_length=1000)]
