"""From gifts to the lines of a Gift Aid schedule, and what is wrong with a line. Pure: no database, no clock.

Sources: https://www.gov.uk/guidance/schedule-spreadsheet-to-claim-back-tax-on-gift-aid-donations (as of November 2025)
for what a line holds; what is refused is what HMRC's own check of an uploaded schedule refuses.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from uuid import UUID

from charities.claims.models import LineKind

MOST_TITLE, MOST_NAME, MOST_HOUSE, MOST_AGGREGATED = 4, 35, 40, 35
MOST_TOGETHER_PENCE = 100_000  # of one line of small gifts
SMALL_PENCE = 3_000  # gifts up to this may stand together without names
ALONE_PENCE = 50_000  # a single sponsor of more stands on a line of their own
NO_POSTCODE = "X"  # of a donor without one in the UK
NOT_WESTERN = re.compile("[^\x20-\x7e\xa1-\xff]")  # HMRC drops these letters without a word
TITLE = re.compile(r"[A-Za-z][A-Za-z'-]{1,3}", re.ASCII)
POSTCODE = re.compile(
    r"GIR 0AA|(?:[A-Z][0-9][0-9]?|[A-Z][A-HJ-Y][0-9][0-9]?|[A-Z][0-9][A-Z]|[A-Z][A-HJ-Y][0-9][A-Z]) [0-9][A-Z]{2}",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Gift:
    """A gift with a declaration that stands and is in no claim yet.

    Args:
        pence: what stands of it.
        given_on: the day on which it was paid, or collected, in the event's zone.
        sponsor_of: the runner on whose paper form it stood; None for a gift online.
        cash_gift_id: of the line of the paper form.
    """

    payment_id: UUID
    pence: int
    given_on: date
    title: str
    first_name: str
    last_name: str
    house: str
    postcode: str
    sponsor_of: str | None = None
    cash_gift_id: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the schedule, and the gifts in it."""

    kind: LineKind
    pence: int
    given_on: date
    gifts: tuple[Gift, ...]
    title: str = ""
    first_name: str = ""
    last_name: str = ""
    house: str = ""
    postcode: str = ""
    aggregated: str = ""


@dataclass(frozen=True, slots=True)
class How:
    """How gifts become lines.

    Args:
        by_donor: several gifts of one donor are one line, with the latest day; right within one accounting period.
        small_together: gifts of £30 or less stand together without names.
        sponsors_by_name: each sponsor of a paper form has a line; else there is one for each runner.
    """

    by_donor: bool = False
    small_together: bool = False
    sponsors_by_name: bool = True


def lines_of(gifts: Iterable[Gift], how: How) -> list[Line]:
    """The lines of a claim, in the order of their days.

    Every gift stands in exactly one line, and the lines' sum is the gifts'.
    """
    ordered = sorted(gifts, key=lambda gift: (gift.given_on, str(gift.payment_id)))
    forms = [] if how.sponsors_by_name else [g for g in ordered if g.sponsor_of and g.pence <= ALONE_PENCE]
    left = [gift for gift in ordered if gift not in forms]
    small = [gift for gift in left if how.small_together and gift.pence <= SMALL_PENCE]
    named = [gift for gift in left if gift not in small] if small else left
    lines = [*_named(named, how), *_together(small), *_sponsored(forms)]
    return sorted(lines, key=lambda line: (line.given_on, line.last_name, line.first_name, line.aggregated))


def _named(gifts: Sequence[Gift], how: How) -> list[Line]:
    if not how.by_donor:
        return [_donor([gift]) for gift in gifts]
    by_donor = sorted(gifts, key=lambda gift: (*_who(gift), gift.given_on))
    return [_donor(list(group)) for _, group in groupby(by_donor, key=_who)]


def _who(gift: Gift) -> tuple[str, ...]:
    """The same donor: name and address, however they were written."""
    parts = (gift.title, gift.first_name, gift.last_name, gift.house, gift.postcode)
    return tuple(" ".join(part.casefold().split()) for part in parts)


def _donor(gifts: Sequence[Gift]) -> Line:
    first = gifts[0]
    return Line(
        LineKind.DONOR,
        sum(gift.pence for gift in gifts),
        max(gift.given_on for gift in gifts),
        tuple(gifts),
        title=as_title(first.title),
        first_name=as_text(first.first_name, MOST_NAME),
        last_name=as_surname(first.last_name),
        house=as_text(first.house, MOST_HOUSE),
        postcode=first.postcode or NO_POSTCODE,
    )


def _together(gifts: Sequence[Gift]) -> list[Line]:
    """Small gifts, as many to a line as it may hold."""
    lines, held = list[list[Gift]](), MOST_TOGETHER_PENCE + 1
    for gift in gifts:
        if held + gift.pence > MOST_TOGETHER_PENCE:
            lines.append([])
            held = 0
        lines[-1].append(gift)
        held += gift.pence
    return [
        Line(
            LineKind.AGGREGATED,
            sum(gift.pence for gift in line),
            max(gift.given_on for gift in line),
            tuple(line),
            aggregated=f"Online gifts of £30 or less, {number}",
        )
        for number, line in enumerate(lines, 1)
    ]


def _sponsored(gifts: Sequence[Gift]) -> list[Line]:
    """A line for each runner with a paper form; the address is theirs, and somebody has to fill it in."""
    lines = []
    for runner, group in groupby(sorted(gifts, key=lambda gift: gift.sponsor_of or ""), key=lambda g: g.sponsor_of):
        of_one = tuple(group)
        first_name, _, last_name = (runner or "").strip().rpartition(" ")
        lines.append(
            Line(
                LineKind.SPONSORED,
                sum(gift.pence for gift in of_one),
                max(gift.given_on for gift in of_one),
                of_one,
                first_name=as_text(first_name, MOST_NAME),
                last_name=as_surname(last_name),
            )
        )
    return lines


def as_text(text: str, most: int) -> str:
    """A text as HMRC reads it, on one line; one that is too long is left for somebody to shorten."""
    read = " ".join(NOT_WESTERN.sub(" ", text).split())
    return read if len(read) <= most else ""


def as_surname(name: str) -> str:
    """A last name, its parts apart by spaces: House Martin, not House-Martin."""
    return as_text(name.replace("-", " "), MOST_NAME)


def as_title(title: str) -> str:
    """A title of up to four letters; a longer one is left out, since none is needed."""
    read = title.strip().rstrip(".")
    return read if TITLE.fullmatch(read) else ""


def as_postcode(typed: str) -> str:
    """A postcode in capitals with one space, or X; an odd one stays as it was typed."""
    text = "".join(typed.upper().split())
    return text if text == NO_POSTCODE else f"{text[:-3]} {text[-3:]}" if len(text) > 3 else text


def troubles(line: Line) -> dict[str, str]:
    """What HMRC would refuse, by field: a sentence each. A line without any can be claimed."""
    if line.kind is LineKind.AGGREGATED:
        return {}
    found = {}
    for name, called in (("first_name", "first name"), ("last_name", "last name")):
        if not (value := getattr(line, name)) or len(value) > MOST_NAME or NOT_WESTERN.search(value):
            found[name] = f"HMRC wants a {called} in Latin letters, {MOST_NAME} at the most."
    if line.title and not TITLE.fullmatch(line.title):
        found["title"] = "A title has two to four letters, such as Dr or Mrs; or none is given."
    if not line.house or len(line.house) > MOST_HOUSE or NOT_WESTERN.search(line.house):
        found["house"] = f"HMRC wants the house name or number, {MOST_HOUSE} letters at the most."
    if line.postcode != NO_POSTCODE and not POSTCODE.fullmatch(line.postcode):
        found["postcode"] = "HMRC wants a UK postcode such as M25 2SW, or X for a donor who lives abroad."
    return found


def is_twice(line: Line, other: Line) -> bool:
    """Whether two lines look like one gift that was given twice: the same donor, day and amount."""
    return (
        line.kind is LineKind.DONOR
        and (line.given_on, line.pence) == (other.given_on, other.pence)
        and replace(line, gifts=()) == replace(other, gifts=())
    )
