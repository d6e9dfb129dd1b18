"""The history of a team: who came and went, and the money that moved with their pages."""

import re
from datetime import UTC, datetime, timedelta

from fundraising.funds.models import Fund, FundKind, FundState
from fundraising.funds.moving import move_fund
from fundraising.store.database import transaction
from teams.roster.founding import note
from teams.roster.history import tell_history
from teams.roster.models import FactKind, Team, TeamFact
from tests.conftest import Site
from tests.looking import must_not_be_found, page_of, words_of
from tests.makers import Family, make_family, make_fund, make_gift


async def team_of(fund: Fund) -> Team:
    """The team of a fund."""
    return await Team.get(fund_id=fund.id)


async def make_other(family: Family, name: str = "Reverse Charge", **given: object) -> Fund:
    """Another team of the same race."""
    fund = await make_fund(FundKind.TEAM, name, event=family.event, charity=family.charity, **given)
    await Team.create(fund=fund, race_id=(await team_of(family.team)).race_id)
    return fund


async def move(page: Fund, team: Fund | None) -> None:
    """A page changes team."""
    async with transaction() as moving:
        await move_fund(moving, page.id, team.id if team else None)


async def test_a_move_stands_in_the_history_of_both_teams(site: Site) -> None:
    """With its sum, and where it went to or came from."""
    family = await make_family(name="Ada Ahead")
    other = await make_other(family)
    await make_gift(family.runner, family.charity, 1250)
    await move(family.runner, other)
    went, came = [await tell_history(await team_of(team)) for team in (family.team, other)]
    assert [(line.kind, line.name, line.pence, line.other) for line in went] == [
        ("went", "Ada Ahead", 1250, "Reverse Charge")
    ]
    assert [(line.kind, line.name, line.pence, line.other) for line in came] == [
        ("came", "Ada Ahead", 1250, family.team.name)
    ]
    left = words_of(await page_of(site, f"/teams/{family.team.slug}/history"))
    assert "Ada Ahead counts for Reverse Charge from here on. What it had raised went along. −£12.50" in left
    joined = await page_of(site, f"/teams/{other.slug}/history")
    assert f"counts for this team from here on, and no longer for {family.team.name}" in words_of(joined)
    assert "+£12.50" in joined
    assert f'href="/pages/{family.runner.slug}"' in joined
    assert f'href="/teams/{family.team.slug}"' in joined


async def test_facts_and_moves_are_told_together_newest_first(site: Site) -> None:
    """Each kind of fact has its sentence."""
    family = await make_family()
    team = await team_of(family.team)
    day = datetime.now(UTC) - timedelta(days=30)
    for number, kind in enumerate(FactKind):
        async with transaction() as noting:
            await note(noting, team.id, kind, "Ada")
        await TeamFact.filter(kind=kind).update(at=day + timedelta(days=number))
    await move(family.runner, None)
    assert [line.kind for line in await tell_history(team)] == ["went", *reversed([str(kind) for kind in FactKind])]
    words = words_of(await page_of(site, f"/teams/{family.team.slug}/history"))
    for said in (
        "counts for no team from here on. Nothing had been given there yet.", "The team was founded.", "Ada joined.",
        "Ada left the team.", "Ada is not with the team any more.", "Ada is not running this time.",
        "Ada is the captain from here on.", "Ada is the co-captain from here on.", "The team became one with Ada",
        "The team was dissolved.",
    ):  # fmt: skip
        assert said in words, said


async def test_what_is_hidden_is_not_named_in_it(site: Site) -> None:
    """Neither the page nor the other team; the sum is told."""
    family = await make_family(name="Quokkabrook", slug="quokkabrook")
    other = await make_other(family, "Xylophage", slug="xylophage")
    await make_gift(family.runner, family.charity, 500)
    await move(family.runner, other)
    await Fund.filter(id__in=[family.runner.id, other.id]).update(state=FundState.HIDDEN)
    source = await page_of(site, f"/teams/{family.team.slug}/history")
    for marker in ("Quokkabrook", "quokkabrook", "Xylophage", "xylophage"):
        assert marker not in source
    assert "A private page counts for a private team from here on. What it had raised went along. −£5" in words_of(
        source
    )


async def test_a_long_history_is_paged_and_every_line_is_found_once(site: Site) -> None:
    """Also when many things happened at the same instant."""
    family = await make_family()
    team = await team_of(family.team)
    at = datetime.now(UTC)
    await TeamFact.bulk_create([TeamFact(team=team, kind=FactKind.JOINED, name=f"R{n:03}", at=at) for n in range(120)])
    await TeamFact.all().update(at=at)
    await move(family.runner, None)
    path, found = f"/teams/{family.team.slug}/history", list[str]()
    while path:
        source = await page_of(site, path)
        found += re.findall(r"<bdi>(R\d{3})</bdi>", source)
        older = re.search(r'href="(/teams/[^"]+/history\?before=[\d-]+)"', source)
        path = older[1] if older else ""
    assert found == [f"R{n:03}" for n in reversed(range(120))]


async def test_a_private_team_has_no_history_for_the_public(site: Site) -> None:
    """Nor is anything found at odd addresses, or from odd keys."""
    family = await make_family()
    for before in ("x", "1-2-3", "99999999999999999999-0-1", "1-0-"):
        assert (await site.browser.get(f"/teams/{family.team.slug}/history?before={before}")).status_code == 404
    assert (await site.browser.get(f"/teams/{family.team.slug}/history?before=1-0-1")).status_code == 200
    await Fund.filter(id=family.team.id).update(state=FundState.HIDDEN)
    assert (await site.browser.get(f"/teams/{family.team.slug}/history")).status_code == 404


async def test_no_history_lives_at_an_odd_address(site: Site) -> None:
    """As with the team itself."""
    assert (await site.browser.get("/teams/nobody/history")).status_code == 404
    await must_not_be_found(site, "teams")
