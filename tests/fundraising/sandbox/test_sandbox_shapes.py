"""Every object has the shape that the SDK's own classes declare."""

from types import UnionType
from typing import Any, ForwardRef, Literal, Union, get_args, get_origin

import pytest
import stripe

CLASSES = {
    "account": stripe.Account,
    "account_link": stripe.AccountLink,
    "balance": stripe.Balance,
    "balance_transaction": stripe.BalanceTransaction,
    "charge": stripe.Charge,
    "checkout.session": stripe.checkout.Session,
    "dispute": stripe.Dispute,
    "event": stripe.Event,
    "item": stripe.LineItem,
    "payment_intent": stripe.PaymentIntent,
    "payout": stripe.Payout,
    "refund": stripe.Refund,
}


def choices(hint):
    """A hint taken apart into what it allows."""
    if get_origin(hint) in (Union, UnionType):
        return [choice for part in get_args(hint) for choice in choices(part)]
    return [hint]


def faults(value, hint, path):
    """What does not fit, as texts."""
    allowed = choices(hint)
    found = [faults_of(value, choice, path) for choice in allowed]
    return [] if any(not each for each in found) else min(found, key=len) or [f"{path}: {value!r} is no {hint}"]


def faults_of(value, hint, path):
    """What does not fit one choice."""
    if hint is Any:
        return []
    if hint is type(None):
        return [] if value is None else [f"{path}: {value!r} is not null"]
    if isinstance(hint, ForwardRef | str):  # an expanded object: by its own name
        is_object = isinstance(value, dict) and value.get("object") in CLASSES
        return faults_of(value, CLASSES[value["object"]], path) if is_object else [f"{path}: not expanded"]
    origin = get_origin(hint)
    if origin is Literal:
        return [] if value in get_args(hint) else [f"{path}: {value!r} is none of {get_args(hint)}"]
    if origin is list:
        if not isinstance(value, list):
            return [f"{path}: {value!r} is no list"]
        return [fault for n, row in enumerate(value) for fault in faults(row, get_args(hint)[0], f"{path}[{n}]")]
    if origin is not None:  # a ListObject, or a dict of the SDK's
        return [] if isinstance(value, dict) else [f"{path}: {value!r} is no object"]
    if hint in (int, str, float, bool):
        return [] if type(value) is hint else [f"{path}: {value!r} is no {hint.__name__}"]
    if isinstance(hint, type) and issubclass(hint, stripe.StripeObject):
        return faults_of_class(value, hint, path)
    return [] if isinstance(value, dict | str) else [f"{path}: {value!r} is no {hint}"]


def faults_of_class(value, class_, path):
    """What does not fit one of the SDK's classes: unknown keys, missing ones, wrong types."""
    if not isinstance(value, dict):
        return [f"{path}: {value!r} is no object"]
    hints = {name: hint for name, hint in class_.__annotations__.items() if not name.isupper()}
    hints = {name: hint for name, hint in hints.items() if not name.startswith("_")}
    if not hints:
        return []
    found = [f"{path}.{name}: the SDK has no such key" for name in value if name not in hints]
    for name, hint in hints.items():
        if name in value:
            found += faults(value[name], hint, f"{path}.{name}")
        elif type(None) not in choices(hint):
            found.append(f"{path}.{name}: is missing")
    return found


async def everything(bench):
    """A thing of every kind, in every state that the sandbox knows; and every event about them."""
    made = [bench.sandbox.read((await bench.session()).id)]
    made += [await bench.paid(how) for how in ("card", "decline", "bank_debit", "bank_debit")]
    await bench.sandbox.settle_bank_debit(made[3]["id"])
    await bench.sandbox.settle_bank_debit(made[4]["id"], succeed=False)
    debit = bench.sandbox.read(bench.sandbox.read(made[3]["id"])["payment_intent"])["latest_charge"]
    await bench.sandbox.refund(debit, 100, fails_later=True)
    first, second, third = [await bench.charged() for _ in range(3)]
    await bench.sandbox.refund(first, 100)
    dispute = await bench.sandbox.dispute(second)
    await bench.client.v1.disputes.update_async(
        dispute["id"], {"evidence": {"uncategorized_text": "We ran."}}, bench.options
    )
    await bench.sandbox.close_dispute(dispute["id"], won=True)
    await bench.sandbox.close_dispute((await bench.sandbox.dispute(third, inquiry=True))["id"], won=False)
    await bench.sandbox.expire((await bench.session()).id)
    await bench.sandbox.payout(bench.account, fails=True)
    await bench.sandbox.payout(bench.account)
    await bench.sandbox.update_account(bench.account, charges_enabled=False)
    v1 = bench.client.v1
    account = await v1.accounts.create_async({"type": "standard", "country": "GB"})
    link = f"account={account.id}&type=account_onboarding&refresh_url=http://a.b/&return_url=http://a.b/"
    made.append((await bench.post("/v1/account_links", link)).json())
    for path in ("/v1/balance", f"/v1/checkout/sessions/{made[0]['id']}?expand[]=line_items"):
        headers = {"authorization": "Bearer sk_test_x", "stripe-account": bench.account}
        made.append((await bench.browser.get(path, headers=headers)).json())
    await bench.sandbox.deauthorize(account.id)
    await bench.sandbox.delivered()
    for kind in set(CLASSES) - {"account_link", "balance", "item"}:
        made += bench.sandbox.listed(kind)
    shown = [event["data"]["object"] for event in bench.sandbox.listed("event")]
    return made + [thing for thing in shown if thing["object"] in CLASSES]


@pytest.fixture
async def things(bench):
    """Everything that the sandbox can make."""
    return await everything(bench)


async def test_every_object_fits_the_class_of_the_sdk(things):
    """No key that the SDK does not have, none missing that it promises, every type as declared."""
    assert {thing["object"] for thing in things} >= CLASSES.keys() - {"item"}
    found = {fault for thing in things for fault in faults_of_class(thing, CLASSES[thing["object"]], thing["object"])}
    assert sorted(found) == []


async def test_every_event_is_of_a_type_that_the_sdk_knows(things):
    """Misspelt ones would never be handled."""
    known = set(get_args(stripe.Event.__annotations__["type"]))
    types = {thing["type"] for thing in things if thing["object"] == "event"}
    assert len(types) > 25
    assert types <= known


async def test_what_stripe_sends_as_null_is_null_and_what_it_omits_is_absent(bench):
    """The two are different things to the SDK."""
    session = await bench.session()
    assert session.payment_intent is None
    with pytest.raises(AttributeError):
        _ = session.line_items
    charge = await bench.client.v1.charges.retrieve_async(await bench.charged(), options=bench.options)
    assert charge.customer is None
    for absent in ("refunds", "source", "dispute", "transfer"):
        with pytest.raises(AttributeError):
            getattr(charge, absent)
    refund = (await bench.client.v1.refunds.create_async({"charge": charge.id}, bench.options)).to_dict()
    assert "failure_reason" not in refund
    assert "livemode" not in refund
