"""Joining by an invitation: one form, one seat, one place; whoever pays."""

from datetime import UTC, datetime

import pytest

from fundraising.mail.models import Letter
from fundraising.people.models import Person
from teams.entries.models import Entry, EntryState
from teams.roster.models import Invitation, Seat, TeamFact
from tests.conftest import Site
from tests.looking import words_of
from tests.teams.entries.making import race_of
from tests.teams.entries.test_entering import pay
from tests.teams.roster.making import join, make_crew


async def test_a_friend_joins_pays_and_sits_in_the_team(site: Site) -> None:
    """Place, seat, page and letter, in the transaction of the payment."""
    crew = await make_crew(site)
    assert await crew.seats() == ["empty"] * 4
    link = await crew.invite(name="Fran Friendly", email="fran@example.org", note="Do come.")
    await site.work()
    letter = await Letter.get(template="invitation")
    assert letter.recipient == "fran@example.org"
    shown = words_of((await site.browser.get(link)).text)
    assert "Fran Friendly" in shown
    assert "Do come." in shown
    assert "£13" in shown
    answer = await join(site, link)
    assert await crew.seats() == ["taken", "empty", "empty", "empty"]
    await pay(site, answer)
    entry = await Entry.get(race__event=crew.event).prefetch_related("fund", "race")
    assert (entry.state, entry.team_id, entry.race.slug) == (EntryState.PLACED, crew.team.fund_id, "team")
    assert entry.fund is not None
    assert (entry.fund.team_id, entry.fund.charity_id) == (crew.team.fund_id, crew.charity.id)
    assert await crew.seats() == ["joined", "empty", "empty", "empty"]
    assert (await race_of(crew.event, "team")).taken == 1
    assert await TeamFact.filter(team=crew.team, kind="joined").count() == 1
    told = await Letter.get(template="friend_joined")
    assert told.recipient == crew.captain.email
    desk = words_of((await crew.browser.get(crew.desk)).text)
    assert "1 of 4–8 joined" in desk


async def test_a_link_that_was_used_says_so_kindly(site: Site) -> None:
    """Forwarded, it works once."""
    crew = await make_crew(site)
    link = await crew.invite()
    await pay(site, await join(site, link))
    again = await site.browser.get(link)
    assert again.status_code == 410
    assert "It has been used" in words_of(again.text)
    assert (await site.browser.post(f"{link}/take")).status_code == 410


async def test_a_link_that_was_taken_back_says_so_kindly(site: Site) -> None:
    """And the seat can be given to somebody else."""
    crew = await make_crew(site)
    link = await crew.invite()
    seat = await Seat.filter(team=crew.team, state="invited").get()
    assert (await crew.post(f"/seats/{seat.id}/revoke")).status_code == 303
    answer = await site.browser.get(link)
    assert answer.status_code == 410
    assert "has taken it back" in words_of(answer.text)
    other = await crew.invite(seat, name="Somebody Else")
    assert (await site.browser.get(other)).status_code == 200


async def test_an_invitation_for_somebody_else_ends_the_one_before(site: Site) -> None:
    """One seat, one way in."""
    crew = await make_crew(site)
    first = await crew.invite()
    seat = await Seat.filter(team=crew.team, state="invited").get()
    second = await crew.invite(seat, name="Second")
    assert (await site.browser.get(first)).status_code == 410
    assert (await site.browser.get(second)).status_code == 200


async def test_who_declines_frees_the_seat_and_only_the_captain_sees_it(site: Site) -> None:
    """Nobody else learns who said no."""
    crew = await make_crew(site)
    link = await crew.invite(name="Nora Nope")
    assert (await site.browser.post(f"{link}/decline")).status_code == 303
    assert (await crew.seats())[0] == "empty"
    assert (await site.browser.get(link)).status_code == 410
    assert "declined" in words_of((await crew.browser.get(crew.desk)).text)
    public = (await site.browser.get(f"/teams/{crew.team.fund.slug}")).text
    assert "Nora" not in public


async def test_while_the_form_is_filled_in_the_place_is_kept(site: Site) -> None:
    """The last place of the race is not given to anybody else; when the time is over it is free."""
    crew = await make_crew(site, capacity=1)
    link = await crew.invite()
    assert (await site.browser.post(f"{link}/take")).status_code == 303
    assert (await race_of(crew.event, "team")).taken == 1
    other = await crew.invite(name="Late Lily")
    refused = await site.browser.post(f"{other}/take")
    assert refused.status_code == 409
    assert "not enough places" in words_of(refused.text)
    await Seat.filter(team=crew.team, reserved_until__isnull=False).update(
        reserved_until=datetime(2020, 1, 1, tzinfo=UTC)
    )
    from teams.roster.seats import free_overdue

    await free_overdue()
    assert (await race_of(crew.event, "team")).taken == 0
    assert (await site.browser.post(f"{other}/take")).status_code == 303


async def test_who_does_not_pay_leaves_the_invitation_good(committed_site: Site) -> None:
    """The seat is invited again, and the place free."""
    site = committed_site
    crew = await make_crew(site)
    link = await crew.invite()
    answer = await join(site, link)
    token = (await Entry.get(race__event=crew.event).prefetch_related("party")).party.token
    assert answer.status_code == 303
    at_till = await site.browser.get(link)
    assert "being paid for at this moment" in words_of(at_till.text)
    await site.browser.post(f"/entries/{token}/let-go")
    await site.work()
    assert (await crew.seats())[0] == "invited"
    assert (await site.browser.post(f"{link}/take")).status_code == 303


async def test_a_withdrawn_friend_leaves_the_seat(site: Site) -> None:
    """The seat says so; the captain opens another."""
    crew = await make_crew(site)
    await pay(site, await join(site, await crew.invite()))
    entry = await Entry.get(race__event=crew.event).prefetch_related("race__event")
    from teams.entries import changing

    await changing.withdraw(entry, entry.race.event)
    assert (await crew.seats())[0] == "withdrawn"
    assert await TeamFact.filter(team=crew.team, kind="withdrew").count() == 1


async def test_an_invitation_makes_nobody_an_organiser(site: Site) -> None:
    """Whoever comes by it is a runner."""
    crew = await make_crew(site)
    await pay(
        site, await join(site, await crew.invite(), payer_email="boss@example.org", is_organiser="1", role="organiser")
    )
    assert (await Person.get(email="boss@example.org")).is_organiser is False


async def test_the_captain_never_sees_an_address(site: Site) -> None:
    """Neither the one that was typed at the desk, nor the friend's own."""
    crew = await make_crew(site)
    link = await crew.invite(email="secret-a@example.org")
    seat = await Seat.filter(team=crew.team, state="invited").get()
    shown = (await crew.browser.get(f"{crew.desk}/seats/{seat.id}")).text
    await pay(site, await join(site, link, payer_email="secret-b@example.org"))
    for path in (crew.desk, f"{crew.desk}/seats/{seat.id}"):
        shown += (await crew.browser.get(path)).text
    assert "secret-" not in shown


@pytest.mark.parametrize("note", ["see www.bad.example", "http://bad.example", "mail me@bad.example", "a/b"])
async def test_a_note_leads_nowhere(site: Site, note: str) -> None:
    """What reaches people who did not ask for it holds no address."""
    crew = await make_crew(site)
    seat = await Seat.filter(team=crew.team).first()
    assert seat is not None
    answer = await crew.post(f"/seats/{seat.id}/invite", name="Fran", note=note)
    assert answer.status_code == 422
    assert "no web address" in words_of(answer.text)
    assert await Invitation.all().count() == 0


async def test_invitations_by_letter_have_an_end(site: Site) -> None:
    """Three of one, and of one address five a day over all teams."""
    crew = await make_crew(site)
    await crew.invite(email="much@example.org")
    seat = await Seat.filter(team=crew.team, state="invited").get()
    for _ in range(2):
        assert (await crew.post(f"/seats/{seat.id}/send")).status_code == 303
    assert (await crew.post(f"/seats/{seat.id}/send")).status_code == 429
    assert await Letter.filter(template="invitation").count() == 3
    for name, status in (("F", 303), ("F", 303), ("G", 303), ("H", 429)):  # the second time it is the same button
        assert (await crew.post(f"/seats/{seat.id}/invite", name=name, email="much@example.org")).status_code == status
    assert await Letter.filter(template="invitation").count() == 5


async def test_another_teams_captain_reaches_no_seat_of_this_one(site: Site) -> None:
    """By no address, and nothing changes."""
    crew, other = await make_crew(site), await make_crew(site)
    await crew.invite()
    seat = await Seat.filter(team=crew.team, state="invited").get()
    for path in ("invite", "send", "revoke", "close"):
        assert (await other.browser.post(f"{crew.desk}/seats/{seat.id}/{path}")).status_code == 403
        assert (await other.browser.post(f"{other.desk}/seats/{seat.id}/{path}")).status_code == 404
    assert (await other.browser.get(f"{other.desk}/seats/{seat.id}")).status_code == 404
    assert (await crew.seats())[0] == "invited"
