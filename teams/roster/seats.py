"""Seats: opened and closed by the captain, held for who fills in the form, and freed when they do not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

from fundraising.errors import Problem
from fundraising.store.database import connection, transaction
from fundraising.store.queue import enqueue
from teams.entries import places
from teams.entries.changing import refund_of
from teams.entries.placing import give_back
from teams.events.models import Event
from teams.roster.models import Team

SAME_TAP = timedelta(seconds=20)
RESERVED = timedelta(minutes=30)  # for who fills in the form
OPEN = """
insert into seat (team_id, state, order_id, name, nudges, opened_at)
select $1, $3, $4, '', 0, now() from generate_series(1, $2)
"""
LOCK = "select id from team where id = $1 for no key update"
JUST_OPENED = "select count(*) from seat where team_id = $1 and id > $2 and opened_at > now() - $3::interval"
RESERVE = """
update seat set reserved_until = $2 where id = $1 and state in ('empty', 'invited') and order_id is null
"""
HELD = "select seat_holds_place(seat) from seat where id = $1"
FREE = "update seat set reserved_until = null where id = $1"
OVERDUE = """
select s.id, t.race_id from seat s join team t on t.id = s.team_id where s.reserved_until < $1 order by t.race_id, s.id
"""
CLOSE = """
update seat set state = 'closed', reserved_until = null
where id = $1 and team_id = $2 and state in ('empty', 'invited') returning id, order_id
"""
ORDER = """
select o.each_pence, p.id as payment_id from seat_order o join payment p on p.id = o.payment_id
where o.id = $1 and p.state = 'paid'
"""
REVOKE = """
update invitation set revoked_at = now()
where seat_id = $1 and used_at is null and revoked_at is null and declined_at is null
"""


class TeamFull(Problem):
    """A team has no more seats than its race allows."""

    status = 409
    title = "Your team is full"
    sentence = "There are no more seats to open: every one that this race allows a team is there already."


class SeatGone(Problem):
    """A seat that somebody has taken meanwhile, or that is closed."""

    status = 409
    title = "This seat has changed"
    sentence = "Somebody has taken it meanwhile, or it is closed. Nothing was changed now."


@asynccontextmanager
async def within_the_team() -> AsyncIterator[None]:
    """Turns the database's refusal of one seat too many into a sentence.

    Raises:
        TeamFull
    """
    try:
        yield
    except asyncpg.CheckViolationError as refused:
        if refused.constraint_name != "team_full":
            raise
        raise TeamFull from None


async def open_seats(
    writing: asyncpg.Connection, team: int, count: int, *, state: str = "empty", order: UUID | None = None
) -> None:
    """Open seats within the caller's transaction, which holds the places of the race when somebody pays for them.

    Raises:
        TeamFull
    """
    async with within_the_team():
        await writing.execute(OPEN, team, count, state, order)


async def open_for_friends(team: int, count: int, newest: int | None) -> None:
    """Open seats that friends pay for; the button pressed twice opens them once.

    Args:
        newest: id of the newest seat that the captain had seen; None: not known.

    Raises:
        TeamFull
    """
    async with transaction() as writing:
        await writing.execute(LOCK, team)
        if newest is None or await writing.fetchval(JUST_OPENED, team, newest, SAME_TAP) != count:
            await open_seats(writing, team, count)


async def reserve(race: int, seat: int) -> bool:
    """Hold a place while the form is filled in.

    Returns:
        False when the race has none left.
    """
    async with transaction() as writing:
        locked = await places.lock(writing, [race])
        if not await writing.fetchval(HELD, seat) and locked.left(race) < 1:
            return False
        await writing.execute(RESERVE, seat, datetime.now(UTC) + RESERVED)
    return True


async def free_overdue() -> None:
    """By the clock: who has not sent the form in time gives the place back; the invitation stays good."""
    async with connection() as reading:
        overdue = await reading.fetch(OVERDUE, datetime.now(UTC))
    for row in overdue:
        async with transaction() as writing:
            await places.lock(writing, [row["race_id"]])
            await writing.execute(FREE + " and reserved_until < now()", row["id"])
            await places.offer(writing, [row["race_id"]])


async def close(team: Team, event: Event, seat: int) -> int:
    """Close a seat in which nobody sits: its invitation is revoked, and what was paid for it comes back by the rules.

    Returns:
        Pence that go back to who paid for it.

    Raises:
        SeatGone
    """
    async with transaction() as writing:
        await places.lock(writing, [team.race_id])
        closed = await writing.fetchrow(CLOSE, seat, team.id)
        if closed is None:
            raise SeatGone
        await writing.execute(REVOKE, seat)
        refund = await _refund(writing, event, seat, closed["order_id"]) if closed["order_id"] else 0
        await places.offer(writing, [team.race_id])
    return refund


async def _refund(writing: asyncpg.Connection, event: Event, seat: int, order: UUID) -> int:
    paid = await writing.fetchrow(ORDER, order)
    pence = refund_of(paid["each_pence"], event, datetime.now(UTC)) if paid else 0
    if pence:
        await enqueue(writing, [give_back(paid["payment_id"], pence, f"seat {seat}")])
    return pence
