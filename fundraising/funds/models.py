"""Tables of the room: Fund, OldAddress, FundMove and Picture."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class FundKind(StrEnum):
    """Whose money it is raised for; also the order in which rows are locked."""

    RUNNER = "runner"
    TEAM = "team"
    CHARITY = "charity"
    EVENT = "event"


class FundState(StrEnum):
    """Whether gifts are taken."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    HIDDEN = "hidden"  # not published, or taken off the site: nothing lives at its address


class Hider(StrEnum):
    """Who has hidden words or a page; each may undo what those before have hidden, nobody what those after have."""

    RUNNER = "runner"  # words on their own page
    PARTNER = "partner"  # of the charity
    ORGANISER = "organiser"


class Shape(StrEnum):
    """How a picture is cut."""

    SQUARE = "square"  # a face, an emblem
    WIDE = "wide"  # as it was taken; of somebody's news


class Picture(Model):
    """A photo or drawing, re-encoded by us, in three sizes; its id is the hash of what was given and how it was cut."""

    id = fields.CharField(max_length=32, primary_key=True)
    shape = fields.CharEnumField(Shape, max_length=6, default=Shape.SQUARE, db_default="square")
    width = fields.IntField(description="pixels of a side of the large size")
    height = fields.IntField(db_default=640, description="of the large size; of a square picture as its width")
    large = fields.BinaryField(description="WebP")
    medium = fields.BinaryField(description="WebP, 320 pixels a side")
    small = fields.BinaryField(description="WebP, 160 pixels a side")
    large_avif = fields.BinaryField(null=True, description="AVIF; null of pictures drawn by code")
    medium_avif = fields.BinaryField(null=True, description="AVIF")
    description = fields.CharField(max_length=200, default="", description="what is to be seen, for who cannot see")
    added_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "picture"


class Fund(Model):
    """Anything that money is raised for. Totals are kept here, in the transaction of the fact that moves them.

    A runner's fund counts towards its team, its charity and its event; a team's towards its charity and its event.
    """

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharEnumField(FundKind, max_length=8)
    slug = fields.CharField(max_length=60)
    name = fields.CharField(max_length=80)
    summary = fields.CharField(max_length=200, default="", description="one line of why")
    currency = fields.CharField(max_length=3, default="gbp")
    target_pence = fields.BigIntField(null=True)
    raised_pence = fields.BigIntField(default=0, description="gifts less refunds and disputes; never Gift Aid")
    gift_aid_pence = fields.BigIntField(default=0, description="estimated: 25p per £1 of the gifts with a declaration")
    donations = fields.IntField(default=0, description="gifts of which something still stands")
    version = fields.BigIntField(default=0, description="grows with every change of the totals")
    state = fields.CharEnumField(FundState, max_length=8, default=FundState.OPEN)
    closed_because = fields.CharField(max_length=200, default="", description="a sentence for who wants to give")
    hidden_at = fields.DatetimeField(
        null=True, description="taken off the site by the organiser or a partner; only they can undo it"
    )
    hidden_because = fields.CharField(max_length=300, default="", db_default="", description="as its runner is told")
    hidden_by = fields.CharEnumField(Hider, max_length=9, null=True)
    behind = fields.CharEnumField(
        FundState,
        max_length=8,
        null=True,
        description="the state that it has once it is shown again; kept by a trigger",
    )
    messages_wait = fields.BooleanField(
        default=False,
        db_default=False,
        description="words said with a gift are looked at before they are shown; of a child always",
    )
    is_listed = fields.BooleanField(
        default=True, db_default=True, description="named in lists, found by search engines"
    )
    is_ranked = fields.BooleanField(
        default=True, db_default=True, description="compared with others; not so of a page in memory of somebody"
    )
    colour = fields.SmallIntField(default=0, description="0 to 11, one of the twelve team colours")
    team: fields.ForeignKeyNullableRelation[Fund] = fields.ForeignKeyField(
        "house.Fund", related_name="members", null=True, on_delete=fields.RESTRICT
    )
    charity: fields.ForeignKeyNullableRelation[Fund] = fields.ForeignKeyField(
        "house.Fund", related_name="raised_by", null=True, on_delete=fields.RESTRICT
    )
    event: fields.ForeignKeyNullableRelation[Fund] = fields.ForeignKeyField(
        "house.Fund", related_name="entered_by", null=True, on_delete=fields.RESTRICT
    )
    picture: fields.ForeignKeyNullableRelation[Picture] = fields.ForeignKeyField(
        "house.Picture", related_name="funds", null=True, on_delete=fields.RESTRICT
    )
    created_at = fields.DatetimeField(auto_now_add=True)

    team_id: int | None
    charity_id: int | None
    event_id: int | None
    picture_id: str | None

    class Meta:
        table = "fund"
        unique_together: ClassVar = (("kind", "slug"),)
        indexes: ClassVar = (
            Index(fields=("team_id", "raised_pence", "id"), name="fund_of_team"),
            Index(fields=("charity_id", "kind", "raised_pence", "id"), name="fund_of_charity"),
            Index(fields=("event_id", "kind", "raised_pence", "id"), name="fund_of_event"),
        )


class OldAddress(Model):
    """Where a fund lived before; whoever comes there is sent on, and nobody else can move in."""

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharEnumField(FundKind, max_length=8)
    slug = fields.CharField(max_length=60)
    fund: fields.ForeignKeyRelation[Fund] = fields.ForeignKeyField(
        "house.Fund", related_name="old_addresses", on_delete=fields.CASCADE
    )
    left_at = fields.DatetimeField(auto_now_add=True)

    fund_id: int

    class Meta:
        table = "old_address"
        unique_together: ClassVar = (("kind", "slug"),)


class FundMove(Model):
    """A runner's page that counted towards one team and now counts towards another, or none; never changed.

    The totals of both teams moved by these sums in the same transaction.
    """

    id = fields.BigIntField(primary_key=True)
    fund: fields.ForeignKeyRelation[Fund] = fields.ForeignKeyField(
        "house.Fund", related_name="moves", on_delete=fields.RESTRICT
    )
    left: fields.ForeignKeyNullableRelation[Fund] = fields.ForeignKeyField(
        "house.Fund", related_name="moved_out", null=True, on_delete=fields.RESTRICT, description="the team before"
    )
    joined: fields.ForeignKeyNullableRelation[Fund] = fields.ForeignKeyField(
        "house.Fund", related_name="moved_in", null=True, on_delete=fields.RESTRICT, description="the team after"
    )
    raised_pence = fields.BigIntField()
    gift_aid_pence = fields.BigIntField()
    donations = fields.IntField()
    at = fields.DatetimeField(auto_now_add=True)

    fund_id: int
    left_id: int | None
    joined_id: int | None

    class Meta:
        table = "fund_move"
        indexes: ClassVar = (
            Index(fields=("left_id", "at"), name="move_out_of"),
            Index(fields=("joined_id", "at"), name="move_into"),
        )
