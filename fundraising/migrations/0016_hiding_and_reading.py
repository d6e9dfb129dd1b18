"""Pots know how far they have read the ledger; what is hidden knows by whom, and a page how it stands behind that."""

from tortoise import fields
from tortoise.migrations import operations as ops

from fundraising.funds.models import FundState, Hider
from fundraising.store.plain_migration import PlainMigration


def check(table: str, name: str, condition: str) -> tuple[str, str]:
    """A CHECK and its undoing."""
    return (
        f"alter table {table} add constraint {name} check ({condition})",
        f"alter table {table} drop constraint {name}",
    )


CHECKS = [
    check("fund", "fund_hidden", "hidden_at is null or (state = 'hidden' and behind is not null)"),
    check(
        "fund",
        "fund_behind",
        "behind is null or (behind in ('open', 'paused', 'closed', 'hidden') and hidden_at is not null)",
    ),
    check("fund", "fund_hidden_by", "hidden_by in ('partner', 'organiser')"),
    check(
        "donation",
        "donation_hidden_by",
        "hidden_by is null or (message_state = 'hidden' and hidden_by in ('runner', 'partner', 'organiser'))",
    ),
    check("pot", "pot_read_to", "read_to >= 0"),
]
INDEXES = [
    ("create index match_of_pot on match (pot_id)", "drop index match_of_pot"),
    (
        "create index donation_put_away on donation (created_at) where message_state = 'hidden'",
        "drop index donation_put_away",
    ),
    ("create index report_of on report (fund_id)", "drop index report_of"),
    ("create index fund_put_away on fund (hidden_at) where hidden_at is not null", "drop index fund_put_away"),
]
# Many rooms say how a fund stands: runners pause, captains open, places are given back. None of them brings a page
# back that was taken off the site; what they say holds once it is shown again.
FUNCTIONS = [
    (
        """
        create function fund_stays_hidden() returns trigger language plpgsql as $$
        begin
          new.behind := case when new.state = 'hidden' then old.behind else new.state end;
          new.state := 'hidden';
          return new;
        end $$
        """,
        "drop function fund_stays_hidden()",
    ),
]
TRIGGERS = [
    (
        "create trigger fund_put_away before update of state on fund for each row"
        " when (old.hidden_at is not null and new.hidden_at is not null) execute function fund_stays_hidden()",
        "drop trigger fund_put_away on fund",
    ),
]
RULES = [*CHECKS, *INDEXES, *FUNCTIONS, *TRIGGERS]


class Migration(PlainMigration):
    dependencies = [("house", "0008_rules_of_pledges")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Donation",
            name="hidden_by",
            field=fields.CharEnumField(
                null=True,
                description="who may show it again",
                enum_type=Hider,
                max_length=9,
            ),
        ),
        ops.AddField(
            model_name="Fund",
            name="hidden_at",
            field=fields.DatetimeField(
                null=True,
                description="taken off the site by the organiser or a partner; only they can undo it",
                auto_now=False,
                auto_now_add=False,
            ),
        ),
        ops.AddField(
            model_name="Fund",
            name="hidden_because",
            field=fields.CharField(default="", description="as its runner is told", db_default="", max_length=300),
        ),
        ops.AddField(
            model_name="Fund",
            name="hidden_by",
            field=fields.CharEnumField(null=True, enum_type=Hider, max_length=9),
        ),
        ops.AddField(
            model_name="Fund",
            name="behind",
            field=fields.CharEnumField(
                null=True,
                description="the state that it has once it is shown again; kept by a trigger",
                enum_type=FundState,
                max_length=8,
            ),
        ),
        ops.AddField(
            model_name="Pot",
            name="read_to",
            field=fields.BigIntField(
                default=0, description="id of the last transfer that it has looked at", db_default=0
            ),
        ),
        ops.AddField(
            model_name="Report",
            name="is_answer",
            field=fields.BooleanField(
                default=False, description="of who looks after a page, to its being hidden", db_default=False
            ),
        ),
        ops.RunSQL(sql=[forward for forward, _ in RULES], reverse_sql=[backward for _, backward in reversed(RULES)]),
    ]
