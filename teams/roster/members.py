"""Who counts as a member: the runners placed with a team; where there are none, those who have a page in it."""

import asyncpg

# Of a team's fund `f`: how many members it has, and how many of them have a page that can be seen.
MEMBERS = """
cross join lateral (select count(*) as n from entry e where e.team_id = f.id and e.state = 'placed') placed
cross join lateral (select count(*) as n from fund p where p.team_id = f.id and p.state <> 'hidden') paged
cross join lateral (select case when placed.n > 0 then placed.n else paged.n end as members) of_all
cross join lateral (select of_all.members, least(paged.n, of_all.members) as pages) m
"""
OF_ONE = f"select m.members from fund f {MEMBERS} where f.id = $1"  # noqa: S608 - put together from constants


async def count_members(reading: asyncpg.Connection, fund: int) -> int:
    """How many run with the team of this fund."""
    counted: int = await reading.fetchval(OF_ONE, fund)
    return counted
