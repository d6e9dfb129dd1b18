"""What who withdraws decides about the page: on a form of plain radio buttons, with its donors told."""

import httpx
import pytest

from fundraising.funds.models import Fund, FundKind, FundMove, FundState
from fundraising.mail.models import Letter
from fundraising.pages.fate import NoTeam, PageFate
from fundraising.pages.standing import guardian_answers
from fundraising.payments import books
from fundraising.payments.models import Payment, Purpose
from fundraising.store.database import transaction
from teams.entries import changing
from teams.entries.models import Entry, EntryState
from teams.roster.models import Team
from tests.conftest import Site
from tests.looking import must_refuse_gifts, words_of
from tests.makers import agree_to_code, make_fund, make_gift, make_person, sign_in
from tests.teams.entries.making import charity_with_account, entry_form, make_open_event, race_of, runner
from tests.teams.entries.test_changing import letter_to
from tests.teams.entries.test_entering import pay, send

CHOICES = {"paused": "Pause it", "kept": "Keep it open", "team": "Leave it to the team"}


async def member(site: Site, *, with_team: bool = True) -> tuple[Entry, Fund, httpx.AsyncClient]:
    """An entry with a page to which somebody has given, its team's fund, and the browser of the runner."""
    event, charity = await make_open_event(), await charity_with_account()
    form = entry_form(runner(charity=charity.slug, wants_page="on", first_name="Zoë"))
    await pay(site, await send(site, event, form))
    team = await make_fund(FundKind.TEAM, "Reverse Charge", event=event.fund, charity=charity)
    await Team.create(fund=team, race=await race_of(event))
    entry = await Entry.get(race__event=event).prefetch_related("person", "fund", "race__event__fund")
    assert entry.fund
    assert entry.person
    if with_team:
        await Fund.filter(id=entry.fund_id).update(team_id=team.id)
        await Entry.filter(id=entry.id).update(team_id=team.id)
    await agree_to_code(entry.fund_id)
    await make_gift(await Fund.get(id=entry.fund_id), charity, 1000, account=None, email="kind@example.org")
    return entry, team, await sign_in(site.browser, entry.person)


async def withdraw(browser: httpx.AsyncClient, entry: Entry, **typed: str) -> httpx.Response:
    """Send the form."""
    return await browser.post(f"/account/entries/{entry.id}/withdraw", data=typed)


async def test_the_form_offers_what_is_possible_and_says_what_it_means(site: Site) -> None:
    """With a team all three; the first is chosen, and none needs a script."""
    entry, _, browser = await member(site)
    source = (await browser.get(f"/account/entries/{entry.id}")).text
    words = words_of(source)
    for value, label in CHOICES.items():
        assert 'type="radio"' in source
        assert f'name="fate" value="{value}"' in source
        assert label in words
    assert 'value="paused" checked' in source
    assert "Everybody who gave there gets a letter that says so." in words
    assert "leaves the total of Reverse Charge" in words


async def test_without_a_team_nothing_can_be_left_to_one(site: Site) -> None:
    """Not offered; and refused when it is asked for all the same, with nothing changed."""
    entry, _, browser = await member(site, with_team=False)
    source = (await browser.get(f"/account/entries/{entry.id}")).text
    assert 'value="kept"' in source
    assert 'value="team"' not in source
    answer = await withdraw(browser, entry, fate="team")
    assert answer.status_code == 409
    assert "counts for no team" in words_of(answer.text)
    assert (await Entry.get(id=entry.id)).state is EntryState.PLACED
    with pytest.raises(NoTeam):
        await changing.withdraw(entry, entry.race.event, fate=PageFate.TEAM)


async def test_who_has_no_page_is_asked_nothing(site: Site) -> None:
    """There is nothing to decide."""
    event = await make_open_event()
    await pay(site, await send(site, event, entry_form()))
    entry = await Entry.get(race__event=event).prefetch_related("person")
    assert entry.person
    browser = await sign_in(site.browser, entry.person)
    assert 'name="fate"' not in (await browser.get(f"/account/entries/{entry.id}")).text
    assert (await withdraw(browser, entry)).status_code == 303


@pytest.mark.parametrize(
    ("typed", "state", "in_team", "letter", "said"),
    [
        ({}, FundState.PAUSED, 1000, "page_paused", "The pledge page is paused."),
        ({"fate": "paused"}, FundState.PAUSED, 1000, "page_paused", "The pledge page is paused."),
        ({"fate": "kept"}, FundState.OPEN, 0, "page_kept", "The pledge page stays open"),
        ({"fate": "team"}, FundState.CLOSED, 1000, "page_given", "what it raised stays with the team"),
    ],
    ids=["nothing chosen", "paused", "kept", "given"],
)
async def test_the_page_meets_the_fate_that_was_chosen(
    site: Site, typed: dict[str, str], state: FundState, in_team: int, letter: str, said: str
) -> None:
    """The place is free, the team's total right, who gave is told, and so is the runner."""
    entry, team, browser = await member(site)
    assert (await withdraw(browser, entry, **typed)).status_code == 303
    assert (await Entry.get(id=entry.id)).state is EntryState.WITHDRAWN
    assert (await Fund.get(id=entry.fund_id or 0)).state is state
    assert (await Fund.get(id=team.id)).raised_pence == in_team
    assert await Letter.filter(recipient="kind@example.org", template=letter).count() == 1
    assert await Letter.filter(recipient="kind@example.org").count() == 1
    assert said in " ".join((await letter_to(site, entry.email)).split())
    assert await FundMove.all().count() == (state is FundState.OPEN)
    assert (await books.prove()).ok
    assert (await browser.get("/account")).status_code == 200
    assert (await browser.get(f"/account/entries/{entry.id}")).status_code == 200


async def test_a_fate_that_there_is_not_comes_back_with_a_sentence(site: Site) -> None:
    """And nobody has withdrawn."""
    entry, _, browser = await member(site)
    answer = await withdraw(browser, entry, fate="burned")
    assert answer.status_code == 422
    assert "Please choose what becomes of the page." in words_of(answer.text)
    assert (await Entry.get(id=entry.id)).state is EntryState.PLACED


async def test_whose_fee_goes_back_as_a_whole_has_a_paused_page(site: Site) -> None:
    """By the intake, in the transaction of the refund; who gave is told."""
    entry, team, _ = await member(site)
    payment = await Payment.get(purpose=Purpose.ENTRY)
    await site.sandbox.refund(payment.intent_id or "")
    await site.deliver()
    assert (await Entry.get(id=entry.id)).state is EntryState.WITHDRAWN
    assert entry.fund
    await must_refuse_gifts(site, f"/pages/{entry.fund.slug}", "Zoë is not running this time.")
    assert (await Fund.get(id=team.id)).raised_pence == 1000
    assert await Letter.filter(template="page_paused").count() == 1
    assert (await books.prove()).ok


async def test_whom_the_organiser_withdraws_has_a_paused_page(site: Site) -> None:
    """So has who carries the place over."""
    entry, _, _ = await member(site)
    organiser = await sign_in(site.browser, await make_person(is_organiser=True))
    slug = entry.race.event.fund.slug
    await organiser.post(f"/organiser/events/{slug}/entries/{entry.id}/withdraw")
    other, _, browser = await member(site)
    await browser.post(f"/account/entries/{other.id}/defer")
    for one in (entry, other):
        assert (await Fund.get(id=one.fund_id or 0)).state is FundState.PAUSED


async def test_a_childs_page_that_was_not_agreed_to_does_not_open_by_withdrawing(site: Site) -> None:
    """It was not to be seen before, and is not now."""
    entry, _, browser = await member(site)
    async with transaction() as hiding:
        await guardian_answers(hiding, entry.fund_id or 0, agrees=False)
    await withdraw(browser, entry)
    assert entry.fund
    assert (await site.browser.get(f"/pages/{entry.fund.slug}")).status_code == 404
