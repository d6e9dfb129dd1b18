"""Tables of the room: BankPayout."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from charities.models import Charity
from fundraising.people.models import Person


class BankPayout(Model):
    """What the organiser owed a charity without an account of its own, sent to its bank. In the ledger it is a payout
    whose source is `bank:<id>`, and the payments that it holds bear the same, as with Stripe's own."""

    id = fields.BigIntField(primary_key=True)
    charity: fields.ForeignKeyRelation[Charity] = fields.ForeignKeyField(
        "house.Charity", related_name="bank_payouts", on_delete=fields.RESTRICT
    )
    pence = fields.BigIntField()
    currency = fields.CharField(max_length=3, default="gbp")
    reference = fields.CharField(max_length=60, description="as the bank shows it")
    paid_on = fields.DateField()
    made_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "house.Person", related_name="bank_payouts", null=True, on_delete=fields.SET_NULL
    )
    made_at = fields.DatetimeField(auto_now_add=True)
    undone_at = fields.DatetimeField(null=True, description="the bank sent it back")
    was_mistake = fields.BooleanField(
        default=False, db_default=False, description="undone since it was never paid so, not by the bank"
    )

    charity_id: int
    made_by_id: int | None

    class Meta:
        table = "bank_payout"
