"""What Stripe still asks of a charity's account, accounts that it had before, and bank payouts that stay as they are."""

from orjson import loads
from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from fundraising.store.plain_migration import PlainMigration

# Accounts that are here have been connected by hand: gifts go there.
USED = ["update connected_account set used_since = coalesce(reported_at, now())"]
UNUSED = ["update connected_account set used_since = null"]
INDEXES = [
    (
        "create unique index bank_payout_told_once on bank_payout (charity_id, lower(reference))",
        "drop index bank_payout_told_once",
    ),
]
TRIGGERS = [
    (
        """
        create function bank_payout_stays() returns trigger language plpgsql as $$
        begin
          if tg_op = 'DELETE' or old.undone_at is distinct from new.undone_at and old.undone_at is not null
             or (new.charity_id, new.pence, new.currency, new.reference, new.paid_on, new.made_at)
                is distinct from (old.charity_id, old.pence, old.currency, old.reference, old.paid_on, old.made_at)
          then
            raise exception 'bank payout % stands in the ledger: it is undone once, and else stays as it is', old.id
              using errcode = 'restrict_violation';
          end if;
          return null;
        end $$
        """,
        "drop function bank_payout_stays()",
    ),
    (
        "create trigger bank_payout_stays after update or delete on bank_payout"
        " for each row execute function bank_payout_stays()",
        "drop trigger bank_payout_stays on bank_payout",
    ),
]
RULES = [*INDEXES, *TRIGGERS]


class Migration(PlainMigration):
    dependencies = [("house", "0028_payout_lines")]
    initial = False
    operations = [
        ops.CreateModel(
            name="FormerAccount",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "charity",
                    fields.ForeignKeyField(
                        "house.Fund",
                        source_field="charity_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="former_accounts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("stripe_id", fields.CharField(unique=True, max_length=60)),
                ("disconnected_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "former_account",
                "app": "house",
                "indexes": [Index(fields=["charity_id"], name="former_account_of")],
                "pk_attr": "id",
                "table_description": "A Stripe account that a charity had connected before the one it has now: what was given there stays there.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="ConnectedAccount",
            name="requirements",
            field=fields.JSONField(
                null=True,
                description="what Stripe still asks, by its own keys; see `reports.asked`",
                encoder=JSON_DUMPS,
                decoder=loads,
            ),
        ),
        ops.AddField(
            model_name="ConnectedAccount",
            name="connected_at",
            field=fields.DatetimeField(
                null=True, description="when it was last connected here", auto_now=False, auto_now_add=False
            ),
        ),
        ops.AddField(
            model_name="ConnectedAccount",
            name="used_since",
            field=fields.DatetimeField(
                null=True,
                description="from when on gifts go to its own account; null: Stripe has not opened one yet",
                auto_now=False,
                auto_now_add=False,
            ),
        ),
        ops.RunSQL(sql=USED, reverse_sql=UNUSED),
        ops.RunSQL(sql=[forward for forward, _ in RULES], reverse_sql=[backward for _, backward in reversed(RULES)]),
    ]
