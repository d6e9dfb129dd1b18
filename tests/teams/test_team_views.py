"""The team page: its members by amount, the rows that make its total, its captain, and the gifts to all of them."""

import re
from datetime import UTC, datetime, timedelta

from fundraising.funds.models import Fund, FundKind, FundState
from fundraising.pages.models import PledgePage
from fundraising.people.models import Person
from teams.events.models import Event, RaceKind, Stage
from teams.roster.models import FactKind, Team, TeamFact
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


async def test_members_stand_by_name_too_and_each_amount_opens_into_its_gifts(site: Site) -> None:
    """Both orders are in the page, so that the choice needs no request; a team of one has nothing to choose."""
    family = await make_family(name="ben behind")
    await make_member(family, "Ada Ahead")
    await make_member(family, "Cy Yet")
    await make_gift(family.runner, family.charity, 1050)
    source = await page_of(site, f"/teams/{family.team.slug}")
    by_name = source.partition('<ol class="by-name">')[2].partition("</ol>")[0]
    assert re.findall(r"<bdi>([^<]*)</bdi></a>", by_name) == ["Ada Ahead", "ben behind", "Cy Yet"]
    assert re.search(r'id="by-amount"[^>]*\bchecked\b', source)
    assert source.count(f'<a class="pence" href="/pages/{family.runner.slug}/gifts">£10.50<') == 2
    assert f'href="/teams/{family.team.slug}/gifts?direct=1"' in source
    other = await make_family(account=None)
    assert "by-name" not in await page_of(site, f"/teams/{other.team.slug}")


async def test_a_member_whose_page_is_hidden_counts_and_is_not_named(site: Site) -> None:
    """Neither in the rows nor in the list of runners; the rows still make the total."""
    family = await make_family(name="Ben Behind")
    hidden = await make_member(family, "Hilda Hidden")
    await make_gift(hidden, family.charity, 700)
    await make_gift(family.runner, family.charity, 300)
    await Fund.filter(id=hidden.id).update(state=FundState.HIDDEN)
    source = await page_of(site, f"/teams/{family.team.slug}")
    assert rows_of(source) == [
        ("Ben Behind", "£3"), ("1 private page", "£7"), ("Given to the team itself", "£0"), ("Together", "£10"),
    ]  # fmt: skip
    for shown in (source, await page_of(site, f"/teams/{family.team.slug}/runners")):
        assert "Hilda" not in shown
        assert hidden.slug not in shown


async def test_the_page_counts_the_days_and_tells_the_rule_of_its_race(site: Site) -> None:
    """From the server, in words."""
    family = await make_family()
    race = (await Team.get(fund=family.team).prefetch_related("race")).race
    path = f"/teams/{family.team.slug}"
    for ahead, sentence in ((38, "38 days to go"), (1, "Tomorrow"), (0, "Today"), (-3, "It has been run")):
        noon = datetime.now(UTC).replace(hour=12, minute=0)
        race.starts_at = noon + timedelta(days=ahead)
        await race.save(update_fields=["starts_at"])
        site.house.pages.cache.forget(None)
        assert sentence in words_of(await page_of(site, path))
    words = words_of(await page_of(site, path))
    assert "A team 4 to 8 runners Ranked by Time" in words
    assert "The team’s time is that of its last member home" in words
    race.kind = RaceKind.FUN
    await race.save(update_fields=["kind"])
    site.house.pages.cache.forget(None)
    assert "last member home" not in words_of(await page_of(site, path))
    await Event.filter(id=race.event_id).update(stage=Stage.CANCELLED)
    site.house.pages.cache.forget(None)
    words = words_of(await page_of(site, path))
    assert "Cancelled" in words
    assert "to go" not in words


async def test_a_team_with_room_says_how_to_join_while_entries_are_open(site: Site) -> None:
    """By how many run with it; seats are the captain's business and nowhere on the page."""
    family = await make_family()
    race = (await Team.get(fund=family.team).prefetch_related("race__event")).race
    path = f"/teams/{family.team.slug}"
    assert "Room for" not in words_of(await page_of(site, path))  # entries are not open
    await Event.filter(id=race.event_id).update(entries_open_at=datetime.now(UTC) - timedelta(days=1))
    site.house.pages.cache.forget(None)
    assert "Room for 7 more. Would you like to join? Ask the captain." in words_of(await page_of(site, path))
    race.least_in_team, race.most_in_team = 1, 1
    await race.save(update_fields=["least_in_team", "most_in_team"])
    site.house.pages.cache.forget(None)
    assert "Room for" not in words_of(await page_of(site, path))


async def test_a_team_that_has_ended_says_so_and_asks_nobody_to_join(site: Site) -> None:
    """Whether it merged or was dissolved, with the day; its money can still be found."""
    family = await make_family(name="Ben Behind")
    await make_gift(family.team, family.charity, 500)
    team = await Team.get(fund=family.team).prefetch_related("race")
    await Event.filter(id=team.race.event_id).update(entries_open_at=datetime.now(UTC) - timedelta(days=1))
    team.ended_at = datetime(2031, 7, 6, 9, tzinfo=UTC)
    await team.save(update_fields=["ended_at"])
    path = f"/teams/{family.team.slug}"
    words = words_of(await page_of(site, path))
    assert "This team has ended, on Sunday 6 July 2031." in words
    assert "Room for" not in words
    assert "to go" not in words
    assert f'href="{path}/history"' in await page_of(site, path)
    await TeamFact.create(team=team, kind=FactKind.MERGED)
    site.house.pages.cache.forget(None)
    assert "This team has merged into another one, on Sunday 6 July 2031." in words_of(await page_of(site, path))
