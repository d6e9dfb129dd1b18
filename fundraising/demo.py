"""The demonstration: the example event, an embedded PostgreSQL, and the sandbox in place of Stripe, in one process."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from fundraising.app import Doors, House
from fundraising.example import supporters
from fundraising.example.people import PEOPLE
from fundraising.example.runners import RUNNERS
from fundraising.example.seed import CONNECTED, is_empty, sow
from fundraising.mail.post import PostOffice
from fundraising.mail.views import make_routes as make_letter_box
from fundraising.payments.models import Payment
from fundraising.payments.stripe import Stripe
from fundraising.people.demo_doors import make_demo_routes
from fundraising.rooms import MODELS
from fundraising.sandbox import Endpoint, EndpointKind, KnownAccount, KnownPayment, Sandbox
from fundraising.settings import Settings, SettingsRefused, load_settings
from fundraising.store import database, embedded, migrate

log = logging.getLogger(__name__)

KEY = "sk_test_demonstration"
PLATFORM_SECRET = "whsec_demonstration_platform"  # noqa: S105 - guards play money only
CONNECT_SECRET = "whsec_demonstration_connect"  # noqa: S105
SANDBOX = "/sandbox"


def demo_settings(host: str, port: int) -> Settings:
    """The settings of the demonstration: those of the environment, with the sandbox in place of Stripe.

    Raises:
        SettingsRefused: when the environment holds a live key: the sandbox never runs beside one.
    """
    if load_settings(stripe_api_base="https://api.stripe.com", base_url="https://demo.invalid").livemode:
        raise SettingsRefused("STRIPE_SECRET_KEY is a live key: the demonstration never runs beside one.")
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
    base_url = f"http://{shown}:{port}"
    return load_settings(
        base_url=base_url,
        stripe_secret_key=KEY,
        stripe_api_base=base_url + SANDBOX,
        stripe_webhook_secret=PLATFORM_SECRET,
        stripe_connect_webhook_secret=CONNECT_SECRET,
        smtp_url="",
    )


@dataclass(frozen=True, slots=True)
class Prepared:
    """A database with the example event in it.

    Args:
        payments: of the example, which the sandbox has to know.
    """

    url: str
    payments: list[KnownPayment]


async def prepare(settings: Settings) -> Prepared:
    """Migrate the database, and sow the example event into it when it is empty."""
    url = embedded.database_url(settings)
    config = database.tortoise_config(url, MODELS)
    await migrate.bring_up_to_date(url, config)
    async with database.opened(config):
        if await is_empty():
            await sow(settings)
        made = await Payment.filter(intent_id__startswith="pi_example")
    return Prepared(url, [_known(payment) for payment in made])


def _known(payment: Payment) -> KnownPayment:
    made_at = payment.paid_at or payment.created_at
    return KnownPayment(
        intent=payment.intent_id or "",
        charge=payment.charge_id or "",
        account=payment.account or "",
        pence=payment.amount_pence,
        refunded=payment.refunded_pence,
        currency=payment.currency,
        metadata={"payment": str(payment.id)},
        fee_pence=payment.fee_pence or 0,
        transaction=f"txn_{(payment.charge_id or '').removeprefix('ch_')}",
        made_at=int(made_at.timestamp()),
        available_at=int((payment.available_at or made_at).timestamp()),
        payout=payment.payout_id if payment.account else None,  # the organiser's bank is none of Stripe's business
    )


class Demo:
    """The site with the sandbox mounted in it, as one ASGI application.

    Args:
        traffic: let invented supporters give, so that totals move.
    """

    def __init__(self, settings: Settings, prepared: Prepared, *, traffic: bool) -> None:
        office = PostOffice(settings)
        self.sandbox = Sandbox(
            Path(settings.data_dir) / "sandbox",
            settings.stripe_api_base,
            endpoints=[
                Endpoint(f"{settings.base_url}/webhooks/stripe", PLATFORM_SECRET, EndpointKind.PLATFORM),
                Endpoint(f"{settings.base_url}/webhooks/stripe/connect", CONNECT_SECRET, EndpointKind.CONNECT),
            ],
            accounts=[KnownAccount(c.account, c.name, c.statement_name) for c in CONNECTED],
            payments=prepared.payments,
        )
        self.house = House(
            settings,
            Doors(
                database_url=prepared.url,
                stripe=Stripe(settings),
                office=office,
                routes=[
                    *make_letter_box(office),
                    *make_demo_routes(settings, PEOPLE),
                    Mount(SANDBOX, self.sandbox.app, name="sandbox"),
                ],
                exempt=(f"{SANDBOX}/v1/", f"{SANDBOX}/control"),
            ),
        )
        self.settings = settings
        self._traffic = traffic
        inner = self.house.starlette.router.lifespan_context

        @asynccontextmanager
        async def lifespan(app: Starlette) -> AsyncIterator[None]:
            await self.sandbox.start()
            async with inner(app):
                giving = asyncio.create_task(self._give_for_ever()) if traffic else None
                yield
                if giving:
                    giving.cancel()
                    with suppress(asyncio.CancelledError):
                        await giving
                await self.sandbox.stop()

        self.house.starlette.router.lifespan_context = lifespan

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        await self.house(scope, receive, send)

    async def _give_for_ever(self) -> None:
        """Invented supporters walk the whole way: form, Checkout, webhook. Nothing is faked but the people."""
        chance = random.Random()  # noqa: S311 - no secret hangs on it
        await asyncio.sleep(2)
        async with httpx.AsyncClient(base_url=self.settings.base_url, timeout=20) as client:
            while True:
                try:
                    await _give_once(client, self.sandbox, chance)
                except (httpx.HTTPError, LookupError, ValueError) as error:
                    log.warning("an invented supporter gave up: %r", error)
                await asyncio.sleep(chance.expovariate(1 / 4))


async def _give_once(client: httpx.AsyncClient, sandbox: Sandbox, chance: random.Random) -> None:
    page = chance.choice(RUNNERS).slug
    answer = await client.post(
        f"/pages/{page}/donate",
        data=_typed(supporters.pick_gift(chance)),
        headers={"origin": str(client.base_url).rstrip("/")},
    )
    session = answer.headers.get("location", "").partition("/c/pay/")[2].partition("?")[0].partition("#")[0]
    if answer.status_code != 303 or not session:
        raise LookupError(f"{page}: {answer.status_code}")
    await sandbox.pay(session, "card")


def _typed(gift: supporters.Gift) -> dict[str, str]:
    """What the supporter types into the form."""
    typed = {
        "amount": f"{gift.pence / 100:.2f}",
        "name": gift.supporter.name,
        "email": "supporter@example.org",
        "message": gift.message,
        "first_name": gift.supporter.first_name,
        "last_name": gift.supporter.last_name,
        "house": gift.house,
        "postcode": gift.postcode,
    }
    ticks = ("gift_aid", "hide_name", "hide_amount", "cover_fee")
    return typed | {name: "on" for name in ticks if getattr(gift, name)}
