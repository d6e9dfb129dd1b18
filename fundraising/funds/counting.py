"""What counts towards what: moving the totals of a fund and of those above it, in one order of locks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import asyncpg

CHANNEL = "funds"  # NOTIFY, once per transaction: ids of the funds whose totals moved; empty for all of them
ORDER = ["runner", "team", "charity", "event"]  # of the locks; by id within a kind
# `no key`: a new payment may refer to a fund while its total moves.
# A part of the statement that locks the ledger: each round trip under its lock costs. What hides in a `case` tempts no
# planner to look through all runners for the few that are asked for.
RUNNERS = """
runners as materialized (
  select id, team_id, charity_id, event_id from fund
  where id = any($1) and case kind when 'runner' then (select count(*) from {after}) >= 0 end
  order by id for no key update
)
"""
TEAMS = "select id, charity_id, event_id from fund where id = any($1) and kind = 'team' order by id for no key update"
# The rest is locked in its order before the first row is moved: the count can only be told when all of it is.
MOVE = """
with rest as materialized (
  select id from fund where id = any($5) order by array_position($6::text[], kind::text), id for no key update
), moved as (
  update fund set raised_pence = fund.raised_pence + d.pence, gift_aid_pence = fund.gift_aid_pence + d.gift_aid_pence,
         donations = fund.donations + d.donations, version = fund.version + 1
  from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::int[]) as d (id, pence, gift_aid_pence, donations)
  where fund.id = d.id and (select count(*) from rest) >= 0 returning fund.id
)
select pg_notify($7, case when count(*) < 500 then string_agg(id::text, ',') else '' end) from moved having count(*) > 0
"""
ABOVE = """
select distinct f.id from fund one join fund f on f.id in (one.id, one.team_id, one.charity_id, one.event_id)
where one.id = $1 order by f.id
"""

Towards = dict[int, tuple[int | None, int | None, int | None]]  # team, charity and event, by the fund given to


class Change(NamedTuple):
    """How one fact changes what was given to a fund.

    Args:
        fund_id: the fund given to.
        charity_id: the fund of the charity that receives it.
        pence: more, or less when negative, that stands.
        gift_aid_pence: more or less estimated Gift Aid.
        donations: +1, 0 or -1 gift of which something stands.
    """

    fund_id: int
    charity_id: int
    pence: int
    gift_aid_pence: int
    donations: int


@dataclass(frozen=True, slots=True)
class Moves:
    """How totals move: columns of ids, pence, Gift Aid and gifts; and which of the funds are not locked yet."""

    ids: list[int]
    pence: list[int]
    gift_aid_pence: list[int]
    donations: list[int]
    rest: list[int]

    @property
    def given(self) -> list[object]:
        """The arguments of MOVE."""
        return [self.ids, self.pence, self.gift_aid_pence, self.donations, self.rest, ORDER, CHANNEL]


async def lock_teams(connection: asyncpg.Connection, changes: Sequence[Change], runners: Towards) -> Towards:
    """When something is given to a team itself, lock every team concerned, and see what it counts towards.

    Args:
        runners: the runners' funds among those given to, locked already, and what they count towards.

    Returns:
        The same, and the teams. Locks are taken in one order everywhere: runners' funds, then teams', then charities',
        then events', by id within a kind; the funds given to are locked *before* it is read what they count towards,
        so that a gift and a runner's move to another team never pass each other unseen.
    """
    others = {change.fund_id for change in changes} - runners.keys() - {change.charity_id for change in changes}
    if not others:
        return runners
    above = {row[0] for row in runners.values() if row[0]}
    rows = await connection.fetch(TEAMS, sorted(others | above))
    return runners | {row["id"]: (None, row["charity_id"], row["event_id"]) for row in rows}


def reckon(changes: Sequence[Change], towards: Towards) -> Moves:
    """What moves when something is given: the fund, and those that it counts towards.

    Args:
        towards: of every runner's and team's fund among those given to.
    """
    moved: dict[int, list[int]] = {}
    for change in changes:
        team_id, _, event_id = towards.get(change.fund_id, (None, None, None))
        for fund_id in {change.fund_id, team_id, change.charity_id, event_id} - {None}:
            assert fund_id is not None
            sums = moved.setdefault(fund_id, [0, 0, 0])
            sums[0] += change.pence
            sums[1] += change.gift_aid_pence
            sums[2] += change.donations
    ids = sorted(moved)
    pence, gift_aid_pence, donations = ([moved[fund_id][i] for fund_id in ids] for i in range(3))
    return Moves(ids, pence, gift_aid_pence, donations, [fund_id for fund_id in ids if fund_id not in towards])


async def move(connection: asyncpg.Connection, changes: Sequence[Change], runners: Towards) -> list[int]:
    """Move totals, and tell every process; within the caller's transaction, which holds the lock of the ledger.

    Args:
        runners: the runners' funds among those given to, locked already, and what they count towards.

    Returns:
        Ids of the funds whose totals moved.
    """
    if not changes:
        return []
    moves = reckon(changes, await lock_teams(connection, changes, runners))
    await connection.execute(MOVE, *moves.given)
    return moves.ids


async def announce(connection: asyncpg.Connection, fund_ids: Sequence[int]) -> None:
    """Tell every process, after the commit, which funds to read again."""
    ids = ",".join(map(str, fund_ids))
    await connection.execute("select pg_notify($1, $2)", CHANNEL, ids if len(fund_ids) < 500 else "")


async def announce_above(connection: asyncpg.Connection, fund_id: int) -> None:
    """The same of a fund and of all that it counts towards: another name or state of it stands in their rows."""
    above = await connection.fetch(ABOVE, fund_id)
    await announce(connection, [row["id"] for row in above])


def gift_aid(pence: int) -> int:
    """Estimated Gift Aid on a gift: 25p for every £1, integer pence, rounded down (GOV.UK: basic rate of 20 %)."""
    return pence // 4
