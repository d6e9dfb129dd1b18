"""What may be typed about a team: when it is founded, and later at its desk."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, EmailStr, Field

from fundraising.web.amounts import pence_of_target
from fundraising.web.forms import Attempt, Form, OneLine, Tick
from teams.entries.forms import Name, is_plain_name

COLOURS = (
    "red", "blue", "green", "yellow", "purple", "teal", "pink", "brown", "navy", "lime", "orange", "grey",
)  # fmt: skip
SENTENCES = {
    "name": "Please give the team a name.",
    "race": "Please choose what to run.",
    "motto": "A motto has 120 characters at the most.",
    "colour": "Please choose one of the colours.",
    "charity": "Please choose one of the charities, or each their own.",
    "captain_name": "Please tell us your name.",
    "captain_email": "Please enter an e-mail address such as sam@example.org: with it you sign in.",
    "count": "Please say how many, from 1 to 8.",
    "limit": "Please say how many may ask, from 1 to 20.",
}


def _id(typed: object) -> int | None:
    text = str(typed)
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _colour(typed: object) -> int | None:
    return COLOURS.index(str(typed)) if str(typed) in COLOURS else None


class AboutForm(Form):
    """What a captain says of a team."""

    name: Annotated[Name, AfterValidator(is_plain_name), Field(min_length=2, max_length=60)]
    motto: Annotated[str, OneLine, Field(max_length=120)] = ""
    about: Annotated[str, Field(max_length=2000)] = ""
    target: Annotated[int | None, BeforeValidator(pence_of_target)] = None
    colour: Annotated[int | None, BeforeValidator(_colour)] = None
    charity: Annotated[str, Field(max_length=60)] = ""
    is_private: Tick = False
    off_boards: Tick = False


class FoundForm(AboutForm):
    """A new team."""

    attempt: Attempt
    race: Annotated[str, Field(min_length=1, max_length=60)]


class FounderForm(Form):
    """Who founds it, when nobody is signed in."""

    captain_name: Annotated[Name, Field(min_length=1, max_length=80)]
    captain_email: EmailStr


class CountForm(Form):
    """How many seats, and who pays for them."""

    attempt: Attempt
    count: Annotated[int, Field(ge=1, le=8)]
    pays: Annotated[str, Field(max_length=8)] = "friends"
    newest: Annotated[int | None, BeforeValidator(_id)] = None  # of the seats that the captain has seen


class LimitForm(Form):
    """How many may ask by the general link, and whether the team's page leads there."""

    limit: Annotated[int, Field(ge=1, le=20)]
    public: Tick = False
