"""What may be typed to the organiser."""

from typing import Annotated

from pydantic import EmailStr, Field

from fundraising.web.forms import Attempt, Form, OneLine

MESSAGE_CHARACTERS = 2000
SENTENCES = {
    "name": "Please tell us your name.",
    "email": "Please enter an e-mail address such as sam@example.org: the answer goes there.",
    "organisation": "Please tell us who you write for: a company, a charity, a club.",
    "message": "Please write a line or two.",
}


class EnquiryForm(Form):
    """A message to the organiser, from somebody who speaks for others."""

    attempt: Attempt
    name: Annotated[str, OneLine, Field(min_length=1, max_length=80)]
    email: Annotated[EmailStr, Field(max_length=254)]
    organisation: Annotated[str, OneLine, Field(min_length=1, max_length=120)]
    message: Annotated[str, Field(min_length=1, max_length=MESSAGE_CHARACTERS)]


class InterestForm(Form):
    """Somebody wants to hear when an event opens."""

    email: Annotated[EmailStr, Field(max_length=254)]
    name: Annotated[str, OneLine, Field(max_length=80)] = ""
