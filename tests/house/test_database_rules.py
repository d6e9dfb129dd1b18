"""What the tables refuse by themselves, asked of the database: everything declared is there, and holds."""

import ast
import importlib
import re
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from tortoise import Tortoise
from tortoise.migrations.autodetector import MigrationAutodetector

import fundraising.migrations
from charities.models import Charity, Partner
from fundraising.funds.models import FundMove, OldAddress, Picture
from fundraising.mail.models import StoppedSeries
from fundraising.matching.models import Pot
from fundraising.moderation.models import Report
from fundraising.pages.models import Milestone, PageUpdate, PledgePage
from fundraising.payments.batch import take_in
from fundraising.people.models import Person, Session, SignInLink
from fundraising.pledges.models import Banking, CashGift, ResultPledge
from fundraising.rooms import MODELS
from fundraising.store import database
from fundraising.store.database import connection, transaction
from fundraising.store.ids import new_id
from teams.entries.models import Credit, Entry, Party, Waiting
from teams.events.models import Event, EventDay, Price, Question, Race, Waiver
from teams.results.models import Result
from teams.roster.models import Invitation, JoinRequest, Seat, SeatOrder, Team, TeamFact
from teams.training.models import Enquiry
from tests.makers import Family, arrival, make_family, make_payment, make_person, refund_of, session_of

MIGRATIONS = [
    importlib.import_module(f"fundraising.migrations.{path.stem}")
    for path in sorted(Path(fundraising.migrations.__file__).parent.glob("0*.py"))
]
CHECKS, INDEXES, TRIGGERS = (
    [one for migration in MIGRATIONS for one in getattr(migration, name, [])]
    for name in ("CHECKS", "INDEXES", "TRIGGERS")
)


def named(pattern: str, statements: list[tuple[str, str]]) -> set[str]:
    """Names in the statements of the migration."""
    return {match[1] for forward, _ in statements if (match := re.search(pattern, forward))}


@pytest.mark.usefixtures("database")
async def test_every_declared_constraint_index_and_trigger_is_in_the_database() -> None:
    """Of the models and of the migration that adds rules."""
    async with connection() as asking:
        constraints = {r["conname"] for r in await asking.fetch("select conname from pg_constraint")}
        indexes = {
            r["indexname"]: r["indexdef"] for r in await asking.fetch("select indexname, indexdef from pg_indexes")
        }
        triggers = {r["tgname"] for r in await asking.fetch("select tgname from pg_trigger where not tgisinternal")}
    assert named(r"add constraint (\w+)", CHECKS) - constraints == set()
    assert named(r"create (?:unique )?index (\w+)", INDEXES) - indexes.keys() == set()
    assert named(r"create trigger (\w+)", TRIGGERS) - triggers == set()
    models = Tortoise.apps[database.APP]
    for model in models.values():
        for index in model._meta.indexes:
            assert f"({', '.join(index.fields)})" in indexes[index.name]
        unique = [*model._meta.unique_together, *((f,) for f, field in model._meta.fields_map.items() if field.unique)]
        for fields in unique:
            columns = ", ".join(
                model._meta.fields_db_projection[name] for name in fields if name in model._meta.fields_db_projection
            )
            if columns:
                table = model._meta.db_table
                assert [
                    d
                    for d in indexes.values()
                    if "UNIQUE" in d and f".{table} " in d and d.replace('"', "").endswith(f"({columns})")
                ], (table, columns)


async def test_models_and_migrations_agree(opened: str) -> None:
    """Nothing is left to migrate."""
    config = database.tortoise_config(opened, MODELS)
    writers = await MigrationAutodetector(Tortoise.apps, config["apps"]).changes()
    assert writers == []
    behind = [name for migration in MIGRATIONS for _, name in migration.Migration.dependencies]
    assert behind == [migration.__name__.rsplit(".", 1)[1] for migration in MIGRATIONS[:-1]], "one line of history"


def test_every_migration_is_plain_python() -> None:
    """It can be read without the house around it."""
    for path in Path(fundraising.migrations.__file__).parent.glob("0*.py"):
        ast.parse(path.read_text())


@pytest.fixture
async def family(database: None) -> Family:
    """A paid gift with a declaration, in a family."""
    made = await make_family()
    payment = await make_payment(made.runner, made.charity)
    await take_in(
        [
            arrival("checkout.session.completed", session_of(payment)),
            arrival("refund.created", refund_of(payment, 100)),
        ],
        {},
    )
    async with connection() as writing:
        await writing.execute(
            """
            insert into donation (id, payment_id, token, name, email, message, hide_name, hide_amount, gift_pence,
              cover_pence, gift_aid, contact_ok, contact_wording, created_at)
            select id, id, 'token', 'A', 'a@example.org', '', false, false, 2500, 0, true, false, 'v', now() from payment;
            """
        )
        await writing.execute(
            """
            insert into declaration (id, donation_id, charity_name, wording_version, wording, title, first_name,
              last_name, house, postcode, made_at)
            select id, id, 'C', 'v', 'I want', '', 'A', 'E', '1', '', now() from donation
            """
        )
    await _enter(made)
    await _promise(made)
    await _claim()
    return made


async def _promise(made: Family) -> None:
    """What pages, pledges, pots, reports and results bring."""
    now = datetime.now(UTC)
    person = await make_person()
    page = await PledgePage.get(fund=made.runner)
    await Picture.create(id="p", width=1, large=b"", medium=b"", small=b"")
    await PageUpdate.create(page=page, text="U")
    await OldAddress.create(kind="runner", slug="old", fund=made.runner)
    await Milestone.create(page=page, percent=25, target_pence=1)
    banking = await Banking.create(
        fund=made.runner, amount_pence=2, reference="R", banked_on=now.date(), made_by=person
    )
    await CashGift.create(fund=made.runner, name="C", amount_pence=1)
    await CashGift.create(
        fund=made.runner, name="B", amount_pence=2, state="banked", banking=banking, given_on=now.date(),
        entered_by=await make_person("typed@example.org"),
    )  # fmt: skip
    await ResultPledge.create(
        id=new_id(), fund=made.runner, token="t", name="R", email="r@example.org", rule="finish", rate_pence=2,
        cap_pence=2,
    )  # fmt: skip
    await Pot.create(fund=made.event, sponsor="S", ratio_percent=100, cap_pence=1, starts_at=now)
    await Report.create(fund=made.runner, reason="R")
    result = await Result.create(
        entry=await Entry.get(), outcome="finished", milliseconds=1, official_at=datetime.now(UTC)
    )
    await Result.filter(id=result.id).update(milliseconds=2)  # so that there is an earlier version


async def _enter(made: Family) -> None:
    """A place in the race of the family, somebody who waits, and the rest of what entering brings."""
    event = await Event.get(fund=made.event)
    race = await Race.get(event=event)
    day = await EventDay.create(event=event, day=event.starts_at.date(), capacity=1)
    await Race.filter(id=race.id).update(day=day, capacity=1)
    person = await make_person("ada@example.org")
    waiver = await Waiver.create(event=event, version=1, text="W")
    await Price.create(race=race, name="P", pence=100)
    await Question.create(event=event, label="Q", kind="text")
    party = await Party.create(
        id=new_id(), attempt=new_id(), fingerprint="f", event=event, person=person, token="t", fee_pence=0
    )
    entry = await Entry.create(
        id=new_id(), party=party, race=race, person=person, state="held", first_name="A", last_name="B",
        email="ada@example.org", category="open", waiver=waiver, price_pence=0,
    )  # fmt: skip
    await Waiting.create(id=new_id(), race=race, name="W", email="w@example.org", token="t")
    await Credit.create(person=person, of=entry, pence=1)
    charity = await Charity.get(fund=made.charity)
    await Partner.create(charity=charity, person=person)
    await Enquiry.create(
        id=new_id(), event=event, kind="sponsor", name="E", email="e@example.org", organisation="O", message="M"
    )
    await _seat(made, entry, person)
    await StoppedSeries.create(email="s@example.org", series="training")
    now = datetime.now(UTC)
    await SignInLink.create(token_hash="h", purpose="sign_in", email="ada@example.org", person=person, expires_at=now)
    await Session.create(id=new_id(), token_hash="h", person=person, way="letter", seen_at=now, expires_at=now)


async def _seat(made: Family, entry: Entry, person: Person) -> None:
    """A seat, an invitation to it, and the rest of what teams bring; the race has room for one, who is entered."""
    team = await Team.get(fund=made.team)
    await Team.filter(id=team.id).update(captain=person)
    order = await SeatOrder.create(id=new_id(), kind="seats", team=team, each_pence=0)
    seat = await Seat.create(team=team, state="joined", entry=entry)
    await Seat.create(team=team, state="closed", order=order)
    await Invitation.create(id=new_id(), seat=seat, nonce="n", token_hash="h", expires_at=datetime.now(UTC))
    await JoinRequest.create(id=new_id(), team=team, name="J", email="j@example.org")
    await TeamFact.create(team=team, kind="founded")
    await FundMove.create(fund=made.runner, joined=made.team, raised_pence=0, gift_aid_pence=0, donations=0)


BREAKING = {
    "fund_kind": "insert into fund select (jsonb_populate_record(f, '{\"id\": 1, \"kind\": \"dog\", \"slug\": \"x\"}')).* from fund f limit 1",
    "fund_state": "update fund set state = 'ajar'",
    "fund_totals": "update fund set raised_pence = -1",
    "fund_target": "update fund set target_pence = 0",
    "fund_slug": "update fund set slug = 'No Slug'",
    "fund_currency": "update fund set currency = 'G'",
    "fund_colour": "update fund set colour = 12",
    "fund_counts_towards": "update fund set event_id = (select id from fund where kind = 'event' limit 1) where kind = 'charity'",
    "payment_purpose": "insert into payment select (jsonb_populate_record(p, '{\"id\": \"00000000-0000-0000-0000-000000000001\", \"purpose\": \"tip\", \"idempotency_key\": \"k\", \"session_id\": \"s\", \"intent_id\": \"i\"}')).* from payment p limit 1",
    "payment_state": "insert into payment select (jsonb_populate_record(p, '{\"id\": \"00000000-0000-0000-0000-000000000001\", \"state\": \"lost\", \"paid_at\": null, \"idempotency_key\": \"k\", \"session_id\": \"s\", \"intent_id\": \"i\"}')).* from payment p limit 1",
    "payment_amount": "insert into payment select (jsonb_populate_record(p, '{\"id\": \"00000000-0000-0000-0000-000000000001\", \"amount_pence\": 0, \"refunded_pence\": 0, \"idempotency_key\": \"k\", \"session_id\": \"s\", \"intent_id\": \"i\"}')).* from payment p limit 1",
    "payment_standing": "update payment set refunded_pence = amount_pence, disputed_pence = 1",
    "payment_paid": "update payment set paid_at = null",
    "payment_beneficiary": "insert into payment select (jsonb_populate_record(p, '{\"id\": \"00000000-0000-0000-0000-000000000001\", \"fund_id\": null, \"idempotency_key\": \"k\", \"session_id\": \"s\", \"intent_id\": \"i\"}')).* from payment p limit 1",
    "payment_net": "update payment set fee_pence = 20, net_pence = 1",
    "stripe_event_state": "update stripe_event set state = 'eaten'",
    "stripe_event_waits": "update stripe_event set state = 'waiting'",
    "transfer_pence": "insert into transfer select (jsonb_populate_record(t, '{\"id\": 99, \"pence\": 0, \"source\": \"s\"}')).* from transfer t limit 1",
    "transfer_hash": "insert into transfer select (jsonb_populate_record(t, '{\"id\": 99, \"hash\": \"h\", \"source\": \"s\"}')).* from transfer t limit 1",
    "transfer_accounts": "insert into transfer select (jsonb_populate_record(t, '{\"id\": 99, \"credit_account\": \"pocket\", \"source\": \"s\"}')).* from transfer t limit 1",
    "ledger_head_one": "insert into ledger_head values (2, 0, repeat('0', 64), 0)",
    "donation_gift": "update donation set gift_pence = 0",
    "connected_account_id": "update connected_account set stripe_id = 'acct-1'",
    "race_kind": "insert into race select (jsonb_populate_record(r, '{\"id\": 0, \"slug\": \"x\", \"kind\": \"nap\", \"taken\": 0}')).* from race r",
    "race_distance": "update race set distance_metres = 0",
    "fund_sound": "update fund set charity_id = null where kind = 'runner'",
    "payment_fixed": "update payment set amount_pence = 1",
    "transfer_append_only": "update transfer set pence = 1",
    "transfer_never_emptied": "truncate transfer cascade",
    "declaration_kept": "delete from declaration",
    "person_email": "update person set email = 'Ada@example.org'",
    "sign_in_link_purpose": "update sign_in_link set purpose = 'break_in'",
    "session_way": "update session set way = 'window'",
    "stopped_series_email": "update stopped_series set email = 'S@example.org'",
    "event_stage": "update event set stage = 'ajar'",
    "event_refund": "update event set refund_percent = 101",
    "event_entries": "update event set entries_open_at = now(), entries_close_at = now()",
    "event_day_capacity": "update event_day set capacity = 0",
    "race_capacity": "update race set capacity = 0",
    "race_team": "update race set least_in_team = 9",
    "race_numbers": "update race set numbers_from = 1",
    "price_pence": "update price set pence = -1",
    "price_days": "update price set from_at = now(), until_at = now()",
    "question_kind": "update question set kind = 'riddle'",
    "party_fee": "update party set fee_pence = -1",
    "entry_state": "update entry set state = 'lost'",
    "entry_category": "update entry set category = 'fast'",
    "entry_placed": "update entry set state = 'placed'",
    "entry_ended": "update entry set state = 'lapsed'",
    "entry_price": "update entry set price_pence = -1",
    "entry_medical": "update entry set medical = 'x'",
    "waiting_state": "update waiting set state = 'lost'",
    "waiting_offered": "update waiting set state = 'offered'",
    "credit_pence": "update credit set pence = 0",
    "partner_role": "update partner set role = 'king'",
    "enquiry_kind": "update enquiry set kind = 'riddle'",
    "entry_place": "insert into entry select (jsonb_populate_record(e, '{\"id\": \"00000000-0000-0000-0000-000000000001\"}')).* from entry e",
    "offer_place": "update waiting set state = 'offered', offered_until = now()",
    "race_day": "update race set day_id = null",
    "waiver_kept": "update waiver set text = 'V'",
    "team_captains": "update team set co_captain_id = captain_id",
    "team_link": "update team set link_nonce = 'n'",
    "team_merging": "update team set merging_into_id = id",
    "seat_state": "update seat set state = 'lost' where state = 'closed'",
    "seat_entry": "update seat set entry_id = null",
    "seat_reserved": "update seat set reserved_until = now() where state = 'joined'",
    "seat_held": "insert into seat (team_id, state, name, nudges, opened_at) select team_id, 'held', '', 0, now() from seat",
    "seat_order_kind": "update seat_order set kind = 'gift'",
    "seat_order_pence": "update seat_order set each_pence = -1",
    "seat_order_entry": "update seat_order set entry_id = (select id from entry)",
    "invitation_end": "update invitation set used_at = now(), revoked_at = now()",
    "join_request_answer": "update join_request set approved = true",
    "team_fact_kind": "update team_fact set kind = 'slept'",
    "fund_move_teams": "insert into fund_move select (jsonb_populate_record(m, '{\"id\": 0, \"joined_id\": null}')).* from fund_move m",
    "fund_move_kept": "update fund_move set raised_pence = 1",
    "seat_place": "update seat set state = 'empty' where state = 'closed'",
    "seat_room": "update race set most_in_team = 1, least_in_team = 1, capacity = 9; update event_day set capacity = 9; update seat set state = 'empty' where state = 'closed'",
    "payment_part": "insert into payment select (jsonb_populate_record(p, '{\"id\": \"00000000-0000-0000-0000-000000000001\", \"idempotency_key\": \"k\", \"intent_id\": null, \"together_id\": \"00000000-0000-0000-0000-000000000001\", \"purpose\": \"cash\", \"session_id\": null, \"account\": null}')).* from payment p limit 1",
    "payment_without_stripe": "insert into payment select (jsonb_populate_record(p, '{\"id\": \"00000000-0000-0000-0000-000000000001\", \"idempotency_key\": \"k\", \"session_id\": \"s\", \"intent_id\": \"i\", \"purpose\": \"cash\"}')).* from payment p limit 1",
    "payment_match": "insert into payment select (jsonb_populate_record(p, '{\"id\": \"00000000-0000-0000-0000-000000000001\", \"idempotency_key\": \"k\", \"session_id\": null, \"account\": null, \"gift_aid\": true, \"intent_id\": null, \"purpose\": \"match\"}')).* from payment p limit 1",
    "payment_paid_out": "update payment set payout_id = 'po_1'",
    "picture_shape": "update picture set shape = 'round'",
    "old_address_slug": "update old_address set slug = 'No Slug'",
    "fund_slug_is_free": "update old_address set fund_id = (select id from fund where kind = 'team'); update fund set slug = 'old' where kind = 'runner'",
    "old_address_is_left": "update old_address set slug = (select slug from fund where kind = 'runner')",
    "pledge_page_video": "update pledge_page set video = 'javascript:alert(1)'",
    "donation_message": "update donation set message_state = 'eaten'",
    "donation_company": "update donation set company = 'Ltd'",
    "donation_connected": "update donation set is_connected = true",
    "donation_thanks": "update donation set thanks = 'Ta'",
    "donation_refund": "update donation set refund_answered_at = now()",
    "donation_refund_granted": "update donation set refund_granted_pence = 1",
    "donation_refund_key": "update donation set refund_key = 'k'",
    "pledge_page_seen": "update pledge_page set seen_by = 'cats'",
    "pledge_page_code": "update pledge_page set code_version = ''",
    "milestone_of": "update milestone set percent = 0",
    "banking_end": "update banking set refused_at = now(), refused_because = 'B', confirmed_at = now(), confirmed_by_id = (select id from person where email = 'ada@example.org')",
    "banking_two_people": "update banking set confirmed_at = now(), confirmed_by_id = made_by_id",
    "cash_state": "update cash_gift set state = 'lost'",
    "cash_amount": "update cash_gift set amount_pence = 0",
    "cash_banked": "update cash_gift set state = 'banked', given_on = now() where state = 'promised'",
    "cash_confirmed": "update banking set confirmed_at = now(), confirmed_by_id = (select id from person where email = 'ada@example.org'); update cash_gift set state = 'confirmed' where state = 'banked'",
    "banking_amount": "update banking set amount_pence = 0",
    "banking_confirmed": "update banking set returned_at = now(), refused_because = 'B'",
    "banking_because": "update banking set refused_at = now()",
    "banking_second": "update banking set confirmed_at = now(), confirmed_by_id = (select id from person where email = 'typed@example.org')",
    "cash_unbanked": "update cash_gift set state = 'collected' where state = 'banked'",
    "cash_collected": "update cash_gift set state = 'collected' where state = 'promised'",
    "cash_declared": "update cash_gift set gift_aid = true",
    "cash_kept": "update cash_gift set amount_pence = 3 where state = 'banked'",
    "pledge_moot": "update result_pledge set is_moot = true",
    "pledge_proved": "update result_pledge set settled_at = now(), due_pence = 0",
    "pledge_rule": "update result_pledge set rule = 'smile'",
    "pledge_pence": "update result_pledge set cap_pence = rate_pence - 1",
    "pledge_minutes": "update result_pledge set minutes = 12",
    "pledge_due": "update result_pledge set due_pence = cap_pence + 1, settled_at = now()",
    "pledge_settled": "update result_pledge set settled_at = now(), confirmed_at = now()",
    "pledge_reminders": "update result_pledge set reminders = 4",
    "pledge_paid": "update result_pledge set paid_at = now()",
    "pot_ratio": "update pot set ratio_percent = 0",
    "pot_cap": "update pot set matched_pence = cap_pence + 1",
    "pot_days": "update pot set ends_at = starts_at",
    "report_answer": "update report set answer = 'kept'",
    "result_outcome": "update result set outcome = 'flew'",
    "result_time": "update result set outcome = 'not_started'",
    "report_about": "update report set donation_id = (select id from donation), news_id = (select id from page_update)",
    "page_update_hidden_by": "update page_update set hidden_by = 'organiser'",
    "fund_hidden": "update fund set hidden_at = now()",
    "fund_behind": "update fund set behind = 'open'",
    "fund_hidden_by": "update fund set hidden_by = 'runner'",
    "donation_hidden_by": "update donation set hidden_by = 'organiser'",
    "pot_read_to": "update pot set read_to = -1",
    "result_laps": "update result set laps = -1",
    "charity_hmrc": "update charity set hmrc_reference = '12'",
    "partner_invitation_role": "update partner_invitation set role = 'boss'",
    "partner_invitation_email": "update partner_invitation set email = 'Ada@example.org'",
    "partner_invitation_end": "update partner_invitation set used_at = now(), revoked_at = now()",
    "donor_look_rows": "update donor_look set rows = -1",
    "application_step": "update application set step = 'lost', confirmed_at = now()",
    "application_register": "update application set register = 'moon'",
    "application_confirmed": "update application set step = 'waiting'",
    "application_decided": "update application set step = 'declined', confirmed_at = now()",
    "application_charity": "update application set charity_id = (select id from charity)",
    "bank_payout_pence": "update bank_payout set pence = 0",
    "bank_payout_reference": "update bank_payout set reference = ''",
    "bank_payout_stays": "update bank_payout set pence = 2",
    "bank_payout_mistake": "update bank_payout set was_mistake = true",
    "claim_state": "update claim set state = 'lost' where number = 2",
    "claim_period": "update claim set to_on = from_on - 1 where number = 2",
    "claim_sums": "update claim set over_claimed_pence = -1 where number = 2",
    "claim_claimed": "update claim set claimed_on = now() where number = 2",
    "claim_received": "update claim set received_on = now() where number = 1",
    "claim_line_kind": "update claim_line set kind = 'odd' where position = 2",
    "claim_line_pence": "update claim_line set pence = 0 where position = 2",
    "claim_line_who": "update claim_line set aggregated = 'A' where position = 2",
    "claimed_gift_pence": "insert into claimed_gift (claim_id, line_id, payment_id, pence) select c.id, l.id, p.id, 0 from claim c, claim_line l, (select id from payment limit 1) p where c.number = 2 and l.claim_id = c.id",
    "over_claim_pence": "insert into over_claim (gift_id, claim_id, pence, tax_pence, because) select g.id, c.id, 0, 0, 'r' from claimed_gift g, claim c where c.number = 2",
    "endpoint_https": "update endpoint set url = 'http://example.org'",
    "delivery_over": "update delivery set done_at = now()",
    "payout_line_sums": "insert into payout_line (id, payout_id, account, kind, source, gross_pence, fee_pence, net_pence, made_at) values ('txn_1', 'po_1', 'acct_1', 'charge', 'ch_1', 100, 20, 90, now())",
    "claim_line_stays": "delete from claim_line where position = 1",
    "claimed_gift_stays": "update claimed_gift set pence = 1",
    "over_claim_stays": "insert into over_claim (gift_id, claim_id, pence, tax_pence, because) select g.id, g.claim_id, 1, 1, 'r' from claimed_gift g",
    "declaration_received": "update declaration set received_on = now()",
    "claim_is_whole": "delete from claim_line l using claim c where c.id = l.claim_id and c.number = 2; update claim set state = 'claimed', claimed_on = now() where number = 2",
    "claim_goes_on": "update claim set gifts_pence = 1 where number = 1",
    "result_kept": "update result set official_at = null",
    "result_version_outcome": "insert into result_version select (jsonb_populate_record(v, '{\"id\": 0, \"outcome\": \"flew\"}')).* from result_version v",
    "result_version_time": "insert into result_version select (jsonb_populate_record(v, '{\"id\": 0, \"milliseconds\": 0}')).* from result_version v",
    "result_version_laps": "insert into result_version select (jsonb_populate_record(v, '{\"id\": 0, \"laps\": -1}')).* from result_version v",
    "result_version_kept": "update result_version set milliseconds = 3",
}  # fmt: skip


async def _claim() -> None:
    """A row in each table of a charity's desk; of two claims the first has been sent to HMRC."""
    async with connection() as writing:
        await writing.execute(CLAIMED)


CLAIMED = """
insert into partner_invitation (id, charity_id, email, role, nonce, token_hash, made_at, expires_at)
select gen_random_uuid(), id, 'a@example.org', 'view', 'n', 'h', now(), now() from charity;
insert into donor_look (charity_id, what, rows, at) select id, 'w', 1, now() from charity;
insert into application (id, nonce, token_hash, step, name, register, number, hmrc_reference, website, summary, about,
  what_ten_does, colour, contact_name, email, words, version, made_at)
values (gen_random_uuid(), 'n', 'h', 'unconfirmed', 'N', 'none', '', '', '', '', '', '', 0, 'C', 'a@example.org', '', 0, now());
insert into bank_payout (charity_id, pence, currency, reference, paid_on, made_at)
select id, 1, 'gbp', 'r', now(), now() from charity;
insert into claim (charity_id, number, state, from_on, to_on, gifts_pence, over_claimed_pence, made_at, reference)
select id, n, 'draft', '2027-04-06', '2027-05-06', 2400, 0, now(), '' from charity, generate_series(1, 2) n;
insert into claim_line (claim_id, position, kind, title, first_name, last_name, house, postcode, aggregated, given_on, pence)
select id, number, 'donor', '', 'A', 'E', '1', '', '', '2027-04-07', 2400 from claim;
insert into claimed_gift (claim_id, line_id, payment_id, pence)
select c.id, l.id, d.payment_id, 2400 from claim c join claim_line l on l.claim_id = c.id, donation d
where c.number = 1 order by d.created_at limit 1;
update claim set state = 'claimed', claimed_on = '2027-06-01' where number = 1;
insert into endpoint (charity_id, url, secret, made_at, ended_because) select id, 'https://example.org', '', now(), '' from charity;
insert into delivery (id, endpoint_id, kind, once, body, made_at, tries, next_at, trouble)
select gen_random_uuid(), id, 'k', 'o', '', now(), 0, now(), '' from endpoint;
"""


TRIGGERED = named(r"create trigger (\w+)", TRIGGERS)  # they have no name to be told by
MOVING = {"person_address", "entry_seat", "fund_put_away", "donation_matches"}  # it refuses nothing


async def test_letters_about_a_place_follow_its_owner(family: Family) -> None:
    """So does what they asked not to get."""
    await StoppedSeries.create(email="ada@example.org", series="training")
    async with transaction() as writing:
        await writing.execute("update person set email = 'new@example.org' where email = 'ada@example.org'")
    assert (await Entry.get()).email == "new@example.org"
    assert await StoppedSeries.filter(email="new@example.org").exists()


def test_every_rule_is_tried() -> None:
    """A new rule needs an attempt to break it."""
    declared = named(r"add constraint (\w+)", CHECKS) | named(r"create trigger (\w+)", TRIGGERS)
    assert declared == set(BREAKING) | MOVING


@pytest.mark.parametrize("rule", BREAKING)
async def test_the_rule_holds(family: Family, rule: str) -> None:
    """The attempt to break it fails, and says by which rule."""
    with pytest.raises((asyncpg.CheckViolationError, asyncpg.RestrictViolationError)) as refused:
        async with transaction() as breaking:
            await breaking.execute(BREAKING[rule])
    if rule not in TRIGGERED:
        # A purpose that does not exist has no beneficiary either.
        assert refused.value.constraint_name in (rule, "payment_beneficiary" if rule == "payment_purpose" else rule)


MORE = [
    "delete from transfer",
    "update fund set kind = 'team' where kind = 'runner'",
    "update fund set team_id = charity_id where kind = 'runner'",
    "update payment set charity_id = fund_id",
    "update payment set state = 'open', paid_at = null, refunded_pence = 0",
    "update declaration set house = '2'",
    "delete from result",
    "delete from result_version",
    "delete from bank_payout",
    "update bank_payout set undone_at = now(); update bank_payout set undone_at = null",
]


@pytest.mark.parametrize("attempt", MORE)
async def test_what_triggers_guard_besides_is_refused(family: Family, attempt: str) -> None:
    """Deleting, changing kind, counting towards the wrong kind, another beneficiary, unpaying, editing."""
    with pytest.raises((asyncpg.CheckViolationError, asyncpg.RestrictViolationError)):
        async with transaction() as breaking:
            await breaking.execute(attempt)


async def test_a_declaration_is_claimed_received_and_cancelled_once(family: Family) -> None:
    """These changes are allowed, each once."""
    for change in ("claimed_on", "received_on"):
        async with transaction() as writing:
            await writing.execute(f"update declaration set {change} = '2027-05-01'")
        with pytest.raises(asyncpg.RestrictViolationError):
            async with transaction() as writing:
                await writing.execute(f"update declaration set {change} = '2027-05-02'")
    async with transaction() as writing:
        await writing.execute("update declaration set cancelled_at = now()")
    with pytest.raises(asyncpg.RestrictViolationError):
        async with transaction() as writing:
            await writing.execute("update declaration set cancelled_at = null")
