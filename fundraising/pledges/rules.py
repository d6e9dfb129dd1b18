"""What a promise comes to, and how it is said. Pure; all in whole minutes, laps and pence, so that nobody can argue."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from fundraising.pledges.models import Rule
from fundraising.web.words import money, plural

MINUTE = 60_000  # milliseconds


class Promise(Protocol):
    """What a sponsor has promised: a pledge, or one that is being typed."""

    @property
    def rule(self) -> Rule:
        """What it depends on."""

    @property
    def rate_pence(self) -> int:
        """For each minute or lap, or for finishing."""

    @property
    def minutes(self) -> int | None:
        """The time that minutes are counted under."""

    @property
    def cap_pence(self) -> int:
        """At most."""


class Ran(Protocol):
    """How somebody ran."""

    @property
    def finished(self) -> bool:
        """Not so of who did not start, did not finish or was disqualified."""

    @property
    def milliseconds(self) -> int | None:
        """Of who finished a timed race."""

    @property
    def laps(self) -> int | None:
        """Where laps are counted."""


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise, as it is typed."""

    rule: Rule
    rate_pence: int
    minutes: int | None
    cap_pence: int


def promised_in(row: Mapping[str, Any]) -> Promised:
    """The promise in a row of the table."""
    return Promised(Rule(row["rule"]), row["rate_pence"], row["minutes"], row["cap_pence"])


@dataclass(frozen=True, slots=True)
class Run:
    """How somebody ran, or might."""

    finished: bool
    milliseconds: int | None = None
    laps: int | None = None


def counted(promise: Promise, ran: Ran) -> int:
    """How often the rate is due: whole minutes under the time, laps, or once for finishing.

    A minute counts when all of it was left: 9:40 is two whole minutes under twelve, and so is exactly 10:00. Who did
    not finish has no time; the laps that were run count all the same.
    """
    if promise.rule is Rule.LAPS:
        return max(ran.laps or 0, 0)
    if not ran.finished:
        return 0
    if promise.rule is Rule.FINISH:
        return 1
    if ran.milliseconds is None:
        return 0
    return max(((promise.minutes or 0) * MINUTE - ran.milliseconds) // MINUTE, 0)


def due(promise: Promise, ran: Ran) -> int:
    """Pence that a promise comes to: never less than nothing, never more than its cap."""
    return min(counted(promise, ran) * promise.rate_pence, promise.cap_pence)


def clock(milliseconds: int) -> str:
    """A time as it is published, rounded up to the next second: 9:40. No whole minute is gained or lost by that."""
    seconds = -(-milliseconds // 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def in_words(promise: Promise, currency: str = "gbp") -> str:
    """£1 for every whole minute under 12 minutes, at most £20."""
    rate, most = money(promise.rate_pence, currency), money(promise.cap_pence, currency)
    if promise.rule is Rule.FINISH:
        return f"{rate} for finishing"
    every = f"whole minute under {plural(promise.minutes or 0, 'minute')}" if promise.minutes else "lap"
    return f"{rate} for every {every}, at most {most}"


def how_it_went(promise: Promise, ran: Ran, *, might: bool = False) -> str:
    """What of a run a promise looks at: ran 9:40; did not finish; ran 3 laps.

    Args:
        might: it is an example: runs 9:40.
    """
    did = "runs" if might else "ran"
    if promise.rule is Rule.LAPS:
        return f"{did} {plural(ran.laps or 0, 'lap')}"
    if not ran.finished:
        return "does not finish" if might else "did not finish"
    if promise.rule is Rule.FINISH or ran.milliseconds is None:
        return "finishes" if might else "finished"
    return f"{did} {clock(ran.milliseconds)}"


def reckoned(promise: Promise, ran: Ran, currency: str = "gbp") -> str:
    """The sum that leads to what is due: 2 whole minutes under 12 minutes, at £1 each: £2."""
    number, comes_to = counted(promise, ran), money(due(promise, ran), currency)
    if not number:
        return "nothing is due"
    if promise.rule is Rule.FINISH:
        return comes_to
    what = plural(number, "lap") if promise.rule is Rule.LAPS else _minutes(number, promise)
    sum_ = f"{what}, at {money(promise.rate_pence, currency)} each: {money(number * promise.rate_pence, currency)}"
    return (
        sum_
        if number * promise.rate_pence <= promise.cap_pence
        else f"{sum_}, so the most that was promised: {comes_to}"
    )


def _minutes(number: int, promise: Promise) -> str:
    return f"{plural(number, 'whole minute')} under {plural(promise.minutes or 0, 'minute')}"


def examples(promise: Promise) -> Sequence[Run]:
    """Runs that show how a promise works: one in the middle, one at its edge, one too slow."""
    if promise.rule is Rule.FINISH:
        return (Run(True), Run(False))
    if promise.rule is Rule.LAPS:
        return tuple(Run(True, laps=laps) for laps in _few(1, 3, _enough(promise)))
    minutes = promise.minutes or 0
    # Twenty seconds to spare, so that a minute that is not whole is seen not to count.
    whole = _few(*(number for number in (2, _enough(promise)) if number < minutes))
    quick = tuple(Run(True, (minutes - number) * MINUTE - 20_000) for number in whole)
    return (*quick, Run(True, minutes * MINUTE + 20_000))


def _enough(promise: Promise) -> int:
    """How many minutes or laps reach the cap."""
    return -(-promise.cap_pence // promise.rate_pence)


def _few(*numbers: int) -> Iterable[int]:
    return sorted(set(numbers))
