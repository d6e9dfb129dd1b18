"""Addresses that a charity must not write to, whatever was ticked: kept as keyed hashes, which nobody can read."""

import re
from collections.abc import Callable

from charities.models import Suppression
from fundraising.settings import Settings
from fundraising.store.database import transaction
from fundraising.web.tokens import fingerprint_of

ADDRESS = re.compile(r"[^\s,;<>\"']+@[^\s,;<>\"']+")
ADD = """
insert into suppression (charity_id, email_hash, made_at)
select $1, h, now() from unnest($2::text[]) h on conflict (charity_id, email_hash) do nothing
"""


def _hash(settings: Settings, charity: int, email: str) -> str:
    return fingerprint_of(settings, ["suppression", charity, email.lower()])


async def suppress(settings: Settings, charity: int, text: str) -> int:
    """Put every address in a text on the charity's list.

    Returns:
        How many addresses there were.
    """
    found = {_hash(settings, charity, email) for email in ADDRESS.findall(text)}
    async with transaction() as writing:
        await writing.execute(ADD, charity, sorted(found))
    return len(found)


async def suppressed(settings: Settings, charity: int) -> Callable[[str], bool]:
    """Whether an address is on the charity's list."""
    listed = {row.email_hash for row in await Suppression.filter(charity_id=charity)}
    return lambda email: bool(listed) and _hash(settings, charity, email) in listed
