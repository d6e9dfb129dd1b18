"""What an organiser changes about an event itself; each verb owns its transaction.

Changes of one event come one after the other, and each is compared with what its organiser had seen: whoever saves
second is told, and overwrites nothing unawares.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg

from fundraising.errors import BadInput, NotFound
from fundraising.funds.counting import announce
from fundraising.funds.models import Fund, FundKind, FundState
from fundraising.funds.slugs import free_slug
from fundraising.store.database import transaction
from fundraising.web.days import at
from fundraising.web.saving import is_as_typed, must_be_as_seen, version_of
from teams.events import prefilled
from teams.events.counts import count_results
from teams.events.current import find_waiver
from teams.events.forms import BasicsForm, NewEventForm, RulesForm, StageForm, WaiverForm
from teams.events.models import Event, EventDay, Price, Race, Stage, Waiver
from teams.events.next_thing import Thing, things_to_do
from teams.events.standing import OVER_AFTER

Opened = Callable[[asyncpg.Connection, int], Awaitable[object]]  # told in the transaction that opens an event
RESERVED = {"new"}  # an address of the desk itself


@asynccontextmanager
async def change_of(event_id: int) -> AsyncIterator[tuple[asyncpg.Connection, Event]]:
    """A transaction in which an event is changed, one organiser at a time; everybody is told after it."""
    async with transaction() as connection:
        event = await Event.filter(id=event_id).select_for_update(no_key=True).first()
        if event is None:
            raise NotFound
        await event.fetch_related("fund")
        yield connection, event
        await announce(connection, [event.fund_id])


async def list_events() -> list[int]:
    """Ids of every event: an event that is sent twice is not made twice."""
    return [event.id for event in await Event.all().only("id")]


async def begin_event(form: NewEventForm, seen: str, zone: ZoneInfo) -> str:
    """Begin a draft, which organisers only can see.

    Returns:
        Its slug, made from the name, for good.

    Raises:
        Overtaken: BadInput: when the day has been.
    """
    if form.day < datetime.now(zone).date():
        raise BadInput({"day": "That day has been. Please choose one to come."}, {})
    async with transaction() as connection:
        await connection.execute("lock table event in share row exclusive mode")
        if version_of(await list_events()) != seen and (begun := await _find_begun(form, zone)):
            return begun
        must_be_as_seen(await list_events(), seen)
        taken = {fund.slug for fund in await Fund.filter(kind=FundKind.EVENT).only("slug")} | RESERVED
        fund = await Fund.create(
            kind=FundKind.EVENT,
            slug=free_slug(form.name, taken, "event"),
            name=form.name,
            summary=form.summary,
            state=FundState.HIDDEN,
        )
        event = await Event.create(
            fund=fund,
            stage=Stage.DRAFT,
            strapline="",
            venue=form.venue,
            starts_at=at(form.day, form.clock, zone),
            about="",
            course="",
            organiser=form.organiser,
            organiser_email=form.email,
        )
        await EventDay.create(event=event, day=form.day, capacity=form.places)
        return fund.slug


async def _find_begun(form: NewEventForm, zone: ZoneInfo) -> str | None:
    """The draft that the same form has begun already."""
    drafts = Event.filter(stage=Stage.DRAFT, fund__name=form.name)
    for event in await drafts.prefetch_related("fund"):
        day = await EventDay.filter(event=event).order_by("day").first()
        places = {"places": str(day.capacity)} if day else {}
        if is_as_typed(form, prefilled.basics(event, zone) | places):
            return event.fund.slug
    return None


async def change_basics(event_id: int, form: BasicsForm, seen: str, zone: ZoneInfo) -> None:
    """What, when, where, by whom. When the day changes, what is on it moves along.

    Raises:
        Overtaken: BadInput: when the new day has been.
    """
    async with change_of(event_id) as (_, event):
        stands = prefilled.basics(event, zone)
        if is_as_typed(form, stands):
            return
        must_be_as_seen(stands, seen)
        before = event.starts_at.astimezone(zone).date()
        if form.day != before:
            if form.day < datetime.now(zone).date():
                raise BadInput({"day": "That day has been. Please choose one to come."}, {})
            await _move_day(event, before, form.day, zone)
        await Fund.filter(id=event.fund_id).update(**form.columns_of_fund())
        await Event.filter(id=event.id).update(**form.columns(zone))


async def _move_day(event: Event, before: date, after: date, zone: ZoneInfo) -> None:
    """Races first, then the day: in the order in which an entry locks them."""
    if await EventDay.exists(event=event, day=after):
        raise BadInput({"day": "The event has that day already. Move its races there one by one."}, {})
    for race in await Race.filter(event=event).order_by("id"):
        here = race.starts_at.astimezone(zone)
        if here.date() == before:
            await Race.filter(id=race.id).update(starts_at=at(after, here.time(), zone))
    await EventDay.filter(event=event, day=before).update(day=after)


async def change_rules(event_id: int, form: RulesForm, seen: str, zone: ZoneInfo) -> None:
    """When one may enter, withdraw, hand over.

    Raises:
        Overtaken: BadInput: when entries would close after the start.
    """
    async with change_of(event_id) as (_, event):
        stands = prefilled.rules(event, zone)
        if is_as_typed(form, stands):
            return
        must_be_as_seen(stands, seen)
        starts_on = event.starts_at.astimezone(zone).date()
        late = {
            name: "That is after the day of the event."
            for name in ("closes", "refund_until", "change_until")
            if (day := getattr(form, name)) and day > starts_on
        }
        if late:
            raise BadInput(late, {})
        columns = form.columns(zone)
        if form.closes == starts_on:
            columns["entries_close_at"] = event.starts_at
        if columns["entries_open_at"] and columns["entries_open_at"] >= event.starts_at:
            raise BadInput({"opens": "Entries have to open before the start."}, {})
        await Event.filter(id=event.id).update(**columns)


async def change_waiver(event_id: int, form: WaiverForm, seen: str, zone: ZoneInfo) -> None:
    """The next version; those before it stay as they were agreed to.

    Raises:
        Overtaken: BadInput: when it says the same.
    """
    async with change_of(event_id) as (_, event):
        newest = await find_waiver(event.id)
        stands = {"text": newest.text if newest else ""}
        if newest and newest.text == form.text:
            if version_of(stands) != seen:
                return  # sent twice
            raise BadInput({"text": f"That is the same text as version {newest.version}."}, {})
        must_be_as_seen(stands, seen)
        await Waiver.create(event=event, version=newest.version + 1 if newest else 1, text=form.text)


async def change_stage(event_id: int, form: StageForm, seen: str, told: Collection[Opened], zone: ZoneInfo) -> None:
    """What becomes of the event. Once published, it is never a draft again.

    Args:
        told: who is told when it opens.

    Raises:
        Overtaken: BadInput: while something is missing that the page cannot do without.
    """
    async with change_of(event_id) as (connection, event):
        must_be_as_seen(prefilled.stage(event, zone), seen)
        await must_be_ready(event, form.stage)
        if event.stage is Stage.DRAFT:
            await Fund.filter(id=event.fund_id).update(state=FundState.OPEN)
        await Event.filter(id=event.id).update(stage=form.stage, notice=form.notice)
        if form.stage is Stage.OPEN:
            for tell in told:
                await tell(connection, event.id)


async def must_be_ready(event: Event, stage: Stage) -> None:
    """What a page of that stage cannot do without is there.

    Raises:
        BadInput
    """
    if stage is Stage.OPEN and datetime.now(UTC) > event.starts_at + OVER_AFTER:
        raise BadInput({"stage": "Its day has been. Choose one to come first, under What and when."}, {})
    if event.stage is not Stage.DRAFT:
        return
    if stopping := [thing for thing in await find_things(event) if thing.stops_opening]:
        raise BadInput({"stage": f"Not yet. {stopping[0].sentence}"}, {})


async def find_things(event: Event) -> list[Thing]:
    """What the organiser has to do next."""
    races = await Race.filter(event_id=event.id).order_by("position", "id")
    priced: Any = await Price.filter(race__event_id=event.id).values_list("race_id", flat=True)
    has_waiver = await Waiver.exists(event_id=event.id)
    provisional, _ = await count_results(event.id)
    now = datetime.now(UTC)
    return things_to_do(event, races, set(priced), has_waiver=has_waiver, now=now, provisional=provisional)
