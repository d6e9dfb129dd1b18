"""Who pays for a runner's place: where the charity does, Gift Aid depends on who gives, and the form asks."""

from collections.abc import Collection

from fundraising.store.database import connection

CHARITY_FUNDED = "select fund_id from pledge_page where charity_funded and fund_id = any($1)"


async def charity_funded(fund_ids: Collection[int]) -> set[int]:
    """Of these funds, the runners' whose place the charity pays for."""
    async with connection() as reading:
        return {row["fund_id"] for row in await reading.fetch(CHARITY_FUNDED, list(fund_ids))}
