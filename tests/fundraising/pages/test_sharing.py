"""Passing a page on: what its runner finds, and what anybody may fetch of it."""

import re

import httpx
import pytest

from fundraising.funds.models import Fund, FundState
from fundraising.pages.models import PledgePage
from tests.conftest import Site
from tests.looking import page_of, words_of
from tests.makers import Family, make_family, make_gift, make_person, sign_in

PAPERS = ("poster.pdf", "sponsor-form.pdf")


async def make_own(site: Site, **page: object) -> tuple[Family, httpx.AsyncClient, str]:
    """A page, the browser of the runner whose it is, and its address."""
    family, runner = await make_family(target_pence=50_000), await make_person()
    await PledgePage.filter(fund=family.runner).update(person=runner, **page)
    return family, await sign_in(site.browser, runner), f"/pages/{family.runner.slug}"


async def test_the_kit_holds_address_words_code_papers_and_badge(site: Site) -> None:
    """Each of its links leads somewhere; none to anybody who counts visitors."""
    family, browser, path = await make_own(site)
    source = (await browser.get(f"{path}/share")).text
    assert f"http://run.test{path}" in source
    assert f"for {family.charity.name}" in words_of(source)
    for below in set(re.findall(rf'(?:href|src)="{path}/([\w./-]+)"', source)) - {
        "edit",
        "photo",
        "news",
        "supporters",
        "cash",
    }:
        assert (await browser.get(f"{path}/{below}")).status_code == 200, below
    foreign = set(re.findall(r'(?:href|src)="https?://([^/"]+)', source)) - {"run.test"}
    assert foreign == {"wa.me", "www.facebook.com"}
    assert not re.search(r'src="https?://(?!run\.test)', source)


async def test_the_words_follow_how_things_stand(site: Site) -> None:
    """The second ones once something has been given; of a child it is the parent or guardian who speaks."""
    family, browser, path = await make_own(site)
    assert "On the way" not in (await browser.get(f"{path}/share")).text
    await make_gift(family.runner, family.charity, 2500)
    source = (await browser.get(f"{path}/share")).text
    assert "£25 of £500 is there" in source
    assert "I am running backwards" in source
    await PledgePage.filter(fund=family.runner).update(is_child=True)
    source = (await browser.get(f"{path}/share")).text
    assert "I am running" not in source
    assert f"{family.runner.name} is running backwards" in source
    await PledgePage.filter(fund=family.runner).update(is_child=False, in_memory_of="Grandma Rose")
    source = (await browser.get(f"{path}/share")).text
    assert "in memory of Grandma Rose" in source
    assert "every pound is a step" not in source


async def test_anybody_fetches_the_papers_of_a_page_that_is_for_everybody(site: Site) -> None:
    """Without a cookie; known already, in no bytes; all four kinds have a poster and a code."""
    family, _, path = await make_own(site)
    for paper in PAPERS:
        answer = await site.browser.get(f"{path}/{paper}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
        assert answer.content.startswith(b"%PDF")
        assert answer.headers["cache-control"] == "public, max-age=300"
        assert "set-cookie" not in answer.headers
        known = await site.browser.get(f"{path}/{paper}", headers={"if-none-match": answer.headers["etag"]})
        assert (known.status_code, known.content) == (304, b"")
    for place, fund in (("teams", family.team), ("charities", family.charity), ("events", family.event)):
        for below, media in (("poster.pdf", "application/pdf"), ("qr.svg", "image/svg+xml"), ("qr.png", "image/png")):
            answer = await site.browser.get(f"/{place}/{fund.slug}/{below}")
            assert (answer.status_code, answer.headers["content-type"]) == (200, media), (place, below)
        assert f"/{place}/{fund.slug}/poster.pdf" in await page_of(site, f"/{place}/{fund.slug}")


@pytest.mark.parametrize("page", [{"seen_by": "unlisted"}, {"is_child": True}], ids=["unlisted", "child"])
async def test_papers_of_what_is_not_for_everybody_are_for_its_runner(site: Site, page: dict[str, object]) -> None:
    """Nobody is led to sign in, another is refused; the page itself does not name them."""
    _, browser, path = await make_own(site, **page)
    other = await sign_in(site.browser, await make_person())
    for paper in PAPERS:
        assert (await site.browser.get(f"{path}/{paper}")).status_code == 303
        assert (await other.get(f"{path}/{paper}")).status_code == 403
        own = await browser.get(f"{path}/{paper}")
        assert (own.status_code, own.headers["cache-control"]) == (200, "no-store")
        assert paper not in await page_of(site, path)


async def test_of_a_child_there_is_no_badge(site: Site) -> None:
    """Nor of what nobody may see; nothing of either lives at those addresses."""
    family, browser, path = await make_own(site, is_child=True)
    assert (await browser.get(f"{path}/badge.png")).status_code == 404
    assert "badge" not in (await browser.get(f"{path}/share")).text
    await PledgePage.filter(fund=family.runner).update(is_child=False)
    await Fund.filter(id=family.runner.id).update(state=FundState.HIDDEN)
    for below in ("badge.png", "badge.svg", "qr.svg", "qr.png"):
        assert (await browser.get(f"{path}/{below}")).status_code == 404, below
    assert (await browser.get(f"{path}/share")).status_code == 200
    await Fund.filter(id=family.team.id).update(state=FundState.HIDDEN)
    assert (await browser.get(f"/teams/{family.team.slug}/poster.pdf")).status_code == 404


async def test_a_badge_is_fresh_with_every_total(site: Site) -> None:
    """Mail programs may show it, and ask again after a while."""
    family, _, path = await make_own(site)
    before = await site.browser.get(f"{path}/badge.png")
    assert before.headers["cross-origin-resource-policy"] == "cross-origin"
    assert before.headers["cache-control"] == "public, max-age=300"
    await make_gift(family.runner, family.charity, 2500)
    after = await site.browser.get(f"{path}/badge.png")
    assert after.headers["etag"] != before.headers["etag"]
    assert after.content != before.content
    assert (await site.browser.get(f"{path}/badge.svg")).headers["content-type"] == "image/svg+xml"
