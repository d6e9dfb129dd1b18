"""What is said with a gift, changed from the receipt; and all the gifts of who has signed in."""

from datetime import UTC, datetime
from typing import Any

import pytest

from fundraising.donations.models import Donation, MessageState
from fundraising.funds.models import Fund, Hider
from fundraising.payments import books
from fundraising.payments.models import Payment
from fundraising.rooms import PROOFS
from tests.conftest import Site
from tests.looking import page_of, words_of
from tests.makers import Family, make_donation, make_family, make_gift, make_person, sign_in


async def said(family: Family, **said: Any) -> Donation:
    """A paid gift with words."""
    return await Donation.get(
        payment=await make_gift(family.runner, family.charity, **{"message": "Run well!", "name": "Ada"} | said)
    )


async def change(site: Site, donation: Donation, **typed: str) -> None:
    """Send the form of the receipt."""
    answer = await site.browser.post(f"/donations/{donation.token}/words", data={"name": "Ada"} | typed)
    assert answer.status_code == 303, words_of(answer.text)
    assert answer.headers["location"] == f"/donations/{donation.token}?said=words"
    await donation.refresh_from_db()


async def test_name_message_and_what_is_hidden_change_and_the_page_follows(site: Site) -> None:
    """The amount still counts."""
    family = await make_family()
    donation = await said(family)
    path = f"/pages/{family.runner.slug}/gifts"
    assert "Run well!" in await page_of(site, path)
    await change(site, donation, name="Ada B.", message="Zedoary!")
    source = await page_of(site, path)
    assert "Zedoary!" in source
    assert "Ada B." in source
    assert "Run well!" not in source
    await change(site, donation, message="Zedoary!", hide_name="on", hide_amount="on")
    source = await page_of(site, path)
    assert "Somebody kind" in source
    assert "Ada" not in source
    assert (await books.prove(PROOFS)).problems == []


@pytest.mark.parametrize("of", ["runner", "event"])
async def test_new_words_wait_where_words_wait(site: Site, of: str) -> None:
    """Hiding the amount does not make the old ones wait; nor does saying nothing."""
    family = await make_family()
    donation = await said(family)
    await Fund.filter(id=getattr(family, of).id).update(messages_wait=True)
    await change(site, donation, message="Run well!", hide_amount="on")
    assert donation.message_state is MessageState.SHOWN
    await change(site, donation, message="Zedoary!")
    assert donation.message_state is MessageState.WAITING
    await change(site, donation, message="")
    assert donation.message_state is MessageState.SHOWN


async def test_what_was_hidden_stays_so_whatever_it_says_now(site: Site) -> None:
    """Name and words; who hid it may show it again."""
    family = await make_family()
    donation = await said(family, message_state=MessageState.HIDDEN, hidden_by=Hider.ORGANISER)
    await change(site, donation, name="Zedoary", message="Zedoary")
    assert (donation.message_state, donation.hidden_by) == (MessageState.HIDDEN, Hider.ORGANISER)
    assert "Zedoary" not in await page_of(site, f"/pages/{family.runner.slug}/gifts")


async def test_a_name_is_needed_and_what_was_typed_is_still_there(site: Site) -> None:
    """Nothing has changed."""
    donation = await said(await make_family())
    answer = await site.browser.post(f"/donations/{donation.token}/words", data={"name": " ", "message": "Zedoary"})
    assert answer.status_code == 422
    assert "Please tell us your name." in words_of(answer.text)
    assert ">Zedoary</textarea>" in answer.text
    assert (await Donation.get()).message == "Run well!"


async def test_all_gifts_of_an_address_stand_by_tax_year_each_with_its_receipt(site: Site) -> None:
    """With Gift Aid or not, less what went back; of another address none; the sheet says the same."""
    family = await make_family(name="=Sam")
    days = {"first": datetime(2026, 4, 5, 22, 59, tzinfo=UTC), "later": datetime(2026, 4, 5, 23, 30, tzinfo=UTC)}
    tokens = {}
    for name, at in days.items():
        donation = await said(family, email="Ada@Example.org", gift_aid=name == "first", pence=2000)
        await Payment.filter(id=donation.payment_id).update(paid_at=at)
        tokens[name] = donation.token
    await said(family, email="bea@example.org")
    browser = await sign_in(site.browser, await make_person("ada@example.org"))
    text = words_of((await browser.get("/account/gifts")).text)
    assert "Tax year 2026/27" in text  # half past midnight in London
    assert "Tax year 2025/26 £20 given, £20 of it with Gift Aid." in text
    assert f"/donations/{tokens['later']}" in (await browser.get("/account/gifts")).text
    sheet = await browser.get("/account/gifts/2025.csv")
    assert sheet.headers["content-type"].startswith("text/csv")
    assert sheet.content.decode("utf-8-sig").splitlines()[1].startswith("2026-04-05,'=Sam,")
    paper = await browser.get("/account/gifts/2025.pdf")
    assert paper.content.startswith(b"%PDF")
    assert (await browser.get("/account/gifts/2020.csv")).status_code == 404
    assert (await site.browser.get("/account/gifts")).status_code == 303


async def test_a_receipt_is_printed_in_any_letters_and_only_once_it_is_one(site: Site) -> None:
    """Kept by nobody on the way."""
    family = await make_family(name="محمد عبد الله")
    donation = await said(family, name="王小明 " + "W" * 40, gift_aid=True, cover_pence=58, pence=2558, gift_pence=2500)
    paper = await site.browser.get(f"/donations/{donation.token}/receipt.pdf")
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.headers["cache-control"] == "no-store"
    waiting = await Donation.get(payment=await make_donation(family.runner, family.charity))
    assert (await site.browser.get(f"/donations/{waiting.token}/receipt.pdf")).status_code == 404
    assert (await site.browser.get("/donations/" + "x" * 32 + "/receipt.pdf")).status_code == 404
