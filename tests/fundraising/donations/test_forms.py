"""What may be typed into the donate form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundraising.donations.forms import LEAST_PENCE, MOST_PENCE, SENTENCES, DonateForm, pence, postcode, prepared
from fundraising.errors import BadInput
from fundraising.web.forms import understood
from fundraising.web.words import money
from tests.makers import gift


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("25", 2500),
        ("25.50", 2550),
        ("25.5", 2550),
        ("£25", 2500),
        ("£ 25", 2500),
        (" 25 ", 2500),
        ("1,000", 100_000),
        ("£1,234.56", 123_456),
        ("2", 200),
        ("10000", 1_000_000),
        ("10,000.00", 1_000_000),
        ("0025", 2500),
    ],
)
def test_amounts_as_people_type_them_are_understood(typed: str, amount: int) -> None:
    """Pounds, with or without sign, pence and commas."""
    assert pence(typed) == amount


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "0", "0.00", "1", "1.99", "-5", "−25", "10000.01", "10,001", "25.505", "25.", ".50", "1e3", "1E3", "NaN",
        "inf", "Infinity", "٢٥", "２５", "²5", "1,00", "10,00", "1,0000", ",100", "25 50", "25p", "£", "$25", "25€", "0x19",
        "+25", "1_000", "25\n30", "abc", "9" * 400, "£" * 400, "1," * 200, "25\x00", "--", "''", "<b>25</b>",
    ],
)  # fmt: skip
def test_everything_else_is_refused_with_a_sentence(typed: str) -> None:
    """Zero, negative, too little, too much, three decimals, other notations and other digits."""
    with pytest.raises(ValueError, match=r"^[A-Z][^<>]{10,120}\.$"):
        pence(typed)


@given(st.integers(LEAST_PENCE, MOST_PENCE))
def test_what_money_writes_pence_reads(amount: int) -> None:
    """The two agree on every amount that can be given."""
    assert pence(money(amount)) == amount


@given(st.text(max_size=60))
def test_no_text_at_all_breaks_the_amount(typed: str) -> None:
    """It is an amount within the bounds, or a sentence."""
    try:
        assert LEAST_PENCE <= pence(typed) <= MOST_PENCE
    except ValueError as refused:
        assert str(refused).endswith(".")


@pytest.mark.parametrize(
    ("typed", "kept"), [("m25 2sw", "M25 2SW"), ("M252SW", "M25 2SW"), (" sw1a  1aa ", "SW1A 1AA"), ("", "")]
)
def test_postcodes_are_written_as_the_tax_office_wants_them(typed: str, kept: str) -> None:
    """Capitals, one space."""
    assert postcode(typed) == kept


def read(**typed: str) -> DonateForm:
    """The form, understood."""
    return understood(DonateForm, prepared(gift(**typed)), SENTENCES)


def errors(**typed: str) -> dict[str, str]:
    """What is said of it."""
    with pytest.raises(BadInput) as bad:
        read(**typed)
    return bad.value.errors


def test_every_wrong_field_gets_its_own_sentence() -> None:
    """All at once, each beside its field."""
    said = errors(amount="x", name=" ", email="nobody", message="m" * 301)
    assert set(said) == {"amount", "name", "email", "message"}
    assert said["email"] == SENTENCES["email"]
    assert "at most 300" in said["message"]


def test_gift_aid_needs_name_and_address_and_nothing_else_does() -> None:
    """The title is left to taste."""
    assert set(errors(gift_aid="on")) == {"first_name", "last_name", "house", "postcode"}
    assert set(errors(gift_aid="on", first_name="A", last_name="E", house="1", postcode="90210")) == {"postcode"}
    form = read(gift_aid="on", first_name="Ada", last_name="Example", house="1", postcode="m252sw")
    assert form.postcode == "M25 2SW"


def test_an_address_that_nobody_asked_for_is_not_kept() -> None:
    """Folded away, it was filled in by the browser."""
    assert read(postcode="nonsense", house="1", first_name="Ada").house == ""


def test_a_preset_counts_where_nothing_was_typed() -> None:
    """And what was typed comes first."""
    assert read(amount="", preset="50").amount == 5000
    assert read(amount="7", preset="50").amount == 700


def test_a_broken_attempt_counts_as_a_new_one() -> None:
    """Whoever fiddles with the hidden field has opened a form just now."""
    assert read(attempt="'; drop table").attempt != read(attempt="'; drop table").attempt


def test_nothing_is_ticked_unless_it_is_ticked() -> None:
    """No box has a mind of its own."""
    form = read()
    assert not any([form.gift_aid, form.hide_name, form.hide_amount, form.cover_fee, form.contact_ok])
