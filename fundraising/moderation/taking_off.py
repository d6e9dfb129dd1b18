"""The verbs about pages of runners and teams: taken off the site, and put back. What they raised stays and counts.

Who looks after the page hears why, and can answer. A trigger keeps the page off whatever else is said of its state.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from hashlib import sha256

import asyncpg

from fundraising.errors import NotFound
from fundraising.funds.counting import ABOVE, announce
from fundraising.funds.models import Hider
from fundraising.mail.letters import NewLetter, write
from fundraising.moderation.answering import answer_reports
from fundraising.moderation.hiding import By, HiddenByOthers, may_undo
from fundraising.moderation.models import Answer
from fundraising.payments.checkout import end_sessions_for
from fundraising.store.database import transaction

# `for update`: who is about to give waits, and then finds that there is no page.
LOCK = """
select id, hidden_at, hidden_by from fund
where id = $1 and kind in ('runner', 'team') and ($2::bigint is null or charity_id = $2) for update
"""
TAKE_OFF = """
update fund set behind = state, state = 'hidden', hidden_at = $2, hidden_because = $3, hidden_by = $4,
       version = version + 1
where id = $1
"""
AGAIN = "update fund set hidden_because = $2, hidden_by = $3 where id = $1"
PUT_BACK = """
update fund set state = behind, behind = null, hidden_at = null, hidden_because = '', hidden_by = null,
       version = version + 1
where id = $1
"""
TAKEN_OFF, BACK = "taken_off", "put_back"

Owners = Callable[[asyncpg.Connection, int], Awaitable[list[str]]]  # the addresses of who looks after a page


async def take_off(fund_id: int, because: str, by: By, owners: Owners) -> list[int]:
    """Take a page off the site: nothing lives at its address, no list names it, and it takes no gifts.

    Args:
        because: as who looks after it is told.

    Returns:
        Ids of the funds whose pages showed it.

    Raises:
        NotFound
    """
    async with transaction() as writing:
        row = await _lock(writing, fund_id, by)
        if row["hidden_at"] is not None:
            if may_undo(row["hidden_by"], by.role):
                await writing.execute(AGAIN, fund_id, because, str(by.role))
            return []
        await writing.execute(TAKE_OFF, fund_id, datetime.now(UTC), because, str(by.role))
        await end_sessions_for(writing, fund_id)
        await answer_reports(writing, Answer.HIDDEN, by.person, fund=fund_id)
        return await _tell(writing, fund_id, TAKEN_OFF, owners)


async def put_back(fund_id: int, by: By, owners: Owners) -> list[int]:
    """Show a page again, as it would stand by now.

    Returns:
        Ids of the funds whose pages show it.

    Raises:
        NotFound; HiddenByOthers
    """
    async with transaction() as writing:
        row = await _lock(writing, fund_id, by)
        if row["hidden_at"] is None:
            return []
        if not may_undo(row["hidden_by"], by.role):
            raise HiddenByOthers
        await writing.execute(PUT_BACK, fund_id)
        await answer_reports(writing, Answer.KEPT, by.person, fund=fund_id)
        return await _tell(writing, fund_id, BACK, owners)


async def keep(fund_id: int, by: By) -> None:
    """Leave a page as it is, and say so to who has reported it, or answered that it was hidden.

    Raises:
        NotFound
    """
    async with transaction() as writing:
        row = await _lock(writing, fund_id, by)
        answer = Answer.KEPT if row["hidden_at"] is None else Answer.HIDDEN
        await answer_reports(writing, answer, by.person, fund=fund_id)


async def _lock(writing: asyncpg.Connection, fund_id: int, by: By) -> asyncpg.Record:
    row = await writing.fetchrow(LOCK, fund_id, by.charity_id)
    if row is None or by.role is Hider.RUNNER:
        raise NotFound
    return row


async def _tell(writing: asyncpg.Connection, fund_id: int, template: str, owners: Owners) -> list[int]:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    letters = [
        NewLetter(email, template, {"fund": fund_id}, f"{template} {fund_id} {now} {_key(email)}")
        for email in await owners(writing, fund_id)
    ]
    await write(writing, letters)
    above = [row["id"] for row in await writing.fetch(ABOVE, fund_id)]
    await announce(writing, above)
    return above


def _key(email: str) -> str:
    return sha256(email.lower().encode()).hexdigest()[:16]
