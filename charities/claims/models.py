"""Tables of the room: Claim, ClaimLine, ClaimedGift and OverClaim."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from charities.models import Charity
from fundraising.payments.models import Payment
from fundraising.people.models import Person
from fundraising.pledges.models import CashGift


class ClaimState(StrEnum):
    """How far a claim has come."""

    DRAFT = "draft"  # its gifts are held, so that no other claim takes them; it may be dropped
    CLAIMED = "claimed"  # sent to HMRC; never changed again
    RECEIVED = "received"  # HMRC has paid


class LineKind(StrEnum):
    """What a line of the schedule is. https://www.gov.uk/guidance/schedule-spreadsheet-to-claim-back-tax-on-gift-aid-donations"""

    DONOR = "donor"  # one donor by name
    AGGREGATED = "aggregated"  # gifts of £30 or less, together
    SPONSORED = "sponsored"  # a participant of a sponsored event, with the total of a paper form


class Claim(Model):
    """One Gift Aid claim of a charity, over a period."""

    id = fields.BigIntField(primary_key=True)
    charity: fields.ForeignKeyRelation[Charity] = fields.ForeignKeyField(
        "house.Charity", related_name="claims", on_delete=fields.RESTRICT
    )
    number = fields.IntField(description="1, 2, 3 within its charity")
    state = fields.CharEnumField(ClaimState, max_length=8, default=ClaimState.DRAFT)
    from_on = fields.DateField()
    to_on = fields.DateField()
    gifts_pence = fields.BigIntField(default=0)
    over_claimed_pence = fields.BigIntField(default=0, description="tax claimed before on what has gone back since")
    made_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "house.Person", related_name="claims", null=True, on_delete=fields.SET_NULL
    )
    made_at = fields.DatetimeField(auto_now_add=True)
    claimed_on = fields.DateField(null=True)
    reference = fields.CharField(max_length=60, default="", description="HMRC's submission reference")
    received_on = fields.DateField(null=True)
    received_pence = fields.BigIntField(null=True)

    charity_id: int
    made_by_id: int | None

    class Meta:
        table = "claim"
        unique_together: ClassVar = (("charity_id", "number"),)


class ClaimLine(Model):
    """A line of the schedule, as it was handed to HMRC."""

    id = fields.BigIntField(primary_key=True)
    claim: fields.ForeignKeyRelation[Claim] = fields.ForeignKeyField(
        "house.Claim", related_name="lines", on_delete=fields.CASCADE
    )
    position = fields.IntField(description="from 1; a thousand to a file")
    kind = fields.CharEnumField(LineKind, max_length=10)
    title = fields.CharField(max_length=4, default="")
    first_name = fields.CharField(max_length=35, default="")
    last_name = fields.CharField(max_length=35, default="")
    house = fields.CharField(max_length=40, default="")
    postcode = fields.CharField(max_length=8, default="")
    aggregated = fields.CharField(max_length=35, default="")
    given_on = fields.DateField(description="the latest of its gifts")
    pence = fields.BigIntField()

    claim_id: int

    class Meta:
        table = "claim_line"
        unique_together: ClassVar = (("claim_id", "position"),)


class ClaimedGift(Model):
    """A gift that stands in a claim: in one alone, ever."""

    id = fields.BigIntField(primary_key=True)
    claim: fields.ForeignKeyRelation[Claim] = fields.ForeignKeyField(
        "house.Claim", related_name="gifts", on_delete=fields.CASCADE
    )
    line: fields.ForeignKeyRelation[ClaimLine] = fields.ForeignKeyField(
        "house.ClaimLine", related_name="gifts", on_delete=fields.CASCADE
    )
    payment: fields.OneToOneRelation[Payment] = fields.OneToOneField(
        "house.Payment", related_name="claimed_gift", on_delete=fields.RESTRICT
    )
    cash_gift: fields.ForeignKeyNullableRelation[CashGift] = fields.ForeignKeyField(
        "house.CashGift", related_name="claimed", null=True, on_delete=fields.RESTRICT
    )
    pence = fields.BigIntField(description="what stood of it")

    claim_id: int
    line_id: int
    payment_id: UUID
    cash_gift_id: int | None

    class Meta:
        table = "claimed_gift"
        indexes: ClassVar = (Index(fields=("claim_id",), name="claimed_gift_of"),)


class OverClaim(Model):
    """Tax that was claimed on what has gone back since, taken off a later claim."""

    id = fields.BigIntField(primary_key=True)
    gift: fields.ForeignKeyRelation[ClaimedGift] = fields.ForeignKeyField(
        "house.ClaimedGift", related_name="over_claims", on_delete=fields.RESTRICT
    )
    claim: fields.ForeignKeyRelation[Claim] = fields.ForeignKeyField(
        "house.Claim", related_name="over_claims", on_delete=fields.CASCADE, description="the claim that carries it"
    )
    pence = fields.BigIntField(description="of the gift, not of the tax")
    tax_pence = fields.BigIntField()
    because = fields.CharField(max_length=60)

    gift_id: int
    claim_id: int

    class Meta:
        table = "over_claim"
        unique_together: ClassVar = (("gift_id", "claim_id"),)
