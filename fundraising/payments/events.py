"""What an event of Stripe says, read into one small fact. Pure: no database, no network.

Source of the shapes: https://docs.stripe.com/api/events/types, API version of the pinned SDK.
"""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

import orjson

Body = Mapping[str, Any]
# What an object says of who paid and for whom, or where they go on to; Stripe keeps it, we do not.
PERSONAL = frozenset({
    "billing_details", "cancel_url", "collected_information", "customer_details", "customer_email", "description",
    "evidence", "receipt_email", "receipt_url", "shipping", "shipping_address", "shipping_details", "success_url",
})  # fmt: skip


class Says(StrEnum):
    """What an event means to us."""

    PAID = "paid"
    PROCESSING = "processing"
    FAILED = "failed"
    EXPIRED = "expired"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    REFUNDED_IN_ALL = "refunded_in_all"  # a charge tells how much went back, not by which refunds
    DISPUTED = "disputed"
    ACCOUNT = "account"
    DEAUTHORIZED = "deauthorized"
    PAID_OUT = "paid_out"
    PAYOUT_FAILED = "payout_failed"
    NOTHING = "nothing"  # a type that we know of no use for


REPORTS, PAYOUTS = (Says.ACCOUNT, Says.DEAUTHORIZED), (Says.PAID_OUT, Says.PAYOUT_FAILED)  # about no payment


class Arrival(NamedTuple):
    """An event as it came through the door, its signature verified.

    Args:
        account: acct_… when it is about a connected account, else None.
        created_at: when Stripe made it.
        payload: the body as it is kept, without what Stripe says of who paid.
        body: the same, parsed.
    """

    id: str
    type: str
    account: str | None
    livemode: bool
    created_at: datetime
    payload: str
    body: Body


class Fee(NamedTuple):
    """What Stripe kept, on a balance transaction."""

    source: str
    pence: int


class Fact(NamedTuple):
    """What an event says, in our words.

    Args:
        source: Stripe's id of the object; of a payment: of its payment intent.
        pence: amount of the object, in the smallest unit of its currency.
        payment_id: our own id, as we gave it to Stripe with the session.
        made_at: of a refund, when it was made; it may be told of much later.
        part_id: of a refund that we asked for: the one gift, of several paid together, that it is about.
        taken: of a dispute, whether the money has been taken back.
        returned: of a dispute, whether it has been given back.
    """

    says: Says
    source: str = ""
    pence: int = 0
    currency: str = ""
    payment_id: UUID | None = None
    session_id: str | None = None
    intent_id: str | None = None
    charge_id: str | None = None
    balance_transaction_id: str | None = None
    statement_name: str | None = None
    dispute_state: str | None = None
    made_at: datetime | None = None
    part_id: UUID | None = None
    taken: bool = False
    returned: bool = False
    fees: tuple[Fee, ...] = ()
    account: Body | None = None


class NotAnEvent(ValueError):
    """A signed body that is not shaped like an event."""


def arrive(payload: str, body: Any) -> Arrival:
    """Take the envelope apart.

    Raises:
        NotAnEvent: when a part of it is missing or of the wrong type.
    """
    try:
        id_, type_, account, livemode = body["id"], body["type"], body.get("account"), body["livemode"]
        thing = body["data"]["object"]
        created_at = datetime.fromtimestamp(body["created"], UTC)
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError, OSError) as error:
        raise NotAnEvent(str(error)) from None
    for text, most in ((id_, 255), (type_, 80), ("-" if account is None else account, 60)):
        if type(text) is not str or not 0 < len(text) <= most or "\0" in text:
            raise NotAnEvent("an id, type or account that is no short text")
    if type(livemode) is not bool or type(thing) is not dict:
        raise NotAnEvent("livemode or data.object of the wrong type")
    return Arrival(id_, type_, account, livemode, created_at, _nameless(payload, body), thing)


def _nameless(payload: str, body: Any) -> str:
    """An event without what Stripe says of who paid: we need none of it, and what is not kept need not be erased."""
    data = body["data"]
    parts = {name: part for name in ("object", "previous_attributes") if type(part := data.get(name)) is dict}
    if all(map(PERSONAL.isdisjoint, parts.values())):
        return payload
    kept = {name: {key: said for key, said in part.items() if key not in PERSONAL} for name, part in parts.items()}
    return orjson.dumps(body | {"data": data | kept}).decode()


def fetched(
    type_: str, thing: Body, *, account: str | None, livemode: bool, happened: datetime | None = None
) -> Arrival:
    """What we asked Stripe for, in the shape in which Stripe would have told us.

    Its id is a hash of what it says, so that the same answer, fetched again, is known; a changed one is new.

    Args:
        happened: when what it tells of did, if that is known; else it counts as of now.
    """
    said = orjson.dumps(thing, option=orjson.OPT_SORT_KEYS)
    id_ = f"fetched_{sha256(type_.encode() + said).hexdigest()[:40]}"
    body = {
        "id": id_,
        "object": "event",
        "type": type_,
        "account": account,
        "livemode": livemode,
        "created": int(happened.timestamp() if happened else time.time()),
        "data": {"object": thing},
    }
    payload = orjson.dumps(body).decode()
    return arrive(payload, orjson.loads(payload))


def read(arrival: Arrival) -> Fact:
    """What an event says.

    Raises:
        KeyError, TypeError, ValueError: when its object is not shaped as Stripe documents; the caller sets it aside.
    """
    reader = READERS.get(arrival.type)
    return reader(arrival.body) if reader else Fact(Says.NOTHING)


def _our_id(body: Body) -> UUID | None:
    return _uuid((body.get("metadata") or {}).get("payment") or body.get("client_reference_id"))


def _uuid(given: Any) -> UUID | None:
    try:
        return UUID(given) if given else None
    except (ValueError, AttributeError, TypeError):
        return None


def _id(value: Any) -> str | None:
    """An id, whether Stripe sent the id or, expanded, the object."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Mapping) and isinstance(value["id"], str):
        return str(value["id"])
    raise TypeError(f"an id that is {type(value).__name__}")


def _pence(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"an amount that is {type(value).__name__}")
    return value


def _moment(value: Any) -> datetime | None:
    try:
        return None if value is None else datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError(str(error)) from None


def _session(says: Says) -> Callable[[Body], Fact]:
    def reader(body: Body) -> Fact:
        intent = _id(body.get("payment_intent"))
        fact = Fact(
            says,
            source=intent or _id(body["id"]) or "",
            pence=_pence(body.get("amount_total") or 0),
            currency=str(body.get("currency") or ""),
            payment_id=_our_id(body),
            session_id=_id(body["id"]),
            intent_id=intent,
        )
        if says is Says.PAID and body["payment_status"] == "unpaid":
            return fact._replace(says=Says.PROCESSING)  # a bank debit that settles later
        return fact

    return reader


def _intent(body: Body) -> Fact:
    return Fact(
        Says.PAID,
        source=str(_id(body["id"])),
        pence=_pence(body["amount_received"]),
        currency=str(body["currency"]),
        payment_id=_our_id(body),
        intent_id=_id(body["id"]),
        charge_id=_id(body.get("latest_charge")),
    )


def _charge(body: Body) -> Fact:
    if body["status"] != "succeeded" or not body.get("captured", True):
        return Fact(Says.NOTHING)
    intent, charge = _id(body.get("payment_intent")), _id(body["id"])
    return Fact(
        Says.PAID,
        source=intent or charge or "",
        pence=_pence(body.get("amount_captured") or body["amount"]),
        currency=str(body["currency"]),
        payment_id=_our_id(body),
        intent_id=intent,
        charge_id=charge,
        balance_transaction_id=_id(body.get("balance_transaction")),
        statement_name=body.get("calculated_statement_descriptor"),
    )


def _charge_refunded(body: Body) -> Fact:
    return Fact(
        Says.REFUNDED_IN_ALL,
        source=str(_id(body["id"])),
        pence=_pence(body["amount_refunded"]),
        currency=str(body["currency"]),
        payment_id=_our_id(body),
        intent_id=_id(body.get("payment_intent")),
        charge_id=_id(body["id"]),
    )


def _refund(body: Body) -> Fact:
    failed = body.get("status") in ("failed", "canceled")
    return Fact(
        Says.REFUND_FAILED if failed else Says.REFUNDED,
        source=str(_id(body["id"])),
        pence=_pence(body["amount"]),
        currency=str(body["currency"]),
        intent_id=_id(body.get("payment_intent")),
        charge_id=_id(body.get("charge")),
        made_at=_moment(body.get("created")),
        part_id=_uuid((body.get("metadata") or {}).get("part")),
    )


def _refund_failed(body: Body) -> Fact:
    return _refund(body)._replace(says=Says.REFUND_FAILED)


def _dispute(taken: bool = False, returned: bool = False) -> Callable[[Body], Fact]:
    def reader(body: Body) -> Fact:
        rows = body.get("balance_transactions") or []
        back = returned or any(_pence(row["amount"]) > 0 for row in rows)
        gone = taken or back or body["status"] == "lost" or any(_pence(row["amount"]) < 0 for row in rows)
        return Fact(
            Says.DISPUTED,
            source=str(_id(body["id"])),
            pence=_pence(body["amount"]),
            currency=str(body["currency"]),
            intent_id=_id(body.get("payment_intent")),
            charge_id=_id(body.get("charge")),
            dispute_state=str(body["status"]),
            taken=gone,
            returned=back,
            fees=tuple(Fee(str(row["id"]), _pence(row["fee"])) for row in rows if row["fee"] > 0),
        )

    return reader


def _account(body: Body) -> Fact:
    return Fact(Says.ACCOUNT, source=str(_id(body["id"])), account=body)


def _deauthorized(_body: Body) -> Fact:
    return Fact(Says.DEAUTHORIZED)


def _payout(says: Says) -> Callable[[Body], Fact]:
    def reader(body: Body) -> Fact:
        return Fact(says, source=str(_id(body["id"])), pence=_pence(body["amount"]), currency=str(body["currency"]))

    return reader


READERS: Mapping[str, Callable[[Body], Fact]] = {
    "checkout.session.completed": _session(Says.PAID),
    "checkout.session.async_payment_succeeded": _session(Says.PAID),
    "checkout.session.async_payment_failed": _session(Says.FAILED),
    "checkout.session.expired": _session(Says.EXPIRED),
    "payment_intent.succeeded": _intent,
    "charge.succeeded": _charge,
    "charge.updated": _charge,
    "charge.refunded": _charge_refunded,
    "refund.created": _refund,
    "refund.updated": _refund,
    "refund.failed": _refund_failed,
    "charge.dispute.created": _dispute(),
    "charge.dispute.updated": _dispute(),
    "charge.dispute.closed": _dispute(),
    "charge.dispute.funds_withdrawn": _dispute(taken=True),
    "charge.dispute.funds_reinstated": _dispute(returned=True),
    "account.updated": _account,
    "account.application.deauthorized": _deauthorized,
    "payout.paid": _payout(Says.PAID_OUT),
    "payout.failed": _payout(Says.PAYOUT_FAILED),
}
