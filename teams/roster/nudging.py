"""Nudging: one tap of the captain's, and a member gets a friendly letter about the first thing not done yet.

The captain learns neither the address nor whether the member wants such letters: the tap looks the same. Nobody writes
to a child.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from fundraising.errors import Problem
from fundraising.mail.letters import NewLetter, Shower, write
from fundraising.store.database import connection, transaction
from teams.events.models import Stage
from teams.roster.captains import find_captains
from teams.roster.models import Team
from teams.roster.seating import see_seat

SERIES = "nudges"
TEMPLATES = {"page": "nudge_page", "open": "nudge_open", "target": "nudge_target", "gift": "nudge_gift"}
WITH_NUDGES = (Stage.OPEN, Stage.CLOSED)
SAME_TAP = timedelta(minutes=1)
LOCK = "select id from seat where id = $1 and team_id = $2 for no key update"
NUDGED = "update seat set nudged_at = now(), nudges = nudges + 1 where id = $1 returning nudges"
EMAIL = "select email from entry where id = $1"
TO = """
select e.first_name, f.slug as page, r.name as race, r.starts_at, d.name as event, t.name as team
from entry e join race r on r.id = e.race_id join event v on v.id = r.event_id join fund d on d.id = v.fund_id
     join fund t on t.id = e.team_id left join fund f on f.id = e.fund_id
where e.id = $1
"""


class NotNow(Problem):
    """A member who was nudged a short while ago, or has done everything."""

    status = 409
    title = "No nudge just now"
    sentence = "There is nothing to nudge them about, or they were nudged a short while ago."


def is_time(team: Team) -> bool:
    """Whether there is still something to get ready for."""
    race = team.race
    return team.ended_at is None and race.event.stage in WITH_NUDGES and race.starts_at > datetime.now(UTC)


async def nudge(team: Team, seat: int) -> None:
    """Write to who sits there about the first thing not done yet; two taps are one.

    Raises:
        NotNow
    """
    now = datetime.now(UTC)
    async with transaction() as writing:
        await writing.execute(LOCK, seat, team.id)  # one tap at a time
        sitting = await see_seat(team, seat)
        if sitting is None or not sitting.needs or not is_time(team):
            raise NotNow
        if sitting.nudged_at and sitting.nudged_at > now - SAME_TAP:
            return
        if sitting.nudge_again_at or sitting.is_nudged_out:
            raise NotNow
        nth = await writing.fetchval(NUDGED, seat)
        email = await writing.fetchval(EMAIL, sitting.entry_id)
        facts = {"team": team.id, "seat": seat, "entry": str(sitting.entry_id)}
        await write(writing, [NewLetter(email, TEMPLATES[sitting.needs], facts, f"nudge {seat} {nth}", SERIES)])


def _shower(need: str) -> Shower:
    async def show(facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """What the letter shows; None when it is done by the time it is sent, or they have left."""
        team = await Team.get(id=facts["team"]).prefetch_related("race__event")
        sitting = await see_seat(team, facts["seat"])
        if sitting is None or sitting.needs != need or str(sitting.entry_id) != facts["entry"] or not is_time(team):
            return None
        async with connection() as reading:
            row = await reading.fetchrow(TO, UUID(facts["entry"]))
        captains = await find_captains(team)
        return dict(row) | {"captain": next((one.name for one in captains), "")} if row else None

    return show


SHOWERS: dict[str, Shower] = {template: _shower(need) for need, template in TEMPLATES.items()}
SAMPLE: Mapping[str, Any] = {
    "series": SERIES,
    "first_name": "Ada",
    "page": "ada-example",
    "race": "The Team Challenge",
    "starts_at": datetime(2027, 4, 25, 9, 30, tzinfo=UTC),
    "event": "Backward Run",
    "team": "Reverse Gear",
    "captain": "Pat Example",
}
SAMPLES: dict[str, Mapping[str, Any]] = dict.fromkeys(TEMPLATES.values(), SAMPLE)
