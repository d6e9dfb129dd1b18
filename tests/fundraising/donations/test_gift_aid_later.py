"""Gift Aid after the gift: within the law, with the right sentence, and in totals that the books can prove."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundraising.donations.declaring import Eligible, cancel, declare, sentence
from fundraising.donations.models import Declaration, Donation
from fundraising.donations.receipt_forms import DeclareForm
from fundraising.donations.tax_years import declarable_until, tax_year_of
from fundraising.donations.wording import GIFT_AID_LATER_VERSION, GIFT_AID_VERSION
from fundraising.funds.models import FundKind
from fundraising.funds.moving import move_fund
from fundraising.pages.models import PledgePage
from fundraising.payments import books
from fundraising.payments.batch import take_in
from fundraising.payments.models import Payment, Purpose
from fundraising.rooms import PROOFS
from fundraising.store.database import transaction
from tests.conftest import Site
from tests.looking import words_of
from tests.makers import Family, arrival, make_donation, make_family, make_fund, make_gift, refund_of

TYPED = {
    "declare": "on", "title": "Ms", "first_name": "Ada", "last_name": "Byron-King", "house": "12", "postcode": "m252sw",
}  # fmt: skip


async def made(family: Family, pence: int = 2500, **said: Any) -> Donation:
    """A paid gift to the runner."""
    payment = await make_gift(family.runner, family.charity, pence, **said)
    return await Donation.get(payment=payment)


async def add(site: Site, donation: Donation, **typed: str) -> str:
    """Send the form of the receipt; what the page says then."""
    answer = await site.browser.post(f"/donations/{donation.token}/gift-aid", data=TYPED | typed)
    if answer.status_code == 303:
        answer = await site.browser.get(answer.headers["location"])
    return words_of(answer.text)


async def estimates(family: Family) -> set[int]:
    """Estimated Gift Aid of all that the gift counts towards; the books are right."""
    assert (await books.prove(PROOFS)).problems == []
    for fund in family.all:
        await fund.refresh_from_db()
    return {fund.gift_aid_pence for fund in family.all}


async def test_gift_aid_is_added_later_and_every_estimate_follows(site: Site) -> None:
    """Once, with the whole sentence, as it was typed; the gift itself is what it was."""
    family = await make_family()
    donation = await made(family)
    assert "£6.25 more, at no cost to you" in words_of((await site.browser.get(f"/donations/{donation.token}")).text)
    assert "Thank you: Gift Aid is added." in await add(site, donation)
    assert await estimates(family) == {625}
    assert {fund.raised_pence for fund in family.all} == {2500}
    declaration = await Declaration.get()
    assert (declaration.first_name, declaration.house, declaration.postcode) == ("Ada", "12", "M25 2SW")
    assert declaration.wording_version == GIFT_AID_VERSION
    assert f"I want to Gift Aid this donation to {family.charity.name}." in declaration.wording
    await add(site, donation)
    assert await Declaration.all().count() == 1
    assert await estimates(family) == {625}


async def test_a_declaration_is_cancelled_with_a_date_and_another_may_follow(site: Site) -> None:
    """The estimates follow both times; the first one is kept as it was."""
    family = await make_family()
    donation = await made(family, gift_aid=True)
    assert await estimates(family) == {625}
    for _ in range(2):
        answer = await site.browser.post(f"/donations/{donation.token}/gift-aid/cancel")
        assert answer.headers["location"] == f"/donations/{donation.token}?said=cancelled"
    assert await estimates(family) == {0}
    text = words_of((await site.browser.get(f"/donations/{donation.token}")).text)
    assert "Gift Aid cancelled by you on" in text
    await add(site, donation)
    assert await estimates(family) == {625}
    first, second = await Declaration.all().order_by("made_at")
    assert (first.cancelled_at is None, second.cancelled_at) == (False, None)


async def test_what_was_claimed_is_cancelled_with_a_date_and_not_declared_anew(site: Site) -> None:
    """The charity takes it off its next claim."""
    family = await make_family()
    donation = await made(family, gift_aid=True)
    async with transaction() as writing:
        await writing.execute("update declaration set claimed_on = $1", date(2026, 11, 1))
    await site.browser.post(f"/donations/{donation.token}/gift-aid/cancel")
    assert (await Declaration.get()).cancelled_at is not None
    assert await estimates(family) == {0}
    text = await add(site, donation)
    assert "The charity has claimed on this gift before." in text
    assert "after the claim" in text
    assert await Declaration.all().count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"declare": ""}, "Gift Aid needs your declaration"),
        ({"first_name": ""}, "Gift Aid needs your first name"),
        ({"house": " "}, "Gift Aid needs your house"),
        ({"postcode": "90210"}, "Please enter a UK postcode"),
    ],
)
async def test_an_incomplete_declaration_is_none(site: Site, typed: dict[str, str], sentence: str) -> None:
    """What was typed is still there, and nothing has changed."""
    family = await make_family()
    donation = await made(family)
    text = await site.browser.post(f"/donations/{donation.token}/gift-aid", data=TYPED | typed)
    assert text.status_code == 422
    assert sentence in words_of(text.text)
    assert 'value="Byron-King"' in text.text
    assert await Declaration.all().count() == 0
    assert await estimates(family) == {0}


async def test_who_is_related_to_a_runner_whose_place_the_charity_pays_adds_nothing(site: Site) -> None:
    """It is asked where it matters and was not asked before; yes is kept, and the form is gone."""
    family = await make_family()
    await PledgePage.filter(fund=family.runner).update(charity_funded=True)
    donation = await made(family)
    assert "Please say whether you are related" in await add(site, donation)
    answer = await site.browser.post(f"/donations/{donation.token}/gift-aid", data={"is_connected": "yes"})
    assert answer.headers["location"].endswith("?said=related")
    assert (await Donation.get()).is_connected is True
    text = await add(site, donation, is_connected="no")
    assert "Your gift stays without Gift Aid" in text
    assert "more, at no cost to you" not in text
    other = await made(family)
    assert "Gift Aid is added" in await add(site, other, is_connected="no")
    assert await estimates(family) == {625}


async def test_companies_and_gifts_that_have_not_arrived_have_none(site: Site) -> None:
    """Nor is the form shown."""
    family = await make_family()
    company = await made(family, company="Acme Shoes")
    open_ = await make_donation(family.runner, family.charity)
    for donation, because in ((company, "A company's gift"), (await Donation.get(payment=open_), "once the gift has")):
        assert "Add Gift Aid" not in words_of((await site.browser.get(f"/donations/{donation.token}")).text)
        await site.browser.post(f"/donations/{donation.token}/gift-aid", data=TYPED)
        assert because in await add(site, donation) or donation is not company
    assert await Declaration.all().count() == 0


async def test_a_gift_of_an_earlier_tax_year_has_its_own_sentence_until_four_years_are_over(site: Site) -> None:
    """Of a gift five years ago nothing is taken."""
    family = await make_family()
    donation = await made(family)
    await Payment.all().update(paid_at=datetime.now(UTC) - timedelta(days=400))
    assert "Gift Aid is added" in await add(site, donation)
    declaration = await Declaration.get()
    assert declaration.wording_version == GIFT_AID_LATER_VERSION
    assert "if I paid less" in declaration.wording
    old = await made(family)
    await Payment.filter(id=old.payment_id).update(paid_at=datetime.now(UTC) - timedelta(days=5 * 366))
    assert "four years after the tax year of the gift" in await add(site, old)


async def test_gift_aid_and_refunds_at_the_same_moment_end_in_right_books(own_database: str) -> None:
    """Added, cancelled and added again, while the gifts go back and the runner changes teams."""
    family = await make_family()
    other = await make_fund(FundKind.TEAM, event=family.event, charity=family.charity)
    payments = [await make_gift(family.runner, family.charity, 1001 + n) for n in range(6)]
    gifts = [await Donation.get(payment=payment) for payment in payments]
    form = DeclareForm.model_validate(TYPED)

    async def declared(gift: Donation) -> None:
        await declare(gift.id, form, date.today())
        await cancel(gift.id)
        await declare(gift.id, form, date.today())

    async def refunded(payment: Payment) -> None:
        await take_in([arrival("refund.created", refund_of(payment, 500))], {})

    async def moved() -> None:
        for team in (other, family.team):
            async with transaction() as writing:
                await move_fund(writing, family.runner.id, team.id)

    await asyncio.gather(moved(), *map(declared, gifts), *map(refunded, payments))
    assert await estimates(family) == {sum((1001 + n - 500) // 4 for n in range(6))}
    assert await Declaration.all().count() == 12


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_a_tax_year_begins_on_the_sixth_of_april(day: date) -> None:
    """Every day is in exactly one, and Gift Aid can be added for four whole ones after it."""
    year = tax_year_of(day)
    assert year.first_day <= day <= year.last_day
    assert tax_year_of(year.last_day + timedelta(days=1)).begins_in == year.begins_in + 1
    assert declarable_until(day) == date(year.begins_in + 5, 4, 5)
    assert Eligible(Purpose.DONATION, day, 1, "", False, False).refusal(declarable_until(day)) == ""
    assert Eligible(Purpose.DONATION, day, 1, "", False, False).refusal(declarable_until(day) + timedelta(days=1))


def test_the_sentence_names_the_year_of_the_gift() -> None:
    """A day before and a day after 6 April."""
    assert sentence("Second Wind", date(2026, 4, 6), date(2026, 11, 1))[0] == GIFT_AID_VERSION
    version, whole = sentence("Second Wind", date(2026, 4, 5), date(2026, 11, 1))
    assert version == GIFT_AID_LATER_VERSION
    assert "to Second Wind in the tax year 2025/26" in whole


@pytest.mark.parametrize("purpose", [Purpose.CASH, Purpose.MATCH])
def test_cash_and_matches_have_none(purpose: Purpose) -> None:
    """A pot is a company's, and cash has its paper form."""
    assert "only for gifts that a person makes here" in Eligible(
        purpose, date(2026, 5, 1), 1, "", False, False
    ).refusal(date(2026, 5, 2))
