"""The training plan, the reasons, safety; and the forms that reach the organiser."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import BadInput, NotFound, Problem, TooMany
from fundraising.funds.addresses import fund_of
from fundraising.store.ids import new_id
from fundraising.web.cache import Kept, Shown
from fundraising.web.forms import typed_in, understood
from fundraising.web.guard import Allowance
from fundraising.web.pages import Pages, is_fragment_wanted, outcome, page, pages_of, see_other
from teams.events.current import find_current_event
from teams.events.models import Event, Stage
from teams.training.enquiring import enquire, note_interest
from teams.training.forms import SENTENCES, EnquiryForm, InterestForm
from teams.training.letters import WITH_LETTERS
from teams.training.models import EnquiryKind, Reason, TechniquePoint
from teams.training.plan import planned_weeks
from teams.training.reasons import AT_ONCE, find_reason, find_reasons, sought_in
from teams.training.safety import sections

ROOM = "teams/training/"
NO_EVENT = "teams/events/none.html"
PLACES = {EnquiryKind.SPONSOR: "sponsors", EnquiryKind.CHARITY: "charity-partner"}
Show = Callable[[Request, Event], Awaitable[Shown]]
View = Callable[[Request], Awaitable[Response]]


class TooManyMessages(TooMany):
    """Written too often from one address."""

    sentence = "A great many messages came from your connection. Please try again in a few minutes."


class NotResting(Problem):
    """Nobody need wait for an event that is not resting."""

    status = 409
    title = "Nothing to wait for"
    sentence = "This event is not resting, so that there is no list to be on. Its own page says what you can do now."


@dataclass(frozen=True, slots=True)
class Bounds:
    """How often one address may write; wide enough for an office, or a park, behind one address."""

    enquiries: Allowance
    interests: Allowance


def _of_current_event(show: Show) -> Callable[[Request], Awaitable[Shown]]:
    """A page about the event that the site is about just now; while there is none, it says so."""

    async def shown(request: Request) -> Shown:
        event = await find_current_event()
        if event is None:
            return Shown(pages_of(request).render(NO_EVENT), ())
        return await show(request, event)

    return shown


def _shown(request: Request, event: Event, template: str, **shown: object) -> Shown:
    html = pages_of(request).render(ROOM + template, **_about(event), **shown)
    return Shown(html, {event.fund_id})


def _about(event: Event) -> dict[str, Any]:
    """What every page of the room shows."""
    return {"event": event, "fund": event.fund, "place": _place(event)}


def _place(event: Event) -> str:
    return f"/events/{event.fund.slug}"


async def show_training(request: Request, event: Event) -> Shown:
    """The eight weeks, the four points of technique, and when which letter comes."""
    zone = ZoneInfo(pages_of(request).settings.time_zone)
    weeks = await planned_weeks(event.id, event.starts_at.astimezone(zone), datetime.now(zone))
    points = await TechniquePoint.filter(event_id=event.id).order_by("position")
    return _shown(
        request,
        event,
        "training.html",
        weeks=weeks,
        points=points,
        has_letters=event.stage in (*WITH_LETTERS, Stage.FINISHED),
    )


async def show_safety(request: Request, event: Event) -> Shown:
    """What keeps everybody whole, and whom to call."""
    races = sorted(event.races, key=lambda race: race.position)
    return _shown(request, event, "safety.html", sections=sections(event.safety), races=races)


async def show_reasons(request: Request, event: Event) -> Shown:
    """The reasons, from the first on."""
    return _shown(request, event, "reasons.html", **_found(await find_reasons(event.id), ""))


def _found(reasons: Sequence[Reason], sought: str) -> dict[str, Any]:
    shown = reasons[:AT_ONCE]
    return {"reasons": shown, "sought": sought, "after": shown[-1].number if len(reasons) > AT_ONCE else 0}


async def search_reasons(request: Request) -> Response:
    """The reasons that hold the words of `?q=`, from `?after=` on; only the list when htmx asks."""
    event = await find_current_event()
    if event is None:
        raise NotFound
    asked = request.query_params
    sought, after = sought_in(asked.get("q", "")), asked.get("after", "")
    reasons = await find_reasons(event.id, sought, int(after) if after.isdecimal() and len(after) < 6 else 0)
    template = "_reasons.html" if is_fragment_wanted(request) else "reasons.html"
    return page(request, ROOM + template, **_about(event), **_found(reasons, sought))


async def show_reason(request: Request) -> Shown:
    """One reason, at an address of its own."""
    event = await find_current_event()
    reason = await find_reason(event.id, request.path_params["number"]) if event else None
    if event is None or reason is None:
        raise NotFound
    before = await find_reason(event.id, reason.number - 1)
    after = await find_reason(event.id, reason.number + 1)
    return _shown(request, event, "reason.html", reason=reason, before=before, after=after)


async def show_enquiry(request: Request, kind: EnquiryKind) -> Response:
    """Why to sponsor, or to be the charity partner; and the form."""
    return await _enquiry(request, kind, {"attempt": str(new_id())})


async def take_enquiry(request: Request, kind: EnquiryKind, allowance: Allowance) -> Response:
    """The form, sent: on to the organiser, or back with a sentence beside what needs another look."""
    event = await find_current_event()
    if event is None:
        raise NotFound
    typed = await typed_in(request)
    try:
        form = understood(EnquiryForm, typed, SENTENCES)
        allowance.must_let(request, TooManyMessages)
    except (BadInput, TooMany) as problem:  # nothing that was typed is lost
        return await _enquiry(request, kind, typed, problem)
    await enquire(event, kind, form)
    return see_other(f"/{PLACES[kind]}/sent")


async def _enquiry(
    request: Request, kind: EnquiryKind, typed: Mapping[str, str], problem: Problem | None = None
) -> Response:
    event = await find_current_event()
    if event is None:
        return page(request, NO_EVENT)
    template = {EnquiryKind.SPONSOR: "sponsors.html", EnquiryKind.CHARITY: "charity_partner.html"}[kind]
    shown = outcome(problem) | _about(event) | {"address": f"/{PLACES[kind]}"}
    return page(request, ROOM + template, **shown, typed={"attempt": str(new_id())} | dict(typed))


async def show_sent(request: Request, event: Event) -> Shown:
    """The message is with the organiser."""
    return _shown(request, event, "sent.html", is_sponsor=request.url.path.startswith("/sponsors"))


async def show_interest(request: Request) -> Response:
    """The form for who wants to hear when a resting event is back."""
    event = await _resting(request)
    return _interest(request, event, {})


async def take_interest(request: Request, allowance: Allowance) -> Response:
    """The same answer, whether the address is known or not."""
    event = await _resting(request)
    typed = await typed_in(request)
    try:
        form = understood(InterestForm, typed, SENTENCES)
        allowance.must_let(request, TooManyMessages)
    except (BadInput, TooMany) as problem:
        return _interest(request, event, typed, problem)
    await note_interest(event, form)
    return see_other(f"{_place(event)}/interest/noted")


async def show_noted(request: Request) -> Response:
    """On the list."""
    event = await _resting(request)
    return page(request, ROOM + "noted.html", **_about(event))


async def _resting(request: Request) -> Event:
    fund = await fund_of(request)
    event = await Event.get_or_none(fund_id=fund.id).prefetch_related("fund")
    if event is None or event.stage is Stage.DRAFT:
        raise NotFound
    if event.stage is not Stage.RESTING:
        raise NotResting
    return event


def _interest(request: Request, event: Event, typed: Mapping[str, str], problem: Problem | None = None) -> Response:
    return page(request, ROOM + "interest.html", **outcome(problem), **_about(event), typed=typed)


def make_routes(pages: Pages) -> list[BaseRoute]:
    """The addresses of the room."""
    bounds = Bounds(Allowance(burst=20, per_second=1 / 60), Allowance(burst=100, per_second=1.0))
    all_reasons = Kept(pages.cache, _of_current_event(show_reasons))

    async def reasons(request: Request) -> Response | Kept:
        """Only the whole list is kept: a page in the cache knows its path, and not what is sought in it."""
        return await search_reasons(request) if request.query_params else all_reasons

    async def interest(request: Request) -> Response:
        return await (take_interest(request, bounds.interests) if request.method == "POST" else show_interest(request))

    def kept(path: str, show: Show, name: str) -> Route:
        return Route(path, Kept(pages.cache, _of_current_event(show)), methods=["GET"], name=name)

    def enquiries(kind: EnquiryKind, name: str) -> list[BaseRoute]:
        async def form(request: Request) -> Response:
            if request.method == "POST":
                return await take_enquiry(request, kind, bounds.enquiries)
            return await show_enquiry(request, kind)

        at = f"/{PLACES[kind]}"
        return [Route(at, form, methods=["GET", "POST"], name=name), kept(f"{at}/sent", show_sent, f"{name}_sent")]

    return [
        kept("/training", show_training, "training"),
        kept("/safety", show_safety, "safety"),
        Route("/reasons", reasons, methods=["GET"], name="reasons"),
        Route("/reasons/{number:int}", Kept(pages.cache, show_reason), methods=["GET"], name="reason"),
        *enquiries(EnquiryKind.SPONSOR, "sponsors"),
        *enquiries(EnquiryKind.CHARITY, "charity_partner"),
        Route("/events/{slug}/interest", interest, methods=["GET", "POST"], name="interest"),
        Route("/events/{slug}/interest/noted", show_noted, methods=["GET"], name="interest_noted"),
    ]
