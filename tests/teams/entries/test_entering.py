"""Entering by the form: paid, free, together, by mistake, and when the world trips."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from fundraising.payments.models import Kind, Payment, PaymentState, Transfer
from fundraising.people.models import Person
from fundraising.sandbox.trouble import How, Trouble
from fundraising.sandbox.wire import Refused
from teams.entries.models import Entry, EntryState, Party
from teams.events.models import Event, EventDay, Price, Question, QuestionKind, Race, Stage
from tests.conftest import Site
from tests.looking import words_of
from tests.teams.entries.making import charity_with_account, entry_form, make_open_event, race_of, runner


async def send(site: Site, event: Event, typed: dict[str, str]) -> httpx.Response:
    """Send the form."""
    return await site.browser.post(f"/events/{event.fund.slug}/enter", data=typed)


def session_in(answer: httpx.Response) -> str:
    """The Checkout Session that an answer leads to."""
    assert answer.status_code == 303, words_of(answer.text)
    return answer.headers["location"].partition("/c/pay/")[2].partition("?")[0].partition("#")[0]


async def pay(site: Site, answer: httpx.Response) -> None:
    """Pay by card, and wait for the webhooks."""
    await site.sandbox.pay(session_in(answer), "card")
    await site.deliver()


async def states(event: Event) -> list[str]:
    """How the entries of an event stand."""
    return [str(e.state) for e in await Entry.filter(race__event=event).order_by("made_at", "id")]


async def test_a_paid_entry_is_placed_and_touches_no_total(site: Site) -> None:
    """Fee to the organiser, confirmation by letter, a page for the charity, nothing raised by it."""
    event, charity = await make_open_event(), await charity_with_account()
    typed = entry_form(runner(charity=charity.slug, wants_page="on"))
    answer = await send(site, event, typed)
    assert await states(event) == ["held"]
    assert (await race_of(event)).taken == 1
    await pay(site, answer)
    await site.work()
    entry = await Entry.get(race__event=event).prefetch_related("fund", "party__payment")
    assert (entry.state, entry.price_pence) == (EntryState.PLACED, 1300)
    transfer = await Transfer.get(payment_id=entry.party.payment_id, kind=Kind.ENTRY_FEE)
    assert (transfer.debit_account, transfer.credit_account, transfer.pence) == ("supporters", "organiser", 1300)
    for path in (f"/events/{event.fund.slug}", f"/charities/{charity.slug}", f"/pages/{entry.fund.slug}"):
        assert (await site.total(path))["raised_pence"] == 0
    assert (await site.browser.get(f"/pages/{entry.fund.slug}")).status_code == 200
    page = words_of((await site.browser.get(f"/entries/{entry.party.token}")).text)
    assert "You are in" in page
    assert "medal and water" in page


async def test_a_free_race_needs_no_payment(site: Site) -> None:
    """In at once."""
    event = await make_open_event()
    answer = await send(site, event, entry_form(runner(race="fun")))
    assert answer.headers["location"].startswith("http://run.test/entries/")
    assert await states(event) == ["placed"]
    assert await Payment.all().count() == 0


async def test_several_people_enter_in_one_payment(site: Site) -> None:
    """Who pays need not run; a team is founded with them."""
    event, charity = await make_open_event(), await charity_with_account()
    friends = [runner(n, "team", charity=charity.slug, wants_page="on") for n in (1, 2, 3)]
    typed = entry_form(*friends, runner(4, "fun", email="kit@example.org"), team_name="The Reverse Gears")
    await pay(site, await send(site, event, typed))
    assert await states(event) == ["placed"] * 4
    party = await Party.get(event=event)
    assert party.fee_pence == 3 * 1300
    team = (await Entry.filter(party=party, race__slug="team").prefetch_related("team", "fund"))[0]
    assert (team.team.name, team.team.charity_id, team.fund.team_id) == ("The Reverse Gears", charity.id, team.team_id)
    assert (await site.browser.get(f"/teams/{team.team.slug}")).status_code == 200
    assert await Person.filter(email__in=("ada@example.org", "kit@example.org")).count() == 2


async def test_a_double_click_and_a_second_tab_make_one_party(site: Site) -> None:
    """The same form again, and the same words from another tab."""
    event = await make_open_event()
    typed = entry_form()
    first, second = await send(site, event, typed), await send(site, event, typed)
    other = await send(site, event, typed | {"attempt": "00000000-0000-4000-8000-000000000001"})
    assert first.headers["location"] == second.headers["location"] == other.headers["location"]
    assert (await race_of(event)).taken == 1


async def test_the_same_form_with_something_changed_frees_what_it_held(site: Site) -> None:
    """One place is held, for the new words."""
    event = await make_open_event()
    typed = entry_form()
    await send(site, event, typed)
    await send(site, event, typed | {"first_name-1": "Zara"})
    assert sorted(await states(event)) == ["held", "lapsed"]
    assert (await race_of(event)).taken == 1


async def test_who_does_not_pay_in_time_frees_the_place(committed_site: Site) -> None:
    """The session of Stripe is over, so that nobody can pay for a place that is gone."""
    site = committed_site
    event = await make_open_event()
    answer = await send(site, event, entry_form())
    await site.work()
    await site.work()
    assert await states(event) == ["lapsed"]
    assert (await race_of(event)).taken == 0
    with pytest.raises(Refused, match="expired"):
        await site.sandbox.pay(session_in(answer), "card")


async def test_who_lets_go_frees_the_place_at_once(committed_site: Site) -> None:
    """By the button on the page that one comes back to."""
    site = committed_site
    event = await make_open_event()
    await send(site, event, entry_form())
    party = await Party.get(event=event)
    page = words_of((await site.browser.get(f"/entries/{party.token}?back=1")).text)
    assert "Held for you" in page
    assert "Pay £13" in page
    await site.browser.post(f"/entries/{party.token}/let-go")
    await site.work()
    assert await states(event) == ["lapsed"]


async def test_a_full_race_says_so_and_keeps_what_was_typed(site: Site) -> None:
    """Nothing is taken, and the way to the waiting list is there."""
    event = await make_open_event(capacity=1)
    await send(site, event, entry_form())
    answer = await send(site, event, entry_form(runner(first_name="Kit")))
    assert answer.status_code == 409
    assert "not enough places left in The Mile" in words_of(answer.text)
    assert (await race_of(event)).taken == 1


async def test_the_day_has_a_bound_of_its_own(site: Site) -> None:
    """Over all its races."""
    event = await make_open_event(day_capacity=2)
    await send(site, event, entry_form())
    answer = await send(site, event, entry_form(runner(race="fun"), runner(2, "fun")))
    assert answer.status_code == 409
    await send(site, event, entry_form(runner(race="fun")))
    assert (await EventDay.get(event=event)).taken == 2


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("first_name-1", "", "first name"),
        ("born_day-1", "32", "date of birth"),
        ("born_year-1", "94", "date of birth"),
        ("born_year-1", "2020", "On race day this runner is"),
        ("born_year-1", "2012", "parent or guardian"),
        ("category-1", "fast", "category"),
        ("emergency_phone-1", "ring me", "telephone number"),
        ("race-1", "marathon", "what to run"),
        ("race-1", "", "what to run"),
        ("waiver-1", "", "agree"),
        ("estimate-1", "11.30", "minutes and seconds"),
        ("shirt-1", "XXXXL", "long"),
        ("medical-1", "Asthma", "agree that we keep your note"),
        ("charity-1", "nobody", "one of the charities"),
        ("wants_page-1", "on", "raises for a charity"),
        ("payer_email", "ada", "e-mail address"),
        ("payer_name", "", "your name"),
        ("first_name-1", "x" * 61, "at most 60"),
    ],
)
async def test_what_cannot_be_used_is_said_beside_its_field(site: Site, field: str, typed: str, sentence: str) -> None:
    """Nothing is held, and the rest is still there."""
    event = await make_open_event()
    answer = await send(site, event, entry_form() | {field: typed})
    assert answer.status_code == 422
    assert sentence in words_of(answer.text)
    assert 'value="Sam Example"' in answer.text
    assert await Entry.all().count() == 0


async def test_another_runner_is_added_without_javascript(site: Site) -> None:
    """What was typed stays; one can be taken off again; eight are the most."""
    event = await make_open_event()
    typed = entry_form()
    more = await send(site, event, typed | {"add": "1"})
    assert more.status_code == 200
    assert 'name="first_name-2"' in more.text
    assert 'value="Zoë"' in more.text
    fewer = await send(site, event, typed | {"runners": "2", "fewer": "1"})
    assert 'name="first_name-2"' not in fewer.text
    most = await send(site, event, typed | {"runners": "99", "add": "1"})
    assert 'name="first_name-8"' in most.text
    assert 'name="first_name-9"' not in most.text


async def test_the_organisers_questions_are_asked_and_kept(site: Site) -> None:
    """A required one has to be answered; a choice has to be one of them."""
    event = await make_open_event()
    heard = await Question.create(event=event, label="How did you hear?", kind=QuestionKind.TEXT, required=True)
    bus = await Question.create(event=event, label="Bus?", kind=QuestionKind.CHOICE, options="Yes\nNo")
    typed = entry_form(runner(race="fun"))
    assert (await send(site, event, typed)).status_code == 422
    assert (await send(site, event, typed | {f"q{heard.id}-1": "A friend", f"q{bus.id}-1": "Maybe"})).status_code == 422
    await send(site, event, typed | {f"q{heard.id}-1": "A friend", f"q{bus.id}-1": "Yes"})
    assert (await Entry.get(race__event=event)).answers == {str(heard.id): "A friend", str(bus.id): "Yes"}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"stage": Stage.CLOSED}, "Entries are closed"),
        ({"stage": Stage.RESTING, "notice": "Back next year."}, "Back next year."),
        ({"stage": Stage.CANCELLED}, "Cancelled"),
        ({"stage": Stage.FINISHED}, "It has been run"),
        ({"entries_open_at": datetime.now(UTC) + timedelta(days=3)}, "Entries open on"),
        ({"entries_close_at": datetime.now(UTC) - timedelta(hours=1)}, "Entries are closed"),
        ({"entries_open_at": None}, "Entries are not open yet"),
    ],
)
async def test_an_event_that_takes_no_entries_says_why(site: Site, given: dict[str, object], sentence: str) -> None:
    """On the form's page; and the form, sent all the same, takes nothing."""
    event = await make_open_event(**given)
    shown = await site.browser.get(f"/events/{event.fund.slug}/enter")
    assert shown.status_code == 200
    assert sentence in words_of(shown.text)
    assert (await send(site, event, entry_form())).status_code == 409
    assert await Entry.all().count() == 0


async def test_a_draft_is_not_there(site: Site) -> None:
    """Neither to look at nor to enter."""
    event = await make_open_event(stage=Stage.DRAFT)
    assert (await site.browser.get(f"/events/{event.fund.slug}/enter")).status_code == 404
    assert (await send(site, event, entry_form())).status_code == 404


async def test_one_race_can_be_closed_alone(site: Site) -> None:
    """The others go on."""
    event = await make_open_event()
    await Race.filter(event=event, slug="mile").update(is_open=False)
    assert (await send(site, event, entry_form())).status_code == 409
    assert (await send(site, event, entry_form(runner(race="fun")))).status_code == 303


async def test_stripe_that_does_not_answer_keeps_form_and_place(site: Site) -> None:
    """The next try goes on with the same payment."""
    event = await make_open_event()
    typed = entry_form()
    site.sandbox.fail_next(Trouble(How.STATUS, status=500, times=9))
    answer = await send(site, event, typed)
    assert answer.status_code == 503
    assert 'value="Sam Example"' in answer.text
    site.sandbox.fail_no_more()
    await pay(site, await send(site, event, typed))
    assert await states(event) == ["placed"]
    assert await Payment.all().count() == 1


async def test_the_medical_note_is_sealed(site: Site) -> None:
    """And has a day on which it goes."""
    event = await make_open_event()
    await send(site, event, entry_form(runner(race="fun", medical="Asthma, inhaler", medical_ok="on")))
    entry = await Entry.get(race__event=event)
    assert entry.medical is not None
    assert b"Asthma" not in entry.medical
    assert entry.medical_until == event.starts_at.date() + timedelta(days=30)


async def test_a_runner_gets_the_lowest_price_that_fits(site: Site) -> None:
    """Child, early, first places; each entry keeps what it was."""
    event = await make_open_event()
    race = await race_of(event)
    await Price.create(race=race, name="Child", pence=600, under_age=16)
    await Price.create(race=race, name="First two", pence=1000, first_places=2)
    await Price.create(race=race, name="Over", pence=100, until_at=datetime.now(UTC) - timedelta(days=1))
    child = runner(2, born_year="2013", guardian_name="Pat Example", guardian_here="on")
    await send(site, event, entry_form(runner(), child, runner(3)))
    assert [(e.price_name, e.price_pence) for e in await Entry.all().order_by("made_at", "id")] == [
        ("First two", 1000), ("Child", 600), ("Standard", 1300)]  # fmt: skip


async def test_the_calendar_file_names_day_and_place(site: Site) -> None:
    """For who is placed only."""
    event = await make_open_event()
    await send(site, event, entry_form(runner(race="fun", first_name="Zoë")))
    party = await Party.get(event=event)
    answer = await site.browser.get(f"/entries/{party.token}/calendar.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert re.search(r"LOCATION:A park", answer.text)
    assert "Zoë" in answer.text
    assert (await site.browser.get("/entries/" + "x" * 43)).status_code == 404


async def test_the_whole_fee_given_back_ends_the_entry(site: Site) -> None:
    """By the organiser, at Stripe: the place is free, and who paid is told."""
    event = await make_open_event()
    await pay(site, await send(site, event, entry_form()))
    payment = await Payment.get(state=PaymentState.PAID)
    await site.sandbox.refund(payment.intent_id)
    await site.deliver()
    assert await states(event) == ["withdrawn"]
    assert (await race_of(event)).taken == 0
