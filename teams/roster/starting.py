"""The form that founds a team, before or after an entry of one's own; and how it stands before it is public."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import asyncpg
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import BadInput, Busy, Problem, TooMany
from fundraising.funds.pictures import forget_picture, put_up
from fundraising.people import persons, signing_in
from fundraising.people.asking import Asker, find_asker, must_be_signed_in
from fundraising.store.database import transaction
from fundraising.store.ids import new_id
from fundraising.web.forms import typed_in, understood
from fundraising.web.guard import Allowance
from fundraising.web.pages import outcome, page, pages_of, see_other
from fundraising.web.uploads import MOST_BODY_BYTES, Sent, sent_in
from teams.entries.entering import NotOpen, charities_to_choose
from teams.entries.models import Entry, EntryState
from teams.entries.views import get_event
from teams.events.models import Event, Race, RaceKind
from teams.events.standings import standing_of, standings_of
from teams.events.team_names import must_be_free
from teams.roster import picture
from teams.roster.coming import bring_page
from teams.roster.forms import COLOURS, SENTENCES, FounderForm, FoundForm
from teams.roster.founding import NewTeam, found, note
from teams.roster.models import FactKind, Team
from teams.roster.seats import open_seats

ROOM = "teams/roster/"
ALLOWANCE = Allowance(burst=120, per_second=0.5)
MOST_OF_ONE = 5  # teams that one person leads in one event
LED = """
select count(*) from team t join race r on r.id = t.race_id
where t.captain_id = $1 and r.event_id = $2 and t.ended_at is null
"""
UNOPENED = """
select t.id, t.fund_id from team t join fund f on f.id = t.fund_id
where f.state = 'hidden' and f.hidden_at is null and not t.is_private and t.ended_at is null
  and t.founded_at < now() - interval '7 days'
  and not exists (select from seat s where s.team_id = t.id and s.state in ('held', 'invited', 'taken', 'joined'))
order by t.id for update of t
"""
NAMELESS = "update fund set name = 'Never opened', slug = 'never-opened-' || id, version = version + 1 where id = $1"
# The button was pressed twice, or the back button: it is one team.
AGAIN = """
select f.slug from team t join fund f on f.id = t.fund_id
where t.captain_id = $1 and f.event_id = $2 and lower(f.name) = lower($3) and t.ended_at is null
"""
MINE = """
select e.id from entry e where e.person_id = $1 and e.race_id = $2 and e.state = 'placed' and e.team_id is null
  and e.guardian_name = '' order by e.placed_at limit 1 for update
"""
SIT = "insert into seat (team_id, state, entry_id, name, nudges, opened_at) values ($1, 'joined', $2, '', 0, now())"


class TooManyTeams(TooMany):
    """A great many teams founded from one address."""

    sentence = "A great many teams were founded from your connection just now. Please try again in a minute."


async def show_form(request: Request) -> Response:
    """The form; `?race=` chooses one."""
    event = await get_event(request)
    races = _races(event)
    typed = {"attempt": str(new_id()), "race": request.query_params.get("race", "")[:60]}
    if not typed["race"] and races:
        typed["race"] = next((race.slug for race in races if race.kind is RaceKind.TEAM), races[0].slug)
    return await _form(request, event, typed)


def _races(event: Event) -> list[Race]:
    return sorted(event.races, key=lambda race: race.position)


async def _form(request: Request, event: Event, typed: Mapping[str, str], problem: Problem | None = None) -> Response:
    now = datetime.now(UTC)
    standings = await standings_of([event], now)
    shown: dict[str, Any] = {
        "event": event,
        "fund": event.fund,
        "races": _races(event),
        "standing": standing_of(event, standings, now),
        "charities": list((await charities_to_choose()).values()),
        "colours": COLOURS,
        "asker": await find_asker(request),
        "typed": typed,
    }
    return page(request, ROOM + "found.html", **outcome(problem), **shown)


async def take_form(request: Request) -> Response:
    """Founded: on to its desk; who is not signed in gets there by a letter, and nothing is public before."""
    return await _take(request, Sent(await typed_in(request), None))


async def take_form_with_picture(request: Request) -> Response:
    """The same, with a picture; only who is signed in may send one, so that nobody's name is given a face."""
    await must_be_signed_in(request)
    return await _take(request, await sent_in(request))


async def _take(request: Request, sent: Sent) -> Response:
    event, typed, shown = await get_event(request), sent.typed, None
    asker = await find_asker(request)
    try:
        ALLOWANCE.must_let(request, TooManyTeams)
        form = understood(FoundForm, typed, SENTENCES)
        founder = None if asker else understood(FounderForm, typed, SENTENCES)
        shown = await picture.develop(request, sent)
        slug = await _found(event, form, asker, founder, shown)
    except (BadInput, Busy, NotOpen, TooMany) as problem:
        return await _form(request, event, typed, problem)
    finally:
        async with transaction() as writing:
            await forget_picture(writing, shown)  # unless the team shows it now
    if founder is None:
        return see_other(f"/teams/{slug}/desk")
    await signing_in.ask_for_link(pages_of(request).settings, founder.captain_email, f"/teams/{slug}/desk")
    return see_other("/teams/founded")


async def show_founded(request: Request) -> Response:
    """Look into your letters."""
    return page(request, ROOM + "founded.html")


async def _found(
    event: Event, form: FoundForm, asker: Asker | None, founder: FounderForm | None, shown: str | None
) -> str:
    """Found it, once for each opened form.

    Args:
        shown: id of its picture.

    Returns:
        Its slug.
    """
    race = next((race for race in event.races if race.slug == form.race), None)
    if race is None:
        raise BadInput({"race": SENTENCES["race"]}, {})
    charities = await charities_to_choose()
    if form.charity and form.charity not in charities:
        raise BadInput({"charity": SENTENCES["charity"]}, {})
    async with transaction() as writing:
        await writing.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"found {form.attempt}")
        person = await _captain(writing, asker, founder)
        if again := await writing.fetchval(AGAIN, person, event.fund_id, form.name):
            return str(again)
        await must_be_free(writing, event.fund_id, form.name)
        if await writing.fetchval(LED, person, event.id) >= MOST_OF_ONE:
            raise BadInput({"name": "You lead as many teams of this event as anybody may. Look at them first."}, {})
        charity = charities[form.charity].id if form.charity else None
        new = NewTeam(
            form.name, race.id, event.fund_id, charity, person, (), form.motto, form.about, form.target, form.colour,
            is_public=asker is not None, is_private=form.is_private,
        )  # fmt: skip
        fund = await found(writing, new)
        team = await Team.get(fund_id=fund).prefetch_related("fund")
        await Team.filter(id=team.id).update(on_boards=not form.off_boards)
        await _sit_down(writing, team, person, race, trusted=asker is not None)
        if shown:
            await put_up(writing, fund, shown)
    return team.fund.slug


async def _captain(writing: asyncpg.Connection, asker: Asker | None, founder: FounderForm | None) -> int:
    if asker:
        return asker.id
    assert founder is not None
    return await persons.get_or_make(writing, founder.captain_email, founder.captain_name)


async def _sit_down(writing: asyncpg.Connection, team: Team, person: int, race: Race, *, trusted: bool) -> None:
    """Who has a place in this race already brings it along; the least number of seats is opened for the others.

    Args:
        trusted: they are signed in; a stranger must not move anybody's place.
    """
    mine = await writing.fetchval(MINE, person, race.id) if trusted else None
    if mine:
        entry = await Entry.get(id=mine, state=EntryState.PLACED)
        await writing.execute(SIT, team.id, entry.id)
        await writing.execute("update entry set team_id = $2 where id = $1", entry.id, team.fund_id)
        await bring_page(writing, entry, team)
        await note(writing, team.id, FactKind.JOINED, f"{entry.first_name} {entry.last_name}")
    await open_seats(writing, team.id, race.least_in_team - (1 if mine else 0))


async def tidy_unopened() -> None:
    """By the clock: what a stranger founded, and nobody opened within a week, ends and gives its name back."""
    async with transaction() as writing:
        for row in await writing.fetch(UNOPENED):
            await writing.execute("update team set ended_at = now() where id = $1", row["id"])
            await writing.execute(NAMELESS, row["fund_id"])


def make_routes() -> list[BaseRoute]:
    """The addresses of founding a team."""
    return [
        Route("/teams/founded", show_founded, methods=["GET"], name="team_founded"),
        Route("/events/{slug}/teams/new", show_form, methods=["GET"], name="found_team"),
        Route("/events/{slug}/teams/new", take_form, methods=["POST"], name="send_team"),
        Route(
            "/events/{slug}/teams/new/photo",
            take_form_with_picture,
            methods=["POST"],
            name="send_team_with_photo",
            max_body_size=MOST_BODY_BYTES,
        ),
    ]
