"""`/metrics` for Prometheus, for who holds METRICS_TOKEN: what the process does, and what waits for a human."""

import hmac

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import NotFound
from fundraising.live.hub import Hub
from fundraising.payments.intake import Intake
from fundraising.settings import Settings
from fundraising.store.database import connection

COUNTED = """
select (select count(*) from stripe_event where state = 'set_aside') as set_aside,
       (select count(*) from stripe_event where state = 'waiting') as waiting,
       (select count(*) from letter where sent_at is null) as letters,
       (select count(*) from pgqueuer where status = 'queued') as jobs,
       (select coalesce(max(id), 0) from transfer) as transfers
"""
HELP = {
    "set_aside": "events that a human has to look at",
    "waiting": "events that wait for their payment",
    "letters": "letters not sent yet",
    "jobs": "jobs not done yet",
    "transfers": "rows of the ledger",
    "viewers": "open live streams of this process",
    "intake_queue": "events that wait for the next batch of this process",
}


def make_routes(settings: Settings, hub: Hub, intake: Intake) -> list[BaseRoute]:
    """The address, if there is a token for it."""

    async def show_metrics(request: Request) -> Response:
        given = request.headers.get("authorization", "")
        if not settings.metrics_token or not hmac.compare_digest(
            given.encode(), f"Bearer {settings.metrics_token}".encode()
        ):
            raise NotFound
        async with connection() as reading:
            values = dict(await reading.fetchrow(COUNTED))
        values |= {"viewers": hub.viewers, "intake_queue": len(intake.waiting)}
        lines = [
            f"# HELP fundraising_{name} {HELP[name]}\n# TYPE fundraising_{name} gauge\nfundraising_{name} {value}\n"
            for name, value in values.items()
        ]
        return PlainTextResponse("".join(lines), media_type="text/plain; version=0.0.4")

    return [Route("/metrics", show_metrics, methods=["GET"], name="metrics")]
