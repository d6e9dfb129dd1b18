"""Letters: none lost while the post office is away, none sent twice, against a real SMTP server."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette

from fundraising.mail import post
from fundraising.mail.letters import NewLetter, write
from fundraising.mail.models import Letter
from fundraising.mail.post import PostOffice, send_due
from fundraising.mail.views import make_routes
from fundraising.store.database import transaction
from tests.conftest import Site
from tests.fundraising.mail.posting import FACTS, Catcher, due_now, let_pass, office, put, scribe


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


async def test_while_the_post_office_is_away_for_an_hour_none_of_many_is_lost_and_none_doubled(
    site: Site, catcher: Catcher
) -> None:
    """Each round tries one only, so that the others need not wait longer than the hour."""
    for number in range(12):
        await put(str(number), to=f"runner{number}@example.org")
    closed = office(site, 1)
    for _ in range(60):
        assert await send_due(scribe(site), closed) == 0
        await let_pass(timedelta(minutes=1))
    await due_now()
    assert await send_due(scribe(site), office(site, catcher.port)) == 12
    assert await send_due(scribe(site), office(site, catcher.port)) == 0
    assert sorted(letter["to"] for letter in catcher.letters) == sorted(f"runner{n}@example.org" for n in range(12))


async def test_one_refused_recipient_does_not_hold_up_the_others(site: Site, catcher: Catcher) -> None:
    """Not even when more are refused than are sent at once."""
    catcher.refuse, catcher.refuse_only = "550 nobody here", "gone"
    for number in range(post.AT_ONCE + 2):
        await put(f"gone {number}", to=f"gone{number}@example.org")
    await put("there", to="there@example.org")
    assert await send_due(scribe(site), office(site, catcher.port)) == 1
    assert [letter["to"] for letter in catcher.letters] == ["there@example.org"]
    assert "nobody here" in (await Letter.get(once="gone 0")).trouble


@pytest.mark.parametrize("word", [b"EHLO", b"MAIL", b"RCPT", b"DATA"])
async def test_a_server_that_falls_silent_is_given_up_and_asked_again(
    site: Site, catcher: Catcher, word: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After its time-out; the letter arrives once in the end."""
    monkeypatch.setattr(post, "SMTP_SECONDS", 0.1)
    catcher.silent_at = word
    await put()
    await put("two")
    assert await send_due(scribe(site), office(site, catcher.port)) == 0
    assert [letter.attempts for letter in await Letter.all().order_by("id")] == [1, 0]
    catcher.silent_at = b""
    await due_now()
    assert await send_due(scribe(site), office(site, catcher.port)) == 2
    assert len(catcher.caught) == 2


async def test_a_letter_that_was_taken_is_sent_even_when_the_server_says_no_goodbye(
    site: Site, catcher: Catcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise it would come twice."""
    monkeypatch.setattr(post, "SMTP_SECONDS", 0.1)
    for number, manner in enumerate(({"silent_at": b"QUIT"}, {"hang_up_at": b"QUIT"})):
        catcher.silent_at, catcher.hang_up_at = manner.get("silent_at", b""), manner.get("hang_up_at", b"")
        await put(str(number))
        assert await send_due(scribe(site), office(site, catcher.port)) == 1
    assert len(catcher.caught) == 2


async def test_a_server_slower_than_the_lease_would_be_given_up_before() -> None:
    """So that no second process sends what the first one still talks about."""
    commands = 8  # connect, EHLO, MAIL, RCPT, DATA, the letter itself, QUIT, and one to spare for AUTH
    assert commands * timedelta(seconds=post.SMTP_SECONDS) < post.LEASE


async def test_a_letter_that_cannot_be_put_in_words_waits_and_holds_nobody_up(
    site: Site, catcher: Catcher, caplog: pytest.LogCaptureFixture
) -> None:
    """It is said in the log and in its row."""
    async with transaction() as writing:
        await write(writing, [NewLetter("ada@example.org", "receipt", {"name": "only"}, "broken")])
    await put()
    assert await send_due(scribe(site), office(site, catcher.port)) == 1
    broken = await Letter.get(once="broken")
    assert (broken.sent_at, broken.attempts) == (None, 1)
    assert "StrictUndefined" in broken.trouble
    assert "could not be put in words" in caplog.text


async def test_a_letter_about_which_there_is_nothing_to_say_any_more_is_dropped(site: Site, catcher: Catcher) -> None:
    """Somebody has withdrawn, or done the step already."""
    await put(over=True)
    assert await send_due(scribe(site), office(site, catcher.port)) == 0
    assert (catcher.caught, await Letter.all().count()) == ([], 0)


async def test_two_processes_send_each_letter_once(own_database: str, settings: object, tmp_path: object) -> None:
    """Each claims before it sends."""
    from tests.conftest import opened_site

    caught = Catcher()
    server = await asyncio.start_server(caught.talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with opened_site(settings, tmp_path) as site:  # type: ignore[arg-type]
        for number in range(20):
            await put(str(number), to=f"r{number}@example.org")
        sent = await asyncio.gather(*(send_due(scribe(site), office(site, port)) for _ in range(4)))
    server.close()
    assert (sum(sent), len(caught.caught)) == (20, 20)
