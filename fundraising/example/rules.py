"""The rules of entering the example: prices, places, what runners agree to. Days count back from the race."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

OPENED_BEFORE_TODAY = timedelta(days=60)
CLOSES_BEFORE = timedelta(days=6)  # the race, as do all spans here
LATE_BEFORE = timedelta(days=20)
REFUND_BEFORE = timedelta(days=28)
CHANGE_BEFORE = timedelta(days=10)
REFUND_PERCENT = 80
PLACES = 250  # on the day
FEE_COVERS = "medal, chip timing, water and a training pack"


@dataclass(frozen=True, slots=True)
class ExamplePrice:
    """A price tier; `late` begins when the others end."""

    name: str
    pounds: int
    late: bool = False
    under_age: int | None = None


@dataclass(frozen=True, slots=True)
class ExampleRules:
    """How a race is entered.

    Args:
        numbers: from, to; worn on the back.
    """

    places: int
    numbers: tuple[int, int]
    prices: tuple[ExamplePrice, ...]


RULES: dict[str, ExampleRules] = {
    "championship-mile": ExampleRules(
        120,
        (1, 199),
        (
            ExamplePrice("Alone", 13),
            ExamplePrice("Late", 15, late=True),
            ExamplePrice("Under 16", 6, under_age=16),
        ),
    ),
    "team-challenge": ExampleRules(
        80,
        (200, 399),
        (
            ExamplePrice("A head in a team", 12),
            ExamplePrice("Late", 15, late=True),
            ExamplePrice("Under 16", 6, under_age=16),
        ),
    ),
    "fun-run": ExampleRules(100, (400, 599), (ExamplePrice("Free", 0),)),
}

WAIVER = """\
I am fit to run, or have asked somebody who can tell. I run backwards of my own free will and know that I may \
fall, that others may fall over me, and that I see less than usual.

I look over my shoulder before I change my line. I do what marshals say, at once. I stop when I am hurt, and \
when somebody beside me is.

I wear my number on my back, do not hand it to anybody else, and run the whole way backwards: who turns round \
leaves the ranking, not the run.

The organiser insures the event, not my knees. Nothing here takes away rights that the law gives me.

The organiser may cancel the run when it is not safe. Then I get my fee back, or a place in the next one if I \
prefer."""

QUESTIONS: tuple[tuple[str, str, str], ...] = (  # label, kind, options
    ("How did you hear of us?", "text", ""),
    ("How often have you run backwards?", "choice", "Never on purpose\nA few times\nEvery week"),
)
