"""Payment intents and charges: how they look, and how they come about."""

from dataclasses import dataclass

from fundraising.sandbox.accounts import statement_name_of
from fundraising.sandbox.ids import new_id
from fundraising.sandbox.shelf import Thing
from fundraising.sandbox.wire import Body
from fundraising.sandbox.world import Cause, Kind, World

DECLINED = "Your card was declined."
RETURNED = "The customer's bank returned the direct debit unpaid."
NOT_YET_OF_INTENT = (  # what Stripe sends as null, some of it only at first
    "allowed_payment_method_types",
    "application",
    "application_fee_amount",
    "automatic_payment_methods",
    "canceled_at",
    "cancellation_reason",
    "customer",
    "customer_account",
    "excluded_payment_method_types",
    "last_payment_error",
    "latest_charge",
    "next_action",
    "on_behalf_of",
    "payment_method",
    "payment_method_configuration_details",
    "processing",
    "review",
    "setup_future_usage",
    "shipping",
    "statement_descriptor",
    "transfer_data",
    "transfer_group",
)
NOT_YET_OF_CHARGE = (  # the balance transaction comes with charge.updated
    "application",
    "application_fee",
    "application_fee_amount",
    "balance_transaction",
    "customer",
    "failure_balance_transaction",
    "on_behalf_of",
    "receipt_number",
    "review",
    "shipping",
    "source_transfer",
    "statement_descriptor",
    "transfer_data",
    "transfer_group",
)
ADDRESS = {"city": None, "country": "GB", "line1": None, "line2": None, "postal_code": "M25 2SW", "state": None}
CARD_OPTIONS = {"installments": None, "mandate_options": None, "network": None, "request_three_d_secure": "automatic"}
CARD = {
    "amount_authorized": 0,
    "authorization_code": "123456",
    "brand": "visa",
    "checks": {"address_line1_check": None, "address_postal_code_check": "pass", "cvc_check": "pass"},
    "country": "GB",
    "exp_month": 12,
    "exp_year": 2034,
    "extended_authorization": {"status": "disabled"},
    "fingerprint": "AOB934RVNwzk6xtn",
    "funding": "credit",
    "incremental_authorization": {"status": "unavailable"},
    "installments": None,
    "last4": "4242",
    "mandate": None,
    "multicapture": {"status": "unavailable"},
    "network": "visa",
    "network_token": {"used": False},
    "network_transaction_id": "104102978678771",
    "overcapture": {"maximum_amount_capturable": 0, "status": "unavailable"},
    "regulated_status": "unregulated",
    "three_d_secure": None,
    "wallet": None,
}


def method_of(charge: Thing) -> str:
    """`card` or `bacs_debit`."""
    return str(charge.body["payment_method_details"]["type"])


def new_intent(world: World, session: Thing, id_: str = "") -> Thing:
    """The intent behind a session, made when somebody first tries to pay.

    Args:
        id_: of one that is known already.
    """
    data, shown = session.hidden["intent_data"], session.body
    id_ = id_ or new_id("pi_3")
    body: Body = dict.fromkeys(NOT_YET_OF_INTENT) | {
        "id": id_,
        "object": "payment_intent",
        "amount": shown["amount_total"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "capture_method": data.get("capture_method", "automatic_async"),
        "client_secret": f"{id_}_secret_{new_id('')}",
        "confirmation_method": "automatic",
        "created": world.now(),
        "currency": shown["currency"],
        "description": data.get("description"),
        "livemode": False,
        "managed_payments": {"enabled": False},
        "metadata": data.get("metadata") or {},
        "payment_method_options": {"card": CARD_OPTIONS},
        "payment_method_types": shown["payment_method_types"],
        "receipt_email": data.get("receipt_email"),
        "statement_descriptor_suffix": data.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
    }
    return world.add(Kind.INTENT, session.account, body, session=session.id)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody tries to pay.

    Args:
        account: that is charged.
        email: of the supporter.
    """

    account: Thing
    intent: Thing
    email: str
    cause: Cause


def new_charge(world: World, attempt: Attempt, method: str, status: str, id_: str = "") -> Thing:
    """A try to take the money.

    Args:
        method: card or bacs_debit.
        status: succeeded, pending or failed.
        id_: of one that is known already.
    """
    account, intent = attempt.account, attempt.intent
    body, pence = intent.body, intent.body["amount"]
    taken = status != "failed"
    id_ = id_ or new_id("ch_3" if method == "card" else "py_3")
    charge: Body = dict.fromkeys(NOT_YET_OF_CHARGE) | {
        "id": id_,
        "object": "charge",
        "amount": pence,
        "amount_captured": pence if taken else 0,
        "amount_refunded": 0,
        "billing_details": {
            "address": ADDRESS,
            "email": attempt.email,
            "name": "Sandbox Supporter",
            "phone": None,
            "tax_id": None,
        },
        "calculated_statement_descriptor": _statement(account, intent) if method == "card" else None,
        "captured": taken,
        "created": world.now(),
        "currency": body["currency"],
        "description": body["description"],
        "disputed": False,
        "failure_code": None if taken else "card_declined",
        "failure_message": None if taken else DECLINED,
        "fraud_details": {},
        "livemode": False,
        "metadata": body["metadata"],
        "outcome": _outcome(method, taken),
        "paid": status == "succeeded",
        "payment_intent": intent.id,
        "payment_method": new_id("pm_1"),
        "payment_method_details": _details(method, pence),
        "radar_options": {},
        "receipt_email": body["receipt_email"],
        "receipt_url": f"{world.base_url}/receipts/{id_}" if status == "succeeded" else None,
        "refunded": False,
        "statement_descriptor_suffix": body["statement_descriptor_suffix"],
        "status": status,
    }
    return world.add(Kind.CHARGE, intent.account, charge)


def card_error(charge: Thing) -> Body:
    """Why a charge failed, as its intent's `last_payment_error` says it."""
    code = charge.body["failure_code"]
    more = {"decline_code": "generic_decline"} if code == "card_declined" else {}
    return {
        "charge": charge.id,
        "code": code,
        "doc_url": f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}",
        "message": charge.body["failure_message"],
        "type": "card_error" if code == "card_declined" else "invalid_request_error",
        **more,
    }


def _statement(account: Thing, intent: Thing) -> str | None:
    """At most 22 characters: https://docs.stripe.com/get-started/account/statement-descriptors."""
    name, suffix = statement_name_of(account), intent.body["statement_descriptor_suffix"]
    return f"{name}* {suffix}"[:22] if name and suffix else name


def _details(method: str, pence: int) -> Body:
    if method == "card":
        most = {"maximum_amount_capturable": pence, "status": "unavailable"}
        return {"card": CARD | {"amount_authorized": pence, "overcapture": most}, "type": "card"}
    debit = {"fingerprint": "8EIcOUnfEN3FfVEy", "last4": "2345", "mandate": new_id("mandate_1"), "sort_code": "108800"}
    return {"bacs_debit": debit, "type": "bacs_debit"}


def _outcome(method: str, taken: bool) -> Body:
    card = method == "card"
    return {
        "advice_code": None if taken else "try_again_later",
        "network_advice_code": None,
        "network_decline_code": None if taken else "01",
        "network_status": "approved_by_network" if taken else "declined_by_network",
        "reason": None if taken else "generic_decline",
        **({"risk_level": "normal", "risk_score": 12} if card else {"risk_level": "not_assessed"}),
        "seller_message": "Payment complete."
        if taken
        else "The bank did not return any further details with this decline.",
        "type": "authorized" if taken else "issuer_declined",
    }
