"""Tables of the room: Result and ResultVersion."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model

from fundraising.funds.models import Fund
from fundraising.people.models import Person
from teams.entries.models import Entry


class Outcome(StrEnum):
    """How a run ended."""

    FINISHED = "finished"
    NOT_FINISHED = "not_finished"
    NOT_STARTED = "not_started"
    DISQUALIFIED = "disqualified"


class Result(Model):
    """How somebody ran. Nothing of it is public, and no sponsor is asked, before it is official."""

    id = fields.BigIntField(primary_key=True)
    entry: fields.OneToOneRelation[Entry] = fields.OneToOneField(
        "house.Entry", related_name="result", on_delete=fields.RESTRICT
    )
    outcome = fields.CharEnumField(Outcome, max_length=12)
    milliseconds = fields.BigIntField(null=True, description="of who finished a timed race")
    laps = fields.IntField(null=True, description="where laps are counted")
    team: fields.ForeignKeyNullableRelation[Fund] = fields.ForeignKeyField(
        "house.Fund",
        related_name="results",
        null=True,
        on_delete=fields.RESTRICT,
        description="with which they ran; whoever changes team afterwards has still run with this one",
    )
    because = fields.CharField(max_length=200, default="", db_default="", description="why it was corrected")
    recorded_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "house.Person", related_name="results_recorded", null=True, on_delete=fields.SET_NULL
    )
    recorded_at = fields.DatetimeField(auto_now=True)
    official_at = fields.DatetimeField(null=True)

    entry_id: int
    team_id: int | None
    recorded_by_id: int | None

    class Meta:
        table = "result"


class ResultVersion(Model):
    """An official result as it stood before it was corrected; a trigger keeps it, whoever corrects."""

    id = fields.BigIntField(primary_key=True)
    result: fields.ForeignKeyRelation[Result] = fields.ForeignKeyField(
        "house.Result", related_name="versions", on_delete=fields.CASCADE
    )
    outcome = fields.CharEnumField(Outcome, max_length=12)
    milliseconds = fields.BigIntField(null=True)
    laps = fields.IntField(null=True)
    because = fields.CharField(max_length=200, default="")
    recorded_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "house.Person", related_name="result_versions", null=True, on_delete=fields.SET_NULL
    )
    recorded_at = fields.DatetimeField()
    replaced_at = fields.DatetimeField(auto_now_add=True)

    result_id: int
    recorded_by_id: int | None

    class Meta:
        table = "result_version"
