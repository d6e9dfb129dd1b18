"""Whether a page is seen and takes gifts: one answer, whoever said what, in whatever order."""

from itertools import product

import pytest

from fundraising.funds.models import Fund, FundState
from fundraising.pages.models import PledgePage, Seen
from fundraising.pages.standing import Facts, guardian_answers, settle, standing_of
from fundraising.payments.models import PaymentState
from fundraising.store.database import transaction
from tests.conftest import Site
from tests.makers import make_family, make_payment

NAME = "Ada Ahead"


def test_gifts_are_taken_only_when_nothing_is_in_the_way() -> None:
    """Of all that can be so at once."""
    for seen_by, paused, waits, stopped, agreed in product(
        Seen, (False, True), (False, True), ("", "Not this time."), (False, True)
    ):
        facts = Facts(NAME, FundState.OPEN, "", seen_by, paused, waits, stopped, agreed)
        stands = standing_of(facts)
        is_unseen = waits or seen_by is Seen.PRIVATE
        is_still = paused or bool(stopped) or not agreed
        assert stands.state is (FundState.HIDDEN if is_unseen else FundState.PAUSED if is_still else FundState.OPEN)
        assert bool(stands.because) is is_still
        assert stands.is_listed is (seen_by is Seen.PUBLIC)
        closed = Facts(NAME, FundState.CLOSED, "Given to the team.", seen_by, paused, waits, stopped, agreed)
        assert (standing_of(closed).state, standing_of(closed).because) == (FundState.CLOSED, "Given to the team.")


def test_the_weightiest_reason_is_the_one_that_is_said() -> None:
    """Who does not run any more has not just paused."""
    assert standing_of(Facts(NAME, is_paused=True, stopped_because="Not this time.")).because == "Not this time."
    assert standing_of(Facts(NAME, is_paused=True, has_agreed=False)).because.startswith("Ada has paused this page")
    assert standing_of(Facts(NAME, has_agreed=False)).because.startswith("Ada is still getting this page ready")
    assert standing_of(Facts(NAME, in_memory=True)).is_ranked is False


async def test_who_is_at_the_till_is_sent_away_when_a_page_stands_still(site: Site) -> None:
    """And not when it goes on."""
    family = await make_family()
    payment = await make_payment(family.runner, family.charity)
    for is_paused, state in ((False, PaymentState.MADE), (True, PaymentState.EXPIRED)):
        await PledgePage.filter(fund=family.runner).update(is_paused=is_paused)
        async with transaction() as writing:
            await settle(writing, family.runner.id)
        await site.work()
        await payment.refresh_from_db()
        assert payment.state is state


@pytest.mark.usefixtures("database")
async def test_what_was_private_before_a_guardian_agreed_is_private_after() -> None:
    """Each says its own; neither undoes the other."""
    family = await make_family()
    page = PledgePage.filter(fund=family.runner)
    for agrees, seen_by, state in (
        (False, Seen.PUBLIC, FundState.HIDDEN), (True, Seen.PRIVATE, FundState.HIDDEN), (True, Seen.UNLISTED, FundState.OPEN),
    ):  # fmt: skip
        await page.update(seen_by=seen_by)
        async with transaction() as writing:
            await guardian_answers(writing, family.runner.id, agrees=agrees)
        fund = await Fund.get(id=family.runner.id)
        assert (fund.state, fund.is_listed) == (state, seen_by is Seen.PUBLIC)
