"""A supporter's bank takes money back, or asks first; we answer; it decides.

Source: https://docs.stripe.com/disputes/how-disputes-work, https://docs.stripe.com/api/disputes.
"""

from typing import Any

from fundraising.sandbox.ids import new_id
from fundraising.sandbox.money import DISPUTE_FEE_PENCE, Entry, enter
from fundraising.sandbox.shelf import Thing
from fundraising.sandbox.wire import Body, unsupported
from fundraising.sandbox.world import NOBODY, Cause, Errands, Kind, World, must

CLOSED = ("won", "lost", "warning_closed")
ASKING = ("warning_needs_response", "warning_under_review")  # an inquiry: no money has moved
ANSWER_WITHIN_SECONDS = 8 * 86_400
WINS, LOSES = "winning_evidence", "losing_evidence"  # https://docs.stripe.com/testing#evidence
EVIDENCE = (
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
)


def open_dispute(world: World, charge: Thing, pence: int | None = None, *, inquiry: bool = False) -> Thing:
    """The bank disputes a charge and takes the money, or, by an inquiry, only asks about it.

    Args:
        pence: None for all that was not refunded.

    Raises:
        Refused: when there is nothing to dispute.
    """
    body = charge.body
    must(body["status"] == "succeeded", f"Charge {charge.id} has not succeeded, so nobody can dispute it.")
    must(not body["disputed"], f"Charge {charge.id} has been disputed already.")
    left: int = body["amount"] - body["amount_refunded"]
    amount = left if pence is None else pence
    must(0 < amount <= body["amount"], f"{amount} of charge {charge.id} cannot be disputed: it is {body['amount']}.")
    dispute = world.add(Kind.DISPUTE, charge.account, _dispute(world, charge, amount, inquiry))
    world.change(charge, disputed=True)
    if not inquiry:
        _withdraw(world, charge, dispute)
    world.tell("charge.dispute.created", dispute)
    if not inquiry:
        world.tell("charge.dispute.funds_withdrawn", dispute)
    return dispute


def answer(world: World, dispute: Thing, params: Body, cause: Cause = NOBODY) -> Thing:
    """`POST /v1/disputes/{id}`: evidence. Stripe's two magic words win and lose a while later.

    Raises:
        Refused: when the bank has decided.
    """
    _must_be_open(dispute)
    evidence = params.get("evidence", {})
    if strange := sorted(evidence.keys() - set(EVIDENCE)):
        raise unsupported(f"evidence[{strange[0]}]")
    changes: dict[str, Any] = {}
    if "metadata" in params:
        changes["metadata"] = params["metadata"] or {}
    if evidence:
        changes["evidence"] = dispute.body["evidence"] | evidence
        changes["evidence_details"] = dispute.body["evidence_details"] | {"has_evidence": True}
    if evidence and params.get("submit", True):
        asking = dispute.body["status"] in ASKING
        changes["status"] = "warning_under_review" if asking else "under_review"
        number = dispute.body["evidence_details"]["submission_count"] + 1
        changes["evidence_details"] |= {"submission_count": number, "submission_method": "manual"}
        if evidence.get("uncategorized_text") in (WINS, LOSES):
            world.later(Errands.VERDICT, dispute.id, world.clock() + world.pace.verdict_seconds)
    previous = world.change(dispute, **changes)
    world.tell("charge.dispute.updated", dispute, cause=cause, previous=previous)
    return dispute


def decide(world: World, dispute_id: str) -> None:
    """The bank has read the evidence."""
    dispute = world.need(Kind.DISPUTE, dispute_id)
    if dispute.body["status"] not in CLOSED:
        close(world, dispute, won=dispute.body["evidence"]["uncategorized_text"] == WINS)


def close(world: World, dispute: Thing, *, won: bool, cause: Cause = NOBODY) -> Thing:
    """The bank decides. A won inquiry is closed; a lost one becomes a dispute first, and takes the money.

    Raises:
        Refused: when it has decided before.
    """
    _must_be_open(dispute)
    charge = world.need(Kind.CHARGE, dispute.body["charge"])
    if dispute.body["status"] in ASKING:
        if won:
            world.change(dispute, status="warning_closed", is_charge_refundable=True)
            world.tell("charge.dispute.closed", dispute, cause=cause)
            return dispute
        _escalate(world, charge, dispute)
    if won:
        _reinstate(world, charge, dispute)
    world.change(dispute, status="won" if won else "lost", is_charge_refundable=won)
    if won:
        world.tell("charge.dispute.funds_reinstated", dispute, cause=cause)
    world.tell("charge.dispute.closed", dispute, cause=cause)
    return dispute


def _must_be_open(dispute: Thing) -> None:
    must(dispute.body["status"] not in CLOSED, "This dispute is already closed")


def _escalate(world: World, charge: Thing, dispute: Thing) -> None:
    details = {"card": dispute.body["payment_method_details"]["card"] | {"case_type": "chargeback"}, "type": "card"}
    previous = {"status": dispute.body["status"], "is_charge_refundable": True}
    _withdraw(world, charge, dispute)
    world.change(dispute, status="needs_response", is_charge_refundable=False, payment_method_details=details)
    world.tell("charge.dispute.updated", dispute, previous=previous)
    world.tell("charge.dispute.funds_withdrawn", dispute)


def _withdraw(world: World, charge: Thing, dispute: Thing) -> None:
    entry = Entry(
        type="adjustment",
        category="dispute",
        source=dispute,
        pence=-dispute.body["amount"],
        description=f"Chargeback withdrawal for {charge.id}",
        fee_pence=DISPUTE_FEE_PENCE,
        fee_for="Dispute fee",
        at_once=True,
    )
    _book(world, dispute, entry)
    charge.hidden["charged_back"] = True
    world.shelf.save(charge)


def _reinstate(world: World, charge: Thing, dispute: Thing) -> None:
    entry = Entry(
        type="adjustment",
        category="dispute_reversal",
        source=dispute,
        pence=dispute.body["amount"],
        description=f"Chargeback reversal for {charge.id}",
        at_once=True,
    )
    _book(world, dispute, entry)
    charge.hidden["charged_back"] = False
    world.shelf.save(charge)


def _book(world: World, dispute: Thing, entry: Entry) -> None:
    rows = [*dispute.body["balance_transactions"], enter(world, entry).body]
    world.change(dispute, balance_transactions=rows)


def _dispute(world: World, charge: Thing, pence: int, inquiry: bool) -> Body:
    now = world.now()
    due = (now + ANSWER_WITHIN_SECONDS) // 86_400 * 86_400 + 86_399  # the end of that day
    card = {
        "brand": "visa",
        "case_type": "inquiry" if inquiry else "chargeback",
        "network": "visa",
        "network_reason_code": "10" if inquiry else "10.4",
    }
    return {
        "id": new_id("du_1"),
        "object": "dispute",
        "amount": pence,
        "balance_transactions": [],
        "charge": charge.id,
        "created": now,
        "currency": charge.body["currency"],
        "enhanced_eligibility_types": [],
        "evidence": dict.fromkeys(EVIDENCE) | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": due,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge.body["payment_intent"],
        "payment_method_details": {"card": card, "type": "card"},
        "reason": "fraudulent",
        "status": "warning_needs_response" if inquiry else "needs_response",
    }
