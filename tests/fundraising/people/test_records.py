"""My data: handed out whole and to nobody else; erased without a trace but for what the law wants kept."""

import csv
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import httpx

from charities.api.models import ApiKey, Endpoint
from charities.applying.models import Application
from charities.models import Charity, DonorLook, Partner, PartnerInvitation
from fundraising.donations.models import Donation
from fundraising.funds.models import Fund, OldAddress
from fundraising.mail.letters import NewLetter, write
from fundraising.mail.mine import TITLES
from fundraising.mail.models import Letter
from fundraising.mail.stopping import stop
from fundraising.moderation.models import Report
from fundraising.pages.models import Milestone, PageUpdate, PledgePage
from fundraising.payments.books import prove
from fundraising.payments.models import Kind, Payment, Transfer
from fundraising.people import records
from fundraising.people.data import in_cells
from fundraising.people.models import CodeApp, Passkey, Person, Session
from fundraising.pledges.models import Banking, CashGift, ResultPledge
from fundraising.rooms import PROOFS, make_records
from fundraising.settings import Settings
from fundraising.store.database import connection, transaction
from fundraising.store.ids import new_id
from fundraising.web.sealing import seal
from teams.entries.models import Credit, Entry, EntryState, Handover, Party, Waiting
from teams.events.models import Event, Question, QuestionKind
from teams.results.models import Result
from teams.roster.models import Invitation, JoinRequest, Seat, SeatOrder, Team, TeamFact
from teams.training.models import Enquiry, EnquiryKind, Interest
from tests.charities.connecting.making import make_bank_payout
from tests.conftest import Site
from tests.looking import words_of
from tests.makers import arrival, charge_of, gift, make_family, make_gift, make_person, sign_in
from tests.teams.entries.making import entry_form, make_open_event, race_of, runner
from tests.teams.entries.test_entering import pay, send

MARK = "zzmarkzz"  # stands in everything that somebody has typed
MINE, OTHERS = f"{MARK}@example.org", "friend@example.org"


async def scan(text: str) -> set[str]:
    """Tables in which a text stands, anywhere in any row."""
    async with connection() as reading:
        names = await reading.fetch(
            "select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'"
        )
        return {
            row["table_name"]
            for row in names
            if await reading.fetchval(
                f"select exists (select from {row['table_name']} t where t::text ilike '%' || $1 || '%')", text
            )
        }


async def make_entry(event: Event, settings: Settings, person: Person, mark: str, **given: Any) -> Entry:
    """A place, with everything typed."""
    race = given.pop("race", None) or await race_of(event)
    party = given.pop("party", None) or await Party.create(
        id=new_id(), attempt=uuid4(), fingerprint="x", event=event, person=person, token=uuid4().hex, fee_pence=0,
        team_name=f"Team {mark}",
    )  # fmt: skip
    question = await Question.create(event=event, label="Who cheers?", kind=QuestionKind.TEXT)
    waiver = await event.waivers.all().first()
    return await Entry.create(
        **{
            "id": new_id(), "party": party, "race": race, "person": person, "state": EntryState.PLACED, "waiver": waiver,
            "first_name": f"Ada {mark}", "last_name": f"Example {mark}", "email": person.email, "born_on": date(1990, 1, 2),
            "category": "female", "emergency_name": f"Sam {mark}", "emergency_phone": f"07700 {mark}"[:30],
            "club": f"Club {mark}", "answers": {str(question.id): f"all {mark}"}, "price_pence": 1300,
            "guardian_name": f"Pat {mark}", "guardian_email": person.email, "guardian_agreed_at": datetime.now(UTC),
            "medical": seal(settings, "medical", f"asthma {mark}".encode()), "medical_until": date(2030, 1, 1),
            "placed_at": datetime.now(UTC), "waived_at": datetime.now(UTC),
        }
        | given
    )  # fmt: skip


async def lead_a_team(fund: Fund, person: Person, entry: Entry, mark: str) -> None:
    """Somebody leads a team, sits in it, has paid for a seat, is invited to another one, and has asked to join."""
    email = person.email or ""
    team = await Team.get(fund=fund)
    await Team.filter(id=team.id).update(captain_id=person.id)
    order = await SeatOrder.create(id=new_id(), kind="seats", team=team, person=person, each_pence=1300)
    await Seat.create(team=team, state="joined", entry=entry, name=f"Ada {mark}", order=order)
    await TeamFact.create(team=team, kind="joined", name=f"Ada {mark} E.")
    invited = await Seat.create(team=team, state="invited", name=f"Ada {mark}")
    await Invitation.create(
        id=new_id(), seat=invited, nonce="x", token_hash=uuid4().hex, email=email.upper(), note=f"Do come, {mark}",
        expires_at=datetime.now(UTC) + timedelta(days=9),
    )  # fmt: skip
    await JoinRequest.create(id=new_id(), team=team, name=f"Ada {mark}", email=email)


async def _partner_life(charity: Charity, person: Person, mark: str) -> None:
    """What somebody leaves at a charity's desk."""
    await Partner.create(charity=charity, person=person)
    await Charity.filter(id=charity.id).update(contact_name=mark, contact_email=person.email)
    await DonorLook.create(charity=charity, person=person, what="donors", rows=1)
    await ApiKey.create(charity=charity, name="Site", start="rbr_", key_hash=uuid4().hex, made_by=person)
    await make_bank_payout(charity, person, uuid4().hex)
    await Endpoint.create(charity=charity, url="https://example.com/hook", secret=b"x", made_by=person)
    until = datetime.now(UTC) + timedelta(days=1)
    keys = {"nonce": "n", "token_hash": uuid4().hex}
    await PartnerInvitation.create(id=uuid4(), charity=charity, email=person.email, expires_at=until, **keys)
    applied = {"register": "none", "contact_name": mark, "email": person.email}
    await Application.create(id=uuid4(), name=mark, about=mark, **applied, **keys)


async def make_promises(fund: Fund, person: Person, mark: str) -> None:
    """Cash that somebody typed in, some of it paid in; and what they promised to another runner by result."""
    await CashGift.create(
        fund=fund, name=f"Friend {mark}", amount_pence=500, gift_aid=True, first_name=f"Friend {mark}", last_name="E",
        house=mark, postcode="M1 1AA", entered_by=person,
    )  # fmt: skip
    await Banking.create(
        fund=fund, amount_pence=500, reference="500001", banked_on=date(2026, 5, 1), made_by=person,
        refused_at=datetime.now(UTC), refused_because="It is not there.",
    )  # fmt: skip
    await ResultPledge.create(
        id=new_id(), fund=fund, token=uuid4().hex, name=f"Ada {mark}", email=person.email or "", rule="finish",
        rate_pence=500, cap_pence=500, confirmed_at=datetime.now(UTC),
    )  # fmt: skip


async def make_whole_life(settings: Settings, person: Person, mark: str) -> tuple[Event, Fund]:
    """A person of whom every room keeps something; and the fund that they gave to."""
    email = person.email or ""
    family = await make_family(
        account=None, name=f"Runner {mark}", slug=f"runner-{mark}-{uuid4().hex[:4]}", summary=f"For {mark}"
    )
    said = {"title": f"For {mark}", "in_memory_of": mark, "video": f"https://{mark}.example", "stopped_because": mark}
    await PledgePage.filter(fund=family.runner).update(person_id=person.id, story=f"Because {mark}.", **said)
    await OldAddress.create(kind="runner", slug=f"{mark}-before-{uuid4().hex[:4]}", fund=family.runner)
    payment = await make_gift(
        family.runner,
        family.charity,
        2500,
        name=f"Ada {mark}",
        email=email.upper(),
        message=f"Go {mark}!",
        gift_aid=True,
        declared={"first_name": f"Ada {mark}"},
        refund_asked_at=datetime.now(UTC),
        refund_reason=f"{mark} gave too much",
        refund_answered_at=datetime.now(UTC),
        refund_answer=f"No, {mark}",
    )
    page = await PledgePage.get(fund=family.runner)
    await PageUpdate.create(page=page, text=f"News of {mark}")
    await Milestone.create(page=page, percent=25, target_pence=10_000)
    await Donation.filter(payment=payment).update(
        thanks=f"Thank you, {mark}", thanked_at=datetime.now(UTC), updates_ok=True
    )
    event = await make_open_event()
    entry = await make_entry(event, settings, person, mark)
    result = await Result.create(entry=entry, outcome="finished", milliseconds=2, official_at=datetime.now(UTC))
    await Result.filter(id=result.id).update(because=f"First of {mark}")
    await Result.filter(id=result.id).update(
        milliseconds=1, because=f"Film of {mark}"
    )  # corrected: there are two versions
    await Credit.create(person=person, of=entry, pence=1300)
    await Handover.create(
        id=new_id(), entry=entry, email="third@example.org", token_hash=uuid4().hex, expires_at=datetime.now(UTC)
    )
    await Waiting.create(
        id=new_id(), race=await race_of(event, "team"), name=f"Ada {mark}", email=email, token=uuid4().hex
    )
    await lead_a_team(family.team, person, entry, mark)
    await Interest.create(event=event, email=email, name=f"Ada {mark}")
    enquiry = await Enquiry.create(
        id=new_id(),
        event=event,
        kind=EnquiryKind.SPONSOR,
        name=f"Ada {mark}",
        email=email,
        organisation=mark,
        message=mark,
    )
    await _partner_life(await Charity.get(fund=family.charity), person, mark)
    await Report.create(fund=family.runner, reason=mark, email=email)
    await make_promises(family.runner, person, mark)
    await Passkey.create(person=person, credential=uuid4().hex, public_key=b"x", name=f"Phone {mark}")
    await CodeApp.create(person=person, secret=b"x", confirmed_at=None)
    await stop(email, "training")
    async with transaction() as writing:
        facts = {"event": event.id, "name": mark, "email": email, "message": mark}
        letters = [
            NewLetter(event.organiser_email, "enquiry", facts, f"enquiry {enquiry.id}"),
            NewLetter(email, "number", {"entry": str(entry.id)}, f"number {entry.id}"),
            NewLetter("old@example.org", "email_changed", {"new": email}, f"changed {mark}"),
        ]
        await write(writing, letters)
    return event, family.runner


async def test_everything_that_is_kept_is_handed_out(site: Site, settings: Settings) -> None:
    """Every table that is promised has its rows; the note is readable, sessions are named, tokens are not."""
    person = await make_person(MINE, name=f"Ada {MARK}")
    await make_whole_life(settings, person, MARK)
    browser = await sign_in(site.browser, person)
    await site.browser.post("/sign-in", data={"email": MINE})
    answer = await browser.get("/account/data.json")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert "attachment" in answer.headers["content-disposition"]
    document = answer.json()
    assert document["of"] == MINE
    promised = {name for record in make_records(settings) for name in record.tables}
    assert set(document["tables"]) == set(document["about"]) == promised
    assert {name for name, rows in document["tables"].items() if not rows} == set()
    entry = document["tables"]["entries"][0]
    assert (entry["medical_note"], entry["born_on"]) == (f"asthma {MARK}", "1990-01-02")
    assert document["tables"]["answers"][0]["question"] == "Who cheers?"
    assert document["tables"]["gifts"][0]["amount_pence"] == 2500
    assert {row["letter"] for row in document["tables"]["letters"]} >= {"number", "sign_in"}
    assert (await Session.get(person=person)).token_hash not in answer.text
    packed = ZipFile(BytesIO((await browser.get("/account/data.zip")).content))
    assert {name.removesuffix(".csv") for name in packed.namelist()} == promised
    gifts = list(csv.DictReader(StringIO(packed.read("gifts.csv").decode("utf-8-sig"))))
    assert (gifts[0]["message"], gifts[0]["amount_pence"]) == (f"Go {MARK}!", "2500")


async def test_of_others_nothing_is_handed_out(site: Site, settings: Settings) -> None:
    """Two lives interleave; who paid for a friend learns of the friend's entry that it is there."""
    mine, theirs = await make_person(MINE), await make_person(OTHERS, name="Bob Otherone")
    await make_whole_life(settings, theirs, "otherone")
    event, _ = await make_whole_life(settings, mine, MARK)
    party = await Party.get(person=mine)
    await make_entry(event, settings, theirs, "otherone", party=party)
    browser, other = await sign_in(site.browser, mine), await sign_in(site.browser, theirs)
    told = await browser.get("/account/data.json")
    assert ("otherone" in told.text, "friend@" in told.text, "third@" in told.text) == (False, False, False)
    paid = told.json()["tables"]["payments"]
    assert [(row["places_of_yours"], row["places_of_others"]) for row in paid] == [(1, 1)]
    their = (await other.get("/account/data.json")).json()
    assert MARK not in str(their["tables"])
    assert len(their["tables"]["entries"]) == 2


async def test_nobody_has_it_who_is_not_signed_in(site: Site) -> None:
    """Neither the page nor the files nor the switch."""
    for path in ("/account/data", "/account/data.json", "/account/data.zip", "/account/data/erase"):
        answer = await site.browser.get(path)
        assert (answer.status_code, answer.headers["location"][:9]) == (303, "/sign-in?")
    for path in ("/account/data/erase", "/account/letters/news/stop"):
        assert (await site.browser.post(path, data={"sure": "on"})).status_code == 401


def test_a_cell_is_no_formula() -> None:
    """Whatever somebody has called themselves."""
    rows = [{"a": text, "b": -5} for text in ("=1+1", "+1", "-1", "@x", "\tx", "\rx", "x=1", "")]
    cells = [row[0] for row in csv.reader(StringIO(in_cells(rows), newline=""))][1:]
    assert cells == ["'=1+1", "'+1", "'-1", "'@x", "'\tx", "'\rx", "x=1", ""]
    assert ",-5" in in_cells(rows)


async def erase(browser: httpx.AsyncClient) -> httpx.Response:
    """Press the button."""
    return await browser.post("/account/data/erase", data={"sure": "on"})


async def test_after_erasing_nothing_of_it_stands_anywhere(site: Site, settings: Settings) -> None:
    """But in the declaration; totals and books are as before, the pages say so at once, others have lost nothing."""
    theirs = await make_person(OTHERS, name="Bob Otherone")
    await make_whole_life(settings, theirs, "otherone")
    mine = await make_person(MINE, name=f"Ada {MARK}")
    event, fund = await make_whole_life(settings, mine, MARK)
    team = await Fund.get(id=fund.team_id)
    before = await Fund.all().order_by("id").values_list("id", "raised_pence", "gift_aid_pence", "donations")
    of_others = await records.export(make_records(settings), OTHERS)
    assert MARK in (await site.browser.get(f"/teams/{team.slug}")).text
    assert (await site.browser.get(f"/pages/{fund.slug}")).status_code == 200
    assert len(await scan(MARK)) > 12
    browser = await sign_in(site.browser, mine)
    asked = words_of((await browser.get("/account/data/erase")).text)
    assert f"The place of Ada {MARK} Example {MARK} in Test Run, The Mile, is given back" in asked
    assert "£13 carried over to our next event is lost" in asked
    done = await erase(browser)
    assert done.status_code == 200
    assert "1 Gift Aid declaration stays as made, with name and address" in words_of(done.text)
    assert all('=""' in cookie or "Max-Age=0" in cookie for cookie in done.headers.get_list("set-cookie"))
    assert await scan(MARK) == {"declaration"}
    assert await Fund.all().order_by("id").values_list("id", "raised_pence", "gift_aid_pence", "donations") == before
    assert (await prove(PROOFS)).problems == []
    again = await records.export(make_records(settings), OTHERS)
    assert again["tables"] == of_others["tables"]
    shown = await site.browser.get(f"/teams/{team.slug}")
    assert (MARK in shown.text, "A runner" in shown.text, "Somebody kind" in shown.text) == (False, True, True)
    assert (await site.browser.get(f"/pages/{fund.slug}")).status_code == 404
    closed = await Fund.get(id=fund.id)
    assert (closed.slug[:8], closed.state, closed.version > fund.version) == ("a-runner", "closed", True)
    entry = await Entry.get(person_id=mine.id)
    assert (entry.state, entry.first_name, entry.born_on, entry.medical) == ("withdrawn", "Erased", None, None)
    assert (await race_of(event)).taken == 0
    gone = await Person.get(id=mine.id)
    assert (gone.email, gone.name, gone.erased_at is not None) == (None, "", True)
    assert (await browser.get("/account")).status_code == 303


async def test_erasing_twice_changes_nothing_more(site: Site, settings: Settings) -> None:
    """Nor does erasing an address that nobody knows."""
    mine = await make_person(MINE)
    await make_whole_life(settings, mine, MARK)
    all_records = make_records(settings)
    await records.erase(all_records, MINE)
    versions = await Fund.all().order_by("id").values_list("version", "slug")
    assert await records.erase(all_records, MINE) == records.Kept()
    assert await Fund.all().order_by("id").values_list("version", "slug") == versions
    rows = (await records.export(all_records, MINE))["tables"]
    assert {name for name, found in rows.items() if found} == set()


async def test_what_comes_after_erasing_is_booked_and_brings_no_name_back(site: Site, settings: Settings) -> None:
    """A gift paid by card, its giver erased, then refunded: Stripe's events are kept without who paid."""
    family = await make_family()
    form = gift(name=f"Ada {MARK}", email=MINE, message=MARK)
    assert (await site.browser.post(f"/pages/{family.runner.slug}/donate", data=form)).status_code == 303
    payment = await Payment.get(donation__email=MINE)
    await site.sandbox.pay(payment.session_id or "")
    await site.deliver()
    await site.work()
    assert (await Fund.get(id=family.runner.id)).raised_pence == 2500
    assert await Letter.filter(recipient=MINE).count() == 1
    await records.erase(make_records(settings), MINE)
    await site.sandbox.refund(site.sandbox.read(payment.session_id or "")["payment_intent"])
    await site.deliver()
    await site.work()
    assert (await Fund.get(id=family.runner.id)).raised_pence == 0
    assert await Letter.all().count() == 0
    assert await scan(MARK) == set()


async def test_an_event_is_kept_without_who_paid(site: Site) -> None:
    """What is not kept need not be erased."""
    family = await make_family()
    payment = await make_gift(family.runner, family.charity)
    charge = charge_of(payment, billing_details={"name": MARK, "email": MINE}, receipt_email=MINE, description=MARK)
    came = arrival("charge.succeeded", charge)
    assert (MARK in came.payload, payment.id.hex[-10:] in came.payload, came.body["receipt_email"]) == (
        False,
        True,
        MINE,
    )


async def test_who_has_only_given_is_forgotten_too(site: Site, settings: Settings) -> None:
    """Without ever having signed in."""
    family = await make_family()
    words = {"company": f"{MARK} Ltd", "in_honour_of": f"Grandad {MARK}", "updates_ok": True}
    await make_gift(family.runner, family.charity, 2000, email=MINE, name=f"Ada {MARK}", message=MARK, **words)
    page = f"/pages/{family.runner.slug}"
    assert MARK in (await site.browser.get(page)).text
    kept = await records.erase(make_records(settings), MINE.upper())
    assert "1 gift stay in totals" in kept.sentences[0]
    assert kept.shown_on == {fund.id for fund in family.all}
    assert (await scan(MARK), await Person.all().count()) == (set(), 0)


async def test_a_tick_and_a_fresh_sign_in_are_needed(site: Site) -> None:
    """Without them nothing is erased; the letter leads back."""
    mine = await make_person(MINE)
    browser = await sign_in(site.browser, mine)
    without = await browser.post("/account/data/erase")
    assert (without.status_code, 'id="sure-error"' in without.text) == (422, True)
    await Session.all().update(made_at=datetime.now(UTC) - timedelta(hours=2), strong_at=None)
    old = await browser.get("/account/data/erase")
    assert ('name="sure"' in old.text, 'value="/account/data/erase"' in old.text) == (False, True)
    refused = await erase(browser)
    assert (refused.status_code, "once more" in refused.text) == (403, True)
    assert (await Person.get(id=mine.id)).email == MINE


async def test_who_is_at_the_till_waits(site: Site) -> None:
    """A place is being paid for: nothing is erased before that is over."""
    event = await make_open_event()
    form = entry_form(runner(), payer_email=MINE)
    fund = await Fund.get(id=event.fund_id)
    assert (await site.browser.post(f"/events/{fund.slug}/enter", data=form)).status_code == 303
    mine = await Person.get(email=MINE)
    answer = await erase(await sign_in(site.browser, mine))
    assert (answer.status_code, "being paid for" in answer.text) == (409, True)
    assert (await Person.get(id=mine.id)).email == MINE


async def test_a_paid_place_is_given_back_with_its_fee(site: Site, settings: Settings) -> None:
    """By the organiser's rule; who waits is asked; of Stripe's events about it none brings a name back."""
    event = await make_open_event(capacity=1)
    await pay(site, await send(site, event, entry_form(runner(last_name=MARK), payer_name=MARK, payer_email=MINE)))
    await Waiting.create(
        id=new_id(), race=await race_of(event), name="Bob", email=OTHERS, token=uuid4().hex, joined_at=datetime.now(UTC)
    )
    await records.erase(make_records(settings), MINE)
    await site.work()
    assert (await Transfer.get(kind=Kind.ENTRY_REFUND)).pence == 1300
    assert (await Waiting.get(email=OTHERS)).state == "offered"
    assert {letter.recipient for letter in await Letter.all()} == {OTHERS}
    assert await scan(MARK) == set()
    assert (await prove(PROOFS)).problems == []


async def test_a_race_that_was_run_keeps_its_place_without_a_name(site: Site, settings: Settings) -> None:
    """Nothing is given back for it."""
    event = await make_open_event()
    mine = await make_person(MINE)
    entry = await make_entry(event, settings, mine, MARK)
    await (await race_of(event)).all().update(starts_at=datetime.now(UTC) - timedelta(days=2))
    await records.erase(make_records(settings), MINE)
    entry = await Entry.get(id=entry.id)
    assert (entry.state, entry.first_name, entry.person_id) == ("placed", "Erased", mine.id)


async def test_a_donor_signs_in_and_sees_the_gifts(site: Site) -> None:
    """The answer is that for everybody; the page leads to the living receipt."""
    family = await make_family()
    payment = await make_gift(family.runner, family.charity, 2500, email=MINE)
    donor = await site.browser.post("/sign-in", data={"email": MINE})
    stranger = await site.browser.post("/sign-in", data={"email": "nobody@example.org"})
    assert (donor.status_code, donor.content, donor.headers) == (
        stranger.status_code,
        stranger.content,
        stranger.headers,
    )
    assert await Person.all().values_list("email", flat=True) == [MINE]
    shown = (await (await sign_in(site.browser, await Person.get(email=MINE))).get("/account")).text
    assert "£25" in shown
    assert f"/donations/{(await Donation.get(payment=payment)).token}" in shown
    other = await sign_in(site.browser, await make_person())
    assert "My gifts" not in (await other.get("/account")).text


async def test_each_series_has_a_switch(site: Site) -> None:
    """By the account; and a series that does not exist has none."""
    browser = await sign_in(site.browser, await make_person(MINE))
    assert (await browser.post("/account/letters/news/stop")).status_code == 303
    assert 'action="/account/letters/news/start"' in (await browser.get("/account")).text
    await browser.post("/account/letters/news/start")
    assert 'action="/account/letters/news/stop"' in (await browser.get("/account")).text
    assert (await browser.post("/account/letters/all/stop")).status_code == 404


def test_every_letter_has_a_title_for_the_list(site: Site) -> None:
    """No template is called just a letter."""
    assert set(site.house.scribe.templates) - TITLES.keys() == set()
