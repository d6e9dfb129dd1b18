"""One-time codes from an app (RFC 6238): each is good once, half a minute early or late; five wrong ones end a session.

Only who has signed in by letter gets as far as a code: nobody without the mailbox can lock out anybody. Who has it
could begin session after session and guess, so wrong codes also fill a bucket that empties by one an hour. The secret
is sealed under SECRET_KEY.
"""

import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pyotp

from fundraising.errors import Problem
from fundraising.people.asking import Asker
from fundraising.people.strength import SITE, make_strong
from fundraising.settings import Settings
from fundraising.store.database import transaction
from fundraising.web.qr import drawn_qr
from fundraising.web.sealing import SealBroken, seal, unseal

PURPOSE = "code app"
STEP_SECONDS = 30
DRIFT = (0, -1, 1)  # steps; a phone's clock may be a little off
MOST_WRONG = 5
WRONG_COSTS, WRONG_AT_MOST = timedelta(hours=1), timedelta(hours=20)  # a guesser needs years, not hours
UNCONFIRMED_LASTS = timedelta(hours=1)
FIND = "select secret, made_at, confirmed_at from code_app where person_id = $1"
MAKE = """
insert into code_app (person_id, secret, made_at, last_step) values ($1, $2, $3, 0)
on conflict (person_id) do update set secret = excluded.secret, made_at = excluded.made_at
where code_app.confirmed_at is null
"""
TO_CONFIRM = "select secret from code_app where person_id = $1 and confirmed_at is null for update"
CONFIRM = "update code_app set confirmed_at = $2, last_step = $3 where person_id = $1"
TO_SHOW = """
select s.wrong_codes, c.secret, c.wrong_until from session s join code_app c on c.person_id = s.person_id
where s.id = $1 and c.confirmed_at is not null for update of s, c
"""
USE = "update code_app set last_step = $2 where person_id = $1 and last_step < $2 returning id"
WRONG = "update session set wrong_codes = $2 where id = $1"
REMEMBER = "update code_app set wrong_until = greatest(wrong_until, $2) + $3::interval where person_id = $1"
END = "delete from session where id = $1"


class CodeWrong(Problem):
    """Not the code of this moment, or one that was used already."""

    status = 422
    title = "Not that code"
    sentence = "That code is not right, or was used already. Wait for the next one and type it."


class TooManyWrong(Problem):
    """Five wrong codes: this session is over."""

    status = 403
    title = "Five wrong codes"
    sentence = "That was the fifth wrong code, so this sign-in has ended. Please begin again."


class CodesResting(Problem):
    """Twenty wrong ones of late, in whatever sessions: somebody is guessing."""

    status = 429
    title = "Codes are resting"
    sentence = "Too many wrong codes were typed for this account, so codes rest for an hour. A passkey still works."
    retry_after_seconds = 3600


class NoCodeApp(Problem):
    """Nothing to compare a code with."""

    status = 409
    title = "No code app"
    sentence = "There is no code app here to compare this code with. Please set it up again."


@dataclass(frozen=True, slots=True)
class ToScan:
    """What an app has to know, to be scanned or typed."""

    picture: str
    secret: str


async def find_to_confirm(settings: Settings, asker: Asker) -> ToScan | None:
    """What to scan; the same for an hour, so that the page may be loaded again.

    Returns:
        None when an app is set up already.
    """
    now = datetime.now(UTC)
    async with transaction() as connection:
        row = await connection.fetchrow(FIND, asker.id)
        if row and row["confirmed_at"]:
            return None
        secret = _still_good(settings, row, now) if row else None
        if secret is None:
            secret = pyotp.random_base32()
            await connection.execute(MAKE, asker.id, seal(settings, PURPOSE, secret.encode()), now)
    return ToScan(_drawn(secret, asker.email), " ".join(re.findall("....", secret)))


def _still_good(settings: Settings, row: asyncpg.Record, now: datetime) -> str | None:
    if row["made_at"] < now - UNCONFIRMED_LASTS:
        return None
    try:
        return unseal(settings, PURPOSE, row["secret"]).decode()
    except SealBroken:
        return None


def _drawn(secret: str, email: str) -> str:
    address = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=SITE)
    return drawn_qr(address, "QR code for your code app")


async def confirm(settings: Settings, asker: Asker, typed: str) -> None:
    """The first right code: from now on the app counts, and this session is strong.

    Raises:
        CodeWrong, NoCodeApp
    """
    now = datetime.now(UTC)
    async with transaction() as connection:
        await make_strong(connection, asker.session_id)
        sealed = await connection.fetchval(TO_CONFIRM, asker.id)
        if sealed is None:
            raise NoCodeApp
        step = find_step(_opened(settings, sealed), typed, now)
        if step is None:
            raise CodeWrong
        await connection.execute(CONFIRM, asker.id, now, step)


def _opened(settings: Settings, sealed: bytes) -> str:
    return unseal(settings, PURPOSE, sealed).decode()


async def show(settings: Settings, person: int, session: UUID, typed: str) -> None:
    """A code was typed: a right one makes the session strong, a wrong one is counted.

    Raises:
        CodeWrong; TooManyWrong: the session is gone; CodesResting; NoCodeApp
    """
    async with transaction() as connection:  # what is counted is kept: the problem is raised after it
        problem = await _try(connection, settings, person, session, typed)
    if problem:
        raise problem


async def _try(
    connection: asyncpg.Connection, settings: Settings, person: int, session: UUID, typed: str
) -> Problem | None:
    row, now = await connection.fetchrow(TO_SHOW, session), datetime.now(UTC)
    if row is None:
        return NoCodeApp()
    if row["wrong_until"] and row["wrong_until"] > now + WRONG_AT_MOST:
        return CodesResting()
    step = find_step(_opened(settings, row["secret"]), typed, now)
    if step is not None and await connection.fetchval(USE, person, step) is not None:
        await make_strong(connection, session)
        return None
    await connection.execute(REMEMBER, person, now, WRONG_COSTS)
    wrong = row["wrong_codes"] + 1
    if wrong >= MOST_WRONG:
        await connection.execute(END, session)
        return TooManyWrong()
    await connection.execute(WRONG, session, wrong)
    return CodeWrong()


def find_step(secret: str, typed: str, at: datetime) -> int | None:
    """Of which half minute a code is, if it is one of now, or of just before or after."""
    code = re.sub(r"[\s-]", "", typed)
    if not re.fullmatch(r"[0-9]{6}", code):
        return None
    now, codes = int(at.timestamp()) // STEP_SECONDS, pyotp.HOTP(secret)
    fitting = [now + drift for drift in DRIFT if hmac.compare_digest(codes.at(now + drift), code)]
    return fitting[0] if fitting else None


async def remove(person: int) -> None:
    """Without an app there are no codes."""
    async with transaction() as connection:
        await connection.execute("delete from code_app where person_id = $1", person)
