"""Sponsorship by result: promised, proved by a letter, reckoned from the official result, paid like any gift."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from fundraising.donations.models import Donation
from fundraising.funds.models import Fund
from fundraising.mail.models import Letter
from fundraising.pages.fate import PageFate, settle_page
from fundraising.pages.models import PledgePage
from fundraising.pages.opening import NewOwner, hand_on
from fundraising.payments import books
from fundraising.payments.batch import take_in
from fundraising.payments.models import Payment
from fundraising.pledges import settling, sponsoring
from fundraising.pledges.models import CashGift, ResultPledge
from fundraising.rooms import OFFICIAL, PROOFS, TELLERS
from fundraising.store.database import transaction
from fundraising.store.ids import new_id
from fundraising.web.guard import Allowance
from teams.entries.models import Entry, Party
from teams.events.models import Event, Race, RaceKind, Waiver
from teams.results.publishing import Official
from tests.conftest import Site
from tests.fundraising.pledges.making import type_in
from tests.looking import words_of
from tests.makers import Family, arrival, gift, make_family, make_payment, make_person, session_of, sign_in, tag

TYPED = {"rule": "minutes_under", "rate": "1", "minutes": "12", "cap": "20", "name": "Ada Example", "email": "Ada@example.org"}  # fmt: skip


@pytest.fixture
async def family(site: Site) -> Family:
    """A page whose runner has a place in a timed race, fifty days from now."""
    made = await make_family(name="Sam Sample")
    event = await Event.get(fund=made.event)
    party = await Party.create(id=new_id(), attempt=new_id(), fingerprint=tag(), event=event, token=tag(), fee_pence=0)
    await Entry.create(
        id=new_id(), party=party, race=await Race.get(event=event), state="placed", first_name="Sam", last_name="Sample",
        email="sam@example.org", category="open", waiver=await Waiver.create(event=event, version=1, text="W"),
        price_pence=0, placed_at=datetime.now(UTC), fund=made.runner,
    )  # fmt: skip
    return made


async def send(site: Site, family: Family, **typed: str) -> Any:
    """The form, sent."""
    return await site.browser.post(
        f"/pages/{family.runner.slug}/sponsor", data={"attempt": str(uuid4())} | TYPED | typed
    )


async def make_pledge(family: Family, **given: Any) -> ResultPledge:
    """A promise that holds: a pound for each minute under twelve, at most twenty."""
    return await ResultPledge.create(
        **{
            "id": new_id(), "fund": family.runner, "token": uuid4().hex, "name": "Ada Example", "email": "ada@example.org",
            "rule": "minutes_under", "rate_pence": 100, "minutes": 12, "cap_pence": 2000, "confirmed_at": datetime.now(UTC),
        } | given
    )  # fmt: skip


async def run(family: Family, minutes: float | None, *, laps: int | None = None) -> None:
    """The result is official: so many minutes, or not finished."""
    ran = Official(family.runner.id, minutes is not None, round(minutes * 60_000) if minutes else None, laps)
    async with transaction() as publishing:
        for told in OFFICIAL:
            await told(publishing, [ran])


async def letters(*but: str) -> list[str]:
    """The templates of the letters that were written, in their order."""
    return list(await Letter.all().exclude(template__in=but).order_by("id").values_list("template", flat=True))  # type: ignore[arg-type]


async def words(site: Site, pledge: ResultPledge) -> str:
    """The page of a promise, in one line."""
    return words_of((await site.browser.get(f"/pledges/{pledge.token}")).text)


async def test_a_promise_goes_from_a_form_to_the_total(site: Site, family: Family) -> None:
    """Promised, proved by a press, reckoned from the result, paid by the donate form with Gift Aid: then it counts."""
    page = f"/pages/{family.runner.slug}"
    assert f'href="{page}/sponsor"' in (await site.browser.get(page)).text
    form = words_of((await site.browser.get(f"{page}/sponsor")).text)
    assert "If Sam runs 9:40 2 whole minutes under 12 minutes, at £1 each: £2" in form
    assert "lap" not in form
    assert (await send(site, family)).headers["location"] == f"{page}/sponsor/sent"
    pledge = await ResultPledge.get()
    assert (pledge.email, pledge.confirmed_at) == ("ada@example.org", None)
    await site.work()
    assert "pledged" not in words_of((await site.browser.get(page)).text)
    for _ in range(2):  # a mail program opens the link first, and nothing happens
        assert "Is this your promise?" in await words(site, pledge)
    assert (await site.browser.post(f"/pledges/{pledge.token}/confirm")).status_code == 303
    assert "1 sponsor has pledged up to £20" in words_of((await site.browser.get(page)).text)
    assert "Ada Example : £1 for every whole minute" in words_of((await site.browser.get(f"{page}/sponsor")).text)

    await run(family, 9 + 40 / 60)
    await site.work()
    assert await letters() == ["pledge_confirm", "pledge_due"]
    site.house.pages.cache.forget(None)
    assert "£2 pledged and due" in words_of((await site.browser.get(page)).text)
    shown = await words(site, pledge)
    assert "Sam ran 9:40 £2" in shown
    assert "2 whole minutes under 12 minutes, at £1 each: £2" in shown
    donate = (await site.browser.get(f"{page}/donate?pledge={pledge.token}")).text
    assert 'value="2"' in donate
    typed = gift(
        amount="2", attempt=str(pledge.id), gift_aid="on", first_name="Ada", last_name="E", house="1", postcode="M252SW"
    )
    answer = await site.browser.post(f"{page}/donate", data=typed)
    await site.sandbox.pay(answer.headers["location"].partition("/c/pay/")[2].partition("?")[0])
    await site.deliver()
    await pledge.refresh_from_db()
    payment = await Payment.get()
    assert (pledge.payment_id, pledge.paid_at) == (payment.id, payment.paid_at)
    fund = await Fund.get(id=family.runner.id)
    assert (fund.raised_pence, fund.gift_aid_pence, fund.donations) == (200, 50, 1)
    assert await letters() == ["pledge_confirm", "pledge_due", "receipt"]
    paid = (await site.browser.get(f"/pledges/{pledge.token}")).text
    assert f"/donations/{(await Donation.get()).token}" in paid
    assert "/withdraw" not in paid
    assert (await books.prove(PROOFS)).problems == []


async def test_what_makes_no_sense_is_said_beside_its_field(site: Site, family: Family) -> None:
    """Nothing typed is lost, no letter is written; laps are not counted in this race."""
    for typed, field in (
        ({"rate": ""}, "rate"),
        ({"rate": "0"}, "rate"),
        ({"minutes": "0"}, "minutes"),
        ({"minutes": "1e3"}, "minutes"),
        ({"cap": ""}, "cap"),
        ({"cap": "0.50"}, "cap"),
        ({"cap": "10001"}, "cap"),
        ({"rule": "laps"}, "rule"),
        ({"rule": "finish", "rate": "1"}, "cap"),
        ({"name": " "}, "name"),
        ({"email": "ada"}, "email"),
    ):
        answer = await send(site, family, **typed)
        assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True), typed
    assert not await ResultPledge.exists()
    assert await letters() == []


async def test_an_example_follows_what_is_typed(site: Site, family: Family) -> None:
    """As a fragment; of what makes no sense yet it says so; and it is nobody's page."""
    at, wanted = f"/pages/{family.runner.slug}/sponsor/example", {"hx-request": "true"}
    typed = {"rule": "minutes_under", "rate": "10", "minutes": "12", "cap": "20"}
    worked = await site.browser.get(at, params=typed, headers=wanted)
    assert "£10 for every whole minute under 12 minutes, at most £20." in words_of(f"<body{worked.text}")
    empty = await site.browser.get(at, params=typed | {"minutes": ""}, headers=wanted)
    assert "Here you will see how it works out" in empty.text
    assert (await site.browser.get(at)).status_code == 303


async def test_laps_are_offered_where_they_are_counted(site: Site, family: Family) -> None:
    """And minutes where the race is timed; who does not finish has run the laps all the same."""
    await Race.all().update(kind=RaceKind.FUN)
    form = (await site.browser.get(f"/pages/{family.runner.slug}/sponsor")).text
    assert ('value="laps"' in form, 'value="minutes_under"' in form) == (True, False)
    assert (await send(site, family, rule="laps", rate="2", cap="5", minutes="")).status_code == 303
    await ResultPledge.all().update(confirmed_at=datetime.now(UTC))
    await run(family, None, laps=2)
    assert (await ResultPledge.get()).due_pence == 400


async def test_an_address_gets_three_letters_at_most(site: Site, family: Family) -> None:
    """The answer is the same; a form sent twice is one promise; and a script is slowed down."""
    attempt = str(uuid4())
    for given in (attempt, attempt, *(str(uuid4()) for _ in range(4))):
        answer = await send(site, family, attempt=given)
        assert answer.headers["location"] == f"/pages/{family.runner.slug}/sponsor/sent"
    assert await letters() == ["pledge_confirm"] * 3
    await ResultPledge.all().update(made_at=datetime.now(UTC) - timedelta(days=8))
    await sponsoring.tidy()
    assert not await ResultPledge.exists()


async def test_the_letter_to_an_unproved_address_holds_nothing_that_was_typed(site: Site, family: Family) -> None:
    """But for numbers."""
    await send(site, family, name="Buy gold at evil.example")
    await site.work()
    from fundraising.pledges.writing import SHOWERS

    letter = await Letter.get()
    said = site.house.scribe.put_in_words(letter.template, (await SHOWERS[letter.template](letter.facts)) or {})
    assert "evil" not in said.text + said.html
    assert "£1 for every whole minute under 12 minutes, at most £20" in said.text


async def test_a_promise_may_be_withdrawn_before_and_let_go_after(site: Site, family: Family) -> None:
    """Nobody asks why; nothing is asked for any more, and it is in no sum."""
    before, after = await make_pledge(family), await make_pledge(family, email="bo@example.org")
    assert (await site.browser.post(f"/pledges/{before.token}/withdraw")).status_code == 303
    assert (await site.browser.post(f"/pledges/{before.token}/withdraw")).status_code == 410
    await run(family, 9)
    assert "No longer, thank you" in await words(site, after)
    assert (await site.browser.post(f"/pledges/{after.token}/withdraw")).status_code == 303
    assert "pledged" not in words_of((await site.browser.get(f"/pages/{family.runner.slug}")).text)
    assert [one.recipient for one in await Letter.all()] == ["bo@example.org"]
    await ResultPledge.all().update(reminded_at=datetime.now(UTC) - timedelta(days=30))
    await settling.remind()
    assert await Letter.all().count() == 1


async def test_it_is_too_late_to_promise_or_to_prove_once_the_run_has_begun(site: Site, family: Family) -> None:
    """Whoever knows how it went cannot promise any more."""
    pledge = await make_pledge(family, confirmed_at=None)
    await Race.all().update(starts_at=datetime.now(UTC) - timedelta(minutes=1))
    assert (await send(site, family)).status_code == 409
    assert (await site.browser.get(f"/pages/{family.runner.slug}/sponsor")).status_code == 409
    assert (await site.browser.post(f"/pledges/{pledge.token}/confirm")).status_code == 409
    await run(family, 9)
    await pledge.refresh_from_db()
    assert (pledge.confirmed_at, pledge.due_pence) == (None, None)
    assert f'/pages/{family.runner.slug}/sponsor"' not in (await site.browser.get(f"/pages/{family.runner.slug}")).text


async def test_reminders_come_twice_and_then_never_again(site: Site, family: Family) -> None:
    """A week and three weeks after the letter."""
    pledge = await make_pledge(family)
    await run(family, 9)
    seen = []
    for days in (6, 2, 5, 8, 2, 30):
        for one in await ResultPledge.all():
            await ResultPledge.filter(id=one.id).update(
                reminded_at=(one.reminded_at or one.made_at) - timedelta(days=days)
            )
        await settling.remind()
        await settling.remind()
        seen.append(len(await letters()))
    assert seen == [1, 2, 2, 2, 3, 3]
    await site.work()
    assert (await ResultPledge.get(id=pledge.id)).reminders == 2


async def test_a_corrected_result_is_reckoned_and_told_anew(site: Site, family: Family) -> None:
    """What is paid stays; a correction that changes nothing of the sum writes nothing."""
    pledge = await make_pledge(family)
    for minutes in (9.5, 9.4):
        await run(family, minutes)
        await site.work()
    assert await letters() == ["pledge_due"]
    payment = await make_payment(family.runner, family.charity, 200, attempt=pledge.id)
    for minutes in (7.5, 12.5):
        await run(family, minutes)
        await site.work()
    assert await letters() == ["pledge_due", "pledge_due", "pledge_nothing"]
    assert (await Payment.get(id=payment.id)).state == "expired"
    assert "Sam ran 12:30, so nothing is due" in await words(site, pledge)
    await run(family, 8)
    second = await make_payment(family.runner, family.charity, 400, attempt=pledge.id)
    await take_in([arrival("checkout.session.completed", session_of(second))], TELLERS)
    await run(family, 5)
    await pledge.refresh_from_db()
    assert (pledge.due_pence, pledge.payment_id) == (400, second.id)
    assert await letters("receipt") == ["pledge_due", "pledge_due", "pledge_nothing", "pledge_due"]


async def test_who_does_not_finish_or_start_owes_nobody_anything(site: Site, family: Family) -> None:
    """Sponsors are told kindly, once."""
    pledge = await make_pledge(family)
    await run(family, None)
    await run(family, None)
    await site.work()
    assert await letters() == ["pledge_nothing"]
    assert "Sam did not finish, so nothing is due" in await words(site, pledge)
    assert "/withdraw" not in (await site.browser.get(f"/pledges/{pledge.token}")).text


async def test_who_withdraws_lets_promises_go(site: Site, family: Family) -> None:
    """Whatever becomes of the page; a later result asks for nothing."""
    pledge = await make_pledge(family)
    async with transaction() as writing:
        await settle_page(writing, family.runner.id, PageFate.KEPT, "Sam")
    await run(family, 5)
    await site.work()
    assert await letters() == ["pledge_moot"]
    assert "not running after all" in await words(site, pledge)
    assert (await ResultPledge.get()).due_pence is None


async def test_who_takes_a_place_over_takes_no_promises_over(site: Site, family: Family) -> None:
    """Sponsors promised somebody else; and where those live who gave in cash is nobody else's business."""
    await make_pledge(family)
    await type_in(family.runner.id, (await make_person()).id, 500, gift_aid="on", house="4", postcode="M25 2SW")
    friend = await make_person()
    async with transaction() as writing:
        await hand_on(writing, family.runner.id, NewOwner("Kit Friend", friend.id, False, False))
    await run(family, 5)
    await site.work()
    assert await letters() == ["pledge_moot"]
    line = await CashGift.get()
    assert (line.state, line.gift_aid, line.house, line.postcode) == ("collected", False, "", "")


async def test_a_small_sum_is_rounded_up_to_what_a_card_takes(site: Site, family: Family) -> None:
    """And the page says so."""
    pledge = await make_pledge(family, rate_pence=50)
    await run(family, 10.5)
    assert "A card can take no less than £2" in await words(site, pledge)
    fund = (await sponsoring.get_pledge(pledge.token)).fund
    assert (await settling.typed_for(pledge.token, fund))["amount"] == "2"  # type: ignore[arg-type]
    assert await settling.typed_for("x" * 32, fund) == {}  # type: ignore[arg-type]
    assert await settling.typed_for(pledge.token, family.team) == {}  # type: ignore[arg-type]


async def test_names_of_sponsors_wait_on_a_childs_page(site: Site, family: Family) -> None:
    """Nobody has looked at them; the runner of another page takes one off with a press."""
    pledge = await make_pledge(family)
    page = f"/pages/{family.runner.slug}"
    await Fund.filter(id=family.runner.id).update(messages_wait=True)
    assert "A sponsor : £1" in words_of((await site.browser.get(f"{page}/sponsor")).text)
    await Fund.filter(id=family.runner.id).update(messages_wait=False)
    person = await make_person()
    await PledgePage.filter(fund=family.runner).update(person=person)
    runner = await sign_in(site.browser, person)
    assert "Ada Example" in (await runner.get(f"{page}/cash")).text
    assert (await runner.post(f"{page}/cash/pledges/{pledge.id}/hide")).status_code == 303
    assert "Ada Example" not in (await site.browser.get(f"{page}/sponsor")).text


async def test_a_page_that_is_hidden_is_not_named_to_who_promised_either(site: Site, family: Family) -> None:
    """Neither on the page of the promise nor in a letter; what was promised stands."""
    pledge = await make_pledge(family)
    await Fund.filter(id=family.runner.id).update(state="hidden")
    shown = (await site.browser.get(f"/pledges/{pledge.token}")).text
    assert ("Sam" in shown, family.runner.slug in shown, "a private page" in shown) == (False, False, True)
    await run(family, 9)
    await site.work()
    letter = await Letter.get()
    told = await site.house.scribe.compose(letter.id, letter.recipient, letter.template, letter.facts)
    assert told
    assert ("Sam" in str(told), "The runner ran 9:00" in str(told)) == (False, True)


async def test_a_script_is_slowed_down(site: Site, family: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was typed is still there."""
    from fundraising.pledges import sponsor_views

    monkeypatch.setattr(sponsor_views.ALLOWANCE, "_left", {})
    monkeypatch.setattr(sponsor_views.ALLOWANCE, "_burst", 1.0)
    assert isinstance(sponsor_views.ALLOWANCE, Allowance)
    assert (await send(site, family)).status_code == 303
    answer = await send(site, family, name="Bo Brown")
    assert (answer.status_code, 'value="Bo Brown"' in answer.text) == (429, True)
