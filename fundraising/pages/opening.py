"""Opening a pledge page: a runner's fund and its public face, from what was typed at entry."""

from dataclasses import dataclass

import asyncpg

from fundraising.funds.models import FundKind
from fundraising.funds.opening import NewFund, open_fund

PAGE = "insert into pledge_page (fund_id, person_id, is_child, story, challenge) values ($1, $2, $3, '', $4)"


@dataclass(frozen=True, slots=True)
class NewPage:
    """What a new pledge page is made from.

    Args:
        challenge: what the runner has entered, in a few words.
        team, charity, event: ids of the funds that it counts towards.
        is_child: no search engine finds it, and nobody's words stand on it before somebody has looked.
    """

    name: str
    challenge: str
    person: int | None
    team: int | None
    charity: int
    event: int
    is_child: bool = False


async def open_page(connection: asyncpg.Connection, page: NewPage) -> int:
    """Make the page within the caller's transaction.

    Returns:
        The id of its fund.
    """
    new = NewFund(FundKind.RUNNER, page.name, page.event, page.charity, page.team, messages_wait=page.is_child)
    fund = await open_fund(connection, new)
    await connection.execute(PAGE, fund, page.person, page.is_child, page.challenge[:80])
    return fund
