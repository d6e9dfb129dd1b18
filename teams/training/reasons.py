"""The reasons to run backwards: all of them, those that hold some words, and each by its number."""

from collections.abc import Sequence

from fundraising.store.database import connection
from fundraising.web.forms import INVISIBLE
from teams.training.models import Reason

AT_ONCE = 100
MOST_CHARACTERS = 60  # of what is sought
MOST_NUMBER = 32_767  # what the column holds
FIND = """
select number, title, body from reason r
where r.event_id = $1 and r.number > $2 and not exists (
  select from unnest($3::text[]) as w (word)
  where strpos(lower(r.number || ' ' || r.title || ' ' || r.body), w.word) = 0
)
order by r.number limit $4
"""


def sought_in(typed: str) -> str:
    """What is sought, cleaned."""
    return " ".join(INVISIBLE.sub("", typed).split())[:MOST_CHARACTERS]


async def find_reasons(event_id: int, sought: str = "", after: int = 0) -> Sequence[Reason]:
    """The reasons that hold every word that is sought, by number; one more than are shown at once, when there are more.

    Args:
        sought: words; empty for all.
        after: the number of the last one seen.
    """
    async with connection() as reading:
        rows = await reading.fetch(FIND, event_id, after, sought.lower().split(), AT_ONCE + 1)
    return [Reason(**dict(row)) for row in rows]


async def find_reason(event_id: int, number: int) -> Reason | None:
    """The reason of a number."""
    return await Reason.get_or_none(event_id=event_id, number=number) if number <= MOST_NUMBER else None
