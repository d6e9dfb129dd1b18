"""The waiting list: first come, first served, one offer for each free place, each for a day."""

from datetime import UTC, datetime, timedelta

from teams.entries.models import Entry, Waiting, WaitingState
from teams.entries.waiting import look_after_offers
from teams.events.models import Event, EventDay, Race
from tests.conftest import Site
from tests.looking import words_of
from tests.teams.entries.making import entry_form, make_open_event, race_of, runner


async def wait(site: Site, event: Event, name: str, race: str = "fun") -> int:
    """Join the list; the status of the answer."""
    typed = {"name": name, "email": f"{name}@example.org", "race": race}
    return (await site.browser.post(f"/events/{event.fund.slug}/waiting-list", data=typed)).status_code


async def full_event(site: Site) -> Event:
    """A fun run with one place, and somebody in it."""
    event = await make_open_event(capacity=1)
    await site.browser.post(f"/events/{event.fund.slug}/enter", data=entry_form(runner(race="fun")))
    return event


async def states() -> dict[str, str]:
    """How everybody on a list stands."""
    return {one.name: str(one.state) for one in await Waiting.all().order_by("joined_at")}


async def free_one(event: Event) -> None:
    """Another place in the fun run."""
    race = await race_of(event, "fun")
    await Race.filter(id=race.id).update(capacity=race.capacity + 1)


async def test_the_first_who_waits_is_offered_the_first_place(site: Site) -> None:
    """By a letter that leads to the form; nobody else gets in between."""
    event = await full_event(site)
    assert [await wait(site, event, name) for name in ("ada", "bob", "ada")] == [303, 303, 303]
    await free_one(event)
    late = await site.browser.post(f"/events/{event.fund.slug}/enter", data=entry_form(runner(race="fun")))
    assert late.status_code == 409
    await look_after_offers()
    assert await states() == {"ada": "offered", "bob": "waiting"}
    assert (await race_of(event, "fun")).taken == 2
    ada = await Waiting.get(name="ada")
    form = await site.browser.get(f"/events/{event.fund.slug}/enter?offer={ada.token}")
    assert "is kept for you" in words_of(form.text)
    taken = await site.browser.post(
        f"/events/{event.fund.slug}/enter", data=entry_form(runner(race="fun"), offer=ada.token)
    )
    assert taken.status_code == 303
    assert await states() == {"ada": "taken", "bob": "waiting"}
    assert (await race_of(event, "fun")).taken == 2


async def test_an_offer_that_is_not_taken_goes_to_the_next(site: Site) -> None:
    """After a day; whoever comes too late is told."""
    event = await full_event(site)
    for name in ("ada", "bob"):
        await wait(site, event, name)
    await free_one(event)
    await look_after_offers()
    await Waiting.filter(name="ada").update(offered_until=datetime.now(UTC) - timedelta(seconds=1))
    await look_after_offers()
    assert await states() == {"ada": "lapsed", "bob": "offered"}
    ada = await Waiting.get(name="ada")
    late = await site.browser.post(
        f"/events/{event.fund.slug}/enter", data=entry_form(runner(race="fun"), offer=ada.token)
    )
    assert late.status_code == 409
    assert "The offer has lapsed" in words_of((await site.browser.get(f"/waiting/{ada.token}")).text)


async def test_who_leaves_frees_the_offer_at_once(site: Site) -> None:
    """And the next is asked in the same moment."""
    event = await full_event(site)
    for name in ("ada", "bob"):
        await wait(site, event, name)
    await free_one(event)
    await look_after_offers()
    ada = await Waiting.get(name="ada")
    bob = await Waiting.get(name="bob")
    assert "You are next" in words_of((await site.browser.get(f"/waiting/{bob.token}")).text)
    await site.browser.post(f"/waiting/{ada.token}/leave")
    assert await states() == {"ada": "left", "bob": "offered"}


async def test_there_is_nothing_to_wait_for_while_places_are_free(site: Site) -> None:
    """The form says that one can enter."""
    event = await make_open_event()
    assert await wait(site, event, "ada") == 422
    assert await Waiting.all().count() == 0


async def test_an_offer_outlives_no_closing_day_and_no_bound_of_the_day(site: Site) -> None:
    """It ends with the entries; a full day offers nothing."""
    event = await full_event(site)
    await wait(site, event, "ada")
    await free_one(event)
    await EventDay.filter(event=event).update(capacity=1)
    await look_after_offers()
    assert await states() == {"ada": "waiting"}
    await EventDay.filter(event=event).update(capacity=250)
    soon = datetime.now(UTC) + timedelta(hours=2)
    await Event.filter(id=event.id).update(entries_close_at=soon)
    await look_after_offers()
    assert (await Waiting.get(name="ada")).offered_until == soon
    assert (await Waiting.get(name="ada")).state is WaitingState.OFFERED
    assert await Entry.all().count() == 1


async def test_who_mends_a_typing_error_does_not_lose_the_place_to_who_waits(site: Site) -> None:
    """Neither one that was offered nor one that is held; what is not wanted any more goes on to the next."""
    event = await make_open_event(capacity=2)
    typed = entry_form(runner(), runner(2))
    await site.browser.post(f"/events/{event.fund.slug}/enter", data=typed)
    assert await wait(site, event, "ada", "mile") == 303
    mended = await site.browser.post(f"/events/{event.fund.slug}/enter", data=typed | {"first_name-1": "Zara"})
    assert mended.status_code == 303
    assert await states() == {"ada": "waiting"}
    fewer = await site.browser.post(f"/events/{event.fund.slug}/enter", data=typed | {"runners": "1"})
    assert fewer.status_code == 303
    assert await states() == {"ada": "offered"}
    assert (await race_of(event)).taken == 2
    ada = await Waiting.get(name="ada")
    hers = entry_form(offer=ada.token)
    for name in ("Ada", "Adah"):
        taken = await site.browser.post(f"/events/{event.fund.slug}/enter", data=hers | {"first_name-1": name})
        assert taken.status_code == 303
    assert (await race_of(event)).taken == 2
