from uuid import uuid4

from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from fundraising.donations.models import MessageState
from fundraising.funds.models import FundKind, Shape
from fundraising.moderation.models import Answer
from fundraising.pages.models import Seen
from fundraising.payments.models import Kind, Purpose
from fundraising.pledges.models import CashState, Rule
from fundraising.store.plain_migration import PlainMigration
from teams.results.models import Outcome

# Of a child nothing that others wrote was shown; now it waits for somebody to look at it.
TURN_ROUND = ["update fund set messages_wait = not shows_messages"]
TURN_BACK = ["update fund set shows_messages = not messages_wait"]
HEIGHTS = ["update picture set height = width"]


class Migration(PlainMigration):
    dependencies = [("house", "0006_seats")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Banking",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "fund",
                    fields.ForeignKeyField(
                        "house.Fund",
                        source_field="fund_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="bankings",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("reference", fields.CharField(max_length=60)),
                ("banked_on", fields.DateField()),
                (
                    "made_by",
                    fields.ForeignKeyField(
                        "house.Person",
                        source_field="made_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="bankings",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                (
                    "confirmed_by",
                    fields.ForeignKeyField(
                        "house.Person",
                        source_field="confirmed_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="bankings_confirmed",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("confirmed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("refused_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("refused_because", fields.CharField(default="", max_length=300)),
            ],
            options={
                "table": "banking",
                "app": "house",
                "pk_attr": "id",
                "table_description": "Cash of one fund paid in at a bank in one go, under one reference.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CashGift",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "fund",
                    fields.ForeignKeyField(
                        "house.Fund",
                        source_field="fund_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="cash_gifts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "state",
                    fields.CharEnumField(
                        default=CashState.PROMISED,
                        description="PROMISED: promised\nCOLLECTED: collected\nBANKED: banked\nCONFIRMED: confirmed\nDROPPED: dropped",
                        enum_type=CashState,
                        max_length=9,
                    ),
                ),
                ("name", fields.CharField(max_length=80)),
                ("hide_name", fields.BooleanField(default=False)),
                ("amount_pence", fields.BigIntField()),
                ("given_on", fields.DateField(null=True, description="when it was collected")),
                (
                    "gift_aid",
                    fields.BooleanField(default=False, description="ticked on the paper form; a line of the schedule"),
                ),
                ("title", fields.CharField(default="", max_length=20)),
                ("first_name", fields.CharField(default="", max_length=60)),
                ("last_name", fields.CharField(default="", max_length=60)),
                ("house", fields.CharField(default="", max_length=100)),
                ("postcode", fields.CharField(default="", max_length=12)),
                (
                    "entered_by",
                    fields.ForeignKeyField(
                        "house.Person",
                        source_field="entered_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="cash_gifts",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                (
                    "banking",
                    fields.ForeignKeyField(
                        "house.Banking",
                        source_field="banking_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="gifts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "payment",
                    fields.OneToOneField(
                        "house.Payment",
                        source_field="payment_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="cash_gift",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "cash_gift",
                "app": "house",
                "pk_attr": "id",
                "table_description": "A line of a paper sponsor form: cash that is promised, collected, banked, confirmed.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Milestone",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "page",
                    fields.ForeignKeyField(
                        "house.PledgePage",
                        source_field="page_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="milestones",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("percent", fields.SmallIntField(description="25, 50, 75, 100; more than 100 is a stretch")),
                ("target_pence", fields.BigIntField(description="the target as it was")),
                ("reached_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "milestone",
                "app": "house",
                "unique_together": (("page_id", "percent"),),
                "pk_attr": "id",
                "table_description": "A part of its target that a page has reached; told to its runner once, and shown.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="OldAddress",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "kind",
                    fields.CharEnumField(
                        description="RUNNER: runner\nTEAM: team\nCHARITY: charity\nEVENT: event",
                        enum_type=FundKind,
                        max_length=8,
                    ),
                ),
                ("slug", fields.CharField(max_length=60)),
                (
                    "fund",
                    fields.ForeignKeyField(
                        "house.Fund",
                        source_field="fund_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="old_addresses",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("left_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "old_address",
                "app": "house",
                "unique_together": (("kind", "slug"),),
                "pk_attr": "id",
                "table_description": "Where a fund lived before; whoever comes there is sent on, and nobody else can move in.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PageUpdate",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "page",
                    fields.ForeignKeyField(
                        "house.PledgePage",
                        source_field="page_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="updates",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("text", fields.TextField(description="Markdown", unique=False)),
                (
                    "picture",
                    fields.ForeignKeyField(
                        "house.Picture",
                        source_field="picture_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="updates",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("is_hidden", fields.BooleanField(default=False, description="by the organiser or a partner")),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                (
                    "told_at",
                    fields.DatetimeField(
                        null=True, description="when supporters were written to", auto_now=False, auto_now_add=False
                    ),
                ),
            ],
            options={
                "table": "page_update",
                "app": "house",
                "pk_attr": "id",
                "table_description": "News of a runner: training, the day itself. Told to the supporters who agreed to that.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Pot",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "fund",
                    fields.ForeignKeyField(
                        "house.Fund",
                        source_field="fund_id",
                        description="gifts to it and towards it",
                        db_constraint=True,
                        to_field="id",
                        related_name="pots",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("sponsor", fields.CharField(max_length=80)),
                ("ratio_percent", fields.IntField(description="100 adds a pound to a pound")),
                ("most_each_pence", fields.BigIntField(null=True, description="at most for one gift")),
                ("cap_pence", fields.BigIntField(description="all there is")),
                (
                    "matched_pence",
                    fields.BigIntField(default=0, description="added and standing; what is left is cap less this"),
                ),
                ("starts_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "closed_at",
                    fields.DatetimeField(
                        null=True, description="by hand; what was matched stands", auto_now=False, auto_now_add=False
                    ),
                ),
                (
                    "made_by",
                    fields.ForeignKeyField(
                        "house.Person",
                        source_field="made_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="pots",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "pot",
                "app": "house",
                "pk_attr": "id",
                "table_description": "What a sponsor or company adds to the gifts of others: so much per pound, from a day on, until it is empty.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Match",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                (
                    "pot",
                    fields.ForeignKeyField(
                        "house.Pot",
                        source_field="pot_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="matches",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "gift",
                    fields.ForeignKeyField(
                        "house.Payment",
                        source_field="gift_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="matches",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "payment",
                    fields.OneToOneField(
                        "house.Payment",
                        source_field="payment_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="match",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "match",
                "app": "house",
                "pk_attr": "id",
                "table_description": "What a pot added to one gift, as a payment of its own; when that gift stands again, once more.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Report",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "fund",
                    fields.ForeignKeyField(
                        "house.Fund",
                        source_field="fund_id",
                        description="the page on which it was seen",
                        db_constraint=True,
                        to_field="id",
                        related_name="reports",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "donation",
                    fields.ForeignKeyField(
                        "house.Donation",
                        source_field="donation_id",
                        null=True,
                        description="null: the page",
                        db_constraint=True,
                        to_field="id",
                        related_name="reports",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("reason", fields.CharField(max_length=300)),
                ("email", fields.CharField(default="", description="to hear what came of it", max_length=254)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                (
                    "answer",
                    fields.CharEnumField(
                        null=True, description="KEPT: kept\nHIDDEN: hidden", enum_type=Answer, max_length=6
                    ),
                ),
                ("answered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "answered_by",
                    fields.ForeignKeyField(
                        "house.Person",
                        source_field="answered_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="reports_answered",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
            ],
            options={
                "table": "report",
                "app": "house",
                "pk_attr": "id",
                "table_description": "Somebody finds that a message or a page should not be shown. Anybody may say so.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Result",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "entry",
                    fields.OneToOneField(
                        "house.Entry",
                        source_field="entry_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="result",
                        on_delete=OnDelete.RESTRICT,
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
                ("milliseconds", fields.BigIntField(null=True, description="of who finished a timed race")),
                ("laps", fields.IntField(null=True, description="where laps are counted")),
                (
                    "recorded_by",
                    fields.ForeignKeyField(
                        "house.Person",
                        source_field="recorded_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="results_recorded",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("recorded_at", fields.DatetimeField(auto_now=True, auto_now_add=False)),
                ("official_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "result",
                "app": "house",
                "pk_attr": "id",
                "table_description": "How somebody ran. Nothing of it is public, and no sponsor is asked, before it is official.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ResultPledge",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                (
                    "fund",
                    fields.ForeignKeyField(
                        "house.Fund",
                        source_field="fund_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="result_pledges",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("token", fields.CharField(unique=True, description="opens its page; not guessable", max_length=43)),
                ("name", fields.CharField(max_length=80)),
                ("email", fields.CharField(max_length=254)),
                ("hide_name", fields.BooleanField(default=False)),
                (
                    "rule",
                    fields.CharEnumField(
                        description="MINUTES_UNDER: minutes_under\nFINISH: finish\nLAPS: laps",
                        enum_type=Rule,
                        max_length=13,
                    ),
                ),
                ("rate_pence", fields.BigIntField(description="for each minute or lap, or for finishing")),
                ("minutes", fields.IntField(null=True, description="the time that minutes are counted under")),
                ("cap_pence", fields.BigIntField(description="at most; what a mistake can cost")),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                (
                    "confirmed_at",
                    fields.DatetimeField(
                        null=True,
                        description="its address was proved; before that it is nothing",
                        auto_now=False,
                        auto_now_add=False,
                    ),
                ),
                ("withdrawn_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "finished",
                    fields.BooleanField(null=True, description="the official result that it was reckoned from"),
                ),
                ("milliseconds", fields.BigIntField(null=True)),
                ("laps", fields.IntField(null=True)),
                ("due_pence", fields.BigIntField(null=True)),
                ("settled_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("reminders", fields.SmallIntField(default=0)),
                ("reminded_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "payment",
                    fields.ForeignKeyField(
                        "house.Payment",
                        source_field="payment_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="result_pledges",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("paid_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "result_pledge",
                "app": "house",
                "pk_attr": "id",
                "table_description": "A promise that depends on a result. Never in a total: paid, it becomes a gift like any other.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Donation",
            name="company",
            field=fields.CharField(
                default="", description="on whose behalf; then never with Gift Aid", db_default="", max_length=80
            ),
        ),
        ops.AddField(
            model_name="Donation",
            name="in_honour_of",
            field=fields.CharField(
                default="", description="in whose honour or memory it is given", db_default="", max_length=80
            ),
        ),
        ops.AddField(
            model_name="Donation",
            name="is_connected",
            field=fields.BooleanField(null=True, description="to the runner; asked for on charity-funded pages only"),
        ),
        ops.AddField(
            model_name="Donation",
            name="message_state",
            field=fields.CharEnumField(
                default=MessageState.SHOWN,
                description="SHOWN: shown\nWAITING: waiting\nHIDDEN: hidden",
                db_default="shown",
                enum_type=MessageState,
                max_length=8,
            ),
        ),
        ops.AddField(
            model_name="Donation",
            name="refund_answer",
            field=fields.CharField(
                default="", description="why not, when it was refused", db_default="", max_length=300
            ),
        ),
        ops.AddField(
            model_name="Donation",
            name="refund_answered_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Donation",
            name="refund_asked_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Donation",
            name="refund_reason",
            field=fields.CharField(default="", db_default="", max_length=300),
        ),
        ops.AddField(
            model_name="Donation",
            name="thanked_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Donation",
            name="thanks",
            field=fields.CharField(default="", description="what the runner answered", db_default="", max_length=300),
        ),
        ops.AddField(
            model_name="Donation",
            name="updates_ok",
            field=fields.BooleanField(
                default=False, description="may the runner's news be sent to the supporter", db_default=False
            ),
        ),
        ops.AddField(
            model_name="Donation",
            name="updates_wording",
            field=fields.CharField(
                default="", description="version of the sentence that was shown", db_default="", max_length=20
            ),
        ),
        ops.AddIndex(
            model_name="Donation",
            index=Index(fields=["refund_asked_at"], name="donation_refund_asked"),
        ),
        ops.AddField(
            model_name="Fund",
            name="is_listed",
            field=fields.BooleanField(
                default=True, description="named in lists, found by search engines", db_default=True
            ),
        ),
        ops.AddField(
            model_name="Fund",
            name="messages_wait",
            field=fields.BooleanField(
                default=False,
                description="words said with a gift are looked at before they are shown; of a child always",
                db_default=False,
            ),
        ),
        ops.RunSQL(sql=TURN_ROUND, reverse_sql=TURN_BACK),
        ops.RemoveField(model_name="Fund", name="shows_messages"),
        ops.AlterField(
            model_name="Payment",
            name="purpose",
            field=fields.CharEnumField(
                description="DONATION: donation\nENTRY: entry\nSEATS: seats\nTOGETHER: together\nCASH: cash\nMATCH: match",
                enum_type=Purpose,
                max_length=8,
            ),
        ),
        ops.AddField(
            model_name="Payment",
            name="paid_out_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Payment",
            name="payout_id",
            field=fields.CharField(null=True, description="po_… that took it to the charity's bank", max_length=60),
        ),
        ops.AddField(
            model_name="Payment",
            name="together",
            field=fields.ForeignKeyField(
                "house.Payment",
                source_field="together_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="parts",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.AlterModelOptions(
            name="Picture",
            options={
                "table": "picture",
                "app": "house",
                "pk_attr": "id",
                "table_description": "A photo or drawing, re-encoded by us, in three sizes; its id is the hash of what was given and how it was cut.",
            },
        ),
        ops.AddField(
            model_name="Picture",
            name="height",
            field=fields.IntField(description="of the large size; of a square picture as its width", db_default=640),
        ),
        ops.AddField(
            model_name="Picture",
            name="large_avif",
            field=fields.BinaryField(null=True, description="AVIF; null of pictures drawn by code"),
        ),
        ops.AddField(
            model_name="Picture",
            name="medium_avif",
            field=fields.BinaryField(null=True, description="AVIF"),
        ),
        ops.AddField(
            model_name="Picture",
            name="shape",
            field=fields.CharEnumField(
                default=Shape.SQUARE,
                description="SQUARE: square\nWIDE: wide",
                db_default="square",
                enum_type=Shape,
                max_length=6,
            ),
        ),
        ops.RunSQL(sql=HEIGHTS, reverse_sql=[]),
        ops.AlterModelOptions(
            name="PledgePage",
            options={
                "table": "pledge_page",
                "app": "house",
                "pk_attr": "id",
                "table_description": "The public face of a runner's fund. It takes money once its runner has agreed to the Code.",
            },
        ),
        ops.AddField(
            model_name="PledgePage",
            name="charity_funded",
            field=fields.BooleanField(
                default=False,
                description="the charity pays for the place: the form asks who is related to the runner",
                db_default=False,
            ),
        ),
        ops.AddField(
            model_name="PledgePage",
            name="code_agreed_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="PledgePage",
            name="code_version",
            field=fields.CharField(
                default="", description="of the Code that the runner agreed to", db_default="", max_length=20
            ),
        ),
        ops.AddField(
            model_name="PledgePage",
            name="hidden_at",
            field=fields.DatetimeField(
                null=True,
                description="by the organiser or a partner; only they can undo it",
                auto_now=False,
                auto_now_add=False,
            ),
        ),
        ops.AddField(
            model_name="PledgePage",
            name="hidden_because",
            field=fields.CharField(default="", db_default="", max_length=300),
        ),
        ops.AddField(
            model_name="PledgePage",
            name="in_memory_of",
            field=fields.CharField(
                default="", description="softer words, and no ranking", db_default="", max_length=80
            ),
        ),
        ops.AddField(
            model_name="PledgePage",
            name="is_paused",
            field=fields.BooleanField(default=False, description="by its runner", db_default=False),
        ),
        ops.AddField(
            model_name="PledgePage",
            name="seen_by",
            field=fields.CharEnumField(
                default=Seen.PUBLIC,
                description="PUBLIC: public\nUNLISTED: unlisted\nPRIVATE: private",
                db_default="public",
                enum_type=Seen,
                max_length=8,
            ),
        ),
        ops.AddField(
            model_name="PledgePage",
            name="title",
            field=fields.CharField(
                default="", description="above the story; empty: the house's own words", db_default="", max_length=80
            ),
        ),
        ops.AddField(
            model_name="PledgePage",
            name="video",
            field=fields.CharField(
                default="", description="an address, shown as a plain link", db_default="", max_length=300
            ),
        ),
        ops.AlterField(
            model_name="Transfer",
            name="kind",
            field=fields.CharEnumField(
                description="DONATION: donation\nREFUND: refund\nREFUND_FAILED: refund_failed\nDISPUTE: dispute\nDISPUTE_WON: dispute_won\nFEE: fee\nPAYOUT: payout\nPAYOUT_FAILED: payout_failed\nCASH_CONFIRMED: cash_confirmed\nCASH_RETURNED: cash_returned\nMATCH: match\nMATCH_RETURNED: match_returned\nENTRY_FEE: entry_fee\nENTRY_REFUND: entry_refund",
                enum_type=Kind,
                max_length=16,
            ),
        ),
    ]
