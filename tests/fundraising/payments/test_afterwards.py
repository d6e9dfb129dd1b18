"""After the fact: fees settled, refunds fetched, sessions looked up, everything missed reconciled."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fundraising.donations.models import Donation
from fundraising.payments import books
from fundraising.payments.models import Kind, Payment, PaymentState, StripeEvent, Transfer
from fundraising.payments.reconcile import reconcile
from fundraising.payments.settle import fetch_refunds, look_up
from fundraising.rooms import PROOFS, TELLERS
from fundraising.sandbox import Manner, Order
from tests.conftest import Site
from tests.fundraising.donations.test_donate import post, session_in
from tests.makers import make_family


async def right() -> bool:
    """Books, donations included."""
    return (await books.prove(PROOFS)).problems == []


async def test_the_fee_is_booked_once_stripe_knows_it(site: Site) -> None:
    """1.5 % and 20p, its net and the day it can be paid out; the total stays."""
    family = await make_family()
    await site.sandbox.pay(session_in(await post(site, family)))
    await site.deliver()
    await site.work()
    payment = await Payment.get()
    assert (payment.fee_pence, payment.net_pence) == (58, 2442)
    assert payment.available_at is not None
    fee = await Transfer.get(kind=Kind.FEE)
    assert (fee.debit_account, fee.credit_account, fee.pence) == (f"fund:{family.runner.id}", "stripe_fees", 58)
    assert (await site.total(f"/pages/{family.runner.slug}"))["raised_pence"] == 2500
    await site.work()
    assert await Transfer.filter(kind=Kind.FEE).count() == 1
    assert await right()


async def test_refunds_that_were_never_told_are_fetched(site: Site) -> None:
    """The charge says how much went back; Stripe says by which refunds."""
    family = await make_family()
    session = session_in(await post(site, family))
    await site.sandbox.pay(session)
    await site.deliver()
    site.sandbox.deliver(Manner(Order.NEVER, types=("refund.*",)))
    await site.sandbox.refund(site.sandbox.read(session)["payment_intent"], 700)
    await site.deliver()
    assert (await site.total(f"/pages/{family.runner.slug}"))["raised_pence"] == 2500
    await site.work()
    assert (await site.total(f"/pages/{family.runner.slug}"))["raised_pence"] == 1800
    payment = await Payment.get()
    assert await fetch_refunds(site.house.doors.stripe, TELLERS, payment_id=payment.id) == []
    site.sandbox.deliver(Manner(Order.ONCE))
    assert await right()


async def test_looking_up_a_session_says_what_its_event_would_have_said(site: Site) -> None:
    """Still open, expired, on its way, refused, paid."""
    family = await make_family()
    site.sandbox.deliver(Manner(Order.NEVER))
    stripe = site.house.doors.stripe
    for number, (how, settle, state) in enumerate(
        [
            (None, None, PaymentState.OPEN),
            ("expire", None, PaymentState.EXPIRED),
            ("bank_debit", None, PaymentState.PROCESSING),
            ("bank_debit", False, PaymentState.FAILED),
            ("bank_debit", True, PaymentState.PAID),
            ("card", None, PaymentState.PAID),
        ]
    ):
        session = session_in(await post(site, family, email=f"ada{number}@example.org"))
        if how == "expire":
            await site.sandbox.expire(session)
        elif how:
            await site.sandbox.pay(session, how)
        if settle is not None:
            await site.sandbox.settle_bank_debit(session, succeed=settle)
        payment = await Payment.get(session_id=session)
        await look_up(stripe, TELLERS, payment_id=payment.id)
        await look_up(stripe, TELLERS, payment_id=payment.id)
        await payment.refresh_from_db()
        assert payment.state is state, how
    assert (await site.total(f"/pages/{family.runner.slug}"))["raised_pence"] == 5000
    assert await right()


async def test_what_is_found_late_counts_from_the_day_on_which_it_happened(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gift of March and its refund of April, both found months later; that the refund failed is known only now."""
    family = await make_family()
    site.sandbox.deliver(Manner(Order.NEVER))
    session = session_in(await post(site, family))
    await site.sandbox.pay(session)
    intent = site.sandbox.read(session)["payment_intent"]
    await site.sandbox.refund(intent, 700)
    stripe, payment = site.house.doors.stripe, await Payment.get()
    given, back = datetime(2026, 3, 31, 12, tzinfo=UTC), datetime(2026, 4, 1, 12, tzinfo=UTC)
    get_intent, list_refunds = stripe.get_intent, stripe.list_refunds

    async def intent_of_march(*asked: Any, **more: Any) -> dict[str, Any]:
        found = await get_intent(*asked, **more)
        return found | {"latest_charge": found["latest_charge"] | {"created": int(given.timestamp())}}

    async def refunds_of_april(*asked: Any, **more: Any) -> list[dict[str, Any]]:
        dated = {"created": int(back.timestamp()), "status": "failed"}
        return [refund | dated for refund in await list_refunds(*asked, **more)]

    monkeypatch.setattr(stripe, "get_intent", intent_of_march)
    monkeypatch.setattr(stripe, "list_refunds", refunds_of_april)
    await look_up(stripe, TELLERS, payment_id=payment.id)
    await fetch_refunds(stripe, TELLERS, payment_id=payment.id)
    await payment.refresh_from_db()
    moved = dict(await Transfer.filter(payment=payment).values_list("kind", "happened_at"))
    assert payment.paid_at == moved[Kind.DONATION] == given
    assert moved[Kind.REFUND] == back
    assert moved[Kind.REFUND_FAILED] > datetime.now(UTC) - timedelta(minutes=5)
    assert await right()


async def test_what_stripe_never_delivered_is_fetched_and_ends_in_the_same_books(site: Site) -> None:
    """Gifts, refunds and disputes of connected accounts and of our own, all lost on the way."""
    connected, owed = await make_family(), await make_family(account=None)
    site.sandbox.deliver(Manner(Order.NEVER))
    intents = []
    for family in (connected, owed):
        for email in ("a@example.org", "b@example.org"):
            session = session_in(await post(site, family, email=email))
            await site.sandbox.pay(session)
            intents.append(site.sandbox.read(session)["payment_intent"])
    await site.sandbox.refund(intents[0])
    await site.sandbox.dispute(intents[2])
    assert await StripeEvent.all().count() == 0
    met = await reconcile(site.house.doors.stripe, TELLERS, datetime.now(UTC) - timedelta(days=1))
    assert met.missed == met.events > 10
    assert met.unreachable == []
    assert (await site.total(f"/pages/{connected.runner.slug}"))["raised_pence"] == 2500
    assert (await site.total(f"/pages/{owed.runner.slug}"))["raised_pence"] == 2500
    again = await reconcile(site.house.doors.stripe, TELLERS, datetime.now(UTC) - timedelta(days=1))
    assert (again.missed, again.sessions) == (0, 0)
    assert await Donation.all().count() == 4
    assert await right()


async def test_an_account_that_stripe_will_not_answer_for_does_not_stop_the_rest(site: Site) -> None:
    """It is named."""
    family = await make_family()
    await make_family(account="acct_gone")
    site.sandbox.deliver(Manner(Order.NEVER))
    await site.sandbox.pay(session_in(await post(site, family)))
    met = await reconcile(site.house.doors.stripe, TELLERS, datetime.now(UTC) - timedelta(days=1))
    assert met.unreachable == ["acct_gone"]
    assert (await site.total(f"/pages/{family.runner.slug}"))["raised_pence"] == 2500


async def test_delivered_twice_late_and_shuffled_it_is_all_the_same(site: Site) -> None:
    """The sandbox at its worst, the totals of the model."""
    family = await make_family()
    for manner in (Manner(Order.TWICE), Manner(Order.SHUFFLED, seconds=0.05, seed=7), Manner(Order.LATE, seconds=0.02)):
        site.sandbox.deliver(manner)
        session = session_in(await post(site, family, email=f"{manner.order}@example.org"))
        await site.sandbox.pay(session)
        await site.sandbox.refund(site.sandbox.read(session)["payment_intent"], 500)
        await site.deliver()
    assert (await site.total(f"/charities/{family.charity.slug}"))["raised_pence"] == 6000
    assert await right()
