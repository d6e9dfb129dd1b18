"""The verbs about words that were said with a gift: hidden, shown, approved. The money counts in any case.

What was hidden is shown again by whoever hid it, or by who stands above: the runner, a partner of the charity, the
organiser.
"""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from fundraising.donations.models import MessageState
from fundraising.errors import Forbidden, NotFound
from fundraising.funds.counting import announce
from fundraising.funds.models import Hider
from fundraising.moderation.answering import answer_reports
from fundraising.moderation.models import Answer
from fundraising.store.database import transaction

RANK = list(Hider)
LOCK = """
select d.id, d.message_state, d.hidden_by, p.fund_id, p.charity_id, p.event_id, f.team_id,
       f.messages_wait or coalesce(e.messages_wait, false) as words_wait
from donation d join payment p on p.id = d.payment_id join fund f on f.id = p.fund_id
     left join fund e on e.id = f.event_id
where d.id = $1 and p.purpose <> 'match' and ($2::bigint is null or p.fund_id = $2)
  and ($3::bigint is null or p.charity_id = $3) for update of d
"""
CHANGE = "update donation set message_state = $2, hidden_by = $3 where id = $1"


class HiddenByOthers(Forbidden):
    """What the organiser or the charity has hidden."""

    title = "Hidden by somebody else"
    sentence = "The organiser or the charity has hidden this. Only they can show it again."


class StillWaits(Forbidden):
    """Words that are looked at first."""

    title = "Somebody looks at it first"
    sentence = "Messages on this page are shown once the organiser or the charity has looked at them."


@dataclass(frozen=True, slots=True)
class By:
    """Who decides about words.

    Args:
        person: who it is.
        fund_id: a runner decides about gifts to this fund alone.
        charity_id: a partner, about gifts for this charity alone.
    """

    role: Hider
    person: int
    fund_id: int | None = None
    charity_id: int | None = None


def may_undo(hidden_by: str | None, role: Hider) -> bool:
    """Whether somebody may show again what was hidden by another; of what nobody has signed, the organiser has."""
    return RANK.index(role) >= RANK.index(Hider(hidden_by) if hidden_by else Hider.ORGANISER)


async def hide_message(donation: UUID, by: By) -> list[int]:
    """Hide what was said with a gift, and who said it.

    Returns:
        Ids of the funds whose pages showed it.

    Raises:
        NotFound
    """
    async with transaction() as writing:
        row = await _lock(writing, donation, by)
        was_hidden = row["message_state"] == MessageState.HIDDEN
        hider = row["hidden_by"] if was_hidden and not may_undo(row["hidden_by"], by.role) else by.role
        return await _say(writing, by, row, MessageState.HIDDEN, hider)


async def show_message(donation: UUID, by: By) -> list[int]:
    """Show again what was hidden; show what has waited; or keep what was reported as it is.

    A runner shows again what they have hidden themselves; where words wait, they wait again.

    Returns:
        Ids of the funds whose pages show it.

    Raises:
        NotFound; HiddenByOthers; StillWaits: for a runner.
    """
    async with transaction() as writing:
        row = await _lock(writing, donation, by)
        if row["message_state"] == MessageState.HIDDEN and not may_undo(row["hidden_by"], by.role):
            raise HiddenByOthers
        state = MessageState.SHOWN
        if by.role is Hider.RUNNER:
            if row["message_state"] == MessageState.WAITING:
                raise StillWaits
            state = MessageState.WAITING if row["words_wait"] else MessageState.SHOWN
        return await _say(writing, by, row, state, None)


async def _lock(writing: asyncpg.Connection, donation: UUID, by: By) -> asyncpg.Record:
    row = await writing.fetchrow(LOCK, donation, by.fund_id, by.charity_id)
    if row is None:
        raise NotFound
    return row


async def _say(
    writing: asyncpg.Connection, by: By, row: asyncpg.Record, state: MessageState, hider: str | None
) -> list[int]:
    """Keep it, answer who has reported it, and let every page that shows it be read again."""
    await writing.execute(CHANGE, row["id"], str(state), hider)
    if by.role is not Hider.RUNNER or state is MessageState.HIDDEN:
        answer = Answer.HIDDEN if state is MessageState.HIDDEN else Answer.KEPT
        await answer_reports(writing, answer, by.person, message=row["id"], fund=row["fund_id"])
    ids = {row["fund_id"], row["team_id"], row["charity_id"], row["event_id"]} - {None}
    await announce(writing, sorted(ids))
    return sorted(ids)
