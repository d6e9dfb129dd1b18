"""What a way into a team has to offer to whoever enters by it; the room of teams has such ways."""

from collections import Counter
from typing import Protocol
from uuid import UUID

import asyncpg

from teams.events.models import Price


class WayIn(Protocol):
    """A way into a team that is there already, for one runner; whoever knows teams has it."""

    @property
    def key(self) -> str:
        """What tells it from others."""

    @property
    def team_id(self) -> int:
        """The team's fund."""

    @property
    def is_paid(self) -> bool:
        """Somebody has paid for the place already."""

    async def claim(self, connection: asyncpg.Connection) -> Counter[int]:
        """Take it, if it is still open; what it holds of the places is free then, for this entry.

        Returns:
            How many places of each race that is.
        """

    async def sit(self, connection: asyncpg.Connection, entry: UUID) -> None:
        """The entry is made: it sits there."""


PAID_FOR = Price(name="paid by the captain", pence=0)
