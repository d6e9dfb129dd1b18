"""How events reach an endpoint: signed, again and again, and on Stripe's bad days too."""

import asyncio
import hashlib
import hmac
import time

import pytest

from fundraising.sandbox import Manner, Order, Pace


async def test_a_delivery_is_signed_over_its_time_and_body(bench):
    """The house verifies it as the SDK does; by hand it comes out the same."""
    await bench.paid()
    await bench.sandbox.delivered()
    arrived = bench.house.arrived[0]
    stamp, signed = (part.partition("=")[2] for part in arrived.headers["stripe-signature"].split(","))
    assert abs(time.time() - int(stamp)) < 5
    assert signed == hmac.new(b"whsec_connect", f"{stamp}.".encode() + arrived.body, hashlib.sha256).hexdigest()
    assert arrived.headers["content-type"] == "application/json; charset=utf-8"
    assert arrived.headers["user-agent"].startswith("Stripe/1.0")


async def test_every_event_is_delivered_once(bench):
    """And is pending no more."""
    await bench.paid()
    assert (await bench.sandbox.delivered())["done"] == 5
    assert len({event["id"] for event in bench.house.events}) == 5
    assert all(event["pending_webhooks"] == 0 for event in bench.sandbox.listed("event"))


async def test_a_refused_delivery_comes_again(bench):
    """With the same event, signed anew."""
    bench.house.answers = [500, 400, 503]
    await bench.paid()
    counted = await bench.sandbox.delivered()
    assert (counted["done"], counted["given_up"]) == (5, 0)
    assert sorted(bench.house.types) == sorted(
        [
            "payment_intent.created",
            "charge.succeeded",
            "payment_intent.succeeded",
            "checkout.session.completed",
            "charge.updated",
        ]
    )


async def test_a_redirect_is_a_failure(bench):
    """It is not followed, and counts as a try."""
    bench.house.answers = [308] * 5
    await bench.paid()
    await bench.sandbox.delivered()
    assert len(bench.house.arrived) == 5
    assert bench.house.answers == []


async def test_after_some_tries_it_is_given_up(bench):
    """The event can still be listed, and is pending; asked for, it comes again."""
    bench.house.answers = [500] * 4 * 5
    await bench.paid()
    counted = await bench.sandbox.delivered()
    assert (counted["given_up"], bench.house.arrived) == (5, [])
    listed = await bench.client.v1.events.list_async({"delivery_success": False}, bench.options)
    assert [event.pending_webhooks for event in listed.data] == [1] * 5
    await bench.sandbox.resend(listed.data[0].id)
    await bench.sandbox.delivered()
    assert [event["id"] for event in bench.house.events] == [listed.data[0].id]
    assert bench.sandbox.read(listed.data[0].id)["pending_webhooks"] == 0


async def test_deliveries_go_out_side_by_side(bench):
    """A slow endpoint does not hold up the next event."""
    bench.house.pause_seconds = 0.05
    began = time.monotonic()
    await bench.paid()
    await bench.sandbox.delivered()
    assert bench.house.most_at_once >= 4
    assert time.monotonic() - began < 0.2


async def test_an_endpoint_that_does_not_answer_is_tried_again(open_bench):
    """Its time is bounded."""
    bench = await open_bench(pace=Pace(balance_seconds=0, retry_seconds=(0.01,), answer_seconds=0.03))
    bench.house.pause_seconds = 0.1
    await bench.paid()
    assert (await bench.sandbox.delivered())["given_up"] == 5


async def test_twice_means_twice(bench):
    """Both with the same id."""
    bench.sandbox.deliver(Manner(Order.TWICE))
    await bench.paid()
    await bench.sandbox.delivered()
    ids = [event["id"] for event in bench.house.events]
    assert (len(ids), len(set(ids))) == (10, 5)


async def test_late_means_later(bench):
    """Nothing comes before its time."""
    bench.sandbox.deliver(Manner(Order.LATE, seconds=0.15))
    await bench.paid()
    await asyncio.sleep(0.05)
    assert bench.house.arrived == []
    await bench.sandbox.delivered()
    assert len(bench.house.arrived) == 5


async def test_never_means_never_but_it_can_be_listed(bench):
    """Only those that it is about."""
    bench.sandbox.deliver(Manner(Order.NEVER, types=("checkout.*",)))
    await bench.paid()
    counted = await bench.sandbox.delivered()
    assert (counted["done"], counted["withheld"]) == (4, 1)
    assert "checkout.session.completed" not in bench.house.types
    listed = await bench.client.v1.events.list_async({"type": "checkout.session.completed"}, bench.options)
    assert len(listed.data) == 1


async def test_shuffled_means_another_order(bench):
    """Everything comes, once, and not as it was told; the same seed shuffles alike."""
    orders = []
    for _ in range(2):
        bench.house.arrived.clear()
        bench.sandbox.deliver(Manner(Order.SHUFFLED, seconds=0.1, seed=7))
        await bench.paid()
        await bench.sandbox.delivered()
        orders.append(bench.house.types)
    told = [event["type"] for event in reversed(bench.sandbox.listed("event"))][:5]
    assert orders[0] == orders[1] != told
    assert sorted(orders[0]) == sorted(told)


async def test_waiting_for_a_sandbox_that_does_not_run_is_said_so(open_bench):
    """It would wait for ever."""
    bench = await open_bench()
    await bench.sandbox.stop()
    with pytest.raises(RuntimeError, match="has not been started"):
        await bench.sandbox.delivered()
