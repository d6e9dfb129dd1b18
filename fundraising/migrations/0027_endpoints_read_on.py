"""Endpoints read the ledger on; what they are told of lies on the web and is sent encrypted."""

from tortoise import fields
from tortoise.migrations import operations as ops

from fundraising.store.plain_migration import PlainMigration

CHECKS = [
    (
        "alter table endpoint add constraint endpoint_https check (url like 'https://%' and read_to >= 0)",
        "alter table endpoint drop constraint endpoint_https",
    ),
]
INDEXES = [("create index delivery_of on delivery (endpoint_id, made_at)", "drop index delivery_of")]
RULES = [*CHECKS, *INDEXES]


class Migration(PlainMigration):
    dependencies = [("house", "0026_reported_news")]
    initial = False
    operations = [
        ops.AddField(
            model_name="Endpoint",
            name="read_to",
            field=fields.BigIntField(
                default=0, db_default=0, description="id of the last transfer that was looked at for it"
            ),
        ),
        ops.RunSQL(sql=[forward for forward, _ in RULES], reverse_sql=[backward for _, backward in reversed(RULES)]),
    ]
