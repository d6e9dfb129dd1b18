"""Gift Aid that is added later or once more; and refunds that were asked for, and answered."""

from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from fundraising.store.plain_migration import PlainMigration


def check(table: str, name: str, condition: str) -> tuple[str, str]:
    """A CHECK and its undoing."""
    return (
        f"alter table {table} add constraint {name} check ({condition})",
        f"alter table {table} drop constraint {name}",
    )


CHECKS = [
    check(
        "donation",
        "donation_refund_granted",
        "refund_granted_pence is null"
        " or (refund_granted_pence > 0 and refund_answered_at is not null and refund_answer = '')",
    ),
    check("donation", "donation_refund_key", "refund_key = '' or refund_granted_pence is not null"),
]
INDEXES = [
    (
        "create unique index declaration_stands on declaration (donation_id) where cancelled_at is null",
        "drop index declaration_stands",
    ),
    ("create index declaration_of on declaration (donation_id)", "drop index declaration_of"),
    (
        "create index donation_refund_open on donation (refund_asked_at)"
        " where refund_asked_at is not null and refund_answered_at is null",
        "drop index donation_refund_open",
    ),
]
RULES = [*CHECKS, *INDEXES]


class Migration(PlainMigration):
    dependencies = [("house", "0022_pages_are_edited")]

    initial = False

    operations = [
        ops.AlterField(
            model_name="Declaration",
            name="donation",
            field=fields.ForeignKeyField(
                "house.Donation",
                source_field="donation_id",
                db_constraint=True,
                to_field="id",
                related_name="declarations",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.AddField(
            model_name="Donation",
            name="refund_answered_by",
            field=fields.ForeignKeyField(
                "house.Person",
                source_field="refund_answered_by_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="refunds_answered",
                on_delete=OnDelete.SET_NULL,
            ),
        ),
        ops.AddField(
            model_name="Donation",
            name="refund_granted_pence",
            field=fields.BigIntField(null=True, description="what goes back; null: refused, or not answered"),
        ),
        ops.AddField(
            model_name="Donation",
            name="refund_key",
            field=fields.CharField(
                default="",
                description="for Stripe, stored before it is asked to give it back",
                db_default="",
                max_length=80,
            ),
        ),
        ops.RunSQL(sql=[forward for forward, _ in RULES], reverse_sql=[backward for _, backward in reversed(RULES)]),
    ]
