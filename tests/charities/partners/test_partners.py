"""Partners are invited by letter for one address, have a role, and one for finance is always left."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from charities.models import Charity, Partner, PartnerInvitation, Role
from fundraising.mail.models import Letter
from tests.conftest import Site
from tests.fundraising.people.test_signing_in import letters
from tests.looking import words_of
from tests.makers import make_family, make_person, sign_in


@dataclass
class Held:
    """A desk, and its finance partner's browser."""

    site: Site
    charity: Charity
    browser: httpx.AsyncClient
    home: str

    async def link(self) -> str:
        """The way in of the newest letter."""
        found = re.search(r"/partner/[\w-]{43}", (await letters(self.site))[0][2])
        assert found
        return found[0]


@pytest.fixture
async def held(site: Site) -> Held:
    """A charity with one finance partner."""
    family = await make_family()
    charity = await Charity.get(fund=family.charity).prefetch_related("fund")
    person = await make_person("finance@example.org")
    await Partner.create(charity=charity, person=person, role=Role.FINANCE)
    return Held(site, charity, await sign_in(site.browser, person), f"/charities/{charity.fund.slug}/desk/partners")


async def test_an_invitation_is_for_one_address_and_works_once(held: Held) -> None:
    """Whoever else has the link is refused; scanners only look; the role is the one that was chosen."""
    sent = await held.browser.post(held.home, data={"email": "New@example.org", "role": "view"})
    assert sent.status_code == 303
    link = await held.link()
    stranger = await sign_in(held.site.browser, await make_person("stranger@example.org"))
    invited = await sign_in(held.site.browser, await make_person("new@example.org"))
    assert "another address" in words_of((await stranger.get(link)).text)
    assert (await stranger.post(link)).status_code == 403
    assert (await held.site.browser.post(link)).status_code == 401
    assert "/sign-in?onward=%2Fpartner%2F" in (await held.site.browser.get(link)).text
    assert (await invited.get(link)).status_code == 200
    assert await Partner.all().count() == 1
    taken = await invited.post(link)
    assert taken.headers["location"] == f"/charities/{held.charity.fund.slug}/desk"
    assert (await invited.get(taken.headers["location"])).status_code == 200
    assert (await invited.get(held.home)).status_code == 403
    assert (await invited.post(link)).status_code == 410
    assert held.charity.fund.name in words_of((await invited.get("/account")).text)


async def test_an_invitation_that_was_taken_back_or_is_old_is_over(held: Held) -> None:
    """Inviting the same address again takes the earlier one back."""
    await held.browser.post(held.home, data={"email": "new@example.org", "role": "view"})
    first = await held.link()
    await held.browser.post(held.home, data={"email": "new@example.org", "role": "finance"})
    second = await held.link()
    assert (await held.site.browser.get(first)).status_code == 410
    newest = await PartnerInvitation.get(revoked_at=None)
    assert newest.role is Role.FINANCE
    await held.browser.post(f"{held.home}/invitations/{newest.id}/revoke")
    assert (await held.site.browser.get(second)).status_code == 410
    assert (await held.browser.post(f"{held.home}/invitations/{newest.id}/revoke")).status_code == 404
    await PartnerInvitation.all().update(revoked_at=None, expires_at=datetime.now(UTC) - timedelta(days=1))
    assert (await held.site.browser.get(second)).status_code == 410


async def test_one_for_finance_is_always_left(held: Held) -> None:
    """Neither removed nor made less, by anybody; a second one may go."""
    first = await Partner.get(charity=held.charity)
    for path, typed in ((f"{first.id}/remove", {}), (f"{first.id}", {"role": "view"})):
        answer = await held.browser.post(f"{held.home}/{path}", data=typed)
        assert (answer.status_code, "last one for finance" in words_of(answer.text)) == (409, True)
    second = await Partner.create(charity=held.charity, person=await make_person(), role=Role.VIEW)
    await held.browser.post(f"{held.home}/{second.id}", data={"role": "finance"})
    assert (await held.browser.post(f"{held.home}/{first.id}/remove")).status_code == 303
    assert (await held.browser.get(held.home)).status_code == 403
    assert [partner.id for partner in await Partner.filter(charity=held.charity)] == [second.id]


async def test_partners_of_another_charity_are_out_of_reach(held: Held) -> None:
    """Their ids lead nowhere."""
    other = await make_family(account=None)
    theirs = await Partner.create(
        charity=await Charity.get(fund=other.charity), person=await make_person(), role=Role.VIEW
    )
    for path in (f"{theirs.id}/remove", str(theirs.id)):
        assert (await held.browser.post(f"{held.home}/{path}", data={"role": "finance"})).status_code == 404
    assert (await Partner.get(id=theirs.id)).role is Role.VIEW


async def test_odd_invitations_are_told(held: Held) -> None:
    """A partner already, no address, no such role, too many in a day."""
    for typed, status in (
        ({"email": "finance@example.org", "role": "view"}, 409),
        ({"email": "no", "role": "view"}, 422),
        ({"email": "a@example.org", "role": "boss"}, 422),
    ):
        assert (await held.browser.post(held.home, data=typed)).status_code == status, typed
    for number in range(20):
        await held.browser.post(held.home, data={"email": f"p{number}@example.org", "role": "view"})
    assert (
        await held.browser.post(held.home, data={"email": "one-more@example.org", "role": "view"})
    ).status_code == 429
    assert await Letter.filter(template="partner_invited").count() == 20
