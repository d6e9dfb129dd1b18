"""Who leads a team next: the captain hands it over, names a co-captain, takes that back; a co-captain steps down.

Only grown-up members come into question, chosen by their seat: nobody types or sees an address.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import asyncpg
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import BadInput, Forbidden, Problem
from fundraising.funds.counting import announce
from fundraising.mail.letters import NewLetter, write
from fundraising.store.database import connection, transaction
from fundraising.store.ids import new_id
from fundraising.web.forms import Form, Tick, typed_in, understood
from fundraising.web.pages import outcome, page, see_other
from teams.entries.placing import public_name
from teams.roster.captains import Desk, find_captains, must_be_captain, must_lead, name_of
from teams.roster.desk import ROOM, about
from teams.roster.founding import note
from teams.roster.models import FactKind, Team

# One line for each person, who may look after several places: that of the first. A child is looked after, and never
# leads.
MAY_LEAD = """
select distinct on (e.person_id) s.id as seat, e.person_id as person, e.first_name, e.last_name
from seat s join entry e on e.id = s.entry_id join person p on p.id = e.person_id
where s.team_id = $1 and s.state = 'joined' and e.state = 'placed' and e.guardian_name = '' and p.email is not null
  and e.person_id <> all($2)
order by e.person_id, e.placed_at, s.id
"""
LOCK = "select captain_id, co_captain_id from team where id = $1 and ended_at is null for no key update"
LEAD = "update team set captain_id = $2, co_captain_id = $3 where id = $1"
EMAILS = "select id, email from person where id = any($1) and email is not null"
SENTENCES = dict.fromkeys(("seat", "second"), "Please choose one of your members.")
UNSURE = "Please tick that you know what this means."


class StillCaptain(Problem):
    """A captain who wants to step down without a successor."""

    status = 409
    title = "A team needs a captain"
    sentence = "Hand the team over to one of your members first. Nothing was changed now."


Chosen = Annotated[int, Field(ge=1, lt=2**63)]  # a member, by the seat


class HandOverForm(Form):
    """Which member is captain from now on."""

    seat: Chosen
    sure: Tick = False


class SecondForm(Form):
    """Which member is co-captain from now on."""

    second: Chosen


@dataclass(frozen=True, slots=True)
class Member:
    """A member who may lead the team.

    Args:
        name: as the captain sees it in the list of seats.
    """

    seat: int
    person: int
    name: str


async def who_may_lead(team: int, but: Sequence[int | None]) -> list[Member]:
    """Grown-up members of a team, by name.

    Args:
        but: ids of persons who do not come into question.
    """
    async with connection() as reading:
        rows = await reading.fetch(MAY_LEAD, team, [person for person in but if person is not None])
    members = [
        Member(row["seat"], row["person"], public_name(row["first_name"], row["last_name"], is_child=False))
        for row in rows
    ]
    return sorted(members, key=lambda member: member.name.casefold())


async def show_captains(request: Request) -> Response:
    """Who leads the team, and what may be changed about that."""
    return await _show(request, await must_be_captain(request))


async def _show(
    request: Request, desk: Desk, typed: Mapping[str, str] | None = None, problem: Problem | None = None
) -> Response:
    team = desk.team
    shown: dict[str, Any] = {
        **about(desk),
        "captains": await find_captains(team),
        "has_co_captain": team.co_captain_id is not None,
        "successors": await who_may_lead(team.id, [team.captain_id]),
        "seconds": await who_may_lead(team.id, [team.captain_id, team.co_captain_id]),
        "typed": {"seat": "", "second": ""} | dict(typed or {}),
    }
    return page(request, ROOM + "captains.html", **outcome(problem), **shown)


async def take_over(request: Request) -> Response:
    """The captain hands the team to a member."""
    desk, typed = await must_lead(request), await typed_in(request)
    try:
        form = understood(HandOverForm, typed, SENTENCES)
        if not form.sure:
            raise BadInput({"sure": UNSURE}, {})
        stays = await hand_over(desk, form.seat)
    except BadInput as problem:
        return await _show(request, desk, typed, problem)
    return see_other(f"{desk.path}?said=handed" if stays else "/account")


async def take_second(request: Request) -> Response:
    """The captain names a co-captain."""
    desk, typed = await must_lead(request), await typed_in(request)
    try:
        await name_co_captain(desk, understood(SecondForm, typed, SENTENCES).second)
    except BadInput as problem:
        return await _show(request, desk, typed, problem)
    return see_other(f"{desk.path}?said=named")


async def remove_second(request: Request) -> Response:
    """The captain goes on without the co-captain."""
    desk = await must_lead(request)
    await end_co_captaincy(desk, by_themselves=False)
    return see_other(f"{desk.path}?said=co-captain-over")


async def step_down(request: Request) -> Response:
    """A co-captain goes back to being a member."""
    desk = await must_be_captain(request)
    if desk.is_captain:
        return await _show(request, desk, None, StillCaptain())
    await end_co_captaincy(desk, by_themselves=True)
    return see_other("/account")


@asynccontextmanager
async def _led_by(desk: Desk) -> AsyncIterator[tuple[asyncpg.Connection, int | None, int | None]]:
    """A transaction in which nobody else changes who leads the team; its page is made anew after it.

    Raises:
        Forbidden: when whoever asks does not lead it any more.
    """
    team = desk.team
    async with transaction() as writing:
        row = await writing.fetchrow(LOCK, team.id)
        if row is None or desk.asker.id not in (row["captain_id"], row["co_captain_id"]):
            raise Forbidden("You do not lead this team any more.")
        if desk.is_captain and row["captain_id"] != desk.asker.id:
            raise Forbidden("Only the captain can do this.")
        yield writing, row["captain_id"], row["co_captain_id"]
        await announce(writing, [team.fund_id])


async def hand_over(desk: Desk, seat: int) -> bool:
    """Make a member the captain; who was it is co-captain when there is no other.

    Returns:
        Whether who was captain still helps to lead the team.

    Raises:
        BadInput: when that seat's member does not come into question; Forbidden
    """
    team = desk.team
    async with _led_by(desk) as (writing, before, second):
        captain = await _chosen(team, "seat", seat, [before])
        stays = second is None or second == captain
        await writing.execute(LEAD, team.id, captain, before if stays else second)
        await note(writing, team.id, FactKind.CAPTAIN, await name_of(team.id, captain))
        if stays:
            await note(writing, team.id, FactKind.CO_CAPTAIN, await name_of(team.id, before))
        facts = {"team": team.id, "captain": captain, "before": before, "stays": stays}
        await _tell(writing, facts, {captain: "captain_yours", before: "captain_handed"})
    return stays


async def name_co_captain(desk: Desk, seat: int) -> None:
    """Make a member the co-captain, in place of another one if there is one.

    Raises:
        BadInput: when that seat's member does not come into question; Forbidden
    """
    team = desk.team
    async with _led_by(desk) as (writing, captain, before):
        second = await _chosen(team, "second", seat, [captain, before])
        await writing.execute(LEAD, team.id, captain, second)
        await note(writing, team.id, FactKind.CO_CAPTAIN, await name_of(team.id, second))
        facts = {"team": team.id, "captain": captain, "second": second}
        told: dict[int | None, str] = {second: "co_captain_yours", captain: "co_captain_named"}
        await _tell(writing, facts, told)
        if before is not None:
            await _tell(writing, facts | {"second": before, "by_themselves": False}, {before: "co_captain_over"})


async def end_co_captaincy(desk: Desk, *, by_themselves: bool) -> None:
    """Go on without a co-captain; done twice, it is once.

    Raises:
        Forbidden
    """
    team = desk.team
    async with _led_by(desk) as (writing, captain, second):
        if second is None:
            return
        await writing.execute(LEAD, team.id, captain, None)
        facts = {"team": team.id, "captain": captain, "second": second, "by_themselves": by_themselves}
        await _tell(writing, facts, dict.fromkeys((captain, second), "co_captain_over"))


async def _chosen(team: Team, field: str, seat: int, but: Sequence[int | None]) -> int:
    for member in await who_may_lead(team.id, but):
        if member.seat == seat:
            return member.person
    raise BadInput({field: "This member does not come into question any more. Please choose another."}, {})


async def _tell(writing: asyncpg.Connection, facts: Mapping[str, object], letters: Mapping[int | None, str]) -> None:
    """A letter to each: whoever holds a captain's open browser changes nothing unseen.

    Args:
        letters: the template, by the id of the person.
    """
    emails = {row["id"]: row["email"] for row in await writing.fetch(EMAILS, [one for one in letters if one])}
    once = new_id()
    await write(
        writing,
        [
            NewLetter(emails[person], template, {**facts, "to": person}, f"{template} {person} {once}")
            for person, template in letters.items()
            if person in emails
        ],
    )


def make_routes() -> list[BaseRoute]:
    """The addresses of who leads a team."""
    at = "/teams/{slug}/desk/captains"
    return [
        Route(at, show_captains, methods=["GET"], name="captains"),
        Route(f"{at}/hand-over", take_over, methods=["POST"], name="hand_team_over"),
        Route(f"{at}/co-captain", take_second, methods=["POST"], name="name_co_captain"),
        Route(f"{at}/co-captain/remove", remove_second, methods=["POST"], name="remove_co_captain"),
        Route(f"{at}/step-down", step_down, methods=["POST"], name="step_down"),
    ]
