"""Founding a team: signed in, by letter, before or after one's own entry; and names that are nobody else's."""

import pytest

from fundraising.funds.models import Fund
from fundraising.mail.models import Letter
from fundraising.people.models import Person
from teams.entries.models import Entry
from teams.roster.models import Seat, Team, TeamFact
from tests.conftest import Site
from tests.looking import words_of
from tests.makers import make_person, sign_in, tag
from tests.teams.entries.making import charity_with_account, entry_form, make_open_event, runner
from tests.teams.entries.test_entering import pay
from tests.teams.roster.making import add_crew, found, make_crew


async def test_who_is_signed_in_leads_the_team_at_once(site: Site) -> None:
    """With the least number of seats open, and a public page."""
    crew = await make_crew(site, name="The Reverse Gears")
    assert crew.team.fund.slug == "the-reverse-gears"
    assert await crew.seats() == ["empty"] * 4
    assert (await site.browser.get("/teams/the-reverse-gears")).status_code == 200
    assert (await crew.browser.get(crew.desk)).status_code == 200
    assert await TeamFact.filter(team=crew.team).values_list("kind", flat=True) == ["founded"]


async def test_who_is_not_signed_in_gets_a_letter_and_opens_it_to_the_public(site: Site) -> None:
    """Nothing is public before somebody has shown that the address is theirs."""
    event = await make_open_event()
    answer = await found(
        site.browser, event, name="Night Backs", captain_name="Cap Tain", captain_email="cap@example.org"
    )
    assert answer.headers["location"] == "/teams/founded"
    assert (await site.browser.get("/teams/night-backs")).status_code == 404
    assert (await site.browser.get("/teams/night-backs/total.json")).status_code == 404
    assert await Letter.filter(recipient="cap@example.org", template="sign_in").count() == 1
    browser = await sign_in(site.browser, await Person.get(email="cap@example.org"))
    desk = await browser.get("/teams/night-backs/desk")
    assert "Only you can see your team" in words_of(desk.text)
    await browser.post("/teams/night-backs/desk/publish")
    assert (await site.browser.get("/teams/night-backs")).status_code == 200


async def test_a_place_in_the_race_comes_along(site: Site) -> None:
    """Who entered first sits in the team that they found afterwards."""
    event = await make_open_event()
    person = await make_person("early@example.org")
    charity = await charity_with_account()
    typed = entry_form(runner(race="mile", charity=charity.slug, wants_page="on"), payer_email="early@example.org")
    await pay(site, await site.browser.post(f"/events/{event.fund.slug}/enter", data=typed))
    await found(await sign_in(site.browser, person), event, name="Early Backs", race="mile")
    team = await Team.get(fund__slug="early-backs")
    entry = await Entry.get(person=person).prefetch_related("fund")
    assert entry.team_id == team.fund_id
    assert entry.fund is not None
    assert entry.fund.team_id == team.fund_id
    assert sorted([str(seat.state) for seat in await Seat.filter(team=team)]) == ["empty"] * 3 + ["joined"]


async def test_sent_twice_it_is_one_team(site: Site) -> None:
    """A double click, and the back button."""
    event = await make_open_event()
    browser = await sign_in(site.browser, await make_person("twice@example.org"))
    first = await found(browser, event, name="Only Once")
    second = await found(browser, event, name="Only Once")
    assert first.headers["location"] == second.headers["location"]
    assert await Team.filter(race__event=event).count() == 1


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "give the team a name"),
        ("admin", "belongs to somebody else"),
        ("Organiser", "belongs to somebody else"),
        ("Аdmin", "several alphabets"),
        ("Founded", "belongs to somebody else"),  # an address of the house
        ("🏃 →", "name with letters"),
        ("Тest Team", "several alphabets"),
        ("www.bad.example", "no web address"),
        ("x" * 61, "at most 60"),
    ],
)
async def test_a_name_that_pretends_is_refused(site: Site, name: str, sentence: str) -> None:
    """Nothing is founded."""
    event = await make_open_event()
    browser = await sign_in(site.browser, await make_person("pretender@example.org"))
    answer = await found(browser, event, name=name)
    assert answer.status_code == 422
    assert sentence in words_of(answer.text)
    assert await Team.all().count() == 0


async def test_nobody_takes_the_name_of_a_charity_or_of_another_team(site: Site) -> None:
    """However it is written; another alphabet has an address of its own."""
    crew = await make_crew(site, name="The Reverse Gears")
    charity = await Fund.get(id=crew.charity.id)
    for name in (charity.name, charity.name.upper(), "THE REVERSE GEARS", "The Reverse Gear5"):
        browser = await sign_in(site.browser, await make_person(f"other-{tag()}@example.org"))
        answer = await found(browser, crew.event, name=name)
        assert answer.status_code == 422, name
    other = await add_crew(site, crew.event, name="Задом Наперёд")
    assert other.team.fund.slug == "team"


@pytest.mark.parametrize(("typed", "status"), [("£1,000", 303), ("", 303), ("9", 422), ("1e3", 422), ("-5", 422)])
async def test_a_target_is_understood_or_refused(site: Site, typed: str, status: int) -> None:
    """As people type it."""
    event = await make_open_event()
    browser = await sign_in(site.browser, await make_person("target@example.org"))
    assert (await found(browser, event, name="On Target", target=typed)).status_code == status
    if typed == "£1,000":
        assert (await Team.get().prefetch_related("fund")).fund.target_pence == 100_000


async def test_a_team_that_is_entered_with_its_runners_pretends_to_be_nobody_either(site: Site) -> None:
    """The form of entries names it too."""
    crew = await make_crew(site, name="The Reverse Gears")
    for name in ("the reverse gears", "Admin", "Rеverse"):  # the last with a Cyrillic letter
        typed = entry_form(runner(race="team"), team_name=name)
        answer = await site.browser.post(f"/events/{crew.event.fund.slug}/enter", data=typed)
        assert answer.status_code == 422, name
        assert 'id="team_name-error"' in answer.text
    assert await Entry.all().count() == 0


async def test_a_team_that_is_paid_for_is_founded_though_its_name_was_taken_meanwhile(site: Site) -> None:
    """Two pay at the same time for teams of one name: the later one gets a number after it."""
    event = await make_open_event()
    held = [
        await site.browser.post(
            f"/events/{event.fund.slug}/enter",
            data=entry_form(runner(race="team"), team_name="Night Backs", payer_email=f"{who}@example.org"),
        )
        for who in ("one", "two")
    ]
    for answer in held:
        await pay(site, answer)
    assert await Fund.filter(kind="team").order_by("id").values_list("name", flat=True) == [
        "Night Backs",
        "Night Backs 2",
    ]
