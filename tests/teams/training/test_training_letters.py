"""The weekly letters: the right week, once, to whoever has a place and wants them."""

from datetime import UTC, datetime, timedelta
from email import policy
from email.parser import BytesParser
from zoneinfo import ZoneInfo

import pytest

from fundraising.mail.letters import NewLetter, write
from fundraising.mail.models import Letter
from fundraising.mail.stopping import stop
from fundraising.store.database import connection
from teams.entries.models import Entry, EntryState
from teams.events.models import Event, Race, Stage
from teams.training import letters
from teams.training.letters import write_training_letters
from teams.training.models import TrainingWeek
from tests.conftest import Site
from tests.teams.training.making import make_entry, make_event, make_weeks

ZONE = ZoneInfo("Europe/London")


@pytest.fixture
async def event(site: Site) -> Event:
    """An event in 20 days, with its plan: the week is the third last."""
    made = await make_event(days=20)
    await make_weeks(made)
    return made


async def run(now: datetime | None = None) -> int:
    """The job, at some time."""
    async with connection() as writing:
        return await write_training_letters(writing, now or datetime.now(UTC).astimezone(ZONE))


async def weeks_written(email: str) -> list[int]:
    """The weeks of which somebody has the letter, as they came."""
    return [letter.facts["week"] for letter in await Letter.filter(recipient=email, series="training").order_by("id")]


async def test_who_enters_half_way_gets_the_letter_of_that_week_and_the_next_ones(event: Event) -> None:
    """The weeks before are not made up for."""
    await make_entry(event, "ada@example.org")
    await run()
    assert await weeks_written("ada@example.org") == [3]
    for days in (7, 14):
        await run(datetime.now(UTC).astimezone(ZONE) + timedelta(days=days))
    assert await weeks_written("ada@example.org") == [3, 2, 1]


async def test_a_letter_is_written_once_however_often_the_job_runs(event: Event) -> None:
    """Its key holds the week and the recipient."""
    await make_entry(event, "ada@example.org")
    assert [await run() for _ in range(3)] == [1, 0, 0]
    assert await weeks_written("ada@example.org") == [3]


@pytest.mark.parametrize(("days", "expected"), [(57, 0), (56, 1), (1, 1), (0, 0), (-1, 0)])
async def test_letters_come_from_eight_weeks_before_until_the_day_before(site: Site, days: int, expected: int) -> None:
    """Not earlier, and not on race day."""
    event = await make_event(days=days)
    await make_weeks(event)
    await make_entry(event)
    assert await run() == expected


async def test_a_parent_of_three_gets_one_letter_that_names_them_all(site: Site, event: Event) -> None:
    """However they have typed their address."""
    for name, email in (("Ada", "Parent@example.org"), ("Bo", "parent@example.org"), ("Cy", "parent@EXAMPLE.org")):
        await make_entry(event, email, first_name=name)
    assert await run() == 1
    await site.work()
    (kept,) = site.house.doors.office.kept()
    letter = BytesParser(policy=policy.default).parsebytes(kept.read_bytes())
    assert "Dear Ada, Bo and Cy," in letter.get_body(("plain",)).get_content()


async def test_a_letter_says_its_week_its_plan_and_how_to_stop(site: Site, event: Event) -> None:
    """And not yet where and when."""
    await make_entry(event, "ada@example.org")
    await run()
    await site.work()
    (kept,) = site.house.doors.office.kept()
    letter = BytesParser(policy=policy.default).parsebytes(kept.read_bytes())
    text = letter.get_body(("plain",)).get_content()
    assert letter["subject"] == "Training 6 of 8: Week 3"
    for said in ("3 weeks to go", "Plan 3.", "http://run.test/training", "/stop"):
        assert said in text
    assert letter["list-unsubscribe"]
    assert "A park" not in text


async def test_the_last_letter_names_the_place_the_start_and_the_number_on_the_back(site: Site) -> None:
    """What one needs on the day."""
    event = await make_event(days=6)
    await make_weeks(event)
    await make_entry(event, "ada@example.org", number=117)
    await run()
    await site.work()
    (kept,) = site.house.doors.office.kept()
    text = BytesParser(policy=policy.default).parsebytes(kept.read_bytes()).get_body(("plain",)).get_content()
    for said in ("A park", "The Mile", "start at", "number 117", "Wear your number on your back"):
        assert said in text


@pytest.mark.parametrize("state", [EntryState.HELD, EntryState.WITHDRAWN, EntryState.DEFERRED, EntryState.LAPSED])
async def test_who_has_no_place_gets_none(event: Event, state: EntryState) -> None:
    """Not yet, or not any more."""
    entry = await make_entry(event)
    ended = None if state is EntryState.HELD else datetime.now(UTC)
    await Entry.filter(id=entry.id).update(state=state, ended_at=ended)
    assert await run() == 0


async def test_who_withdraws_before_the_letter_is_sent_does_not_get_it(site: Site, event: Event) -> None:
    """It was written, and is let go."""
    entry = await make_entry(event)
    assert await run() == 1
    await Entry.filter(id=entry.id).update(state=EntryState.WITHDRAWN, ended_at=datetime.now(UTC))
    await site.work()
    assert site.house.doors.office.kept() == []


async def test_who_has_stopped_the_series_gets_none(event: Event) -> None:
    """However the address was typed."""
    await make_entry(event, "Ada@Example.org")
    await stop("ada@example.org", "training")
    assert await run() == 0


async def test_nobody_gets_more_than_two_letters_of_a_series_in_a_week(event: Event) -> None:
    """The third waits until the week allows it."""
    await make_entry(event, "ada@example.org")
    async with connection() as writing:
        await write(writing, [NewLetter("Ada@example.org", "receipt", {}, f"tip {n}", "fundraising") for n in range(2)])
    assert await run() == 0
    await Letter.filter(once="tip 0").update(written_at=datetime.now(UTC) - timedelta(days=8))
    assert await run() == 1


async def test_two_events_at_once_are_two_letters_and_a_third_waits(site: Site) -> None:
    """The bound holds within one run too."""
    for _ in range(3):
        event = await make_event(days=20)
        await make_weeks(event)
        await make_entry(event, "ada@example.org")
    assert [await run(), await run()] == [2, 0]


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        (Stage.OPEN, 1),
        (Stage.CLOSED, 1),
        (Stage.CANCELLED, 0),
        (Stage.RESTING, 0),
        (Stage.FINISHED, 0),
        (Stage.DRAFT, 0),
    ],
)
async def test_only_events_that_will_be_run_have_letters(event: Event, stage: Stage, expected: int) -> None:
    """Closed means that nobody enters any more; those who have still train."""
    await make_entry(event)
    await Event.filter(id=event.id).update(stage=stage)
    assert await run() == expected


async def test_a_week_that_the_organiser_has_not_written_has_no_letter(event: Event) -> None:
    """And one that is taken away before it is sent is let go."""
    await make_entry(event)
    await TrainingWeek.filter(event=event, weeks_before=3).delete()
    assert await run() == 0


async def test_the_day_begins_where_the_event_is(site: Site) -> None:
    """Half past eleven at night in London in summer is the same day there, and half past ten in the evening in UTC."""
    event = await make_event(days=20)
    await make_weeks(event)
    await make_entry(event)
    race_at = datetime(2031, 7, 27, 9, 0, tzinfo=UTC)
    await Event.filter(id=event.id).update(starts_at=race_at)
    await Race.filter(event_id=event.id).update(starts_at=race_at)
    first_day = datetime(2031, 6, 1, 0, 30, tzinfo=ZONE)  # eight weeks before; in UTC it is still the day before that
    assert await run(first_day - timedelta(hours=1)) == 0
    assert await run(first_day) == 1


@pytest.mark.parametrize(("hour", "expected"), [(8, 0), (9, 1), (20, 1), (21, 0)])
async def test_the_clock_writes_in_the_daytime_only(
    event: Event, monkeypatch: pytest.MonkeyPatch, hour: int, expected: int
) -> None:
    """Nine in the morning, where the event is."""

    class Then(datetime):
        """A clock that stands still."""

        @classmethod
        def now(cls, tz=None):  # type: ignore[no-untyped-def]
            return datetime.now(tz).replace(hour=hour)

    await make_entry(event, "ada@example.org")
    monkeypatch.setattr(letters, "datetime", Then)
    await letters.write_by_day(ZONE)
    assert len(await weeks_written("ada@example.org")) == expected


async def test_the_jobs_run_it_by_the_clock(site: Site) -> None:
    """Once an hour; in the daytime it does something."""
    assert site.house.jobs.by_the_clock["training.letters"][0] == "10 * * * *"
