"""What may be typed on a receipt, and on the organiser's desk of refunds."""

from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from fundraising.donations.forms import MESSAGE_CHARACTERS, SENTENCES, connected, postcode
from fundraising.web.amounts import pence_of
from fundraising.web.forms import Form, OneLine, Tick

REASON_CHARACTERS = 300
SAID = {
    **SENTENCES,
    "name": "Please tell us your name. You can hide it from the page.",
    "declare": "Gift Aid needs your declaration: please read the sentence and tick it.",
    "is_connected": "Please say whether you are related to the runner: Gift Aid depends on it.",
    "reason": "Please say in a few words why, so that the organiser can decide.",
    "amount": "Please enter how much goes back, in pounds.",
    "answer": "Please say in a sentence why not: your supporter reads it.",
}


class WordsForm(Form):
    """What is said with a gift, and what of it everybody may see."""

    name: Annotated[str, OneLine, Field(max_length=60)]
    message: Annotated[str, Field(max_length=MESSAGE_CHARACTERS)] = ""
    in_honour_of: Annotated[str, OneLine, Field(max_length=60)] = ""
    hide_name: Tick = False
    hide_amount: Tick = False

    @field_validator("name")
    @classmethod
    def _is_given(cls, value: str) -> str:
        if not value:
            raise ValueError(SAID["name"])
        return value


class DeclareForm(Form):
    """Gift Aid, added later; who is related to a runner whose place the charity pays for declares nothing."""

    is_connected: Annotated[bool | None, BeforeValidator(connected)] = None
    title: Annotated[str, OneLine, Field(max_length=20)] = ""
    first_name: Annotated[str, OneLine, Field(max_length=60)] = Field("", validate_default=True)
    last_name: Annotated[str, OneLine, Field(max_length=60)] = Field("", validate_default=True)
    house: Annotated[str, OneLine, Field(max_length=100)] = Field("", validate_default=True)
    postcode: Annotated[str, BeforeValidator(lambda value: postcode(str(value)))] = Field("", validate_default=True)
    declare: Tick = Field(False, validate_default=True)

    @field_validator("declare", "first_name", "last_name", "house", "postcode")
    @classmethod
    def _is_given(cls, value: object, info: ValidationInfo) -> object:
        if not value and not info.data.get("is_connected"):
            raise ValueError(SAID[info.field_name or ""])
        return value


class RefundForm(Form):
    """Why a gift is asked back."""

    reason: Annotated[str, Field(max_length=REASON_CHARACTERS)] = Field("", validate_default=True)

    @field_validator("reason")
    @classmethod
    def _is_given(cls, value: str) -> str:
        if not value:
            raise ValueError(SAID["reason"])
        return value


class GrantForm(Form):
    """How much of a gift goes back."""

    amount: Annotated[int, BeforeValidator(lambda value: pence_of(str(value))), Field(gt=0)]


class RefuseForm(Form):
    """Why a gift does not go back."""

    answer: Annotated[str, Field(max_length=REASON_CHARACTERS)] = Field("", validate_default=True)

    @field_validator("answer")
    @classmethod
    def _is_given(cls, value: str) -> str:
        if not value:
            raise ValueError(SAID["answer"])
        return value
