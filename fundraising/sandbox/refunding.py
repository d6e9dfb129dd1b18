"""Money going back to a supporter, and the bank that sends it back.

Source: https://docs.stripe.com/api/refunds, https://docs.stripe.com/refunds#failed-refunds.
"""

from fundraising.sandbox import disputing
from fundraising.sandbox.charges import method_of
from fundraising.sandbox.ids import new_id
from fundraising.sandbox.money import Entry, enter, shown
from fundraising.sandbox.shelf import Thing
from fundraising.sandbox.wire import Body, Invalid, Refused, unsupported
from fundraising.sandbox.world import NOBODY, Cause, Errands, Kind, World, must, newest

ACTS_ON = frozenset({"amount", "charge", "expand", "metadata", "payment_intent", "reason"})


def create(world: World, account: str, params: Body, cause: Cause = NOBODY) -> Thing:
    """`POST /v1/refunds`.

    Raises:
        Invalid: when it does not say what of.
        Refused: when nothing, or less than that, is left to refund.
    """
    if strange := sorted(params.keys() - ACTS_ON):
        raise unsupported(strange[0])
    if "charge" not in params and "payment_intent" not in params:
        raise Invalid("One of the following params should be provided for this request: payment_intent or charge.")
    if params.get("amount", 1) < 1:
        raise Invalid(
            "This value must be greater than or equal to 1.", code="parameter_invalid_integer", param="amount"
        )
    charge = _charge(world, account, params)
    return refund(
        world, charge, params.get("amount"), reason=params.get("reason"), metadata=params.get("metadata"), cause=cause
    )


def _charge(world: World, account: str, params: Body) -> Thing:
    if "charge" in params:
        return world.need(Kind.CHARGE, params["charge"], account)
    intent = world.need(Kind.INTENT, params["payment_intent"], account, "payment_intent")
    charge = world.shelf.find(intent.body["latest_charge"] or "", Kind.CHARGE)
    if charge is None or intent.body["status"] not in ("succeeded", "processing"):
        raise Refused(f"This PaymentIntent ({intent.id}) does not have a successful charge to refund.")
    return charge


def refund(
    world: World,
    charge: Thing,
    pence: int | None,
    *,
    reason: str | None = None,
    metadata: Body | None = None,
    fails_later: bool = False,
    cause: Cause = NOBODY,
) -> Thing:
    """Send money back.

    Args:
        pence: None for all that is left.
        fails_later: the supporter's bank will not take it.

    Raises:
        Refused: when that much is not there to be refunded.
    """
    left = _must_be_refundable(charge, pence)
    amount = left if pence is None else pence
    made = world.add(Kind.REFUND, charge.account, _refund(world, charge, amount, reason, metadata))
    type_ = "refund" if method_of(charge) == "card" else "payment_refund"
    entry = Entry(type_, "refund", made, -amount, f"REFUND FOR CHARGE ({charge.body['description']})", at_once=True)
    world.change(made, balance_transaction=enter(world, entry).id)
    _count(world, charge, amount)
    world.tell("refund.created", made, cause=cause)
    world.tell("charge.refunded", charge, cause=cause)
    if charge.body["refunded"]:
        _settle_inquiry(world, charge, cause)
    if fails_later:
        world.later(Errands.REFUND_FAILURE, made.id, world.clock() + world.pace.refund_failure_seconds)
    return made


def cancel(refund_: Thing) -> Thing:
    """`POST /v1/refunds/{id}/cancel`: only one that waits for the supporter can be called off, and ours never wait.

    Raises:
        Refused: always.
    """
    raise Refused("Canceling this refund is unsupported.")


def fail(world: World, refund_id: str) -> Thing:
    """The bank has sent a refund back: the money is ours again."""
    made = world.need(Kind.REFUND, refund_id)
    if made.body["status"] == "failed":
        return made
    charge = world.need(Kind.CHARGE, made.body["charge"])
    type_ = "refund_failure" if method_of(charge) == "card" else "payment_failure_refund"
    entry = Entry(type_, "refund_failure", made, made.body["amount"], "REFUND FAILURE", at_once=True)
    previous = world.change(
        made,
        status="failed",
        failure_reason="expired_or_canceled_card",
        failure_balance_transaction=enter(world, entry).id,
    )
    _count(world, charge, -made.body["amount"])
    world.tell("refund.updated", made, previous={"status": previous["status"]})
    world.tell("charge.refund.updated", made, previous={"status": previous["status"]})
    world.tell("refund.failed", made)
    return made


def _settle_inquiry(world: World, charge: Thing, cause: Cause) -> None:
    """Who has all the money back has nothing left to ask."""
    dispute = newest(world, Kind.DISPUTE, charge.account, charge=charge.id)
    if dispute and dispute.body["status"] in disputing.ASKING:
        disputing.close(world, dispute, won=True, cause=cause)


def _count(world: World, charge: Thing, pence: int) -> None:
    refunded = charge.body["amount_refunded"] + pence
    world.change(charge, amount_refunded=refunded, refunded=refunded >= charge.body["amount"])


def _must_be_refundable(charge: Thing, pence: int | None) -> int:
    """Pence that are left.

    Raises:
        Refused: when it may not be, or is less than asked for.
    """
    body = charge.body
    must(
        not charge.hidden.get("charged_back"),
        f"Charge {charge.id} has been charged back; cannot issue a refund.",
        code="charge_disputed",
    )
    must(body["status"] != "failed", f"Charge {charge.id} is not a successful charge, and cannot be refunded.")
    must(
        body["status"] != "pending",
        f"Charge {charge.id} is still pending: it can be refunded once it has succeeded.",
    )
    left: int = body["amount"] - body["amount_refunded"]
    must(left > 0, f"Charge {charge.id} has already been refunded.", code="charge_already_refunded")
    must(
        (pence or left) <= left,
        f"Refund amount ({shown(pence or 0, body['currency'])}) is greater than unrefunded amount on charge "
        f"({shown(left, body['currency'])})",
        param="amount",
    )
    return left


def _refund(world: World, charge: Thing, pence: int, reason: str | None, metadata: Body | None) -> Body:
    card = method_of(charge) == "card"
    reference = {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"}
    return {
        "id": new_id("re_3" if card else "pyr_1"),
        "object": "refund",
        "amount": pence,
        "balance_transaction": None,
        "charge": charge.id,
        "created": world.now(),
        "currency": charge.body["currency"],
        "customer": None,
        "customer_account": None,
        "destination_details": {"card": reference, "type": "card"}
        if card
        else {"gb_bank_transfer": {"reference": None, "reference_status": None}, "type": "gb_bank_transfer"},
        "metadata": metadata or {},
        "payment_intent": charge.body["payment_intent"],
        "payment_method": charge.body["payment_method"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }
