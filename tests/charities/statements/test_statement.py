"""A charity's statement: it adds up, agrees with its page, its payouts and Stripe's lists, and is of no one else."""

import csv
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO

import httpx
import pytest

from charities.models import Charity, DonorLook, Partner, Role
from fundraising.payments import books, ledger
from fundraising.payments.batch import take_in
from fundraising.payments.ledger import Movement
from fundraising.payments.models import Kind, Payment, PayoutLine, Purpose, Transfer
from fundraising.store.database import transaction
from tests.conftest import ACCOUNT, Site
from tests.fundraising.payments.test_paying_out import paid_out, pay
from tests.looking import words_of
from tests.makers import (
    Family,
    arrival,
    make_donation,
    make_family,
    make_gift,
    make_payment,
    make_person,
    make_together,
    refund_of,
    session_of,
    sign_in,
)


@dataclass
class Stating:
    """A finance partner of a family's charity."""

    family: Family
    browser: httpx.AsyncClient
    path: str

    async def words(self, **query: str) -> str:
        """The page."""
        answer = await self.browser.get(self.path, params=query)
        assert answer.status_code == 200, answer.text
        return words_of(answer.text)

    async def rows(self, **query: str) -> list[dict[str, str]]:
        """The file with every movement."""
        answer = await self.browser.get(self.path + ".csv", params=query)
        assert answer.status_code == 200, answer.text
        return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))


async def stating_for(site: Site, family: Family) -> Stating:
    """Signed in as one of the family's charity."""
    person = await make_person()
    await Partner.create(charity=await Charity.get(fund=family.charity), person=person, role=Role.FINANCE)
    return Stating(family, await sign_in(site.browser, person), f"/charities/{family.charity.slug}/desk/statement")


@pytest.fixture
async def stating(site: Site) -> Stating:
    """Nothing given yet."""
    return await stating_for(site, await make_family())


async def test_a_period_opens_moves_and_closes_to_the_penny(site: Site, stating: Stating) -> None:
    """Gifts, fees, a refund and a payout: the sums are the ledger's, and what Stripe lists comes to the payout."""
    assert "Nothing moved in this period" in await stating.words()
    one = await pay(site, stating.family)
    await pay(site, stating.family, "bea@example.org")
    await site.sandbox.refund(one.intent_id or "", 500)
    await site.deliver()
    await site.work()
    made = await paid_out(site)
    fees = sum([row.pence for row in await Transfer.filter(kind="fee")])
    assert fees > 0
    assert made["amount"] == 4500 - fees
    words = await stating.words()
    assert "Gifts 2 £50" in words
    assert "Refunds 1 -£5" in words.replace("−", "-")
    assert "Held after £0" in words
    assert "Agrees with the total on your page: £45" in words
    assert f"{made['id']}" in words
    assert "3 lines, to the penny" in words
    rows = await stating.rows()
    assert [row["what"] for row in rows].count("Stripe’s fees") == 2
    assert sum(Decimal(row["pounds"]) for row in rows) == Decimal(rows[-1]["balance_pounds"]) == 0
    assert (await DonorLook.get()).what.startswith("Statement ")
    assert (await books.prove()).problems == []


async def test_what_was_held_before_a_period_opens_it(site: Site, stating: Stating) -> None:
    """Yesterday's gift is the opening of today; days of another month are empty on both sides."""
    gift = await make_gift(stating.family.runner, stating.family.charity, 1001)
    today = datetime.now(UTC).date()
    tomorrow = (today + timedelta(days=1)).isoformat()
    assert "Held before £0" in await stating.words(first=today.isoformat())
    assert await stating.rows(first="2020-01-01", last="2020-01-31") == []
    words = await stating.words(first="2020-01-01", last="2020-01-31")
    assert "Held after £0" in words
    assert "Agrees with the total" not in words, "of a period in the past the page of today says nothing"
    assert "Gifts 1 £10.01" in await stating.words(first="nonsense", last=tomorrow)
    (row,) = await stating.rows()
    assert (row["gift"], row["pounds"], row["page"]) == (str(gift.id), "10.01", stating.family.runner.name)


async def test_a_list_of_stripe_that_comes_to_another_sum_is_said_on_both_sides(site: Site, stating: Stating) -> None:
    """On the statement in pounds, and in the books."""
    await pay(site, stating.family)
    made = await paid_out(site)
    line = await PayoutLine.get(kind="charge")
    assert (line.payout_id, line.account, line.net_pence) == (made["id"], ACCOUNT, made["amount"])
    line.gross_pence, line.net_pence = line.gross_pence - 7, line.net_pence - 7
    await line.save()
    assert "£0.07 off" in await stating.words()
    (problem,) = (await books.prove()).problems
    assert made["id"] in problem


async def test_another_charity_sees_none_of_it(site: Site, stating: Stating) -> None:
    """Neither sums nor rows, whatever is asked."""
    other = await stating_for(site, await make_family(account=None))
    await pay(site, stating.family)
    assert await Payment.all().count() == 1
    assert "Nothing moved in this period" in await other.words()
    assert await other.rows() == []
    answer = await other.browser.get(stating.path)
    assert answer.status_code == 403
    assert (await other.browser.get(stating.path + ".csv")).status_code == 403
    assert (await other.browser.get(other.path + ".pdf")).status_code == 404


async def test_held_is_what_an_account_holds_and_whose_it_is_is_said(site: Site) -> None:
    """A charity without an account: the organiser holds it. Cash is given besides, and moves no balance."""
    family = await make_family(account=None)
    stating = await stating_for(site, family)
    gift = await make_donation(family.runner, family.charity, 1000, paying={"account": None})
    await take_in([arrival("checkout.session.completed", session_of(gift), account=None)], {})
    paid = {"purpose": Purpose.CASH, "state": "paid", "paid_at": datetime.now(UTC), "account": None}
    slip = await make_payment(family.runner, family.charity, 700, **paid)
    async with transaction() as writing:
        head = await ledger.lock(writing)
        fund = ledger.fund_account(family.runner.id)
        at = datetime.now(UTC)
        cash = Movement(Kind.CASH_CONFIRMED, "slip-1", "cash:1", fund, 700, "gbp", slip.id, at)
        await ledger.write(writing, head, [cash])
    await books.rebuild()
    words = await stating.words()
    assert "Held after £10 " in words
    assert "what was paid out: £10 with the organiser, who pays it to your bank." in words
    assert "Given besides, and held by no account here Cash 1 £7" in words
    assert "Agrees with the total on your page: £17" in words
    online, beside = await stating.rows()
    assert (online["gift"], online["held_by"], online["balance_pounds"]) == (str(gift.id), "organiser", "10.00")
    assert (beside["what"], beside["held_by"], beside["pounds"], beside["balance_pounds"]) == (
        "Cash",
        "",
        "7.00",
        "10.00",
    )


async def test_one_payment_for_several_pages_is_one_line_and_as_many_gifts(site: Site, stating: Stating) -> None:
    """Its whole is no gift, and its refund is one however many pages it was for."""
    family = stating.family
    whole, _ = await make_together(family.charity, [(family.runner, 1000), (family.team, 500)])
    await take_in([arrival("checkout.session.completed", session_of(whole))], {})
    await take_in([arrival("refund.created", refund_of(whole, 1500))], {})
    words = await stating.words()
    assert "Gifts 2 £15" in words
    assert "Refunds 1 −£15" in words
    payout = {"id": "po_1", "object": "payout", "amount": 1, "currency": "gbp", "status": "paid"}
    await take_in([arrival("payout.paid", payout)], {})
    await Payment.all().update(payout_id="po_1", paid_out_at=datetime.now(UTC))
    for number, source in enumerate(("ch_ours", "ch_elsewhere")):
        await PayoutLine.create(
            id=f"txn_{number}", payout_id="po_1", account=ACCOUNT, kind="charge", source=source, gross_pence=number,
            fee_pence=0, net_pence=number, made_at=datetime.now(UTC),
        )  # fmt: skip
    words = await stating.words()
    assert "£0.01 2 2 lines, to the penny; 1 payment from elsewhere" in words
    assert "takes money from elsewhere too" in words
