"""The team page: its members by amount, the rows that make its total, its captain, and the gifts to all of them."""

import re

from fundraising.funds.models import Fund, FundKind, FundState
from fundraising.pages.models import PledgePage
from fundraising.people.models import Person
from teams.roster.models import Team
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
from tests.makers import Family, make_family, make_fund, make_gift, tag


async def make_member(family: Family, name: str) -> Fund:
    """Another runner of the team."""
    return await make_fund(FundKind.RUNNER, name, event=family.event, charity=family.charity, team=family.team)


async def captain_of(family: Family) -> int:
    """A captain whose page is the runner's."""
    person = await Person.create(email=f"captain-{tag()}@example.org", name="Cap Tain")
    await PledgePage.filter(fund=family.runner).update(person=person)
    return person.id


def pence_of(shown: str) -> int:
    """£1,240.50 as pence."""
    pounds, _, rest = shown.removeprefix("£").replace(",", "").partition(".")
    return int(pounds) * 100 + int(rest or 0)


async def test_members_stand_by_amount_and_the_rows_make_the_total(site: Site) -> None:
    """Who has raised most comes first; gifts to the team itself are a row of their own."""
    family = await make_family(name="Ben Behind")
    first, last = await make_member(family, "Ada Ahead"), await make_member(family, "Cy Yet")
    await make_gift(family.runner, family.charity, 1050, gift_aid=True)
    await make_gift(first, family.charity, 120_000)
    await make_gift(family.team, family.charity, 333)
    source = await page_of(site, f"/teams/{family.team.slug}")
    assert rows_of(source) == [
        ("Ada Ahead", "£1,200"),
        ("Ben Behind", "£10.50"),
        ("Cy Yet", "£0"),
        ("Given to the team itself", "£3.33"),
        ("Together", "£1,213.83"),
    ]
    assert '<strong class="big" id="figure" data-pence="121383">£1,213.83</strong>' in source
    assert "Gift Aid, estimated + £2.62" in words_of(source)
    for member in (first, family.runner, last):
        assert f'href="/pages/{member.slug}"' in section(source, "rows-title")


async def test_of_a_large_team_twelve_are_named_and_the_others_are_one_row(site: Site) -> None:
    """All rows together still make the total."""
    family = await make_family(name="Member 0")
    members = [family.runner, *[await make_member(family, f"Member {number}") for number in range(1, 15)]]
    for number, member in enumerate(members):
        await make_gift(member, family.charity, 1000 - number)
    rows = rows_of(await page_of(site, f"/teams/{family.team.slug}"))
    assert [name for name, _ in rows] == [
        *(f"Member {number}" for number in range(12)), "3 more", "Given to the team itself", "Together",
    ]  # fmt: skip
    amounts = [pence_of(shown) for _, shown in rows]
    assert amounts[12] == 988 + 987 + 986
    assert sum(amounts[:-1]) == amounts[-1] == sum(1000 - number for number in range(15))


async def test_who_changes_team_or_runs_for_another_is_not_among_the_rows(site: Site) -> None:
    """Only those who count towards this one now."""
    family, other = await make_family(name="Ours"), await make_family(account=None, name="Theirs")
    source = await page_of(site, f"/teams/{family.team.slug}")
    assert [name for name, _ in rows_of(source)] == ["Ours", "Given to the team itself", "Together"]
    assert "Theirs" not in source
    assert other.team.slug not in source


async def test_the_page_names_race_captain_motto_and_charity(site: Site) -> None:
    """And explains how the total comes about."""
    family = await make_family(name="Cap Tain")
    await Team.filter(fund=family.team).update(
        captain_id=await captain_of(family), motto="Eyes front", about="We met.\n\nWe ran."
    )
    source = await page_of(site, f"/teams/{family.team.slug}")
    words = words_of(source)
    assert f"<title>Team {family.team.name} for {family.charity.name}</title>" in source
    assert f"In aid of {family.charity.name} · Captain: Cap Tain" in words
    assert "Eyes front" in words
    assert "<p>We met.</p><p>We ran.</p>" in source
    assert re.search(r"The Mile · \w+day \d{1,2} \w+ \d{4}", words)
    assert "each counted once" in words


async def test_the_latest_gifts_of_all_members_stand_together(site: Site) -> None:
    """Newest first, each with the page that it was given to; what is hidden stays hidden here too."""
    family = await make_family(name="Ben Behind")
    member = await make_member(family, "Ada Ahead")
    await make_gift(family.runner, family.charity, 1000, name="One", message="To Ben")
    await make_gift(
        member, family.charity, 4321, name="Hilda Hidden", message="To Ada", hide_name=True, hide_amount=True
    )
    await make_gift(family.team, family.charity, 3000, name="Three", message="To you all")
    source = await page_of(site, f"/teams/{family.team.slug}")
    latest = words_of("<body" + section(source, "gifts-title"))
    assert re.findall(r"To (?:you all|Ada|Ben)\b", latest.replace("to ", "")) == ["To you all", "To Ada", "To Ben"]
    assert "Three £30 To you all" in latest
    assert "Somebody kind to Ada Ahead To Ada" in latest
    assert "One to Ben Behind £10 To Ben" in latest
    assert "Hilda" not in source
    assert "£43.21" not in latest


async def test_a_team_of_nobody_still_has_a_page(site: Site) -> None:
    """With a sentence where gifts will stand."""
    family = await make_family()
    lonely = await make_fund(FundKind.TEAM, "Lonely", event=family.event, charity=family.charity)
    race = (await Team.get(fund=family.team).prefetch_related("race")).race
    await Team.create(fund=lonely, race=race)
    words = words_of(await page_of(site, f"/teams/{lonely.slug}"))
    assert "£0 raised so far" in words
    assert "Nobody has given yet." in words
    assert "Captain" not in words


async def test_a_fund_without_a_team_is_not_found(site: Site) -> None:
    """Its kind alone does not make it one."""
    bare = await make_fund(FundKind.TEAM)
    assert (await site.browser.get(f"/teams/{bare.slug}")).status_code == 404


async def test_names_with_markup_are_text(site: Site) -> None:
    """Of the team, its members, its motto and its story."""
    nasty = "<script>alert(1)</script>"
    family = await make_family(name=nasty)
    await Fund.filter(id=family.team.id).update(name=nasty, summary=nasty)
    await Team.filter(fund=family.team).update(motto=nasty, about=nasty, captain_id=await captain_of(family))
    source = await page_of(site, f"/teams/{family.team.slug}")
    assert "<script>" not in source
    assert source.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 7


async def test_the_page_is_for_everybody(site: Site) -> None:
    """No cookie; a tag; 304."""
    await must_be_for_everybody(site, f"/teams/{(await make_family()).team.slug}")


async def test_nothing_lives_at_an_odd_address(site: Site) -> None:
    """Nor at that of a runner."""
    family = await make_family()
    assert (await site.browser.get(f"/teams/{family.runner.slug}")).status_code == 404
    await must_not_be_found(site, "teams")


async def test_a_paused_team_says_so_and_its_members_take_gifts(site: Site) -> None:
    """The pause is the team's own."""
    family = await make_family()
    await Fund.filter(id=family.team.id).update(state=FundState.PAUSED, closed_because="We are choosing a captain.")
    await must_refuse_gifts(site, f"/teams/{family.team.slug}", "We are choosing a captain.")
    assert (await site.browser.get(f"/pages/{family.runner.slug}/donate")).status_code == 200


async def test_a_captain_who_is_not_among_the_rows_shown_is_named_all_the_same(site: Site) -> None:
    """The page shows twelve rows; a team may be led by its thirteenth."""
    family = await make_family()
    for number in range(12):
        await make_gift(await make_member(family, f"Member {number}"), family.charity, 500)
    await Team.filter(fund=family.team).update(captain_id=await captain_of(family))
    text = (await site.browser.get(f"/teams/{family.team.slug}")).text
    assert text.count('<li id="row-') == 12
    assert f'Captain: <a href="/pages/{family.runner.slug}">' in text
