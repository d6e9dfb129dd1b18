"""The training letters: one a week for eight weeks, counted back from race day."""

from zoneinfo import ZoneInfo

from fundraising.mail.letters import Shower

SHOWERS: dict[str, Shower] = {}


async def write_by_day(zone: ZoneInfo) -> None:
    """Write what is due, in the daytime."""
