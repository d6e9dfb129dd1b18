"""What a page, a stream and a widget show of a fund: total, who raises for it, and the latest messages.

Read past the ORM, by key and from kept totals: as fast with a million gifts as with a thousand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import asyncpg
from starlette.requests import Request

from fundraising.errors import NotFound
from fundraising.funds.addresses import SEE, WITH_ABOVE, Seen, kind_of, must_not_have_moved, path_of, seen
from fundraising.funds.models import FundKind, FundState
from fundraising.matching.pots import ShownPot, find_pots
from fundraising.pledges.sums import Promises, find_promises
from fundraising.store.database import connection, snapshot

MOST_ROWS = 12
MOST_FIGURES = 8  # of runners, that an event's own pages show
MOST_MESSAGES = 8
# Of a gift to what is hidden, or in no list, only the amount is told, but to who looks at that very fund: who gave, and
# their words, say whose page it is.
UNSEEN = "((f.state = 'hidden' or not f.is_listed) and f.id <> $1)"
SAID = f"d.message_state = 'shown' and not {UNSEEN}"
MESSAGE = f"""
select d.id, case when d.hide_name or d.message_state = 'hidden' or {UNSEEN} then null
            else coalesce(nullif(d.company, ''), d.name) end as name,
       case when {SAID} then d.message else '' end as message,
       case when {SAID} and not d.hide_name then d.in_honour_of else '' end as honour,
       case when {SAID} then d.thanks else '' end as thanks,
       p.id as payment_id, p.paid_at,
       case when d.hide_amount then null else p.amount_pence - p.refunded_pence - p.disputed_pence end as pence,
       p.purpose = 'match' as is_match, p.fund_id, f.kind, case when not {UNSEEN} then f.slug end as slug,
       case when not {UNSEEN} then f.name end as fund_name
from {{payments}} join donation d on d.payment_id = p.id join fund f on f.id = p.fund_id
"""  # noqa: S608 - put together from constants
STANDS = "state = 'paid' and refunded_pence + disputed_pence < amount_pence"
LATEST = "order by p.paid_at desc, p.id desc limit $2"


def gifts_sql(kind: FundKind, further: str = "") -> str:
    """The latest gifts to a fund and to what counts towards it: $1 its id, $2 how many.

    Args:
        further: a condition on the payments besides.
    """
    stands = f"{STANDS}{further}"
    if kind is not FundKind.TEAM:
        column = {FundKind.CHARITY: "charity_id", FundKind.EVENT: "event_id"}.get(kind, "fund_id")
        return MESSAGE.format(payments=f"(select * from payment where {column} = $1 and {stands}) p") + LATEST  # noqa: S608
    # A team's gifts move with its members' pages, so they are gathered from the few funds that count towards it now.
    of_each = f"select * from payment where fund_id = m.id and {stands} order by paid_at desc, id desc limit $2"  # noqa: S608
    members = f"(select g.* from fund m cross join lateral ({of_each}) g where m.team_id = $1 or m.id = $1) p"  # noqa: S608
    return MESSAGE.format(payments=members) + LATEST


# What pots have added is told by the pots; it would push aside who gave. The list of every gift has it all.
MESSAGES = {kind: gifts_sql(kind, " and purpose <> 'match'") for kind in FundKind}
BELOW = {  # whose kept totals make up a fund's total, together with what was given to it directly
    FundKind.TEAM: "f.team_id = $1",
    FundKind.EVENT: "f.event_id = $1 and f.kind = 'team'",
    FundKind.CHARITY: "f.charity_id = $1 and f.kind = 'runner'",
}
ALONE = "f.event_id = $1 and f.kind = 'runner' and f.team_id is null"  # the rest of an event, told in one line
# What is hidden, or not to be named in lists, has no row: its sum stands in one line with its like.
SHOWN = "f.state <> 'hidden' and f.is_listed"
RANKED = f"{SHOWN} and f.is_ranked"  # a page in memory of somebody is compared with nobody
ROWS = {
    FundKind.TEAM: f"""{SEE}
    where f.team_id = $1 and {SHOWN} order by f.is_ranked desc, f.raised_pence desc, f.id limit $2""",
    **{
        kind: f"{SEE} where {BELOW[kind]} and {RANKED} order by f.raised_pence desc, f.id limit $2"
        for kind in (FundKind.EVENT, FundKind.CHARITY)
    },
}
FIGURES = f"""
(select f.id, f.raised_pence from fund f where f.event_id = $1 and f.kind = 'runner' and {RANKED}
 order by f.raised_pence desc, f.id limit $2)
union all (select f.id, f.raised_pence from fund f where f.kind = 'charity' and {SHOWN} limit 100)
"""  # noqa: S608 - put together from constants
PROMISED = (FundKind.RUNNER, FundKind.TEAM)  # whose pages tell what is promised
SUM = f"""
select count(*) as n, coalesce(sum(f.raised_pence), 0)::bigint as pence,
       count(*) filter (where not ({SHOWN})) as hidden,
       coalesce(sum(f.raised_pence) filter (where not ({SHOWN})), 0)::bigint as hidden_pence
from fund f where
"""  # noqa: S608 - put together from constants


@dataclass(frozen=True, slots=True)
class Message:
    """A gift as the public sees it. What is hidden is not in it at all.

    Args:
        name: of who gave, or of the company on whose behalf.
        honour: whom it was given for, alive or not.
    """

    id: str
    payment_id: UUID
    name: str | None
    message: str
    honour: str
    pence: int | None
    paid_at: datetime
    fund: "Given"
    is_match: bool = False  # a sponsor's pot has added it to somebody's gift
    thanks: str = ""  # what the runner answered


@dataclass(frozen=True, slots=True)
class Given:
    """What a gift was given to, for a link; of what is hidden neither name nor address is known here."""

    id: int
    kind: FundKind
    slug: str | None
    name: str | None

    @property
    def path(self) -> str:
        """Its address below the site; empty when it is hidden."""
        return path_of(self.kind, self.slug) if self.slug else ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything of a fund that moves.

    Args:
        rows: who raises for it, most first, at most twelve; nobody who is hidden.
        rows_in_all: how many there are whom anybody may see.
        rows_pence: what all have raised, hidden ones too.
        alone: of an event, how many runners have no team.
        alone_pence: what these have raised.
        above: the funds that it counts towards, by id, when they were asked for.
        figures: of an event, what runners and charities have raised that its pages show beside the fragment.
        hidden: how many raise for it and are not shown: private teams, pages that nobody has agreed to yet.
        hidden_pence: what these have raised.
        pots: of sponsors who add to gifts to it.
        promises: of a page or a team, what is promised and in no total yet.
    """

    fund: Seen
    rows: tuple[Seen, ...]
    rows_in_all: int
    rows_pence: int
    alone: int
    alone_pence: int
    messages: tuple[Message, ...]
    figures: Mapping[str, int]
    above: Mapping[int, Seen] = field(default_factory=dict)
    hidden: int = 0
    hidden_pence: int = 0
    pots: tuple[ShownPot, ...] = ()
    promises: Promises | None = None

    @property
    def direct_pence(self) -> int:
        """What was given to the fund itself: with the rows it makes the total, at every instant."""
        return self.fund.raised_pence - self.rows_pence - self.alone_pence

    @property
    def other_pence(self) -> int:
        """What those raised who may be seen and are not among the rows shown."""
        return self.rows_pence - self.hidden_pence - sum(row.raised_pence for row in self.rows)


async def take(fund_id: int, *, hidden: bool = False) -> Snapshot | None:
    """The snapshot of a fund, of one instant, or None when there is no such fund.

    Args:
        hidden: also of one that is not published, for whoever looks after it; a stream that was opened before ends
            with what it knew.
    """
    async with snapshot() as reading:
        row = await reading.fetchrow(SEE + " where f.id = $1 and (f.state <> 'hidden' or $2)", fund_id, hidden)
        return await _around(reading, seen(row)) if row else None


async def take_of(request: Request) -> Snapshot:
    """The snapshot of the fund that a request is about.

    Raises:
        NotFound: when nothing lives there.
    """
    kind = kind_of(request)
    # A runner's total has no rows that must add up to it, so that two readings need not be of one instant.
    async with connection() if kind is FundKind.RUNNER else snapshot() as reading:
        slug = request.path_params["slug"]
        found = {row["id"]: seen(row) for row in await reading.fetch(WITH_ABOVE, str(kind), slug)}
        fund = next((one for one in found.values() if (one.kind, one.slug) == (kind, slug)), None)
        if fund is None or fund.state == FundState.HIDDEN:
            await must_not_have_moved(reading, kind, slug)
            raise NotFound
        above = {id_: one for id_, one in found.items() if one.state != FundState.HIDDEN}
        return await _around(reading, fund, above)


async def _around(reading: asyncpg.Connection, fund: Seen, found: Mapping[int, Seen] | None = None) -> Snapshot:
    rows: list[asyncpg.Record] = []
    figures: list[asyncpg.Record] = []
    below = alone = {"n": 0, "pence": 0, "hidden": 0, "hidden_pence": 0}
    if fund.kind in BELOW:
        rows = await reading.fetch(ROWS[fund.kind], fund.id, MOST_ROWS)
        below = await reading.fetchrow(SUM + BELOW[fund.kind], fund.id)
    if fund.kind is FundKind.EVENT:
        alone = await reading.fetchrow(SUM + ALONE, fund.id)
        figures = await reading.fetch(FIGURES, fund.id, MOST_FIGURES)
    messages = await reading.fetch(MESSAGES[fund.kind], fund.id, MOST_MESSAGES)
    return Snapshot(
        fund=fund,
        rows=tuple(seen(row) for row in rows),
        rows_in_all=below["n"] - below["hidden"],
        rows_pence=below["pence"],
        alone=alone["n"],
        alone_pence=alone["pence"],
        messages=tuple(message(row) for row in messages),
        figures={str(row["id"]): row["raised_pence"] for row in figures},
        above=found or {},
        hidden=below["hidden"],
        hidden_pence=below["hidden_pence"],
        pots=await find_pots(reading, fund),
        promises=await find_promises(reading, fund.id) if fund.kind in PROMISED else None,
    )


def message(row: asyncpg.Record) -> Message:
    """A row of MESSAGE, as the public sees it."""
    return Message(
        id=row["id"].hex[-12:],
        payment_id=row["payment_id"],
        name=row["name"],
        message=row["message"],
        honour=row["honour"],
        pence=row["pence"],
        paid_at=row["paid_at"],
        fund=Given(row["fund_id"], FundKind(row["kind"]), row["slug"], row["fund_name"]),
        is_match=row["is_match"],
        thanks=row["thanks"],
    )
