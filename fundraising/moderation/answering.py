"""What came of reports: those about one thing are answered together, and whoever wanted to hear of it does, once."""

from uuid import UUID

import asyncpg

from fundraising.mail.letters import NewLetter, write
from fundraising.moderation.models import Answer

# An address is forgotten once its letter is written.
ANSWER = """
with open as (
  select id, email from report where answer is null
    and case when $1::uuid is not null then donation_id = $1 when $5::bigint is not null then news_id = $5
             else donation_id is null and news_id is null and fund_id = $2 end
  order by id for update
)
update report r set answer = $3, answered_at = now(), answered_by_id = $4, email = '' from open
where r.id = open.id returning r.id, open.email, r.is_answer
"""
TEMPLATE = "report_answered"


async def answer_reports(
    writing: asyncpg.Connection,
    answer: Answer,
    person: int | None,
    *,
    message: UUID | None = None,
    news: int | None = None,
    fund: int,
) -> None:
    """Answer every open report about a message, a piece of news, or a page, within the caller's transaction.

    Args:
        message: id of the donation that it was said with.
        news: of whose page; with neither they are about the page itself.
        fund: of the page; of a message the fund that it was given to.
    """
    rows = await writing.fetch(ANSWER, message, fund, str(answer), person, news)
    facts = {"fund": fund, "answer": str(answer), "about": "message" if message else "news" if news else "page"}
    letters = [
        NewLetter(row["email"], TEMPLATE, facts, f"{TEMPLATE} {row['id']}")
        for row in rows
        if row["email"] and not row["is_answer"]  # who looks after a page hears of it by another letter
    ]
    await write(writing, letters)
