"""A small SMTP server, and letters to send to it."""

import asyncio
import email
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from typing import Any

from fundraising.donations.receiving import SAMPLES
from fundraising.mail.letters import NewLetter, Scribe, write
from fundraising.mail.post import PostOffice
from fundraising.settings import load_settings
from fundraising.store.database import connection, transaction
from tests.conftest import Site

FACTS = {
    **SAMPLES["receipt"],  # whatever else a receipt shows
    "token": "t" * 32, "name": "Ada & Bob <x>", "fund": "Sam\u2019s \u0142ap", "kind": "runner", "slug": "sam", "charity": "C",
    "gift_aid": True, "currency": "gbp", "statement_name": None, "amount_pence": 2500, "cover_pence": 0,
    "standing_pence": 2500, "back_pence": 0, "moved_pence": 100, "path": "/pages/sam",
}  # fmt: skip


@dataclass
class Catcher:
    """A small SMTP server that keeps what it is given, or refuses it.

    Args:
        refuse: answered to every recipient.
        refuse_only: only to this one.
        silent_at: the command that it never answers.
        hang_up_at: the command at which it cuts the line; what came before is kept.
    """

    port: int = 0
    refuse: str = ""
    refuse_only: str = ""
    silent_at: bytes = b""
    hang_up_at: bytes = b""
    caught: list[bytes] = field(default_factory=list)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """RFC 5321, as much as is needed."""
        writer.write(b"220 catcher\r\n")
        while line := await reader.readline():
            word = line.split()[0].upper() if line.split() else b""
            if word == self.hang_up_at:
                break
            if word == self.silent_at:
                continue
            if word == b"EHLO":
                writer.write(b"250-catcher\r\n250 8BITMIME\r\n")
            elif word == b"RCPT" and self.refuse and self.refuse_only.encode() in line:
                writer.write(self.refuse.encode() + b"\r\n")
            elif word == b"DATA":
                writer.write(b"354 go on\r\n")
                data = await reader.readuntil(b"\r\n.\r\n")
                self.caught.append(data)
                writer.write(b"250 kept\r\n")
            elif word == b"QUIT":
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250 fine\r\n")
        writer.close()

    @property
    def letters(self) -> list[EmailMessage]:
        """What was caught, read."""
        return [email.message_from_bytes(one.removesuffix(b".\r\n"), policy=policy.default) for one in self.caught]

    @property
    def subjects(self) -> list[str]:
        """Of what was caught."""
        return [str(letter["subject"]) for letter in self.letters]


def office(site: Site, port: int) -> PostOffice:
    """A post office that leads to the catcher."""
    return PostOffice(
        load_settings(_env_file=None, data_dir=site.house.settings.data_dir, smtp_url=f"smtp://127.0.0.1:{port}")
    )


def scribe(site: Site) -> Scribe:
    """One whose letters show just their facts, and a time; `over` is a fact about which there is nothing to say any more."""

    async def shown(facts: Mapping[str, Any]) -> dict[str, Any] | None:
        return None if facts.get("over") else {**facts, "paid_at": datetime(2026, 11, 20, 12, tzinfo=UTC)}

    return Scribe(site.house.pages, {"receipt": shown, "stands_again": shown})


async def put(
    once: str = "one",
    to: str = "ada@example.org",
    series: str | None = None,
    template: str = "receipt",
    **facts: object,
) -> None:
    """Write a letter."""
    async with transaction() as writing:
        await write(writing, [NewLetter(to, template, FACTS | facts, once, series)])


async def due_now() -> None:
    """As if the wait were over."""
    async with connection() as writing:
        await writing.execute(
            "update letter set due_at = $1 where sent_at is null", datetime.now(UTC) - timedelta(seconds=1)
        )


async def let_pass(time: timedelta) -> None:
    """As if all of it had happened so much earlier."""
    async with connection() as writing:
        await writing.execute(
            "update letter set written_at = written_at - $1::interval, due_at = due_at - $1::interval,"
            " sent_at = sent_at - $1::interval",
            time,
        )
