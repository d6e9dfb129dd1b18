"""Thank-you page and living receipt: truthful at every moment, and the letter with it."""

import email
from email import policy

from fundraising.donations.models import Donation
from fundraising.mail.models import Letter
from fundraising.mail.post import PostOffice, send_due
from fundraising.payments.models import Payment, PaymentState
from fundraising.sandbox import Manner, Order
from tests.conftest import Site
from tests.fundraising.donations.test_donate import post, session_in
from tests.makers import make_family


async def receipt(site: Site) -> str:
    """The receipt of the only donation, as text."""
    answer = await site.browser.get(f"/donations/{(await Donation.get()).token}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in answer.headers["x-robots-tag"]
    return " ".join(answer.text.split())


async def letters(site: Site) -> list[str]:
    """Send what is due; the texts of all letters, newest first."""
    office = PostOffice(site.house.settings)
    await send_due(site.house.scribe, office)
    found = [email.message_from_bytes(path.read_bytes(), policy=policy.default) for path in office.kept()]
    bodies = [letter.get_body(("plain",)) for letter in found]
    return [" ".join(body.get_content().split()) for body in bodies if body]


async def test_a_gift_is_on_its_way_until_it_is_received(site: Site) -> None:
    """The return page records nothing; the event does."""
    family = await make_family()
    session = session_in(await post(site, family))
    site.sandbox.deliver(Manner(Order.NEVER))
    await site.sandbox.pay(session)
    text = await receipt(site)
    assert "Thank you" in text
    assert "on its way" in text
    assert "£25" in text
    assert "Received" not in text
    assert 'data-look="1000"' in text
    assert (await Payment.get()).state is PaymentState.OPEN


async def test_when_the_event_never_comes_the_return_page_has_stripe_asked(site: Site) -> None:
    """Through the same door as the events."""
    family = await make_family()
    site.sandbox.deliver(Manner(Order.NEVER))
    await site.sandbox.pay(session_in(await post(site, family)))
    await receipt(site)
    await site.work()
    text = await receipt(site)
    assert "Received" in text
    assert 'data-look="5000"' in text
    assert (await site.total(f"/pages/{family.runner.slug}"))["raised_pence"] == 2500


async def test_a_received_gift_names_the_statement_and_later_the_fee(site: Site) -> None:
    """SECOND WIND on the statement; 58p kept, £24.42 net."""
    family = await make_family()
    await site.sandbox.pay(session_in(await post(site, family)))
    await site.deliver()
    text = await receipt(site)
    assert "SECOND WIND" in text
    assert "exact fee is known soon" in text
    await site.work()
    text = await receipt(site)
    assert "Stripe kept £0.58; £24.42 goes to" in text


async def test_a_bank_debit_is_on_its_way_for_days_and_then_received_or_refused(site: Site) -> None:
    """Neither is claimed before it is true."""
    family = await make_family()
    session = session_in(await post(site, family))
    await site.sandbox.pay(session, "bank_debit")
    await site.deliver()
    assert "some working days" in await receipt(site)
    await site.sandbox.settle_bank_debit(session, succeed=False)
    await site.deliver()
    text = await receipt(site)
    assert "The bank refused it" in text
    assert "Nothing has been taken" in text
    assert "One more nudge" not in text
    assert await Letter.all().values_list("template", flat=True) == ["bounced"]
    told = await letters(site)
    assert "refused the £25 that you wanted to give" in told[0]
    assert f"/pages/{family.runner.slug}/donate" in told[0]


async def test_a_refund_shows_and_is_told_by_letter(site: Site) -> None:
    """Part of it, then the rest."""
    family = await make_family()
    session = session_in(await post(site, family))
    await site.sandbox.pay(session)
    await site.deliver()
    intent = site.sandbox.read(session)["payment_intent"]
    await site.sandbox.refund(intent, 1000)
    await site.deliver()
    text = await receipt(site)
    assert "partly gone back" in text
    assert "£15</strong> <span>of £25 still stands" in text
    assert "Refunded</b>: £10" in text
    await site.work()
    assert "Stripe kept £0.58; £14.42 stays with" in await receipt(site)
    await site.sandbox.refund(intent)
    await site.deliver()
    text = await receipt(site)
    assert "Your gift has gone back" in text
    assert "One more nudge" not in text
    assert sorted(await Letter.all().values_list("template", flat=True)) == ["gone_back", "gone_back", "receipt"]


async def test_a_dispute_shows_what_the_bank_did(site: Site) -> None:
    """Taken back, and given back after we won."""
    family = await make_family()
    session = session_in(await post(site, family))
    await site.sandbox.pay(session)
    await site.deliver()
    dispute = await site.sandbox.dispute(site.sandbox.read(session)["payment_intent"])
    await site.deliver()
    assert "Taken back by your bank" in await receipt(site)
    await site.sandbox.close_dispute(dispute["id"], won=True)
    await site.deliver()
    assert "Given back by your bank" in await receipt(site)
    won, asked, received = await letters(site)
    assert "has returned from your bank, so that £25 of it stands now" in won
    assert "Your bank has asked for £25 of your gift" in asked
    assert received.startswith("Dear Ada Example, thank you.")
    assert (await site.total(f"/pages/{family.runner.slug}"))["raised_pence"] == 2500


async def test_the_letter_is_written_with_the_payment_and_sent_once(site: Site) -> None:
    """Text and HTML, with the way to the living receipt."""
    family = await make_family()
    await site.sandbox.pay(session_in(await post(site, family, cover_fee="on")))
    await site.deliver()
    letter = await Letter.get()
    assert (letter.recipient, letter.sent_at) == ("ada@example.org", None)
    await site.work()
    office = PostOffice(site.house.settings)
    assert await send_due(site.house.scribe, office) == 0
    (path,) = office.kept()
    sent = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    text, html = (sent.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert sent["subject"] == f"Thank you: £25.58 for {family.runner.name}"
    assert sent["to"] == "ada@example.org"
    for body in (text, html):
        assert f"http://run.test/donations/{(await Donation.get()).token}" in body
        assert "£0.58" in body
        assert "SECOND WIND" in body
    assert "&" not in text
    await letter.refresh_from_db()
    assert letter.sent_at is not None


async def test_a_receipt_shows_of_the_address_only_its_beginning(site: Site) -> None:
    """Whoever is shown the link need not learn the address."""
    family = await make_family()
    await site.sandbox.pay(session_in(await post(site, family)))
    await site.deliver()
    text = await receipt(site)
    assert "a••@example.org" in text
    assert "ada@example.org" not in text


async def test_an_unknown_receipt_is_not_found(site: Site) -> None:
    """Whatever its length."""
    for token in ("x", "a" * 32, "a" * 500, "%00"):  # the last one ends the transaction of the test
        assert (await site.browser.get(f"/donations/{token}")).status_code == 404
