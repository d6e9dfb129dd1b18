"""Champions and course bests, as the event page tells them."""

from dataclasses import dataclass

from teams.events.models import Record


@dataclass(frozen=True, slots=True)
class ToldRecord:
    """A record as it is told.

    Args:
        time: 7:30, or 7:30.4; empty when nobody took it.
    """

    title: str
    year: int | None
    name: str
    time: str
    remark: str


def race_time(tenths: int) -> str:
    """A time as people say it: 7:30, 12:40.5, 1:02:03; the tenth only when there is one."""
    seconds, tenth = divmod(tenths, 10)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    said = f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
    return said + (f".{tenth}" if tenth else "")


async def tell_records(event_id: int) -> list[ToldRecord]:
    """The records of an event, in the order that its organiser has chosen."""
    rows = await Record.filter(event_id=event_id).order_by("position", "id")
    return [
        ToldRecord(
            title=row.title,
            year=row.year,
            name=row.name,
            time=race_time(row.time_tenths) if row.time_tenths is not None else "",
            remark=row.remark,
        )
        for row in rows
    ]
