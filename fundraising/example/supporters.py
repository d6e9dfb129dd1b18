"""Who gives to the example, how much, and with what ticks; always by the caller's own dice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from fundraising.example.messages import MESSAGES, MESSAGES_ABOUT
from fundraising.example.supporter_names import GROUPS, PEOPLE

T = TypeVar("T")

# Pence, and how often it is chosen.
AMOUNTS: tuple[tuple[int, int], ...] = (
    (5_00, 9),
    (10_00, 27),
    (15_00, 8),
    (20_00, 25),
    (25_00, 9),
    (30_00, 5),
    (50_00, 8),
    (100_00, 3),
    (250_00, 1),
    (3_00, 1),
    (7_50, 1),
    (11_11, 1),
    (12_34, 1),
    (13_37, 1),
    (16_09, 1),
    (26_20, 1),
    (40_00, 2),
    (42_00, 1),
    (60_00, 1),
    (75_00, 1),
)

SHARE_OF_GROUPS = 0.12
SHARE_WITH_MESSAGE = 0.67
SHARE_ABOUT_CHARITY = 0.1
SHARE_WITH_GIFT_AID = 0.55
SHARE_HIDING_NAME = 0.08
SHARE_HIDING_AMOUNT = 0.06
SHARE_COVERING_FEE = 0.25

# A UK postcode never ends with any of C, I, K, M, O and V, so nobody lives at these.
STREETS = ("M25 0", "M8 5", "M20 4", "M14 6", "BL9 7", "OL10 2", "SK4 3", "M33 2", "WN7 1", "LS6 8", "CF5 2", "EH9 1")
ENDINGS = ("CV", "KO", "MI", "OC", "VK", "IM")


@dataclass(frozen=True, slots=True)
class Supporter:
    """A name as typed; first and last name only where it is one person, who alone can declare for Gift Aid."""

    name: str
    first_name: str = ""
    last_name: str = ""

    @property
    def can_declare(self) -> bool:
        """Whether a declaration has the names that it needs."""
        return bool(self.last_name)


@dataclass(frozen=True, slots=True)
class Gift:
    """One gift as the form would take it; `house` and `postcode` are empty without Gift Aid."""

    supporter: Supporter
    pence: int
    message: str
    gift_aid: bool
    hide_name: bool
    hide_amount: bool
    cover_fee: bool
    house: str = ""
    postcode: str = ""


def pick_supporter(dice: Random) -> Supporter:
    """One person, or now and then a household or a club."""
    return _group(dice.choice(GROUPS)) if dice.random() < SHARE_OF_GROUPS else _person(dice.choice(PEOPLE))


def pick_message(dice: Random) -> str:
    """A message, or nothing in a third of all cases."""
    return dice.choice(MESSAGES) if dice.random() < SHARE_WITH_MESSAGE else ""


def pick_pence(dice: Random) -> int:
    """An amount that people choose, in pence."""
    (chosen,) = dice.choices([pence for pence, _ in AMOUNTS], [weight for _, weight in AMOUNTS])
    return chosen


def pick_address(dice: Random) -> tuple[str, str]:
    """House and postcode of nobody."""
    return str(dice.randint(1, 148)), dice.choice(STREETS) + dice.choice(ENDINGS)


def pick_gift(dice: Random) -> Gift:
    """A whole gift; for many of them a `Deck` repeats itself less."""
    return _gift(dice, pick_supporter(dice), pick_message(dice))


class Deck:
    """Gifts without end; no name and no message comes again before all have been dealt."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._people, self._groups = _deal(dice, PEOPLE), _deal(dice, GROUPS)
        self._messages = _deal(dice, MESSAGES)
        self._about = {charity: _deal(dice, messages) for charity, messages in MESSAGES_ABOUT.items()}

    def gift(self, charity: str) -> Gift:
        """The next one, for whoever raises money for that charity."""
        dice = self._dice
        supporter = _group(next(self._groups)) if dice.random() < SHARE_OF_GROUPS else _person(next(self._people))
        message = ""
        if dice.random() < SHARE_WITH_MESSAGE:
            about = charity in self._about and dice.random() < SHARE_ABOUT_CHARITY
            message = next(self._about[charity] if about else self._messages)
        return _gift(dice, supporter, message)


def _gift(dice: Random, supporter: Supporter, message: str) -> Gift:
    # Groups cannot declare, so that people do a little more often.
    gift_aid = supporter.can_declare and dice.random() < SHARE_WITH_GIFT_AID / (1 - SHARE_OF_GROUPS)
    house, postcode = pick_address(dice) if gift_aid else ("", "")
    return Gift(
        supporter=supporter,
        pence=pick_pence(dice),
        message=message,
        gift_aid=gift_aid,
        hide_name=dice.random() < SHARE_HIDING_NAME,
        hide_amount=dice.random() < SHARE_HIDING_AMOUNT,
        cover_fee=dice.random() < SHARE_COVERING_FEE,
        house=house,
        postcode=postcode,
    )


def _person(name: str) -> Supporter:
    first, _, last = name.partition(" ")
    return Supporter(name, first, last)


def _group(name: str) -> Supporter:
    return Supporter(name)


def _deal(dice: Random, cards: Sequence[T]) -> Iterator[T]:
    while True:
        yield from dice.sample(cards, len(cards))
