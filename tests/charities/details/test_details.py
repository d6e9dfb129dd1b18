"""A charity changes what it says of itself: who may, what is put right, two at once, what the organiser hears."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from charities.applying.models import Application
from charities.models import Charity, Partner, Role
from fundraising.funds.models import Fund, Picture
from fundraising.mail.models import Letter
from fundraising.people.models import Session
from fundraising.store.ids import new_id
from tests.conftest import Site
from tests.fundraising.funds.taking import photo
from tests.fundraising.people.test_signing_in import letters
from tests.looking import words_of
from tests.makers import Family, make_family, make_person, sign_in

SAID = {
    "name": "The Second Kettle", "website": "kettle.example.org", "summary": "Warm drinks where nobody else pours any.",
    "about": "We pour.\n\nAnd we listen while we pour.", "what_ten_does": "Ten cups.", "colour": "teal",
    "contact_name": "Pat Pourer", "contact_email": "Pat@Example.org",
}  # fmt: skip
NUMBERS = {"register": "scotland", "number": "sco 12345", "hmrc_reference": "ab-12345"}


@dataclass
class Changing:
    """A family's charity, and the browser of its finance partner."""

    site: Site
    family: Family
    browser: httpx.AsyncClient
    home: str

    async def send(self, below: str = "", browser: httpx.AsyncClient | None = None, **typed: str) -> httpx.Response:
        """A form, sent by who has just opened it unless they say what they saw."""
        browser = browser or self.browser
        if "seen" not in typed and browser is self.browser:
            versions = await self.seen()
            typed |= {"seen": versions[1 if below else 0]}
        return await browser.post(f"{self.home}{below}", data=typed)

    async def seen(self) -> list[str]:
        """The versions in both forms."""
        return re.findall(r'name="seen" value="(\w+)"', (await self.browser.get(self.home)).text)


@pytest.fixture
async def changing(site: Site) -> Changing:
    """As it was approved."""
    family = await make_family()
    person = await make_person()
    await Partner.create(charity=await Charity.get(fund=family.charity), person=person, role=Role.FINANCE)
    await make_person("boss@example.org", is_organiser=True)
    browser = await sign_in(site.browser, person)
    return Changing(site, family, browser, f"/charities/{family.charity.slug}/desk/details")


async def test_what_is_changed_stands_on_the_page_at_once(changing: Changing) -> None:
    """Cleaned like in an application; the address stays; sent twice it is one change; the organiser hears of the name."""
    page = f"/charities/{changing.family.charity.slug}"
    assert "It helps." in (await changing.site.browser.get(page)).text  # kept from now on
    seen = (await changing.seen())[0]
    for _ in range(2):
        answer = await changing.send(**SAID, seen=seen)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{changing.home}?said=changed")
    shown = await changing.site.browser.get(page)
    words = words_of(shown.text)
    for one in ("The Second Kettle", SAID["summary"], "And we listen while we pour.", "Ten cups."):
        assert one in words, one
    assert 'href="https://kettle.example.org"' in shown.text
    assert "pat" not in words.lower()
    charity = await Charity.get(fund=changing.family.charity)
    assert (charity.contact_email, (await Fund.get(id=changing.family.charity.id)).colour) == ("pat@example.org", 5)
    (letter,) = await Letter.filter(template="charity_changed")
    assert letter.recipient == "boss@example.org"
    ((_, subject, text),) = [one for one in await letters(changing.site) if "changed what you approved" in one[1]]
    assert changing.family.charity.name in subject
    assert f"Name: The Second Kettle (before: {changing.family.charity.name})" in text


async def test_what_was_not_approved_troubles_no_organiser(changing: Changing) -> None:
    """Words, site, colour and contact are the charity's own."""
    assert (await changing.send(**SAID | {"name": changing.family.charity.name})).status_code == 303
    assert not await Letter.filter(template="charity_changed").exists()


async def test_numbers_are_put_right_and_are_no_other_charitys(changing: Changing) -> None:
    """As their register and HMRC write them; the organiser hears of them; claims find the reference."""
    answer = await changing.send("/numbers", **NUMBERS)
    assert answer.headers["location"] == f"{changing.home}?said=numbers"
    charity = await Charity.get(fund=changing.family.charity)
    assert (charity.number, charity.register, charity.hmrc_reference) == ("SC012345", "Scotland", "AB12345")
    assert (
        "Charity SC012345, Scotland"
        in (await changing.site.browser.get(f"/charities/{changing.family.charity.slug}")).text
    )
    assert await Letter.filter(template="charity_changed").count() == 1
    other = await make_family(account=None)
    await Charity.filter(fund=other.charity).update(number="1234567")
    taken = await changing.send("/numbers", register="england_and_wales", number="1234567")
    assert (taken.status_code, "is here already" in taken.text) == (409, True)
    wrong = await changing.send("/numbers", register="northern_ireland", number="12", hmrc_reference="12345")
    assert (wrong.status_code, wrong.text.count('class="wrong"')) == (422, 2)
    assert 'value="12345"' in wrong.text
    none = await changing.send("/numbers", register="none", number="", hmrc_reference="")
    assert "known by HMRC’s reference" in none.text
    assert (await changing.send("/numbers", register="none", hmrc_reference="X1")).status_code == 303
    page = (await changing.site.browser.get(f"/charities/{changing.family.charity.slug}")).text
    assert "A charity known to HM Revenue &amp; Customs" in page


async def test_who_saves_second_is_told_and_loses_nothing(changing: Changing) -> None:
    """Of either form; what one of them changes does not stand in the way of the other."""
    first, numbers = await changing.seen()
    assert (await changing.send(**SAID, seen=first)).status_code == 303
    second = await changing.send(**SAID | {"summary": "Something else entirely."}, seen=first)
    assert (second.status_code, "Somebody else was faster" in second.text) == (409, True)
    assert 'value="Something else entirely."' in second.text
    assert (await Fund.get(id=changing.family.charity.id)).summary == SAID["summary"]
    assert (await changing.send("/numbers", **NUMBERS, seen=numbers)).status_code == 303
    late = await changing.send("/numbers", **NUMBERS | {"hmrc_reference": "ZZ1"}, seen=numbers)
    assert (late.status_code, 'value="ZZ1"' in late.text) == (409, True)
    again = await changing.send(**SAID | {"summary": "Something else entirely."}, seen=(await changing.seen())[0])
    assert again.status_code == 303


async def test_who_may_look_and_who_may_change(changing: Changing) -> None:
    """Everybody of the desk looks; finance partners change; the numbers want a passkey or code of just now."""
    person = await make_person()
    await Partner.create(charity=await Charity.get(fund=changing.family.charity), person=person)
    viewer = await sign_in(changing.site.browser, person)
    page = (await viewer.get(changing.home)).text
    assert ("It helps." in page, "<form" in page.partition("<main")[2]) == (True, False)
    assert (await changing.send("", viewer, **SAID)).status_code == 403
    await Session.filter(strong_at__isnull=False).update(strong_at=datetime.now(UTC) - timedelta(minutes=20))
    refused = await changing.send("/numbers", **NUMBERS)
    assert (refused.status_code, "Nothing was done" in refused.text) == (403, True)
    assert (await changing.send(**SAID)).status_code == 303
    await Session.filter(strong_at__isnull=False).update(strong_at=None)
    weak = (await changing.browser.get(changing.home)).text
    assert ("/sign-in/step?onward=" in weak, 'name="summary"' in weak) == (True, False)
    assert (await changing.send(**SAID, seen="x")).status_code == 403
    assert (await Charity.get(fund=changing.family.charity)).hmrc_reference == ""


async def test_a_logo_is_shown_changed_and_taken_off(changing: Changing) -> None:
    """Also one that an application still has: that one keeps it."""
    page, at = f"/charities/{changing.family.charity.slug}", f"{changing.home}/photo"
    none = await changing.browser.post(at, data={})
    assert (none.status_code, "choose a picture" in none.text) == (422, True)
    broken = await changing.browser.post(at, files={"photo": b"not a picture"})
    assert broken.status_code == 422
    assert (await changing.browser.post(at, files={"photo": photo(size=(400, 300))})).status_code == 303
    first = (await Fund.get(id=changing.family.charity.id)).picture_id
    assert f"/pictures/{first}/" in (await changing.site.browser.get(page)).text
    await Application.create(
        id=new_id(), nonce="n" * 32, token_hash="h" * 64, name="The same", register="none", contact_name="Pat",
        email="pat@example.org", picture_id=first,
    )  # fmt: skip
    assert (await changing.browser.post(at, files={"photo": photo(size=(500, 500))})).status_code == 303
    second = (await Fund.get(id=changing.family.charity.id)).picture_id
    assert second != first
    assert (await changing.browser.post(f"{at}/remove")).status_code == 303
    assert f"/pictures/{second}/" not in (await changing.site.browser.get(page)).text
    assert await Picture.filter(id__in=[first, second]).values_list("id", flat=True) == [first]
