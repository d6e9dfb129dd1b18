"""Whose page it is, for those who have to write to them."""

import asyncpg

OWNERS = """
select p.email from pledge_page g join person p on p.id = g.person_id where g.fund_id = $1 and p.email is not null
"""


async def owners(reading: asyncpg.Connection, fund_id: int) -> list[str]:
    """The address of who looks after the page with this fund; of any other nobody."""
    return [row["email"] for row in await reading.fetch(OWNERS, fund_id)]
