"""Tables of the wing: Charity, Partner, PartnerInvitation, DonorLook and Suppression."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from fundraising.funds.models import Fund
from fundraising.people.models import Person


class Role(StrEnum):
    """What a partner may do at the charity's desk."""

    VIEW = "view"  # totals, pages and teams; nobody's address
    FINANCE = "finance"  # donors' data, claims, payouts, keys and other partners too; after a second step


class Charity(Model):
    """Who receives. Its name, one line and money live in its fund, its Stripe account in `payments`."""

    id = fields.BigIntField(primary_key=True)
    fund: fields.OneToOneRelation[Fund] = fields.OneToOneField(
        "house.Fund", related_name="charity_received", on_delete=fields.RESTRICT
    )
    number = fields.CharField(max_length=20, description="as its register writes it; empty: it has none")
    register = fields.CharField(max_length=40, description="which register, in words")
    hmrc_reference = fields.CharField(
        max_length=7, default="", db_default="", description="one or two letters and up to five digits, for Gift Aid"
    )
    website = fields.CharField(max_length=200, default="")
    about = fields.TextField(description="paragraphs, parted by an empty line")
    what_ten_does = fields.CharField(max_length=200, default="", description="what £10 does, in one sentence")
    contact_name = fields.CharField(max_length=80, default="", db_default="", description="for the organiser only")
    contact_email = fields.CharField(max_length=254, default="", db_default="", description="for the organiser only")

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


class PartnerInvitation(Model):
    """The single-use way to a charity's desk, by letter. Of its token only the hash is kept, and a nonce that is
    worthless without SECRET_KEY."""

    id = fields.UUIDField(primary_key=True)
    charity: fields.ForeignKeyRelation[Charity] = fields.ForeignKeyField(
        "house.Charity", related_name="invitations", on_delete=fields.CASCADE
    )
    email = fields.CharField(max_length=254, description="where it was sent, lower case; it works for nobody else")
    role = fields.CharEnumField(Role, max_length=7, default=Role.VIEW)
    nonce = fields.CharField(max_length=32)
    token_hash = fields.CharField(max_length=64, unique=True)
    made_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "house.Person", related_name="partner_invitations", null=True, on_delete=fields.SET_NULL
    )
    made_at = fields.DatetimeField(auto_now_add=True)
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)
    revoked_at = fields.DatetimeField(null=True)

    charity_id: int
    made_by_id: int | None

    class Meta:
        table = "partner_invitation"
        indexes: ClassVar = (Index(fields=("charity_id", "made_at"), name="partner_invitation_of"),)


class DonorLook(Model):
    """Somebody looked at donors' data of a charity: who, at what, how many rows. Never changed."""

    id = fields.BigIntField(primary_key=True)
    charity: fields.ForeignKeyRelation[Charity] = fields.ForeignKeyField(
        "house.Charity", related_name="looks", on_delete=fields.CASCADE
    )
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "house.Person", related_name="donor_looks", null=True, on_delete=fields.SET_NULL
    )
    what = fields.CharField(max_length=120, description="in words, such as: donors who agreed to contact, as CSV")
    rows = fields.IntField(description="how many donors' rows were shown or handed out")
    at = fields.DatetimeField(auto_now_add=True)

    charity_id: int
    person_id: int | None

    class Meta:
        table = "donor_look"
        indexes: ClassVar = (Index(fields=("charity_id", "at"), name="donor_look_of"),)


class Suppression(Model):
    """An address that a charity must not write to, whatever was ticked; kept as a keyed hash, so that it outlives an
    erasure."""

    id = fields.BigIntField(primary_key=True)
    charity: fields.ForeignKeyRelation[Charity] = fields.ForeignKeyField(
        "house.Charity", related_name="suppressions", on_delete=fields.CASCADE
    )
    email_hash = fields.CharField(max_length=64)
    made_at = fields.DatetimeField(auto_now_add=True)

    charity_id: int

    class Meta:
        table = "suppression"
        unique_together: ClassVar = (("charity_id", "email_hash"),)
