"""What is said with a gift: in whose honour, for which company, who is related to the runner, who may write."""

import re

import pytest

from fundraising.donations import wording
from fundraising.donations.models import Declaration, Donation, MessageState
from fundraising.funds.addresses import path_of
from fundraising.funds.models import Fund
from fundraising.mail.models import Letter
from fundraising.pages.models import PledgePage
from fundraising.payments.models import Payment
from tests.conftest import Site
from tests.fundraising.donations.test_donate import post, session_in
from tests.makers import Family, gift, make_family, make_gift

ADDRESS = {"first_name": "Ada", "last_name": "Example", "house": "1", "postcode": "M25 2SW"}
AIDED = {"gift_aid": "on", **ADDRESS}


async def funded_family() -> Family:
    """A runner whose place the charity pays for."""
    family = await make_family(name="Ruth Walker", account=None)
    await PledgePage.filter(fund_id=family.runner.id).update(charity_funded=True)
    return family


async def test_whom_a_gift_honours_stands_with_it_and_in_the_letter(site: Site) -> None:
    """On the page, in every list above it, and in the receipt."""
    family = await make_family()
    session = session_in(await post(site, family, in_honour_of="  Grandad\n Joe ", message="For him"))
    await site.sandbox.pay(session)
    await site.deliver()
    for fund in family.all:
        for page in (path_of(fund.kind, fund.slug), f"{path_of(fund.kind, fund.slug)}/gifts"):
            assert "With <bdi>Grandad Joe</bdi> in mind" in (await site.browser.get(page)).text, page
    letter = await Letter.get(template="receipt")
    words = await site.house.scribe.compose(1, "", letter.template, letter.facts)
    assert words is not None
    for kind in ("plain", "html"):
        assert "with Grandad Joe in mind" in words.get_body((kind,)).get_content()  # type: ignore[union-attr]


async def test_a_company_stands_in_place_of_who_gave(site: Site) -> None:
    """In lists and in the sentence that is read out; the person is known to the receipt alone."""
    family = await make_family()
    await site.sandbox.pay(session_in(await post(site, family, company="Example & Sons", name="Ada Person")))
    await site.deliver()
    for fund in family.all:
        text = (await site.browser.get(path_of(fund.kind, fund.slug))).text
        assert "Example &amp; Sons</bdi>" in text
        assert "Example &amp; Sons has given" in text
        assert "Ada Person" not in text


async def test_who_hides_the_name_hides_company_and_honour_with_it(site: Site) -> None:
    """As the form says; a message that somebody has to look at first holds the honour back too."""
    family = await make_family()
    said = {"company": "Example & Sons", "in_honour_of": "Grandad Joe"}
    await make_gift(family.runner, family.charity, name="Ada Person", hide_name=True, **said)
    await make_gift(family.runner, family.charity, message_state=MessageState.WAITING, in_honour_of="Granny Jo")
    for page in (f"/pages/{family.runner.slug}", f"/events/{family.event.slug}/gifts"):
        text = (await site.browser.get(page)).text
        assert "Somebody kind" in text
        assert not re.search(r"Example &amp; Sons|Grandad Joe|Ada Person|Granny Jo", text)
    form = (await site.browser.get(f"/pages/{family.runner.slug}/donate")).text
    assert "whom you honour are hidden with it" in form


async def test_words_wait_where_an_event_wants_it_whoever_they_honour(site: Site) -> None:
    """A name in a honour is words of a stranger too."""
    family = await make_family()
    await Fund.filter(id=family.event.id).update(messages_wait=True)
    session_in(await post(site, family, message="", in_honour_of="Grandad Joe"))
    assert (await Donation.get()).message_state is MessageState.WAITING


async def test_a_company_cannot_add_gift_aid(site: Site) -> None:
    """The form says why beside the box, and what reaches the charity is reckoned without it."""
    family = await make_family()
    answer = await post(site, family, company="Example & Sons", **AIDED)
    assert answer.status_code == 422
    assert "gift_aid-error" in answer.text
    assert "sets it against its own tax" in answer.text
    assert await Payment.all().count() == 0
    told = {"amount": "20", "gift_aid": "on", "company": "Example & Sons"}
    costs = await site.browser.get(f"/pages/{family.runner.slug}/donate/costs", params=told)
    assert "HMRC" not in costs.text
    session_in(await post(site, family, company="Example & Sons"))


async def test_only_a_charity_funded_place_asks_who_is_related(site: Site) -> None:
    """Elsewhere the question is not there, and an answer means nothing."""
    family = await make_family()
    assert "close family" not in (await site.browser.get(f"/pages/{family.runner.slug}/donate")).text
    session_in(await post(site, family, is_connected="yes", **AIDED))
    donation = await Donation.get()
    assert (donation.gift_aid, donation.is_connected) == (True, None)
    funded = await funded_family()
    page = (await site.browser.get(f"/pages/{funded.runner.slug}/donate")).text
    assert "Are you <bdi>Ruth Walker</bdi>, or close family?" in page
    assert not re.search(r"<input[^>]*is_connected[^>]*checked", page)


@pytest.mark.parametrize(
    ("typed", "gift_aid", "connected"),
    [
        ({"is_connected": "no", **AIDED}, True, False),
        ({"is_connected": "yes", **AIDED}, False, True),
        ({"is_connected": "yes", "gift_aid": "on"}, False, True),
        ({}, False, None),
    ],
)
async def test_a_relative_gives_without_gift_aid(
    site: Site, typed: dict[str, str], gift_aid: bool, connected: bool | None
) -> None:
    """The gift is taken all the same, and no address is wanted for it; who adds no Gift Aid need not say."""
    family = await funded_family()
    session_in(await post(site, family, **typed))
    donation, payment = await Donation.get(), await Payment.get()
    assert (donation.gift_aid, payment.gift_aid, donation.is_connected) == (gift_aid, gift_aid, connected)
    assert await Declaration.all().count() == gift_aid
    if connected:
        again = await site.browser.get(f"/pages/{family.runner.slug}/donate", params={"again": donation.token})
        assert 'value="yes" checked' in again.text


async def test_who_adds_gift_aid_there_has_to_say(site: Site) -> None:
    """With a sentence beside the question, and what is reckoned follows the answer."""
    family = await funded_family()
    answer = await post(site, family, **AIDED)
    assert answer.status_code == 422
    assert 'id="is_connected-error"' in answer.text
    for said, shown in (("no", True), ("yes", False)):
        told = {"amount": "20", "gift_aid": "on", "is_connected": said}
        costs = await site.browser.get(f"/pages/{family.runner.slug}/donate/costs", params=told)
        assert ("HMRC" in costs.text) is shown


async def test_only_a_runner_is_allowed_to_tell_how_it_goes(site: Site) -> None:
    """A box that nobody has ticked beforehand; the version of its sentence is kept."""
    family = await make_family(name="Ruth Walker")
    sentence = wording.UPDATES.format(runner="Ruth Walker")
    assert sentence in (await site.browser.get(f"/pages/{family.runner.slug}/donate")).text
    assert "how it goes" not in (await site.browser.get(f"/teams/{family.team.slug}/donate")).text
    session_in(await post(site, family, updates_ok="on"))
    session_in(await post(site, family, email="other@example.org"))
    session_in(
        await site.browser.post(f"/teams/{family.team.slug}/donate", data=gift(updates_ok="on", email="x@example.org"))
    )
    allowed = [(one.updates_ok, one.updates_wording) for one in await Donation.all().order_by("created_at")]
    assert allowed == [(True, wording.UPDATES_VERSION), (False, wording.UPDATES_VERSION), (False, "")]


async def test_who_walks_away_finds_all_of_it(site: Site) -> None:
    """Honour, company, and what was allowed."""
    family = await make_family()
    session_in(await post(site, family, in_honour_of="Grandad Joe", company="Example Ltd", updates_ok="on"))
    token = (await Donation.get()).token
    page = (await site.browser.get(f"/pages/{family.runner.slug}/donate", params={"again": token})).text
    assert 'value="Grandad Joe"' in page
    assert 'value="Example Ltd"' in page
    assert re.search(r'name="updates_ok" value="on" checked', page)
    assert re.search(r"<details open>\s*<summary>In honour", page)


async def test_the_declaration_is_what_the_rules_want(site: Site) -> None:
    """Charity, this gift only, tax, in the sentence that was shown; a name and an address with it."""
    family = await make_family()
    session_in(await post(site, family, **AIDED))
    declared = await Declaration.get()
    page = (await site.browser.get(f"/pages/{family.runner.slug}/donate")).text
    assert declared.wording in page.replace("&#39;", "'")
    for part in (family.charity.name, "this gift only", "Income Tax and/or Capital Gains Tax", "my responsibility"):
        assert part in declared.wording
    assert declared.wording_version == wording.GIFT_AID_VERSION
