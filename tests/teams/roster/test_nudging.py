"""One tap, one letter: about the first thing not done, not too often, to nobody's displeasure, and not to children."""

import asyncio
from datetime import UTC, datetime, timedelta
from email import policy
from email.parser import BytesParser

import pytest

from fundraising.funds.models import Fund
from fundraising.mail.models import Letter
from fundraising.mail.stopping import SERIES, stop
from teams.entries.models import Entry
from teams.events.models import Event, Race
from teams.roster.models import Seat, Team
from tests.conftest import Site
from tests.looking import words_of
from tests.makers import agree_to_code, make_gift
from tests.teams.roster.making import Crew, make_crew, make_member, seat_of

FRAN = "fran@example.org"


async def nudge(crew: Crew, entry: Entry) -> int:
    """The tap."""
    return (await crew.post(f"/seats/{(await seat_of(entry)).id}/nudge")).status_code


async def let_days_pass(days: float) -> None:
    """Since the last nudge."""
    await Seat.filter(nudged_at__isnull=False).update(nudged_at=datetime.now(UTC) - timedelta(days=days))


async def written() -> list[str]:
    """The nudges that were written, as they came."""
    return [letter.template for letter in await Letter.filter(series="nudges").order_by("id")]


async def test_a_nudge_is_about_the_first_thing_not_done(site: Site) -> None:
    """A page, then that it takes gifts, then a target, then a gift; then there is nothing more to say."""
    crew = await make_crew(site)
    fran = await make_member(crew, FRAN)
    page = fran.fund
    assert page is not None
    await Entry.filter(id=fran.id).update(fund_id=None)
    assert await nudge(crew, fran) == 303
    await let_days_pass(3.1)
    await Entry.filter(id=fran.id).update(fund=page)
    assert await nudge(crew, fran) == 303
    await let_days_pass(3.1)
    await agree_to_code(page.id)
    assert await nudge(crew, fran) == 303
    await let_days_pass(3.1)
    await Fund.filter(id=page.id).update(target_pence=2000)
    assert await nudge(crew, fran) == 303
    await let_days_pass(3.1)
    assert await written() == ["nudge_page", "nudge_open", "nudge_target", "nudge_gift"]
    await make_gift(page, crew.charity)
    assert await nudge(crew, fran) == 409
    assert len(await written()) == 4
    assert set(await Letter.filter(series="nudges").values_list("recipient", flat=True)) == {FRAN}


async def test_the_letter_says_who_asked_and_how_to_stop_it(site: Site) -> None:
    """And the desk shows no address."""
    crew = await make_crew(site)
    fran = await make_member(crew, FRAN)
    assert await nudge(crew, fran) == 303
    await Letter.filter(series=None).delete()
    await site.work()
    (kept,) = site.house.doors.office.kept()
    letter = BytesParser(policy=policy.default).parsebytes(kept.read_bytes())
    text = letter.get_body(("plain",)).get_content()
    assert "Dear Fran" in text
    assert "Ada asked us to say so" in text
    assert SERIES["nudges"] in text
    assert letter["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert FRAN not in (await crew.browser.get(crew.desk)).text


async def test_one_in_three_days_and_five_in_all(site: Site) -> None:
    """The button says when it is possible again."""
    crew = await make_crew(site)
    fran = await make_member(crew)
    seat = await seat_of(fran)
    for nth in range(1, 6):
        button = f'action="{crew.desk}/seats/{seat.id}/nudge"'
        for path in (crew.desk, f"{crew.desk}/seats/{seat.id}"):
            assert button in (await crew.browser.get(path)).text
        assert await nudge(crew, fran) == 303
        await let_days_pass(2.9)
        assert await nudge(crew, fran) == 409
        waits = (await crew.browser.get(crew.desk)).text
        assert button not in waits
        assert ("; again from" in words_of(waits)) is (nth < 5)
        await let_days_pass(3.1)
        assert len(await written()) == nth
    assert await nudge(crew, fran) == 409
    assert "Nudged 5 times" in words_of((await crew.browser.get(crew.desk)).text)


async def test_two_taps_send_one(committed_site: Site) -> None:
    """At the same instant, and after one another."""
    crew = await make_crew(committed_site)
    fran = await make_member(crew)
    answers = await asyncio.gather(*(nudge(crew, fran) for _ in range(4)))
    assert [*answers, await nudge(crew, fran)] == [303] * 5
    assert len(await written()) == 1
    assert (await seat_of(fran)).nudges == 1


async def test_who_has_stopped_them_is_not_written_to_and_the_captain_is_not_told(site: Site) -> None:
    """The tap looks the same, and so does the desk after it."""
    crew = await make_crew(site)
    wants, stopped = await make_member(crew), await make_member(crew, FRAN)
    await stop(FRAN, "nudges")
    seen = []
    for entry in (wants, stopped):
        seat = await seat_of(entry)
        answer = await crew.post(f"/seats/{seat.id}/nudge")
        shown = await crew.browser.get(f"{crew.desk}/seats/{seat.id}?said=nudged")
        words = words_of(shown.text).replace(f"{entry.first_name} {entry.last_name}", "NAME")
        seen.append((answer.status_code, answer.headers["location"], words.partition("Nudged on")[2][:40]))
    assert seen[0] == seen[1]
    assert await Letter.filter(series="nudges", recipient=FRAN).count() == 0
    assert len(await written()) == 1


async def test_nobody_writes_to_a_child(site: Site) -> None:
    """There is no button, and the tap is refused."""
    crew = await make_crew(site)
    child = await make_member(crew)
    await Entry.filter(id=child.id).update(guardian_name="Pat Parent", guardian_agreed_at=datetime.now(UTC))
    assert "/nudge" not in (await crew.browser.get(crew.desk)).text
    assert await nudge(crew, child) == 409
    assert await written() == []


@pytest.mark.parametrize("over", ["cancelled", "resting", "finished", "run", "ended"])
async def test_when_there_is_nothing_to_get_ready_for_nobody_is_nudged(site: Site, over: str) -> None:
    """Nor after the race, nor by a team that has ended."""
    crew = await make_crew(site)
    fran = await make_member(crew)
    now = datetime.now(UTC)
    if over == "run":
        await Race.filter(id=crew.team.race_id).update(starts_at=now - timedelta(hours=1))
    elif over == "ended":
        await Team.filter(id=crew.team.id).update(ended_at=now)
    else:
        await Event.filter(id=crew.event.id).update(stage=over)
    assert "/nudge" not in (await crew.browser.get(crew.desk)).text
    assert await nudge(crew, fran) == 409
    assert await written() == []


async def test_what_is_done_before_the_letter_goes_is_not_asked_for(site: Site) -> None:
    """It is dropped: there is nothing to be said any more."""
    crew = await make_crew(site)
    fran = await make_member(crew)
    assert fran.fund is not None
    assert await nudge(crew, fran) == 303
    await agree_to_code(fran.fund.id)
    await Letter.filter(series=None).delete()
    await site.work()
    assert site.house.doors.office.kept() == []


async def test_another_teams_captain_nudges_nobody_here(site: Site) -> None:
    """By neither address."""
    crew, other = await make_crew(site), await make_crew(site)
    seat = await seat_of(await make_member(crew))
    assert (await other.browser.post(f"{crew.desk}/seats/{seat.id}/nudge")).status_code == 403
    assert (await other.browser.post(f"{other.desk}/seats/{seat.id}/nudge")).status_code == 404
    assert await written() == []


async def test_an_invitation_is_nudged_by_its_letter_three_times(site: Site) -> None:
    """The page says when it last went, and then that a call does more."""
    crew = await make_crew(site)
    await crew.invite(email=FRAN)
    seat = await Seat.get(team=crew.team, state="invited")
    for _ in range(2):
        assert "Send the letter again" in (await crew.browser.get(f"{crew.desk}/seats/{seat.id}")).text
        assert (await crew.post(f"/seats/{seat.id}/send")).status_code == 303
    shown = words_of((await crew.browser.get(f"{crew.desk}/seats/{seat.id}")).text)
    assert "A letter went out 3 times, last on" in shown
    assert ("a call from you does more" in shown, "Send the letter again" in shown) == (True, False)
