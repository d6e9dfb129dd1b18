"""What becomes of a page whose runner does not run: paused, kept or given to the team; donors are told once."""

import asyncio
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser

import asyncpg
import pytest

from fundraising.donations.models import Donation
from fundraising.funds.models import Fund, FundMove, FundState
from fundraising.funds.moving import FundStays, move_fund
from fundraising.mail.models import Letter
from fundraising.pages.fate import NoTeam, PageFate, settle_page
from fundraising.pages.models import PledgePage
from fundraising.payments import books
from fundraising.payments.batch import take_in
from fundraising.payments.models import Payment, PaymentState
from fundraising.rooms import TELLERS
from fundraising.store.database import transaction
from tests.conftest import Site
from tests.fundraising.donations.test_donate import post, session_in
from tests.fundraising.funds.test_counting import totals, until_somebody_waits
from tests.looking import must_refuse_gifts, page_of, words_of
from tests.makers import Family, arrival, make_donation, make_family, make_gift, refund_of, session_of


async def settle(page: Fund, fate: PageFate) -> None:
    """The fate of a page, decided in a transaction of its own."""
    async with transaction() as deciding:
        await settle_page(deciding, page.id, fate, "Ben")


async def letters(site: Site) -> dict[str, str]:
    """What was sent, by the address; the texts of several to one are put together."""
    await site.work()
    sent: dict[str, str] = {}
    for path in site.house.doors.office.kept():
        letter = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        body = str(letter.get_body(("plain",)).get_content())  # type: ignore[union-attr]
        sent[letter["to"]] = sent.get(letter["to"], "") + f"{letter['subject']}\n{body}"
    return sent


async def test_a_paused_page_takes_no_gifts_and_counts_where_it_did(site: Site) -> None:
    """It says so, and the team's total stands."""
    family = await make_family(name="Ben Behind")
    await make_gift(family.runner, family.charity, 1000)
    await settle(family.runner, PageFate.PAUSED)
    await must_refuse_gifts(site, f"/pages/{family.runner.slug}", "Ben is not running this time.")
    assert [total[0] for total in await totals([family.runner, family.team])] == [1000, 1000]
    assert (await Fund.get(id=family.runner.id)).state is FundState.PAUSED


async def test_a_page_that_is_kept_raises_on_and_no_longer_for_the_team(site: Site) -> None:
    """By a move that stands in the team's history."""
    family = await make_family(name="Ben Behind")
    await make_gift(family.runner, family.charity, 1000)
    await settle(family.runner, PageFate.KEPT)
    assert (await site.browser.get(f"/pages/{family.runner.slug}/donate")).status_code == 200
    await make_gift(family.runner, family.charity, 50)
    assert [total[0] for total in await totals([family.runner, family.team, family.charity])] == [1050, 0, 1050]
    assert (await FundMove.get()).raised_pence == 1000
    assert (await books.prove()).ok


async def test_what_is_left_to_the_team_stays_with_it_for_good(site: Site) -> None:
    """The page is closed, and moves nowhere any more; what goes back later still leaves the team's total."""
    family = await make_family(name="Ben Behind")
    payment = await make_gift(family.runner, family.charity, 1000)
    await settle(family.runner, PageFate.TEAM)
    await must_refuse_gifts(site, f"/pages/{family.runner.slug}", "What was given here stays with the team")
    for fate in PageFate:
        await settle(family.runner, fate)  # it has had its fate
    with pytest.raises(FundStays):
        async with transaction() as moving:
            await move_fund(moving, family.runner.id, None)
    assert [total[0] for total in await totals([family.runner, family.team])] == [1000, 1000]
    await take_in([arrival("refund.created", refund_of(payment, 300))], {})
    assert [total[0] for total in await totals([family.runner, family.team])] == [700, 700]
    assert (await books.prove()).ok


@pytest.mark.usefixtures("database")
async def test_a_page_without_a_team_cannot_be_left_to_one() -> None:
    """Nothing has changed then."""
    family = await make_family()
    await Fund.filter(id=family.runner.id).update(team_id=None)
    with pytest.raises(NoTeam):
        await settle(family.runner, PageFate.TEAM)
    assert (await Fund.get(id=family.runner.id)).state is FundState.OPEN


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("fate", list(PageFate))
async def test_a_page_that_nobody_may_see_stays_unseen(fate: PageFate) -> None:
    """A child's that was never agreed to, for example."""
    family = await make_family(state=FundState.HIDDEN)
    await PledgePage.filter(fund=family.runner).update(waits_for_guardian=True)
    await settle(family.runner, fate)
    assert (await Fund.get(id=family.runner.id)).state is FundState.HIDDEN


async def given(family: Family) -> None:
    """Gifts of four people; one gave twice, one had all of it back, one has not paid, one was erased."""
    for name, email in (("Ada", "ada@example.org"), ("Ada", "ADA@example.org"), ("Bob", "bob@example.org")):
        await make_gift(family.runner, family.charity, 1000, name=name, email=email)
    partly = await Payment.get(donation__email="bob@example.org")
    whole = await make_gift(family.runner, family.charity, 1000, name="Cy", email="cy@example.org")
    await make_donation(family.runner, family.charity, 1000, name="Di", email="di@example.org")
    erased = await make_gift(family.runner, family.charity, 1000)
    await make_gift(family.team, family.charity, 1000, name="Eve", email="eve@example.org")
    await Donation.filter(payment=erased).update(email="", name="Somebody kind")
    refunds = [
        arrival("refund.created", refund_of(payment, 1000 if payment is whole else 400)) for payment in (partly, whole)
    ]
    await take_in(refunds, {})


@pytest.mark.parametrize(
    ("fate", "said"),
    [
        (PageFate.PAUSED, "still counts for the team"),
        (PageFate.KEPT, "It no longer counts for the team"),
        (PageFate.TEAM, "counts for the team for good"),
    ],
)
async def test_each_donor_is_told_once(site: Site, fate: PageFate, said: str) -> None:
    """Each address, in whatever case it was typed; not who has had all of it back, has not paid, or was erased."""
    family = await make_family(name="Ben Behind")
    await given(family)
    await settle(family.runner, fate)
    await settle(family.runner, fate)
    sent = await letters(site)
    assert {to.lower() for to in sent} == {"ada@example.org", "bob@example.org"}
    assert len(sent) == 2
    for text in sent.values():
        assert text.count("\nDear ") == 1
        assert said in text
        assert "Ben Behind" in text
        assert family.charity.name in text
        assert f"{family.team.name}" in text
        assert "/donations/" in text
        assert ("takes no more gifts" in text) is (fate is PageFate.PAUSED)
        assert (f"/pages/{family.runner.slug}" in text) is (fate is PageFate.KEPT)


async def test_a_letter_names_neither_a_private_team_nor_a_hidden_page(site: Site) -> None:
    """Also when they were hidden between the fact and the letter."""
    family = await make_family(name="Quokkabrook")
    await Fund.filter(id=family.team.id).update(name="Xylophage")
    await make_gift(family.runner, family.charity, 1000)
    for fate in PageFate:
        async with transaction() as deciding:
            await Fund.filter(id=family.runner.id).update(state=FundState.OPEN, team_id=family.team.id)
            await settle_page(deciding, family.runner.id, fate, "Quokkabrook")
    await Fund.filter(id__in=[family.runner.id, family.team.id]).update(state=FundState.HIDDEN)
    (text,) = (await letters(site)).values()
    assert text.count("Dear ") == 3
    assert "Quokkabrook" not in text
    assert "Xylophage" not in text
    assert "the runner, to whose page you gave" in text


async def test_who_is_about_to_pay_finds_the_session_ended(site: Site) -> None:
    """Nothing is taken for a page that takes nothing."""
    family = await make_family()
    session = session_in(await post(site, family))
    await settle(family.runner, PageFate.PAUSED)
    await site.work()
    assert site.sandbox.read(session)["status"] == "expired"
    assert (await Payment.get()).state is PaymentState.EXPIRED


async def test_who_pays_on_a_page_that_is_kept_goes_on(site: Site) -> None:
    """The session stays open."""
    family = await make_family()
    session = session_in(await post(site, family))
    await settle(family.runner, PageFate.KEPT)
    await site.work()
    await site.sandbox.pay(session)
    await site.deliver()
    assert [total[0] for total in await totals([family.runner, family.team])] == [2500, 0]


async def test_a_gift_that_begins_while_the_page_is_paused_is_refused(own_database: str, committed_site: Site) -> None:
    """It waits until it is known, and then finds the page paused: no gap between looking and writing."""
    family = await make_family()
    deciding = await asyncpg.connect(own_database)
    async with deciding.transaction():
        await settle_page(deciding, family.runner.id, PageFate.PAUSED, "Ben")
        giving = asyncio.create_task(post(committed_site, family))
        await until_somebody_waits(own_database)
        assert not giving.done()
    await deciding.close()
    answer = await giving
    assert answer.status_code == 409
    assert "Ben is not running this time." in words_of(answer.text)
    assert await Payment.all().count() == 0


async def test_a_gift_that_has_begun_is_ended_by_the_pause_that_waits_for_it(
    own_database: str, committed_site: Site
) -> None:
    """The other way round: whoever was first is seen by whoever comes second."""
    family = await make_family()
    session = session_in(await post(committed_site, family))
    deciding = await asyncpg.connect(own_database)
    async with deciding.transaction():
        await settle_page(deciding, family.runner.id, PageFate.PAUSED, "Ben")
    await deciding.close()
    await committed_site.work()
    assert committed_site.sandbox.read(session)["status"] == "expired"


async def test_what_was_on_its_way_still_counts(site: Site) -> None:
    """A bank that was paying already is not stopped; the gift reaches the charity."""
    family = await make_family()
    payment = await make_donation(family.runner, family.charity, 1000)
    await settle(family.runner, PageFate.PAUSED)
    await take_in([arrival("checkout.session.completed", session_of(payment))], TELLERS)
    assert [total[0] for total in await totals([family.runner, family.team])] == [1000, 1000]
    assert await Letter.filter(template="receipt").count() == 1
    assert "£10" in await page_of(site, f"/pages/{family.runner.slug}")


async def test_what_befalls_a_page_that_was_taken_off_the_site_holds_once_it_is_shown_again(database: None) -> None:
    """No room brings it back by saying how it stands."""
    family = await make_family(name="Ben Behind")
    hidden = {"state": FundState.HIDDEN, "hidden_at": datetime.now(UTC), "hidden_by": "organiser"}
    await Fund.filter(id=family.runner.id).update(**hidden, behind=FundState.OPEN)
    await settle(family.runner, PageFate.PAUSED)
    await family.runner.refresh_from_db()
    assert (family.runner.state, family.runner.behind) == (FundState.HIDDEN, FundState.PAUSED)
    await Fund.filter(id=family.runner.id).update(state=FundState.OPEN)
    await family.runner.refresh_from_db()
    assert (family.runner.state, family.runner.behind) == (FundState.HIDDEN, FundState.OPEN)
