"""Series of letters: stopped in one click, by nothing less, and two a week at most."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest

from fundraising.mail.letters import NewLetter, write, write_from
from fundraising.mail.models import Letter, StoppedSeries
from fundraising.mail.post import send_due
from fundraising.mail.stopping import SERIES, start, stop, token_of
from fundraising.settings import Settings
from fundraising.store.database import transaction
from tests.conftest import Site, opened_site
from tests.fundraising.mail.posting import Catcher, due_now, let_pass, office, put, scribe

ADA = "Ada@example.org"
FROM_ELSEWHERE = {"sec-fetch-site": "cross-site", "origin": "https://mail.example"}


async def send(site: Site, catcher: Catcher) -> int:
    """Send what is due."""
    return await send_due(scribe(site), office(site, catcher.port))


async def address_of_stop(site: Site, catcher: Catcher, series: str = "training") -> str:
    """Write and send a letter of a series; where it says it can be stopped, as a path."""
    await put(f"for {series}", ADA, series)
    await send(site, catcher)
    header = str(catcher.letters[-1]["list-unsubscribe"])
    return header.strip("<>").removeprefix("http://run.test")


async def test_only_letters_of_a_series_say_how_to_stop_it(site: Site, catcher: Catcher) -> None:
    """In the header that mail programs read (RFC 8058), in the text and in the HTML made or not."""
    await put("told")
    await put("by hand", ADA, "training")
    await put("made", ADA, "news", "stands_again")
    assert await send(site, catcher) == 3
    told, by_hand, made = catcher.letters
    assert not any(name.lower().startswith("list-") for name in told)
    assert "/letters/" not in told.as_string()
    for letter, words in ((by_hand, "training letters"), (made, "news of the event")):
        address = str(letter["list-unsubscribe"]).strip("<>")
        assert re.fullmatch(r"http://run\.test/letters/\d+-[\w-]{43}/stop", address)
        assert letter["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
        assert words in letter["list-id"]
        for kind in ("plain", "html"):
            body = letter.get_body((kind,)).get_content()
            assert address in body
            assert words in body


async def test_the_header_is_plain_however_long_the_address(site: Site, catcher: Catcher) -> None:
    """The library would encode it, and no mail program decodes it there."""
    await put("x", ADA, "training")
    async with transaction() as writing:
        await writing.execute("update letter set id = 1234567890123")
    assert await send(site, catcher) == 1
    (raw,) = re.findall(rb"(?m)^List-Unsubscribe: (.*)\r$", catcher.caught[-1])
    assert re.fullmatch(r"<http://run\.test/letters/1234567890123-[\w-]{43}/stop>", raw.decode())
    assert len(raw) > 78


async def test_opening_the_link_stops_nothing_and_one_click_from_anywhere_does(site: Site, catcher: Catcher) -> None:
    """Scanners open links; mail programs post, from their own site or from none."""
    path = await address_of_stop(site, catcher)
    shown = await site.browser.get(path)
    assert shown.status_code == 200
    assert "Stop training letters" in shown.text
    assert ADA.lower() not in shown.text.lower()
    assert await StoppedSeries.all().count() == 0
    for _ in range(2):
        site.browser.headers.pop("origin", None)
        site.browser.headers.pop("sec-fetch-site", None)
        answer = await site.browser.post(path, data={"List-Unsubscribe": "One-Click"}, headers=FROM_ELSEWHERE)
        assert answer.status_code == 200
        assert "Send them again after all" in answer.text
    answer = await site.browser.post(path)
    assert answer.status_code == 200
    stopped = await StoppedSeries.get()
    assert (stopped.email, stopped.series) == ("ada@example.org", "training")
    assert "Send them again after all" in (await site.browser.get(path)).text


async def test_whoever_thinks_again_gets_them_again(site: Site, catcher: Catcher) -> None:
    """By the button on the same page, twice if they like."""
    path = await address_of_stop(site, catcher)
    await site.browser.post(path)
    for _ in range(2):
        answer = await site.browser.post(path.replace("/stop", "/start"))
        assert (answer.status_code, "again" in answer.text) == (200, True)
    assert await StoppedSeries.all().count() == 0
    await put("another", ADA, "training")
    assert await Letter.filter(once="another").count() == 1


async def test_a_token_that_is_not_ours_opens_nothing(site: Site, catcher: Catcher) -> None:
    """Nor one of another letter, of no letter, or of a letter that must be told."""
    path = await address_of_stop(site, catcher)
    await put("told")
    token = path.split("/")[2]
    number, _, proof = token.partition("-")
    told = await Letter.get(once="told")
    for wrong in (
        f"{number}-{'x' * 43}", f"{int(number) + 1}-{proof}", f"0{token}", number, f"{number}-", f"{token}x", "\u0661-" + proof,
        token_of(site.house.settings, told.id), token_of(site.house.settings, 10**12), "9" * 30 + "-" + proof,
    ):  # fmt: skip
        for below in ("stop", "start"):
            assert (await site.browser.post(f"/letters/{wrong}/{below}")).status_code == 404, wrong
        assert (await site.browser.get(f"/letters/{wrong}/stop")).status_code == 404, wrong
    assert await StoppedSeries.all().count() == 0


async def test_letters_of_a_stopped_series_are_not_written_and_all_others_are(site: Site) -> None:
    """Whatever the case of the address, alone or by a query."""
    await stop(ADA, "training")
    await stop(ADA, "training")
    async with transaction() as writing:
        letters = [NewLetter(to, "receipt", {}, f"{to} {series}", series)
                   for to in (ADA, "ADA@example.org", "bob@example.org") for series in (None, "training", "news")]  # fmt: skip
        await write(writing, letters)
        query = "select unnest($2::text[]), 'receipt', '{}'::jsonb, 'queried ' || generate_subscripts($2::text[], 1)"
        await write_from(writing, query, ["ada@example.org", "cleo@example.org"], series="training")
    written = {(letter.recipient, letter.series) for letter in await Letter.all()}
    assert written == {
        (ADA, None), (ADA, "news"), ("ADA@example.org", None), ("ADA@example.org", "news"),
        ("bob@example.org", None), ("bob@example.org", "training"), ("bob@example.org", "news"), ("cleo@example.org", "training"),
    }  # fmt: skip


async def test_a_series_without_words_is_refused(site: Site) -> None:
    """Nobody could be told what to stop."""
    with pytest.raises(ValueError, match="no series"):
        await put("odd", ADA, "odd'")


async def test_a_series_that_is_stopped_between_writing_and_sending_is_not_sent(site: Site, catcher: Catcher) -> None:
    """And stays away, even if it is wanted again later."""
    for number in range(3):
        await put(str(number), ADA, "training")
    await put("told", ADA)
    await stop(ADA, "training")
    assert await send(site, catcher) == 1
    assert [letter.once for letter in await Letter.all()] == ["told"]
    await start(ADA, "training")
    assert await send(site, catcher) == 0


async def test_the_third_letter_of_a_week_waits_until_there_is_room(site: Site, catcher: Catcher) -> None:
    """Of whatever series, to whatever case of the address; what must be told does not count and does not wait."""
    for number, series in enumerate(("training", "fundraising", "captain", "news")):
        await put(f"{series}", ADA.upper() if number else ADA, series)
    await put("told", ADA)
    await put("another", "bob@example.org", "news")
    assert await send(site, catcher) == 4
    waiting = await Letter.filter(sent_at=None).order_by("id")
    assert [(letter.series, letter.attempts) for letter in waiting] == [("captain", 0), ("news", 0)]
    for letter in waiting:
        assert abs(letter.due_at - datetime.now(UTC) - timedelta(days=7)) < timedelta(minutes=1)
    assert await send(site, catcher) == 0
    await let_pass(timedelta(days=3))
    await due_now()
    assert await send(site, catcher) == 0
    await let_pass(timedelta(days=4))
    assert await send(site, catcher) == 2
    assert len(catcher.caught) == 6


async def test_no_week_has_more_than_two_however_letters_come(site: Site, catcher: Catcher) -> None:
    """A letter a day for three weeks: any seven days see two at most."""
    sent: list[int] = []
    for day in range(21):
        await put(str(day), ADA, list(SERIES)[day % 3])
        sent.append(await send(site, catcher))
        await let_pass(timedelta(days=1))
    assert max(sum(sent[day : day + 7]) for day in range(15)) == 2
    assert sum(sent) == 6


async def test_a_letter_that_waited_a_week_is_dropped_for_the_next_of_its_series(site: Site, catcher: Catcher) -> None:
    """Nobody gets the training of the week before; but the last of a series is never dropped."""
    for number in range(2):
        await put(f"first {number}", ADA, "news")
    await put("week 3", ADA, "training")
    await put("tip", ADA, "fundraising")
    assert await send(site, catcher) == 2
    await let_pass(timedelta(days=8))
    await put("week 4", ADA, "training")
    assert await send(site, catcher) == 2
    assert {letter.once for letter in await Letter.all()} == {"first 0", "first 1", "tip", "week 4"}


async def test_a_letter_that_was_refused_keeps_its_turn(site: Site, catcher: Catcher) -> None:
    """It is one of the two of its week, so that the third waits for it too."""
    await put("a", ADA, "training")
    await put("b", ADA, "news")
    catcher.refuse = "451 later"
    assert await send(site, catcher) == 0
    catcher.refuse = ""
    await put("c", ADA, "captain")
    assert await send(site, catcher) == 0
    await due_now()
    assert await send(site, catcher) == 2
    assert (await Letter.get(sent_at=None)).once == "c"


async def test_at_once_from_many_processes_there_are_two_letters_too(
    own_database: str, settings: Settings, tmp_path: object
) -> None:
    """Each looks while no other looks at the same address."""
    caught = Catcher()
    server = await asyncio.start_server(caught.talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with opened_site(settings, tmp_path) as site:  # type: ignore[arg-type]
        for number in range(8):
            await put(str(number), ADA, "news")
        await asyncio.gather(*(send_due(scribe(site), office(site, port)) for _ in range(6)))
        assert await Letter.filter(sent_at=None, attempts=0).count() == 6
    server.close()
    assert len(caught.caught) == 2


async def test_the_demo_shows_of_which_series_a_letter_is(site: Site) -> None:
    """In the list and on the letter, whose links open beside it."""
    import httpx
    from starlette.applications import Starlette

    from fundraising.mail.post import PostOffice
    from fundraising.mail.views import make_routes

    keeper = PostOffice(site.house.settings)
    await put("x", ADA, "captain", "stands_again")
    await send_due(scribe(site), keeper)
    app = Starlette(routes=make_routes(keeper))
    app.state.pages = site.house.pages
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://run.test") as client:
        number = int(keeper.kept()[0].stem)
        for path in ("/demo/mail", f"/demo/mail/{number}"):
            assert "captain\u2019s weekly letter" in (await client.get(path)).text
        as_sent = await client.get(f"/demo/mail/{number}/html")
        assert '<base target="_blank">' in as_sent.text
        assert "allow-popups-to-escape-sandbox" in as_sent.headers["content-security-policy"]
