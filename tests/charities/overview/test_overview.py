"""The first page of a charity's desk: sums that are right, filtered by event and day, and nobody else's."""

import asyncio
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from charities.connecting.paying_over import pay_over
from charities.models import Charity, Partner
from charities.overview.beside import Beside
from charities.overview.figures import count_agreed, reckon_owed
from fundraising.donations.models import Donation
from fundraising.payments.batch import take_in
from fundraising.payments.models import ConnectedAccount, Payment
from fundraising.store.database import connection
from tests.charities.connecting.test_owed import ZONE, give, owed_to, paid
from tests.conftest import Site
from tests.looking import words_of
from tests.makers import Family, arrival, dispute_of, make_family, make_gift, make_person, refund_of, sign_in


@dataclass
class Looking:
    """A partner at the desk of a family's charity."""

    family: Family
    browser: httpx.AsyncClient
    path: str

    async def figures(self, **query: str) -> dict[str, str]:
        """What stands on the cards, by their words."""
        answer = await self.browser.get(self.path, params=query)
        assert answer.status_code == 200, answer.text
        text = answer.text
        cards = re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", text, re.DOTALL)
        return {" ".join(words.split()): figure.strip() for words, figure in cards}


@pytest.fixture
async def looking(site: Site) -> Looking:
    """Nothing given yet."""
    family = await make_family()
    person = await make_person()
    await Partner.create(charity=await Charity.get(fund=family.charity), person=person)
    return Looking(family, await sign_in(site.browser, person), f"/charities/{family.charity.slug}/desk")


async def test_sums_are_those_of_what_stands(looking: Looking) -> None:
    """Refunds leave them, Gift Aid stands apart, the average is rounded down; who agreed is counted once."""
    family = looking.family
    assert (await looking.figures())["gifts"] == "0", (await looking.browser.get(looking.path)).text
    await make_gift(family.runner, family.charity, 1001, gift_aid=True, contact_ok=True, email="a@example.org")
    back = await make_gift(family.team, family.charity, 2000, contact_ok=True, email="A@example.org")
    await make_gift(family.charity, family.charity, 500)
    await take_in([arrival("refund.created", refund_of(back, 1500))], {})
    shown = await looking.figures()
    assert (shown["today"], shown["in these days"], shown["gifts"]) == ("£20.01", "£20.01", "3")
    assert (shown["a gift, on average"], shown["Gift Aid, about"]) == ("£6.67", "£2.50")
    assert shown["supporter agrees to hear from you"] == "1"
    page = words_of((await looking.browser.get(looking.path)).text)
    assert "£20.01 raised in all" in page
    assert "Without a first gift: 0" in page


async def test_event_and_days_narrow_it(looking: Looking) -> None:
    """Days of both ends are in it; what the query says oddly counts as not said."""
    family = looking.family
    other = await make_family(account=None)
    await make_gift(family.runner, family.charity, 1000)
    old = await make_gift(other.runner, family.charity, 700)
    day = datetime.now(UTC) - timedelta(days=90)
    await Payment.filter(id=old.id).update(paid_at=day)
    assert (await looking.figures())["in these days"] == "£10"
    then = (day - timedelta(days=1)).date().isoformat()
    assert (await looking.figures(first=then))["in these days"] == "£17"
    assert (await looking.figures(first=then, event=family.event.slug))["in these days"] == "£10"
    whole = await looking.figures(first=then, last=(day + timedelta(days=1)).date().isoformat())
    assert (whole["in these days"], whole["today"]) == ("£7", "£0")
    for odd in (
        {"first": "x"},
        {"event": "no-such"},
        {"last": "9999-12-31"},
        {"first": "2999-01-01"},
        {"first": "1900-01-01"},
    ):
        assert (await looking.browser.get(looking.path, params=odd)).status_code == 200, odd


async def test_the_chart_has_a_bar_for_each_day_with_gifts_and_reads_as_a_table(looking: Looking) -> None:
    """Of a long time it draws weeks."""
    family = looking.family
    for days, pence in ((0, 1000), (1, 3000), (5, 500)):
        gift = await make_gift(family.runner, family.charity, pence)
        await Payment.filter(id=gift.id).update(paid_at=datetime.now(UTC) - timedelta(days=days))
    text = (await looking.browser.get(looking.path)).text
    heights = sorted(float(h) for h in re.findall(r"<rect [^>]*height=\"([\d.]+)\"", text))
    assert heights == [24.0, 48.0, 144.0]
    assert text.count('data-label="Given"') == 3
    long = (await looking.browser.get(looking.path, params={"first": "2020-01-01"})).text
    assert "Week of" in long
    assert long.count('data-label="Given"') in (1, 2)


async def test_of_very_many_gifts_who_agrees_is_counted_beside_the_page_once_a_minute(looking: Looking) -> None:
    """And by the latest gift of an address, of two in one second by the one that was made later."""
    family = looking.family
    for email, agrees in (("a@example.org", True), ("b@example.org", True), ("B@example.org", False)):
        await make_gift(family.runner, family.charity, 1000, email=email, contact_ok=agrees)
    await Payment.all().update(paid_at=datetime.now(UTC))
    today = datetime.now(UTC).date()
    given = (family.charity.id, "Europe/London", None, today - timedelta(days=2), today + timedelta(days=1))
    other_days = (*given[:3], today, today)

    async def count(agreeing: Beside, *of: object, gifts: int = 3) -> int | None:
        async with connection() as reading:
            found = await agreeing.reckon(reading, gifts, count_agreed, *of)
        await asyncio.gather(*agreeing._reckoning.values())
        return found

    keeping, forgetting = Beside(many=3), Beside(many=3, seconds=-1)
    assert [await count(keeping, *given) for _ in range(2)] == [None, 1]
    await Donation.all().update(contact_ok=False)
    assert (await count(keeping, *given), await count(keeping, *other_days)) == (1, None)
    assert await count(keeping, *given, gifts=2) == 0
    assert [await count(forgetting, *given) for _ in range(2)] == [None, 0]
    await Donation.all().update(contact_ok=True)
    assert [await count(forgetting, *given) for _ in range(2)] == [0, 2]


async def test_what_the_organiser_holds_and_what_disputes_cost_is_as_the_ledger_has_it(looking: Looking) -> None:
    """After fees, of whatever days; nothing once all of it is paid over. Of many gifts it is reckoned beside the page."""
    family, words = looking.family, "of all days, on the organiser’s account still after fees"
    await ConnectedAccount.filter(charity=family.charity).delete()
    kept, lost = await give(family, 4500, fee=88), await give(family, 1000, fee=35)
    row = {"id": "txn_dispute", "amount": -1000, "fee": 2000}
    dispute = dispute_of(lost, status="lost", balance_transactions=[row])
    await take_in([arrival("charge.dispute.closed", dispute, account=None)], {})
    assert await owed_to(family) == 5500 - 1000 - 88 - 35 - 2000
    shown = await looking.figures()
    assert (shown["Stripe’s fees"], shown["net, so far"], shown[words]) == ("£21.23", "£23.77", "£23.77")
    await Payment.filter(id=kept.id).update(paid_at=datetime.now(UTC) - timedelta(days=90))
    assert (await looking.figures(first=datetime.now(UTC).date().isoformat()))[words] == "£23.77"
    owing, reckoned = Beside(many=2), []
    for gifts in (1, 2, 2):
        async with connection() as reading:
            reckoned.append(await owing.reckon(reading, gifts, reckon_owed, family.charity.id))
        await asyncio.gather(*owing._reckoning.values())
    assert reckoned == [2377, None, 2377]
    await pay_over(await Charity.get(fund=family.charity), paid(2377), None, ZONE)
    assert words not in await looking.figures()


async def test_nothing_of_another_charity_is_in_it(looking: Looking) -> None:
    """Neither in sums nor by name."""
    other = await make_family(account=None)
    await make_gift(other.runner, other.charity, 7700)
    text = (await looking.browser.get(looking.path, params={"event": other.event.slug})).text
    assert "£77" not in words_of(text)
    assert other.runner.name not in text
