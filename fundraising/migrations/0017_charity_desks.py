from uuid import uuid4

from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from charities.applying.models import Register, Step
from charities.claims.models import ClaimState, LineKind
from charities.models import Role
from fundraising.store.plain_migration import PlainMigration


class Migration(PlainMigration):
    dependencies = [("house", "0016_hiding_and_reading")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ApiKey",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "charity",
                    fields.ForeignKeyField(
                        "house.Charity",
                        source_field="charity_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="api_keys",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("name", fields.CharField(description="what it is for, in the charity's words", max_length=60)),
                ("start", fields.CharField(description="its first letters, to tell keys apart", max_length=12)),
                ("key_hash", fields.CharField(unique=True, max_length=64)),
                ("sees_donations", fields.BooleanField(default=False, description="not only totals and pages")),
                (
                    "made_by",
                    fields.ForeignKeyField(
                        "house.Person",
                        source_field="made_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="api_keys",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "api_key",
                "app": "house",
                "pk_attr": "id",
                "table_description": "A key with which a charity's own program reads. Only its hash is kept.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Application",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("nonce", fields.CharField(max_length=32)),
                (
                    "token_hash",
                    fields.CharField(unique=True, description="of the token that opens its page", max_length=64),
                ),
                (
                    "step",
                    fields.CharEnumField(
                        default=Step.UNCONFIRMED,
                        description="UNCONFIRMED: unconfirmed\nWAITING: waiting\nASKED_BACK: asked_back\nAPPROVED: approved\nDECLINED: declined",
                        enum_type=Step,
                        max_length=11,
                    ),
                ),
                ("name", fields.CharField(max_length=80)),
                (
                    "register",
                    fields.CharEnumField(
                        description="ENGLAND_AND_WALES: england_and_wales\nSCOTLAND: scotland\nNORTHERN_IRELAND: northern_ireland\nNONE: none",
                        enum_type=Register,
                        max_length=17,
                    ),
                ),
                ("number", fields.CharField(default="", max_length=20)),
                ("hmrc_reference", fields.CharField(default="", max_length=7)),
                ("website", fields.CharField(default="", max_length=200)),
                ("summary", fields.CharField(default="", description="one line of what it does", max_length=200)),
                ("about", fields.TextField(default="", unique=False)),
                ("what_ten_does", fields.CharField(default="", max_length=200)),
                ("colour", fields.SmallIntField(default=0, description="0 to 11, one of the twelve colours")),
                (
                    "picture",
                    fields.ForeignKeyField(
                        "house.Picture",
                        source_field="picture_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="applications",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("contact_name", fields.CharField(max_length=80)),
                ("email", fields.CharField(description="lower case; becomes the first partner", max_length=254)),
                (
                    "words",
                    fields.CharField(
                        default="", description="what the organiser asked or answered last", max_length=1000
                    ),
                ),
                (
                    "version",
                    fields.IntField(
                        default=0, description="grows with every change, so that the second of two is told"
                    ),
                ),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("confirmed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "sent_at",
                    fields.DatetimeField(
                        null=True,
                        description="the last time that the charity sent it",
                        auto_now=False,
                        auto_now_add=False,
                    ),
                ),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "decided_by",
                    fields.ForeignKeyField(
                        "house.Person",
                        source_field="decided_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="applications_decided",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                (
                    "charity",
                    fields.ForeignKeyField(
                        "house.Charity",
                        source_field="charity_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="applications",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "application",
                "app": "house",
                "pk_attr": "id",
                "table_description": "A charity that wants to be raised for. Nothing of it is public before the organiser has approved it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="BankPayout",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "charity",
                    fields.ForeignKeyField(
                        "house.Charity",
                        source_field="charity_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="bank_payouts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("pence", fields.BigIntField()),
                ("currency", fields.CharField(default="gbp", max_length=3)),
                ("reference", fields.CharField(description="as the bank shows it", max_length=60)),
                ("paid_on", fields.DateField()),
                (
                    "made_by",
                    fields.ForeignKeyField(
                        "house.Person",
                        source_field="made_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="bank_payouts",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                (
                    "undone_at",
                    fields.DatetimeField(
                        null=True, description="the bank sent it back", auto_now=False, auto_now_add=False
                    ),
                ),
            ],
            options={
                "table": "bank_payout",
                "app": "house",
                "pk_attr": "id",
                "table_description": "What the organiser owed a charity without an account of its own, sent to its bank. In the ledger it is a payout",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Claim",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "charity",
                    fields.ForeignKeyField(
                        "house.Charity",
                        source_field="charity_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="claims",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", fields.IntField(description="1, 2, 3 within its charity")),
                (
                    "state",
                    fields.CharEnumField(
                        default=ClaimState.DRAFT,
                        description="DRAFT: draft\nCLAIMED: claimed\nRECEIVED: received",
                        enum_type=ClaimState,
                        max_length=8,
                    ),
                ),
                ("from_on", fields.DateField()),
                ("to_on", fields.DateField()),
                ("gifts_pence", fields.BigIntField(default=0)),
                (
                    "over_claimed_pence",
                    fields.BigIntField(default=0, description="tax claimed before on what has gone back since"),
                ),
                (
                    "made_by",
                    fields.ForeignKeyField(
                        "house.Person",
                        source_field="made_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="claims",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("claimed_on", fields.DateField(null=True)),
                ("reference", fields.CharField(default="", description="HMRC's submission reference", max_length=60)),
                ("received_on", fields.DateField(null=True)),
                ("received_pence", fields.BigIntField(null=True)),
            ],
            options={
                "table": "claim",
                "app": "house",
                "unique_together": (("charity_id", "number"),),
                "pk_attr": "id",
                "table_description": "One Gift Aid claim of a charity, over a period.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ClaimLine",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "claim",
                    fields.ForeignKeyField(
                        "house.Claim",
                        source_field="claim_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="lines",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("position", fields.IntField(description="from 1; a thousand to a file")),
                (
                    "kind",
                    fields.CharEnumField(
                        description="DONOR: donor\nAGGREGATED: aggregated\nSPONSORED: sponsored",
                        enum_type=LineKind,
                        max_length=10,
                    ),
                ),
                ("title", fields.CharField(default="", max_length=4)),
                ("first_name", fields.CharField(default="", max_length=35)),
                ("last_name", fields.CharField(default="", max_length=35)),
                ("house", fields.CharField(default="", max_length=40)),
                ("postcode", fields.CharField(default="", max_length=8)),
                ("aggregated", fields.CharField(default="", max_length=35)),
                ("given_on", fields.DateField(description="the latest of its gifts")),
                ("pence", fields.BigIntField()),
            ],
            options={
                "table": "claim_line",
                "app": "house",
                "unique_together": (("claim_id", "position"),),
                "pk_attr": "id",
                "table_description": "A line of the schedule, as it was handed to HMRC.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ClaimedGift",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "claim",
                    fields.ForeignKeyField(
                        "house.Claim",
                        source_field="claim_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="gifts",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "line",
                    fields.ForeignKeyField(
                        "house.ClaimLine",
                        source_field="line_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="gifts",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "payment",
                    fields.OneToOneField(
                        "house.Payment",
                        source_field="payment_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="claimed_gift",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "cash_gift",
                    fields.ForeignKeyField(
                        "house.CashGift",
                        source_field="cash_gift_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="claimed",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("pence", fields.BigIntField(description="what stood of it")),
            ],
            options={
                "table": "claimed_gift",
                "app": "house",
                "indexes": [Index(fields=["claim_id"], name="claimed_gift_of")],
                "pk_attr": "id",
                "table_description": "A gift that stands in a claim: in one alone, ever.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DonorLook",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "charity",
                    fields.ForeignKeyField(
                        "house.Charity",
                        source_field="charity_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="looks",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "house.Person",
                        source_field="person_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="donor_looks",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                (
                    "what",
                    fields.CharField(
                        description="in words, such as: donors who agreed to contact, as CSV", max_length=120
                    ),
                ),
                ("rows", fields.IntField(description="how many donors' rows were shown or handed out")),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "donor_look",
                "app": "house",
                "indexes": [Index(fields=["charity_id", "at"], name="donor_look_of")],
                "pk_attr": "id",
                "table_description": "Somebody looked at donors' data of a charity: who, at what, how many rows. Never changed.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Endpoint",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "charity",
                    fields.ForeignKeyField(
                        "house.Charity",
                        source_field="charity_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="endpoints",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("url", fields.CharField(max_length=300)),
                ("secret", fields.BinaryField(description="signs what is sent; encrypted with SECRET_KEY")),
                (
                    "made_by",
                    fields.ForeignKeyField(
                        "house.Person",
                        source_field="made_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="endpoints",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                (
                    "ended_at",
                    fields.DatetimeField(
                        null=True,
                        description="by hand, or after it did not answer for days",
                        auto_now=False,
                        auto_now_add=False,
                    ),
                ),
                ("ended_because", fields.CharField(default="", max_length=200)),
            ],
            options={
                "table": "endpoint",
                "app": "house",
                "pk_attr": "id",
                "table_description": "An address of a charity's that is told what happens.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Delivery",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                (
                    "endpoint",
                    fields.ForeignKeyField(
                        "house.Endpoint",
                        source_field="endpoint_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="deliveries",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("kind", fields.CharField(max_length=40)),
                (
                    "once",
                    fields.CharField(
                        description="what it is about: each thing is told to each endpoint once", max_length=100
                    ),
                ),
                ("body", fields.TextField(unique=False)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("tries", fields.SmallIntField(default=0)),
                (
                    "next_at",
                    fields.DatetimeField(null=True, description="null: it is over", auto_now=False, auto_now_add=False),
                ),
                ("answered", fields.SmallIntField(null=True, description="the last status; null: no answer")),
                ("trouble", fields.CharField(default="", description="why the last try failed", max_length=200)),
                ("done_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "delivery",
                "app": "house",
                "unique_together": (("endpoint_id", "once"),),
                "pk_attr": "id",
                "table_description": "One thing that one endpoint is told; tried again until it answers or three days are over.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="OverClaim",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "gift",
                    fields.ForeignKeyField(
                        "house.ClaimedGift",
                        source_field="gift_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="over_claims",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "claim",
                    fields.ForeignKeyField(
                        "house.Claim",
                        source_field="claim_id",
                        description="the claim that carries it",
                        db_constraint=True,
                        to_field="id",
                        related_name="over_claims",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("pence", fields.BigIntField(description="of the gift, not of the tax")),
                ("tax_pence", fields.BigIntField()),
                ("because", fields.CharField(max_length=60)),
            ],
            options={
                "table": "over_claim",
                "app": "house",
                "unique_together": (("gift_id", "claim_id"),),
                "pk_attr": "id",
                "table_description": "Tax that was claimed on what has gone back since, taken off a later claim.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PartnerInvitation",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                (
                    "charity",
                    fields.ForeignKeyField(
                        "house.Charity",
                        source_field="charity_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="invitations",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "email",
                    fields.CharField(
                        description="where it was sent, lower case; it works for nobody else", max_length=254
                    ),
                ),
                (
                    "role",
                    fields.CharEnumField(
                        default=Role.VIEW, description="VIEW: view\nFINANCE: finance", enum_type=Role, max_length=7
                    ),
                ),
                ("nonce", fields.CharField(max_length=32)),
                ("token_hash", fields.CharField(unique=True, max_length=64)),
                (
                    "made_by",
                    fields.ForeignKeyField(
                        "house.Person",
                        source_field="made_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="partner_invitations",
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("revoked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "partner_invitation",
                "app": "house",
                "indexes": [Index(fields=["charity_id", "made_at"], name="partner_invitation_of")],
                "pk_attr": "id",
                "table_description": "The single-use way to a charity's desk, by letter. Of its token only the hash is kept, and a nonce that is",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Suppression",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "charity",
                    fields.ForeignKeyField(
                        "house.Charity",
                        source_field="charity_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="suppressions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("email_hash", fields.CharField(max_length=64)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "suppression",
                "app": "house",
                "unique_together": (("charity_id", "email_hash"),),
                "pk_attr": "id",
                "table_description": "An address that a charity must not write to, whatever was ticked; kept as a keyed hash, so that it outlives an",
            },
            bases=["Model"],
        ),
        ops.AlterField(
            model_name="Charity",
            name="number",
            field=fields.CharField(description="as its register writes it; empty: it has none", max_length=20),
        ),
        ops.AlterField(
            model_name="Charity",
            name="register",
            field=fields.CharField(description="which register, in words", max_length=40),
        ),
        ops.AddField(
            model_name="Charity",
            name="contact_email",
            field=fields.CharField(default="", description="for the organiser only", db_default="", max_length=254),
        ),
        ops.AddField(
            model_name="Charity",
            name="contact_name",
            field=fields.CharField(default="", description="for the organiser only", db_default="", max_length=80),
        ),
        ops.AddField(
            model_name="Charity",
            name="hmrc_reference",
            field=fields.CharField(
                default="",
                description="one or two letters and up to five digits, for Gift Aid",
                db_default="",
                max_length=7,
            ),
        ),
    ]
