"""What an organiser may type about money that was paid over to a charity's bank."""

from datetime import UTC, date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

from fundraising.errors import BadInput
from fundraising.web.amounts import pence_of
from fundraising.web.days import read_day
from fundraising.web.forms import Form, OneLine, Tick

SENTENCES = {
    "amount": "Please enter what you have paid, such as 240.50.",
    "reference": "Please enter the reference as the bank shows it, so that both of you find the payment there.",
    "paid_on": "Please enter the day on which you paid, such as 25/04/2027.",
}
FIRST_DAY = date(2010, 1, 1)


def _amount(typed: object) -> int:
    pence = pence_of(str(typed or ""))
    if not pence:
        raise ValueError("Please enter more than nothing.")
    return pence


class PaidForm(Form):
    """A payment by the organiser's bank."""

    amount: Annotated[int, BeforeValidator(_amount)]
    reference: Annotated[str, OneLine, Field(min_length=1, max_length=60)]
    paid_on: Annotated[date, BeforeValidator(read_day)]
    is_another: Tick = False

    def must_have_been(self, zone: ZoneInfo) -> None:
        """A payment of tomorrow has not been made.

        Raises:
            BadInput
        """
        wrong = ""
        if self.paid_on > datetime.now(UTC).astimezone(zone).date():
            wrong = "That day is still to come. Record it once you have paid."
        elif self.paid_on < FIRST_DAY:
            wrong = "That is too long ago."
        if wrong:
            raise BadInput({"paid_on": wrong}, {})
