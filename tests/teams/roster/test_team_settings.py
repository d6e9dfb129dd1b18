"""What a captain changes about a team: unseen by nobody, overwritten by nobody, and who may see it."""

import re

import httpx
import pytest

from fundraising.funds.models import Fund
from teams.roster.models import Team
from tests.conftest import Site
from tests.looking import words_of
from tests.makers import make_donation, make_gift, make_person, sign_in
from tests.teams.entries.making import charity_with_account
from tests.teams.roster.making import Crew, add_crew, make_crew, make_member


async def shown(crew: Crew) -> dict[str, str]:
    """The form as it is opened, to be sent as it stands."""
    source = (await crew.browser.get(f"{crew.desk}/settings")).text
    seen = re.search(r'name="seen" value="(\w+)"', source)
    assert seen
    typed = {"seen": seen[1], "name": crew.team.fund.name, "motto": "", "about": "", "target": ""}
    return typed | ({"charity": crew.charity.slug} if 'name="charity"' in source else {})


async def save(crew: Crew, **typed: str) -> httpx.Response:
    """Open the form, change something, send it."""
    return await crew.post("/settings", **(await shown(crew) | typed))


async def test_a_captain_changes_all_of_it_and_the_address_stays(site: Site) -> None:
    """Name, motto, words, target, colour; posters with the old address go on working."""
    crew = await make_crew(site)
    path = f"/teams/{crew.team.fund.slug}"
    before = await Fund.get(id=crew.team.fund_id)
    answer = await save(
        crew, name="Heels First", motto="Last in, first out", about="One.\n\nTwo.", target="1,500", colour="teal",
        off_boards="on",
    )  # fmt: skip
    assert (answer.status_code, answer.headers["location"]) == (303, f"{crew.desk}?said=changed")
    fund, team = await Fund.get(id=crew.team.fund_id), await Team.get(id=crew.team.id)
    assert (fund.name, fund.slug, fund.target_pence, fund.colour) == ("Heels First", before.slug, 150_000, 5)
    assert (team.motto, team.about, team.on_boards, fund.version) == (
        "Last in, first out", "One.\n\nTwo.", False, before.version + 1,
    )  # fmt: skip
    page = (await site.browser.get(path)).text
    assert "Heels First" in page
    assert "<p>Two.</p>" in page
    opened = (await crew.browser.get(f"{crew.desk}/settings")).text
    assert 'value="1500"' in opened
    assert re.search(r'value="teal" checked', opened)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "give the team a name"),
        ("see www.bad.example", "no web address"),
        ("Rеverse", "several alphabets"),  # its second letter is Cyrillic
        ("Test Run", "belongs to somebody else"),
        ("Organiser", "belongs to somebody else"),
    ],
)
async def test_a_name_that_misleads_is_refused(site: Site, name: str, sentence: str) -> None:
    """As it is when a team is founded; what was typed is still there."""
    crew = await make_crew(site)
    answer = await save(crew, name=name, motto="Still here")
    assert answer.status_code == 422
    assert sentence in words_of(answer.text)
    assert "Still here" in answer.text
    assert (await Fund.get(id=crew.team.fund_id)).name == crew.team.fund.name


async def test_a_name_that_another_team_has_is_refused_and_ones_own_is_not(site: Site) -> None:
    """Whatever its case."""
    crew = await make_crew(site, name="Reverse Gear")
    other = await add_crew(site, crew.event, name="Heels First")
    assert (await save(other, name="REVERSE GEAR")).status_code == 422
    assert (await save(other, name="HEELS first")).status_code == 303
    assert (await Fund.get(id=other.team.fund_id)).name == "HEELS first"


async def test_of_two_captains_at_one_form_the_second_is_told(site: Site) -> None:
    """Nothing is lost, nothing overwritten unseen; saved again, it is saved."""
    crew = await make_crew(site)
    helper = await make_person()
    await Team.filter(id=crew.team.id).update(co_captain=helper)
    first = await shown(crew)
    other = await sign_in(site.browser, helper)
    assert (await other.post(f"{crew.desk}/settings", data=first | {"motto": "Mine"})).status_code == 303
    late = await crew.post("/settings", **(first | {"motto": "Yours"}))
    assert (late.status_code, "Somebody else was faster" in late.text, 'value="Yours"' in late.text) == (
        409,
        True,
        True,
    )
    assert (await Team.get(id=crew.team.id)).motto == "Mine"
    again = re.search(r'name="seen" value="(\w+)"', late.text)
    assert again
    assert (await crew.post("/settings", **(first | {"motto": "Yours", "seen": again[1]}))).status_code == 303
    assert (await Team.get(id=crew.team.id)).motto == "Yours"


async def test_a_form_that_is_sent_twice_is_saved_once(site: Site) -> None:
    """Nobody was faster then."""
    crew = await make_crew(site)
    typed = await shown(crew) | {"motto": "Twice", "colour": "red"}
    versions = []
    for _ in range(2):
        assert (await crew.post("/settings", **typed)).status_code == 303
        versions.append((await Fund.get(id=crew.team.fund_id)).version)
    assert versions[0] == versions[1]


async def test_the_charity_changes_until_somebody_has_given_to_the_team_itself(site: Site) -> None:
    """A gift to a member's page is not one; one that is under way is."""
    crew = await make_crew(site)
    other = await charity_with_account()
    member = await make_member(crew)
    assert member.fund is not None
    await make_gift(member.fund, crew.charity)
    assert (await save(crew, charity=other.slug)).status_code == 303
    assert (await Fund.get(id=crew.team.fund_id)).charity_id == other.id
    assert (await Fund.get(id=member.fund.id)).charity_id == crew.charity.id
    assert (await save(crew, charity="nobody")).status_code == 422
    await make_donation(await Fund.get(id=crew.team.fund_id), other)
    opened = (await crew.browser.get(f"{crew.desk}/settings")).text
    assert 'name="charity"' not in opened
    assert f"{other.name} . Somebody is giving, or has given" in words_of(opened)
    typed = await shown(crew)
    assert "charity" not in typed
    refused = await crew.post("/settings", **(typed | {"charity": crew.charity.slug}))
    assert (refused.status_code, "its charity stays as it is" in refused.text) == (422, True)
    assert (await crew.post("/settings", **(typed | {"motto": "On"}))).status_code == 303
    assert (await Fund.get(id=crew.team.fund_id)).charity_id == other.id


async def test_of_a_private_team_strangers_find_nothing_and_public_again_they_do(site: Site) -> None:
    """Neither its page, nor its form, nor its total; at once, although the page was kept a moment ago."""
    crew = await make_crew(site)
    path = f"/teams/{crew.team.fund.slug}"
    assert (await site.browser.get(path)).status_code == 200
    assert (await save(crew, is_private="on")).status_code == 303
    below = ("", "/donate", "/donate/costs", "/total.json", "/live", "/widget", "/gifts", "/runners", "/history")
    for one in below:
        assert (await site.browser.get(path + one)).status_code == 404, one
    assert (await site.browser.post(f"{path}/donate", data={"amount": "5"})).status_code == 404
    assert (await Team.get(id=crew.team.id)).is_private
    desk = await crew.browser.get(crew.desk)
    assert f'href="{path}/inside"' in desk.text
    assert (await save(crew)).status_code == 303
    for one in ("", "/donate", "/total.json", "/widget", "/gifts", "/runners"):
        assert (await site.browser.get(path + one)).status_code == 200, one


async def test_a_closed_team_is_not_opened_by_its_settings(site: Site) -> None:
    """Nor is one that was never opened to everybody."""
    crew = await make_crew(site)
    await Fund.filter(id=crew.team.fund_id).update(state="closed")
    assert (await save(crew, is_private="on", motto="New")).status_code == 303
    assert ((await Fund.get(id=crew.team.fund_id)).state, (await Team.get(id=crew.team.id)).is_private) == (
        "closed",
        False,
    )
    await Fund.filter(id=crew.team.fund_id).update(state="hidden")
    assert (await save(crew, motto="Newer")).status_code == 303
    assert (await Fund.get(id=crew.team.fund_id)).state == "hidden"
