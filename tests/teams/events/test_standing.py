"""What is possible now, and at which price: pure rules, from the organiser's word, the clock and the places."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.events.models import Event, Race, RaceKind, Stage
from teams.events.pricing import age_on, find_price
from teams.events.standing import Possible, Standing, of_all, of_event, of_race

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


def event(**given_: object) -> Event:
    """An event that takes entries."""
    told: dict[str, object] = {
        "stage": Stage.OPEN,
        "starts_at": NOW + timedelta(days=30),
        "entries_open_at": NOW - timedelta(days=1),
        "entries_close_at": NOW + timedelta(days=20),
    }
    return Event(**told | given_)


@pytest.mark.parametrize(
    ("given_", "possible"),
    [
        ({}, Possible.OPEN),
        ({"entries_open_at": NOW + timedelta(seconds=1)}, Possible.NOT_YET),
        ({"entries_open_at": NOW}, Possible.OPEN),
        ({"entries_open_at": None}, Possible.NOT_YET),
        ({"entries_close_at": NOW}, Possible.CLOSED),
        ({"entries_close_at": None}, Possible.OPEN),
        ({"entries_close_at": None, "starts_at": NOW - timedelta(minutes=1)}, Possible.CLOSED),
        ({"starts_at": NOW - timedelta(days=1)}, Possible.FINISHED),
        ({"stage": Stage.DRAFT}, Possible.DRAFT),
        ({"stage": Stage.CLOSED}, Possible.CLOSED),
        ({"stage": Stage.RESTING}, Possible.RESTING),
        ({"stage": Stage.CANCELLED}, Possible.CANCELLED),
        ({"stage": Stage.FINISHED}, Possible.FINISHED),
    ],
)
def test_an_event_says_what_is_possible(given_: dict[str, object], possible: Possible) -> None:
    """The organiser's word first, then the clock."""
    assert of_event(event(**given_), NOW).possible is possible


@given(
    capacity=st.integers(0, 50),
    taken=st.integers(0, 50),
    day_left=st.none() | st.integers(0, 60),
    waiting=st.integers(0, 60),
)
def test_a_race_never_offers_a_place_that_is_not_there(
    capacity: int, taken: int, day_left: int | None, waiting: int
) -> None:
    """Nor one that belongs to who waits."""
    taken = min(taken, capacity)
    race = Race(kind=RaceKind.TIMED, capacity=capacity, taken=taken, is_open=True)
    standing = of_race(event(), race, NOW, day_left=day_left, waiting=waiting)
    assert standing.is_open == (standing.left > 0)
    assert 0 <= standing.left <= capacity - taken
    assert standing.left == 0 or waiting < capacity - taken
    assert day_left is None or standing.left <= day_left


def test_the_event_is_open_while_one_race_is() -> None:
    """Its places are those of the open races, and never more than the day has."""
    races = [Standing(Possible.FULL), Standing(Possible.OPEN, 7), Standing(Possible.OPEN, 5)]
    whole = of_event(event(), NOW)
    assert of_all(whole, races).left == 12
    assert of_all(whole, races, day_left=8).left == 8
    assert of_all(whole, races[:1]).possible is Possible.FULL
    assert of_all(Standing(Possible.RESTING), races).possible is Possible.RESTING


@dataclass(frozen=True)
class Tier:
    """A price tier."""

    name: str = "T"
    pence: int = 1300
    from_at: datetime | None = None
    until_at: datetime | None = None
    first_places: int | None = None
    in_team: bool = False
    under_age: int | None = None


TIERS = st.builds(
    Tier,
    pence=st.integers(0, 5000),
    from_at=st.none() | st.just(NOW) | st.just(NOW + timedelta(1)),
    until_at=st.none() | st.just(NOW) | st.just(NOW + timedelta(1)),
    first_places=st.none() | st.integers(0, 9),
    in_team=st.booleans(),
    under_age=st.none() | st.integers(5, 20),
)


@given(tiers=st.lists(TIERS, max_size=6), taken=st.integers(0, 9), in_team=st.booleans(), age=st.integers(4, 30))
def test_the_price_is_the_lowest_that_fits(tiers: list[Tier], taken: int, in_team: bool, age: int) -> None:
    """Checked against a plain reading of each rule."""
    fitting = [
        t
        for t in tiers
        if (t.from_at is None or t.from_at <= NOW)
        and (t.until_at is None or t.until_at > NOW)
        and (t.first_places is None or taken < t.first_places)
        and (not t.in_team or in_team)
        and (t.under_age is None or age < t.under_age)
    ]
    found = find_price(tiers, now=NOW, taken=taken, in_team=in_team, age=age)
    assert (found is None) == (not fitting)
    assert found is None or (found in fitting and found.pence == min(t.pence for t in fitting))


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2000, 2, 29), date(2027, 2, 28), 26),
        (date(2000, 2, 29), date(2027, 3, 1), 27),
        (date(2010, 6, 2), date(2027, 6, 1), 16),
        (date(2010, 6, 1), date(2027, 6, 1), 17),
    ],
)
def test_age_is_counted_on_the_day(born: date, day: date, age: int) -> None:
    """Full years."""
    assert age_on(born, day) == age
