"""Tables of the room: Report."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from fundraising.donations.models import Donation
from fundraising.funds.models import Fund
from fundraising.people.models import Person


class Answer(StrEnum):
    """What came of a report."""

    KEPT = "kept"
    HIDDEN = "hidden"


class Report(Model):
    """Somebody finds that a message or a page should not be shown. Anybody may say so."""

    id = fields.BigIntField(primary_key=True)
    fund: fields.ForeignKeyRelation[Fund] = fields.ForeignKeyField(
        "house.Fund", related_name="reports", on_delete=fields.RESTRICT, description="the page on which it was seen"
    )
    donation: fields.ForeignKeyNullableRelation[Donation] = fields.ForeignKeyField(
        "house.Donation", related_name="reports", null=True, on_delete=fields.RESTRICT, description="null: the page"
    )
    news: fields.ForeignKeyNullableRelation[Model] = fields.ForeignKeyField(
        "house.PageUpdate", related_name="reports", null=True, on_delete=fields.CASCADE
    )
    reason = fields.CharField(max_length=300)
    email = fields.CharField(max_length=254, default="", description="to hear what came of it")
    is_answer = fields.BooleanField(
        default=False, db_default=False, description="of who looks after a page, to its being hidden"
    )
    made_at = fields.DatetimeField(auto_now_add=True)
    answer = fields.CharEnumField(Answer, max_length=6, null=True)
    answered_at = fields.DatetimeField(null=True)
    answered_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "house.Person", related_name="reports_answered", null=True, on_delete=fields.SET_NULL
    )

    fund_id: int
    donation_id: UUID | None
    news_id: int | None
    answered_by_id: int | None

    class Meta:
        table = "report"
