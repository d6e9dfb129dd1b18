"""What a charity copies: what is pasted elsewhere works there, and is for everybody at the desk."""

import re
from html import unescape
from io import BytesIO

import pytest
from PIL import Image

from charities.models import Charity, Partner
from tests.conftest import BASE, Site
from tests.makers import make_family, make_gift, make_person, sign_in


async def test_everything_that_is_copied_or_shown_is_there(site: Site) -> None:
    """Of the charity, and of the event that somebody runs for it in; of no other event."""
    family, other = await make_family(), await make_family(account=None)
    await make_gift(family.runner, family.charity, 2500)
    person = await make_person()
    await Partner.create(charity=await Charity.get(fund=family.charity), person=person)
    browser = await sign_in(site.browser, person)
    page = (await browser.get(f"/charities/{family.charity.slug}/desk/share")).text
    assert other.event.name not in page
    copied = [unescape(text) for text in re.findall(r"<code>(&lt;.*?)</code>", page)]
    assert len(copied) == 4
    assert copied == [unescape(text) for text in re.findall(r'data-copy="(&lt;[^"]*)"', page)]
    addresses = {one for text in copied for one in re.findall(r'(?:src|href)="([^"]*)"', text)}
    assert all(one.startswith(f"{BASE}/") for one in addresses)
    shown = {one for one in re.findall(r'(?:src|href)="(/(?:charities|events)/[^"]*)"', page) if "/desk" not in one}
    for kind, fund in (("charities", family.charity), ("events", family.event)):
        assert f"{BASE}/{kind}/{fund.slug}/widget" in addresses
        assert f"/{kind}/{fund.slug}/donate/qr.svg" in shown
    for address in addresses | shown:
        answer = await site.browser.get(address)
        assert answer.status_code == 200, address
        if address.endswith("/widget"):
            assert "frame-ancestors *" in answer.headers["content-security-policy"]
            assert "£25" in answer.text


@pytest.mark.parametrize("below", ["", "/donate"])
async def test_a_code_leads_to_the_page_or_straight_to_giving(site: Site, below: str) -> None:
    """They differ, as a picture that any program reads, and for printing; known already, in no bytes."""
    family = await make_family()
    path = f"/charities/{family.charity.slug}"
    drawn = await site.browser.get(f"{path}{below}/qr.png")
    picture = Image.open(BytesIO(drawn.content))
    assert (picture.format, picture.width > 500) == ("PNG", True)
    sharp = await site.browser.get(f"{path}{below}/qr.svg")
    assert sharp.headers["content-type"] == "image/svg+xml"
    other = await site.browser.get(f"{path}{'' if below else '/donate'}/qr.svg")
    assert sharp.content != other.content
    assert sharp.headers["etag"] != other.headers["etag"]
    known = await site.browser.get(f"{path}{below}/qr.svg", headers={"if-none-match": sharp.headers["etag"]})
    assert known.status_code == 304
