"""What a key reads: always of its own charity alone, by the fund that its row names and nothing that was asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg

from charities.api.shapes import CharityTotals, Donation, GivenTo, Page, Team, Unnamed
from charities.desk.parts import TEAMS
from fundraising.funds.addresses import path_of
from fundraising.funds.models import FundKind
from fundraising.payments.models import Purpose

# Named by the API: what everybody finds on the site, and no child. Those off it or unlisted are summed up.
CHILD = "exists (select from pledge_page g where g.fund_id = f.id and g.is_child)"
NAMED = f"(f.state <> 'hidden' and f.is_listed and not {CHILD})"
TOTALS = """
select f.slug, f.name, f.currency, f.raised_pence, f.target_pence, f.gift_aid_pence, f.donations, f.version,
       (select count(*) from fund m where m.charity_id = f.id and m.kind = 'runner') as pages,
       (select count(*) from fund m where m.charity_id = f.id and m.kind = 'team') as teams
from fund f where f.id = $1
"""
RAISER = """
select f.id, f.slug, f.name, f.state, e.slug as event, f.currency, {part}.raised_pence, f.target_pence,
       {part}.gift_aid_pence, {part}.donations, f.created_at
"""
AFTER_ONE = f"""
f.charity_id = $1 and f.id > $2 and f.created_at >= $3 and {NAMED} order by f.id limit $4
"""
PAGES = f"""
{RAISER.format(part="f")}, t.slug as team from fund f left join fund e on e.id = f.event_id and e.state <> 'hidden'
     left join fund t on t.id = f.team_id and t.state <> 'hidden' and t.is_listed
where f.kind = 'runner' and {AFTER_ONE}
"""
OF_TEAMS = f"""
{RAISER.format(part="part")}, part.pages as members
from ({TEAMS}) part join fund f on f.id = part.id left join fund e on e.id = f.event_id and e.state <> 'hidden'
where {AFTER_ONE}
"""
UNNAMED_PAGES = f"""
select count(*) as count, coalesce(sum(f.raised_pence), 0)::bigint as raised_pence
from fund f where f.charity_id = $1 and f.kind = 'runner' and not {NAMED}
"""  # noqa: S608 - put together from constants
UNNAMED_TEAMS = f"""
select count(*) as count, coalesce(sum(part.raised_pence), 0)::bigint as raised_pence
from ({TEAMS}) part join fund f on f.id = part.id where f.charity_id = $1 and not {NAMED}
"""  # noqa: S608 - put together from constants
UNNAMED = {FundKind.RUNNER: UNNAMED_PAGES, FundKind.TEAM: UNNAMED_TEAMS}
# As the public sees it: who gave to what is not named, and their words, would say whose page it is.
SAID = f"d.message_state <> 'hidden' and (f.id = $1 or {NAMED})"
DONATIONS = f"""
select p.id, p.paid_at, p.purpose, p.amount_pence, p.currency, not d.hide_amount as amount_is_public, d.gift_aid,
       p.amount_pence - p.refunded_pence - p.disputed_pence as standing_pence,
       case when f.id = $1 or {NAMED} then f.kind end as kind, f.slug, f.name as fund_name,
       case when {SAID} and not d.hide_name then coalesce(nullif(d.company, ''), d.name) end as name,
       case when {SAID} and d.message_state = 'shown' then d.message else '' end as message
from payment p join donation d on d.payment_id = p.id join fund f on f.id = p.fund_id
where p.charity_id = $1 and p.state = 'paid' and p.paid_at >= $2 and (p.paid_at, p.id) > ($3, $4)
order by p.paid_at, p.id limit $5
"""  # noqa: S608 - put together from constants
AFTER = "select paid_at from payment where id = $1 and charity_id = $2 and state = 'paid'"
KINDS: Mapping[str, Literal["cash", "match"]] = {Purpose.CASH: "cash", Purpose.MATCH: "match"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads of one charity.

    Args:
        base: of the site's addresses.
        fund_id: of the charity.
    """

    connection: asyncpg.Connection
    base: str
    fund_id: int

    async def totals(self) -> CharityTotals:
        """The charity and its totals."""
        row = await self.connection.fetchrow(TOTALS, self.fund_id)
        return CharityTotals(url=self._url(FundKind.CHARITY, row["slug"]), **dict(row))

    async def pages(self, after: int, since: datetime, limit: int) -> list[Page]:
        """Runners' pages after one of them."""
        rows = await self.connection.fetch(PAGES, self.fund_id, after, since, limit)
        return [Page(url=self._url(FundKind.RUNNER, row["slug"]), **dict(row)) for row in rows]

    async def teams(self, after: int, since: datetime, limit: int) -> list[Team]:
        """Teams after one of them."""
        rows = await self.connection.fetch(OF_TEAMS, self.fund_id, after, since, limit)
        return [Team(url=self._url(FundKind.TEAM, row["slug"]), **dict(row)) for row in rows]

    async def unnamed(self, kind: FundKind) -> Unnamed:
        """How many are counted and not named, and what these have raised."""
        return Unnamed(**dict(await self.connection.fetchrow(UNNAMED[kind], self.fund_id)))

    async def paid_at(self, donation: UUID) -> datetime | None:
        """When a donation to the charity was paid; None when it has no such donation."""
        found: datetime | None = await self.connection.fetchval(AFTER, donation, self.fund_id)
        return found

    async def donations(self, after: tuple[datetime, UUID], since: datetime, limit: int) -> list[Donation]:
        """Donations after one of them, by when they were paid."""
        rows = await self.connection.fetch(DONATIONS, self.fund_id, since, *after, limit)
        return [self._donation(row) for row in rows]

    def _url(self, kind: FundKind, slug: str) -> str:
        return self.base + path_of(kind, slug)

    def _donation(self, row: Mapping[str, Any]) -> Donation:
        given = {name: value for name, value in row.items() if name not in ("purpose", "kind", "slug", "fund_name")}
        kind = FundKind(row["kind"]) if row["kind"] else None
        page = GivenTo(kind=kind.value, name=row["fund_name"], url=self._url(kind, row["slug"])) if kind else None
        return Donation(kind=KINDS.get(row["purpose"], "online"), page=page, **given)
