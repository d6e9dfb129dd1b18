"""How much a pot adds to which gift: news of gifts in the order of the ledger become steps of the pot. Pure.

What a pot does follows from the ledger alone: whoever reads the same rows in their order comes to the same pennies,
in however many portions they are read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Terms:
    """What a sponsor has said.

    Args:
        ratio_percent: 100 adds a pound to a pound.
        most_each_pence: at most for one gift.
        is_closed: nothing is added any more; what goes back still does.
    """

    ratio_percent: int
    most_each_pence: int | None
    is_closed: bool = False

    def share(self, pence: int) -> int:
        """What a gift would get of a pot without a bottom, rounded down to the penny."""
        share = pence * self.ratio_percent // 100
        return share if self.most_each_pence is None else min(share, self.most_each_pence)


@dataclass(frozen=True, slots=True)
class News:
    """A transfer of a gift.

    Args:
        gift: id of its payment.
        pence: more that stands of it, or less when negative.
        begins: it has just been paid, in the days of the pot.
    """

    transfer: int
    gift: UUID
    pence: int
    begins: bool


@dataclass(slots=True)
class Gift:
    """A gift, as a pot knows it.

    Args:
        amount_pence: all of it.
        stands_pence: what of it still counts.
        promised_pence: what the pot added when it came; nothing beyond that is ever added to it.
        added_pence: what of that stands.
    """

    amount_pence: int
    stands_pence: int = 0
    promised_pence: int = 0
    added_pence: int = 0

    @property
    def due_pence(self) -> int:
        """The part of the promise that what still stands of the gift is worth."""
        return self.promised_pence * self.stands_pence // self.amount_pence


@dataclass(frozen=True, slots=True)
class Step:
    """What a pot adds to a gift, or takes back when negative, because of a transfer."""

    transfer: int
    gift: UUID
    pence: int


def reckon(terms: Terms, left_pence: int, gifts: dict[UUID, Gift], news: Iterable[News]) -> list[Step]:
    """Go through the news in the order of the ledger.

    A gift gets its share once, when it comes, as far as there is enough left. When a part of it goes back, so does that
    part of the share, for the next to come; when it stands again, it is added again as far as there is enough left.

    Args:
        left_pence: what the pot holds before.
        gifts: all that the news are about, as they stood before; changed here.
    """
    steps = []
    for one in news:
        gift = gifts[one.gift]
        gift.stands_pence += one.pence
        if one.begins and not terms.is_closed:
            gift.promised_pence = min(terms.share(gift.amount_pence), left_pence)
        more = gift.due_pence - gift.added_pence
        if more > 0:
            more = 0 if terms.is_closed else min(more, left_pence)
        if more:
            gift.added_pence += more
            left_pence -= more
            steps.append(Step(one.transfer, one.gift, more))
    return steps
