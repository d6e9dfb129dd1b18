"""What the tables refuse by themselves. Tortoise never applies `Meta.constraints` of a new model, so they stand here.

`tests/house/test_database_rules.py` tries to break every one of them in the database.
"""

from tortoise.migrations import operations as ops

from fundraising.store.plain_migration import PlainMigration


def check(table: str, name: str, condition: str) -> tuple[str, str]:
    """A CHECK and its undoing."""
    return (
        f"alter table {table} add constraint {name} check ({condition})",
        f"alter table {table} drop constraint {name}",
    )


CHECKS = [
    check("fund", "fund_kind", "kind in ('runner', 'team', 'charity', 'event')"),
    check("fund", "fund_state", "state in ('open', 'paused', 'closed')"),
    check("fund", "fund_totals", "raised_pence >= 0 and gift_aid_pence >= 0 and donations >= 0 and version >= 0"),
    check("fund", "fund_target", "target_pence > 0"),
    check("fund", "fund_slug", "slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'"),
    check("fund", "fund_currency", "currency ~ '^[a-z]{3}$'"),
    check("fund", "fund_colour", "colour between 0 and 11"),
    check(
        "fund",
        "fund_counts_towards",
        "kind = 'runner' or (kind = 'team' and team_id is null)"
        " or (team_id is null and charity_id is null and event_id is null)",
    ),
    check("payment", "payment_purpose", "purpose in ('donation', 'entry')"),
    check("payment", "payment_state", "state in ('made', 'open', 'processing', 'expired', 'failed', 'paid')"),
    check("payment", "payment_amount", "amount_pence > 0"),
    check(
        "payment",
        "payment_standing",
        "refunded_pence >= 0 and disputed_pence >= 0 and refunded_pence + disputed_pence <= amount_pence",
    ),
    check("payment", "payment_paid", "(state = 'paid') = (paid_at is not null)"),
    check(
        "payment",
        "payment_beneficiary",
        "(purpose = 'donation' and fund_id is not null and charity_id is not null)"
        " or (purpose = 'entry' and fund_id is null and not gift_aid)",
    ),
    check("payment", "payment_net", "fee_pence >= 0 and net_pence = amount_pence - fee_pence"),
    check("stripe_event", "stripe_event_state", "state in ('taken', 'ignored', 'waiting', 'set_aside')"),
    check("stripe_event", "stripe_event_waits", "(state = 'waiting') = (waits_for is not null)"),
    check("transfer", "transfer_pence", "pence > 0"),
    check("transfer", "transfer_hash", "length(hash) = 64 and length(previous_hash) = 64"),
    check(
        "transfer",
        "transfer_accounts",
        """case kind
             when 'donation' then debit_account = 'supporters' and credit_account ~ '^fund:[0-9]+$'
             when 'refund' then debit_account ~ '^fund:[0-9]+$' and credit_account = 'supporters'
             when 'refund_failed' then debit_account = 'supporters' and credit_account ~ '^(fund:[0-9]+|organiser)$'
             when 'dispute' then debit_account ~ '^(fund:[0-9]+|organiser)$' and credit_account = 'supporters'
             when 'dispute_won' then debit_account = 'supporters' and credit_account ~ '^(fund:[0-9]+|organiser)$'
             when 'fee' then debit_account ~ '^(fund:[0-9]+|organiser)$' and credit_account = 'stripe_fees'
             when 'payout' then debit_account ~ '^fund:[0-9]+$' and credit_account ~ '^charity_bank:[0-9]+$'
             when 'payout_failed' then debit_account ~ '^charity_bank:[0-9]+$' and credit_account ~ '^fund:[0-9]+$'
             when 'cash_confirmed' then debit_account ~ '^cash:[0-9]+$' and credit_account ~ '^fund:[0-9]+$'
             when 'match' then debit_account ~ '^matched:[0-9]+$' and credit_account ~ '^fund:[0-9]+$'
             when 'entry_fee' then debit_account = 'supporters' and credit_account = 'organiser'
             when 'entry_refund' then debit_account = 'organiser' and credit_account = 'supporters'
             else false
           end""",
    ),
    check("ledger_head", "ledger_head_one", "id = 1 and last_id >= 0 and length(hash) = 64 and waiting >= 0"),
    check("donation", "donation_gift", "gift_pence > 0 and cover_pence >= 0"),
    check("connected_account", "connected_account_id", r"stripe_id ~ '^acct_\w+$'"),
    check("race", "race_kind", "kind in ('timed', 'team', 'fun')"),
    check("race", "race_distance", "distance_metres > 0"),
]

INDEXES = [
    *(
        (
            f"create index payment_of_{column} on payment ({column}_id, paid_at, id) where state = 'paid'",
            f"drop index payment_of_{column}",
        )
        for column in ("fund", "charity", "event")  # the lists of latest gifts
    ),
    (
        "create index stripe_event_waiting on stripe_event (waits_for) where state = 'waiting'",
        "drop index stripe_event_waiting",
    ),
    (
        "create index stripe_event_open on stripe_event (received_at) where state in ('waiting', 'set_aside')",
        "drop index stripe_event_open",
    ),
    (
        "create index payment_open on payment (created_at) where state in ('made', 'open', 'processing')",
        "drop index payment_open",
    ),
    (
        "create index payment_again on payment (fingerprint) where state in ('made', 'open')",
        "drop index payment_again",
    ),
    ("create index letter_due on letter (due_at) where sent_at is null", "drop index letter_due"),
]

FUNCTIONS = [
    (
        """
        create function refuse_change() returns trigger language plpgsql as $$
        begin
          raise exception '% is append-only: % is refused', tg_table_name, tg_op using errcode = 'restrict_violation';
        end $$
        """,
        "drop function refuse_change()",
    ),
    (
        """
        create function fund_is_sound() returns trigger language plpgsql as $$
        begin
          if tg_op = 'UPDATE' and new.kind <> old.kind then
            raise exception 'the kind of a fund never changes' using errcode = 'check_violation';
          end if;
          if tg_op = 'UPDATE' and new.charity_id is distinct from old.charity_id and exists
             (select from payment where fund_id = old.id and state = 'paid') then
            raise exception 'the charity of a fund cannot change after its first donation'
              using errcode = 'check_violation';
          end if;
          if exists (select from fund where id = new.team_id and kind <> 'team')
             or exists (select from fund where id = new.charity_id and kind <> 'charity')
             or exists (select from fund where id = new.event_id and kind <> 'event') then
            raise exception 'a fund counts towards a team, a charity and an event, each of its kind'
              using errcode = 'check_violation';
          end if;
          return new;
        end $$
        """,
        "drop function fund_is_sound()",
    ),
    (
        """
        create function payment_is_fixed() returns trigger language plpgsql as $$
        begin
          raise exception 'amount, currency, account and beneficiary of a payment never change, and paid stays paid'
            using errcode = 'check_violation';
        end $$
        """,
        "drop function payment_is_fixed()",
    ),
    (
        """
        create function declaration_is_kept() returns trigger language plpgsql as $$
        begin
          if tg_op = 'DELETE' or to_jsonb(new) - 'cancelled_at' <> to_jsonb(old) - 'cancelled_at'
             or old.cancelled_at is not null then
            raise exception 'a declaration is never edited, only cancelled with a date'
              using errcode = 'restrict_violation';
          end if;
          return new;
        end $$
        """,
        "drop function declaration_is_kept()",
    ),
]

TRIGGERS = [
    (
        "create trigger fund_sound before insert or update of kind, team_id, charity_id, event_id on fund"
        " for each row execute function fund_is_sound()",
        "drop trigger fund_sound on fund",
    ),
    (
        """
        create trigger payment_fixed before update on payment for each row when (
          (new.purpose, new.amount_pence, new.currency, new.livemode, new.account, new.fund_id, new.charity_id, new.event_id)
          is distinct from
          (old.purpose, old.amount_pence, old.currency, old.livemode, old.account, old.fund_id, old.charity_id, old.event_id)
          or (old.state = 'paid' and new.state <> 'paid')
        ) execute function payment_is_fixed()
        """,
        "drop trigger payment_fixed on payment",
    ),
    (
        "create trigger transfer_append_only before update or delete on transfer"
        " for each row execute function refuse_change()",
        "drop trigger transfer_append_only on transfer",
    ),
    (
        "create trigger transfer_never_emptied before truncate on transfer"
        " for each statement execute function refuse_change()",
        "drop trigger transfer_never_emptied on transfer",
    ),
    (
        "create trigger declaration_kept before update or delete on declaration"
        " for each row execute function declaration_is_kept()",
        "drop trigger declaration_kept on declaration",
    ),
]


# Events are written once and hardly ever read: their bodies are neither compressed nor moved out of line.
STORAGE = [
    (
        "alter table stripe_event alter payload set storage external, set (toast_tuple_target = 8160)",
        "alter table stripe_event alter payload set storage extended, reset (toast_tuple_target)",
    ),
    (
        "insert into ledger_head (id, last_id, hash, waiting) values (1, 0, repeat('0', 64), 0)",
        "delete from ledger_head",
    ),
]


RULES = [*CHECKS, *INDEXES, *FUNCTIONS, *TRIGGERS, *STORAGE]


class Migration(PlainMigration):
    dependencies = [("house", "0001_tables")]
    initial = False
    # One operation: each costs a copy of the whole state of the models.
    operations = [
        ops.RunSQL(sql=[forward for forward, _ in RULES], reverse_sql=[backward for _, backward in reversed(RULES)])
    ]
