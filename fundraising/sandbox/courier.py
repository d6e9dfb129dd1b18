"""The courier: takes events to the endpoints, signed, again and again until they are taken; runs errands on the way.

One loop finds what is due; each delivery is a task of its own. What is not done when the process ends is on the shelf,
and goes out after the next start. Source: https://docs.stripe.com/webhooks.
"""

import asyncio
import hashlib
import hmac
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from random import Random
from typing import Any

import httpx
import orjson

from fundraising.sandbox import disputing, paying, paying_out, refunding, sessions
from fundraising.sandbox.shelf import Delivery, DeliveryState, Errand
from fundraising.sandbox.wire import Refused
from fundraising.sandbox.world import Endpoint, Errands, Kind, World

log = logging.getLogger(__name__)

SOON = (Errands.BALANCE, Errands.REFUND_FAILURE, Errands.VERDICT)  # a session may take a day to expire


def signature(payload: bytes, secret: str, at: int) -> str:
    """The header `Stripe-Signature`: https://docs.stripe.com/webhooks#verify-manually."""
    signed = hmac.new(secret.encode(), f"{at}.".encode() + payload, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"


class Courier:
    """The loop and its tasks.

    Args:
        client: sends; whoever gave it closes it.
    """

    def __init__(self, world: World, client: httpx.AsyncClient) -> None:
        self._world = world
        self._client = client
        self._woken = asyncio.Event()
        self._idle = asyncio.Event()
        self._places = asyncio.Semaphore(world.pace.at_once)
        self._carried: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.Task[None] | None = None
        self._random = Random(world.manner.seed)  # noqa: S311 - an order, not a secret

    def start(self) -> None:
        """Begin; what an earlier process left undone goes out first."""
        self._loop = asyncio.create_task(self._run(), name="sandbox courier")

    async def stop(self) -> None:
        """End; what is under way is cut off, and stays due."""
        tasks = [*self._tasks, *([self._loop] if self._loop else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._loop = None

    def wake(self) -> None:
        """Something may be due."""
        self._idle.clear()
        self._woken.set()

    def shuffle_by(self, seed: int | None) -> None:
        """From now on, shuffle in the order of this seed."""
        self._random = Random(seed)  # noqa: S311 - an order, not a secret

    async def delivered(self, within_seconds: float) -> None:
        """Return once every delivery was answered or given up.

        Raises:
            RuntimeError: when the courier is not at work.
            TimeoutError: when that takes too long.
        """
        if self._loop is None or self._loop.done():
            failure = self._loop.exception() if self._loop and not self._loop.cancelled() else None
            raise RuntimeError("the sandbox has not been started, or has stopped") from failure
        self.wake()
        async with asyncio.timeout(within_seconds):
            await self._idle.wait()

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            self._run_errands()
            self._set_off()
            if self._nothing_is_left():
                self._idle.set()
            await asyncio.sleep(0)  # whoever woke us goes first
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pause()):
                    await self._woken.wait()

    def _nothing_is_left(self) -> bool:
        return not (self._carried or self._world.shelf.is_busy(SOON))

    def _pause(self) -> float:
        """Until the next thing is due, or a glance at the clock, which may have been put forward."""
        due_at, glance = self._world.shelf.next_due(), self._world.pace.glance_seconds
        if due_at is None or self._carried:
            return glance
        return min(max(due_at - self._world.clock(), 0.001), glance)

    def _run_errands(self) -> None:
        for errand in self._world.shelf.errands(self._world.clock()):
            try:
                with self._world.together():
                    ERRANDS[errand.verb](self._world, errand)
                    self._world.shelf.done(errand)
            except Refused as refused:  # what it was about has gone another way in the meantime
                log.info("errand %s of %s came too late: %s", errand.verb, errand.about, refused)
                self._world.shelf.done(errand)

    def _set_off(self) -> None:
        shelf, now = self._world.shelf, self._world.clock()
        for delivery in shelf.due(DeliveryState.QUEUED, now):
            if delivery.position not in self._carried:
                self._carry([delivery])
        if shelf.due(DeliveryState.HELD, now):
            held = [delivery for delivery in shelf.held() if delivery.position not in self._carried]
            self._random.shuffle(held)
            self._carry(held)

    def _carry(self, deliveries: Sequence[Delivery]) -> None:
        if not deliveries:
            return
        self._carried.update(delivery.position for delivery in deliveries)
        task = asyncio.create_task(self._carry_all(deliveries))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry_all(self, deliveries: Sequence[Delivery]) -> None:
        """One after the other: a shuffled batch has to arrive in its own order."""
        try:
            for delivery in deliveries:
                async with self._places:
                    await self._deliver(delivery)
                self._carried.discard(delivery.position)
        finally:
            self._carried.difference_update(delivery.position for delivery in deliveries)
            self._woken.set()

    async def _deliver(self, delivery: Delivery) -> None:
        event = self._world.shelf.find(delivery.event, Kind.EVENT)
        known = self._world.endpoints_of(event.account) if event else []
        endpoint = next((one for one in known if one.url == delivery.url), None)
        if event is None or endpoint is None:
            self._world.shelf.delivered(delivery.position, DeliveryState.GIVEN_UP, 0, "no such endpoint any more")
            return
        taken, said = await self._post(endpoint, orjson.dumps(event.body, option=orjson.OPT_INDENT_2))
        pauses = self._world.pace.retry_seconds
        state, due_at = DeliveryState.DONE, self._world.clock()
        if not taken and delivery.tries < len(pauses):
            state, due_at = DeliveryState.QUEUED, due_at + pauses[delivery.tries]
        elif not taken:
            state = DeliveryState.GIVEN_UP
            log.warning("gave %s for %s up: %s", event.body["type"], delivery.url, said)
        self._world.shelf.delivered(delivery.position, state, due_at, said)

    async def _post(self, endpoint: Endpoint, payload: bytes) -> tuple[bool, str]:
        headers = {
            "content-type": "application/json; charset=utf-8",
            "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "stripe-signature": signature(payload, endpoint.secret, int(time.time())),
        }
        try:
            async with asyncio.timeout(self._world.pace.answer_seconds):
                answer = await self._client.post(endpoint.url, content=payload, headers=headers, follow_redirects=False)
        except Exception as error:  # noqa: BLE001 - the last resort: an endpoint in this process may raise anything
            return False, f"no answer: {error!r}"
        return answer.is_success, str(answer.status_code)


def _expire(world: World, errand: Errand) -> None:
    session = world.shelf.find(errand.about, Kind.SESSION)
    if session and sessions.is_overdue(world, session):
        sessions.expire(world, session)


ERRANDS: Mapping[str, Callable[[World, Errand], Any]] = {
    Errands.BALANCE: lambda world, errand: paying.know_fee(world, errand.about),
    Errands.REFUND_FAILURE: lambda world, errand: refunding.fail(world, errand.about),
    Errands.VERDICT: lambda world, errand: disputing.decide(world, errand.about),
    Errands.EXPIRY: _expire,
    Errands.PAYOUT: lambda world, errand: paying_out.pay_out_by_itself(world, errand.about),
}
