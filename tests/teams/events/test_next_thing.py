"""What the organiser has to do next, told by the desk."""

from datetime import UTC, datetime, timedelta

import pytest

from teams.events.models import Event, Race, RaceKind, Stage
from teams.events.next_thing import Thing, things_to_do

NOW = datetime(2027, 1, 1, 12, tzinfo=UTC)
START = datetime(2027, 4, 25, 9, 30, tzinfo=UTC)


def make(stage: Stage = Stage.DRAFT, **given: object) -> Event:
    """An event in which nothing is missing, in no database."""
    return Event(
        **{
            "stage": stage,
            "strapline": "Backwards",
            "about": "It is run.",
            "starts_at": START,
            "entries_open_at": NOW,
            "entries_close_at": START - timedelta(days=6),
        }
        | given
    )


def mile(number: int = 1, day: int | None = 1, starts_at: datetime = START) -> Race:
    """One of its races."""
    race = Race(id=number, name=f"Mile {number}", kind=RaceKind.TIMED, starts_at=starts_at)
    race.day_id = day
    return race


def told(
    event: Event, races: list[Race], priced: set[int], *, has_waiver: bool = True, now: datetime = NOW
) -> list[Thing]:
    """What is to be done."""
    return things_to_do(event, races, priced, has_waiver=has_waiver, now=now)


def test_a_draft_in_which_nothing_is_missing_is_to_be_opened() -> None:
    """And that is the one thing to do; once open there is none."""
    assert [(thing.action, thing.below) for thing in told(make(), [mile()], {1})] == [("Open it", "/stage?to=open")]
    assert told(make(Stage.OPEN), [mile()], {1}) == []


def test_an_empty_draft_names_all_that_is_missing_the_most_pressing_first() -> None:
    """Words and a race stop it from being opened; the rest only stops entries."""
    things = told(make(strapline="", about="", entries_open_at=None), [], set(), has_waiver=False)
    assert [(thing.below, thing.stops_opening) for thing in things] == [
        ("/basics", True),
        ("/races/new", True),
        ("/waiver", False),
        ("/rules", False),
    ]


def test_each_race_without_a_price_is_named() -> None:
    """With a link that knows which race it is for."""
    things = told(make(Stage.OPEN), [mile(1), mile(2), mile(3)], {2})
    assert [thing.below for thing in things] == ["/prices/new?race=1", "/prices/new?race=3"]
    assert "Mile 3" in things[1].sentence


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"entries_open_at": None}, "they stay shut"),
        ({"entries_close_at": START + timedelta(days=1)}, "Entries close after the start."),
    ],
)
def test_days_that_make_no_sense_are_told(given: dict[str, object], sentence: str) -> None:
    """Whichever form they came from."""
    assert sentence in told(make(Stage.OPEN, **given), [mile()], {1})[0].sentence


def test_a_race_that_is_astray_is_told() -> None:
    """On no day of the event, or off before everything else."""
    things = told(make(Stage.OPEN), [mile(1, day=None), mile(2, starts_at=START - timedelta(hours=1))], {1, 2})
    assert [thing.sentence for thing in things] == [
        "Mile 2 starts before the first start of the event.",
        "Mile 1 belongs to no day of the event: its places are not counted there.",
    ]


def test_a_day_that_has_been_is_told() -> None:
    """Of an open event it is the first thing; a draft needs another day before it is opened."""
    later = START + timedelta(days=1)
    assert [thing.action for thing in told(make(Stage.OPEN), [], set(), now=later)] == ["Finish it"]
    assert told(make(Stage.OPEN), [mile()], {1}, now=START + timedelta(hours=2)) == []
    draft = told(make(), [mile()], {1}, now=later)
    assert [(thing.below, thing.stops_opening) for thing in draft] == [("/basics", True)]


@pytest.mark.parametrize("stage", [Stage.RESTING, Stage.CANCELLED, Stage.FINISHED])
def test_who_rests_has_nothing_to_do(stage: Stage) -> None:
    """Whatever is missing."""
    assert told(make(stage, about=""), [], set(), has_waiver=False) == []


@pytest.mark.parametrize("stage", [Stage.OPEN, Stage.CLOSED, Stage.FINISHED])
def test_results_that_wait_to_be_official_come_first(stage: Stage) -> None:
    """Also when the event is said to be over: somebody waits for them."""
    after = START + timedelta(days=2)
    things = things_to_do(make(stage), [mile()], {1}, has_waiver=True, now=after, provisional=3)
    assert (things[0].sentence, things[0].below) == ("3 results are recorded and not official yet.", "/results")
