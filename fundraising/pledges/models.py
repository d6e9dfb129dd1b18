"""Tables of the room: Banking, CashGift and ResultPledge."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from fundraising.funds.models import Fund
from fundraising.payments.models import Payment
from fundraising.people.models import Person


class CashState(StrEnum):
    """How far cash has come. Only what is confirmed counts; the rest is shown in grey."""

    PROMISED = "promised"
    COLLECTED = "collected"
    BANKED = "banked"  # with a reference; waits for somebody other than the runner
    CONFIRMED = "confirmed"
    DROPPED = "dropped"  # it will not come, or was typed by mistake


class Banking(Model):
    """Cash of one fund paid in at a bank in one go, under one reference."""

    id = fields.BigIntField(primary_key=True)
    fund: fields.ForeignKeyRelation[Fund] = fields.ForeignKeyField(
        "house.Fund", related_name="bankings", on_delete=fields.RESTRICT
    )
    amount_pence = fields.BigIntField(description="what its lines came to when it was paid in")
    reference = fields.CharField(max_length=60)
    banked_on = fields.DateField()
    made_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "house.Person", related_name="bankings", null=True, on_delete=fields.SET_NULL
    )
    made_at = fields.DatetimeField(auto_now_add=True)
    confirmed_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "house.Person", related_name="bankings_confirmed", null=True, on_delete=fields.SET_NULL
    )
    confirmed_at = fields.DatetimeField(null=True)
    refused_at = fields.DatetimeField(null=True)
    returned_at = fields.DatetimeField(null=True, description="it was confirmed by mistake, and counts no more")
    refused_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "house.Person", related_name="bankings_refused", null=True, on_delete=fields.SET_NULL
    )
    refused_because = fields.CharField(max_length=300, default="", description="or returned")

    fund_id: int
    made_by_id: int | None
    confirmed_by_id: int | None
    refused_by_id: int | None

    class Meta:
        table = "banking"


class CashGift(Model):
    """A line of a paper sponsor form: cash that is promised, collected, banked, confirmed."""

    id = fields.BigIntField(primary_key=True)
    fund: fields.ForeignKeyRelation[Fund] = fields.ForeignKeyField(
        "house.Fund", related_name="cash_gifts", on_delete=fields.RESTRICT
    )
    state = fields.CharEnumField(CashState, max_length=9, default=CashState.PROMISED)
    name = fields.CharField(max_length=80)
    hide_name = fields.BooleanField(default=False)
    amount_pence = fields.BigIntField()
    given_on = fields.DateField(null=True, description="when it was collected")
    gift_aid = fields.BooleanField(default=False, description="ticked on the paper form; a line of the schedule")
    title = fields.CharField(max_length=20, default="")
    first_name = fields.CharField(max_length=60, default="")
    last_name = fields.CharField(max_length=60, default="")
    house = fields.CharField(max_length=100, default="")
    postcode = fields.CharField(max_length=12, default="")
    entered_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "house.Person", related_name="cash_gifts", null=True, on_delete=fields.SET_NULL
    )
    once = fields.CharField(max_length=32, null=True, unique=True, description="of a form sent twice, one line is kept")
    made_at = fields.DatetimeField(auto_now_add=True)
    banking: fields.ForeignKeyNullableRelation[Banking] = fields.ForeignKeyField(
        "house.Banking", related_name="gifts", null=True, on_delete=fields.RESTRICT
    )
    payment: fields.OneToOneNullableRelation[Payment] = fields.OneToOneField(
        "house.Payment", related_name="cash_gift", null=True, on_delete=fields.RESTRICT
    )

    fund_id: int
    banking_id: int | None
    payment_id: UUID | None
    entered_by_id: int | None

    class Meta:
        table = "cash_gift"


class Rule(StrEnum):
    """What a sponsor's promise depends on."""

    MINUTES_UNDER = "minutes_under"  # so much for every whole minute under a time
    FINISH = "finish"  # so much when the runner finishes
    LAPS = "laps"  # so much for every lap


class ResultPledge(Model):
    """A promise that depends on a result. Never in a total: paid, it becomes a gift like any other."""

    id = fields.UUIDField(primary_key=True)
    fund: fields.ForeignKeyRelation[Fund] = fields.ForeignKeyField(
        "house.Fund", related_name="result_pledges", on_delete=fields.RESTRICT
    )
    token = fields.CharField(max_length=43, unique=True, description="opens its page; not guessable")
    name = fields.CharField(max_length=80)
    email = fields.CharField(max_length=254)
    hide_name = fields.BooleanField(default=False)
    rule = fields.CharEnumField(Rule, max_length=13)
    rate_pence = fields.BigIntField(description="for each minute or lap, or for finishing")
    minutes = fields.IntField(null=True, description="the time that minutes are counted under")
    cap_pence = fields.BigIntField(description="at most; what a mistake can cost")
    made_at = fields.DatetimeField(auto_now_add=True)
    confirmed_at = fields.DatetimeField(null=True, description="its address was proved; before that it is nothing")
    withdrawn_at = fields.DatetimeField(null=True)
    is_moot = fields.BooleanField(
        default=False, db_default=False, description="not by its sponsor: its runner does not run after all"
    )
    finished = fields.BooleanField(null=True, description="the official result that it was reckoned from")
    milliseconds = fields.BigIntField(null=True)
    laps = fields.IntField(null=True)
    due_pence = fields.BigIntField(null=True)
    settled_at = fields.DatetimeField(null=True)
    reminders = fields.SmallIntField(default=0)
    reminded_at = fields.DatetimeField(null=True)
    payment: fields.ForeignKeyNullableRelation[Payment] = fields.ForeignKeyField(
        "house.Payment", related_name="result_pledges", null=True, on_delete=fields.RESTRICT
    )
    paid_at = fields.DatetimeField(null=True)

    fund_id: int
    payment_id: UUID | None

    class Meta:
        table = "result_pledge"
