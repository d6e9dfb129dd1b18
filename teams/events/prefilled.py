"""How things stand, as an organiser would type them: what the forms of the desk are filled in with."""

from zoneinfo import ZoneInfo

from fundraising.web.days import day_of
from teams.events.days import clock_of
from teams.events.models import Event, EventDay, Price, Question, Race, Record
from teams.events.records import race_time

Typed = dict[str, str]


def _or_nothing(value: int | None) -> str:
    return "" if value is None else str(value)


def _ticked(**ticks: bool) -> Typed:
    return {name: "on" for name, is_on in ticks.items() if is_on}


def pounds(pence: int) -> str:
    """13, 13.50"""
    return f"{pence / 100:.2f}".removesuffix(".00")


def basics(event: Event, zone: ZoneInfo) -> Typed:
    """What, when, where, by whom; the event's fund has been fetched."""
    same = ("strapline", "venue", "about", "course", "safety", "fee_covers", "organiser", "community_url")
    return {name: getattr(event, name) for name in same} | {
        "name": event.fund.name,
        "summary": event.fund.summary,
        "email": event.organiser_email,
        "day": day_of(event.starts_at, zone),
        "clock": clock_of(event.starts_at, zone),
        "target": pounds(event.fund.target_pence) if event.fund.target_pence else "",
        "colour": str(event.fund.colour),
    }


def rules(event: Event, zone: ZoneInfo) -> Typed:
    """When one may enter, withdraw, hand over."""
    return {
        "opens": day_of(event.entries_open_at, zone),
        "closes": day_of(event.entries_close_at, zone),
        "refund_percent": str(event.refund_percent),
        "refund_until": day_of(event.refund_until, zone),
        "change_until": day_of(event.change_until, zone),
    }


def stage(event: Event, zone: ZoneInfo) -> Typed:
    """What has become of it."""
    return {"stage": str(event.stage), "notice": event.notice}


def day(row: EventDay, zone: ZoneInfo) -> Typed:
    """A day and its capacity."""
    return {"day": row.day.isoformat(), "capacity": str(row.capacity)}


def race(row: Race, zone: ZoneInfo) -> Typed:
    """A race."""
    numbers = ("capacity", "least_age", "least_in_team", "most_in_team")
    return {
        **{name: getattr(row, name) for name in ("name", "summary", "ranked_by")},
        **{name: str(getattr(row, name)) for name in numbers},
        "kind": str(row.kind),
        "distance": str(row.distance_metres),
        "day": day_of(row.starts_at, zone),
        "clock": clock_of(row.starts_at, zone),
        "numbers_from": _or_nothing(row.numbers_from),
        "numbers_to": _or_nothing(row.numbers_to),
        **_ticked(is_open=row.is_open),
    }


def price(row: Price, zone: ZoneInfo) -> Typed:
    """A price."""
    return {
        "race": str(row.race_id),
        "name": row.name,
        "pounds": pounds(row.pence),
        "from_day": day_of(row.from_at, zone),
        "until_day": day_of(row.until_at, zone),
        "first_places": _or_nothing(row.first_places),
        "under_age": _or_nothing(row.under_age),
        **_ticked(in_team=row.in_team),
    }


def question(row: Question, zone: ZoneInfo) -> Typed:
    """A question."""
    return {"label": row.label, "kind": str(row.kind), "options": row.options, **_ticked(required=row.required)}


def record(row: Record, zone: ZoneInfo) -> Typed:
    """A record."""
    return {
        "title": row.title,
        "year": _or_nothing(row.year),
        "name": row.name,
        "time": race_time(row.time_tenths) if row.time_tenths is not None else "",
        "remark": row.remark,
    }
