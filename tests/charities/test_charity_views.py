"""The charities: all of them, and each with who runs for it, what came of it, and the way that a gift takes."""

import re
from datetime import UTC, datetime

import pytest

from charities.models import Charity
from fundraising.funds.models import Fund, FundKind, FundState
from fundraising.payments.models import ConnectedAccount
from tests.conftest import Site
from tests.looking import (
    must_be_for_everybody,
    must_not_be_found,
    must_refuse_gifts,
    page_of,
    rows_of,
    section,
    words_of,
)
from tests.makers import make_family, make_fund, make_gift

STRAIGHT, BY_THE_ORGANISER = "Straight: the card is charged by", "has no Stripe account connected yet"


async def test_the_page_says_what_the_charity_is_and_does(site: Site) -> None:
    """Number and register as they are written there, what £10 does, and its own site."""
    family = await make_family()
    await Fund.filter(id=family.charity.id).update(
        name="Second Wind", summary="Breath for all.", target_pence=2_000_000
    )
    await Charity.filter(fund=family.charity).update(
        about="One.\n\nTwo.", website="https://wind.example.org/", what_ten_does="£10 buys a breath."
    )
    source = await page_of(site, f"/charities/{family.charity.slug}")
    words = words_of(source)
    assert "<title>Second Wind: who runs for it</title>" in source
    assert "Charity 9999991, England and Wales" in words
    assert "Breath for all." in words
    assert "£10 buys a breath." in words
    assert "<p>One.</p><p>Two.</p>" in source
    assert '<a href="https://wind.example.org/" rel="noopener">' in source
    assert "£0 raised of £20,000" in words


async def test_who_runs_for_it_and_all_the_rest_make_the_total(site: Site) -> None:
    """Runners by name; what came by teams, events or straight is told in one row; Gift Aid apart."""
    family = await make_family(name="Ben Behind")
    loner = await make_fund(FundKind.RUNNER, "Lou Alone", charity=family.charity)
    for fund, pence in (
        (family.runner, 1000), (loner, 5000), (family.team, 200), (family.event, 30), (family.charity, 4),
    ):  # fmt: skip
        await make_gift(fund, family.charity, pence, gift_aid=fund is loner)
    source = await page_of(site, f"/charities/{family.charity.slug}")
    assert rows_of(source) == [
        ("Lou Alone", "£50"),
        ("Ben Behind", "£10"),
        ("Given to teams, to events or straight to the charity", "£2.34"),
        ("Together", "£62.34"),
    ]
    assert "Gift Aid, estimated + £12.50" in words_of(source)


async def test_the_latest_gifts_tell_their_pages_and_nothing_that_is_hidden(site: Site) -> None:
    """Only of gifts that this charity receives."""
    family, other = await make_family(name="Ben Behind"), await make_family(account=None)
    await make_gift(
        family.runner, family.charity, 4321, name="Hilda Hidden", message="Hush", hide_name=True, hide_amount=True
    )
    await make_gift(family.charity, family.charity, 1500, name="Olga Open", message="Straight to you")
    await make_gift(other.runner, other.charity, 1000, message="Not for you")
    source = await page_of(site, f"/charities/{family.charity.slug}")
    latest = words_of("<body" + section(source, "gifts-title"))
    assert "Somebody kind to Ben Behind Hush" in latest
    assert "Olga Open £15 Straight to you" in latest
    assert "Not for you" not in latest
    assert "Hilda" not in source
    assert "£43.21" not in latest


@pytest.mark.parametrize(
    ("account", "change", "said", "not_said"),
    [
        ("acct_ofthecharity1", {}, STRAIGHT, BY_THE_ORGANISER),
        (None, {}, BY_THE_ORGANISER, STRAIGHT),
        ("acct_ofthecharity2", {"charges_enabled": False}, "payment account cannot take gifts", BY_THE_ORGANISER),
        (
            "acct_ofthecharity3",
            {"disconnected_at": datetime(2026, 1, 1, tzinfo=UTC)},
            "has disconnected",
            BY_THE_ORGANISER,
        ),
    ],
    ids=["its own account", "none", "one that is off", "one that is gone"],
)
async def test_the_way_of_a_gift_is_told_as_it_is(
    site: Site, account: str | None, change: dict[str, object], said: str, not_said: str
) -> None:
    """Who charges the card, and what stands in the way."""
    family = await make_family(account=account)
    await ConnectedAccount.filter(charity=family.charity).update(**change or {"charges_enabled": True})
    way = words_of("<body" + section(await page_of(site, f"/charities/{family.charity.slug}"), "way-title"))
    assert said in way
    assert not_said not in way


async def test_the_list_is_by_name_and_has_a_sentence_while_it_is_empty(site: Site) -> None:
    """Each with what was raised for it."""
    assert "No charity has joined yet." in words_of(await page_of(site, "/charities"))
    site.house.pages.cache.forget(None)
    one, other = await make_family(), await make_family(account=None)
    await Fund.filter(id=one.charity.id).update(name="Zebra Help", summary="For stripes.")
    await Fund.filter(id=other.charity.id).update(name="Ant Aid")
    await make_gift(one.runner, one.charity, 1234)
    source = await page_of(site, "/charities")
    assert source.index("Ant Aid") < source.index("Zebra Help")
    (tile,) = (item for item in re.findall(r"<li.*?</li>", source, re.DOTALL) if "Zebra Help" in item)
    for told in ("£12.34", "For stripes.", f'href="/charities/{one.charity.slug}"'):
        assert told in tile
    assert "No charity has joined yet." not in source


async def test_a_charity_that_nobody_runs_for_has_a_sentence(site: Site) -> None:
    """No empty list of rows."""
    charity = await make_fund(FundKind.CHARITY, "Quiet")
    await Charity.create(fund=charity, number="1", register="Scotland", about="It helps.")
    source = await page_of(site, f"/charities/{charity.slug}")
    assert "Nobody has given yet." in words_of(source)
    assert "rows-title" not in source


async def test_names_with_markup_are_text(site: Site) -> None:
    """Of the charity, its register, what it does, and who runs for it."""
    nasty = "<script>alert(1)</script>"
    family = await make_family(name=nasty)
    await Fund.filter(id=family.charity.id).update(name=nasty, summary=nasty)
    await Charity.all().update(number=nasty[:20], register=nasty, about=nasty, what_ten_does=nasty, website=f'"{nasty}')
    for path, most in ((f"/charities/{family.charity.slug}", 8), ("/charities", 2)):
        source = await page_of(site, path)
        assert "<script>" not in source
        assert source.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= most, path


async def test_list_and_page_are_for_everybody(site: Site) -> None:
    """No cookie; a tag; 304."""
    family = await make_family()
    for path in ("/charities", f"/charities/{family.charity.slug}"):
        await must_be_for_everybody(site, path)


async def test_nothing_lives_at_an_odd_address(site: Site) -> None:
    """Nor at that of an event, nor where a fund has no charity to it."""
    family = await make_family()
    bare = await make_fund(FundKind.CHARITY)
    for slug in (family.event.slug, bare.slug):
        assert (await site.browser.get(f"/charities/{slug}")).status_code == 404
    await must_not_be_found(site, "charities")


async def test_a_closed_charity_says_so(site: Site) -> None:
    """On its own page and where somebody would give to it."""
    family = await make_family()
    await Fund.filter(id=family.charity.id).update(
        state=FundState.CLOSED, closed_because="We have merged with another."
    )
    await must_refuse_gifts(site, f"/charities/{family.charity.slug}", "We have merged with another.")
