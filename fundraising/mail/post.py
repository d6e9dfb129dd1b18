"""Sending letters: each once, after the commit of its fact, again later when the post office does not answer.

Those of a series are looked at once more before: has it been stopped, and were there two within a week already?
"""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from enum import Enum
from pathlib import Path
from urllib.parse import unquote, urlsplit

import aiosmtplib
import asyncpg
import orjson

from fundraising.mail.letters import Scribe
from fundraising.settings import Settings
from fundraising.store.database import connection, is_gone, transaction

log = logging.getLogger(__name__)

SMTP_SECONDS = 20
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
MOST_ATTEMPTS = 48  # about two days
AT_ONCE = 50
LEASE = timedelta(minutes=5)  # a process that dies while it sends leaves the letter to the others after this time
CLAIM = """
update letter set attempts = attempts + 1, due_at = $2 where id = (
  select id from letter where sent_at is null and due_at <= $1 and attempts < $3
  order by due_at, id limit 1 for update skip locked)
returning id, recipient, template, facts, attempts, series, written_at
"""
WEEK = timedelta(days=7)
MOST_A_WEEK = 2  # of all series together: Code of Fundraising Practice, platforms
ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtextextended('letters to ' || lower($1), 0))"
IS_OVER = """
select exists (select from stopped_series where email = lower($1) and series = $2)
       or $3 and exists (select from letter where lower(recipient) = lower($1) and series = $2 and id > $4)
"""
# The newest letters of any series that went out within a week, or are being sent, or have failed and will be.
NEWEST = """
select coalesce(sent_at, due_at) as at from letter
where lower(recipient) = lower($1) and series is not null and id <> $2 and attempts > 0
      and coalesce(sent_at, due_at) > $3
order by 1 desc offset $4 limit 1
"""
WAIT = "update letter set attempts = attempts - 1, due_at = $2 where id = $1"
DROP = "delete from letter where id = $1"
FAILED = "update letter set due_at = $2, trouble = left($3, 300) where id = $1"
SENT = "update letter set sent_at = $2, trouble = '' where id = $1"


class PostOffice:
    """Where letters go: an SMTP server, or files under DATA_DIR when none is set."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.smtp_url
        self.folder = settings.data_dir / "letters"

    async def send(self, number: int, message: EmailMessage) -> None:
        """Hand a letter over.

        Raises:
            aiosmtplib.SMTPException, OSError: when it was not taken.
        """
        if not self._url:
            await asyncio.to_thread(self._keep, number, message)
            return
        parts = urlsplit(self._url)
        await aiosmtplib.send(
            message,
            hostname=parts.hostname,
            port=parts.port or (465 if parts.scheme == "smtps" else 587),
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            use_tls=parts.scheme == "smtps",
            timeout=SMTP_SECONDS,
        )

    def _keep(self, number: int, message: EmailMessage) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{number:08}.eml"
        half = path.with_suffix(".half")
        half.write_bytes(bytes(message))
        half.rename(path)

    def kept(self) -> list[Path]:
        """Letters that were kept, newest first."""
        return sorted(self.folder.glob("*.eml"), reverse=True) if self.folder.is_dir() else []


class Outcome(Enum):
    """What became of a letter that was due."""

    SENT = "sent"
    LEFT = "waits, or was dropped, or was refused; the next one may go"
    AWAY = "the post office does not answer; the others need not be tried"


async def send_due(scribe: Scribe, office: PostOffice) -> int:
    """Send letters that are due, `AT_ONCE` at the most. Each is claimed first, so that no two processes send it; no
    transaction stays open while the post office is talked to.

    Returns:
        How many were sent.
    """
    sent = 0
    while sent < AT_ONCE:
        outcome = await _send_one(scribe, office)
        if outcome is None or outcome is Outcome.AWAY:
            break
        sent += outcome is Outcome.SENT
    return sent


async def _send_one(scribe: Scribe, office: PostOffice) -> Outcome | None:
    now = datetime.now(UTC)
    async with connection() as claiming:
        row = await claiming.fetchrow(CLAIM, now, now + LEASE, MOST_ATTEMPTS)
    if row is None:
        return None
    if row["series"] is not None and not await _may_go(row, now):
        return Outcome.LEFT
    try:
        message = await scribe.compose(
            row["id"], row["recipient"], row["template"], orjson.loads(row["facts"]), row["series"]
        )
    except Exception as trouble:  # one letter that cannot be put in words never holds up the others
        if is_gone(trouble):
            raise
        log.exception("letter %s could not be put in words", row["id"])
        return await _put_off(row, trouble)
    if message is None:
        await _write(DROP, row["id"])
        return Outcome.LEFT
    try:
        await office.send(row["id"], message)
    except (aiosmtplib.SMTPException, OSError, ValueError) as trouble:  # the last: an address that cannot be written
        log.warning("letter %s was not taken: %s", row["id"], trouble)
        return await _put_off(row, trouble)
    await _write(SENT, row["id"], datetime.now(UTC))
    return Outcome.SENT


async def _may_go(row: asyncpg.Record, now: datetime) -> bool:
    """Whether a letter of a series is to be sent now; otherwise it is dropped, or waits until there is room.

    It is dropped when its series was stopped, or when after a week's waiting the next of its series is there already.
    """
    id_, recipient = row["id"], row["recipient"]
    async with transaction() as looking:
        await looking.execute(ONE_AT_A_TIME, recipient)
        is_old = row["written_at"] < now - WEEK
        if await looking.fetchval(IS_OVER, recipient, row["series"], is_old, id_):
            await looking.execute(DROP, id_)
            return False
        second = await looking.fetchval(NEWEST, recipient, id_, now - WEEK, MOST_A_WEEK - 1)
        if second is not None:
            await looking.execute(WAIT, id_, second + WEEK)
        return second is None


async def _put_off(row: asyncpg.Record, trouble: Exception) -> Outcome:
    """Try again later, ever later. Lost connections and time-outs are all OSErrors: then nobody is there to send to."""
    wait = min(FIRST_WAIT * 2 ** min(row["attempts"] - 1, 10), LONGEST_WAIT)
    await _write(FAILED, row["id"], datetime.now(UTC) + wait, repr(trouble))
    return Outcome.AWAY if isinstance(trouble, OSError) else Outcome.LEFT


async def _write(statement: str, *given: object) -> None:
    async with connection() as writing:
        await writing.execute(statement, *given)
