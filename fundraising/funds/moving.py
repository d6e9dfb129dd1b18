"""Moving a runner's page to another team, or to none: what it has raised goes along, in one transaction.

Teams come in here, and who withdraws and raises on. What has moved stands in `fund_move`, in both teams' history.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import asyncpg

from fundraising.errors import Problem
from fundraising.funds.counting import TEAMS, announce
from fundraising.funds.models import FundState

# `for update`, unlike a settlement's lock: who is about to give waits until it is known for whom.
RUNNERS = """
select id, slug, state, team_id, charity_id, event_id, raised_pence, gift_aid_pence, donations from fund
where id = any($1) and kind = 'runner' order by id for update
"""
# Asked under that lock, so that no gift can begin meanwhile.
UNGIVEN = """
select f.id from fund f where f.id = any($1) and f.donations = 0 and f.raised_pence = 0 and not exists
  (select from payment p where p.fund_id = f.id and p.state in ('made', 'open', 'processing', 'paid'))
"""
JOIN = "update fund set team_id = $2, charity_id = $3, version = version + 1 where id = $1"
SHIFT = """
update fund set raised_pence = raised_pence + $2, gift_aid_pence = gift_aid_pence + $3, donations = donations + $4,
       version = version + 1
where id = $1
"""
# By the clock, not by the beginning of the transaction: of two moves the later one waited for the other.
KEEP = """
insert into fund_move (fund_id, left_id, joined_id, raised_pence, gift_aid_pence, donations, at)
values ($1, $2, $3, $4, $5, $6, clock_timestamp())
"""
WRONG = """
select id, fund_id, slug, left_id, joined_id, team_id, was, is_first, is_last from (
  select m.id, m.fund_id, m.left_id, m.joined_id, f.slug, f.team_id, lag(m.joined_id) over of_page as was,
         lag(m.id) over of_page is null as is_first, lead(m.id) over of_page is null as is_last
  from fund_move m join fund f on f.id = m.fund_id window of_page as (partition by m.fund_id order by m.id)
) as move
where (not is_first and left_id is distinct from was) or (is_last and joined_id is distinct from team_id) order by id
"""


class FundStays(Problem):
    """A page that was closed stays where it is: what it raised was given to that team for good."""

    status = 409
    title = "This page stays"
    sentence = "This page is closed, and what it raised stays where it is. Nothing has changed."


@dataclass(frozen=True, slots=True)
class Move:
    """A page that counts for another team now, and the sums that moved with it.

    Args:
        left, joined: ids of the teams' funds; None: no team.
        charity_id: what the page is in aid of from now on.
        has_new_charity: it took that of the team, since nobody had given yet.
    """

    fund_id: int
    left: int | None
    joined: int | None
    raised_pence: int
    gift_aid_pence: int
    donations: int
    charity_id: int | None
    has_new_charity: bool


async def move_fund(
    connection: asyncpg.Connection, fund_id: int, team_id: int | None, *, even_closed: bool = False
) -> Move | None:
    """Let a runner's page count for another team from now on, or for none, within the caller's transaction.

    Args:
        fund_id: of the page; team_id: of the team's fund.
        even_closed: also a page that was given to its team for good; for a team that merges into another.

    Returns:
        What moved; None when the page counts for that team already: then nothing at all has changed.

    Raises:
        FundStays: for a closed page.
    """
    moved = await move_funds(connection, {fund_id: team_id}, even_closed=even_closed)
    return moved[0] if moved else None


async def move_funds(
    connection: asyncpg.Connection, to: Mapping[int, int | None], *, even_closed: bool = False
) -> list[Move]:
    """The same for many pages at once: who moves several in one transaction must lock them all before the first.

    Args:
        to: the team's fund, or None, by the page's fund.

    Raises:
        FundStays: when one of them is closed; nothing has moved then.
    """
    rows = await connection.fetch(RUNNERS, sorted(to))
    rows = [row for row in rows if row["team_id"] != to[row["id"]]]
    if not even_closed and any(row["state"] == FundState.CLOSED for row in rows):
        raise FundStays
    concerned = {team for row in rows for team in (row["team_id"], to[row["id"]]) if team is not None}
    teams = {row["id"]: row for row in await connection.fetch(TEAMS, sorted(concerned))}
    ungiven = {row["id"] for row in await connection.fetch(UNGIVEN, [row["id"] for row in rows])}
    moves = [_move(row, to[row["id"]], teams, may_change_charity=row["id"] in ungiven) for row in rows]
    if moves:
        await _write(connection, moves, teams)
        await announce(connection, _around(rows, moves))
    return moves


def _move(
    row: asyncpg.Record, team_id: int | None, teams: Mapping[int, asyncpg.Record], *, may_change_charity: bool
) -> Move:
    """What moves of a page, read under its lock."""
    charity = teams[team_id]["charity_id"] if team_id and may_change_charity else None
    return Move(
        fund_id=row["id"],
        left=row["team_id"],
        joined=team_id,
        raised_pence=row["raised_pence"],
        gift_aid_pence=row["gift_aid_pence"],
        donations=row["donations"],
        charity_id=charity or row["charity_id"],
        has_new_charity=charity is not None and charity != row["charity_id"],
    )


def _around(rows: Collection[asyncpg.Record], moves: Collection[Move]) -> list[int]:
    """The funds to be read again: totals of charity and event stand still, but not the rows that make them."""
    around = {fund for move in moves for fund in (move.fund_id, move.left, move.joined)}
    around |= {row["event_id"] for row in rows}
    if any(move.has_new_charity for move in moves):
        around |= {row["charity_id"] for row in rows} | {move.charity_id for move in moves}
    return sorted(fund for fund in around if fund is not None)


async def _write(connection: asyncpg.Connection, moves: Collection[Move], teams: Collection[int]) -> None:
    """Pages, totals and history; all that is written is locked already."""
    await connection.executemany(JOIN, [(move.fund_id, move.joined, move.charity_id) for move in moves])
    sums = {team: [0, 0, 0] for team in teams}
    for move in moves:
        for team, sign in ((move.left, -1), (move.joined, 1)):
            if team is not None:
                moved = (move.raised_pence, move.gift_aid_pence, move.donations)
                sums[team] = [was + sign * more for was, more in zip(sums[team], moved, strict=True)]
    await connection.executemany(SHIFT, [(team, *of_team) for team, of_team in sums.items()])
    kept = [(m.fund_id, m.left, m.joined, m.raised_pence, m.gift_aid_pence, m.donations) for m in moves]
    await connection.executemany(KEEP, kept)


async def prove_moves(connection: asyncpg.Connection) -> list[str]:
    """What `books` asks of this room: does each move begin where the last one ended, and is the page there now?"""
    return [
        f"page {row['slug']} (fund {row['fund_id']}) counts for team {row['team_id']}; its last move, {row['id']}, went"
        f" to {row['joined_id']}"
        if row["is_last"] and row["joined_id"] != row["team_id"]
        else f"move {row['id']} of page {row['slug']} (fund {row['fund_id']}) begins at team {row['left_id']}; the one"
        f" before ended at {row['was']}"
        for row in await connection.fetch(WRONG)
    ]
