"""The verbs of everybody else: somebody finds that words or a page should not be shown, and a runner answers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from fundraising.errors import NotFound
from fundraising.funds.addresses import Seen
from fundraising.moderation.forms import ReportForm
from fundraising.store.database import connection, transaction

# What is shown below this fund, as somebody sees it there; a sponsor's pot has said nothing.
GIFT = """
select d.id, d.payment_id, p.paid_at, p.fund_id, d.message_state,
       case when d.hide_name then '' else coalesce(nullif(d.company, ''), d.name) end as name,
       case when d.message_state = 'shown' then d.message else '' end as message,
       case when d.message_state = 'shown' and not d.hide_name then d.in_honour_of else '' end as honour
from donation d join payment p on p.id = d.payment_id join fund f on f.id = p.fund_id
where p.id = $1 and p.state = 'paid' and p.purpose <> 'match' and d.message_state <> 'hidden'
  and (f.state <> 'hidden' and f.is_listed or f.id = $2) and $2 in (p.fund_id, p.charity_id, p.event_id, f.team_id)
"""
NEWS = """
select u.id, u.text, u.made_at from page_update u join pledge_page g on g.id = u.page_id
where u.id = $1 and g.fund_id = $2 and not u.is_hidden
"""
# The button was pressed twice.
KEEP = """
insert into report (fund_id, donation_id, news_id, reason, email, is_answer, made_at)
select $1::bigint, $2::uuid, $3::bigint, $4::text, $5::text, $6::boolean, now() where not exists (
  select from report where fund_id = $1 and donation_id is not distinct from $2 and news_id is not distinct from $3
    and reason = $4 and answer is null)
"""


@dataclass(frozen=True, slots=True)
class Gift:
    """What somebody sees of a gift, and finds wrong.

    Args:
        id: of the donation.
        fund_id: that it was given to.
    """

    id: UUID
    payment_id: UUID
    fund_id: int
    name: str
    message: str
    honour: str
    paid_at: datetime


@dataclass(frozen=True, slots=True)
class News:
    """A piece of news that somebody finds wrong."""

    id: int
    text: str
    made_at: datetime


About = Gift | News | None  # None: the page itself


async def get_news(fund: Seen, number: str) -> News:
    """The news that is told on the page of a fund.

    Raises:
        NotFound
    """
    if not (number.isascii() and number.isdecimal() and len(number) < 18):
        raise NotFound
    async with connection() as reading:
        row = await reading.fetchrow(NEWS, int(number), fund.id)
    if row is None:
        raise NotFound
    return News(row["id"], row["text"], row["made_at"])


async def get_gift(fund: Seen, payment: str) -> Gift:
    """The gift that is shown on the page of a fund.

    Raises:
        NotFound: when it is not, or nothing of it.
    """
    try:
        number = UUID(payment)
    except ValueError:
        raise NotFound from None
    async with connection() as reading:
        row = await reading.fetchrow(GIFT, number, fund.id)
    if row is None or not (row["name"] or row["message"]):
        raise NotFound
    return Gift(
        row["id"], row["payment_id"], row["fund_id"], row["name"], row["message"], row["honour"], row["paid_at"]
    )


async def report(fund: Seen, about: About, form: ReportForm) -> None:
    """Keep what somebody has reported: what they saw on the page of this fund, or the page itself."""
    async with transaction() as writing:
        await _keep(writing, fund.id, about, form.reason, str(form.email or "").lower())


async def answer_being_hidden(fund_id: int, reason: str, email: str) -> None:
    """Keep what who looks after a page says to its being hidden; it is looked at like any report."""
    async with transaction() as writing:
        await _keep(writing, fund_id, None, reason, email.lower(), is_answer=True)


async def _keep(
    writing: asyncpg.Connection, fund_id: int, about: About, reason: str, email: str, *, is_answer: bool = False
) -> None:
    gift, news = (about.id if isinstance(about, kind) else None for kind in (Gift, News))
    await writing.execute("select pg_advisory_xact_lock(hashtextextended($1, 3))", f"{fund_id} {gift} {news} {reason}")
    await writing.execute(KEEP, fund_id, gift, news, reason, email, is_answer)
