"""The general link, for the pub table: whoever has it may ask to join; the captain says yes, an invitation follows."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import asyncpg
from pydantic import EmailStr, Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import BadInput, Problem, TooMany
from fundraising.mail.letters import NewLetter, write
from fundraising.settings import Settings
from fundraising.store.database import connection, transaction
from fundraising.store.ids import new_id
from fundraising.web.forms import Form, typed_in, understood
from fundraising.web.guard import Allowance
from fundraising.web.pages import PRIVATE, outcome, page, see_other
from fundraising.web.tokens import TOKEN, hashed, make_nonce, token_from
from teams.entries.forms import Name
from teams.roster import inviting
from teams.roster.captains import find_captains
from teams.roster.inviting import InvitationOver, InviteForm
from teams.roster.models import JoinRequest, Team
from teams.roster.seats import SeatGone, open_seats

ROOM = "teams/roster/"
PURPOSE = "team link"
LASTS = timedelta(days=14)
MOST = 20  # who may ask by one link
ALLOWANCE = Allowance(burst=60, per_second=0.5)
ASKED = "select count(*) from join_request where team_id = $1 and made_at > $2"
CAPTAINS = """
select p.email from team t join person p on p.id in (t.captain_id, t.co_captain_id)
where t.id = $1 and p.email is not null order by p.email
"""
ASK = """
insert into join_request (id, team_id, name, email, made_at) values ($1, $2, $3, $4, clock_timestamp())
on conflict do nothing returning id
"""
ANSWER = """
update join_request set answered_at = now(), approved = $3 where id = $1 and team_id = $2 and answered_at is null
returning name, email
"""
EMPTY = """
select id from seat where team_id = $1 and state = 'empty' order by order_id is null, id limit 1 for update
"""
SENTENCES = {
    "name": "Please tell the captain your name.",
    "email": "Please enter an e-mail address such as sam@example.org: your invitation goes there.",
}


class TooManyAsk(TooMany):
    """A great many people at one address ask to join."""

    sentence = "A great many people have asked from your connection just now. Please try again in a minute."


class AskForm(Form):
    """Who asks to join."""

    name: Annotated[Name, Field(min_length=1, max_length=60)]
    email: EmailStr


def link_of(settings: Settings, team: Team) -> str:
    """The team's general link, or nothing."""
    return f"{settings.base_url}/join/{token_from(settings, PURPOSE, team.link_nonce)}" if team.link_nonce else ""


async def make_link(settings: Settings, team: Team, limit: int, *, public: bool) -> None:
    """A new general link; the one before leads nowhere from now on.

    Args:
        public: the team's page leads there too.
    """
    nonce = make_nonce()
    await Team.filter(id=team.id).update(
        link_nonce=nonce,
        link_hash=hashed(token_from(settings, PURPOSE, nonce)),
        link_limit=min(max(limit, 1), MOST),
        link_until=datetime.now(UTC) + LASTS,
        link_public=public,
    )


async def end_link(team: Team) -> None:
    """Nobody comes by it any more; who has asked already can still be answered."""
    await Team.filter(id=team.id).update(link_nonce="", link_hash=None, link_until=None)


async def public_link(settings: Settings, team: Team) -> str:
    """Where the team's page leads whoever would like to join; empty when its captain wants nobody to come that way."""
    is_open = team.link_public and team.link_until is not None and team.link_until > datetime.now(UTC)
    return "" if not is_open or await _is_used_up(team) else link_of(settings, team)


async def find(token: str) -> Team | None:
    """The team of a general link, or None when it is none.

    Raises:
        InvitationOver: when as many have asked as may, or its time is over.
    """
    if not TOKEN.fullmatch(token):
        return None
    team = await Team.get_or_none(link_hash=hashed(token)).prefetch_related("fund__charity", "race__event__fund")
    if team is None:
        return None
    if team.ended_at or team.link_until is None or team.link_until < datetime.now(UTC):
        raise InvitationOver(f"This link of {team.fund.name} has expired. Please ask the captain for a new one.")
    return team


async def _is_used_up(team: Team) -> bool:
    assert team.link_until is not None
    async with connection() as reading:
        asked: int = await reading.fetchval(ASKED, team.id, team.link_until - LASTS)
    return asked >= int(team.link_limit)


async def show(
    request: Request, team: Team, typed: Mapping[str, str] | None = None, problem: Problem | None = None
) -> Response:
    """What the link says, with a form to ask by."""
    if problem is None and await _is_used_up(team):
        raise InvitationOver(f"As many have asked {team.fund.name} by this link as it is good for.")
    race = team.race
    captains = await find_captains(team)
    shown: dict[str, Any] = {
        "team": team,
        "fund": team.fund,
        "charity": team.fund.charity,
        "race": race,
        "event": race.event,
        "captain": next((one.name for one in captains), ""),
        "typed": typed or {},
        "token": request.path_params["token"],
    }
    return page(request, ROOM + "ask.html", **outcome(problem, PRIVATE), **shown)


async def ask(request: Request) -> Response:
    """Somebody asks; asked twice, it is once, and says the same."""
    team = await find(request.path_params["token"])
    if team is None:
        raise InvitationOver
    typed = await typed_in(request)
    try:
        ALLOWANCE.must_let(request, TooManyAsk)
        form = understood(AskForm, typed, SENTENCES)
        if await _is_used_up(team):
            raise InvitationOver(f"As many have asked {team.fund.name} by this link as it is good for.")
    except (BadInput, TooMany, InvitationOver) as problem:
        return await show(request, team, typed, problem)
    async with transaction() as writing:
        if await writing.fetchval(ASK, new_id(), team.id, form.name, form.email):
            await tell_captains(writing, team, "join_asked")
    return see_other("/join/asked")


async def tell_captains(writing: asyncpg.Connection, team: Team, template: str) -> None:
    """Somebody asks something of a team; one letter a day says so, however many ask."""
    rows = await writing.fetch(CAPTAINS, team.id)
    once = f"{template} {team.id} {datetime.now(UTC).date()}"
    letters = [NewLetter(row["email"], template, {"team": team.id}, f"{once} {row['email']}") for row in rows]
    await write(writing, letters)


async def show_asked(request: Request) -> Response:
    """The captain is asked."""
    return page(request, ROOM + "asked.html")


async def answer(settings: Settings, team: Team, request_id: UUID, *, yes: bool) -> None:
    """The captain's answer. A yes becomes an invitation by letter to an empty seat, or to one more.

    Raises:
        SeatGone: answered already; TeamFull: nobody is told anything then.
    """
    async with transaction() as writing:
        asked = await writing.fetchrow(ANSWER, request_id, team.id, yes)
        if asked is None:
            if await JoinRequest.exists(id=request_id, team_id=team.id, approved=yes):
                return  # the button was pressed twice
            raise SeatGone("This request was answered already.")
        if not yes:
            await JoinRequest.filter(id=request_id).update(email="")
            return
        seat = await writing.fetchval(EMPTY, team.id)
        if seat is None:
            await open_seats(writing, team.id, 1)
            seat = await writing.fetchval(EMPTY, team.id)
        await inviting.invite(settings, team, seat, InviteForm(name=asked["name"], email=asked["email"]))


def make_routes() -> list[BaseRoute]:
    """The addresses of the general link; its page is that of any other invitation."""
    return [
        Route("/join/asked", show_asked, methods=["GET"], name="join_asked"),
        Route("/join/{token}/ask", ask, methods=["POST"], name="ask_to_join"),
    ]
