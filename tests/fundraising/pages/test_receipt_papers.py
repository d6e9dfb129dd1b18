"""A receipt on paper: one page, whatever stands on it, true at the moment at which it is printed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from fundraising.donations.models import Declaration, Donation
from fundraising.donations.receipt import Receipt
from fundraising.donations.tax_years import TaxYear
from fundraising.donations.yearly import Gift, Year
from fundraising.funds.addresses import Seen
from fundraising.funds.models import FundKind
from fundraising.pages.printing import Paper, press
from fundraising.pages.receipt_papers import receipt_paper, year_paper
from fundraising.payments.models import Kind, Payment, PaymentState, Purpose, Transfer
from fundraising.settings import Settings
from fundraising.store.ids import new_id

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
FUND = Seen(
    1, FundKind.RUNNER, "ada", "Ada Example", "Because I can.", "gbp", 50_000, 1_250, 0, 1, 1, "open", "", 1, None, None,
    None, None, None,
)  # fmt: skip
CHARITY = replace(FUND, id=2, kind=FundKind.CHARITY, slug="second-wind", name="Second Wind")


def made(name: str = "Winifred Askew", **paid: Any) -> Receipt:
    """A gift that has arrived."""
    payment = Payment(**{
        "id": new_id(), "purpose": Purpose.DONATION, "amount_pence": 2558, "currency": "gbp", "livemode": False,
        "state": PaymentState.PAID, "attempt": new_id(), "fingerprint": "", "idempotency_key": "", "paid_at": NOW,
        "fee_pence": 58, "net_pence": 2500, "account": "acct_1", "refunded_pence": 0, "disputed_pence": 0,
    } | paid)  # fmt: skip
    donation = Donation(
        id=new_id(), token="x" * 32, name=name, email="", gift_pence=2500, cover_pence=58, contact_wording="v"
    )
    return Receipt(donation, payment, FUND, CHARITY, [], [], [], "SECOND WIND", "")


def declared(**given: Any) -> Declaration:
    """A declaration."""
    return Declaration(id=new_id(), charity_name="C", wording="I", made_at=NOW, **given)


def told(settings: Settings, receipt: Receipt) -> str:
    """What stands on the paper."""
    return receipt_paper(settings, receipt, "", NOW).facts.decode()


def pages(paper: Paper) -> int:
    """How many pages it has: of several, several pictures are made."""
    made = press(replace(paper, form="png"))
    return 1 if isinstance(made, bytes) else len(made)


@pytest.mark.parametrize("name", ["W" * 60, "محمد عبد الله بن صالح", "王小明", "", "Winifred 🏃 Askew"])
def test_the_longest_receipt_stays_on_one_page(settings: Settings, name: str) -> None:
    """With ten gifts paid in one go, and as much gone back as ever does."""
    whole = made(name, refunded_pence=1000)
    back = [Transfer(kind=Kind.REFUND, pence=200, currency="gbp", happened_at=NOW) for _ in range(5)]
    parts = [{"fund": "M" * 60, "amount_pence": 100, "token": "t"} for _ in range(10)]
    long = replace(FUND, name="N" * 80)
    everything = replace(whole, back=back, parts=parts, declarations=[declared()], fund=long)
    assert pages(receipt_paper(settings, everything, "Registered charity in England and Wales, 1234567", NOW)) == 1


def test_the_path_of_the_money_is_as_far_as_it_is(settings: Settings) -> None:
    """On its way, kept apart, paid out; Gift Aid none, not claimed, claimed, received, cancelled."""
    assert '"on its way"' in told(settings, made())
    assert '"kept apart by the organiser until then"' in told(settings, made(account=None))
    assert '"Friday 27 November 2026"' in told(settings, made(paid_out_at=NOW + timedelta(days=7)))
    claimed = {"claimed_on": date(2026, 12, 1)}
    for declarations, sentence in (
        ([], '"none"'),
        ([declared(cancelled_at=NOW)], '"none"'),
        ([declared()], "£6.39, not claimed yet"),
        ([declared(**claimed)], "£6.39, claimed Tuesday 1 December 2026"),
        ([declared(**claimed, received_on=date(2027, 1, 4))], "received Monday 4 January 2027"),
        ([declared(**claimed, cancelled_at=NOW)], "after it was claimed"),
    ):
        assert sentence in told(settings, replace(made(), declarations=declarations))


def test_a_year_of_many_gifts_goes_over_pages(settings: Settings) -> None:
    """With both sums on the first."""
    gift = Gift("t", date(2026, 5, 1), "M" * 60, "", "C" * 60, "runner", "gbp", 2000, 1500, True, "")
    year = Year(TaxYear(2026), [gift] * 60 + [replace(gift, gift_aid=False)])
    paper = year_paper(settings, year, "Winifred Askew", NOW)
    assert '"£900"' in paper.facts.decode()
    assert '"£915"' in paper.facts.decode()
    assert pages(paper) > 1
