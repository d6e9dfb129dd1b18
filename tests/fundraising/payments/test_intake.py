"""What events do to totals: once, in any order, and only when they fit our own row."""

import itertools
from uuid import uuid4

import pytest

from fundraising.payments import books, events
from fundraising.payments.batch import keep, take_in
from fundraising.payments.models import EventState, Kind, Payment, PaymentState, StripeEvent, Transfer
from fundraising.rooms import TELLERS
from tests.conftest import ACCOUNT, OTHER_ACCOUNT
from tests.makers import (
    Family,
    arrival,
    charge_of,
    dispute_of,
    intent_of,
    make_family,
    make_payment,
    refund_of,
    session_of,
)

pytestmark = pytest.mark.usefixtures("database")


async def tell(*arrivals: events.Arrival) -> None:
    """Deliver events one batch each."""
    for one in arrivals:
        await take_in([one], {})


async def totals(family: Family) -> list[tuple[int, int, int]]:
    """Raised, Gift Aid and gifts of runner, team, charity and event."""
    for fund in family.all:
        await fund.refresh_from_db()
    return [(fund.raised_pence, fund.gift_aid_pence, fund.donations) for fund in family.all]


async def state_of(arrival: events.Arrival) -> str:
    """What became of an event."""
    return str((await StripeEvent.get(id=arrival.id)).state)


async def right() -> bool:
    """The books prove right."""
    found = await books.prove()
    assert found.problems == []
    return found.ok


async def test_a_paid_session_moves_every_fund_it_counts_towards_once() -> None:
    """Runner, team, charity and event each move by the whole gift."""
    family = await make_family()
    payment = await make_payment(family.runner, family.charity, gift_aid=True)
    await tell(arrival("checkout.session.completed", session_of(payment)))
    assert await totals(family) == [(2500, 625, 1)] * 4
    transfer = await Transfer.get(payment_id=payment.id)
    assert (transfer.debit_account, transfer.credit_account) == ("supporters", f"fund:{family.runner.id}")
    assert await right()


async def test_a_second_delivery_moves_nothing() -> None:
    """Stripe repeats events; the id is known."""
    family = await make_family()
    one = arrival("checkout.session.completed", session_of(await make_payment(family.runner, family.charity)))
    await tell(one, one)
    await take_in([one, one], {})
    assert await totals(family) == [(2500, 0, 1)] * 4
    assert await Transfer.all().count() == 1


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_session_intent_and_charge_of_one_payment_are_one_movement(order: tuple[int, ...]) -> None:
    """Whichever comes first books it; the others add what they know."""
    family = await make_family()
    payment = await make_payment(family.runner, family.charity)
    all_of_it = [
        arrival("checkout.session.completed", session_of(payment)),
        arrival("payment_intent.succeeded", intent_of(payment)),
        arrival("charge.succeeded", charge_of(payment)),
    ]
    await tell(*(all_of_it[i] for i in order))
    assert await totals(family) == [(2500, 0, 1)] * 4
    await payment.refresh_from_db()
    assert (payment.intent_id, payment.charge_id) == (intent_of(payment)["id"], charge_of(payment)["id"])
    assert payment.statement_name == "SECOND WIND"
    assert await right()


@pytest.mark.parametrize(
    ("change", "envelope", "reason"),
    [
        ({"amount_total": 2499}, {}, "amount is 2499, ours is 2500"),
        ({"currency": "usd"}, {}, "currency is usd, ours is gbp"),
        ({}, {"account": OTHER_ACCOUNT}, f"account is {OTHER_ACCOUNT}, ours is {ACCOUNT}"),
        ({}, {"account": None}, f"account is our own, ours is {ACCOUNT}"),
        ({}, {"livemode": True}, "livemode is True, ours is False"),
        ({"amount_total": "2500"}, {}, "not shaped like"),
    ],
)
async def test_what_does_not_fit_our_row_is_set_aside_and_moves_nothing(
    change: dict[str, object], envelope: dict[str, object], reason: str
) -> None:
    """Signed or not: amount, currency, account and livemode are ours."""
    family = await make_family()
    payment = await make_payment(family.runner, family.charity)
    odd = arrival("checkout.session.completed", session_of(payment, **change), **envelope)
    await tell(odd)
    assert await totals(family) == [(0, 0, 0)] * 4
    kept = await StripeEvent.get(id=odd.id)
    assert kept.state == "set_aside"
    assert kept.reason.startswith(reason)
    found = await books.prove()
    assert found.ok
    assert reason in found.set_aside[0]


async def test_a_session_that_is_not_the_one_we_made_is_set_aside() -> None:
    """Somebody else's session with our metadata pays nothing of ours."""
    family = await make_family()
    payment = await make_payment(family.runner, family.charity, session_id="cs_test_ours")
    odd = arrival("checkout.session.completed", session_of(payment))
    await tell(odd)
    assert await state_of(odd) == "set_aside"


async def test_an_unknown_payment_is_set_aside_and_foreign_business_is_ignored() -> None:
    """An id that looks like ours is for a human; a charity's other sales are none of our business."""
    family = await make_family()
    payment = await make_payment(family.runner, family.charity)
    unknown = arrival("checkout.session.completed", session_of(payment, metadata={"payment": str(uuid4())}))
    foreign = arrival("charge.succeeded", charge_of(payment, metadata={}, payment_intent="pi_of_their_shop"))
    strange = arrival("customer.subscription.created", {"id": "sub_1"})
    await tell(unknown, foreign, strange)
    assert [await state_of(one) for one in (unknown, foreign, strange)] == ["set_aside", "ignored", "ignored"]
    assert await totals(family) == [(0, 0, 0)] * 4


async def test_one_bad_event_does_not_sink_its_neighbours() -> None:
    """A batch holds good and bad; the good ones count."""
    family = await make_family()
    good = await make_payment(family.runner, family.charity)
    bad = await make_payment(family.runner, family.charity)
    broken = session_of(bad) | {"payment_intent": ["?"]}
    await take_in(
        [
            arrival("checkout.session.completed", broken),
            arrival("checkout.session.completed", session_of(good)),
            arrival("charge.refunded", {}),
        ],
        {},
    )
    assert await totals(family) == [(2500, 0, 1)] * 4
    assert await right()


async def test_a_bank_debit_counts_when_it_settles_and_not_before() -> None:
    """Completed but unpaid is on its way."""
    family = await make_family()
    payment = await make_payment(family.runner, family.charity)
    await tell(arrival("checkout.session.completed", session_of(payment, payment_status="unpaid")))
    await payment.refresh_from_db()
    assert payment.state is PaymentState.PROCESSING
    assert await totals(family) == [(0, 0, 0)] * 4
    await tell(arrival("checkout.session.async_payment_succeeded", session_of(payment)))
    assert await totals(family) == [(2500, 0, 1)] * 4


@pytest.mark.parametrize("late", [True, False])
async def test_a_refused_bank_debit_stays_refused_in_either_order(late: bool) -> None:
    """The news of its start may come after the news of its end."""
    family = await make_family()
    payment = await make_payment(family.runner, family.charity)
    story = [
        arrival("checkout.session.completed", session_of(payment, payment_status="unpaid")),
        arrival("checkout.session.async_payment_failed", session_of(payment, payment_status="unpaid")),
    ]
    await tell(*(reversed(story) if late else story))
    await payment.refresh_from_db()
    assert payment.state is PaymentState.FAILED


async def test_an_expired_session_ends_the_payment_but_never_a_paid_one() -> None:
    """Expiry after payment is old news."""
    family = await make_family()
    left, paid = [await make_payment(family.runner, family.charity) for _ in range(2)]
    await tell(
        arrival("checkout.session.expired", session_of(left, payment_status="unpaid", payment_intent=None)),
        arrival("checkout.session.completed", session_of(paid)),
        arrival("checkout.session.expired", session_of(paid)),
    )
    assert [(await Payment.get(id=p.id)).state for p in (left, paid)] == [PaymentState.EXPIRED, PaymentState.PAID]
    assert await totals(family) == [(2500, 0, 1)] * 4


@pytest.mark.parametrize("early", [True, False])
async def test_a_refund_leaves_the_total_whenever_it_arrives(early: bool) -> None:
    """A refund before its payment waits for it, and ends in the same total."""
    family = await make_family()
    payment = await make_payment(family.runner, family.charity, gift_aid=True)
    story = [
        arrival("checkout.session.completed", session_of(payment)),
        arrival("refund.created", refund_of(payment, 1000)),
    ]
    await tell(*(reversed(story) if early else story))
    assert await totals(family) == [(1500, 375, 1)] * 4
    assert await state_of(story[1]) == "taken"
    assert await right()


async def test_everything_about_a_payment_may_come_in_one_batch() -> None:
    """The refund names only the intent, which the session in the same batch makes known."""
    family = await make_family()
    payment = await make_payment(family.runner, family.charity)
    refund = arrival("refund.created", refund_of(payment, 1000))
    await take_in([refund, arrival("checkout.session.completed", session_of(payment))], {})
    assert await totals(family) == [(1500, 0, 1)] * 4
    assert await state_of(refund) == "taken"


async def test_a_whole_refund_takes_the_gift_out_of_the_count() -> None:
    """Nothing stands, so it is no gift any more."""
    family = await make_family()
    payment = await make_payment(family.runner, family.charity, gift_aid=True)
    refund = refund_of(payment)
    await tell(
        arrival("checkout.session.completed", session_of(payment)),
        arrival("refund.created", refund),
        arrival("refund.updated", refund),
        arrival("charge.refunded", charge_of(payment, amount_refunded=2500)),
    )
    assert await totals(family) == [(0, 0, 0)] * 4
    assert await right()


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_a_refund_that_the_bank_sends_back_stands_again(order: tuple[int, ...]) -> None:
    """Created, then failed, in any order with the payment."""
    family = await make_family()
    payment = await make_payment(family.runner, family.charity)
    refund = refund_of(payment, 700)
    story = [
        arrival("checkout.session.completed", session_of(payment)),
        arrival("refund.created", refund),
        arrival("refund.failed", refund | {"status": "failed"}),
    ]
    await tell(*(story[i] for i in order))
    assert await totals(family) == [(2500, 0, 1)] * 4
    assert {t.kind for t in await Transfer.all()} == {Kind.DONATION, Kind.REFUND, Kind.REFUND_FAILED}
    assert await right()


async def test_refunds_of_more_than_stands_wait_and_never_make_a_total_negative() -> None:
    """The second of two whole refunds finds nothing left."""
    family = await make_family()
    payment = await make_payment(family.runner, family.charity)
    second = arrival("refund.created", refund_of(payment))
    await tell(
        arrival("checkout.session.completed", session_of(payment)),
        arrival("refund.created", refund_of(payment)),
        second,
    )
    assert await totals(family) == [(0, 0, 0)] * 4
    assert await state_of(second) == "waiting"
    assert await right()


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
async def test_a_dispute_that_is_won_leaves_the_total_as_it_was(order: tuple[int, ...]) -> None:
    """Withdrawn, closed, reinstated: in any order the end is the same."""
    family = await make_family()
    payment = await make_payment(family.runner, family.charity, gift_aid=True)
    dispute = dispute_of(payment)
    story = [
        arrival("checkout.session.completed", session_of(payment)),
        arrival("charge.dispute.funds_withdrawn", dispute),
        arrival("charge.dispute.closed", dispute | {"status": "won"}),
        arrival("charge.dispute.funds_reinstated", dispute | {"status": "won"}),
    ]
    await tell(*(story[i] for i in order))
    assert await totals(family) == [(2500, 625, 1)] * 4
    await payment.refresh_from_db()
    assert payment.dispute_state == "won"
    assert await right()


async def test_a_lost_dispute_leaves_the_total_and_its_fee_is_booked() -> None:
    """The bank took it back, and Stripe keeps £20."""
    family = await make_family()
    payment = await make_payment(family.runner, family.charity, gift_aid=True)
    taken = {"id": "txn_dispute", "amount": -2500, "fee": 2000, "net": -4500}
    await tell(
        arrival("checkout.session.completed", session_of(payment)),
        arrival("charge.dispute.created", dispute_of(payment, id="dp_1", balance_transactions=[taken])),
        arrival("charge.dispute.closed", dispute_of(payment, id="dp_1", balance_transactions=[taken], status="lost")),
    )
    assert await totals(family) == [(0, 0, 0)] * 4
    assert (await Transfer.get(kind=Kind.FEE)).pence == 2000
    assert await right()


async def test_an_inquiry_moves_nothing() -> None:
    """A bank that only asks has taken nothing."""
    family = await make_family()
    payment = await make_payment(family.runner, family.charity)
    await tell(
        arrival("checkout.session.completed", session_of(payment)),
        arrival("charge.dispute.created", dispute_of(payment, status="warning_needs_response")),
        arrival("charge.dispute.closed", dispute_of(payment, status="warning_closed")),
    )
    assert await totals(family) == [(2500, 0, 1)] * 4


async def test_gifts_to_each_kind_of_fund_count_towards_what_is_above_it() -> None:
    """A team's towards team, charity, event; a charity's towards itself; an event's towards the chosen charity too."""
    family = await make_family()
    runner, team, charity, event = family.all
    for fund, pence in ((runner, 1000), (team, 200), (charity, 30), (event, 4)):
        payment = await make_payment(fund, charity, pence)
        await tell(arrival("checkout.session.completed", session_of(payment)))
    assert [raised for raised, _, _ in await totals(family)] == [1000, 1200, 1234, 1204]
    assert await right()


async def test_the_roof_is_told_of_what_moved_within_the_transaction() -> None:
    """Whoever a payment was made for hears of it once, before the commit."""
    family = await make_family()
    payment = await make_payment(family.runner, family.charity)
    told = []

    async def teller(_connection: object, moved: object) -> None:
        told.extend(moved)  # type: ignore[call-overload]

    purposes = dict.fromkeys(TELLERS, teller)
    await take_in([arrival("checkout.session.completed", session_of(payment))], purposes)
    await take_in([arrival("payment_intent.succeeded", intent_of(payment))], purposes)
    await take_in([arrival("refund.created", refund_of(payment, 500))], purposes)
    assert [(m.before_pence, m.after_pence, m.first) for m in told] == [(0, 2500, True), (2500, 2000, False)]


async def test_an_entry_fee_is_booked_and_never_in_a_raised_total() -> None:
    """It goes to the organiser, with its refund."""
    family = await make_family()
    payment = await make_payment(None, None, 1300, purpose="entry", account=None)
    refund = refund_of(payment, 300)
    await tell(
        arrival("checkout.session.completed", session_of(payment), account=None),
        arrival("refund.created", refund, account=None),
    )
    assert await totals(family) == [(0, 0, 0)] * 4
    rows = await Transfer.all().order_by("id")
    assert [(t.kind, t.debit_account, t.credit_account, t.pence) for t in rows] == [
        (Kind.ENTRY_FEE, "supporters", "organiser", 1300),
        (Kind.ENTRY_REFUND, "organiser", "supporters", 300),
    ]
    assert await right()


async def test_an_event_that_was_understood_is_not_set_aside_by_a_failure_elsewhere() -> None:
    """Another process may have taken it in while ours failed."""
    family = await make_family()
    payment = await make_payment(family.runner, family.charity)
    one = arrival("checkout.session.completed", session_of(payment))
    await keep(one, "refused by the database: we were first")
    assert (await StripeEvent.get(id=one.id)).state is EventState.SET_ASIDE
    other = arrival("payment_intent.succeeded", intent_of(payment))
    await take_in([other], {})
    await keep(other, "refused by the database: too late")
    assert (await StripeEvent.get(id=other.id)).state is EventState.TAKEN
