"""Charity numbers are put right where people usually mistype them, and refused kindly where they cannot be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charities.applying.models import Register
from charities.applying.numbers import read_number, read_reference

WALES, SCOTLAND, IRELAND = Register.ENGLAND_AND_WALES, Register.SCOTLAND, Register.NORTHERN_IRELAND


@pytest.mark.parametrize(
    ("register", "typed", "written"),
    [
        (WALES, "1234567", "1234567"),
        (WALES, " 123 456 ", "123456"),
        (WALES, "Registered charity no. 1234567", "1234567"),
        (WALES, "12O4567", "1204567"),
        (SCOTLAND, "SC012345", "SC012345"),
        (SCOTLAND, "sco12345", "SC012345"),
        (SCOTLAND, "SC 12345", "SC012345"),
        (SCOTLAND, "012345", "SC012345"),
        (IRELAND, "NIC100123", "NIC100123"),
        (IRELAND, "nic 100 123", "NIC100123"),
        (IRELAND, "100123", "NIC100123"),
        (Register.NONE, "whatever", ""),
    ],
)
def test_a_number_is_written_as_its_register_writes_it(register: Register, typed: str, written: str) -> None:
    """However it was typed; once more it stays as it is."""
    assert read_number(register, typed) == written
    assert read_number(register, written) == written


@pytest.mark.parametrize(
    ("register", "typed"),
    [(WALES, ""), (WALES, "12345"), (WALES, "12345678"), (WALES, "SC012345"), (SCOTLAND, "SC112345"), (SCOTLAND, "1234"), (IRELAND, "NIC12345"), (WALES, "١٢٣٤٥٦٧")],
)  # fmt: skip
def test_an_odd_number_is_told(register: Register, typed: str) -> None:
    """With what a number of that register looks like."""
    with pytest.raises(ValueError, match="number"):
        read_number(register, typed)


@given(st.sampled_from(list(Register)), st.text(max_size=30))
def test_nothing_typed_trips_it(register: Register, typed: str) -> None:
    """It is a number of that register, or told."""
    try:
        assert len(read_number(register, typed)) <= 9
    except ValueError as told:
        assert str(told)


def test_hmrcs_reference_is_read() -> None:
    """Or told; it may be left out."""
    assert read_reference(" ab 12345 ") == "AB12345"
    assert read_reference("") == ""
    with pytest.raises(ValueError, match="letters"):
        read_reference("12345")
