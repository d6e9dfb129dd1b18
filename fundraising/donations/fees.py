"""What a gift costs on its way: the card fee, what the charity nets, and how much to add so that it nets all of it.

The rates are dated data, not code. Source: https://stripe.com/gb/pricing, standard UK cards, read in November 2026.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from fundraising.funds.counting import gift_aid


@dataclass(frozen=True, slots=True)
class CardFee:
    """What Stripe keeps of a charge.

    Args:
        since: first day that it applies.
        basis_points: hundredths of a per cent of the charge.
        fixed_pence: on top, per charge.
    """

    since: date
    basis_points: int
    fixed_pence: int

    def of(self, charged_pence: int) -> int:
        """Pence kept of a charge, rounded to the nearest penny."""
        return (charged_pence * self.basis_points + 5_000) // 10_000 + self.fixed_pence


CARD_FEES = (CardFee(date(2023, 1, 1), basis_points=150, fixed_pence=20),)


def card_fee(today: date | None = None) -> CardFee:
    """The fee that applies on a day."""
    day = today or datetime.now(UTC).date()
    return max((fee for fee in CARD_FEES if fee.since <= day), key=lambda fee: fee.since)


@dataclass(frozen=True, slots=True)
class Costs:
    """What becomes of a gift.

    Args:
        gift_pence: what the supporter wants to give.
        cover_pence: added by the supporter for the card fee.
        fee_pence: kept by Stripe, as far as can be said before the card is known.
        gift_aid_pence: what the charity may claim on top.
    """

    gift_pence: int
    cover_pence: int
    fee_pence: int
    gift_aid_pence: int

    @property
    def charged_pence(self) -> int:
        """What the supporter pays."""
        return self.gift_pence + self.cover_pence

    @property
    def net_pence(self) -> int:
        """What reaches the charity of it, before Gift Aid."""
        return self.charged_pence - self.fee_pence

    @property
    def with_gift_aid_pence(self) -> int:
        """What the charity has in the end."""
        return self.net_pence + self.gift_aid_pence


@dataclass(frozen=True, slots=True)
class Addition:
    """What a sponsor would add to a gift, while there is enough left."""

    sponsor: str
    pence: int


def costs(gift_pence: int, *, cover_fee: bool = False, with_gift_aid: bool = False) -> Costs:
    """Reckon what becomes of a gift, by the same rules that book it."""
    fee = card_fee()
    added = cover(gift_pence) if cover_fee else 0
    charged = gift_pence + added
    return Costs(gift_pence, added, fee.of(charged), gift_aid(charged) if with_gift_aid else 0)


def cover(gift_pence: int) -> int:
    """The least that, added to a gift, lets the charity net all of it after the card fee."""
    fee = card_fee()
    added = (gift_pence * fee.basis_points) // (10_000 - fee.basis_points) + fee.fixed_pence - 1
    while added > 0 and gift_pence + added - 1 - fee.of(gift_pence + added - 1) >= gift_pence:
        added -= 1
    while gift_pence + added - fee.of(gift_pence + added) < gift_pence:
        added += 1
    return added
