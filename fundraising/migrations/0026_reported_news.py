"""News of a runner is reported and hidden like words said with a gift."""

from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from fundraising.funds.models import Hider
from fundraising.store.plain_migration import PlainMigration

CHECKS = [
    (
        "alter table report add constraint report_about check (donation_id is null or news_id is null)",
        "alter table report drop constraint report_about",
    ),
    (
        "alter table page_update add constraint page_update_hidden_by"
        " check (hidden_by is null or (is_hidden and hidden_by in ('partner', 'organiser')))",
        "alter table page_update drop constraint page_update_hidden_by",
    ),
]
INDEXES = [
    ("create index report_of_news on report (news_id) where news_id is not null", "drop index report_of_news"),
    ("create index page_update_put_away on page_update (id) where is_hidden", "drop index page_update_put_away"),
]
RULES = [*CHECKS, *INDEXES]


class Migration(PlainMigration):
    dependencies = [("house", "0025_ask_to_join")]

    initial = False

    operations = [
        ops.AddField(
            model_name="PageUpdate",
            name="hidden_by",
            field=fields.CharEnumField(
                null=True,
                description="who may show it again",
                enum_type=Hider,
                max_length=9,
            ),
        ),
        ops.AddField(
            model_name="Report",
            name="news",
            field=fields.ForeignKeyField(
                "house.PageUpdate",
                source_field="news_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="reports",
                on_delete=OnDelete.CASCADE,
            ),
        ),
        ops.RunSQL(sql=[forward for forward, _ in RULES], reverse_sql=[backward for _, backward in reversed(RULES)]),
    ]
