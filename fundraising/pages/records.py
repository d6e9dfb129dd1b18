"""What this room keeps of a person: pledge pages. It also knows on which pages their gifts are shown."""

import asyncpg

from fundraising.funds.counting import ORDER, announce
from fundraising.funds.models import FundKind
from fundraising.funds.pictures import forget_picture
from fundraising.funds.slugs import find_free
from fundraising.pages.own_words import forget_words
from fundraising.people.records import Kept, Record, Rows, Whom, rows_of

NAMELESS = "A runner"
CLOSED = "This page is closed. What was given here reaches the charity all the same."
TABLES = {
    "pledge_pages": "Your pledge pages, and what they have raised. The picture is the address of your photo.",
    "news": "What you wrote on your pledge pages. The picture is the address of the photo with it.",
    "milestones": "Parts of their targets that your pledge pages have reached.",
    "thanks": "What you answered to your supporters, without their names.",
    "old_addresses": "Addresses that your pages had before; whoever comes there is led on.",
}
PAGES = """
select f.name, '/pages/' || f.slug as address, g.title, f.summary, g.story, g.video, g.in_memory_of, g.charity_funded,
       g.challenge, g.is_child, g.seen_by, g.is_paused, f.state, g.stopped_because, f.hidden_at, f.hidden_because,
       g.code_version, g.code_agreed_at, f.raised_pence, f.target_pence, f.currency, c.name as charity, t.name as team,
       f.created_at, '/pictures/' || f.picture_id || '/large.webp' as picture, p.description as picture_shows
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
OLD = """
select '/pages/' || o.slug as address, o.left_at, '/pages/' || f.slug as leads_to
from old_address o join fund f on f.id = o.fund_id join pledge_page g on g.fund_id = f.id
where g.person_id = $1 order by o.left_at, o.id
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
# What nobody was to see is not opened by its end.
FORGET = """
with was as (select picture_id from fund where id = $1)
update fund set name = $2, slug = $3, summary = '', closed_because = $4, picture_id = null, is_ranked = true,
       state = case when state = 'hidden' and hidden_at is null then 'hidden' else 'closed' end
from was where id = $1 returning was.picture_id
"""
FORGET_STORY = """
update pledge_page set title = '', story = '', video = '', in_memory_of = '', stopped_because = '', person_id = null
where fund_id = $1
"""
FORGET_OLD = "delete from old_address where fund_id = $1"


async def _export(reading: asyncpg.Connection, whom: Whom) -> Rows:
    asked = {"pledge_pages": PAGES, "news": NEWS, "milestones": MILESTONES, "thanks": THANKS, "old_addresses": OLD}
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
        await writing.execute(FORGET_OLD, fund)
        await forget_picture(writing, picture)
        await forget_words(writing, fund)
    if shown_on:
        await announce(writing, sorted(shown_on))
    stays = "What was raised on your page stays with the charity; the page is closed and says “A runner”."
    return Kept((stays,) if own else (), shown_on)


RECORD = Record(TABLES, _export, _erase)
