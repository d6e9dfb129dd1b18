"""Who comes by a letter: a friend who takes a place over, and a parent or guardian who agrees or refuses."""

import hmac
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import BadInput, NotFound, Problem
from fundraising.web.forms import typed_in, understood
from fundraising.web.pages import PRIVATE, outcome, page, pages_of, see_other
from fundraising.web.tokens import TOKEN
from teams.entries import changing
from teams.entries.changing import HandoverSpent
from teams.entries.entering import must_have_waiver
from teams.entries.forms import SENTENCES, SHIRTS, WhoForm, with_born_on
from teams.entries.models import Category, Entry, EntryState, Handover
from teams.entries.views import ROOM
from teams.entries.writing import guardian_token


async def _offered(request: Request) -> Handover:
    token = request.path_params["token"]
    offered = await changing.find_handover(token) if TOKEN.fullmatch(token) else None
    if offered is None:
        raise HandoverSpent
    return offered


async def show_handover(request: Request) -> Response:
    """The form for the friend."""
    return await _form(request, await _offered(request), {})


async def take_handover(request: Request) -> Response:
    """The friend takes the place."""
    offered, typed = await _offered(request), await typed_in(request)
    settings, race = pages_of(request).settings, offered.entry.race
    try:
        form = understood(WhoForm, with_born_on(typed), SENTENCES)
        form.must_fit(race.date_in(ZoneInfo(settings.time_zone)), race.least_age)
        await changing.take_over(settings, request.path_params["token"], offered, form)
    except BadInput as bad:
        return await _form(request, offered, typed, bad)
    return see_other("/handovers/taken")


async def _form(
    request: Request, offered: Handover, typed: Mapping[str, str], problem: BadInput | None = None
) -> Response:
    event = offered.entry.race.event
    shown: dict[str, Any] = {
        "entry": offered.entry,
        "race": offered.entry.race,
        "event": event,
        "fund": event.fund,
        "waiver": await must_have_waiver(event),
        "typed": typed,
        "categories": list(Category),
        "shirts": SHIRTS,
    }
    return page(request, ROOM + "handover.html", **outcome(problem, PRIVATE), **shown)


async def show_taken(request: Request) -> Response:
    """It is yours."""
    return page(request, ROOM + "taken.html")


async def _of_guardian(request: Request) -> Entry:
    """The entry of a guardian's link.

    Raises:
        NotFound
    """
    number = request.path_params["entry"]
    entry = await Entry.get_or_none(id=number).prefetch_related("race__event__fund", "waiver")
    if entry is None or not entry.guardian_name:
        raise NotFound
    right = guardian_token(pages_of(request).settings, str(entry.id), entry.guardian_email, entry.first_name)
    if not hmac.compare_digest(right.encode(), request.path_params["token"].encode()):
        raise NotFound
    return entry


async def show_guardian(request: Request) -> Response:
    """What a parent or guardian is asked."""
    return await _guardian(request, await _of_guardian(request))


async def _guardian(request: Request, entry: Entry, problem: Problem | None = None) -> Response:
    event = entry.race.event
    shown: dict[str, Any] = {"entry": entry, "race": entry.race, "event": event, "fund": event.fund}
    open_ = entry.state in (EntryState.HELD, EntryState.PLACED)
    return page(request, ROOM + "guardian.html", **outcome(problem, PRIVATE), is_open=open_, **shown)


async def answer_guardian(request: Request) -> Response:
    """They agree, or refuse."""
    entry, typed = await _of_guardian(request), await typed_in(request)
    try:
        if "agree" in typed:
            await changing.agree(entry)
        elif "refuse" in typed:
            await changing.refuse(entry)
    except (changing.NotHeld, changing.AgreedAlready) as problem:
        return await _guardian(request, entry, problem)
    return see_other(request.url.path)


def make_routes() -> list[BaseRoute]:
    """The addresses in those letters."""
    guardian = "/guardians/{entry:uuid}/{token}"
    return [
        Route("/handovers/taken", show_taken, methods=["GET"], name="handover_taken"),
        Route("/handovers/{token}", show_handover, methods=["GET"], name="handover"),
        Route("/handovers/{token}", take_handover, methods=["POST"], name="take_handover"),
        Route(guardian, show_guardian, methods=["GET"], name="guardian"),
        Route(guardian, answer_guardian, methods=["POST"], name="answer_guardian"),
    ]
