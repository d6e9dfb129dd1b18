"""What this room keeps of a person: pledge pages. It also knows on which pages their gifts are shown."""

import asyncpg

from fundraising.funds.counting import ORDER, announce
from fundraising.funds.models import FundKind
from fundraising.funds.pictures import forget_picture
from fundraising.funds.slugs import find_free
from fundraising.people.records import Kept, Record, Rows, Whom, rows_of

NAMELESS = "A runner"
CLOSED = "This page is closed. What was given here reaches the charity all the same."
TABLES = {
    "pledge_pages": "Your pledge pages, and what they have raised. The picture is the address of your photo.",
    "news": "What you wrote on your pledge pages. The picture is the address of the photo with it.",
    "milestones": "Parts of their targets that your pledge pages have reached.",
    "thanks": "What you answered to your supporters, without their names.",
}
PAGES = """
select f.name, '/pages/' || f.slug as address, f.summary, g.story, g.challenge, g.is_child, f.state, f.raised_pence,
       f.target_pence, f.currency, c.name as charity, t.name as team, f.created_at,
       '/pictures/' || f.picture_id || '/large.webp' as picture, p.description as picture_shows
from pledge_page g join fund f on f.id = g.fund_id left join fund t on t.id = f.team_id
     left join fund c on c.id = f.charity_id left join picture p on p.id = f.picture_id
where g.person_id = $1 order by f.created_at, f.id
"""
NEWS = """
select f.name as page, u.text, u.made_at, u.told_at, u.is_hidden,
       '/pictures/' || u.picture_id || '/large.webp' as picture, p.description as picture_shows
from page_update u join pledge_page g on g.id = u.page_id join fund f on f.id = g.fund_id
     left join picture p on p.id = u.picture_id
where g.person_id = $1 order by u.made_at, u.id
"""
MILESTONES = """
select f.name as page, m.percent, m.target_pence, f.currency, m.reached_at
from milestone m join pledge_page g on g.id = m.page_id join fund f on f.id = g.fund_id
where g.person_id = $1 order by m.reached_at, m.percent
"""
THANKS = """
select f.name as page, d.thanks, d.thanked_at
from donation d join payment p on p.id = d.payment_id join fund f on f.id = p.fund_id
     join pledge_page g on g.fund_id = f.id
where g.person_id = $1 and d.thanked_at is not null order by d.thanked_at, d.id
"""
SHOWN_ON = """
select unnest(array[f.id, f.team_id, f.charity_id, f.event_id]) as id, f.id as own
from pledge_page g join fund f on f.id = g.fund_id where g.person_id = $1
union
select unnest(array[f.id, f.team_id, p.charity_id, p.event_id]), null
from donation d join payment p on p.id = d.payment_id join fund f on f.id = p.fund_id where lower(d.email) = $2
"""
# In the one order of locks, all before the first is changed: nobody who gives at this moment is in the way.
TOUCH = """
with locked as materialized (
  select id from fund where id = any($1) order by array_position($2::text[], kind::text), id for no key update
)
update fund set version = version + 1 from locked where fund.id = locked.id
"""
FORGET = """
with was as (select picture_id from fund where id = $1)
update fund set name = $2, slug = $3, summary = '', state = 'closed', closed_because = $4, picture_id = null
from was where id = $1 returning was.picture_id
"""
FORGET_STORY = "update pledge_page set story = '', person_id = null where fund_id = $1"
FORGET_NEWS = """
delete from page_update u using pledge_page g where g.id = u.page_id and g.fund_id = $1 returning u.picture_id
"""
FORGET_THANKS = """
update donation d set thanks = '' from payment p where p.id = d.payment_id and p.fund_id = $1 and d.thanks <> ''
"""


async def _export(reading: asyncpg.Connection, whom: Whom) -> Rows:
    asked = {"pledge_pages": PAGES, "news": NEWS, "milestones": MILESTONES, "thanks": THANKS}
    return {table: await rows_of(reading, query, whom.person) for table, query in asked.items()}


async def _erase(writing: asyncpg.Connection, whom: Whom) -> Kept:
    rows = await writing.fetch(SHOWN_ON, whom.person, whom.email)
    shown_on = frozenset(row["id"] for row in rows if row["id"] is not None)
    if shown_on:
        await writing.execute(TOUCH, list(shown_on), ORDER)
    own = sorted({row["own"] for row in rows if row["own"] is not None})
    for fund in own:
        slug = await find_free(writing, FundKind.RUNNER, NAMELESS)  # the old one was made of the name
        picture = await writing.fetchval(FORGET, fund, NAMELESS, slug, CLOSED)
        await writing.execute(FORGET_STORY, fund)
        await writing.execute(FORGET_THANKS, fund)
        news = await writing.fetch(FORGET_NEWS, fund)
        for one in (picture, *(row["picture_id"] for row in news)):
            await forget_picture(writing, one)
    if shown_on:
        await announce(writing, sorted(shown_on))
    stays = "What was raised on your page stays with the charity; the page is closed and says “A runner”."
    return Kept((stays,) if own else (), shown_on)


RECORD = Record(TABLES, _export, _erase)
