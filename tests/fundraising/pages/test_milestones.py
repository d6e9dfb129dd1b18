"""Milestones: noticed once, told once, and never again, whichever way totals and targets go."""

import asyncio

import pytest

from fundraising.funds.models import Fund
from fundraising.mail.models import Letter
from fundraising.pages.milestones import higher, notice_milestones
from fundraising.pages.models import Milestone, PledgePage
from fundraising.payments.batch import take_in
from fundraising.payments.models import Payment
from tests.conftest import Site
from tests.fundraising.pages.owning_pages import OwnPage, make_own_page, text_of
from tests.looking import section
from tests.makers import arrival, make_family, make_gift, make_person, refund_of


async def give(own: OwnPage, pounds: int) -> Payment:
    """A gift, and the look of the clock after it."""
    payment = await make_gift(own.family.runner, own.family.charity, pounds * 100)
    await notice_milestones()
    return payment


async def reached(own: OwnPage) -> list[int]:
    """What has been kept."""
    return list(await Milestone.filter(page=own.page).order_by("percent").values_list("percent", flat=True))  # type: ignore[arg-type]


async def told() -> list[int]:
    """Of which parts the runner was written to, in that order."""
    return [one.facts["percent"] for one in await Letter.filter(template="milestone").order_by("id")]


async def test_each_part_is_told_once_and_of_several_at_once_the_highest(site: Site) -> None:
    """To the penny: what is a penny short has not been reached."""
    own = await make_own_page(site, target_pence=10_001)
    await give(own, 25)
    assert await reached(own) == []
    await give(own, 55)
    assert (await reached(own), await told()) == ([25, 50, 75], [75])
    await notice_milestones()
    assert await told() == [75]
    letter = next(one for one in await own.letters() if one["to"] == "runner@example.org")
    assert letter["subject"] == "£80: three quarters of the target is there"
    assert letter["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    shown = section(await own.see(), "milestones-title")
    assert [part in shown for part in ("25%", "50%", "75%", "100%")] == [True, True, True, False]


async def test_a_refund_takes_none_away_and_none_comes_twice(site: Site) -> None:
    """Nor does another target make the same part again."""
    own = await make_own_page(site, target_pence=10_000)
    payment = await give(own, 60)
    await take_in([arrival("refund.created", refund_of(payment))], {})
    await notice_milestones()
    assert await reached(own) == [25, 50]
    await give(own, 60)
    await Fund.filter(id=own.family.runner.id).update(target_pence=12_000)
    await notice_milestones()
    assert (await reached(own), await told()) == ([25, 50], [50])


async def test_whoever_has_reached_all_of_it_is_asked_once_for_more(site: Site) -> None:
    """A stretch beyond is told too, and asks for nothing."""
    own = await make_own_page(site, target_pence=10_000)
    await give(own, 100)
    assert "at £150" in text_of((await own.letters())[0])
    await give(own, 60)
    assert await told() == [100, 150]
    assert "the flag further back" not in text_of((await own.letters())[0])


async def test_who_has_raised_the_target_already_is_not_asked(site: Site) -> None:
    """Nothing is said of a total that has gone back before the letter went out."""
    own = await make_own_page(site, target_pence=10_000)
    payment = await give(own, 100)
    await Fund.filter(id=own.family.runner.id).update(target_pence=20_000)
    assert "/edit" not in text_of((await own.letters())[0])
    other = await make_own_page_without_letters(site)
    payment = await give(other, 100)
    await take_in([arrival("refund.created", refund_of(payment))], {})
    assert not [one for one in await other.letters() if one["to"] == "other@example.org"]


async def make_own_page_without_letters(site: Site) -> OwnPage:
    """Another runner's page."""
    family, runner = await make_family(account=None, target_pence=10_000), await make_person("other@example.org")
    await PledgePage.filter(fund=family.runner).update(person=runner)
    return OwnPage(site, family, runner, site.browser, await PledgePage.get(fund=family.runner))


async def test_in_memory_of_somebody_nothing_is_celebrated(site: Site) -> None:
    """Neither on the page nor in the letter."""
    own = await make_own_page(site, page={"in_memory_of": "Grandma Rose"}, target_pence=10_000)
    await give(own, 100)
    text = text_of((await own.letters())[0])
    assert "in memory of Grandma Rose" in text
    assert "flag" not in text
    source = await own.see()
    assert "Milestones" not in source
    assert "On the way" in section(source, "milestones-title")


async def test_pages_that_are_hidden_or_have_no_target_reach_nothing(site: Site) -> None:
    """Nor does a page whose runner was erased get a letter."""
    own = await make_own_page(site, target_pence=None)
    await give(own, 100)
    await Fund.filter(id=own.family.runner.id).update(target_pence=5_000, state="hidden")
    await notice_milestones()
    assert await reached(own) == []
    await Fund.filter(id=own.family.runner.id).update(state="open")
    await PledgePage.filter(id=own.page.id).update(person_id=None)
    await notice_milestones()
    assert (await reached(own), await told()) == ([25, 50, 75, 100, 150, 200], [])


async def test_two_looks_at_once_tell_once(committed_site: Site) -> None:
    """Of two processes."""
    own = await make_own_page(committed_site, target_pence=10_000)
    await make_gift(own.family.runner, own.family.charity, 5_000)
    await asyncio.gather(*(notice_milestones() for _ in range(4)))
    assert (await reached(own), await told()) == ([25, 50], [50])


@pytest.mark.parametrize(
    ("raised", "target", "suggested"), [(10_000, 10_000, 15_000), (51_250, 50_000, 75_000), (90_000, 50_000, 95_000), (2_000, 2_000, 5_000)]
)  # fmt: skip
def test_a_suggested_target_is_round_and_not_reached_yet(raised: int, target: int, suggested: int) -> None:
    """Half as high again, or a little above what has come."""
    assert higher(raised, target) == suggested
