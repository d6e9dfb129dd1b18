"""The verbs about a runner's news: hidden and shown again. Whoever wrote it sees that it is hidden."""

import asyncpg

from fundraising.errors import NotFound
from fundraising.funds.counting import announce
from fundraising.funds.models import Hider
from fundraising.moderation.answering import answer_reports
from fundraising.moderation.hiding import By, HiddenByOthers, may_undo
from fundraising.moderation.models import Answer
from fundraising.store.database import transaction

LOCK = """
select u.id, u.is_hidden, u.hidden_by, g.fund_id
from page_update u join pledge_page g on g.id = u.page_id join fund f on f.id = g.fund_id
where u.id = $1 and ($2::bigint is null or f.charity_id = $2) for update of u
"""
CHANGE = "update page_update set is_hidden = $2, hidden_by = $3 where id = $1"


async def hide_news(number: int, by: By) -> list[int]:
    """Hide a piece of news.

    Returns:
        The id of the fund whose page told it.

    Raises:
        NotFound
    """
    async with transaction() as writing:
        row = await _lock(writing, number, by)
        is_others = row["is_hidden"] and not may_undo(row["hidden_by"], by.role)
        return await _say(writing, by, row, hidden_by=row["hidden_by"] if is_others else by.role)


async def show_news(number: int, by: By) -> list[int]:
    """Show it again, or keep it as it is.

    Returns:
        The id of the fund whose page tells it.

    Raises:
        NotFound; HiddenByOthers
    """
    async with transaction() as writing:
        row = await _lock(writing, number, by)
        if row["is_hidden"] and not may_undo(row["hidden_by"], by.role):
            raise HiddenByOthers
        return await _say(writing, by, row, hidden_by=None)


async def _lock(writing: asyncpg.Connection, number: int, by: By) -> asyncpg.Record:
    row = await writing.fetchrow(LOCK, number, by.charity_id)
    if row is None or by.role is Hider.RUNNER:
        raise NotFound
    return row


async def _say(writing: asyncpg.Connection, by: By, row: asyncpg.Record, *, hidden_by: str | None) -> list[int]:
    await writing.execute(CHANGE, row["id"], hidden_by is not None, hidden_by)
    answer = Answer.KEPT if hidden_by is None else Answer.HIDDEN
    await answer_reports(writing, answer, by.person, news=row["id"], fund=row["fund_id"])
    await announce(writing, [row["fund_id"]])
    return [row["fund_id"]]
