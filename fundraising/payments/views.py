"""The door for Stripe's webhooks: signature first, then the intake; 2xx only once the event is durable."""

import asyncio

import orjson
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from fundraising.errors import TooLarge
from fundraising.payments.events import NotAnEvent, arrive
from fundraising.payments.intake import Intake
from fundraising.payments.stripe import NotSigned, must_be_signed
from fundraising.web.guard import SERVER_SEND

MOST_BYTES = 1_000_000
# Nothing is said but the status, and in one write: only Stripe, or who has its secret, ever gets to see it.
TAKEN_IN: Message = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]}
NO_BODY: Message = {"type": "http.response.body", "body": b""}


class Door:
    """One webhook address, as a bare ASGI application: in a rush it is where the time goes.

    Args:
        secrets: signing secrets, any of which is good.
    """

    def __init__(self, intake: Intake, secrets: tuple[str, ...]) -> None:
        self._intake = intake
        self._secrets = secrets
        self._fresh: list[tuple[bytes, str, asyncio.Future[None]]] = []  # not yet verified

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take an event in, or say why not."""
        payload = await _body(receive)
        header = next((value for name, value in scope["headers"] if name == b"stripe-signature"), b"")
        try:
            await self._take_in(payload, header.decode("latin-1"))
        except NotSigned:
            await PlainTextResponse("not signed by Stripe", 400)(scope, receive, send)
        except (NotAnEvent, orjson.JSONDecodeError):
            await PlainTextResponse("not an event", 400)(scope, receive, send)
        else:
            straight = scope.get(SERVER_SEND, send)
            await straight(TAKEN_IN)
            await straight(NO_BODY)

    def _take_in(self, payload: bytes, header: str) -> asyncio.Future[None]:
        """Done once the event is durable.

        All that come in one turn of the loop are verified in a row: the same few lines over many bodies take half of
        the time that they take between everything else.
        """
        loop = asyncio.get_running_loop()
        if not self._fresh:
            loop.call_soon(self._verify)
        future = loop.create_future()
        self._fresh.append((payload, header, future))
        return future

    def _verify(self) -> None:
        fresh, self._fresh = self._fresh, []
        for payload, header, future in fresh:
            if future.done():
                continue  # whoever sent it is gone
            try:
                text = must_be_signed(payload, header, self._secrets)
                arrival = arrive(text, orjson.loads(text))
            except Exception as refused:  # noqa: BLE001 - around one of many: told to the request that waits
                future.set_exception(refused)
            else:
                self._intake.take(arrival, future)


async def _body(receive: Receive) -> bytes:
    """The raw body, up to a bound."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MOST_BYTES:
            raise TooLarge
    return body


def make_routes(intake: Intake, platform: tuple[str, ...], connect: tuple[str, ...]) -> list[Route]:
    """The two webhook addresses.

    Args:
        platform: signing secrets for events of our own account.
        connect: signing secrets for events of connected accounts.
    """
    return [
        Route("/webhooks/stripe", Door(intake, platform), methods=["POST"], name="webhook", max_body_size=MOST_BYTES),
        Route(
            "/webhooks/stripe/connect",
            Door(intake, connect),
            methods=["POST"],
            name="webhook_connect",
            max_body_size=MOST_BYTES,
        ),
    ]
