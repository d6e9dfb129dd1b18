"""What may become of a place: withdrawn, carried over, handed to a friend, agreed to by a parent."""

import re
from datetime import UTC, datetime, timedelta
from email import policy
from email.parser import BytesParser

import httpx
import pytest

from fundraising.funds.models import Fund, FundState
from fundraising.pages.models import PledgePage
from fundraising.payments.models import Kind, Payment, Transfer
from fundraising.people.models import Person
from fundraising.store.database import transaction
from teams.entries.changing import NotHeld, defer, offer_to_friend, withdraw
from teams.entries.medical import forget_medical_notes
from teams.entries.models import Credit, Entry, EntryState
from teams.entries.placing import lapse
from teams.events.models import Event
from tests.conftest import Site
from tests.looking import words_of
from tests.makers import make_person, sign_in
from tests.teams.entries.making import charity_with_account, entry_form, make_open_event, race_of, runner
from tests.teams.entries.test_entering import pay, send


async def placed(site: Site, event: Event, *runners: dict[str, str]) -> tuple[Entry, httpx.AsyncClient]:
    """A paid entry, and the browser of who looks after it."""
    await pay(site, await send(site, event, entry_form(*runners)))
    entry = await Entry.get(race__event=event, state=EntryState.PLACED).prefetch_related("person", "fund")
    assert entry.person
    return entry, await sign_in(site.browser, entry.person)


async def letter_to(site: Site, address: str) -> str:
    """The newest letter to somebody."""
    await site.work()
    for path in site.house.doors.office.kept():
        letter = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        if letter["to"] == address:
            return str(letter.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    raise LookupError(address)


async def test_who_withdraws_in_time_gets_the_fee_back_by_the_rule(site: Site) -> None:
    """Half of it, here; the place is free, the page paused, the books right."""
    event, charity = await make_open_event(refund_percent=50), await charity_with_account()
    entry, browser = await placed(site, event, runner(charity=charity.slug, wants_page="on"))
    shown = words_of((await browser.get(f"/account/entries/{entry.id}")).text)
    assert "£6.50 comes back" in shown
    answer = await browser.post(f"/account/entries/{entry.id}/withdraw")
    assert answer.headers["location"].endswith("said=withdrawn")
    await site.work()
    assert (await Entry.get(id=entry.id)).state is EntryState.WITHDRAWN
    assert (await race_of(event)).taken == 0
    assert (await Transfer.get(kind=Kind.ENTRY_REFUND)).pence == 650
    assert (await Fund.get(id=entry.fund_id or 0)).state is FundState.PAUSED
    again = await browser.post(f"/account/entries/{entry.id}/withdraw")
    assert again.status_code == 409


async def test_who_withdraws_too_late_gets_nothing_back_and_is_told_before(site: Site) -> None:
    """The place goes to somebody else all the same."""
    event = await make_open_event(refund_until=datetime.now(UTC) - timedelta(days=1))
    entry, browser = await placed(site, event)
    assert "does not come back any more" in words_of((await browser.get(f"/account/entries/{entry.id}")).text)
    await browser.post(f"/account/entries/{entry.id}/withdraw")
    await site.work()
    assert await Transfer.filter(kind=Kind.ENTRY_REFUND).count() == 0
    assert (await race_of(event)).taken == 0


async def test_one_of_a_party_withdraws_alone(site: Site) -> None:
    """The other keeps running, and the fee of one comes back."""
    event = await make_open_event()
    await pay(site, await send(site, event, entry_form(runner(), runner(2))))
    first, second = await Entry.filter(race__event=event).order_by("made_at", "id").prefetch_related("person")
    assert first.person
    browser = await sign_in(site.browser, first.person)
    await browser.post(f"/account/entries/{first.id}/withdraw")
    await site.work()
    assert (await Entry.get(id=second.id)).state is EntryState.PLACED
    assert (await Transfer.get(kind=Kind.ENTRY_REFUND)).pence == 1300


async def test_a_place_is_carried_over_and_its_fee_taken_off_next_time(site: Site) -> None:
    """Once; for who is signed in."""
    event, later = await make_open_event(), await make_open_event(pence=1500)
    entry, browser = await placed(site, event)
    await browser.post(f"/account/entries/{entry.id}/defer")
    assert (await Credit.get(person_id=entry.person_id)).pence == 1300
    answer = await browser.post(f"/events/{later.fund.slug}/enter", data=entry_form())
    assert answer.status_code == 303
    entered = await Entry.get(race__event=later)
    assert (entered.price_pence, entered.credit_pence, entered.paid_pence) == (1500, 1300, 200)
    assert await Credit.filter(used_by_id=None).count() == 0


async def test_a_friend_takes_the_place_with_page_gifts_and_number(site: Site) -> None:
    """By a letter that is good once."""
    event, charity = await make_open_event(), await charity_with_account()
    entry, browser = await placed(site, event, runner(charity=charity.slug, wants_page="on"))
    await Entry.filter(id=entry.id).update(number=38)
    await browser.post(f"/account/entries/{entry.id}/offer", data={"friend": "kit@example.org"})
    found = re.search(r"(/handovers/[\w-]{43})", await letter_to(site, "kit@example.org"))
    assert found
    path = found[1]
    assert "offers you the place" in words_of((await site.browser.get(path)).text)
    form = {name.removesuffix("-1"): value for name, value in runner(first_name="Kit", last_name="New").items()}
    bad = await site.browser.post(path, data=form | {"born_year": "20"})
    assert bad.status_code == 422
    assert (await site.browser.post(path, data=form)).headers["location"] == "/handovers/taken"
    now = await Entry.get(id=entry.id).prefetch_related("person", "fund")
    assert (now.first_name, now.number, now.state, now.person.email) == (
        "Kit",
        38,
        EntryState.PLACED,
        "kit@example.org",
    )  # type: ignore[union-attr]
    assert now.fund
    assert now.fund.name == "Kit New"
    assert (await PledgePage.get(fund_id=now.fund_id)).person_id == now.person_id
    assert (await site.browser.post(path, data=form)).status_code == 410
    assert (await browser.get(f"/account/entries/{entry.id}")).status_code == 404


async def test_an_offer_can_be_called_back(site: Site) -> None:
    """The letter is good for nothing then, and says so."""
    event = await make_open_event()
    entry, browser = await placed(site, event)
    await browser.post(f"/account/entries/{entry.id}/offer", data={"friend": "kit@example.org"})
    found = re.search(r"(/handovers/[\w-]{43})", await letter_to(site, "kit@example.org"))
    assert found
    await browser.post(f"/account/entries/{entry.id}/call-back")
    assert (await site.browser.get(found[1])).status_code == 410


@pytest.mark.parametrize("verb", ["offer", "defer"])
async def test_after_the_day_nothing_is_handed_on_or_carried_over(site: Site, verb: str) -> None:
    """The page says whom to write to."""
    event = await make_open_event(change_until=datetime.now(UTC) - timedelta(hours=1))
    entry, browser = await placed(site, event)
    answer = await browser.post(f"/account/entries/{entry.id}/{verb}", data={"friend": "kit@example.org"})
    assert answer.status_code == 409
    assert (await Entry.get(id=entry.id)).state is EntryState.PLACED


async def test_somebody_elses_place_is_not_there(site: Site) -> None:
    """Whatever is tried."""
    event = await make_open_event()
    entry, _ = await placed(site, event)
    other = await sign_in(site.browser, await make_person())
    assert (await other.get(f"/account/entries/{entry.id}")).status_code == 404
    for verb in ("details", "withdraw", "defer", "offer", "call-back"):
        assert (await other.post(f"/account/entries/{entry.id}/{verb}")).status_code == 404
    assert (await Entry.get(id=entry.id)).state is EntryState.PLACED


CHILD = {"born_year": "2013", "first_name": "Mia", "last_name": "Example"}


async def test_a_child_runs_once_a_parent_has_agreed(site: Site) -> None:
    """Until then there is no page; then one with first name and initial, that no search engine keeps."""
    event, charity = await make_open_event(), await charity_with_account()
    child = runner(1, "fun", **CHILD, guardian_name="Pat Example", guardian_email="pat@example.org",
                   charity=charity.slug, wants_page="on")  # fmt: skip
    await send(site, event, entry_form(child))
    entry = await Entry.get(race__event=event)
    assert (entry.fund_id, entry.guardian_agreed_at) == (None, None)
    found = re.search(r"(/guardians/[\w-]+/[\w-]{43})", await letter_to(site, "pat@example.org"))
    assert found
    assert "May Mia run?" in words_of((await site.browser.get(found[1])).text)
    assert (await site.browser.post(found[1], data={"agree": "1"})).status_code == 303
    entry = await Entry.get(id=entry.id).prefetch_related("fund", "person")
    assert entry.guardian_agreed_at
    assert entry.fund
    assert entry.fund.name == "Mia E."
    assert entry.person
    assert entry.person.email == "pat@example.org"
    page = await site.browser.get(f"/pages/{entry.fund.slug}")
    assert 'content="noindex"' in page.text


async def test_a_parent_who_refuses_gives_the_place_back_with_the_whole_fee(site: Site) -> None:
    """Whatever day it is."""
    event = await make_open_event(refund_until=None)
    child = runner(**CHILD, guardian_name="Pat Example", guardian_email="pat@example.org")
    await pay(site, await send(site, event, entry_form(child)))
    found = re.search(r"(/guardians/[\w-]+/[\w-]{43})", await letter_to(site, "pat@example.org"))
    assert found
    assert (await site.browser.get(found[1][:-1] + "x")).status_code in (404, 200)
    await site.browser.post(found[1], data={"refuse": "1"})
    await site.work()
    assert (await Entry.get(race__event=event)).state is EntryState.WITHDRAWN
    assert (await Transfer.get(kind=Kind.ENTRY_REFUND)).pence == 1300


async def test_details_change_until_the_day_and_the_note_goes_after_it(site: Site) -> None:
    """The note is shown to whom it is about, and emptied by them; a forgotten one goes on its day."""
    event = await make_open_event()
    entry, browser = await placed(site, event, runner(medical="Asthma", medical_ok="on"))
    assert "Asthma" in (await browser.get(f"/account/entries/{entry.id}")).text
    form = {"category": "open", "emergency_name": "Kit", "emergency_phone": "0161 496 0000", "estimate": "9:58"}
    assert (
        await browser.post(f"/account/entries/{entry.id}/details", data=form | {"estimate": "fast"})
    ).status_code == 422
    assert (await browser.post(f"/account/entries/{entry.id}/details", data=form)).status_code == 303
    now = await Entry.get(id=entry.id)
    assert (str(now.category), now.estimate_seconds, now.medical) == ("open", 598, None)
    await Entry.filter(id=entry.id).update(medical=b"sealed", medical_until=datetime.now(UTC).date())
    await forget_medical_notes()
    assert (await Entry.get(id=entry.id)).medical is None


async def test_the_account_shows_places_and_pages(site: Site) -> None:
    """Of the person alone."""
    event, charity = await make_open_event(), await charity_with_account()
    _, browser = await placed(site, event, runner(charity=charity.slug, wants_page="on", last_name="Here"))
    shown = words_of((await browser.get("/account")).text)
    assert "Zoë Here" in shown
    assert charity.name in shown
    other = await sign_in(site.browser, await make_person())
    assert "Zoë Here" not in (await other.get("/account")).text
    assert await Person.filter(email="ada@example.org").count() == 1


async def credits_left(entry: Entry) -> int:
    """What of a person's is carried over and not used, in pence."""
    return sum(credit.pence for credit in await Credit.filter(person_id=entry.person_id, used_by_id=None))


async def test_what_was_carried_over_is_never_lost(site: Site) -> None:
    """What a cheaper place does not need stays; carried over again, or withdrawn, it comes back; so does a lapsed hold."""
    event, cheap = await make_open_event(), await make_open_event(pence=600)
    entry, browser = await placed(site, event)
    await browser.post(f"/account/entries/{entry.id}/defer")
    await browser.post(f"/events/{cheap.fund.slug}/enter", data=entry_form())
    second = await Entry.get(race__event=cheap)
    assert (second.state, second.paid_pence, await credits_left(entry)) == (EntryState.PLACED, 0, 700)
    await browser.post(f"/account/entries/{second.id}/defer")
    assert await credits_left(entry) == 1300
    dear = await make_open_event(pence=5000)
    await browser.post(f"/events/{dear.fund.slug}/enter", data=entry_form())
    third = await Entry.get(race__event=dear)
    async with transaction() as writing:
        await lapse(writing, [third.party_id], "not paid in time")
    assert await credits_left(entry) == 1300


async def test_a_place_paid_by_what_was_carried_over_comes_back_as_that(site: Site) -> None:
    """The money part by the rule, the carried part in full."""
    event, later = await make_open_event(), await make_open_event(pence=1500)
    entry, browser = await placed(site, event)
    await browser.post(f"/account/entries/{entry.id}/defer")
    await pay(site, await browser.post(f"/events/{later.fund.slug}/enter", data=entry_form()))
    second = await Entry.get(race__event=later)
    await browser.post(f"/account/entries/{second.id}/withdraw")
    await site.work()
    assert (await Transfer.get(kind=Kind.ENTRY_REFUND)).pence == 200
    assert await credits_left(entry) == 1300


async def test_a_refund_ends_only_the_places_that_were_paid(site: Site) -> None:
    """A child in the free run keeps running when the parent's fee goes back."""
    event = await make_open_event()
    await pay(site, await send(site, event, entry_form(runner(), runner(2, "fun", first_name="Kit"))))
    payment = await Payment.get(state="paid")
    await site.sandbox.refund(payment.intent_id or "")
    await site.deliver()
    states = {e.first_name: str(e.state) for e in await Entry.filter(race__event=event)}
    assert states == {"Zoë": "withdrawn", "Kit": "placed"}
    assert "Kit" not in await letter_to(site, "ada@example.org")


async def test_a_guardian_who_has_agreed_cannot_refuse_by_the_same_letter(site: Site) -> None:
    """Back button or second tab: nothing happens, and the page says what to do."""
    event = await make_open_event()
    child = runner(**CHILD, guardian_name="Pat Example", guardian_email="pat@example.org")
    await pay(site, await send(site, event, entry_form(child)))
    found = re.search(r"(/guardians/[\w-]+/[\w-]{43})", await letter_to(site, "pat@example.org"))
    assert found
    await site.browser.post(found[1], data={"agree": "1"})
    again = await site.browser.post(found[1], data={"refuse": "1"})
    assert again.status_code == 409
    assert (await Entry.get(race__event=event)).state is EntryState.PLACED


async def test_a_place_handed_on_to_a_child_is_hidden_until_their_guardian_agrees(site: Site) -> None:
    """And the letter of the first child's guardian opens nothing of the second."""
    event, charity = await make_open_event(), await charity_with_account()
    first = runner(
        **CHILD, guardian_name="Pat", guardian_email="pat@example.org", charity=charity.slug, wants_page="on"
    )
    await pay(site, await send(site, event, entry_form(first)))
    old = re.search(r"(/guardians/[\w-]+/[\w-]{43})", await letter_to(site, "pat@example.org"))
    assert old
    await site.browser.post(old[1], data={"agree": "1"})
    entry = await Entry.get(race__event=event).prefetch_related("person", "fund")
    assert entry.person
    assert entry.fund
    browser = await sign_in(site.browser, entry.person)
    await browser.post(f"/account/entries/{entry.id}/offer", data={"friend": "kit@example.org"})
    path = re.search(r"(/handovers/[\w-]{43})", await letter_to(site, "kit@example.org"))
    assert path
    form = {n.removesuffix("-1"): v for n, v in runner(**CHILD | {"first_name": "Birch"}).items()}
    taken = await site.browser.post(path[1], data=form | {"guardian_name": "Gus", "guardian_email": "gus@example.org"})
    assert taken.status_code == 303
    assert (await site.browser.get(f"/pages/{entry.fund.slug}")).status_code == 404
    assert (await site.browser.get(old[1])).status_code == 404
    new = re.search(r"(/guardians/[\w-]+/[\w-]{43})", await letter_to(site, "gus@example.org"))
    assert new
    await site.browser.post(new[1], data={"agree": "1"})
    assert "Birch E." in (await site.browser.get(f"/pages/{entry.fund.slug}")).text


async def test_who_no_longer_has_the_place_changes_nothing_of_it(site: Site) -> None:
    """The page was opened before a friend took it over."""
    event = await make_open_event()
    entry, _ = await placed(site, event)
    other = await make_person()
    await Entry.filter(id=entry.id).update(person_id=other.id)
    for attempt in (withdraw(entry, event), defer(entry, event)):
        with pytest.raises(NotHeld):
            await attempt
    with pytest.raises(NotHeld):
        await offer_to_friend(site.house.settings, entry, event, "kit@example.org")
    assert (await Entry.get(id=entry.id)).state is EntryState.PLACED


async def test_a_cancelled_event_gives_the_whole_fee_back(site: Site) -> None:
    """Whatever the rules said before."""
    event = await make_open_event(refund_until=None)
    entry, browser = await placed(site, event)
    await Event.filter(id=event.id).update(stage="cancelled")
    await browser.post(f"/account/entries/{entry.id}/withdraw")
    await site.work()
    assert (await Transfer.get(kind=Kind.ENTRY_REFUND)).pence == 1300


async def test_a_medical_note_goes_with_the_place(site: Site) -> None:
    """Nobody needs it any more."""
    event = await make_open_event()
    entry, browser = await placed(site, event, runner(medical="Asthma", medical_ok="on"))
    await browser.post(f"/account/entries/{entry.id}/withdraw")
    assert (await Entry.get(id=entry.id)).medical is None
