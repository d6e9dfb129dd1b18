"""Whether a runner's page is seen and takes gifts: one answer from all that is known of it.

Its runner, a guardian, a withdrawn place and the Code each say something; whoever changes one of these facts comes in
here afterwards, in the same transaction. What the organiser takes off the site stays off it, whatever is said here:
a trigger keeps the answer for later.
"""

from dataclasses import dataclass, replace

import asyncpg

from fundraising.errors import NotFound
from fundraising.funds.counting import announce, announce_above
from fundraising.funds.models import FundState
from fundraising.pages.models import Seen
from fundraising.payments.checkout import end_sessions_for

# `for update`: who is about to give waits, and then finds how the page stands.
LOCK = """
select coalesce(f.behind, f.state) as state, f.closed_because, f.is_listed, f.is_ranked, f.name, g.seen_by, g.is_paused,
       g.waits_for_guardian, g.stopped_because, g.code_version, g.in_memory_of
from fund f join pledge_page g on g.fund_id = f.id where f.id = $1 for update of f
"""
SETTLE = """
update fund set state = $2, closed_because = $3, is_listed = $4, is_ranked = $5, version = version + 1 where id = $1
"""
AGREED = "update pledge_page set waits_for_guardian = $2 where fund_id = $1"
PAUSED = "{} has paused this page for now. What was given reaches the charity; please come back later."
NOT_READY = "{} is still getting this page ready, and it takes no gifts yet. Please come back in a day or two."


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a page.

    Args:
        state: of its fund, now; only that it is closed counts, since that is for good.
        stopped_because: why it takes no gifts, when its runner does not run.
    """

    name: str
    state: FundState = FundState.OPEN
    closed_because: str = ""
    seen_by: Seen = Seen.PUBLIC
    is_paused: bool = False
    waits_for_guardian: bool = False
    stopped_because: str = ""
    has_agreed: bool = True
    in_memory: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What follows for its fund.

    Args:
        because: a sentence for who wants to give.
        is_listed: named in lists and found by search engines.
        is_ranked: compared with other pages.
    """

    state: FundState
    because: str
    is_listed: bool
    is_ranked: bool


def standing_of(facts: Facts) -> Standing:
    """The answer. Pure."""
    state, because = _state(facts)
    return Standing(state, because, facts.seen_by is Seen.PUBLIC, not facts.in_memory)


def _state(facts: Facts) -> tuple[FundState, str]:
    name = facts.name.split(" ")[0]
    if facts.state is FundState.CLOSED:
        return FundState.CLOSED, facts.closed_because
    because = (
        facts.stopped_because
        or (PAUSED.format(name) if facts.is_paused else "")
        or ("" if facts.has_agreed else NOT_READY.format(name))
    )
    if facts.waits_for_guardian or facts.seen_by is Seen.PRIVATE:
        return FundState.HIDDEN, because
    return (FundState.PAUSED if because else FundState.OPEN), because


async def settle(connection: asyncpg.Connection, fund_id: int, *, for_good: bool = False) -> Standing:
    """Let a page's fund stand as its facts say, within the caller's transaction; who is at the till is sent away.

    Args:
        for_good: it is closed now, for the reason that stands on the page.

    Raises:
        NotFound: when there is no such page.
    """
    row = await connection.fetchrow(LOCK, fund_id)
    if row is None:
        raise NotFound
    facts = _facts(row)
    now = standing_of(
        replace(facts, state=FundState.CLOSED, closed_because=facts.stopped_because) if for_good else facts
    )
    before = (row["state"], row["closed_because"], row["is_listed"], row["is_ranked"])
    if before == (now.state, now.because, now.is_listed, now.is_ranked):
        return now
    await connection.execute(SETTLE, fund_id, str(now.state), now.because[:200], now.is_listed, now.is_ranked)
    if now.state is not FundState.OPEN:
        await end_sessions_for(connection, fund_id)
    if (row["state"] == FundState.HIDDEN, *before[2:]) != (now.state is FundState.HIDDEN, now.is_listed, now.is_ranked):
        await announce_above(connection, fund_id)
    else:
        await announce(connection, [fund_id])
    return now


def _facts(row: asyncpg.Record) -> Facts:
    return Facts(
        name=row["name"],
        state=FundState(row["state"]),
        closed_because=row["closed_because"],
        seen_by=Seen(row["seen_by"]),
        is_paused=row["is_paused"],
        waits_for_guardian=row["waits_for_guardian"],
        stopped_because=row["stopped_because"],
        has_agreed=bool(row["code_version"]),
        in_memory=bool(row["in_memory_of"]),
    )


async def guardian_answers(connection: asyncpg.Connection, fund_id: int, *, agrees: bool) -> None:
    """A parent or guardian has agreed that a child runs, or has to first: until then nobody sees the page."""
    await connection.execute(AGREED, fund_id, not agrees)
    await settle(connection, fund_id)
