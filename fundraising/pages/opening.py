"""Opening a pledge page: a runner's fund and its public face, from what was typed at entry."""

from dataclasses import dataclass

import asyncpg

from fundraising.funds.counting import announce_above
from fundraising.funds.models import FundKind
from fundraising.funds.opening import NewFund, open_fund
from fundraising.funds.pictures import forget_picture
from fundraising.pages.own_words import forget_words
from fundraising.pages.standing import settle
from fundraising.pledges.cash import forget_addresses
from fundraising.pledges.settling import let_go

PAGE = "insert into pledge_page (fund_id, person_id, is_child, story, challenge) values ($1, $2, $3, '', $4)"

PICTURE = "select picture_id from fund where id = $1 for update"
RENAME = """
update fund set name = $2, messages_wait = $3, summary = '', picture_id = null, version = version + 1 where id = $1
"""
NEW_OWNER = """
update pledge_page set person_id = $2, is_child = $3, waits_for_guardian = $4, title = '', story = '', video = '',
       in_memory_of = '', is_paused = false, code_version = '', code_agreed_at = null where fund_id = $1
"""


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


@dataclass(frozen=True, slots=True)
class NewOwner:
    """Who a page belongs to from now on.

    Args:
        name: as the page shows it.
        waits_for_guardian: nobody sees it before a parent or guardian has agreed.
    """

    name: str
    person: int
    is_child: bool
    waits_for_guardian: bool


async def open_page(connection: asyncpg.Connection, page: NewPage) -> int:
    """Make the page within the caller's transaction. It takes no gifts before its runner has agreed to the Code.

    Returns:
        The id of its fund.
    """
    new = NewFund(FundKind.RUNNER, page.name, page.event, page.charity, page.team, messages_wait=page.is_child)
    fund = await open_fund(connection, new)
    await connection.execute(PAGE, fund, page.person, page.is_child, page.challenge[:80])
    await settle(connection, fund)
    return fund


async def hand_on(connection: asyncpg.Connection, fund_id: int, new: NewOwner) -> None:
    """Give a page to who runs in its runner's place, in the caller's transaction; address, target and gifts go along.

    Words and face of the one before do not, nor what was promised to them, and the new one has agreed to nothing yet.
    """
    await let_go(connection, fund_id, is_handed_on=True)  # promises are locked before funds, as everybody does
    await forget_addresses(connection, fund_id)
    picture = await connection.fetchval(PICTURE, fund_id)
    await connection.execute(RENAME, fund_id, new.name, new.is_child)
    await connection.execute(NEW_OWNER, fund_id, new.person, new.is_child, new.waits_for_guardian)
    await forget_picture(connection, picture)
    await forget_words(connection, fund_id)
    await settle(connection, fund_id)
    await announce_above(connection, fund_id)
