"""What a harsh reader found, each so that it does not come back."""

from datetime import UTC, datetime, timedelta

import pytest

from fundraising.funds.models import Fund
from fundraising.mail.models import Letter
from fundraising.people.models import Person
from teams.entries.changing import NotHeld
from teams.entries.models import Entry, EntryState
from teams.roster import coming, inviting
from teams.roster.models import Seat, Team, TeamFact
from teams.roster.starting import tidy_unopened
from tests.conftest import Site
from tests.makers import make_person, sign_in
from tests.teams.entries.making import make_open_event, race_of
from tests.teams.entries.test_entering import pay
from tests.teams.roster.making import add_crew, found, join, make_crew
from tests.teams.roster.test_seats import buy


async def test_an_invitation_tells_nobody_the_address_it_was_sent_to(site: Site) -> None:
    """Not even in the form: links are passed on, and the captain has this one."""
    crew = await make_crew(site)
    link = await crew.invite(email="secret@example.org")
    for browser in (site.browser, crew.browser):
        for path in (link, f"{link}/form"):
            assert "secret@" not in (await browser.get(path)).text


async def test_at_the_desk_of_an_ended_team_nothing_is_done(site: Site) -> None:
    """Neither seats nor links nor opening it again."""
    crew = await make_crew(site)
    await crew.post("/dissolve", sure="on")
    for path in ("", "/settings"):
        assert (await crew.browser.get(f"{crew.desk}{path}")).status_code == 409
    for path in ("/seats", "/link", "/publish", "/settings", "/merge", "/dissolve"):
        assert (await crew.post(path, count="1", limit="2", sure="on")).status_code == 409, path
    assert (await buy(crew)).status_code == 409
    assert (await race_of(crew.event, "team")).taken == 0


async def test_a_childs_name_is_in_no_history(site: Site) -> None:
    """Neither before a parent has agreed nor after."""
    crew = await make_crew(site)
    year = str(datetime.now(UTC).year - 12)
    link = await crew.invite()
    await pay(
        site,
        await join(
            site,
            link,
            **{
                "first_name-1": "Mabelina",
                "born_year-1": year,
                "guardian_name-1": "Pat Example",
                "guardian_email-1": "pat@example.org",
            },
        ),
    )
    assert await Entry.filter(race__event=crew.event, state=EntryState.PLACED).count() == 1
    assert (await TeamFact.get(team=crew.team, kind="joined")).name == ""
    history = (await site.browser.get(f"/teams/{crew.team.fund.slug}/history")).text
    assert "Mabelina" not in history


async def test_who_asks_by_the_general_link_is_told_so_and_the_captain_too(site: Site) -> None:
    """One letter a day, however many ask; a no frees no turn for the next."""
    crew = await make_crew(site)
    await crew.post("/link", limit="2")
    link = "/join/" + (await crew.browser.get(crew.desk)).text.partition("/join/")[2][:43]
    for name in ("Pat", "Quin"):
        answer = await site.browser.post(f"{link}/ask", data={"name": name, "email": f"{name}@example.org"})
        shown = await site.browser.get(answer.headers["location"])
        assert (shown.status_code, "The captain is asked" in shown.text) == (200, True)
    assert await Letter.filter(template="join_asked").count() == 1
    request = await crew.team.requests.all().first()
    await crew.post(f"/requests/{request.id}", no="1")
    assert (await site.browser.get(link)).status_code == 410


async def test_a_co_captain_who_leaves_leads_no_more(site: Site) -> None:
    """Nor one who withdraws."""
    crew = await make_crew(site)
    await pay(site, await join(site, await crew.invite()))
    entry = await Entry.get(race__event=crew.event)
    await Team.filter(id=crew.team.id).update(co_captain_id=entry.person_id)
    browser = await sign_in(site.browser, await Person.get(id=entry.person_id))
    assert (await browser.get(crew.desk)).status_code == 200
    await browser.post(f"/teams/{crew.team.fund.slug}/leave/{entry.id}", data={"sure": "on"})
    assert (await browser.get(crew.desk)).status_code == 403


async def test_names_and_notes_with_a_host_are_refused(site: Site) -> None:
    """Mail programs make links of them by themselves."""
    crew = await make_crew(site)
    seat = await Seat.filter(team=crew.team).first()
    assert seat is not None
    for typed in ({"name": "Dear customer.Visit win-iphone.com"}, {"name": "Fran", "note": "Go to win-iphone.com"}):
        assert (await crew.post(f"/seats/{seat.id}/invite", **typed)).status_code == 422
    browser = await sign_in(site.browser, await make_person("spam@example.org"))
    assert (await found(browser, crew.event, name="win-iphone.com prize")).status_code == 422
    assert (await crew.post(f"/seats/{seat.id}/invite", name="J.R. De Vries", note="At 10.30 then.")).status_code == 303


async def test_whoever_wants_no_invitations_ends_them_with_one_click(site: Site) -> None:
    """The captain does not learn of it."""
    crew = await make_crew(site)
    await crew.invite(email="never@example.org")
    letter = await Letter.get(template="invitation")
    assert letter.series == "invitations"


async def test_a_name_that_reads_the_same_is_taken(site: Site) -> None:
    """However it is punctuated."""
    crew = await make_crew(site, name="Tail End Harriers")
    browser = await sign_in(site.browser, await make_person("look@example.org"))
    for name in ("Tail-End Harriers.", "TAIL END  HARRIERS", "Tåil End Harriers"):
        assert (await found(browser, crew.event, name=name)).status_code == 422, name


async def test_what_a_stranger_founded_and_nobody_opened_gives_its_name_back(site: Site) -> None:
    """After a week."""
    event = await make_open_event()
    given = {"captain_name": "X", "captain_email": "victim@example.org"}
    await found(site.browser, event, name="Squatted", **given)
    await tidy_unopened()
    assert await Team.filter(ended_at=None).count() == 1
    await Team.all().update(founded_at=datetime.now(UTC) - timedelta(days=8))
    await tidy_unopened()
    assert await Team.filter(ended_at=None).count() == 0
    assert (await Fund.get(kind="team")).slug.startswith("never-opened")
    browser = await sign_in(site.browser, await make_person("real@example.org"))
    assert (await found(browser, event, name="Squatted")).status_code == 303


async def test_a_move_from_a_stale_tab_moves_nothing_twice(site: Site) -> None:
    """Two tabs, two invitations: the second says that something has changed."""
    crew = await make_crew(site)
    await pay(site, await join(site, await crew.invite()))
    entry = await Entry.get(race__event=crew.event).prefetch_related("race", "team", "fund", "party")
    other, third = await add_crew(site, crew.event), await add_crew(site, crew.event)
    browser = await sign_in(site.browser, await Person.get(id=entry.person_id))
    first, second = await other.invite(), await third.invite()
    assert (await browser.post(f"{first}/move/{entry.id}")).status_code == 303
    invitation = await inviting.find(second.removeprefix("/join/"))
    with pytest.raises(NotHeld):
        await coming.come(site.house.settings, site.house.doors.stripe, entry, invitation, invitation.id)
    assert (await Entry.get(id=entry.id)).team_id == other.team.fund_id
