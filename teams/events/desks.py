"""What the views of the organiser's desk share: who may come in, which event, a form shown, a form taken."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from fundraising.errors import BadInput, NotFound, Problem
from fundraising.funds.models import FundKind
from fundraising.people.asking import must_be_organiser
from fundraising.web.forms import Form, understood
from fundraising.web.pages import outcome, page, pages_of, see_other
from fundraising.web.saving import Overtaken
from teams.events.forms import SENTENCES
from teams.events.models import Event
from teams.events.parts import StillNeeded
from teams.events.prefilled import Typed

ROOM = "teams/events/organiser/"
HOME = "/organiser"
View = Callable[[Request], Awaitable[Response]]
SAID = {
    "begun": "A draft, which only organisers see. Fill it in here, and open it when it is right.",
    "saved": "Saved.",
    "removed": "It is gone.",
    "open": "It is open, and everybody can see it.",
    "closed": "It is closed for entries.",
    "resting": "It is resting, and its page says so.",
    "cancelled": "It is cancelled, and its page says so.",
    "finished": "It is finished. Well done.",
}


def organisers_only(view: View) -> View:
    """A view that asks who is there before anything else, so that others cannot tell what exists."""

    @wraps(view)
    async def guarded(request: Request) -> Response:
        await must_be_organiser(request)
        return await view(request)

    return guarded


def zone_of(request: Request) -> ZoneInfo:
    """The zone in which days and clocks are typed."""
    return ZoneInfo(pages_of(request).settings.time_zone)


async def event_of(request: Request) -> Event:
    """The event of an address of the desk, drafts too.

    Raises:
        NotFound
    """
    slug = request.path_params["slug"]
    event = await Event.get_or_none(fund__kind=FundKind.EVENT, fund__slug=slug).prefetch_related("fund")
    if event is None:
        raise NotFound
    return event


def desk_of(event: Event) -> str:
    """The address of an event's desk."""
    return f"{HOME}/events/{event.fund.slug}"


def said_to(request: Request) -> str:
    """What has just been done, in words."""
    return SAID.get(request.query_params.get("said", ""), "")


def onward(request: Request, path: str, said: str = "saved") -> Response:
    """After a change: every page may show it, so all are made anew; and on."""
    pages_of(request).cache.forget(None)
    return see_other(f"{path}?said={said}")


async def show_form(
    request: Request, template: str, typed: Typed, seen: str, *, problem: Problem | None = None, **shown: Any
) -> Response:
    """A form of the desk, with what was typed or what stands."""
    return page(request, ROOM + template, **outcome(problem), typed=typed, seen=seen, **shown)


async def take_form(
    typed: Typed,
    form: type[Form],
    save: Callable[[Any, str], Awaitable[object]],
    again: Callable[[Problem], Awaitable[Response]],
    done: Callable[[Any], Response],
) -> Response:
    """A form of the desk, sent: kept, or shown again with what is wrong and everything that was typed.

    Args:
        save: takes the form and what its organiser had seen.
    """
    try:
        saved = await save(understood(form, typed, SENTENCES), typed.get("seen", ""))
    except (BadInput, Overtaken, StillNeeded) as problem:
        return await again(problem)
    return done(saved)
