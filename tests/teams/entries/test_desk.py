"""The organiser's desk of entries: found, numbered, looked into, given back."""

import logging

import httpx
import pytest

from fundraising.mail.models import Letter
from fundraising.payments.models import Kind, Transfer
from teams.entries.models import Entry, EntryState
from teams.events.models import Race
from tests.conftest import Site
from tests.looking import words_of
from tests.makers import make_person, sign_in
from tests.teams.entries.making import entry_form, make_open_event, race_of, runner
from tests.teams.entries.test_entering import pay, send


@pytest.fixture
async def organiser(site: Site) -> httpx.AsyncClient:
    """The browser of an organiser."""
    return await sign_in(site.browser, await make_person(is_organiser=True))


async def test_entries_are_listed_and_found(site: Site, organiser: httpx.AsyncClient) -> None:
    """By name, address and number; the rest is left out."""
    event = await make_open_event()
    for name in ("Ada", "Bob"):
        await send(site, event, entry_form(runner(race="fun", first_name=name), payer_email=f"{name}@example.org"))
    at = f"/organiser/events/{event.fund.slug}/entries"
    shown = words_of((await organiser.get(at)).text)
    assert "Ada Ångström" in shown
    assert "Bob Ångström" in shown
    for asked in ("bob", "BOB@example"):
        found = words_of((await organiser.get(at, params={"q": asked})).text)
        assert "Bob Ångström" in found
        assert "Ada Ångström" not in found
    assert "Nobody fits that." in words_of((await organiser.get(at, params={"state": "withdrawn"})).text)
    assert (await organiser.get(at, params={"after": "nonsense"})).status_code == 404


async def test_numbers_are_given_once_teams_in_sequence(site: Site, organiser: httpx.AsyncClient) -> None:
    """Each is told; a number that came back is not given again; a race without numbers says so."""
    event = await make_open_event()
    team = [runner(n, "team", first_name=f"T{n}") for n in (1, 2)]
    await pay(site, await send(site, event, entry_form(*team, team_name="Gears")))
    at = f"/organiser/events/{event.fund.slug}/entries/numbers"
    race = await race_of(event, "team")
    assert (await organiser.post(at, data={"race": str(race.id)})).status_code == 409
    await Race.filter(id=race.id).update(numbers_from=100, numbers_to=199)
    assert (await organiser.post(at, data={"race": str(race.id)})).headers["location"].endswith("said=2")
    assert [e.number for e in await Entry.filter(race=race).order_by("made_at", "id")] == [100, 101]
    assert await Letter.filter(template="number").count() == 2
    last = await Entry.get(number=101)
    await organiser.post(f"/organiser/events/{event.fund.slug}/entries/{last.id}/withdraw", data={"whole": "on"})
    await pay(site, await send(site, event, entry_form(runner(race="team"), team_name="Wheels")))
    await organiser.post(at, data={"race": str(race.id)})
    assert sorted(e.number or 0 for e in await Entry.filter(race=race)) == [100, 101, 102]


async def test_the_note_is_opened_by_a_press_that_is_written_down(
    site: Site, organiser: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    """The page itself does not hold it, nor does the log."""
    event = await make_open_event()
    await send(site, event, entry_form(runner(race="fun", medical="Asthma", medical_ok="on")))
    entry = await Entry.get(race__event=event)
    at = f"/organiser/events/{event.fund.slug}/entries/{entry.id}"
    assert "Asthma" not in (await organiser.get(at)).text
    with caplog.at_level(logging.INFO):
        assert "Asthma" in (await organiser.post(f"{at}/note")).text
    assert f"note of entry {entry.id} was opened" in caplog.text
    assert "Asthma" not in caplog.text


async def test_the_organiser_gives_a_place_back_with_the_whole_fee(site: Site, organiser: httpx.AsyncClient) -> None:
    """Whatever the rules say; a second time there is nothing to give back."""
    event = await make_open_event(refund_until=None)
    await pay(site, await send(site, event, entry_form()))
    entry = await Entry.get(race__event=event)
    at = f"/organiser/events/{event.fund.slug}/entries/{entry.id}/withdraw"
    assert (await organiser.post(at, data={"whole": "on"})).status_code == 303
    await site.work()
    assert (await Entry.get(id=entry.id)).state is EntryState.WITHDRAWN
    assert (await Transfer.get(kind=Kind.ENTRY_REFUND)).pence == 1300
    assert (await organiser.post(at)).status_code == 409


async def test_nobody_else_sees_the_desk(site: Site) -> None:
    """Not who is entered, not a stranger; the answer does not say what exists."""
    event = await make_open_event()
    await send(site, event, entry_form(runner(race="fun")))
    entry = await Entry.get(race__event=event).prefetch_related("person")
    assert entry.person
    browser = await sign_in(site.browser, entry.person)
    for slug in (event.fund.slug, "no-such-event"):
        assert (await browser.get(f"/organiser/events/{slug}/entries")).status_code == 403
        assert (await site.browser.get(f"/organiser/events/{slug}/entries")).status_code == 303
        assert (await browser.post(f"/organiser/events/{slug}/entries/{entry.id}/withdraw")).status_code == 403
    assert (await Entry.get(id=entry.id)).state is EntryState.PLACED
