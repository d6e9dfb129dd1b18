"""What becomes of a page whose runner does not run after all: paused, kept, or given to the team; its donors are told.

Who withdraws comes in here, and whoever takes somebody's place away.
"""

from enum import StrEnum

import asyncpg

from fundraising.errors import Problem
from fundraising.funds.models import FundState
from fundraising.funds.moving import move_fund
from fundraising.pages.standing import settle
from fundraising.pages.telling import tell_donors
from fundraising.pledges.settling import let_go

# `for update`: who is about to give waits, and then finds how the page stands.
LOCK = "select state, hidden_at, team_id from fund where id = $1 and kind = 'runner' for update"
STOP = "update pledge_page set stopped_because = $2 where fund_id = $1"


class PageFate(StrEnum):
    """What becomes of a page."""

    PAUSED = "paused"  # takes no gifts for now; what it raised still counts where it did
    KEPT = "kept"  # raises on, for its charity and no longer for the team
    TEAM = "team"  # closed; what it raised stays with the team for good


class NoTeam(Problem):
    """A page that counts for no team cannot be given to one."""

    status = 409
    title = "There is no team to give it to"
    sentence = "This page counts for no team at the moment, so it cannot be given to one. Nothing has changed."


SENTENCES = {
    PageFate.PAUSED: "{} is not running this time. What was given reaches the charity all the same.",
    PageFate.TEAM: "{} is not running this time. What was given here stays with the team, and reaches the charity.",
}


async def settle_page(connection: asyncpg.Connection, fund_id: int, fate: PageFate, first_name: str) -> None:
    """Decide about the page of somebody who does not run, within the caller's transaction.

    A page that nobody may see stays unseen; one that is closed has had its fate, and nothing happens to it. What
    befalls one that was taken off the site holds once it is shown again.

    Args:
        fund_id: of the page.
        first_name: as its page may say it.

    Raises:
        NoTeam: when it is to be given to a team, and counts for none.
    """
    await let_go(connection, fund_id)  # promises are locked before funds, as everybody does
    page = await connection.fetchrow(LOCK, fund_id)
    if page is None or page["state"] == FundState.CLOSED:
        return
    if fate is PageFate.TEAM and page["team_id"] is None:
        raise NoTeam
    if fate is PageFate.KEPT:
        await move_fund(connection, fund_id, None)
    else:
        because = SENTENCES[fate].format(first_name)[:200]
        await connection.execute(STOP, fund_id, because)
        is_unseen = page["state"] == FundState.HIDDEN and page["hidden_at"] is None
        await settle(connection, fund_id, for_good=fate is PageFate.TEAM and not is_unseen)
    await tell_donors(connection, fund_id, f"page_{'given' if fate is PageFate.TEAM else fate}", page["team_id"])
