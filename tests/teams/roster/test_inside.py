"""The page of a private team: for its members, and for nobody else."""

from fundraising.funds.models import Fund
from teams.entries.models import Entry
from teams.roster.models import Seat, Team
from tests.conftest import Site
from tests.looking import words_of
from tests.makers import make_person, sign_in
from tests.teams.roster.making import Crew, make_crew, make_member


async def make_private(site: Site) -> tuple[Crew, Entry, str]:
    """A private team with a member, and the address of its inside."""
    crew = await make_crew(site)
    member = await make_member(crew, **{"last_name-1": "Friendly"})
    await Team.filter(id=crew.team.id).update(is_private=True, motto="Among ourselves")
    await Fund.filter(id=crew.team.fund_id).update(state="hidden")
    return crew, member, f"/teams/{crew.team.fund.slug}/inside"


async def test_members_see_the_page_of_a_private_team(site: Site) -> None:
    """Captain, co-captain, and who looks after a place in it; kept by nobody."""
    crew, member, path = await make_private(site)
    second = await make_person()
    await Team.filter(id=crew.team.id).update(co_captain=second)
    for person in (crew.captain, second, member.person):
        assert person is not None
        answer = await (await sign_in(site.browser, person)).get(path)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        assert answer.headers["x-robots-tag"] == "noindex"
        assert "Among ourselves" in answer.text
        assert "Fran Friendly" in words_of(answer.text)


async def test_to_strangers_nothing_lives_there(site: Site) -> None:
    """Nobody is led to sign in; an organiser, another captain and who has left find nothing."""
    _, member, path = await make_private(site)
    assert (await site.browser.get(path)).headers["location"].startswith("/sign-in?")
    other = await make_crew(site)
    organiser = await make_person(is_organiser=True)
    for person in (other.captain, organiser, await make_person()):
        assert (await (await sign_in(site.browser, person)).get(path)).status_code == 404
    assert member.person is not None
    browser = await sign_in(site.browser, member.person)
    assert (await browser.get(path)).status_code == 200
    await Seat.filter(entry=member).update(state="withdrawn")
    assert (await browser.get(path)).status_code == 404
    assert (await browser.get("/teams/nobody/inside")).status_code == 404


async def test_account_and_desk_lead_inside_while_the_team_is_hidden(site: Site) -> None:
    """And to the page for everybody otherwise."""
    crew, member, path = await make_private(site)
    assert member.person is not None
    browser = await sign_in(site.browser, member.person)
    account = (await browser.get("/account")).text
    assert account.count(f'href="{path}"') == 2  # of the place, and of the page
    assert f'href="{path}"' in (await crew.browser.get(crew.desk)).text
    await Fund.filter(id=crew.team.fund_id).update(state="open")
    for shown in (await browser.get("/account"), await crew.browser.get(crew.desk)):
        assert (path in shown.text, path.removesuffix("/inside") in shown.text) == (False, True)
