"""What the tables of charities' desks refuse by themselves."""

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


CHECKS = [
    check("charity", "charity_hmrc", "hmrc_reference = '' or hmrc_reference ~ '^[A-Z]{1,2}[0-9]{1,5}$'"),
    check("partner_invitation", "partner_invitation_role", "role in ('view', 'finance')"),
    check("partner_invitation", "partner_invitation_email", "email = lower(email)"),
    check("partner_invitation", "partner_invitation_end", "num_nonnulls(used_at, revoked_at) <= 1"),
    check("donor_look", "donor_look_rows", "rows >= 0"),
    check(
        "application",
        "application_step",
        "step in ('unconfirmed', 'waiting', 'asked_back', 'approved', 'declined')",
    ),
    check(
        "application",
        "application_register",
        "register in ('england_and_wales', 'scotland', 'northern_ireland', 'none')",
    ),
    check("application", "application_confirmed", "step = 'unconfirmed' or confirmed_at is not null"),
    check("application", "application_decided", "(decided_at is not null) = (step in ('approved', 'declined'))"),
    check("application", "application_charity", "(charity_id is not null) = (step = 'approved')"),
    check("bank_payout", "bank_payout_pence", "pence > 0"),
    check("bank_payout", "bank_payout_reference", "reference <> ''"),
    check("claim", "claim_state", "state in ('draft', 'claimed', 'received')"),
    check("claim", "claim_period", "from_on <= to_on"),
    check("claim", "claim_sums", "gifts_pence >= 0 and over_claimed_pence >= 0"),
    check("claim", "claim_claimed", "(claimed_on is not null) = (state in ('claimed', 'received'))"),
    check(
        "claim",
        "claim_received",
        "num_nonnulls(received_on, received_pence) = case state when 'received' then 2 else 0 end",
    ),
    check("claim_line", "claim_line_kind", "kind in ('donor', 'aggregated', 'sponsored')"),
    check("claim_line", "claim_line_pence", "pence > 0 and position > 0"),
    check(
        "claim_line",
        "claim_line_who",
        "case when kind = 'aggregated' then aggregated <> '' and last_name = '' and pence <= 100000"
        " else aggregated = '' and first_name <> '' and last_name <> '' and house <> '' end",
    ),
    check("claimed_gift", "claimed_gift_pence", "pence > 0"),
    check("over_claim", "over_claim_pence", "pence > 0 and tax_pence >= 0"),
    check("delivery", "delivery_over", "done_at is null or next_at is null"),
]

INDEXES = [
    index("index partner_of_person on partner (person_id)", "partner_of_person"),
    index("index application_open on application (sent_at) where step = 'waiting'", "application_open"),
    index("index application_of on application (lower(email))", "application_of"),
    index("index bank_payout_of on bank_payout (charity_id, paid_on)", "bank_payout_of"),
    index("index claimed_gift_cash on claimed_gift (cash_gift_id) where cash_gift_id is not null", "claimed_gift_cash"),
    index("index claimed_gift_line on claimed_gift (line_id)", "claimed_gift_line"),
    index("index over_claim_in on over_claim (claim_id)", "over_claim_in"),
    index("index api_key_of on api_key (charity_id)", "api_key_of"),
    index("index endpoint_of on endpoint (charity_id) where ended_at is null", "endpoint_of"),
    index("index delivery_next on delivery (next_at) where next_at is not null", "delivery_next"),
]

# A claim that was sent to HMRC, its lines and its gifts never change; and nobody rewrites who looked at donors.
TRIGGERS = [
    (
        """
        create function claim_stays() returns trigger language plpgsql as $$
        declare sent text; about bigint := coalesce(new.claim_id, old.claim_id);
        begin
          select state into sent from claim where id = about;
          if sent in ('claimed', 'received') then
            raise exception 'claim % has been sent to HMRC: what it holds is never changed', about
              using errcode = 'restrict_violation';
          end if;
          return coalesce(new, old);
        end $$
        """,
        "drop function claim_stays()",
    ),
    (
        "create trigger claim_line_stays before insert or update or delete on claim_line"
        " for each row execute function claim_stays()",
        "drop trigger claim_line_stays on claim_line",
    ),
    (
        "create trigger claimed_gift_stays before insert or update or delete on claimed_gift"
        " for each row execute function claim_stays()",
        "drop trigger claimed_gift_stays on claimed_gift",
    ),
    (
        "create trigger over_claim_stays before insert or update or delete on over_claim"
        " for each row execute function claim_stays()",
        "drop trigger over_claim_stays on over_claim",
    ),
    (
        """
        create function claim_goes_on() returns trigger language plpgsql as $$
        begin
          if tg_op = 'DELETE' then
            if old.state <> 'draft' then
              raise exception 'claim % has been sent to HMRC: it stays', old.id
                using errcode = 'restrict_violation';
            end if;
            return old;
          end if;
          if old.state <> 'draft' and (
            new.state = 'draft' or (old.state, new.state) = ('received', 'claimed')
            or (new.charity_id, new.number, new.from_on, new.to_on, new.gifts_pence, new.over_claimed_pence, new.claimed_on)
               is distinct from
               (old.charity_id, old.number, old.from_on, old.to_on, old.gifts_pence, old.over_claimed_pence, old.claimed_on)
          ) then
            raise exception 'claim % has been sent to HMRC: it only goes on', old.id
              using errcode = 'restrict_violation';
          end if;
          return new;
        end $$
        """,
        "drop function claim_goes_on()",
    ),
    (
        "create trigger claim_goes_on before update or delete on claim for each row execute function claim_goes_on()",
        "drop trigger claim_goes_on on claim",
    ),
]

RULES = [*CHECKS, *INDEXES, *TRIGGERS]


class Migration(PlainMigration):
    dependencies = [("house", "0017_charity_desks")]
    initial = False
    operations = [
        ops.RunSQL(sql=[forward for forward, _ in RULES], reverse_sql=[backward for _, backward in reversed(RULES)])
    ]
