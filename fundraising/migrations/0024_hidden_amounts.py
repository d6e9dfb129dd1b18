"""Whoever hides an amount, at whatever time, hides what a pot has added to it; and a private page comes back private."""

from tortoise.migrations import operations as ops

from fundraising.store.plain_migration import PlainMigration

STAYS = """
create or replace function fund_stays_hidden() returns trigger language plpgsql as $$
begin
  new.behind := {};
  new.state := 'hidden';
  return new;
end $$
"""
FUNCTIONS = [
    (STAYS.format("new.state"), STAYS.format("case when new.state = 'hidden' then old.behind else new.state end")),
    (
        """
        create function matches_hide_along() returns trigger language plpgsql as $$
        begin
          update donation d set hide_amount = new.hide_amount from match m
          where m.gift_id = new.payment_id and d.payment_id = m.payment_id;
          return null;
        end $$
        """,
        "drop function matches_hide_along()",
    ),
]
TRIGGERS = [
    (
        "create trigger donation_matches after update of hide_amount on donation for each row"
        " when (new.hide_amount is distinct from old.hide_amount) execute function matches_hide_along()",
        "drop trigger donation_matches on donation",
    ),
]
RULES = [*FUNCTIONS, *TRIGGERS]


class Migration(PlainMigration):
    dependencies = [("house", "0023_receipts")]
    initial = False
    operations = [
        ops.RunSQL(sql=[forward for forward, _ in RULES], reverse_sql=[backward for _, backward in reversed(RULES)])
    ]
