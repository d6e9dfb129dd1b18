"""Tables of the wing: Charity."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from fundraising.funds.models import Fund


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
