"""A supporter gives: the form, our rows, the way to Checkout; by mistake, twice, and while Stripe is away."""

import asyncio
import time
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from httpx import Response

from fundraising.donations.models import Declaration, Donation
from fundraising.funds.models import Fund, FundState
from fundraising.payments import stripe
from fundraising.payments.models import ConnectedAccount, Payment, PaymentState
from fundraising.sandbox import Trouble, Wrong
from fundraising.web.guard import Allowance
from tests.conftest import ACCOUNT, Site
from tests.makers import Family, gift, make_family, make_fund


async def post(site: Site, family: Family, **typed: str) -> Response:
    """Send the form of the runner's page."""
    return await site.browser.post(f"/pages/{family.runner.slug}/donate", data=gift(**typed))


def session_in(answer: Response) -> str:
    """The session that an answer leads to."""
    assert answer.status_code == 303, answer.text
    return session_in_url(answer.headers["location"])


def session_in_url(url: str) -> str:
    """The session whose page stands at an address."""
    return url.partition("/c/pay/")[2].partition("?")[0].partition("#")[0]


async def test_a_gift_becomes_rows_and_a_direct_charge_on_the_charitys_account(site: Site) -> None:
    """Amount, account, metadata, addresses: all ours, all at Stripe."""
    family = await make_family()
    session = site.sandbox.read(session_in(await post(site, family, gift_aid="", contact_ok="on")))
    payment = await Payment.get()
    donation = await Donation.get()
    assert (session["amount_total"], session["currency"], session["mode"]) == (2500, "gbp", "payment")
    assert session["metadata"] == {"payment": str(payment.id)} == {"payment": session["client_reference_id"]}
    assert session["success_url"] == f"http://run.test/donations/{donation.token}"
    assert session["cancel_url"] == f"http://run.test/pages/{family.runner.slug}/donate?again={donation.token}"
    assert session["customer_email"] == "ada@example.org"
    assert (payment.account, payment.state, payment.session_id) == (ACCOUNT, PaymentState.OPEN, session["id"])
    assert (donation.name, donation.message, donation.contact_ok) == ("Ada Example", "Run well, backwards!", True)
    assert (await site.total(f"/pages/{family.runner.slug}"))["raised_pence"] == 0


async def test_a_charity_without_an_account_is_given_to_through_the_organisers_own(site: Site) -> None:
    """And the books say what is owed."""
    family = await make_family(account=None)
    session = session_in(await post(site, family))
    await site.sandbox.pay(session)
    await site.deliver()
    payment = await Payment.get()
    assert (payment.account, payment.state) == (None, PaymentState.PAID)
    from fundraising.payments.books import prove

    assert (await prove()).owed == [(family.charity.name, 2500)]


async def test_each_kind_of_fund_can_be_given_to(site: Site) -> None:
    """Runner, team, charity, and an event with the charity that the supporter chooses."""
    family = await make_family()
    other = await make_fund("charity")  # type: ignore[arg-type]
    for path, typed in (
        (f"/pages/{family.runner.slug}", {}),
        (f"/teams/{family.team.slug}", {}),
        (f"/charities/{family.charity.slug}", {}),
        (f"/events/{family.event.slug}", {"charity": other.slug}),
    ):
        answer = await site.browser.post(f"{path}/donate", data=gift(**typed))
        await site.sandbox.pay(session_in(answer))
        await site.deliver()
    assert (await site.total(f"/events/{family.event.slug}"))["raised_pence"] == 7500
    assert (await site.total(f"/charities/{family.charity.slug}"))["raised_pence"] == 7500
    assert (await site.total(f"/charities/{other.slug}"))["raised_pence"] == 2500
    assert (await site.total(f"/teams/{family.team.slug}"))["raised_pence"] == 5000


async def test_an_event_wants_a_charity_chosen(site: Site) -> None:
    """One that exists."""
    family = await make_family()
    await make_fund("charity")  # type: ignore[arg-type]
    for charity in ("", "nobody", family.team.slug):
        answer = await site.browser.post(f"/events/{family.event.slug}/donate", data=gift(charity=charity))
        assert answer.status_code == 422
        assert "Please choose the charity" in answer.text
    assert await Payment.all().count() == 0


@pytest.mark.parametrize("amount", ["0", "-5", "1.99", "10000.01", "25.505", "1e3", "NaN", "٢٥", "x" * 400, "<script>"])
async def test_what_cannot_be_used_comes_back_with_a_sentence_and_nothing_is_lost(site: Site, amount: str) -> None:
    """Beside its field, marked, in the title; nothing reaches Stripe."""
    family = await make_family()
    before = len(site.sandbox.listed("checkout.session"))
    answer = await post(
        site, family, amount=amount, name="Ada Kept", message="Kept words", gift_aid="on", hide_name="on"
    )
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert 'id="amount-error"' in answer.text
    assert 'aria-invalid="true" aria-describedby="amount-error"' in answer.text
    for kept in ('value="Ada Kept"', ">Kept words</textarea>", 'name="gift_aid" value="on" checked', "<script>alert"):
        assert (kept in answer.text) is (kept != "<script>alert")
    assert "<details open>" in answer.text
    assert await Payment.all().count() == 0
    assert len(site.sandbox.listed("checkout.session")) == before


async def test_htmx_gets_the_form_alone_and_is_led_on_by_a_header(site: Site) -> None:
    """A fragment with the errors; a redirect that a script can follow to another site."""
    family = await make_family()
    path, asking = f"/pages/{family.runner.slug}/donate", {"hx-request": "true"}
    wrong = await site.browser.post(path, data=gift(amount=""), headers=asking)
    assert wrong.status_code == 422
    assert wrong.text.lstrip().startswith("<form")
    right = await site.browser.post(path, data=gift(), headers=asking)
    assert (right.status_code, right.content) == (200, b"")
    assert "/c/pay/cs_test_" in right.headers["hx-redirect"]


async def test_gift_aid_keeps_the_declaration_as_it_was_made(site: Site) -> None:
    """Version, the whole sentence, name and address, for the one donation, naming the charity."""
    family = await make_family()
    address = {"title": "Ms", "first_name": "Ada", "last_name": "Example", "house": "12a", "postcode": "m25 2sw"}
    session = session_in(await post(site, family, gift_aid="on", **address))
    kept = await Declaration.get().prefetch_related("donation")
    assert (kept.title, kept.first_name, kept.last_name, kept.house, kept.postcode) == (
        "Ms", "Ada", "Example", "12a", "M25 2SW",
    )  # fmt: skip
    assert family.charity.name in kept.wording
    assert kept.charity_name == family.charity.name
    await site.sandbox.pay(session)
    await site.deliver()
    assert (await site.total(f"/charities/{family.charity.slug}"))["gift_aid_pence"] == 625


async def test_whoever_adds_the_card_fee_gives_it_too(site: Site) -> None:
    """It is part of the gift, told apart on the receipt."""
    family = await make_family()
    await site.sandbox.pay(session_in(await post(site, family, cover_fee="on")))
    await site.deliver()
    donation = await Donation.get().prefetch_related("payment")
    assert (donation.gift_pence, donation.cover_pence, donation.payment.amount_pence) == (2500, 58, 2558)
    assert (await site.total(f"/pages/{family.runner.slug}"))["raised_pence"] == 2558


async def test_a_double_click_the_back_button_and_two_tabs_make_one_session(site: Site) -> None:
    """The same form again, and the same words from another tab."""
    family = await make_family()
    attempt = str(uuid4())
    sessions = {session_in(await post(site, family, attempt=attempt)) for _ in range(3)}
    sessions.add(session_in(await post(site, family, attempt=str(uuid4()))))
    assert len(sessions) == 1
    assert (await Payment.all().count(), await Donation.all().count()) == (1, 1)


async def test_the_same_form_after_paying_leads_to_the_receipt_and_a_new_form_to_a_second_gift(site: Site) -> None:
    """Nobody pays twice by the back button; who means it may give again."""
    family = await make_family()
    attempt = str(uuid4())
    await site.sandbox.pay(session_in(await post(site, family, attempt=attempt)))
    await site.deliver()
    again = await post(site, family, attempt=attempt)
    assert (again.status_code, again.headers["location"]) == (
        303,
        f"http://run.test/donations/{(await Donation.get()).token}",
    )
    await site.sandbox.pay(session_in(await post(site, family)))
    await site.deliver()
    assert (await site.total(f"/pages/{family.runner.slug}"))["raised_pence"] == 5000


async def test_a_changed_amount_is_another_payment_and_the_old_session_ends(site: Site) -> None:
    """Back, another amount: only the new one can be paid."""
    family = await make_family()
    attempt = str(uuid4())
    old = session_in(await post(site, family, attempt=attempt))
    new = session_in(await post(site, family, attempt=attempt, amount="30"))
    assert old != new
    await site.work()
    await site.deliver()
    assert site.sandbox.read(old)["status"] == "expired"
    assert site.sandbox.read(new)["status"] == "open"
    assert (await Payment.get(session_id=old)).state is PaymentState.EXPIRED


async def test_another_supporter_with_the_same_amount_gets_a_session_of_their_own(site: Site) -> None:
    """Only all of it alike is the same gift."""
    family = await make_family()
    one = session_in(await post(site, family))
    other = session_in(await post(site, family, email="bob@example.org"))
    assert one != other


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(Wrong.STATUS, times=9, status=500),
        Trouble(Wrong.STATUS, times=9, status=429),
        Trouble(Wrong.STATUS, times=9, status=402),
        Trouble(Wrong.HANG_UP, times=9),
        Trouble(Wrong.HTML, times=9),
        Trouble(Wrong.TRUNCATED, times=9),
        Trouble(Wrong.WRONG_SHAPE, times=9),
    ],
    ids=str,
)
async def test_when_stripe_fails_nothing_is_lost_and_the_next_try_uses_the_same_key(
    site: Site, trouble: Trouble
) -> None:
    """A page that keeps what was typed, and one payment in the end."""
    family = await make_family()
    attempt = str(uuid4())
    site.sandbox.fail_next(trouble)
    started = time.monotonic()
    failed = await post(site, family, attempt=attempt, message="Kept words")
    assert time.monotonic() - started < 10
    assert failed.status_code == 503
    assert "nothing has been taken" in failed.text
    assert ">Kept words</textarea>" in failed.text
    assert f'value="{attempt}"' in failed.text
    key = (await Payment.get()).idempotency_key
    site.sandbox.fail_no_more()
    await site.sandbox.pay(session_in(await post(site, family, attempt=attempt, message="Kept words")))
    await site.deliver()
    payment = await Payment.get()
    assert payment.state is PaymentState.PAID
    assert payment.idempotency_key.partition("~")[0] == key.partition("~")[0]


async def test_when_stripe_is_slow_the_supporter_is_answered_in_time(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within the bound, whatever Stripe does; scaled down here."""
    monkeypatch.setattr(stripe, "ALL_TRIES_SECONDS", 0.5)
    family = await make_family()
    site.sandbox.fail_next(Trouble(Wrong.SLOW, times=9, seconds=5))
    started = time.monotonic()
    answer = await asyncio.wait_for(post(site, family), 3)
    assert answer.status_code == 503
    assert time.monotonic() - started < 2
    assert stripe.CALL_SECONDS < 9


async def test_a_remembered_failure_gets_a_new_key(site: Site) -> None:
    """Stripe replays a 500 for a day; then the key is spent, and the row gets the next one."""
    family = await make_family()
    attempt = str(uuid4())
    site.sandbox.fail_next(Trouble(Wrong.STATUS, times=1, status=500))
    answers = [await post(site, family, attempt=attempt) for _ in range(3)]
    assert 303 in [answer.status_code for answer in answers]
    assert await Payment.all().count() == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"charges_enabled": False}, "cannot take gifts at the moment"),
        ({"disconnected_at": datetime(2026, 1, 1, tzinfo=UTC)}, "disconnected"),
    ],
)
async def test_a_charity_whose_account_is_off_says_so_and_keeps_what_was_typed(
    site: Site, change: dict[str, object], sentence: str
) -> None:
    """No gift is taken that could not arrive."""
    family = await make_family()
    await ConnectedAccount.all().update(**change)
    answer = await post(site, family, message="Kept words")
    assert answer.status_code == 409
    assert sentence in answer.text
    assert ">Kept words</textarea>" in answer.text
    assert await Payment.all().count() == 0


async def test_a_closed_fund_says_why(site: Site) -> None:
    """The form is not even shown."""
    family = await make_family(state=FundState.CLOSED, closed_because="Sam has hung up the shoes.")
    for answer in (await post(site, family), await site.browser.get(f"/pages/{family.runner.slug}/donate")):
        assert answer.status_code == 409
        assert "Sam has hung up the shoes." in answer.text


async def test_who_walks_away_finds_what_was_typed(site: Site) -> None:
    """By a token that only they have; sent unchanged, it is the same session."""
    family = await make_family()
    typed = gift(message="Kept words", hide_amount="on", cover_fee="on")
    first = session_in(await site.browser.post(f"/pages/{family.runner.slug}/donate", data=typed))
    token = (await Donation.get()).token
    page = await site.browser.get(f"/pages/{family.runner.slug}/donate", params={"again": token})
    for kept in (
        "Welcome back",
        'value="Ada Example"',
        ">Kept words</textarea>",
        f'value="{typed["attempt"]}"',
        'value="25"',
    ):
        assert kept in page.text
    assert page.text.count(" checked") == 2
    assert session_in(await site.browser.post(f"/pages/{family.runner.slug}/donate", data=typed)) == first
    other = await make_family(account=None)
    elsewhere = await site.browser.get(f"/pages/{other.runner.slug}/donate", params={"again": token})
    assert "Kept words" not in elsewhere.text


async def test_a_flood_from_one_address_is_slowed_and_keeps_what_was_typed(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page with a sentence and the time to come back."""
    from fundraising.donations import views
    from fundraising.matching.pots import additions
    from fundraising.pages.places import charity_funded

    family = await make_family()
    stripe, allowance = site.house.doors.stripe, Allowance(burst=1, per_second=0.01)
    desk = views.Desk(site.house.pages, stripe, charity_funded, additions, allowance)
    routes = {route.path: route for route in views.make_routes(desk)}  # type: ignore[attr-defined]
    monkeypatch.setattr(
        site.house.starlette.router, "routes", [routes["/pages/{slug}/donate"], *site.house.starlette.routes]
    )
    assert (await post(site, family)).status_code == 303
    slowed = await post(site, family, message="Kept words")
    assert slowed.status_code == 429
    assert int(slowed.headers["retry-after"]) > 10
    assert ">Kept words</textarea>" in slowed.text


async def test_the_form_says_what_the_charity_nets_before_anybody_pays(site: Site) -> None:
    """And follows what is typed."""
    family = await make_family()
    page = (await site.browser.get(f"/pages/{family.runner.slug}/donate", params={"amount": "10"})).text
    assert "£9.65" in page
    assert "Give £10" in page
    costs = await site.browser.get(
        f"/pages/{family.runner.slug}/donate/costs", params={"amount": "10", "gift_aid": "on", "cover_fee": "on"}
    )
    assert ("£0.36" in costs.text, "£12.59" in costs.text) == (True, True)
    nonsense = await site.browser.get(f"/pages/{family.runner.slug}/donate/costs", params={"amount": "x"})
    assert nonsense.status_code == 200


async def test_no_box_is_ticked_and_no_tip_is_asked_for(site: Site) -> None:
    """The page as it is opened."""
    family = await make_family()
    page = (await site.browser.get(f"/pages/{family.runner.slug}/donate")).text
    assert " checked" not in page
    assert page.count("<input") > 10
    assert "/fees" in page


async def test_when_a_charity_takes_no_gifts_its_runners_pages_take_none(site: Site) -> None:
    """The form says why; nothing is written."""
    family = await make_family()
    await Fund.filter(id=family.charity.id).update(state=FundState.CLOSED, closed_because="We have closed our doors.")
    for fund, place in ((family.runner, "pages"), (family.team, "teams"), (family.charity, "charities")):
        address = f"/{place}/{fund.slug}/donate"
        answers = [await site.browser.get(address), await site.browser.post(address, data=gift())]
        assert [answer.status_code for answer in answers] == [409, 409]
        assert all("We have closed our doors." in answer.text for answer in answers)
    assert await Payment.all().count() == 0
