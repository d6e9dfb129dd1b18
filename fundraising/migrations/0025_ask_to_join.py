"""A team's general link may be shown on its page."""

from tortoise import fields
from tortoise.migrations import operations as ops

from fundraising.store.plain_migration import PlainMigration


class Migration(PlainMigration):
    dependencies = [("house", "0024_hidden_amounts")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Team",
            name="link_public",
            field=fields.BooleanField(default=False, description="the team's page leads there too", db_default=False),
        ),
    ]
