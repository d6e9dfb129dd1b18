"""Who is entered already moves into a team; members leave or are removed; teams merge and end. Money follows the page."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from fundraising.funds.models import Fund, FundState
from fundraising.mail.models import Letter
from fundraising.payments import books
from fundraising.payments.models import Kind, Transfer
from fundraising.people.models import Person
from teams.entries.models import Entry, EntryState
from teams.events.models import Event, Price, Race
from teams.roster.models import Seat, SeatOrder, Team
from tests.conftest import Site
from tests.looking import words_of
from tests.makers import agree_to_code, make_gift, sign_in
from tests.teams.entries.making import charity_with_account, entry_form, race_of, runner
from tests.teams.entries.test_entering import pay
from tests.teams.roster.making import Crew, add_crew, join, make_crew
from tests.teams.roster.test_seats import buy


async def enter_alone(site: Site, event: Event, race: str = "mile") -> tuple[httpx.AsyncClient, Entry]:
    """Somebody who is entered already, signed in."""
    charity = await charity_with_account()
    typed = entry_form(runner(race=race, charity=charity.slug, wants_page="on"), payer_email="alone@example.org")
    answer = await site.browser.post(f"/events/{event.fund.slug}/enter", data=typed)
    if "/c/pay/" in answer.headers["location"]:
        await pay(site, answer)
    entry = await Entry.get(person__email="alone@example.org").prefetch_related("fund", "race")
    return await sign_in(site.browser, await Person.get(email="alone@example.org")), entry


async def raised(fund_id: int) -> int:
    """The kept total."""
    return (await Fund.get(id=fund_id)).raised_pence


async def must_be_right() -> None:
    """The books."""
    assert (await books.prove()).problems == []


async def member(site: Site, crew: Crew) -> Entry:
    """Somebody who joined and paid, with a page that has raised £10."""
    await pay(site, await join(site, await crew.invite()))
    seat = await Seat.filter(team=crew.team, state="joined").order_by("-id").first()
    assert seat is not None
    entry = await Entry.get(id=seat.entry_id).prefetch_related("fund", "race__event")
    assert entry.fund is not None
    await make_gift(entry.fund, crew.charity, 1000)
    return entry


async def test_a_place_moves_into_the_team_with_its_page(site: Site) -> None:
    """For the same price nothing is paid and nothing comes back; what was raised counts for the team."""
    crew = await make_crew(site)
    browser, entry = await enter_alone(site, crew.event)
    await make_gift(entry.fund, await Fund.get(id=entry.charity_id), 1000)
    link = await crew.invite()
    shown = words_of((await browser.get(link)).text)
    assert "is entered already" in shown
    move = f"{link}/move/{entry.id}"
    assert "Nothing to pay, nothing to give back" in words_of((await browser.get(move)).text)
    assert (await browser.post(move)).status_code == 303
    moved = await Entry.get(id=entry.id).prefetch_related("race")
    assert (moved.race.slug, moved.team_id) == ("team", crew.team.fund_id)
    assert await raised(crew.team.fund_id) == 1000
    assert (await crew.seats())[0] == "joined"
    assert ((await race_of(crew.event, "mile")).taken, (await race_of(crew.event, "team")).taken) == (0, 1)
    assert (await browser.get(link)).status_code == 410
    await must_be_right()


async def test_what_the_team_is_cheaper_comes_back(committed_site: Site) -> None:
    """The difference, once."""
    site = committed_site
    crew = await make_crew(site)
    browser, entry = await enter_alone(site, crew.event)
    await Price.create(race_id=crew.team.race_id, name="In a team", pence=1200, in_team=True)
    link = await crew.invite()
    assert "£1 come back" in words_of((await browser.get(f"{link}/move/{entry.id}")).text)
    await browser.post(f"{link}/move/{entry.id}")
    await site.work()
    assert (await Transfer.get(kind=Kind.ENTRY_REFUND)).pence == 100
    assert (await Entry.get(id=entry.id)).paid_pence == 1200


async def test_what_the_captain_has_paid_for_comes_back_whole(committed_site: Site) -> None:
    """Nobody pays twice for one place."""
    site = committed_site
    crew = await make_crew(site)
    await pay(site, await buy(crew, 1))
    browser, entry = await enter_alone(site, crew.event)
    seat = await Seat.get(team=crew.team, order_id__not_isnull=True)
    await browser.post(f"{await crew.invite(seat)}/move/{entry.id}")
    await site.work()
    assert (await Transfer.get(kind=Kind.ENTRY_REFUND)).pence == 1300
    assert (await race_of(crew.event, "team")).taken == 1


async def test_what_the_team_is_dearer_is_paid_before_anything_moves(committed_site: Site) -> None:
    """The whole new fee, and the old one comes back; a later withdrawal gives back what was paid last."""
    site = committed_site
    crew = await make_crew(site)
    browser, entry = await enter_alone(site, crew.event, "fun")
    link = await crew.invite()
    move = f"{link}/move/{entry.id}"
    assert "You pay £13 now" in words_of((await browser.get(move)).text)
    answer = await browser.post(move, data={"attempt": "00000000-0000-4000-8000-00000000000b"})
    again = await browser.post(move, data={"attempt": "00000000-0000-4000-8000-00000000000b"})
    assert answer.headers["location"] == again.headers["location"]
    assert (await Entry.get(id=entry.id)).team_id is None
    await pay(site, answer)
    moved = await Entry.get(id=entry.id).prefetch_related("race__event", "party")
    assert (moved.race.slug, moved.team_id, moved.paid_pence) == ("team", crew.team.fund_id, 1300)
    assert (await crew.seats())[0] == "joined"
    await browser.post(f"/account/entries/{entry.id}/withdraw")
    await site.work()
    assert (await Transfer.get(kind=Kind.ENTRY_REFUND)).pence == 1300
    await must_be_right()


async def test_a_seat_that_went_meanwhile_gives_all_of_it_back(committed_site: Site) -> None:
    """And the place stays where it was."""
    site = committed_site
    crew = await make_crew(site)
    browser, entry = await enter_alone(site, crew.event, "fun")
    link = await crew.invite()
    answer = await browser.post(f"{link}/move/{entry.id}")
    seat = await Seat.filter(team=crew.team, state="invited").get()
    await crew.post(f"/seats/{seat.id}/revoke")
    await pay(site, answer)
    await site.work()
    assert (await Entry.get(id=entry.id).prefetch_related("race")).race.slug == "fun"
    assert (await Transfer.get(kind=Kind.ENTRY_REFUND)).pence == 1300
    assert await Letter.filter(template="not_moved").count() == 1


async def test_nobody_moves_somebody_elses_place(site: Site) -> None:
    """With consent only: not the captain, not another runner."""
    crew = await make_crew(site)
    _, entry = await enter_alone(site, crew.event)
    link = await crew.invite()
    for browser in (site.browser, crew.browser):
        answer = await browser.post(f"{link}/move/{entry.id}")
        assert answer.status_code in (401, 404)
    assert (await Entry.get(id=entry.id)).team_id is None


async def test_who_leaves_takes_the_page_and_its_money_along(site: Site) -> None:
    """The rule is said before; gifts to the team itself stay with the team."""
    crew = await make_crew(site)
    entry = await member(site, crew)
    await make_gift(crew.team.fund, crew.charity, 500)
    assert await raised(crew.team.fund_id) == 1500
    browser = await sign_in(site.browser, await Person.get(id=entry.person_id))
    path = f"/teams/{crew.team.fund.slug}/leave/{entry.id}"
    shown = words_of((await browser.get(path)).text)
    assert "£10 raised there goes with it" in shown
    assert (await browser.post(path)).status_code == 422
    assert (await browser.post(path, data={"sure": "on"})).status_code == 303
    left = await Entry.get(id=entry.id).prefetch_related("fund")
    assert (left.state, left.team_id, left.fund.team_id) == (EntryState.PLACED, None, None)
    assert await raised(crew.team.fund_id) == 500
    assert (await crew.seats())[0] == "withdrawn"
    assert await Letter.filter(template="friend_left").count() == 1
    history = words_of((await site.browser.get(f"/teams/{crew.team.fund.slug}/history")).text)
    assert "£10" in history
    await must_be_right()


async def test_who_is_removed_from_a_seat_that_the_captain_paid_for_runs_no_more(site: Site) -> None:
    """The place is the captain's, the page is the runner's; both are told."""
    crew = await make_crew(site)
    await pay(site, await buy(crew, 1))
    seat = await Seat.get(team=crew.team, order_id__not_isnull=True)
    await join(site, await crew.invite(seat))
    shown = words_of((await crew.browser.get(f"{crew.desk}/seats/{seat.id}/remove")).text)
    assert "so it stays with the team" in shown
    await agree_to_code((await Entry.get(race__event=crew.event)).fund_id)
    assert (await crew.post(f"/seats/{seat.id}/remove", sure="on")).status_code == 303
    entry = await Entry.get(race__event=crew.event).prefetch_related("fund")
    assert entry.state is EntryState.WITHDRAWN
    assert (entry.fund.state, entry.fund.team_id) == (FundState.OPEN, None)
    assert (await crew.seats())[4:] == ["withdrawn", "empty"]
    assert await Letter.filter(template="removed").count() == 1


async def test_two_teams_become_one_when_both_captains_want_it(site: Site) -> None:
    """Members, pages and what these raised move; gifts to the team itself stay with it."""
    crew = await make_crew(site)
    other = await add_crew(site, crew.event)
    entry = await member(site, crew)
    await make_gift(crew.team.fund, crew.charity, 500)
    assert (await crew.post("/merge", into=str(other.team.id))).status_code == 303
    assert await raised(other.team.fund_id) == 0
    assert "would like to become part of your team" in words_of((await other.browser.get(other.desk)).text)
    assert (await other.post(f"/merging/{crew.team.id}", yes="1")).status_code == 303
    assert (await raised(crew.team.fund_id), await raised(other.team.fund_id)) == (500, 1000)
    moved = await Entry.get(id=entry.id)
    assert moved.team_id == other.team.fund_id
    old = await Fund.get(id=crew.team.fund_id)
    assert (old.state, "become part of" in old.closed_because) == (FundState.CLOSED, True)
    assert (await Team.get(id=crew.team.id)).ended_at is not None
    assert (await site.browser.get(f"/teams/{old.slug}")).status_code == 200
    assert await Letter.filter(template="team_merged").count() == 1
    await must_be_right()


async def test_teams_that_are_too_many_together_stay_two(site: Site) -> None:
    """Nothing has moved then."""
    crew = await make_crew(site)
    other = await add_crew(site, crew.event)
    await Seat.filter(team=other.team).update(state="invited")
    await Race.filter(id=other.team.race_id).update(most_in_team=4)
    await member(site, crew)
    await crew.post("/merge", into=str(other.team.id))
    assert (await other.post(f"/merging/{crew.team.id}", yes="1")).status_code == 409
    assert (await Team.get(id=crew.team.id)).ended_at is None
    assert await raised(crew.team.fund_id) == 1000


async def test_a_dissolved_team_leaves_everybody_place_and_page(committed_site: Site) -> None:
    """Empty seats that were paid for come back by the rules; members are told."""
    site = committed_site
    crew = await make_crew(site)
    await pay(site, await buy(crew))
    entry = await member(site, crew)
    assert (await crew.post("/dissolve")).status_code == 422
    assert (await crew.post("/dissolve", sure="on")).status_code == 303
    await site.work()
    left = await Entry.get(id=entry.id).prefetch_related("fund")
    assert (left.state, left.team_id, left.fund.team_id) == (EntryState.PLACED, None, None)
    assert await raised(crew.team.fund_id) == 0
    assert (await Transfer.get(kind=Kind.ENTRY_REFUND)).pence == 2600
    assert (await race_of(crew.event, "team")).taken == 1
    assert await Letter.filter(template="team_dissolved").count() == 1
    await must_be_right()


async def test_a_captain_leaves_no_team_without_one(site: Site) -> None:
    """Hand it over first."""
    crew = await make_crew(site)
    await pay(site, await join(site, await crew.invite(), payer_email=crew.captain.email or ""))
    entry = await Entry.get(race__event=crew.event)
    answer = await crew.browser.post(f"/teams/{crew.team.fund.slug}/leave/{entry.id}", data={"sure": "on"})
    assert answer.status_code == 409
    assert "Hand the team over" in words_of(answer.text)


@pytest.mark.parametrize("days", [-1, 20])
async def test_nothing_is_sold_when_entries_are_over(site: Site, days: int) -> None:
    """Neither a seat nor a move."""
    crew = await make_crew(site)
    browser, entry = await enter_alone(site, crew.event, "fun")
    link = await crew.invite()
    over = datetime.now(UTC) - timedelta(days=1)
    await Event.filter(id=crew.event.id).update(entries_close_at=over, entries_open_at=over - timedelta(days=abs(days)))
    assert (await buy(crew)).status_code == 409
    assert (await browser.post(f"{link}/move/{entry.id}")).status_code == 409
    assert await SeatOrder.all().count() == 0
    assert await Race.filter(taken__gt=1).count() == 0
