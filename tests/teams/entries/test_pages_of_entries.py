"""What the pages of entering say, and what they keep to themselves."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from fundraising.payments.models import Payment, PaymentState
from teams.entries.forms import LEADS_AWAY
from teams.entries.models import Entry, EntryState, Party, Waiting, WaitingState
from teams.entries.waiting import look_after_offers
from teams.events.models import Event, Race, Stage
from tests.conftest import Site
from tests.looking import words_of
from tests.makers import make_person, sign_in
from tests.teams.entries.making import entry_form, make_open_event, race_of, runner
from tests.teams.entries.test_entering import pay, send
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
    await Race.filter(id=race.id).update(capacity=0)
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


async def browser_of(site: Site, entry: Entry) -> httpx.AsyncClient:
    """The browser of who looks after an entry."""
    await entry.fetch_related("person", "party")
    assert entry.person
    return await sign_in(site.browser, entry.person)


async def test_the_page_of_my_entry_does_not_lead_to_the_whole_party(site: Site) -> None:
    """Its calendar names me alone, and nobody else gets it."""
    event = await make_open_event()
    typed = entry_form(runner(race="fun"), runner(2, "fun", first_name="Kit", email="kit@example.org"))
    await send(site, event, typed)
    kit = await Entry.get(first_name="Kit")
    browser = await browser_of(site, kit)
    shown = await browser.get(f"/account/entries/{kit.id}")
    assert kit.party.token not in shown.text
    assert kit.party.token not in (await browser.get("/account")).text
    path = f"/account/entries/{kit.id}/calendar.ics"
    assert path in shown.text
    calendar = await browser.get(path)
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert "Kit" in calendar.text
    assert "Zoë" not in calendar.text
    zoe = await browser_of(site, await Entry.get(first_name="Zoë"))
    assert (await zoe.get(path)).status_code == 404


async def test_a_cancelled_event_is_said_to_be_so(site: Site) -> None:
    """On the account, on the page of the entry and on that of the party; nobody is sent to it, by no calendar either."""
    event = await make_open_event(notice="The park is flooded.")
    await pay(site, await send(site, event, entry_form()))
    await Event.filter(id=event.id).update(stage=Stage.CANCELLED)
    entry = await Entry.get(race__event=event)
    browser = await browser_of(site, entry)
    own, party = f"/account/entries/{entry.id}", f"/entries/{entry.party.token}"
    for path in ("/account", own, party):
        shown = await browser.get(path)
        words = words_of(shown.text)
        assert "ancelled" in words, path
        assert "The park is flooded." in words, path
        assert "See you on" not in words, path
        assert "before race day" not in words, path
        assert "calendar.ics" not in shown.text, path
    words = words_of((await browser.get(own)).text)
    assert "£13 comes back." in words
    assert "Offer my place" not in words
    assert "Run next time" not in words
    assert (await browser.get(f"{own}/calendar.ics")).status_code == 404
    assert (await browser.get(f"{party}/calendar.ics")).status_code == 404


async def test_nobody_pays_any_more_for_what_is_cancelled(site: Site) -> None:
    """What is held can be given back."""
    event = await make_open_event()
    await send(site, event, entry_form())
    await Event.filter(id=event.id).update(stage=Stage.CANCELLED)
    party = await Party.get(event=event)
    for query in ("", "?back=1"):
        words = words_of((await site.browser.get(f"/entries/{party.token}{query}")).text)
        assert "is cancelled" in words
        assert "Pay" not in words.split("is cancelled")[1].split("please keep it")[0]
        assert "Give it back" in words


async def test_the_page_of_a_party_goes_by_its_payment(site: Site) -> None:
    """Open: pay, or give back, and we look; with the bank: nothing to do, on the account neither."""
    event = await make_open_event()
    await send(site, event, entry_form())
    party = await Party.get(event=event).prefetch_related("person")
    assert party.person
    browser = await sign_in(site.browser, party.person)
    words = words_of((await site.browser.get(f"/entries/{party.token}")).text)
    assert "Held for you" in words
    assert "If you have just paid: we are asking Stripe" in words
    assert "Not paid yet? Pay, or give it back" in words
    assert "Pay, or give it back" in words_of((await browser.get("/account")).text)
    await Payment.filter(id=party.payment_id).update(state=PaymentState.PROCESSING)
    await Party.filter(id=party.id).update(held_until=datetime.now(UTC) - timedelta(minutes=1))
    for path in (f"/entries/{party.token}", f"/entries/{party.token}?back=1", "/account"):
        shown = await browser.get(path)
        assert "ank" in words_of(shown.text)
        assert "ive it back" not in words_of(shown.text), path
        assert "let-go" not in shown.text


async def test_who_pays_for_others_sees_them(site: Site) -> None:
    """By first name, race and state, with the way to the page of all; who runs sees the team."""
    event, payer = await make_open_event(), await make_person("payer@example.org")
    friend = runner(1, "team", email="kit@example.org", first_name="Kit")
    await pay(site, await send(site, event, entry_form(friend, payer_email=payer.email or "", team_name="Reversers")))
    kit = await Entry.get(race__event=event).prefetch_related("party", "team")
    shown = await (await sign_in(site.browser, payer)).get("/account")
    words = words_of(shown.text)
    assert "Entered by me" in words
    assert "Kit, The Team" in words
    assert kit.last_name not in words
    assert "No place yet" not in words
    assert f'href="/entries/{kit.party.token}"' in shown.text
    own = await (await browser_of(site, kit)).get("/account")
    assert "Entered by me" not in words_of(own.text)
    assert "My team: Reversers" in words_of(own.text)
    assert f'href="/teams/{kit.team.slug}"' in own.text


async def test_numbers_that_run_out_are_told(site: Site) -> None:
    """How many were given, and how many are left without."""
    event = await make_open_event()
    organiser = await sign_in(site.browser, await make_person(is_organiser=True))
    await send(site, event, entry_form(*(runner(n, "fun") for n in range(1, 6))))
    child = runner(born_year="2013", race="fun", guardian_name="Pat", guardian_email="pat@example.org")
    await send(site, event, entry_form(child))
    race = await race_of(event, "fun")
    await Race.filter(id=race.id).update(numbers_from=1, numbers_to=3)
    at = f"/organiser/events/{event.fund.slug}/entries"
    answer = await organiser.post(f"{at}/numbers", data={"race": str(race.id)})
    words = words_of((await organiser.get(answer.headers["location"])).text)
    assert "3 numbers given, and a letter to each; 2 runners are left without: the range ends at 3." in words
    again = await organiser.post(f"{at}/numbers", data={"race": str(race.id)})
    assert "0 numbers given; 2 runners are left without" in words_of(
        (await organiser.get(again.headers["location"])).text
    )
    await Race.filter(id=race.id).update(numbers_to=9)
    rest = await organiser.post(f"{at}/numbers", data={"race": str(race.id)})
    assert "left without" not in words_of((await organiser.get(rest.headers["location"])).text)
    assert await Entry.filter(race=race, number=None, state=EntryState.PLACED).count() == 1


async def test_nothing_is_given_up_by_one_press(site: Site) -> None:
    """Neither withdrawn nor carried over; where there is no fee none is spoken of."""
    event = await make_open_event()
    await send(site, event, entry_form(runner(race="fun")))
    entry = await Entry.get(race__event=event)
    browser = await browser_of(site, entry)
    shown = await browser.get(f"/account/entries/{entry.id}")
    assert "<summary>Run next time</summary>" in shown.text
    assert "A guide comes along" in words_of(shown.text)
    assert "The fee of" not in words_of((await browser.get(f"/entries/{entry.party.token}")).text)
