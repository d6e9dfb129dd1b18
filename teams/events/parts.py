"""The lists of an event's desk: days, races, prices, questions, records. Each verb here owns its transaction.

What somebody has entered is never harmed: no capacity below what is taken, no race away from under its entries, and
a price is kept with each entry as it was.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tortoise.exceptions import IntegrityError
from tortoise.models import Model
from tortoise.queryset import QuerySet

from fundraising.errors import BadInput, NotFound, Problem
from fundraising.funds.slugs import free_slug
from fundraising.store.database import transaction
from fundraising.web.forms import Form
from fundraising.web.saving import is_as_typed, must_be_as_seen, version_of
from fundraising.web.words import plural
from teams.events import prefilled
from teams.events.changing import change_of
from teams.events.counts import is_answered, is_entered
from teams.events.forms import DayForm, PriceForm, QuestionForm, RaceForm, RecordForm
from teams.events.models import Event, EventDay, Price, Question, Race, Record


class StillNeeded(Problem):
    """What is to be removed is in use."""

    status = 409
    title = "Not while it is in use"


@dataclass(frozen=True, slots=True)
class Part:
    """A list of the desk.

    Args:
        name, one: what it and one of its rows are called; `name` is also the last part of the address.
        of: the column that leads to the event.
        form: what may be typed.
        typed: how a row stands, as it would be typed.
        keep: writes a row, new when None is given, within a transaction.
        remove: takes one away, within a transaction; raises StillNeeded.
        moves: its rows have an order that the organiser chooses.
    """

    name: str
    one: str
    model: Any
    of: str
    order: tuple[str, ...]
    form: type[Form]
    typed: Callable[[Any, ZoneInfo], prefilled.Typed]
    keep: Callable[[Event, Any, Any, ZoneInfo], Awaitable[None]]
    remove: Callable[[Any], Awaitable[None]]
    moves: bool = True

    def rows(self, event_id: int) -> "QuerySet[Any]":
        """The rows of an event, in their order."""
        rows: QuerySet[Any] = self.model.filter(**{self.of: event_id}).order_by(*self.order)
        return rows

    async def get(self, event_id: int, row_id: int) -> Any:
        """One row of an event.

        Raises:
            NotFound
        """
        row = await self.rows(event_id).filter(id=row_id).first()
        if row is None:
            raise NotFound
        return row

    async def ids(self, event_id: int) -> list[int]:
        """Ids of the rows: a row that is sent twice is not made twice."""
        return [row.id for row in await self.rows(event_id)]


async def save_row(part: Part, event_id: int, row_id: int | None, form: Form, seen: str, *, zone: ZoneInfo) -> None:
    """Keep a row as it was typed.

    Args:
        row_id: None for a new one.

    Raises:
        Overtaken: NotFound: BadInput
    """
    async with change_of(event_id) as (_, event):
        row = await part.get(event.id, row_id) if row_id is not None else None
        if await _is_kept(part, event.id, row, form, seen, zone=zone):
            return
        must_be_as_seen(part.typed(row, zone) if row else await part.ids(event.id), seen)
        await part.keep(event, row, form, zone)


async def _is_kept(part: Part, event_id: int, row: Any, form: Form, seen: str, *, zone: ZoneInfo) -> bool:
    """Whether the same form has been sent already; somebody may well want a second row like the first."""
    if row is not None:
        return is_as_typed(form, part.typed(row, zone))
    rows = await part.rows(event_id)
    return version_of([one.id for one in rows]) != seen and any(
        is_as_typed(form, part.typed(one, zone)) for one in rows
    )


async def remove_row(part: Part, event_id: int, row_id: int) -> None:
    """Take a row away.

    Raises:
        NotFound: StillNeeded
    """
    async with change_of(event_id) as (_, event):
        await part.remove(await part.get(event.id, row_id))


async def move_row(part: Part, event_id: int, row_id: int, by: int) -> None:
    """Move a row up or down among its like."""
    async with change_of(event_id) as (_, event):
        ids = await part.ids(event.id)
        if row_id not in ids:
            raise NotFound
        here = ids.index(row_id)
        there = min(max(here + by, 0), len(ids) - 1)
        ids.insert(there, ids.pop(here))
        for position, one in enumerate(ids):
            await part.model.filter(id=one).update(position=position)


async def _next_position(rows: "QuerySet[Any]") -> int:
    last = await rows.order_by("-position").first()
    return last.position + 1 if last else 0


async def _write(part_rows: "QuerySet[Any]", model: type[Model], row: Any, columns: dict[str, Any]) -> None:
    if row is None:
        await model.create(**columns, position=await _next_position(part_rows))
    else:
        await model.filter(id=row.id).update(**columns)


async def _delete(model: Any, row: Any, sentence: str) -> None:
    """The database knows what refers to it."""
    try:
        async with transaction():
            await model.filter(id=row.id).delete()
    except IntegrityError:
        raise StillNeeded(sentence) from None


async def _keep_day(event: Event, row: EventDay | None, form: DayForm, zone: ZoneInfo) -> None:
    if row is None:
        if await EventDay.exists(event=event, day=form.day):
            raise BadInput({"day": "The event has that day already."}, {})
        await EventDay.create(event=event, day=form.day, capacity=form.capacity)
        return
    stands = await EventDay.select_for_update(no_key=True).get(id=row.id)
    _must_hold(form.capacity, stands.taken)
    await EventDay.filter(id=row.id).update(capacity=form.capacity)


def _must_hold(capacity: int, taken: int) -> None:
    """The row is locked, so that no entry comes between; the database would refuse it too."""
    if capacity < taken:
        sentence = f"{plural(taken, 'place')} {'is' if taken == 1 else 'are'} taken already: it cannot be less."
        raise BadInput({"capacity": sentence}, {})


async def _remove_day(row: EventDay) -> None:
    await _delete(EventDay, row, "Races are on this day. Move or remove them first.")


async def _keep_race(event: Event, row: Race | None, form: RaceForm, zone: ZoneInfo) -> None:
    day = await EventDay.get_or_none(event=event, day=form.day)
    if day is None:
        raise BadInput({"day": "That is not a day of the event. Add the day first, under Days."}, {})
    stands = await Race.select_for_update(no_key=True).get(id=row.id) if row else None
    if stands:
        _must_hold(form.capacity, stands.taken)
        if stands.taken and stands.day_id != day.id:
            raise BadInput({"day": "People have places in this race: it stays on its day."}, {})
        if form.kind is not stands.kind and await is_entered(stands.id):
            raise BadInput({"kind": "People have entered this race as it is: that cannot change any more."}, {})
    others = [race for race in await Race.filter(event=event) if not row or race.id != row.id]
    _must_not_overlap(form, others)
    columns = form.columns(zone) | {"event_id": event.id, "day_id": day.id}
    if row is None:
        columns["slug"] = free_slug(form.name, {race.slug for race in others}, "race")
    await _write(Race.filter(event=event), Race, row, columns)


def _must_not_overlap(form: RaceForm, others: list[Race]) -> None:
    """Two people with one number on their backs would be one for the timer."""
    if form.numbers_from is None or form.numbers_to is None:
        return
    for other in others:
        if other.numbers_from is None or other.numbers_to is None:
            continue
        if form.numbers_from <= other.numbers_to and other.numbers_from <= form.numbers_to:
            sentence = f"{other.name} has the numbers {other.numbers_from} to {other.numbers_to} already."
            raise BadInput({"numbers_from": sentence}, {})


async def _remove_race(row: Race) -> None:
    await _delete(
        Race, row, "People have entered this race, wait for it or have a team in it. Close it for entries instead."
    )


async def _keep_price(event: Event, row: Price | None, form: PriceForm, zone: ZoneInfo) -> None:
    if not await Race.exists(id=form.race, event=event):
        raise BadInput({"race": "Please choose the race."}, {})
    await _write(Price.filter(race_id=form.race), Price, row, form.columns(zone))


async def _keep_question(event: Event, row: Question | None, form: QuestionForm, zone: ZoneInfo) -> None:
    if row and form.kind is not row.kind and await is_answered(row.id):
        raise BadInput({"kind": "People have answered this question. Stop asking it, and add another."}, {})
    await _write(Question.filter(event=event), Question, row, form.columns(zone) | {"event_id": event.id})


async def _remove_question(row: Question) -> None:
    """What has been answered is no longer asked; the answers stay."""
    if await is_answered(row.id):
        await Question.filter(id=row.id).update(retired_at=datetime.now(UTC))
    else:
        await Question.filter(id=row.id).delete()


async def _keep_record(event: Event, row: Record | None, form: RecordForm, zone: ZoneInfo) -> None:
    await _write(Record.filter(event=event), Record, row, form.columns(zone) | {"event_id": event.id})


async def _remove_simply(row: Any) -> None:
    await type(row).filter(id=row.id).delete()


BY_POSITION = ("position", "id")
PARTS = (
    Part("days", "day", EventDay, "event_id", ("day",), DayForm, prefilled.day, _keep_day, _remove_day, moves=False),
    Part("races", "race", Race, "event_id", BY_POSITION, RaceForm, prefilled.race, _keep_race, _remove_race),
    Part(
        "prices",
        "price",
        Price,
        "race__event_id",
        ("race__position", "race_id", "position", "id"),
        PriceForm,
        prefilled.price,
        _keep_price,
        _remove_simply,
        moves=False,
    ),
    Part(
        "questions",
        "question",
        Question,
        "event_id",
        BY_POSITION,
        QuestionForm,
        prefilled.question,
        _keep_question,
        _remove_question,
    ),
    Part(
        "records", "record", Record, "event_id", BY_POSITION, RecordForm, prefilled.record, _keep_record, _remove_simply
    ),
)
