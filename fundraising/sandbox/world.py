"""What every room of the sandbox's house shares: what is kept, what time it is, and how events are told."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import uuid4

import stripe

from fundraising.sandbox.ids import new_id
from fundraising.sandbox.manner import Manner, Order
from fundraising.sandbox.shelf import DeliveryState, Page, Shelf, Thing
from fundraising.sandbox.wire import Body, Refused, no_such


class Kind(StrEnum):
    """What Stripe calls the `object` of a thing."""

    SESSION = "checkout.session"
    INTENT = "payment_intent"
    CHARGE = "charge"
    TRANSACTION = "balance_transaction"
    REFUND = "refund"
    DISPUTE = "dispute"
    PAYOUT = "payout"
    ACCOUNT = "account"
    LINK = "account_link"
    EVENT = "event"


class Errands(StrEnum):
    """What happens by itself, some time later."""

    BALANCE = "balance"  # the fee of a charge becomes known
    REFUND_FAILURE = "refund_failure"  # a bank sends a refund back
    VERDICT = "verdict"  # a bank has read the evidence
    EXPIRY = "expiry"  # nobody has paid a session
    PAYOUT = "payout"  # what has become available goes to the bank, once a day


class EndpointKind(StrEnum):
    """Which events an endpoint is sent."""

    PLATFORM = "platform"  # those of our own account
    CONNECT = "connect"  # those of connected accounts


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where events are delivered.

    Args:
        url: absolute.
        secret: whsec_…, signs every delivery.
    """

    url: str
    secret: str
    kind: EndpointKind = EndpointKind.PLATFORM


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things take.

    Args:
        balance_seconds: from a charge to its fee.
        refund_failure_seconds: from a refund to the bank that sends it back.
        verdict_seconds: from evidence to the bank's decision.
        retry_seconds: pauses before each further try of a delivery; then it is given up.
        answer_seconds: how long an endpoint may take.
        at_once: deliveries under way at the same time.
        glance_seconds: how often the sandbox looks at the clock when nothing is due.
    """

    balance_seconds: float = 0.5
    refund_failure_seconds: float = 1.0
    verdict_seconds: float = 1.0
    retry_seconds: Sequence[float] = (1, 3, 10, 30, 60, 300, 900)
    answer_seconds: float = 20.0
    at_once: int = 16
    glance_seconds: float = 1.0

    @classmethod
    def quick(cls) -> "Pace":
        """For tests: everything at once, and given up soon."""
        return cls(
            balance_seconds=0,
            refund_failure_seconds=0,
            verdict_seconds=0,
            retry_seconds=(0.01, 0.02, 0.04),
            answer_seconds=5,
            glance_seconds=0.05,
        )


@dataclass(frozen=True, slots=True)
class Cause:
    """The request that made something happen; of what happens by itself Stripe names none."""

    request_id: str | None = None
    key: str | None = None


NOBODY = Cause()


def browser() -> Cause:
    """A supporter on the hosted page: Stripe makes a request of its own."""
    return Cause(new_id("req_"), str(uuid4()))


@dataclass(slots=True)
class World:
    """The sandbox's state and what everything in it needs.

    Args:
        base_url: how browsers and the SDK reach the sandbox, without a slash at the end.
        platform: id of our own account.
        clock: seconds since 1970.
        wake: called after a change, so that what is due goes out.
    """

    shelf: Shelf
    base_url: str
    platform: str
    endpoints: Sequence[Endpoint]
    pace: Pace
    clock: Callable[[], float]
    wake: Callable[[], None]
    manner: Manner = field(default_factory=Manner)

    def now(self) -> int:
        """In whole seconds, as Stripe counts."""
        return int(self.clock())

    @contextmanager
    def together(self) -> Iterator[None]:
        """All that happens inside is kept and told, or nothing of it."""
        with self.shelf.together():
            yield
        self.wake()

    def need(self, kind: Kind, id_: str, account: str | None = None, param: str = "id") -> Thing:
        """A thing that has to be there.

        Raises:
            Refused: 404, in Stripe's words.
        """
        thing = self.shelf.find(id_, kind, account)
        if thing is None:
            raise no_such(kind, id_, param)
        return thing

    def add(self, kind: Kind, account: str, body: Body, **hidden: Any) -> Thing:
        """Keep something new."""
        return self.shelf.add(Thing(body["id"], kind, account, body, hidden))

    def change(self, thing: Thing, **attributes: Any) -> Body:
        """Change what a thing shows.

        Returns:
            What it showed before, as events call it `previous_attributes`.
        """
        previous = {name: thing.body.get(name) for name in attributes}
        thing.body.update(attributes)
        self.shelf.save(thing)
        return previous

    def later(self, errand: Errands, about: str, due_at: float) -> None:
        """Have something happen by itself."""
        self.shelf.run_errand(errand, about, due_at)

    def later_once(self, errand: Errands, about: str, due_at: float) -> None:
        """The same, unless it is to happen already, whenever that is."""
        if not self.shelf.has_errand(errand, about):
            self.later(errand, about, due_at)

    def tell(
        self,
        type_: str,
        thing: Thing,
        *,
        cause: Cause = NOBODY,
        previous: Body | None = None,
        about: Body | None = None,
    ) -> None:
        """Make an event of how a thing stands now, and queue it for the endpoints.

        Args:
            previous: what an update has changed, as it was before.
            about: shown in place of the thing itself.
        """
        data: Body = {"object": about or thing.body}
        if previous is not None:
            data["previous_attributes"] = previous
        account = thing.id if thing.kind == Kind.ACCOUNT else thing.account
        endpoints = self.endpoints_of(account)
        body: Body = {
            "id": new_id("evt_1"),
            "object": "event",
            "api_version": stripe.api_version,
            "created": self.now(),
            "data": data,
            "livemode": False,
            "pending_webhooks": len(endpoints),
            "request": {"id": cause.request_id, "idempotency_key": cause.key},
            "type": type_,
        }
        if account != self.platform:
            body["account"] = account
        event = self.add(Kind.EVENT, account, body)
        for endpoint in endpoints:
            self._queue(event, endpoint)

    def resend(self, event: Thing) -> None:
        """Deliver an event once more to whoever gets its kind, whatever became of it."""
        for endpoint in self.endpoints_of(event.account):
            self.shelf.send(event.id, endpoint.url, DeliveryState.QUEUED, self.clock())

    def endpoints_of(self, account: str) -> list[Endpoint]:
        """Which endpoints are sent the events of an account."""
        kind = EndpointKind.PLATFORM if account == self.platform else EndpointKind.CONNECT
        return [endpoint for endpoint in self.endpoints if endpoint.kind is kind]

    def _queue(self, event: Thing, endpoint: Endpoint) -> None:
        now, manner = self.clock(), self.manner
        order = manner.order if manner.concerns(event.body["type"]) else Order.ONCE
        if order is Order.NEVER:
            self.shelf.send(event.id, endpoint.url, DeliveryState.WITHHELD, now)
        elif order is Order.SHUFFLED:
            held = self.shelf.held()
            due_at = held[0].due_at if held else now + manner.seconds
            self.shelf.send(event.id, endpoint.url, DeliveryState.HELD, due_at)
        else:
            due_at = now + manner.seconds if order is Order.LATE else now
            for _ in range(2 if order is Order.TWICE else 1):
                self.shelf.send(event.id, endpoint.url, DeliveryState.QUEUED, due_at)


def newest(world: World, kind: Kind, account: str, **equal: Any) -> Thing | None:
    """The newest thing of a kind whose body says so."""
    found = world.shelf.listed(kind, account, Page(limit=1, equal=equal))
    return found[0] if found else None


def must(condition: bool, message: str, **more: Any) -> None:
    """Refuse in Stripe's words unless a rule holds.

    Raises:
        Refused: with that message.
    """
    if not condition:
        raise Refused(message, **more)
