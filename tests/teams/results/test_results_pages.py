"""Results as everybody sees them: the event's page, the team's, the runner's, the account."""

import re
from datetime import timedelta

import pytest

from fundraising.funds.models import Fund
from fundraising.people.models import Person
from teams.entries.models import Entry
from teams.roster.models import Team
from tests.conftest import Site
from tests.looking import must_be_for_everybody, page_of, section, words_of
from tests.makers import make_person, sign_in
from tests.teams.entries.making import make_open_event
from tests.teams.results.making import Stand, make_stand


@pytest.fixture
async def mile(site: Site) -> Stand:
    """A mile."""
    return await make_stand(site)


def finishers(source: str) -> list[str]:
    """The rows of the table, in words."""
    body = source.partition('<table class="finishers">')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    return [words_of(f"<body>{row}") for row in body.split("</tr>") if row.strip()]


async def shown(stand: Stand, query: str = "") -> str:
    """The page of results."""
    return await page_of(stand.site, f"/events/{stand.event.fund.slug}/results{query}")


async def test_nothing_provisional_is_public(mile: Stand) -> None:
    """Not on the page of results, not on the runner's, not on the account."""
    person = await make_person()
    page = await mile.page("Ada Example")
    await mile.start(7, person=person, fund=page)
    await mile.type("7 9:41")
    event = f"/events/{mile.event.fund.slug}"
    assert f'href="{event}/results"' not in await page_of(mile.site, event)
    browser = await sign_in(mile.site.browser, person)
    for source in (
        await shown(mile),
        await page_of(mile.site, f"/pages/{page.slug}"),
        (await browser.get("/account")).text,
    ):
        assert "9:41" not in source
    assert "Nobody has run yet." in words_of(await shown(mile))
    await mile.publish()
    assert f'href="{event}/results"' in await page_of(mile.site, event)
    for source in (
        await shown(mile),
        await page_of(mile.site, f"/pages/{page.slug}"),
        (await browser.get("/account")).text,
    ):
        assert "9:41" in source


async def test_runners_stand_by_time_told_to_the_next_second(mile: Stand) -> None:
    """The raw time decides; alike is alike; who did not finish stands below, who did not start nowhere."""
    for number, name in enumerate(("Ada A", "Bob B", "Cy C", "Di D", "Ed E", "Flo F"), 1):
        await mile.start(number, name)
    await mile.type("1 9:40.5", "2 9:40.2", "3 9:40.5", "4 dnf", "5 dq")
    await mile.publish()
    source = await shown(mile)
    assert finishers(source) == [
        "1 Bob B Number 2 9:41", "2 Ada A Number 1 9:41", "2 Cy C Number 3 9:41", "– Di D Number 4 did not finish",
        "– Ed E Number 5 not placed",
    ]  # fmt: skip
    assert "Flo" not in source
    assert "9:40" not in source
    assert "rounded up to the next second" in words_of(source)
    await must_be_for_everybody(mile.site, f"/events/{mile.event.fund.slug}/results")


async def test_where_nothing_is_ranked_there_are_no_places(site: Site) -> None:
    """Everybody who was home stands by name; laps where they are counted."""
    fun = await make_stand(site, "fun")
    for number, name in enumerate(("Zoë Z", "Ada A", "Bob B"), 1):
        await fun.start(number, name)
    await fun.type("1 finished 3", "2 12:00 5", "3 dnf")
    await fun.publish()
    source = await shown(fun)
    assert finishers(source) == ["Ada A Number 2 5 12:00", "Zoë Z Number 1 3 home", "Bob B Number 3 did not finish"]
    assert 'class="place"' not in source


async def test_teams_stand_by_their_last_member_home_and_the_rule_beneath(site: Site) -> None:
    """One of whom somebody is missing stands below with how many are home; a private one is not named."""
    stand = await make_stand(site, "team")
    await stand.team("Quick Start", 1, 2, 3, 4)
    await stand.team("Steady", 5, 6, 7, 8)
    await stand.team("Three Legs", 9, 10, 11, 12)
    secret = await stand.team("Secret", 13, 14, 15, 16, is_private=True)
    await Fund.filter(id=secret.id).update(state="hidden")
    times = ["8:00"] * 3 + ["12:00.5"] + ["9:00"] * 4 + ["7:00"] * 3 + ["dnf"] + ["13:00"] * 4
    lines = [f"{number} {time}" for number, time in enumerate(times, 1)]
    await stand.type(*lines[:12])
    await stand.type(*lines[12:])
    await stand.publish()
    source = await shown(stand)
    ladder = source.partition('<ol class="ladder card teams-home">')[2].partition("</ol>")[0]
    assert [words_of(f"<body>{row}") for row in ladder.split("</li>") if row.strip()] == [
        "1 S Steady 9:00 all 4 home", "2 Q Quick Start 12:01 all 4 home", "3 ? A private team 13:00 all 4 home",
        "– T Three Legs 3 of 4 home",
    ]  # fmt: skip
    assert "lowest wins" in words_of(source)
    assert "Secret" not in source


async def test_the_team_page_tells_its_time_its_place_and_each_member(site: Site) -> None:
    """Whoever leaves afterwards has still run with it."""
    stand = await make_stand(site, "team")
    team = await stand.team("Steady", 1, 2, 3, 4)
    await stand.team("Slow", 5, 6, 7, 8)
    await stand.type(*(f"{n} {8 + n}:00.1" for n in range(1, 9)))
    before = await page_of(site, f"/teams/{team.slug}")
    assert "How we ran" not in before
    await stand.publish()
    await Entry.filter(id=stand.entries[4].id).update(team_id=None)
    source = await page_of(site, f"/teams/{team.slug}")
    assert "12:01 1st of 2 teams home" in words_of(source)
    assert finishers(section(source, "ran-title")) == [
        "1 Runner 1 9:01", "2 Runner 2 10:01", "3 Runner 3 11:01", "4 Runner 4 last home: this is our time 12:01",
    ]  # fmt: skip
    await Team.filter(fund=team).update(is_private=True)
    inside = await sign_in(site.browser, await captain_of(team))
    assert "How we ran" in (await inside.get(f"/teams/{team.slug}/inside")).text


async def captain_of(team: Fund) -> Person:
    """Somebody who leads it."""
    captain = await make_person()
    await Team.filter(fund=team).update(captain=captain)
    return captain


async def test_the_pledge_page_and_the_account_tell_how_its_runner_ran(site: Site) -> None:
    """And with which team; on the page of who did not finish nothing is said."""
    stand = await make_stand(site, "team")
    team = await stand.team("Steady", 1, 2, 3)
    home, lost = await stand.page("Ada Home"), await stand.page("Bob Lost")
    person = await make_person()
    await stand.start(4, "Ada Home", team=team, fund=home, person=person)
    await stand.start(5, "Bob Lost", fund=lost, person=person)
    await stand.type("1 9:00", "2 9:01", "3 9:02", "4 9:03", "5 dnf")
    await stand.publish()
    said = words_of(await page_of(site, f"/pages/{home.slug}"))
    assert "Home in 9:03 4th of 4 in The Team . Steady came 1st of the teams, all home in 9:03." in said
    assert "did not finish" not in await page_of(site, f"/pages/{lost.slug}")
    account = words_of((await (await sign_in(site.browser, person)).get("/account")).text)
    assert "9:03 4th of 4" in account
    assert "did not finish" in account


async def test_children_and_pages_that_are_not_listed_are_not_given_away(mile: Stand) -> None:
    """Of a child the first name and an initial; no way to a hidden or an unlisted page; of who was erased no name."""
    unlisted, hidden = await mile.page("Una Listed"), await mile.page("Hid Den")
    await Fund.filter(id=unlisted.id).update(is_listed=False)
    await Fund.filter(id=hidden.id).update(state="hidden")
    await mile.start(1, "Mabel Farrow", guardian_name="Philippa Farrow")
    await mile.start(2, "Una Listed", fund=unlisted)
    await mile.start(3, "Hid Den", fund=hidden)
    await mile.start(4, "Erased ", born_on=None)
    await mile.type("1 9:00", "2 9:01", "3 9:02", "4 9:03")
    await mile.publish()
    source = await shown(mile)
    assert finishers(source) == [
        "1 Mabel F. Number 1 9:00", "2 Una Listed Number 2 9:01", "3 Hid Den Number 3 9:02", "4 A runner Number 4 9:03",
    ]  # fmt: skip
    assert not re.findall(r'class="finishers">.*href="/pages/', source, re.DOTALL)


async def test_a_runner_is_found_by_name_or_number(mile: Stand) -> None:
    """With the place that they have among all; whoever is not there is not there."""
    for number, name in ((1, "Ada A"), (11, "Bob B"), (12, "Adam C")):
        await mile.start(number, name)
    await mile.type("1 9:00", "11 9:01", "12 9:02")
    await mile.publish()
    assert finishers(await shown(mile, "?q=ada")) == ["1 Ada A Number 1 9:00", "3 Adam C Number 12 9:02"]
    assert finishers(await shown(mile, "?q=1")) == ["1 Ada A Number 1 9:00"]
    assert "Nobody of that name or number" in words_of(await shown(mile, "?q=Nobody"))
    at = f"/events/{mile.event.fund.slug}/results"
    for odd in ("?race=none", "?race=mile&from=x", "?race=mile&from=9999999"):
        assert (await mile.site.browser.get(at + odd)).status_code == 404
    assert finishers(await shown(mile, "?race=mile&from=3")) == ["3 Adam C Number 12 9:02"]


async def test_whoever_looks_too_early_finds_the_runs_before(mile: Stand) -> None:
    """Those that have results, and are no secret."""
    await mile.start(1)
    await mile.type("1 9:00")
    await mile.publish()
    next_one = await make_open_event(starts_at=mile.event.starts_at + timedelta(days=365))
    at = f"/events/{next_one.fund.slug}/results"
    earlier = f'href="/events/{mile.event.fund.slug}/results"'
    assert earlier in await page_of(mile.site, at)
    assert earlier not in (await shown(mile)).partition("<main")[2]
    await Fund.filter(id=mile.event.fund.id).update(state="hidden")
    mile.site.house.pages.cache.forget(None)
    assert earlier not in await page_of(mile.site, at)
