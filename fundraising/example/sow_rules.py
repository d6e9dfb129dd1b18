"""Sows how the races of the example are entered."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from fundraising.example import rules
from fundraising.example.rules import RULES
from teams.events.models import Event, EventDay, Price, Question, QuestionKind, Race, Waiver


async def sow_rules(event_fund: int, zone: ZoneInfo) -> None:
    """Days, places, prices, what is agreed to and asked."""
    event = await Event.get(fund_id=event_fund)
    starts_at = event.starts_at
    late_at = starts_at - rules.LATE_BEFORE
    await Event.filter(id=event.id).update(
        fee_covers=rules.FEE_COVERS,
        entries_open_at=datetime.now(UTC) - rules.OPENED_BEFORE_TODAY,
        entries_close_at=starts_at - rules.CLOSES_BEFORE,
        refund_percent=rules.REFUND_PERCENT,
        refund_until=starts_at - rules.REFUND_BEFORE,
        change_until=starts_at - rules.CHANGE_BEFORE,
    )
    day = await EventDay.create(event=event, day=starts_at.astimezone(zone).date(), capacity=rules.PLACES)
    for race in await Race.filter(event=event):
        rule = RULES[race.slug]
        numbers = {"numbers_from": rule.numbers[0], "numbers_to": rule.numbers[1]}
        await Race.filter(id=race.id).update(day=day, capacity=rule.places, **numbers)
        for position, price in enumerate(rule.prices):
            ends = None if price.late or price.under_age or not price.pounds else late_at
            await Price.create(
                race=race,
                name=price.name,
                pence=price.pounds * 100,
                from_at=late_at if price.late else None,
                until_at=ends,
                under_age=price.under_age,
                position=position,
            )
    await Waiver.create(event=event, version=1, text=rules.WAIVER)
    for position, (label, kind, options) in enumerate(rules.QUESTIONS):
        asked = QuestionKind(kind)
        await Question.create(event=event, label=label, kind=asked, options=options, position=position)
