"""Results become official, and whoever cares is told in the same transaction."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import asyncpg


@dataclass(frozen=True, slots=True)
class Official:
    """How the runner of a pledge page ran, as it counts: for rooms that know of pages and not of races.

    Args:
        fund_id: of the page; who has none is told of nowhere.
        finished: False for who did not finish, did not start or was disqualified.
        milliseconds: raw, as the timer took them; None where there is no time.
        laps: None where they are not counted.
    """

    fund_id: int
    finished: bool
    milliseconds: int | None
    laps: int | None


# Called in the transaction that makes results official, and again, with how they stand now, after each correction.
Told = Callable[[asyncpg.Connection, Sequence[Official]], Awaitable[None]]
