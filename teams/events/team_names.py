"""Names of teams: none reads like that of another team of its event, of a charity, of an event or of the house.

Whoever founds a team, at its own form or with an entry, comes by here.
"""

from collections.abc import Iterable
from itertools import count

import asyncpg

from fundraising.errors import BadInput
from fundraising.funds.looks import look_of
from fundraising.funds.slugs import RESERVED

OTHERS = """
select name, kind from fund where kind in ('charity', 'event') or kind = 'team' and event_id = $1
"""
# One at a time for what reads alike, so that two of a name are not founded at the same moment.
LOCK = "select pg_advisory_xact_lock(hashtextextended($1, 2))"
TAKEN = "There is a team of this name already, or of one that reads like it. Please choose another."
NOT_YOURS = "This name belongs to somebody else, or to the house. Please choose another."
NO_NAME = "Please give the team a name with letters in it."
HOUSE = frozenset(look_of(word) for word in RESERVED)


async def must_be_free(
    writing: asyncpg.Connection, event: int, name: str, *, but: str = "", field: str = "name"
) -> None:
    """No two teams of an event are read alike, and none pretends to be a charity, an event or the house.

    Args:
        event: id of its fund.
        but: the name that the team has already.
        field: of the form.

    Raises:
        BadInput
    """
    look = look_of(name)
    if look and look == look_of(but):
        return
    if not look:
        raise BadInput({field: NO_NAME}, {})
    await writing.execute(LOCK, f"team {event} {look}")
    teams, others = await _looks(writing, event)
    if look in HOUSE or look in others:
        raise BadInput({field: NOT_YOURS}, {})
    if look in teams:
        raise BadInput({field: TAKEN}, {})


async def find_free(writing: asyncpg.Connection, event: int, name: str) -> str:
    """The name, with a number after it when another team has it by now: a team that is paid for is founded in any case.

    Args:
        event: id of its fund.
    """
    await writing.execute(LOCK, f"team {event} {look_of(name)}")
    teams, others = await _looks(writing, event)
    taken = teams | others | HOUSE
    return next(one for one in _numbered(name) if look_of(one) not in taken)


def _numbered(name: str) -> Iterable[str]:
    yield name
    yield from (f"{name[:55]} {number}" for number in count(2))


async def _looks(reading: asyncpg.Connection, event: int) -> tuple[set[str], set[str]]:
    """Of the teams of an event, and of charities and events."""
    rows = await reading.fetch(OTHERS, event)
    teams = {look_of(row["name"]) for row in rows if row["kind"] == "team"}
    return teams, {look_of(row["name"]) for row in rows if row["kind"] != "team"}
