"""What is promised and in no total yet, as pages show it in grey."""

from dataclasses import dataclass

import asyncpg

# Of a page, or of a team with all its members.
SUMS = """
with f as materialized (select id from fund where id = $1 or team_id = $1), c as (
  select coalesce(sum(amount_pence) filter (where state = 'promised'), 0)::bigint as promised,
         coalesce(sum(amount_pence) filter (where state <> 'promised'), 0)::bigint as collected
  from cash_gift where fund_id in (select id from f) and state in ('promised', 'collected', 'banked')
), r as (
  select count(*) filter (where settled_at is null) as sponsors,
         coalesce(sum(cap_pence) filter (where settled_at is null), 0)::bigint as most,
         coalesce(sum(due_pence) filter (where settled_at is not null), 0)::bigint as due
  from result_pledge where fund_id in (select id from f)
    and confirmed_at is not null and withdrawn_at is null and paid_at is null
)
select promised, collected, sponsors, most, due from c, r
"""


@dataclass(frozen=True, slots=True)
class Promises:
    """Pence that are promised to a page, or to a team and its members; none of them counts.

    Args:
        promised, collected: in cash; also what waits at the bank to be confirmed.
        sponsors: how many promises depend on a result that is still to come.
        most: what these come to at the most.
        due: what others come to by their results, and is not paid yet.
    """

    promised: int
    collected: int
    sponsors: int
    most: int
    due: int

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.promised or self.collected or self.sponsors or self.due)


async def find_promises(reading: asyncpg.Connection, fund_id: int) -> Promises:
    """What is promised to a page or a team."""
    return Promises(*(await reading.fetchrow(SUMS, fund_id)).values())
