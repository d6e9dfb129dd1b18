"""What runners say of their pages: reasons why one stands still are kept; an address that was left leads on for good."""

from tortoise import fields
from tortoise.migrations import operations as ops

from fundraising.store.plain_migration import PlainMigration

# Until now a page stood still for one of two reasons, and neither was kept.
REASONS = [
    """
    update pledge_page g set stopped_because = f.closed_because from fund f
    where f.id = g.fund_id and f.state = 'paused' and f.closed_because <> ''
    """,
    """
    update pledge_page g set waits_for_guardian = true from fund f
    where f.id = g.fund_id and f.state = 'hidden' and f.hidden_at is null
    """,
]
# An address that somebody left leads to them for good: on posters, in chats. Looked at after the row is written, so that
# who waited for it sees what the one before has done.
FUNCTIONS = [
    (
        """
        create function slug_is_left() returns trigger language plpgsql as $$
        begin
          if tg_table_name = 'fund' then
            if exists (select from old_address o
                       where o.kind = new.kind and o.slug = new.slug and o.fund_id <> new.id) then
              raise exception 'the address % of another % leads on', new.slug, new.kind
                using errcode = 'restrict_violation', constraint = 'fund_slug_is_free';
            end if;
          elsif exists (select from fund f where f.kind = new.kind and f.slug = new.slug) then
            raise exception 'the address % is lived at', new.slug
              using errcode = 'restrict_violation', constraint = 'old_address_is_left';
          end if;
          return null;
        end $$
        """,
        "drop function slug_is_left()",
    ),
]
TRIGGERS = [
    (
        "create trigger fund_slug_is_free after insert or update of slug, kind on fund"
        " for each row execute function slug_is_left()",
        "drop trigger fund_slug_is_free on fund",
    ),
    (
        "create trigger old_address_is_left after insert or update on old_address"
        " for each row execute function slug_is_left()",
        "drop trigger old_address_is_left on old_address",
    ),
]
CHECKS = [
    (
        "alter table pledge_page add constraint pledge_page_video check (video = '' or video ~ '^https?://')",
        "alter table pledge_page drop constraint pledge_page_video",
    ),
]
INDEXES = [("create index old_address_of on old_address (fund_id)", "drop index old_address_of")]
RULES = [*FUNCTIONS, *TRIGGERS, *CHECKS, *INDEXES]


class Migration(PlainMigration):
    dependencies = [("house", "0021_cash_and_promises")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Fund",
            name="is_ranked",
            field=fields.BooleanField(
                default=True,
                description="compared with others; not so of a page in memory of somebody",
                db_default=True,
            ),
        ),
        ops.AddField(
            model_name="PledgePage",
            name="waits_for_guardian",
            field=fields.BooleanField(default=False, description="nobody sees it until then", db_default=False),
        ),
        ops.AddField(
            model_name="PledgePage",
            name="stopped_because",
            field=fields.CharField(
                default="",
                description="why it takes no gifts, when its runner does not run",
                db_default="",
                max_length=200,
            ),
        ),
        ops.RunSQL(sql=REASONS, reverse_sql=[]),
        ops.RemoveField(model_name="PledgePage", name="hidden_at"),
        ops.RemoveField(model_name="PledgePage", name="hidden_because"),
        ops.RunSQL(sql=[forward for forward, _ in RULES], reverse_sql=[backward for _, backward in reversed(RULES)]),
    ]
