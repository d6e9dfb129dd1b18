"""Anybody reports; organiser, partner and runner decide, each within their reach; the money stays in any case."""

from email import policy
from email.parser import BytesParser
from uuid import UUID

import httpx
import pytest

from charities.models import Charity, Partner
from fundraising.donations.models import Donation, MessageState
from fundraising.funds.models import Fund, FundState, OldAddress
from fundraising.mail.models import Letter
from fundraising.moderation.looking import tell_organisers
from fundraising.moderation.models import Report
from fundraising.pages.models import PageUpdate, PledgePage
from fundraising.payments.models import Payment
from fundraising.people.models import Person
from fundraising.people.records import erase
from fundraising.rooms import make_records
from teams.roster.models import Team
from tests.conftest import Site
from tests.looking import page_of, words_of
from tests.makers import Family, make_family, make_gift, make_person, sign_in

DESK = "/organiser/reports"


@pytest.fixture
async def family(site: Site) -> Family:
    """A runner with a page of their own, in a team with a captain, for a charity with a partner."""
    made = await make_family(name="Ben Behind")
    await PledgePage.filter(fund=made.runner).update(person=await make_person("ben@example.org"))
    await Team.filter(fund=made.team).update(captain=await make_person("cap@example.org"))
    await Partner.create(charity=await Charity.get(fund=made.charity), person=await make_person("par@example.org"))
    return made


async def browser_of(site: Site, email: str) -> httpx.AsyncClient:
    """Somebody, signed in."""
    person = await Person.get_or_none(email=email) or await make_person(email, is_organiser=email.startswith("org"))
    return await sign_in(site.browser, person)


async def said(family: Family, **given: str) -> tuple[Payment, Donation]:
    """A gift to the runner with words, and what is said with it."""
    payment = await make_gift(
        family.runner, family.charity, 1000, **{"name": "Wherryman", "message": "Zedoary"} | given
    )
    return payment, await Donation.get(payment=payment)


async def letters(site: Site) -> dict[str, str]:
    """What was sent, by the address."""
    await site.work()
    sent: dict[str, str] = {}
    for path in site.house.doors.office.kept():
        letter = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        body = str(letter.get_body(("plain",)).get_content())  # type: ignore[union-attr]
        sent[letter["to"]] = sent.get(letter["to"], "") + f"{letter['subject']}\n{body}"
    return sent


async def test_a_message_is_reported_from_beside_it_and_hidden_with_one_tap(site: Site, family: Family) -> None:
    """Name and words are gone from every page, the gift counts; who reported it hears so, and is forgotten."""
    payment, donation = await said(family)
    for path in (f"/pages/{family.runner.slug}", f"/events/{family.event.slug}", f"/teams/{family.team.slug}/gifts"):
        link = f"{'/'.join(path.split('/')[:3])}/report?gift={payment.id.hex}"
        assert f'href="{link}"' in await page_of(site, path)
        assert "Zedoary" in (await site.browser.get(link)).text
    form = {"gift": payment.id.hex, "reason": "It is rude.", "email": "Mia@example.org"}
    for _ in range(2):  # the button was pressed twice
        sent = await site.browser.post(f"/events/{family.event.slug}/report", data=form)
        assert sent.status_code == 303, words_of(sent.text)
        assert sent.headers["location"] == f"/events/{family.event.slug}/report?sent=1"
    assert "Thank you for telling us" in (await site.browser.get(sent.headers["location"])).text
    report = await Report.get()
    assert (report.donation_id, report.fund_id, report.email) == (donation.id, family.event.id, "mia@example.org")
    organiser = await browser_of(site, "org@example.org")
    shown = words_of((await organiser.get(DESK)).text)
    assert "It is rude. (wants to hear)" in shown
    assert "Wherryman to Ben Behind" in shown
    assert (await organiser.post(f"{DESK}/messages/{donation.id}/hide")).status_code == 303
    for path in (f"/pages/{family.runner.slug}", f"/events/{family.event.slug}/gifts"):
        source = await page_of(site, path)
        assert "Zedoary" not in source
        assert "Wherryman" not in source
        assert "£10" in source
    assert (await site.browser.get(f"/pages/{family.runner.slug}/report?gift={payment.id.hex}")).status_code == 404
    assert "it is hidden now" in (await letters(site))["mia@example.org"]
    await report.refresh_from_db()
    assert (report.answer, report.email) == ("hidden", "")
    assert "Nothing was reported." in words_of((await organiser.get(DESK)).text)
    assert (
        (await organiser.post(f"{DESK}/messages/{donation.id}/show?hidden"))
        .headers["location"]
        .startswith(f"{DESK}/hidden")
    )
    assert "Zedoary" in await page_of(site, f"/pages/{family.runner.slug}")


async def test_what_is_kept_stays_and_its_reporter_hears_so(site: Site, family: Family) -> None:
    """Several reports of one thing are one case, answered together."""
    payment, donation = await said(family)
    for reason, email in (("Rude.", "mia@example.org"), ("Spam?", "")):
        form = {"gift": payment.id.hex, "reason": reason, "email": email}
        await site.browser.post(f"/pages/{family.runner.slug}/report", data=form)
    organiser = await browser_of(site, "org@example.org")
    page = (await organiser.get(DESK)).text
    assert page.count('id="case-') == 1
    assert "Rude." in page
    assert "Spam?" in page
    await organiser.post(f"{DESK}/messages/{donation.id}/keep")
    assert "it stays" in (await letters(site))["mia@example.org"]
    assert await Report.filter(answer="kept").count() == 2
    assert "Zedoary" in await page_of(site, f"/pages/{family.runner.slug}")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"reason": " "}, "Please say in a few words"),
        ({"reason": "x", "email": "mia"}, "Please enter an e-mail address"),
    ],
)
async def test_a_report_that_makes_no_sense_comes_back_as_it_was_typed(
    site: Site, family: Family, given: dict[str, str], sentence: str
) -> None:
    """With a sentence beside what needs another look."""
    answer = await site.browser.post(f"/pages/{family.runner.slug}/report", data=given)
    assert answer.status_code == 422
    assert sentence in words_of(answer.text)
    assert not await Report.exists()


async def test_only_what_is_shown_there_can_be_reported(site: Site, family: Family) -> None:
    """Nothing of another page, of a hidden gift, of a sponsor, or of nonsense; and an event's page is its organiser's."""
    other = await make_family(account=None)
    elsewhere = await make_gift(other.runner, other.charity, 500, message="Elsewhere")
    nameless = await make_gift(family.runner, family.charity, 500, hide_name=True)
    at = f"/pages/{family.runner.slug}/report"
    for gift in (elsewhere.id.hex, nameless.id.hex, "x", str(UUID(int=1))):
        assert (await site.browser.get(f"{at}?gift={gift}")).status_code == 404, gift
        assert (await site.browser.post(at, data={"gift": gift, "reason": "R"})).status_code == 404, gift
    assert (await site.browser.get(f"/events/{family.event.slug}/report")).status_code == 404
    assert (await site.browser.get(at)).status_code == 200


async def test_a_runner_hides_what_was_said_on_their_page_and_nowhere_else(site: Site, family: Family) -> None:
    """And shows it again; but not what the organiser has hidden, nor what still waits."""
    payment, donation = await said(family)
    runner, organiser = await browser_of(site, "ben@example.org"), await browser_of(site, "org@example.org")
    at = f"/pages/{family.runner.slug}/messages/{donation.id}"
    assert f'action="{at}/hide"' in (await runner.get(f"/pages/{family.runner.slug}/report?gift={payment.id.hex}")).text
    assert (await runner.post(f"{at}/hide")).status_code == 303
    assert "Zedoary" not in await page_of(site, f"/pages/{family.runner.slug}")
    assert (await runner.post(f"{at}/show")).status_code == 303
    assert "Zedoary" in await page_of(site, f"/pages/{family.runner.slug}")
    for act, offered in (("hide", "You have hidden this"), ("show", "Something wrong with it?")):
        assert "Zedoary" in (page := (await runner.get((await runner.post(f"{at}/{act}")).headers["location"])).text)
        assert offered in page
    await organiser.post(f"{DESK}/messages/{donation.id}/hide")
    listed = words_of((await runner.get(f"/pages/{family.runner.slug}/supporters")).text)
    assert "The organiser has taken this message off the page." in listed
    assert "Zedoary" not in listed
    await runner.post(f"{at}/hide")  # changes nothing about whose it is
    refused = await runner.post(f"{at}/show")
    assert refused.status_code == 403
    assert "Only they can show it again." in words_of(refused.text)
    elsewhere = await Donation.get(payment=await make_gift(family.team, family.charity, 500, message="Team talk"))
    assert (await runner.post(f"/pages/{family.runner.slug}/messages/{elsewhere.id}/hide")).status_code == 404
    await Donation.filter(id=donation.id).update(message_state=MessageState.WAITING, hidden_by=None)
    assert (await runner.post(f"{at}/show")).status_code == 403
    await Fund.filter(id=family.runner.id).update(messages_wait=True)
    await runner.post(f"{at}/hide")
    await runner.post(f"{at}/show")
    assert (await Donation.get(id=donation.id)).message_state is MessageState.WAITING  # hiding is no way round


async def test_words_that_wait_are_shown_or_hidden_with_one_tap_each_or_all_at_once(site: Site, family: Family) -> None:
    """Only those that were paid for are listed."""
    ids = []
    for n in range(3):
        _, donation = await said(family, name=f"Giver {n}", message=f"Word {n}")
        ids.append(donation.id)
    await Donation.filter(id__in=ids).update(message_state=MessageState.WAITING)
    organiser = await browser_of(site, "org@example.org")
    page = (await organiser.get(DESK)).text
    assert page.count('id="waits-') == 3
    assert "Show all 3 above" in page
    await organiser.post(f"{DESK}/messages/{ids[0]}/hide")
    await organiser.post(f"{DESK}/messages", data={f"gift-{id_.hex}": "on" for id_ in ids[1:]})
    source = await page_of(site, f"/pages/{family.runner.slug}")
    assert [f"Word {n}" in source for n in range(3)] == [False, True, True]
    assert "Giver 0" not in source
    assert "No message waits." in words_of((await organiser.get(DESK)).text)


async def test_an_organiser_lets_words_wait_in_an_event_and_no_more(site: Site, family: Family) -> None:
    """By one switch."""
    organiser = await browser_of(site, "org@example.org")
    at = f"{DESK}/events/{family.event.id}"
    for data, waits in (({"wait": "on"}, True), ({}, False)):
        await organiser.post(at, data=data)
        assert (await Fund.get(id=family.event.id)).messages_wait is waits
    assert (await organiser.post(f"{DESK}/events/{family.runner.id}", data={"wait": "on"})).status_code == 404


@pytest.mark.parametrize(("kind", "owner"), [("runner", "ben@example.org"), ("team", "cap@example.org")])
async def test_a_page_is_taken_off_the_site_with_a_reason_and_put_back(
    site: Site, family: Family, kind: str, owner: str
) -> None:
    """Its gifts count, it takes none; who looks after it hears why and answers; nothing of it is named meanwhile."""
    fund: Fund = getattr(family, kind)
    path = f"/{'pages' if kind == 'runner' else 'teams'}/{fund.slug}"
    await make_gift(fund, family.charity, 1000)
    await site.browser.post(f"{path}/report", data={"reason": "An advert.", "email": "mia@example.org"})
    organiser, keeper = await browser_of(site, "org@example.org"), await browser_of(site, owner)
    because = {"because": "It advertises shoes."}
    assert (await organiser.post(f"{DESK}/pages/{fund.id}/hide", data=because)).status_code == 303
    for below in ("", "/donate", "/gifts", "/total.json", "/preview.png"):
        assert (await site.browser.get(path + below)).status_code == 404, below
    assert fund.name not in await page_of(site, f"/events/{family.event.slug}")
    assert (await site.total(f"/events/{family.event.slug}"))["raised_pence"] == 1000
    sent = await letters(site)
    assert "It advertises shoes." in sent[owner]
    assert f"{path}/hidden" in sent[owner]
    assert "it is hidden now" in sent["mia@example.org"]
    assert fund.name not in sent["mia@example.org"]
    assert "It advertises shoes." in (await keeper.get(f"{path}/hidden")).text
    assert (await keeper.post(f"{path}/hidden", data={"reason": ""})).status_code == 422
    await keeper.post(f"{path}/hidden", data={"reason": "I took it out."})
    assert "Your answer is there." in (await keeper.get(f"{path}/hidden")).text
    shown = words_of((await organiser.get(DESK)).text)
    assert "Who looks after it answers" in shown
    assert "I took it out." in shown
    await Fund.filter(id=fund.id).update(state=FundState.OPEN)  # whatever other rooms say
    assert (await site.browser.get(path)).status_code == 404
    await organiser.post(f"{DESK}/pages/{fund.id}/show")
    site.house.pages.cache.forget(None)
    assert (await site.browser.get(path)).status_code == 200
    assert (await site.browser.get(f"{path}/donate")).status_code == 200
    assert "is back" in (await letters(site))[owner]
    assert (await keeper.get(f"{path}/hidden")).headers["location"] == path


async def test_a_page_that_was_private_comes_back_private(site: Site, family: Family) -> None:
    """And what its runner decided meanwhile holds."""
    organiser = await browser_of(site, "org@example.org")
    await organiser.post(f"{DESK}/pages/{family.runner.id}/hide")
    await Fund.filter(id=family.runner.id).update(state=FundState.HIDDEN)  # it is private now
    await organiser.post(f"{DESK}/pages/{family.runner.id}/show")
    assert (await Fund.get(id=family.runner.id)).state is FundState.HIDDEN


async def test_a_page_that_nobody_has_reported_is_taken_off_by_its_address(site: Site, family: Family) -> None:
    """Of runners and teams only."""
    organiser = await browser_of(site, "org@example.org")
    await OldAddress.create(kind="runner", slug="ben-before", fund=family.runner)
    form = {"page": "http://run.test/pages/ben-before/?from=chat", "because": "It is not theirs."}
    assert (await organiser.post(f"{DESK}/pages", data=form)).status_code == 303
    assert (await Fund.get(id=family.runner.id)).hidden_because == "It is not theirs."
    for page in (f"/events/{family.event.slug}", "/pages/nobody", "nonsense"):
        answer = await organiser.post(f"{DESK}/pages", data=form | {"page": page})
        assert answer.status_code == 422, page


async def test_a_partner_decides_for_their_charity_and_sees_no_hidden_name(site: Site, family: Family) -> None:
    """Not for another one, and not over the organiser; the organiser may undo it."""
    partner, organiser = await browser_of(site, "par@example.org"), await browser_of(site, "org@example.org")
    other = await make_family(account=None)
    foreign = await Donation.get(payment=await make_gift(other.runner, other.charity, 500, message="Foreign"))
    payment, donation = await said(family, hide_name="on")
    at = f"/charities/{family.charity.slug}/desk/words"
    for id_ in (payment.id, foreign.payment_id):
        fund = family.runner if id_ == payment.id else other.runner
        await site.browser.post(f"/pages/{fund.slug}/report", data={"gift": id_.hex, "reason": "Hm."})
    page = (await partner.get(at)).text
    assert "Zedoary" in page
    assert "Wherryman" not in page
    assert "Foreign" not in page
    assert "Wherryman" in (await organiser.get(DESK)).text
    assert (await partner.post(f"{at}/messages/{foreign.id}/hide")).status_code == 404
    assert (await partner.post(f"{at}/pages/{other.runner.id}/hide")).status_code == 404
    assert (await partner.post(f"{at}/messages/{donation.id}/hide")).status_code == 303
    assert (await Donation.get(id=donation.id)).hidden_by == "partner"
    assert (await organiser.post(f"{DESK}/messages/{donation.id}/show")).status_code == 303
    await organiser.post(f"{DESK}/messages/{donation.id}/hide")
    assert (await partner.post(f"{at}/messages/{donation.id}/show")).status_code == 403
    await organiser.post(f"{DESK}/pages/{family.runner.id}/hide")
    assert (await partner.post(f"{at}/pages/{family.runner.id}/show")).status_code == 403
    assert (await partner.get(f"{at}/hidden")).status_code == 200


async def test_organisers_get_one_letter_for_all_that_has_come(site: Site, family: Family) -> None:
    """None while nothing has, and none again before four hours are over and something new has come."""
    await make_person("org@example.org", is_organiser=True)
    await tell_organisers()
    assert not await Letter.filter(template="to_look_at").exists()
    payment, _ = await said(family)
    for reason in ("One.", "Two."):
        form = {"gift": payment.id.hex, "reason": reason}
        await site.browser.post(f"/pages/{family.runner.slug}/report", data=form)
        await tell_organisers()
    assert await Letter.filter(template="to_look_at").count() == 1
    assert "1 thing was reported" in (await letters(site))["org@example.org"]


async def test_a_report_is_handed_out_to_its_writer_and_forgotten_with_them(site: Site, family: Family) -> None:
    """What was reported is still looked at, without anybody's words."""
    form = {"reason": "I am Mia and I mind.", "email": "mia@example.org"}
    await site.browser.post(f"/pages/{family.runner.slug}/report", data=form)
    await erase(make_records(site.house.settings), "mia@example.org")
    report = await Report.get()
    assert (report.email, report.answer) == ("", None)
    assert "Mia" not in report.reason


async def test_a_match_follows_when_its_giver_hides_the_amount_later(site: Site, family: Family) -> None:
    """Else what the pot has added would tell it."""
    from fundraising.matching.adding import add_for
    from tests.fundraising.matching.making import make_pot

    await make_pot(family.event)
    payment = await make_gift(family.runner, family.charity, 1337)
    await make_gift(family.runner, family.charity, 400)
    await add_for(None)
    assert (await page_of(site, f"/pages/{family.runner.slug}/gifts")).count("£13.37") == 2
    await Donation.filter(payment=payment).update(hide_amount=True)
    assert "£13.37" not in await page_of(site, f"/pages/{family.runner.slug}/gifts")


async def test_news_is_reported_hidden_and_shown_again_like_words(site: Site, family: Family) -> None:
    """What the organiser has hidden, no partner shows; who reported it hears."""
    page = await PledgePage.get(fund=family.runner)
    news = await PageUpdate.create(page=page, text="Grumblewort, twice a day.")
    at = f"/pages/{family.runner.slug}"
    assert f'href="{at}/report?news={news.id}"' in await page_of(site, at)
    assert "Grumblewort" in (await site.browser.get(f"{at}/report?news={news.id}")).text
    form = {"news": str(news.id), "reason": "It is about medicine.", "email": "mia@example.org"}
    assert (await site.browser.post(f"{at}/report", data=form)).status_code == 303
    organiser, partner = await browser_of(site, "org@example.org"), await browser_of(site, "par@example.org")
    words = f"/charities/{family.charity.slug}/desk/words"
    for browser, desk in ((organiser, DESK), (partner, words)):
        assert "It is about medicine." in (await browser.get(desk)).text
    assert (await partner.post(f"{words}/news/{news.id}/hide")).status_code == 303
    assert (await organiser.post(f"{DESK}/news/{news.id}/show")).status_code == 303
    assert (await organiser.post(f"{DESK}/news/{news.id}/hide")).status_code == 303
    assert (await partner.post(f"{words}/news/{news.id}/show")).status_code == 403
    assert "Grumblewort" not in await page_of(site, at)
    for gone in (f"?news={news.id}", "?news=x", "?news=99999"):
        assert (await site.browser.get(f"{at}/report{gone}")).status_code == 404, gone
    assert "about news on the page of Ben Behind" in (await letters(site))["mia@example.org"]
    assert "Grumblewort" in (await organiser.get(f"{DESK}/hidden")).text
