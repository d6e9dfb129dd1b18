"""One key, one answer: https://docs.stripe.com/api/idempotent_requests."""

import asyncio

import pytest
import stripe

from fundraising.sandbox import Trouble, Wrong

DAY = 86_400


def form(pence=2500):
    """A session as a form."""
    return (
        "mode=payment&success_url=http://house.test/&line_items[0][quantity]=1&line_items[0][price_data][currency]=gbp"
        f"&line_items[0][price_data][unit_amount]={pence}&line_items[0][price_data][product_data][name]=A"
    )


async def test_the_same_request_again_is_answered_by_the_same_answer(bench):
    """Status and body are those of the first; a header says so; nothing is made."""
    first = await bench.post("/v1/checkout/sessions", form(), idempotency_key="k")
    again = await bench.post("/v1/checkout/sessions", form(), idempotency_key="k")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["original-request"] == first.headers["request-id"] != again.headers["request-id"]
    assert len(bench.sandbox.listed("checkout.session")) == 1


async def test_the_sdk_gets_its_first_session_again(bench):
    """With its own idempotency_key option."""
    options = bench.options | {"idempotency_key": "k"}
    sessions = bench.client.v1.checkout.sessions
    first = await sessions.create_async(bench.params(), options)
    assert (await sessions.create_async(bench.params(), options)).id == first.id


async def test_a_failure_is_replayed_too(bench):
    """A 500 stays a 500 for its key, and only for its key."""
    bench.sandbox.fail_next(Trouble(Wrong.STATUS, status=500))
    first = await bench.post("/v1/checkout/sessions", form(), idempotency_key="k")
    again = await bench.post("/v1/checkout/sessions", form(), idempotency_key="k")
    other = await bench.post("/v1/checkout/sessions", form(), idempotency_key="k2")
    assert (first.status_code, again.status_code, other.status_code) == (500, 500, 200)
    assert again.headers["idempotent-replayed"] == "true"


async def test_a_failure_may_have_done_it_all_the_same(bench):
    """A 500 says nothing about what has happened."""
    bench.sandbox.fail_next(Trouble(Wrong.STATUS, status=500, done=True))
    assert (await bench.post("/v1/checkout/sessions", form(), idempotency_key="k")).status_code == 500
    assert len(bench.sandbox.listed("checkout.session")) == 1


@pytest.mark.parametrize("status", [429, 409])
async def test_what_was_never_begun_is_not_remembered(bench, status):
    """After too many requests the same key works."""
    bench.sandbox.fail_next(Trouble(Wrong.STATUS, status=status))
    assert (await bench.post("/v1/checkout/sessions", form(), idempotency_key="k")).status_code == status
    assert (await bench.post("/v1/checkout/sessions", form(), idempotency_key="k")).status_code == 200


async def test_a_request_that_makes_no_sense_is_not_remembered(bench):
    """Its key can be used again, with better parameters."""
    assert (await bench.post("/v1/checkout/sessions", form(pence=1), idempotency_key="k")).status_code == 400
    assert (await bench.post("/v1/checkout/sessions", form(), idempotency_key="k")).status_code == 200


async def test_a_refusal_after_it_was_begun_is_remembered(bench):
    """A refund that was refused stays refused for its key, even when it would be possible now."""
    charge = await bench.charged()
    dispute = await bench.sandbox.dispute(charge)
    asked = {"charge": charge}
    options = bench.options | {"idempotency_key": "k"}
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError, match="charged back") as refused:
            await bench.client.v1.refunds.create_async(asked, options)
        await bench.sandbox.close_dispute(dispute["id"], won=True) if _ == 0 else None
    assert refused.value.headers["idempotent-replayed"] == "true"


async def test_another_request_under_the_same_key_is_refused(bench):
    """400, of a type of its own."""
    await bench.post("/v1/checkout/sessions", form(), idempotency_key="k")
    with pytest.raises(stripe.IdempotencyError, match="same parameters"):
        await bench.client.v1.refunds.create_async({"charge": "ch_1"}, {"idempotency_key": "k"})


async def test_keys_of_one_account_are_nobody_elses(bench):
    """The same key makes one session per account."""
    ids = {
        (await bench.post("/v1/checkout/sessions", form(), idempotency_key="k", stripe_account=account)).json()["id"]
        for account in ("acct_1Christie", "acct_1Heaton")
    }
    assert len(ids) == 2


async def test_a_second_request_must_wait_for_the_first(bench):
    """409 while the first is under way; its answer afterwards."""
    bench.sandbox.fail_next(Trouble(Wrong.SLOW, seconds=0.1))
    first = asyncio.create_task(bench.post("/v1/checkout/sessions", form(), idempotency_key="k"))
    await asyncio.sleep(0.03)
    meanwhile = await bench.post("/v1/checkout/sessions", form(), idempotency_key="k")
    assert (meanwhile.status_code, meanwhile.json()["error"]["code"]) == (409, "idempotency_key_in_use")
    made = (await first).json()["id"]
    assert (await bench.post("/v1/checkout/sessions", form(), idempotency_key="k")).json()["id"] == made


async def test_the_sdk_comes_through_a_conflict_by_itself(bench):
    """It tries a 409 again with the same key."""
    bench.sandbox.fail_next(Trouble(Wrong.STATUS, status=409))
    session = await bench.client.v1.checkout.sessions.create_async(
        bench.params(), bench.options | {"max_network_retries": 1}
    )
    assert session.url


async def test_after_a_day_a_key_is_forgotten(bench):
    """The same request is then another one."""
    first = await bench.post("/v1/checkout/sessions", form(), idempotency_key="k")
    bench.clock.ahead_seconds = DAY + 1
    later = await bench.post("/v1/checkout/sessions", form(), idempotency_key="k")
    assert later.json()["id"] != first.json()["id"]


async def test_a_key_that_is_too_long_is_refused(bench):
    """Stripe's keys have at most 255 characters."""
    assert (await bench.post("/v1/checkout/sessions", form(), idempotency_key="k" * 256)).status_code == 400
