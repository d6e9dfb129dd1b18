"""Milestones: parts of its target that a page has reached. Noticed by the clock, told to its runner once, and kept.

A refund that takes the total back takes no milestone away, and none is reached twice: neither when the total comes
again nor under another target. Whoever reaches the whole of it is asked once whether to go on.
"""

from collections.abc import Mapping
from typing import Any

from fundraising.mail.letters import Shower, write_from
from fundraising.store.database import connection, transaction

SERIES = "fundraising"
TEMPLATE = "milestone"
PERCENTS = (25, 50, 75, 100, 150, 200)
WHOLE = 100
NICE_PENCE = 5_000  # a suggested target is a multiple of it
NOTICE = """
insert into milestone (page_id, percent, target_pence, reached_at)
select g.id, s.percent, f.target_pence, now()
from fund f join pledge_page g on g.fund_id = f.id cross join unnest($1::int[]) as s (percent)
where f.kind = 'runner' and f.state <> 'hidden' and f.target_pence > 0
  and f.raised_pence * 100 >= f.target_pence * s.percent
  and not exists (select from milestone m where m.page_id = g.id and m.percent = s.percent)
order by g.id, s.percent
on conflict (page_id, percent) do nothing returning id
"""
# Of several that were reached at once only the highest is told.
LETTERS = f"""
select p.email, '{TEMPLATE}', jsonb_build_object('page', m.page_id, 'percent', m.percent),
       concat_ws(' ', '{TEMPLATE}', m.page_id, m.percent)
from (select page_id, max(percent) as percent from milestone where id = any($2) group by page_id) m
     join pledge_page g on g.id = m.page_id join person p on p.id = g.person_id
where p.email is not null
"""  # noqa: S608 - put together from constants
ABOUT = """
select m.percent, m.target_pence, f.target_pence as target_now, f.raised_pence, f.currency, f.name as fund,
       '/pages/' || f.slug as path, g.is_child, g.in_memory_of, c.name as charity
from milestone m join pledge_page g on g.id = m.page_id join fund f on f.id = g.fund_id
     left join fund c on c.id = f.charity_id
where m.page_id = $1 and m.percent = $2 and f.state <> 'hidden'
"""


async def notice_milestones() -> None:
    """Keep what pages have reached since the last look, and write to their runners; a job of the clock."""
    async with transaction() as writing:
        new = [row["id"] for row in await writing.fetch(NOTICE, list(PERCENTS))]
        if new:
            await write_from(writing, LETTERS, new, series=SERIES)


async def _show(facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What the letter shows; None when a refund has taken the total back before it is sent."""
    async with connection() as reading:
        row = await reading.fetchrow(ABOUT, facts["page"], facts["percent"])
    if row is None or row["raised_pence"] * 100 < row["target_pence"] * row["percent"]:
        return None
    return dict(row) | {"higher_pence": higher(row["raised_pence"], row["target_now"]) if _is_whole(row) else None}


def _is_whole(row: Mapping[str, Any]) -> bool:
    """Whether it is the moment to think of another target, and nobody has thought of one meanwhile."""
    return bool(row["percent"] == WHOLE and row["target_now"] and row["target_now"] <= row["raised_pence"])


def higher(raised_pence: int, target_pence: int) -> int:
    """A target half as high again, or a little above what has been raised; a round one."""
    least = max(target_pence * 3 // 2, raised_pence + 1)
    return -(-least // NICE_PENCE) * NICE_PENCE


SHOWERS: dict[str, Shower] = {TEMPLATE: _show}
SAMPLES: dict[str, Mapping[str, Any]] = {
    TEMPLATE: {
        "series": SERIES,
        "percent": 100,
        "target_pence": 50_000,
        "target_now": 50_000,
        "raised_pence": 51_250,
        "currency": "gbp",
        "fund": "Ada Example",
        "path": "/pages/ada-example",
        "is_child": False,
        "in_memory_of": "",
        "charity": "Second Wind",
        "higher_pence": 75_000,
    }
}
