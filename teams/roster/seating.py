"""Who sits where in a team, and how far they are; as a captain may see it: no address, no date of birth, no note."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

from fundraising.store.database import connection
from teams.entries.placing import public_name
from teams.roster.models import SeatState, Team

NUDGE_AGAIN_AFTER = timedelta(days=3)
MOST_NUDGES = 5  # of one member
SEATS = """
select s.id, s.state, s.name, s.order_id is not null as is_paid, s.nudged_at, s.nudges, s.reserved_until,
       e.id as entry_id, e.first_name, e.last_name, e.person_id, e.number,
       coalesce(e.guardian_name, '') <> '' as is_child,
       (e.guardian_name <> '' and e.guardian_agreed_at is null) as waits_for_parent,
       f.slug as page, f.state as page_state, g.code_version <> '' as has_agreed, f.target_pence,
       f.raised_pence, f.donations,
       i.expires_at, i.email <> '' as by_letter, i.sends,
       exists (select from invitation d where d.seat_id = s.id and d.declined_at is not null) as was_declined
from seat s left join entry e on e.id = s.entry_id left join fund f on f.id = e.fund_id
     left join pledge_page g on g.fund_id = f.id
     left join invitation i on i.seat_id = s.id and i.used_at is null and i.revoked_at is null and i.declined_at is null
where s.team_id = $1 and s.state not in ('closed', 'withdrawn') {more} order by s.opened_at, s.id
"""


@dataclass(frozen=True, slots=True)
class Sitting:
    """A seat, and who sits there or may.

    Args:
        name: of who has joined, as their page shows it; else as the captain typed it.
        page: the slug of the pledge page.
        has_agreed: its runner has agreed to the Code, so that it takes gifts.
        expires_at: of the invitation that is open.
        was_declined: an invitation to it was declined; only the captain sees that.
    """

    id: int
    state: SeatState
    name: str
    is_paid: bool
    entry_id: UUID | None
    person_id: int | None
    is_child: bool
    number: int | None
    waits_for_parent: bool
    page: str | None
    has_agreed: bool
    has_target: bool
    raised_pence: int
    gifts: int
    expires_at: datetime | None
    by_letter: bool
    is_reserved: bool
    was_declined: bool
    nudged_at: datetime | None
    nudges: int

    @property
    def is_expired(self) -> bool:
        """Its invitation is too old; a new one has to be made."""
        return self.expires_at is not None and self.expires_at <= datetime.now(UTC)

    @property
    def needs(self) -> str:
        """The first thing that a member has not done yet, in a word; nothing when all is done."""
        if self.state is not SeatState.JOINED or self.is_child:
            return ""
        if self.page is None:
            return "page"
        if not self.has_agreed:
            return "open"
        if not self.has_target:
            return "target"
        return "" if self.gifts else "gift"

    @property
    def nudge_again_at(self) -> datetime | None:
        """When the captain may nudge again who sits there; None: now, or never again."""
        if self.nudged_at is None or self.is_nudged_out:
            return None
        again_at = self.nudged_at + NUDGE_AGAIN_AFTER
        return again_at if again_at > datetime.now(UTC) else None

    @property
    def is_nudged_out(self) -> bool:
        """As often as anybody may be."""
        return self.nudges >= MOST_NUDGES


async def see_seats(team: Team) -> list[Sitting]:
    """Every seat that is there, in the order in which they were opened."""
    async with connection() as reading:
        return [_seen(row) for row in await reading.fetch(SEATS.format(more=""), team.id)]


async def see_seat(team: Team, seat: int) -> Sitting | None:
    """One of them, or None: also when it belongs to another team."""
    async with connection() as reading:
        row = await reading.fetchrow(SEATS.format(more="and s.id = $2"), team.id, seat)
    return _seen(row) if row else None


def _seen(row: asyncpg.Record) -> Sitting:
    sits = row["entry_id"] is not None
    name = public_name(row["first_name"], row["last_name"], is_child=row["is_child"]) if sits else row["name"]
    return Sitting(
        id=row["id"],
        state=SeatState(row["state"]),
        name=name,
        is_paid=row["is_paid"],
        entry_id=row["entry_id"],
        person_id=row["person_id"],
        is_child=bool(row["is_child"]),
        number=row["number"],
        waits_for_parent=bool(row["waits_for_parent"]),
        page=row["page"] if row["page_state"] != "hidden" else None,
        has_agreed=bool(row["has_agreed"]),
        has_target=row["target_pence"] is not None,
        raised_pence=row["raised_pence"] or 0,
        gifts=row["donations"] or 0,
        expires_at=row["expires_at"],
        by_letter=bool(row["by_letter"]),
        is_reserved=row["reserved_until"] is not None,
        was_declined=row["was_declined"],
        nudged_at=row["nudged_at"],
        nudges=row["nudges"],
    )
