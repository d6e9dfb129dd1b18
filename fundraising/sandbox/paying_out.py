"""Money on its way to an account's bank. Stripe waits until it is available; the sandbox sends all there is."""

from fundraising.sandbox.ids import new_id
from fundraising.sandbox.money import Entry, enter, unpaid
from fundraising.sandbox.shelf import Thing
from fundraising.sandbox.wire import Body
from fundraising.sandbox.world import Kind, World, must

CURRENCY = "gbp"
FAILED = "The bank account has been closed."


def pay_out(world: World, account: Thing, *, fails: bool = False) -> Thing:
    """Send everything that stands on the account's balance to its bank.

    Args:
        fails: the bank does not take it, and it is on the balance again.

    Raises:
        Refused: when the account may not be paid, or nothing is there.
    """
    must(account.body["payouts_enabled"], f"Payouts are disabled for account {account.id}.")
    rows = [row for row in unpaid(world, account.id) if row.body["currency"] == CURRENCY]
    pence = sum(row.body["net"] for row in rows)
    must(pence > 0, f"There is nothing to pay out on account {account.id}.", code="balance_insufficient")
    payout = world.add(Kind.PAYOUT, account.id, _payout(world, pence))
    for row in rows:
        row.hidden["payout"] = payout.id
        world.shelf.save(row)
    entry = Entry("payout", "payout", payout, -pence, "STRIPE PAYOUT", at_once=True)
    world.change(payout, balance_transaction=enter(world, entry, payout=payout.id).id)
    world.tell("payout.created", payout)
    if fails:
        _fail(world, payout)
    else:
        world.change(payout, status="paid")
        world.tell("payout.paid", payout)
    return payout


def _fail(world: World, payout: Thing) -> None:
    """The money is on the balance again, and part of the next payout."""
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
