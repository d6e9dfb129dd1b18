"""What counts towards what: moving the totals of a fund and of those above it, in one order of locks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import asyncpg

SEE = "id, team_id, charity_id, event_id"
OF_KIND = f"select {SEE} from fund where id = any($1) and kind = any($2) order by kind, id for update"  # noqa: S608
MOVE = """
update fund set raised_pence = fund.raised_pence + d.pence, gift_aid_pence = fund.gift_aid_pence + d.gift_aid_pence,
       donations = fund.donations + d.donations, version = fund.version + 1
from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::int[]) as d (id, pence, gift_aid_pence, donations)
where fund.id = d.id
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

    Locks are taken in one order everywhere: runners' funds, then teams', then charities' and events', by id within a
    kind; the funds given to are locked *before* it is read what they count towards, so that a gift and a runner's move
    to another team never pass each other unseen.

    Returns:
        Ids of the funds whose totals moved.
    """
    if not changes:
        return []
    given = {change.fund_id for change in changes}
    towards: dict[int, tuple[int | None, int | None, int | None]] = {}

    async def lock(ids: Iterable[int], *kinds: str) -> None:
        for row in await connection.fetch(OF_KIND, sorted(ids), kinds):
            towards[row["id"]] = (row["team_id"], row["charity_id"], row["event_id"])

    await lock(given, "runner")
    teams = given - towards.keys() | {row[0] for row in towards.values() if row[0]}
    if teams:
        await lock(teams, "team")
    rest = given - towards.keys() | {change.charity_id for change in changes}
    rest |= {row[2] for row in towards.values() if row[2]}
    await lock(rest, "charity", "event")

    moved: dict[int, list[int]] = {}
    for change in changes:
        team_id, _, event_id = towards[change.fund_id]
        for fund_id in {change.fund_id, team_id, change.charity_id, event_id} - {None}:
            assert fund_id is not None
            sums = moved.setdefault(fund_id, [0, 0, 0])
            sums[0] += change.pence
            sums[1] += change.gift_aid_pence
            sums[2] += change.donations
    ids = sorted(moved)
    await connection.execute(MOVE, ids, *([moved[fund_id][i] for fund_id in ids] for i in range(3)))
    return ids


def gift_aid(pence: int) -> int:
    """Estimated Gift Aid on a gift: 25p for every £1, integer pence, rounded down (GOV.UK: basic rate of 20 %)."""
    return pence // 4
