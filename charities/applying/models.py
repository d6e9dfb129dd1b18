"""Tables of the room: Application."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model

from charities.models import Charity
from fundraising.funds.models import Picture
from fundraising.people.models import Person


class Register(StrEnum):
    """Where a charity is registered. https://www.gov.uk/find-charity-information"""

    ENGLAND_AND_WALES = "england_and_wales"  # six or seven digits
    SCOTLAND = "scotland"  # SC0 and five digits
    NORTHERN_IRELAND = "northern_ireland"  # NIC and six digits
    NONE = "none"  # exempt or excepted: then HMRC's reference instead


class Step(StrEnum):
    """How far an application has come."""

    UNCONFIRMED = "unconfirmed"  # its address is not proved; nobody is troubled with it yet
    WAITING = "waiting"  # for the organiser
    ASKED_BACK = "asked_back"  # for the charity: the organiser wants to know more
    APPROVED = "approved"
    DECLINED = "declined"


class Application(Model):
    """A charity that wants to be raised for. Nothing of it is public before the organiser has approved it."""

    id = fields.UUIDField(primary_key=True)
    nonce = fields.CharField(max_length=32)
    token_hash = fields.CharField(max_length=64, unique=True, description="of the token that opens its page")
    step = fields.CharEnumField(Step, max_length=11, default=Step.UNCONFIRMED)
    name = fields.CharField(max_length=80)
    register = fields.CharEnumField(Register, max_length=17)
    number = fields.CharField(max_length=20, default="")
    hmrc_reference = fields.CharField(max_length=7, default="")
    website = fields.CharField(max_length=200, default="")
    summary = fields.CharField(max_length=200, default="", description="one line of what it does")
    about = fields.TextField(default="")
    what_ten_does = fields.CharField(max_length=200, default="")
    colour = fields.SmallIntField(default=0, description="0 to 11, one of the twelve colours")
    picture: fields.ForeignKeyNullableRelation[Picture] = fields.ForeignKeyField(
        "house.Picture", related_name="applications", null=True, on_delete=fields.RESTRICT
    )
    contact_name = fields.CharField(max_length=80)
    email = fields.CharField(max_length=254, description="lower case; becomes the first partner")
    words = fields.CharField(max_length=1000, default="", description="what the organiser asked or answered last")
    version = fields.IntField(default=0, description="grows with every change, so that the second of two is told")
    made_at = fields.DatetimeField(auto_now_add=True)
    confirmed_at = fields.DatetimeField(null=True)
    sent_at = fields.DatetimeField(null=True, description="the last time that the charity sent it")
    decided_at = fields.DatetimeField(null=True)
    decided_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "house.Person", related_name="applications_decided", null=True, on_delete=fields.SET_NULL
    )
    charity: fields.ForeignKeyNullableRelation[Charity] = fields.ForeignKeyField(
        "house.Charity", related_name="applications", null=True, on_delete=fields.RESTRICT
    )

    picture_id: str | None
    decided_by_id: int | None
    charity_id: int | None

    class Meta:
        table = "application"
