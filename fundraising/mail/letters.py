"""Writing letters, in the transaction of their fact, and making their words when they are sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

import asyncpg
import orjson

from fundraising.store.queue import Job, enqueue
from fundraising.web.pages import Pages

SEND = "mail.send"  # the job that sends letters
INSERT = """
insert into letter (recipient, template, facts, once, written_at, due_at, attempts, trouble)
select l.recipient, l.template, l.facts::jsonb, l.once, $5, $5, 0, ''
from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as l (recipient, template, facts, once)
on conflict (once) do nothing returning id
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
    """Write letters within the caller's transaction, and the job that sends them after its commit."""
    if not letters:
        return
    rows = await connection.fetch(
        INSERT,
        [letter.recipient for letter in letters],
        [letter.template for letter in letters],
        [orjson.dumps(letter.facts).decode() for letter in letters],
        [letter.once for letter in letters],
        datetime.now(UTC),
    )
    if rows:
        await enqueue(connection, [Job(SEND, {"letters": [row["id"] for row in rows]})])


def compose(pages: Pages, letter_id: int, recipient: str, template: str, facts: Mapping[str, object]) -> EmailMessage:
    """The letter as it is sent: text and HTML. Its Message-ID follows from its row, so that a repeat can be told."""
    shown = dict(facts)
    if isinstance(at := shown.get("received_at"), str):
        shown["received_at"] = datetime.fromisoformat(at)
    text = pages.render(f"fundraising/mail/{template}.txt", **shown)
    subject, _, body = text.partition("\n")
    message = EmailMessage()
    message["Subject"] = subject.removeprefix("Subject: ").strip()
    message["From"] = pages.settings.mail_from
    message["To"] = recipient
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<letter-{letter_id}@{urlsplit(pages.settings.base_url).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body.strip() + "\n")
    message.add_alternative(pages.render(f"fundraising/mail/{template}.html", **shown), subtype="html")
    return message
