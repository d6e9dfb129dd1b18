"""What may be asked of a list: from when, after which one, how many."""

from datetime import UTC, date, datetime, time
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator

from fundraising.errors import BadInput
from fundraising.web.forms import Form

MOST, USUAL = 100, 50
FROM_THE_START = datetime(2000, 1, 1, tzinfo=UTC)
SENTENCES = {
    "since": "An instant such as 2027-04-20T10:15:00Z, or a day such as 2027-04-20, please.",
    "after": "Please send the id of the last one that you have, as it came in this list.",
    "limit": f"From 1 to {MOST}, please.",
}


def _instant(typed: object) -> datetime:
    """An instant, or the first of a day, in UTC unless it says otherwise; a + in an address arrives as a space."""
    text = str(typed).strip().replace(" ", "+")
    try:
        found = datetime.combine(date.fromisoformat(text), time()) if len(text) == 10 else datetime.fromisoformat(text)
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        return max(found.astimezone(UTC), FROM_THE_START)
    except (ValueError, OverflowError):
        raise ValueError(SENTENCES["since"]) from None


def _at_most(number: int) -> int:
    if not 1 <= number <= MOST:
        raise ValueError(SENTENCES["limit"])
    return number


def _known(number: int) -> int:
    if not 0 <= number < 2**63:
        raise ValueError(SENTENCES["after"])
    return number


class _Asked(Form):
    since: Annotated[datetime, BeforeValidator(_instant)] = FROM_THE_START
    limit: Annotated[int, AfterValidator(_at_most)] = USUAL


class RaisersAsked(_Asked):
    """Pages or teams."""

    after: Annotated[int, AfterValidator(_known)] = 0


class DonationsAsked(_Asked):
    """Donations."""

    after: UUID | None = None


def unknown(after: object) -> BadInput:
    """`after` names nothing in this list."""
    return BadInput({"after": SENTENCES["after"]}, {"after": str(after)})
