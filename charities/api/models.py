"""Tables of the room: ApiKey, Endpoint and Delivery."""

from __future__ import annotations

from typing import ClassVar

from tortoise import fields
from tortoise.models import Model

from charities.models import Charity
from fundraising.people.models import Person


class ApiKey(Model):
    """A key with which a charity's own program reads. Only its hash is kept."""

    id = fields.BigIntField(primary_key=True)
    charity: fields.ForeignKeyRelation[Charity] = fields.ForeignKeyField(
        "house.Charity", related_name="api_keys", on_delete=fields.CASCADE
    )
    name = fields.CharField(max_length=60, description="what it is for, in the charity's words")
    start = fields.CharField(max_length=12, description="its first letters, to tell keys apart")
    key_hash = fields.CharField(max_length=64, unique=True)
    sees_donations = fields.BooleanField(default=False, description="not only totals and pages")
    made_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "house.Person", related_name="api_keys", null=True, on_delete=fields.SET_NULL
    )
    made_at = fields.DatetimeField(auto_now_add=True)
    used_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)

    charity_id: int
    made_by_id: int | None

    class Meta:
        table = "api_key"


class Endpoint(Model):
    """An address of a charity's that is told what happens."""

    id = fields.BigIntField(primary_key=True)
    charity: fields.ForeignKeyRelation[Charity] = fields.ForeignKeyField(
        "house.Charity", related_name="endpoints", on_delete=fields.CASCADE
    )
    url = fields.CharField(max_length=300)
    secret = fields.BinaryField(description="signs what is sent; encrypted with SECRET_KEY")
    made_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "house.Person", related_name="endpoints", null=True, on_delete=fields.SET_NULL
    )
    made_at = fields.DatetimeField(auto_now_add=True)
    ended_at = fields.DatetimeField(null=True, description="by hand, or after it did not answer for days")
    ended_because = fields.CharField(max_length=200, default="")
    read_to = fields.BigIntField(
        default=0, db_default=0, description="id of the last transfer that was looked at for it"
    )

    charity_id: int
    made_by_id: int | None

    class Meta:
        table = "endpoint"


class Delivery(Model):
    """One thing that one endpoint is told; tried again until it answers or three days are over."""

    id = fields.UUIDField(primary_key=True)
    endpoint: fields.ForeignKeyRelation[Endpoint] = fields.ForeignKeyField(
        "house.Endpoint", related_name="deliveries", on_delete=fields.CASCADE
    )
    kind = fields.CharField(max_length=40)
    once = fields.CharField(max_length=100, description="what it is about: each thing is told to each endpoint once")
    body = fields.TextField()
    made_at = fields.DatetimeField(auto_now_add=True)
    tries = fields.SmallIntField(default=0)
    next_at = fields.DatetimeField(null=True, description="null: it is over")
    answered = fields.SmallIntField(null=True, description="the last status; null: no answer")
    trouble = fields.CharField(max_length=200, default="", description="why the last try failed")
    done_at = fields.DatetimeField(null=True)

    endpoint_id: int

    class Meta:
        table = "delivery"
        unique_together: ClassVar = (("endpoint_id", "once"),)
