"""Tables of the room: PledgePage, PageUpdate and Milestone."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from tortoise import fields
from tortoise.models import Model

from fundraising.funds.models import Fund, Hider, Picture
from fundraising.people.models import Person


class Seen(StrEnum):
    """Who may see a page, as its runner chose."""

    PUBLIC = "public"
    UNLISTED = "unlisted"  # whoever has the address; no list and no search engine names it
    PRIVATE = "private"  # the runner alone; it takes no gifts


class PledgePage(Model):
    """The public face of a runner's fund. It takes money once its runner has agreed to the Code.

    What follows for the fund, its state and whether it is listed, is said by `standing.settle` alone.
    """

    id = fields.BigIntField(primary_key=True)
    fund: fields.OneToOneRelation[Fund] = fields.OneToOneField(
        "house.Fund", related_name="pledge_page", on_delete=fields.RESTRICT
    )
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "house.Person", related_name="pledge_pages", null=True, on_delete=fields.RESTRICT
    )
    is_child = fields.BooleanField(default=False, description="not to be found by search engines, no public messages")
    title = fields.CharField(
        max_length=80, default="", db_default="", description="above the story; empty: the house's own words"
    )
    story = fields.TextField(description="paragraphs, parted by an empty line")  # Markdown since there is an editor
    video = fields.CharField(max_length=300, default="", db_default="", description="an address, shown as a plain link")
    in_memory_of = fields.CharField(
        max_length=80, default="", db_default="", description="softer words, and no ranking"
    )
    charity_funded = fields.BooleanField(
        default=False,
        db_default=False,
        description="the charity pays for the place: the form asks who is related to the runner",
    )
    seen_by = fields.CharEnumField(Seen, max_length=8, default=Seen.PUBLIC, db_default="public")
    is_paused = fields.BooleanField(default=False, db_default=False, description="by its runner")
    waits_for_guardian = fields.BooleanField(default=False, db_default=False, description="nobody sees it until then")
    stopped_because = fields.CharField(
        max_length=200, default="", db_default="", description="why it takes no gifts, when its runner does not run"
    )
    code_version = fields.CharField(
        max_length=20, default="", db_default="", description="of the Code that the runner agreed to"
    )
    code_agreed_at = fields.DatetimeField(null=True)
    challenge = fields.CharField(max_length=80, default="", description="what the runner has entered, in a few words")

    fund_id: int
    person_id: int | None

    class Meta:
        table = "pledge_page"


class PageUpdate(Model):
    """News of a runner: training, the day itself. Told to the supporters who agreed to that."""

    id = fields.BigIntField(primary_key=True)
    page: fields.ForeignKeyRelation[PledgePage] = fields.ForeignKeyField(
        "house.PledgePage", related_name="updates", on_delete=fields.CASCADE
    )
    text = fields.TextField(description="Markdown")
    picture: fields.ForeignKeyNullableRelation[Picture] = fields.ForeignKeyField(
        "house.Picture", related_name="updates", null=True, on_delete=fields.RESTRICT
    )
    is_hidden = fields.BooleanField(default=False, description="by the organiser or a partner")
    hidden_by = fields.CharEnumField(Hider, max_length=9, null=True, description="who may show it again")
    made_at = fields.DatetimeField(auto_now_add=True)
    told_at = fields.DatetimeField(null=True, description="when supporters were written to")

    page_id: int
    picture_id: str | None

    class Meta:
        table = "page_update"


class Milestone(Model):
    """A part of its target that a page has reached; told to its runner once, and shown."""

    id = fields.BigIntField(primary_key=True)
    page: fields.ForeignKeyRelation[PledgePage] = fields.ForeignKeyField(
        "house.PledgePage", related_name="milestones", on_delete=fields.CASCADE
    )
    percent = fields.SmallIntField(description="25, 50, 75, 100; more than 100 is a stretch")
    target_pence = fields.BigIntField(description="the target as it was")
    reached_at = fields.DatetimeField(auto_now_add=True)

    page_id: int

    class Meta:
        table = "milestone"
        unique_together: ClassVar = (("page_id", "percent"),)
