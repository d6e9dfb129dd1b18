"""What may be typed about oneself."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, EmailStr, Field

from fundraising.web.forms import Form, OneLine

SENTENCES = {
    "email": "Please enter an e-mail address such as sam@example.org.",
    "name": "Please tell us your name.",
}


class EmailForm(Form):
    """An address, and where to go on to."""

    email: Annotated[EmailStr, Field(max_length=254)]
    onward: Annotated[str, Field(max_length=300)] = ""


class NameForm(Form):
    """A name."""

    name: Annotated[str, OneLine, Field(min_length=1, max_length=80)]


class PasskeyForm(Form):
    """How somebody calls a passkey."""

    name: Annotated[str, OneLine, Field(min_length=1, max_length=60)]


class SureForm(Form):
    """It is known what cannot be undone."""

    sure: Annotated[Literal[True], BeforeValidator(lambda value: value == "on")]
