"""The door for Stripe's webhooks: signature first, then the intake; 2xx only once the event is durable."""

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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take an event in, or say why not."""
        payload = await _body(receive)
        header = next((value for name, value in scope["headers"] if name == b"stripe-signature"), b"")
        try:
            text = must_be_signed(payload, header.decode("latin-1"), self._secrets)
            arrival = arrive(text, orjson.loads(text))
        except NotSigned:
            await PlainTextResponse("not signed by Stripe", 400)(scope, receive, send)
        except (NotAnEvent, orjson.JSONDecodeError):
            await PlainTextResponse("not an event", 400)(scope, receive, send)
        else:
            await self._intake.take(arrival)
            straight = scope.get(SERVER_SEND, send)
            await straight(TAKEN_IN)
            await straight(NO_BODY)


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
