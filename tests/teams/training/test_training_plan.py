"""The plan is counted back from race day, whatever the day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from teams.training.plan import WEEKS, weeks_before
from teams.training.safety import Section, sections

days = st.dates(date(2020, 1, 1), date(2040, 1, 1))


@given(days, st.integers(-400, 400))
def test_the_week_is_how_many_weeks_have_begun_until_race_day(race_day: date, until: int) -> None:
    """Seven days long each, 8 down to 1, nothing before, and nothing on race day or after it."""
    week = weeks_before(race_day, race_day - timedelta(days=until))
    if week is None:
        assert until <= 0 or until > WEEKS * 7
    else:
        assert 1 <= week <= WEEKS
        assert (week - 1) * 7 < until <= week * 7


@given(days)
def test_every_week_has_its_seven_days_and_they_only_count_down(race_day: date) -> None:
    """Walking to race day a day at a time, no week is skipped and none comes back."""
    met = [weeks_before(race_day, race_day - timedelta(days=until)) for until in range(WEEKS * 7, 0, -1)]
    assert met == [week for week in range(WEEKS, 0, -1) for _ in range(7)]


def test_a_line_that_ends_with_a_colon_is_a_heading() -> None:
    """What stands before the first has none; empty lines part paragraphs."""
    assert sections("First.\n\nYour guide:\nTalks.\n\nA lot.\nIf you fall:\r\nSit.") == [
        Section("", "First."),
        Section("Your guide", "Talks.\n\nA lot."),
        Section("If you fall", "Sit."),
    ]
    assert sections("") == []
