"""The doors of the demonstration: one click in the demonstration, nothing at all anywhere else."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from charities.models import Partner
from fundraising.app import House
from fundraising.example.people import PAGES, PARTNERS, PEOPLE
from fundraising.example.sow_people import sow_people
from fundraising.funds.models import FundKind
from fundraising.pages.models import PledgePage
from fundraising.people.demo_doors import make_demo_routes
from fundraising.people.models import Person, Session, Way
from tests.conftest import BASE, Site
from tests.makers import make_family, make_fund


@pytest.fixture
async def demo(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at a house with the doors of the demonstration."""
    house = House(
        site.house.settings,
        replace(site.house.doors, routes=make_demo_routes(site.house.settings, PEOPLE), exempt=("/sandbox/",)),
    )
    transport = httpx.ASGITransport(house, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE, headers={"origin": BASE}) as browser:
        yield browser


async def test_a_house_has_no_such_door(site: Site) -> None:
    """Neither the page nor the button, nor a link to them."""
    await Person.create(email="organiser@example.org", is_organiser=True)
    assert (await site.browser.get("/demo/sign-in")).status_code == 404
    for who in PEOPLE:
        assert (await site.browser.post(f"/demo/sign-in/{who.who}")).status_code == 404
    assert "/demo/" not in (await site.browser.get("/sign-in")).text
    assert await Session.all().count() == 0


async def test_one_click_makes_a_visitor_anybody(demo: httpx.AsyncClient) -> None:
    """And the next click somebody else, with the session before ended."""
    for one in PEOPLE:
        await Person.create(email=one.email, name=one.name, is_organiser=one.who == "organiser")
    shown = (await demo.get("/demo/sign-in")).text
    for one in PEOPLE:
        assert one.name in shown
        answer = await demo.post(f"/demo/sign-in/{one.who}")
        assert (answer.status_code, answer.headers["location"]) == (303, one.onward)
        assert one.email in (await demo.get("/account")).text
    assert [session.way for session in await Session.all()] == [Way.DEMO]


async def test_nobody_unknown_is_signed_in(demo: httpx.AsyncClient) -> None:
    """Nor anybody who was not sown; nor by a form of another site."""
    assert (await demo.post("/demo/sign-in/nobody")).status_code == 404
    answer = await demo.post("/demo/sign-in/runner")
    assert (answer.status_code, "Delete its folder" in answer.text) == (404, True)
    await Person.create(email="runner@example.org")
    theirs = await demo.post("/demo/sign-in/runner", headers={"origin": "https://evil.example"})
    assert theirs.status_code == 403
    assert await Session.all().count() == 0


async def test_the_people_have_what_is_said_of_them(site: Site) -> None:
    """Pages, a charity, the desk."""
    family = await make_family()
    for slug in PAGES.values():
        fund = await make_fund(FundKind.RUNNER, slug=slug, event=family.event, charity=family.charity)
        await PledgePage.create(fund=fund, story="Because.")
    charities = {}
    for who, slug in PARTNERS.items():
        charities[who] = (await make_family(account=None)).charity
        charities[who].slug = slug
        await charities[who].save()
    await sow_people()
    for who, slug in PAGES.items():
        page = await PledgePage.get(fund__slug=slug).prefetch_related("person")
        assert page.person.email == f"{who}@example.org"
    for who, charity in charities.items():
        partner = await Partner.get(charity__fund=charity).prefetch_related("person")
        assert partner.person.email == f"{who}@example.org"
    assert [person.email for person in await Person.filter(is_organiser=True)] == ["organiser@example.org"]
