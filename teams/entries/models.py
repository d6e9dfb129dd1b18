"""Tables of the room: Party, Entry, Waiting, Handover, Credit."""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from fundraising.funds.models import Fund
from fundraising.payments.models import Payment
from fundraising.people.models import Person
from teams.events.models import Event, Race, Waiver


class EntryState(StrEnum):
    """How an entry stands. Those that hold a place are held and placed."""

    HELD = "held"  # for the time of Checkout
    PLACED = "placed"
    LAPSED = "lapsed"  # never paid
    WITHDRAWN = "withdrawn"
    DEFERRED = "deferred"


class Category(StrEnum):
    """For the results."""

    FEMALE = "female"
    MALE = "male"
    OPEN = "open"


class WaitingState(StrEnum):
    """How somebody on a waiting list stands. An offer holds a place."""

    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    LAPSED = "lapsed"
    LEFT = "left"


class Party(Model):
    """People who are entered together, in one payment; who pays need not run."""

    id = fields.UUIDField(primary_key=True)
    attempt = fields.UUIDField(unique=True, description="of the opened form: sent twice, it is one party")
    fingerprint = fields.CharField(max_length=64, description="keyed hash of all that was typed")
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "house.Event", related_name="parties", on_delete=fields.RESTRICT
    )
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "house.Person", related_name="parties", null=True, on_delete=fields.RESTRICT, description="who pays"
    )
    payment: fields.OneToOneNullableRelation[Payment] = fields.OneToOneField(
        "house.Payment", related_name="party", null=True, on_delete=fields.RESTRICT
    )
    token = fields.CharField(max_length=43, unique=True, description="of the page that shows how it stands")
    fee_pence = fields.IntField()
    team_name = fields.CharField(max_length=60, default="", description="of the team that is founded by it")
    offer = fields.CharField(max_length=43, default="", description="of the waiting list, that it came by")
    held_until = fields.DatetimeField(null=True)
    made_at = fields.DatetimeField(auto_now_add=True)

    event_id: int
    person_id: int | None
    payment_id: UUID | None

    class Meta:
        table = "party"


class Entry(Model):
    """A person's place in a race."""

    id = fields.UUIDField(primary_key=True)
    party: fields.ForeignKeyRelation[Party] = fields.ForeignKeyField(
        "house.Party", related_name="entries", on_delete=fields.RESTRICT
    )
    race: fields.ForeignKeyRelation[Race] = fields.ForeignKeyField(
        "house.Race", related_name="entries", on_delete=fields.RESTRICT
    )
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "house.Person",
        related_name="entries",
        null=True,
        on_delete=fields.RESTRICT,
        description="who looks after it: the runner, or a parent",
    )
    state = fields.CharEnumField(EntryState, max_length=9)
    first_name = fields.CharField(max_length=60)
    last_name = fields.CharField(max_length=60)
    email = fields.CharField(max_length=254, description="of who looks after it")
    born_on = fields.DateField(null=True, description="null once erased")
    category = fields.CharEnumField(Category, max_length=6)
    emergency_name = fields.CharField(max_length=80, default="")
    emergency_phone = fields.CharField(max_length=30, default="")
    brings_guide = fields.BooleanField(default=False)
    club = fields.CharField(max_length=80, default="")
    shirt = fields.CharField(max_length=4, default="")
    photo_ok = fields.BooleanField(default=False)
    estimate_seconds = fields.IntField(null=True)
    waiver: fields.ForeignKeyRelation[Waiver] = fields.ForeignKeyField(
        "house.Waiver", related_name="entries", on_delete=fields.RESTRICT
    )
    waived_at = fields.DatetimeField(null=True)
    answers: fields.Field[dict[str, Any]] = fields.JSONField(default=dict, description="by the question's id")
    charity: fields.ForeignKeyNullableRelation[Fund] = fields.ForeignKeyField(
        "house.Fund", related_name="entries_for", null=True, on_delete=fields.RESTRICT
    )
    wants_page = fields.BooleanField(default=False)
    fund: fields.OneToOneNullableRelation[Fund] = fields.OneToOneField(
        "house.Fund", related_name="entry", null=True, on_delete=fields.RESTRICT, description="of the pledge page"
    )
    team: fields.ForeignKeyNullableRelation[Fund] = fields.ForeignKeyField(
        "house.Fund", related_name="entries_with", null=True, on_delete=fields.RESTRICT
    )
    number = fields.IntField(null=True, description="worn on the back; never given twice within a race")
    price_name = fields.CharField(max_length=40, default="")
    price_pence = fields.IntField()
    credit_pence = fields.IntField(default=0, description="what of the price was carried over; the rest was paid")
    guardian_name = fields.CharField(max_length=80, default="", description="of who is under 18 on the day")
    guardian_email = fields.CharField(max_length=254, default="")
    guardian_agreed_at = fields.DatetimeField(null=True)
    medical = fields.BinaryField(null=True, description="encrypted with SECRET_KEY; organisers only")
    medical_until = fields.DateField(null=True, description="the day on which it is deleted")
    made_at = fields.DatetimeField(auto_now_add=True)
    placed_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)
    ended_because = fields.CharField(max_length=120, default="")

    party_id: UUID
    race_id: int
    person_id: int | None
    charity_id: int | None
    fund_id: int | None
    team_id: int | None
    waiver_id: int

    class Meta:
        table = "entry"

    @property
    def paid_pence(self) -> int:
        """What of its price was paid in money."""
        return self.price_pence - self.credit_pence


class Waiting(Model):
    """Somebody on the waiting list of a race."""

    id = fields.UUIDField(primary_key=True)
    race: fields.ForeignKeyRelation[Race] = fields.ForeignKeyField(
        "house.Race", related_name="waiting", on_delete=fields.RESTRICT
    )
    state = fields.CharEnumField(WaitingState, max_length=7, default=WaitingState.WAITING)
    name = fields.CharField(max_length=80)
    email = fields.CharField(max_length=254)
    token = fields.CharField(max_length=43, unique=True, description="of the page of the offer")
    joined_at = fields.DatetimeField(auto_now_add=True)
    offered_until = fields.DatetimeField(null=True)

    race_id: int

    class Meta:
        table = "waiting"


class Handover(Model):
    """A place on its way to a friend, who has not taken it yet."""

    id = fields.UUIDField(primary_key=True)
    entry: fields.ForeignKeyRelation[Entry] = fields.ForeignKeyField(
        "house.Entry", related_name="handovers", on_delete=fields.CASCADE
    )
    email = fields.CharField(max_length=254)
    token_hash = fields.CharField(max_length=64, unique=True)
    made_at = fields.DatetimeField(auto_now_add=True)
    expires_at = fields.DatetimeField()
    taken_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True, description="called back")

    entry_id: UUID

    class Meta:
        table = "handover"


class Credit(Model):
    """A fee carried over from a deferred place to a later event."""

    id = fields.BigIntField(primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "house.Person", related_name="credits", on_delete=fields.RESTRICT
    )
    of: fields.ForeignKeyRelation[Entry] = fields.ForeignKeyField(
        "house.Entry", related_name="credits_made", on_delete=fields.RESTRICT
    )
    used_by: fields.OneToOneNullableRelation[Entry] = fields.OneToOneField(
        "house.Entry", related_name="credit_used", null=True, on_delete=fields.RESTRICT
    )
    pence = fields.IntField()
    made_at = fields.DatetimeField(auto_now_add=True)

    person_id: int
    of_id: UUID
    used_by_id: UUID | None

    class Meta:
        table = "credit"
