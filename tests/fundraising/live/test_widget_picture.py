"""The total as a picture, for other people's sites and letters."""

from io import BytesIO
from xml.etree import ElementTree

from PIL import Image

from fundraising.funds.models import Fund, FundState
from fundraising.pages.models import PledgePage
from tests.conftest import Site
from tests.makers import make_family, make_gift


async def test_the_picture_shows_name_total_and_target_and_is_told_by_its_tag(site: Site) -> None:
    """Of all four kinds, as SVG and PNG; a gift changes the tag, and nothing else does."""
    family = await make_family()
    await Fund.filter(id=family.charity.id).update(name='Second <Wind> & "Co"', target_pence=10_000)
    for place, fund in zip(("pages", "teams", "charities", "events"), family.all, strict=True):
        for ending, kind in (("svg", "image/svg+xml"), ("png", "image/png")):
            path = f"/{place}/{fund.slug}/widget.{ending}"
            answer = await site.browser.get(path)
            assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
            assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
            assert "set-cookie" not in answer.headers
            tag = answer.headers["etag"]
            assert (await site.browser.get(path, headers={"if-none-match": tag})).status_code == 304
    path = f"/charities/{family.charity.slug}/widget"
    before = {ending: await site.browser.get(f"{path}.{ending}") for ending in ("svg", "png")}
    await make_gift(family.runner, family.charity, 2550)
    after = {ending: await site.browser.get(f"{path}.{ending}") for ending in ("svg", "png")}
    assert all(before[ending].headers["etag"] != after[ending].headers["etag"] for ending in before)
    words = " ".join("".join(ElementTree.fromstring(after["svg"].content).itertext()).split())
    assert 'Second <Wind> & "Co": £25.50 raised of £100' in words
    picture = Image.open(BytesIO(after["png"].content))
    assert picture.size == (600, 190)
    assert picture.getpixel((560, 166)) == (27, 112, 65), "the way that was come is green"
    assert Image.open(BytesIO(before["png"].content)).getpixel((560, 166)) != (27, 112, 65)


async def test_a_childs_name_is_on_no_picture_and_a_hidden_page_has_none(site: Site) -> None:
    """Nor is that of a page that is private or off the site; names in any script stand in the SVG."""
    family = await make_family()
    path = f"/pages/{family.runner.slug}/widget"
    await Fund.filter(id=family.runner.id).update(name="Хайди 海蒂 هايدي")
    assert "海蒂" in (await site.browser.get(f"{path}.svg")).text
    assert (await site.browser.get(f"{path}.png")).status_code == 200
    await PledgePage.filter(fund=family.runner).update(is_child=True)
    text = (await site.browser.get(f"{path}.svg")).text
    assert "海蒂" not in text
    assert "Running backwards" in text
    await Fund.filter(id=family.runner.id).update(state=FundState.HIDDEN)
    for ending in ("svg", "png"):
        assert (await site.browser.get(f"{path}.{ending}")).status_code == 404
