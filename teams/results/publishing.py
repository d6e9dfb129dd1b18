"""Results become official in one step, and whoever cares is told in the same transaction."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg

from fundraising.errors import BadInput, Problem
from fundraising.funds.counting import announce
from fundraising.store.database import transaction
from fundraising.web.saving import version_of
from teams.entries import places
from teams.events.models import Race
from teams.results.forms import PublishForm
from teams.results.models import Outcome
from teams.results.sheet import Given
from teams.results.starters import Change, Starter, read_starters

# Typed for somebody who has no place any more.
ASTRAY = """
delete from result using entry e
where e.id = result.entry_id and e.race_id = $1 and e.state <> 'placed' and result.official_at is null
"""
DID_NOT_START = """
insert into result (entry_id, outcome, recorded_by_id, recorded_at) select id, 'not_started', $2, now()
from unnest($1::uuid[]) as id
"""
PUBLISH = """
update result set official_at = now(), team_id = e.team_id
from entry e where e.id = result.entry_id and e.race_id = $1 and result.official_at is null
"""
SHOWN_ON = """
select v.fund_id from race r join event v on v.id = r.event_id where r.id = $1
union select unnest(array[e.fund_id, e.team_id, s.team_id])
from entry e left join result s on s.entry_id = e.id where e.race_id = $1
"""


@dataclass(frozen=True, slots=True)
class Official:
    """How the runner of a pledge page ran, as it counts: for rooms that know of pages and not of races.

    Args:
        fund_id: of the page; who has none is told of nowhere.
        finished: False for who did not finish, did not start or was disqualified.
        milliseconds: raw, as the timer took them; None where there is no time.
        laps: None where they are not counted.
    """

    fund_id: int
    finished: bool
    milliseconds: int | None
    laps: int | None


# Called in the transaction that makes results official, and again, with how they stand now, after each correction.
Told = Callable[[asyncpg.Connection, Sequence[Official]], Awaitable[None]]


class NothingToPublish(Problem):
    """No result, or official already."""

    status = 409
    title = "There is nothing to publish"
    sentence = "No result is recorded yet, or somebody else has published them just now. Look at the list again."


def seen_of(starters: Iterable[Starter]) -> str:
    """A mark of everything that would become official."""
    return version_of({str(who.id): f"{who.stands}" for who in starters})


def missing_of(starters: Iterable[Starter]) -> list[Starter]:
    """Of whom nothing is recorded."""
    return [who for who in starters if who.stands is None]


async def publish(race: Race, by: int, form: PublishForm, told: Sequence[Told]) -> None:
    """Make the results of a race official; of whom nothing is recorded, they have not started.

    Args:
        by: id of the organiser.

    Raises:
        NothingToPublish; BadInput: something has changed, or what is odd was not confirmed.
    """
    async with transaction() as writing:
        await places.lock(writing, [race.id])
        await writing.execute(ASTRAY, race.id)
        starters = await read_starters(writing, race.id)
        if not any(who.stands for who in starters) or any(who.official_at for who in starters):
            raise NothingToPublish
        missing = missing_of(starters)
        _must_be_sure(race, starters, missing, form)
        await writing.execute(DID_NOT_START, [who.id for who in missing], by)
        await writing.execute(PUBLISH, race.id)
        of_missing = [Change(who, Given(who.number or 0, Outcome.NOT_STARTED)) for who in missing]
        await tell(writing, race, [*(Change(who, who.stands) for who in starters if who.stands), *of_missing], told)


def _must_be_sure(race: Race, starters: Sequence[Starter], missing: Sequence[Starter], form: PublishForm) -> None:
    wrong = {}
    if seen_of(starters) != form.seen:
        wrong["seen"] = "Something has changed since you looked. Please look once more."
    if missing and not form.others:
        wrong["others"] = "Please say that those without a result have not started, or record theirs first."
    if race.starts_at > datetime.now(UTC) and not form.early:
        wrong["early"] = "Please say that these are right although the race is still to come."
    if wrong:
        raise BadInput(wrong, {})


async def tell(writing: asyncpg.Connection, race: Race, changes: Iterable[Change], told: Sequence[Told]) -> None:
    """Tell other rooms how runners with a page have run, and every process to show it."""
    official = [
        Official(
            change.who.fund_id,
            change.given.outcome is Outcome.FINISHED,
            change.given.milliseconds,
            change.given.laps,
        )
        for change in changes
        if change.who.fund_id is not None
    ]
    for hear in told if official else ():
        await hear(writing, official)
    rows = await writing.fetch(SHOWN_ON, race.id)
    await announce(writing, sorted(row["fund_id"] for row in rows if row["fund_id"] is not None))
