"""Results as they stood before a correction, the team with which somebody ran, and what the tables refuse."""

from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from fundraising.store.plain_migration import PlainMigration
from teams.results.models import Outcome

OUTCOME = "outcome in ('finished', 'not_finished', 'not_started', 'disqualified')"
TIME = "milliseconds > 0 and (outcome = 'finished' or milliseconds is null)"


def check(table: str, name: str, condition: str) -> tuple[str, str]:
    """A CHECK and its undoing."""
    return (
        f"alter table {table} add constraint {name} check ({condition})",
        f"alter table {table} drop constraint {name}",
    )


CHECKS = [
    check("result_version", "result_version_outcome", OUTCOME),
    check("result_version", "result_version_time", TIME),
    check("result_version", "result_version_laps", "laps >= 0"),
]
INDEXES = [
    ("create index result_version_of on result_version (result_id, id)", "drop index result_version_of"),
    ("create index result_of_team on result (team_id) where team_id is not null", "drop index result_of_team"),
]
FUNCTIONS = [
    (
        # Money is asked for by it, so that nobody can change it unseen, whichever way they come.
        """
        create function result_stays() returns trigger language plpgsql as $$
        begin
          if old.official_at is null then
            return coalesce(new, old);
          end if;
          if tg_op = 'DELETE' or new.official_at is null or new.entry_id <> old.entry_id then
            raise exception 'an official result is corrected, never taken back' using errcode = 'restrict_violation';
          end if;
          if (new.outcome, new.milliseconds, new.laps) is distinct from (old.outcome, old.milliseconds, old.laps) then
            insert into result_version (result_id, outcome, milliseconds, laps, because, recorded_by_id, recorded_at,
                                        replaced_at)
            values (old.id, old.outcome, old.milliseconds, old.laps, old.because, old.recorded_by_id, old.recorded_at,
                    clock_timestamp());
          end if;
          return new;
        end $$
        """,
        "drop function result_stays()",
    ),
    (
        # Words may be forgotten, and who wrote them; not how somebody ran.
        """
        create function result_version_stays() returns trigger language plpgsql as $$
        begin
          if tg_op = 'DELETE' or (new.outcome, new.milliseconds, new.laps, new.result_id, new.replaced_at)
             is distinct from (old.outcome, old.milliseconds, old.laps, old.result_id, old.replaced_at) then
            raise exception 'an earlier version of a result stays as it was' using errcode = 'restrict_violation';
          end if;
          return new;
        end $$
        """,
        "drop function result_version_stays()",
    ),
]
TRIGGERS = [
    (
        "create trigger result_kept before update or delete on result for each row execute function result_stays()",
        "drop trigger result_kept on result",
    ),
    (
        "create trigger result_version_kept before update or delete on result_version"
        " for each row execute function result_version_stays()",
        "drop trigger result_version_kept on result_version",
    ),
]
RULES = [*CHECKS, *INDEXES, *FUNCTIONS, *TRIGGERS]


class Migration(PlainMigration):
    dependencies = [("house", "0018_rules_of_charities")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ResultVersion",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "result",
                    fields.ForeignKeyField(
                        "house.Result",
                        source_field="result_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="versions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "outcome",
                    fields.CharEnumField(
                        description="FINISHED: finished\nNOT_FINISHED: not_finished\nNOT_STARTED: not_started\nDISQUALIFIED: disqualified",
                        enum_type=Outcome,
                        max_length=12,
                    ),
                ),
                ("milliseconds", fields.BigIntField(null=True)),
                ("laps", fields.IntField(null=True)),
                ("because", fields.CharField(default="", max_length=200)),
                (
                    "recorded_by",
                    fields.ForeignKeyField(
                        "house.Person",
                        source_field="recorded_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="result_versions",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("replaced_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "result_version",
                "app": "house",
                "pk_attr": "id",
                "table_description": "An official result as it stood before it was corrected; a trigger keeps it, whoever corrects.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Result",
            name="because",
            field=fields.CharField(default="", description="why it was corrected", db_default="", max_length=200),
        ),
        ops.AddField(
            model_name="Result",
            name="team",
            field=fields.ForeignKeyField(
                "house.Fund",
                source_field="team_id",
                null=True,
                description="with which they ran; whoever changes team afterwards has still run with this one",
                db_constraint=True,
                to_field="id",
                related_name="results",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.RunSQL(sql=[forward for forward, _ in RULES], reverse_sql=[backward for _, backward in reversed(RULES)]),
    ]
