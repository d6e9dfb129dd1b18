"""Sows the example's training pack, reasons, safety and records."""

import re

from fundraising.example.training import POINTS, REASONS, RECORDS, SAFETY, WEEKS
from teams.events.models import Event, Record
from teams.training.models import Reason, TechniquePoint, TrainingWeek

METRES = re.compile(r"(?<=\d) (?=m\b)")  # a figure and its unit stay on one line


async def sow_training(event_fund_id: int) -> None:
    """All of it, for the event of a fund."""
    event = await Event.get(fund_id=event_fund_id)
    await Event.filter(id=event.id).update(safety=SAFETY)
    await TrainingWeek.bulk_create(
        TrainingWeek(
            event=event,
            weeks_before=week.weeks_before,
            title=week.title,
            plan=METRES.sub("\u00a0", week.plan),
            body=week.body,
        )
        for week in WEEKS
    )
    await TechniquePoint.bulk_create(
        TechniquePoint(event=event, position=position, title=point.title, body=point.body, drawing=point.drawing)
        for position, point in enumerate(POINTS, 1)
    )
    await Reason.bulk_create(
        Reason(event=event, number=number, title=reason.title, body=reason.body)
        for number, reason in enumerate(REASONS, 1)
    )
    await Record.bulk_create(
        Record(
            event=event,
            title=record.title,
            year=record.year,
            name=record.name,
            time_tenths=record.time_tenths,
            remark=record.remark,
            position=position,
        )
        for position, record in enumerate(RECORDS)
    )
