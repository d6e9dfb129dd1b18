"""What the tables of teams refuse by themselves, and seats kept in step with the entries that sit on them.

A seat that is paid for, or whose form is being filled in, takes a place of the race like a held entry does: counted by
the same triggers, bounded by the same checks, so that no way of taking a seat can oversell a race or overfill a team.
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


PURPOSES = "alter table payment drop constraint payment_purpose, add constraint payment_purpose check (purpose in ({}))"
BENEFICIARIES = """
alter table payment drop constraint payment_beneficiary, add constraint payment_beneficiary check (
  (purpose = 'donation' and fund_id is not null and charity_id is not null)
  or (purpose in ({}) and fund_id is null and not gift_aid))
"""
PAYMENTS = [
    (PURPOSES.format("'donation', 'entry', 'seats'"), PURPOSES.format("'donation', 'entry'")),
    (BENEFICIARIES.format("'entry', 'seats'"), BENEFICIARIES.format("'entry'")),
]

CHECKS = [
    check("team", "team_captains", "co_captain_id is null or co_captain_id <> captain_id"),
    check("team", "team_link", "(link_hash is null) = (link_nonce = '')"),
    check("team", "team_merging", "merging_into_id is null or merging_into_id <> id"),
    check("seat", "seat_state", "state in ('held', 'empty', 'invited', 'taken', 'joined', 'withdrawn', 'closed')"),
    check("seat", "seat_entry", "(state in ('taken', 'joined', 'withdrawn')) = (entry_id is not null)"),
    check("seat", "seat_reserved", "reserved_until is null or state in ('empty', 'invited')"),
    check("seat", "seat_held", "state <> 'held' or order_id is not null"),
    check("seat_order", "seat_order_kind", "kind in ('seats', 'move')"),
    check("seat_order", "seat_order_pence", "each_pence >= 0"),
    check(
        "seat_order",
        "seat_order_entry",
        "(kind = 'move') = (entry_id is not null) and (kind = 'move') = (invitation_id is not null)",
    ),
    check("invitation", "invitation_end", "num_nonnulls(used_at, revoked_at, declined_at) <= 1"),
    check("join_request", "join_request_answer", "(answered_at is null) = (approved is null)"),
    check(
        "team_fact",
        "team_fact_kind",
        "kind in ('founded', 'joined', 'left', 'removed', 'withdrew', 'captain', 'co_captain', 'merged', 'dissolved')",
    ),
    check("fund_move", "fund_move_teams", "left_id is distinct from joined_id"),
]

INDEXES = [
    index("unique index seat_of_entry on seat (entry_id) where state in ('taken', 'joined')", "seat_of_entry"),
    index("index seat_reserved_until on seat (reserved_until) where reserved_until is not null", "seat_reserved_until"),
    index("index seat_of_order on seat (order_id) where order_id is not null", "seat_of_order"),
    index("index seat_had on seat (entry_id)", "seat_had"),
    index(
        "unique index invitation_open on invitation (seat_id)"
        " where used_at is null and revoked_at is null and declined_at is null",
        "invitation_open",
    ),
    index("index invitation_sent on invitation (lower(email), made_at) where email <> ''", "invitation_sent"),
    index(
        "unique index join_request_once on join_request (team_id, lower(email)) where answered_at is null",
        "join_request_once",
    ),
    index("index team_of_captain on team (captain_id)", "team_of_captain"),
    index("index team_of_co_captain on team (co_captain_id)", "team_of_co_captain"),
    index("index team_of_race on team (race_id)", "team_of_race"),
    index("index entry_of_team on entry (team_id) where team_id is not null", "entry_of_team"),
    index("index move_of_fund on fund_move (fund_id)", "move_of_fund"),
]

FUNCTIONS = [
    (
        """
        create function seat_holds_place(s seat) returns boolean immutable language sql as $$
          select s.state = 'held'
              or s.state in ('empty', 'invited') and (s.order_id is not null or s.reserved_until is not null)
        $$
        """,
        "drop function seat_holds_place(seat)",
    ),
    (
        """
        create function seat_takes_place() returns trigger language plpgsql as $$
        declare
          was bigint := case when tg_op <> 'INSERT' and seat_holds_place(old)
                             then (select race_id from team where id = old.team_id) end;
          now bigint := case when tg_op <> 'DELETE' and seat_holds_place(new)
                             then (select race_id from team where id = new.team_id) end;
        begin
          if was is distinct from now then
            if was is not null then perform count_place(was, -1); end if;
            if now is not null then perform count_place(now, 1); end if;
          end if;
          return null;
        end $$
        """,
        "drop function seat_takes_place()",
    ),
    (
        # Whoever takes a seat of a team waits here for whoever else does, so that the count can be relied on.
        """
        create function team_has_room() returns trigger language plpgsql as $$
        begin
          if new.state in ('withdrawn', 'closed')
             or tg_op = 'UPDATE' and old.state not in ('withdrawn', 'closed') and old.team_id = new.team_id then
            return null;
          end if;
          perform from team where id = new.team_id for no key update;
          if (select count(*) from seat where team_id = new.team_id and state not in ('withdrawn', 'closed'))
             > (select r.most_in_team from team t join race r on r.id = t.race_id where t.id = new.team_id) then
            raise exception 'team % is full', new.team_id using errcode = 'check_violation', constraint = 'team_full';
          end if;
          return null;
        end $$
        """,
        "drop function team_has_room()",
    ),
    (
        # Whichever way an entry is placed, lapses or ends, now or in times to come, its seat knows. A place that the
        # captain has paid for stays theirs: another friend may have it.
        """
        create function entry_moves_seat() returns trigger language plpgsql as $$
        declare
          sat seat;
        begin
          select * into sat from seat where entry_id = new.id and state in ('taken', 'joined') for update;
          if sat.id is null then
            return null;
          end if;
          if new.state = 'placed' and sat.state = 'taken' then
            update seat set state = 'joined' where id = sat.id;
            update invitation set used_at = now()
            where seat_id = sat.id and used_at is null and revoked_at is null and declined_at is null;
          elsif new.state = 'lapsed' then
            update seat set entry_id = null, state = case when exists (
                select from invitation i where i.seat_id = sat.id and i.used_at is null and i.revoked_at is null
                  and i.declined_at is null) then 'invited' else 'empty' end
            where id = sat.id;
          elsif new.state in ('withdrawn', 'deferred') then
            update seat set state = 'withdrawn' where id = sat.id;
            if sat.order_id is not null then
              insert into seat (team_id, state, order_id, name, nudges, opened_at)
              values (sat.team_id, 'empty', sat.order_id, '', 0, now());
            end if;
            update team t set co_captain_id = null
            where t.id = sat.team_id and t.co_captain_id = new.person_id and not exists (
              select from seat s join entry e on e.id = s.entry_id
              where s.team_id = t.id and s.state = 'joined' and e.person_id = new.person_id and e.guardian_name = '');
            insert into team_fact (team_id, kind, name, at)
            select sat.team_id, 'withdrew', case when new.guardian_name = '' then new.first_name else '' end, now();
          end if;
          return null;
        end $$
        """,
        "drop function entry_moves_seat()",
    ),
    (
        """
        create function fund_move_is_kept() returns trigger language plpgsql as $$
        begin
          raise exception 'what has moved is never changed, only moved again' using errcode = 'restrict_violation';
        end $$
        """,
        "drop function fund_move_is_kept()",
    ),
]

TRIGGERS = [
    (
        "create trigger seat_place after insert or delete or update of state, order_id, reserved_until, team_id on seat"
        " for each row execute function seat_takes_place()",
        "drop trigger seat_place on seat",
    ),
    (
        "create trigger seat_room after insert or update of state, team_id on seat"
        " for each row execute function team_has_room()",
        "drop trigger seat_room on seat",
    ),
    (
        # Named so that it comes after `entry_place`: the place is free before the seat takes it back.
        "create trigger entry_seat after update of state on entry for each row"
        " when (old.state is distinct from new.state) execute function entry_moves_seat()",
        "drop trigger entry_seat on entry",
    ),
    (
        "create trigger fund_move_kept before update or delete on fund_move"
        " for each row execute function fund_move_is_kept()",
        "drop trigger fund_move_kept on fund_move",
    ),
]

# Who runs with a team already sits there.
SEATED = [
    (
        """
        insert into seat (team_id, state, entry_id, name, nudges, opened_at)
        select t.id, 'joined', e.id, '', 0, coalesce(e.placed_at, e.made_at)
        from entry e join team t on t.fund_id = e.team_id where e.state = 'placed'
        """,
        "delete from seat",
    ),
]

RULES = [*PAYMENTS, *CHECKS, *INDEXES, *FUNCTIONS, *SEATED, *TRIGGERS]


class Migration(PlainMigration):
    dependencies = [("house", "0005_teams_and_seats")]
    initial = False
    operations = [
        ops.RunSQL(sql=[forward for forward, _ in RULES], reverse_sql=[backward for _, backward in reversed(RULES)])
    ]
