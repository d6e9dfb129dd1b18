"""Checkout Sessions: what Stripe lets one be made of, how it looks, and how it ends unpaid.

Source: https://docs.stripe.com/api/checkout/sessions.
"""

import re

from fundraising.sandbox.accounts import must_be_url, must_charge, name_of
from fundraising.sandbox.ids import new_id
from fundraising.sandbox.money import LARGEST, SMALLEST, shown
from fundraising.sandbox.shelf import Thing
from fundraising.sandbox.wire import Body, Invalid, Refused, missing, no_such, unsupported
from fundraising.sandbox.world import NOBODY, Cause, Errands, Kind, World, must

EARLIEST_END_SECONDS, LATEST_END_SECONDS = 1_800, 86_400
MOST_ITEMS, LONGEST_REFERENCE = 100, 200
METHODS = {"gbp": ("card", "bacs_debit")}  # in other currencies: cards
ACTS_ON = frozenset(
    {
        "adaptive_pricing",
        "allowed_payment_method_types",
        "billing_address_collection",
        "cancel_url",
        "client_reference_id",
        "currency",
        "custom_text",
        "customer_creation",
        "customer_email",
        "excluded_payment_method_types",
        "expand",
        "expires_at",
        "integration_identifier",
        "line_items",
        "locale",
        "metadata",
        "mode",
        "origin_context",
        "payment_intent_data",
        "submit_type",
        "success_url",
        "ui_mode",
    }
)
INTENT_ACTS_ON = frozenset(
    {"capture_method", "description", "metadata", "receipt_email", "statement_descriptor_suffix"}
)
ITEM_ACTS_ON = frozenset({"price_data", "quantity", "metadata"})
PRICE_ACTS_ON = frozenset({"currency", "product_data", "unit_amount"})
NEVER_SET = (  # what Stripe sends as null for a payment such as ours
    "after_expiration",
    "allow_promotion_codes",
    "client_secret",
    "collected_information",
    "consent",
    "consent_collection",
    "currency_conversion",
    "customer",
    "customer_account",
    "invoice",
    "optional_items",
    "payment_intent",
    "payment_link",
    "payment_method_configuration_details",
    "permissions",
    "recovered_from",
    "saved_payment_method_options",
    "setup_intent",
    "shipping_address_collection",
    "shipping_cost",
    "subscription",
    "wallet_options",
)


def create(world: World, account: Thing, params: Body) -> Thing:
    """`POST /v1/checkout/sessions`.

    Args:
        account: that is charged.
        params: checked against the SDK's own types.

    Raises:
        Invalid: for what makes no sense by itself.
        Refused: when the account cannot be charged.
    """
    _must_be_supported(params)
    _must_be_hosted(params)
    expires_at = _end(world, params)
    currency, pence = _total(params)
    must_charge(account)
    id_ = new_id("cs_test_a1")
    body = _session(world, account, params, id_) | {
        "amount_subtotal": pence,
        "amount_total": pence,
        "currency": currency,
        "expires_at": expires_at,
        "payment_method_types": _methods(params, currency),
    }
    session = world.add(
        Kind.SESSION,
        account.id,
        body,
        items=[_item(world, item, currency) for item in params["line_items"]],
        intent_data=params.get("payment_intent_data", {}),
        intent=None,
    )
    world.later(Errands.EXPIRY, session.id, expires_at)
    return session


def expire(world: World, session: Thing, cause: Cause = NOBODY) -> Thing:
    """Nobody can pay it any more.

    Raises:
        Refused: when it is not open.
    """
    status = session.body["status"]
    must(
        status == "open",
        f'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of '
        f"`{status}`.",
    )
    world.change(session, status="expired", url=None)
    world.tell("checkout.session.expired", session, cause=cause)
    return session


def is_overdue(world: World, session: Thing) -> bool:
    """Whether it should have been expired by now."""
    return bool(session.body["status"] == "open" and session.body["expires_at"] <= world.now())


def page_address(world: World, session_id: str) -> str:
    """Where it is paid."""
    return f"{world.base_url}/c/pay/{session_id}"


def _must_be_supported(params: Body) -> None:
    strange = [name for name in sorted(params) if name not in ACTS_ON]
    strange += [f"payment_intent_data[{n}]" for n in params.get("payment_intent_data", {}) if n not in INTENT_ACTS_ON]
    if strange:
        raise unsupported(strange[0])
    if params.get("customer_creation", "if_required") != "if_required":
        raise unsupported("customer_creation")
    if params.get("payment_intent_data", {}).get("capture_method", "automatic") == "manual":
        raise unsupported("payment_intent_data[capture_method]")


def _must_be_hosted(params: Body) -> None:
    """The rules that hold for every hosted page that takes one payment."""
    if "mode" not in params:
        raise missing("mode")
    if params["mode"] != "payment":
        raise Invalid(
            "The sandbox only takes payments: mode must be payment.", param="mode", code="sandbox_unsupported"
        )
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise unsupported("ui_mode")
    if "success_url" not in params:
        raise missing("success_url")
    for name in ("success_url", "cancel_url"):
        if name in params:
            must_be_url(params[name].replace("{CHECKOUT_SESSION_ID}", "id"), name)
    email = params.get("customer_email")
    if email is not None:
        must_be_email(email, "customer_email")
    if len(params.get("client_reference_id", "")) > LONGEST_REFERENCE:
        raise Invalid(
            f"Invalid string: client_reference_id; must be at most {LONGEST_REFERENCE} characters",
            param="client_reference_id",
        )


def must_be_email(text: str, name: str) -> None:
    """An address that mail could be sent to.

    Raises:
        Invalid: for anything else.
    """
    if not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>.]+(\.[^@\s,;<>.]+)+", text) or len(text) > 512:
        raise Invalid(f"Invalid email address: {text}", code="email_invalid", param=name)


def _end(world: World, params: Body) -> int:
    now = world.now()
    end: int = params.get("expires_at", now + LATEST_END_SECONDS)
    if end < now + EARLIEST_END_SECONDS:
        raise Invalid(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.", param="expires_at"
        )
    if end > now + LATEST_END_SECONDS:
        raise Invalid(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.", param="expires_at"
        )
    return end


def _total(params: Body) -> tuple[str, int]:
    """Currency and sum of the line items."""
    items = params.get("line_items")
    if not items:
        raise missing("line_items")
    if len(items) > MOST_ITEMS:
        raise Invalid(f"A Checkout Session can have at most {MOST_ITEMS} line items.", param="line_items")
    for number, item in enumerate(items):
        _must_be_priced(item, f"line_items[{number}]")
    currencies = {item["price_data"]["currency"].lower() for item in items}
    currencies |= {params["currency"].lower()} if "currency" in params else set()
    if len(currencies) > 1:
        raise Invalid("All line items of a Checkout Session must have the same currency.", param="line_items")
    currency = currencies.pop()
    if currency not in SMALLEST:
        raise Invalid(
            f"Invalid currency: {currency}. The sandbox currently supports these currencies: {', '.join(SMALLEST)}",
            param="line_items[0][price_data][currency]",
        )
    pence = sum(item["price_data"]["unit_amount"] * item["quantity"] for item in items)
    if pence < SMALLEST[currency]:
        raise Invalid(
            "The Checkout Session's total amount due must add up to at least "
            f"{shown(SMALLEST[currency], currency)} {currency}",
            code="amount_too_small",
        )
    if pence > LARGEST:
        raise Invalid(
            f"The Checkout Session's total amount due must be no more than {shown(LARGEST, currency)} {currency}",
            code="amount_too_large",
        )
    return currency, pence


def _must_be_priced(item: Body, name: str) -> None:
    if "price" in item:
        raise no_such("price", item["price"], f"{name}[price]")
    if "price_data" not in item:
        raise missing(f"{name}[price_data]")
    price = item["price_data"]
    if "product" in price:
        raise no_such("product", price["product"], f"{name}[price_data][product]")
    if "product_data" not in price:
        raise missing(f"{name}[price_data][product_data]")
    strange = [f"{name}[{key}]" for key in item if key not in ITEM_ACTS_ON]
    strange += [f"{name}[price_data][{key}]" for key in price if key not in PRICE_ACTS_ON]
    if strange:
        raise unsupported(strange[0])
    if "unit_amount" not in price:
        raise missing(f"{name}[price_data][unit_amount]")
    if price["unit_amount"] < 0:
        raise _too_small("Invalid non-negative integer", f"{name}[price_data][unit_amount]")
    if "quantity" not in item:
        raise missing(f"{name}[quantity]")
    if item["quantity"] < 1:
        raise _too_small("This value must be greater than or equal to 1.", f"{name}[quantity]")


def _too_small(message: str, param: str) -> Refused:
    return Invalid(message, code="parameter_invalid_integer", param=param)


def _methods(params: Body, currency: str) -> list[str]:
    offered = METHODS.get(currency, ("card",))
    allowed = params.get("allowed_payment_method_types", offered)
    excluded = params.get("excluded_payment_method_types", ())
    methods = [method for method in offered if method in allowed and method not in excluded]
    if not methods:
        raise Invalid("No valid payment method types for this Checkout Session.", param="excluded_payment_method_types")
    return methods


def _item(world: World, item: Body, currency: str) -> Body:
    """A line item as `expand[]=line_items` shows it."""
    price, product = item["price_data"], item["price_data"]["product_data"]
    pence = price["unit_amount"] * item["quantity"]
    return {
        "id": new_id("li_1"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": pence,
        "amount_tax": 0,
        "amount_total": pence,
        "currency": currency,
        "description": product["name"],
        "metadata": item.get("metadata") or {},
        "price": {
            "id": new_id("price_1"),
            "object": "price",
            "active": False,
            "billing_scheme": "per_unit",
            "created": world.now(),
            "currency": currency,
            "custom_unit_amount": None,
            "livemode": False,
            "lookup_key": None,
            "metadata": {},
            "nickname": None,
            "product": new_id("prod_"),
            "recurring": None,
            "tax_behavior": "unspecified",
            "tiers_mode": None,
            "transform_quantity": None,
            "type": "one_time",
            "unit_amount": price["unit_amount"],
            "unit_amount_decimal": str(price["unit_amount"]),
        },
        "quantity": item["quantity"],
    }


def customer_details(email: str | None, name: str | None = None, address: Body | None = None) -> Body:
    """Who pays, as a session shows it."""
    return {
        "address": address,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": None if address is None else [],
    }


def _session(world: World, account: Thing, params: Body, id_: str) -> Body:
    email = params.get("customer_email")
    texts = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
    body: Body = dict.fromkeys(NEVER_SET) | {
        "id": id_,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": params.get("adaptive_pricing", {}).get("enabled", False)},
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": params.get("billing_address_collection"),
        "branding_settings": _branding(name_of(account)),
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": world.now(),
        "custom_fields": [],
        "custom_text": {name: params.get("custom_text", {}).get(name) or None for name in texts},
        "customer_creation": "if_required",
        "customer_details": customer_details(email) if email else None,
        "customer_email": email,
        "discounts": [],
        "integration_identifier": params.get("integration_identifier"),
        "invoice_creation": {"enabled": False, "invoice_data": _no_invoice()},
        "livemode": False,
        "locale": params.get("locale"),
        "managed_payments": {"enabled": False},
        "metadata": params.get("metadata") or {},
        "mode": "payment",
        "origin_context": params.get("origin_context"),
        "payment_method_collection": "if_required",
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "status": "open",
        "submit_type": params.get("submit_type"),
        "success_url": params["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": page_address(world, id_),
    }
    for name in ("allowed_payment_method_types", "excluded_payment_method_types"):
        if name in params:
            body[name] = params[name]
    return body


def _branding(name: str) -> Body:
    return {
        "background_color": "#ffffff",
        "border_style": "rounded",
        "button_color": "#0074d4",
        "display_name": name,
        "font_family": "default",
        "icon": None,
        "logo": None,
    }


def _no_invoice() -> Body:
    names = ("account_tax_ids", "custom_fields", "description", "footer", "issuer", "rendering_options")
    return dict.fromkeys(names) | {"metadata": {}}
