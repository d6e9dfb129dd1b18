"""Signing in by a letter, with a link that is good once and for a short time; and sessions, which end when told to."""

import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg

from fundraising.errors import Problem
from fundraising.mail.letters import NewLetter, write
from fundraising.people import persons
from fundraising.people.models import Purpose, Way
from fundraising.settings import Settings
from fundraising.store.database import transaction
from fundraising.web.tokens import hashed, make_nonce, token_from

LASTS = timedelta(minutes=15)
OPERATOR_LASTS = timedelta(hours=1)
MOST_AT_ONCE = 3  # living links to one address; whoever has three letters needs no fourth, and cannot be flooded
ABSOLUTE, ABSOLUTE_ORGANISER = timedelta(days=180), timedelta(days=7)
ONWARD = re.compile(r"/(?![/\\])[^\\\x00-\x20]*")  # a path of our own, never another site's address
LIVING = """
select count(*) from sign_in_link
where email = $1 and purpose = 'sign_in' and expires_at > $2 and used_at is null
"""
# What somebody asks for in another's name counts against themselves, never against who gets the letters.
ASKED_FOR = "select count(*) from sign_in_link where person_id = $1 and purpose = 'new_email' and expires_at > $2"
ADD = """
insert into sign_in_link (token_hash, purpose, email, person_id, onward, made_at, expires_at)
values ($1, $2, $3, $4, $5, $6, $7)
"""
SEE = """
select l.email, l.purpose from sign_in_link l
where l.token_hash = $1 and l.used_at is null and l.expires_at > $2 and l.person_id is not null
"""
USE = """
update sign_in_link set used_at = $2
where token_hash = $1 and used_at is null and expires_at > $2 and person_id is not null
returning person_id, purpose, email, onward
"""
BEGIN = """
with known as (
  update person set sign_ins = sign_ins + 1 where id = $1
  returning id, is_organiser, exists (select from code_app where person_id = $1 and confirmed_at is not null) as code,
            exists (select from passkey where person_id = $1) as passkey
)
insert into session (id, token_hash, person_id, way, device, made_at, seen_at, expires_at, owes_step, strong_at,
                     wrong_codes)
select $2, $3, id, $4::varchar, $5, $6::timestamptz, $6::timestamptz,
       case when is_organiser then $8::timestamptz else $7::timestamptz end,
       $4::varchar = 'letter' and not $9 and (code or (is_organiser and passkey)),
       case when $4::varchar = 'letter' and not $9 then null else $6::timestamptz end, 0
from known returning owes_step
"""


class LinkSpent(Problem):
    """A link that was used, has expired, or never was."""

    status = 410
    title = "This link has had its day"
    sentence = "A sign-in link works once and for 15 minutes. Ask for a new one below; it takes a moment."


@dataclass(frozen=True, slots=True)
class Begun:
    """A session that has just begun.

    Args:
        token: for the cookie, and nowhere else.
        owes_step: a passkey or a code has to be shown before it is good for anything.
    """

    token: str
    lasts: timedelta
    owes_step: bool
    onward: str


def safe_onward(path: str) -> str:
    """A page of our own to go on to, or nothing."""
    return path if len(path) <= 300 and ONWARD.fullmatch(path) and not path.startswith("/sign-in") else ""


Known = Callable[[asyncpg.Connection, str], Awaitable[bool]]


async def ask_for_link(settings: Settings, email: str, onward: str = "", known: Sequence[Known] = ()) -> None:
    """Write the letter with the link; to an address that we do not know, one that says so. Either takes the same.

    Args:
        known: what rooms know of addresses that nobody signs in with yet, of who has given for example.
    """
    email, now = email.lower(), datetime.now(UTC)
    async with transaction() as connection:
        is_known = any([await one(connection, email) for one in known])  # every one is asked: that takes the same too
        person = await persons.find_or_make_if(connection, email, is_known)
        if await connection.fetchval(LIVING, email, now) >= MOST_AT_ONCE:
            return
        nonce = await _add(connection, settings, _Link(Purpose.SIGN_IN, email, person, safe_onward(onward)))
        template = "sign_in" if person else "nobody_known"
        await write(connection, [NewLetter(email, template, {"nonce": nonce}, f"sign in {nonce}")])


async def make_operator_link(settings: Settings, email: str) -> str:
    """A link for the command line, for an organiser; it needs no letter and no second step, whatever was lost."""
    async with transaction() as connection:
        person = await persons.make_organiser(connection, email, ABSOLUTE_ORGANISER)
        link = _Link(Purpose.OPERATOR, email.lower(), person, "/organiser", OPERATOR_LASTS)
        nonce = await _add(connection, settings, link)
    return f"{settings.base_url}/sign-in/{token_from(settings, Purpose.OPERATOR, nonce)}"


async def ask_for_new_email(settings: Settings, person: int, email: str) -> None:
    """A letter to the new address, by which it is confirmed; nothing changes before that."""
    email = email.lower()
    async with transaction() as connection:
        if await connection.fetchval(ASKED_FOR, person, datetime.now(UTC)) >= MOST_AT_ONCE:
            return
        nonce = await _add(connection, settings, _Link(Purpose.NEW_EMAIL, email, person, "/account"))
        facts = {"nonce": nonce, "purpose": Purpose.NEW_EMAIL}
        await write(connection, [NewLetter(email, "new_email", facts, f"new e-mail {nonce}")])


@dataclass(frozen=True, slots=True)
class _Link:
    purpose: Purpose
    email: str
    person: int | None
    onward: str
    lasts: timedelta = LASTS


async def _add(connection: asyncpg.Connection, settings: Settings, link: _Link) -> str:
    """A link's row.

    Returns:
        The nonce that its token is made from.
    """
    nonce, now = make_nonce(), datetime.now(UTC)
    token_hash = hashed(token_from(settings, link.purpose, nonce))
    given = (link.email, link.person, link.onward, now, now + link.lasts)
    await connection.execute(ADD, token_hash, str(link.purpose), *given)
    return nonce


async def look_at_link(connection: asyncpg.Connection, token: str) -> asyncpg.Record:
    """What a link is for, without using it: mail programs open links by themselves.

    Raises:
        LinkSpent
    """
    found = await connection.fetchrow(SEE, hashed(token), datetime.now(UTC))
    if found is None:
        raise LinkSpent
    return found


async def redeem(token: str, device: str, replaced: str = "") -> Begun | None:
    """Use a link up: a session begins, or the address changes that the link confirms.

    Args:
        replaced: the token of the session that this browser had before.

    Returns:
        The session; None when the link has changed an address.

    Raises:
        LinkSpent
    """
    async with transaction() as connection:
        link = await connection.fetchrow(USE, hashed(token), datetime.now(UTC))
        if link is None:
            raise LinkSpent
        if link["purpose"] == Purpose.NEW_EMAIL:
            await _change_email(connection, link["person_id"], link["email"])
            return None
        await end(connection, replaced)
        strong = link["purpose"] == Purpose.OPERATOR
        return await begin(connection, link["person_id"], Way.LETTER, device, link["onward"], strong=strong)


async def begin(
    connection: asyncpg.Connection, person: int, way: Way, device: str, onward: str = "", *, strong: bool = False
) -> Begun:
    """Begin a session; of the token that the cookie holds only the hash is kept.

    Args:
        strong: it needs no second step.
    """
    token, now = secrets.token_urlsafe(32), datetime.now(UTC)
    owes = await connection.fetchval(
        BEGIN, person, uuid4(), hashed(token), str(way), device, now, now + ABSOLUTE, now + ABSOLUTE_ORGANISER, strong
    )
    return Begun(token, ABSOLUTE, owes, onward)


async def end(connection: asyncpg.Connection, token: str) -> None:
    """End a session at once."""
    if token:
        await connection.execute("delete from session where token_hash = $1", hashed(token))


async def end_session(connection: asyncpg.Connection, person: int, session: UUID) -> None:
    """End one of somebody's own sessions."""
    await connection.execute("delete from session where id = $1 and person_id = $2", session, person)


async def end_others(connection: asyncpg.Connection, person: int, but: UUID) -> None:
    """End all of somebody's sessions but one."""
    await connection.execute("delete from session where person_id = $1 and id <> $2", person, but)


async def _change_email(connection: asyncpg.Connection, person: int, email: str) -> None:
    """Confirmed at the new address; the old one is told."""
    if await persons.find(connection, email) not in (None, person):
        raise LinkSpent("This address belongs to somebody who can sign in here already.")
    old = await connection.fetchval("select email from person where id = $1 for update", person)
    await connection.execute("update person set email = $2 where id = $1", person, email)
    if old != email:
        facts = {"new": email}
        await write(connection, [NewLetter(old, "email_changed", facts, f"changed {person} {datetime.now(UTC)}")])


SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Linux": "Linux",
}
BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrom": "Chrome", "Safari": "Safari"}


def device_of(user_agent: str) -> str:
    """A browser in words, for the list of sessions: Chrome on Android."""
    system = next((name for part, name in SYSTEMS.items() if part in user_agent), "")
    browser = next((name for part, name in BROWSERS.items() if part in user_agent), "")
    return f"{browser or 'A browser'} on {system}" if system else browser or "An unknown device"


TIDY = """
with links as (delete from sign_in_link where expires_at < $1),
     challenges as (delete from challenge where expires_at < $1)
delete from session where expires_at < $1 or seen_at < $1 - $2::interval
"""


async def tidy() -> None:
    """By the clock: what has had its day is forgotten."""
    async with transaction() as connection:
        await connection.execute(TIDY, datetime.now(UTC) - timedelta(days=1), timedelta(days=30))
