"""What the pages of entering say, and what they keep to themselves."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from teams.entries.forms import LEADS_AWAY
from teams.entries.models import Entry, Waiting, WaitingState
from teams.entries.waiting import look_after_offers
from tests.conftest import Site
from tests.looking import words_of
from tests.teams.entries.making import entry_form, make_open_event, race_of, runner
from tests.teams.entries.test_entering import send
from tests.teams.entries.test_waiting import free_one, full_event, wait

NAMES = ("first_name-1", "last_name-1", "emergency_name-1", "guardian_name-1", "payer_name", "team_name")


@pytest.mark.parametrize("field", NAMES)
@pytest.mark.parametrize("typed", ["http://bad.example", "WWW.bad.example", "bad.example/win", "ada@bad.example"])
async def test_a_name_leads_nowhere(site: Site, field: str, typed: str) -> None:
    """Letters go to strangers with it."""
    event = await make_open_event()
    answer = await send(site, event, entry_form() | {field: typed})
    assert answer.status_code == 422
    assert f'id="{field}-error">A name has no web address in it' in answer.text
    assert await Entry.all().count() == 0


async def test_nobody_waits_under_the_name_of_an_address(site: Site) -> None:
    """A sentence stands beside the field."""
    event = await full_event(site)
    typed = {"name": "www.bad.example", "email": "ada@example.org", "race": "fun"}
    answer = await site.browser.post(f"/events/{event.fund.slug}/waiting-list", data=typed)
    assert answer.status_code == 422
    assert 'id="name-error"' in answer.text
    assert await Waiting.all().count() == 0


@pytest.mark.parametrize("name", ["Zoë", "O’Neill-Ångström", "D. J. Wood Jr.", "李小龍", "The Reverse Gears & Co."])
def test_names_of_people_and_teams_are_names(name: str) -> None:
    """However they are written."""
    assert not LEADS_AWAY.search(name)


async def test_only_a_living_offer_keeps_a_place(site: Site) -> None:
    """Nonsense, somebody else's event and an offer that is over open nothing, before and after an error."""
    event, other = await full_event(site), await make_open_event()
    form = f"/events/{event.fund.slug}/enter"
    await wait(site, event, "ada")
    ada = await Waiting.get(name="ada")
    for path in (
        f"{form}?offer=nonsense",
        f"{form}?offer=%00",
        f"{form}?offer={'x' * 43}",
        f"{form}?offer={ada.token}",
    ):
        shown = await site.browser.get(path)
        assert shown.status_code == 200
        assert "is kept for you" not in words_of(shown.text), path
        assert is_disabled(shown.text, "fun"), path
    await free_one(event)
    await look_after_offers()
    shown = await site.browser.get(f"{form}?offer={ada.token}")
    assert "A place is kept for you in The Fun" in words_of(shown.text)
    assert not is_disabled(shown.text, "fun")
    elsewhere = await site.browser.get(f"/events/{other.fund.slug}/enter?offer={ada.token}")
    assert "is kept for you" not in words_of(elsewhere.text)
    wrong = entry_form(runner(race="fun", first_name=""), offer=ada.token)
    assert "is kept for you" in words_of((await send(site, event, wrong)).text)
    await Waiting.filter(id=ada.id).update(offered_until=datetime.now(UTC) - timedelta(seconds=1))
    assert "is kept for you" not in words_of((await send(site, event, wrong)).text)


async def test_who_mends_the_form_still_has_the_offered_place(site: Site) -> None:
    """The offer is taken by this very form, which holds the place."""
    event = await make_open_event(capacity=1)
    race = await race_of(event)
    token = "t" * 43
    until = datetime.now(UTC) + timedelta(hours=5)
    await Waiting.create(
        race=race, state=WaitingState.OFFERED, name="Ada", email="ada@example.org", token=token, offered_until=until
    )
    typed = entry_form(offer=token)
    assert (await send(site, event, typed)).status_code == 303
    again = await send(site, event, typed | {"first_name-1": ""})
    assert "is kept for you" in words_of(again.text)
    assert not is_disabled(again.text, "mile")
    stranger = await send(site, event, entry_form(runner(first_name=""), offer=token))
    assert "is kept for you" not in words_of(stranger.text)


def is_disabled(html: str, race: str) -> bool:
    """Whether a race cannot be chosen in the form."""
    found = re.search(rf'<input type="radio"[^>]* value="{race}"[^>]*>', html)
    return found is None or " disabled" in found[0]


async def test_the_summary_says_whose_field_it_is(site: Site) -> None:
    """With several runners; each race's link leads to one that can be chosen."""
    event = await full_event(site)
    race = await race_of(event)
    await type(race).filter(id=race.id).update(capacity=0)
    two = await send(site, event, entry_form(runner(race="fun"), runner(2, "", first_name="")))
    assert '<a href="#first_name-2">Runner 2: Please enter the first name.</a>' in two.text
    assert 'id="first_name-2-error">Please enter the first name.' in two.text
    assert re.search(r'<input type="radio" id="race-2" name="race-2" value="team">', two.text)
    one = await send(site, event, entry_form(runner(first_name="")))
    assert "Runner 1" not in words_of(one.text)


async def test_nobody_is_entered_twice_in_one_form(site: Site) -> None:
    """Not in the same race; in another one they may run too."""
    event = await make_open_event()
    twins = [runner(n, "fun", first_name=name, last_name="Wood") for n, name in ((1, "Zoë"), (2, "zoë"))]
    answer = await send(site, event, entry_form(*twins))
    assert answer.status_code == 422
    assert 'id="first_name-2-error">This runner is in this form already' in answer.text
    twins[1]["race-2"] = "team"
    assert (await send(site, event, entry_form(*twins, team_name="Twins"))).status_code == 303


async def test_the_reader_goes_on_at_the_runner_who_was_added(site: Site) -> None:
    """And nowhere else when nobody was."""
    event = await make_open_event()
    more = await send(site, event, entry_form() | {"add": "1"})
    assert re.search(r'tabindex="-1" data-focus>\s*<legend>Runner 2<', more.text)
    fewer = await send(site, event, entry_form() | {"runners": "2", "fewer": "1"})
    assert "data-focus" not in fewer.text


async def test_the_form_says_how_many_a_team_has_and_no_fee_where_there_is_none(site: Site) -> None:
    """In the words of the organiser's numbers."""
    event = await make_open_event()
    words = words_of((await site.browser.get(f"/events/{event.fund.slug}/enter")).text)
    team = await race_of(event, "team")
    assert f"A team has {team.least_in_team} to {team.most_in_team}. Enter all of you now, or the captain" in words
    assert "It is an entry fee" in words
    free = await make_open_event(pence=0)
    assert "entry fee" not in words_of((await site.browser.get(f"/events/{free.fund.slug}/enter")).text)
