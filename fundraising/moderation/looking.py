"""What there is to be looked at: reports by what they are about, words that wait, what is hidden; and who is told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from fundraising.funds.addresses import path_of
from fundraising.funds.models import FundKind
from fundraising.mail.letters import write_from
from fundraising.store.database import connection, transaction

AT_ONCE = 50
MOST_REPORTS = 200
GIFT = """
d.id as gift, d.name, d.company, d.hide_name, d.message, d.in_honour_of, d.message_state, d.hidden_by, p.paid_at
"""
WITHIN = "($1::bigint is null or coalesce(p.charity_id, f.charity_id) = $1)"
REPORTS = f"""
select r.id, r.reason, r.email <> '' as wants_to_hear, r.is_answer, r.made_at, f.id as fund_id, f.kind, f.slug,
       f.name as fund, f.hidden_at, f.hidden_because, r.news_id as news, u.text, {GIFT}
from report r left join page_update u on u.id = r.news_id
     left join donation d on d.id = r.donation_id left join payment p on p.id = d.payment_id
     join fund f on f.id = coalesce(p.fund_id, r.fund_id)
where r.answer is null and {WITHIN} order by r.made_at, r.id limit $2
"""  # noqa: S608 - put together from constants, as below
WAITING = f"""
select {GIFT}, f.id as fund_id, f.kind, f.slug, f.name as fund
from donation d join payment p on p.id = d.payment_id join fund f on f.id = p.fund_id
where d.message_state = 'waiting' and p.state = 'paid' and {WITHIN} order by d.created_at, d.id limit $2
"""  # noqa: S608
HIDDEN_WORDS = f"""
select {GIFT}, f.id as fund_id, f.kind, f.slug, f.name as fund
from donation d join payment p on p.id = d.payment_id join fund f on f.id = p.fund_id
where d.message_state = 'hidden' and p.state = 'paid' and {WITHIN} order by d.created_at desc, d.id desc limit $2
"""  # noqa: S608
HIDDEN_PAGES = """
select f.id as fund_id, f.kind, f.slug, f.name as fund, f.hidden_at, f.hidden_because, f.hidden_by from fund f
where f.hidden_at is not null and ($1::bigint is null or f.charity_id = $1) order by f.hidden_at desc, f.id limit $2
"""
HIDDEN_NEWS = """
select u.id as news, u.text, u.hidden_by, u.made_at, f.id as fund_id, f.kind, f.slug, f.name as fund
from page_update u join pledge_page g on g.id = u.page_id join fund f on f.id = g.fund_id
where u.is_hidden and ($1::bigint is null or f.charity_id = $1) order by u.id desc limit $2
"""
EVENTS = (
    "select id, slug, name, messages_wait from fund where kind = 'event' order by created_at desc, id desc limit 50"
)
COUNT = """
select (select count(distinct coalesce(donation_id::text, 'news ' || news_id, fund_id::text)) from report
        where answer is null) as reports,
       (select count(*) from donation d join payment p on p.id = d.payment_id
        where d.message_state = 'waiting' and p.state = 'paid') as waiting
"""
# At most one in four hours to each organiser, and only when something has come since the last.
DIGEST = """
select p.email, 'to_look_at', '{}'::jsonb, concat_ws(' ', 'to_look_at', p.id, extract(epoch from now())::bigint / 60)
from person p cross join lateral (
  select coalesce(max(l.written_at), '-infinity') as at from letter l
  where l.template = 'to_look_at' and l.recipient = p.email
) last
where p.is_organiser and p.email is not null and last.at < now() - interval '4 hours' and (
  exists (select from report r where r.answer is null and r.made_at > last.at)
  or exists (select from donation d join payment g on g.id = d.payment_id
             where d.message_state = 'waiting' and g.state = 'paid' and g.paid_at > last.at))
"""


@dataclass(slots=True)
class Case:
    """What open reports are about: a message, news or a page, and what they say.

    Args:
        about: the row that shows it; of a page without a gift or news.
    """

    about: dict[str, Any]
    reasons: list[dict[str, Any]] = field(default_factory=list)

    @property
    def gift(self) -> UUID | None:
        """The donation whose words were reported; None: the page was."""
        gift: UUID | None = self.about["gift"]
        return gift

    @property
    def news(self) -> int | None:
        """The news that was reported, or None."""
        news: int | None = self.about["news"]
        return news


@dataclass(frozen=True, slots=True)
class Work:
    """What there is to be done, as much as one page shows.

    Args:
        more: how many words wait besides.
    """

    cases: list[Case]
    waiting: list[dict[str, Any]]
    more: int


async def find_work(charity_id: int | None) -> Work:
    """Reports and words that wait; for a partner those of the charity."""
    async with connection() as reading:
        reports = await reading.fetch(REPORTS, charity_id, MOST_REPORTS)
        waiting = await reading.fetch(WAITING, charity_id, MOST_REPORTS)
    return Work(cases_of(reports), [shown(row) for row in waiting[:AT_ONCE]], max(len(waiting) - AT_ONCE, 0))


def cases_of(reports: Sequence[asyncpg.Record]) -> list[Case]:
    """Reports by what they are about, the oldest first."""
    cases: dict[object, Case] = {}
    for row in reports:
        case = cases.setdefault((row["gift"], row["news"], row["fund_id"]), Case(shown(row)))
        case.reasons.append({name: row[name] for name in ("reason", "wants_to_hear", "is_answer", "made_at")})
    return list(cases.values())


def shown(row: asyncpg.Record) -> dict[str, Any]:
    """A row with the address of its page."""
    return dict(row) | {"path": path_of(FundKind(row["kind"]), row["slug"])}


async def find_hidden(charity_id: int | None) -> dict[str, list[dict[str, Any]]]:
    """The pages, the news and the words that are hidden now, the latest first."""
    statements = {"pages": HIDDEN_PAGES, "news": HIDDEN_NEWS, "words": HIDDEN_WORDS}
    async with connection() as reading:
        return {
            name: [shown(row) for row in await reading.fetch(statement, charity_id, AT_ONCE)]
            for name, statement in statements.items()
        }


async def find_events() -> list[asyncpg.Record]:
    """Every event, and whether words wait there."""
    async with connection() as reading:
        rows: list[asyncpg.Record] = await reading.fetch(EVENTS)
        return rows


async def count_work() -> tuple[int, int]:
    """How many things were reported, and how many words wait."""
    async with connection() as reading:
        row = await reading.fetchrow(COUNT)
    return row["reports"], row["waiting"]


async def tell_organisers(_now: datetime | None = None) -> None:
    """A routine: one letter for all that has come, bounded, however much is reported."""
    async with transaction() as writing:
        await write_from(writing, DIGEST)
