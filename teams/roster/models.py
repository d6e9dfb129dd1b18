"""Tables of the room: Team, Seat, Invitation, JoinRequest, SeatOrder, TeamFact."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from fundraising.funds.models import Fund
from fundraising.payments.models import Payment
from fundraising.people.models import Person
from teams.entries.models import Entry
from teams.events.models import Race


class SeatState(StrEnum):
    """How a seat stands; triggers keep it in step with the entry that sits on it."""

    HELD = "held"  # the captain is paying for it
    EMPTY = "empty"
    INVITED = "invited"
    TAKEN = "taken"  # a friend has sent the form and is paying
    JOINED = "joined"
    WITHDRAWN = "withdrawn"  # who sat there does not run, or not with this team
    CLOSED = "closed"  # by the captain, or never paid


class OrderKind(StrEnum):
    """What a captain or a runner pays for besides an entry of their own."""

    SEATS = "seats"  # places that a captain pays for; names come later
    MOVE = "move"  # what a place costs more in the team that its runner moves it to


class FactKind(StrEnum):
    """What happened in a team, as its history tells it. Money that moved is told by `fund_move`."""

    FOUNDED = "founded"
    JOINED = "joined"
    LEFT = "left"
    REMOVED = "removed"
    WITHDREW = "withdrew"
    CAPTAIN = "captain"
    CO_CAPTAIN = "co_captain"
    MERGED = "merged"
    DISSOLVED = "dissolved"


class Team(Model):
    """A group entered together. Its name, target and money live in its fund, its members' funds point to that."""

    id = fields.BigIntField(primary_key=True)
    fund: fields.OneToOneRelation[Fund] = fields.OneToOneField(
        "house.Fund", related_name="team_entered", on_delete=fields.RESTRICT
    )
    race: fields.ForeignKeyRelation[Race] = fields.ForeignKeyField(
        "house.Race", related_name="teams", on_delete=fields.RESTRICT
    )
    captain: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "house.Person", related_name="captain_of", null=True, on_delete=fields.RESTRICT
    )
    co_captain: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "house.Person", related_name="co_captain_of", null=True, on_delete=fields.RESTRICT
    )
    motto = fields.CharField(max_length=120, default="")
    about = fields.TextField(default="")
    is_private = fields.BooleanField(default=False, description="its fund is hidden: for members and captains only")
    on_boards = fields.BooleanField(default=True, description="shown on the leaderboards")
    link_nonce = fields.CharField(max_length=32, default="", description="of the general link; empty: there is none")
    link_hash = fields.CharField(max_length=64, null=True, unique=True)
    link_limit = fields.SmallIntField(default=0, description="how many may ask by it")
    link_until = fields.DatetimeField(null=True)
    link_public = fields.BooleanField(default=False, db_default=False, description="the team's page leads there too")
    merging_into: fields.ForeignKeyNullableRelation[Team] = fields.ForeignKeyField(
        "house.Team", related_name="merging", null=True, on_delete=fields.SET_NULL, description="asked, not answered"
    )
    founded_at = fields.DatetimeField(auto_now_add=True)
    ended_at = fields.DatetimeField(null=True, description="merged into another, or dissolved")

    fund_id: int
    race_id: int
    captain_id: int | None
    co_captain_id: int | None
    merging_into_id: int | None

    class Meta:
        table = "team"


class SeatOrder(Model):
    """One trip through Checkout for seats, or for what a move costs."""

    id = fields.UUIDField(primary_key=True, description="of the opened form: sent twice, it is one")
    kind = fields.CharEnumField(OrderKind, max_length=5)
    team: fields.ForeignKeyRelation[Team] = fields.ForeignKeyField(
        "house.Team", related_name="orders", on_delete=fields.RESTRICT
    )
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "house.Person", related_name="seat_orders", null=True, on_delete=fields.RESTRICT, description="who pays"
    )
    payment: fields.OneToOneNullableRelation[Payment] = fields.OneToOneField(
        "house.Payment", related_name="seat_order", null=True, on_delete=fields.RESTRICT
    )
    entry: fields.ForeignKeyNullableRelation[Entry] = fields.ForeignKeyField(
        "house.Entry", related_name="moves", null=True, on_delete=fields.RESTRICT, description="that moves"
    )
    invitation: fields.ForeignKeyNullableRelation[Invitation] = fields.ForeignKeyField(
        "house.Invitation", related_name="orders", null=True, on_delete=fields.RESTRICT, description="by which it moves"
    )
    each_pence = fields.IntField(description="of one seat, or of the place that the entry moves to")
    price_name = fields.CharField(max_length=40, default="")
    made_at = fields.DatetimeField(auto_now_add=True)

    seats: fields.ReverseRelation[Seat]
    team_id: int
    person_id: int | None
    payment_id: UUID | None
    entry_id: UUID | None
    invitation_id: UUID | None

    class Meta:
        table = "seat_order"


class Seat(Model):
    """A place held for one in a team.

    It takes a place of the race while it is held or paid for and nobody sits there, and while its form is filled in;
    then the entry does.
    """

    id = fields.BigIntField(primary_key=True)
    team: fields.ForeignKeyRelation[Team] = fields.ForeignKeyField(
        "house.Team", related_name="seats", on_delete=fields.RESTRICT
    )
    state = fields.CharEnumField(SeatState, max_length=9, default=SeatState.EMPTY)
    order: fields.ForeignKeyNullableRelation[SeatOrder] = fields.ForeignKeyField(
        "house.SeatOrder", related_name="seats", null=True, on_delete=fields.RESTRICT, description="by which it is paid"
    )
    entry: fields.ForeignKeyNullableRelation[Entry] = fields.ForeignKeyField(
        "house.Entry", related_name="seats", null=True, on_delete=fields.RESTRICT
    )
    name = fields.CharField(max_length=60, default="", description="whom the captain means, as they typed it")
    reserved_until = fields.DatetimeField(null=True, description="while somebody fills in the form")
    nudged_at = fields.DatetimeField(null=True)
    nudges = fields.SmallIntField(default=0)
    opened_at = fields.DatetimeField(auto_now_add=True)

    team_id: int
    order_id: UUID | None
    entry_id: UUID | None

    class Meta:
        table = "seat"
        indexes: ClassVar = (Index(fields=("team_id", "state"), name="seat_of_team"),)


class Invitation(Model):
    """The single-use way into a seat. Of its token only the hash is kept, and a nonce that is worthless without
    SECRET_KEY."""

    id = fields.UUIDField(primary_key=True)
    seat: fields.ForeignKeyRelation[Seat] = fields.ForeignKeyField(
        "house.Seat", related_name="invitations", on_delete=fields.CASCADE
    )
    nonce = fields.CharField(max_length=32)
    token_hash = fields.CharField(max_length=64, unique=True)
    email = fields.CharField(max_length=254, default="", description="where it was sent; never shown to anybody")
    note = fields.CharField(max_length=300, default="", description="a few words of the captain's")
    sends = fields.SmallIntField(default=0, description="letters with it")
    sent_at = fields.DatetimeField(null=True, description="the last of them")
    made_at = fields.DatetimeField(auto_now_add=True)
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)
    revoked_at = fields.DatetimeField(null=True)
    declined_at = fields.DatetimeField(null=True)

    seat_id: int

    class Meta:
        table = "invitation"
        indexes: ClassVar = (Index(fields=("seat_id", "made_at"), name="invitation_of_seat"),)


class JoinRequest(Model):
    """Somebody who came by the general link and waits for the captain's yes."""

    id = fields.UUIDField(primary_key=True)
    team: fields.ForeignKeyRelation[Team] = fields.ForeignKeyField(
        "house.Team", related_name="requests", on_delete=fields.CASCADE
    )
    name = fields.CharField(max_length=80)
    email = fields.CharField(max_length=254)
    made_at = fields.DatetimeField(auto_now_add=True)
    answered_at = fields.DatetimeField(null=True)
    approved = fields.BooleanField(null=True)

    team_id: int

    class Meta:
        table = "join_request"


class TeamFact(Model):
    """A line of a team's history."""

    id = fields.BigIntField(primary_key=True)
    team: fields.ForeignKeyRelation[Team] = fields.ForeignKeyField(
        "house.Team", related_name="facts", on_delete=fields.CASCADE
    )
    kind = fields.CharEnumField(FactKind, max_length=10)
    name = fields.CharField(max_length=80, default="", description="who it is about, as the public may know them")
    at = fields.DatetimeField(auto_now_add=True)

    team_id: int

    class Meta:
        table = "team_fact"
        indexes: ClassVar = (Index(fields=("team_id", "at"), name="fact_of_team"),)
