"""Gifts of the example: the shares that were asked for, the same for the same dice, declared only by one person."""

from random import Random

import pytest

from fundraising.donations.forms import LEAST_PENCE, postcode
from fundraising.example.supporters import Deck, Gift, pick_gift, pick_message, pick_pence, pick_supporter

MANY = 4_000


@pytest.fixture(scope="module")
def gifts() -> list[Gift]:
    deck = Deck(Random(7))
    return [deck.gift(("second-kettle", "lanternfold", "skerrymor")[at % 3]) for at in range(MANY)]


@pytest.mark.parametrize(
    ("field", "share"), [("gift_aid", 0.55), ("hide_name", 0.08), ("hide_amount", 0.06), ("cover_fee", 0.25)]
)
def test_ticks_come_as_often_as_asked(gifts: list[Gift], field: str, share: float) -> None:
    assert sum(getattr(gift, field) for gift in gifts) / MANY == pytest.approx(share, abs=0.03)


def test_a_third_says_nothing(gifts: list[Gift]) -> None:
    assert sum(not gift.message for gift in gifts) / MANY == pytest.approx(1 / 3, abs=0.03)


def test_only_one_person_with_an_address_declares(gifts: list[Gift]) -> None:
    for gift in gifts:
        assert gift.pence >= LEAST_PENCE
        if gift.gift_aid:
            assert gift.supporter.first_name
            assert gift.supporter.last_name
            assert gift.house
            assert postcode(gift.postcode) == gift.postcode
            assert set(gift.postcode[-2:]) & set("CIKMOV"), "such a postcode could be somebody's"
        else:
            assert not gift.postcode


def test_nothing_comes_twice_before_all_have_come(gifts: list[Gift]) -> None:
    first = [gift.message for gift in gifts[:150] if gift.message]
    assert len(set(first)) == len(first)


def test_the_same_dice_give_the_same_gifts() -> None:
    one, other = Deck(Random("x")), Deck(Random("x"))
    assert [one.gift("lanternfold") for _ in range(50)] == [other.gift("lanternfold") for _ in range(50)]
    assert pick_gift(Random(3)) == pick_gift(Random(3))


def test_single_picks() -> None:
    dice = Random(1)
    assert pick_supporter(dice).name
    assert isinstance(pick_message(dice), str)
    assert {pick_pence(dice) for _ in range(3_000)} >= {5_00, 10_00, 20_00, 50_00, 100_00, 250_00, 13_37, 26_20}
