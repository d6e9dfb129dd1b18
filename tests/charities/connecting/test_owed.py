"""What the organiser's account took for charities without one: reckoned, paid over against a reference, sent back."""

import asyncio
import random
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

import httpx
import pytest

from charities.connecting.forms import PaidForm
from charities.connecting.models import BankPayout
from charities.connecting.paying_over import pay_over, send_back
from charities.models import Charity
from fundraising.errors import BadInput
from fundraising.mail.models import Letter
from fundraising.payments import books, ledger
from fundraising.payments.batch import take_in
from fundraising.payments.ledger import Movement
from fundraising.payments.models import Kind, Payment, Transfer
from fundraising.payments.owed import find_owed
from fundraising.payments.paying_out import look_again
from fundraising.people.models import Session
from fundraising.rooms import PROOFS
from fundraising.store.database import connection, transaction
from tests.charities.api.making import make_finance
from tests.conftest import ACCOUNT, Site
from tests.looking import words_of
from tests.makers import (
    Family,
    arrival,
    dispute_of,
    make_donation,
    make_family,
    make_gift,
    make_person,
    refund_of,
    session_of,
    sign_in,
)

ZONE = ZoneInfo("Europe/London")


def today() -> date:
    """As the site sees it."""
    return datetime.now(UTC).astimezone(ZONE).date()


def paid(pence: int, reference: str = "RUN 1", day: date | None = None) -> PaidForm:
    """The form of the desk, understood."""
    return PaidForm(amount=f"{pence / 100:.2f}", reference=reference, paid_on=(day or today()).isoformat())


async def give(family: Family, pence: int, *, fee: int = 0) -> Payment:
    """A gift on the organiser's own account, with what Stripe kept of it."""
    payment = await make_donation(family.runner, family.charity, pence, paying={"account": None})
    await take_in([arrival("checkout.session.completed", session_of(payment), account=None)], {})
    if fee:
        async with transaction() as writing:
            head, fund = await ledger.lock(writing), ledger.fund_account(family.runner.id)
            kept = Movement(
                Kind.FEE, f"txn_{payment.id}", fund, ledger.STRIPE_FEES, fee, "gbp", payment.id, datetime.now(UTC)
            )
            await ledger.write(writing, head, [kept])
        await Payment.filter(id=payment.id).update(fee_pence=fee, net_pence=pence - fee)
    return payment


async def owed_to(family: Family) -> int:
    """Pence."""
    async with connection() as reading:
        owed = await find_owed(reading, family.charity.id)
    return owed.pence if owed else 0


async def must_be_right() -> None:
    """Books, with every room's proofs; and nothing is left to rebuild."""
    assert (await books.prove(PROOFS)).problems == []
    assert await books.rebuild() == 0


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("seed", range(4))
async def test_what_is_owed_is_what_was_given_less_all_that_went(seed: int) -> None:
    """Gifts, fees, refunds, disputes, payouts in part and in full, payouts sent back: in any order, as a sum of ours.

    Whenever nothing more is owed, every gift that stands is marked as paid out, and never by a payout that came back.
    """
    dice, family, other = random.Random(seed), await make_family(account=None), await make_family(account=ACCOUNT)
    charity = await Charity.get(fund=family.charity)
    await make_gift(other.runner, other.charity, 5000)  # went straight: nobody owes it
    model, gifts, standing = 0, [], set[int]()
    for step in range(16):
        what = dice.choice(["give", "give", "refund", "dispute", "pay", "pay all", "back"])
        if what == "give" or not gifts:
            pence, fee = dice.randint(100, 9000), dice.choice([0, 23])
            gifts.append(await give(family, pence, fee=fee))
            model += pence - fee
        elif what in ("refund", "dispute"):
            payment = await Payment.get(id=gifts.pop(dice.randrange(len(gifts))).id)
            back = refund_of(payment) if what == "refund" else dispute_of(payment, status="lost")
            type_ = "refund.created" if what == "refund" else "charge.dispute.closed"
            await take_in([arrival(type_, back, account=None)], {})
            model -= payment.amount_pence
        elif what.startswith("pay") and model > 0:
            pence = model if what == "pay all" else dice.randint(1, model)
            standing.add(await pay_over(charity, paid(pence, f"RUN {step}"), None, ZONE))
            model -= pence
        elif what == "back" and standing:
            number = dice.choice(sorted(standing))
            standing.remove(number)
            model += (await BankPayout.get(id=number)).pence
            for _ in range(2):
                await send_back(charity, number)
        assert await owed_to(family) == model
        marks = set(await Payment.filter(payout_id__not_isnull=True).values_list("payout_id", flat=True))
        assert marks <= {f"bank:{number}" for number in standing}
        if what == "pay all" and model == 0:
            unmarked = await Payment.filter(charity=family.charity, payout_id=None)
            assert [one for one in unmarked if one.standing_pence] == []
    await must_be_right()
    assert (await books.prove()).owed == ([(family.charity.name, model)] if model else [])


async def organiser(site: Site) -> httpx.AsyncClient:
    """An organiser's browser."""
    return await sign_in(site.browser, await make_person(is_organiser=True, name="Orla Ganiser"))


async def test_an_organiser_pays_a_charity_and_both_see_it(site: Site) -> None:
    """From the list to the letter; the supporter's receipt says so too; sent twice it is one payment."""
    family = await make_family(account=None)
    gift = await give(family, 2500, fee=58)
    browser, partner, path = (
        await organiser(site),
        await make_finance(site, family),
        f"/organiser/owed/{family.charity.slug}",
    )
    assert "£24.42" in words_of((await browser.get("/organiser/owed")).text)
    page = (await browser.get(path)).text
    assert 'name="amount" type="text" value="24.42"' in page
    typed = {"amount": "24.42", "reference": " RUN  7 ", "paid_on": (today() - timedelta(days=1)).isoformat()}
    await Payment.all().update(paid_at=datetime.now(UTC) - timedelta(days=2))
    for _ in range(2):
        answer = await browser.post(path, data=typed)
        assert answer.headers["location"] == f"{path}?said=paid"
    payout = await BankPayout.get().prefetch_related("made_by")
    assert (payout.pence, payout.reference, payout.made_by.name) == (2442, "RUN 7", "Orla Ganiser")
    booked = await Transfer.get(kind=Kind.PAYOUT)
    fund = family.charity.id
    assert (booked.source, booked.debit_account, booked.credit_account, booked.pence) == (
        f"bank:{payout.id}", f"fund:{fund}", f"charity_bank:{fund}", 2442,
    )  # fmt: skip
    await gift.refresh_from_db()
    assert gift.payout_id == f"bank:{payout.id}"
    assert gift.paid_out_at
    assert gift.paid_out_at.astimezone(ZONE).date() == payout.paid_on
    donation = await gift.donation
    assert "to the charity’s bank on" in words_of((await site.browser.get(f"/donations/{donation.token}")).text)
    assert "by the organiser" in words_of((await site.browser.get(f"/donations/{donation.token}")).text)
    desk = words_of((await partner.get(f"/charities/{family.charity.slug}/desk/stripe")).text)
    assert "£24.42 RUN 7" in desk
    assert "Every gift is paid out." in desk
    assert [one.template for one in await Letter.filter(template__startswith="paid_over")] == ["paid_over"]
    assert (await site.total(f"/charities/{family.charity.slug}"))["raised_pence"] == 2500
    await must_be_right()

    for _ in range(2):
        assert (await browser.post(f"{path}/{payout.id}/back")).headers["location"] == f"{path}?said=back"
    await gift.refresh_from_db()
    assert (gift.payout_id, gift.paid_out_at) == (None, None)
    assert await Transfer.filter(kind=Kind.PAYOUT_FAILED).count() == 1
    assert [one.template for one in await Letter.filter(template__startswith="paid_over").order_by("id")][1:] == [
        "paid_over_back"
    ]
    desk = words_of((await partner.get(f"/charities/{family.charity.slug}/desk/stripe")).text)
    assert "owed again" in desk
    assert "owed now £24.42" in desk or "£24.42 owed now" in desk
    for _ in range(2):  # the reference of what is undone is free, to say it as it was
        assert (await browser.post(path, data=typed)).status_code == 303
    again = await BankPayout.get(undone_at=None)
    mistaken = await browser.post(f"{path}/{again.id}/back", data={"because": "mistake"})
    assert mistaken.headers["location"] == f"{path}?said=mistake"
    assert (await browser.post(path, data=typed | {"amount": "20"})).status_code == 303
    assert await BankPayout.all().order_by("id").values_list("was_mistake", flat=True) == [False, True, False]
    told = await Letter.filter(template__startswith="paid_over").order_by("id").values_list("template", flat=True)
    assert told[-2:] == ["paid_over_mistake", "paid_over"]
    assert "recorded by mistake, taken back on" in (await browser.get(path)).text
    assert await owed_to(family) == 442
    await must_be_right()
    await site.work()  # the letters have words


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"amount": "24.43"}, "more than is owed: £24.42."),
        ({"amount": "0"}, "more than nothing"),
        ({"amount": ""}, "Please enter an amount in pounds"),
        ({"reference": " "}, "enter the reference as the bank shows it"),
        ({"reference": "x" * 61}, "at most 60 characters"),
        ({"paid_on": (today() + timedelta(days=1)).isoformat()}, "still to come"),
        ({"paid_on": "31/02/2026"}, "no such day"),
    ],
)
async def test_what_cannot_have_been_paid_is_refused_in_a_sentence(
    site: Site, typed: dict[str, str], said: str
) -> None:
    """Beside its field; what was typed stays."""
    family = await make_family(account=None)
    await give(family, 2500, fee=58)
    given = {"amount": "10", "reference": "RUN 7", "paid_on": today().isoformat()} | typed
    answer = await (await organiser(site)).post(f"/organiser/owed/{family.charity.slug}", data=given)
    assert answer.status_code == 422
    assert said in words_of(answer.text)
    assert await BankPayout.all().count() == 0


async def test_a_payment_that_a_colleague_has_recorded_is_another_only_when_that_is_said(site: Site) -> None:
    """References are the same however they are spaced and cut; the same sum within a week is asked about."""
    family = await make_family(account=None)
    await give(family, 5000)
    browser, path = await organiser(site), f"/organiser/owed/{family.charity.slug}"
    typed = {"amount": "10", "reference": "BACKWARD RUN 9", "paid_on": today().isoformat()}
    for reference in (typed["reference"], "Backward-Run9"):
        assert (await browser.post(path, data=typed | {"reference": reference})).status_code == 303
    assert await BankPayout.all().count() == 1
    asked = await browser.post(path, data=typed | {"reference": "RUN 10"})
    assert (asked.status_code, "was recorded at" in asked.text, 'name="is_another"' in asked.text) == (422, True, True)
    told = await browser.post(path, data=typed | {"reference": "RUN 10", "is_another": "on"})
    assert (told.status_code, await BankPayout.all().count()) == (303, 2)


async def test_money_moves_only_right_after_a_second_step(site: Site) -> None:
    """A session that showed one a while ago may look at the list, and is sent to show it again for all else."""
    family = await make_family(account=None)
    await give(family, 2500)
    browser, path = await organiser(site), f"/organiser/owed/{family.charity.slug}"
    await Session.all().update(strong_at=datetime.now(UTC) - timedelta(minutes=16))
    assert (await browser.get("/organiser/owed")).status_code == 200
    assert (await browser.get(path)).headers["location"].startswith("/sign-in/step?")
    assert (await browser.post(f"{path}/1/back")).status_code == 403
    typed = {"amount": "5", "paid_on": "2026-11-02", "reference": "RUN & 7"}
    led = (await browser.post(path, data=typed)).headers["location"]
    onward = parse_qs(urlsplit(led).query)["onward"][0]
    assert (led.split("?")[0], "&again=1" in led, onward.split("?")[0]) == ("/sign-in/step", True, path)
    odd = await browser.post(path, data=typed | {"reference": "é" * 300})
    assert "said=typed&amount=5&paid_on=2026-11-02&again=1" in unquote(odd.headers["location"])
    await Session.all().update(strong_at=datetime.now(UTC))
    page = (await browser.get(onward)).text
    for value in ("5", "2026-11-02", "RUN &amp; 7"):
        assert f'value="{value}"' in page
    assert "Nothing is recorded yet" in page
    assert await Transfer.filter(kind=Kind.PAYOUT).count() == 0


async def test_two_organisers_at_once_pay_once(committed_site: Site) -> None:
    """The second is told; so is a refund that comes at the same time counted once."""
    family = await make_family(account=None)
    gift, charity = await give(family, 2500), await Charity.get(fund=family.charity)
    await give(family, 1000)
    done = await asyncio.gather(
        pay_over(charity, paid(3500, "RUN 1"), None, ZONE),
        pay_over(charity, paid(3500, "RUN 2"), None, ZONE),
        take_in([arrival("refund.created", refund_of(gift, 100), account=None)], {}),
        return_exceptions=True,
    )
    refused = [one for one in done if isinstance(one, BadInput)]
    assert len(refused) in (1, 2)  # the refund may have come first: then neither sum is owed any more
    assert await BankPayout.all().count() == 2 - len(refused)
    assert await owed_to(family) == (3400 if len(refused) == 2 else -100)
    await must_be_right()


async def test_what_was_given_before_a_charity_connected_stays_owed(site: Site) -> None:
    """It is listed beside its account; what bank and Stripe have paid out are not mistaken for each other."""
    family = await make_family()
    charity = await Charity.get(fund=family.charity)
    await give(family, 1500)
    await make_gift(family.runner, family.charity, 4000)
    await pay_over(charity, paid(500), None, ZONE)
    assert (await books.prove()).owed == [(family.charity.name, 1000)]
    page = words_of((await (await organiser(site)).get(f"/organiser/owed/{family.charity.slug}")).text)
    assert "has its own Stripe account by now" in page
    assert await look_again(datetime.now(UTC) - timedelta(days=9)) == 0
    await give(family, 800)
    await pay_over(charity, paid(1000, "RUN 2"), None, ZONE)
    assert await owed_to(family) == 800
    await must_be_right()


@pytest.mark.usefixtures("database")
async def test_no_gift_is_in_a_payment_of_an_earlier_day() -> None:
    """More than was owed by the end of its day is refused; what is recorded late, in another order, marks every gift."""
    family = await make_family(account=None)
    charity, first, second = await Charity.get(fund=family.charity), await give(family, 1000), await give(family, 2000)
    days = [today() - timedelta(days=ago) for ago in (5, 4, 3)]
    for gift, day in ((first, days[0]), (second, days[2])):
        await Payment.filter(id=gift.id).update(paid_at=datetime(day.year, day.month, day.day, 9, tzinfo=UTC))
    for pence, day in ((1000, date(2010, 1, 1)), (1000, days[0] - timedelta(days=1)), (1001, days[1])):
        with pytest.raises(BadInput) as refused:
            await pay_over(charity, paid(pence, "RUN 0", day), None, ZONE)
        assert "was still owed by the end of" in refused.value.errors["paid_on"]
    await pay_over(charity, paid(2000, "RUN 2", days[2]), None, ZONE)
    with pytest.raises(BadInput):
        await pay_over(charity, paid(1000, "RUN 1", days[0] - timedelta(days=1)), None, ZONE)
    late = await pay_over(charity, paid(1000, "RUN 1", days[1]), None, ZONE)
    assert await owed_to(family) == 0
    assert await Payment.filter(payout_id=f"bank:{late}").count() == 2
    await must_be_right()
    await send_back(charity, late)
    assert (await owed_to(family), await Payment.filter(payout_id=None).count()) == (1000, 2)
