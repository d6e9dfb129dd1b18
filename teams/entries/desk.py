"""The organiser's desk of entries: who runs, who waits, numbers, notes for first aiders, places given back."""

import logging

import asyncpg
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import NotFound, Problem
from fundraising.mail.letters import NewLetter, write
from fundraising.people.asking import must_be_organiser
from fundraising.store.database import connection, transaction
from fundraising.web.forms import typed_in
from fundraising.web.pages import outcome, page, pages_of, see_other
from fundraising.web.sealing import SealBroken
from teams.entries import changing
from teams.entries.medical import opened_note
from teams.entries.models import Entry, EntryState, Waiting, WaitingState
from teams.events.desks import View, desk_of, event_of, organisers_only
from teams.events.models import Event, Question

log = logging.getLogger(__name__)
ROOM = "teams/entries/desk/"
AT_ONCE = 100
LIST = """
select e.id, e.first_name, e.last_name, e.state, e.number, e.made_at, e.price_pence, e.guardian_name, e.brings_guide,
       e.guardian_agreed_at, e.medical is not null as has_note, r.name as race, f.slug as page, t.name as team
from entry e join race r on r.id = e.race_id left join fund f on f.id = e.fund_id left join fund t on t.id = e.team_id
where r.event_id = $1 and ($2 = '' or e.state = $2)
  and ($3 = '' or lower(e.first_name || ' ' || e.last_name || ' ' || e.email) like '%' || lower($3) || '%'
       or e.number::text = $3)
  and ($4::uuid is null or e.id < $4)
order by e.id desc limit $5
"""
COUNTS = "select e.state, count(*) as n from entry e join race r on r.id = e.race_id where r.event_id = $1 group by 1"
# In the order of teams, then of entering: a team stands together. A number once given is never given again.
GIVE_NUMBERS = """
with wanted as (
  select e.id, e.email, row_number() over (order by e.team_id nulls last, e.made_at, e.id) as place
  from entry e where e.race_id = $1 and e.state = 'placed' and e.number is null
    and (e.guardian_name = '' or e.guardian_agreed_at is not null)
), free as (
  select number, row_number() over (order by number) as place from generate_series($2::int, $3::int) as number
  where number > coalesce((select max(number) from entry where race_id = $1 and number between $2 and $3), 0)
)
update entry set number = free.number from wanted join free using (place) where entry.id = wanted.id
returning entry.id, entry.email
"""
RACES = """
select id, name, numbers_from, numbers_to, taken, capacity,
       (select count(*) from entry e where e.race_id = r.id and e.state = 'placed' and e.number is null) as without,
       (select count(*) from entry e where e.race_id = r.id and e.state = 'placed' and e.number is null
          and (e.guardian_name = '' or e.guardian_agreed_at is not null)) as beyond
from race r where event_id = $1 order by position, id
"""


class NoNumbers(Problem):
    """A race without numbers to give."""

    status = 409
    title = "No numbers to give"
    sentence = "Say first which numbers this race has, from and to: that is done with the race."


async def show_entries(request: Request) -> Response:
    """Everybody who is entered, newest first; searched by name, address or number."""
    event = await event_of(request)
    query = request.query_params
    state = query.get("state", "") if query.get("state") in list(EntryState) else ""
    asked = query.get("q", "").strip()[:80]
    after = query.get("after", "")
    async with connection() as reading:
        try:
            rows = await reading.fetch(LIST, event.id, state, asked, after or None, AT_ONCE + 1)
        except asyncpg.DataError:
            raise NotFound from None
        counts = {row["state"]: row["n"] for row in await reading.fetch(COUNTS, event.id)}
        races = [dict(row) for row in await reading.fetch(RACES, event.id)]
    waiting = await Waiting.filter(
        race__event_id=event.id, state__in=(WaitingState.WAITING, WaitingState.OFFERED)
    ).order_by("joined_at").prefetch_related("race")  # fmt: skip
    return page(
        request,
        ROOM + "entries.html",
        event=event,
        fund=event.fund,
        desk=desk_of(event),
        entries=[dict(row) for row in rows[:AT_ONCE]],
        more=rows[AT_ONCE - 1]["id"] if len(rows) > AT_ONCE else None,
        counts=counts,
        states=list(EntryState),
        races=races,
        waiting=waiting[:AT_ONCE],
        asked=asked,
        state=state,
        said=query.get("said", "")[:10],
        ended=next((race for race in races if str(race["id"]) == query.get("race") and race["beyond"]), None),
    )


async def give_numbers(request: Request) -> Response:
    """Numbers for everybody of a race who has none yet; each is told by letter."""
    event, typed = await event_of(request), await typed_in(request)
    async with transaction() as writing:
        race = await writing.fetchrow(
            "select id, numbers_from, numbers_to from race where event_id = $1 and id::text = $2 for update",
            event.id,
            typed.get("race", ""),
        )
        if race is None:
            raise NotFound
        if race["numbers_from"] is None:
            raise NoNumbers
        given = await writing.fetch(GIVE_NUMBERS, race["id"], race["numbers_from"], race["numbers_to"])
        letters = [NewLetter(row["email"], "number", {"entry": str(row["id"])}, f"number {row['id']}") for row in given]
        await write(writing, letters)
    return see_other(f"{desk_of(event)}/entries?race={race['id']}&said={len(given)}")


async def _entry(request: Request) -> tuple[Event, Entry]:
    event = await event_of(request)
    entry = await Entry.get_or_none(id=request.path_params["entry"], race__event_id=event.id).prefetch_related(
        "race", "party__payment", "party__person", "charity", "fund", "team", "waiver", "person"
    )
    if entry is None:
        raise NotFound
    return event, entry


async def show_entry(request: Request) -> Response:
    """One entry, all of it but the note for first aiders, which is opened by a press that is logged."""
    return await _show(request, note=None)


async def open_note(request: Request) -> Response:
    """The note, opened; who looks is written down."""
    return await _show(request, note="")


async def _show(request: Request, note: str | None, problem: Problem | None = None) -> Response:
    event, entry = await _entry(request)
    if note is not None and entry.medical:
        asker = await must_be_organiser(request)
        log.info("the medical note of entry %s was opened by person %s", entry.id, asker.id)
        try:
            note = opened_note(pages_of(request).settings, entry.medical)
        except SealBroken:
            note = "It cannot be read: SECRET_KEY is another one than when it was written."
    questions = {str(q.id): q.label for q in await Question.filter(event_id=event.id)}
    return page(
        request,
        ROOM + "entry.html",
        **outcome(problem),
        event=event,
        fund=event.fund,
        desk=desk_of(event),
        entry=entry,
        note=note,
        answers=[(questions.get(number, "?"), answer) for number, answer in entry.answers.items()],
    )


async def withdraw(request: Request) -> Response:
    """The organiser gives a place back, with the whole fee when that is ticked."""
    event, entry = await _entry(request)
    typed = await typed_in(request)
    try:
        await changing.withdraw(entry, event, "withdrawn by the organiser", whole="whole" in typed)
    except changing.NotHeld as problem:
        return await _show(request, note=None, problem=problem)
    return see_other(f"{desk_of(event)}/entries/{entry.id}")


def make_routes() -> list[BaseRoute]:
    """The addresses of the desk."""
    below = "/organiser/events/{slug}/entries"
    one = below + "/{entry:uuid}"
    views: list[tuple[str, str, str, View]] = [
        (below, "GET", "organiser_entries", show_entries),
        (f"{below}/numbers", "POST", "give_numbers", give_numbers),
        (one, "GET", "organiser_entry", show_entry),
        (f"{one}/note", "POST", "open_note", open_note),
        (f"{one}/withdraw", "POST", "organiser_withdraws", withdraw),
    ]
    return [Route(path, organisers_only(view), methods=[method], name=name) for path, method, name, view in views]
