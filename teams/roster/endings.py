"""Pages about leaving, removing, merging and dissolving: what becomes of place, page and money is said before."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import BadInput, NotFound, Problem
from fundraising.funds.addresses import fund_of
from fundraising.people.asking import must_be_signed_in
from fundraising.store.database import transaction
from fundraising.web.forms import Form, Tick, typed_in, understood
from fundraising.web.pages import outcome, page, see_other
from teams.entries.changing import NotHeld
from teams.entries.models import Entry, EntryState
from teams.roster import going
from teams.roster.captains import Desk, get_team, must_be_captain, must_lead
from teams.roster.desk import about, show_refused
from teams.roster.going import CaptainStays, NotOneTeam, StillPaying
from teams.roster.linking import tell_captains
from teams.roster.models import FactKind, Seat, SeatState, Team
from teams.roster.seats import SeatGone

ROOM = "teams/roster/"
Refused = (BadInput, SeatGone, CaptainStays, StillPaying, NotOneTeam, NotHeld)
SENTENCES = {"into": "Please choose the team that yours becomes part of."}
SURE = "Please tick the box if you are sure."


class MergeForm(Form):
    """Which team it becomes part of."""

    into: Annotated[int, BeforeValidator(lambda typed: typed if str(typed).isascii() else None), Field(ge=1, lt=2**62)]


class SureForm(Form):
    """Something that cannot be taken back."""

    sure: Tick = False


def _must_be_sure(typed: Mapping[str, str]) -> None:
    if not understood(SureForm, typed, {}).sure:
        raise BadInput({"sure": SURE}, typed)


async def _mine(request: Request) -> tuple[Team, Entry, Seat]:
    """My own entry in the team of the address.

    Raises:
        SignInNeeded, NotFound
    """
    asker = await must_be_signed_in(request)
    team = await get_team(await fund_of(request, hidden=True))
    entry = await Entry.get_or_none(
        id=request.path_params["entry"], person_id=asker.id, team_id=team.fund_id, state=EntryState.PLACED
    ).prefetch_related("race__event", "fund")
    seat = await Seat.get_or_none(entry_id=entry.id, team_id=team.id, state=SeatState.JOINED) if entry else None
    if entry is None or seat is None:
        raise NotFound
    return team, entry, seat


async def show_leave(request: Request) -> Response:
    """What becomes of place, page and money of who leaves."""
    return await _leave(request, *await _mine(request))


async def _leave(request: Request, team: Team, entry: Entry, seat: Seat, problem: Problem | None = None) -> Response:
    shown: dict[str, Any] = {"team": team, "fund": team.fund, "entry": entry, "seat": seat, "race": team.race}
    return page(request, ROOM + "leave.html", **outcome(problem), **shown)


async def leave(request: Request) -> Response:
    """Gone."""
    team, entry, seat = await _mine(request)
    try:
        _must_be_sure(await typed_in(request))
        await going.leave(team, entry, FactKind.LEFT)
    except Refused as problem:
        return await _leave(request, team, entry, seat, problem)
    return see_other(f"/account/entries/{entry.id}?said=left")


async def _member(request: Request) -> tuple[Desk, Entry, Seat]:
    """A member at the captain's desk.

    Raises:
        NotFound
    """
    desk = await must_be_captain(request)
    seat = await Seat.get_or_none(id=request.path_params["seat"], team_id=desk.team.id, state=SeatState.JOINED)
    entry = await Entry.get(id=seat.entry_id).prefetch_related("race__event", "fund") if seat else None
    if seat is None or entry is None:
        raise NotFound
    return desk, entry, seat


async def show_remove(request: Request) -> Response:
    """What becomes of place, page and money of who is removed, before it is done."""
    return await _remove(request, *await _member(request))


async def _remove(request: Request, desk: Desk, entry: Entry, seat: Seat, problem: Problem | None = None) -> Response:
    return page(request, ROOM + "desk/remove.html", **outcome(problem), **about(desk), entry=entry, seat=seat)


async def remove(request: Request) -> Response:
    """Removed, and told so by letter."""
    desk, entry, seat = await _member(request)
    try:
        _must_be_sure(await typed_in(request))
        await going.leave(desk.team, entry, FactKind.REMOVED)
    except Refused as problem:
        return await _remove(request, desk, entry, seat, problem)
    return see_other(f"{desk.path}?said=removed")


async def show_endings(request: Request) -> Response:
    """Merge into another team, or dissolve this one."""
    return await _endings(request, await must_lead(request), {})


async def _endings(request: Request, desk: Desk, typed: Mapping[str, str], problem: Problem | None = None) -> Response:
    others = (
        await Team.filter(race_id=desk.team.race_id, ended_at=None, is_private=False, fund__state="open")
        .exclude(id=desk.team.id)
        .order_by("fund__name")
        .limit(500)
        .prefetch_related("fund")
    )
    into = await Team.get_or_none(id=desk.team.merging_into_id or 0).prefetch_related("fund")
    shown: dict[str, Any] = {"others": others, "into": into, "typed": typed, "now": datetime.now(UTC)}
    return page(request, ROOM + "desk/endings.html", **outcome(problem), **about(desk), **shown)


async def ask_to_merge(request: Request) -> Response:
    """The other captain is asked; nothing moves before they say yes."""
    desk, typed = await must_lead(request), await typed_in(request)
    try:
        form = understood(MergeForm, typed, SENTENCES)
        other = await Team.get_or_none(id=form.into, race_id=desk.team.race_id, ended_at=None, is_private=False)
        if other is None or other.id == desk.team.id or desk.team.ended_at:
            raise NotOneTeam
    except Refused as problem:
        return await _endings(request, desk, typed, problem)
    async with transaction() as writing:
        await Team.filter(id=desk.team.id, ended_at=None).update(merging_into_id=other.id)
        await tell_captains(writing, other, "merge_asked")
    return see_other(f"{desk.path}?said=asked")


async def stop_merging(request: Request) -> Response:
    """Not asked any more."""
    desk = await must_lead(request)
    await Team.filter(id=desk.team.id).update(merging_into_id=None)
    return see_other(f"{desk.path}/endings")


async def answer_merge(request: Request) -> Response:
    """Yes or no to a team that would become part of this one."""
    desk, typed = await must_lead(request), await typed_in(request)
    team = await Team.get_or_none(id=request.path_params["team"], merging_into_id=desk.team.id).prefetch_related("fund")
    if team is None:
        raise NotFound
    if "yes" in typed:
        try:
            await going.merge(team, desk.team)
        except Refused as problem:
            return await show_refused(request, desk, problem)
        return see_other(f"{desk.path}?said=merged")
    await Team.filter(id=team.id).update(merging_into_id=None)
    return see_other(f"{desk.path}?said=not-merged")


async def dissolve(request: Request) -> Response:
    """The end of a team."""
    desk, typed = await must_lead(request), await typed_in(request)
    try:
        _must_be_sure(typed)
        await going.dissolve(desk.team)
    except Refused as problem:
        return await _endings(request, desk, typed, problem)
    return see_other("/account")


def make_routes() -> list[BaseRoute]:
    """The addresses of leaving and ending."""
    desk, mine = "/teams/{slug}/desk", "/teams/{slug}/leave/{entry:uuid}"
    seat = f"{desk}/seats/{{seat:int}}/remove"
    return [
        Route(mine, show_leave, methods=["GET"], name="show_leave_team"),
        Route(mine, leave, methods=["POST"], name="leave_team"),
        Route(seat, show_remove, methods=["GET"], name="show_remove_member"),
        Route(seat, remove, methods=["POST"], name="remove_member"),
        Route(f"{desk}/endings", show_endings, methods=["GET"], name="team_endings"),
        Route(f"{desk}/merge", ask_to_merge, methods=["POST"], name="ask_to_merge"),
        Route(f"{desk}/merge/stop", stop_merging, methods=["POST"], name="stop_merging"),
        Route(f"{desk}/merging/{{team:int}}", answer_merge, methods=["POST"], name="answer_merge"),
        Route(f"{desk}/dissolve", dissolve, methods=["POST"], name="dissolve_team"),
    ]
