"""Tables of the room: Person, SignInLink, Session, Passkey, CodeApp, Challenge."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model


class Purpose(StrEnum):
    """What a link in a letter is good for."""

    SIGN_IN = "sign_in"
    NEW_EMAIL = "new_email"
    OPERATOR = "operator"  # printed by the command line; signs in an organiser, whatever devices they have lost


class Way(StrEnum):
    """How somebody signed in."""

    LETTER = "letter"
    PASSKEY = "passkey"
    DEMO = "demo"  # one click; in the demonstration only


class Person(Model):
    """Somebody who can sign in."""

    id = fields.BigIntField(primary_key=True)
    email = fields.CharField(max_length=254, null=True, unique=True, description="lower case; null once erased")
    name = fields.CharField(max_length=80, default="")
    is_organiser = fields.BooleanField(default=False)
    sign_ins = fields.IntField(default=0)
    made_at = fields.DatetimeField(auto_now_add=True)
    erased_at = fields.DatetimeField(null=True)

    class Meta:
        table = "person"


class SignInLink(Model):
    """A link in a letter: good once, for a short time; of its token only the hash is kept."""

    id = fields.BigIntField(primary_key=True)
    token_hash = fields.CharField(max_length=64, unique=True)
    purpose = fields.CharEnumField(Purpose, max_length=9)
    email = fields.CharField(max_length=254, description="where the letter went")
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "house.Person", related_name="links", null=True, on_delete=fields.CASCADE
    )
    onward = fields.CharField(max_length=300, default="", description="the page that was asked for before")
    made_at = fields.DatetimeField(auto_now_add=True)
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    person_id: int | None

    class Meta:
        table = "sign_in_link"


class Session(Model):
    """One browser that is signed in, or that still owes a second step; of its cookie only the hash is kept."""

    id = fields.UUIDField(primary_key=True)
    token_hash = fields.CharField(max_length=64, unique=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "house.Person", related_name="sessions", on_delete=fields.CASCADE
    )
    way = fields.CharEnumField(Way, max_length=7)
    device = fields.CharField(max_length=80, default="", description="in words")
    made_at = fields.DatetimeField(auto_now_add=True)
    seen_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(description="however busy it is")
    owes_step = fields.BooleanField(default=False, description="not signed in before a passkey or code is shown")
    strong_at = fields.DatetimeField(null=True, description="when a passkey or code was last shown")
    wrong_codes = fields.SmallIntField(default=0)

    person_id: int

    class Meta:
        table = "session"


class Passkey(Model):
    """A passkey of somebody: a WebAuthn credential."""

    id = fields.BigIntField(primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "house.Person", related_name="passkeys", on_delete=fields.CASCADE
    )
    credential = fields.CharField(max_length=1400, unique=True, description="its id, base64url")
    public_key = fields.BinaryField()
    sign_count = fields.BigIntField(default=0)
    name = fields.CharField(max_length=60)
    made_at = fields.DatetimeField(auto_now_add=True)
    used_at = fields.DatetimeField(null=True)

    person_id: int

    class Meta:
        table = "passkey"


class CodeApp(Model):
    """An app that shows one-time codes (RFC 6238)."""

    id = fields.BigIntField(primary_key=True)
    person: fields.OneToOneRelation[Person] = fields.OneToOneField(
        "house.Person", related_name="code_app", on_delete=fields.CASCADE
    )
    secret = fields.BinaryField(description="encrypted with SECRET_KEY")
    made_at = fields.DatetimeField(auto_now_add=True)
    confirmed_at = fields.DatetimeField(null=True, description="when the first code was right")
    last_step = fields.BigIntField(default=0, description="of the last code that was taken: each is good once")
    wrong_until = fields.DatetimeField(null=True, description="each wrong code moves it on; too far ahead: no more")

    person_id: int

    class Meta:
        table = "code_app"


class Challenge(Model):
    """What a passkey is asked to sign; good once."""

    id = fields.UUIDField(primary_key=True)
    challenge = fields.BinaryField()
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "house.Person", related_name="challenges", null=True, on_delete=fields.CASCADE
    )
    expires_at = fields.DatetimeField()

    person_id: int | None

    class Meta:
        table = "challenge"
