"""What the runner of a page has entered, for sponsors by result: they know pages, and not races."""

from collections.abc import Mapping
from typing import Any

from fundraising.funds.addresses import Seen
from fundraising.funds.models import FundState
from fundraising.pledges.sponsoring import Course
from fundraising.store.database import connection
from teams.events.models import RaceKind, Stage

ENTERED = """
select r.name, r.kind, r.starts_at, v.stage
from entry e join race r on r.id = e.race_id join event v on v.id = r.event_id
where e.fund_id = $1 and e.state = 'placed'
"""
OFF = (Stage.CANCELLED, Stage.RESTING, Stage.DRAFT)


async def course_of(fund_id: int) -> Course | None:
    """What the runner of a page runs; None: they have no place."""
    async with connection() as reading:
        row = await reading.fetchrow(ENTERED, fund_id)
    if row is None:
        return None
    is_fun = row["kind"] == RaceKind.FUN  # no race: laps are counted there, as its results do
    return Course(row["name"], row["starts_at"], not is_fun, is_fun, row["stage"] in OFF)


async def page_panel(fund: Seen) -> tuple[str, Mapping[str, Any]] | None:
    """On a pledge page: the way to sponsor by result, as long as anybody may."""
    course = await course_of(fund.id) if fund.state == FundState.OPEN else None
    if course is None or not course.is_ahead:
        return None
    return "fundraising/pledges/_way.html", {"fund": fund, "rule": course.rules[0]}
