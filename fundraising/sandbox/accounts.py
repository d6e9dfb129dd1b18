"""Accounts: our own, and those of charities; made, onboarded, changed, disconnected."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from fundraising.sandbox.ids import new_id
from fundraising.sandbox.shelf import Thing
from fundraising.sandbox.wire import Body, Invalid, Refused, missing, unsupported
from fundraising.sandbox.world import Kind, World

LINK_SECONDS = 300
DUE = [
    "business_profile.product_description",
    "business_profile.url",
    "external_account",
    "representative.first_name",
    "representative.last_name",
    "tos_acceptance.date",
    "tos_acceptance.ip",
]
ASKED_LATER = ["directors.dob.day", "directors.dob.month", "directors.dob.year", "external_account"]
DAYS_TO_ANSWER = 14
TAKEN = frozenset(
    {
        "business_profile",
        "business_type",
        "capabilities",
        "controller",
        "country",
        "default_currency",
        "email",
        "expand",
        "metadata",
        "type",
    }
)
CAPABILITIES = ("bacs_debit_payments", "card_payments", "transfers")
TYPES = ("standard", "express", "custom")


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account that exists from the start, ready to take and to be paid.

    Args:
        id: acct_…
        name: of the charity.
        statement_name: what supporters read on their statements, at most 22 characters.
    """

    id: str
    name: str
    statement_name: str


def ensure(world: World, known: KnownAccount) -> Thing:
    """An account that has to exist: found, or made."""
    account = world.shelf.find(known.id, Kind.ACCOUNT)
    if account is None:
        body = _account(world, known.id, {"business_profile": {"name": known.name}})
        account = world.add(Kind.ACCOUNT, world.platform, body, connected=known.id != world.platform)
        _open(world, account)
        _rename(account, known.statement_name)
        world.shelf.save(account)
    return account


def create(world: World, params: Body) -> Thing:
    """`POST /v1/accounts`: it can do nothing until it is onboarded.

    Raises:
        Invalid: for what the sandbox does not act on.
    """
    if strange := sorted(params.keys() - TAKEN):
        raise unsupported(strange[0])
    if "type" in params and "controller" in params:
        raise Invalid("You may not provide the `type` parameter and `controller` parameters simultaneously.")
    if params.get("type", "standard") not in TYPES:
        raise Invalid("Invalid type: must be one of custom, express, or standard", param="type")
    if "url" in params.get("business_profile", {}):
        must_be_url(params["business_profile"]["url"], "business_profile[url]")
    country = params.get("country", "GB")
    if not (len(country) == 2 and country.isascii() and country.isupper()):
        raise Invalid(f"Invalid country: {country}", param="country", code="country_code_invalid")
    body = _account(world, new_id("acct_1"), params)
    return world.add(Kind.ACCOUNT, world.platform, body, connected=True)


def usable(world: World, id_: str, key: str = "") -> Thing:
    """An account that the key may act for: our own, or a connected one.

    Raises:
        Refused: 403, when there is none, or it has disconnected.
    """
    account = world.shelf.find(id_, Kind.ACCOUNT)
    if account is None or not (account.hidden["connected"] or account.id == world.platform):
        shown_key = f"{key[:8]}{'*' * 8}{key[-4:]}" if len(key) > 16 else "****"
        raise Refused(
            f"The provided key '{shown_key}' does not have access to account '{id_}' (or that account does not "
            "exist). Application access may have been revoked.",
            status=403,
            code="account_invalid",
        )
    return account


def must_charge(account: Thing) -> None:
    """Money can only be taken for an account that is enabled.

    Raises:
        Refused: with where to look for the reason.
    """
    if not account.body["charges_enabled"]:
        raise Refused(
            "Your account cannot currently make charges. To find out why charge creation is currently disabled, look "
            f"at the `requirements.disabled_reason` property on this account (/v1/accounts/{account.id})."
        )


def link(world: World, params: Body) -> Thing:
    """`POST /v1/account_links`: an address for one visit to the onboarding page.

    Raises:
        Invalid: without addresses to come back to.
    """
    account = usable(world, params["account"])
    for name in ("refresh_url", "return_url"):
        if name not in params:
            raise missing(name)
        must_be_url(params[name], name)
    if account.body["type"] == "standard" and params["type"] == "account_update":
        raise Invalid("You cannot create `account_update` type Account Links for this account.", param="type")
    now, token = world.now(), new_id("link_")
    body = {
        "object": "account_link",
        "created": now,
        "expires_at": now + LINK_SECONDS,
        "url": f"{world.base_url}/connect/onboarding/{account.id}?link={token}",
    }
    hidden = {"return_url": params["return_url"], "refresh_url": params["refresh_url"], "used": False}
    return world.shelf.add(Thing(token, Kind.LINK, account.id, body, hidden))


def must_be_url(text: str, name: str) -> None:
    """An address that a browser can be sent to.

    Raises:
        Invalid: for anything else.
    """
    try:
        parts = urlsplit(text)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text
    except ValueError:
        sound = False
    if not sound:
        raise Invalid("Not a valid URL", code="url_invalid", param=name)


def onboard(world: World, account_id: str) -> Thing:
    """All that Stripe wants to know has been told: the account can take money and be paid."""
    account = usable(world, account_id)
    previous = _open(world, account)
    world.shelf.save(account)
    world.tell("account.updated", account, previous=previous)
    return account


def submit(world: World, account_id: str) -> Thing:
    """All has been told, and Stripe checks it first: until `onboard` the account can do nothing."""
    return update(
        world,
        account_id,
        details_submitted=True,
        disabled_reason="requirements.pending_verification",
        currently_due=(),
        past_due=(),
        pending_verification=("company.verification.document",),
    )


def ask(world: World, account_id: str) -> Thing:
    """Stripe wants to know more of an account that is open: within two weeks."""
    return update(world, account_id, currently_due=ASKED_LATER, deadline=world.now() + DAYS_TO_ANSWER * 86_400)


def close(world: World, account_id: str) -> Thing:
    """Stripe has not had in time what it asked for."""
    account = usable(world, account_id)
    due = account.body["requirements"]["currently_due"] or ASKED_LATER
    return update(
        world,
        account_id,
        charges_enabled=False,
        payouts_enabled=False,
        currently_due=due,
        past_due=due,
        disabled_reason="requirements.past_due",
    )


def update(
    world: World,
    account_id: str,
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
) -> Thing:
    """What Stripe found out about an account changes what it may do, and what is asked of it."""
    account = usable(world, account_id)
    wanted = {
        "charges_enabled": charges_enabled,
        "payouts_enabled": payouts_enabled,
        "details_submitted": details_submitted,
    }
    given = {name: value for name, value in wanted.items() if value is not None}
    previous = {name: account.body[name] for name in given}
    account.body.update(given)
    asked = {"currently_due": currently_due, "past_due": past_due, "pending_verification": pending_verification}
    lists: Body = {name: list(keys) for name, keys in asked.items() if keys is not None}
    if "currently_due" in lists:
        lists |= {"eventually_due": lists["currently_due"], "current_deadline": deadline}
    requirements = account.body["requirements"]
    reason = disabled_reason or requirements["disabled_reason"] or "requirements.past_due"
    lists["disabled_reason"] = None if account.body["charges_enabled"] and account.body["payouts_enabled"] else reason
    if before := {name: requirements[name] for name, value in lists.items() if requirements[name] != value}:
        previous["requirements"] = before
        account.body["requirements"] = requirements | lists
    if statement_name is not None:
        previous["settings"] = {"payments": {"statement_descriptor": statement_name_of(account)}}
        _rename(account, statement_name)
    world.shelf.save(account)
    world.tell("account.updated", account, previous=previous)
    return account


def deauthorize(world: World, account_id: str) -> Thing:
    """The charity disconnects: we are told, and may not act for it any more."""
    account = usable(world, account_id)
    application = {
        "id": f"ca_{world.platform.removeprefix('acct_')}",
        "name": "Sandbox platform",
        "object": "application",
    }
    world.tell("account.application.deauthorized", account, about=application)
    account.hidden["connected"] = False
    world.shelf.save(account)
    return account


def authorize(world: World, account_id: str) -> Thing:
    """A charity that had disconnected connects the same account again, at Stripe."""
    account = world.need(Kind.ACCOUNT, account_id)
    account.hidden["connected"] = True
    world.shelf.save(account)
    return account


def statement_name_of(account: Thing) -> str | None:
    """What supporters read on their statements."""
    name: str | None = account.body["settings"]["payments"]["statement_descriptor"]
    return name


def name_of(account: Thing) -> str:
    """What to call an account."""
    return account.body["business_profile"]["name"] or account.body["email"] or account.id


def _rename(account: Thing, statement_name: str) -> None:
    account.body["settings"]["payments"]["statement_descriptor"] = statement_name[:22]


def _open(world: World, account: Thing) -> Body:
    """Enable everything.

    Returns:
        The attributes that it changed, as they were.
    """
    changed = {
        "charges_enabled": True,
        "payouts_enabled": True,
        "details_submitted": True,
        "capabilities": dict.fromkeys(account.body["capabilities"], "active"),
        "requirements": _requirements([], None),
        "tos_acceptance": account.body["tos_acceptance"] | {"date": world.now()},
    }
    previous = {name: account.body[name] for name, value in changed.items() if account.body[name] != value}
    account.body.update(changed)
    if not statement_name_of(account):
        _rename(account, name_of(account).upper())
    return previous


def _requirements(due: list[str], reason: str | None) -> Body:
    return {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": due,
        "disabled_reason": reason,
        "errors": [],
        "eventually_due": due,
        "past_due": due,
        "pending_verification": [],
    }


def _account(world: World, id_: str, params: Body) -> Body:
    now = world.now()
    profile: dict[str, Any] = dict.fromkeys(
        ("annual_revenue", "estimated_worker_count", "mcc", "minority_owned_business_designation", "name")
    )
    profile |= dict.fromkeys(("product_description", "support_address", "support_email", "support_phone"))
    profile |= {"support_url": None, "url": None} | params.get("business_profile", {})
    type_ = "none" if "controller" in params else params.get("type", "standard")
    return {
        "id": id_,
        "object": "account",
        "business_profile": profile,
        "business_type": params.get("business_type"),
        "capabilities": dict.fromkeys(sorted(params.get("capabilities") or CAPABILITIES), "inactive"),
        "charges_enabled": False,
        "controller": {"type": "account"} if id_ == world.platform else _controller(params.get("controller", {})),
        "country": params.get("country", "GB"),
        "created": now,
        "default_currency": params.get("default_currency", "gbp"),
        "details_submitted": False,
        "email": params.get("email"),
        "external_accounts": {
            "object": "list",
            "data": [],
            "has_more": False,
            "url": f"/v1/accounts/{id_}/external_accounts",
        },
        "groups": None,
        "future_requirements": _requirements([], None),
        "metadata": params.get("metadata") or {},
        "payouts_enabled": False,
        "requirements": _requirements([key for key in DUE if not _is_told(key, profile)], "requirements.past_due"),
        "settings": _settings(profile["name"]),
        "tos_acceptance": {"date": None, "ip": None, "user_agent": None},
        "type": type_,
    }


def _is_told(key: str, profile: Body) -> bool:
    """Whether what is asked came with the account."""
    group, _, name = key.partition(".")
    return group == "business_profile" and bool(profile.get(name))


def _controller(given: Body) -> Body:
    return {
        "fees": {"payer": given.get("fees", {}).get("payer", "account")},
        "is_controller": True,
        "losses": {"payments": given.get("losses", {}).get("payments", "stripe")},
        "requirement_collection": given.get("requirement_collection", "stripe"),
        "stripe_dashboard": {"type": given.get("stripe_dashboard", {}).get("type", "full")},
        "type": "application",
    }


def _settings(name: str | None) -> Body:
    kana = {"statement_descriptor_kana": None, "statement_descriptor_kanji": None}
    prefix = {"statement_descriptor_prefix_kana": None, "statement_descriptor_prefix_kanji": None}
    return {
        "bacs_debit_payments": {"display_name": None, "service_user_number": None},
        "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
        "card_issuing": {"tos_acceptance": {"date": None, "ip": None}},
        "card_payments": {
            "decline_on": {"avs_failure": False, "cvc_failure": True},
            "statement_descriptor_prefix": None,
            **prefix,
        },
        "dashboard": {"display_name": name, "timezone": "Europe/London"},
        "invoices": {"default_account_tax_ids": None, "hosted_payment_method_save": None},
        "payments": {"statement_descriptor": None, **kana},
        "payouts": {
            "debit_negative_balances": True,
            "schedule": {"delay_days": 7, "interval": "daily"},
            "statement_descriptor": None,
        },
        "sepa_debit_payments": {},
    }
