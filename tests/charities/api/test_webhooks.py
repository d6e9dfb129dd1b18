"""Messages to charities' programs: signed, each thing once, never into our own network, tried for three days."""

import asyncio
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import httpx
import orjson
import pytest
from jsonschema import Draft202012Validator

from charities.api.delivering import GIVEN_UP_AFTER, PAUSES, Courier, tidy
from charities.api.document import document
from charities.api.models import Delivery, Endpoint
from charities.api.sending import Messenger, is_outside
from charities.api.telling import tell_all
from charities.models import Charity
from fundraising.mail.models import Letter
from fundraising.payments.batch import take_in
from fundraising.settings import Settings
from fundraising.store.database import connection
from tests.charities.api.making import SECRET, URL, make_endpoint, make_finance
from tests.conftest import BASE, Site
from tests.looking import words_of
from tests.makers import Family, arrival, make_family, make_gift, refund_of


@dataclass
class Outside:
    """A program of a charity, behind the real client; and what names lead to."""

    status: Callable[[int], int] = lambda _: 200
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    names: dict[str, list[str]] = field(default_factory=lambda: {"hooks.example.org": ["93.184.215.14"]})
    asked: list[str] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    connected: list[str] = field(default_factory=list)
    slow: asyncio.Event | None = None

    def __post_init__(self) -> None:
        inside = httpx.ASGITransport(self)
        outside = self

        class Wire(httpx.AsyncBaseTransport):
            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                outside.connected.append(f"{request.url.host} {request.extensions['sni_hostname']}")
                return await inside.handle_async_request(request)

        self.messenger = Messenger(Wire(), self.resolve)

    async def resolve(self, host: str, port: int) -> list[str]:
        """As the directory of names says just now."""
        self.asked.append(f"{host}:{port}")
        if host not in self.names:
            raise OSError("no such name")
        return self.names[host]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        body = (await receive())["body"]
        if self.slow is not None and headers["host"] == "slow.example.org":
            await self.slow.wait()
        self.got.append((headers, body))
        status = self.status(len(self.got))
        await send({"type": "http.response.start", "status": status, "headers": self.headers})
        await send({"type": "http.response.body", "body": b"ok"})


@dataclass
class Told:
    """A charity whose program is told."""

    family: Family
    outside: Outside
    courier: Courier
    endpoint: Endpoint


@pytest.fixture
async def told(site: Site, settings: Settings) -> Told:
    """One endpoint; gifts before it are none of its business."""
    family, outside = await make_family(), Outside()
    await make_gift(family.runner, family.charity, 100)
    return Told(
        family,
        outside,
        Courier(settings, outside.messenger),
        await make_endpoint(settings, await Charity.get(fund=family.charity)),
    )


async def test_each_gift_and_refund_is_told_once_and_signed(told: Told, settings: Settings) -> None:
    """As the document says; without names; to the endpoints of its own charity alone, and only what comes after them."""
    family = told.family
    other = await make_family(account=None)
    theirs = await make_endpoint(settings, await Charity.get(fund=other.charity), "https://hooks.example.org/theirs")
    gift = await make_gift(family.team, family.charity, 2500, name="Secretname", message="Secretword")
    await told.courier.work()
    await take_in([arrival("refund.created", refund_of(gift, 1000))], {})
    for _ in range(3):
        await told.courier.work()
    assert await Delivery.filter(endpoint=theirs).count() == 0
    bodies = [orjson.loads(body) for _, body in told.outside.got]
    assert [(one["type"], one["data"]["moved_pence"], one["data"]["standing_pence"]) for one in bodies] == [
        ("donation.paid", 2500, 2500), ("donation.refunded", 1000, 1500),
    ]  # fmt: skip
    said = document(BASE)
    schema = {"$ref": "#/components/schemas/Message", "components": said["components"]}
    for headers, body in told.outside.got:
        assert headers["host"] == "hooks.example.org"
        at, signature = (part.partition("=")[2] for part in headers["webhook-signature"].split(","))
        assert hmac.new(SECRET.encode(), f"{at}.".encode() + body, sha256).hexdigest() == signature
        assert b"Secret" not in body
        Draft202012Validator(schema).validate(orjson.loads(body))
    assert bodies[0]["data"]["donation"] == str(gift.id)
    assert told.outside.connected == ["93.184.215.14 hooks.example.org"] * 2
    async with connection() as writing:
        await writing.execute("update delivery set made_at = now() - interval '32 days'")
    await tidy()
    assert await Delivery.all().count() == 0


async def test_nothing_goes_to_an_address_that_is_not_public(told: Told) -> None:
    """Whatever the name leads to, also beside a public one; and a name that has changed its mind is looked up anew."""
    await make_gift(told.family.runner, told.family.charity)
    for addresses in (
        ["127.0.0.1"], ["10.1.2.3"], ["172.16.0.1"], ["192.168.1.1"], ["169.254.169.254"], ["100.64.0.1"], ["0.0.0.0"],
        ["224.0.0.1"], ["255.255.255.255"], ["240.0.0.1"], ["::1"], ["::"], ["fe80::1%eth0"], ["fc00::1"], ["ff02::1"],
        ["::ffff:127.0.0.1"], ["::ffff:10.0.0.1"], ["64:ff9b::7f00:1"], ["2002:7f00:1::"], ["93.184.215.14", "127.0.0.1"], [],
    ):  # fmt: skip
        told.outside.names["hooks.example.org"] = addresses
        await Delivery.all().update(next_at=datetime.now(UTC))
        await told.courier.work()
        delivery = await Delivery.get()
        assert (delivery.answered, "not public" in delivery.trouble) == (None, True), addresses
    assert told.outside.connected == []
    assert is_outside("2606:4700::1111")
    told.outside.names["hooks.example.org"] = ["2606:4700::1111"]
    await Delivery.all().update(next_at=datetime.now(UTC))
    await told.courier.work()
    assert (await Delivery.get()).answered == 200
    assert told.outside.connected == ["2606:4700::1111 hooks.example.org"]
    assert set(told.outside.asked) == {"hooks.example.org:443"}


async def test_what_is_not_taken_is_tried_again_ever_later_then_ended_with_a_letter(site: Site, told: Told) -> None:
    """A redirect is not followed; after three days in which nothing was taken the endpoint is over, and so are its messages."""
    await make_finance(site, told.family)
    await make_gift(told.family.runner, told.family.charity)
    told.outside.status, told.outside.headers = lambda _: 302, [(b"location", b"https://hooks.example.org/on")]
    for tries, pause in enumerate([*PAUSES, PAUSES[-1]], start=1):
        await Delivery.all().update(next_at=datetime.now(UTC))
        before = datetime.now(UTC)
        await told.courier.work()
        await told.courier.work()
        delivery = await Delivery.get()
        assert (delivery.tries, delivery.answered) == (tries, 302)
        assert delivery.next_at is not None
        assert timedelta(0) <= delivery.next_at - before - pause < timedelta(seconds=20)
    assert len(told.outside.got) == len(PAUSES) + 1
    told.outside.names.clear()
    await Delivery.all().update(next_at=datetime.now(UTC), made_at=datetime.now(UTC) - GIVEN_UP_AFTER)
    await make_gift(told.family.runner, told.family.charity)
    await told.courier.work()
    ended = await Endpoint.get()
    assert ended.ended_at is not None
    assert "For three days it took nothing" in ended.ended_because
    assert [one.next_at for one in await Delivery.all()] == [None, None]
    assert [one.template for one in await Letter.all()] == ["endpoint_ended"]
    await site.house.jobs.send_letters()
    await told.courier.work()
    await make_gift(told.family.runner, told.family.charity)
    assert await tell_all() == 0


async def test_one_that_takes_others_goes_on_and_one_that_wants_no_more_is_ended_at_once(told: Told) -> None:
    """One message that is never taken does not end an address that is well; 410 does."""
    await make_gift(told.family.runner, told.family.charity)
    await make_gift(told.family.runner, told.family.charity)
    await tell_all()
    first = await Delivery.all().order_by("made_at", "id").first()
    assert first is not None
    await Delivery.filter(id=first.id).update(
        made_at=datetime.now(UTC) - GIVEN_UP_AFTER, next_at=datetime.now(UTC) + timedelta(hours=1)
    )
    await told.courier.work()
    await Delivery.filter(id=first.id).update(next_at=datetime.now(UTC))
    told.outside.status = lambda _: 500
    await told.courier.work()
    assert (await Delivery.get(id=first.id)).next_at is None
    assert (await Endpoint.get()).ended_at is None
    told.outside.status = lambda _: 410
    await make_gift(told.family.runner, told.family.charity)
    await told.courier.work()
    assert "410" in (await Endpoint.get()).ended_because


async def test_a_slow_one_holds_up_nobody_and_two_processes_send_nothing_twice(
    own_database: str, settings: Settings
) -> None:
    """With commits and connections of their own: two couriers, one address that does not answer, one that does."""
    family, other, outside = await make_family(), await make_family(account=None), Outside(slow=asyncio.Event())
    outside.names["slow.example.org"] = ["93.184.215.15"]
    await make_endpoint(settings, await Charity.get(fund=family.charity), "https://slow.example.org/gifts")
    well = await make_endpoint(settings, await Charity.get(fund=family.charity))
    await make_endpoint(settings, await Charity.get(fund=other.charity))
    for _ in range(6):
        await make_gift(family.runner, family.charity)
    couriers = [Courier(settings, outside.messenger) for _ in range(2)]
    running = [asyncio.create_task(courier.run()) for courier in couriers]
    for _ in range(200):
        if await Delivery.filter(endpoint=well, done_at__isnull=False).count() == 6:
            break
        await asyncio.sleep(0.02)
    assert await Delivery.filter(endpoint=well, done_at__isnull=False).count() == 6
    assert {headers["host"] for headers, _ in outside.got} == {"hooks.example.org"}
    assert outside.slow is not None
    outside.slow.set()
    for _ in range(200):
        if await Delivery.filter(done_at=None).count() == 0:
            break
        await asyncio.sleep(0.02)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    sent = [headers["webhook-id"] for headers, _ in outside.got]
    assert (len(sent), len(set(sent))) == (12, 12)


async def test_the_desk_adds_tries_and_ends_addresses(site: Site, told: Told) -> None:
    """The secret is shown once and kept sealed; nothing inside a network is taken; nobody else's can be reached."""
    desk, home = await make_finance(site, told.family), f"/charities/{told.family.charity.slug}/desk/api"
    for wrong in (
        "", "http://www.example.org/", "https://127.0.0.1/", "https://[::1]/", "https://localhost/", "https://db/", "https://2130706433/",
        "https://printer.local/", "https://a:b@www.example.org/", "https://www.example.org:22/", "https://www.example.org/#x",
        "https://www.example.org/a b", "https://0x7f.1/", "ftp://www.example.org/", "https://", f"https://www.example.org/{'x' * 300}",
    ):  # fmt: skip
        assert (await desk.post(f"{home}/endpoints", data={"url": wrong})).status_code == 422, wrong
    made = await desk.post(f"{home}/endpoints", data={"url": "https://hooks.example.org:8443/new"})
    secret = next(word for word in words_of(made.text).split() if word.startswith("whsec_"))
    endpoint = await Endpoint.get(url="https://hooks.example.org:8443/new")
    assert secret.encode() not in endpoint.secret
    assert secret not in (await desk.get(home)).text
    assert (await desk.post(f"{home}/endpoints/{endpoint.id}/test")).status_code == 303
    assert "on its way" in words_of((await desk.get(home)).text)
    told.outside.status = lambda _: 503
    await told.courier.work()
    page = words_of((await desk.get(home)).text)
    assert "Status 503. Tried 1 time, next on" in page
    delivery = await Delivery.get()
    again = f"{home}/endpoints/{endpoint.id}/deliveries/{delivery.id}/again"
    stranger = await make_family(account=None)
    elsewhere = f"/charities/{stranger.charity.slug}/desk/api/endpoints/{endpoint.id}"
    foreign = await make_finance(site, stranger)
    for path in (f"{elsewhere}/test", f"{elsewhere}/end", f"{elsewhere}/deliveries/{delivery.id}/again"):
        assert (await foreign.post(path)).status_code == 404
    assert (await desk.post(again)).status_code == 303
    told.outside.status = lambda _: 204
    await told.courier.work()
    headers, body = told.outside.got[-1]
    at = headers["webhook-signature"].partition(",")[0].removeprefix("t=")
    assert hmac.new(secret.encode(), f"{at}.".encode() + body, sha256).hexdigest() in headers["webhook-signature"]
    assert (orjson.loads(body)["type"], headers["host"]) == ("ping", "hooks.example.org:8443")
    assert "taken, 204" in words_of((await desk.get(home)).text)
    assert (await desk.post(again)).status_code == 404
    for number in range(3):
        await desk.post(f"{home}/endpoints", data={"url": f"https://hooks.example.org/{number}"})
    assert (await desk.post(f"{home}/endpoints", data={"url": URL})).status_code == 409
    assert (await desk.post(f"{home}/endpoints/{endpoint.id}/end")).status_code == 303
    assert (await desk.post(f"{home}/endpoints/{endpoint.id}/test")).status_code == 404
    assert "Ended at the desk." in words_of((await desk.get(home)).text)
