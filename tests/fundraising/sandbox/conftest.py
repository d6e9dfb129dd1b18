"""A bench for the sandbox: the sandbox itself, the real SDK that talks to it, a house that its events are sent to."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import stripe

from fundraising.sandbox import Endpoint, EndpointKind, KnownAccount, Pace, Sandbox

SPEC = Path(__file__).parents[4] / "shared" / "stripe" / "spec3-2026-05-27.json.xz"
collect_ignore = [] if SPEC.exists() else ["test_sandbox_spec.py"]

BASE = "http://sandbox.test"
ACCOUNT, OTHER = "acct_1Christie", "acct_1Heaton"
PLATFORM_SECRET, CONNECT_SECRET = "whsec_platform", "whsec_connect"
KEY = "sk_test_of_the_bench"


@dataclass
class Arrived:
    """A webhook that came in, its signature verified."""

    path: str
    body: bytes
    headers: dict[str, str]

    @property
    def event(self) -> dict[str, Any]:
        """The body, parsed."""
        return orjson.loads(self.body)


@dataclass
class House:
    """Where events are sent; an ASGI application that verifies every signature as the SDK does.

    Args:
        answers: statuses for the next deliveries; then 200.
        pause_seconds: before each answer.
    """

    answers: list[int] = field(default_factory=list)
    pause_seconds: float = 0.0
    arrived: list[Arrived] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Take one delivery."""
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        secret = CONNECT_SECRET if scope["path"].endswith("/connect") else PLATFORM_SECRET
        stripe.WebhookSignature.verify_header(body.decode(), headers["stripe-signature"], secret, 300)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(self.pause_seconds)
        self.at_once -= 1
        status = self.answers.pop(0) if self.answers else 200
        if 200 <= status < 300:
            self.arrived.append(Arrived(scope["path"], body, headers))
        location = [(b"location", b"http://house.test/webhooks/stripe/")] if 300 <= status < 400 else []
        await send({"type": "http.response.start", "status": status, "headers": location})
        await send({"type": "http.response.body", "body": b""})

    @property
    def events(self) -> list[dict[str, Any]]:
        """What was taken, in order."""
        return [arrived.event for arrived in self.arrived]

    @property
    def types(self) -> list[str]:
        """Types of what was taken, in order."""
        return [event["type"] for event in self.events]

    def of(self, type_: str) -> dict[str, Any]:
        """The one event of a type."""
        (found,) = [event for event in self.events if event["type"] == type_]
        return found


@dataclass
class Clock:
    """Runs on, and can be put forward."""

    ahead_seconds: float = 0.0

    def __call__(self) -> float:
        """Seconds since 1970."""
        import time

        return time.time() + self.ahead_seconds


@dataclass
class Bench:
    """All that a test needs; `account` is whom its calls act for, None for our own."""

    sandbox: Sandbox
    house: House
    clock: Clock
    client: stripe.StripeClient
    browser: httpx.AsyncClient
    account: str | None = ACCOUNT

    @property
    def options(self) -> dict[str, str]:
        """The account, for the SDK."""
        return {"stripe_account": self.account} if self.account else {}

    def params(self, **more: Any) -> dict[str, Any]:
        """Parameters of a session as the platform sends them."""
        price = {"currency": "gbp", "unit_amount": 2500, "product_data": {"name": "A gift to Ada"}}
        return {
            "mode": "payment",
            "submit_type": "donate",
            "client_reference_id": "p-1",
            "customer_email": "ada@example.org",
            "success_url": "http://house.test/thanks?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://house.test/back",
            "metadata": {"payment": "p-1"},
            "payment_intent_data": {"metadata": {"payment": "p-1"}, "description": "A gift to Ada"},
            "line_items": [{"quantity": 1, "price_data": price}],
        } | more

    async def session(self, **more: Any) -> Any:
        """A session, made by the SDK."""
        return await self.client.v1.checkout.sessions.create_async(self.params(**more), self.options)

    async def paid(self, how: str = "card", **more: Any) -> dict[str, Any]:
        """A session that somebody has tried to pay, as the API shows it."""
        session = await self.session(**more)
        return await self.sandbox.pay(session.id, how)

    async def charged(self, **more: Any) -> str:
        """The id of a charge that has succeeded, its fee known."""
        session = await self.paid(**more)
        await self.sandbox.delivered()
        charge: str = self.sandbox.read(session["payment_intent"])["latest_charge"]
        return charge

    async def post(self, path: str, form: str = "", **headers: str) -> httpx.Response:
        """A raw request to the API."""
        sent = {"authorization": f"Bearer {KEY}", "content-type": "application/x-www-form-urlencoded"}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.browser.post(path, content=form, headers=sent | named)


class Wire(stripe.HTTPXClient):
    """The SDK's own client, led to an application in this process when one is given."""

    def __init__(self, app: Any = None) -> None:
        super().__init__(timeout=10, verify_ssl_certs=False)
        if app is not None:
            self._client_async = httpx.AsyncClient(transport=httpx.ASGITransport(app))

    def _get_request_args_kwargs(self, method: str, url: str, headers: Any, post_data: Any) -> Any:
        # The SDK gives httpx a text as `data`, which warns, and warnings are errors here.
        return [(method, url), {"headers": headers, "content": post_data or b"", "timeout": 10}]


@pytest.fixture
async def make_client() -> AsyncIterator[Callable[..., stripe.StripeClient]]:
    """Makes clients of the SDK, for an address or for an application in this process."""
    async with AsyncExitStack() as life:

        def made(base: str, app: Any = None) -> stripe.StripeClient:
            wire = Wire(app)
            life.push_async_callback(wire.close_async)
            return stripe.StripeClient(KEY, http_client=wire, max_network_retries=0, base_addresses={"api": base})

        yield made


@pytest.fixture
async def open_bench(tmp_path: Path, make_client: Callable[..., Any]) -> AsyncIterator[Callable[..., Any]]:
    """Opens benches; those with the same folder share what is kept."""
    async with AsyncExitStack() as life:

        async def opened(folder: str = "one", pace: Pace | None = None, house: House | None = None) -> Bench:
            house, clock = house or House(), Clock()
            sending = await life.enter_async_context(httpx.AsyncClient(transport=httpx.ASGITransport(house)))
            sandbox = Sandbox(
                tmp_path / folder,
                BASE,
                endpoints=endpoints(),
                accounts=[KnownAccount(ACCOUNT, "The Christie", "CHRISTIE"), KnownAccount(OTHER, "Heaton", "HEATON")],
                client=sending,
                pace=pace or Pace.quick(),
                clock=clock,
            )
            await sandbox.start()
            life.push_async_callback(sandbox.stop)
            transport = httpx.ASGITransport(sandbox.app)
            browser = await life.enter_async_context(httpx.AsyncClient(transport=transport, base_url=BASE))
            return Bench(sandbox, house, clock, make_client(BASE, sandbox.app), browser)

        yield opened


def endpoints() -> Sequence[Endpoint]:
    """The two doors of the house."""
    return (
        Endpoint("http://house.test/webhooks/stripe", PLATFORM_SECRET),
        Endpoint("http://house.test/webhooks/stripe/connect", CONNECT_SECRET, EndpointKind.CONNECT),
    )


@pytest.fixture
async def bench(open_bench: Callable[..., Any]) -> Bench:
    """A fresh bench."""
    return await open_bench()
