"""Pages of lists, filters, and what is shown in place of an id."""

import pytest
from stripe import InvalidRequestError


async def ids_of(bench, number):
    """Ids of new sessions, the newest first."""
    return [(await bench.session()).id for _ in range(number)][::-1]


async def test_a_list_comes_in_pages_the_newest_first(bench):
    """Forwards by starting_after, backwards by ending_before."""
    ids = await ids_of(bench, 5)
    sessions = bench.client.v1.checkout.sessions
    first = await sessions.list_async({"limit": 2}, bench.options)
    assert ([row.id for row in first.data], first.has_more) == (ids[:2], True)
    second = await sessions.list_async({"limit": 2, "starting_after": ids[1]}, bench.options)
    assert ([row.id for row in second.data], second.has_more) == (ids[2:4], True)
    last = await sessions.list_async({"limit": 2, "starting_after": ids[3]}, bench.options)
    assert ([row.id for row in last.data], last.has_more) == (ids[4:], False)
    back = await sessions.list_async({"limit": 2, "ending_before": ids[4]}, bench.options)
    assert ([row.id for row in back.data], back.has_more) == (ids[2:4], True)
    assert first.url == "/v1/checkout/sessions"


async def test_the_sdk_walks_through_all_pages(bench):
    """By its own paging."""
    ids = await ids_of(bench, 5)
    page = await bench.client.v1.checkout.sessions.list_async({"limit": 2}, bench.options)
    assert [row.id async for row in page.auto_paging_iter()] == ids


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": "many"},
        {"starting_after": "cs_test_none"},
        {"starting_after": "cs_test_1", "ending_before": "cs_test_2"},
    ],
)
async def test_a_page_that_cannot_be_is_refused(bench, asked):
    """With 400."""
    with pytest.raises(InvalidRequestError) as refused:
        await bench.client.v1.checkout.sessions.list_async(asked, bench.options)
    assert refused.value.http_status == 400


async def test_events_are_listed_by_time_and_type(bench):
    """As reconciliation asks for them; a star stands for anything."""
    await bench.charged()
    events = bench.client.v1.events
    made = bench.sandbox.listed("event")
    everything = await events.list_async({"created": {"gte": made[-1]["created"]}, "limit": 100}, bench.options)
    assert [event.id for event in everything.data] == [event["id"] for event in made]
    assert everything.data[0].to_dict()["data"]["object"]["id"] == made[0]["data"]["object"]["id"]
    later = await events.list_async({"created": {"gt": made[0]["created"] + 1}}, bench.options)
    assert later.data == []
    of_charges = await events.list_async({"type": "charge.*"}, bench.options)
    assert [event.type for event in of_charges.data] == ["charge.updated", "charge.succeeded"]
    two = await events.list_async({"types": ["charge.updated", "payment_intent.created"], "limit": 1}, bench.options)
    assert ([event.type for event in two.data], two.has_more) == (["charge.updated"], True)
    one = await events.retrieve_async(made[0]["id"], options=bench.options)
    assert one.account == bench.account


async def test_events_are_forgotten_after_thirty_days(bench):
    """Neither listed nor read any more; what they were about still is."""
    session = await bench.paid()
    (event, *_) = bench.sandbox.listed("event")
    bench.clock.ahead_seconds = 30 * 86_400 + 5
    events = bench.client.v1.events
    assert (await events.list_async({"created": {"gte": 1}}, bench.options)).data == []
    with pytest.raises(InvalidRequestError, match="No such event"):
        await events.retrieve_async(event["id"], options=bench.options)
    assert bench.sandbox.read(session["id"])["payment_status"] == "paid"


async def test_lists_are_filtered_by_what_things_belong_to(bench):
    """Charges of an intent, refunds of a charge, disputes, transactions of a source."""
    first, second = await bench.charged(), await bench.charged()
    for charge in (first, second):
        await bench.sandbox.refund(charge, 100)
    intent = bench.sandbox.read(first)["payment_intent"]
    await bench.sandbox.dispute(second)
    v1, options = bench.client.v1, bench.options
    assert [row.id for row in (await v1.charges.list_async({"payment_intent": intent}, options)).data] == [first]
    assert [row.charge for row in (await v1.refunds.list_async({"payment_intent": intent}, options)).data] == [first]
    assert [row.charge for row in (await v1.disputes.list_async({"charge": second}, options)).data] == [second]
    assert (await v1.disputes.list_async({"charge": first}, options)).data == []
    rows = await v1.balance_transactions.list_async({"source": first}, options)
    assert [row.amount for row in rows.data] == [2500]
    assert len((await v1.balance_transactions.list_async({"type": "refund"}, options)).data) == 2
    assert len((await v1.checkout.sessions.list_async({"payment_intent": intent}, options)).data) == 1
    assert len((await v1.payment_intents.list_async({}, options)).data) == 2


async def test_a_balance_adds_up(bench):
    """What is pending becomes available by itself."""
    await bench.charged()
    balance = await bench.client.v1.balance.retrieve_async({}, bench.options)
    assert (balance.pending[0].amount, balance.available[0].amount) == (2442, 0)
    bench.clock.ahead_seconds = 8 * 86_400
    balance = await bench.client.v1.balance.retrieve_async({}, bench.options)
    assert (balance.pending[0].amount, balance.available[0].amount) == (0, 2442)


async def test_ids_are_expanded_however_deep(bench):
    """Of one thing, of each of a list, and lists that are shown only when asked for."""
    charge = await bench.charged()
    await bench.sandbox.refund(charge, 100)
    intent_id = bench.sandbox.read(charge)["payment_intent"]
    v1, options = bench.client.v1, bench.options
    intent = await v1.payment_intents.retrieve_async(
        intent_id, {"expand": ["latest_charge.balance_transaction", "latest_charge.refunds"]}, options
    )
    assert intent.latest_charge.balance_transaction.fee == 58
    assert [refund.amount for refund in intent.latest_charge.refunds.data] == [100]
    page = await v1.checkout.sessions.list_async(
        {"expand": ["data.payment_intent.latest_charge", "data.line_items"]}, options
    )
    assert page.data[0].payment_intent.latest_charge.id == charge
    assert page.data[0].line_items.data[0].description == "A gift to Ada"
    transaction = await v1.balance_transactions.retrieve_async(
        bench.sandbox.read(charge)["balance_transaction"], {"expand": ["source.payment_intent"]}, options
    )
    assert transaction.source.payment_intent.id == intent_id
    made = await v1.refunds.create_async({"charge": charge, "amount": 5, "expand": ["charge"]}, options)
    assert made.charge.amount_refunded == 105


@pytest.mark.parametrize("path", ["data.payment_intent", "payment_intent.colour", "id", "payment_method"])
async def test_only_what_is_there_can_be_expanded(bench, path):
    """In Stripe's words; in a list, paths begin with data."""
    session = await bench.session()
    with pytest.raises(InvalidRequestError, match="This property cannot be expanded"):
        await bench.client.v1.checkout.sessions.retrieve_async(session.id, {"expand": [path]}, bench.options)


async def test_accounts_are_listed_to_us_only(bench):
    """Those that are connected; our own is read by its own address."""
    v1 = bench.client.v1
    assert {row.id for row in (await v1.accounts.list_async()).data} == {"acct_1Christie", "acct_1Heaton"}
    assert (await v1.accounts.retrieve_async("acct_1Heaton")).settings.payments.statement_descriptor == "HEATON"
    assert (await v1.accounts.retrieve_current_async()).id == "acct_1SandboxPlatform"
    assert (await v1.accounts.retrieve_current_async({}, bench.options)).id == bench.account
