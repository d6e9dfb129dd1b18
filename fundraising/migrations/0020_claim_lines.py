"""A line of a draft may be incomplete, one that is sent to HMRC may not; a declaration knows when it was claimed."""

from tortoise import fields
from tortoise.migrations import operations as ops

from fundraising.store.plain_migration import PlainMigration

AGGREGATED = "aggregated <> '' and last_name = '' and pence <= 100000"
WHOLE = "first_name <> '' and last_name <> '' and house <> ''"
CHECKS = [
    (
        "alter table claim_line drop constraint claim_line_who, add constraint claim_line_who check ("
        f"case when kind = 'aggregated' then {AGGREGATED} else aggregated = '' end)",
        "alter table claim_line drop constraint claim_line_who, add constraint claim_line_who check ("
        f"case when kind = 'aggregated' then {AGGREGATED} else aggregated = '' and {WHOLE} end)",
    ),
    (
        "alter table declaration add constraint declaration_received check (received_on is null or claimed_on is not null)",
        "alter table declaration drop constraint declaration_received",
    ),
]
KEPT = """
create or replace function declaration_is_kept() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.cancelled_at is not null {} then
    raise exception 'a declaration is never edited, only claimed, received and cancelled, each with a date'
      using errcode = 'restrict_violation';
  end if;
  return new;
end $$
"""
ONCE = """
     or to_jsonb(new) - '{cancelled_at,claimed_on,received_on}'::text[]
        <> to_jsonb(old) - '{cancelled_at,claimed_on,received_on}'::text[]
     or (old.claimed_on is not null and new.claimed_on is distinct from old.claimed_on)
     or (old.received_on is not null and new.received_on is distinct from old.received_on)
"""
TRIGGERS = [
    (
        KEPT.replace("{}", ONCE),
        KEPT.replace("{}", "or to_jsonb(new) - 'cancelled_at' <> to_jsonb(old) - 'cancelled_at'"),
    ),
    (
        f"""
        create function claim_is_whole() returns trigger language plpgsql as $$
        begin
          if old.state = 'draft' and new.state <> 'draft' and (
            not exists (select from claim_line where claim_id = new.id)
            or exists (select from claim_line where claim_id = new.id and kind <> 'aggregated' and not ({WHOLE}))
          ) then
            raise exception 'claim % is not ready to be sent to HMRC', new.id using errcode = 'restrict_violation';
          end if;
          return new;
        end $$
        """,  # noqa: S608 - put together from constants
        "drop function claim_is_whole()",
    ),
    (
        "create trigger claim_is_whole before update on claim for each row execute function claim_is_whole()",
        "drop trigger claim_is_whole on claim",
    ),
]
RULES = [*CHECKS, *TRIGGERS]


class Migration(PlainMigration):
    dependencies = [("house", "0019_results")]
    initial = False
    operations = [
        ops.AddField(
            model_name="Declaration",
            name="claimed_on",
            field=fields.DateField(null=True, description="when the charity claimed it from HMRC"),
        ),
        ops.AddField(
            model_name="Declaration",
            name="received_on",
            field=fields.DateField(null=True, description="when HMRC paid"),
        ),
        ops.RunSQL(sql=[forward for forward, _ in RULES], reverse_sql=[backward for _, backward in reversed(RULES)]),
    ]
