"""A gift that is asked back: who hears of it, what is answered, and that money moves once, by Stripe's event."""

import asyncio
from typing import Any

import httpx
import pytest

from charities.models import Charity, Partner, Role
from fundraising.donations.models import Donation
from fundraising.donations.refunding import refusal
from fundraising.mail.models import Letter
from fundraising.payments import books
from fundraising.payments.models import Kind, Payment, Purpose, Transfer
from fundraising.people.models import Session
from fundraising.rooms import PROOFS
from fundraising.sandbox import Manner, Order, Trouble, Wrong
from tests.conftest import Site
from tests.fundraising.donations.test_donate import post, session_in, session_in_url
from tests.fundraising.payments.test_checkout import open_session
from tests.looking import words_of
from tests.makers import Family, make_family, make_gift, make_person, make_together, sign_in

WHY = "I meant to give £2.50, sorry!"


async def organiser(site: Site, **signed: Any) -> httpx.AsyncClient:
    """The browser of an organiser."""
    return await sign_in(site.browser, await make_person("organiser@example.org", is_organiser=True), **signed)


async def asked(site: Site, family: Family, **typed: str) -> Donation:
    """A gift that was paid, and is asked back."""
    await site.sandbox.pay(session_in(await post(site, family, **typed)))
    await site.deliver()
    await site.work()
    donation = await Donation.all().order_by("-created_at").first()
    assert donation
    answer = await site.browser.post(f"/donations/{donation.token}/refund", data={"reason": WHY})
    assert answer.status_code == 303, words_of(answer.text)
    assert answer.headers["location"] == f"/donations/{donation.token}?said=refund"
    await donation.refresh_from_db()
    return donation


async def answer(browser: httpx.AsyncClient, donation: Donation, how: str, **typed: str) -> httpx.Response:
    """Send one of the two forms of the desk."""
    assert donation.refund_asked_at
    seen = {"seen": donation.refund_asked_at.isoformat()}
    return await browser.post(f"/organiser/refunds/{donation.id}/{how}", data=seen | typed)


async def told() -> list[tuple[str, str]]:
    """Templates and recipients of letters about requests."""
    rows = await Letter.filter(template__startswith="refund").order_by("template", "recipient")
    return [(row.template, row.recipient) for row in rows]


async def right() -> bool:
    """The books, donations included."""
    assert (await books.prove(PROOFS)).problems == []
    return True


async def receipt(site: Site, donation: Donation) -> str:
    """What the receipt says."""
    return words_of((await site.browser.get(f"/donations/{donation.token}")).text)


async def test_a_request_is_told_to_organisers_and_the_charitys_money_people_once(site: Site) -> None:
    """Partners learn neither name nor address; who may only look hears nothing; a second press changes nothing."""
    family, desk = await make_family(), await organiser(site)
    charity = await Charity.get(fund=family.charity)
    for email, role in (("money@example.org", Role.FINANCE), ("looks@example.org", Role.VIEW)):
        await Partner.create(charity=charity, person=await make_person(email), role=role)
    donation = await asked(site, family)
    await site.browser.post(f"/donations/{donation.token}/refund", data={"reason": "again"})
    assert await told() == [("refund_asked", "organiser@example.org"), ("refund_asked_of", "money@example.org")]
    await donation.refresh_from_db()
    assert donation.refund_reason == WHY
    assert "You asked for it back on" in await receipt(site, donation)
    listed = words_of((await desk.get("/organiser/refunds")).text)
    assert "Ada Example" in listed
    assert "I meant to give £2.50" in listed
    assert "what supporters ask back: 1 waits for an answer" in words_of((await desk.get("/organiser")).text)


async def test_where_nobody_organises_yet_the_sender_of_letters_hears_of_it(site: Site) -> None:
    """Nobody's request is lost."""
    await asked(site, await make_family())
    assert await told() == [("refund_asked", "hello@example.org")]


async def test_what_is_granted_goes_back_by_stripes_event_alone(site: Site) -> None:
    """The key stands before Stripe is asked; total, receipt and letter follow the event; twice pressed is once."""
    family, desk = await make_family(), await organiser(site)
    donation = await asked(site, family)
    done = await answer(desk, donation, "grant", amount="20")
    assert done.headers["location"] == "/organiser/refunds?said=granted"
    await donation.refresh_from_db()
    assert (donation.refund_granted_pence, donation.refund_key[:7]) == (2000, "refund-")
    await site.deliver()
    assert "Granted on" in await receipt(site, donation)
    again = await answer(desk, donation, "grant", amount="5")
    assert again.status_code == 409
    assert "Somebody has answered this request" in words_of(again.text)
    await site.work()
    assert (await Payment.get()).refunded_pence == 2000
    assert (await site.total(f"/pages/{family.runner.slug}"))["raised_pence"] == 500
    assert await Transfer.filter(kind=Kind.REFUND).count() == 1
    assert len(site.sandbox.listed("refund")) == 1
    assert await Letter.filter(template="gone_back").count() == 1
    text = await receipt(site, donation)
    assert "Refunded : £20" in text
    assert "£20 back to the way you paid with" in text
    assert await right()


async def test_a_refusal_is_told_with_its_sentence_and_the_gift_may_be_asked_back_anew(site: Site) -> None:
    """An answer to the first request is none to the second."""
    family, desk = await make_family(), await organiser(site)
    donation = await asked(site, family)
    empty = await answer(desk, donation, "refuse", answer=" ")
    assert empty.status_code == 422
    assert (await answer(desk, donation, "refuse", answer="It is spent.")).status_code == 303
    assert ("refund_refused", "ada@example.org") in await told()
    assert "It is spent." in await receipt(site, donation)
    await site.browser.post(f"/donations/{donation.token}/refund", data={"reason": "Please."})
    assert (await answer(desk, donation, "refuse", answer="No.")).status_code == 409
    await donation.refresh_from_db()
    assert (donation.refund_reason, donation.refund_answer, donation.refund_answered_at) == ("Please.", "", None)
    assert (await site.total(f"/pages/{family.runner.slug}"))["raised_pence"] == 2500


async def test_while_stripe_is_away_the_answer_is_kept_and_given_once_later(site: Site) -> None:
    """The desk says so; the job asks with the same key."""
    family, desk = await make_family(), await organiser(site)
    donation = await asked(site, family)
    site.sandbox.fail_next(Trouble(Wrong.STATUS, status=500, times=9, path="/v1/refunds"))
    kept = await answer(desk, donation, "grant", amount="25")
    assert kept.headers["location"] == "/organiser/refunds?said=kept"
    page = words_of((await desk.get(kept.headers["location"])).text)
    assert "Your answer is kept" in page
    assert "not gone back yet" in page
    site.sandbox.fail_no_more()
    await site.work()
    await site.work()
    assert [refund["amount"] for refund in site.sandbox.listed("refund")] == [2500]
    assert (await site.total(f"/pages/{family.runner.slug}"))["raised_pence"] == 0
    assert await right()


async def test_what_stripe_refuses_is_open_again(site: Site) -> None:
    """A gift that a bank has taken back already; Stripe's own words say why."""
    family, desk = await make_family(), await organiser(site)
    donation = await asked(site, family)
    intent = site.sandbox.read((await Payment.get()).session_id or "")["payment_intent"]
    site.sandbox.deliver(Manner(Order.NEVER))
    await site.sandbox.dispute(intent)
    refused = await answer(desk, donation, "grant", amount="25")
    assert refused.status_code == 409
    assert "charged back" in words_of(refused.text)
    await donation.refresh_from_db()
    assert (donation.refund_answered_at, donation.refund_granted_pence, donation.refund_key) == (None, None, "")
    await site.work()
    assert site.sandbox.listed("refund") == []


@pytest.mark.parametrize(("amount", "status"), [("25.01", 409), ("0", 422), ("", 422), ("all", 422), ("-1", 422)])
async def test_no_more_goes_back_than_stands(site: Site, amount: str, status: int) -> None:
    """Nor nothing, nor nonsense; the request stays open."""
    family, desk = await make_family(), await organiser(site)
    donation = await asked(site, family)
    assert (await answer(desk, donation, "grant", amount=amount)).status_code == status
    await donation.refresh_from_db()
    assert donation.refund_answered_at is None


async def test_one_gift_of_several_goes_back_alone(site: Site) -> None:
    """From the payment that they all came by; the others stand."""
    family, desk = await make_family(), await organiser(site)
    whole, parts = await make_together(family.charity, [(family.runner, 1000), (family.team, 500)])
    await site.sandbox.pay(session_in_url(await open_session(site, whole)))
    await site.deliver()
    donation = await Donation.get(payment=parts[1])
    await site.browser.post(f"/donations/{donation.token}/refund", data={"reason": WHY})
    await donation.refresh_from_db()
    assert (await answer(desk, donation, "grant", amount="5")).status_code == 303
    await site.deliver()
    assert [(await Payment.get(id=part.id)).refunded_pence for part in parts] == [0, 500]
    assert "Paid in one go" in await receipt(site, donation)
    assert await right()


async def test_a_gift_that_went_back_at_stripe_is_asked_back_no_longer(site: Site) -> None:
    """Refunded as a whole from Stripe's own desk."""
    family, desk = await make_family(), await organiser(site)
    donation = await asked(site, family)
    await site.sandbox.refund(site.sandbox.read((await Payment.get()).session_id or "")["payment_intent"])
    await site.deliver()
    await donation.refresh_from_db()
    assert (donation.refund_granted_pence, donation.refund_key) == (2500, "")
    assert donation.refund_answered_at is not None
    assert "Nothing waits for an answer" in words_of((await desk.get("/organiser/refunds")).text)
    assert "Nothing of this gift stands" in await receipt(site, donation)


async def test_a_request_needs_a_reason(site: Site) -> None:
    """Nobody is told of an empty one."""
    family = await make_family()
    await make_gift(family.runner, family.charity)
    empty = await site.browser.post(f"/donations/{(await Donation.get()).token}/refund", data={"reason": " "})
    assert empty.status_code == 422
    assert "Please say in a few words why" in words_of(empty.text)
    assert await told() == []


def test_cash_and_matches_are_not_asked_back_here() -> None:
    """It says whom to ask."""
    assert "please ask whoever collected it" in refusal(Purpose.CASH, 100)
    assert "goes back by itself" in refusal(Purpose.MATCH, 100)
    assert refusal(Purpose.DONATION, 100) == ""


async def test_only_who_has_just_shown_a_second_factor_moves_money(site: Site) -> None:
    """Long ago is led to show it again; nothing happens to what was sent."""
    family, desk = await make_family(), await organiser(site)
    donation = await asked(site, family)
    await Session.all().update(strong_at=donation.created_at.replace(year=2020))
    looked = await desk.get(f"/organiser/refunds/{donation.id}")
    assert looked.headers["location"].startswith("/sign-in/step?")
    assert (await answer(desk, donation, "grant", amount="25")).status_code == 403
    await donation.refresh_from_db()
    assert donation.refund_answered_at is None


async def test_of_two_organisers_at_once_one_answers(committed_site: Site) -> None:
    """Granted and refused in the same moment: one of them, and the other is told."""
    site = committed_site
    family, desk = await make_family(), await organiser(site)
    donation = await asked(site, family)
    answers = await asyncio.gather(
        *(answer(desk, donation, "grant", amount="25") for _ in range(3)),
        *(answer(desk, donation, "refuse", answer="No.") for _ in range(3)),
    )
    assert sorted(one.status_code for one in answers) == [303, 409, 409, 409, 409, 409]
    await site.deliver()
    await donation.refresh_from_db()
    granted = donation.refund_granted_pence is not None
    assert len(site.sandbox.listed("refund")) == (1 if granted else 0)
    assert await right()
