"""Where the money is: which payments a payout took to the charity's bank, and what the bank sent back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fundraising.payments import books
from fundraising.payments.batch import take_in
from fundraising.payments.models import Payment, Purpose
from fundraising.payments.paying_out import NotReadyYet, mark_paid_out
from fundraising.payments.reconcile import reconcile
from fundraising.rooms import PROOFS, TELLERS
from fundraising.sandbox import Manner, Order
from fundraising.sandbox.world import Kind as Thing
from tests.conftest import ACCOUNT, Site
from tests.fundraising.donations.test_donate import post, session_in
from tests.makers import Family, arrival, make_family, make_payment, session_of


async def pay(site: Site, family: Family, email: str = "ada@example.org") -> Payment:
    """A gift, paid and settled."""
    session = session_in(await post(site, family, email=email))
    await site.sandbox.pay(session)
    await site.deliver()
    await site.work()
    return await Payment.get(session_id=session)


async def paid_out(site: Site, *, fails: bool = False) -> dict[str, Any]:
    """A payout of all that stands on the charity's balance, told and looked into."""
    made = await site.sandbox.payout(ACCOUNT, fails=fails)
    await site.deliver()
    await site.work()
    return made


async def payouts() -> dict[str, str | None]:
    """By which payout each payment went, by the address of who gave."""
    rows = await Payment.all().prefetch_related("donation").order_by("created_at")
    assert all((row.payout_id is None) is (row.paid_out_at is None) for row in rows)
    return {row.donation.email: row.payout_id for row in rows}


async def right() -> bool:
    """Books, donations included."""
    assert (await books.prove(PROOFS)).problems == []
    return True


async def test_a_payout_marks_the_payments_that_it_holds_and_no_other(site: Site) -> None:
    """Not those that came in later, nor those of a charity without an account; no total moves."""
    family, owed = await make_family(), await make_family(account=None)
    await pay(site, family)
    await pay(site, owed, "owed@example.org")
    await pay(site, family, "bea@example.org")
    paid = await paid_out(site)
    await pay(site, family, "late@example.org")
    expected = {"ada@example.org": paid["id"], "bea@example.org": paid["id"]}
    assert await payouts() == expected | {"owed@example.org": None, "late@example.org": None}
    arrived = (await Payment.filter(payout_id=paid["id"]).first()).paid_out_at
    assert arrived == datetime.fromtimestamp(paid["arrival_date"], UTC)
    assert (await site.total(f"/charities/{family.charity.slug}"))["raised_pence"] == 7500
    assert await right()


async def test_what_a_bank_sends_back_is_not_paid_out_until_it_is(site: Site) -> None:
    """The next payout holds the failure, and with it what the first one held."""
    family = await make_family()
    await pay(site, family)
    failed = await paid_out(site, fails=True)
    assert await payouts() == {"ada@example.org": None}
    assert await right()
    again = await paid_out(site)
    assert await payouts() == {"ada@example.org": again["id"]}
    # A job of the first that was slow changes nothing any more.
    assert await mark_paid_out(site.house.doors.stripe, payout_id=failed["id"], account=ACCOUNT) == 0
    assert await payouts() == {"ada@example.org": again["id"]}
    assert await right()


async def test_a_payout_that_has_failed_meanwhile_marks_nothing(site: Site) -> None:
    """Stripe had said that it is paid; by now the ledger knows better."""
    family = await make_family()
    await pay(site, family)
    paid = await site.sandbox.payout(ACCOUNT)
    await site.deliver()
    await take_in([arrival("payout.failed", paid)], {})
    assert await mark_paid_out(site.house.doors.stripe, payout_id=paid["id"], account=ACCOUNT) == 0
    assert await payouts() == {"ada@example.org": None}


async def test_several_gifts_of_one_trip_are_paid_out_together(site: Site) -> None:
    """The trip has the charge; its parts are the gifts."""
    family = await make_family()
    await pay(site, family)
    trip = await Payment.get()
    part = await make_payment(family.runner, family.charity, 1000, together_id=trip.id)
    paid = await paid_out(site)
    await part.refresh_from_db()
    assert part.payout_id == paid["id"]
    assert await Payment.filter(payout_id=paid["id"]).count() == 2


async def test_a_payout_that_was_never_told_is_found_by_reconciling(site: Site) -> None:
    """And one whose job has given up is looked at again, until it has its payments."""
    family = await make_family()
    await pay(site, family)
    since, stripe = datetime.now(UTC) - timedelta(days=1), site.house.doors.stripe
    site.sandbox.deliver(Manner(Order.NEVER))
    paid = await site.sandbox.payout(ACCOUNT)
    await reconcile(stripe, TELLERS, since)
    await site.work()
    assert await payouts() == {"ada@example.org": paid["id"]}
    assert (await reconcile(stripe, TELLERS, since)).payouts == 0
    await Payment.all().update(payout_id=None, paid_out_at=None)
    assert (await reconcile(stripe, TELLERS, since)).payouts == 1
    await site.work()
    assert await payouts() == {"ada@example.org": paid["id"]}


@pytest.mark.parametrize(("status", "marked"), [("in_progress", None), ("not_applicable", 0)])
async def test_stripe_may_not_say_yet_or_not_at_all_what_is_in_it(site: Site, status: str, marked: int | None) -> None:
    """Then the job comes again; of a payout made by hand nothing is claimed."""
    family = await make_family()
    await pay(site, family)
    paid = await site.sandbox.payout(ACCOUNT)
    await site.deliver()
    world = site.sandbox._get_world()
    world.change(world.need(Thing.PAYOUT, paid["id"]), reconciliation_status=status)
    marking = mark_paid_out(site.house.doors.stripe, payout_id=paid["id"], account=ACCOUNT)
    if marked is None:
        with pytest.raises(NotReadyYet):
            await marking
    else:
        assert await marking == marked
    assert await payouts() == {"ada@example.org": None}


@pytest.mark.usefixtures("database")
async def test_the_books_name_a_payment_in_a_payout_that_nobody_knows() -> None:
    """Or that came back an hour ago and more."""
    family = await make_family()
    payment = await make_payment(family.runner, family.charity)
    await take_in([arrival("checkout.session.completed", session_of(payment))], dict.fromkeys(Purpose, _nobody))
    assert await right_of_payments()
    now = datetime.now(UTC)
    await Payment.all().update(payout_id="po_1", paid_out_at=now)
    assert not await right_of_payments()
    await take_in([arrival("payout.paid", {"id": "po_1", "amount": 100, "currency": "gbp"})], {})
    assert await right_of_payments()


async def _nobody(*_: object) -> None:
    """A room that need not be told."""


async def right_of_payments() -> bool:
    """The books of this room alone."""
    return (await books.prove()).problems == []
