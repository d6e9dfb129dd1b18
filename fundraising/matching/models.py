"""Tables of the room: Pot and Match."""

from __future__ import annotations

from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from fundraising.funds.models import Fund
from fundraising.payments.models import Payment
from fundraising.people.models import Person


class Pot(Model):
    """What a sponsor or company adds to the gifts of others: so much per pound, from a day on, until it is empty."""

    id = fields.BigIntField(primary_key=True)
    fund: fields.ForeignKeyRelation[Fund] = fields.ForeignKeyField(
        "house.Fund", related_name="pots", on_delete=fields.RESTRICT, description="gifts to it and towards it"
    )
    sponsor = fields.CharField(max_length=80)
    ratio_percent = fields.IntField(description="100 adds a pound to a pound")
    most_each_pence = fields.BigIntField(null=True, description="at most for one gift")
    cap_pence = fields.BigIntField(description="all there is")
    matched_pence = fields.BigIntField(default=0, description="added and standing; what is left is cap less this")
    read_to = fields.BigIntField(default=0, db_default=0, description="id of the last transfer that it has looked at")
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True, description="by hand; what was matched stands")
    made_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "house.Person", related_name="pots", null=True, on_delete=fields.SET_NULL
    )
    made_at = fields.DatetimeField(auto_now_add=True)

    fund_id: int
    made_by_id: int | None

    class Meta:
        table = "pot"


class Match(Model):
    """What a pot added to one gift, as a payment of its own; when that gift stands again, once more."""

    id = fields.UUIDField(primary_key=True)
    pot: fields.ForeignKeyRelation[Pot] = fields.ForeignKeyField(
        "house.Pot", related_name="matches", on_delete=fields.RESTRICT
    )
    gift: fields.ForeignKeyRelation[Payment] = fields.ForeignKeyField(
        "house.Payment", related_name="matches", on_delete=fields.RESTRICT
    )
    payment: fields.OneToOneRelation[Payment] = fields.OneToOneField(
        "house.Payment", related_name="match", on_delete=fields.RESTRICT
    )
    made_at = fields.DatetimeField(auto_now_add=True)

    pot_id: int
    gift_id: UUID
    payment_id: UUID

    class Meta:
        table = "match"
