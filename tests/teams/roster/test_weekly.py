"""The captain's weekly letter: once, while there is something to do, to whoever leads the team and wants it."""

import asyncio
from datetime import UTC, datetime, timedelta
from email import policy
from email.parser import BytesParser
from zoneinfo import ZoneInfo

import pytest

from fundraising.funds.models import Fund
from fundraising.mail.models import Letter
from fundraising.mail.stopping import stop
from fundraising.people.models import Person
from fundraising.store.database import transaction
from teams.entries.models import Entry
from teams.events.models import Event, Race
from teams.roster.models import Invitation, Seat, Team
from teams.roster.weekly import write_weekly_letters
from tests.conftest import Site
from tests.makers import agree_to_code, make_gift, make_person
from tests.teams.roster.making import Crew, make_crew, make_member

ZONE = ZoneInfo("Europe/London")


async def run(days: float = 0) -> int:
    """The job, so many days from now."""
    async with transaction() as writing:
        return await write_weekly_letters(writing, datetime.now(ZONE) + timedelta(days=days))


async def make_old_crew(site: Site, days: float = 7) -> Crew:
    """A team that was founded so many days ago."""
    crew = await make_crew(site)
    await Team.filter(id=crew.team.id).update(founded_at=datetime.now(UTC) - timedelta(days=days))
    return crew


async def recipients() -> list[str]:
    """Who was written to."""
    return sorted(await Letter.filter(template="captain_week").values_list("recipient", flat=True))


async def make_done(crew: Crew) -> list[Entry]:
    """A full team of which everybody has page, target and first gift."""
    entries = [await make_member(crew) for _ in range(4)]
    for entry in entries:
        assert entry.fund is not None
        await agree_to_code(entry.fund.id)
        await Fund.filter(id=entry.fund.id).update(target_pence=2000)
        await make_gift(entry.fund, crew.charity, 500)
    return entries


async def test_it_comes_once_a_week_from_the_first_week_on(site: Site) -> None:
    """However often the job runs; not in the days after the founding."""
    crew = await make_old_crew(site, days=0)
    assert [await run(days) for days in (0, 3, 6, 7, 7, 9, 14, 20, 21)] == [0, 0, 0, 1, 0, 0, 1, 0, 1]
    assert await recipients() == [crew.captain.email] * 3
    assert set(await Letter.filter(template="captain_week").values_list("series", flat=True)) == {"captain"}


async def test_several_processes_write_one(committed_site: Site) -> None:
    """At the same instant."""
    crew = await make_old_crew(committed_site)
    await asyncio.gather(*(run() for _ in range(4)))
    assert await recipients() == [crew.captain.email]


async def test_the_co_captain_gets_one_too_and_who_has_stopped_it_none(site: Site) -> None:
    """Each their own."""
    crew = await make_old_crew(site)
    await Team.filter(id=crew.team.id).update(co_captain=await make_person("second@example.org", sign_ins=1))
    await stop(crew.captain.email or "", "captain")
    assert await run() == 1
    assert await recipients() == ["second@example.org"]


async def test_it_says_who_has_come_and_what_is_still_to_be_done(site: Site) -> None:
    """Each member once, with the first thing; no address; one link."""
    crew = await make_old_crew(site)
    names = {"no page": "Pia", "not open": "Olu", "no target": "Tom", "no gift": "Gus"}
    await crew.post("/seats", count="1", pays="friends")
    for number, name in enumerate(names.values()):
        await make_member(crew, f"m{number}@example.org", **{"first_name-1": name, "last_name-1": "Example"})
    await Entry.filter(first_name="Pia").update(fund_id=None)
    gus = await Entry.get(first_name="Gus")
    for name in ("Tom", "Gus"):
        await agree_to_code((await Entry.get(first_name=name)).fund_id)
    await Fund.filter(id=gus.fund_id).update(target_pence=2000)
    child = await make_member(crew, "m9@example.org", **{"first_name-1": "Kid", "last_name-1": "Small"})
    await Entry.filter(id=child.id).update(guardian_name="Pat Parent", fund_id=None)
    await crew.post("/seats", count="2", pays="friends")
    await crew.invite(email="asked@example.org")
    await Invitation.filter(email="asked@example.org").update(expires_at=datetime.now(UTC) + timedelta(days=2))
    await Fund.filter(id=crew.team.fund_id).update(target_pence=100_000)
    assert await run() == 1
    await Letter.exclude(template="captain_week").delete()
    await site.work()
    (kept,) = site.house.doors.office.kept()
    text = BytesParser(policy=policy.default).parsebytes(kept.read_bytes()).get_body(("plain",)).get_content()
    assert "has raised £0 of £1,000. 5 runners of 4 to 8 are in." in text
    assert "Joined this week: Pia Example, Olu Example, Tom Example, Gus Example, Kid Small." in text
    assert "- No page yet: Pia Example\n" in text
    assert "- Page takes no gifts yet: Olu Example\n" in text
    assert "- No target yet: Tom Example\n" in text
    assert "- No first gift yet: Gus Example\n" in text
    assert "- 1 seat is empty\n" in text
    assert "- 1 invitation not answered yet, and about to expire\n" in text
    assert f"http://run.test{crew.desk}" in text
    assert "@example.org" not in text.replace(crew.captain.email or "", "")


async def test_when_all_is_done_there_is_nothing_to_say(site: Site) -> None:
    """Nor when it is done between the writing and the sending."""
    crew = await make_old_crew(site)
    await make_done(crew)
    assert await run() == 0
    seat = await Seat.create(team=crew.team)
    assert await run() == 1
    await Letter.exclude(template="captain_week").delete()
    await seat.delete()
    await site.work()
    assert site.house.doors.office.kept() == []


@pytest.mark.parametrize("over", ["draft", "cancelled", "resting", "finished", "race day", "run", "ended", "erased"])
async def test_it_ends_with_the_team_the_event_or_the_day(site: Site, over: str) -> None:
    """Nobody is asked to get ready for nothing."""
    crew = await make_old_crew(site)
    now = datetime.now(UTC)
    if over in ("race day", "run"):
        at = now if over == "race day" else now - timedelta(days=1)
        await Race.filter(id=crew.team.race_id).update(starts_at=at)
    elif over == "ended":
        await Team.filter(id=crew.team.id).update(ended_at=now)
    elif over == "erased":
        await Person.filter(id=crew.captain.id).update(email=None, erased_at=now)
    else:
        await Event.filter(id=crew.event.id).update(stage=over)
    assert await run() == 0


async def test_who_has_never_signed_in_is_not_written_to(site: Site) -> None:
    """Anybody may type an address when a team is founded."""
    crew = await make_old_crew(site)
    await Person.filter(id=crew.captain.id).update(sign_ins=0)
    assert await run() == 0
    await Person.filter(id=crew.captain.id).update(sign_ins=1)
    await Fund.filter(id=crew.team.fund_id).update(state="hidden")
    assert await run() == 0
    await Team.filter(id=crew.team.id).update(is_private=True)
    assert await run() == 1
