"""A runner's news: written, changed, taken down, and told once to the supporters who asked for it.

A fact of the clock tells them, some minutes later: until then whoever wrote it may still mend or delete it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from fundraising.errors import NotFound, Problem
from fundraising.funds.counting import announce
from fundraising.funds.owning import Own
from fundraising.funds.pictures import describe, forget_picture
from fundraising.mail.letters import Shower, write_from
from fundraising.store.database import connection, transaction
from fundraising.web.markdown import plain
from fundraising.web.words import short

SERIES = "updates"
TEMPLATE = "runner_news"
MOST_CHARACTERS = 4000
MOST_A_DAY = 10
AT_ONCE = 10  # on the page with all of them
ON_PAGE = 2
SAME = timedelta(minutes=10)  # the same words again within this time are a form that was sent twice
WAIT = timedelta(minutes=10)
TOO_LATE = timedelta(days=1)  # what could not be told for a day, since the page was paused, is no news any more
IN_LETTER = 600  # characters

LOCK = "select id from pledge_page where id = $1 for no key update"
AGAIN = """
select id from page_update
where page_id = $1 and text = $2 and picture_id is not distinct from $3 and made_at > now() - $4::interval
order by id desc limit 1
"""
COUNT = "select count(*) from page_update where page_id = $1 and made_at > now() - interval '1 day'"
ADD = """
insert into page_update (page_id, text, picture_id, is_hidden, made_at) values ($1, $2, $3, false, now()) returning id
"""
ONE = "select picture_id, is_hidden from page_update where id = $1 and page_id = $2 for update"
CHANGE = "update page_update set text = $2, picture_id = $3 where id = $1"
DELETE = "delete from page_update where id = $1"
SEE = """
select u.id as number, u.text, u.made_at, u.told_at, u.is_hidden, u.picture_id, p.width, p.height, p.description
from page_update u left join picture p on p.id = u.picture_id
"""
SHOWN = SEE + " where u.page_id = $1 and not u.is_hidden and u.id <= $2 order by u.id desc limit $3"
OWN = SEE + " where u.page_id = $1 and u.id <= $2 order by u.id desc limit $3"
NEWEST = 2**62
# Whose page is open to nobody but its runner has nothing to tell.
DUE = """
update page_update u set told_at = now() from pledge_page g join fund f on f.id = g.fund_id
where g.id = u.page_id and u.told_at is null and not u.is_hidden
  and u.made_at between now() - $1::interval and now() - $2::interval
  and f.state in ('open', 'closed') and g.seen_by <> 'private' and not g.is_paused and f.hidden_at is null
returning u.id
"""
# One for each address, however often somebody gave; not for what went back as a whole.
WANT_NEWS = """
select distinct on (lower(d.email)) d.id, d.email from payment p join donation d on d.payment_id = p.id
where p.fund_id = {fund} and p.state = 'paid' and p.refunded_pence + p.disputed_pence < p.amount_pence
  and d.updates_ok and d.email <> '' order by lower(d.email), p.paid_at desc, p.id desc
"""
LETTERS = f"""
select d.email, '{TEMPLATE}', jsonb_build_object('update', u.id, 'donation', d.id),
       concat_ws(' ', '{TEMPLATE}', u.id, md5(lower(d.email)))
from page_update u join pledge_page g on g.id = u.page_id cross join lateral ({WANT_NEWS.format(fund="g.fund_id")}) d
where u.id = any($2)
"""  # noqa: S608 - put together from constants
WOULD_HEAR = f"""
select count(*) from ({WANT_NEWS.format(fund="$1")}) d
where not exists (select from stopped_series s where s.email = lower(d.email) and s.series = '{SERIES}')
"""  # noqa: S608 - put together from constants
ABOUT = """
select u.id as number, u.text, u.picture_id is not null as has_picture, f.name as fund, '/pages/' || f.slug as path,
       d.name, d.updates_ok and not u.is_hidden and f.state in ('open', 'closed') and g.seen_by <> 'private'
       and not g.is_paused and f.hidden_at is null as is_wanted
from page_update u join pledge_page g on g.id = u.page_id join fund f on f.id = g.fund_id
     join donation d on d.id = $2
where u.id = $1
"""


class Enough(Problem):
    """More news within a day than anybody reads."""

    status = 429
    title = "That is a lot of news"
    sentence = f"A page takes at most {MOST_A_DAY} pieces of news within a day. Please write the next one tomorrow."


@dataclass(frozen=True, slots=True)
class News:
    """A piece of news, as pages show it.

    Args:
        number: of it; later ones have higher ones.
        text: Markdown.
        told_at: when supporters were written to.
        width, height: of its picture.
        description: what is to be seen on it.
    """

    number: int
    text: str
    made_at: datetime
    told_at: datetime | None
    is_hidden: bool
    picture_id: str | None
    width: int | None
    height: int | None
    description: str | None


async def publish(own: Own, text: str, picture_id: str | None) -> int:
    """Put news on a page; the same ones, sent twice, are one.

    Returns:
        Their number.

    Raises:
        Enough
    """
    async with transaction() as writing:
        await writing.execute(LOCK, own.page_id)  # one form at a time
        again: int | None = await writing.fetchval(AGAIN, own.page_id, text, picture_id, SAME)
        if again is not None:
            return again
        if await writing.fetchval(COUNT, own.page_id) >= MOST_A_DAY:
            raise Enough
        number: int = await writing.fetchval(ADD, own.page_id, text, picture_id)
        await announce(writing, [own.fund.id])
    return number


async def change(own: Own, number: int, text: str, picture_id: str | None, description: str) -> None:
    """Say it in other words, with another picture, or with none; nobody is told again.

    Args:
        picture_id: a new one, or the one before.
        description: what is to be seen on it.

    Raises:
        NotFound
    """
    async with transaction() as writing:
        before = await _lock(writing, own, number)
        if picture_id is not None and picture_id == before:
            picture_id = await _described(writing, picture_id, description)
        await writing.execute(CHANGE, number, text, picture_id)
        if before != picture_id:
            await forget_picture(writing, before)
        await announce(writing, [own.fund.id])


async def delete(own: Own, number: int) -> None:
    """Take news down for good, with their picture.

    Raises:
        NotFound
    """
    async with transaction() as writing:
        picture = await _lock(writing, own, number)
        await writing.execute(DELETE, number)
        await forget_picture(writing, picture)
        await announce(writing, [own.fund.id])


async def _lock(writing: asyncpg.Connection, own: Own, number: int) -> str | None:
    """The picture of one's own news, which stay as they are until the end of the transaction."""
    row = await writing.fetchrow(ONE, number, own.page_id)
    if row is None:
        raise NotFound
    picture: str | None = row["picture_id"]
    return picture


async def _described(writing: asyncpg.Connection, picture_id: str, description: str) -> str:
    """The picture with these words: the same one when they are the same."""
    said = await writing.fetchval("select description from picture where id = $1", picture_id)
    return picture_id if said == description else await describe(writing, picture_id, description)


async def own_news(page_id: int, number: int = NEWEST, most: int = AT_ONCE + 1) -> Sequence[News]:
    """All of a page from one number on back, hidden ones too, for who wrote them."""
    return await _see(OWN, page_id, number, most)


async def shown_news(page_id: int, number: int = NEWEST, most: int = AT_ONCE + 1) -> Sequence[News]:
    """Those of a page from one number on back that everybody sees, newest first."""
    return await _see(SHOWN, page_id, number, most)


async def _see(query: str, *given: object) -> Sequence[News]:
    async with connection() as reading:
        return [News(**row) for row in await reading.fetch(query, *given)]


async def count_who_would_hear(fund_id: int) -> int:
    """How many supporters asked for news of a page and have not stopped them since."""
    async with connection() as reading:
        count: int = await reading.fetchval(WOULD_HEAR, fund_id)
    return count


async def tell_news() -> None:
    """Write to the supporters about news that have stood for some minutes; a job of the clock."""
    async with transaction() as writing:
        due = [row["id"] for row in await writing.fetch(DUE, TOO_LATE, WAIT)]
        if due:
            await write_from(writing, LETTERS, due, series=SERIES)


async def _show(facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What the letter shows; None when the news are gone by the time it is sent, or nobody may see them any more."""
    async with connection() as reading:
        row = await reading.fetchrow(ABOUT, facts["update"], UUID(facts["donation"]))
    if row is None or not row["is_wanted"]:
        return None
    return dict(row) | {"text": short(plain(row["text"]), IN_LETTER)}


SHOWERS: dict[str, Shower] = {TEMPLATE: _show}
SAMPLES: dict[str, Mapping[str, Any]] = {
    TEMPLATE: {
        "series": SERIES,
        "number": 1,
        "name": "Ada Example",
        "fund": "Sam Sample",
        "path": "/pages/sam-sample",
        "text": "Four hundred metres without a look over the shoulder. My guide talked all the way, mostly of buns.",
        "has_picture": True,
    }
}
