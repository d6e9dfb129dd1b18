"""How numbers, days and texts are written."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from fundraising.web.words import in_zone, money, paragraphs, percent, plural, short


def test_money_is_exact() -> None:
    """Whole pounds without pence, else two decimals, thousands apart."""
    assert [money(p) for p in (0, 5, 2500, 2550, 124_000, 100_000_001, -250)] == [
        "£0", "£0.05", "£25", "£25.50", "£1,240", "£1,000,000.01", "−£2.50",
    ]  # fmt: skip
    assert money(100, "chf") == "CHF 1"


def test_a_hundred_per_cent_is_never_said_too_early() -> None:
    """Rounded down; without a target there is none."""
    assert [percent(9999, 10_000), percent(10_000, 10_000), percent(15_000, 10_000), percent(5, None)] == [
        99,
        100,
        150,
        0,
    ]


def test_paragraphs_hold_no_html_of_anybody() -> None:
    """Escaped, parted by empty lines."""
    assert paragraphs("a <b>\nc\n\n\nd") == "<p>a &lt;b&gt;<br>c</p><p>d</p>"


def test_a_short_text_is_cut_between_words() -> None:
    """And only when it is too long."""
    assert (short("one two three", 9), short("one two", 9)) == ("one two…", "one two")
    assert (plural(1, "gift"), plural(1200, "gift")) == ("1 gift", "1,200 gifts")


def test_days_are_those_of_the_zone() -> None:
    """Half past eleven at night UTC in summer is the next day in Manchester."""
    filters = in_zone(ZoneInfo("Europe/London"))
    at = datetime(2027, 6, 5, 23, 30, tzinfo=UTC)
    assert filters["day"](at) == "Sunday 6 June 2027"
    assert filters["clock"](at) == "00:30"
    assert filters["machine"](at) == "2027-06-06T00:30+01:00"
