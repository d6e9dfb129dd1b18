"""Who is erased leaves no name in a team: it passes on, invitations and requests forget, the history says nobody."""

from datetime import UTC, datetime

import pytest

from fundraising.mail.models import Letter
from fundraising.people import records
from fundraising.people.records import NotYet
from fundraising.rooms import make_records
from fundraising.settings import Settings
from teams.entries.models import Entry
from teams.roster.models import Invitation, JoinRequest, Seat, SeatOrder, Team, TeamFact
from tests.conftest import Site
from tests.looking import words_of
from tests.makers import make_person, sign_in
from tests.teams.roster.making import Crew, make_crew, make_member, seat_of

FRAN = "fran@example.org"


async def erase(settings: Settings, email: str) -> records.Kept:
    """Forget an address."""
    return await records.erase(make_records(settings), email)


async def history(crew: Crew) -> list[tuple[str, str]]:
    """What the team's history tells, and of whom."""
    return [(str(fact.kind), fact.name) for fact in await TeamFact.filter(team=crew.team).order_by("id")]


async def test_a_team_passes_to_its_co_captain(site: Site, settings: Settings) -> None:
    """Who is told; the page does not name the captain before any more, at once."""
    crew = await make_crew(site)
    fran = await make_member(crew, FRAN, **{"last_name-1": "Friendly"})
    await Team.filter(id=crew.team.id).update(co_captain_id=fran.person_id)
    path = f"/teams/{crew.team.fund.slug}"
    assert "Captain: Ada" in words_of((await site.browser.get(path)).text)
    asked = words_of((await crew.browser.get("/account/data/erase")).text)
    assert f"The co-captain of {crew.team.fund.name} is its captain from then on." in asked
    kept = await erase(settings, crew.captain.email or "")
    assert f"{crew.team.fund.name} is led by its co-captain now." in kept.sentences
    assert crew.team.fund_id in kept.shown_on
    team = await Team.get(id=crew.team.id)
    assert (team.captain_id, team.co_captain_id) == (fran.person_id, None)
    assert await Letter.filter(template="captain_yours", recipient=FRAN).count() == 1
    assert ("captain", "Fran Friendly") in await history(crew)
    site.house.pages.cache.forget(kept.shown_on)
    assert "Captain: Fran Friendly" in words_of((await site.browser.get(path)).text)


async def test_without_a_co_captain_nobody_leads_it(site: Site, settings: Settings) -> None:
    """Which is said before; its members run all the same."""
    crew = await make_crew(site)
    fran = await make_member(crew, FRAN)
    asked = words_of((await crew.browser.get("/account/data/erase")).text)
    assert "has no captain any more. Hand it over to a member first" in asked
    await erase(settings, crew.captain.email or "")
    assert (await Team.get(id=crew.team.id)).captain_id is None
    assert (await Entry.get(id=fran.id)).state == "placed"
    assert (await site.browser.get(f"/teams/{crew.team.fund.slug}")).status_code == 200


async def test_a_co_captain_who_is_erased_leaves_the_captain_alone(site: Site, settings: Settings) -> None:
    """Nothing passes on."""
    crew = await make_crew(site)
    fran = await make_member(crew, FRAN)
    await Team.filter(id=crew.team.id).update(co_captain_id=fran.person_id)
    await erase(settings, FRAN)
    team = await Team.get(id=crew.team.id)
    assert (team.captain_id, team.co_captain_id) == (crew.captain.id, None)


async def test_the_history_names_nobody_who_is_erased_and_others_as_before(site: Site, settings: Settings) -> None:
    """Neither that they came nor that they went, which erasing itself has told."""
    crew = await make_crew(site)
    await make_member(crew, FRAN, **{"last_name-1": "Friendly"})
    await make_member(crew, "bo@example.org", **{"first_name-1": "Bo", "last_name-1": "Other"})
    await TeamFact.create(team=crew.team, kind="co_captain", name="Fran")
    other = await make_crew(site)
    await TeamFact.create(team=other.team, kind="joined", name="Fran Friendly")
    document = await records.export(make_records(settings), FRAN)
    told = [(row["kind"], row["name"]) for row in document["tables"]["team_history"]]
    assert told == [("joined", "Fran Friendly"), ("co_captain", "Fran")]
    await erase(settings, FRAN)
    assert await history(crew) == [
        ("founded", ""), ("joined", ""), ("joined", "Bo Other"), ("co_captain", ""), ("withdrew", ""),
    ]  # fmt: skip
    assert ("joined", "Fran Friendly") in await history(other)


async def test_an_invitation_forgets_to_whom_it_was_sent(site: Site, settings: Settings) -> None:
    """It is taken back, the seat is empty and nameless; one that somebody else has stays."""
    crew = await make_crew(site)
    link = await crew.invite(name="Fran Friendly", email=FRAN, note="You promised, Fran.")
    other = await crew.invite(name="Bo Other", email="bo@example.org", note="Come.")
    exported = (await records.export(make_records(settings), FRAN))["tables"]["invitations"]
    assert [(row["name_typed_by_the_captain"], row["note"]) for row in exported] == [
        ("Fran Friendly", "You promised, Fran.")
    ]
    await erase(settings, FRAN)
    assert sorted(await crew.seats()) == ["empty", "empty", "empty", "invited"]
    assert await Seat.filter(name__contains="Fran").count() == 0
    assert await Invitation.filter(email="", note="").exclude(revoked_at=None).count() == 1
    assert await Letter.filter(template="invitation").values_list("recipient", flat=True) == ["bo@example.org"]
    assert (await site.browser.get(link)).status_code == 410
    assert (await site.browser.get(other)).status_code == 200


async def test_requests_to_join_are_forgotten_and_no_longer_wait(site: Site, settings: Settings) -> None:
    """Two people who are erased do not get in each other's way."""
    crew = await make_crew(site)
    for email in (FRAN, "bo@example.org"):
        await JoinRequest.create(id=f"{len(email):032x}", team=crew.team, name="Ask Er", email=email.upper())
    for email in (FRAN, "bo@example.org"):
        await erase(settings, email)
    rows = await JoinRequest.all().values_list("name", "email", "approved")
    assert rows == [("", "", False)] * 2
    assert "Who asks to join" not in (await crew.browser.get(crew.desk)).text


async def test_a_seat_forgets_what_the_captain_had_typed_of_who_sits_there(site: Site, settings: Settings) -> None:
    """Even when the invitation went to another address, or to none."""
    crew = await make_crew(site)
    fran = await make_member(crew, FRAN)
    assert (await seat_of(fran)).name == "Friendly Fran"
    await erase(settings, FRAN)
    assert await Seat.filter(entry=fran).values_list("state", "name") == [("withdrawn", "")]


async def test_who_is_paying_for_seats_waits(site: Site, settings: Settings) -> None:
    """Nothing is erased before that is over; afterwards what was paid stays without a name."""
    crew = await make_crew(site)
    order = await SeatOrder.create(
        id="0" * 31 + "1", kind="seats", team=crew.team, person=crew.captain, each_pence=1300
    )
    seat = await Seat.create(team=crew.team, state="held", order=order)
    with pytest.raises(NotYet):
        await erase(settings, crew.captain.email or "")
    assert (await Team.get(id=crew.team.id)).captain_id == crew.captain.id
    await Seat.filter(id=seat.id).update(state="closed")
    await erase(settings, crew.captain.email or "")
    assert (await SeatOrder.get(id=order.id)).person_id == crew.captain.id


async def test_each_is_handed_out_what_is_theirs(site: Site, settings: Settings) -> None:
    """The captain gets the team and no member's data; the member the seat and no captain's note to others."""
    crew = await make_crew(site)
    fran = await make_member(crew, FRAN)
    await crew.invite(name="Bo Other", email="bo@example.org", note="Between us")
    await Seat.filter(entry=fran).update(nudges=2, nudged_at=datetime.now(UTC))
    captains = (await (await sign_in(site.browser, crew.captain)).get("/account/data.json")).json()["tables"]
    assert [(row["team"], row["you_are"]) for row in captains["teams_led"]] == [(crew.team.fund.name, "captain")]
    assert captains["seats"] == captains["invitations"] == []
    assert fran.person is not None
    members = await (await sign_in(site.browser, fran.person)).get("/account/data.json")
    (seat,) = members.json()["tables"]["seats"]
    assert (seat["team"], seat["nudges"]) == (crew.team.fund.name, 2)
    assert ("Between us" in members.text, "bo@example.org" in members.text) == (False, False)
    nobody = await (await sign_in(site.browser, await make_person())).get("/account/data.json")
    for name in ("teams_led", "seats", "invitations", "join_requests", "seat_orders", "team_history"):
        assert nobody.json()["tables"][name] == []
