"""Tables of the wing: Charity and Partner."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from tortoise import fields
from tortoise.models import Model

from fundraising.funds.models import Fund
from fundraising.people.models import Person


class Role(StrEnum):
    """What a partner may do at the charity's desk."""

    VIEW = "view"
    FINANCE = "finance"


class Charity(Model):
    """Who receives. Its name, one line and money live in its fund, its Stripe account in `payments`."""

    id = fields.BigIntField(primary_key=True)
    fund: fields.OneToOneRelation[Fund] = fields.OneToOneField(
        "house.Fund", related_name="charity_received", on_delete=fields.RESTRICT
    )
    number = fields.CharField(max_length=20, description="as its register writes it")
    register = fields.CharField(max_length=40, description="which register")
    website = fields.CharField(max_length=200, default="")
    about = fields.TextField(description="paragraphs, parted by an empty line")
    what_ten_does = fields.CharField(max_length=200, default="", description="what £10 does, in one sentence")

    fund_id: int

    class Meta:
        table = "charity"


class Partner(Model):
    """A person who may see a charity's desk."""

    id = fields.BigIntField(primary_key=True)
    charity: fields.ForeignKeyRelation[Charity] = fields.ForeignKeyField(
        "house.Charity", related_name="partners", on_delete=fields.CASCADE
    )
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "house.Person", related_name="partner_of", on_delete=fields.CASCADE
    )
    role = fields.CharEnumField(Role, max_length=7, default=Role.VIEW)
    made_at = fields.DatetimeField(auto_now_add=True)

    charity_id: int
    person_id: int

    class Meta:
        table = "partner"
        unique_together: ClassVar = (("charity_id", "person_id"),)
