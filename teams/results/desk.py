"""The organiser's desk of results: typed by number, pasted or uploaded, looked at, made official, corrected."""

from collections.abc import Mapping, Sequence
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import BadInput, NotFound, Problem, TooLarge
from fundraising.people.asking import must_be_organiser
from fundraising.store.database import connection
from fundraising.web.forms import INVISIBLE, typed_in, understood
from fundraising.web.pages import outcome, page, pages_of, see_other
from teams.events.desks import View, desk_of, event_of, organisers_only
from teams.events.models import Event, Race, RaceKind
from teams.results import publishing, recording
from teams.results.forms import ROWS, SENTENCES, BecauseForm, PublishForm
from teams.results.models import ResultVersion
from teams.results.publishing import Told, missing_of, seen_of
from teams.results.recording import Recorder, course_of
from teams.results.sheet import MOST_LINES, Fault, Given, Line, lines_of, understood_line
from teams.results.starters import Starter, read_starters

ROOM = "teams/results/desk/"
MOST_BYTES = 60_000  # of an uploaded list; the guard bounds the whole form
RACES = """
select r.id, r.name, r.starts_at, count(e.id) filter (where e.state = 'placed') as placed, count(s.id) as recorded,
       count(s.id) filter (where s.outcome = 'finished') as home, min(s.official_at) as official_at,
       count(e.id) filter (where e.state = 'placed' and e.number is null) as without
from race r left join entry e on e.race_id = r.id left join result s on s.entry_id = e.id
where r.event_id = $1 group by r.id order by r.position, r.id
"""
ORDERS = {"newest": "Newest first", "time": "By time", "number": "By number"}
SAID = {
    "published": "The results are official, and on every page that they belong to.",
    "corrected": "Corrected. How it stood before is kept below.",
    "recorded": "Recorded.",
    "removed": "Taken away: nothing is recorded of this runner.",
    "same": "That is what stands already; nothing was changed.",
}


async def race_of(request: Request) -> tuple[Event, Race]:
    """The event and the race of an address.

    Raises:
        NotFound
    """
    event = await event_of(request)
    race = await Race.get_or_none(event=event, id=request.path_params["race"])
    if race is None:
        raise NotFound
    return event, race


async def show_races(request: Request) -> Response:
    """The races of an event, and how far each one is."""
    event = await event_of(request)
    async with connection() as reading:
        races = [dict(row) for row in await reading.fetch(RACES, event.id)]
    return page(request, ROOM + "races.html", event=event, fund=event.fund, desk=desk_of(event), races=races)


async def show_race(request: Request) -> Response:
    """The sheet, and what is recorded."""
    event, race = await race_of(request)
    return await _sheet(request, event, race, [])


async def _sheet(
    request: Request,
    event: Event,
    race: Race,
    lines: Sequence[Line],
    *,
    problem: Problem | None = None,
    faults: Sequence[Fault] = (),
    because: str = "",
) -> Response:
    async with connection() as reading:
        starters = await read_starters(reading, race.id)
    order = request.query_params.get("by", "")
    order = order if order in ORDERS else "newest"
    by_row = {line.row: line for line in lines}
    said = request.query_params.get("said", "")
    return page(
        request,
        ROOM + "race.html",
        **outcome(problem),
        event=event,
        fund=event.fund,
        desk=desk_of(event),
        race=race,
        lines=[by_row.get(row, Line(row, "", "")) for row in range(1, ROWS + 1)],
        faults={fault.line.row: fault.sentence for fault in faults},
        because=because,
        recorded=_ordered([who for who in starters if who.stands], order),
        missing=missing_of(starters),
        official_at=next((who.official_at for who in starters if who.official_at), None),
        counts_laps=race.kind is RaceKind.FUN or any(who.stands and who.stands.laps is not None for who in starters),
        orders=ORDERS,
        order=order,
        count=int(said) if said.isdecimal() and len(said) < 6 else None,
        said=SAID.get(said, ""),
    )


def _ordered(recorded: list[Starter], order: str) -> list[Starter]:
    if order == "newest":
        return sorted(recorded, key=lambda who: (who.recorded_at, who.number or 0), reverse=True)
    if order == "number":
        return recorded

    def by_time(who: Starter) -> tuple[bool, int, int]:
        took = who.stands.milliseconds if who.stands else None
        return took is None, took or 0, who.number or 0

    return sorted(recorded, key=by_time)


async def take_sheet(request: Request, told: Sequence[Told]) -> Response:
    """Rows typed by hand: all are recorded, or none."""
    event, race = await race_of(request)
    asker, typed = await must_be_organiser(request), await typed_in(request)
    lines = [
        Line(row, *(typed.get(f"{name}{row}", "").strip()[:60] for name in ("number", "time", "laps")))
        for row in range(1, ROWS + 1)
    ]
    lines = [line for line in lines if not line.is_empty]
    because = ""
    try:
        because = understood(BecauseForm, typed, SENTENCES).because
        judged = await recording.record_sheet(race, lines, Recorder(asker.id, told, because))
    except recording.NotSaved as problem:
        return await _sheet(request, event, race, lines, problem=problem, faults=problem.judged.faults, because=because)
    except BadInput as problem:
        return await _sheet(request, event, race, lines, problem=problem, because=typed.get("because", ""))
    return _onward(request, event, race, str(len(judged.changes)))


async def take_list(request: Request, told: Sequence[Told]) -> Response:
    """A list, pasted or uploaded: looked at first, and saved by a second press if nothing has changed since."""
    event, race = await race_of(request)
    asker = await must_be_organiser(request)
    typed, text = await _list_in(request)
    lines = lines_of(text)
    if len(lines) > MOST_LINES:
        raise TooLarge
    problem: Problem | None = None
    if "save" in typed:
        try:
            because = understood(BecauseForm, typed, SENTENCES).because
            recorder = Recorder(asker.id, told, because)
            judged = await recording.record_list(race, lines, recorder, typed.get("seen", ""))
        except (recording.LookAgain, BadInput) as again:
            problem = again
        else:
            return _onward(request, event, race, str(len(judged.changes)))
    return await _dry_run(request, event, race, text=text, lines=lines, typed=typed, problem=problem)


async def _dry_run(
    request: Request,
    event: Event,
    race: Race,
    *,
    text: str,
    lines: Sequence[Line],
    typed: Mapping[str, str],
    problem: Problem | None,
) -> Response:
    async with connection() as reading:
        judged = await recording.try_out(reading, race, lines)
        starters = await read_starters(reading, race.id)
    return page(
        request,
        ROOM + "list.html",
        **outcome(problem),
        event=event,
        fund=event.fund,
        desk=desk_of(event),
        race=race,
        text=text,
        count=len(lines),
        judged=judged,
        because=typed.get("because", ""),
        is_official=any(who.official_at for who in starters),
    )


async def _list_in(request: Request) -> tuple[dict[str, str], str]:
    """What was typed, and the list: the file when there is one. Windows writes it in an alphabet of its own."""
    async with request.form(max_files=1, max_fields=8) as form:
        typed = {name: INVISIBLE.sub("", value) for name, value in form.items() if isinstance(value, str)}
        given = form.get("file")
        raw = b"" if given is None or isinstance(given, str) else await given.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise TooLarge
    if not raw:
        return typed, typed.get("text", "")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    return typed, INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


async def show_publish(request: Request) -> Response:
    """What is missing or odd, before it is official."""
    event, race = await race_of(request)
    return await _publish(request, event, race)


async def _publish(
    request: Request, event: Event, race: Race, typed: Mapping[str, str] | None = None, problem: Problem | None = None
) -> Response:
    async with connection() as reading:
        starters = await read_starters(reading, race.id)
    return page(
        request,
        ROOM + "publish.html",
        **outcome(problem),
        event=event,
        fund=event.fund,
        desk=desk_of(event),
        race=race,
        recorded=_ordered([who for who in starters if who.stands], "time"),
        missing=missing_of(starters),
        official_at=next((who.official_at for who in starters if who.official_at), None),
        seen=seen_of(starters),
        typed=typed or {},
    )


async def take_publish(request: Request, told: Sequence[Told]) -> Response:
    """Official, in one step."""
    event, race = await race_of(request)
    asker, typed = await must_be_organiser(request), await typed_in(request)
    form = understood(PublishForm, typed, SENTENCES)
    try:
        await publishing.publish(race, asker.id, form, told)
    except (BadInput, publishing.NothingToPublish) as problem:
        return await _publish(request, event, race, typed, problem)
    return _onward(request, event, race, "published")


async def show_one(request: Request) -> Response:
    """One runner's result, how it stood before, and the form that corrects it."""
    event, race = await race_of(request)
    return await _one(request, event, race)


async def _one(
    request: Request, event: Event, race: Race, typed: Mapping[str, str] | None = None, problem: Problem | None = None
) -> Response:
    entry = request.path_params["entry"]
    async with connection() as reading:
        who = await recording.find_starter(reading, race.id, entry)
    stands = who.stands
    shown = {"time": stands.took, "laps": "" if stands.laps is None else str(stands.laps)} if stands else {}
    return page(
        request,
        ROOM + "one.html",
        **outcome(problem),
        event=event,
        fund=event.fund,
        desk=desk_of(event),
        race=race,
        who=who,
        typed=shown if typed is None else typed,
        versions=[
            (version, Given(who.number or 0, version.outcome, version.milliseconds, version.laps))
            for version in await ResultVersion.filter(result__entry_id=entry)
            .order_by("-id")
            .prefetch_related("recorded_by")
        ],
        said=SAID.get(request.query_params.get("said", ""), ""),
    )


async def take_one(request: Request, told: Sequence[Told]) -> Response:
    """One result, put right."""
    event, race = await race_of(request)
    asker, typed = await must_be_organiser(request), await typed_in(request)
    line = Line(1, "0", typed.get("time", "").strip()[:60], typed.get("laps", "").strip()[:60])
    try:
        because = understood(BecauseForm, typed, SENTENCES).because
        given = understood_line(line, course_of(race))
        if isinstance(given, Fault):
            raise BadInput({"time": given.sentence}, typed)
        done = await recording.correct(race, request.path_params["entry"], given, Recorder(asker.id, told, because))
    except BadInput as problem:
        return await _one(request, event, race, typed, problem)
    return _onward(request, event, race, done, f"/{request.path_params['entry']}")


async def remove_one(request: Request) -> Response:
    """Recorded of the wrong runner."""
    event, race = await race_of(request)
    try:
        await recording.remove(race, request.path_params["entry"])
    except recording.IsOfficial as problem:
        return await _one(request, event, race, problem=problem)
    return _onward(request, event, race, "removed")


def _onward(request: Request, event: Event, race: Race, said: str, below: str = "") -> Response:
    pages_of(request).cache.forget(None)
    return see_other(f"{desk_of(event)}/results/{race.id}{below}?said={said}")


def make_routes(told: Sequence[Told]) -> list[BaseRoute]:
    """The addresses of the desk.

    Args:
        told: whom to tell of official results, in their transaction.
    """
    below = "/organiser/events/{slug}/results"
    race = below + "/{race:int}"
    one = race + "/{entry:uuid}"
    views: list[tuple[str, str, str, View]] = [
        (below, "GET", "organiser_results", show_races),
        (race, "GET", "organiser_race_results", show_race),
        (race, "POST", "record_results", partial(take_sheet, told=told)),
        (f"{race}/list", "POST", "list_results", partial(take_list, told=told)),
        (f"{race}/publish", "GET", "organiser_publish", show_publish),
        (f"{race}/publish", "POST", "publish_results", partial(take_publish, told=told)),
        (one, "GET", "organiser_result", show_one),
        (one, "POST", "correct_result", partial(take_one, told=told)),
        (f"{one}/remove", "POST", "remove_result", remove_one),
    ]
    return [Route(path, organisers_only(view), methods=[method], name=name) for path, method, name, view in views]
