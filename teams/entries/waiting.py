"""The waiting list: first come, first served; an offer holds its place for a day, then the next is asked."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import EmailStr, Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import BadInput, NotFound, TooMany
from fundraising.mail.letters import NewLetter, write
from fundraising.store.database import connection, transaction
from fundraising.store.ids import new_id
from fundraising.web.forms import Form, typed_in, understood
from fundraising.web.pages import PRIVATE, outcome, page, see_other
from fundraising.web.tokens import TOKEN
from teams.entries import places
from teams.entries.forms import Name
from teams.entries.models import Waiting
from teams.entries.views import ALLOWANCE, ROOM, TooManyEntries, get_event
from teams.events.models import Event, Race
from teams.events.standings import standings_of

SENTENCES = {
    "name": "Please tell us your name.",
    "email": "Please enter an e-mail address such as sam@example.org: the offer goes there.",
    "race": "Please choose what you wait for.",
}
JOIN = """
insert into waiting (id, race_id, state, name, email, token, joined_at)
values ($1, $2, 'waiting', $3, $4, $5, clock_timestamp())
on conflict (race_id, lower(email)) where state in ('waiting', 'offered') do nothing
returning id
"""
BEFORE = "select count(*) from waiting where race_id = $1 and state = 'waiting' and (joined_at, id) < ($2, $3)"
LEAVE = "update waiting set state = 'left' where id = $1 and state in ('waiting', 'offered') returning race_id"
LAPSE = (
    "update waiting set state = 'lapsed' where race_id = $1 and state = 'offered' and offered_until <= $2 returning id"
)
WITH_LIST = "select distinct race_id from waiting where state in ('waiting', 'offered')"


class WaitForm(Form):
    """Who waits for what."""

    name: Annotated[Name, Field(min_length=1, max_length=80)]
    email: EmailStr
    race: Annotated[str, Field(min_length=1, max_length=60)]


async def show_list(request: Request) -> Response:
    """The form of the waiting list."""
    return await _form(request, await get_event(request), {"race": request.query_params.get("race", "")[:60]})


async def join(request: Request) -> Response:
    """Onto the list; the same answer for who is on it already."""
    event, typed = await get_event(request), await typed_in(request)
    try:
        ALLOWANCE.must_let(request, TooManyEntries)
        form = understood(WaitForm, typed, SENTENCES)
        race = await _race(event, form)
    except (BadInput, TooMany) as problem:
        return await _form(request, event, typed, problem)
    async with transaction() as writing:
        await places.lock(writing, [race.id])
        made = new_id()
        if await writing.fetchval(JOIN, made, race.id, form.name, form.email, secrets.token_urlsafe(32)):
            await write(writing, [NewLetter(form.email, "waiting", {"waiting": str(made)}, f"waiting {made}")])
            await places.offer(writing, [race.id])  # a place may have come free while the form was filled in
    return see_other(f"/events/{event.fund.slug}/waiting-list/joined")


async def _race(event: Event, form: WaitForm) -> Race:
    """The race that is waited for, which must be full.

    Raises:
        BadInput
    """
    standings = await standings_of([event], datetime.now(UTC))
    for race in event.races:
        if race.slug == form.race and standings[race.id].has_waiting_list:
            return race
        if race.slug == form.race and standings[race.id].is_open:
            raise BadInput({"race": "There is a place at this moment: you can enter straight away."}, {})
    raise BadInput({"race": SENTENCES["race"]}, {})


async def show_joined(request: Request) -> Response:
    """On the list, from now on or before."""
    event = await get_event(request)
    return page(request, ROOM + "joined.html", event=event, fund=event.fund)


async def _form(
    request: Request, event: Event, typed: Mapping[str, str], problem: BadInput | TooMany | None = None
) -> Response:
    shown: dict[str, Any] = {
        "event": event,
        "fund": event.fund,
        "races": sorted(event.races, key=lambda race: race.position),
        "standings": await standings_of([event], datetime.now(UTC)),
        "typed": typed,
    }
    return page(request, ROOM + "waiting_list.html", **outcome(problem), **shown)


async def _get(request: Request) -> Waiting:
    token = request.path_params["token"]
    found = (
        await Waiting.get_or_none(token=token).prefetch_related("race__event__fund") if TOKEN.fullmatch(token) else None
    )
    if found is None:
        raise NotFound
    return found


async def show_waiting(request: Request) -> Response:
    """How somebody on the list stands."""
    waiting = await _get(request)
    async with connection() as reading:
        before = await reading.fetchval(BEFORE, waiting.race_id, waiting.joined_at, waiting.id)
    fund = waiting.race.event.fund
    return page(request, ROOM + "waiting.html", headers=PRIVATE, waiting=waiting, before=before, fund=fund)


async def leave(request: Request) -> Response:
    """Off the list; an offer goes to the next at once."""
    waiting = await _get(request)
    async with transaction() as writing:
        await places.lock(writing, [waiting.race_id])
        if await writing.fetchval(LEAVE, waiting.id):
            await places.offer(writing, [waiting.race_id])
    return see_other(f"/waiting/{waiting.token}")


async def look_after_offers() -> None:
    """By the clock: offers that were not taken lapse, and what is free is offered to the next."""
    async with connection() as reading:
        races = [row["race_id"] for row in await reading.fetch(WITH_LIST)]
    for race in sorted(races):
        async with transaction() as writing:
            await places.lock(writing, [race])
            await writing.execute(LAPSE, race, datetime.now(UTC))
            await places.offer(writing, [race])


def make_routes() -> list[BaseRoute]:
    """The addresses of the waiting list."""
    below = "/events/{slug}/waiting-list"
    return [
        Route(below, show_list, methods=["GET"], name="waiting_list"),
        Route(below, join, methods=["POST"], name="join_waiting_list"),
        Route(f"{below}/joined", show_joined, methods=["GET"], name="joined_waiting_list"),
        Route("/waiting/{token}", show_waiting, methods=["GET"], name="waiting"),
        Route("/waiting/{token}/leave", leave, methods=["POST"], name="leave_waiting_list"),
    ]
