"""Days, clocks and race times are read as they are typed, and written as they are read."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundraising.web.days import at, day_of, first_of, last_of, read_day
from teams.events.days import clock_of, read_clock, read_race_time
from teams.events.forms import PriceForm
from teams.events.prefilled import pounds
from teams.events.records import race_time

LONDON = ZoneInfo("Europe/London")
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))


@given(DAYS)
def test_a_day_is_read_as_browsers_send_it_and_as_people_write_it(day: date) -> None:
    """2027-04-25, 25/04/2027 and 25.4.2027 are one day."""
    written = (
        day.isoformat(),
        f"{day:%d/%m}/{day.year}",
        f" {day.day}.{day.month}.{day.year} ",
        f"{day.day}/{day.month}/{day.year}",
    )
    assert {read_day(one) for one in written} == {day}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Please enter a day"),
        ("tomorrow", "Please enter a day"),
        ("25/04/27", "Please enter a day"),
        ("٢٥/٠٤/٢٠٢٧", "Please enter a day"),
        ("2027-04-25T10:00", "Please enter a day"),
        ("31/02/2027", "no such day"),
        ("04/25/2027", "no such day"),
        ("0000-01-01", "no such day"),
        ("1066-10-14", "looks wrong"),
        ("20277-04-25", "Please enter a day"),
        (None, "Please enter a day"),
    ],
)
def test_what_is_no_day_is_said_so(typed: object, sentence: str) -> None:
    """In a sentence for whoever typed it."""
    with pytest.raises(ValueError, match=sentence):
        read_day(typed)


@given(CLOCKS)
def test_a_clock_comes_back_as_it_went(clock: time) -> None:
    """With a colon, with a point, and with the seconds that some browsers send."""
    assert {read_clock(f"{clock:%H:%M}"), read_clock(f"{clock:%H.%M}"), read_clock(f"{clock:%H:%M}:00")} == {clock}


@pytest.mark.parametrize("typed", ["", "24:00", "10:60", "10", "10:3", "ten", "-1:00", "١٠:٣٠", "10:30pm"])
def test_what_is_no_clock_is_said_so(typed: str) -> None:
    """Half past ten has one way to be typed."""
    with pytest.raises(ValueError, match="Please enter a time of day"):
        read_clock(typed)


@given(st.integers(0, 99 * 36_000 + 35_999))
def test_a_race_time_is_read_as_it_is_told(tenths: int) -> None:
    """Whatever its length; a comma is a point."""
    assert read_race_time(race_time(tenths)) == tenths
    assert read_race_time(race_time(tenths).replace(".", ",")) == tenths


@pytest.mark.parametrize("typed", ["7", "7:5", "7:60", "7:30.45", "1:2:3:4", "-7:30", "fast", "٧:٣٠"])
def test_what_is_no_race_time_is_said_so(typed: str) -> None:
    """An empty field is no time at all, and no mistake."""
    with pytest.raises(ValueError, match="Please enter a time such as"):
        read_race_time(typed)
    assert read_race_time("  ") is None


@given(DAYS, CLOCKS.filter(lambda clock: clock.hour != 1))  # 01:30 may not exist, or exist twice, as clocks change
def test_a_moment_comes_back_as_its_day_and_clock(day: date, clock: time) -> None:
    """In the zone of the site, in summer and in winter."""
    moment = at(day, clock, LONDON)
    assert (day_of(moment, LONDON), clock_of(moment, LONDON)) == (day.isoformat(), f"{clock:%H:%M}")


@given(DAYS)
def test_a_day_reaches_from_its_first_moment_to_its_last(day: date) -> None:
    """Each is shown as that day; nothing typed is no moment."""
    first, last = first_of(day, LONDON), last_of(day, LONDON)
    assert first
    assert last
    assert first < last
    assert day_of(first, LONDON) == day_of(last, LONDON) == day.isoformat()
    assert (first_of(None, LONDON), last_of(None, LONDON), day_of(None, LONDON)) == (None, None, "")


def test_the_last_day_of_entries_ends_at_midnight_in_the_park() -> None:
    """Not at midnight of a computer: in summer that is an hour later."""
    last = last_of(date(2027, 6, 1), LONDON)
    assert last
    assert last.astimezone(UTC).replace(microsecond=0) == datetime(2027, 6, 1, 22, 59, 59, tzinfo=UTC)


@given(st.integers(0, 100_000))
def test_a_price_is_read_as_it_stands_in_its_form(pence: int) -> None:
    """To the penny, from nothing to the highest."""
    assert PriceForm.model_validate({"race": "1", "name": "x", "pounds": pounds(pence)}).pounds == pence
