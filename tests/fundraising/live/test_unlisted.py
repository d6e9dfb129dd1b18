"""An unlisted page is named in no list and by no search engine; one in memory of somebody is compared with nobody."""

import re

import pytest
from PIL import Image

from fundraising.funds.models import FundKind, Picture
from fundraising.funds.moving import move_fund
from fundraising.funds.photos import encoded
from fundraising.live import snapshot
from fundraising.pages.models import PledgePage, Seen
from fundraising.pages.standing import settle
from fundraising.store.database import transaction
from tests.conftest import Site
from tests.fundraising.live.test_hidden import MARKERS, PUBLIC
from tests.looking import page_of, rows_of, words_of
from tests.makers import Family, make_family, make_fund, make_gift

SLUG = "quokkabrook"
NOINDEX = '<meta name="robots" content="noindex">'


async def make_page(family: Family, name: str, pence: int, **of_page: object) -> int:
    """Another page of the same team, to which somebody gave."""
    fund = await make_fund(
        FundKind.RUNNER, name, slug=name.lower().replace(" ", "-"), summary="Zedoary", event=family.event,
        charity=family.charity, team=family.team,
    )  # fmt: skip
    await PledgePage.create(fund=fund, story="Because.", code_version="v", code_agreed_at=fund.created_at, **of_page)
    await make_gift(fund, family.charity, pence, name="Wherryman", message=f"Go, {name}!")
    async with transaction() as writing:
        await settle(writing, fund.id)
    return fund.id


@pytest.fixture
async def family(site: Site) -> Family:
    """A runner whom everybody may see, and one whose page is unlisted, in one team."""
    made = await make_family(name="Open Olive")
    await make_gift(made.runner, made.charity, 1000, name="Open Giver")
    unlisted = await make_page(made, "Quokkabrook", 90, seen_by=Seen.UNLISTED)
    picture = await Picture.create(id="f00df00d" * 4, width=9, large=b"l", medium=b"m", small=b"s")
    async with transaction() as writing:
        await writing.execute("update fund set picture_id = $2 where id = $1", unlisted, picture.id)
        await move_fund(writing, unlisted, None)
        await move_fund(writing, unlisted, made.team.id)
    return made


async def test_no_list_names_an_unlisted_page(site: Site, family: Family) -> None:
    """Not by name, address, face or line, nor by the words of who gave there; the sums add up all the same."""
    slugs = {"event": family.event.slug, "team": family.team.slug, "charity": family.charity.slug}
    for path in (*PUBLIC, "/teams/{team}/give"):
        answer = await site.browser.get(path.format(**slugs, runner=family.runner.slug))
        source = answer.text.replace('value="Quokka"', "").replace("<bdi>Quokka</bdi>", "")  # what was typed
        for marker in MARKERS:
            assert marker not in source, (path, marker)
    team = rows_of(await page_of(site, f"/teams/{family.team.slug}"))
    assert team == [
        ("Open Olive", "£10"), ("1 private page", "£0.90"), ("Given to the team itself", "£0"), ("Together", "£10.90"),
    ]  # fmt: skip
    taken = await snapshot.take(family.event.id)
    assert taken
    assert set(taken.figures) == {str(family.runner.id), str(family.charity.id)}


async def test_who_has_the_address_finds_it_and_can_give(site: Site, family: Family) -> None:
    """With all below it; search engines are asked to keep off, and it may be passed on with a picture all the same."""
    for below in ("", "/donate"):
        source = await page_of(site, f"/pages/{SLUG}{below}")
        assert NOINDEX in source
        assert 'property="og:image"' in source
    assert NOINDEX not in await page_of(site, f"/pages/{family.runner.slug}")
    source = await page_of(site, f"/pages/{SLUG}")
    assert "Go, Quokkabrook!" in source
    assert "£0.90" in words_of(source)
    await Picture.all().update(large=encoded(Image.new("RGB", (9, 9)), "WEBP", 80))
    for below in ("/total.json", "/widget", "/gifts", "/preview.png"):
        assert (await site.browser.get(f"/pages/{SLUG}{below}")).status_code == 200, below


async def test_a_page_in_memory_of_somebody_is_compared_with_nobody(site: Site, family: Family) -> None:
    """It stands apart, by name, and is found by it; its words are soft; the sums hold it like any other."""
    memorial = await make_page(family, "Rosa Remembers", 9000, in_memory_of="Gran")
    event = family.event.slug
    for path in ("/", f"/events/{event}"):
        tiles = re.findall(r'<li class="tile.*?</li>', await page_of(site, path), re.DOTALL)
        assert any("Open Olive" in tile for tile in tiles), path
        assert not any("Rosa Remembers" in tile for tile in tiles), path
    source = await page_of(site, f"/events/{event}/runners")
    ranked, apart = (
        re.search(r'aria-label="Runners">.*?</section>', source, re.DOTALL),
        source.partition("memory-title")[2],
    )
    assert ranked
    assert "Rosa Remembers" not in ranked[0]
    assert "Rosa Remembers" in apart
    found = await page_of(site, f"/events/{event}/runners?q=rosa")
    assert "Rosa Remembers" in found
    assert "Nobody here is called" not in found
    team = rows_of(await page_of(site, f"/teams/{family.team.slug}"))
    assert team[:2] == [("Open Olive", "£10"), ("Rosa Remembers", "£90")]
    charity = await page_of(site, f"/charities/{family.charity.slug}")
    assert rows_of(charity)[:3] == [("Open Olive", "£10"), ("1 more", "£90"), ("1 private page", "£0.90")]
    taken = await snapshot.take(family.event.id)
    assert taken
    assert str(memorial) not in taken.figures
    page = words_of(await page_of(site, "/pages/rosa-remembers"))
    assert "In memory of Gran" in page
    assert "Why I run Because." in page
    assert "sets the pace" not in page


async def test_many_in_memory_of_somebody_are_all_listed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Page by page, by name."""
    monkeypatch.setattr("fundraising.live.lists.RUNNERS_AT_ONCE", 2)
    family = await make_family()
    names = ["Ann", "Bea", "Cy", "Di", "Eve"]
    for name in reversed(names):
        await make_page(family, name, 100, in_memory_of="Gran")
    path, listed = f"/events/{family.event.slug}/runners", []
    while path:
        source = (await page_of(site, path)).partition("memory-title")[2]
        listed += re.findall(r"<bdi>(\w+)</bdi>", source)
        more = re.search(r'href="([^"]*\?memory=\d+)"', source)
        path = more[1] if more else ""
    assert listed == names
