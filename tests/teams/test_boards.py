"""The leaderboards: four ways to compare teams, each with a formula that can be worked through, and sums that fit."""

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest

from fundraising.funds.models import Fund, FundKind, FundState
from fundraising.pages.models import PledgePage
from fundraising.store.ids import new_id
from teams.entries.models import Entry, EntryState, Party
from teams.events.models import Event, Race, Waiver
from teams.roster import boards
from teams.roster.models import Team
from tests.conftest import Site
from tests.looking import must_be_for_everybody, page_of, section, words_of
from tests.makers import Family, make_family, make_fund, make_gift, tag


async def make_team(family: Family, name: str, pence: int = 0, **given: object) -> Fund:
    """Another team of the event, with a gift to the team itself."""
    fund = await make_fund(FundKind.TEAM, name, event=family.event, charity=family.charity)
    await Team.create(fund=fund, race=await Race.get(event__fund=family.event), **given)
    if pence:
        await make_gift(fund, family.charity, pence)
    return fund


async def place(family: Family, team: Fund, *pages: Fund | None, state: EntryState = EntryState.PLACED) -> None:
    """Runners entered with a team, one for each page, which may be none."""
    race = await Race.get(event__fund=family.event).prefetch_related("event")
    waiver = await Waiver.get_or_none(event=race.event) or await Waiver.create(
        event=race.event, version=1, text="I do."
    )
    event = await Event.get(fund=family.event)
    for page in pages:
        party = await Party.create(
            id=new_id(), attempt=new_id(), fingerprint=tag(), event=event, token=tag() * 5, fee_pence=0
        )
        await Entry.create(
            id=new_id(), party=party, race=race, state=state, first_name="A", last_name="B", category="open",
            email="a@example.org", waiver=waiver, price_pence=0, team=team, fund=page,
            born_on=date(1990, 5, 1), placed_at=None if state in (EntryState.HELD, EntryState.LAPSED) else datetime.now(UTC),
            ended_at=datetime.now(UTC) if state in (EntryState.WITHDRAWN, EntryState.DEFERRED, EntryState.LAPSED) else None,
        )  # fmt: skip


async def make_member(family: Family, team: Fund, pence: int = 0) -> Fund:
    """A runner's page in a team."""
    page = await make_fund(FundKind.RUNNER, event=family.event, charity=family.charity, team=team)
    if pence:
        await make_gift(page, family.charity, pence)
    return page


def listed(source: str) -> list[tuple[str, str, str]]:
    """Place, name and value of each team of a board."""
    found = re.findall(
        r'class="place">(\d+)</span>.*?<bdi>([^<]*)</bdi>.*?class="pence">([^<]*?) *<small>', source, re.DOTALL
    )
    return [(place, unescape(name), value) for place, name, value in found]


def worked(source: str) -> str:
    """The formula with the numbers of the first row."""
    return words_of("<body" + section(source, "formula-title"))


async def four_ways(family: Family) -> str:
    """Three teams that are first in one way each; where they are compared."""
    await Fund.filter(id=family.team.id).update(name="Large & Rich")
    await make_gift(family.runner, family.charity, 10_000)
    await place(family, family.team, family.runner, None, None, None)
    small = await make_team(family, "Small", 50)
    page = await make_member(family, small, 7_001)
    await place(family, small, page, None)
    loved = await make_team(family, "Loved")
    member = await make_member(family, loved)
    for _ in range(3):
        await make_gift(member, family.charity, 100)
    await make_gift(loved, family.charity, 100)
    return f"/events/{family.event.slug}/teams"


async def test_by_total_the_largest_sum_comes_first(site: Site) -> None:
    """Members' pages and the team's own gifts, worked through."""
    source = await page_of(site, await four_ways(await make_family()))
    assert listed(source) == [("1", "Large & Rich", "£100"), ("2", "Small", "£70.51"), ("3", "Loved", "£4")]
    assert "Large & Rich : £100 + £0 = £100" in worked(source)


async def test_by_head_a_small_team_is_not_beaten_by_numbers(site: Site) -> None:
    """Divided by who is placed, not by who has a page; without entries by those who have one."""
    source = await page_of(site, await four_ways(await make_family()) + "?by=head")
    assert listed(source) == [("1", "Small", "£35.25"), ("2", "Large & Rich", "£25"), ("3", "Loved", "£4")]
    assert "Small : £70.51 ÷ 2 = £35.25" in worked(source)
    assert "rounded down to the penny" in worked(source)


async def test_by_gifts_it_is_the_gifts_that_count(site: Site) -> None:
    """And the formula says that they are not people."""
    source = await page_of(site, await four_ways(await make_family()) + "?by=supporters")
    assert listed(source) == [("1", "Loved", "4 gifts"), ("2", "Small", "2 gifts"), ("3", "Large & Rich", "1 gift")]
    assert "Loved : 3 + 1 = 4" in worked(source)
    assert "who gives twice counts twice" in worked(source)


async def test_by_pages_it_is_the_share_of_the_members(site: Site) -> None:
    """Of those placed."""
    source = await page_of(site, await four_ways(await make_family()) + "?by=pages")
    assert listed(source) == [("1", "Loved", "100%"), ("2", "Small", "50%"), ("3", "Large & Rich", "25%")]
    assert "Loved : 1 ÷ 1 = 100%" in worked(source)


async def test_who_is_not_placed_or_has_withdrawn_is_no_head(site: Site) -> None:
    """A team of nobody has no value a head, and stands last."""
    family = await make_family()
    team = await make_team(family, "Half Gone", 1000)
    await place(family, team, None)
    for state in (EntryState.HELD, EntryState.WITHDRAWN, EntryState.LAPSED, EntryState.DEFERRED):
        await place(family, team, None, state=state)
    await make_team(family, "Nobody Yet", 9000)
    source = await page_of(site, f"/events/{family.event.slug}/teams?by=head")
    assert listed(source)[0] == ("1", "Half Gone", "£10")
    assert ("2", "Nobody Yet", "–") in listed(source)
    assert "nobody placed yet" in source


async def test_what_is_chosen_is_kept_apart_and_nonsense_is_the_first(site: Site) -> None:
    """Each board is a page of its own in the cache; a query of somebody else's makes no further one."""
    path = await four_ways(await make_family())
    for _ in range(2):
        assert listed(await page_of(site, f"{path}?by=head"))[0][1] == "Small"
        assert listed(await page_of(site, path))[0][1] == "Large & Rich"
    kept = len(site.house.pages.cache._entries)
    for query in ("by=total", "by=nonsense", "by=", "x=1", "by=HEAD", "utm_source=chat"):
        assert await page_of(site, f"{path}?{query}") == await page_of(site, path)
    assert len(site.house.pages.cache._entries) == kept
    assert (await site.browser.get(path.replace("/teams", "/teams%3Fby=head"))).status_code == 404
    for way in boards.WAYS:
        await must_be_for_everybody(site, f"{path}?by={way}")


@pytest.mark.parametrize("by", list(boards.Way))
async def test_going_on_shows_every_team_once_ties_and_all(
    site: Site, monkeypatch: pytest.MonkeyPatch, by: boards.Way
) -> None:
    """In one order, with equal places for equal teams."""
    monkeypatch.setattr(boards, "AT_ONCE", 3)
    family = await make_family()
    amounts = (500, 500, 500, 500, 300, 300, 0, 0)
    for number, pence in enumerate(amounts):
        await make_member(family, await make_team(family, f"Team {number}"), pence)
    path, query, found = f"/events/{family.event.slug}/teams", f"?by={by}", []
    while True:
        source = await page_of(site, path + query)
        found += listed(source)
        assert source.count("data-look") == (1 if "after" not in query else 0)
        onward = re.search(r'href="[^"]*/teams(\?by=\w+&amp;after=[^"]*)"', source)
        if not onward:
            break
        query = unescape(onward[1])
    names = [name for _, name, _ in found]
    assert sorted(names) == sorted({*names}) == sorted([family.team.name, *(f"Team {n}" for n in range(8))])
    if by in (boards.Way.TOTAL, boards.Way.HEAD):
        assert [place for place, _, _ in found] == ["1"] * 4 + ["5"] * 2 + ["7"] * 3


async def test_a_key_of_nonsense_is_not_found(site: Site) -> None:
    """And one that nobody has shows what comes after it."""
    family = await make_family()
    path = f"/events/{family.event.slug}/teams"
    for after in ("x", "-1-1", "1", "9" * 40 + "-1", "1-1;", "٣-٣"):
        assert (await site.browser.get(path, params={"after": after})).status_code == 404
    assert "These were all." in await page_of(site, f"{path}?after=0-{10**15}")
    assert listed(await page_of(site, f"{path}?by=nonsense&after={10**15}-1"))


async def test_who_keeps_out_is_private_or_has_ended_is_not_named_and_the_sums_fit(site: Site) -> None:
    """Not in any way of comparing, not in the event's own rows or gifts, not on a member's page."""
    family = await make_family()
    await make_gift(family.runner, family.charity, 100)
    out = await make_team(family, "Marker Shy", 2_000, on_boards=False)
    private = await make_team(family, "Marker Secret", 30_000, is_private=True)
    member = await make_member(family, private, 400_000)
    await PledgePage.create(fund=member, story="Because.")
    await make_team(family, "Marker Over", 5_000_000, ended_at=datetime.now(UTC))
    await Fund.filter(id=private.id).update(state=FundState.HIDDEN)
    path = f"/events/{family.event.slug}"
    for way in boards.WAYS:
        source = await page_of(site, f"{path}/teams?by={way}")
        assert "Marker" not in source
        assert private.slug not in source
        assert out.slug not in source
    words = words_of(source)
    assert (
        "1 team listed £1 1 private team £4,300 1 team keeps out of the lists £20 1 team has ended £50,000 Together £54,321"
        in words
    )
    for shown in (path, f"{path}/widget", f"{path}/gifts", f"{path}/runners", f"/pages/{member.slug}", "/"):
        source = await page_of(site, shown)
        assert "Marker Secret" not in source, shown
        assert private.slug not in source, shown
    assert (await site.browser.get(f"/teams/{private.slug}")).status_code == 404


async def test_an_event_of_nobody_says_so(site: Site) -> None:
    """In two ways: nobody there, or nobody who wants to be listed."""
    family = await make_family()
    await Team.filter(fund=family.team).update(on_boards=False)
    path = f"/events/{family.event.slug}/teams"
    assert "No team is listed." in await page_of(site, path)
    empty = await make_fund(FundKind.EVENT, "Empty Run")
    assert "No team has entered yet." in await page_of(site, f"/events/{empty.slug}/teams")
    assert (await site.browser.get("/events/nobody/teams")).status_code == 404
    await Fund.filter(id=empty.id).update(state=FundState.HIDDEN)
    site.house.pages.cache.forget(None)
    assert (await site.browser.get(f"/events/{empty.slug}/teams")).status_code == 404


async def test_a_gift_moves_the_board_at_once_and_markup_in_names_is_text(site: Site) -> None:
    """The page that is open asks for it again by itself."""
    family = await make_family()
    await Fund.filter(id=family.team.id).update(name="<script>alert(1)</script>", summary="<b>us</b>")
    path = f"/events/{family.event.slug}/teams?by=head"
    source = await page_of(site, path)
    assert f'data-hx-get="{path}" data-hx-select="#board"' in source
    assert "<script>" not in source
    assert "<b>us" not in source
    await make_gift(family.runner, family.charity, 1234)
    site.house.hub.changed([family.event.id])
    assert listed(await page_of(site, path))[0][2] == "£12.34"
