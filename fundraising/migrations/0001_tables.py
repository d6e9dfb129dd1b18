from uuid import uuid4

from orjson import loads
from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from fundraising.funds.models import FundKind, FundState
from fundraising.payments.models import EventState, Kind, PaymentState, Purpose
from fundraising.store.plain_migration import PlainMigration
from teams.events.models import RaceKind


class Migration(PlainMigration):
    initial = True

    operations = [
        ops.CreateModel(
            name="LedgerHead",
            fields=[
                ("id", fields.SmallIntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ("last_id", fields.BigIntField()),
                ("hash", fields.CharField(max_length=64)),
                (
                    "waiting",
                    fields.IntField(default=0, description="events that wait for a payment; counted under the lock"),
                ),
            ],
            options={
                "table": "ledger_head",
                "app": "house",
                "pk_attr": "id",
                "table_description": "The newest row of the ledger, one row for all: who holds its lock may append.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Letter",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("recipient", fields.CharField(max_length=254)),
                (
                    "template",
                    fields.CharField(description="templates/fundraising/mail/<template>.txt and .html", max_length=60),
                ),
                ("facts", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                (
                    "once",
                    fields.CharField(
                        unique=True, description="of two letters with the same key one is written", max_length=100
                    ),
                ),
                ("written_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("due_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("attempts", fields.IntField(default=0)),
                ("trouble", fields.CharField(default="", description="what the last attempt met", max_length=300)),
                ("sent_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "letter",
                "app": "house",
                "pk_attr": "id",
                "table_description": "A letter to be sent once: its template and its facts; the words are made when it is sent.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Picture",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=32)),
                ("width", fields.IntField(description="pixels of a side of the large size")),
                ("large", fields.BinaryField(description="WebP")),
                ("medium", fields.BinaryField(description="WebP, 320 pixels a side")),
                ("small", fields.BinaryField(description="WebP, 160 pixels a side")),
                (
                    "description",
                    fields.CharField(default="", description="what is to be seen, for who cannot see", max_length=200),
                ),
                ("added_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "picture",
                "app": "house",
                "pk_attr": "id",
                "table_description": "A square photo or drawing, re-encoded by us, in three sizes; its id is the hash of what was given.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Fund",
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
                ("name", fields.CharField(max_length=80)),
                ("summary", fields.CharField(default="", description="one line of why", max_length=200)),
                ("currency", fields.CharField(default="gbp", max_length=3)),
                ("target_pence", fields.BigIntField(null=True)),
                (
                    "raised_pence",
                    fields.BigIntField(default=0, description="gifts less refunds and disputes; never Gift Aid"),
                ),
                (
                    "gift_aid_pence",
                    fields.BigIntField(default=0, description="estimated: 25p per £1 of the gifts with a declaration"),
                ),
                ("donations", fields.IntField(default=0, description="gifts of which something still stands")),
                ("version", fields.BigIntField(default=0, description="grows with every change of the totals")),
                (
                    "state",
                    fields.CharEnumField(
                        default=FundState.OPEN,
                        description="OPEN: open\nPAUSED: paused\nCLOSED: closed",
                        enum_type=FundState,
                        max_length=8,
                    ),
                ),
                (
                    "closed_because",
                    fields.CharField(default="", description="a sentence for who wants to give", max_length=200),
                ),
                ("colour", fields.SmallIntField(default=0, description="0 to 11, one of the twelve team colours")),
                (
                    "team",
                    fields.ForeignKeyField(
                        "house.Fund",
                        source_field="team_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="members",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "charity",
                    fields.ForeignKeyField(
                        "house.Fund",
                        source_field="charity_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="raised_by",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "event",
                    fields.ForeignKeyField(
                        "house.Fund",
                        source_field="event_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="entered_by",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "picture",
                    fields.ForeignKeyField(
                        "house.Picture",
                        source_field="picture_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="funds",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "fund",
                "app": "house",
                "unique_together": (("kind", "slug"),),
                "indexes": [
                    Index(fields=["team_id", "raised_pence", "id"], name="fund_of_team"),
                    Index(fields=["charity_id", "kind", "raised_pence", "id"], name="fund_of_charity"),
                    Index(fields=["event_id", "kind", "raised_pence", "id"], name="fund_of_event"),
                ],
                "pk_attr": "id",
                "table_description": "Anything that money is raised for. Totals are kept here, in the transaction of the fact that moves them.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Charity",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "fund",
                    fields.OneToOneField(
                        "house.Fund",
                        source_field="fund_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="charity_received",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", fields.CharField(description="as its register writes it", max_length=20)),
                ("register", fields.CharField(description="which register", max_length=40)),
                ("website", fields.CharField(default="", max_length=200)),
                ("about", fields.TextField(description="paragraphs, parted by an empty line", unique=False)),
                (
                    "what_ten_does",
                    fields.CharField(default="", description="what £10 does, in one sentence", max_length=200),
                ),
            ],
            options={
                "table": "charity",
                "app": "house",
                "pk_attr": "id",
                "table_description": "Who receives. Its name, one line and money live in its fund, its Stripe account in `payments`.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ConnectedAccount",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "charity",
                    fields.OneToOneField(
                        "house.Fund",
                        source_field="charity_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="connected_account",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("stripe_id", fields.CharField(unique=True, max_length=60)),
                ("charges_enabled", fields.BooleanField(default=False)),
                ("payouts_enabled", fields.BooleanField(default=False)),
                ("details_submitted", fields.BooleanField(default=False)),
                ("disabled_reason", fields.CharField(null=True, max_length=100)),
                ("statement_name", fields.CharField(null=True, max_length=22)),
                (
                    "reported_at",
                    fields.DatetimeField(
                        null=True, description="of the newest report that we took", auto_now=False, auto_now_add=False
                    ),
                ),
                ("disconnected_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "connected_account",
                "app": "house",
                "pk_attr": "id",
                "table_description": "A charity's own Stripe account, as Stripe reports it. Gifts go there straight; we never hold them.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Event",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "fund",
                    fields.OneToOneField(
                        "house.Fund",
                        source_field="fund_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="event_day",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("strapline", fields.CharField(max_length=120)),
                ("venue", fields.CharField(max_length=120)),
                ("starts_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("about", fields.TextField(description="paragraphs, parted by an empty line", unique=False)),
                ("course", fields.TextField(description="paragraphs, parted by an empty line", unique=False)),
                ("organiser", fields.CharField(max_length=80)),
                ("organiser_email", fields.CharField(max_length=254)),
                ("community_url", fields.CharField(default="", max_length=200)),
            ],
            options={
                "table": "event",
                "app": "house",
                "pk_attr": "id",
                "table_description": "A challenge day. Its name, one line and money live in its fund.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Payment",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                (
                    "purpose",
                    fields.CharEnumField(
                        description="DONATION: donation\nENTRY: entry", enum_type=Purpose, max_length=8
                    ),
                ),
                (
                    "fund",
                    fields.ForeignKeyField(
                        "house.Fund",
                        source_field="fund_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="payments",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "charity",
                    fields.ForeignKeyField(
                        "house.Fund",
                        source_field="charity_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="received",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "event",
                    fields.ForeignKeyField(
                        "house.Fund",
                        source_field="event_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="payments_within",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("amount_pence", fields.BigIntField()),
                ("currency", fields.CharField(default="gbp", max_length=3)),
                ("gift_aid", fields.BooleanField(default=False)),
                (
                    "account",
                    fields.CharField(
                        null=True, description="acct_… that is charged; null: the organiser's own", max_length=60
                    ),
                ),
                ("livemode", fields.BooleanField()),
                (
                    "state",
                    fields.CharEnumField(
                        default=PaymentState.MADE,
                        description="MADE: made\nOPEN: open\nPROCESSING: processing\nEXPIRED: expired\nFAILED: failed\nPAID: paid",
                        enum_type=PaymentState,
                        max_length=10,
                    ),
                ),
                ("attempt", fields.UUIDField(description="of one opened form: sent twice, it is one payment")),
                ("fingerprint", fields.CharField(description="keyed hash of all that was typed", max_length=64)),
                ("idempotency_key", fields.CharField(description="stored before the call to Stripe", max_length=80)),
                ("session_id", fields.CharField(null=True, max_length=100)),
                ("session_url", fields.TextField(null=True, unique=False)),
                ("session_expires_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("intent_id", fields.CharField(null=True, unique=True, max_length=60)),
                ("charge_id", fields.CharField(null=True, max_length=60)),
                ("refunded_pence", fields.BigIntField(default=0)),
                ("disputed_pence", fields.BigIntField(default=0, description="taken back and not won")),
                ("dispute_state", fields.CharField(null=True, description="as Stripe reports it", max_length=30)),
                ("fee_pence", fields.BigIntField(null=True, description="known once Stripe has settled the charge")),
                ("net_pence", fields.BigIntField(null=True)),
                (
                    "statement_name",
                    fields.CharField(null=True, description="what the supporter's bank shows", max_length=22),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("paid_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "available_at",
                    fields.DatetimeField(
                        null=True, description="when Stripe can pay it out", auto_now=False, auto_now_add=False
                    ),
                ),
            ],
            options={
                "table": "payment",
                "app": "house",
                "indexes": [Index(fields=["attempt"], name="payment_attempt")],
                "pk_attr": "id",
                "table_description": "One trip through Stripe Checkout. Amount, currency and beneficiary are ours; Stripe's are compared with them.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Donation",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                (
                    "payment",
                    fields.OneToOneField(
                        "house.Payment",
                        source_field="payment_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="donation",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "token",
                    fields.CharField(unique=True, description="opens the living receipt; not guessable", max_length=43),
                ),
                ("name", fields.CharField(max_length=80)),
                ("email", fields.CharField(max_length=254)),
                ("message", fields.CharField(default="", max_length=500)),
                ("hide_name", fields.BooleanField(default=False)),
                ("hide_amount", fields.BooleanField(default=False)),
                ("gift_pence", fields.BigIntField(description="what the supporter chose to give")),
                ("cover_pence", fields.BigIntField(default=0, description="the card fee, when the supporter adds it")),
                ("gift_aid", fields.BooleanField(default=False)),
                (
                    "contact_ok",
                    fields.BooleanField(default=False, description="may the charity write to the supporter"),
                ),
                (
                    "contact_wording",
                    fields.CharField(description="version of the sentence that was shown", max_length=20),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "donation",
                "app": "house",
                "pk_attr": "id",
                "table_description": "One supporter's intention to give: what is said with a gift. To whom, how much and what stands: see payment.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Declaration",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                (
                    "donation",
                    fields.OneToOneField(
                        "house.Donation",
                        source_field="donation_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="declaration",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("charity_name", fields.CharField(max_length=80)),
                ("wording_version", fields.CharField(max_length=20)),
                (
                    "wording",
                    fields.TextField(description="the whole sentence that the supporter agreed to", unique=False),
                ),
                ("title", fields.CharField(default="", max_length=20)),
                ("first_name", fields.CharField(max_length=60)),
                ("last_name", fields.CharField(max_length=60)),
                ("house", fields.CharField(max_length=100)),
                ("postcode", fields.CharField(default="", description="empty: no UK postcode", max_length=12)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("cancelled_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "declaration",
                "app": "house",
                "pk_attr": "id",
                "table_description": "A Gift Aid declaration for one donation, as it was made; never edited, only cancelled with a date.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PledgePage",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "fund",
                    fields.OneToOneField(
                        "house.Fund",
                        source_field="fund_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="pledge_page",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("story", fields.TextField(description="paragraphs, parted by an empty line", unique=False)),
                (
                    "challenge",
                    fields.CharField(
                        default="", description="what the runner has entered, in a few words", max_length=80
                    ),
                ),
            ],
            options={
                "table": "pledge_page",
                "app": "house",
                "pk_attr": "id",
                "table_description": "The public face of a runner's fund.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Race",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "event",
                    fields.ForeignKeyField(
                        "house.Event",
                        source_field="event_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="races",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("slug", fields.CharField(max_length=60)),
                ("name", fields.CharField(max_length=80)),
                (
                    "kind",
                    fields.CharEnumField(
                        description="TIMED: timed\nTEAM: team\nFUN: fun", enum_type=RaceKind, max_length=5
                    ),
                ),
                ("summary", fields.CharField(max_length=300)),
                ("ranked_by", fields.CharField(max_length=120)),
                ("distance_metres", fields.IntField()),
                ("starts_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("position", fields.SmallIntField(default=0, description="in the order in which they are shown")),
            ],
            options={
                "table": "race",
                "app": "house",
                "unique_together": (("event_id", "slug"),),
                "pk_attr": "id",
                "table_description": "One start within an event.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StripeEvent",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=255)),
                ("type", fields.CharField(max_length=80)),
                ("account", fields.CharField(null=True, max_length=60)),
                ("livemode", fields.BooleanField()),
                (
                    "created_at",
                    fields.DatetimeField(description="when Stripe made it", auto_now=False, auto_now_add=False),
                ),
                ("received_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("payload", fields.TextField(unique=False)),
                (
                    "state",
                    fields.CharEnumField(
                        description="TAKEN: taken\nIGNORED: ignored\nWAITING: waiting\nSET_ASIDE: set_aside",
                        enum_type=EventState,
                        max_length=10,
                    ),
                ),
                ("reason", fields.CharField(default="", max_length=300)),
                ("waits_for", fields.CharField(null=True, description="the payment intent it is about", max_length=60)),
            ],
            options={
                "table": "stripe_event",
                "app": "house",
                "pk_attr": "id",
                "table_description": "The inbox: every signed event, kept as it came. Its id is Stripe's, so that a second delivery is known.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Team",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "fund",
                    fields.OneToOneField(
                        "house.Fund",
                        source_field="fund_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="team_entered",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "race",
                    fields.ForeignKeyField(
                        "house.Race",
                        source_field="race_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="teams",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "captain",
                    fields.ForeignKeyField(
                        "house.Fund",
                        source_field="captain_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="captain_of",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("motto", fields.CharField(default="", max_length=120)),
                ("about", fields.TextField(default="", unique=False)),
            ],
            options={
                "table": "team",
                "app": "house",
                "pk_attr": "id",
                "table_description": "A group entered together. Its name, target and money live in its fund, its members' funds point to that.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Transfer",
            fields=[
                ("id", fields.BigIntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ("debit_account", fields.CharField(max_length=40)),
                ("credit_account", fields.CharField(max_length=40)),
                ("pence", fields.BigIntField()),
                ("currency", fields.CharField(max_length=3)),
                (
                    "kind",
                    fields.CharEnumField(
                        description="DONATION: donation\nREFUND: refund\nREFUND_FAILED: refund_failed\nDISPUTE: dispute\nDISPUTE_WON: dispute_won\nFEE: fee\nPAYOUT: payout\nPAYOUT_FAILED: payout_failed\nCASH_CONFIRMED: cash_confirmed\nMATCH: match\nENTRY_FEE: entry_fee\nENTRY_REFUND: entry_refund",
                        enum_type=Kind,
                        max_length=16,
                    ),
                ),
                (
                    "source",
                    fields.CharField(description="Stripe's id of the fact; unique within its kind", max_length=100),
                ),
                (
                    "payment",
                    fields.ForeignKeyField(
                        "house.Payment",
                        source_field="payment_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="transfers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("happened_at", fields.DatetimeField(description="says Stripe", auto_now=False, auto_now_add=False)),
                ("written_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("previous_hash", fields.CharField(max_length=64)),
                ("hash", fields.CharField(max_length=64)),
            ],
            options={
                "table": "transfer",
                "app": "house",
                "unique_together": (("kind", "source"),),
                "indexes": [Index(fields=["payment_id"], name="transfer_of_payment")],
                "pk_attr": "id",
                "table_description": "The ledger: one movement of money between two accounts. Never changed, only followed by another.",
            },
            bases=["Model"],
        ),
    ]
