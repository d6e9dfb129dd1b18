"""The list of what can be asked of the sandbox under /v1/, and what each request does."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from stripe import params as shapes
from stripe.params import checkout

from fundraising.sandbox import accounts, disputing, money, refunding, sessions
from fundraising.sandbox.reading import Listing, listed, oldest_event
from fundraising.sandbox.shelf import Thing
from fundraising.sandbox.wire import Body, Refused, no_such
from fundraising.sandbox.world import Cause, Kind, World


@dataclass(frozen=True, slots=True)
class Call:
    """A request that has been let in.

    Args:
        account: whom it acts for.
        params: checked.
        id: the part of the address that names a thing, if any.
    """

    world: World
    account: Thing
    params: Body
    id: str
    cause: Cause
    api_key: str

    def named(self, kind: Kind, param: str = "id") -> Thing:
        """The thing that the address names.

        Raises:
            Refused: 404.
        """
        return self.world.need(kind, self.id, self.account.id, param)


Run = Callable[[Call], Thing | Body]


@dataclass(frozen=True, slots=True)
class Operation:
    """One line of the list.

    Args:
        address: with {id} where a thing is named.
        shape: the SDK's TypedDict of its parameters.
        kind: what it answers with, for what may be expanded.
        is_list: it answers with a list of those.
    """

    method: str
    address: str
    shape: type
    run: Run
    kind: str = ""
    is_list: bool = False

    def match(self, method: str, path: str) -> str | None:
        """The id in the path, empty when the address has none; None when it is another address."""
        if method != self.method:
            return None
        found = re.fullmatch(self.address.replace("{id}", r"([^/]+)"), path)
        return None if found is None else (found.groups() or ("",))[0]


def find(method: str, path: str) -> tuple[Operation, str]:
    """The operation behind an address, and the id in it.

    Raises:
        Refused: 404, when Stripe, or the sandbox, has no such address.
    """
    for operation in OPERATIONS:
        id_ = operation.match(method, path)
        if id_ is not None:
            return operation, id_
    raise Refused(f"Unrecognized request URL ({method}: {path}). The sandbox has no such address.", status=404)


def _session(call: Call) -> Thing:
    session = call.named(Kind.SESSION, "session")
    if sessions.is_overdue(call.world, session):
        sessions.expire(call.world, session)
    return session


def _expire(call: Call) -> Thing:
    return sessions.expire(call.world, call.named(Kind.SESSION, "session"), call.cause)


def _event(call: Call) -> Thing:
    event = call.named(Kind.EVENT)
    if event.body["created"] < oldest_event(call.world):
        raise no_such(Kind.EVENT, event.id, "id")
    return event


def _one(kind: Kind, param: str = "id") -> Run:
    return lambda call: call.named(kind, param)


def _many(listing: Listing) -> Run:
    return lambda call: listed(call.world, listing, call.account.id, call.params)


def _account(call: Call) -> Thing:
    return accounts.usable(call.world, call.id, call.api_key)


def _link(call: Call) -> Body:
    return accounts.link(call.world, call.params).body


def _get(address: str, kind: Kind, shape: type, run: Run | None = None) -> Operation:
    return Operation("GET", address, shape, run or _one(kind, kind.value.split(".")[-1]), kind)


def _list(kind: Kind, address: str, shape: type, **more: Any) -> Operation:
    return Operation("GET", address, shape, _many(Listing(kind, address, **more)), kind, is_list=True)


OF_PAYMENT: Mapping[str, Kind] = {"charge": Kind.CHARGE, "payment_intent": Kind.INTENT}
OPERATIONS = (
    Operation(
        "POST",
        "/v1/checkout/sessions",
        checkout.SessionCreateParams,
        lambda call: sessions.create(call.world, call.account, call.params),
        Kind.SESSION,
    ),
    _list(
        Kind.SESSION,
        "/v1/checkout/sessions",
        checkout.SessionListParams,
        fields=("payment_intent", "status", "customer", "customer_account", "payment_link", "subscription"),
    ),
    _get("/v1/checkout/sessions/{id}", Kind.SESSION, checkout.SessionRetrieveParams, _session),
    Operation("POST", "/v1/checkout/sessions/{id}/expire", checkout.SessionExpireParams, _expire, Kind.SESSION),
    _list(Kind.INTENT, "/v1/payment_intents", shapes.PaymentIntentListParams, fields=("customer",)),
    _get("/v1/payment_intents/{id}", Kind.INTENT, shapes.PaymentIntentRetrieveParams, _one(Kind.INTENT, "intent")),
    _list(
        Kind.CHARGE,
        "/v1/charges",
        shapes.ChargeListParams,
        fields=("payment_intent", "customer", "transfer_group"),
        named={"payment_intent": Kind.INTENT},
    ),
    _get("/v1/charges/{id}", Kind.CHARGE, shapes.ChargeRetrieveParams),
    _list(
        Kind.TRANSACTION,
        "/v1/balance_transactions",
        shapes.BalanceTransactionListParams,
        fields=("source", "type", "currency"),
        named={"payout": Kind.PAYOUT},
    ),
    _get(
        "/v1/balance_transactions/{id}",
        Kind.TRANSACTION,
        shapes.BalanceTransactionRetrieveParams,
        _one(Kind.TRANSACTION),
    ),
    Operation(
        "POST",
        "/v1/refunds",
        shapes.RefundCreateParams,
        lambda call: refunding.create(call.world, call.account.id, call.params, call.cause),
        Kind.REFUND,
    ),
    _list(Kind.REFUND, "/v1/refunds", shapes.RefundListParams, fields=tuple(OF_PAYMENT), named=OF_PAYMENT),
    _get("/v1/refunds/{id}", Kind.REFUND, shapes.RefundRetrieveParams),
    Operation(
        "POST",
        "/v1/refunds/{id}/cancel",
        shapes.RefundCancelParams,
        lambda call: refunding.cancel(call.named(Kind.REFUND, "refund")),
        Kind.REFUND,
    ),
    _list(Kind.DISPUTE, "/v1/disputes", shapes.DisputeListParams, fields=tuple(OF_PAYMENT), named=OF_PAYMENT),
    _get("/v1/disputes/{id}", Kind.DISPUTE, shapes.DisputeRetrieveParams),
    Operation(
        "POST",
        "/v1/disputes/{id}",
        shapes.DisputeUpdateParams,
        lambda call: disputing.answer(call.world, call.named(Kind.DISPUTE, "dispute"), call.params, call.cause),
        Kind.DISPUTE,
    ),
    Operation(
        "POST",
        "/v1/disputes/{id}/close",
        shapes.DisputeCloseParams,
        lambda call: disputing.close(call.world, call.named(Kind.DISPUTE, "dispute"), won=False, cause=call.cause),
        Kind.DISPUTE,
    ),
    _get("/v1/account", Kind.ACCOUNT, shapes.AccountRetrieveCurrentParams, lambda call: call.account),
    Operation(
        "POST",
        "/v1/accounts",
        shapes.AccountCreateParams,
        lambda call: accounts.create(call.world, call.params),
        Kind.ACCOUNT,
    ),
    _list(Kind.ACCOUNT, "/v1/accounts", shapes.AccountListParams, hidden={"connected": True}),
    _get("/v1/accounts/{id}", Kind.ACCOUNT, shapes.AccountRetrieveParams, _account),
    Operation("POST", "/v1/account_links", shapes.AccountLinkCreateParams, _link),
    _list(Kind.EVENT, "/v1/events", shapes.EventListParams),
    _get("/v1/events/{id}", Kind.EVENT, shapes.EventRetrieveParams, _event),
    _list(Kind.PAYOUT, "/v1/payouts", shapes.PayoutListParams, fields=("status", "destination")),
    _get("/v1/payouts/{id}", Kind.PAYOUT, shapes.PayoutRetrieveParams),
    Operation(
        "GET", "/v1/balance", shapes.BalanceRetrieveParams, lambda call: money.balance(call.world, call.account.id)
    ),
)
