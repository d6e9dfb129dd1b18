"""Tables of the room: PledgePage."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from fundraising.funds.models import Fund
from fundraising.people.models import Person


class PledgePage(Model):
    """The public face of a runner's fund."""

    id = fields.BigIntField(primary_key=True)
    fund: fields.OneToOneRelation[Fund] = fields.OneToOneField(
        "house.Fund", related_name="pledge_page", on_delete=fields.RESTRICT
    )
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "house.Person", related_name="pledge_pages", null=True, on_delete=fields.RESTRICT
    )
    is_child = fields.BooleanField(default=False, description="not to be found by search engines, no public messages")
    story = fields.TextField(description="paragraphs, parted by an empty line")
    challenge = fields.CharField(max_length=80, default="", description="what the runner has entered, in a few words")

    fund_id: int
    person_id: int | None

    class Meta:
        table = "pledge_page"
