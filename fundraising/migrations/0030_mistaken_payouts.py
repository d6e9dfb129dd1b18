"""A bank payout that was recorded by mistake is undone as such; the reference of one that is undone is free again."""

from tortoise import fields
from tortoise.migrations import operations as ops

from fundraising.store.plain_migration import PlainMigration

CHECKS = [
    (
        "alter table bank_payout add constraint bank_payout_mistake check (undone_at is not null or not was_mistake)",
        "alter table bank_payout drop constraint bank_payout_mistake",
    ),
]
# The index has the name that it had, and holds for those that stand.
AGAIN = (
    ["drop index bank_payout_told_once"],
    ["create unique index bank_payout_told_once on bank_payout (charity_id, lower(reference))"],
)
INDEXES = [
    (
        "create unique index bank_payout_told_once on bank_payout (charity_id, lower(reference))"
        " where undone_at is null",
        "drop index bank_payout_told_once",
    ),
]


class Migration(PlainMigration):
    dependencies = [("house", "0029_accounts_and_owed")]
    initial = False
    operations = [
        ops.AddField(
            model_name="BankPayout",
            name="was_mistake",
            field=fields.BooleanField(
                default=False, db_default=False, description="undone since it was never paid so, not by the bank"
            ),
        ),
        ops.RunSQL(sql=AGAIN[0], reverse_sql=AGAIN[1]),
        ops.RunSQL(
            sql=[forward for forward, _ in (*CHECKS, *INDEXES)],
            reverse_sql=[backward for _, backward in (*INDEXES, *CHECKS)],
        ),
    ]
