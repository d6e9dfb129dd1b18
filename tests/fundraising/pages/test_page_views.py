"""The pledge page: who runs, for whom, what has been given, and what is nobody's business."""

import re

import pytest

from fundraising.funds.models import FundState
from fundraising.pages.models import PledgePage
from tests.conftest import Site
from tests.looking import must_be_for_everybody, must_not_be_found, must_refuse_gifts, page_of, section, words_of
from tests.makers import make_family, make_gift

PAUSED = "This page is not taking gifts at the moment."


async def test_the_page_says_who_runs_for_whom_and_how_far_it_is(site: Site) -> None:
    """Total, target, part of it, and the Gift Aid apart from all of these."""
    family = await make_family(name="Sam Back", summary="One mile, no mirrors.", target_pence=100_000)
    await make_gift(family.runner, family.charity, 2500, gift_aid=True)
    await make_gift(family.runner, family.charity, 1050)
    source = await page_of(site, f"/pages/{family.runner.slug}")
    words = words_of(source)
    assert f"<title>Sam Back runs backwards for {family.charity.name}</title>" in source
    assert "<h1><bdi>Sam Back</bdi></h1>" in source
    assert "One mile, no mirrors." in words
    total = words_of("<body" + section(source, "total-title"))
    assert "£35.50 raised of £1,000" in total
    assert "gifts 2" in total
    assert "Gift Aid, estimated + £6.25" in total
    assert re.search(r"of target 3 ?%", total)
    assert "£41.75" not in words  # never added up: it is only hoped for
    for above in (family.team, family.charity):
        assert f"<bdi>{above.name}</bdi></a>" in source
    assert f'rel="canonical" href="http://run.test/pages/{family.runner.slug}"' in source


async def test_without_target_or_gifts_the_page_says_so_in_words(site: Site) -> None:
    """No lane to nowhere, no empty list."""
    family = await make_family()
    source = await page_of(site, f"/pages/{family.runner.slug}")
    words = words_of(source)
    assert "£0 raised so far" in words
    assert "of target" not in words
    assert 'class="lane' not in source
    assert "Nobody has given yet. The first one to give sets the pace." in words
    assert "data-say" not in source


async def test_the_latest_messages_come_first_and_only_a_few_of_them(site: Site) -> None:
    """The newest eight, each with name, amount and words; older ones count without a word."""
    family = await make_family()
    for number in range(10):
        given = {"name": f"Giver {number}", "message": f"Word {number}"}
        await make_gift(family.runner, family.charity, 1000 + number, **given)  # type: ignore[arg-type]
    source = await page_of(site, f"/pages/{family.runner.slug}")
    latest = words_of("<body" + section(source, "gifts-title"))
    shown = [number for number in range(10) if f"Word {number}" in latest]
    assert shown == list(range(2, 10))
    assert latest.index("Word 9") < latest.index("Word 8") < latest.index("Word 2")
    assert "Giver 9 £10.09 Word 9" in latest
    assert "gifts 10" in words_of(source)


async def test_what_a_supporter_hides_is_nowhere_in_the_source(site: Site) -> None:
    """Neither name nor amount, nor a hint of the Gift Aid, by which the amount could be reckoned."""
    family = await make_family()
    await make_gift(family.runner, family.charity, 4321, name="Hilda Hidden", message="Hush", hide_name=True)
    await make_gift(family.runner, family.charity, 8765, name="Olga Open", gift_aid=True, hide_amount=True)
    source = await page_of(site, f"/pages/{family.runner.slug}")
    latest = section(source, "gifts-title")
    assert "Hilda" not in source
    assert "ada@example.org" not in source
    assert "£87.65" not in source
    assert "8765" not in source
    assert "Somebody kind £43.21 Hush" in words_of("<body" + latest)
    assert "Olga Open" in latest
    assert "with Gift Aid" not in latest
    assert 'data-say="Olga Open has given. £130.86 raised now."' in source


async def test_names_and_words_with_markup_are_text(site: Site) -> None:
    """In headings, titles, attributes and links to share."""
    nasty = '"><script>alert(1)</script>'
    family = await make_family(name=nasty, summary=nasty)
    await PledgePage.filter(fund=family.runner).update(story=f"First.\n\n{nasty}\nsecond line", challenge=nasty)
    await make_gift(family.runner, family.charity, name=nasty, message=f"{nasty} javascript:alert(1)")
    source = await page_of(site, f"/pages/{family.runner.slug}")
    assert "<script>" not in source
    assert source.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 7
    assert '<p dir="auto">"&gt;&lt;script&gt;alert(1)&lt;/script&gt;<br>\nsecond line</p>' in source
    assert nasty in words_of(source)


async def test_the_page_is_for_everybody(site: Site) -> None:
    """No cookie; a tag; 304."""
    family = await make_family()
    await must_be_for_everybody(site, f"/pages/{family.runner.slug}")


async def test_nothing_lives_at_an_odd_address(site: Site) -> None:
    """Nor at that of a team, a charity or an event, nor under another spelling."""
    family = await make_family()
    for slug in (family.team.slug, family.charity.slug, family.event.slug, family.runner.slug.upper()):
        assert (await site.browser.get(f"/pages/{slug}")).status_code == 404
    slash = await site.browser.get(f"/pages/{family.runner.slug}/?from=mail")
    assert (slash.status_code, slash.headers["location"]) == (308, f"/pages/{family.runner.slug}?from=mail")
    await must_not_be_found(site, "pages")


@pytest.mark.parametrize(
    ("state", "because", "sentence"),
    [
        (FundState.CLOSED, "Sam has hung up the <shoes>.", "Sam has hung up the <shoes>."),
        (FundState.PAUSED, "", PAUSED),
        (FundState.CLOSED, "", PAUSED),
    ],
)
async def test_a_page_that_takes_no_gifts_says_so_and_still_shows_what_was_given(
    site: Site, state: FundState, because: str, sentence: str
) -> None:
    """In its own words where it has some."""
    family = await make_family()
    await make_gift(family.runner, family.charity, 2500, message="Before it closed")
    family.runner.state, family.runner.closed_because = state, because
    await family.runner.save(update_fields=["state", "closed_because"])
    path = f"/pages/{family.runner.slug}"
    await must_refuse_gifts(site, path, sentence)
    words = words_of(await page_of(site, path))
    assert "£25 raised" in words
    assert "Before it closed" in words
