"""Stripe's rules beyond types: keys, accounts, amounts, addresses, and what may be done when."""

import time

import pytest
import stripe
from stripe import AuthenticationError, InvalidRequestError


def price(pence=2500, currency="gbp", **more):
    """One line item."""
    data = {"currency": currency, "unit_amount": pence, "product_data": {"name": "A gift"}}
    return {"line_items": [{"quantity": 1, "price_data": data} | more]}


RULES = {
    "too little": (price(29), "amount_too_small"),
    "too much": (price(100_000_000), "amount_too_large"),
    "less than nothing": (price(-5), "parameter_invalid_integer"),
    "none of it": (price(quantity=0), "parameter_invalid_integer"),
    "an unknown currency": (price(currency="xyz"), None),
    "no items": ({"line_items": []}, "parameter_missing"),
    "a subscription": ({"mode": "subscription"}, "sandbox_unsupported"),
    "an address that is none": ({"success_url": "thanks"}, "url_invalid"),
    "a way back that is none": ({"cancel_url": "javascript:alert(1)"}, "url_invalid"),
    "mail to nobody": ({"customer_email": "ada"}, "email_invalid"),
    "a reference too long": ({"client_reference_id": "x" * 201}, None),
    "an end too soon": ({"expires_at": int(time.time()) + 900}, None),
    "an end too late": ({"expires_at": int(time.time()) + 90_000}, None),
    "a price that is kept elsewhere": ({"line_items": [{"price": "price_1", "quantity": 1}]}, "resource_missing"),
    "two currencies": ({"line_items": price()["line_items"] + price(currency="eur")["line_items"]}, None),
    "an expansion that leads nowhere": ({"expand": ["shoes"]}, None),
}


@pytest.mark.parametrize(("more", "code"), RULES.values(), ids=RULES.keys())
async def test_no_session_is_made_for(bench, more, code):
    """Each rule of Stripe's refuses with its own code."""
    with pytest.raises(InvalidRequestError) as refused:
        await bench.session(**more)
    assert refused.value.code == code


@pytest.mark.parametrize("absent", ["mode", "success_url", "line_items"])
async def test_a_hosted_session_needs(bench, absent):
    """What a hosted page cannot do without is asked for by name."""
    params = {name: value for name, value in bench.params().items() if name != absent}
    with pytest.raises(InvalidRequestError) as refused:
        await bench.client.v1.checkout.sessions.create_async(params, bench.options)
    assert (refused.value.code, refused.value.param) == ("parameter_missing", absent)


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("sk_live_real", "never runs beside a live key"),
        ("rk_live_real", "never runs beside a live key"),
        ("pk_test_public", "publishable"),
        ("whsec_odd", "Invalid API Key"),
    ],
)
async def test_other_keys_are_refused(bench, key, message):
    """Above all a live key, so that a mistake in the settings is loud."""
    with pytest.raises(AuthenticationError, match=message):
        await bench.client.v1.balance.retrieve_async({}, {"api_key": key})


async def test_no_key_is_refused(bench):
    """Stripe answers 401 and says how to send one."""
    answer = await bench.browser.get("/v1/account")
    assert answer.status_code == 401
    assert "www-authenticate" in answer.headers
    assert "did not provide an API key" in answer.json()["error"]["message"]


async def test_a_restricted_test_key_will_do(bench):
    """And so will the key as a user name, as curl sends it."""
    assert await bench.client.v1.balance.retrieve_async({}, {"api_key": "rk_test_any"})
    assert (await bench.browser.get("/v1/account", auth=("sk_test_any", ""))).status_code == 200


async def test_an_account_that_is_not_ours_is_refused(bench):
    """403 account_invalid, both in the header and as an id."""
    bench.account = "acct_1Stranger"
    with pytest.raises(stripe.PermissionError) as refused:
        await bench.session()
    assert (refused.value.http_status, refused.value.json_body["error"]["code"]) == (403, "account_invalid")
    with pytest.raises(stripe.PermissionError):
        await bench.client.v1.accounts.retrieve_async("acct_1Stranger")


@pytest.mark.parametrize(
    "path",
    [
        "/v1/checkout/sessions/cs_test_none",
        "/v1/payment_intents/pi_none",
        "/v1/charges/ch_none",
        "/v1/balance_transactions/txn_none",
        "/v1/refunds/re_none",
        "/v1/disputes/du_none",
        "/v1/events/evt_none",
        "/v1/payouts/po_none",
        "/v1/refunds?charge=ch_none",
    ],
)
async def test_what_is_not_there_is_missing(bench, path):
    """404 resource_missing, with the id in the message."""
    answer = await bench.browser.get(path, headers={"authorization": "Bearer sk_test_any"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "resource_missing")
    assert "_none'" in answer.json()["error"]["message"]
    assert answer.headers["request-id"].startswith("req_")


async def test_one_account_does_not_see_another(bench):
    """A session of one charity is missing for every other, and for ourselves."""
    session = await bench.session()
    for account in ("acct_1Heaton", None):
        bench.account = account
        with pytest.raises(InvalidRequestError, match="No such checkout session"):
            await bench.client.v1.checkout.sessions.retrieve_async(session.id, options=bench.options)


async def test_an_unknown_address_is_said_to_be_one(bench):
    """In Stripe's shape, so that the SDK understands it."""
    answer = await bench.post("/v1/unicorns")
    assert answer.status_code == 404
    assert answer.json()["error"]["message"].startswith("Unrecognized request URL (POST: /v1/unicorns)")


async def test_an_account_that_cannot_charge_gets_no_session(bench):
    """Neither a new one, nor may one be paid that was made before."""
    session = await bench.session()
    await bench.sandbox.update_account(bench.account, charges_enabled=False)
    with pytest.raises(InvalidRequestError, match="cannot currently make charges"):
        await bench.session()
    answer = await bench.browser.post(f"/c/pay/{session.id}", content="how=card")
    assert answer.status_code == 400
    assert bench.sandbox.listed("charge") == []


async def test_only_an_open_session_can_be_expired(bench):
    """Stripe says which status it has."""
    session = await bench.paid()
    with pytest.raises(InvalidRequestError, match=r"status in \[\"open\"\].*`complete`"):
        await bench.client.v1.checkout.sessions.expire_async(session["id"], options=bench.options)


async def test_no_more_goes_back_than_came(bench):
    """More than is left is refused with both sums; nothing left has a code of its own."""
    charge = await bench.charged()
    refunds = bench.client.v1.refunds
    await refunds.create_async({"charge": charge, "amount": 2000}, bench.options)
    with pytest.raises(InvalidRequestError, match=r"\(£5.01\) is greater than unrefunded amount on charge \(£5.00\)"):
        await refunds.create_async({"charge": charge, "amount": 501}, bench.options)
    rest = await refunds.create_async({"charge": charge}, bench.options)
    assert rest.amount == 500
    with pytest.raises(InvalidRequestError) as refused:
        await refunds.create_async({"charge": charge}, bench.options)
    assert refused.value.code == "charge_already_refunded"


@pytest.mark.parametrize("form", ["", "charge=ch_none", "amount=0&charge=ch_none"])
async def test_a_refund_must_be_of_something(bench, form):
    """Of a charge or an intent that is there, and at least a penny."""
    assert (await bench.post("/v1/refunds", form)).status_code in (400, 404)
    assert bench.sandbox.listed("refund") == []


async def test_what_a_bank_has_taken_back_is_not_refunded_too(bench):
    """While a dispute is open, and after it is lost; after it is won it can be."""
    charge = await bench.charged()
    dispute = await bench.sandbox.dispute(charge)
    with pytest.raises(InvalidRequestError) as refused:
        await bench.client.v1.refunds.create_async({"charge": charge}, bench.options)
    assert refused.value.code == "charge_disputed"
    await bench.sandbox.close_dispute(dispute["id"], won=True)
    assert (await bench.client.v1.refunds.create_async({"charge": charge}, bench.options)).status == "succeeded"


async def test_a_refund_cannot_be_called_off(bench):
    """It has gone out at once."""
    charge = await bench.charged()
    refund = await bench.client.v1.refunds.create_async({"charge": charge}, bench.options)
    with pytest.raises(InvalidRequestError, match="Canceling this refund is unsupported"):
        await bench.client.v1.refunds.cancel_async(refund.id, options=bench.options)


async def test_a_version_that_is_none_is_refused(bench):
    """The version that is sent comes back."""
    answer = await bench.post("/v1/refunds", stripe_version="newest")
    assert "Invalid Stripe API version" in answer.json()["error"]["message"]
    answer = await bench.post("/v1/refunds", stripe_version="2026-10-28.endive")
    assert answer.headers["stripe-version"] == stripe.api_version
