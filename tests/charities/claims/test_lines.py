"""From gifts to lines: every gift in one line, the sum kept, and nothing in a line that HMRC would refuse unseen."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charities.claims.lines import (
    MOST_TOGETHER_PENCE,
    SMALL_PENCE,
    Gift,
    How,
    Line,
    as_postcode,
    as_surname,
    as_text,
    as_title,
    lines_of,
    troubles,
)
from charities.claims.models import LineKind

DAYS = st.dates(date(2027, 1, 1), date(2027, 12, 31))
DONORS = (
    ("Dr", "Ada", "Byron-King", "12", "M25 2SW"),
    ("", "ada ", "Byron King", "12", "M25 2SW"),
    ("Professor", "عائشة", "x" * 40, "The Old Post Office, " * 3, ""),
)
SPONSORED = st.sampled_from([None, None, "Sam Sample", "Jo Long-Name", "Mononym"])
ONE = st.builds(
    lambda pence, day, donor, runner: Gift(UUID(int=0), pence, day, *donor, sponsor_of=runner),
    st.integers(200, 200_000),
    DAYS,
    st.sampled_from(DONORS),
    SPONSORED,
)
GIFTS = st.lists(ONE, min_size=1, max_size=20).map(
    lambda found: [replace(gift, payment_id=UUID(int=number)) for number, gift in enumerate(found)]
)
HOWS = st.builds(How, st.booleans(), st.booleans(), st.booleans())


@settings(deadline=None)
@given(GIFTS, HOWS)
def test_every_gift_stands_in_one_line_and_the_sum_is_kept(given_: list[Gift], how: How) -> None:
    """Whichever way they become lines; small gifts without names keep HMRC's bounds."""
    lines = lines_of(given_, how)
    assert sorted(g.payment_id for line in lines for g in line.gifts) == sorted(g.payment_id for g in given_)
    assert sum(line.pence for line in lines) == sum(g.pence for g in given_)
    for line in lines:
        assert line.pence == sum(g.pence for g in line.gifts)
        assert line.given_on == max(g.given_on for g in line.gifts)
        if line.kind is LineKind.AGGREGATED:
            assert line.pence <= MOST_TOGETHER_PENCE
            assert all(g.pence <= SMALL_PENCE for g in line.gifts)
            assert 0 < len(line.aggregated) <= 35
            assert not line.last_name
        else:
            assert max(len(line.title), len(line.postcode) * 0) <= 4
            assert len(line.first_name) <= 35
            assert len(line.last_name) <= 35


@settings(deadline=None)
@given(GIFTS)
def test_a_line_that_is_named_is_of_one_donor(given_: list[Gift]) -> None:
    """Gifts of two donors never share a line with a name."""
    for line in lines_of(given_, How(by_donor=True)):
        assert len({(g.first_name.casefold().strip(), g.house.casefold().strip()) for g in line.gifts}) == 1


ADA = Line(LineKind.DONOR, 1000, date(2027, 4, 25), (), "Dr", "Ada", "House Martin", "12", "M25 2SW")


def test_a_whole_line_has_no_troubles() -> None:
    """Neither has one of small gifts together."""
    assert troubles(ADA) == {}
    assert troubles(replace(ADA, postcode="X")) == {}
    assert troubles(Line(LineKind.AGGREGATED, 1, ADA.given_on, (), aggregated="Some")) == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [("first_name", ""), ("last_name", "Łódź"), ("title", "Professor"), ("house", ""), ("house", "x" * 41), ("postcode", "M25"), ("postcode", "")],
)  # fmt: skip
def test_what_hmrc_would_refuse_is_told_by_field(field: str, value: str) -> None:
    """A sentence each."""
    assert list(troubles(replace(ADA, **{field: value}))) == [field]


def test_names_are_written_as_hmrc_wants_them() -> None:
    """Two-part surnames apart, long titles left out, letters that it would drop not dropped in silence."""
    assert as_surname("House-Martin") == "House Martin"
    assert as_title("Professor") == ""
    assert as_title("Mrs.") == "Mrs"
    assert as_text("José Müller", 35) == "José Müller"
    assert as_text("x" * 36, 35) == ""
    assert as_postcode("m252sw") == "M25 2SW"
    assert as_postcode("x") == "X"
    small = [Gift(UUID(int=1), 700, ADA.given_on, "", "عائشة", "خان", "1", "")]
    (line,) = lines_of(small, How())
    assert set(troubles(line)) == {"first_name", "last_name"}
    assert line.postcode == "X"


def test_a_large_sponsor_of_a_paper_form_stands_alone() -> None:
    """By name; the others on the runner's line."""
    large, little = (
        Gift(UUID(int=n), pence, ADA.given_on, "", "A", f"B{n}", "1", "", "Sam Sample")
        for n, pence in ((1, 50_100), (2, 900))
    )
    lines = lines_of([large, little], How(sponsors_by_name=False))
    assert {(line.kind, line.last_name, line.pence) for line in lines} == {
        (LineKind.DONOR, "B1", 50_100),
        (LineKind.SPONSORED, "Sample", 900),
    }
