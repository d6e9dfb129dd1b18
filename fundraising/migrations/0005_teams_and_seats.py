from uuid import uuid4

from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from fundraising.payments.models import Purpose
from fundraising.store.plain_migration import PlainMigration
from teams.roster.models import FactKind, OrderKind, SeatState

SET_ASIDE = ["create table team_before as select * from team", "delete from team"]
# A captain was a page; now it is the person whose page that is.
BRING_BACK = [
    """
    insert into team (id, fund_id, race_id, motto, about, captain_id, is_private, on_boards, link_nonce, link_limit,
                      founded_at)
    select t.id, t.fund_id, t.race_id, t.motto, t.about, p.person_id, false, true, '', 0, f.created_at
    from team_before t join fund f on f.id = t.fund_id left join pledge_page p on p.fund_id = t.captain_id
    """,
    "drop table team_before",
]


class Migration(PlainMigration):
    dependencies = [("house", "0004_places")]

    initial = False

    operations = [
        # Columns that may not be null can only be added to a table without rows; nothing refers to a team yet.
        ops.RunSQL(sql=SET_ASIDE, reverse_sql=[]),
        ops.RemoveField(model_name="Team", name="captain"),
        ops.AddField(
            model_name="Team",
            name="captain",
            field=fields.ForeignKeyField(
                "house.Person",
                source_field="captain_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="captain_of",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.CreateModel(
            name="FundMove",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "fund",
                    fields.ForeignKeyField(
                        "house.Fund",
                        source_field="fund_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="moves",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "left",
                    fields.ForeignKeyField(
                        "house.Fund",
                        source_field="left_id",
                        null=True,
                        description="the team before",
                        db_constraint=True,
                        to_field="id",
                        related_name="moved_out",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "joined",
                    fields.ForeignKeyField(
                        "house.Fund",
                        source_field="joined_id",
                        null=True,
                        description="the team after",
                        db_constraint=True,
                        to_field="id",
                        related_name="moved_in",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("raised_pence", fields.BigIntField()),
                ("gift_aid_pence", fields.BigIntField()),
                ("donations", fields.IntField()),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "fund_move",
                "app": "house",
                "indexes": [
                    Index(fields=["left_id", "at"], name="move_out_of"),
                    Index(fields=["joined_id", "at"], name="move_into"),
                ],
                "pk_attr": "id",
                "table_description": "A runner's page that counted towards one team and now counts towards another, or none; never changed.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="JoinRequest",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                (
                    "team",
                    fields.ForeignKeyField(
                        "house.Team",
                        source_field="team_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="requests",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("name", fields.CharField(max_length=80)),
                ("email", fields.CharField(max_length=254)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("answered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("approved", fields.BooleanField(null=True)),
            ],
            options={
                "table": "join_request",
                "app": "house",
                "pk_attr": "id",
                "table_description": "Somebody who came by the general link and waits for the captain's yes.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SeatOrder",
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
                    "kind",
                    fields.CharEnumField(description="SEATS: seats\nMOVE: move", enum_type=OrderKind, max_length=5),
                ),
                (
                    "team",
                    fields.ForeignKeyField(
                        "house.Team",
                        source_field="team_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="orders",
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
                        related_name="seat_orders",
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
                        related_name="seat_order",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "entry",
                    fields.ForeignKeyField(
                        "house.Entry",
                        source_field="entry_id",
                        null=True,
                        description="that moves",
                        db_constraint=True,
                        to_field="id",
                        related_name="moves",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("each_pence", fields.IntField(description="of one seat, or of the place that the entry moves to")),
                ("price_name", fields.CharField(default="", max_length=40)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "seat_order",
                "app": "house",
                "pk_attr": "id",
                "table_description": "One trip through Checkout for seats, or for what a move costs.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Seat",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "team",
                    fields.ForeignKeyField(
                        "house.Team",
                        source_field="team_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="seats",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "state",
                    fields.CharEnumField(
                        default=SeatState.EMPTY,
                        description="HELD: held\nEMPTY: empty\nINVITED: invited\nTAKEN: taken\nJOINED: joined\nWITHDRAWN: withdrawn\nCLOSED: closed",
                        enum_type=SeatState,
                        max_length=9,
                    ),
                ),
                (
                    "order",
                    fields.ForeignKeyField(
                        "house.SeatOrder",
                        source_field="order_id",
                        null=True,
                        description="by which it is paid",
                        db_constraint=True,
                        to_field="id",
                        related_name="seats",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "entry",
                    fields.ForeignKeyField(
                        "house.Entry",
                        source_field="entry_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="seats",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "name",
                    fields.CharField(default="", description="whom the captain means, as they typed it", max_length=60),
                ),
                (
                    "reserved_until",
                    fields.DatetimeField(
                        null=True, description="while somebody fills in the form", auto_now=False, auto_now_add=False
                    ),
                ),
                ("nudged_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("nudges", fields.SmallIntField(default=0)),
                ("opened_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "seat",
                "app": "house",
                "indexes": [Index(fields=["team_id", "state"], name="seat_of_team")],
                "pk_attr": "id",
                "table_description": "A place held for one in a team.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Invitation",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                (
                    "seat",
                    fields.ForeignKeyField(
                        "house.Seat",
                        source_field="seat_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="invitations",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("nonce", fields.CharField(max_length=32)),
                ("token_hash", fields.CharField(unique=True, max_length=64)),
                (
                    "email",
                    fields.CharField(
                        default="", description="where it was sent; never shown to anybody", max_length=254
                    ),
                ),
                ("note", fields.CharField(default="", description="a few words of the captain's", max_length=300)),
                ("sends", fields.SmallIntField(default=0, description="letters with it")),
                (
                    "sent_at",
                    fields.DatetimeField(null=True, description="the last of them", auto_now=False, auto_now_add=False),
                ),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("revoked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("declined_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "invitation",
                "app": "house",
                "indexes": [Index(fields=["seat_id", "made_at"], name="invitation_of_seat")],
                "pk_attr": "id",
                "table_description": "The single-use way into a seat. Of its token only the hash is kept, and a nonce that is worthless without",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="SeatOrder",
            name="invitation",
            field=fields.ForeignKeyField(
                "house.Invitation",
                source_field="invitation_id",
                null=True,
                description="by which it moves",
                db_constraint=True,
                to_field="id",
                related_name="orders",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.CreateModel(
            name="TeamFact",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "team",
                    fields.ForeignKeyField(
                        "house.Team",
                        source_field="team_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="facts",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "kind",
                    fields.CharEnumField(
                        description="FOUNDED: founded\nJOINED: joined\nLEFT: left\nREMOVED: removed\nWITHDREW: withdrew\nCAPTAIN: captain\nCO_CAPTAIN: co_captain\nMERGED: merged\nDISSOLVED: dissolved",
                        enum_type=FactKind,
                        max_length=10,
                    ),
                ),
                (
                    "name",
                    fields.CharField(
                        default="", description="who it is about, as the public may know them", max_length=80
                    ),
                ),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "team_fact",
                "app": "house",
                "indexes": [Index(fields=["team_id", "at"], name="fact_of_team")],
                "pk_attr": "id",
                "table_description": "A line of a team's history.",
            },
            bases=["Model"],
        ),
        ops.AlterField(
            model_name="Payment",
            name="purpose",
            field=fields.CharEnumField(
                description="DONATION: donation\nENTRY: entry\nSEATS: seats", enum_type=Purpose, max_length=8
            ),
        ),
        ops.AddField(
            model_name="Team",
            name="co_captain",
            field=fields.ForeignKeyField(
                "house.Person",
                source_field="co_captain_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="co_captain_of",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.AddField(
            model_name="Team",
            name="ended_at",
            field=fields.DatetimeField(
                null=True, description="merged into another, or dissolved", auto_now=False, auto_now_add=False
            ),
        ),
        ops.AddField(
            model_name="Team",
            name="founded_at",
            field=fields.DatetimeField(auto_now=False, auto_now_add=True),
        ),
        ops.AddField(
            model_name="Team",
            name="is_private",
            field=fields.BooleanField(default=False, description="its fund is hidden: for members and captains only"),
        ),
        ops.AddField(
            model_name="Team",
            name="link_hash",
            field=fields.CharField(null=True, unique=True, max_length=64),
        ),
        ops.AddField(
            model_name="Team",
            name="link_limit",
            field=fields.SmallIntField(default=0, description="how many may ask by it"),
        ),
        ops.AddField(
            model_name="Team",
            name="link_nonce",
            field=fields.CharField(default="", description="of the general link; empty: there is none", max_length=32),
        ),
        ops.AddField(
            model_name="Team",
            name="link_until",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Team",
            name="merging_into",
            field=fields.ForeignKeyField(
                "house.Team",
                source_field="merging_into_id",
                null=True,
                description="asked, not answered",
                db_constraint=True,
                to_field="id",
                related_name="merging",
                on_delete=OnDelete.SET_NULL,
            ),
        ),
        ops.AddField(
            model_name="Team",
            name="on_boards",
            field=fields.BooleanField(default=True, description="shown on the leaderboards"),
        ),
        ops.RunSQL(sql=BRING_BACK, reverse_sql=[]),
    ]
