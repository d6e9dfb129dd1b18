"""Who leads a team: handed over knowingly, to grown-up members only, and nobody unheard of."""

import asyncio

import httpx

from fundraising.mail.models import Letter
from fundraising.people.models import Person
from teams.entries.models import Entry
from teams.roster.models import Team, TeamFact
from tests.conftest import Site
from tests.looking import words_of
from tests.makers import sign_in
from tests.teams.roster.making import Crew, make_crew, make_member, seat_of


async def leads(crew: Crew) -> tuple[int | None, int | None]:
    """Ids of captain and co-captain."""
    team = await Team.get(id=crew.team.id)
    return team.captain_id, team.co_captain_id


async def hand_over(crew: Crew, entry: Entry, **typed: str) -> httpx.Response:
    """The captain's form, sent."""
    return await crew.post("/captains/hand-over", **({"seat": str((await seat_of(entry)).id), "sure": "on"} | typed))


async def told(crew: Crew) -> set[tuple[str, str]]:
    """Who had which letter about leading."""
    letters = await Letter.filter(template__contains="captain_").values_list("recipient", "template")
    return {(str(recipient), str(template)) for recipient, template in letters}


async def test_a_captain_hands_the_team_to_a_member_and_stays_as_co_captain(site: Site) -> None:
    """Both are told; the history and the page name the new one; nobody is an organiser by it."""
    crew = await make_crew(site)
    fran = await make_member(crew, "fran@example.org", **{"last_name-1": "Friendly"})
    answer = await hand_over(crew, fran)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{crew.desk}?said=handed")
    assert await leads(crew) == (fran.person_id, crew.captain.id)
    assert await told(crew) == {("fran@example.org", "captain_yours"), (crew.captain.email, "captain_handed")}
    facts = await TeamFact.filter(team=crew.team, kind__in=("captain", "co_captain")).order_by("id")
    assert [(fact.kind, fact.name) for fact in facts] == [("captain", "Fran Friendly"), ("co_captain", "Ada")]
    await site.work()
    sent = "".join(path.read_text() for path in site.house.doors.office.kept())
    assert "Ada has handed" in sent
    assert "handed" in sent
    page = words_of((await site.browser.get(f"/teams/{crew.team.fund.slug}")).text)
    assert "Captain: Fran Friendly" in page
    assert "Co-captain: Ada" in page
    assert await Person.filter(is_organiser=True).count() == 0
    theirs = await sign_in(site.browser, fran.person)
    assert (await theirs.get(f"{crew.desk}/captains")).status_code == 200
    assert (await hand_over(crew, fran)).status_code == 403


async def test_nothing_is_handed_over_without_a_tick_or_to_nobody(site: Site) -> None:
    """The form says what it means."""
    crew = await make_crew(site)
    fran = await make_member(crew)
    without = await crew.post("/captains/hand-over", seat=str((await seat_of(fran)).id))
    assert (without.status_code, "only they can give it back" in words_of(without.text)) == (422, True)
    for seat in ("", "0", "-1", "999999999", "x", "9" * 30):
        assert (await hand_over(crew, fran, seat=seat)).status_code == 422, seat
    assert await leads(crew) == (crew.captain.id, None)


async def test_a_child_never_leads_nor_does_who_has_not_joined_or_sits_elsewhere(site: Site) -> None:
    """They are not in the list, and sent all the same they are refused."""
    crew, other = await make_crew(site), await make_crew(site)
    child = await make_member(crew)
    await Entry.filter(id=child.id).update(guardian_name="Pat Parent")
    elsewhere = await make_member(other)
    shown = words_of((await crew.browser.get(f"{crew.desk}/captains")).text)
    assert "As soon as a member of age has joined" in shown
    for entry in (child, elsewhere):
        assert (await hand_over(crew, entry)).status_code == 422
        seat = str((await seat_of(entry)).id)
        assert (await crew.post("/captains/co-captain", second=seat)).status_code == 422
    assert await leads(crew) == (crew.captain.id, None)


async def test_who_looks_after_a_friends_place_stands_in_the_list_once(site: Site) -> None:
    """By the name of the first of their places; no address is shown."""
    crew = await make_crew(site)
    fran = await make_member(crew, "fran@example.org", **{"last_name-1": "Friendly"})
    bo = await make_member(crew, "bo@example.org", **{"first_name-1": "Bo", "last_name-1": "Second"})
    await Entry.filter(id=bo.id).update(person_id=fran.person_id)
    source = (await crew.browser.get(f"{crew.desk}/captains")).text
    assert source.count(">Fran Friendly</option>") == 2  # of co-captain and of captain
    assert ("Bo Second" in source, "@example.org" in source) == (False, False)


async def test_a_co_captain_is_named_replaced_and_removed(site: Site) -> None:
    """Each time whom it is about is told, and the captain."""
    crew = await make_crew(site)
    fran, bo = await make_member(crew, "fran@example.org"), await make_member(crew, "bo@example.org")
    for entry in (fran, bo):
        seat = str((await seat_of(entry)).id)
        assert (await crew.post("/captains/co-captain", second=seat)).status_code == 303
        assert await leads(crew) == (crew.captain.id, entry.person_id)
    assert ("fran@example.org", "co_captain_over") in await told(crew)
    assert ("bo@example.org", "co_captain_yours") in await told(crew)
    for _ in range(2):
        assert (await crew.post("/captains/co-captain/remove")).status_code == 303
    assert await leads(crew) == (crew.captain.id, None)
    assert await Letter.filter(template="co_captain_over", recipient="bo@example.org").count() == 1
    assert await Letter.filter(template="co_captain_named", recipient=crew.captain.email).count() == 2


async def test_who_hands_over_beside_a_co_captain_is_a_member_again(site: Site) -> None:
    """The co-captain stays; chosen as captain, they change places."""
    crew = await make_crew(site)
    fran, bo = await make_member(crew), await make_member(crew)
    await Team.filter(id=crew.team.id).update(co_captain_id=fran.person_id)
    assert (await hand_over(crew, fran)).status_code == 303
    assert await leads(crew) == (fran.person_id, crew.captain.id)
    await Team.filter(id=crew.team.id).update(captain_id=crew.captain.id, co_captain_id=fran.person_id)
    answer = await hand_over(crew, bo)
    assert answer.headers["location"] == "/account"
    assert await leads(crew) == (bo.person_id, fran.person_id)
    assert (await crew.browser.get(crew.desk)).status_code == 403


async def test_a_co_captain_steps_down_and_a_captain_does_not(site: Site) -> None:
    """A team needs one."""
    crew = await make_crew(site)
    fran = await make_member(crew)
    await Team.filter(id=crew.team.id).update(co_captain_id=fran.person_id)
    theirs = await sign_in(site.browser, fran.person)
    assert (await theirs.post(f"{crew.desk}/captains/step-down")).headers["location"] == "/account"
    assert await leads(crew) == (crew.captain.id, None)
    assert (await theirs.get(crew.desk)).status_code == 403
    assert await Letter.filter(template="co_captain_over").count() == 2
    refused = await crew.post("/captains/step-down")
    assert (refused.status_code, "A team needs a captain" in refused.text) == (409, True)
    assert await leads(crew) == (crew.captain.id, None)


async def test_of_two_at_once_one_hands_over(committed_site: Site) -> None:
    """To two members in two windows: the second is told, and the team has one captain."""
    crew = await make_crew(committed_site)
    fran, bo = await make_member(crew), await make_member(crew)
    answers = await asyncio.gather(hand_over(crew, fran), hand_over(crew, bo))
    assert sorted(answer.status_code for answer in answers) == [303, 403]
    captain, second = await leads(crew)
    assert captain in (fran.person_id, bo.person_id)
    assert second == crew.captain.id
    assert await TeamFact.filter(team=crew.team, kind="captain").count() == 1
