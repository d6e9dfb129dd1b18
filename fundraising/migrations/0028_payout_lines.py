"""What Stripe lists in each payout, so that statements can be held against it to the penny."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from fundraising.store.plain_migration import PlainMigration

CHECKS = [
    (
        "alter table payout_line add constraint payout_line_sums check (net_pence = gross_pence - fee_pence)",
        "alter table payout_line drop constraint payout_line_sums",
    ),
]


class Migration(PlainMigration):
    dependencies = [("house", "0027_endpoints_read_on")]
    initial = False
    operations = [
        ops.CreateModel(
            name="PayoutLine",
            fields=[
                (
                    "id",
                    fields.CharField(primary_key=True, unique=True, db_index=True, description="txn_…", max_length=60),
                ),
                ("payout_id", fields.CharField(max_length=60)),
                ("account", fields.CharField(max_length=60)),
                (
                    "kind",
                    fields.CharField(description="as Stripe calls it: charge, refund, adjustment, …", max_length=40),
                ),
                (
                    "source",
                    fields.CharField(default="", description="what moved the money: ch_…, re_…, dp_…", max_length=60),
                ),
                ("gross_pence", fields.BigIntField(description="less than nothing when money left")),
                ("fee_pence", fields.BigIntField()),
                ("net_pence", fields.BigIntField()),
                ("made_at", fields.DatetimeField(description="says Stripe", auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "payout_line",
                "app": "house",
                "indexes": [Index(fields=["payout_id"], name="payout_line_of")],
                "pk_attr": "id",
                "table_description": (
                    "One balance transaction that Stripe lists in a payout. It moves nothing; statements are held against it."
                ),
            },
            bases=["Model"],
        ),
        ops.RunSQL(sql=[forward for forward, _ in CHECKS], reverse_sql=[backward for _, backward in reversed(CHECKS)]),
    ]
