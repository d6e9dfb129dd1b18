"""Sponsors, charity partners and who waits for a resting event: what they write arrives, and nobody can misuse it."""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from uuid import uuid4

import pytest

from fundraising.mail.stopping import stop
from fundraising.store.database import connection
from teams.events.models import Event, Stage
from teams.training.enquiring import inert, tell_interested
from teams.training.models import Enquiry, EnquiryKind, Interest
from tests.conftest import Site
from tests.teams.training.making import make_event

MESSAGE = {
    "name": "Sam Sample",
    "email": "sam@example.org",
    "organisation": "Sample Shoes Ltd",
    "message": "We sell shoes.\n\nSee https://shoes.example.org/<b>",
}


def typed(**given: str) -> dict[str, str]:
    """A form of which everything is right but what is given."""
    return {"attempt": str(uuid4())} | MESSAGE | given


async def letters(site: Site) -> dict[str, list[EmailMessage]]:
    """What the post office has, by recipient."""
    await site.work()
    found: dict[str, list[EmailMessage]] = {}
    for path in site.house.doors.office.kept():
        letter = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        found.setdefault(letter["to"], []).append(letter)  # type: ignore[arg-type]
    return found


def text_of(letter: EmailMessage) -> str:
    """Its plain text."""
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.mark.parametrize(
    ("path", "kind"), [("/sponsors", EnquiryKind.SPONSOR), ("/charity-partner", EnquiryKind.CHARITY)]
)
async def test_a_message_reaches_the_organiser_and_answers_the_sender(site: Site, path: str, kind: EnquiryKind) -> None:
    """Kept as a row, two letters, and a page that says so."""
    await make_event()
    assert 'name="attempt"' in (await site.browser.get(path)).text
    answer = await site.browser.post(path, data=typed())
    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}/sent")
    assert "Your message is with the organiser, The Committee" in (await site.browser.get(f"{path}/sent")).text
    kept = await Enquiry.get()
    assert (kept.kind, kept.organisation, kept.message) == (kind, "Sample Shoes Ltd", MESSAGE["message"])
    sent = await letters(site)
    assert set(sent) == {"committee@example.org", "sam@example.org"}
    told = text_of(sent["committee@example.org"][0])
    assert "write to sam@example.org" in told
    assert "> We sell shoes." in told


async def test_links_of_a_stranger_are_inert_and_the_thanks_repeat_nothing_of_theirs(site: Site) -> None:
    """Nobody can send their own words to somebody else through us."""
    await make_event()
    await site.browser.post("/sponsors", data=typed(name="www.evil.example", organisation="Buy https://evil.example"))
    sent = await letters(site)
    told = sent["committee@example.org"][0].as_string()
    assert "https://evil" not in told
    assert "https://shoes" not in told
    assert (
        "<b>"
        not in str(sent["committee@example.org"][0].get_body(("html",)).get_content())
        .partition("We sell")[2]
        .partition("</p>")[0]
    )
    thanks = sent["sam@example.org"][0].as_string()
    assert "evil" not in thanks
    assert "shoes" not in thanks.lower()
    assert inert("http://a.b www.c.d") == "http: //a.b www .c.d"


async def test_a_form_sent_twice_is_one_message(site: Site) -> None:
    """One row, one letter each."""
    await make_event()
    form = typed()
    for _ in range(2):
        assert (await site.browser.post("/sponsors", data=form)).status_code == 303
    assert str((await Enquiry.get()).id) == form["attempt"]
    assert {to: len(found) for to, found in (await letters(site)).items()} == {
        "committee@example.org": 1,
        "sam@example.org": 1,
    }


async def test_what_was_written_anew_in_the_same_form_is_not_lost(site: Site) -> None:
    """Somebody goes back and adds a line: the organiser gets both, the sender is thanked once that day."""
    await make_event()
    form = typed()
    for said in ("One.", "One, and two.", "One, and two."):
        await site.browser.post("/sponsors", data=form | {"message": said})
    assert {one.message for one in await Enquiry.all()} == {"One.", "One, and two."}
    assert {to: len(found) for to, found in (await letters(site)).items()} == {
        "committee@example.org": 2,
        "sam@example.org": 1,
    }


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "  "}, "Please tell us your name."),
        ({"email": "sam"}, "Please enter an e-mail address"),
        ({"organisation": ""}, "who you write for"),
        ({"message": ""}, "a line or two"),
        ({"message": "x" * 2001}, "at most 2000 characters"),
    ],
)
async def test_what_needs_another_look_is_said_beside_it_and_the_rest_is_kept(
    site: Site, wrong: dict[str, str], said: str
) -> None:
    """Status 422, nothing written, every other field as it was typed."""
    await make_event()
    answer = await site.browser.post("/sponsors", data=typed(**wrong))
    assert answer.status_code == 422
    assert answer.text.count(said) == 2
    name = next(iter(wrong))
    assert f'id="{name}-error"' in answer.text
    for field, value in MESSAGE.items():
        assert field == name or value.split("<")[0].split("\n")[0] in answer.text
    assert not await Enquiry.exists()


async def test_a_flood_from_one_address_is_asked_to_wait_and_loses_nothing(site: Site) -> None:
    """Twenty at once are an office; more are a script."""
    await make_event()
    for _ in range(20):
        assert (await site.browser.post("/sponsors", data=typed())).status_code == 303
    answer = await site.browser.post("/sponsors", data=typed(message="The last straw."))
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert "The last straw." in answer.text
    assert await Enquiry.all().count() == 20


async def test_there_is_nobody_to_write_to_without_an_event(site: Site) -> None:
    """404, and nothing kept."""
    assert (await site.browser.post("/sponsors", data=typed())).status_code == 404


async def make_resting() -> tuple[Event, str]:
    """A resting event and its address."""
    event = await make_event(stage=Stage.RESTING, notice="No race in 2014: the park is being drained.")
    await event.fetch_related("fund")
    return event, f"/events/{event.fund.slug}"


async def test_a_resting_event_says_so_and_collects_interest(site: Site) -> None:
    """Its notice, a small form, and a letter that confirms."""
    event, path = await make_resting()
    page = (await site.browser.get(path)).text
    assert "the park is being drained" in page
    assert f'action="{path}/interest"' in page
    answer = await site.browser.post(f"{path}/interest", data={"email": "Kim@Example.org", "name": "Kim"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}/interest/noted")
    assert "You are on the list" in (await site.browser.get(f"{path}/interest/noted")).text
    assert ((await Interest.get()).email, (await Interest.get()).name) == ("kim@example.org", "Kim")
    told = (await letters(site))["kim@example.org"]
    assert len(told) == 1
    assert "The Reverse Mile" in told[0]["subject"]
    assert told[0]["list-unsubscribe"]
    assert event.fund.name in text_of(told[0])


async def test_a_known_address_is_answered_like_an_unknown_one(site: Site) -> None:
    """Same status, same place, one row, one letter."""
    _, path = await make_resting()
    answers = [
        await site.browser.post(f"{path}/interest", data={"email": email})
        for email in ("kim@example.org", "KIM@example.org", "lee@example.org")
    ]
    assert len({(a.status_code, a.headers["location"], a.text) for a in answers}) == 1
    assert await Interest.all().count() == 2
    assert {to: len(found) for to, found in (await letters(site)).items()} == {
        "kim@example.org": 1,
        "lee@example.org": 1,
    }


async def test_an_odd_address_is_asked_for_again(site: Site) -> None:
    """With what was typed, on a page of its own."""
    _, path = await make_resting()
    answer = await site.browser.post(f"{path}/interest", data={"email": "kim", "name": "Kim"})
    assert answer.status_code == 422
    assert 'value="kim"' in answer.text
    assert 'value="Kim"' in answer.text
    assert 'id="email-error"' in answer.text
    assert (await site.browser.get(f"{path}/interest")).status_code == 200


@pytest.mark.parametrize(("stage", "status"), [(Stage.OPEN, 409), (Stage.FINISHED, 409), (Stage.DRAFT, 404)])
async def test_an_event_that_is_not_resting_has_no_list(site: Site, stage: Stage, status: int) -> None:
    """It says so, and its own page has no such form."""
    event = await make_event(stage=stage)
    await event.fetch_related("fund")
    answer = await site.browser.post(f"/events/{event.fund.slug}/interest", data={"email": "kim@example.org"})
    assert answer.status_code == status
    assert not await Interest.exists()
    assert "/interest" not in (await site.browser.get(f"/events/{event.fund.slug}")).text


async def test_everybody_on_the_list_is_told_once_when_the_event_opens(site: Site) -> None:
    """But for who has left it."""
    event, path = await make_resting()
    for email in ("kim@example.org", "lee@example.org", "gone@example.org"):
        await site.browser.post(f"{path}/interest", data={"email": email})
    await letters(site)
    await stop("gone@example.org", "news")
    async with connection() as writing:
        assert await tell_interested(writing, event.id) == 2
        assert await tell_interested(writing, event.id) == 0
    sent = await letters(site)
    assert {to: len(found) for to, found in sent.items()} == {
        "kim@example.org": 2,
        "lee@example.org": 2,
        "gone@example.org": 1,
    }
    assert any("is back" in letter["subject"] for letter in sent["kim@example.org"])
    assert await Interest.filter(told_at__isnull=True).count() == 1
