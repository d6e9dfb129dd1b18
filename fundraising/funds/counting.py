"""What counts towards what: moving the totals of a fund and of those above it, in one order of locks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import asyncpg

CHANNEL = "funds"  # NOTIFY, once per transaction: ids of the funds whose totals moved; empty for all of them
ORDER = ["runner", "team", "charity", "event"]  # of the locks; by id within a kind
LOCK = """
select id, team_id, charity_id, event_id from fund where id = any($1) and kind = any($2::text[])
order by array_position($2::text[], kind::text), id for update
"""
# The rest is locked in its order before the first row is moved: the count can only be told when all of it is.
MOVE = """
with rest as materialized (
  select id from fund where id = any($5) order by array_position($6::text[], kind::text), id for update
), moved as (
  update fund set raised_pence = fund.raised_pence + d.pence, gift_aid_pence = fund.gift_aid_pence + d.gift_aid_pence,
         donations = fund.donations + d.donations, version = fund.version + 1
  from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::int[]) as d (id, pence, gift_aid_pence, donations)
  where fund.id = d.id and (select count(*) from rest) >= 0 returning fund.id
)
select pg_notify($7, case when count(*) < 500 then string_agg(id::text, ',') else '' end) from moved
"""


@dataclass(frozen=True, slots=True)
class Change:
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


async def apply(connection: asyncpg.Connection, changes: Sequence[Change]) -> list[int]:
    """Move the totals of the funds given to, and of what they count towards, within the caller's transaction.

    Locks are taken in one order everywhere: runners' funds, then teams', then charities', then events', by id within a
    kind; the funds given to are locked *before* it is read what they count towards, so that a gift and a runner's move
    to another team never pass each other unseen. Every process is told after the commit.

    Returns:
        Ids of the funds whose totals moved.
    """
    if not changes:
        return []
    given = {change.fund_id for change in changes}
    towards = await _runners_among(connection, given)
    towards |= await _teams_among(connection, given - towards.keys() - {c.charity_id for c in changes}, towards)
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
    columns = ([moved[fund_id][i] for fund_id in ids] for i in range(3))
    rest = [fund_id for fund_id in ids if fund_id not in towards]
    await connection.execute(MOVE, ids, *columns, rest, ORDER, CHANNEL)
    return ids


Towards = dict[int, tuple[int | None, int | None, int | None]]  # team, charity and event, by the fund given to


async def _runners_among(connection: asyncpg.Connection, ids: Iterable[int]) -> Towards:
    """Lock the runners' funds among these, and see what they count towards."""
    rows = await connection.fetch(LOCK, sorted(ids), ["runner"])
    return {row["id"]: (row["team_id"], row["charity_id"], row["event_id"]) for row in rows}


async def _teams_among(connection: asyncpg.Connection, ids: set[int], runners: Towards) -> Towards:
    """When something is given to a team itself, lock every team concerned, and see what it counts towards."""
    if not ids:
        return {}
    above = {row[0] for row in runners.values() if row[0]}
    rows = await connection.fetch(LOCK, sorted(ids | above), ["team"])
    return {row["id"]: (None, row["charity_id"], row["event_id"]) for row in rows}


async def announce(connection: asyncpg.Connection, fund_ids: Sequence[int]) -> None:
    """Tell every process, after the commit, which funds to read again."""
    ids = ",".join(map(str, fund_ids))
    await connection.execute("select pg_notify($1, $2)", CHANNEL, ids if len(fund_ids) < 500 else "")


def gift_aid(pence: int) -> int:
    """Estimated Gift Aid on a gift: 25p for every £1, integer pence, rounded down (GOV.UK: basic rate of 20 %)."""
    return pence // 4
