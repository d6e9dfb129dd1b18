"""The organiser reads what sponsors and charities wrote, and says what is answered."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from fundraising.mail.models import Letter
from fundraising.mail.stopping import stop
from fundraising.store.database import connection
from teams.events.counts import count_interested
from teams.events.models import Event, Stage
from teams.training import desk
from teams.training.enquiring import tell_interested
from teams.training.models import Enquiry, EnquiryKind, Interest
from tests.conftest import Site
from tests.looking import words_of
from tests.makers import make_person, sign_in
from tests.teams.events.filling_in import organiser_of
from tests.teams.training.making import make_event

PATH = "/organiser/enquiries"


async def make_enquiry(event: Event, **given: object) -> Enquiry:
    """A message that somebody has sent."""
    minutes = given.pop("minutes_ago", 0)
    assert isinstance(minutes, int)
    enquiry = await Enquiry.create(
        **{
            "id": uuid4(),
            "event": event,
            "kind": EnquiryKind.SPONSOR,
            "name": "Sam Sample",
            "email": "sam@example.org",
            "organisation": "Sample Shoes Ltd",
            "message": "We sell shoes.\n\nWhom may we ring?",
        }
        | given
    )
    await Enquiry.filter(id=enquiry.id).update(made_at=datetime.now(UTC) - timedelta(minutes=minutes))
    return enquiry


async def tell(event: Event) -> int:
    """Tell whoever waits, as an opening does."""
    async with connection() as opening:
        return await tell_interested(opening, event.id)


async def test_messages_are_read_newest_first_and_answered_by_mail(site: Site) -> None:
    """Who, of whom, about what; a press leads to a letter that has its subject already."""
    event = await make_event()
    await make_enquiry(event, minutes_ago=5)
    await make_enquiry(event, kind=EnquiryKind.CHARITY, organisation="Second Wind", email="a+b&c?d@example.org")
    source = (await (await organiser_of(site)).get(PATH)).text
    words = words_of(source)
    assert words.index("Second Wind") < words.index("Sample Shoes Ltd")
    assert "A charity, about The Reverse Mile" in words
    assert "Whom may we ring?" in words
    assert 'href="mailto:sam@example.org?subject=Re%3A%20sponsoring%20The%20Reverse%20Mile"' in source
    assert 'href="mailto:a%2Bb%26c%3Fd@example.org?subject=' in source


async def test_what_a_stranger_wrote_does_nothing_on_the_desk(site: Site) -> None:
    """No tag, and no link."""
    odd = '<script>alert(1)</script> <a href="https://evil.example.org">x</a>'
    await make_enquiry(await make_event(), message=odd, organisation=odd, name=odd)
    source = (await (await organiser_of(site)).get(PATH)).text
    assert "<script>alert" not in source
    assert 'href="https://evil' not in source
    assert source.count("&lt;script&gt;alert(1)") >= 3


async def test_a_message_is_marked_answered_and_back(site: Site) -> None:
    """Who marks it second changes no moment; the home of organisers counts what waits."""
    enquiry = await make_enquiry(await make_event())
    browser = await organiser_of(site)
    assert "1 waits for an answer" in words_of((await browser.get("/organiser")).text)
    marked = await browser.post(f"{PATH}/{enquiry.id}", data={"answered": "on", "show": "waiting"})
    assert marked.headers["location"] == f"{PATH}?show=waiting"
    first = (await Enquiry.get(id=enquiry.id)).answered_at
    await browser.post(f"{PATH}/{enquiry.id}", data={"answered": "on"})
    assert first is not None
    assert (await Enquiry.get(id=enquiry.id)).answered_at == first
    assert "Everything is answered." in words_of((await browser.get(f"{PATH}?show=waiting")).text)
    assert "Sample Shoes Ltd" in words_of((await browser.get(PATH)).text)
    assert "nothing waits for an answer" in words_of((await browser.get("/organiser")).text)
    await browser.post(f"{PATH}/{enquiry.id}")
    assert (await Enquiry.get(id=enquiry.id)).answered_at is None
    assert (await browser.post(f"{PATH}/{uuid4()}", data={"answered": "on"})).status_code == 404


async def test_many_messages_are_read_in_parts(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each once; a part that is not there is empty, and nonsense is the first."""
    monkeypatch.setattr(desk, "AT_ONCE", 2)
    event = await make_event()
    for number in range(5):
        await make_enquiry(event, organisation=f"House {number}", minutes_ago=number)
    browser = await organiser_of(site)
    read = []
    for part in ("1", "2", "3"):
        source = (await browser.get(PATH, params={"page": part})).text
        read += [number for number in range(5) if f"House {number}" in source]
        assert ("Earlier ones" in source) == (part != "3")
    assert read == [0, 1, 2, 3, 4]
    for odd in ("0", "-1", "x", "٣", "99999", "9" * 50):
        assert (await browser.get(PATH, params={"page": odd})).status_code == 200, odd


async def test_the_desk_counts_who_wants_to_hear_from_which_event(site: Site) -> None:
    """And promises no letter to who has stopped them."""
    event = await make_event(stage=Stage.RESTING, notice="Next year.")
    browser = await organiser_of(site)
    assert "Nobody has written yet." in words_of((await browser.get(PATH)).text)
    await Interest.create(event=event, email="told@example.org", told_at=datetime.now(UTC))
    for name in ("keen", "keener", "gone"):
        await Interest.create(event=event, email=f"{name}@example.org")
    assert "The Reverse Mile 4 1" in words_of((await browser.get(PATH)).text)
    await stop("gone@example.org", "news")
    assert await count_interested(event.id) == 2
    assert "2 people get a letter when it opens" in words_of(
        (await browser.get(f"/organiser/events/{event.fund.slug}")).text
    )


async def test_who_asks_again_after_a_letter_gets_another_at_the_next_opening(site: Site) -> None:
    """And none before that; who does not ask again gets none."""
    event = await make_event(stage=Stage.RESTING, notice="Next year.")
    for name in ("keen", "once"):
        await Interest.create(event=event, email=f"{name}@example.org")
    assert await tell(event) == 2
    await site.browser.post(f"/events/{event.fund.slug}/interest", data={"email": "Keen@example.org"})
    assert [await tell(event), await tell(event)] == [1, 0]
    letters = await Letter.filter(template="interest_open").order_by("id")
    assert sorted(letter.recipient for letter in letters) == ["keen@example.org"] * 2 + ["once@example.org"]


async def test_only_organisers_read_them(site: Site) -> None:
    """Nobody is led to sign in, others are refused."""
    enquiry = await make_enquiry(await make_event())
    assert (await site.browser.get(PATH)).status_code == 303
    plain = await sign_in(site.browser, await make_person())
    assert (await plain.get(PATH)).status_code == 403
    assert (await plain.post(f"{PATH}/{enquiry.id}", data={"answered": "on"})).status_code == 403
    assert (await Enquiry.get(id=enquiry.id)).answered_at is None
