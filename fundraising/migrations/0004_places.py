"""What the tables of people, events and entries refuse by themselves; places above all: they are counted by a trigger
and bounded by a check, so that no way of taking one can oversell a race.

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


def index(statement: str, name: str) -> tuple[str, str]:
    """An index and its undoing."""
    return f"create {statement}", f"drop index {name}"


CHECKS = [
    check("person", "person_email", "email = lower(email) and (email is null) = (erased_at is not null)"),
    check("sign_in_link", "sign_in_link_purpose", "purpose in ('sign_in', 'new_email', 'operator')"),
    check("session", "session_way", "way in ('letter', 'passkey', 'demo')"),
    check("stopped_series", "stopped_series_email", "email = lower(email)"),
    check("event", "event_stage", "stage in ('draft', 'open', 'closed', 'resting', 'cancelled', 'finished')"),
    check("event", "event_refund", "refund_percent between 0 and 100"),
    check("event", "event_entries", "entries_open_at < entries_close_at"),
    check("event_day", "event_day_capacity", "taken >= 0 and taken <= capacity"),
    check("race", "race_capacity", "taken >= 0 and taken <= capacity"),
    check("race", "race_team", "least_in_team between 1 and most_in_team"),
    check("race", "race_numbers", "(numbers_from is null) = (numbers_to is null) and numbers_from <= numbers_to"),
    check("price", "price_pence", "pence >= 0 and pence <= 100000"),
    check("price", "price_days", "from_at < until_at"),
    check("question", "question_kind", "kind in ('text', 'choice', 'tick')"),
    check("party", "party_fee", "fee_pence >= 0 and (payment_id is null or fee_pence > 0)"),
    check("entry", "entry_state", "state in ('held', 'placed', 'lapsed', 'withdrawn', 'deferred')"),
    check("entry", "entry_category", "category in ('female', 'male', 'open')"),
    check("entry", "entry_placed", "state not in ('placed', 'withdrawn', 'deferred') or placed_at is not null"),
    check("entry", "entry_ended", "(state in ('lapsed', 'withdrawn', 'deferred')) = (ended_at is not null)"),
    check("entry", "entry_price", "credit_pence >= 0 and credit_pence <= price_pence"),
    check("entry", "entry_medical", "medical is null or medical_until is not null"),
    check("waiting", "waiting_state", "state in ('waiting', 'offered', 'taken', 'lapsed', 'left')"),
    check("waiting", "waiting_offered", "state <> 'offered' or offered_until is not null"),
    check("credit", "credit_pence", "pence > 0"),
    check("partner", "partner_role", "role in ('view', 'finance')"),
    check("enquiry", "enquiry_kind", "kind in ('sponsor', 'charity')"),
]

INDEXES = [
    index("unique index entry_number on entry (race_id, number) where number is not null", "entry_number"),
    index(
        "unique index waiting_once on waiting (race_id, lower(email)) where state in ('waiting', 'offered')",
        "waiting_once",
    ),
    index("index waiting_next on waiting (race_id, joined_at) where state = 'waiting'", "waiting_next"),
    index("index waiting_offers on waiting (offered_until) where state = 'offered'", "waiting_offers"),
    index("index entry_of_race on entry (race_id, state)", "entry_of_race"),
    index("index entry_of_person on entry (person_id)", "entry_of_person"),
    index("index entry_of_party on entry (party_id)", "entry_of_party"),
    index("index entry_medical_due on entry (medical_until) where medical is not null", "entry_medical_due"),
    index("index party_held on party (held_until) where held_until is not null", "party_held"),
    index("index session_of_person on session (person_id)", "session_of_person"),
    index("index sign_in_link_recent on sign_in_link (email, made_at)", "sign_in_link_recent"),
    index("index letter_to on letter (lower(recipient), written_at)", "letter_to"),
    index("index donation_by on donation (lower(email))", "donation_by"),
]

FUNCTIONS = [
    (
        """
        create function count_place(race bigint, places int) returns void language plpgsql as $$
        begin
          update race r set taken = r.taken + places where r.id = race;
          update event_day d set taken = d.taken + places from race r where r.id = race and d.id = r.day_id;
        end $$
        """,
        "drop function count_place(bigint, int)",
    ),
    (
        """
        create function entry_takes_place() returns trigger language plpgsql as $$
        declare
          was bigint := case when tg_op <> 'INSERT' and old.state in ('held', 'placed') then old.race_id end;
          now bigint := case when tg_op <> 'DELETE' and new.state in ('held', 'placed') then new.race_id end;
        begin
          if was is distinct from now then
            if was is not null then perform count_place(was, -1); end if;
            if now is not null then perform count_place(now, 1); end if;
          end if;
          return null;
        end $$
        """,
        "drop function entry_takes_place()",
    ),
    (
        """
        create function offer_takes_place() returns trigger language plpgsql as $$
        declare
          was bigint := case when tg_op <> 'INSERT' and old.state = 'offered' then old.race_id end;
          now bigint := case when tg_op <> 'DELETE' and new.state = 'offered' then new.race_id end;
        begin
          if was is distinct from now then
            if was is not null then perform count_place(was, -1); end if;
            if now is not null then perform count_place(now, 1); end if;
          end if;
          return null;
        end $$
        """,
        "drop function offer_takes_place()",
    ),
    (
        """
        create function race_keeps_its_day() returns trigger language plpgsql as $$
        begin
          if new.day_id is distinct from old.day_id and new.taken > 0 then
            raise exception 'a race with places taken stays on its day' using errcode = 'check_violation';
          end if;
          return new;
        end $$
        """,
        "drop function race_keeps_its_day()",
    ),
    (
        """
        create function waiver_is_kept() returns trigger language plpgsql as $$
        begin
          raise exception 'a waiver is never edited, only followed by the next version'
            using errcode = 'restrict_violation';
        end $$
        """,
        "drop function waiver_is_kept()",
    ),
]

# Letters about a place go where its owner signs in; so does what they asked not to get.
FUNCTIONS += [
    (
        """
        create function person_moves_address() returns trigger language plpgsql as $$
        begin
          update entry set email = coalesce(new.email, '') where person_id = new.id;
          if new.email is not null then
            update stopped_series s set email = new.email where s.email = old.email
              and not exists (select from stopped_series t where t.email = new.email and t.series = s.series);
          end if;
          return null;
        end $$
        """,
        "drop function person_moves_address()",
    ),
]

TRIGGERS = [
    (
        "create trigger entry_place after insert or delete or update of state, race_id on entry"
        " for each row execute function entry_takes_place()",
        "drop trigger entry_place on entry",
    ),
    (
        "create trigger offer_place after insert or delete or update of state, race_id on waiting"
        " for each row execute function offer_takes_place()",
        "drop trigger offer_place on waiting",
    ),
    (
        "create trigger race_day before update of day_id on race for each row execute function race_keeps_its_day()",
        "drop trigger race_day on race",
    ),
    (
        "create trigger person_address after update of email on person for each row"
        " when (new.email is distinct from old.email) execute function person_moves_address()",
        "drop trigger person_address on person",
    ),
    (
        "create trigger waiver_kept before update or delete on waiver for each row execute function waiver_is_kept()",
        "drop trigger waiver_kept on waiver",
    ),
]

# What is not published yet has a fund already, at whose address nothing lives.
STATES = "alter table fund drop constraint fund_state, add constraint fund_state check (state in ({}))"
HIDDEN = [(STATES.format("'open', 'paused', 'closed', 'hidden'"), STATES.format("'open', 'paused', 'closed'"))]

RULES = [*CHECKS, *INDEXES, *FUNCTIONS, *TRIGGERS, *HIDDEN]


class Migration(PlainMigration):
    dependencies = [("house", "0003_people_and_entries")]
    initial = False
    operations = [
        ops.RunSQL(sql=[forward for forward, _ in RULES], reverse_sql=[backward for _, backward in reversed(RULES)])
    ]
