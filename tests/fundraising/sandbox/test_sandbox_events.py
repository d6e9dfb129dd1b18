"""What Stripe tells, in which order, and what each event shows."""

import asyncio

import pytest
import stripe

PAID = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]


async def told(bench):
    """Types of all events in the order in which they were made."""
    await bench.sandbox.delivered()
    return [event["type"] for event in reversed(bench.sandbox.listed("event"))]


async def test_a_card_payment_tells_its_story(bench):
    """Charge, intent, session, and a moment later the fee."""
    session = await bench.paid()
    assert await told(bench) == [*PAID, "charge.updated"]
    charge = bench.house.of("charge.succeeded")["data"]["object"]
    assert charge["balance_transaction"] is None
    assert charge["calculated_statement_descriptor"] == "CHRISTIE"
    assert charge["payment_method_details"]["card"]["last4"] == "4242"
    assert charge["metadata"] == {"payment": "p-1"}
    assert charge["payment_intent"] == session["payment_intent"]
    assert "refunds" not in charge
    completed = bench.house.of("checkout.session.completed")["data"]["object"]
    assert (completed["payment_status"], completed["status"], completed["url"]) == ("paid", "complete", None)
    assert completed["customer_details"]["email"] == "ada@example.org"
    assert completed["client_reference_id"] == "p-1"


async def test_every_event_has_stripes_envelope(bench):
    """And shows its object as it was at that moment."""
    await bench.paid()
    await bench.sandbox.delivered()
    for event in bench.house.events:
        assert event["object"] == "event"
        assert event["id"].startswith("evt_")
        assert event["api_version"] == stripe.api_version
        assert event["livemode"] is False
        assert event["account"] == bench.account
        assert event["pending_webhooks"] == 1
        assert event["request"].keys() == {"id", "idempotency_key"}
    assert bench.house.of("payment_intent.created")["data"]["object"]["status"] == "requires_payment_method"
    assert bench.house.of("checkout.session.completed")["request"] == {"id": None, "idempotency_key": None}


async def test_our_own_events_name_no_account(bench):
    """And go to the endpoint of the platform."""
    bench.account = None
    await bench.paid()
    await bench.sandbox.delivered()
    assert {arrived.path for arrived in bench.house.arrived} == {"/webhooks/stripe"}
    assert all("account" not in event for event in bench.house.events)


async def test_the_events_of_a_charity_go_to_the_other_endpoint(bench):
    """Named, and nowhere else."""
    await bench.paid()
    await bench.sandbox.delivered()
    assert {arrived.path for arrived in bench.house.arrived} == {"/webhooks/stripe/connect"}


@pytest.mark.parametrize(
    ("pence", "fee"), [(2500, 58), (30, 20), (1000, 35), (33, 20), (34, 21), (99_999_999, 1_500_020)]
)
async def test_the_fee_is_a_share_and_twenty_pence(bench, pence, fee):
    """1.5 % rounded to the nearest penny; the event says what it has changed."""
    data = {"currency": "gbp", "unit_amount": pence, "product_data": {"name": "A gift"}}
    await bench.paid(line_items=[{"quantity": 1, "price_data": data}])
    await bench.sandbox.delivered()
    event = bench.house.of("charge.updated")
    assert event["data"]["previous_attributes"] == {"balance_transaction": None}
    transaction = await bench.client.v1.balance_transactions.retrieve_async(
        event["data"]["object"]["balance_transaction"], options=bench.options
    )
    assert (transaction.amount, transaction.fee, transaction.net) == (pence, fee, pence - fee)
    assert [detail.amount for detail in transaction.fee_details] == [fee]
    assert transaction.available_on > transaction.created
    assert transaction.status == "pending"
    bench.clock.ahead_seconds = 8 * 86_400
    assert bench.sandbox.read(transaction.id)["status"] == "available"


async def test_a_declined_card_can_be_followed_by_a_good_one(bench):
    """One intent, two charges; the session stays open in between, and without an intent."""
    session = await bench.session()
    after = await bench.sandbox.pay(session.id, "decline")
    assert (after["status"], after["payment_intent"]) == ("open", None)
    assert await told(bench) == ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]
    failed = bench.house.of("payment_intent.payment_failed")["data"]["object"]
    assert failed["last_payment_error"]["code"] == "card_declined"
    assert bench.house.of("charge.failed")["data"]["object"]["paid"] is False
    paid = await bench.sandbox.pay(session.id, "card")
    assert paid["payment_intent"] == failed["id"]
    charges = await bench.client.v1.charges.list_async({"payment_intent": failed["id"]}, bench.options)
    assert [charge.status for charge in charges.data] == ["succeeded", "failed"]


async def test_a_bank_debit_settles_later(bench):
    """Completed and unpaid first; then charge, intent and session say that it has come."""
    session = await bench.paid("bank_debit")
    assert (session["status"], session["payment_status"]) == ("complete", "unpaid")
    first = ["payment_intent.created", "charge.pending", "payment_intent.processing", "checkout.session.completed"]
    assert await told(bench) == first
    await bench.sandbox.settle_bank_debit(session["id"])
    assert (await told(bench))[4:] == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.async_payment_succeeded",
        "charge.updated",
    ]
    last = bench.house.of("checkout.session.async_payment_succeeded")["data"]["object"]
    assert last["payment_status"] == "paid"
    assert bench.house.of("charge.succeeded")["data"]["object"]["payment_method_details"]["type"] == "bacs_debit"


async def test_a_bank_debit_may_bounce(bench):
    """Nothing was paid, and nothing can be settled twice."""
    session = await bench.paid("bank_debit")
    bounced = await bench.sandbox.settle_bank_debit(session["id"], succeed=False)
    assert (await told(bench))[4:] == [
        "charge.failed",
        "payment_intent.payment_failed",
        "checkout.session.async_payment_failed",
    ]
    assert bounced["payment_status"] == "unpaid"
    assert bench.sandbox.read(session["payment_intent"])["status"] == "requires_payment_method"
    with pytest.raises(Exception, match="does not wait for a bank debit"):
        await bench.sandbox.settle_bank_debit(session["id"])


async def test_walking_away_tells_nothing(bench):
    """The session is as open as before."""
    session = await bench.session()
    assert (await bench.sandbox.pay(session.id, "walk_away"))["status"] == "open"
    assert await told(bench) == []


async def test_paying_twice_charges_once(bench):
    """However often, and however else."""
    session = await bench.paid()
    for how in ("card", "bank_debit", "decline"):
        assert (await bench.sandbox.pay(session["id"], how))["payment_status"] == "paid"
    assert len(bench.sandbox.listed("charge")) == 1


async def test_a_session_that_nobody_pays_expires(bench):
    """By itself when its time has come; its page leads nowhere then."""
    session = await bench.session()
    bench.clock.ahead_seconds = 86_401
    await asyncio.sleep(0.1)
    assert await told(bench) == ["checkout.session.expired"]
    expired = bench.house.of("checkout.session.expired")["data"]["object"]
    assert (expired["id"], expired["status"], expired["url"]) == (session.id, "expired", None)
    with pytest.raises(Exception, match="expired"):
        await bench.sandbox.pay(session.id)


async def test_a_session_expires_when_asked_to(bench):
    """And names the request that asked."""
    session = await bench.session()
    expired = await bench.client.v1.checkout.sessions.expire_async(session.id, options=bench.options)
    assert expired.status == "expired"
    assert await told(bench) == ["checkout.session.expired"]
    assert bench.house.of("checkout.session.expired")["request"]["id"].startswith("req_")


async def test_a_refund_tells_of_itself_and_of_its_charge(bench):
    """The charge says how much has gone back in all; the request is named."""
    charge = await bench.charged()
    options = bench.options | {"idempotency_key": "refund-1"}
    refund = await bench.client.v1.refunds.create_async({"charge": charge, "amount": 700}, options)
    assert (await told(bench))[-2:] == ["refund.created", "charge.refunded"]
    made = bench.house.of("refund.created")
    assert made["data"]["object"]["id"] == refund.id
    assert made["request"]["idempotency_key"] == "refund-1"
    whole = bench.house.of("charge.refunded")["data"]["object"]
    assert (whole["amount_refunded"], whole["refunded"]) == (700, False)
    moved = bench.sandbox.read(refund.balance_transaction)
    assert (moved["amount"], moved["fee"], moved["type"]) == (-700, 0, "refund")


async def test_a_bank_may_send_a_refund_back(bench):
    """The refund fails, and the charge counts it no more."""
    charge = await bench.charged()
    refund = await bench.sandbox.refund(charge, 700, fails_later=True)
    assert (await told(bench))[-3:] == ["refund.updated", "charge.refund.updated", "refund.failed"]
    failed = bench.house.of("refund.failed")["data"]["object"]
    assert (failed["id"], failed["status"]) == (refund["id"], "failed")
    assert bench.house.of("refund.updated")["data"]["previous_attributes"] == {"status": "succeeded"}
    assert bench.sandbox.read(charge)["amount_refunded"] == 0
    assert bench.sandbox.read(failed["failure_balance_transaction"])["amount"] == 700


async def test_a_dispute_takes_the_money_and_a_fee(bench):
    """Won, the money comes back, and the fee does not."""
    charge = await bench.charged()
    dispute = await bench.sandbox.dispute(charge)
    assert (await told(bench))[-2:] == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
    (taken,) = bench.house.of("charge.dispute.funds_withdrawn")["data"]["object"]["balance_transactions"]
    assert (taken["amount"], taken["fee"], taken["net"]) == (-2500, 2000, -4500)
    assert bench.sandbox.read(charge)["disputed"] is True
    won = await bench.sandbox.close_dispute(dispute["id"], won=True)
    assert (await told(bench))[-2:] == ["charge.dispute.funds_reinstated", "charge.dispute.closed"]
    assert [(row["amount"], row["fee"]) for row in won["balance_transactions"]] == [(-2500, 2000), (2500, 0)]
    assert won["status"] == "won"


async def test_a_lost_dispute_is_only_closed(bench):
    """The money is gone already; asking again is refused."""
    dispute = await bench.sandbox.dispute(await bench.charged(), 1000)
    lost = await bench.client.v1.disputes.close_async(dispute["id"], options=bench.options)
    assert (lost.status, lost.amount) == ("lost", 1000)
    assert (await told(bench))[-1] == "charge.dispute.closed"
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        await bench.client.v1.disputes.close_async(dispute["id"], options=bench.options)


async def test_an_inquiry_takes_nothing(bench):
    """It is answered by a refund of everything, or closed."""
    charge = await bench.charged()
    inquiry = await bench.sandbox.dispute(charge, inquiry=True)
    assert (inquiry["status"], inquiry["balance_transactions"]) == ("warning_needs_response", [])
    assert (await told(bench))[-1] == "charge.dispute.created"
    await bench.sandbox.refund(charge)
    assert bench.sandbox.read(inquiry["id"])["status"] == "warning_closed"
    assert (await told(bench))[-1] == "charge.dispute.closed"


async def test_an_inquiry_can_become_a_dispute(bench):
    """Lost, it takes the money first."""
    inquiry = await bench.sandbox.dispute(await bench.charged(), inquiry=True)
    await bench.sandbox.close_dispute(inquiry["id"], won=False)
    assert (await told(bench))[-3:] == [
        "charge.dispute.updated",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.closed",
    ]


@pytest.mark.parametrize(("word", "end"), [("winning_evidence", "won"), ("losing_evidence", "lost")])
async def test_evidence_decides(bench, word, end):
    """Stripe's magic words work, a while after they were sent."""
    dispute = await bench.sandbox.dispute(await bench.charged())
    evidence = {"evidence": {"uncategorized_text": word}}
    answered = await bench.client.v1.disputes.update_async(dispute["id"], evidence, bench.options)
    assert (answered.status, answered.evidence_details.submission_count) == ("under_review", 1)
    await bench.sandbox.delivered()
    before = bench.house.of("charge.dispute.updated")["data"]["previous_attributes"]
    assert before["status"] == "needs_response"
    assert bench.sandbox.read(dispute["id"])["status"] == end


async def test_a_payout_holds_what_has_come_in(bench):
    """Its transactions can be listed, and add up to nothing."""
    charge = await bench.charged()
    await bench.sandbox.refund(charge, 500)
    payout = await bench.sandbox.payout(bench.account)
    assert (await told(bench))[-3:] == ["payout.created", "payout.paid", "payout.reconciliation_completed"]
    assert payout["amount"] == 2500 - 58 - 500
    rows = await bench.client.v1.balance_transactions.list_async({"payout": payout["id"]}, bench.options)
    assert sorted(row.type for row in rows.data) == ["charge", "payout", "refund"]
    assert sum(row.net for row in rows.data) == 0
    with pytest.raises(Exception, match="nothing to pay out"):
        await bench.sandbox.payout(bench.account)


async def test_a_payout_may_fail(bench):
    """After it was said to be paid. The money is on the balance again, and the failure part of the next one."""
    await bench.charged()
    failed = await bench.sandbox.payout(bench.account, fails=True)
    assert (await told(bench))[-3:] == ["payout.paid", "payout.reconciliation_completed", "payout.failed"]
    assert bench.house.of("payout.failed")["data"]["object"]["failure_code"] == "account_closed"
    again = await bench.sandbox.payout(bench.account)
    assert again["amount"] == failed["amount"]
    rows = await bench.client.v1.balance_transactions.list_async({"payout": again["id"]}, bench.options)
    assert {row.type: row.source for row in rows.data} == {"payout": again["id"], "payout_failure": failed["id"]}


async def test_a_payout_takes_what_is_available_and_no_more(bench):
    """A week after it came in, with the next midnight, and without anybody doing anything."""
    await bench.charged()
    with pytest.raises(Exception, match="nothing to pay out"):
        await bench.sandbox.payout(bench.account, wait=False)
    bench.clock.ahead_seconds = 7 * 86_400 + 1
    await bench.charged()
    bench.clock.ahead_seconds += 86_400
    for _ in range(100):
        if paid := bench.sandbox.listed("payout"):
            break
        await asyncio.sleep(0.02)
    assert [payout["amount"] for payout in paid] == [2500 - 58]
    bench.clock.ahead_seconds += 7 * 86_400
    for _ in range(100):
        if len(paid := bench.sandbox.listed("payout")) == 2:
            break
        await asyncio.sleep(0.02)
    assert [payout["amount"] for payout in paid] == [2500 - 58] * 2


async def test_an_account_is_made_onboarded_and_disconnected(bench):
    """It cannot charge before; nobody may act for it afterwards."""
    made = await bench.client.v1.accounts.create_async({"type": "standard", "email": "c@example.org"})
    assert (made.charges_enabled, made.details_submitted) == (False, False)
    assert made.requirements.disabled_reason == "requirements.past_due"
    link = await bench.client.v1.account_links.create_async(
        {
            "account": made.id,
            "type": "account_onboarding",
            "refresh_url": "http://house.test/again",
            "return_url": "http://house.test/desk",
        }
    )
    answer = await bench.browser.post(
        f"/connect/onboarding/{made.id}", content=f"link={link.url.partition('link=')[2]}&do=submit"
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "http://house.test/desk")
    await bench.sandbox.delivered()
    event = bench.house.of("account.updated")
    assert event["account"] == made.id
    assert event["data"]["object"]["charges_enabled"] is True
    assert event["data"]["previous_attributes"]["charges_enabled"] is False
    await bench.sandbox.deauthorize(made.id)
    await bench.sandbox.delivered()
    gone = bench.house.of("account.application.deauthorized")
    assert (gone["account"], gone["data"]["object"]["object"]) == (made.id, "application")
    with pytest.raises(stripe.PermissionError):
        await bench.client.v1.balance.retrieve_async({}, {"stripe_account": made.id})


async def test_an_account_that_stripe_stops_says_why(bench):
    """And says so again when it works."""
    stopped = await bench.sandbox.update_account(bench.account, charges_enabled=False, disabled_reason="under_review")
    assert (stopped["charges_enabled"], stopped["requirements"]["disabled_reason"]) == (False, "under_review")
    working = await bench.sandbox.update_account(bench.account, charges_enabled=True)
    assert working["requirements"]["disabled_reason"] is None
    await bench.sandbox.delivered()
    assert bench.house.types == ["account.updated", "account.updated"]
