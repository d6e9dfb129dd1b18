"""A claim from the period to the money: nothing claimed twice, nothing changed after, what goes back is taken off."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from charities.claims.models import Claim, ClaimedGift, ClaimLine, OverClaim
from charities.models import Charity, DonorLook, Partner, Role
from fundraising.donations.models import Declaration, Donation
from fundraising.payments.batch import take_in
from fundraising.payments.models import Payment
from tests.charities.claims.test_schedule import as_hmrc_reads
from tests.conftest import Site
from tests.looking import words_of
from tests.makers import Family, arrival, make_declaration, make_family, make_gift, make_person, refund_of, sign_in

TODAY = datetime.now(UTC).date()
PERIOD = {"first": (TODAY - timedelta(days=30)).isoformat(), "last": TODAY.isoformat()}


@dataclass
class Claiming:
    """A charity, and the browser of its finance partner."""

    family: Family
    browser: httpx.AsyncClient
    home: str

    async def aided(self, pence: int = 1000, **declared: Any) -> Payment:
        """A paid gift with a declaration."""
        names = {"title": "Dr", "first_name": "Ada", "last_name": "Byron-King", "house": "12"}
        runner, charity = self.family.runner, self.family.charity
        return await make_gift(runner, charity, pence, gift_aid=True, declared=names | declared)

    async def begin(self, **typed: str) -> str:
        """Begin a claim over the last days; where it is."""
        answer = await self.browser.post(self.home, data=PERIOD | typed)
        assert answer.status_code == 303, words_of(answer.text)
        return answer.headers["location"].split("?")[0]

    async def do(self, path: str, **typed: str) -> str:
        """Send a form of the claim; what its page says then."""
        answer = await self.browser.post(path, data=typed)
        if answer.status_code == 303:
            answer = await self.browser.get(answer.headers["location"])
        return words_of(answer.text)


@pytest.fixture
async def claiming(site: Site) -> Claiming:
    """Of a charity with nothing claimed yet."""
    family = await make_family()
    person = await make_person()
    await Partner.create(charity=await Charity.get(fund=family.charity), person=person, role=Role.FINANCE)
    return Claiming(family, await sign_in(site.browser, person), f"/charities/{family.charity.slug}/desk/gift-aid")


async def test_a_claim_goes_from_the_period_to_the_money(claiming: Claiming) -> None:
    """Begun, handed out in HMRC's file, sent, received; the donors' receipts follow, and every look is noted."""
    gift = await claiming.aided(1000)
    await make_gift(claiming.family.runner, claiming.family.charity, 5000)  # without Gift Aid
    assert "£10" in words_of((await claiming.browser.get(claiming.home)).text)
    claim = await claiming.begin()
    file = await claiming.browser.get(f"{claim}/schedule-1.ods")
    assert file.headers["content-type"] == "application/vnd.oasis.opendocument.spreadsheet"
    rows = as_hmrc_reads(file.content)
    assert rows[24][1:] == ["1", "Dr", "Ada", "Byron King", "12", "M25 2SW", "", "", f"{TODAY:%d/%m/%y}", "10.00"]
    assert len(rows) == 25
    assert (await claiming.browser.get(f"{claim}/schedule-2.ods")).status_code == 404
    assert "never changed" in await claiming.do(f"{claim}/claimed", on=TODAY.isoformat(), reference="IR1")
    declaration = await Declaration.get(donation__payment=gift)
    assert declaration.claimed_on == TODAY
    assert "£2.50 received" in await claiming.do(f"{claim}/received", on=TODAY.isoformat(), received="2.50")
    assert (await Declaration.get(donation__payment=gift)).received_on == TODAY
    assert await DonorLook.filter(what__startswith="HMRC schedule").count() == 1


async def test_nothing_is_claimed_twice(claiming: Claiming) -> None:
    """Neither while a draft is open, nor in the next claim; a gift left out or dropped may be claimed again."""
    await claiming.aided()
    claim = await claiming.begin()
    again = await claiming.browser.post(claiming.home, data=PERIOD)
    assert (again.status_code, "open already" in again.text) == (409, True)
    await claiming.do(f"{claim}/drop")
    claim = await claiming.begin()
    assert await ClaimedGift.all().count() == 1
    assert "No line is left" in await claiming.do(f"{claim}/lines/1/leave-out")
    await claiming.do(f"{claim}/drop")
    claim = await claiming.begin()
    await claiming.do(f"{claim}/claimed", on=TODAY.isoformat())
    nothing = await claiming.browser.post(claiming.home, data=PERIOD)
    assert (nothing.status_code, "Nothing to claim" in nothing.text) == (422, True)
    for path, typed in (
        ("drop", {}),
        ("lines/1/leave-out", {}),
        ("lines/1", {"first_name": "B"}),
        ("claimed", {"on": TODAY.isoformat()}),
    ):
        assert "has been sent" in await claiming.do(f"{claim}/{path}", **typed)
    assert (await ClaimLine.get()).first_name == "Ada"


async def test_a_gift_that_was_declared_anew_is_claimed_once_and_whole(claiming: Claiming) -> None:
    """The first declaration was cancelled before any claim: nothing is over-claimed by it."""
    gift = await claiming.aided(1000, cancelled_at=datetime.now(UTC), made_at=datetime.now(UTC) - timedelta(hours=1))
    await make_declaration(await Donation.get(payment=gift), claiming.family.charity, last_name="Lovelace")
    claim = await claiming.begin()
    assert (await ClaimLine.get()).last_name == "Lovelace"
    await claiming.do(f"{claim}/claimed", on=TODAY.isoformat())
    first, second = await Declaration.all().order_by("made_at")
    assert (first.claimed_on, second.claimed_on) == (None, TODAY)
    assert (await claiming.browser.post(claiming.home, data=PERIOD)).status_code == 422


async def test_what_goes_back_after_a_claim_is_taken_off_the_next_once(claiming: Claiming) -> None:
    """In its box of the first file; partly and then wholly, each part once."""
    gift = await claiming.aided(1001)
    claim = await claiming.begin()
    await claiming.do(f"{claim}/claimed", on=TODAY.isoformat())
    expected = (("301", 301, "0.75"), ("700", 700, "1.75"))
    for _, pence, box in expected:
        await take_in([arrival("refund.created", refund_of(gift, pence))], {})
        await claiming.aided(1000)
        later = await claiming.begin()
        assert as_hmrc_reads((await claiming.browser.get(f"{later}/schedule-1.ods")).content)[16][3] == box
        await claiming.do(f"{later}/claimed", on=TODAY.isoformat())
    await claiming.aided(1000)
    last = await claiming.begin()
    assert as_hmrc_reads((await claiming.browser.get(f"{last}/schedule-1.ods")).content)[16][3] == ""
    assert sum(over.pence for over in await OverClaim.all()) == 1001
    assert sum(over.tax_pence for over in await OverClaim.all()) == 1001 // 4


async def test_what_goes_back_from_a_draft_is_seen_before_it_is_sent(claiming: Claiming) -> None:
    """It cannot be sent as it was; brought up to date, it holds what stands."""
    partly, wholly = await claiming.aided(1000), await claiming.aided(2000)
    claim = await claiming.begin()
    await take_in([arrival("refund.created", refund_of(partly, 400)), arrival("refund.created", refund_of(wholly))], {})
    assert "2 gifts in it have gone back" in words_of((await claiming.browser.get(claim)).text)
    assert "Not yet" in await claiming.do(f"{claim}/claimed", on=TODAY.isoformat())
    await claiming.do(f"{claim}/catch-up")
    assert [line.pence for line in await ClaimLine.all()] == [600]
    assert (await Claim.get()).gifts_pence == 600
    assert "Marked as sent" in await claiming.do(f"{claim}/claimed", on=TODAY.isoformat())


async def test_a_line_that_hmrc_would_refuse_is_mended_or_left_out(claiming: Claiming) -> None:
    """The declaration stays as it was made; mistakes keep what was typed."""
    await claiming.aided(first_name="Александра", last_name="x" * 40)
    claim = await claiming.begin()
    assert "1 line to mend" in words_of((await claiming.browser.get(claim)).text)
    assert "would be refused" in await claiming.do(f"{claim}/claimed", on=TODAY.isoformat())
    long = await claiming.browser.post(f"{claim}/lines/1", data={"first_name": "y" * 36, "last_name": "Short"})
    assert (long.status_code, 'value="Short"' in long.text) == (422, True)
    await claiming.do(
        f"{claim}/lines/1", title="Ms", first_name="Alexandra", last_name="Short", house="1", postcode="m252sw"
    )
    line = await ClaimLine.get()
    assert (line.first_name, line.postcode) == ("Alexandra", "M25 2SW")
    assert (await Declaration.get()).first_name == "Александра"
    assert "Marked as sent" in await claiming.do(f"{claim}/claimed", on=TODAY.isoformat())


async def test_small_gifts_may_stand_together_and_a_donors_gifts_as_one(claiming: Claiming) -> None:
    """As it was ticked."""
    for pence in (500, 700, 4000, 4000):
        await claiming.aided(pence)
    claim = await claiming.begin(by_donor="on", small_together="on")
    rows = as_hmrc_reads((await claiming.browser.get(f"{claim}/schedule-1.ods")).content)[24:]
    assert sorted((row[7], row[10]) for row in rows) == [("", "80.00"), ("Online gifts of £30 or less, 1", "12.00")]


async def test_a_cancelled_declaration_is_in_no_claim(claiming: Claiming) -> None:
    """Nor is one of another charity, or of another time."""
    gift, other = await claiming.aided(), await make_family(account=None)
    await Declaration.filter(donation__payment=gift).update(cancelled_at=datetime.now(UTC))
    await make_gift(other.runner, other.charity, gift_aid=True)
    assert (await claiming.browser.post(claiming.home, data=PERIOD)).status_code == 422
    await claiming.aided()
    past = {"first": "2020-01-01", "last": "2020-12-31"}
    assert (await claiming.browser.post(claiming.home, data=past)).status_code == 422


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"first": "", "last": "2027-01-01"}, "Please enter a day"),
        ({"first": "2020-02-01", "last": "2020-01-01"}, "before the first"),
        ({"first": "2020-02-30", "last": "2020-03-01"}, "no such day"),
        ({"first": "2020-02-01", "last": f"{date.today().year + 2}-01-01"}, "still to come"),
    ],
)
async def test_an_odd_period_is_told(claiming: Claiming, typed: dict[str, str], said: str) -> None:
    """Beside the field, with what was typed."""
    answer = await claiming.browser.post(claiming.home, data=typed)
    assert answer.status_code == 422
    assert said in words_of(answer.text)
    assert re.search(f'name="last"[^>]*value="{typed["last"]}"', answer.text)


async def test_a_claim_is_nobody_elses(claiming: Claiming, site: Site) -> None:
    """The finance partner of another charity finds nothing of it, whatever the number."""
    await claiming.aided()
    await claiming.begin()
    other = await make_family(account=None)
    person = await make_person()
    await Partner.create(charity=await Charity.get(fund=other.charity), person=person, role=Role.FINANCE)
    theirs = await sign_in(site.browser, person)
    home = f"/charities/{other.charity.slug}/desk/gift-aid"
    for path in ("/1", "/1/schedule-1.ods", "/99999999999"):
        assert (await theirs.get(home + path)).status_code == 404
    assert (await theirs.post(home + "/1/drop")).status_code == 404
    assert "£10" not in words_of((await theirs.get(home)).text)
    assert await Claim.all().count() == 1
