"""Where a charity is registered, in one line; papers say it."""

from charities.models import Charity


async def find_registration(fund_id: int) -> str:
    """The line of a charity's fund; empty when it is in no register."""
    charity = await Charity.get_or_none(fund_id=fund_id)
    return f"{charity.register}: {charity.number}" if charity and charity.number else ""
