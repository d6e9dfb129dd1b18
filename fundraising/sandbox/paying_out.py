"""Money on its way to an account's bank: by itself, every day what has become available by then; or at a press.

Source: https://docs.stripe.com/payouts, https://docs.stripe.com/payouts/reconciliation.
"""

from contextlib import suppress

from fundraising.sandbox.ids import new_id
from fundraising.sandbox.money import Entry, enter, midnight_after, unpaid
from fundraising.sandbox.shelf import Thing
from fundraising.sandbox.wire import Body, Refused
from fundraising.sandbox.world import Errands, Kind, World, must

CURRENCY = "gbp"
FAILED = "The bank account has been closed."


def pay_out(world: World, account: Thing, *, fails: bool = False, wait: bool = False) -> Thing:
    """Send what is available on the account's balance to its bank.

    Args:
        fails: the bank sends it back, and it is on the balance again.
        wait: the days pass first that it takes until all of the balance is available.

    Raises:
        Refused: when the account may not be paid, or nothing is there.
    """
    must(account.body["payouts_enabled"], f"Payouts are disabled for account {account.id}.")
    rows = [row for row in unpaid(world, account.id) if row.body["currency"] == CURRENCY]
    now = world.now()
    if wait:
        for row in rows:
            row.body["available_on"] = min(row.body["available_on"], now)
    rows = [row for row in rows if row.body["available_on"] <= now]
    pence = sum(row.body["net"] for row in rows)
    must(pence > 0, f"There is nothing to pay out on account {account.id}.", code="balance_insufficient")
    payout = world.add(Kind.PAYOUT, account.id, _payout(world, pence))
    for row in rows:
        row.hidden["payout"] = payout.id
        world.shelf.save(row)
    entry = Entry("payout", "payout", payout, -pence, "STRIPE PAYOUT", at_once=True)
    world.change(payout, balance_transaction=enter(world, entry, payout=payout.id).id)
    world.tell("payout.created", payout)
    world.change(payout, status="paid")
    world.tell("payout.paid", payout)
    world.tell("payout.reconciliation_completed", payout)
    if fails:
        _fail(world, payout)
    return payout


def pay_out_by_itself(world: World, account_id: str) -> None:
    """What has become available goes to the bank; what has not goes some other day."""
    account = world.need(Kind.ACCOUNT, account_id)
    with suppress(Refused):  # it may not be paid yet, or what has gone back is more than what has come in
        pay_out(world, account)
    left = [row.body["available_on"] for row in unpaid(world, account_id)]
    if left:
        world.later(Errands.PAYOUT, account_id, midnight_after(max(min(left), world.now())))


def _fail(world: World, payout: Thing) -> None:
    """A bank may refuse what was said to be paid: it is on the balance again, and as such part of the next payout."""
    entry = Entry("payout_failure", "payout_reversal", payout, payout.body["amount"], "PAYOUT FAILURE", at_once=True)
    world.change(
        payout,
        status="failed",
        failure_code="account_closed",
        failure_message=FAILED,
        failure_balance_transaction=enter(world, entry).id,
    )
    world.tell("payout.failed", payout)


def _payout(world: World, pence: int) -> Body:
    now = world.now()
    return {
        "id": new_id("po_1"),
        "object": "payout",
        "amount": pence,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": now - now % 86_400,
        "automatic": True,
        "balance_transaction": None,
        "created": now,
        "currency": CURRENCY,
        "description": "STRIPE PAYOUT",
        "destination": new_id("ba_1"),
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "completed",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "in_transit",
        "trace_id": {"status": "pending", "value": None},
        "type": "bank_account",
    }
