"""What a promise comes to: the sums by hand, and what holds of every promise and every run."""

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from fundraising.pledges.models import Rule
from fundraising.pledges.rules import (
    MINUTE,
    Promised,
    Run,
    clock,
    counted,
    due,
    examples,
    how_it_went,
    in_words,
    reckoned,
)

TWELVE = Promised(Rule.MINUTES_UNDER, 100, 12, 2000)
LAP, FINISH = Promised(Rule.LAPS, 200, None, 500), Promised(Rule.FINISH, 500, None, 500)
promises = st.one_of(
    st.builds(Promised, st.just(Rule.MINUTES_UNDER), st.integers(1, 10_000), st.integers(1, 600), st.integers(1, 50_000)),
    st.builds(Promised, st.sampled_from([Rule.LAPS, Rule.FINISH]), st.integers(1, 10_000), st.none(), st.integers(1, 50_000)),
)  # fmt: skip
runs = st.builds(
    Run, st.booleans(), st.one_of(st.none(), st.integers(1, 86_400_000)), st.one_of(st.none(), st.integers(0, 500))
)


def ran(minutes: int, seconds: float = 0) -> Run:
    """Somebody who finished in that time."""
    return Run(True, minutes * MINUTE + round(seconds * 1000))


@pytest.mark.parametrize(
    ("promise", "run", "pence"),
    [
        (TWELVE, ran(9, 40), 200),
        (TWELVE, ran(10), 200),
        (TWELVE, ran(10, 0.001), 100),
        (TWELVE, ran(11), 100),
        (TWELVE, ran(11, 0.1), 0),
        (TWELVE, ran(12), 0),
        (TWELVE, ran(12, 40), 0),
        (TWELVE, Run(False), 0),
        (TWELVE, Run(True), 0),
        (Promised(Rule.MINUTES_UNDER, 900, 12, 2000), ran(9), 2000),
        (FINISH, Run(True), 500),
        (FINISH, Run(False, None, 3), 0),
        (LAP, Run(False, None, 2), 400),
        (LAP, Run(True, None, 3), 500),
        (LAP, Run(True), 0),
    ],
)
def test_a_promise_comes_to_what_a_human_would_reckon(promise: Promised, run: Run, pence: int) -> None:
    """Whole minutes only; who did not finish has no time, but laps."""
    assert due(promise, run) == pence


@given(promises, runs)
@settings(max_examples=300, deadline=None)
def test_what_is_due_is_never_negative_nor_above_the_cap(promise: Promised, run: Run) -> None:
    """Whatever was promised and however it went; nobody who did not finish is asked for minutes."""
    pence = due(promise, run)
    assert 0 <= pence <= promise.cap_pence
    assert pence == promise.cap_pence or pence == counted(promise, run) * promise.rate_pence
    if not run.finished and promise.rule is not Rule.LAPS:
        assert pence == 0
    assert reckoned(promise, run)
    assert how_it_went(promise, run)


@given(st.integers(1, 600), st.integers(1, 86_400_000), st.integers(1, 600_000))
@settings(max_examples=300, deadline=None)
def test_who_runs_faster_never_earns_less_and_the_published_time_says_the_same(minutes: int, run: int, by: int) -> None:
    """A whole minute under is one by the timer's clock and by the time that is rounded up to the second."""
    promise = Promised(Rule.MINUTES_UNDER, 1, minutes, 100_000)
    number = due(promise, Run(True, run))
    assert number <= due(promise, Run(True, max(run - by, 1)))
    assert number == due(promise, Run(True, -(-run // 1000) * 1000))
    assert number == 0 or run <= (minutes - number) * MINUTE < run + MINUTE


@given(promises)
@settings(max_examples=200, deadline=None)
def test_examples_are_runs_that_could_be(promise: Promised) -> None:
    """Each with a time that is possible; unless laps are counted, the last of them earns nothing."""
    shown = examples(promise)
    assert shown
    assert all(run.milliseconds is None or run.milliseconds > 0 for run in shown)
    if promise.rule is not Rule.LAPS:
        assert due(promise, shown[-1]) == 0


def test_a_promise_is_said_in_plain_words() -> None:
    """With the sum that leads to what is due."""
    assert in_words(TWELVE) == "£1 for every whole minute under 12 minutes, at most £20"
    assert in_words(FINISH) == "£5 for finishing"
    assert in_words(LAP) == "£2 for every lap, at most £5"
    assert how_it_went(TWELVE, ran(9, 39.2)) == "ran 9:40"
    assert reckoned(TWELVE, ran(9, 40)) == "2 whole minutes under 12 minutes, at £1 each: £2"
    assert reckoned(LAP, Run(True, None, 3)) == "3 laps, at £2 each: £6, so the most that was promised: £5"
    assert reckoned(FINISH, Run(True)) == "£5"
    assert reckoned(TWELVE, ran(12, 30)) == "nothing is due"
    assert clock(3_723_100) == "1:02:04"
