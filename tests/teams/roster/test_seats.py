"""Seats: opened, paid for, closed; the race's places and the team's size hold, whatever happens."""

from datetime import UTC, datetime, timedelta

import pytest

from fundraising.mail.models import Letter
from fundraising.payments.models import Kind, Transfer
from teams.entries import changing
from teams.entries.models import Entry, EntryState
from teams.events.models import Event, Race
from teams.roster.models import JoinRequest, Seat, SeatOrder
from tests.conftest import Site
from tests.looking import words_of
from tests.teams.entries.making import race_of
from tests.teams.entries.test_entering import pay, session_in
from tests.teams.roster.making import Crew, join, make_crew

ATTEMPT = "00000000-0000-4000-8000-00000000000a"


async def buy(crew: Crew, count: int = 2, attempt: str = ATTEMPT):  # type: ignore[no-untyped-def]
    """The captain pays for seats."""
    return await crew.post("/seats", attempt=attempt, count=str(count), pays="me")


async def test_a_captain_pays_for_seats_and_names_come_later(site: Site) -> None:
    """The places are taken at once, the friends pay nothing."""
    crew = await make_crew(site)
    answer = await buy(crew)
    assert (await crew.seats())[4:] == ["held", "held"]
    assert (await race_of(crew.event, "team")).taken == 2
    await pay(site, answer)
    assert (await crew.seats())[4:] == ["empty", "empty"]
    assert (await Transfer.get(kind=Kind.ENTRY_FEE)).pence == 2600
    assert await Letter.filter(template="seats_paid").count() == 1
    seat = await Seat.filter(team=crew.team, order_id__not_isnull=True).first()
    link = await crew.invite(seat)
    assert "Paid for you" in words_of((await site.browser.get(link)).text)
    joined = await join(site, link)
    assert "/entries/" in joined.headers["location"]
    entry = await Entry.get(race__event=crew.event)
    assert (entry.state, entry.price_pence, entry.team_id) == (EntryState.PLACED, 0, crew.team.fund_id)
    assert (await race_of(crew.event, "team")).taken == 2
    assert (await crew.seats()).count("joined") == 1


async def test_a_double_click_buys_once(site: Site) -> None:
    """One order, one session."""
    crew = await make_crew(site)
    first, second = await buy(crew), await buy(crew)
    assert first.headers["location"] == second.headers["location"]
    assert await SeatOrder.all().count() == 1
    assert (await crew.seats()).count("held") == 2


async def test_seats_that_nobody_pays_for_are_free_again(committed_site: Site) -> None:
    """Given back, or run out of time."""
    site = committed_site
    crew = await make_crew(site)
    await buy(crew)
    order = await SeatOrder.get()
    assert (await crew.post(f"/orders/{order.id}/let-go")).status_code == 303
    await site.work()
    assert (await crew.seats())[4:] == ["closed", "closed"]
    assert (await race_of(crew.event, "team")).taken == 0


async def test_who_pays_too_late_gets_it_all_back_when_there_is_no_room(committed_site: Site) -> None:
    """Never both charged and left out."""
    site = committed_site
    crew = await make_crew(site, capacity=2)
    answer = await buy(crew)
    seats = await Seat.filter(team=crew.team, state="held")
    await Seat.filter(id__in=[seat.id for seat in seats]).update(state="closed")
    await (await race_of(crew.event, "team")).fetch_related("event")
    await Event.filter(id=crew.event.id).update(notice="")
    from teams.events.models import Race

    await Race.filter(id=crew.team.race_id).update(capacity=1)
    await pay(site, answer)
    await site.work()
    assert (await crew.seats())[4:] == ["closed", "closed"]
    assert (await Transfer.get(kind=Kind.ENTRY_REFUND)).pence == 2600
    assert await Letter.filter(template="seats_too_late").count() == 1


async def test_who_pays_late_has_the_seats_all_the_same_while_there_is_room(site: Site) -> None:
    """The seats are opened again."""
    crew = await make_crew(site)
    answer = await buy(crew)
    await Seat.filter(team=crew.team, state="held").update(state="closed")
    await pay(site, answer)
    assert (await crew.seats())[4:] == ["empty", "empty"]


async def test_a_closed_seat_gives_back_what_the_rules_say(committed_site: Site) -> None:
    """In time all of it, later nothing; the place is free."""
    site = committed_site
    crew = await make_crew(site)
    await pay(site, await buy(crew))
    early, late = await Seat.filter(team=crew.team, order_id__not_isnull=True).order_by("id")
    await crew.post(f"/seats/{early.id}/close")
    await site.work()
    assert (await Transfer.get(kind=Kind.ENTRY_REFUND)).pence == 1300
    await Event.filter(id=crew.event.id).update(refund_until=datetime.now(UTC) - timedelta(days=1))
    await crew.post(f"/seats/{late.id}/close")
    await site.work()
    assert await Transfer.filter(kind=Kind.ENTRY_REFUND).count() == 1
    assert (await race_of(crew.event, "team")).taken == 0


async def test_a_friend_who_withdraws_leaves_the_paid_place_to_the_captain(site: Site) -> None:
    """Another friend may have it."""
    crew = await make_crew(site)
    await pay(site, await buy(crew, 1))
    seat = await Seat.get(team=crew.team, order_id__not_isnull=True)
    await join(site, await crew.invite(seat))
    entry = await Entry.get(race__event=crew.event).prefetch_related("race__event")
    await changing.withdraw(entry, entry.race.event)
    assert (await crew.seats())[4:] == ["withdrawn", "empty"]
    assert (await race_of(crew.event, "team")).taken == 1


async def test_a_team_never_has_more_seats_than_its_race_allows(site: Site) -> None:
    """Whoever opens them."""
    crew = await make_crew(site)
    assert (await crew.post("/seats", count="4")).status_code == 303
    refused = await crew.post("/seats", count="1")
    assert refused.status_code == 409
    assert "team is full" in words_of(refused.text)
    assert (await buy(crew, 1)).status_code == 409
    assert len(await crew.seats()) == 8


@pytest.mark.parametrize("count", ["0", "9", "x", "", "-1", "1e1"])
async def test_an_odd_number_of_seats_is_refused(site: Site, count: str) -> None:
    """With a sentence."""
    crew = await make_crew(site)
    assert (await crew.post("/seats", count=count)).status_code == 422
    assert len(await crew.seats()) == 4


async def test_seats_for_which_the_race_has_no_places_are_not_held(site: Site) -> None:
    """Nothing reaches Stripe."""
    crew = await make_crew(site, capacity=1)
    answer = await buy(crew)
    assert answer.status_code == 409
    assert await SeatOrder.all().count() == 0


async def test_whoever_has_the_general_link_may_ask_and_joins_after_a_yes(site: Site) -> None:
    """The captain sees a name, and no address; the invitation goes by letter."""
    crew = await make_crew(site)
    await crew.post("/link", limit="2")
    desk = (await crew.browser.get(crew.desk)).text
    link = "/join/" + desk.partition("/join/")[2][:43]
    assert (await site.browser.get(link)).status_code == 200
    for name in ("Pub Pat", "Pub Pat", "Pub Quin"):
        asked = await site.browser.post(f"{link}/ask", data={"name": name, "email": f"{name[4:]}@example.org"})
        assert asked.status_code == 303
    assert await JoinRequest.all().count() == 2
    over = await site.browser.get(link)
    assert over.status_code == 410
    assert "As many have asked" in words_of(over.text)
    yes, no = await JoinRequest.all().order_by("made_at")
    await crew.post(f"/requests/{yes.id}", yes="1")
    await crew.post(f"/requests/{no.id}", no="1")
    letter = await Letter.get(template="invitation")
    assert letter.recipient == "Pat@example.org"
    shown = (await crew.browser.get(crew.desk)).text
    assert "Pub Pat" in shown
    assert "example.org" not in shown
    assert (await JoinRequest.get(id=no.id)).email == ""
    assert (await crew.post(f"/requests/{yes.id}", yes="1")).status_code == 303  # pressed twice
    assert (await crew.post(f"/requests/{yes.id}", no="1")).status_code == 409
    assert await Letter.filter(template="invitation").count() == 1


async def test_an_ended_link_leads_nowhere(site: Site) -> None:
    """Kindly."""
    crew = await make_crew(site)
    await crew.post("/link", limit="2")
    link = "/join/" + (await crew.browser.get(crew.desk)).text.partition("/join/")[2][:43]
    await crew.post("/link/end")
    assert (await site.browser.get(link)).status_code == 410


async def test_money_for_seats_is_in_no_total(site: Site) -> None:
    """An entry fee is no gift."""
    crew = await make_crew(site)
    await pay(site, await buy(crew))
    for path in (f"/teams/{crew.team.fund.slug}", f"/events/{crew.event.fund.slug}", f"/charities/{crew.charity.slug}"):
        assert (await site.total(path))["raised_pence"] == 0


async def test_who_walks_away_from_checkout_finds_the_order_on_the_desk(site: Site) -> None:
    """To pay it, or to give it back."""
    crew = await make_crew(site)
    answer = await buy(crew)
    assert session_in(answer)
    shown = words_of((await crew.browser.get(crew.desk)).text)
    assert "2 seats held while you pay" in shown
    assert "Pay £26" in shown


async def test_a_button_that_is_pressed_twice_does_its_work_once(site: Site) -> None:
    """Seats are opened once, an invitation keeps its link, what is taken back or closed stays so without a complaint."""
    crew = await make_crew(site)
    newest = str((await Seat.filter(team=crew.team).order_by("-id").first()).id)  # type: ignore[union-attr]
    for _ in range(2):
        assert (await crew.post("/seats", count="2", newest=newest)).status_code == 303
    assert await crew.seats() == ["empty"] * 6
    await Seat.filter(team=crew.team).update(opened_at=datetime.now(UTC) - timedelta(minutes=1))
    await crew.post("/seats", count="2", newest=newest)  # a while later it is meant
    assert await crew.seats() == ["empty"] * 8
    seat = await Seat.filter(team=crew.team).order_by("id").first()
    assert seat is not None
    links = [await crew.invite(seat, email="fran@example.org") for _ in range(2)]
    assert links[0] == links[1]
    assert await Letter.filter(template="invitation").count() == 1
    for path in ("revoke", "revoke", "close", "close"):
        answer = await crew.post(f"/seats/{seat.id}/{path}")
        assert answer.status_code == 303, path
    assert await crew.seats() == ["closed", *["empty"] * 7]


async def test_the_teams_page_leads_to_the_link_when_its_captain_says_so(site: Site) -> None:
    """As long as the link is good and there is room; else nobody learns of it."""
    crew = await make_crew(site)
    path = f"/teams/{crew.team.fund.slug}"

    async def leads() -> bool:
        site.house.pages.cache.forget(None)
        return "/join/" in (await site.browser.get(path)).text

    await crew.post("/link", limit="1")
    assert not await leads()
    await crew.post("/link", limit="1", public="on")
    assert await leads()
    link = "/join/" + (await site.browser.get(path)).text.partition("/join/")[2][:43]
    assert (await site.browser.get(link)).status_code == 200
    await Race.filter(id=crew.team.race_id).update(is_open=False)
    assert not await leads()
    await Race.filter(id=crew.team.race_id).update(is_open=True)
    assert await leads()
    await site.browser.post(f"{link}/ask", data={"name": "Pat", "email": "pat@example.org"})
    assert not await leads()
    await crew.post("/link", limit="2", public="on")
    assert await leads()
    await crew.post("/link/end")
    assert not await leads()
