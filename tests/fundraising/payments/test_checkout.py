"""On the way to Stripe's page: one attempt is one session, what was replaced ends, what has ended is begun anew."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import orjson
import pytest

from fundraising.errors import Closed
from fundraising.payments import checkout
from fundraising.payments.checkout import EXPIRE
from fundraising.payments.models import ConnectedAccount, Payment, PaymentState, Purpose
from fundraising.payments.stripe import StripeRefused
from fundraising.sandbox import Manner, Order
from fundraising.settings import Settings
from fundraising.store.database import connection
from fundraising.store.ids import new_id
from tests.conftest import ACCOUNT, Site, opened_site
from tests.fundraising.donations.test_donate import post, session_in
from tests.makers import Family, make_family, tag


def order_for(family: Family, **given: object) -> checkout.Order:
    """£25 for the runner."""
    order = checkout.Order(
        purpose=Purpose.DONATION,
        amount_pence=2500,
        currency="gbp",
        fund_id=family.runner.id,
        charity_id=family.charity.id,
        event_id=family.event.id,
        gift_aid=False,
        attempt=uuid4(),
        fingerprint=tag(),
    )
    return replace(order, **given)  # type: ignore[arg-type]


async def open_session(site: Site, payment: Payment) -> str:
    """Where the supporter pays."""
    receipt = f"http://run.test/donations/{payment.id.hex}"
    return await checkout.open_session(
        site.house.doors.stripe,
        payment,
        what="Gift",
        email="ada@example.org",
        success_url=receipt,
        cancel_url="http://run.test/",
    )


async def begun(order: checkout.Order) -> Payment:
    """The payment of an order."""
    return (await checkout.begin(order, livemode=False)).payment


async def jobs_waiting() -> list[UUID]:
    """Payments whose sessions are to be ended."""
    async with connection() as reading:
        rows = await reading.fetch("select payload from pgqueuer where entrypoint = $1", EXPIRE)
    return [UUID(orjson.loads(row["payload"])["payment"]) for row in rows]


def sessions(site: Site) -> list[str]:
    """Ids of the Checkout Sessions that Stripe has on the charity's account."""
    return [str(session["id"]) for session in site.sandbox.listed("checkout.session", account=ACCOUNT)]


async def test_an_order_is_a_row_before_stripe_hears_of_it(site: Site) -> None:
    """Amount, beneficiary, account and key stand before the first call."""
    family = await make_family()
    order = order_for(family, gift_aid=True)
    made = await checkout.begin(order, livemode=False)
    row = await Payment.get()
    assert made.made
    assert (row.id, row.state) == (made.payment.id, PaymentState.MADE)
    assert (row.session_id or row.session_url) is None
    assert (row.amount_pence, row.gift_aid, row.account) == (2500, True, ACCOUNT)
    assert (row.fund_id, row.charity_id, row.event_id) == (family.runner.id, family.charity.id, family.event.id)
    assert row.idempotency_key == f"checkout-{row.id}"
    assert sessions(site) == []


async def test_the_same_attempt_twice_is_one_row_and_one_session(site: Site) -> None:
    """Whether its session is open yet or not; the second way there asks Stripe for nothing."""
    order = order_for(await make_family())
    first, again = await checkout.begin(order, livemode=False), await checkout.begin(order, livemode=False)
    assert (again.payment.id, again.made) == (first.payment.id, False)
    url = await open_session(site, first.payment)
    later = await checkout.begin(order, livemode=False)
    assert await open_session(site, later.payment) == url
    assert await open_session(site, again.payment) == url  # it knew of no session; Stripe knows its key
    assert (await Payment.all().count(), len(sessions(site))) == (1, 1)
    assert await jobs_waiting() == []


async def test_clicks_at_the_same_moment_are_one_row_and_one_session(
    own_database: str, settings: Settings, tmp_path: Path
) -> None:
    """On several connections, as on several machines."""
    async with opened_site(settings, tmp_path) as site:
        order = order_for(await make_family())
        both = await asyncio.gather(*(checkout.begin(order, livemode=False) for _ in range(8)))
        assert sorted(one.made for one in both) == [False] * 7 + [True]
        urls = await asyncio.gather(*(open_session(site, one.payment) for one in both))
        assert len(set(urls)) == 1
        assert (await Payment.all().count(), len(sessions(site))) == (1, 1)


async def test_changed_details_of_the_same_attempt_end_the_session_before(site: Site) -> None:
    """One job, however often it is changed back and forth; what another attempt has opened stays."""
    family = await make_family()
    first, other = order_for(family), order_for(family)
    changed = replace(first, amount_pence=3000, fingerprint=tag())
    old, neighbour = await begun(first), await begun(other)
    old_url = await open_session(site, old)
    await open_session(site, neighbour)
    new = await begun(changed)
    assert await begun(changed) == new
    assert await jobs_waiting() == [old.id]
    assert await open_session(site, new) != old_url
    await site.work()
    for payment, state in ((old, "expired"), (new, "open"), (neighbour, "open")):
        assert site.sandbox.read(await session_id(payment))["status"] == state
        assert (await Payment.get(id=payment.id)).state == state


async def test_an_expired_session_is_followed_by_a_new_one(site: Site) -> None:
    """The same form, sent again the next morning, can be paid."""
    family, attempt = await make_family(), str(uuid4())
    first = session_in(await post(site, family, attempt=attempt))
    await site.sandbox.expire(first)
    await site.deliver()
    assert (await Payment.get()).state is PaymentState.EXPIRED
    second = session_in(await post(site, family, attempt=attempt))
    assert second != first
    await site.sandbox.pay(second)
    await site.deliver()
    assert sorted(row.state for row in await Payment.all()) == [PaymentState.EXPIRED, PaymentState.PAID]
    assert (await site.total(f"/pages/{family.runner.slug}"))["raised_pence"] == 2500


async def test_after_an_hour_the_same_words_are_another_gift(site: Site) -> None:
    """Its session would soon end under the hands of whoever pays."""
    order = order_for(await make_family())
    first = await begun(order)
    await open_session(site, first)
    async with connection() as writing:
        await writing.execute("update payment set created_at = created_at - interval '59 minutes'")
    assert await begun(order) == first
    async with connection() as writing:
        await writing.execute("update payment set created_at = created_at - interval '2 minutes'")
    second = await begun(order)
    assert second.id != first.id
    assert await jobs_waiting() == [first.id]  # the form is the same, so the first one shall not be paid too


async def test_who_has_paid_is_not_sent_to_pay_again_but_may_give_again(site: Site) -> None:
    """The same form leads to the same payment; the same words from a new form are a new one."""
    order = order_for(await make_family())
    await open_session(site, await begun(order))
    await Payment.all().update(state=PaymentState.PAID, paid_at=datetime.now(UTC))
    again = await checkout.begin(order, livemode=False)
    assert (again.made, again.payment.state) == (False, PaymentState.PAID)
    fresh = await checkout.begin(replace(order, attempt=uuid4()), livemode=False)
    assert fresh.made
    assert await jobs_waiting() == []


@pytest.mark.usefixtures("site")
async def test_an_account_that_is_off_makes_no_row() -> None:
    """No gift is taken that could not arrive."""
    family = await make_family()
    await ConnectedAccount.all().update(charges_enabled=False)
    with pytest.raises(Closed, match="cannot take gifts"):
        await begun(order_for(family))
    assert await Payment.all().count() == 0


async def test_news_that_overtake_the_answer_are_not_undone(site: Site) -> None:
    """Paid in another tab while Stripe answers us: paid it stays."""
    family = await make_family()
    payment = await begun(order_for(family))
    await Payment.all().update(state=PaymentState.PAID, paid_at=datetime.now(UTC))
    await open_session(site, payment)
    row = await Payment.get()
    assert row.state is PaymentState.PAID
    assert row.session_id in sessions(site)


async def test_ending_a_session_ends_it_at_stripe_and_never_what_is_paid(site: Site) -> None:
    """The job may come twice, before the news of what it did, or for nothing."""
    family = await make_family()
    site.sandbox.deliver(Manner(Order.NEVER))
    ended, paid, never_opened = [await begun(order_for(family)) for _ in range(3)]
    for payment in (ended, paid):
        await open_session(site, payment)
    await site.sandbox.pay(await session_id(paid))
    for payment_id in (ended.id, ended.id, paid.id, never_opened.id, new_id()):
        await checkout.end_session(site.house.doors.stripe, payment_id)
    assert site.sandbox.read(await session_id(ended))["status"] == "expired"
    assert site.sandbox.read(await session_id(paid))["status"] == "complete"
    assert len(sessions(site)) == 2
    assert (await Payment.get(id=paid.id)).state is PaymentState.OPEN  # its event says what became of it, not the job


async def session_id(payment: Payment) -> str:
    """Its Checkout Session."""
    kept = (await Payment.get(id=payment.id)).session_id
    assert kept is not None
    return kept


async def test_an_order_that_stripe_refuses_leaves_the_row_as_it_was(site: Site) -> None:
    """No session, no address; the next try begins where this one did."""
    payment = await begun(order_for(await make_family(), amount_pence=1))
    with pytest.raises(StripeRefused):
        await open_session(site, payment)
    row = await Payment.get()
    assert row.state is PaymentState.MADE
    assert (row.session_id or row.session_url) is None


async def test_of_two_windows_only_the_one_sent_last_leads_to_a_session_that_can_be_paid(site: Site) -> None:
    """The first was still on its way to Stripe when the second was sent and the job ran."""
    family = await make_family()
    attempt = uuid4()
    first = await begun(order_for(family, attempt=attempt))
    second = await begun(order_for(family, attempt=attempt, amount_pence=3000))
    await site.work()
    with pytest.raises(Closed, match="sent again since"):
        await open_session(site, first)
    await open_session(site, second)
    await site.work()
    standing = {
        site.sandbox.read(session)["amount_total"]: site.sandbox.read(session)["status"] for session in sessions(site)
    }
    assert standing == {2500: "expired", 3000: "open"}
