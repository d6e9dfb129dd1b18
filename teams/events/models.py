"""Tables of the room: Event, EventDay, Race, Price, Waiver, Question, Record."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import ClassVar
from zoneinfo import ZoneInfo

from tortoise import fields
from tortoise.models import Model

from fundraising.funds.models import Fund


class RaceKind(StrEnum):
    """How a race is run."""

    TIMED = "timed"
    TEAM = "team"
    FUN = "fun"


class Stage(StrEnum):
    """What the organiser has decided; what follows from the clock and from places taken is in `standing.py`."""

    DRAFT = "draft"  # seen by organisers only
    OPEN = "open"  # published; entries as the days of opening and closing say
    CLOSED = "closed"  # published, entries ended by hand
    RESTING = "resting"  # no race this time: collects interest
    CANCELLED = "cancelled"
    FINISHED = "finished"


class QuestionKind(StrEnum):
    """How a question of the organiser's is answered."""

    TEXT = "text"
    CHOICE = "choice"
    TICK = "tick"


class Event(Model):
    """A challenge day. Its name, one line and money live in its fund."""

    id = fields.BigIntField(primary_key=True)
    fund: fields.OneToOneRelation[Fund] = fields.OneToOneField(
        "house.Fund", related_name="event_day", on_delete=fields.RESTRICT
    )
    stage = fields.CharEnumField(Stage, max_length=9, default=Stage.OPEN)
    notice = fields.CharField(max_length=300, default="", description="what is to be said while resting or cancelled")
    strapline = fields.CharField(max_length=120)
    venue = fields.CharField(max_length=120)
    starts_at = fields.DatetimeField()
    about = fields.TextField(description="paragraphs, parted by an empty line")
    course = fields.TextField(description="paragraphs, parted by an empty line")
    safety = fields.TextField(default="", description="paragraphs; a line that ends with a colon is a heading")
    fee_covers = fields.CharField(max_length=300, default="", description="medal, chip timing, …")
    organiser = fields.CharField(max_length=80)
    organiser_email = fields.CharField(max_length=254)
    community_url = fields.CharField(max_length=200, default="")
    entries_open_at = fields.DatetimeField(null=True)
    entries_close_at = fields.DatetimeField(null=True)
    refund_percent = fields.SmallIntField(default=100, description="of the fee, for who withdraws in time")
    refund_until = fields.DatetimeField(null=True, description="null: no refund for who withdraws")
    change_until = fields.DatetimeField(null=True, description="until when a place may be handed over or deferred")

    races: fields.ReverseRelation[Race]
    fund_id: int

    class Meta:
        table = "event"


class EventDay(Model):
    """A day of an event, and how many may run on it in all its races."""

    id = fields.BigIntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "house.Event", related_name="days", on_delete=fields.RESTRICT
    )
    day = fields.DateField()
    capacity = fields.IntField()
    taken = fields.IntField(default=0, description="places held, offered or given; kept by a trigger")

    event_id: int

    class Meta:
        table = "event_day"
        unique_together: ClassVar = (("event_id", "day"),)


class Race(Model):
    """One start within an event."""

    id = fields.BigIntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "house.Event", related_name="races", on_delete=fields.RESTRICT
    )
    day: fields.ForeignKeyNullableRelation[EventDay] = fields.ForeignKeyField(
        "house.EventDay", related_name="races", null=True, on_delete=fields.RESTRICT
    )
    slug = fields.CharField(max_length=60)
    name = fields.CharField(max_length=80)
    kind = fields.CharEnumField(RaceKind, max_length=5)
    summary = fields.CharField(max_length=300)
    ranked_by = fields.CharField(max_length=120)
    distance_metres = fields.IntField()
    starts_at = fields.DatetimeField()
    position = fields.SmallIntField(default=0, description="in the order in which they are shown")
    capacity = fields.IntField(default=250)
    taken = fields.IntField(default=0, description="places held, offered or given; kept by a trigger")
    is_open = fields.BooleanField(default=True, description="the organiser may close one race alone")
    least_age = fields.SmallIntField(default=11, description="years, on the day of the race")
    least_in_team = fields.SmallIntField(default=4)
    most_in_team = fields.SmallIntField(default=8)
    numbers_from = fields.IntField(null=True, description="the range of the numbers on the backs")
    numbers_to = fields.IntField(null=True)

    prices: fields.ReverseRelation[Price]
    event_id: int
    day_id: int | None

    class Meta:
        table = "race"
        unique_together: ClassVar = (("event_id", "slug"),)

    def date_in(self, zone: ZoneInfo) -> date:
        """The day on which it is run, at the place of the event."""
        return self.starts_at.astimezone(zone).date()


class Price(Model):
    """A price tier. Of those that fit, an entry gets the lowest."""

    id = fields.BigIntField(primary_key=True)
    race: fields.ForeignKeyRelation[Race] = fields.ForeignKeyField(
        "house.Race", related_name="prices", on_delete=fields.CASCADE
    )
    name = fields.CharField(max_length=40)
    pence = fields.IntField()
    from_at = fields.DatetimeField(null=True)
    until_at = fields.DatetimeField(null=True)
    first_places = fields.IntField(null=True, description="while no more than so many places are taken")
    in_team = fields.BooleanField(default=False, description="only for who enters with a team")
    under_age = fields.SmallIntField(null=True, description="only for who is younger on the day of the race")
    position = fields.SmallIntField(default=0)

    race_id: int

    class Meta:
        table = "price"


class Waiver(Model):
    """What a runner agrees to; never edited, only followed by the next version."""

    id = fields.BigIntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "house.Event", related_name="waivers", on_delete=fields.RESTRICT
    )
    version = fields.SmallIntField()
    text = fields.TextField()
    made_at = fields.DatetimeField(auto_now_add=True)

    event_id: int

    class Meta:
        table = "waiver"
        unique_together: ClassVar = (("event_id", "version"),)


class Question(Model):
    """Something the organiser asks of each runner besides."""

    id = fields.BigIntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "house.Event", related_name="questions", on_delete=fields.RESTRICT
    )
    label = fields.CharField(max_length=120)
    kind = fields.CharEnumField(QuestionKind, max_length=6)
    options = fields.CharField(max_length=500, default="", description="one to a line, for a choice")
    required = fields.BooleanField(default=False)
    position = fields.SmallIntField(default=0)
    retired_at = fields.DatetimeField(null=True, description="no longer asked; what was answered stays")

    event_id: int

    class Meta:
        table = "question"


class Record(Model):
    """A champion or a course best, as the event page tells it."""

    id = fields.BigIntField(primary_key=True)
    event: fields.ForeignKeyRelation[Event] = fields.ForeignKeyField(
        "house.Event", related_name="records", on_delete=fields.CASCADE
    )
    title = fields.CharField(max_length=80, description="First champion, men; Course best")
    year = fields.SmallIntField(null=True)
    name = fields.CharField(max_length=80, default="")
    time_tenths = fields.IntField(null=True, description="tenths of a second")
    remark = fields.CharField(max_length=200, default="")
    position = fields.SmallIntField(default=0)

    event_id: int

    class Meta:
        table = "record"
