"""Tax years, which begin on 6 April, and how long after a gift Gift Aid can be added. Pure.

Source: https://www.gov.uk/government/publications/charities-detailed-guidance-notes/chapter-3-gift-aid: a declaration
may be made after the gift, and tax is claimed within four years; counted here from the end of the gift's own tax year.
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

UK = ZoneInfo("Europe/London")  # whatever zone an event is in
FIRST = (4, 6)
LATER_YEARS = 4


@dataclass(frozen=True, slots=True, order=True)
class TaxYear:
    """The tax year that begins on 6 April of a year."""

    begins_in: int

    @property
    def first_day(self) -> date:
        """6 April."""
        return date(self.begins_in, *FIRST)

    @property
    def last_day(self) -> date:
        """5 April of the next year."""
        return date(self.begins_in + 1, 4, 5)

    @property
    def name(self) -> str:
        """2026/27"""
        return f"{self.begins_in}/{(self.begins_in + 1) % 100:02}"


def tax_year_of(day: date) -> TaxYear:
    """The tax year that a day is in."""
    return TaxYear(day.year - ((day.month, day.day) < FIRST))


def day_in_uk(at: datetime) -> date:
    """The day that a moment is on in the United Kingdom: a gift at half past midnight is of that day."""
    return at.astimezone(UK).date()


def declarable_until(given_on: date) -> date:
    """The last day on which Gift Aid can be added to a gift."""
    return TaxYear(tax_year_of(given_on).begins_in + LATER_YEARS).last_day
