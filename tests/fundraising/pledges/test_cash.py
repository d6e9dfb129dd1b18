"""Cash: typed in like a paper form, paid in, and counted once somebody else has confirmed it."""

from datetime import date
from uuid import uuid4

import httpx
import pytest

from fundraising.donations.models import Donation
from fundraising.errors import Forbidden
from fundraising.funds.models import Fund
from fundraising.mail.models import Letter
from fundraising.pages.models import PledgePage
from fundraising.payments import books
from fundraising.payments.models import Kind, Payment, Transfer
from fundraising.people.models import Person
from fundraising.pledges import confirming
from fundraising.pledges.models import Banking, CashGift
from fundraising.rooms import PROOFS
from fundraising.store.database import connection
from teams.roster.models import Team
from tests.conftest import Site
from tests.fundraising.pledges.making import pay_in, type_in
from tests.looking import words_of
from tests.makers import Family, make_family, make_person, sign_in

ADDRESS = {"gift_aid-0": "on", "title-0": "Ms", "house-0": "4", "postcode-0": "m252sw"}


@pytest.fixture
async def family(site: Site) -> Family:
    """A page with a runner who can sign in."""
    made = await make_family(name="Sam Sample")
    await PledgePage.filter(fund=made.runner).update(person=await make_person("sam@example.org"))
    return made


async def runner_of(site: Site, family: Family) -> httpx.AsyncClient:
    """Their browser."""
    page = await PledgePage.get(fund=family.runner).prefetch_related("person")
    assert page.person
    return await sign_in(site.browser, page.person)


async def organiser(site: Site, email: str = "org@example.org") -> tuple[Person, httpx.AsyncClient]:
    """An organiser, and their browser."""
    person = await make_person(email, is_organiser=True)
    return person, await sign_in(site.browser, person)


async def raised(fund: Fund) -> tuple[int, int, int]:
    """What a fund shows."""
    await fund.refresh_from_db()
    return fund.raised_pence, fund.gift_aid_pence, fund.donations


def ticked(lines: list[CashGift]) -> dict[str, str]:
    """These lines on a slip."""
    return {f"line-{line.id}": "on" for line in lines}


async def test_cash_walks_from_paper_to_the_total(site: Site, family: Family) -> None:
    """Typed in, collected, paid in: nothing counts. Confirmed by an organiser it counts everywhere, as a gift."""
    browser, at = await runner_of(site, family), f"/pages/{family.runner.slug}/cash"
    form = {"attempt": str(uuid4()), "name-0": "Ada Example", "amount-0": "£10", "collected-0": "on"}
    form |= {"given_on-0": "2/5/2026", "name-1": "Bo", "amount-1": "5.50", "hide_name-1": "on", "name-7": "", **ADDRESS}
    sent = await browser.post(at, data=form)
    assert sent.headers["location"] == f"{at}?said=typed#name-0"
    ada, bo = await CashGift.all().order_by("id")
    assert (ada.state, ada.amount_pence, ada.given_on, ada.postcode) == ("collected", 1000, date(2026, 5, 2), "M25 2SW")
    assert (ada.first_name, ada.last_name) == ("Ada", "Example")
    assert (bo.state, bo.given_on, bo.gift_aid, bo.hide_name) == ("promised", None, False, True)
    assert (await browser.post(f"{at}/lines/{bo.id}/collected")).status_code == 303
    slip = {"reference": "500001", "banked_on": "2026-05-04"} | ticked([ada, bo])
    assert (await browser.post(f"{at}/bankings", data=slip)).headers["location"] == f"{at}?said=paid-in"
    assert await raised(family.runner) == (0, 0, 0)

    _, desk = await organiser(site)
    waiting = words_of((await desk.get("/organiser/cash")).text)
    assert "500001 £15.50 Paid in on Monday 4 May 2026 for Sam Sample" in waiting
    assert "1 waits for a second person" in words_of((await desk.get("/organiser")).text)
    banking = await Banking.get()
    confirmed = await desk.post(f"/organiser/cash/{banking.id}/confirm")
    assert confirmed.headers["location"] == "/organiser/cash?said=confirmed"
    for fund in family.all:
        assert await raised(fund) == (1550, 0, 2)
    assert [t.debit_account for t in await Transfer.all()] == [f"cash:{family.runner.id}"] * 2
    gifts = words_of((await site.browser.get(f"/pages/{family.runner.slug}/gifts")).text)
    assert "Ada Example £10" in gifts
    assert "Bo" not in gifts
    assert (await Letter.get()).recipient == "sam@example.org"
    assert "confirmed on" in words_of((await browser.get(at)).text)
    assert (await books.prove(PROOFS)).problems == []
    assert await books.rebuild() == 0


async def test_what_is_typed_wrongly_is_said_beside_its_cell_and_nothing_is_lost(site: Site, family: Family) -> None:
    """And nothing is kept, not even the lines that were right."""
    browser, at = await runner_of(site, family), f"/pages/{family.runner.slug}/cash"
    form = {"name-0": "Ada", "amount-0": "ten", "gift_aid-0": "on", "name-1": "Bo", "amount-1": "5", "amount-12": "3"}
    answer = await browser.post(at, data=form | {"collected-3": "on"})
    assert answer.status_code == 422
    for cell in ("amount-0", "first_name-0", "house-0", "postcode-0", "name-12"):
        assert f'id="{cell}-error"' in answer.text, cell
    assert 'id="name-3-error"' not in answer.text
    assert 'value="ten"' in answer.text
    assert 'value="Bo"' in answer.text
    assert not await CashGift.exists()
    empty = await browser.post(at, data={})
    assert (empty.status_code, 'id="name-0-error"' in empty.text) == (422, True)


async def test_a_form_sent_twice_is_kept_once(site: Site, family: Family) -> None:
    """A double click adds nothing; what was written anew after going back is another line."""
    browser, at = await runner_of(site, family), f"/pages/{family.runner.slug}/cash"
    form = {"attempt": str(uuid4()), "name-0": "Ada", "amount-0": "10", "name-1": "Ada", "amount-1": "10"}
    for _ in range(2):
        await browser.post(at, data=form)
    assert await CashGift.all().count() == 2
    await browser.post(at, data=form | {"amount-1": "12"})
    assert await CashGift.all().count() == 3


async def test_nobody_confirms_what_is_their_own(site: Site, family: Family) -> None:
    """Not who paid it in, nor who typed a line of it, nor who runs, nor who leads the team, organiser or not."""
    page = await PledgePage.get(fund=family.runner)
    typist, payer, other = [await make_person(is_organiser=True) for _ in range(3)]
    lines = await type_in(family.runner.id, typist.id, 500, 700)
    banking = await pay_in(family.runner.id, payer.id, lines)
    for person in (typist.id, payer.id, page.person_id):
        with pytest.raises(confirming.NotTheSecond):
            await confirming.confirm(banking.id, person or 0, livemode=False)
    shown = await (await sign_in(site.browser, payer)).post(f"/organiser/cash/{banking.id}/confirm")
    assert (shown.status_code, "Somebody else has to confirm it." in shown.text) == (403, True)
    await Team.filter(fund=family.team).update(co_captain=typist)
    team = await pay_in(family.team.id, payer.id, await type_in(family.team.id, payer.id, 900))
    with pytest.raises(confirming.NotTheSecond):
        await confirming.confirm(team.id, typist.id, livemode=False)
    assert await raised(family.runner) == (0, 0, 0)
    await confirming.confirm(banking.id, other.id, livemode=False)
    await confirming.confirm(team.id, other.id, livemode=False)
    assert await raised(family.team) == (2100, 0, 3)


async def test_a_second_press_confirms_nothing_more(site: Site, family: Family) -> None:
    """It is said kindly."""
    person, desk = await organiser(site)
    banking = await pay_in(family.runner.id, (await make_person()).id, await type_in(family.runner.id, person.id, 500))
    assert (await desk.post(f"/organiser/cash/{banking.id}/confirm")).status_code == 403
    _, second = await organiser(site, "second@example.org")
    assert (await second.post(f"/organiser/cash/{banking.id}/confirm")).status_code == 303
    again = await second.post(f"/organiser/cash/{banking.id}/confirm")
    assert (again.status_code, "Somebody was quicker" in again.text) == (409, True)
    assert (await second.post(f"/organiser/cash/{banking.id}/refuse", data={"because": "too late"})).status_code == 409
    assert await raised(family.charity) == (500, 0, 1)


async def test_what_is_refused_goes_back_to_its_runner_with_the_reason(site: Site, family: Family) -> None:
    """And can be paid in again; without a reason nothing is refused."""
    _, desk = await organiser(site)
    person = await Person.get(email="sam@example.org")
    lines = await type_in(family.runner.id, person.id, 500)
    banking = await pay_in(family.runner.id, person.id, lines)
    silent = await desk.post(f"/organiser/cash/{banking.id}/refuse", data={"because": " "})
    assert (silent.status_code, f'id="because-{banking.id}-error"' in silent.text) == (422, True)
    await desk.post(f"/organiser/cash/{banking.id}/refuse", data={"because": "There is no 500001 on the statement."})
    assert (await CashGift.get()).state == "collected"
    await site.work()
    shown = (await (await runner_of(site, family)).get(f"/pages/{family.runner.slug}/cash")).text
    assert "There is no 500001 on the statement." in shown
    assert (await Letter.get(template="cash_refused")).sent_at is not None
    again = await pay_in(family.runner.id, person.id, lines, "500002")
    assert (await desk.post(f"/organiser/cash/{again.id}/confirm")).status_code == 303


async def test_what_was_confirmed_by_mistake_counts_no_more(site: Site, family: Family) -> None:
    """It leaves every total and list, and may be confirmed anew later; the ledger keeps both ways."""
    _, desk = await organiser(site)
    person = await Person.get(email="sam@example.org")
    lines = await type_in(family.runner.id, person.id, 500, 700)
    banking = await pay_in(family.runner.id, person.id, lines)
    await desk.post(f"/organiser/cash/{banking.id}/confirm")
    back = await desk.post(f"/organiser/cash/{banking.id}/return", data={"because": "It was for another page."})
    assert back.headers["location"] == "/organiser/cash?said=returned"
    for fund in family.all:
        assert await raised(fund) == (0, 0, 0)
    assert "Ada" not in words_of((await site.browser.get(f"/pages/{family.runner.slug}/gifts")).text)
    second = await pay_in(family.runner.id, person.id, lines)
    await desk.post(f"/organiser/cash/{second.id}/confirm")
    assert await raised(family.event) == (1200, 0, 2)
    kinds = await Transfer.all().order_by("id").values_list("kind", flat=True)
    assert kinds == [*[Kind.CASH_CONFIRMED] * 2, *[Kind.CASH_RETURNED] * 2, *[Kind.CASH_CONFIRMED] * 2]
    assert (await books.prove(PROOFS)).problems == []


async def test_a_slip_may_be_taken_back_until_it_is_confirmed(site: Site, family: Family) -> None:
    """By its runner; what is paid in is neither changed nor dropped meanwhile, nor paid in twice."""
    browser, at = await runner_of(site, family), f"/pages/{family.runner.slug}/cash"
    person = await Person.get(email="sam@example.org")
    (line,) = await type_in(family.runner.id, person.id, 500)
    slip = {"reference": "500001", "banked_on": date.today().isoformat(), f"line-{line}": "on"}
    assert (await browser.post(f"{at}/bankings", data=slip)).status_code == 303
    again = await browser.post(f"{at}/bankings", data=slip)
    assert (again.status_code, "£5 of these lines has been paid in already" in again.text) == (409, True)
    assert (await browser.post(f"{at}/lines/{line}/drop")).status_code == 409
    assert (await browser.get(f"{at}/lines/{line}")).status_code == 404
    banking = await Banking.get()
    assert (await browser.post(f"{at}/bankings/{banking.id}/take-back")).status_code == 303
    assert (await browser.post(f"{at}/bankings/{banking.id}/take-back")).status_code == 409
    change = await browser.post(f"{at}/lines/{line}", data={"name": "Ada", "amount": "6", "collected": "on"})
    assert change.headers["location"] == f"{at}?said=changed"
    assert (await CashGift.get()).amount_pence == 600
    assert (await browser.post(f"{at}/lines/{line}/drop")).status_code == 303
    assert (await CashGift.get()).state == "dropped"


async def test_lines_of_other_pages_are_nobodys_to_touch(site: Site, family: Family) -> None:
    """A runner finds and pays in only the lines of the own page."""
    other = await make_family(account=None)
    (line,) = await type_in(other.runner.id, (await make_person()).id, 500)
    browser, at = await runner_of(site, family), f"/pages/{family.runner.slug}/cash"
    assert (await browser.get(f"{at}/lines/{line}")).status_code == 404
    assert (await browser.post(f"{at}/lines/{line}/drop")).status_code == 409
    slip = {"reference": "500001", "banked_on": date.today().isoformat(), f"line-{line}": "on"}
    assert (await browser.post(f"{at}/bankings", data=slip)).status_code == 409
    banking = await pay_in(other.runner.id, (await make_person()).id, [line])
    assert (await browser.post(f"{at}/bankings/{banking.id}/take-back")).status_code == 409
    assert (await CashGift.get()).state == "banked"


async def test_a_team_without_a_charity_pays_nothing_in(site: Site, family: Family) -> None:
    """Nobody could say whose money it is; with one it goes the same way."""
    captain = await make_person()
    await Team.filter(fund=family.team).update(captain=captain)
    await Fund.filter(id=family.team.id).update(charity_id=None)
    browser, at = await sign_in(site.browser, captain), f"/teams/{family.team.slug}/desk/cash"
    (line,) = await type_in(family.team.id, captain.id, 500)
    assert "for no charity of its own" in (await browser.get(at)).text
    slip = {"reference": "500001", "banked_on": date.today().isoformat(), f"line-{line}": "on"}
    assert (await browser.post(f"{at}/bankings", data=slip)).status_code == 409
    await Fund.filter(id=family.team.id).update(charity_id=family.charity.id)
    assert (await browser.post(f"{at}/bankings", data=slip)).status_code == 303
    _, desk = await organiser(site)
    assert (await desk.post(f"/organiser/cash/{(await Banking.get()).id}/confirm")).status_code == 303
    assert (await raised(family.team), await raised(family.runner)) == ((500, 0, 1), (0, 0, 0))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("update payment set refunded_pence = 500 where purpose = 'cash'", "cash gift"),
        ("update cash_gift set amount_pence = 501", "cash gift"),
        ("update banking set confirmed_at = null, confirmed_by_id = null", "cash gift"),
        ("update cash_gift set state = 'collected', banking_id = null, payment_id = null", "stands without a line"),
        ("update banking set amount_pence = 499", "its lines make 500"),
    ],
)
async def test_books_name_cash_that_does_not_fit(family: Family, change: str, problem: str) -> None:
    """Whatever was changed behind the application's back."""
    person, other = await make_person(), await make_person()
    banking = await pay_in(family.runner.id, person.id, await type_in(family.runner.id, person.id, 500))
    await confirming.confirm(banking.id, other.id, livemode=False)
    async with connection() as writing:
        await writing.execute("set local session_replication_role = replica")  # no triggers
        await writing.execute(change)
    assert any(problem in sentence for sentence in (await books.prove(PROOFS)).problems)


async def test_a_gift_in_cash_belongs_to_no_address(family: Family) -> None:
    """It has no letter and no receipt to send; its payment is paid, and never at Stripe."""
    person, other = await make_person(), await make_person()
    banking = await pay_in(family.runner.id, person.id, await type_in(family.runner.id, person.id, 500))
    await confirming.confirm(banking.id, other.id, livemode=True)
    payment, donation = await Payment.get(), await Donation.get()
    assert (payment.purpose, payment.state, payment.livemode, payment.session_id) == ("cash", "paid", True, None)
    assert (donation.email, donation.gift_aid, donation.contact_ok) == ("", False, False)
    assert await Letter.all().values_list("template", flat=True) == ["cash_confirmed"]


async def test_organisers_hear_once_a_day_that_cash_waits(site: Site, family: Family) -> None:
    """Not who paid it in; not again before something new has come; and not when somebody has looked meanwhile."""
    payer = await make_person("payer@example.org", is_organiser=True)
    other = await make_person("other@example.org", is_organiser=True)
    banking = await pay_in(family.runner.id, payer.id, await type_in(family.runner.id, payer.id, 500))
    for _ in range(2):
        await confirming.tell_organisers()
    assert [letter.recipient for letter in await Letter.filter(template="cash_waits")] == [other.email]
    await confirming.confirm(banking.id, other.id, livemode=False)
    await site.work()
    assert not await Letter.filter(template="cash_waits").exists()


async def test_whoever_calls_says_who_may_decide(family: Family) -> None:
    """A desk of a charity hands in a check of its own; it sees for which charity the cash is, and nothing happens."""
    person, other = await make_person(), await make_person()
    banking = await pay_in(family.runner.id, person.id, await type_in(family.runner.id, person.id, 500))

    async def check(_: object, banked: confirming.Banked) -> None:
        assert banked.charity_id == family.charity.id
        raise Forbidden

    for work in (
        confirming.confirm(banking.id, other.id, livemode=False, check=check),
        confirming.refuse(banking.id, other.id, "because", check=check),
        confirming.give_back(banking.id, other.id, "because", check=check),
    ):
        with pytest.raises(Forbidden):
            await work
    assert (await CashGift.get()).state == "banked"
