"""Sending letters: each once, after the commit of its fact, again later when the post office does not answer."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

import aiosmtplib
import orjson

from fundraising.mail.letters import Scribe
from fundraising.settings import Settings
from fundraising.store.database import connection

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
returning id, recipient, template, facts, attempts
"""


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


async def send_due(scribe: Scribe, office: PostOffice) -> int:
    """Send letters that are due, `AT_ONCE` at the most. Each is claimed first, so that no two processes send it; no
    transaction stays open while the post office is talked to.

    Returns:
        How many were sent.
    """
    sent = 0
    for _ in range(AT_ONCE):
        outcome = await _send_one(scribe, office)
        if outcome is None:
            break
        sent += outcome
    return sent


async def _send_one(scribe: Scribe, office: PostOffice) -> bool | None:
    now = datetime.now(UTC)
    async with connection() as claiming:
        row = await claiming.fetchrow(CLAIM, now, now + LEASE, MOST_ATTEMPTS)
    if row is None:
        return None
    message = await scribe.compose(row["id"], row["recipient"], row["template"], orjson.loads(row["facts"]))
    try:
        await office.send(row["id"], message)
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as trouble:
        wait = min(FIRST_WAIT * 2 ** min(row["attempts"] - 1, 10), LONGEST_WAIT)
        log.warning("letter %s was not taken, again in %s: %s", row["id"], wait, trouble)
        async with connection() as writing:
            await writing.execute(
                "update letter set due_at = $2, trouble = left($3, 300) where id = $1",
                row["id"],
                datetime.now(UTC) + wait,
                repr(trouble),
            )
        return False
    async with connection() as writing:
        await writing.execute(
            "update letter set sent_at = $2, trouble = '' where id = $1", row["id"], datetime.now(UTC)
        )
    return True
