"""Tables of the room: Donation and Declaration."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from fundraising.funds.models import Hider
from fundraising.payments.models import Payment
from fundraising.people.models import Person


class MessageState(StrEnum):
    """Whether the public sees what was said with a gift. The money counts in any case."""

    SHOWN = "shown"
    WAITING = "waiting"  # somebody has to look at it first
    HIDDEN = "hidden"  # somebody has looked, and hidden it; the name is not shown either


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
    message_state = fields.CharEnumField(MessageState, max_length=8, default=MessageState.SHOWN, db_default="shown")
    hidden_by = fields.CharEnumField(Hider, max_length=9, null=True, description="who may show it again")
    in_honour_of = fields.CharField(
        max_length=80, default="", db_default="", description="in whose honour or memory it is given"
    )
    company = fields.CharField(
        max_length=80, default="", db_default="", description="on whose behalf; then never with Gift Aid"
    )
    hide_name = fields.BooleanField(default=False)
    hide_amount = fields.BooleanField(default=False)
    gift_pence = fields.BigIntField(description="what the supporter chose to give")
    cover_pence = fields.BigIntField(default=0, description="the card fee, when the supporter adds it")
    gift_aid = fields.BooleanField(default=False)
    is_connected = fields.BooleanField(null=True, description="to the runner; asked for on charity-funded pages only")
    contact_ok = fields.BooleanField(default=False, description="may the charity write to the supporter")
    contact_wording = fields.CharField(max_length=20, description="version of the sentence that was shown")
    updates_ok = fields.BooleanField(
        default=False, db_default=False, description="may the runner's news be sent to the supporter"
    )
    updates_wording = fields.CharField(
        max_length=20, default="", db_default="", description="version of the sentence that was shown"
    )
    thanks = fields.CharField(max_length=300, default="", db_default="", description="what the runner answered")
    thanked_at = fields.DatetimeField(null=True)
    refund_asked_at = fields.DatetimeField(null=True)
    refund_reason = fields.CharField(max_length=300, default="", db_default="")
    refund_answer = fields.CharField(
        max_length=300, default="", db_default="", description="why not, when it was refused"
    )
    refund_answered_at = fields.DatetimeField(null=True)
    refund_answered_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "house.Person", related_name="refunds_answered", null=True, on_delete=fields.SET_NULL
    )
    refund_granted_pence = fields.BigIntField(null=True, description="what goes back; null: refused, or not answered")
    refund_key = fields.CharField(
        max_length=80, default="", db_default="", description="for Stripe, stored before it is asked to give it back"
    )
    created_at = fields.DatetimeField(auto_now_add=True)

    payment_id: UUID
    refund_answered_by_id: int | None

    class Meta:
        table = "donation"
        indexes: ClassVar = (Index(fields=("refund_asked_at",), name="donation_refund_asked"),)


class Declaration(Model):
    """A Gift Aid declaration for one donation, as it was made; never edited, only cancelled with a date.

    Of one donation one stands at most. What HMRC was asked for and has paid is noted by the charity's claim, once.

    Source: https://www.gov.uk/guidance/gift-aid-declarations-claiming-tax-back-on-donations
    """

    id = fields.UUIDField(primary_key=True)
    donation: fields.ForeignKeyRelation[Donation] = fields.ForeignKeyField(
        "house.Donation", related_name="declarations", on_delete=fields.RESTRICT
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
    claimed_on = fields.DateField(null=True, description="when the charity claimed it from HMRC")
    received_on = fields.DateField(null=True, description="when HMRC paid")

    donation_id: UUID

    class Meta:
        table = "declaration"
