"""What may be typed about words and pages that should not be shown."""

from typing import Annotated

from pydantic import BeforeValidator, EmailStr, Field

from fundraising.web.forms import Form, OneLine

MOST_CHARACTERS = 300
BECAUSE = "It does not follow our rules for pages."  # unless something better is said
SENTENCES = {
    "reason": "Please say in a few words what is wrong with it.",
    "email": "Please enter an e-mail address such as sam@example.org, or leave it empty.",
    "because": "Please say why, in words that its runner will read.",
    "page": "Please paste the address of a page here, such as /pages/sam-sample.",
}


def _none_if_empty(typed: object) -> object:
    return typed if str(typed or "").strip() else None


class ReportForm(Form):
    """What is wrong, and where to say what came of it."""

    reason: Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS)]
    email: Annotated[EmailStr | None, BeforeValidator(_none_if_empty)] = None


class AnswerForm(Form):
    """What a runner says to a page's being hidden."""

    reason: Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS)]


class BecauseForm(Form):
    """Why a page is taken off the site."""

    because: Annotated[str, OneLine, Field(min_length=1, max_length=MOST_CHARACTERS)]


class AddressForm(BecauseForm):
    """The same, of a page that nobody has reported."""

    page: Annotated[str, OneLine, Field(min_length=1, max_length=300)]
