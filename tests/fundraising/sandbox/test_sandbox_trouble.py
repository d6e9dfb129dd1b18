"""Trouble made on purpose, and the address by which another process steers it all."""

import asyncio
import time

import pytest
import stripe

from fundraising.sandbox import Trouble, Wrong


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (500, stripe.APIError),
        (503, stripe.APIError),
        (429, stripe.RateLimitError),
        (409, stripe.APIError),
        (402, stripe.CardError),
        (400, stripe.InvalidRequestError),
        (401, stripe.AuthenticationError),
        (403, stripe.PermissionError),
    ],
)
async def test_the_sdk_knows_each_status(bench, status, error):
    """Its own class of error comes of each; nothing was made, and the next call works."""
    bench.sandbox.fail_next(Trouble(Wrong.STATUS, status=status))
    with pytest.raises(error):
        await bench.session()
    assert bench.sandbox.listed("checkout.session") == []
    assert await bench.session()


async def test_trouble_can_be_about_one_address_and_several_times(bench):
    """Others are left alone; it is used up."""
    bench.sandbox.fail_next(Trouble(Wrong.STATUS, times=2, path="/v1/checkout/sessions"))
    await bench.client.v1.balance.retrieve_async({}, bench.options)
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            await bench.session()
    await bench.session()


async def test_a_slow_answer_comes_in_the_end(bench):
    """And what was asked for has been done."""
    bench.sandbox.fail_next(Trouble(Wrong.SLOW, seconds=0.1))
    began = time.monotonic()
    session = await bench.session()
    assert time.monotonic() - began >= 0.1
    assert bench.sandbox.read(session.id)


async def test_whoever_does_not_wait_has_asked_all_the_same(bench):
    """The session is there, and its key remembers it."""
    bench.sandbox.fail_next(Trouble(Wrong.SLOW, seconds=0.2))
    options = bench.options | {"idempotency_key": "k"}
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await bench.client.v1.checkout.sessions.create_async(bench.params(), options)
    (made,) = bench.sandbox.listed("checkout.session")
    again = await bench.client.v1.checkout.sessions.create_async(bench.params(), options)
    assert again.id == made["id"]


async def test_a_connection_that_breaks_is_an_error_of_the_connection(bench):
    """Tried again with the same key, it ends in the one session."""
    bench.sandbox.fail_next(Trouble(Wrong.HANG_UP))
    with pytest.raises(stripe.APIConnectionError):
        await bench.session()
    bench.sandbox.fail_next(Trouble(Wrong.HANG_UP))
    retrying = bench.options | {"max_network_retries": 1}
    await bench.client.v1.checkout.sessions.create_async(bench.params(), retrying)
    assert len(bench.sandbox.listed("checkout.session")) == 2


@pytest.mark.parametrize("how", [Wrong.HTML, Wrong.TRUNCATED])
async def test_nonsense_is_an_error_to_the_sdk(bench, how):
    """200, and no JSON in it."""
    bench.sandbox.fail_next(Trouble(how))
    with pytest.raises(stripe.APIError, match="Invalid response body"):
        await bench.session()


async def test_json_of_another_world_goes_through_the_sdk(bench):
    """So the platform has to look at what it gets."""
    bench.sandbox.fail_next(Trouble(Wrong.WRONG_SHAPE))
    odd = await bench.session()
    assert odd.url is None
    assert odd.id == 7


async def test_troubles_can_be_called_off(bench):
    """Then nothing goes wrong."""
    bench.sandbox.fail_next(Trouble(Wrong.STATUS, times=9))
    bench.sandbox.fail_no_more()
    assert await bench.session()


async def test_another_process_steers_by_json(bench):
    """Delivery, trouble and verbs; the answer says how it stands."""
    answer = await bench.browser.post(
        "/control",
        json={
            "deliver": {"order": "late", "seconds": 0.01},
            "fail_next": {"how": "status", "status": 503, "times": 2, "path": "/v1/refunds"},
        },
    )
    assert answer.status_code == 200
    assert (await bench.browser.get("/control")).json() == answer.json()
    assert answer.json()["deliver"] == {"order": "late", "seconds": 0.01, "seed": None, "types": []}
    assert answer.json()["fail_next"][0]["status"] == 503
    session = await bench.session()
    done = await bench.browser.post("/control", json={"do": {"verb": "pay", "session_id": session.id}})
    assert done.json()["done"]["payment_status"] == "paid"
    waited = await bench.browser.post("/control", json={"do": {"verb": "delivered"}})
    assert waited.json()["done"]["done"] == 5
    cleared = await bench.browser.post("/control", json={"clear": True})
    assert (cleared.json()["fail_next"], cleared.json()["deliver"]["order"]) == ([], "once")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"colour": "red"}, "control has no colour"),
        ([1], "control has no list"),
        ({"deliver": {"order": "backwards"}}, "order must be one of"),
        ({"deliver": {"order": "late", "seconds": "soon"}}, "seconds must be"),
        ({"deliver": {"speed": 3}}, "deliver has no speed"),
        ({"deliver": {"types": "charge"}}, "types must be"),
        ({"deliver": 3}, "take an object"),
        ({"fail_next": {"how": "loudly"}}, "how must be one of"),
        ({"fail_next": {"status": 200}}, "status must be"),
        ({"fail_next": {"times": 0}}, "times must be"),
        ({"do": {"verb": "fly"}}, "verb must be one of"),
        ({"do": {"verb": "refund"}}, "refund needs charge_or_intent"),
        ({"do": {"verb": "refund", "charge_or_intent": "ch_1", "pence": "all"}}, "pence must be int"),
        ({"do": {"verb": "refund", "charge_or_intent": "ch_1", "when": 1}}, "does not take when"),
    ],
)
async def test_what_it_does_not_understand_it_says(bench, given, said):
    """400, with a sentence."""
    answer = await bench.browser.post("/control", json=given)
    assert answer.status_code == 400
    assert said in answer.json()["error"]


async def test_a_refusal_of_a_verb_is_one_of_stripes(bench):
    """With its status."""
    answer = await bench.browser.post("/control", json={"do": {"verb": "refund", "charge_or_intent": "ch_none"}})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "resource_missing")


async def test_only_json_steers(bench):
    """A form of another site can not: browsers ask before they send JSON."""
    answer = await bench.browser.post("/control", content='{"clear": true}')
    assert answer.status_code == 415
