"""What was typed or handed over, line by line: a number, and a time or how the run ended otherwise. Pure."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from teams.events.models import RaceKind
from teams.results import times
from teams.results.models import Outcome

MOST_LINES = 5000
NUMBER = re.compile(r"\d{1,9}", re.ASCII)
LAPS = re.compile(r"\d{1,4}", re.ASCII)
STATUSES: Mapping[str, Outcome] = {
    **dict.fromkeys(("finished", "finish", "fin", "ok", "home"), Outcome.FINISHED),
    **dict.fromkeys(("dnf", "did not finish"), Outcome.NOT_FINISHED),
    **dict.fromkeys(("dns", "did not start"), Outcome.NOT_STARTED),
    **dict.fromkeys(("dq", "dsq", "disqualified"), Outcome.DISQUALIFIED),
}
SHORT = {
    Outcome.FINISHED: "finished",
    Outcome.NOT_FINISHED: "DNF",
    Outcome.NOT_STARTED: "DNS",
    Outcome.DISQUALIFIED: "DQ",
}
HEADS = {
    "number": ("bib", "number", "no", "no.", "bib number", "race number"),
    "time": ("time", "finish", "finish time", "chip time"),
    "status": ("status", "outcome"),
    "laps": ("laps", "lap"),
}


@dataclass(frozen=True, slots=True)
class Course:
    """What has to be known of a race to understand its times."""

    metres: int
    kind: RaceKind


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was typed.

    Args:
        row: where it stands, from 1.
        what: the time, or how it ended.
    """

    row: int
    number: str
    what: str
    laps: str = ""

    @property
    def is_empty(self) -> bool:
        """Nothing was typed."""
        return not (self.number or self.what or self.laps)


@dataclass(frozen=True, slots=True)
class Given:
    """How somebody ran, understood."""

    number: int
    outcome: Outcome
    milliseconds: int | None = None
    laps: int | None = None

    @property
    def took(self) -> str:
        """As it would be typed: 9:41.2, DNF."""
        return times.raw(self.milliseconds) if self.milliseconds is not None else SHORT[self.outcome]

    @property
    def said(self) -> str:
        """In a few words: 9:41.2, 4 laps; DNF."""
        took = self.took
        return took if self.laps is None else f"{took}, {self.laps} {'lap' if self.laps == 1 else 'laps'}"


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that cannot be used, and why."""

    line: Line
    sentence: str


def understood_line(line: Line, course: Course) -> Given | Fault:
    """A line, understood; or what is wrong with it."""
    if not NUMBER.fullmatch(line.number):
        return Fault(line, f"“{line.number}” is no number." if line.number else "The number is missing.")
    if line.laps and not LAPS.fullmatch(line.laps):
        return Fault(line, f"“{line.laps}” is no count of laps.")
    number, laps = int(line.number), int(line.laps) if line.laps else None
    milliseconds = times.understood_time(line.what)
    if milliseconds is None:
        return _without_time(line, number, laps, course)
    if times.is_impossible(milliseconds, course.metres):
        return Fault(line, f"{line.what} is faster than anybody has ever run {course.metres:,} metres.")
    return Given(number, Outcome.FINISHED, milliseconds, laps)


def _without_time(line: Line, number: int, laps: int | None, course: Course) -> Given | Fault:
    outcome = STATUSES.get(line.what.lower())
    if not line.what and laps is not None:
        outcome = Outcome.FINISHED
    if outcome is None:
        said = f"“{line.what}” is neither a time nor a status" if line.what else "The time is missing"
        return Fault(line, f"{said}: type 9:41, 09:41.2, 1:02:03, DNF, DNS or DQ.")
    if outcome is Outcome.FINISHED and course.kind is not RaceKind.FUN:
        return Fault(line, "Who finishes a race against the clock needs a time.")
    return Given(number, outcome, None, laps)


def understood_lines(lines: Iterable[Line], course: Course) -> tuple[list[tuple[Line, Given]], list[Fault]]:
    """Lines, understood; the same said twice counts once, two things said of one number are both wrong."""
    said: dict[int, tuple[Line, Given]] = {}
    faults: list[Fault] = []
    twice: set[int] = set()
    for line in lines:
        got = understood_line(line, course)
        if isinstance(got, Fault):
            faults.append(got)
        elif got.number in said and said[got.number][1] != got:
            first = said[got.number][0]
            faults.append(Fault(line, f"Number {got.number} stands in line {first.row} too, with {first.what}."))
            twice.add(got.number)
        else:
            said.setdefault(got.number, (line, got))
    faults += [
        Fault(line, f"Number {number} stands further down too.")
        for number, (line, _) in said.items()
        if number in twice
    ]
    right = [pair for number, pair in said.items() if number not in twice]
    return right, sorted(faults, key=lambda fault: fault.line.row)


def lines_of(text: str) -> list[Line]:
    """The lines of a pasted or uploaded table: tabs, commas or semicolons; with a head or without."""
    rows = [[cell.strip() for cell in row] for row in csv.reader(text.splitlines(), delimiter=_parted_by(text))]
    where = _heads(rows[0]) if rows else None
    places = where or {"number": 0, "time": 1, "laps": 2}
    lines = []
    for row, cells in enumerate(rows, 1):
        if (where and row == 1) or not any(cells):
            continue
        got = {name: cells[at] if at < len(cells) else "" for name, at in places.items()}
        lines.append(Line(row, got.get("number", ""), _what(got), got.get("laps", "")))
    return lines


def _what(got: Mapping[str, str]) -> str:
    """A time; or the status where there is none, or where it says that the time does not count."""
    time, status = got.get("time", ""), got.get("status", "")
    does_not_count = STATUSES.get(status.lower(), Outcome.FINISHED) is not Outcome.FINISHED
    return status if does_not_count or not time else time


def _parted_by(text: str) -> str:
    first = text.lstrip().partition("\n")[0]
    return next((sign for sign in "\t;," if sign in first), ",")


def _heads(cells: Sequence[str]) -> dict[str, int] | None:
    """Which column holds what; None when the first line is no head."""
    named = [cell.lower().lstrip("\ufeff") for cell in cells]
    found = {name: at for at, cell in enumerate(named) for name, words in HEADS.items() if cell in words}
    return found if "number" in found and found.keys() & {"time", "status", "laps"} else None
