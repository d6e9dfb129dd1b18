"""The door for Stripe: signature on the raw body, 2xx only once the event is durable."""

import asyncio
import time

import httpx
import orjson
import pytest
from starlette.types import Receive, Scope, Send

from fundraising.errors import Busy
from fundraising.payments import inbox, intake
from fundraising.payments.events import Arrival
from fundraising.payments.models import StripeEvent, Transfer
from fundraising.web.guard import SERVER_SEND
from tests.conftest import BASE, CONNECT_SECRET, PLATFORM_SECRET, Site
from tests.makers import arrival, event, make_family, make_payment, session_of, signed


async def post(site: Site, path: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
    """As Stripe posts: no origin, no browser."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site.house), base_url=BASE) as client:
        return await client.post(path, content=body, headers=headers)


async def hand_in(site: Site, one: Arrival) -> None:
    """Taken in without the door."""
    future = asyncio.get_running_loop().create_future()
    site.house.intake.take(one, future)
    await future


async def test_a_signed_event_is_taken_in_by_either_door(site: Site) -> None:
    """Platform and connected accounts, each with its secret."""
    family = await make_family()
    for path, secret in (("/webhooks/stripe/connect", CONNECT_SECRET), ("/webhooks/stripe", PLATFORM_SECRET)):
        payment = await make_payment(family.runner, family.charity)
        answer = await post(site, path, *signed(event("checkout.session.completed", session_of(payment)), secret))
        assert answer.status_code == 200
    assert (await site.total(f"/pages/{family.runner.slug}"))["raised_pence"] == 5000


async def test_what_is_not_signed_is_refused_and_kept_nowhere(site: Site) -> None:
    """Wrong secret, other body, no header, old, from the future, half a header, not text, another door's secret."""
    family = await make_family()
    payment = await make_payment(family.runner, family.charity)
    body = event("checkout.session.completed", session_of(payment))
    raw, good = signed(body, CONNECT_SECRET)
    now = int(time.time())
    odd = [
        signed(body, "whsec_wrong"),
        signed(body, PLATFORM_SECRET),
        (raw + b" ", good),
        (raw, {}),
        (raw, {"stripe-signature": ""}),
        (raw, {"stripe-signature": "t=,v1="}),
        (raw, {"stripe-signature": "v1=abc"}),
        (raw, {"stripe-signature": f"t={now}"}),
        (raw, {"stripe-signature": f"t={'9' * 400},v1=a"}),
        (raw, {"stripe-signature": good["stripe-signature"].replace("v1", "v0")}),
        signed(body, CONNECT_SECRET, now - 301),
        signed(body, CONNECT_SECRET, now + 360),  # time goes on while the others are sent
        (b"\xff\xfe", good),
        (b"", good),
    ]
    for payload, headers in odd:
        answer = await post(site, "/webhooks/stripe/connect", payload, headers)
        assert answer.status_code == 400, headers
    assert await StripeEvent.all().count() == 0
    assert await Transfer.all().count() == 0


@pytest.mark.parametrize("body", [b"[]", b"null", b"1", b'"evt"', b"{", b"{}", b'{"id": "evt_1"}', b'{"id": NaN}'])
async def test_signed_nonsense_is_refused(site: Site, body: bytes) -> None:
    """400, so that nobody retries it for three days."""
    assert (await post(site, "/webhooks/stripe", *signed(body, PLATFORM_SECRET))).status_code == 400


async def test_a_secret_can_be_rolled_over(site: Site) -> None:
    """While two are set, either is good."""
    from fundraising.payments.stripe import NotSigned, must_be_signed

    raw, headers = signed(event("x", {}), "whsec_new")
    header = headers["stripe-signature"]
    assert must_be_signed(raw, header, ("whsec_old", "whsec_new")) == raw.decode()
    with pytest.raises(NotSigned):
        must_be_signed(raw, header, ("whsec_old",))
    with pytest.raises(NotSigned):
        must_be_signed(raw, header, ())


async def test_more_than_can_wait_is_sent_away_for_later(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """503 with Retry-After: Stripe comes again."""
    monkeypatch.setattr(intake, "QUEUE", 0)
    answer = await post(site, "/webhooks/stripe", *signed(event("x", {}, account=None), PLATFORM_SECRET))
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    with pytest.raises(Busy):
        await hand_in(site, inbox.revive(orjson.dumps(event("x", {})).decode()))


async def test_many_at_once_are_few_transactions_and_each_is_answered(site: Site) -> None:
    """Sixty events of twenty payments, all at the same time."""
    family = await make_family()
    payments = [await make_payment(family.runner, family.charity) for _ in range(20)]
    bodies = [event("checkout.session.completed", session_of(p)) for p in payments]
    sent = [signed(body, CONNECT_SECRET) for body in bodies for _ in range(3)]
    answers = await asyncio.gather(*(post(site, "/webhooks/stripe/connect", *one) for one in sent))
    assert {a.status_code for a in answers} == {200}
    total = await site.total(f"/teams/{family.team.slug}")
    assert (total["raised_pence"], total["donations"]) == (50_000, 20)
    assert total["version"] < 20


async def test_what_comes_at_once_is_judged_each_by_itself(site: Site) -> None:
    """Signed and not, an event and nonsense, in one turn of the loop: each gets its own answer."""
    family = await make_family()
    good = [
        event("checkout.session.completed", session_of(await make_payment(family.runner, family.charity)))
        for _ in range(3)
    ]
    sent = [
        signed(good[0], CONNECT_SECRET),
        signed(good[1], "whsec_wrong"),
        signed(b"[]", CONNECT_SECRET),
        signed(good[2], CONNECT_SECRET),
    ]
    answers = await asyncio.gather(*(post(site, "/webhooks/stripe/connect", *one) for one in sent))
    assert [answer.status_code for answer in answers] == [200, 400, 400, 200]
    assert await StripeEvent.all().count() == 2
    assert await Transfer.all().count() == 2


async def test_in_a_rush_those_just_about_to_come_are_in_the_same_batch(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a batch of many the next one waits for as many; after one of few it does not, and a lone event is soon in."""
    monkeypatch.setattr(intake, "RUSH_SECONDS", 60)
    taken: list[list[str]] = []

    async def come_in(count: int) -> asyncio.Task[None]:
        taken.append([])

        async def all_of_them() -> None:
            async with asyncio.TaskGroup() as group:
                for _ in range(count):
                    one = arrival("customer.created", {"id": "cus_1"}, account=None)
                    taken[-1].append(one.id)
                    group.create_task(hand_in(site, one))

        task = asyncio.create_task(all_of_them())
        for _ in range(20):
            await asyncio.sleep(0)
        return task

    await (await come_in(intake.RUSH))
    first = await come_in(intake.RUSH - 1)
    assert not first.done()
    await asyncio.gather(first, await come_in(1))
    monkeypatch.setattr(intake, "RUSH_SECONDS", 0.001)
    await (await come_in(1))
    at = [{(await StripeEvent.get(id=id_)).received_at for id_ in ids} for ids in taken]
    assert [len(times) for times in at] == [1, 1, 1, 1]  # each batch is written with one time
    assert at[1] == at[2]
    assert len(set.union(*at)) == 3


async def test_a_request_leaves_nothing_that_only_the_garbage_collector_would_find(site: Site) -> None:
    """The server's own `send` is in the scope while it is needed, and not after: the two would hold each other."""
    scopes = []

    async def look(scope: Scope, receive: Receive, send: Send) -> None:
        scopes.append(scope)
        await site.house(scope, receive, send)

    body, headers = signed(event("x", {}, account=None), PLATFORM_SECRET)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(look), base_url=BASE) as client:
        for request in (client.get("/"), client.get("/no-such-page"), client.post("/webhooks/stripe", content=body)):
            await request
        await client.post("/webhooks/stripe", content=body, headers=headers)
    assert len(scopes) == 4
    assert not any(SERVER_SEND in scope for scope in scopes)
