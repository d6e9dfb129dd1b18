"""Sows what goes on at the example's pages: news with drawings, thanks, milestones, and supporters who want to hear."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from fundraising.donations import wording
from fundraising.example.news import NEWS, OWN_WORDS, THANKERS
from fundraising.funds.models import Picture
from fundraising.pages.milestones import PERCENTS
from fundraising.pages.models import PageUpdate, PledgePage
from fundraising.pages.thanking import READY
from fundraising.store.database import connection

UNTHANKED_DAYS = 3.0  # what came later still waits for its runner
# As if the clock had looked after every gift.
MILESTONES = """
insert into milestone (page_id, percent, target_pence, reached_at)
select g.id, s.percent, f.target_pence, min(r.paid_at)
from (select p.fund_id, p.paid_at, sum(p.amount_pence) over (partition by p.fund_id order by p.paid_at, p.id) as pence
      from payment p where p.purpose = 'donation' and p.state = 'paid') r
     join fund f on f.id = r.fund_id and f.kind = 'runner' join pledge_page g on g.fund_id = f.id
     cross join unnest($1::int[]) as s (percent)
where f.target_pence > 0 and r.pence * 100 >= f.target_pence * s.percent
group by g.id, s.percent, f.target_pence
"""
# Every third supporter of a runner wants to hear how it goes.
WANT_NEWS = """
update donation d set updates_ok = ascii(right(d.token, 1)) % 3 = 0, updates_wording = $1
from payment p join fund f on f.id = p.fund_id
where p.id = d.payment_id and f.kind = 'runner' and p.purpose = 'donation'
"""
THANK = """
update donation d set thanks = case when d.message = '' then $2 else ($3::text[])[1 + ascii(d.token) % $4::int] end,
       thanked_at = p.paid_at + interval '5 hours'
from payment p join fund f on f.id = p.fund_id
where p.id = d.payment_id and f.kind = 'runner' and f.slug = any($1) and p.state = 'paid' and p.purpose = 'donation'
  and p.paid_at < $5
"""


async def sow_pages(pictures: Mapping[str, Picture]) -> None:
    """What runners wrote, what their pages reached, and whom they thanked, beside gifts that are sown already."""
    now = datetime.now(UTC)
    pages = {page.fund.slug: page for page in await PledgePage.filter(fund__slug__in=_slugs()).prefetch_related("fund")}
    for one in sorted(NEWS, key=lambda news: -news.days_ago):
        at = now - timedelta(days=one.days_ago)
        made = await PageUpdate.create(
            page=pages[one.page], text=one.text, picture=pictures.get(one.picture), told_at=at + timedelta(minutes=10)
        )
        await PageUpdate.filter(id=made.id).update(made_at=at)
    async with connection() as writing:
        await writing.execute(MILESTONES, list(PERCENTS))
        await writing.execute(WANT_NEWS, wording.UPDATES_VERSION)
        words = [list(THANKERS), READY, list(OWN_WORDS), len(OWN_WORDS), now - timedelta(days=UNTHANKED_DAYS)]
        await writing.execute(THANK, *words)


def _slugs() -> list[str]:
    return sorted({one.page for one in NEWS})
