"""Who does a charity's money: whom to write to about it."""

import asyncpg

FINANCE = """
select e.email from partner p join charity c on c.id = p.charity_id join person e on e.id = p.person_id
where c.fund_id = $1 and p.role = 'finance' and e.email is not null order by p.id
"""


async def find_finance(reading: asyncpg.Connection, charity_fund: int) -> list[str]:
    """Addresses of the finance partners of a charity.

    Args:
        charity_fund: the fund of the charity.
    """
    return [row["email"] for row in await reading.fetch(FINANCE, charity_fund)]
