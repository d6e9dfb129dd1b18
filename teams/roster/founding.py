"""Founding a team: its fund, its race, who looks after it, and the seats of who is entered with it already."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from fundraising.funds.models import FundKind, FundState
from fundraising.funds.opening import NewFund, open_fund
from teams.entries.placing import PartyTeam
from teams.events.team_names import find_free
from teams.roster.models import FactKind

TEAM = """
insert into team (fund_id, race_id, captain_id, motto, about, is_private, on_boards, link_nonce, link_limit, founded_at)
values ($1, $2, $3, $4, $5, $6, true, '', 0, now()) returning id
"""
SEATS = """
insert into seat (team_id, state, entry_id, name, nudges, opened_at)
select $1, 'joined', e.id, '', 0, now() from unnest($2::uuid[]) as e (id)
"""
FACT = "insert into team_fact (team_id, kind, name, at) values ($1, $2, $3, now())"


@dataclass(frozen=True, slots=True)
class NewTeam:
    """What a team is founded from.

    Args:
        race: id of the race that it runs.
        event, charity: ids of the funds that it counts towards; without a charity each member has their own.
        captain: id of the person who looks after it.
        members: ids of the entries that are placed with it already.
        is_public: its page is published at once.
        is_private: its page is for its members only.
    """

    name: str
    race: int
    event: int
    charity: int | None
    captain: int | None
    members: Sequence[UUID] = ()
    motto: str = ""
    about: str = ""
    target_pence: int | None = None
    colour: int | None = None
    is_public: bool = True
    is_private: bool = False


async def found(connection: asyncpg.Connection, new: NewTeam) -> int:
    """Found a team within the caller's transaction.

    Returns:
        The id of its fund.
    """
    fund = await open_fund(
        connection,
        NewFund(
            FundKind.TEAM,
            new.name,
            new.event,
            new.charity,
            target_pence=new.target_pence,
            colour=new.colour,
            state=FundState.OPEN if new.is_public and not new.is_private else FundState.HIDDEN,
        ),
    )
    given = (fund, new.race, new.captain, new.motto, new.about, new.is_private)
    team: int = await connection.fetchval(TEAM, *given)
    await connection.execute(SEATS, team, list(new.members))
    await note(connection, team, FactKind.FOUNDED)
    return fund


async def found_team(connection: asyncpg.Connection, team: PartyTeam) -> int:
    """Found the team of a party that was entered with a name for one; handed to the entries by the roof."""
    name = await find_free(connection, team.event, team.name)
    return await found(connection, NewTeam(name, team.race, team.event, team.charity, team.captain, team.members))


async def note(connection: asyncpg.Connection, team: int, kind: FactKind, name: str = "") -> None:
    """A line of a team's history.

    Args:
        team: its id.
        name: who it is about, as the public may know them.
    """
    await connection.execute(FACT, team, str(kind), name[:80])
