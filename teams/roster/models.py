"""Tables of the room: Team."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from fundraising.funds.models import Fund
from teams.events.models import Race


class Team(Model):
    """A group entered together. Its name, target and money live in its fund, its members' funds point to that."""

    id = fields.BigIntField(primary_key=True)
    fund: fields.OneToOneRelation[Fund] = fields.OneToOneField(
        "house.Fund", related_name="team_entered", on_delete=fields.RESTRICT
    )
    race: fields.ForeignKeyRelation[Race] = fields.ForeignKeyField(
        "house.Race", related_name="teams", on_delete=fields.RESTRICT
    )
    captain: fields.ForeignKeyNullableRelation[Fund] = fields.ForeignKeyField(
        "house.Fund", related_name="captain_of", null=True, on_delete=fields.RESTRICT
    )
    motto = fields.CharField(max_length=120, default="")
    about = fields.TextField(default="")

    fund_id: int
    captain_id: int | None

    class Meta:
        table = "team"
