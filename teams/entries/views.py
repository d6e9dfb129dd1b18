"""Entering: the form, the page of a party while it is held and after, and its calendar file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import BadInput, NotFound, Problem, StripeGone, TooMany
from fundraising.funds.addresses import fund_of
from fundraising.payments.models import PaymentState
from fundraising.payments.settle import look_up_soon
from fundraising.payments.stripe import Stripe
from fundraising.people.asking import find_asker
from fundraising.store.database import transaction
from fundraising.store.ids import new_id
from fundraising.store.queue import enqueue
from fundraising.web.forms import attempt_of, typed_in
from fundraising.web.guard import Allowance
from fundraising.web.pages import NO_STORE, PRIVATE, Pages, is_fragment_wanted, outcome, page, pages_of, see_other
from fundraising.web.tokens import TOKEN
from teams.entries.entering import Asked, Full, NotOpen, charities_to_choose, enter, must_have_waiver
from teams.entries.forms import MOST_RUNNERS, SHIRTS, count_of, told, understand
from teams.entries.models import Category, Entry, EntryState, Party, Waiting, WaitingState
from teams.entries.placing import Placer, give_up
from teams.events.current import find_waiver
from teams.events.models import Event, Question, Stage
from teams.events.standings import standing_of, standings_of

ROOM = "teams/entries/"
ALLOWANCE = Allowance(burst=120, per_second=2.0)
MOST_FIELDS = MOST_RUNNERS * 60
RACE_TAKES = timedelta(hours=2)  # in a calendar


@dataclass(frozen=True, slots=True)
class Desk:
    """What the views of this room work with."""

    pages: Pages
    stripe: Stripe
    placer: Placer


class TooManyEntries(TooMany):
    """Too many forms sent from one address."""

    sentence = "A great many entries were sent from your connection. Nothing was taken; please try again shortly."


async def get_event(request: Request) -> Event:
    """The event of the address, published, with what a form about it needs.

    Raises:
        NotFound
    """
    fund = await fund_of(request)
    event = await Event.get_or_none(fund_id=fund.id).prefetch_related("fund", "races__prices", "races__day")
    if event is None or event.stage is Stage.DRAFT:
        raise NotFound
    return event


async def show_form(request: Request) -> Response:
    """The form; `?race=` chooses one, `?offer=` is the way in from the waiting list."""
    event = await get_event(request)
    asker = await find_asker(request)
    typed = {"attempt": str(new_id()), "runners": "1"}
    if asker:
        typed |= {"payer_name": asker.name, "payer_email": asker.email}
    if race := request.query_params.get("race", "")[:60]:
        typed["race-1"] = race
    if offer := request.query_params.get("offer", "")[:80]:
        typed["offer"] = offer
        held = await _find_offer(event, typed)
        typed |= {"race-1": held.race.slug, "payer_name": held.name, "payer_email": held.email} if held else {}
    return await _form(request, event, typed)


async def _find_offer(event: Event, typed: Mapping[str, str]) -> Waiting | None:
    """The offer of a place that still stands, or that this very form has taken and holds."""
    if not TOKEN.fullmatch(token := typed.get("offer", "")):
        return None
    found = await Waiting.get_or_none(token=token, race__event_id=event.id).prefetch_related("race")
    if found is None:
        return None
    if found.state is WaitingState.OFFERED and found.offered_until and found.offered_until > datetime.now(UTC):
        return found
    if found.state is not WaitingState.TAKEN:
        return None
    attempt = attempt_of(typed.get("attempt", ""))
    mine = Entry.filter(party__attempt=attempt, race_id=found.race_id, state=EntryState.HELD)
    return found if await mine.exists() else None


async def take_form(request: Request, desk: Desk) -> Response:
    """The form, sent: another runner added, on to Checkout, or back with sentences beside the fields."""
    event = await get_event(request)
    typed = await typed_in(request, MOST_FIELDS)
    if "add" in typed:
        more = min(count_of(typed) + 1, MOST_RUNNERS)
        return await _form(request, event, typed | {"runners": str(more)}, newest=more)
    if "fewer" in typed:
        return await _form(request, event, typed | {"runners": str(max(count_of(typed) - 1, 1))})
    try:
        ALLOWANCE.must_let(request, TooManyEntries)
        onward = await enter(desk.pages.settings, desk.stripe, desk.placer, await _asked(request, event, typed))
    except (BadInput, NotOpen, Full, StripeGone, TooMany) as problem:  # nothing that was typed is lost
        return await _form(request, event, typed, problem=problem)
    if is_fragment_wanted(request):
        return Response(headers={"hx-redirect": onward.to, "hx-again": onward.again, **NO_STORE})
    return see_other(onward.to)


async def _asked(request: Request, event: Event, typed: Mapping[str, str]) -> Asked:
    questions = await questions_of(event)
    await must_have_waiver(event)
    payer, runners = understand(typed, questions)
    asker = await find_asker(request)
    return Asked(
        event=event,
        races={race.slug: race for race in event.races},
        charities=await charities_to_choose(),
        payer=payer,
        runners=runners,
        zone=ZoneInfo(pages_of(request).settings.time_zone),
        person=asker.id if asker else None,
    )


async def questions_of(event: Event) -> list[Question]:
    """What the organiser asks of each runner besides."""
    return await Question.filter(event_id=event.id, retired_at=None).order_by("position", "id")


async def _form(
    request: Request,
    event: Event,
    typed: Mapping[str, str],
    *,
    problem: Problem | None = None,
    newest: int = 0,
) -> Response:
    """The form; `newest` is the runner who was just added, where the reader goes on."""
    now, come_back = datetime.now(UTC), outcome(problem)
    standings = await standings_of([event], now)
    waiver = await find_waiver(event.id)
    races = sorted(event.races, key=lambda race: race.position)
    shown: dict[str, Any] = {
        "event": event,
        "fund": event.fund,
        "races": races,
        "standings": standings,
        "standing": standing_of(event, standings, now),
        "typed": typed,
        "offered": await _find_offer(event, typed),
        "told": told(come_back["errors"], count_of(typed)),
        "newest": newest,
        "has_fee": any(price.pence for race in races for price in race.prices),
        "count": count_of(typed),
        "most": MOST_RUNNERS,
        "charities": list((await charities_to_choose()).values()),
        "questions": await questions_of(event),
        "waiver": waiver,
        "shirts": SHIRTS,
        "categories": list(Category),
        "now": now,
    }
    name = "_form.html" if is_fragment_wanted(request) else "enter.html"
    return page(request, ROOM + name, **come_back, **shown)


async def get_party(request: Request) -> Party:
    """The party of an address.

    Raises:
        NotFound
    """
    token = request.path_params["token"]
    found = None
    if TOKEN.fullmatch(token):
        found = await Party.get_or_none(token=token).prefetch_related("event__fund", "payment", "person")
    if found is None:
        raise NotFound
    return found


async def show_party(request: Request) -> Response:
    """How a party stands: held, placed, lapsed; who comes back from Checkout can pay, or let it go."""
    return await _party(request, "party.html")


async def show_party_state(request: Request) -> Response:
    """The part of it that changes, for the page that is open."""
    return await _party(request, "_party.html")


async def _party(request: Request, template: str) -> Response:
    party = await get_party(request)
    entries = await Entry.filter(party=party).order_by("made_at", "id").prefetch_related("race", "fund", "team")
    payment = party.payment
    if payment and payment.state is PaymentState.OPEN and "back" not in request.query_params:
        await look_up_soon(payment.id)
    states = {entry.state for entry in entries}
    shown: dict[str, Any] = {
        "party": party,
        "event": party.event,
        "fund": party.event.fund,
        "entries": entries,
        "payment": payment,
        "held": EntryState.HELD in states,
        "placed": EntryState.PLACED in states,
        "came_back": "back" in request.query_params,
        "at_bank": payment is not None and payment.state is PaymentState.PROCESSING,
        "cancelled": party.event.stage is Stage.CANCELLED,
        "moving": EntryState.HELD in states,
    }
    return page(request, ROOM + template, headers=PRIVATE, **shown)


async def let_go(request: Request) -> Response:
    """Who does not want to pay gives the places back at once; whoever has paid keeps them."""
    party = await get_party(request)
    async with transaction() as writing:
        if party.payment_id:
            await enqueue(writing, [give_up(party.payment_id)])
    return see_other(f"/events/{party.event.fund.slug}")


async def show_calendar(request: Request) -> Response:
    """The races of a party, for a calendar."""
    party = await get_party(request)
    entries = await Entry.filter(party=party).prefetch_related("race")
    return calendar_of(request, party.event, entries, str(party.id))


def calendar_of(request: Request, event: Event, entries: Sequence[Entry], name: str) -> Response:
    """The calendar file of those who are placed.

    Args:
        name: by which a calendar knows these entries again.

    Raises:
        NotFound: nobody of them runs, or nobody at all.
    """
    from icalendar import Calendar  # late: who starts the site need not wait for it
    from icalendar import Event as CalendarEvent

    placed = [entry for entry in entries if entry.state is EntryState.PLACED]
    if not placed or event.stage is Stage.CANCELLED:
        raise NotFound
    settings = pages_of(request).settings
    calendar = Calendar()
    calendar.add("prodid", "-//Backward Run//EN")
    calendar.add("version", "2.0")
    for race in {entry.race_id: entry.race for entry in placed}.values():
        names = ", ".join(entry.first_name for entry in placed if entry.race_id == race.id)
        made = CalendarEvent()
        made.add("uid", f"race-{race.id}-{name}@run")
        made.add("dtstamp", datetime.now(UTC))
        made.add("dtstart", race.starts_at)
        made.add("dtend", race.starts_at + RACE_TAKES)
        made.add("summary", f"{event.fund.name}: {race.name} ({names})")
        made.add("location", event.venue)
        made.add("description", "Wear the number on your back: that is what the crowd sees first.")
        made.add("url", f"{settings.base_url}/events/{event.fund.slug}")
        calendar.add_component(made)
    headers = PRIVATE | {"content-disposition": 'attachment; filename="backward-run.ics"', **NO_STORE}
    return Response(calendar.to_ical(), media_type="text/calendar", headers=headers)


def make_routes(desk: Desk) -> list[BaseRoute]:
    """The addresses of entering."""

    async def taken(request: Request) -> Response:
        return await take_form(request, desk)

    return [
        Route("/events/{slug}/enter", show_form, methods=["GET"], name="enter"),
        Route("/events/{slug}/enter", taken, methods=["POST"], name="send_entry"),
        Route("/entries/{token}", show_party, methods=["GET"], name="party"),
        Route("/entries/{token}/state", show_party_state, methods=["GET"], name="party_state"),
        Route("/entries/{token}/let-go", let_go, methods=["POST"], name="let_go"),
        Route("/entries/{token}/calendar.ics", show_calendar, methods=["GET"], name="calendar"),
    ]
