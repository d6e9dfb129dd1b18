"""One supporter of the example, whom a visitor may be: some gifts of all those sown, and one of them asked back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from fundraising.donations.models import Donation
from fundraising.example.supporters import Gift, Supporter

EMAIL = "giver@example.org"
SUPPORTER = Supporter("Winifred Askew", "Winifred", "Askew")
HOUSE, POSTCODE = "14", "M25 0CV"  # nobody's
HOW_MANY = 6
WHY = "I meant to give £5 to each of you, and my thumb was faster than my glasses. Could the rest come back, please?"


class Given(Protocol):
    """A gift that is about to be sown."""

    gift: Gift


def give(given: Sequence[Given]) -> None:
    """Let some of the gifts be theirs, old ones and new ones, most of them with Gift Aid."""
    each = len(given) // HOW_MANY
    for nth, one in enumerate(given[each // 2 :: each][:HOW_MANY]):
        aided = nth % 3 != 1
        address = (HOUSE, POSTCODE) if aided else ("", "")
        one.gift = replace(
            one.gift, supporter=SUPPORTER, gift_aid=aided, hide_name=False, house=address[0], postcode=address[1]
        )


def email_of(gift: Gift, otherwise: str) -> str:
    """Where the receipt of a gift goes."""
    return EMAIL if gift.supporter == SUPPORTER else otherwise


async def ask_back() -> None:
    """Ask the newest one back, so that the organiser has something to answer."""
    newest = await Donation.filter(email=EMAIL).order_by("-created_at").first()
    if newest:
        asked = max(newest.created_at, datetime.now(UTC) - timedelta(hours=20))
        await Donation.filter(id=newest.id).update(refund_asked_at=asked, refund_reason=WHY)
