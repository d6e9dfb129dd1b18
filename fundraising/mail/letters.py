"""Writing letters, in the transaction of their fact, and making their words when they are sent."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import orjson

from fundraising.mail.dressing import dress
from fundraising.mail.stopping import SERIES, Stop, stop_of
from fundraising.web.pages import Pages
from fundraising.web.static import folder

CHANNEL = "letters"  # NOTIFY, once per transaction that wrote some: they can be sent
INTO = """
with written as (
  insert into letter (recipient, template, facts, once, series, written_at, due_at, attempts, trouble)
  select l.recipient, l.template, l.facts, l.once, {series}, now(), now(), 0, ''
  from ({letters}) as l (recipient, template, facts, once) where l.recipient <> '' {unless_stopped}
  on conflict (once) do nothing returning id
)
select pg_notify($1, '') from written having count(*) > 0
"""
UNLESS_STOPPED = """
  and not exists (select from stopped_series s where s.email = lower(l.recipient) and s.series = {series})
"""
GIVEN = """
select g.recipient, g.template, g.facts::jsonb, g.once
from unnest($2::text[], $3::text[], $4::text[], $5::text[]) as g (recipient, template, facts, once)
"""


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A letter to be written.

    Args:
        template: of `templates/fundraising/mail/`, without its ending: a .txt, and a .html only where the HTML that is
            made from the text is not good enough.
        facts: what the words need to know; JSON.
        once: of two letters with the same key only the first is written.
        series: one of `SERIES`: one click ends it, and it comes at most twice a week; None: must be told.
    """

    recipient: str
    template: str
    facts: Mapping[str, object]
    once: str
    series: str | None = None


async def write(connection: asyncpg.Connection, letters: Sequence[NewLetter]) -> None:
    """Write letters within the caller's transaction; they are sent after its commit.

    Those of a series to somebody who has stopped it are not written, nor is any to somebody who was erased and has no
    address any more: the fact that it is about must not fail for that.
    """
    for series in dict.fromkeys(one.series for one in letters):
        columns = [
            (one.recipient, one.template, orjson.dumps(one.facts).decode(), one.once)
            for one in letters
            if one.series == series
        ]
        given = (list(column) for column in zip(*columns, strict=True))
        await write_from(connection, GIVEN, *given, series=series)


async def write_from(connection: asyncpg.Connection, letters: str, *given: object, series: str | None = None) -> None:
    """Write the letters that a query makes, as many as there are, in one statement.

    Args:
        letters: a query of recipient, template, facts as jsonb, and the key of which two letters are one.
        given: its arguments, $2 and so on.
        series: of all of them.
    """
    if series is not None and series not in SERIES:
        raise ValueError(f"{series} is no series: place it in SERIES first, with its words")
    named = f"'{series}'" if series else "null"
    unless_stopped = UNLESS_STOPPED.format(series=named) if series else ""
    await connection.execute(INTO.format(letters=letters, series=named, unless_stopped=unless_stopped), CHANNEL, *given)


Shower = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any] | None]]


@dataclass(frozen=True, slots=True)
class Words:
    """A letter in words."""

    subject: str
    text: str
    html: str


class AsItIs(UnstructuredHeader, BaseHeader):
    """A header that is never folded: the library would encode a long address, and no mail program reads that."""

    def fold(self, *, policy: policy.Policy) -> str:
        """One line; RFC 5322 allows 998 characters."""
        line = f"{self.name}: {self}{policy.linesep}"
        return line if line.isascii() else super().fold(policy=policy)


HEADERS = HeaderRegistry()
for _name in ("List-Unsubscribe", "List-Id", "Message-ID"):
    HEADERS.map_to_type(_name, AsItIs)
POLICY = policy.default.clone(header_factory=HEADERS)
FOLDER = "fundraising/mail/"


class Scribe:
    """Makes the words of letters, when they are sent.

    Args:
        showers: for each template, what turns the facts of a letter into what the template shows, or into None when
            there is nothing to be said any more; handed in by the roof, since this room knows nothing of what letters
            are about.
    """

    def __init__(self, pages: Pages, showers: Mapping[str, Shower]) -> None:
        self._pages = pages
        self._showers = showers
        self.templates = sorted(showers)
        self._made_by_hand = {path.stem for path in (folder("templates") / FOLDER).glob("*.html")}

    async def compose(
        self, number: int, recipient: str, template: str, facts: Mapping[str, Any], series: str | None = None
    ) -> EmailMessage | None:
        """The letter as it is sent, text and HTML; None when there is nothing to be said any more.

        Its Message-ID follows from its row, so a repeat can be told.
        """
        shown = await self._showers[template](facts)
        if shown is None:
            return None
        settings = self._pages.settings
        host = urlsplit(settings.base_url).hostname
        stop = stop_of(settings, number, series) if series else None
        words = self.put_in_words(template, shown, stop)
        message = EmailMessage(policy=POLICY)
        message["Subject"] = words.subject
        message["From"] = settings.mail_from
        message["To"] = recipient
        message["Date"] = format_datetime(datetime.now(UTC))
        message["Message-ID"] = f"<letter-{number}@{host}>"
        message["Auto-Submitted"] = "auto-generated"
        if stop:  # RFC 8058 and RFC 2919
            message["List-Unsubscribe"] = f"<{stop.address}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
            message["List-Id"] = f"{stop.words} <{series}.letters.{host}>"
        message.set_content(words.text)
        message.add_alternative(words.html, subtype="html")
        return message

    def put_in_words(self, template: str, shown: Mapping[str, Any], stop: Stop | None = None) -> Words:
        """Fill a template: its first line is the subject; HTML is made from the text unless it was made by hand.

        Args:
            stop: how to stop the series, said at the end.
        """
        first, _, body = self._pages.render(f"{FOLDER}{template}.txt", **shown).partition("\n")
        subject = " ".join(first.removeprefix("Subject: ").split())
        body = body.strip()
        tail = self._pages.render(f"{FOLDER}_tail.txt", stop=stop).rstrip()
        if template in self._made_by_hand:
            html = self._pages.render(f"{FOLDER}{template}.html", **shown, stop=stop)
        else:
            blocks = dress(body, self._pages.settings.base_url)
            html = self._pages.render(f"{FOLDER}_made.html", title=subject, blocks=blocks, stop=stop)
        return Words(subject, f"{body}\n{tail}\n", html)
