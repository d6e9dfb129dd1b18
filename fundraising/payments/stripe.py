"""Stripe's own SDK, and nothing but this module and the sandbox imports it.

One client per event loop, opened by the roof. Every call ends within a bound; whatever goes wrong becomes StripeGone,
or StripeRefused when Stripe understood us and said no.
"""

import asyncio
import hmac
import logging
import re
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import stripe
from stripe import HTTPXClient, StripeClient, StripeError

from fundraising.errors import StripeGone
from fundraising.settings import Settings

log = logging.getLogger(__name__)

CALL_SECONDS = 8.0  # one try
ALL_TRIES_SECONDS = 8.5  # whoever waits for us is answered within ten
RETRIES = 2
TOLERANCE_SECONDS = 300
IDS = re.compile(r"(cs_(test|live)|pi|ch|py|txn|re|pyr|dp|du|po|acct|evt)_\w+", re.ASCII)


class StripeRefused(StripeGone):
    """Stripe understood the request and refused it: a fault of ours, or of the account.

    Args:
        key_is_spent: Stripe remembers this answer for the idempotency key, so that another try needs a new one.
    """

    def __init__(self, message: str, *, key_is_spent: bool = False) -> None:
        super().__init__()
        self.message = message
        self.key_is_spent = key_is_spent


class _Client(HTTPXClient):
    """The SDK's own client; a transport leads it to an application in this process."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None) -> None:
        super().__init__(timeout=CALL_SECONDS)
        if transport is not None:
            self._client_async = httpx.AsyncClient(transport=transport)


class Stripe:
    """What we ask of Stripe. Objects come back as plain dicts: a key that Stripe omits is then simply not there.

    Args:
        transport: leads to an application in this process; None: to the network.
    """

    def __init__(self, settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        base = settings.stripe_api_base
        self._http = _Client(transport)
        self._client = StripeClient(
            settings.stripe_secret_key or "sk_test_missing",
            http_client=self._http,
            max_network_retries=RETRIES,
            base_addresses={"api": base, "connect": base, "files": base, "meter_events": base},
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.close_async()  # type: ignore[no-untyped-call]

    async def create_session(
        self, params: Mapping[str, Any], *, account: str | None, idempotency_key: str
    ) -> dict[str, Any]:
        """Make a Checkout Session, as a direct charge on the account when there is one."""
        options = _options(account) | {"idempotency_key": idempotency_key}
        async with _answered():
            return _plain(await self._client.v1.checkout.sessions.create_async(dict(params), options))  # type: ignore[arg-type]

    async def expire_session(self, session_id: str, *, account: str | None) -> dict[str, Any]:
        """Make sure that a session can no longer be paid."""
        async with _answered():
            sessions = self._client.v1.checkout.sessions
            return _plain(await sessions.expire_async(_checked(session_id), options=_options(account)))  # type: ignore[arg-type]

    async def get_session(self, session_id: str, *, account: str | None) -> dict[str, Any]:
        """A Checkout Session as it stands."""
        async with _answered():
            sessions = self._client.v1.checkout.sessions
            return _plain(await sessions.retrieve_async(_checked(session_id), options=_options(account)))  # type: ignore[arg-type]

    async def get_intent(self, intent_id: str, *, account: str | None) -> dict[str, Any]:
        """A payment intent with its newest charge."""
        async with _answered():
            found = await self._client.v1.payment_intents.retrieve_async(
                _checked(intent_id),
                {"expand": ["latest_charge"]},
                _options(account),  # type: ignore[arg-type]
            )
            return _plain(found)

    async def refund(
        self, intent_id: str, pence: int, *, account: str | None, idempotency_key: str, part: UUID | None = None
    ) -> dict[str, Any]:
        """Give some of a payment back.

        Args:
            part: the one gift that it is about, of several that were paid together; its event says so again.
        """
        options = _options(account) | {"idempotency_key": idempotency_key}
        named = {"key": idempotency_key} | ({"part": str(part)} if part else {})
        async with _answered():
            made = await self._client.v1.refunds.create_async(
                {"payment_intent": _checked(intent_id), "amount": pence, "metadata": named},
                options,  # type: ignore[arg-type]
            )
            return _plain(made)

    async def get_account(self, account: str) -> dict[str, Any]:
        """A connected account as it stands."""
        async with _answered():
            return _plain(await self._client.v1.accounts.retrieve_async(_checked(account)))

    async def create_account(self, params: Mapping[str, Any], *, idempotency_key: str) -> dict[str, Any]:
        """Make an account of a charity's own, connected to ours."""
        async with _answered():
            made = await self._client.v1.accounts.create_async(
                dict(params),  # type: ignore[arg-type]
                {"idempotency_key": idempotency_key},
            )
            return _plain(made)

    async def create_account_link(self, account: str, *, return_url: str, refresh_url: str) -> str:
        """An address for one visit to the page on which Stripe asks a charity what it wants to know.

        Args:
            return_url: where it leads afterwards, whatever was told.
            refresh_url: where it leads when the address was used already, or is too old.
        """
        async with _answered():
            made = await self._client.v1.account_links.create_async(
                {
                    "account": _checked(account),
                    "type": "account_onboarding",
                    "return_url": return_url,
                    "refresh_url": refresh_url,
                }
            )
            return str(_plain(made)["url"])

    async def get_balance_transaction(self, id_: str, *, account: str | None) -> dict[str, Any]:
        """Fee and net of a charge."""
        async with _answered():
            found = await self._client.v1.balance_transactions.retrieve_async(
                _checked(id_),
                options=_options(account),  # type: ignore[arg-type]
            )
            return _plain(found)

    async def list_refunds(self, intent_id: str, *, account: str | None) -> list[dict[str, Any]]:
        """Every refund of a payment, newest first."""
        async with _answered():
            page = await self._client.v1.refunds.list_async(
                {"payment_intent": _checked(intent_id), "limit": 100},
                _options(account),  # type: ignore[arg-type]
            )
            return [_plain(refund) for refund in page.data]

    async def get_payout(self, payout_id: str, *, account: str) -> dict[str, Any]:
        """A payout as it stands."""
        async with _answered():
            found = await self._client.v1.payouts.retrieve_async(
                _checked(payout_id),
                options=_options(account),  # type: ignore[arg-type]
            )
            return _plain(found)

    async def list_balance_transactions(self, payout_id: str, *, account: str) -> AsyncIterator[dict[str, Any]]:
        """What a payout holds, each with the thing that moved the money."""
        params: dict[str, Any] = {"payout": _checked(payout_id), "limit": 100, "expand": ["data.source"]}
        more = True
        while more:
            async with _answered():
                page = await self._client.v1.balance_transactions.list_async(params, _options(account))  # type: ignore[arg-type]
            for row in page.data:
                yield _plain(row)
            more = page.has_more and bool(page.data)
            params["starting_after"] = page.data[-1].id if page.data else ""

    async def list_events(self, since: datetime, *, account: str | None) -> AsyncIterator[dict[str, Any]]:
        """Events since a moment, newest first; Stripe keeps thirty days of them."""
        after: str | None = None
        while True:
            params: dict[str, Any] = {"created": {"gte": int(since.timestamp())}, "limit": 100}
            if after:
                params["starting_after"] = after
            async with _answered():
                page = await self._client.v1.events.list_async(params, _options(account))  # type: ignore[arg-type]
            for event in page.data:
                yield _plain(event)
            if not page.has_more or not page.data:
                return
            after = page.data[-1].id


def _options(account: str | None) -> dict[str, str]:
    return {"stripe_account": account} if account else {}


def _checked(id_: str) -> str:
    """An empty or odd id would become another address at Stripe.

    Raises:
        StripeRefused: for anything that is not one of Stripe's ids.
    """
    if not IDS.fullmatch(id_):
        raise StripeRefused(f"not an id of Stripe's: {id_!r}")
    return id_


def _plain(thing: Any) -> dict[str, Any]:
    plain = thing.to_dict() if isinstance(thing, stripe.StripeObject) else thing
    if not isinstance(plain, dict):
        raise StripeGone
    return plain


@asynccontextmanager
async def _answered() -> AsyncIterator[None]:
    """Turn every way of not being answered into one.

    Raises:
        StripeRefused: when Stripe understood, and said no; StripeGone for all the rest.
    """
    try:
        async with asyncio.timeout(ALL_TRIES_SECONDS):
            yield
    except StripeError as error:
        headers = {name.lower(): value for name, value in (error.headers or {}).items()}
        spent = headers.get("idempotent-replayed") == "true" or isinstance(error, stripe.IdempotencyError)
        status = error.http_status or 0
        if (400 <= status < 500 and status not in (409, 429)) or (spent and status >= 500):
            log.error("Stripe refused: %s", error)
            raise StripeRefused(str(error), key_is_spent=spent) from error
        log.warning("Stripe did not answer: %r", error)
        raise StripeGone from error
    except (TimeoutError, OSError, ValueError, TypeError, AttributeError, KeyError) as error:
        log.warning("Stripe did not answer: %r", error)
        raise StripeGone from error  # talking nonsense counts as not answering


class NotSigned(Exception):
    """A webhook body that Stripe did not sign, or not lately."""


def must_be_signed(payload: bytes, header: str, secrets: tuple[str, ...]) -> str:
    """Verify the signature over the raw body with any of the secrets.

    Source: https://docs.stripe.com/webhooks#verify-manually. It is done here rather than by the SDK, which takes five
    times as long and accepts a time in the future; the tests hold the two against each other.

    Returns:
        The body as text.

    Raises:
        NotSigned: in every other case.
    """
    stamp, signatures = "", []
    for part in header.split(","):
        name, _, value = part.partition("=")
        if name == "t":
            stamp = value
        elif name == "v1":
            signatures.append(value)
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 20):
        raise NotSigned
    if abs(time.time() - int(stamp)) > TOLERANCE_SECONDS:
        raise NotSigned
    signed = stamp.encode() + b"." + payload
    for secret in secrets:
        expected = hmac.digest(secret.encode(), signed, "sha256").hex()
        if any(hmac.compare_digest(expected, given) for given in signatures if given.isascii()):
            try:
                return payload.decode()
            except UnicodeDecodeError:
                break
    raise NotSigned


def moment(seconds: int) -> datetime:
    """Stripe's time as ours."""
    return datetime.fromtimestamp(seconds, UTC)
