"""What stands on a pledge page beside its story: its newest news and the milestones that it has reached.

Read in the one statement that reads the page: a page is rendered anew after every gift.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
import orjson

from fundraising.pages.news import ON_PAGE, News

COLUMNS = f"""
coalesce((
  select jsonb_agg(n order by n.number desc) from (
    select u.id as number, u.text, u.made_at, u.told_at, u.is_hidden, u.picture_id, p.width, p.height, p.description
    from page_update u left join picture p on p.id = u.picture_id
    where u.page_id = g.id and not u.is_hidden order by u.id desc limit {ON_PAGE + 1}
  ) n), '[]') as news,
coalesce((
  select jsonb_agg(jsonb_build_object('percent', m.percent, 'reached_at', m.reached_at) order by m.percent)
  from milestone m where m.page_id = g.id), '[]') as milestones
"""  # noqa: S608 - put together from constants


@dataclass(frozen=True, slots=True)
class Reached:
    """A part of its target that a page has reached, for good."""

    percent: int
    reached_at: datetime


def beside(row: asyncpg.Record) -> Mapping[str, Any]:
    """What the columns hold, as the page shows it: two pieces of news, and whether there are more."""
    return {
        "news": [News(**one | _times(one)) for one in orjson.loads(row["news"])],
        "milestones": [Reached(**one | _times(one)) for one in orjson.loads(row["milestones"])],
    }


def _times(one: Mapping[str, Any]) -> dict[str, datetime | None]:
    return {name: datetime.fromisoformat(at) if at else None for name, at in one.items() if name.endswith("_at")}
