"""Times as they are typed and told; who came where; lists as timers give them. Nothing of it needs a database."""

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from teams.events.models import RaceKind
from teams.results import times
from teams.results.models import Outcome
from teams.results.ranking import Ran, TeamRan, places, rank_teams
from teams.results.sheet import Course, Fault, Given, Line, lines_of, understood_line, understood_lines

MILE = Course(1609, RaceKind.TIMED)
FUN = Course(1609, RaceKind.FUN)
HOME, DNF = Outcome.FINISHED, Outcome.NOT_FINISHED


@pytest.mark.parametrize(
    ("typed", "milliseconds"),
    [
        ("9:41", 581_000),
        ("09:41.2", 581_200),
        ("9:41,25", 581_250),
        ("75:03", 4_503_000),
        ("1:02:03", 3_723_000),
        ("1:02:03.04", 3_723_040),
        *((odd, None) for odd in ("", "9", "9:4", "9:60", "1:60:00", "1:2:03", "0:00", "9:41:", "-9:41", "9.41", "25:00:00")),
        ("٩:٤١", None),
    ],
)  # fmt: skip
def test_a_time_is_what_people_type_of_it(typed: str, milliseconds: int | None) -> None:
    """Minutes and seconds, with hours and parts of a second; nothing else."""
    assert times.understood_time(typed) == milliseconds


@given(st.integers(1, times.MOST_MILLISECONDS))
def test_what_is_shown_of_a_time_can_be_typed_again(milliseconds: int) -> None:
    """And what is told of it is the next whole second, never less than was run and never a second more."""
    assert times.understood_time(times.raw(milliseconds)) == milliseconds
    told = times.understood_time(times.told(milliseconds))
    assert told is None or 0 <= told - milliseconds < 1000  # the last second of a day is told as a day


def test_a_time_on_the_second_is_told_as_it_is() -> None:
    """Road rule: up to the next whole second, unless it is one."""
    assert [times.told(at) for at in (581_000, 581_001, 581_999, 582_000)] == ["9:41", "9:42", "9:42", "9:42"]


def test_who_was_timed_alike_shares_a_place() -> None:
    """And the next place is left out."""
    assert places([5, 7, 7, 7, 9]) == [1, 2, 2, 2, 5]


def members(team: int, *took: int | None) -> list[Ran]:
    """Members of a team; None did not finish."""
    return [Ran(i, i, "A", "", HOME if t else DNF, t, team=team) for i, t in enumerate(took)]


def placed(teams: list[TeamRan]) -> list[tuple[int, int | None, str]]:
    """Team, place, and how many are home."""
    return [(one.team, one.place, f"{one.home}/{one.of}") for one in teams]


def test_a_team_is_home_with_its_last_member() -> None:
    """The fastest runner does not help a team whose last is late; who misses somebody stands below, most home first."""
    runs = [
        *members(1, 400, 401, 402, 900),
        *members(2, 600, 601, 602, 700),
        *members(3, 300, 301, 302, None),
        *members(4, 300, None, None, None),
        *members(5, 300, 301, 302),  # one fewer than a team has
    ]
    assert placed(rank_teams(runs, 4)) == [
        (2, 1, "4/4"), (1, 2, "4/4"), (3, None, "3/4"), (5, None, "3/4"), (4, None, "1/4"),
    ]  # fmt: skip


def test_of_two_teams_with_one_time_the_earlier_first_member_decides_then_the_sum() -> None:
    """And two teams that are alike in all share a place."""
    runs = [
        *members(1, 500, 600, 900), *members(2, 400, 800, 900), *members(3, 400, 700, 900), *members(4, 400, 700, 900),
    ]  # fmt: skip
    assert placed(rank_teams(runs, 3)) == [(3, 1, "3/3"), (4, 1, "3/3"), (2, 3, "3/3"), (1, 4, "3/3")]


RUNS = st.lists(st.tuples(st.integers(1, 5), st.one_of(st.none(), st.integers(1, 6))), max_size=30)


@given(RUNS, st.integers(1, 4))
@settings(max_examples=150)
def test_a_place_is_one_more_than_the_teams_that_are_better(runs: list[tuple[int, int | None]], least: int) -> None:
    """By the rule as it is printed, team against team, whatever they have run."""
    ran = [Ran(i, i, "A", "", HOME if took else DNF, took, team=team) for i, (team, took) in enumerate(runs)]
    of = {team: [took for one, took in runs if one == team] for team, _ in runs}
    whole = {t: [x for x in took if x] for t, took in of.items() if all(took) and len(took) >= least}

    def beats(one: list[int], other: list[int]) -> bool:
        if max(one) != max(other):
            return max(one) < max(other)
        return min(one) < min(other) if min(one) != min(other) else sum(one) < sum(other)

    ranked = rank_teams(ran, least)
    assert {t.team for t in ranked} == set(of)
    for team in ranked:
        mine = whole.get(team.team)
        better = sum(beats(other, mine) for other in whole.values()) if mine else None
        assert team.place == (None if better is None else better + 1)
        assert team.milliseconds == (max(mine) if mine else None)
    without = [team.place is None for team in ranked]
    assert without == sorted(without)


@pytest.mark.parametrize(
    ("line", "course", "wrong"),
    [
        (Line(1, "x7", "9:41"), MILE, "“x7” is no number."),
        (Line(1, "", "9:41"), MILE, "The number is missing."),
        (Line(1, "7", "soon"), MILE, "“soon” is neither a time nor a status"),
        (Line(1, "7", ""), MILE, "The time is missing"),
        (Line(1, "7", "3:20"), MILE, "3:20 is faster than anybody has ever run 1,609 metres."),
        (Line(1, "7", "finished"), MILE, "Who finishes a race against the clock needs a time."),
        (Line(1, "7", "finished", "many"), FUN, "“many” is no count of laps."),
    ],
)
def test_a_line_that_cannot_be_used_says_why(line: Line, course: Course, wrong: str) -> None:
    """In a sentence that can be acted upon."""
    got = understood_line(line, course)
    assert isinstance(got, Fault)
    assert got.sentence.startswith(wrong)


def test_lists_of_every_kind_say_the_same() -> None:
    """Commas, semicolons, tabs; with a head in any order, or none; a status beside or in place of a time."""
    wanted = [Given(7, HOME, 581_200), Given(8, DNF), Given(9, Outcome.NOT_STARTED)]
    for text in (
        "7,9:41.2\n8,DNF\n9,dns\n",
        "Bib, Time\n7, 9:41.2\n8, dnf\n\n9, DNS",
        "\ufeffBib;Time\n7;9:41,2\n8;Did not finish\n009;DNS\n",
        "Time\tName\tBib\tStatus\n9:41.2\tAda\t7\tFinished\n\tBob\t8\tDNF\n9:59\tCy\t9\tDNS\n",
        '"No.","Status","Time"\n"7","","09:41.2"\n"8","DNF",""\n"9","DNS",""',
    ):
        understood, faults = understood_lines(lines_of(text), MILE)
        assert faults == [], text
        assert [got for _, got in understood] == wanted, text
    assert [got for _, got in understood_lines(lines_of("Bib\tLaps\n7\t4"), FUN)[0]] == [Given(7, HOME, None, 4)]


def test_a_number_that_stands_twice_counts_once_or_not_at_all() -> None:
    """Once when both lines say the same; else neither is believed, and both are named."""
    understood, faults = understood_lines(lines_of("7,9:41\n8,9:50\n7,9:41.0\n8,9:51\n"), MILE)
    assert [got.number for _, got in understood] == [7]
    assert [fault.line.row for fault in faults] == [2, 4]


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader_of_lists(text: str) -> None:
    """Whatever is pasted, each line is understood or refused in words."""
    understood, faults = understood_lines(lines_of(text), MILE)
    assert all(got.number >= 0 for _, got in understood)
    assert all(fault.sentence for fault in faults)
