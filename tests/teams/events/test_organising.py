"""Every page of the organiser's desk, and what becomes of an event over its years."""

from datetime import UTC, datetime, timedelta

import pytest

from fundraising.mail.models import Letter
from teams.events.models import Event, EventDay, Price, Question, QuestionKind, Race, Record, Stage
from teams.training.models import Interest
from tests.conftest import Site
from tests.looking import words_of
from tests.teams.entries.making import RACE_DAY, make_open_event
from tests.teams.events.filling_in import fields_of, must_save, organiser_of, send, set_stage

LONG = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"


def desk_of(event: Event) -> str:
    """The address of its desk."""
    return f"/organiser/events/{event.fund.slug}"


async def rows_of(event: Event) -> dict[str, int]:
    """A row of each list, two of those that have an order."""
    for number in (1, 2):
        await Question.create(event=event, label=f"{LONG}?", kind=QuestionKind.CHOICE, options="a\nb", position=number)
        await Record.create(event=event, title=LONG, name=LONG, time_tenths=4504, year=2010, position=number)
    found = {
        "days": await EventDay.get(event=event),
        "races": await Race.get(event=event, slug="mile"),
        "prices": await Price.get(race__event=event, race__slug="mile"),
        "questions": await Question.filter(event=event).first(),
        "records": await Record.filter(event=event).first(),
    }
    return {name: row.id for name, row in found.items() if row}


async def test_every_page_of_the_desk_opens(site: Site) -> None:
    """Of a full event and of one with nothing in it; each names its event, and is kept by nobody."""
    full, empty = await make_open_event(), await make_open_event(stage=Stage.DRAFT)
    rows = await rows_of(full)
    await Race.filter(event=empty).delete()
    browser = await organiser_of(site)
    sheets = ["", "/stage", "/basics", "/rules", "/waiver", "/preview", "/entries"]
    lists = [f"/{name}{end}" for name in rows for end in ("", "/new")]
    paths = ["/organiser", "/organiser/events/new"]
    paths += [desk_of(event) + below for event in (full, empty) for below in (*sheets, *lists)]
    paths += [f"{desk_of(full)}/{name}/{row}" for name, row in rows.items()]
    for path in paths:
        answer = await browser.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["cache-control"] == "no-store", path
        if path != "/organiser/events/new":
            assert "Test Run" in words_of(answer.text), path


async def test_every_form_sent_as_it_was_opened_changes_nothing(site: Site) -> None:
    """What stands is filled in just as it would be typed."""
    event = await make_open_event(safety="Look:\n\nbehind you.", community_url="https://talk.example.org")
    await event.fund.filter(id=event.fund_id).update(summary="A mile.", target_pence=150_050)
    rows = await rows_of(event)
    await Price.filter(id=rows["prices"]).update(
        under_age=16, first_places=9, from_at=RACE_DAY, until_at=RACE_DAY + timedelta(days=1)
    )
    browser = await organiser_of(site)
    before = [await model.all().order_by("id").values() for model in (Event, EventDay, Race, Price, Question, Record)]
    for below in ("basics", *(f"{name}/{row}" for name, row in rows.items())):
        await must_save(browser, f"{desk_of(event)}/{below}")
    after = [await model.all().order_by("id").values() for model in (Event, EventDay, Race, Price, Question, Record)]
    assert after == before


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.RESTING, Stage.FINISHED])
async def test_no_event_opens_whose_day_has_been(site: Site, stage: Stage) -> None:
    """It needs another day first; from what rested a year it is easily forgotten."""
    event = await make_open_event(stage=stage, notice="Back soon.", starts_at=datetime.now(UTC) - timedelta(days=400))
    browser = await organiser_of(site)
    refused = await send(browser, f"{desk_of(event)}/stage", stage="open")
    assert refused.status_code == 422
    assert "Its day has been." in words_of(refused.text)
    await must_save(
        browser, f"{desk_of(event)}/basics", summary="A mile.", day=f"{RACE_DAY + timedelta(days=9):%Y-%m-%d}"
    )
    assert (await set_stage(browser, desk_of(event), "open")).status_code == 303


async def test_no_event_is_moved_to_a_day_that_has_been(site: Site) -> None:
    """A year typed wrong would end it before everybody's eyes."""
    event = await make_open_event()
    answer = await send(await organiser_of(site), f"{desk_of(event)}/basics", summary="A mile.", day="2020-04-25")
    assert answer.status_code == 422
    assert "That day has been." in words_of(answer.text)
    assert (await Event.get(id=event.id)).starts_at == event.starts_at


async def test_the_words_of_a_resting_event_are_changed_while_it_rests(site: Site) -> None:
    """It stays at rest, and its page says the new words at once."""
    event = await make_open_event(stage=Stage.RESTING, notice="The park is closed.")
    browser, public = await organiser_of(site), f"/events/{event.fund.slug}"
    assert "The park is closed." in words_of((await site.browser.get(public)).text)
    assert (await set_stage(browser, desk_of(event), "resting", "Back in May.")).status_code == 303
    words = words_of((await site.browser.get(public)).text)
    assert "Back in May." in words
    assert "The park is closed." not in words


async def test_whoever_waits_is_told_once_however_often_it_opens(site: Site) -> None:
    """By way of any stage; who comes on the list later is told the next time."""
    event = await make_open_event(stage=Stage.RESTING, notice="Next year.")
    browser, desk = await organiser_of(site), desk_of(event)
    await Interest.create(event=event, email="keen@example.org")
    assert "1 person who asked to hear of it gets a letter." in words_of((await browser.get(f"{desk}/stage")).text)
    await set_stage(browser, desk, "cancelled", "Not after all.")
    await set_stage(browser, desk, "open")
    await set_stage(browser, desk, "resting", "Once more.")
    await Interest.create(event=event, email="later@example.org")
    await set_stage(browser, desk, "open")
    told = await Letter.filter(template="interest_open").order_by("id")
    assert [letter.recipient for letter in told] == ["keen@example.org", "later@example.org"]


async def test_pressing_twice_opens_once_and_tells_no_tale_of_another(site: Site) -> None:
    """The second press is led where the first one went."""
    event = await make_open_event(stage=Stage.DRAFT)
    browser = await organiser_of(site)
    await Interest.create(event=event, email="keen@example.org")
    asked = await send(browser, f"{desk_of(event)}/stage", stage="open", notice="dropped")
    answers = [await browser.post(f"{desk_of(event)}/stage", data=fields_of(asked.text)) for _ in range(2)]
    assert [answer.headers["location"] for answer in answers] == [f"{desk_of(event)}?said=open"] * 2
    assert (await Event.get(id=event.id)).notice == ""
    assert await Letter.filter(template="interest_open").count() == 1


async def test_a_second_row_like_the_first_is_made_by_a_second_form(site: Site) -> None:
    """The same form makes none: it was sent twice, or found again by the back button."""
    event = await make_open_event()
    browser, path = await organiser_of(site), f"{desk_of(event)}/records/new"
    typed = fields_of((await browser.get(path)).text) | {"title": "Course best"}
    for _ in range(2):
        assert (await browser.post(path, data=typed)).status_code == 303
    assert await Record.filter(event=event).count() == 1
    await must_save(browser, path, title="Course best")
    assert await Record.filter(event=event).count() == 2


async def test_a_day_goes_only_while_no_race_is_on_it(site: Site) -> None:
    """And no race is put on a day that the event does not have."""
    event = await make_open_event()
    browser, day = await organiser_of(site), await EventDay.get(event=event)
    kept = await browser.post(f"{desk_of(event)}/days/{day.id}/remove")
    assert kept.status_code == 409
    assert "Races are on this day." in words_of(kept.text)
    next_day = (RACE_DAY + timedelta(days=1)).date().isoformat()
    race = await Race.get(event=event, slug="mile")
    path = f"{desk_of(event)}/races/{race.id}"
    assert "not a day of the event" in words_of((await send(browser, path, day=next_day)).text)
    await must_save(browser, f"{desk_of(event)}/days/new", day=next_day, capacity="30")
    assert "has that day already" in words_of(
        (await send(browser, f"{desk_of(event)}/days/new", day=next_day, capacity="30")).text
    )
    await must_save(browser, path, day=next_day)
    other = await EventDay.get(event=event, day=next_day)
    assert (await Race.get(id=race.id)).day_id == other.id
    refused = await send(browser, f"{desk_of(event)}/basics", summary="A mile.", day=next_day)
    assert "The event has that day already." in words_of(refused.text)
