"""Tables of the room: Payment, StripeEvent, Transfer, LedgerHead, ConnectedAccount, FormerAccount."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from fundraising.funds.models import Fund


class Purpose(StrEnum):
    """What a payment is for; the roof says whom to call when one is settled."""

    DONATION = "donation"
    ENTRY = "entry"
    SEATS = "seats"  # places in a team that somebody pays for before it is known who runs
    TOGETHER = "together"  # one trip through Checkout for several gifts; the money is booked on these, its parts
    CASH = "cash"  # a gift in cash, once somebody other than the runner has confirmed that it was banked
    MATCH = "match"  # what a sponsor's pot adds to a gift


class PaymentState(StrEnum):
    """How far a payment has come; it only ever moves down this list."""

    MADE = "made"  # our row exists; Stripe may not know of it yet
    OPEN = "open"  # Stripe has a Checkout Session for it
    PROCESSING = "processing"  # a bank debit is on its way
    EXPIRED = "expired"  # walked away
    FAILED = "failed"  # the bank debit was refused
    PAID = "paid"  # the money moved


class Kind(StrEnum):
    """Kinds of Transfer, and between which accounts each moves money."""

    DONATION = "donation"  # supporters → fund
    REFUND = "refund"  # fund → supporters
    REFUND_FAILED = "refund_failed"  # supporters → fund: a refund that the bank sent back
    DISPUTE = "dispute"  # fund → supporters: taken back by the supporter's bank
    DISPUTE_WON = "dispute_won"  # supporters → fund: given back after we won
    FEE = "fee"  # fund → stripe_fees
    PAYOUT = "payout"  # fund of the charity → its bank
    PAYOUT_FAILED = "payout_failed"  # its bank → fund of the charity
    CASH_CONFIRMED = "cash_confirmed"  # cash → fund
    CASH_RETURNED = "cash_returned"  # fund → cash: it was confirmed by mistake
    MATCH = "match"  # matched → fund
    MATCH_RETURNED = "match_returned"  # fund → matched: what was matched has gone back
    ENTRY_FEE = "entry_fee"  # supporters → organiser; never in any raised total
    ENTRY_REFUND = "entry_refund"  # organiser → supporters


class EventState(StrEnum):
    """What became of an event that Stripe sent."""

    TAKEN = "taken"  # understood; its effect, if it has any, is booked
    IGNORED = "ignored"  # kept, of no effect: an unknown type, or not about a payment of ours
    WAITING = "waiting"  # about a payment that we do not know yet; looked at again when we do
    SET_ASIDE = "set_aside"  # does not fit our own row; moves nothing until a human has looked


class Payment(Model):
    """One trip through Stripe Checkout. Amount, currency and beneficiary are ours; Stripe's are compared with them.

    A gift that does not come through Stripe (cash, a match) has one too, paid from its first moment: so everything
    that lists, totals and proves gifts knows one kind of row.
    """

    id = fields.UUIDField(primary_key=True)
    purpose = fields.CharEnumField(Purpose, max_length=8)
    fund: fields.ForeignKeyNullableRelation[Fund] = fields.ForeignKeyField(
        "house.Fund", related_name="payments", null=True, on_delete=fields.RESTRICT
    )
    charity: fields.ForeignKeyNullableRelation[Fund] = fields.ForeignKeyField(
        "house.Fund", related_name="received", null=True, on_delete=fields.RESTRICT
    )
    event: fields.ForeignKeyNullableRelation[Fund] = fields.ForeignKeyField(
        "house.Fund", related_name="payments_within", null=True, on_delete=fields.RESTRICT
    )
    amount_pence = fields.BigIntField()
    currency = fields.CharField(max_length=3, default="gbp")
    gift_aid = fields.BooleanField(default=False)
    account = fields.CharField(
        max_length=60, null=True, description="acct_… that is charged; null: the organiser's own"
    )
    livemode = fields.BooleanField()
    state = fields.CharEnumField(PaymentState, max_length=10, default=PaymentState.MADE)
    attempt = fields.UUIDField(description="of one opened form: sent twice, it is one payment")
    fingerprint = fields.CharField(max_length=64, description="keyed hash of all that was typed")
    idempotency_key = fields.CharField(max_length=80, description="stored before the call to Stripe")
    session_id = fields.CharField(max_length=100, null=True)
    session_url = fields.TextField(null=True)
    session_expires_at = fields.DatetimeField(null=True)
    intent_id = fields.CharField(max_length=60, null=True, unique=True)
    charge_id = fields.CharField(max_length=60, null=True)
    refunded_pence = fields.BigIntField(default=0)
    disputed_pence = fields.BigIntField(default=0, description="taken back and not won")
    dispute_state = fields.CharField(max_length=30, null=True, description="as Stripe reports it")
    fee_pence = fields.BigIntField(null=True, description="known once Stripe has settled the charge")
    net_pence = fields.BigIntField(null=True)
    statement_name = fields.CharField(max_length=22, null=True, description="what the supporter's bank shows")
    created_at = fields.DatetimeField(auto_now_add=True)
    paid_at = fields.DatetimeField(null=True)
    available_at = fields.DatetimeField(null=True, description="when Stripe can pay it out")
    payout_id = fields.CharField(max_length=60, null=True, description="po_… that took it to the charity's bank")
    paid_out_at = fields.DatetimeField(null=True)
    together: fields.ForeignKeyNullableRelation[Payment] = fields.ForeignKeyField(
        "house.Payment", related_name="parts", null=True, on_delete=fields.RESTRICT
    )

    together_id: UUID | None
    fund_id: int | None
    charity_id: int | None
    event_id: int | None

    class Meta:
        table = "payment"
        indexes: ClassVar = (Index(fields=("attempt",), name="payment_attempt"),)

    @property
    def standing_pence(self) -> int:
        """What of it still counts."""
        return standing(self.state, self.amount_pence, self.refunded_pence, self.disputed_pence)


def standing(state: str, amount_pence: int, refunded_pence: int, disputed_pence: int) -> int:
    """Pence of a payment that still count: paid, less refunded, less taken back."""
    return amount_pence - refunded_pence - disputed_pence if state == PaymentState.PAID else 0


class StripeEvent(Model):  # of who paid, nothing is kept: see `events.PERSONAL`
    """The inbox: every signed event, kept as it came. Its id is Stripe's, so that a second delivery is known."""

    id = fields.CharField(max_length=255, primary_key=True)
    type = fields.CharField(max_length=80)
    account = fields.CharField(max_length=60, null=True)
    livemode = fields.BooleanField()
    created_at = fields.DatetimeField(description="when Stripe made it")
    received_at = fields.DatetimeField()
    payload = fields.TextField()
    state = fields.CharEnumField(EventState, max_length=10)
    reason = fields.CharField(max_length=300, default="")
    waits_for = fields.CharField(max_length=60, null=True, description="the payment intent it is about")

    class Meta:
        table = "stripe_event"


class Transfer(Model):
    """The ledger: one movement of money between two accounts. Never changed, only followed by another."""

    id = fields.BigIntField(primary_key=True, generated=False)
    debit_account = fields.CharField(max_length=40)
    credit_account = fields.CharField(max_length=40)
    pence = fields.BigIntField()
    currency = fields.CharField(max_length=3)
    kind = fields.CharEnumField(Kind, max_length=16)
    source = fields.CharField(max_length=100, description="Stripe's id of the fact; unique within its kind")
    payment: fields.ForeignKeyNullableRelation[Payment] = fields.ForeignKeyField(
        "house.Payment", related_name="transfers", null=True, on_delete=fields.RESTRICT
    )
    happened_at = fields.DatetimeField(description="says Stripe")
    written_at = fields.DatetimeField()
    previous_hash = fields.CharField(max_length=64)
    hash = fields.CharField(max_length=64)

    payment_id: UUID | None

    class Meta:
        table = "transfer"
        unique_together: ClassVar = (("kind", "source"),)
        indexes: ClassVar = (Index(fields=("payment_id",), name="transfer_of_payment"),)


class PayoutLine(Model):
    """One balance transaction that Stripe lists in a payout. It moves nothing; statements are held against it."""

    id = fields.CharField(max_length=60, primary_key=True, description="txn_…")
    payout_id = fields.CharField(max_length=60)
    account = fields.CharField(max_length=60)
    kind = fields.CharField(max_length=40, description="as Stripe calls it: charge, refund, adjustment, …")
    source = fields.CharField(max_length=60, default="", description="what moved the money: ch_…, re_…, dp_…")
    gross_pence = fields.BigIntField(description="less than nothing when money left")
    fee_pence = fields.BigIntField()
    net_pence = fields.BigIntField()
    made_at = fields.DatetimeField(description="says Stripe")

    class Meta:
        table = "payout_line"
        indexes: ClassVar = (Index(fields=("payout_id",), name="payout_line_of"),)


class LedgerHead(Model):
    """The newest row of the ledger, one row for all: who holds its lock may append."""

    id = fields.SmallIntField(primary_key=True, generated=False)
    last_id = fields.BigIntField()
    hash = fields.CharField(max_length=64)
    waiting = fields.IntField(default=0, description="events that wait for a payment; counted under the lock")

    class Meta:
        table = "ledger_head"


class ConnectedAccount(Model):
    """A charity's own Stripe account, as Stripe reports it. Gifts go there straight; we never hold them.

    While Stripe has not opened a first account yet, gifts are still taken on the organiser's own.
    """

    id = fields.BigIntField(primary_key=True)
    charity: fields.OneToOneRelation[Fund] = fields.OneToOneField(
        "house.Fund", related_name="connected_account", on_delete=fields.RESTRICT
    )
    stripe_id = fields.CharField(max_length=60, unique=True)
    charges_enabled = fields.BooleanField(default=False)
    payouts_enabled = fields.BooleanField(default=False)
    details_submitted = fields.BooleanField(default=False)
    disabled_reason = fields.CharField(max_length=100, null=True)
    statement_name = fields.CharField(max_length=22, null=True)
    reported_at = fields.DatetimeField(null=True, description="of the newest report that we took")
    requirements: fields.Field[dict[str, Any] | None] = fields.JSONField(
        null=True, description="what Stripe still asks, by its own keys; see `reports.asked`"
    )
    connected_at = fields.DatetimeField(null=True, description="when it was last connected here")
    used_since = fields.DatetimeField(
        null=True, description="from when on gifts go to its own account; null: Stripe has not opened one yet"
    )
    disconnected_at = fields.DatetimeField(null=True)

    charity_id: int

    class Meta:
        table = "connected_account"

    @property
    def is_used(self) -> bool:
        """Whether gifts go there, or nowhere; until Stripe has opened it they go to the organiser's account."""
        return self.charges_enabled or self.used_since is not None

    def closed_because(self) -> str | None:
        """A sentence when gifts cannot be taken for this charity now, or None."""
        if self.disconnected_at is not None:
            return "The charity has disconnected its payment account, so gifts cannot reach it at the moment."
        if not self.charges_enabled:
            return "The charity's payment account cannot take gifts at the moment. It has been told."
        return None


class FormerAccount(Model):
    """A Stripe account that a charity had connected before the one it has now: what was given there stays there."""

    id = fields.BigIntField(primary_key=True)
    charity: fields.ForeignKeyRelation[Fund] = fields.ForeignKeyField(
        "house.Fund", related_name="former_accounts", on_delete=fields.RESTRICT
    )
    stripe_id = fields.CharField(max_length=60, unique=True)
    disconnected_at = fields.DatetimeField()

    charity_id: int

    class Meta:
        table = "former_account"
        indexes: ClassVar = (Index(fields=("charity_id",), name="former_account_of"),)
