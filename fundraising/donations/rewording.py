"""A supporter changes what is said with a gift, and what of it everybody may see; every open page follows."""

from uuid import UUID

from fundraising.donations.models import MessageState
from fundraising.donations.receipt_forms import WordsForm
from fundraising.funds.counting import ABOVE, announce
from fundraising.store.database import transaction

NOW = """
select d.message, d.in_honour_of, d.message_state, p.fund_id, p.charity_id,
       f.messages_wait or coalesce(e.messages_wait, false) as words_wait
from donation d join payment p on p.id = d.payment_id join fund f on f.id = p.fund_id
     left join fund e on e.id = f.event_id
where d.id = $1 for update of d
"""
CHANGE = """
update donation set name = $2, message = $3, in_honour_of = $4, hide_name = $5, hide_amount = $6, message_state = $7
where id = $1
"""


async def reword(donation_id: UUID, form: WordsForm) -> None:
    """Keep what a supporter says now, in place of what was said."""
    async with transaction() as writing:
        now = await writing.fetchrow(NOW, donation_id)
        has_changed = (form.message, form.in_honour_of) != (now["message"], now["in_honour_of"])
        state = state_of(
            MessageState(now["message_state"]),
            has_words=bool(form.message or form.in_honour_of),
            has_changed=has_changed,
            words_wait=now["words_wait"],
        )
        await writing.execute(
            CHANGE,
            donation_id,
            form.name,
            form.message,
            form.in_honour_of,
            form.hide_name,
            form.hide_amount,
            state,
        )
        above = {row["id"] for row in await writing.fetch(ABOVE, now["fund_id"])}
        await announce(writing, sorted(above | {now["charity_id"]}))


def state_of(now: MessageState, *, has_words: bool, has_changed: bool, words_wait: bool) -> MessageState:
    """Whether the public sees words once they are changed. Pure.

    What somebody has hidden stays so, whatever it says now: who hid it may show it again. New words wait where words
    wait, and where the ones before still did.
    """
    if now is MessageState.HIDDEN or not has_changed:
        return now
    if has_words and (words_wait or now is MessageState.WAITING):
        return MessageState.WAITING
    return MessageState.SHOWN
