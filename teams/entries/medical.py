"""Notes for first aiders: sealed while kept, opened for whom they are about and the organiser, gone in time."""

from datetime import UTC, date, datetime, timedelta

from fundraising.settings import Settings
from fundraising.store.database import transaction
from fundraising.web.sealing import seal, unseal

PURPOSE = "medical"
KEPT = timedelta(days=30)  # after the event


def sealed_note(settings: Settings, note: str, day: date) -> dict[str, object]:
    """The columns of an entry that hold its note, or none.

    Args:
        day: of the race.
    """
    if not note:
        return {"medical": None, "medical_until": None}
    return {"medical": seal(settings, PURPOSE, note.encode()), "medical_until": day + KEPT}


def opened_note(settings: Settings, sealed: bytes) -> str:
    """The note.

    Raises:
        SealBroken: SECRET_KEY is another one than when it was written.
    """
    return unseal(settings, PURPOSE, sealed).decode()


async def forget_medical_notes() -> None:
    """By the clock: medical notes go on their day."""
    async with transaction() as connection:
        await connection.execute(
            "update entry set medical = null, medical_until = null where medical is not null and medical_until <= $1",
            datetime.now(UTC).date(),
        )
