"""What becomes of a gift, by rule."""

from hypothesis import given
from hypothesis import strategies as st

from fundraising.donations.fees import card_fee, costs, cover
from fundraising.donations.forms import LEAST_PENCE, MOST_PENCE

gifts = st.integers(LEAST_PENCE, MOST_PENCE)


def test_ten_pounds_as_the_fees_page_says() -> None:
    """1.5 % and 20p of £10, Gift Aid of £2.50."""
    reckoned = costs(1000, with_gift_aid=True)
    assert (reckoned.fee_pence, reckoned.net_pence, reckoned.with_gift_aid_pence) == (35, 965, 1215)


@given(gifts)
def test_who_covers_the_fee_lets_the_charity_net_all_and_pays_not_a_penny_more(gift: int) -> None:
    """The least that does it."""
    fee, added = card_fee(), cover(gift)
    assert gift + added - fee.of(gift + added) >= gift
    assert gift + added - 1 - fee.of(gift + added - 1) < gift


@given(gifts, st.booleans(), st.booleans())
def test_every_penny_is_somewhere(gift: int, cover_fee: bool, aid: bool) -> None:
    """What is charged is fee and net; Gift Aid is a quarter of it, rounded down."""
    reckoned = costs(gift, cover_fee=cover_fee, with_gift_aid=aid)
    assert reckoned.charged_pence == reckoned.fee_pence + reckoned.net_pence
    assert reckoned.gift_aid_pence == (reckoned.charged_pence // 4 if aid else 0)
