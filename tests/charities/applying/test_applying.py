"""A charity applies, confirms its address, is asked back, approved or declined; each with its letter."""

import re
from dataclasses import dataclass

import httpx
import pytest

from charities.applying.models import Application, Step
from charities.models import Charity, Partner, Role
from fundraising.funds.models import Fund, FundKind
from fundraising.mail.models import Letter
from tests.conftest import Site
from tests.fundraising.people.test_signing_in import letters
from tests.looking import words_of
from tests.makers import make_fund, make_person, sign_in

PATH = "/charities/apply"
FORM = {
    "name": "The Second Kettle", "register": "scotland", "number": "sco12345", "hmrc_reference": "ab12345",
    "website": "kettle.example.org", "summary": "Warm drinks where nobody else pours any.", "what_ten_does": "Ten cups.",
    "about": "We pour.\n\nAnd we listen while we pour.", "colour": "teal", "contact_name": "Pat Pourer",
    "email": "Pat@example.org",
}  # fmt: skip


@dataclass
class Desk:
    """The organiser's browser, and a visitor's."""

    site: Site
    organiser: httpx.AsyncClient

    async def link(self) -> str:
        """The way to the application, from the newest letter that has one."""
        for _, _, text in await letters(self.site):
            if found := re.search(r"/charities/apply/[\w-]{43}", text):
                return found[0]
        raise AssertionError("no letter with a link")

    async def applied(self, **typed: str) -> str:
        """Apply; the way to the application."""
        answer = await self.site.browser.post(PATH, data=FORM | typed)
        assert answer.status_code == 303, words_of(answer.text)
        return await self.link()

    async def decide(self, **typed: str) -> httpx.Response:
        """What the organiser answers to the one application there is."""
        application = await Application.get()
        path = f"/organiser/charities/applications/{application.id.hex}"
        return await self.organiser.post(path, data={"version": str(application.version)} | typed)


@pytest.fixture
async def desk(site: Site) -> Desk:
    """With one organiser."""
    return Desk(site, await sign_in(site.browser, await make_person("boss@example.org", is_organiser=True)))


async def test_a_charity_comes_in_by_applying(desk: Desk) -> None:
    """Nothing is public before the organiser says yes; then its page is, and its desk is open to whoever applied."""
    link = await desk.applied()
    browser = desk.site.browser
    assert "Second Kettle" not in (await browser.get("/charities")).text
    assert "Second Kettle" not in (await desk.organiser.get("/organiser/charities")).text
    assert (await browser.get(link)).status_code == 200
    assert (await Application.get()).step is Step.UNCONFIRMED  # looking confirms nothing
    assert (await browser.post(link)).status_code == 303
    assert "Second Kettle" in (await desk.organiser.get("/organiser/charities")).text
    assert await Letter.filter(template="application_here", recipient="boss@example.org").exists()
    assert (await desk.decide(answer="approve")).status_code == 303
    fund = await Fund.get(kind=FundKind.CHARITY)
    charity = await Charity.get(fund=fund)
    assert (fund.slug, charity.number, charity.hmrc_reference) == ("the-second-kettle", "SC012345", "AB12345")
    assert "Second Kettle" in (await browser.get("/charities")).text
    partner = await Partner.get(charity=charity).prefetch_related("person")
    assert (partner.person.email, partner.role) == ("pat@example.org", Role.FINANCE)
    theirs = await sign_in(browser, partner.person)
    assert (await theirs.get(f"/charities/{fund.slug}/desk")).status_code == 200
    assert "public" in words_of((await browser.get(link)).text)
    for answer in ("approve", "decline"):
        again = await desk.decide(answer=answer, words="No, sorry.")
        assert (again.status_code, "Somebody was quicker" in again.text) == (409, True)
    assert await Charity.all().count() == 1


async def test_what_is_asked_back_is_answered_and_sent_again(desk: Desk) -> None:
    """With the organiser's words, and everything that was typed; a mistake keeps it."""
    link = await desk.applied()
    await desk.site.browser.post(link)
    assert (await desk.decide(answer="ask", words="")).status_code == 422
    await desk.decide(answer="ask", words="Which kettle?")
    assert "Which kettle?" in words_of((await desk.site.browser.get(link)).text)
    typed = {key: value for key, value in FORM.items() if key != "email"}
    wrong = await desk.site.browser.post(link, data=typed | {"about": "short", "summary": "The second of two kettles"})
    assert (wrong.status_code, "The second of two kettles" in wrong.text) == (422, True)
    assert (
        await desk.site.browser.post(link, data=typed | {"summary": "The second of two kettles"})
    ).status_code == 303
    application = await Application.get()
    assert (application.step, application.summary) == (Step.WAITING, "The second of two kettles")
    assert (await desk.site.browser.post(link, data=typed)).status_code == 409  # it is the organiser's turn


async def test_who_is_declined_hears_why(desk: Desk) -> None:
    """And nothing becomes public."""
    link = await desk.applied()
    await desk.site.browser.post(link)
    await desk.decide(answer="decline", words="We only know you as a shop.")
    assert "We only know you as a shop." in words_of((await desk.site.browser.get(link)).text)
    assert await Letter.filter(template="application_declined").exists()
    assert not await Charity.exists()


async def test_an_address_gets_three_letters_a_day_at_the_most(desk: Desk) -> None:
    """It may be somebody else's."""
    for _ in range(3):
        assert (await desk.site.browser.post(PATH, data=FORM)).status_code == 303
    assert (await desk.site.browser.post(PATH, data=FORM)).status_code == 429


async def test_a_charity_that_is_here_does_not_come_twice(desk: Desk) -> None:
    """Its number tells, however it is typed, and at the approval too."""
    link = await desk.applied()
    await desk.site.browser.post(link)
    fund = await make_fund(FundKind.CHARITY)
    await Charity.create(fund=fund, number="SC012345", register="Scotland", about="We pour.")
    assert (await desk.site.browser.post(PATH, data=FORM | {"number": "SC0 12345"})).status_code == 409
    assert (await desk.decide(answer="approve")).status_code == 409
    assert await Charity.all().count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "as the register has it"),
        ({"number": "12"}, "SC0 and five digits"),
        ({"register": "none", "hmrc_reference": ""}, "known by HMRC"),
        ({"website": "javascript:alert(1)"}, "own site"),
        ({"email": "nobody"}, "e-mail address"),
        ({"colour": "mauve"}, "one of the colours"),
    ],
)
async def test_what_is_odd_is_told_and_nothing_is_lost(desk: Desk, typed: dict[str, str], said: str) -> None:
    """Beside the field."""
    answer = await desk.site.browser.post(PATH, data=FORM | typed)
    assert answer.status_code == 422
    assert said in words_of(answer.text)
    assert "And we listen while we pour." in answer.text
    assert not await Letter.exists()


async def test_charities_are_found_by_name_cause_and_number(desk: Desk) -> None:
    """What is not published is not found; nobody finds everything by a wildcard."""
    for name, state in (("Second Kettle", "open"), ("Hidden Kettle", "hidden"), ("Third Tram", "open")):
        fund = await make_fund(FundKind.CHARITY, name, state=state, summary="Warm drinks")
        await Charity.create(fund=fund, number=f"10{len(name):05}", register="R", about=f"{name} helps owls")
    for sought, found in (
        ("kettle", 1),
        ("OWLS", 2),
        ("1000013", 1),
        ("hidden", 0),
        ("%", 0),
        ("\x00", 2),
        ("warm", 2),
    ):
        shown = (await desk.site.browser.get("/charities", params={"q": sought})).text
        assert len(re.findall(r"<h3><a href=\"/charities/", shown)) == found, sought


async def test_an_organiser_invites_a_partner_to_a_charity_that_is_here(desk: Desk) -> None:
    """By a letter for that address."""
    fund = await make_fund(FundKind.CHARITY)
    await Charity.create(fund=fund, number="1", register="R", about="A")
    path = f"/organiser/charities/{fund.slug}"
    assert (await desk.organiser.get(path)).status_code == 200
    assert (await desk.organiser.post(path, data={"email": "nobody", "role": "finance"})).status_code == 422
    assert (await desk.organiser.post(path, data={"email": "a@example.org", "role": "finance"})).status_code == 303
    assert await Letter.filter(template="partner_invited", recipient="a@example.org").exists()
