"""The sandbox itself: one object with an ASGI application, a life, and Python verbs for tests in the same process."""

import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
from starlette.applications import Starlette
from starlette.routing import Route

from fundraising.sandbox import accounts, disputing, paying, paying_out, refunding, sessions
from fundraising.sandbox.accounts import KnownAccount, must_be_url
from fundraising.sandbox.control import Control, Verb
from fundraising.sandbox.courier import Courier
from fundraising.sandbox.desk import Desk
from fundraising.sandbox.gate import Gate
from fundraising.sandbox.known import KnownPayment
from fundraising.sandbox.known import ensure as ensure_payment
from fundraising.sandbox.manner import Manner, manner_of
from fundraising.sandbox.pages import Pages
from fundraising.sandbox.paying import How
from fundraising.sandbox.reading import show
from fundraising.sandbox.shelf import Page, Shelf, Thing
from fundraising.sandbox.trouble import Trouble, Troubles
from fundraising.sandbox.views import make_routes
from fundraising.sandbox.wire import Body
from fundraising.sandbox.world import Endpoint, Kind, Pace, World

PLATFORM = KnownAccount("acct_1SandboxPlatform", "Sandbox organiser", "SANDBOX ORGANISER")
MOST_BYTES = 1_000_000


class Sandbox:
    """A small Stripe.

    Use `.app` below a mount or alone, between `start` and `stop`, or as `async with`.

    Args:
        folder: where it keeps its file; one process at a time.
        base_url: how browsers and the SDK reach it, with the prefix that it is mounted at.
        endpoints: where events are delivered.
        accounts: connected accounts that exist from the start, enabled for charges and payouts.
        payments: that were made before; they can be refunded like any other.
        client: delivers events; None for one of its own.
        platform: our own account.
        clock: seconds since 1970; a test may put it forward.
    """

    def __init__(
        self,
        folder: Path,
        base_url: str,
        *,
        endpoints: Sequence[Endpoint] = (),
        accounts: Sequence[KnownAccount] = (),
        payments: Sequence[KnownPayment] = (),
        client: httpx.AsyncClient | None = None,
        pace: Pace | None = None,
        platform: KnownAccount = PLATFORM,
        clock: Callable[[], float] = time.time,
    ) -> None:
        must_be_url(base_url, "base_url")
        self.base_url = base_url.rstrip("/")
        self._folder = folder
        self._endpoints = tuple(endpoints)
        self._accounts = tuple(accounts)
        self._payments = tuple(payments)
        self._client = client
        self._pace = pace or Pace()
        self._platform = platform
        self._clock = clock
        self._troubles = Troubles()
        self._world: World | None = None
        self._courier: Courier | None = None
        self._life = AsyncExitStack()
        self.app = self._application()

    def _application(self) -> Starlette:
        pages = Pages(self.base_url)
        app = Starlette(
            routes=[
                Route("/v1/{rest:path}", Gate(self._get_world, self._troubles), max_body_size=MOST_BYTES),
                *Control(self._get_world, self._troubles, self._set_manner, self._verbs()).routes(),
                *make_routes(pages, self._get_world),
                *Desk(pages, self._troubles, self._set_manner).routes(self._get_world),
            ]
        )
        app.router.redirect_slashes = False  # a redirect would follow the Host header
        return app

    async def start(self) -> None:
        """Open the file, and deliver what an earlier life left undone.

        Raises:
            RuntimeError: when another sandbox uses the folder.
        """
        shelf = Shelf(self._folder)
        self._life.callback(shelf.close)
        world = World(shelf, self.base_url, self._platform.id, self._endpoints, self._pace, self._clock, self._wake)
        world.manner = manner_of(shelf.note("manner") or {})
        with shelf.together():
            for known in (self._platform, *self._accounts):
                accounts.ensure(world, known)
            for payment in self._payments:
                ensure_payment(world, payment)
        client = self._client
        if client is None:
            client = await self._life.enter_async_context(httpx.AsyncClient(trust_env=False))
        self._courier = Courier(world, client)
        self._life.push_async_callback(self._courier.stop)
        self._world = world
        self._courier.start()

    async def stop(self) -> None:
        """Cut off what is under way; it stays due."""
        await self._life.aclose()
        self._world = self._courier = None

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(
        self, type_: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self.stop()

    def _get_world(self) -> World:
        if self._world is None:
            raise RuntimeError("the sandbox has not been started, or has stopped")
        return self._world

    def _wake(self) -> None:
        if self._courier:
            self._courier.wake()

    def _do(self, verb: Callable[[World], Thing]) -> Body:
        """One verb in one transaction; what it changed, as the API shows it."""
        world = self._get_world()
        with world.together():
            thing = verb(world)
        return show(world, thing)

    async def pay(self, session_id: str, how: How | str = How.CARD, email: str | None = None) -> Body:
        """What a supporter does on the hosted page.

        Returns:
            The session then; after a declined card and after walking away it is still open.

        Raises:
            Refused: when it has expired, or its account cannot be charged.
        """
        return self._do(lambda world: paying.pay(world, session_id, How(how), email))

    async def settle_bank_debit(self, session_id: str, succeed: bool = True) -> Body:
        """The bank has moved the money of a direct debit, or has not.

        Returns:
            The session.
        """
        return self._do(lambda world: paying.settle_bank_debit(world, session_id, succeed))

    async def expire(self, session_id: str) -> Body:
        """Nobody has paid a session in time.

        Returns:
            The session.
        """
        return self._do(lambda world: sessions.expire(world, world.need(Kind.SESSION, session_id)))

    async def refund(self, charge_or_intent: str, pence: int | None = None, fails_later: bool = False) -> Body:
        """Send money back, as from Stripe's dashboard.

        Args:
            pence: None for all that is left.
            fails_later: the supporter's bank sends it back.

        Returns:
            The refund.

        Raises:
            Refused: when that much is not there to be refunded.
        """
        return self._do(
            lambda world: refunding.refund(world, self._charge(world, charge_or_intent), pence, fails_later=fails_later)
        )

    async def dispute(self, charge: str, pence: int | None = None, inquiry: bool = False) -> Body:
        """The supporter's bank takes money back, or by an inquiry only asks.

        Args:
            charge: or its payment intent.

        Returns:
            The dispute.
        """
        return self._do(
            lambda world: disputing.open_dispute(world, self._charge(world, charge), pence, inquiry=inquiry)
        )

    async def close_dispute(self, dispute_id: str, won: bool) -> Body:
        """The bank decides.

        Returns:
            The dispute.
        """
        return self._do(lambda world: disputing.close(world, world.need(Kind.DISPUTE, dispute_id), won=won))

    async def payout(self, account: str | None = None, fails: bool = False, wait: bool = True) -> Body:
        """Everything on an account's balance goes to its bank.

        Args:
            account: acct_…; None for our own.
            wait: the days pass first that it takes until all of it is available.

        Returns:
            The payout.

        Raises:
            Refused: when nothing is there.
        """
        return self._do(
            lambda world: paying_out.pay_out(
                world, accounts.usable(world, account or world.platform), fails=fails, wait=wait
            )
        )

    async def update_account(
        self,
        account: str,
        *,
        charges_enabled: bool | None = None,
        payouts_enabled: bool | None = None,
        details_submitted: bool | None = None,
        disabled_reason: str | None = None,
        statement_name: str | None = None,
        currently_due: Sequence[str] | None = None,
        past_due: Sequence[str] | None = None,
        pending_verification: Sequence[str] | None = None,
        deadline: int | None = None,
    ) -> Body:
        """Stripe changes what an account may do, or asks for something.

        Args:
            deadline: of what is due now, in seconds since 1970.

        Returns:
            The account.
        """
        return self._do(
            lambda world: accounts.update(
                world,
                account,
                charges_enabled=charges_enabled,
                payouts_enabled=payouts_enabled,
                details_submitted=details_submitted,
                disabled_reason=disabled_reason,
                statement_name=statement_name,
                currently_due=currently_due,
                past_due=past_due,
                pending_verification=pending_verification,
                deadline=deadline,
            )
        )

    async def deauthorize(self, account: str) -> Body:
        """A charity disconnects its account: from now on nobody may act for it.

        Returns:
            The account.
        """
        return self._do(lambda world: accounts.deauthorize(world, account))

    async def authorize(self, account: str) -> Body:
        """A charity connects the account again that it had disconnected.

        Returns:
            The account.
        """
        return self._do(lambda world: accounts.authorize(world, account))

    async def resend(self, event_id: str) -> Body:
        """Deliver an event once more, whatever became of it.

        Returns:
            The event.
        """
        return self._do(lambda world: _resent(world, event_id))

    async def delivered(self, within_seconds: float = 30.0) -> Body:
        """Return once every event was answered or given up, and no fee, failure or verdict is still to come.

        Returns:
            How many deliveries are in each state.

        Raises:
            TimeoutError: when that takes longer.
        """
        world = self._get_world()
        assert self._courier is not None
        await self._courier.delivered(within_seconds)
        return dict(world.shelf.count_deliveries())

    def deliver(self, manner: Manner) -> None:
        """Deliver events in that manner from now on; it survives a restart."""
        self._set_manner(manner.plain())

    def _set_manner(self, given: Body) -> None:
        world, manner = self._get_world(), manner_of(given)
        with world.together():
            world.manner = manner
            world.shelf.write_note("manner", manner.plain())
        assert self._courier is not None
        self._courier.shuffle_by(manner.seed)

    def fail_next(self, trouble: Trouble) -> None:
        """Have something go wrong with the next calls of the API."""
        self._troubles.add(trouble)

    def fail_no_more(self) -> None:
        """Forget the troubles that have not come yet."""
        self._troubles.clear()

    def read(self, id_: str) -> Body:
        """A thing by its id, whosever it is.

        Raises:
            LookupError: when there is none.
        """
        thing = self._get_world().shelf.find(id_)
        if thing is None:
            raise LookupError(id_)
        return show(self._get_world(), thing)

    def listed(self, kind: Kind | str, account: str | None = None, limit: int = 1_000) -> list[Body]:
        """Things of a kind, the newest first.

        Args:
            account: whose; None for everybody's.
        """
        world = self._get_world()
        return [show(world, thing) for thing in world.shelf.listed(Kind(kind), account, Page(limit=limit))[:limit]]

    def _charge(self, world: World, id_: str) -> Thing:
        intent = world.shelf.find(id_, Kind.INTENT)
        return world.need(Kind.CHARGE, intent.body["latest_charge"] or id_ if intent else id_)

    def _verbs(self) -> dict[str, Verb]:
        """What `/control` can do."""

        def verb(run: Any, needs: str = "", **takes: type) -> Verb:
            return Verb(run, takes, frozenset(needs.split()))

        return {
            "pay": verb(self.pay, "session_id", session_id=str, how=str, email=str),
            "settle_bank_debit": verb(self.settle_bank_debit, "session_id", session_id=str, succeed=bool),
            "expire": verb(self.expire, "session_id", session_id=str),
            "refund": verb(self.refund, "charge_or_intent", charge_or_intent=str, pence=int, fails_later=bool),
            "dispute": verb(self.dispute, "charge", charge=str, pence=int, inquiry=bool),
            "close_dispute": verb(self.close_dispute, "dispute_id won", dispute_id=str, won=bool),
            "payout": verb(self.payout, account=str, fails=bool, wait=bool),
            "update_account": verb(
                self.update_account,
                "account",
                account=str,
                charges_enabled=bool,
                payouts_enabled=bool,
                details_submitted=bool,
                disabled_reason=str,
                statement_name=str,
                currently_due=list,
                past_due=list,
                pending_verification=list,
                deadline=int,
            ),
            "authorize": verb(self.authorize, "account", account=str),
            "deauthorize": verb(self.deauthorize, "account", account=str),
            "resend": verb(self.resend, "event_id", event_id=str),
            "delivered": verb(self.delivered),
        }


def _resent(world: World, event_id: str) -> Thing:
    event = world.need(Kind.EVENT, event_id)
    world.resend(event)
    return event
