"""The organiser's desk: every event, a new one, and of one event what and when, its stage, its rules, its waiver."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.donations import refunding
from fundraising.errors import BadInput, Problem
from fundraising.pledges.confirming import count_waiting
from fundraising.web.forms import Form, typed_in, understood
from fundraising.web.pages import page
from fundraising.web.saving import Overtaken, is_as_typed, must_be_as_seen, version_of
from teams.events import changing, prefilled
from teams.events import views as event_views
from teams.events.changing import Opened, find_things
from teams.events.counts import (
    count_agreed,
    count_event,
    count_events,
    count_interested,
    count_placed,
    count_results,
    count_unanswered,
)
from teams.events.current import find_waiver
from teams.events.desks import (
    HOME,
    ROOM,
    View,
    desk_of,
    event_of,
    onward,
    organisers_only,
    said_to,
    show_form,
    take_form,
    zone_of,
)
from teams.events.forms import SENTENCES, BasicsForm, NewEventForm, RulesForm, StageForm, WaiverForm
from teams.events.models import Event, Price, Question, Race, Record, Stage, Waiver

COLOURS = (
    "red", "blue", "green", "yellow", "purple", "teal", "pink", "brown", "navy", "lime", "orange", "grey",
)  # fmt: skip
ONWARD = {  # what may become of an event in each stage
    Stage.DRAFT: (Stage.OPEN, Stage.RESTING),
    Stage.OPEN: (Stage.CLOSED, Stage.RESTING, Stage.CANCELLED, Stage.FINISHED),
    Stage.CLOSED: (Stage.OPEN, Stage.RESTING, Stage.CANCELLED, Stage.FINISHED),
    Stage.RESTING: (Stage.RESTING, Stage.OPEN, Stage.CANCELLED),
    Stage.CANCELLED: (Stage.CANCELLED, Stage.OPEN, Stage.RESTING),
    Stage.FINISHED: (Stage.OPEN, Stage.CLOSED),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form about the event itself.

    Args:
        name: the last part of its address, and the name of its template.
        stands: how it stands, as it would be typed.
        save: keeps what was typed.
        more: what its page shows besides.
    """

    name: str
    title: str
    form: type[Form]
    stands: Callable[[Event, ZoneInfo], Awaitable[prefilled.Typed]]
    save: Callable[[int, Any, str, ZoneInfo], Awaitable[None]]
    more: Callable[[Event], Awaitable[dict[str, Any]]]


async def _basics_stand(event: Event, zone: ZoneInfo) -> prefilled.Typed:
    return prefilled.basics(event, zone)


async def _rules_stand(event: Event, zone: ZoneInfo) -> prefilled.Typed:
    return prefilled.rules(event, zone)


async def _waiver_stands(event: Event, zone: ZoneInfo) -> prefilled.Typed:
    newest = await find_waiver(event.id)
    return {"text": newest.text if newest else ""}


async def _with_colours(event: Event) -> dict[str, Any]:
    return {"colours": COLOURS, "taken": (await count_event(event.id)).taken}


async def _with_nothing(event: Event) -> dict[str, Any]:
    return {}


async def _with_versions(event: Event) -> dict[str, Any]:
    return {"versions": await Waiver.filter(event=event).order_by("-version"), "agreed": await count_agreed()}


SHEETS = (
    Sheet("basics", "What and when", BasicsForm, _basics_stand, changing.change_basics, _with_colours),
    Sheet("rules", "Opening, closing, refunds", RulesForm, _rules_stand, changing.change_rules, _with_nothing),
    Sheet("waiver", "What runners agree to", WaiverForm, _waiver_stands, changing.change_waiver, _with_versions),
)


async def show_home(request: Request) -> Response:
    """Every event, drafts too."""
    return page(
        request,
        ROOM + "home.html",
        events=await count_events(),
        unanswered=await count_unanswered(),
        cash=await count_waiting(),
        refunds=await refunding.count_waiting(),
        said=said_to(request),
    )


async def show_new(request: Request) -> Response:
    """What an event needs to begin with."""
    return await _new(request, {})


async def _new(request: Request, typed: prefilled.Typed, problem: Problem | None = None) -> Response:
    seen = version_of(await changing.list_events())
    return await show_form(request, "new.html", typed, seen, problem=problem)


async def take_new(request: Request) -> Response:
    """A new event, sent: a draft begins."""
    typed = await typed_in(request)
    save = partial(changing.begin_event, zone=zone_of(request))
    again = partial(_new, request, typed)
    return await take_form(
        typed, NewEventForm, save, again, lambda slug: onward(request, f"{HOME}/events/{slug}", "begun")
    )


async def show_desk(request: Request) -> Response:
    """One event: the next thing to do on top, then everything that can be changed."""
    event = await event_of(request)
    races = await Race.filter(event=event).order_by("position", "id").prefetch_related("prices")
    return page(
        request,
        ROOM + "desk.html",
        event=event,
        fund=event.fund,
        desk=desk_of(event),
        counted=await count_event(event.id),
        things=await find_things(event),
        races=races,
        waiver=await find_waiver(event.id),
        questions=await Question.filter(event=event, retired_at=None).count(),
        records=await Record.filter(event=event).count(),
        prices=await Price.filter(race__event=event).count(),
        interested=await count_interested(event.id),
        results=await count_results(event.id),
        days=await event.days.all().order_by("day"),  # type: ignore[attr-defined]
        said=said_to(request),
    )


async def show_preview(request: Request) -> Response:
    """The page of an event as it will be; kept by nobody."""
    event = await event_of(request)
    shown = await event_views.show_one(request, event, ROOM + "preview.html")
    return Response(shown.body, media_type="text/html", headers={"cache-control": "no-store"})


async def show_sheet(request: Request, sheet: Sheet) -> Response:
    """A form about the event itself."""
    event = await event_of(request)
    return await _sheet(request, sheet, event, await sheet.stands(event, zone_of(request)))


async def _sheet(
    request: Request, sheet: Sheet, event: Event, typed: prefilled.Typed, problem: Problem | None = None
) -> Response:
    seen = version_of(await sheet.stands(event, zone_of(request)))
    shown = {"event": event, "fund": event.fund, "desk": desk_of(event), "sheet": sheet} | await sheet.more(event)
    return await show_form(request, f"{sheet.name}.html", typed, seen, problem=problem, **shown)


async def take_sheet(request: Request, sheet: Sheet) -> Response:
    """The same, sent."""
    event, typed = await event_of(request), await typed_in(request)

    async def save(form: Form, seen: str) -> None:
        await sheet.save(event.id, form, seen, zone_of(request))

    async def again(problem: Problem) -> Response:
        return await _sheet(request, sheet, await event_of(request), typed, problem)

    return await take_form(typed, sheet.form, save, again, lambda _: onward(request, desk_of(event)))


async def show_stage(request: Request) -> Response:
    """What may become of the event."""
    event = await event_of(request)
    chosen = request.query_params.get("to", "")[:9]
    return await _stage(request, event, {"stage": chosen, "notice": event.notice}, "stage.html")


async def _stage(
    request: Request, event: Event, typed: prefilled.Typed, template: str, problem: Problem | None = None
) -> Response:
    return await show_form(
        request,
        template,
        typed,
        version_of(prefilled.stage(event, zone_of(request))),
        problem=problem,
        event=event,
        fund=event.fund,
        desk=desk_of(event),
        possible=ONWARD[event.stage],
        placed=await count_placed(event.id),
        waiting=await count_interested(event.id),
        things=await find_things(event),
    )


async def take_stage(request: Request, told: Collection[Opened]) -> Response:
    """What is to become of it: first said what that means, then done."""
    event, typed = await event_of(request), await typed_in(request)
    try:
        form = understood(StageForm, typed, SENTENCES)
        if form.sure and is_as_typed(form, prefilled.stage(event, zone_of(request)) | {"sure": "on"}):
            return onward(request, desk_of(event), str(form.stage))
        must_be_as_seen(prefilled.stage(event, zone_of(request)), typed.get("seen", ""))
        if form.stage not in ONWARD[event.stage]:
            raise BadInput({"stage": SENTENCES["stage"]}, typed)
        await changing.must_be_ready(event, form.stage)
        if not form.sure:
            return await _stage(request, event, typed, "sure.html")
        await changing.change_stage(event.id, form, typed.get("seen", ""), told, zone_of(request))
    except (BadInput, Overtaken) as problem:
        return await _stage(request, await event_of(request), typed, "stage.html", problem)
    return onward(request, desk_of(event), str(form.stage))


def make_routes(told: Collection[Opened]) -> list[BaseRoute]:
    """The addresses of the desk but for its lists.

    Args:
        told: who is told, in its transaction, when an event opens.
    """
    one = f"{HOME}/events/{{slug}}"
    routes: list[tuple[str, View, str, str]] = [
        (HOME, show_home, "GET", "organiser"),
        (f"{HOME}/events/new", show_new, "GET", "organiser_new"),
        (f"{HOME}/events/new", take_new, "POST", "organiser_new"),
        (one, show_desk, "GET", "organiser_event"),
        (f"{one}/preview", show_preview, "GET", "organiser_preview"),
        (f"{one}/stage", show_stage, "GET", "organiser_stage"),
        (f"{one}/stage", partial(take_stage, told=told), "POST", "organiser_stage"),
    ]
    for sheet in SHEETS:
        path, name = f"{one}/{sheet.name}", f"organiser_{sheet.name}"
        routes.append((path, partial(show_sheet, sheet=sheet), "GET", name))
        routes.append((path, partial(take_sheet, sheet=sheet), "POST", name))
    return [Route(path, organisers_only(view), methods=[method], name=name) for path, view, method, name in routes]
