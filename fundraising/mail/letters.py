"""Writing letters, in the transaction of their fact, and making their words when they are sent."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import orjson

from fundraising.web.pages import Pages

CHANNEL = "letters"  # NOTIFY, once per transaction that wrote some: they can be sent
INTO = """
with written as (
  insert into letter (recipient, template, facts, once, written_at, due_at, attempts, trouble)
  select l.recipient, l.template, l.facts, l.once, now(), now(), 0, ''
  from ({letters}) as l (recipient, template, facts, once)
  on conflict (once) do nothing returning id
)
select pg_notify($1, '') from written having count(*) > 0
"""
GIVEN = """
select g.recipient, g.template, g.facts::jsonb, g.once
from unnest($2::text[], $3::text[], $4::text[], $5::text[]) as g (recipient, template, facts, once)
"""


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A letter to be written.

    Args:
        template: of `templates/fundraising/mail/`, without its ending; there is one .txt and one .html.
        facts: what the words need to know; JSON.
        once: of two letters with the same key only the first is written.
    """

    recipient: str
    template: str
    facts: Mapping[str, object]
    once: str


async def write(connection: asyncpg.Connection, letters: Sequence[NewLetter]) -> None:
    """Write letters within the caller's transaction; they are sent after its commit."""
    columns = [(one.recipient, one.template, orjson.dumps(one.facts).decode(), one.once) for one in letters]
    if columns:
        await write_from(connection, GIVEN, *(list(column) for column in zip(*columns, strict=True)))


async def write_from(connection: asyncpg.Connection, letters: str, *given: object) -> None:
    """Write the letters that a query makes, as many as there are, in one statement.

    Args:
        letters: a query of recipient, template, facts as jsonb, and the key of which two letters are one.
        given: its arguments, $2 and so on.
    """
    await connection.execute(INTO.format(letters=letters), CHANNEL, *given)


Shower = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]]


class Scribe:
    """Makes the words of letters, when they are sent.

    Args:
        showers: for each template, what turns the facts of a letter into what the template shows; handed in by the
            roof, since this room knows nothing of what letters are about.
    """

    def __init__(self, pages: Pages, showers: Mapping[str, Shower]) -> None:
        self._pages = pages
        self._showers = showers

    async def compose(self, number: int, recipient: str, template: str, facts: Mapping[str, Any]) -> EmailMessage:
        """The letter as it is sent: text and HTML. Its Message-ID follows from its row, so a repeat can be told."""
        shown = await self._showers[template](facts)
        settings = self._pages.settings
        subject, _, body = self._pages.render(f"fundraising/mail/{template}.txt", **shown).partition("\n")
        message = EmailMessage()
        message["Subject"] = " ".join(subject.removeprefix("Subject: ").split())
        message["From"] = settings.mail_from
        message["To"] = recipient
        message["Date"] = format_datetime(datetime.now(UTC))
        message["Message-ID"] = f"<letter-{number}@{urlsplit(settings.base_url).hostname}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(body.strip() + "\n")
        message.add_alternative(self._pages.render(f"fundraising/mail/{template}.html", **shown), subtype="html")
        return message
