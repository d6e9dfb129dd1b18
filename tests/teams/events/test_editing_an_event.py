"""An event is edited without harm to who has entered, and nobody overwrites somebody else unawares."""

import asyncio
from datetime import timedelta
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from fundraising.errors import BadInput
from fundraising.settings import Settings
from fundraising.web.saving import version_of
from teams.entries.models import Entry, EntryState
from teams.events.forms import RaceForm
from teams.events.models import Event, EventDay, Price, Question, QuestionKind, Race, Record, Waiver
from teams.events.parts import PARTS, save_row
from teams.events.prefilled import race as as_typed
from tests.conftest import Site
from tests.looking import words_of
from tests.teams.entries.making import RACE_DAY, entry_form, make_open_event, race_of, runner
from tests.teams.events.filling_in import fields_of, must_save, organiser_of, send

RACES = next(part for part in PARTS if part.name == "races")


def desk_of(event: Event) -> str:
    """The address of its desk."""
    return f"/organiser/events/{event.fund.slug}"


async def enter(site: Site, event: Event, race: str = "fun", **said: str) -> Entry:
    """Somebody takes a place in the race that costs nothing."""
    answer = await site.browser.post(f"/events/{event.fund.slug}/enter", data=entry_form(runner(race=race, **said)))
    assert answer.status_code == 303, answer.text
    return await Entry.filter(race__event=event).order_by("-made_at").first()


async def test_a_capacity_never_goes_below_what_is_taken(site: Site) -> None:
    """Of a race and of a day; the sentence stands beside the field, and what is taken is still allowed."""
    event = await make_open_event(capacity=5)
    for _ in range(2):
        await enter(site, event)
    browser, race = await organiser_of(site), await race_of(event, "fun")
    day = await EventDay.get(event=event)
    for path in (f"{desk_of(event)}/races/{race.id}", f"{desk_of(event)}/days/{day.id}"):
        refused = await send(browser, path, capacity="1")
        assert refused.status_code == 422
        assert "2 places are taken already" in words_of(refused.text)
        assert 'id="capacity-error"' in refused.text
        assert fields_of(refused.text)["capacity"] == "1"
        await must_save(browser, path, capacity="2")
    assert ((await race_of(event, "fun")).capacity, (await EventDay.get(event=event)).capacity) == (2, 2)


async def test_a_race_that_was_entered_stays_on_its_day_and_of_its_kind_and_is_not_removed(site: Site) -> None:
    """It can be closed instead; one that nobody has entered goes, with its prices."""
    event = await make_open_event()
    await enter(site, event)
    browser, race, other = await organiser_of(site), await race_of(event, "fun"), await race_of(event, "mile")
    path = f"{desk_of(event)}/races/{race.id}"
    later = (RACE_DAY + timedelta(days=1)).date()
    await EventDay.create(event=event, day=later, capacity=9)
    assert "it stays on its day" in words_of((await send(browser, path, day=later.isoformat())).text)
    assert "cannot change any more" in words_of((await send(browser, path, kind="timed")).text)
    removed = await browser.post(f"{path}/remove")
    assert removed.status_code == 409
    assert "Close it for entries instead." in words_of(removed.text)
    assert (await browser.post(f"{desk_of(event)}/races/{other.id}/remove")).status_code == 303
    assert not await Price.exists(race_id=other.id)
    assert (await send(browser, path, without=("is_open",))).status_code == 303
    assert not (await race_of(event, "fun")).is_open


async def test_prices_change_for_who_comes_after(site: Site) -> None:
    """An entry keeps the price that it was made at, even when that price is removed."""
    event = await make_open_event()
    entry = await enter(site, event)
    browser, price = await organiser_of(site), await Price.get(race=await race_of(event, "fun"))
    await must_save(browser, f"{desk_of(event)}/prices/{price.id}", name="Dear", pounds="£1,000")
    assert (await Price.get(id=price.id)).pence == 100_000
    assert "£1,000" in words_of((await site.browser.get(f"/events/{event.fund.slug}/enter")).text)
    assert (await browser.post(f"{desk_of(event)}/prices/{price.id}/remove")).status_code == 303
    kept = await Entry.get(id=entry.id)
    assert (kept.state, kept.price_name, kept.price_pence) == (EntryState.PLACED, "Standard", 0)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"pounds": "1000.01"}, "The highest price"),
        ({"pounds": ""}, "Please enter a price in pounds"),
        ({"pounds": "-1"}, "cannot be less than nothing"),
        ({"pounds": "1e2"}, "Please enter an amount in pounds"),
        ({"pounds": "5", "from_day": "2027-05-02", "until_day": "2027-05-01"}, "cannot be before the first"),
        ({"pounds": "5", "race": "999999"}, "Please choose the race."),
        ({"pounds": "5", "under_age": "0"}, "a whole number above 0"),
    ],
)
async def test_an_odd_price_is_said_so(site: Site, typed: dict[str, str], sentence: str) -> None:
    """And what was there stays."""
    event = await make_open_event()
    price = await Price.get(race=await race_of(event))
    answer = await send(await organiser_of(site), f"{desk_of(event)}/prices/{price.id}", **typed)
    assert answer.status_code == 422
    assert sentence in words_of(answer.text)
    assert (await Price.get(id=price.id)).pence == 1300


async def test_a_waiver_is_followed_and_never_edited(site: Site) -> None:
    """Who has agreed has agreed to that version; who comes after, to the next."""
    event = await make_open_event()
    first = await enter(site, event)
    browser = await organiser_of(site)
    same = await send(browser, f"{desk_of(event)}/waiver")
    assert "the same text as version 1" in words_of(same.text)
    await must_save(browser, f"{desk_of(event)}/waiver", text="I have looked behind me.")
    second = await enter(site, event)
    versions = {waiver.version: waiver for waiver in await Waiver.filter(event=event)}
    assert (first.waiver_id, second.waiver_id) == (versions[1].id, versions[2].id)
    words = words_of((await browser.get(f"{desk_of(event)}/waiver")).text)
    assert words.count("1 runner has agreed to it") == 2
    assert "I run backwards at my own risk." in words


async def test_a_question_that_was_answered_is_retired_and_one_that_was_not_is_gone(site: Site) -> None:
    """Its answers stay readable; its kind cannot change under them."""
    event = await make_open_event()
    asked, unasked = [
        await Question.create(event=event, label=label, kind=QuestionKind.TEXT, position=n)
        for n, label in enumerate(("How come?", "Why not?"))
    ]
    entry = await enter(site, event)
    await Entry.filter(id=entry.id).update(answers={str(asked.id): "By tram"})
    browser = await organiser_of(site)
    changed = await send(browser, f"{desk_of(event)}/questions/{asked.id}", kind="tick")
    assert "Stop asking it, and add another." in words_of(changed.text).replace("this one", "it")
    for question in (asked, unasked):
        assert (await browser.post(f"{desk_of(event)}/questions/{question.id}/remove")).status_code == 303
    assert (await Question.get(id=asked.id)).retired_at is not None
    assert not await Question.exists(id=unasked.id)
    assert "How come?" not in words_of((await site.browser.get(f"/events/{event.fund.slug}/enter")).text)


async def test_the_second_of_two_organisers_is_told_and_overwrites_only_knowingly(site: Site) -> None:
    """Nothing of theirs is saved, everything is still in the form; sent once more, it counts."""
    event = await make_open_event()
    race = await race_of(event)
    path = f"{desk_of(event)}/races/{race.id}"
    first, second = [await organiser_of(site) for _ in range(2)]
    opened = fields_of((await second.get(path)).text)
    await must_save(first, path, name="The First Mile")
    told = await second.post(path, data=opened | {"name": "The Second Mile"})
    assert told.status_code == 409
    assert "nothing of yours is saved yet" in words_of(told.text)
    assert fields_of(told.text)["name"] == "The Second Mile"
    assert (await race_of(event)).name == "The First Mile"
    assert (await second.post(path, data=fields_of(told.text))).status_code == 303
    assert (await race_of(event)).name == "The Second Mile"


@pytest.mark.parametrize(
    ("below", "one", "other"),
    [
        ("basics", {"summary": "One."}, {"summary": "Other."}),
        ("rules", {"refund_percent": "10"}, {"refund_percent": "20"}),
        ("waiver", {"text": "One."}, {"text": "Other."}),
        ("stage", {"stage": "closed", "sure": "on"}, {"stage": "finished", "sure": "on"}),
        ("questions/new", {"label": "One?", "kind": "text"}, {"label": "Other?", "kind": "text"}),
        ("records/new", {"title": "One"}, {"title": "Other"}),
    ],
)
async def test_every_form_notices_who_was_faster(
    site: Site, below: str, one: dict[str, str], other: dict[str, str]
) -> None:
    """Whatever it is about; the same form, sent twice, is no second person."""
    event = await make_open_event()
    path = f"{desk_of(event)}/{below}"
    first, second = [await organiser_of(site) for _ in range(2)]
    opened = fields_of((await first.get(path)).text) | ({"summary": "Mine."} if below == "basics" else {})
    assert (await first.post(path, data=opened | one)).status_code == 303
    assert (await second.post(path, data=opened | other)).status_code == 409
    assert (await first.post(path, data=opened | one)).status_code == 303
    assert await Question.all().count() + await Record.all().count() <= 1
    assert await Waiver.all().count() <= 2


async def test_moving_the_event_moves_what_is_on_its_day(site: Site) -> None:
    """Its races keep their clocks, its places their count."""
    event = await make_open_event()
    await enter(site, event)
    later = (RACE_DAY + timedelta(days=7)).date()
    await must_save(await organiser_of(site), f"{desk_of(event)}/basics", summary="A mile.", day=later.isoformat())
    day = await EventDay.get(event=event)
    assert (day.day, day.taken) == (later, 1)
    for race in await Race.filter(event=event):
        assert race.day_id == day.id
        assert race.starts_at.date() == later
        assert (race.starts_at.hour, race.starts_at.minute) == (RACE_DAY.hour, RACE_DAY.minute)


async def test_rows_have_the_order_that_the_organiser_chooses(site: Site) -> None:
    """Beyond either end nothing moves."""
    event = await make_open_event()
    browser, list_ = await organiser_of(site), f"{desk_of(event)}/races"
    fun = await race_of(event, "fun")
    for way, order in (
        ("up", ["mile", "fun", "team"]),
        ("up", ["fun", "mile", "team"]),
        ("up", ["fun", "mile", "team"]),
        ("down", ["mile", "fun", "team"]),
    ):
        assert (await browser.post(f"{list_}/{fun.id}/{way}")).status_code == 303
        assert [race.slug for race in await Race.filter(event=event).order_by("position")] == order


async def test_ranges_of_numbers_do_not_overlap_and_days_of_the_rules_make_sense(site: Site) -> None:
    """Each with its own sentence."""
    event = await make_open_event()
    browser, mile, fun = await organiser_of(site), await race_of(event), await race_of(event, "fun")
    await must_save(browser, f"{desk_of(event)}/races/{mile.id}", numbers_from="1", numbers_to="250")
    answer = await send(browser, f"{desk_of(event)}/races/{fun.id}", numbers_from="250", numbers_to="300")
    assert "has the numbers 1 to 250 already" in words_of(answer.text)
    after = (RACE_DAY + timedelta(days=1)).date().isoformat()
    for typed, sentence in (
        ({"closes": after}, "after the day of the event"),
        ({"opens": "2027-03-03", "closes": "2027-03-02"}, "cannot close before they open"),
        ({"refund_percent": "101"}, "from 0 to 100"),
    ):
        answer = await send(browser, f"{desk_of(event)}/rules", **typed)
        assert answer.status_code == 422
        assert sentence in words_of(answer.text)


async def test_a_row_is_found_only_below_its_own_event(site: Site) -> None:
    """Another event's desk does not lead to it."""
    one, other = await make_open_event(), await make_open_event()
    race = await race_of(one)
    browser = await organiser_of(site)
    assert (await browser.get(f"{desk_of(other)}/races/{race.id}")).status_code == 404
    assert (await browser.post(f"{desk_of(other)}/races/{race.id}/remove")).status_code == 404
    assert (await browser.get("/organiser/events/nobody")).status_code == 404
    assert await Race.exists(id=race.id)


async def test_a_capacity_that_is_lowered_while_somebody_enters_holds_either_way(
    own_database: str, settings: Settings
) -> None:
    """The organiser waits for the entry's place, and is told that it is taken."""
    event = await make_open_event(capacity=5)
    race = await race_of(event)
    zone = ZoneInfo(settings.time_zone)
    form = RaceForm.model_validate(as_typed(race, zone) | {"capacity": "1"})
    seen = version_of(as_typed(race, zone))
    entering = await asyncpg.connect(own_database)
    async with entering.transaction():
        await entering.execute("select count_place($1, 2)", race.id)
        saving = asyncio.create_task(save_row(RACES, event.id, race.id, form, seen, zone=zone))
        await asyncio.sleep(0.2)
        assert not saving.done()
    with pytest.raises(BadInput) as refused:
        await saving
    await entering.close()
    assert "2 places are taken" in refused.value.errors["capacity"]
    assert (await race_of(event)).capacity == 5


async def test_the_home_of_organisers_counts_places_and_fees(site: Site) -> None:
    """Drafts too; and the desk names what is missing."""
    event = await make_open_event(day_capacity=20)
    await enter(site, event)
    browser = await organiser_of(site)
    words = words_of((await browser.get("/organiser")).text)
    assert "Test Run" in words
    assert "1 of 20" in words
    assert "£0" in words
    await Price.filter(race=await race_of(event)).delete()
    assert "No price for The Mile: entries to it cannot begin." in words_of((await browser.get(desk_of(event))).text)
