"""Letters: none lost while the post office is away, none sent twice, against a real SMTP server."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from fundraising.mail.letters import NewLetter, Scribe, write
from fundraising.mail.models import Letter
from fundraising.mail.post import PostOffice, send_due
from fundraising.mail.views import make_routes
from fundraising.settings import load_settings
from fundraising.store.database import connection, transaction
from tests.conftest import Site

FACTS = {
    "token": "t" * 32, "name": "Ada & Bob <x>", "fund": "Sam\u2019s \u0142ap", "kind": "runner", "slug": "sam", "charity": "C",
    "gift_aid": True, "currency": "gbp", "statement_name": None, "amount_pence": 2500, "cover_pence": 0,
    "standing_pence": 2500, "back_pence": 0,
}  # fmt: skip


@dataclass
class Catcher:
    """A small SMTP server that keeps what it is given, or refuses it."""

    port: int = 0
    refuse: str = ""
    caught: list[bytes] = field(default_factory=list)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """RFC 5321, as much as is needed."""
        writer.write(b"220 catcher\r\n")
        while line := await reader.readline():
            word = line.split()[0].upper() if line.split() else b""
            if word == b"EHLO":
                writer.write(b"250-catcher\r\n250 8BITMIME\r\n")
            elif word == b"RCPT" and self.refuse:
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


@pytest.fixture
async def catcher() -> AsyncIterator[Catcher]:
    """The server, on a port of its own."""
    made = Catcher()
    server = await asyncio.start_server(made.talk, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()


def office(site: Site, port: int) -> PostOffice:
    """A post office that leads to the catcher."""
    return PostOffice(
        load_settings(_env_file=None, data_dir=site.house.settings.data_dir, smtp_url=f"smtp://127.0.0.1:{port}")
    )


def scribe(site: Site) -> Scribe:
    """One whose letters show just their facts, and a time."""

    async def shown(facts: Mapping[str, Any]) -> dict[str, Any]:
        return {**facts, "paid_at": datetime(2026, 11, 20, 12, tzinfo=UTC)}

    return Scribe(site.house.pages, {"receipt": shown})


async def put(once: str = "one") -> None:
    """Write a letter."""
    async with transaction() as writing:
        await write(writing, [NewLetter("ada@example.org", "receipt", FACTS, once)])


async def due_now() -> None:
    """As if the wait were over."""
    async with connection() as writing:
        await writing.execute("update letter set due_at = $1", datetime.now(UTC) - timedelta(seconds=1))


async def test_a_letter_reaches_the_post_office_once(site: Site, catcher: Catcher) -> None:
    """However often the jobs come by."""
    await put()
    for _ in range(3):
        await send_due(scribe(site), office(site, catcher.port))
    (data,) = catcher.caught
    assert b"Message-ID: <letter-" in data
    assert b"multipart/alternative" in data
    assert (await Letter.get()).sent_at is not None


async def test_the_same_fact_writes_one_letter(site: Site) -> None:
    """By its key; two in one go as well."""
    await put("a")
    await put("a")
    async with transaction() as writing:
        await write(writing, [NewLetter("x@example.org", "receipt", FACTS, "b")] * 2)
    assert await Letter.all().count() == 2


async def test_while_the_post_office_is_away_letters_wait_ever_longer_and_none_is_lost(
    site: Site, catcher: Catcher
) -> None:
    """Connection refused, then a temporary refusal, then taken."""
    await put()
    closed = office(site, 1)
    assert await send_due(scribe(site), closed) == 0
    letter = await Letter.get()
    assert (letter.attempts, letter.sent_at) == (1, None)
    assert "ConnectError" in letter.trouble or "refused" in letter.trouble
    assert letter.due_at > datetime.now(UTC) + timedelta(seconds=50)
    assert await send_due(scribe(site), closed) == 0
    assert (await Letter.get()).attempts == 1
    catcher.refuse = "451 come back later"
    await due_now()
    assert await send_due(scribe(site), office(site, catcher.port)) == 0
    letter = await Letter.get()
    assert "come back later" in letter.trouble
    assert letter.due_at > datetime.now(UTC) + timedelta(seconds=110)
    catcher.refuse = ""
    await due_now()
    assert await send_due(scribe(site), office(site, catcher.port)) == 1
    assert len(catcher.caught) == 1
    assert (await Letter.get()).trouble == ""


async def test_a_letter_is_words_and_not_markup(site: Site, catcher: Catcher) -> None:
    """Plain in the text, escaped in the HTML, and a name cannot add a header."""
    import email
    from email import policy

    async with transaction() as writing:
        facts = FACTS | {"fund": "Sam\nBcc: all@example.org"}
        await write(writing, [NewLetter("ada@example.org", "receipt", facts, "x")])
    await send_due(scribe(site), office(site, catcher.port))
    sent = email.message_from_bytes(catcher.caught[0].removesuffix(b".\r\n"), policy=policy.default)
    assert sent["bcc"] is None
    text, html = (sent.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert "Dear Ada & Bob <x>," in text
    assert "Ada &amp; Bob &lt;x&gt;" in html
    assert sent["auto-submitted"] == "auto-generated"


async def test_without_a_post_office_letters_lie_in_the_folder_and_can_be_read_in_the_demo(site: Site) -> None:
    """Which is how the demonstration shows them."""
    keeper = PostOffice(site.house.settings)
    await put()
    await send_due(scribe(site), keeper)
    app = Starlette(routes=make_routes(keeper))
    app.state.pages = site.house.pages
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://run.test") as client:
        assert "Thank you: £25" in (await client.get("/demo/mail")).text
        number = int(keeper.kept()[0].stem)
        assert "Dear Ada &amp; Bob &lt;x&gt;," in (await client.get(f"/demo/mail/{number}")).text
        as_sent = await client.get(f"/demo/mail/{number}/html")
        assert "sandbox" in as_sent.headers["content-security-policy"]
