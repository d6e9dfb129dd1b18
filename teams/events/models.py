"""Tables of the room: Event and Race."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from tortoise import fields
from tortoise.models import Model

from fundraising.funds.models import Fund


class RaceKind(StrEnum):
    """How a race is run."""

    TIMED = "timed"
    TEAM = "team"
    FUN = "fun"


class Event(Model):
    """A challenge day. Its name, one line and money live in its fund."""

    id = fields.BigIntField(primary_key=True)
    fund: fields.OneToOneRelation[Fund] = fields.OneToOneField(
        "house.Fund", related_name="event_day", on_delete=fields.RESTRICT
    )
    strapline = fields.CharField(max_length=120)
    venue = fields.CharField(max_length=120)
    starts_at = fields.DatetimeField()
    about = fields.TextField(description="paragraphs, parted by an empty line")
    course = fields.TextField(description="paragraphs, parted by an empty line")
    organiser = fields.CharField(max_length=80)
    organiser_email = fields.CharField(max_length=254)
    community_url = fields.CharField(max_length=200, default="")

    races: fields.ReverseRelation[Race]
    fund_id: int

    class Meta:
        table = "event"


class Race(Model):
    """One start within an event."""

    id = fields.BigIntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "house.Event", related_name="races", on_delete=fields.RESTRICT
    )
    slug = fields.CharField(max_length=60)
    name = fields.CharField(max_length=80)
    kind = fields.CharEnumField(RaceKind, max_length=5)
    summary = fields.CharField(max_length=300)
    ranked_by = fields.CharField(max_length=120)
    distance_metres = fields.IntField()
    starts_at = fields.DatetimeField()
    position = fields.SmallIntField(default=0, description="in the order in which they are shown")

    class Meta:
        table = "race"
        unique_together: ClassVar = (("event_id", "slug"),)
