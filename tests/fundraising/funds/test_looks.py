"""Names that are read alike are known to be, and others are not."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from fundraising.funds.looks import look_of


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("The Reverse Gears", "the  reverse-gears!"),
        ("Apex", "АРЕХ"),  # all of it Cyrillic
        ("Team", "ΤΕΑΜ"),  # all of it Greek
        ("Iron Backs", "lron Backs"),
        ("Turn Back", "Tum Back"),
        ("Zoë’s Łads", "Zoes Lads"),
        ("Gear 10", "Gear IO"),
        ("Ａｄｍｉｎ", "admin"),  # of full width
        ("𝐀𝐝𝐦𝐢𝐧", "admin"),
    ],
)
def test_names_that_are_read_alike_look_the_same(name: str, other: str) -> None:
    """Whatever they are written with."""
    assert look_of(name) == look_of(other)


@pytest.mark.parametrize(
    ("name", "other"),
    [("Reverse Gear", "Reverse Gears"), ("Задом Наперёд", "Задом"), ("ليلى", "ليلي الحداد"), ("Team 2", "Team 3"), ("🏃 A", "B")],
)  # fmt: skip
def test_other_names_look_different(name: str, other: str) -> None:
    """In any script."""
    assert look_of(name) != look_of(other)


def test_of_a_name_without_letters_nothing_is_left() -> None:
    """Such a name says nothing."""
    assert look_of("🏃 → ★ …") == ""


@given(st.text("abcdefghijklmnopqrstuvwxyz '-.", max_size=60))
def test_a_name_looks_like_itself_however_it_is_written(name: str) -> None:
    """In capitals, with spaces and hyphens or without."""
    assert look_of(name.upper()) == look_of(f" {name}! ") == look_of(name.replace(" ", "-"))
