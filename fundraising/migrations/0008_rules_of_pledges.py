"""What the tables of pages, pledges, pots, reports and results refuse by themselves."""

from tortoise.migrations import operations as ops

from fundraising.store.plain_migration import PlainMigration


def check(table: str, name: str, condition: str) -> tuple[str, str]:
    """A CHECK and its undoing."""
    return (
        f"alter table {table} add constraint {name} check ({condition})",
        f"alter table {table} drop constraint {name}",
    )


def index(statement: str, name: str) -> tuple[str, str]:
    """An index and its undoing."""
    return f"create {statement}", f"drop index {name}"


def instead(table: str, name: str, condition: str, before: str) -> tuple[str, str]:
    """Another condition for a CHECK, and what it was before."""
    change = f"alter table {table} drop constraint {name}, add constraint {name} check ({{}})"
    return change.format(condition), change.format(before)


FUND, OWN = "'^fund:[0-9]+$'", "'^(fund:[0-9]+|organiser)$'"
ACCOUNTS = f"""case kind
  when 'donation' then debit_account = 'supporters' and credit_account ~ {FUND}
  when 'refund' then debit_account ~ {FUND} and credit_account = 'supporters'
  when 'refund_failed' then debit_account = 'supporters' and credit_account ~ {OWN}
  when 'dispute' then debit_account ~ {OWN} and credit_account = 'supporters'
  when 'dispute_won' then debit_account = 'supporters' and credit_account ~ {OWN}
  when 'fee' then debit_account ~ {OWN} and credit_account = 'stripe_fees'
  when 'payout' then debit_account ~ {FUND} and credit_account ~ '^charity_bank:[0-9]+$'
  when 'payout_failed' then debit_account ~ '^charity_bank:[0-9]+$' and credit_account ~ {FUND}
  when 'cash_confirmed' then debit_account ~ '^cash:[0-9]+$' and credit_account ~ {FUND}
  when 'match' then debit_account ~ '^matched:[0-9]+$' and credit_account ~ {FUND}
  {{}}
  when 'entry_fee' then debit_account = 'supporters' and credit_account = 'organiser'
  when 'entry_refund' then debit_account = 'organiser' and credit_account = 'supporters'
  else false
end"""
RETURNED = f"""
  when 'cash_returned' then debit_account ~ {FUND} and credit_account ~ '^cash:[0-9]+$'
  when 'match_returned' then debit_account ~ {FUND} and credit_account ~ '^matched:[0-9]+$'
"""
PAYMENTS = [
    instead(
        "payment",
        "payment_purpose",
        "purpose in ('donation', 'entry', 'seats', 'together', 'cash', 'match')",
        "purpose in ('donation', 'entry', 'seats')",
    ),
    instead(
        "payment",
        "payment_beneficiary",
        "case when purpose in ('donation', 'cash', 'match') then fund_id is not null and charity_id is not null"
        " when purpose = 'together' then fund_id is null and charity_id is not null and not gift_aid"
        " when purpose in ('entry', 'seats') then fund_id is null and not gift_aid else false end",
        "(purpose = 'donation' and fund_id is not null and charity_id is not null)"
        " or (purpose in ('entry', 'seats') and fund_id is null and not gift_aid)",
    ),
    instead("transfer", "transfer_accounts", ACCOUNTS.format(RETURNED), ACCOUNTS.format("")),
]

CHECKS = [
    check("payment", "payment_part", "together_id is null or purpose = 'donation'"),
    check(
        "payment",
        "payment_without_stripe",
        "purpose not in ('cash', 'match') or (state = 'paid' and num_nonnulls(account, session_id, intent_id) = 0)",
    ),
    check("payment", "payment_match", "purpose <> 'match' or not gift_aid"),
    check("payment", "payment_paid_out", "(payout_id is null) = (paid_out_at is null)"),
    check("picture", "picture_shape", "shape in ('square', 'wide') and width > 0 and height > 0"),
    check("old_address", "old_address_slug", "slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'"),
    check("donation", "donation_message", "message_state in ('shown', 'waiting', 'hidden')"),
    check("donation", "donation_company", "company = '' or not gift_aid"),
    check("donation", "donation_connected", "not (coalesce(is_connected, false) and gift_aid)"),
    check("donation", "donation_thanks", "thanked_at is not null or thanks = ''"),
    check("donation", "donation_refund", "refund_answered_at is null or refund_asked_at is not null"),
    check("pledge_page", "pledge_page_seen", "seen_by in ('public', 'unlisted', 'private')"),
    check("pledge_page", "pledge_page_code", "(code_version = '') = (code_agreed_at is null)"),
    check("milestone", "milestone_of", "percent > 0 and target_pence > 0"),
    check("banking", "banking_end", "num_nonnulls(confirmed_at, refused_at) <= 1"),
    check("banking", "banking_two_people", "confirmed_by_id is null or confirmed_by_id is distinct from made_by_id"),
    check("cash_gift", "cash_state", "state in ('promised', 'collected', 'banked', 'confirmed', 'dropped')"),
    check("cash_gift", "cash_amount", "amount_pence > 0"),
    check("cash_gift", "cash_banked", "state not in ('banked', 'confirmed') or banking_id is not null"),
    check("cash_gift", "cash_confirmed", "state <> 'confirmed' or payment_id is not null"),
    check("result_pledge", "pledge_rule", "rule in ('minutes_under', 'finish', 'laps')"),
    check("result_pledge", "pledge_pence", "rate_pence > 0 and cap_pence >= rate_pence"),
    check("result_pledge", "pledge_minutes", "(rule = 'minutes_under') = (minutes is not null) and minutes > 0"),
    check("result_pledge", "pledge_due", "due_pence between 0 and cap_pence"),
    check("result_pledge", "pledge_settled", "(settled_at is null) = (due_pence is null)"),
    check("result_pledge", "pledge_reminders", "reminders between 0 and 3"),
    check("result_pledge", "pledge_paid", "paid_at is null or (payment_id is not null and settled_at is not null)"),
    check("pot", "pot_ratio", "ratio_percent between 1 and 1000"),
    check("pot", "pot_cap", "cap_pence > 0 and matched_pence between 0 and cap_pence and most_each_pence > 0"),
    check("pot", "pot_days", "ends_at > starts_at"),
    check("report", "report_answer", "(answer is null) = (answered_at is null) and answer in ('kept', 'hidden')"),
    check("result", "result_outcome", "outcome in ('finished', 'not_finished', 'not_started', 'disqualified')"),
    check("result", "result_time", "milliseconds > 0 and (outcome = 'finished' or milliseconds is null)"),
    check("result", "result_laps", "laps >= 0"),
]

INDEXES = [
    index("index payment_parts on payment (together_id) where together_id is not null", "payment_parts"),
    index("index payment_paid_out on payment (payout_id) where payout_id is not null", "payment_paid_out"),
    index("index donation_waiting on donation (created_at) where message_state = 'waiting'", "donation_waiting"),
    index("index page_update_of on page_update (page_id, made_at)", "page_update_of"),
    index("index cash_gift_of on cash_gift (fund_id, id)", "cash_gift_of"),
    index("index cash_gift_in on cash_gift (banking_id) where banking_id is not null", "cash_gift_in"),
    index("index banking_of on banking (fund_id)", "banking_of"),
    index("index banking_open on banking (made_at) where confirmed_at is null and refused_at is null", "banking_open"),
    index("index result_pledge_of on result_pledge (fund_id, made_at)", "result_pledge_of"),
    index(
        "index result_pledge_paid_by on result_pledge (payment_id) where payment_id is not null",
        "result_pledge_paid_by",
    ),
    index(
        "index result_pledge_due on result_pledge (reminded_at)"
        " where settled_at is not null and paid_at is null and withdrawn_at is null",
        "result_pledge_due",
    ),
    index("index pot_of on pot (fund_id)", "pot_of"),
    index("index match_of_gift on match (gift_id)", "match_of_gift"),
    index("index report_open on report (made_at) where answer is null", "report_open"),
]

# Of a child nothing that others wrote was shown, and nobody has looked at it yet.
WAITING = [
    (
        """
        update donation d set message_state = 'waiting' from payment p join fund f on f.id = p.fund_id
        where p.id = d.payment_id and f.messages_wait and d.message <> ''
        """,
        "update donation set message_state = 'shown'",
    ),
]

RULES = [*PAYMENTS, *CHECKS, *INDEXES, *WAITING]


class Migration(PlainMigration):
    dependencies = [("house", "0007_pages_and_pledges")]
    initial = False
    operations = [
        ops.RunSQL(sql=[forward for forward, _ in RULES], reverse_sql=[backward for _, backward in reversed(RULES)])
    ]
