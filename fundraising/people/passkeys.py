"""Passkeys (WebAuthn): made, shown, renamed and removed. Each question is good once, for five minutes.

A passkey belongs to the host name under which it was made; the guard has checked that name before we read it here.
"""

import re
import secrets
import struct
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from fundraising.people.asking import Asker
from fundraising.people.passkey_places import (
    MOST,
    NotUnlocked,
    PasskeyCopied,
    PasskeyKnown,
    PasskeyOfAnother,
    PasskeyRefused,
    PasskeysFull,
    PasskeyUnknown,
    Place,
    QuestionSpent,
)
from fundraising.people.strength import SITE, make_strong
from fundraising.store.database import transaction

LASTS = timedelta(minutes=5)
CHALLENGE_BYTES = 32
CREDENTIAL = re.compile(r"[A-Za-z0-9_-]{1,1400}")
# What the library lets through besides its own errors when an answer is nonsense.
NONSENSE = (WebAuthnException, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, struct.error)
FORGET = "delete from challenge where expires_at < $1"
ASK = "insert into challenge (id, challenge, person_id, expires_at) values ($1, $2, $3, $4)"
TAKE = """
delete from challenge where id = $1 and challenge = $2 and person_id is not distinct from $3::bigint
returning expires_at
"""
OWN = "select credential from passkey where person_id = $1 order by id"
KEEP = """
insert into passkey (person_id, credential, public_key, sign_count, name, made_at) values ($1, $2, $3, $4, $5, $6)
on conflict (credential) do nothing returning id
"""
FIND = """
select k.id, k.person_id, k.public_key from passkey k join person p on p.id = k.person_id
where k.credential = $1 and p.erased_at is null
"""
# Many authenticators count nothing and always say 0; who has counted once must go on counting.
USED = """
update passkey set sign_count = $2, used_at = $3
where id = $1 and (sign_count < $2 or (sign_count = 0 and $2 = 0)) returning id
"""


async def ask_to_make(place: Place, asker: Asker) -> str:
    """The question by which a browser makes a passkey, as JSON.

    Raises:
        PasskeysFull
    """
    async with transaction() as connection:
        own = [row["credential"] for row in await connection.fetch(OWN, asker.id)]
        if len(own) >= MOST:
            raise PasskeysFull
        challenge = await _ask(connection, asker.id)
    options = generate_registration_options(
        rp_id=place.name,
        rp_name=SITE,
        user_id=handle_of(asker.id),
        user_name=asker.email,
        user_display_name=asker.name or asker.email,
        challenge=challenge,
        timeout=int(LASTS.total_seconds() * 1000),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in own],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return options_to_json(options)


async def keep(place: Place, asker: Asker, answer: Mapping[str, Any], name: str) -> None:
    """Keep the passkey that was made; the session is strong by it.

    Raises:
        QuestionSpent, PasskeyRefused, PasskeyKnown
    """
    await _must_be_asked(answer, asker.id)
    made = _verified_new(place, answer)
    if not made.user_verified:
        raise NotUnlocked
    credential, now = bytes_to_base64url(made.credential_id), datetime.now(UTC)
    if not CREDENTIAL.fullmatch(credential):
        raise PasskeyRefused
    async with transaction() as connection:
        given = (credential, made.credential_public_key, made.sign_count, name, now)
        if await connection.fetchval(KEEP, asker.id, *given) is None:
            raise PasskeyKnown
        await make_strong(connection, asker.session_id)


async def ask_to_show(place: Place, person: int | None) -> str:
    """The question by which a browser shows a passkey, as JSON.

    Args:
        person: whose it has to be; None: whoever signs in, by a passkey that knows its owner.
    """
    async with transaction() as connection:
        own = await connection.fetch(OWN, person) if person else []
        challenge = await _ask(connection, person)
    options = generate_authentication_options(
        rp_id=place.name,
        challenge=challenge,
        timeout=int(LASTS.total_seconds() * 1000),
        allow_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(row["credential"])) for row in own],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


async def take_shown(place: Place, person: int | None, answer: Mapping[str, Any]) -> int:
    """A passkey was shown.

    Args:
        person: whose it has to be; None: whoever it belongs to.

    Returns:
        The id of its owner.

    Raises:
        QuestionSpent, PasskeyRefused
    """
    await _must_be_asked(answer, person)
    async with transaction() as connection:
        row = await connection.fetchrow(FIND, _credential_in(answer))
        if row is None:
            raise PasskeyUnknown
        owner: int = row["person_id"]
        if person not in (None, owner) or not _names_its_owner(answer, owner, needed=person is None):
            raise PasskeyOfAnother
        shown = _verified_shown(place, answer, row["public_key"])
        if not shown.user_verified:
            raise NotUnlocked
        if await connection.fetchval(USED, row["id"], shown.new_sign_count, datetime.now(UTC)) is None:
            raise PasskeyCopied
    return owner


def handle_of(person: int) -> bytes:
    """By what a passkey knows its owner; says nothing about them."""
    return person.to_bytes(8, "big")


def _credential_in(answer: Mapping[str, Any]) -> str:
    if not CREDENTIAL.fullmatch(str(answer.get("id"))):
        raise PasskeyRefused
    return str(answer["id"])


def _names_its_owner(answer: Mapping[str, Any], owner: int, *, needed: bool) -> bool:
    said = answer["response"].get("userHandle") if isinstance(answer.get("response"), dict) else None
    return said == bytes_to_base64url(handle_of(owner)) if said or needed else True


async def _ask(connection: asyncpg.Connection, person: int | None) -> bytes:
    challenge, now = secrets.token_bytes(CHALLENGE_BYTES), datetime.now(UTC)
    await connection.execute(FORGET, now)
    await connection.execute(ASK, _id_of(challenge), challenge, person, now + LASTS)
    return challenge


def _id_of(challenge: bytes) -> UUID:
    """Its first half finds the row."""
    return UUID(bytes=challenge[:16])


async def _must_be_asked(answer: Mapping[str, Any], person: int | None) -> None:
    """Take away the question that an answer answers, for good: whatever becomes of the answer, it is not asked again.

    Raises:
        QuestionSpent, PasskeyRefused
    """
    challenge = _challenge_in(answer)
    async with transaction() as connection:
        expires_at = await connection.fetchval(TAKE, _id_of(challenge), challenge, person)
    if expires_at is None or expires_at <= datetime.now(UTC):
        raise QuestionSpent


def _challenge_in(answer: Mapping[str, Any]) -> bytes:
    try:
        said = parse_client_data_json(base64url_to_bytes(answer["response"]["clientDataJSON"]))
        challenge = said.challenge
    except NONSENSE:
        raise PasskeyRefused from None
    if len(challenge) != CHALLENGE_BYTES:
        raise QuestionSpent
    return challenge


def _verified_new(place: Place, answer: Mapping[str, Any]) -> VerifiedRegistration:
    try:
        return verify_registration_response(
            credential=dict(answer),
            expected_challenge=_challenge_in(answer),
            expected_rp_id=place.name,
            expected_origin=place.origin,
        )
    except NONSENSE:
        raise PasskeyRefused from None


def _verified_shown(place: Place, answer: Mapping[str, Any], public_key: bytes) -> VerifiedAuthentication:
    """The counter is compared where it is written, so that two at once cannot both pass."""
    try:
        return verify_authentication_response(
            credential=dict(answer),
            expected_challenge=_challenge_in(answer),
            expected_rp_id=place.name,
            expected_origin=place.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
        )
    except NONSENSE:
        raise PasskeyRefused from None
