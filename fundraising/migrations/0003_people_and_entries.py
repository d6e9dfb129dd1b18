from uuid import uuid4

from orjson import loads
from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops

from charities.models import Role
from fundraising.funds.models import FundState
from fundraising.people.models import Purpose, Way
from fundraising.store.plain_migration import PlainMigration
from teams.entries.models import Category, EntryState, WaitingState
from teams.events.models import QuestionKind, Stage
from teams.training.models import EnquiryKind


class Migration(PlainMigration):
    dependencies = [("house", "0002_rules")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Enquiry",
            fields=[
                (
                    "id",
                    fields.UUIDField(
                        primary_key=True,
                        default=uuid4,
                        unique=True,
                        db_index=True,
                        description="of the opened form: sent twice, it is one",
                    ),
                ),
                (
                    "event",
                    fields.ForeignKeyField(
                        "house.Event",
                        source_field="event_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="enquiries",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "kind",
                    fields.CharEnumField(
                        description="SPONSOR: sponsor\nCHARITY: charity", enum_type=EnquiryKind, max_length=7
                    ),
                ),
                ("name", fields.CharField(max_length=80)),
                ("email", fields.CharField(max_length=254)),
                ("organisation", fields.CharField(max_length=120)),
                ("message", fields.TextField(unique=False)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("answered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "enquiry",
                "app": "house",
                "pk_attr": "id",
                "table_description": "What a sponsor or a charity has written to the organiser.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="EventDay",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "event",
                    fields.ForeignKeyField(
                        "house.Event",
                        source_field="event_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="days",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("day", fields.DateField()),
                ("capacity", fields.IntField()),
                ("taken", fields.IntField(default=0, description="places held, offered or given; kept by a trigger")),
            ],
            options={
                "table": "event_day",
                "app": "house",
                "unique_together": (("event_id", "day"),),
                "pk_attr": "id",
                "table_description": "A day of an event, and how many may run on it in all its races.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Interest",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "event",
                    fields.ForeignKeyField(
                        "house.Event",
                        source_field="event_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="interests",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("email", fields.CharField(max_length=254)),
                ("name", fields.CharField(default="", max_length=80)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("told_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "interest",
                "app": "house",
                "unique_together": (("event_id", "email"),),
                "pk_attr": "id",
                "table_description": "Somebody wants to hear when an event opens for entries.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Person",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "email",
                    fields.CharField(
                        null=True, unique=True, description="lower case; null once erased", max_length=254
                    ),
                ),
                ("name", fields.CharField(default="", max_length=80)),
                ("is_organiser", fields.BooleanField(default=False)),
                ("sign_ins", fields.IntField(default=0)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("erased_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "person",
                "app": "house",
                "pk_attr": "id",
                "table_description": "Somebody who can sign in.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Challenge",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("challenge", fields.BinaryField()),
                (
                    "person",
                    fields.ForeignKeyField(
                        "house.Person",
                        source_field="person_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="challenges",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "challenge",
                "app": "house",
                "pk_attr": "id",
                "table_description": "What a passkey is asked to sign; good once.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CodeApp",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "person",
                    fields.OneToOneField(
                        "house.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="code_app",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("secret", fields.BinaryField(description="encrypted with SECRET_KEY")),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                (
                    "confirmed_at",
                    fields.DatetimeField(
                        null=True, description="when the first code was right", auto_now=False, auto_now_add=False
                    ),
                ),
                (
                    "last_step",
                    fields.BigIntField(default=0, description="of the last code that was taken: each is good once"),
                ),
                (
                    "wrong_until",
                    fields.DatetimeField(
                        null=True,
                        description="each wrong code moves it on; too far ahead: no more",
                        auto_now=False,
                        auto_now_add=False,
                    ),
                ),
            ],
            options={
                "table": "code_app",
                "app": "house",
                "pk_attr": "id",
                "table_description": "An app that shows one-time codes (RFC 6238).",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Partner",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "charity",
                    fields.ForeignKeyField(
                        "house.Charity",
                        source_field="charity_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="partners",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "house.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="partner_of",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "role",
                    fields.CharEnumField(
                        default=Role.VIEW, description="VIEW: view\nFINANCE: finance", enum_type=Role, max_length=7
                    ),
                ),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "partner",
                "app": "house",
                "unique_together": (("charity_id", "person_id"),),
                "pk_attr": "id",
                "table_description": "A person who may see a charity's desk.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Party",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                (
                    "attempt",
                    fields.UUIDField(unique=True, description="of the opened form: sent twice, it is one party"),
                ),
                ("fingerprint", fields.CharField(description="keyed hash of all that was typed", max_length=64)),
                (
                    "event",
                    fields.ForeignKeyField(
                        "house.Event",
                        source_field="event_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="parties",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "house.Person",
                        source_field="person_id",
                        null=True,
                        description="who pays",
                        db_constraint=True,
                        to_field="id",
                        related_name="parties",
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
                        related_name="party",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "token",
                    fields.CharField(unique=True, description="of the page that shows how it stands", max_length=43),
                ),
                ("fee_pence", fields.IntField()),
                (
                    "team_name",
                    fields.CharField(default="", description="of the team that is founded by it", max_length=60),
                ),
                (
                    "offer",
                    fields.CharField(default="", description="of the waiting list, that it came by", max_length=43),
                ),
                ("held_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "party",
                "app": "house",
                "pk_attr": "id",
                "table_description": "People who are entered together, in one payment; who pays need not run.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Passkey",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "person",
                    fields.ForeignKeyField(
                        "house.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="passkeys",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("credential", fields.CharField(unique=True, description="its id, base64url", max_length=1400)),
                ("public_key", fields.BinaryField()),
                ("sign_count", fields.BigIntField(default=0)),
                ("name", fields.CharField(max_length=60)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "passkey",
                "app": "house",
                "pk_attr": "id",
                "table_description": "A passkey of somebody: a WebAuthn credential.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Price",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "race",
                    fields.ForeignKeyField(
                        "house.Race",
                        source_field="race_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="prices",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("name", fields.CharField(max_length=40)),
                ("pence", fields.IntField()),
                ("from_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("until_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("first_places", fields.IntField(null=True, description="while no more than so many places are taken")),
                ("in_team", fields.BooleanField(default=False, description="only for who enters with a team")),
                (
                    "under_age",
                    fields.SmallIntField(null=True, description="only for who is younger on the day of the race"),
                ),
                ("position", fields.SmallIntField(default=0)),
            ],
            options={
                "table": "price",
                "app": "house",
                "pk_attr": "id",
                "table_description": "A price tier. Of those that fit, an entry gets the lowest.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Question",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "event",
                    fields.ForeignKeyField(
                        "house.Event",
                        source_field="event_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="questions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("label", fields.CharField(max_length=120)),
                (
                    "kind",
                    fields.CharEnumField(
                        description="TEXT: text\nCHOICE: choice\nTICK: tick", enum_type=QuestionKind, max_length=6
                    ),
                ),
                ("options", fields.CharField(default="", description="one to a line, for a choice", max_length=500)),
                ("required", fields.BooleanField(default=False)),
                ("position", fields.SmallIntField(default=0)),
                (
                    "retired_at",
                    fields.DatetimeField(
                        null=True,
                        description="no longer asked; what was answered stays",
                        auto_now=False,
                        auto_now_add=False,
                    ),
                ),
            ],
            options={
                "table": "question",
                "app": "house",
                "pk_attr": "id",
                "table_description": "Something the organiser asks of each runner besides.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Reason",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "event",
                    fields.ForeignKeyField(
                        "house.Event",
                        source_field="event_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="reasons",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("number", fields.SmallIntField()),
                ("title", fields.CharField(max_length=120)),
                ("body", fields.CharField(max_length=500)),
            ],
            options={
                "table": "reason",
                "app": "house",
                "unique_together": (("event_id", "number"),),
                "pk_attr": "id",
                "table_description": "One of the reasons to run backwards.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Record",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "event",
                    fields.ForeignKeyField(
                        "house.Event",
                        source_field="event_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="records",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("title", fields.CharField(description="First champion, men; Course best", max_length=80)),
                ("year", fields.SmallIntField(null=True)),
                ("name", fields.CharField(default="", max_length=80)),
                ("time_tenths", fields.IntField(null=True, description="tenths of a second")),
                ("remark", fields.CharField(default="", max_length=200)),
                ("position", fields.SmallIntField(default=0)),
            ],
            options={
                "table": "record",
                "app": "house",
                "pk_attr": "id",
                "table_description": "A champion or a course best, as the event page tells it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Session",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("token_hash", fields.CharField(unique=True, max_length=64)),
                (
                    "person",
                    fields.ForeignKeyField(
                        "house.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="sessions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "way",
                    fields.CharEnumField(
                        description="LETTER: letter\nPASSKEY: passkey\nDEMO: demo", enum_type=Way, max_length=7
                    ),
                ),
                ("device", fields.CharField(default="", description="in words", max_length=80)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("seen_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "expires_at",
                    fields.DatetimeField(description="however busy it is", auto_now=False, auto_now_add=False),
                ),
                (
                    "owes_step",
                    fields.BooleanField(default=False, description="not signed in before a passkey or code is shown"),
                ),
                (
                    "strong_at",
                    fields.DatetimeField(
                        null=True,
                        description="when a passkey or code was last shown",
                        auto_now=False,
                        auto_now_add=False,
                    ),
                ),
                ("wrong_codes", fields.SmallIntField(default=0)),
            ],
            options={
                "table": "session",
                "app": "house",
                "pk_attr": "id",
                "table_description": "One browser that is signed in, or that still owes a second step; of its cookie only the hash is kept.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SignInLink",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("token_hash", fields.CharField(unique=True, max_length=64)),
                (
                    "purpose",
                    fields.CharEnumField(
                        description="SIGN_IN: sign_in\nNEW_EMAIL: new_email\nOPERATOR: operator",
                        enum_type=Purpose,
                        max_length=9,
                    ),
                ),
                ("email", fields.CharField(description="where the letter went", max_length=254)),
                (
                    "person",
                    fields.ForeignKeyField(
                        "house.Person",
                        source_field="person_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="links",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "onward",
                    fields.CharField(default="", description="the page that was asked for before", max_length=300),
                ),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "sign_in_link",
                "app": "house",
                "pk_attr": "id",
                "table_description": "A link in a letter: good once, for a short time; of its token only the hash is kept.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StoppedSeries",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("email", fields.CharField(description="lower case", max_length=254)),
                ("series", fields.CharField(max_length=20)),
                ("stopped_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "stopped_series",
                "app": "house",
                "unique_together": (("email", "series"),),
                "pk_attr": "id",
                "table_description": "Somebody wants no more letters of a series.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="TechniquePoint",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "event",
                    fields.ForeignKeyField(
                        "house.Event",
                        source_field="event_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="technique",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("position", fields.SmallIntField()),
                ("title", fields.CharField(max_length=80)),
                ("body", fields.CharField(max_length=400)),
                ("drawing", fields.CharField(description="name of a drawing in the templates", max_length=20)),
            ],
            options={
                "table": "technique_point",
                "app": "house",
                "unique_together": (("event_id", "position"),),
                "pk_attr": "id",
                "table_description": "One of the points of technique, with its drawing.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="TrainingWeek",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "event",
                    fields.ForeignKeyField(
                        "house.Event",
                        source_field="event_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="training_weeks",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("weeks_before", fields.SmallIntField(description="8 is the first letter, 1 the last")),
                ("title", fields.CharField(max_length=80)),
                ("plan", fields.CharField(description="the two sessions of the week, in one line", max_length=200)),
                ("body", fields.TextField(description="paragraphs, parted by an empty line", unique=False)),
            ],
            options={
                "table": "training_week",
                "app": "house",
                "unique_together": (("event_id", "weeks_before"),),
                "pk_attr": "id",
                "table_description": "A week of the plan, and the letter of that week.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Waiting",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                (
                    "race",
                    fields.ForeignKeyField(
                        "house.Race",
                        source_field="race_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="waiting",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "state",
                    fields.CharEnumField(
                        default=WaitingState.WAITING,
                        description="WAITING: waiting\nOFFERED: offered\nTAKEN: taken\nLAPSED: lapsed\nLEFT: left",
                        enum_type=WaitingState,
                        max_length=7,
                    ),
                ),
                ("name", fields.CharField(max_length=80)),
                ("email", fields.CharField(max_length=254)),
                ("token", fields.CharField(unique=True, description="of the page of the offer", max_length=43)),
                ("joined_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("offered_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "waiting",
                "app": "house",
                "pk_attr": "id",
                "table_description": "Somebody on the waiting list of a race.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Waiver",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "event",
                    fields.ForeignKeyField(
                        "house.Event",
                        source_field="event_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="waivers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("version", fields.SmallIntField()),
                ("text", fields.TextField(unique=False)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "waiver",
                "app": "house",
                "unique_together": (("event_id", "version"),),
                "pk_attr": "id",
                "table_description": "What a runner agrees to; never edited, only followed by the next version.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Entry",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                (
                    "party",
                    fields.ForeignKeyField(
                        "house.Party",
                        source_field="party_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="entries",
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
                        related_name="entries",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "house.Person",
                        source_field="person_id",
                        null=True,
                        description="who looks after it: the runner, or a parent",
                        db_constraint=True,
                        to_field="id",
                        related_name="entries",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "state",
                    fields.CharEnumField(
                        description="HELD: held\nPLACED: placed\nLAPSED: lapsed\nWITHDRAWN: withdrawn\nDEFERRED: deferred",
                        enum_type=EntryState,
                        max_length=9,
                    ),
                ),
                ("first_name", fields.CharField(max_length=60)),
                ("last_name", fields.CharField(max_length=60)),
                ("email", fields.CharField(description="of who looks after it", max_length=254)),
                ("born_on", fields.DateField(null=True, description="null once erased")),
                (
                    "category",
                    fields.CharEnumField(
                        description="FEMALE: female\nMALE: male\nOPEN: open", enum_type=Category, max_length=6
                    ),
                ),
                ("emergency_name", fields.CharField(default="", max_length=80)),
                ("emergency_phone", fields.CharField(default="", max_length=30)),
                ("brings_guide", fields.BooleanField(default=False)),
                ("club", fields.CharField(default="", max_length=80)),
                ("shirt", fields.CharField(default="", max_length=4)),
                ("photo_ok", fields.BooleanField(default=False)),
                ("estimate_seconds", fields.IntField(null=True)),
                (
                    "waiver",
                    fields.ForeignKeyField(
                        "house.Waiver",
                        source_field="waiver_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="entries",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("waived_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "answers",
                    fields.JSONField(
                        default=dict, description="by the question's id", encoder=JSON_DUMPS, decoder=loads
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
                        related_name="entries_for",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("wants_page", fields.BooleanField(default=False)),
                (
                    "fund",
                    fields.OneToOneField(
                        "house.Fund",
                        source_field="fund_id",
                        null=True,
                        description="of the pledge page",
                        db_constraint=True,
                        to_field="id",
                        related_name="entry",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "team",
                    fields.ForeignKeyField(
                        "house.Fund",
                        source_field="team_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="entries_with",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", fields.IntField(null=True, description="worn on the back; never given twice within a race")),
                ("price_name", fields.CharField(default="", max_length=40)),
                ("price_pence", fields.IntField()),
                (
                    "credit_pence",
                    fields.IntField(default=0, description="what of the price was carried over; the rest was paid"),
                ),
                (
                    "guardian_name",
                    fields.CharField(default="", description="of who is under 18 on the day", max_length=80),
                ),
                ("guardian_email", fields.CharField(default="", max_length=254)),
                ("guardian_agreed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("medical", fields.BinaryField(null=True, description="encrypted with SECRET_KEY; organisers only")),
                ("medical_until", fields.DateField(null=True, description="the day on which it is deleted")),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("placed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_because", fields.CharField(default="", max_length=120)),
            ],
            options={
                "table": "entry",
                "app": "house",
                "pk_attr": "id",
                "table_description": "A person's place in a race.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Credit",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "person",
                    fields.ForeignKeyField(
                        "house.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="credits",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "of",
                    fields.ForeignKeyField(
                        "house.Entry",
                        source_field="of_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="credits_made",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "used_by",
                    fields.OneToOneField(
                        "house.Entry",
                        source_field="used_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="credit_used",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("pence", fields.IntField()),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "credit",
                "app": "house",
                "pk_attr": "id",
                "table_description": "A fee carried over from a deferred place to a later event.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Handover",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                (
                    "entry",
                    fields.ForeignKeyField(
                        "house.Entry",
                        source_field="entry_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="handovers",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("email", fields.CharField(max_length=254)),
                ("token_hash", fields.CharField(unique=True, max_length=64)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("taken_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "ended_at",
                    fields.DatetimeField(null=True, description="called back", auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "handover",
                "app": "house",
                "pk_attr": "id",
                "table_description": "A place on its way to a friend, who has not taken it yet.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Event",
            name="change_until",
            field=fields.DatetimeField(
                null=True,
                description="until when a place may be handed over or deferred",
                auto_now=False,
                auto_now_add=False,
            ),
        ),
        ops.AddField(
            model_name="Event",
            name="entries_close_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Event",
            name="entries_open_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Event",
            name="fee_covers",
            field=fields.CharField(default="", description="medal, chip timing, …", max_length=300),
        ),
        ops.AddField(
            model_name="Event",
            name="notice",
            field=fields.CharField(
                default="", description="what is to be said while resting or cancelled", max_length=300
            ),
        ),
        ops.AddField(
            model_name="Event",
            name="refund_percent",
            field=fields.SmallIntField(default=100, description="of the fee, for who withdraws in time"),
        ),
        ops.AddField(
            model_name="Event",
            name="refund_until",
            field=fields.DatetimeField(
                null=True, description="null: no refund for who withdraws", auto_now=False, auto_now_add=False
            ),
        ),
        ops.AddField(
            model_name="Event",
            name="safety",
            field=fields.TextField(
                default="", description="paragraphs; a line that ends with a colon is a heading", unique=False
            ),
        ),
        ops.AddField(
            model_name="Event",
            name="stage",
            field=fields.CharEnumField(
                default=Stage.OPEN,
                description="DRAFT: draft\nOPEN: open\nCLOSED: closed\nRESTING: resting\nCANCELLED: cancelled\nFINISHED: finished",
                enum_type=Stage,
                max_length=9,
            ),
        ),
        ops.AlterField(
            model_name="Fund",
            name="state",
            field=fields.CharEnumField(
                default=FundState.OPEN,
                description="OPEN: open\nPAUSED: paused\nCLOSED: closed\nHIDDEN: hidden",
                enum_type=FundState,
                max_length=8,
            ),
        ),
        ops.AddField(
            model_name="Fund",
            name="shows_messages",
            field=fields.BooleanField(default=True, description="not so of a child: nobody has looked at them"),
        ),
        ops.AddField(
            model_name="Letter",
            name="series",
            field=fields.CharField(null=True, description="what one click ends; null: must be told", max_length=20),
        ),
        ops.AddField(
            model_name="PledgePage",
            name="is_child",
            field=fields.BooleanField(
                default=False, description="not to be found by search engines, no public messages"
            ),
        ),
        ops.AddField(
            model_name="PledgePage",
            name="person",
            field=fields.ForeignKeyField(
                "house.Person",
                source_field="person_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="pledge_pages",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.AddField(
            model_name="Race",
            name="capacity",
            field=fields.IntField(default=250),
        ),
        ops.AddField(
            model_name="Race",
            name="day",
            field=fields.ForeignKeyField(
                "house.EventDay",
                source_field="day_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="races",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.AddField(
            model_name="Race",
            name="is_open",
            field=fields.BooleanField(default=True, description="the organiser may close one race alone"),
        ),
        ops.AddField(
            model_name="Race",
            name="least_age",
            field=fields.SmallIntField(default=11, description="years, on the day of the race"),
        ),
        ops.AddField(
            model_name="Race",
            name="least_in_team",
            field=fields.SmallIntField(default=4),
        ),
        ops.AddField(
            model_name="Race",
            name="most_in_team",
            field=fields.SmallIntField(default=8),
        ),
        ops.AddField(
            model_name="Race",
            name="numbers_from",
            field=fields.IntField(null=True, description="the range of the numbers on the backs"),
        ),
        ops.AddField(
            model_name="Race",
            name="numbers_to",
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name="Race",
            name="taken",
            field=fields.IntField(default=0, description="places held, offered or given; kept by a trigger"),
        ),
    ]
