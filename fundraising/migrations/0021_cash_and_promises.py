"""Cash that is paid in, confirmed by a second person, refused or returned; promises that are moot."""

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
    check("banking", "banking_amount", "amount_pence > 0"),
    check(
        "banking",
        "banking_confirmed",
        "case when confirmed_at is null then confirmed_by_id is null and returned_at is null else true end",
    ),
    check("banking", "banking_because", "(refused_because = '') = (refused_at is null and returned_at is null)"),
    check(
        "cash_gift", "cash_unbanked", "state in ('banked', 'confirmed') or (banking_id is null and payment_id is null)"
    ),
    check("cash_gift", "cash_collected", "state not in ('collected', 'banked', 'confirmed') or given_on is not null"),
    check(
        "cash_gift",
        "cash_declared",
        "not gift_aid or (first_name <> '' and last_name <> '' and house <> '' and postcode <> '')",
    ),
    check("result_pledge", "pledge_moot", "not is_moot or withdrawn_at is not null"),
    check("result_pledge", "pledge_proved", "settled_at is null or confirmed_at is not null"),
]

FUNCTIONS = [
    (
        # Whoever typed a line, paid it in, runs on the page or leads the team is not the second person.
        """
        create function cash_needs_two() returns trigger language plpgsql as $$
        begin
          if new.confirmed_by_id is null
             or exists (select from cash_gift g where g.banking_id = new.id and g.entered_by_id = new.confirmed_by_id)
             or exists (select from pledge_page p where p.fund_id = new.fund_id and p.person_id = new.confirmed_by_id)
             or exists (select from team t where t.fund_id = new.fund_id
                        and new.confirmed_by_id in (t.captain_id, t.co_captain_id)) then
            raise exception 'banking % needs a second person', new.id
              using errcode = 'check_violation', constraint = 'cash_two_people';
          end if;
          return new;
        end $$
        """,
        "drop function cash_needs_two()",
    ),
    (
        # What is paid in is what was typed; it counts only in a banking that was confirmed and not returned.
        """
        create function cash_is_kept() returns trigger language plpgsql as $$
        begin
          if old.state in ('banked', 'confirmed') and new.state in ('banked', 'confirmed')
             and (old.amount_pence, old.fund_id, old.banking_id)
                 is distinct from (new.amount_pence, new.fund_id, new.banking_id)
             or new.state = 'confirmed' and not exists (select from banking b where b.id = new.banking_id
                and b.confirmed_at is not null and b.returned_at is null and b.fund_id = new.fund_id) then
            raise exception 'cash gift % is paid in', new.id using errcode = 'restrict_violation';
          end if;
          return new;
        end $$
        """,
        "drop function cash_is_kept()",
    ),
]

TRIGGERS = [
    (
        "create trigger banking_second before update of confirmed_at on banking for each row"
        " when (new.confirmed_at is not null and old.confirmed_at is null) execute function cash_needs_two()",
        "drop trigger banking_second on banking",
    ),
    (
        "create trigger cash_kept before update on cash_gift for each row execute function cash_is_kept()",
        "drop trigger cash_kept on cash_gift",
    ),
]

RULES = [*CHECKS, *FUNCTIONS, *TRIGGERS]


class Migration(PlainMigration):
    dependencies = [("house", "0020_claim_lines")]
    initial = False
    operations = [
        ops.AddField(
            model_name="Banking",
            name="amount_pence",
            field=fields.BigIntField(description="what its lines came to when it was paid in"),
        ),
        ops.AddField(
            model_name="Banking",
            name="refused_by",
            field=fields.ForeignKeyField(
                "house.Person",
                source_field="refused_by_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="bankings_refused",
                on_delete=OnDelete.SET_NULL,
            ),
        ),
        ops.AlterField(
            model_name="Banking",
            name="refused_because",
            field=fields.CharField(default="", description="or returned", max_length=300),
        ),
        ops.AddField(
            model_name="Banking",
            name="returned_at",
            field=fields.DatetimeField(
                null=True,
                description="it was confirmed by mistake, and counts no more",
                auto_now=False,
                auto_now_add=False,
            ),
        ),
        ops.AddField(
            model_name="CashGift",
            name="once",
            field=fields.CharField(
                null=True, unique=True, description="of a form sent twice, one line is kept", max_length=32
            ),
        ),
        ops.AddField(
            model_name="ResultPledge",
            name="is_moot",
            field=fields.BooleanField(
                default=False,
                description="not by its sponsor: its runner does not run after all",
                db_default=False,
            ),
        ),
        ops.RunSQL(sql=[forward for forward, _ in RULES], reverse_sql=[backward for _, backward in reversed(RULES)]),
    ]
