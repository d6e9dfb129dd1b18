"""What an organiser types of results."""

from typing import Annotated

from pydantic import Field

from fundraising.web.forms import Form, OneLine, Tick

ROWS = 12  # of the sheet that is typed by hand
SENTENCES = {"because": "Please say why, in at most 200 letters."}


class BecauseForm(Form):
    """Why official results are corrected."""

    because: Annotated[str, OneLine, Field(max_length=200)] = ""


class PublishForm(Form):
    """Before results become official."""

    seen: str = ""
    others: Tick = False
    early: Tick = False
