"""Several gifts in one go, as typed: to whom, how much each, and how an amount is shared out. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from fundraising.donations.fees import costs
from fundraising.donations.forms import ADDRESS, LEAST_PENCE, MOST_PENCE, SENTENCES, Giver, connected, pence
from fundraising.errors import BadInput
from fundraising.funds.addresses import Seen
from fundraising.payments.together import shares
from fundraising.web.amounts import pence_of
from fundraising.web.forms import understood
from fundraising.web.words import money

LEAST_EACH_PENCE = LEAST_PENCE // 2  # there are two at least, so that the sum is not too small to be taken
CHOOSE = "Please choose two or more. For one alone, the form of that page is quicker."


class Way(StrEnum):
    """How the sum is made."""

    EQUAL = "equal"  # one amount, the same for each
    OWN = "own"  # an amount for each


@dataclass(frozen=True, slots=True)
class Line:
    """One gift among several.

    Args:
        cover_pence: its part of what the supporter adds for the card fee.
    """

    fund: Seen
    gift_pence: int
    cover_pence: int

    @property
    def charged_pence(self) -> int:
        """What is paid for it."""
        return self.gift_pence + self.cover_pence


@dataclass(frozen=True, slots=True)
class Split:
    """Who gets how much, in the order of the form."""

    lines: tuple[Line, ...]

    @property
    def gift_pence(self) -> int:
        """All gifts, without what is added for the card fee."""
        return sum(line.gift_pence for line in self.lines)

    @property
    def is_uneven(self) -> bool:
        """Whether an amount could not be shared out equally to the penny."""
        amounts = {line.gift_pence for line in self.lines}
        return len(amounts) == 2 and max(amounts) - min(amounts) == 1

    @property
    def said(self) -> str:
        """The whole of it in one line: what the supporter has seen is compared with what is about to be paid."""
        return " ".join(f"{line.fund.id}:{line.gift_pence}+{line.cover_pence}" for line in self.lines)


def way_of(typed: Mapping[str, str]) -> Way:
    """How the sum is made; shared out unless something else was chosen."""
    return Way.OWN if typed.get("way") == Way.OWN else Way.EQUAL


def chosen_among(typed: Mapping[str, str], funds: Sequence[Seen]) -> list[Seen]:
    """To whom: who is ticked, or who has an amount of their own."""
    if way_of(typed) is Way.OWN:
        return [fund for fund in funds if typed.get(f"pounds-{fund.id}", "").strip()]
    return [fund for fund in funds if f"to-{fund.id}" in typed]


def split_of(typed: Mapping[str, str], funds: Sequence[Seen]) -> Split:
    """Who gets how much.

    Raises:
        BadInput: with a sentence for each field that makes no sense.
    """
    chosen = chosen_among(typed, funds)
    errors: dict[str, str] = {}
    if len(chosen) < 2:
        errors["to"] = CHOOSE
    amounts = list[int]()
    if way_of(typed) is Way.EQUAL:
        amounts = _shared_out(typed.get("total", ""), len(chosen), errors)
    else:
        amounts = [_own(typed[f"pounds-{fund.id}"], fund, errors) for fund in chosen]
        if not errors and sum(amounts) > MOST_PENCE:
            errors["to"] = f"The most that we can take online in one go is {money(MOST_PENCE)}."
    if errors:
        raise BadInput(errors, typed)
    cover = costs(sum(amounts), cover_fee="cover_fee" in typed).cover_pence
    lines = zip(chosen, amounts, shares(cover, amounts), strict=True)
    return Split(tuple(Line(fund, amount, added) for fund, amount, added in lines))


def _shared_out(total: str, count: int, errors: dict[str, str]) -> list[int]:
    """One amount in equal parts; the odd pennies go to the first."""
    try:
        amount = pence(total)
    except ValueError as error:
        errors["total"] = str(error)
        return []
    if count and amount < count * LEAST_EACH_PENCE:
        least = f"{money(count * LEAST_EACH_PENCE)} or more: {money(LEAST_EACH_PENCE)} each"
        errors["total"] = f"For {count} of them please give {least}."
    return shares(amount, [1] * count) if count else []


def _own(typed: str, fund: Seen, errors: dict[str, str]) -> int:
    try:
        amount = pence_of(typed)
    except ValueError as error:
        errors[f"pounds-{fund.id}"] = str(error)
        return 0
    if amount < LEAST_EACH_PENCE:
        errors[f"pounds-{fund.id}"] = f"The smallest gift to one of several is {money(LEAST_EACH_PENCE)}."
    return amount


def charity_of(chosen: Collection[Seen], names: Mapping[int, str]) -> int:
    """The one charity that all of these gifts reach: one payment is one charge on one account.

    Args:
        names: of charities, by id.

    Raises:
        BadInput: when they are for different charities, or nobody has chosen one yet.
    """
    by_charity: dict[int, list[str]] = {}
    for fund in chosen:
        if fund.charity_id is not None:
            by_charity.setdefault(fund.charity_id, []).append(fund.name)
    if len(by_charity) == 1:
        return next(iter(by_charity))
    if not by_charity:
        sentence = "None of them has chosen a charity yet. Please give to one at a time: there you can choose it."
    else:
        groups = "; ".join(f"{_listed(who)} for {names[charity]}" for charity, who in by_charity.items())
        sentence = (
            f"They raise money for different charities ({groups}), and each charity takes its own payment. "
            "Please choose those of one charity now, and come back for the others."
        )
    raise BadInput({"to": sentence}, {})


def _listed(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def connected_field(fund: Seen) -> str:
    """The question of a runner whose place the charity pays for: is who gives the runner, or related?"""
    return f"is_connected-{fund.id}"


def connections(typed: Mapping[str, str], asked: Sequence[Seen]) -> dict[int, bool | None]:
    """Whether who gives is one of these runners, or related: by fund."""
    return {fund.id: connected(typed.get(connected_field(fund))) for fund in asked}


def giver_of(typed: Mapping[str, str], chosen: Sequence[Seen], asked: Sequence[Seen]) -> Giver:
    """Who gives, and what they say with it.

    Args:
        asked: those among the chosen whose place the charity pays for.

    Raises:
        BadInput: with a sentence for each field that needs another look.
    """
    looked_at, related = dict(typed), connections(typed, asked)
    if chosen and all(related.get(fund.id) for fund in chosen):
        looked_at.pop("gift_aid", None)
    if "gift_aid" not in looked_at:
        looked_at = {name: value for name, value in looked_at.items() if name not in ADDRESS}
    errors = {}
    if looked_at.get("gift_aid"):
        errors = {connected_field(fund): SENTENCES["is_connected"] for fund in asked if related[fund.id] is None}
    try:
        form = understood(Giver, looked_at, SENTENCES)
    except BadInput as bad:
        raise BadInput({**bad.errors, **errors}, typed) from None
    if errors:
        raise BadInput(errors, typed)
    return form
