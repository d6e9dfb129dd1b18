"""Things for tests: `make_…` writes rows with sensible defaults, `signed` and `event` speak as Stripe does."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import orjson
import stripe

from charities.models import Charity
from fundraising.donations.models import Declaration, Donation
from fundraising.funds.models import Fund, FundKind
from fundraising.pages import code
from fundraising.pages.models import PledgePage
from fundraising.pages.standing import settle
from fundraising.payments.batch import take_in
from fundraising.payments.events import Arrival, arrive
from fundraising.payments.models import ConnectedAccount, Payment, Purpose
from fundraising.people.asking import PLAIN_COOKIE
from fundraising.people.models import Person, Way
from fundraising.people.signing_in import begin
from fundraising.store.database import transaction
from fundraising.store.ids import new_id
from teams.events.models import Event, Race, RaceKind
from teams.roster.models import Team
from tests.conftest import ACCOUNT


def tag() -> str:
    """Something unique and short."""
    return uuid4().hex[:8]


async def make_fund(kind: FundKind, name: str = "", **given: Any) -> Fund:
    """A fund of a kind."""
    slug = given.pop("slug", f"{kind}-{tag()}")
    return await Fund.create(kind=kind, slug=slug, name=name or slug.replace("-", " ").title(), **given)


async def make_person(email: str = "", **given: Any) -> Person:
    """Somebody who can sign in."""
    return await Person.create(**{"email": email or f"{tag()}@example.org", "name": "Ada Example"} | given)


async def sign_in(browser: httpx.AsyncClient, person: Person, *, strong: bool = True) -> httpx.AsyncClient:
    """Sign somebody in, in a browser of their own beside the one given."""
    async with transaction() as connection:
        begun = await begin(connection, person.id, Way.LETTER, "Chrome on Android", strong=strong)
    return httpx.AsyncClient(
        transport=browser._transport,
        base_url=browser.base_url,
        headers=browser.headers,
        cookies={PLAIN_COOKIE: begun.token},
    )


@dataclass
class Family:
    """A runner in a team, for a charity, at an event: everything that one gift counts towards."""

    event: Fund
    charity: Fund
    team: Fund
    runner: Fund

    @property
    def all(self) -> list[Fund]:
        """From the runner up."""
        return [self.runner, self.team, self.charity, self.event]


async def make_family(*, account: str | None = ACCOUNT, **runner: Any) -> Family:
    """A runner and what it counts towards; the charity has a Stripe account unless None is given."""
    event = await make_fund(FundKind.EVENT)
    charity = await make_fund(FundKind.CHARITY)
    await Charity.create(fund=charity, number="9999991", register="England and Wales", about="It helps.")
    if account:
        await ConnectedAccount.create(
            charity=charity,
            stripe_id=account,
            charges_enabled=True,
            payouts_enabled=True,
            details_submitted=True,
            statement_name="SECOND WIND",
            used_since=datetime.now(UTC),
        )
    day = await Event.create(
        fund=event,
        strapline="Backwards",
        venue="A park",
        starts_at=datetime.now(UTC) + timedelta(days=50),
        about="It is run.",
        course="It is round.",
        organiser="Somebody",
        organiser_email="hello@example.org",
    )
    race = await Race.create(
        event=day,
        slug="mile",
        name="The Mile",
        kind=RaceKind.TEAM,
        summary="A mile.",
        ranked_by="Time",
        distance_metres=1609,
        starts_at=day.starts_at,
    )
    team = await make_fund(FundKind.TEAM, event=event, charity=charity)
    await Team.create(fund=team, race=race)
    made = await make_fund(FundKind.RUNNER, event=event, charity=charity, team=team, **runner)
    await PledgePage.create(
        fund=made, story="Because.", code_version=code.CODE_VERSION, code_agreed_at=datetime.now(UTC)
    )
    return Family(event, charity, team, made)


async def agree_to_code(fund_id: int | None) -> None:
    """The runner of a page agrees to the Code, so that it takes gifts."""
    assert fund_id
    async with transaction() as agreeing:
        await code.agree(agreeing, fund_id)
        await settle(agreeing, fund_id)


async def make_payment(fund: Fund | None, charity: Fund | None, pence: int = 2500, **given: Any) -> Payment:
    """A payment as checkout makes it, of which Stripe has said nothing yet."""
    id_ = new_id()
    return await Payment.create(
        **{
            "id": id_,
            "purpose": Purpose.DONATION,
            "fund": fund,
            "charity": charity,
            "amount_pence": pence,
            "account": ACCOUNT,
            "livemode": False,
            "attempt": uuid4(),
            "fingerprint": tag(),
            "idempotency_key": f"checkout-{id_}",
        }
        | given
    )


async def make_together(
    charity: Fund, gifts: Sequence[tuple[Fund, int]], *, gift_aid: bool = False, **given: Any
) -> tuple[Payment, list[Payment]]:
    """A payment for several gifts, with a payment and a donation of each, as the form makes them, not paid yet."""
    whole = await make_payment(None, charity, sum(pence for _, pence in gifts), purpose=Purpose.TOGETHER, **given)
    return whole, [
        await make_donation(fund, charity, pence, gift_aid=gift_aid, paying=given | {"together": whole})
        for fund, pence in gifts
    ]


async def make_donation(
    fund: Fund,
    charity: Fund,
    pence: int = 1000,
    *,
    gift_aid: bool = False,
    declared: dict[str, Any] | None = None,
    paying: dict[str, Any] | None = None,
    **said: Any,
) -> Payment:
    """A payment with its donation, as the form makes them, not paid yet; with Gift Aid, with its declaration."""
    event_id = fund.id if fund.kind is FundKind.EVENT else fund.event_id
    payment = await make_payment(fund, charity, pence, gift_aid=gift_aid, event_id=event_id, **(paying or {}))
    donation = await Donation.create(
        **{
            "id": new_id(),
            "payment": payment,
            "token": uuid4().hex,
            "name": "Ada Example",
            "email": "ada@example.org",
            "gift_pence": pence,
            "gift_aid": gift_aid,
            "contact_wording": "v",
        }
        | said
    )
    if gift_aid:
        await make_declaration(donation, charity, **(declared or {}))
    return payment


async def make_declaration(donation: Donation, charity: Fund, **given: Any) -> Declaration:
    """A Gift Aid declaration."""
    about = {"charity_name": charity.name, "wording_version": "v", "wording": "I want to.", "donation": donation}
    names = {"first_name": "Ada", "last_name": "Example", "house": "1", "postcode": "M25 2SW"}
    return await Declaration.create(**{"id": new_id()} | about | names | given)


async def make_gift(fund: Fund, charity: Fund, pence: int = 1000, **said: Any) -> Payment:
    """A gift that has been paid, with what its supporter said."""
    payment = await make_donation(fund, charity, pence, **said)
    await take_in([arrival("checkout.session.completed", session_of(payment))], {})
    return payment


def event(type_: str, thing: dict[str, Any], **given: Any) -> dict[str, Any]:
    """An event as Stripe sends it, by default of the connected account."""
    return {
        "id": f"evt_{uuid4().hex}",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "type": type_,
        "account": ACCOUNT,
        "livemode": False,
        "created": int(time.time()),
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "data": {"object": thing},
    } | given


def arrival(type_: str, thing: dict[str, Any], **given: Any) -> Arrival:
    """The same, come through the door."""
    payload = orjson.dumps(event(type_, thing, **given)).decode()
    return arrive(payload, orjson.loads(payload))


def signed(body: dict[str, Any] | bytes, secret: str, at: int | None = None) -> tuple[bytes, dict[str, str]]:
    """A body and the headers with which Stripe would send it."""
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    header = stripe.WebhookSignature.generate_signature_header(raw.decode("latin-1"), secret, at)
    return raw, {"stripe-signature": header, "content-type": "application/json"}


def session_of(payment: Payment, **given: Any) -> dict[str, Any]:
    """The Checkout Session of a payment that has been paid by card."""
    name = payment.id.hex[-10:]
    return {
        "id": f"cs_test_{name}",
        "object": "checkout.session",
        "amount_total": payment.amount_pence,
        "currency": payment.currency,
        "payment_intent": f"pi_{name}",
        "payment_status": "paid",
        "status": "complete",
        "client_reference_id": str(payment.id),
        "metadata": {"payment": str(payment.id)},
    } | given


def intent_of(payment: Payment, **given: Any) -> dict[str, Any]:
    """Its payment intent."""
    name = payment.id.hex[-10:]
    return {
        "id": f"pi_{name}",
        "object": "payment_intent",
        "amount_received": payment.amount_pence,
        "currency": payment.currency,
        "latest_charge": f"ch_{name}",
        "metadata": {"payment": str(payment.id)},
    } | given


def charge_of(payment: Payment, **given: Any) -> dict[str, Any]:
    """Its charge."""
    name = payment.id.hex[-10:]
    return {
        "id": f"ch_{name}",
        "object": "charge",
        "amount": payment.amount_pence,
        "amount_captured": payment.amount_pence,
        "amount_refunded": 0,
        "captured": True,
        "currency": payment.currency,
        "status": "succeeded",
        "payment_intent": f"pi_{name}",
        "balance_transaction": None,
        "calculated_statement_descriptor": "SECOND WIND",
        "metadata": {"payment": str(payment.id)},
    } | given


def refund_of(payment: Payment, pence: int | None = None, **given: Any) -> dict[str, Any]:
    """A refund of it."""
    name = payment.id.hex[-10:]
    return {
        "id": f"re_{tag()}",
        "object": "refund",
        "amount": pence or payment.amount_pence,
        "currency": payment.currency,
        "status": "succeeded",
        "charge": f"ch_{name}",
        "payment_intent": f"pi_{name}",
    } | given


def dispute_of(payment: Payment, **given: Any) -> dict[str, Any]:
    """A dispute of it, the money taken back."""
    name = payment.id.hex[-10:]
    return {
        "id": f"dp_{tag()}",
        "object": "dispute",
        "amount": payment.amount_pence,
        "currency": payment.currency,
        "status": "needs_response",
        "charge": f"ch_{name}",
        "payment_intent": f"pi_{name}",
        "balance_transactions": [],
    } | given


def gift(**given: str) -> dict[str, str]:
    """The donate form, filled in."""
    return {
        "amount": "25",
        "name": "Ada Example",
        "email": "ada@example.org",
        "message": "Run well, backwards!",
        "attempt": str(uuid4()),
    } | given
