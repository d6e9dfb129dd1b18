"""Opening a pledge page: a runner's fund and its public face, from what was typed at entry."""

from dataclasses import dataclass

import asyncpg

from fundraising.funds.models import FundKind
from fundraising.funds.slugs import find_free

FUND = """
insert into fund (kind, slug, name, summary, currency, raised_pence, gift_aid_pence, donations, version, state,
                  closed_because, shows_messages, colour, team_id, charity_id, event_id, created_at)
values ('runner', $1, $2, '', 'gbp', 0, 0, 0, 0, 'open', '', $3, $4, $5, $6, $7, now()) returning id
"""
PAGE = "insert into pledge_page (fund_id, person_id, is_child, story, challenge) values ($1, $2, $3, '', $4)"
COLOURS = 12


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
    slug = await find_free(connection, FundKind.RUNNER, page.name)
    colour = sum(slug.encode()) % COLOURS
    given = (slug, page.name[:80], not page.is_child, colour, page.team, page.charity, page.event)
    fund: int = await connection.fetchval(FUND, *given)
    await connection.execute(PAGE, fund, page.person, page.is_child, page.challenge[:80])
    return fund
