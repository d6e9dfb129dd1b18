"""Tables of the room: TrainingWeek, TechniquePoint, Reason, Interest, Enquiry."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from tortoise import fields
from tortoise.models import Model

from teams.events.models import Event


class EnquiryKind(StrEnum):
    """What somebody writes to the organiser about."""

    SPONSOR = "sponsor"
    CHARITY = "charity"


class TrainingWeek(Model):
    """A week of the plan, and the letter of that week."""

    id = fields.BigIntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "house.Event", related_name="training_weeks", on_delete=fields.CASCADE
    )
    weeks_before = fields.SmallIntField(description="8 is the first letter, 1 the last")
    title = fields.CharField(max_length=80)
    plan = fields.CharField(max_length=200, description="the two sessions of the week, in one line")
    body = fields.TextField(description="paragraphs, parted by an empty line")

    event_id: int

    class Meta:
        table = "training_week"
        unique_together: ClassVar = (("event_id", "weeks_before"),)


class TechniquePoint(Model):
    """One of the points of technique, with its drawing."""

    id = fields.BigIntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "house.Event", related_name="technique", on_delete=fields.CASCADE
    )
    position = fields.SmallIntField()
    title = fields.CharField(max_length=80)
    body = fields.CharField(max_length=400)
    drawing = fields.CharField(max_length=20, description="name of a drawing in the templates")

    event_id: int

    class Meta:
        table = "technique_point"
        unique_together: ClassVar = (("event_id", "position"),)


class Reason(Model):
    """One of the reasons to run backwards."""

    id = fields.BigIntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "house.Event", related_name="reasons", on_delete=fields.CASCADE
    )
    number = fields.SmallIntField()
    title = fields.CharField(max_length=120)
    body = fields.CharField(max_length=500)

    event_id: int

    class Meta:
        table = "reason"
        unique_together: ClassVar = (("event_id", "number"),)


class Interest(Model):
    """Somebody wants to hear when an event opens for entries."""

    id = fields.BigIntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "house.Event", related_name="interests", on_delete=fields.CASCADE
    )
    email = fields.CharField(max_length=254)
    name = fields.CharField(max_length=80, default="")
    made_at = fields.DatetimeField(auto_now_add=True)
    told_at = fields.DatetimeField(null=True)

    event_id: int

    class Meta:
        table = "interest"
        unique_together: ClassVar = (("event_id", "email"),)


class Enquiry(Model):
    """What a sponsor or a charity has written to the organiser."""

    id = fields.UUIDField(primary_key=True, description="of the opened form: sent twice, it is one")
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "house.Event", related_name="enquiries", on_delete=fields.CASCADE
    )
    kind = fields.CharEnumField(EnquiryKind, max_length=7)
    name = fields.CharField(max_length=80)
    email = fields.CharField(max_length=254)
    organisation = fields.CharField(max_length=120)
    message = fields.TextField()
    made_at = fields.DatetimeField(auto_now_add=True)
    answered_at = fields.DatetimeField(null=True)

    event_id: int

    class Meta:
        table = "enquiry"
