"""The organiser reads what sponsors and charities wrote, and says what is answered."""

from uuid import uuid4

from teams.training.models import Enquiry, EnquiryKind
from tests.conftest import Site
from tests.looking import words_of
from tests.teams.entries.making import make_open_event
from tests.teams.events.filling_in import organiser_of

DESK = "/organiser/enquiries"


async def make_enquiry(**said: str) -> Enquiry:
    """A message of a sponsor."""
    told = {"kind": EnquiryKind.SPONSOR, "name": "Bo", "email": "bo@example.org", "organisation": "Bo's Boots"}
    event = await make_open_event()
    return await Enquiry.create(**{"id": uuid4(), "event": event, "message": "May we?"} | told | said)


async def test_a_message_is_read_answered_and_answered_not_after_all(site: Site) -> None:
    """The list of those that wait, and the count at home, follow."""
    enquiry, browser = await make_enquiry(), await organiser_of(site)
    assert "1 waits for an answer" in words_of((await browser.get("/organiser")).text)
    for _ in range(2):
        answer = await browser.post(f"{DESK}/{enquiry.id}", data={"answered": "on", "show": "waiting"})
        assert answer.headers["location"] == f"{DESK}?show=waiting"
    assert "Everything is answered." in words_of((await browser.get(f"{DESK}?show=waiting")).text)
    assert "May we?" in words_of((await browser.get(DESK)).text)
    await browser.post(f"{DESK}/{enquiry.id}", data={})
    assert (await Enquiry.get(id=enquiry.id)).answered_at is None
    assert (await browser.post(f"{DESK}/{uuid4()}", data={"answered": "on"})).status_code == 404


async def test_what_was_written_is_text(site: Site) -> None:
    """Markup in it is shown, and an odd address leads to no second recipient or subject."""
    nasty = "<script>alert(1)</script>"
    await make_enquiry(message=nasty, name=nasty, organisation=nasty, email="a@example.org?bcc=b@example.org&x=1")
    source = (await (await organiser_of(site)).get(DESK)).text
    assert "<script>alert" not in source
    assert 'href="mailto:a@example.org%3Fbcc%3Db@example.org%26x%3D1?subject=' in source
