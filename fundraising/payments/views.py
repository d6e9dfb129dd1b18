"""The door for Stripe's webhooks: signature first, then the intake; 2xx only once the event is durable."""

from collections.abc import Callable

import orjson
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from fundraising.payments.events import NotAnEvent, arrive
from fundraising.payments.intake import Intake
from fundraising.payments.stripe import NotSigned, must_be_signed

MOST_BYTES = 1_000_000


def make_routes(intake: Intake, platform: tuple[str, ...], connect: tuple[str, ...]) -> list[Route]:
    """The two webhook addresses.

    Args:
        platform: signing secrets for events of our own account.
        connect: signing secrets for events of connected accounts.
    """
    return [
        Route("/webhooks/stripe", _door(intake, platform), methods=["POST"], name="webhook", max_body_size=MOST_BYTES),
        Route(
            "/webhooks/stripe/connect",
            _door(intake, connect),
            methods=["POST"],
            name="webhook_connect",
            max_body_size=MOST_BYTES,
        ),
    ]


def _door(intake: Intake, secrets: tuple[str, ...]) -> Callable[[Request], object]:
    async def stripe_webhook(request: Request) -> Response:
        payload = await request.body()
        try:
            text = must_be_signed(payload, request.headers.get("stripe-signature", ""), secrets)
            arrival = arrive(text, orjson.loads(text))
        except NotSigned:
            return PlainTextResponse("not signed by Stripe", 400)
        except (NotAnEvent, orjson.JSONDecodeError):
            return PlainTextResponse("not an event", 400)
        await intake.take(arrival)
        return PlainTextResponse("taken in")

    return stripe_webhook
