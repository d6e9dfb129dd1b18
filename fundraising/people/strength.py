"""How sure we are who is asking: passkeys and code apps, and sessions in which one of them was shown."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from fundraising.errors import Forbidden
from fundraising.people.asking import Asker
from fundraising.store.database import connection

SITE = "Backward Run"  # as browsers and code apps name us
COUNT = """
select (select count(*) from passkey where person_id = $1) as passkeys,
       exists (select from code_app where person_id = $1 and confirmed_at is not null) as code
"""
STRONG = "update session set owes_step = false, strong_at = $2, wrong_codes = 0 where id = $1"


class ShowFirst(Forbidden):
    """Passkeys and codes are changed only by who has shown one of them in this session."""

    title = "One more step first"
    sentence = "Please show a passkey or a code before you change how you sign in. Nothing was changed."


@dataclass(frozen=True, slots=True)
class Factors:
    """What somebody can show besides a letter."""

    passkeys: int
    code: bool

    @property
    def count(self) -> int:
        """How many there are."""
        return self.passkeys + self.code

    def are_owed_by(self, asker: Asker) -> bool:
        """Whether a letter alone does not sign in; `signing_in.BEGIN` says the same of a session that begins."""
        return self.code or (asker.is_organiser and self.passkeys > 0)


async def factors_of(person: int) -> Factors:
    """What somebody can show."""
    async with connection() as reading:
        row = await reading.fetchrow(COUNT, person)
    return Factors(row["passkeys"], row["code"])


def is_to_be_shown(asker: Asker, factors: Factors) -> bool:
    """Whether something has to be shown before this session may change what there is to show."""
    return asker.strong_at is None and factors.are_owed_by(asker)


async def must_have_shown(asker: Asker) -> Factors:
    """What somebody can show, when nothing is owed.

    Raises:
        ShowFirst
    """
    factors = await factors_of(asker.id)
    if is_to_be_shown(asker, factors):
        raise ShowFirst
    return factors


async def make_strong(writing: asyncpg.Connection, session: UUID) -> None:
    """A passkey or a code was shown in this session, just now."""
    await writing.execute(STRONG, session, datetime.now(UTC))
