"""Thanking a supporter: once for each gift, with ready words or own ones, by letter and under the gift on the page.

Of a child's page it is the parent or guardian who thanks. The runner sees who gave, also who hides the name from the
page, as the form says; never an address, and no amount that is hidden.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from fundraising.errors import NotFound
from fundraising.funds.counting import announce_above
from fundraising.funds.owning import Own
from fundraising.mail.letters import NewLetter, Shower, write
from fundraising.people.asking import Asker
from fundraising.store.database import connection, transaction

TEMPLATE = "thanks"
MOST_CHARACTERS = 300
AT_ONCE = 30
READY = "Thank you! Every pound is a step backwards, which is forwards here."
READY_IN_MEMORY = "Thank you. It means a great deal to us."
# What a sponsor's pot adds is thanked where the pot is, not gift by gift.
STANDS = """
p.state = 'paid' and p.purpose in ('donation', 'cash') and p.refunded_pence + p.disputed_pence < p.amount_pence
"""
GIFTS = f"""
select d.id, d.name, d.company, d.hide_name, d.message_state, coalesce(d.hidden_by, 'organiser') as hidden_by,
       case when d.message_state = 'hidden' and d.hidden_by is distinct from 'runner' then '' else d.message
       end as message,
       case when not d.hide_amount then p.amount_pence - p.refunded_pence - p.disputed_pence end as pence,
       p.paid_at, d.thanks, d.thanked_at, d.email <> '' as has_letter
from payment p join donation d on d.payment_id = p.id
where p.fund_id = $1 and {STANDS} and (not $2 or d.thanked_at is null)
  and ($4::uuid is null or (p.paid_at, d.id) < (
    select q.paid_at, e.id from donation e join payment q on q.id = e.payment_id where e.id = $4))
order by p.paid_at desc, d.id desc limit $3
"""  # noqa: S608 - put together from constants
UNTHANKED = f"""
select count(*) from payment p join donation d on d.payment_id = p.id
where p.fund_id = $1 and {STANDS} and d.thanked_at is null
"""  # noqa: S608 - put together from constants
THANK = f"""
update donation d set thanks = $3, thanked_at = now() from payment p
where p.id = d.payment_id and d.id = $1 and p.fund_id = $2 and {STANDS} and d.thanked_at is null returning d.email
"""  # noqa: S608 - put together from constants
IS_THERE = f"""
select exists (
  select from donation d join payment p on p.id = d.payment_id where d.id = $1 and p.fund_id = $2 and {STANDS})
"""  # noqa: S608 - put together from constants
ABOUT = """
select d.name, d.thanks, d.token, f.name as fund, '/pages/' || f.slug as path, f.state <> 'hidden' as is_there,
       c.name as charity
from donation d join payment p on p.id = d.payment_id join fund f on f.id = p.fund_id join fund c on c.id = p.charity_id
where d.id = $1 and d.thanked_at is not null
"""
OF_PERSON = f"""
select f.name, '/pages/' || f.slug as path, count(*) as unthanked
from pledge_page g join fund f on f.id = g.fund_id join payment p on p.fund_id = f.id
     join donation d on d.payment_id = p.id
where g.person_id = $1 and {STANDS} and d.thanked_at is null group by f.id order by f.name
"""  # noqa: S608 - put together from constants


@dataclass(frozen=True, slots=True)
class Supporter:
    """A gift, as the runner sees it.

    Args:
        company: on whose behalf it was given, if any.
        hide_name: the page does not say it.
        hidden_by: who has taken the message off the page, when somebody has.
        message: empty when that was somebody else than the runner.
        pence: what stands of it; None when its amount is hidden.
        has_letter: there is an address to write to.
    """

    id: UUID
    name: str
    company: str
    hide_name: bool
    message_state: str
    hidden_by: str
    message: str
    pence: int | None
    paid_at: datetime
    thanks: str
    thanked_at: datetime | None
    has_letter: bool


async def supporters_of(fund_id: int, *, waiting: bool = False, before: UUID | None = None) -> Sequence[Supporter]:
    """Gifts to a page, newest first, one more than are shown at once.

    Args:
        waiting: only those not thanked yet.
        before: go on after this one.
    """
    async with connection() as reading:
        rows = await reading.fetch(GIFTS, fund_id, waiting, AT_ONCE + 1, before)
    return [Supporter(**row) for row in rows]


async def count_unthanked(fund_id: int) -> int:
    """How many gifts to a page are not thanked yet."""
    async with connection() as reading:
        count: int = await reading.fetchval(UNTHANKED, fund_id)
    return count


async def thank(own: Own, gift: UUID, words: str) -> None:
    """Thank for a gift; what was thanked for already stays as it is, and no second letter is written.

    Raises:
        NotFound: when no such gift stands on the page.
    """
    async with transaction() as writing:
        row = await writing.fetchrow(THANK, gift, own.fund.id, words)
        if row is None:
            if not await writing.fetchval(IS_THERE, gift, own.fund.id):
                raise NotFound
            return
        await write(writing, [NewLetter(row["email"], TEMPLATE, {"donation": str(gift)}, f"{TEMPLATE} {gift}")])
        await announce_above(writing, own.fund.id)


async def panel(asker: Asker) -> tuple[str, Mapping[str, Any]]:
    """What a person's account says of it: pages with gifts that are not thanked yet."""
    async with connection() as reading:
        rows = await reading.fetch(OF_PERSON, asker.id)
    return "fundraising/pages/_mine_unthanked.html", {"unthanked": rows}


async def _show(facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What the letter shows; None when the page is not to be seen any more."""
    async with connection() as reading:
        row = await reading.fetchrow(ABOUT, UUID(facts["donation"]))
    if row is None or not row["is_there"] or not row["thanks"]:
        return None
    return dict(row) | {"thanks": " ".join(row["thanks"].split())}


SHOWERS: dict[str, Shower] = {TEMPLATE: _show}
SAMPLES: dict[str, Mapping[str, Any]] = {
    TEMPLATE: {
        "name": "Ada Example",
        "thanks": READY,
        "token": "x" * 32,
        "fund": "Sam Sample",
        "path": "/pages/sam-sample",
        "charity": "Second Wind",
    }
}
