"""Founding a team: its fund, its race, and who may look after it."""

import asyncpg

from fundraising.funds.models import FundKind
from fundraising.funds.slugs import find_free

FUND = """
insert into fund (kind, slug, name, summary, currency, raised_pence, gift_aid_pence, donations, version, state,
                  closed_because, shows_messages, colour, charity_id, event_id, created_at)
values ('team', $1, $2, '', 'gbp', 0, 0, 0, 0, 'open', '', true, $3, $4, $5, now()) returning id
"""
TEAM = "insert into team (fund_id, race_id, motto, about) values ($1, $2, '', '')"
COLOURS = 12


async def found_team(connection: asyncpg.Connection, name: str, race: int, event: int, charity: int | None) -> int:
    """Found a team within the caller's transaction.

    Args:
        event, charity: ids of the funds that it counts towards; without a charity each member has their own.

    Returns:
        The id of its fund.
    """
    slug = await find_free(connection, FundKind.TEAM, name)
    fund: int = await connection.fetchval(FUND, slug, name[:80], sum(slug.encode()) % COLOURS, charity, event)
    await connection.execute(TEAM, fund, race)
    return fund
