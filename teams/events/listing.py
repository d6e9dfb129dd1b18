"""The lists of an event's desk: days, races, prices, questions, records; and each of their rows."""

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import Problem
from fundraising.web.forms import Form, typed_in
from fundraising.web.pages import page
from fundraising.web.saving import Overtaken, version_of
from teams.events.desks import (
    HOME,
    ROOM,
    desk_of,
    event_of,
    onward,
    organisers_only,
    said_to,
    show_form,
    take_form,
    zone_of,
)
from teams.events.models import Event, EventDay, Race
from teams.events.parts import PARTS, Part, StillNeeded, move_row, remove_row, save_row
from teams.events.prefilled import Typed


async def _around(event: Event, part: Part) -> dict[str, Any]:
    """What every page of a list shows."""
    return {
        "event": event,
        "fund": event.fund,
        "desk": desk_of(event),
        "part": part,
        "races": await Race.filter(event=event).order_by("position", "id"),
        "days": await EventDay.filter(event=event).order_by("day"),
    }


async def show_list(request: Request, part: Part) -> Response:
    """All rows, in their order."""
    event = await event_of(request)
    shown = {"rows": await part.rows(event.id), "said": said_to(request)} | await _around(event, part)
    return page(request, ROOM + "list.html", **shown)


async def show_new_row(request: Request, part: Part) -> Response:
    """An empty form, but for what is most likely."""
    event = await event_of(request)
    typed = dict(BEGINNINGS.get(part.name, {}))
    if part.name in ("races", "days"):
        typed["day"] = event.starts_at.astimezone(zone_of(request)).date().isoformat()
    if part.name == "prices":
        typed["race"] = request.query_params.get("race", "")[:20]
    return await _row(request, part, None, typed)


BEGINNINGS: dict[str, Typed] = {
    "races": {"is_open": "on", "least_age": "11", "least_in_team": "4", "most_in_team": "8"},
    "questions": {"kind": "text"},
}


async def show_row(request: Request, part: Part) -> Response:
    """A row, as it stands."""
    event = await event_of(request)
    row = await part.get(event.id, request.path_params["row"])
    return await _row(request, part, row, part.typed(row, zone_of(request)))


async def _row(request: Request, part: Part, row: Any, typed: Typed, problem: Problem | None = None) -> Response:
    event = await event_of(request)
    stands = part.typed(row, zone_of(request)) if row else await part.ids(event.id)
    shown = {"row": row, "overtaken": isinstance(problem, Overtaken)} | await _around(event, part)
    return await show_form(request, "row.html", typed, version_of(stands), problem=problem, **shown)


async def take_row(request: Request, part: Part) -> Response:
    """A row, sent; a new one when the address names none."""
    event, typed = await event_of(request), await typed_in(request)
    row_id = request.path_params.get("row")

    async def save(form: Form, seen: str) -> None:
        await save_row(part, event.id, row_id, form, seen, zone=zone_of(request))

    async def again(problem: Problem) -> Response:
        row = await part.get(event.id, row_id) if row_id is not None else None
        return await _row(request, part, row, typed, problem)

    return await take_form(typed, part.form, save, again, lambda _: onward(request, f"{desk_of(event)}/{part.name}"))


async def take_away(request: Request, part: Part) -> Response:
    """Remove a row, unless it is in use."""
    event, row_id = await event_of(request), request.path_params["row"]
    try:
        await remove_row(part, event.id, row_id)
    except StillNeeded as needed:
        row = await part.get(event.id, row_id)
        return await _row(request, part, row, part.typed(row, zone_of(request)), needed)
    return onward(request, f"{desk_of(event)}/{part.name}", "removed")


async def take_move(request: Request, part: Part, by: int) -> Response:
    """One place up or down."""
    event = await event_of(request)
    await move_row(part, event.id, request.path_params["row"], by)
    return onward(request, f"{desk_of(event)}/{part.name}")


def make_routes() -> list[BaseRoute]:
    """The addresses of the lists."""
    routes: list[BaseRoute] = []
    for part in PARTS:
        path = f"{HOME}/events/{{slug}}/{part.name}"
        one, name = f"{path}/{{row:int}}", f"organiser_{part.name}"
        views = [
            (path, show_list, "GET", name),
            (f"{path}/new", show_new_row, "GET", f"{name}_new"),
            (f"{path}/new", take_row, "POST", f"{name}_new"),
            (one, show_row, "GET", f"{name}_one"),
            (one, take_row, "POST", f"{name}_one"),
            (f"{one}/remove", take_away, "POST", f"{name}_remove"),
        ]
        routes += [
            Route(at, organisers_only(partial(view, part=part)), methods=[method], name=called)
            for at, view, method, called in views
        ]
        if part.moves:
            routes += [
                Route(
                    f"{one}/{where}",
                    organisers_only(partial(take_move, part=part, by=by)),
                    methods=["POST"],
                    name=f"{name}_{where}",
                )
                for where, by in (("up", -1), ("down", 1))
            ]
    return routes
