"""Tables of the room: Donation and Declaration."""

from __future__ import annotations

from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from fundraising.payments.models import Payment


class Donation(Model):
    """One supporter's intention to give: what is said with a gift. To whom, how much and what stands: see payment."""

    id = fields.UUIDField(primary_key=True)
    payment: fields.OneToOneRelation[Payment] = fields.OneToOneField(
        "house.Payment", related_name="donation", on_delete=fields.RESTRICT
    )
    token = fields.CharField(max_length=43, unique=True, description="opens the living receipt; not guessable")
    name = fields.CharField(max_length=80)
    email = fields.CharField(max_length=254)
    message = fields.CharField(max_length=500, default="")
    hide_name = fields.BooleanField(default=False)
    hide_amount = fields.BooleanField(default=False)
    gift_pence = fields.BigIntField(description="what the supporter chose to give")
    cover_pence = fields.BigIntField(default=0, description="the card fee, when the supporter adds it")
    gift_aid = fields.BooleanField(default=False)
    contact_ok = fields.BooleanField(default=False, description="may the charity write to the supporter")
    contact_wording = fields.CharField(max_length=20, description="version of the sentence that was shown")
    created_at = fields.DatetimeField(auto_now_add=True)

    payment_id: UUID

    class Meta:
        table = "donation"


class Declaration(Model):
    """A Gift Aid declaration for one donation, as it was made; never edited, only cancelled with a date.

    Source: https://www.gov.uk/guidance/gift-aid-declarations-claiming-tax-back-on-donations
    """

    id = fields.UUIDField(primary_key=True)
    donation: fields.OneToOneRelation[Donation] = fields.OneToOneField(
        "house.Donation", related_name="declaration", on_delete=fields.RESTRICT
    )
    charity_name = fields.CharField(max_length=80)
    wording_version = fields.CharField(max_length=20)
    wording = fields.TextField(description="the whole sentence that the supporter agreed to")
    title = fields.CharField(max_length=20, default="")
    first_name = fields.CharField(max_length=60)
    last_name = fields.CharField(max_length=60)
    house = fields.CharField(max_length=100)
    postcode = fields.CharField(max_length=12, default="", description="empty: no UK postcode")
    made_at = fields.DatetimeField(auto_now_add=True)
    cancelled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "declaration"
