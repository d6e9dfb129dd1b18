"""The page by which somebody who is entered already moves their place into a team: what it costs is said before."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import NotFound, Problem, StripeGone
from fundraising.people.asking import must_be_signed_in
from fundraising.store.ids import new_id
from fundraising.web.forms import attempt_of, typed_in
from fundraising.web.pages import PRIVATE, outcome, page, pages_of, see_other
from teams.entries.changing import NotHeld
from teams.entries.entering import Full, NotOpen
from teams.entries.models import Entry, EntryState
from teams.entries.views import Desk
from teams.roster import coming, inviting
from teams.roster.inviting import InvitationOver
from teams.roster.models import Invitation

ROOM = "teams/roster/"
Refused = (NotOpen, Full, NotHeld, InvitationOver, StripeGone)


async def _get(request: Request) -> tuple[Invitation, Entry]:
    """An invitation, and an entry of one's own in the same event that is not in that team yet.

    Raises:
        SignInNeeded, InvitationOver, NotFound
    """
    invitation = await inviting.find(request.path_params["token"])
    asker = await must_be_signed_in(request)
    team = invitation.seat.team
    entry = await Entry.get_or_none(
        id=request.path_params["entry"], person_id=asker.id, state=EntryState.PLACED, race__event_id=team.race.event_id
    ).prefetch_related("race", "team", "fund", "party")
    if entry is None or entry.team_id == team.fund_id:
        raise NotFound
    return invitation, entry


async def show(request: Request) -> Response:
    """What moves, and what it costs or brings back."""
    return await _show(request, *await _get(request))


async def _show(request: Request, invitation: Invitation, entry: Entry, problem: Problem | None = None) -> Response:
    fare = None
    try:
        fare = await coming.fare_of(entry, invitation)
    except NotOpen as closed:
        problem = problem or closed
    team = invitation.seat.team
    shown: dict[str, Any] = {
        "invitation": invitation,
        "entry": entry,
        "team": team,
        "fund": team.fund,
        "race": team.race,
        "fare": fare,
        "paid_by_me": entry.party.person_id == entry.person_id,
        "takes_charity": entry.fund is not None
        and entry.fund.donations == 0
        and team.fund.charity_id not in (None, entry.fund.charity_id),
        "attempt": new_id(),
        "back": f"/join/{request.path_params['token']}",
    }
    return page(request, ROOM + "move.html", **outcome(problem, PRIVATE), **shown)


async def move(request: Request, desk: Desk) -> Response:
    """They want it."""
    invitation, entry = await _get(request)
    attempt = attempt_of((await typed_in(request)).get("attempt", ""))
    try:
        to = await coming.come(pages_of(request).settings, desk.stripe, entry, invitation, attempt)
    except Refused as problem:
        return await _show(request, invitation, entry, problem)
    return see_other(to)


def make_routes(desk: Desk) -> list[BaseRoute]:
    """The addresses of moving a place."""

    async def moved(request: Request) -> Response:
        return await move(request, desk)

    path = "/join/{token}/move/{entry:uuid}"
    return [
        Route(path, show, methods=["GET"], name="show_move"),
        Route(path, moved, methods=["POST"], name="move_place"),
    ]
