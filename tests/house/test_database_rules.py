"""What the tables refuse by themselves, asked of the database: everything declared is there, and holds."""

import ast
import importlib
import re
from pathlib import Path

import asyncpg
import pytest
from tortoise import Tortoise
from tortoise.migrations.autodetector import MigrationAutodetector

import fundraising.migrations
from fundraising.app import MODELS
from fundraising.payments.batch import take_in
from fundraising.store import database
from fundraising.store.database import connection, transaction
from tests.makers import Family, arrival, make_family, make_payment, refund_of, session_of

rules = importlib.import_module("fundraising.migrations.0002_rules")


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
    assert named(r"add constraint (\w+)", rules.CHECKS) - constraints == set()
    assert named(r"create index (\w+)", rules.INDEXES) - indexes.keys() == set()
    assert named(r"create trigger (\w+)", rules.TRIGGERS) - triggers == set()
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
    folder = Path(fundraising.migrations.__file__).parent
    config = database.tortoise_config(opened, MODELS)
    writers = await MigrationAutodetector(Tortoise.apps, config["apps"]).changes()
    assert writers == []
    assert sorted(p.stem for p in folder.glob("0*.py")) == [
        "0001_tables",
        "0002_rules",
        "0003_people_and_entries",
        "0004_places",
    ]


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
    return made


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
    "race_kind": "insert into race (event_id, slug, name, kind, summary, ranked_by, distance_metres, starts_at, position) select event_id, 'x', '', 'nap', '', '', 1, now(), 0 from race limit 1",
    "race_distance": "update race set distance_metres = 0",
    "fund_sound": "update fund set charity_id = null where kind = 'runner'",
    "payment_fixed": "update payment set amount_pence = 1",
    "transfer_append_only": "update transfer set pence = 1",
    "transfer_never_emptied": "truncate transfer cascade",
    "declaration_kept": "delete from declaration",
}  # fmt: skip


def test_every_rule_is_tried() -> None:
    """A new rule needs an attempt to break it."""
    declared = named(r"add constraint (\w+)", rules.CHECKS) | named(r"create trigger (\w+)", rules.TRIGGERS)
    assert declared == set(BREAKING)


@pytest.mark.parametrize("rule", BREAKING)
async def test_the_rule_holds(family: Family, rule: str) -> None:
    """The attempt to break it fails, and says by which rule."""
    with pytest.raises((asyncpg.CheckViolationError, asyncpg.RestrictViolationError)) as refused:
        async with transaction() as breaking:
            await breaking.execute(BREAKING[rule])
    if not rule.startswith(("fund_sound", "payment_fixed", "transfer_append", "transfer_never", "declaration_kept")):
        # A purpose that does not exist has no beneficiary either.
        assert refused.value.constraint_name in (rule, "payment_beneficiary" if rule == "payment_purpose" else rule)


MORE = [
    "delete from transfer",
    "update fund set kind = 'team' where kind = 'runner'",
    "update fund set team_id = charity_id where kind = 'runner'",
    "update payment set charity_id = fund_id",
    "update payment set state = 'open', paid_at = null, refunded_pence = 0",
    "update declaration set house = '2'",
]


@pytest.mark.parametrize("attempt", MORE)
async def test_what_triggers_guard_besides_is_refused(family: Family, attempt: str) -> None:
    """Deleting, changing kind, counting towards the wrong kind, another beneficiary, unpaying, editing."""
    with pytest.raises((asyncpg.CheckViolationError, asyncpg.RestrictViolationError)):
        async with transaction() as breaking:
            await breaking.execute(attempt)


async def test_a_declaration_is_cancelled_with_a_date_once(family: Family) -> None:
    """That one change is allowed."""
    async with transaction() as writing:
        await writing.execute("update declaration set cancelled_at = now()")
    with pytest.raises(asyncpg.RestrictViolationError):
        async with transaction() as writing:
            await writing.execute("update declaration set cancelled_at = null")
