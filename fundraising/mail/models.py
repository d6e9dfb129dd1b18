"""Tables of the room: Letter and StoppedSeries."""

from __future__ import annotations

from typing import Any, ClassVar

from tortoise import fields
from tortoise.models import Model


class Letter(Model):
    """A letter to be sent once: its template and its facts; the words are made when it is sent."""

    id = fields.BigIntField(primary_key=True)
    recipient = fields.CharField(max_length=254)
    template = fields.CharField(max_length=60, description="templates/fundraising/mail/<template>.txt and .html")
    facts: fields.Field[dict[str, Any]] = fields.JSONField()
    series = fields.CharField(max_length=20, null=True, description="what one click ends; null: must be told")
    once = fields.CharField(max_length=100, unique=True, description="of two letters with the same key one is written")
    written_at = fields.DatetimeField(auto_now_add=True)
    due_at = fields.DatetimeField(auto_now_add=True)
    attempts = fields.IntField(default=0)
    trouble = fields.CharField(max_length=300, default="", description="what the last attempt met")
    sent_at = fields.DatetimeField(null=True)

    class Meta:
        table = "letter"


class StoppedSeries(Model):
    """Somebody wants no more letters of a series."""

    id = fields.BigIntField(primary_key=True)
    email = fields.CharField(max_length=254, description="lower case")
    series = fields.CharField(max_length=20)
    stopped_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "stopped_series"
        unique_together: ClassVar = (("email", "series"),)
