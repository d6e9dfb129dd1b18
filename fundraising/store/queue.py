"""The job queue: PgQueuer's tables in our own database, so that a job is written in the transaction of its fact."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import asyncpg
import orjson
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.queries import Queries


@dataclass(frozen=True, slots=True)
class Job:
    """Something to be done after the transaction.

    Args:
        name: of the entrypoint that the roof registered.
        facts: what it needs to know; becomes JSON.
        once: while a job with this key waits, another one with it is not written.
        after: not before this time has passed.
    """

    name: str
    facts: dict[str, object]
    once: str | None = None
    after: timedelta | None = None


async def enqueue(connection: asyncpg.Connection, jobs: Sequence[Job]) -> None:
    """Write jobs in the transaction of the connection; they run after its commit, or never, if it rolls back."""
    if not jobs:
        return
    await Queries(AsyncpgDriver(connection)).enqueue(
        [job.name for job in jobs],
        [orjson.dumps(job.facts) for job in jobs],
        [0] * len(jobs),
        [job.after for job in jobs],
        [job.once for job in jobs],
        on_conflict="skip",
    )
