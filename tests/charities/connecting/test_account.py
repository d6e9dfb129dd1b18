"""A charity connects its own Stripe account, and hears of all that becomes of it."""

import asyncio
import re
import time
from datetime import UTC, datetime

import httpx
import pytest

from charities.connecting.standing import State, standing_of
from charities.connecting.words import because, in_words
from charities.models import Charity
from fundraising.mail.models import Letter
from fundraising.payments import books, reports
from fundraising.payments.accounts import CannotConnect, connect
from fundraising.payments.batch import take_in
from fundraising.payments.models import ConnectedAccount, FormerAccount, Payment, PaymentState, Transfer
from fundraising.payments.reports import Report
from fundraising.rooms import ABOUT_ACCOUNTS, PROOFS
from fundraising.sandbox import Manner, Order, Trouble, Wrong
from tests.charities.api.making import make_finance
from tests.conftest import ACCOUNT, Site
from tests.fundraising.donations.test_donate import post, session_in
from tests.fundraising.payments.test_accounts import account
from tests.looking import words_of
from tests.makers import Family, arrival, make_family, make_payment, session_of


def desk_of(family: Family) -> str:
    """The address of the page."""
    return f"/charities/{family.charity.slug}/desk/stripe"


async def standing_at(browser: httpx.AsyncClient, family: Family) -> str:
    """What the page says."""
    answer = await browser.get(desk_of(family))
    assert answer.status_code == 200
    return words_of(answer.text)


async def at_stripe(site: Site, browser: httpx.AsyncClient, family: Family, do: str) -> httpx.Response:
    """Go to Stripe's page, answer there, and come back as Stripe leads, before any event has come."""
    site.sandbox.deliver(Manner(Order.NEVER))
    led = await browser.post(desk_of(family))
    assert led.status_code == 303, led.text
    onward, _, link = led.headers["location"].partition("?link=")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site.sandbox.app)) as stripe:
        assert (await stripe.get(f"{onward}?link={link}")).status_code == 200
        back = await stripe.post(onward, data={"do": do, "link": link})
        used = await stripe.get(f"{onward}?link={link}")
    assert used.headers["location"].endswith(f"{desk_of(family)}?again=1")  # a way is good once
    assert back.headers["location"].endswith(f"{desk_of(family)}?back=1")
    seen = await browser.get(back.headers["location"])
    return await browser.get(seen.headers["location"])


async def letters() -> list[str]:
    """Templates of the letters about accounts, in their order."""
    return [one.template for one in await Letter.filter(template__startswith="account_").order_by("id")]


async def test_a_charity_walks_from_nothing_to_open_and_gifts_follow(site: Site) -> None:
    """Until Stripe opens the account gifts go on at the organiser's; what was told is not asked again."""
    family = await make_family(account=None)
    await Charity.filter(fund=family.charity).update(
        website="https://second.example.org", contact_email="us@example.org"
    )
    browser = await make_finance(site, family)
    assert "Not connected yet Gifts are taken on the organiser’s account" in await standing_at(browser, family)

    left = words_of((await at_stripe(site, browser, family, "leave")).text)
    assert "You are back from Stripe." in left
    assert "Begun: Stripe still asks" in left
    assert (
        "What Stripe asks The bank account that is paid into. Whoever represents the charity at Stripe: name." in left
    )
    assert "website" not in left
    made = site.sandbox.read((await ConnectedAccount.get()).stripe_id)
    assert (made["email"], made["country"], made["business_type"]) == ("us@example.org", "GB", "non_profit")
    assert made["business_profile"]["name"] == family.charity.name
    assert made["controller"]["fees"]["payer"] == "account"
    session_in(await post(site, family))
    assert (await Payment.get()).account is None
    assert "no Stripe account connected yet" in (await site.browser.get(f"/charities/{family.charity.slug}")).text

    assert "Stripe is checking" in words_of((await at_stripe(site, browser, family, "submit_later")).text)
    assert await letters() == []
    assert "Open for gifts takes gifts" in words_of((await at_stripe(site, browser, family, "submit")).text)
    site.sandbox.deliver(Manner(Order.TWICE))
    for event in site.sandbox.listed("event"):
        await site.sandbox.resend(event["id"])
    await site.deliver()
    await site.work()
    assert await letters() == ["account_open"]
    assert await ConnectedAccount.all().count() == 1
    session_in(await post(site, family, amount="30"))
    assert (await Payment.get(amount_pence=3000)).account == made["id"]
    site.house.pages.cache.forget([family.charity.id])  # as the database tells every process after a commit
    assert "Straight: the card is charged" in (await site.browser.get(f"/charities/{family.charity.slug}")).text


@pytest.mark.parametrize(
    ("trouble", "status"),
    [
        (Trouble(Wrong.STATUS, times=3, status=500, path="/v1/account_links"), 503),
        (Trouble(Wrong.STATUS, status=429), 503),
        (Trouble(Wrong.HTML, times=3), 503),
        (Trouble(Wrong.WRONG_SHAPE), 503),
        (Trouble(Wrong.STATUS, times=4, status=403), 409),
    ],
)
async def test_stripe_away_costs_a_sentence_and_nothing_else(site: Site, trouble: Trouble, status: int) -> None:
    """And pressing again leads on, with one account."""
    family = await make_family(account=None)
    browser = await make_finance(site, family)
    site.sandbox.fail_next(trouble)
    answer = await browser.post(desk_of(family))
    assert answer.status_code == status, answer.text
    assert ("Nothing was lost" if status == 503 else "Stripe says:") in words_of(answer.text)
    site.sandbox.fail_no_more()
    assert (await browser.post(desk_of(family))).status_code == 303
    site.sandbox.fail_next(Trouble(Wrong.STATUS, times=9, status=429))
    back = await browser.get(f"{desk_of(family)}?back=1")
    assert back.headers["location"].endswith("?said=kept")
    assert len(site.sandbox.listed("account")) == 3 + 1  # those of the tests and our own were there


async def test_a_stumble_that_stripe_remembers_is_gone_round(site: Site) -> None:
    """It would answer the same under that key for a day."""
    family = await make_family(account=None)
    site.sandbox.fail_next(Trouble(Wrong.STATUS, status=500, path="/v1/accounts"))
    assert (await (await make_finance(site, family)).post(desk_of(family))).status_code == 303


async def test_what_stripe_does_not_take_of_what_was_told_is_left_out(site: Site) -> None:
    """A website that makes no sense to Stripe keeps no charity out."""
    family = await make_family(account=None)
    await Charity.filter(fund=family.charity).update(website="nonsense")
    browser = await make_finance(site, family)
    assert (await browser.post(desk_of(family))).status_code == 303
    assert site.sandbox.read((await ConnectedAccount.get()).stripe_id)["business_profile"]["url"] is None


async def test_two_who_press_at_once_make_one_account(committed_site: Site) -> None:
    """Both are led on."""
    family = await make_family(account=None)
    browser = await make_finance(committed_site, family)
    before = len(committed_site.sandbox.listed("account"))
    answers = await asyncio.gather(*(browser.post(desk_of(family)) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {303}
    assert len(committed_site.sandbox.listed("account")) == before + 1
    assert await ConnectedAccount.all().count() == 1


async def test_each_change_is_told_once_and_late_reports_change_nothing(site: Site) -> None:
    """Asked for more, closed, open again; every event twice, an old one at the end, which has Stripe asked."""
    family = await make_family()
    await make_finance(site, family)
    now = int(time.time()) - 100
    asked = {
        "currently_due": ["directors.dob.day", "external_account"],
        "disabled_reason": None,
        "current_deadline": now,
    }
    closed = {**asked, "past_due": ["external_account"], "disabled_reason": "requirements.past_due"}
    story = [
        account(requirements=asked),
        account(requirements=closed, charges_enabled=False, payouts_enabled=False),
        account(),
    ]
    told = [arrival("account.updated", one, created=now + n) for n, one in enumerate(story)]
    for one in [*told, *told]:
        await take_in([one], {}, ABOUT_ACCOUNTS)
    await take_in([arrival("account.updated", story[1], created=now + 1)], {}, ABOUT_ACCOUNTS)
    assert await letters() == ["account_asks", "account_closed", "account_open"]
    await site.work()
    kept = await ConnectedAccount.get()
    assert (kept.charges_enabled, kept.requirements) == (True, {})
    assert kept.reported_at
    assert kept.reported_at > datetime.fromtimestamp(now + 50, UTC)
    assert await letters() == ["account_asks", "account_closed", "account_open"]


@pytest.mark.parametrize("gone", [True, False])
async def test_what_is_in_flight_is_recorded_after_the_account_is_closed_or_gone(site: Site, gone: bool) -> None:
    """The form says why no gift is taken; one that was on its way counts, and so does what goes back."""
    family = await make_family()
    browser = await make_finance(site, family)
    session = session_in(await post(site, family))
    await site.sandbox.pay(session)
    if gone:
        await site.sandbox.deauthorize(ACCOUNT)
    else:
        await site.sandbox.update_account(
            ACCOUNT, charges_enabled=False, payouts_enabled=False, disabled_reason="listed"
        )
    await site.deliver()
    unsent = await site.browser.get(f"/pages/{family.runner.slug}/donate")
    for refused in (await post(site, family, amount="30"), unsent):
        assert refused.status_code == 409
        assert ("has disconnected" if gone else "cannot take gifts") in refused.text
    assert 'name="amount"' not in unsent.text
    assert (await Payment.get(session_id=session)).state is PaymentState.PAID
    late = await make_payment(family.runner, family.charity, 700)
    await take_in([arrival("checkout.session.completed", session_of(late))], {}, ABOUT_ACCOUNTS)
    assert (await site.total(f"/charities/{family.charity.slug}"))["raised_pence"] == 3200
    assert (await books.prove()).problems == []
    assert await letters() == ["account_gone" if gone else "account_closed"]
    page = await standing_at(browser, family)
    assert ("Disconnected" if gone else "is on a list of people") in page
    assert "Connect again" in page if gone else "Closed takes no gifts" in page


@pytest.mark.parametrize("same", [True, False])
async def test_a_charity_that_left_connects_again(site: Site, same: bool) -> None:
    """With the same account or a new one; what was given stays with its own, whose payouts still reach the ledger."""
    family = await make_family()
    browser = await make_finance(site, family)
    given = await make_payment(family.runner, family.charity)
    await site.sandbox.deauthorize(ACCOUNT)
    await site.deliver()
    if same:
        await site.sandbox.authorize(ACCOUNT)
    assert (await browser.post(desk_of(family))).status_code == 303
    now = await ConnectedAccount.get()
    assert (now.stripe_id == ACCOUNT) is same
    assert (now.disconnected_at, now.charges_enabled) == (None, same)
    assert await FormerAccount.all().count() == (0 if same else 1)
    if not same:
        assert (await post(site, family)).status_code == 409  # it never falls back to the organiser's account
        begun = await standing_at(browser, family)
        assert "Your new account is begun. Until it opens, your pages and those of your runners take no gifts." in begun
        assert "Closed" not in begun
        assert "has not had in time" not in begun
        hint = words_of((await browser.get(f"/charities/{family.charity.slug}/desk")).text)
        assert "Your Stripe account is begun, and waits for you." in hint
        await at_stripe(site, browser, family, "submit")
    await site.deliver()
    # A goodbye that comes once more, late, says nothing.
    await take_in([arrival("account.application.deauthorized", {"id": "ca_1"}, created=int(time.time()) - 60)], {})
    await take_in([arrival("payout.paid", {"id": "po_1", "amount": 5, "currency": "gbp"})], {})
    session_in(await post(site, family))
    assert (await Payment.get(id=given.id)).account == ACCOUNT
    assert (await Transfer.get()).debit_account == f"fund:{family.charity.id}"


async def test_the_organiser_puts_an_account_back_in_place_of_one_that_was_never_open(site: Site) -> None:
    """Who left and has begun anew has the old one back; one that has been open is not replaced."""
    family = await make_family()
    browser, slug = await make_finance(site, family), family.charity.slug
    await site.sandbox.deauthorize(ACCOUNT)
    await site.deliver()
    assert "for the same one ask the organiser" in await standing_at(browser, family)
    assert (await browser.post(desk_of(family))).status_code == 303
    begun = (await ConnectedAccount.get()).stripe_id
    await site.sandbox.authorize(ACCOUNT)
    now = await connect(site.house.doors.stripe, slug, ACCOUNT)
    assert (now.stripe_id, now.charges_enabled) == (ACCOUNT, True)
    assert (await FormerAccount.get()).stripe_id == begun
    with pytest.raises(CannotConnect, match="is connected already"):
        await connect(site.house.doors.stripe, slug, begun)


def kept(**given: object) -> ConnectedAccount:
    """An account as it is kept."""
    return ConnectedAccount(**{"stripe_id": ACCOUNT, "charges_enabled": False, "payouts_enabled": False} | given)


@pytest.mark.parametrize(
    ("known", "state", "button"),
    [
        (None, State.NOT_BEGUN, "Connect with Stripe"),
        (kept(requirements={"currently_due": ["external_account"]}), State.ASKED, "Go on at Stripe"),
        (kept(details_submitted=True, requirements={"currently_due": ["x"]}), State.ASKED, "Go on at Stripe"),
        (kept(details_submitted=True), State.CHECKED, "Look at it at Stripe"),
        (kept(charges_enabled=True, payouts_enabled=True), State.OPEN, ""),
        (kept(charges_enabled=True, payouts_enabled=True, requirements={"currently_due": ["x"]}), State.OPEN, "Give Stripe what it asks"),
        (kept(charges_enabled=True), State.NO_PAYOUTS, "Look at it at Stripe"),
        (kept(used_since=datetime.now(UTC), details_submitted=True, disabled_reason="under_review"), State.CLOSED, "Look at it at Stripe"),
        (kept(used_since=datetime.now(UTC), disabled_reason="requirements.past_due"), State.ASKED, "Go on at Stripe"),
        (kept(disabled_reason="rejected.fraud"), State.CLOSED, ""),
        (kept(disconnected_at=datetime.now(UTC)), State.DISCONNECTED, "Connect again"),
    ],
)  # fmt: skip
def test_each_state_has_its_words(known: ConnectedAccount | None, state: State, button: str) -> None:
    """And the button that helps, if one does."""
    standing = standing_of(known)
    assert (standing.state, standing.button) == (state, button)
    assert standing.title
    assert standing.sentence.endswith(".")


def test_what_is_asked_is_told_apart_each_thing_once() -> None:
    """Overdue, due, looked at; a date of birth is three keys; why an answer was not enough is said beside it."""
    asks = {
        "past_due": ["representative.dob.day", "representative.dob.month", "representative.dob.year"],
        "currently_due": ["representative.dob.day", "person_1a.verification.document", "tos_acceptance.ip"],
        "pending_verification": ["company.tax_id", "tos_acceptance.date"],
        "errors": [{"requirement": "person_1a.verification.document", "reason": "It is too dark.", "code": "x"}],
        "current_deadline": 1_800_000_000,
    }
    standing = standing_of(kept(charges_enabled=True, details_submitted=True, requirements=reports.asked(asks)))
    assert [one.words for one in standing.overdue] == ["Whoever represents the charity at Stripe: date of birth"]
    assert [(one.words, one.why) for one in standing.due] == [
        ("A person whom you have named to Stripe: a photo of a passport, driving licence or identity card", "It is too dark."),
        ("Agreeing to Stripe’s terms", ""),
    ]  # fmt: skip
    assert [one.words for one in standing.checked] == ["The charity’s company or tax number"]
    assert standing.deadline == datetime.fromtimestamp(1_800_000_000, UTC)


KEYS = """
business_profile.mcc business_profile.url business_profile.product_description business_profile.support_phone
business_profile.annual_revenue.amount business_type company.address.line1 company.directors_provided company.name
company.owners_provided company.phone company.registration_number company.tax_id company.vat_id
company.verification.document company.ownership_declaration.ip directors.dob.day directors.relationship.title
documents.bank_account_ownership_verification.files external_account individual.address.city individual.first_name
individual.id_number individual.verification.additional_document owners.email owners.address.postal_code
person_1Abc.relationship.percent_ownership representative.phone representative.relationship.executive
tos_acceptance.date tos_acceptance.ip settings.payments.statement_descriptor interv_1abc.other_inquiry.support
"""


def test_every_key_that_stripe_documents_has_plain_words() -> None:
    """No dot, no underscore, nothing that only Stripe would say; and one that nobody has met is read as it can be."""
    for key in KEYS.split():
        words = in_words(key)
        assert re.fullmatch(r"[A-Z][^_.]+", words), (key, words)
        assert "detail" not in words, key
    assert in_words("company.shoe_size") == "A detail about the charity"
    assert in_words("treasury.secret_handshake.left_hand") == "Secret handshake: left hand"
    assert in_words("directors.favourite_colour") == "Each trustee or director: favourite colour"
    assert in_words("...")
    assert because("requirements.past_due") == "Stripe has not had in time what it asked for."
    assert because("rejected.new_kind") == "Stripe has refused the account, and does not say why."
    assert because("some.new_reason") == "Stripe’s reason: some: new reason."


def test_an_odd_report_is_bounded() -> None:
    """However much somebody sends, and null where a list would be."""
    asked = reports.asked({"currently_due": ["k" * 500] * 500, "past_due": None, "errors": None})
    assert asked == {"currently_due": ["k" * 100] * reports.MOST_ASKED}
    assert Report(True, True, True, None, None, asked).due == ["k" * 100]


async def test_looking_only_is_for_every_partner_and_the_books_stay_right(site: Site) -> None:
    """Who may not act sees no button; that nobody else comes in is asked by the access table."""
    family = await make_family(account=None)
    browser = await make_finance(site, family)
    assert "Connect with Stripe" in await standing_at(browser, family)
    await Charity.get(fund=family.charity)
    assert (await books.prove(PROOFS)).problems == []
