"""Charities' own Stripe accounts: reports, goodbyes, payouts."""

import time
from html import unescape

import pytest

from fundraising.payments import books
from fundraising.payments.accounts import CannotConnect, connect
from fundraising.payments.batch import take_in
from fundraising.payments.models import ConnectedAccount, Kind, StripeEvent, Transfer
from tests.conftest import ACCOUNT, OTHER_ACCOUNT, Site
from tests.makers import arrival, make_family

pytestmark = pytest.mark.usefixtures("database")


def account(**given: object) -> dict[str, object]:
    """An account as Stripe reports it."""
    return {
        "id": ACCOUNT,
        "object": "account",
        "charges_enabled": True,
        "payouts_enabled": True,
        "details_submitted": True,
        "requirements": {"disabled_reason": None},
        "settings": {"payments": {"statement_descriptor": "NEW NAME"}},
    } | given


async def test_the_newest_report_counts_whenever_it_arrives() -> None:
    """An older one that comes late changes nothing."""
    await make_family()
    now = int(time.time())
    newer = arrival(
        "account.updated",
        account(charges_enabled=False, requirements={"disabled_reason": "listed"}),
        created=now,
    )
    older = arrival("account.updated", account(), created=now - 60)
    await take_in([newer], {})
    await take_in([older], {})
    kept = await ConnectedAccount.get()
    assert (kept.charges_enabled, kept.disabled_reason, kept.statement_name) == (False, "listed", "NEW NAME")
    assert "cannot take gifts" in (kept.closed_because() or "")


async def test_a_goodbye_closes_the_account() -> None:
    """Deauthorised: nothing more can be charged."""
    await make_family()
    await take_in([arrival("account.application.deauthorized", {"id": "ca_1", "object": "application"})], {})
    kept = await ConnectedAccount.get()
    assert kept.disconnected_at is not None
    assert "disconnected" in (kept.closed_because() or "")


async def test_a_report_under_another_accounts_name_is_set_aside() -> None:
    """The envelope and what is in it must agree."""
    await make_family()
    odd = arrival("account.updated", account(), account=OTHER_ACCOUNT)
    await take_in([odd], {})
    assert (await StripeEvent.get(id=odd.id)).state == "set_aside"


async def test_accounts_that_are_not_ours_are_ignored() -> None:
    """Kept, of no effect."""
    await make_family()
    for type_, thing in (
        ("account.updated", account(id="acct_stranger")),
        ("account.application.deauthorized", {"id": "ca_1"}),
        ("payout.paid", {"id": "po_1", "amount": 5, "currency": "gbp"}),
    ):
        foreign = arrival(type_, thing, account="acct_stranger")
        await take_in([foreign], {})
        assert (await StripeEvent.get(id=foreign.id)).state == "ignored"


@pytest.mark.parametrize("late", [True, False])
async def test_a_payout_moves_money_to_the_bank_and_a_failed_one_moves_it_back(late: bool) -> None:
    """In either order; no total moves."""
    family = await make_family()
    payout = {"id": "po_1", "object": "payout", "amount": 1234, "currency": "gbp"}
    story = [arrival("payout.paid", payout), arrival("payout.failed", payout)]
    for one in reversed(story) if late else story:
        await take_in([one], {})
    rows = await Transfer.all().order_by("id")
    fund, bank = f"fund:{family.charity.id}", f"charity_bank:{family.charity.id}"
    assert [(r.kind, r.debit_account, r.credit_account, r.pence) for r in rows] == [
        (Kind.PAYOUT, fund, bank, 1234),
        (Kind.PAYOUT_FAILED, bank, fund, 1234),
    ]
    await family.charity.refresh_from_db()
    assert family.charity.raised_pence == 0
    assert (await books.prove()).ok


async def test_a_payout_of_nothing_or_less_is_set_aside() -> None:
    """Stripe taking money from a bank is for a human."""
    await make_family()
    for pence in (0, -500):
        odd = arrival("payout.paid", {"id": f"po_{pence}", "amount": pence, "currency": "gbp"})
        await take_in([odd], {})
        assert (await StripeEvent.get(id=odd.id)).state == "set_aside"


@pytest.mark.parametrize("gone", ["charges_enabled", "payouts_enabled", "id"])
async def test_a_report_of_another_shape_is_set_aside_and_sinks_nobody(gone: str) -> None:
    """Its neighbour in the batch is taken in."""
    await make_family()
    odd = arrival("account.updated", {name: value for name, value in account().items() if name != gone})
    fine = arrival("account.updated", account(charges_enabled=False))
    await take_in([odd, fine], {})
    assert (await StripeEvent.get(id=odd.id)).reason.startswith("not shaped like account.updated")
    assert (await ConnectedAccount.get(stripe_id=ACCOUNT)).charges_enabled is False


async def test_a_charity_is_connected_to_its_own_account_and_gifts_go_there(site: Site) -> None:
    """As Stripe says that the account stands; twice is once."""
    family = await make_family(account=None)
    address, owed = f"/pages/{family.runner.slug}/donate", "taken on the organiser's account, kept apart as owed"
    assert owed in unescape((await site.browser.get(address)).text)
    for _ in range(2):
        made = await connect(site.house.doors.stripe, family.charity.slug, ACCOUNT)
    assert (made.charges_enabled, made.statement_name, made.closed_because()) == (True, "SECOND WIND", None)
    assert await ConnectedAccount.all().count() == 1
    assert owed not in unescape((await site.browser.get(address)).text)


@pytest.mark.parametrize(
    ("slug", "stripe_id", "why"),
    [
        ("nobody", ACCOUNT, "no charity at /charities/nobody"),
        (None, "acct_unknown1", "does not let us see acct_unknown1"),
        (None, "acct_/../x", "does not let us see"),
        (None, OTHER_ACCOUNT, f"{ACCOUNT} is connected already"),
    ],
)
async def test_what_does_not_go_together_is_not_connected(
    site: Site, slug: str | None, stripe_id: str, why: str
) -> None:
    """Nothing is changed, and a sentence says why."""
    family = await make_family(account=ACCOUNT if stripe_id == OTHER_ACCOUNT else None)
    with pytest.raises(CannotConnect, match=why):
        await connect(site.house.doors.stripe, slug or family.charity.slug, stripe_id)
    assert await ConnectedAccount.filter(stripe_id=stripe_id).count() == 0
