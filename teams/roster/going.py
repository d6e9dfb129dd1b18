"""Who leaves a team, is asked to, or ends it. The rule is the same whoever decides: a page goes with its runner."""

from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from fundraising.errors import Problem
from fundraising.funds.counting import announce_above
from fundraising.funds.moving import move_fund, move_funds
from fundraising.mail.letters import NewLetter, write
from fundraising.pages.fate import PageFate
from fundraising.store.database import transaction
from fundraising.store.queue import enqueue
from teams.entries import changing, places
from teams.entries.changing import refund_of
from teams.entries.models import Entry, EntryState
from teams.entries.placing import give_back, public_name
from teams.roster.founding import note
from teams.roster.models import FactKind, Team
from teams.roster.seats import ORDER, REVOKE, SeatGone, within_the_team

SEAT = """
select s.id, s.team_id, s.order_id, array_remove(array[c.email, d.email], null) as captains
from seat s join team t on t.id = s.team_id
     left join person c on c.id = t.captain_id left join person d on d.id = t.co_captain_id
where s.entry_id = $1 and s.state = 'joined' for update of s
"""
STAND_UP = "update seat set state = 'withdrawn' where id = $1"
AGAIN = """
insert into seat (team_id, state, order_id, name, nudges, opened_at) values ($1, 'empty', $2, '', 0, now())
"""
STEP_DOWN = """
update team set co_captain_id = null where id = $1 and co_captain_id = $2 and not exists
  (select from seat s join entry e on e.id = s.entry_id
   where s.team_id = $1 and s.state = 'joined' and e.person_id = $2 and e.guardian_name = '')
"""
WITHOUT_TEAM = "update entry set team_id = null where id = any($1)"
NEW_CHARITY = "update entry set charity_id = $2 where fund_id = $1"
LOCK = "select id, ended_at from team where id = any($1) order by id for update"
MEMBERS = """
select e.id, e.email, e.fund_id from seat s join entry e on e.id = s.entry_id
where s.team_id = $1 and s.state = 'joined' order by e.id
"""
OPEN = "select id, order_id from seat where team_id = $1 and state in ('empty', 'invited') order by id"
UNDER_WAY = "select exists (select from seat where team_id = $1 and state in ('held', 'taken'))"
CLOSE = "update seat set state = 'closed', reserved_until = null where id = $1"
END = """
update team set ended_at = now(), merging_into_id = null, link_nonce = '', link_hash = null, link_until = null
where id = $1
"""
CLOSE_FUND = """
update fund set state = case when state = 'hidden' and hidden_at is null then 'hidden' else 'closed' end,
       closed_because = $2, version = version + 1
where id = $1
"""
MAKE_ROOM = "update seat set state = 'closed' where team_id = $1 and state = 'empty' and order_id is null"
MERGE_SEATS = "update seat set team_id = $2 where team_id = $1 and state = any($3)"


class CaptainStays(Problem):
    """A captain leaves no team without one."""

    status = 409
    title = "Who leads the team then?"
    sentence = "Hand the team over to somebody first, or dissolve it."


class StillPaying(Problem):
    """Somebody is at Checkout at this moment."""

    status = 409
    title = "Somebody is paying at this moment"
    sentence = "A seat of this team is being paid for. Please try again in half an hour, when that is decided."


class NotOneTeam(Problem):
    """Two teams that cannot become one."""

    status = 409
    title = "These two cannot become one"
    sentence = "Teams merge within one race, while both are there, and when both together are no larger than it allows."


async def leave_seat(writing: asyncpg.Connection, entry: Entry, fact: FactKind) -> None:
    """Stand up from a seat, within the caller's transaction, which holds the places of the race.

    A seat that the captain has paid for is theirs again, for somebody else.

    Raises:
        SeatGone: nobody sits there.
    """
    seat = await writing.fetchrow(SEAT, entry.id)
    if seat is None:
        raise SeatGone
    await writing.execute(STAND_UP, seat["id"])
    if seat["order_id"]:
        await writing.execute(AGAIN, seat["team_id"], seat["order_id"])
    name = "" if entry.guardian_name else public_name(entry.first_name, entry.last_name, is_child=False)
    await note(writing, seat["team_id"], fact, name)
    await step_down(writing, seat["team_id"], entry.person_id)
    facts = {"entry": str(entry.id), "team": seat["team_id"]}
    letters = [NewLetter(to, "friend_left", facts, f"left {entry.id} {seat['id']} {to}") for to in seat["captains"]]
    await write(writing, letters if fact is FactKind.LEFT else [])


async def step_down(writing: asyncpg.Connection, team: int, person: int | None) -> None:
    """A co-captain who does not sit in the team any more does not lead it any more."""
    await writing.execute(STEP_DOWN, team, person)


async def leave(team: Team, entry: Entry, fact: FactKind) -> None:
    """A member leaves, or is removed. The page goes along, with what it raised.

    Who paid for their own place keeps it, without a team. A place that the captain paid for is the captain's.

    Args:
        fact: LEFT or REMOVED.

    Raises:
        SeatGone, CaptainStays
    """
    if entry.person_id is not None and entry.person_id == team.captain_id and not entry.guardian_name:
        raise CaptainStays
    async with transaction() as writing:
        await places.lock(writing, [entry.race_id])
        seat = await writing.fetchrow(SEAT, entry.id)
        if seat is None or seat["team_id"] != team.id:
            raise SeatGone
        facts = {"entry": str(entry.id), "team": team.id, "keeps_place": seat["order_id"] is None}
        if seat["order_id"]:
            await changing.end(writing, entry, EntryState.WITHDRAWN, f"{fact} the team", PageFate.KEPT)
        else:
            await leave_seat(writing, entry, fact)
            await writing.execute(WITHOUT_TEAM, [entry.id])
            if entry.fund_id:
                await move_fund(writing, entry.fund_id, None)
        if fact is FactKind.REMOVED:
            await write(writing, [NewLetter(entry.email, "removed", facts, f"removed {entry.id} {seat['id']}")])


async def dissolve(team: Team) -> None:
    """The team ends. Members keep place and page; what was given to the team stays with its page, which is closed.

    Raises:
        StillPaying, SeatGone: it has ended already.
    """
    async with transaction() as writing:
        await places.lock(writing, [team.race_id])
        await _must_stand(writing, [team.id])
        members = await writing.fetch(MEMBERS, team.id)
        await _close_open(writing, team)
        await writing.execute("update seat set state = 'withdrawn' where team_id = $1 and state = 'joined'", team.id)
        await writing.execute(WITHOUT_TEAM, [member["id"] for member in members])
        await move_funds(
            writing, {member["fund_id"]: None for member in members if member["fund_id"]}, even_closed=True
        )
        await _end(writing, team, "This team does not run any more. What was given to it reaches the charity.")
        await note(writing, team.id, FactKind.DISSOLVED)
        await _tell(writing, team, members, "dissolved")
        await places.offer(writing, [team.race_id])


async def merge(team: Team, other: Team) -> None:
    """The team becomes part of another, whose captain has agreed. What was given to the team itself stays with it.

    Raises:
        NotOneTeam, StillPaying, SeatGone
    """
    if team.race_id != other.race_id or team.id == other.id:
        raise NotOneTeam
    async with transaction() as writing:
        await places.lock(writing, [team.race_id])
        await _must_stand(writing, [team.id, other.id])
        members = await writing.fetch(MEMBERS, team.id)
        try:
            async with transaction() as trying, within_the_team():
                await trying.execute(MAKE_ROOM, other.id)
                await trying.execute(MERGE_SEATS, team.id, other.id, ["joined"])
        except Problem:
            raise NotOneTeam from None
        await _close_open(writing, team)
        ids = [member["id"] for member in members]
        await writing.execute("update entry set team_id = $2 where id = any($1)", ids, other.fund_id)
        to: dict[int, int | None] = {member["fund_id"]: other.fund_id for member in members if member["fund_id"]}
        for moved in await move_funds(writing, to, even_closed=True):
            if moved.has_new_charity:
                await writing.execute(NEW_CHARITY, moved.fund_id, moved.charity_id)
        into = "another team" if other.is_private else other.fund.name
        await _end(writing, team, f"This team has become part of {into}."[:200])
        await note(writing, team.id, FactKind.MERGED, "" if other.is_private else other.fund.name)
        await note(writing, other.id, FactKind.MERGED, "" if team.is_private else team.fund.name)
        await _tell(writing, team, members, "merged", into=other.id)
        await places.offer(writing, [team.race_id])


async def _must_stand(writing: asyncpg.Connection, teams: list[int]) -> None:
    rows = await writing.fetch(LOCK, teams)
    if any(row["ended_at"] for row in rows):
        raise SeatGone("This team has ended already. Nothing was changed now.")
    if await writing.fetchval(UNDER_WAY, teams[0]):
        raise StillPaying


async def _close_open(writing: asyncpg.Connection, team: Team) -> None:
    """Seats in which nobody sits: invitations end, what was paid for them comes back by the rules of the event."""
    await team.fetch_related("race__event")
    refunds: dict[UUID, int] = {}
    for seat in await writing.fetch(OPEN, team.id):
        await writing.execute(CLOSE, seat["id"])
        await writing.execute(REVOKE, seat["id"])
        paid = await writing.fetchrow(ORDER, seat["order_id"]) if seat["order_id"] else None
        if paid and (pence := refund_of(paid["each_pence"], team.race.event, datetime.now(UTC))):
            refunds[paid["payment_id"]] = refunds.get(paid["payment_id"], 0) + pence
    jobs = [give_back(payment, pence, f"ended {team.id} {payment}") for payment, pence in refunds.items()]
    await enqueue(writing, jobs)


async def _end(writing: asyncpg.Connection, team: Team, sentence: str) -> None:
    await writing.execute(END, team.id)
    await writing.execute(CLOSE_FUND, team.fund_id, sentence)
    await announce_above(writing, team.fund_id)


async def _tell(
    writing: asyncpg.Connection, team: Team, members: list[asyncpg.Record], what: str, into: int | None = None
) -> None:
    """Every member is told, in one letter an address."""
    letters = [
        NewLetter(email, f"team_{what}", {"team": team.id, "into": into}, f"{what} {team.id} {email}")
        for email in sorted({member["email"] for member in members})
    ]
    await write(writing, letters)
