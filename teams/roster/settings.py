"""What a captain changes about a team: its name and words, target, colour and charity, and who may see it.

Two captains have it open at the same time: whoever saves second is told, and overwrites nothing unawares.
"""

from collections.abc import Mapping
from typing import Any

import asyncpg
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import BadInput, Problem
from fundraising.funds.counting import announce
from fundraising.funds.models import Fund, FundState
from fundraising.store.database import connection, transaction
from fundraising.web.forms import typed_in, understood
from fundraising.web.pages import outcome, page, pages_of, see_other
from fundraising.web.saving import Overtaken, is_as_typed, must_be_as_seen, version_of
from teams.entries.entering import charities_to_choose
from teams.events.team_names import must_be_free
from teams.roster.captains import Desk, must_be_captain
from teams.roster.desk import ROOM, about
from teams.roster.forms import COLOURS, SENTENCES, AboutForm
from teams.roster.models import Team

STANDS = """
select f.name, f.target_pence, f.colour, f.state, f.charity_id, c.slug as charity, c.name as charity_name,
       t.motto, t.about, t.is_private, t.on_boards
from fund f join team t on t.fund_id = f.id left join fund c on c.id = f.charity_id where f.id = $1
"""
LOCK = "select id from fund where id = $1 for no key update"
# A gift that is under way is meant for the charity that its form has named.
IS_GIVEN = """
select exists (select from payment where fund_id = $1 and state = 'paid')
    or exists (select from payment where fund_id = $1 and state in ('made', 'open', 'processing'))
"""
CHANGE_FUND = """
update fund set name = $2, target_pence = $3, colour = $4, charity_id = $5, state = $6, version = version + 1
where id = $1
"""
CHANGE_TEAM = "update team set motto = $2, about = $3, is_private = $4, on_boards = $5 where fund_id = $1"
GIVEN = "Somebody is giving, or has given, to the team itself: its charity stays as it is."
WORDS = ("motto", "about", "target", "charity")


async def show_settings(request: Request) -> Response:
    """The form, as the team stands."""
    desk = await must_be_captain(request)
    async with connection() as reading:
        stands = as_typed(await reading.fetchrow(STANDS, desk.fund.id))
    return await _form(request, desk, stands)


async def take_settings(request: Request) -> Response:
    """The form, sent."""
    desk, typed = await must_be_captain(request), await typed_in(request)
    try:
        form = understood(AboutForm, typed, SENTENCES)
        await change(desk.team, form, typed.get("seen", ""), charity=typed.get("charity"))
    except (BadInput, Overtaken) as problem:
        return await _form(request, desk, typed, problem)
    pages_of(request).cache.forget({desk.fund.id})
    return see_other(f"{desk.path}?said=changed")


async def _form(request: Request, desk: Desk, typed: Mapping[str, str], problem: Problem | None = None) -> Response:
    async with connection() as reading:
        row = await reading.fetchrow(STANDS, desk.fund.id)
        is_given = await reading.fetchval(IS_GIVEN, desk.fund.id)
    charities = {slug: charity.name for slug, charity in (await charities_to_choose()).items()}
    if row["charity"]:
        charities.setdefault(row["charity"], row["charity_name"])
    shown: dict[str, Any] = {
        **about(desk),
        "colours": COLOURS,
        "charities": charities,
        "charity_name": row["charity_name"],
        "is_given": is_given,
        "may_hide": row["state"] in (FundState.OPEN, FundState.HIDDEN),
        "typed": dict.fromkeys(WORDS, "") | dict(typed),
        "seen": version_of(as_typed(row)),
        "is_overtaken": isinstance(problem, Overtaken),
    }
    return page(request, ROOM + "settings.html", **outcome(problem), **shown)


def as_typed(row: asyncpg.Record) -> dict[str, str]:
    """How a team stands, as somebody would have typed it."""
    pence = row["target_pence"]
    stands = {
        "name": row["name"],
        "motto": row["motto"],
        "about": row["about"],
        "target": "" if pence is None else f"{pence / 100:.2f}".removesuffix(".00"),
        "colour": COLOURS[row["colour"]],
        "charity": row["charity"] or "",
    }
    ticks = {"is_private": row["is_private"], "off_boards": not row["on_boards"]}
    return stands | {name: "on" for name, ticked in ticks.items() if ticked}


async def change(team: Team, form: AboutForm, seen: str, *, charity: str | None) -> None:
    """Change a team; its slug stays, since it stands on posters by then.

    Args:
        seen: the version that the captain had before them.
        charity: as it was chosen; None: the form did not ask, because it cannot change any more.

    Raises:
        BadInput; Overtaken
    """
    event = team.race.event
    async with transaction() as writing:
        await writing.execute(
            "select id from team where id = $1 for update", team.id
        )  # before its fund, as everybody does
        await writing.execute(LOCK, team.fund_id)
        row = await writing.fetchrow(STANDS, team.fund_id)
        stands = as_typed(row)
        colour = row["colour"] if form.colour is None else form.colour
        whole = form.model_copy(update={"colour": colour, "charity": stands["charity"] if charity is None else charity})
        if is_as_typed(whole, stands):
            return  # the button was pressed twice
        must_be_as_seen(stands, seen)
        await must_be_free(writing, event.fund_id, whole.name, but=row["name"])
        towards = await _charity(writing, team, row, whole.charity)
        state = _state(row, is_private=whole.is_private)
        given = (whole.name, whole.target, colour, towards, state)
        await writing.execute(CHANGE_FUND, team.fund_id, *given)
        is_private = whole.is_private if state in (FundState.OPEN, FundState.HIDDEN) else row["is_private"]
        await writing.execute(CHANGE_TEAM, team.fund_id, whole.motto, whole.about, is_private, not whole.off_boards)
        await announce(writing, [team.fund_id, event.fund_id])


async def _charity(writing: asyncpg.Connection, team: Team, row: asyncpg.Record, slug: str) -> int | None:
    """The id of the charity that was chosen, or of the one before when nothing was.

    Raises:
        BadInput
    """
    if slug == (row["charity"] or ""):
        before: int | None = row["charity_id"]
        return before
    if await writing.fetchval(IS_GIVEN, team.fund_id):
        raise BadInput({"charity": GIVEN}, {})
    charities: dict[str, Fund] = await charities_to_choose()
    if slug and slug not in charities:
        raise BadInput({"charity": SENTENCES["charity"]}, {})
    return charities[slug].id if slug else None


def _state(row: asyncpg.Record, *, is_private: bool) -> str:
    """Whether gifts are taken: a private team is hidden; one that was never opened to everybody is not opened here."""
    state: str = row["state"]
    if is_private == row["is_private"] or state not in (FundState.OPEN, FundState.HIDDEN):
        return state
    return str(FundState.HIDDEN if is_private else FundState.OPEN)


def make_routes() -> list[BaseRoute]:
    """The addresses of the settings."""
    at = "/teams/{slug}/desk/settings"
    return [
        Route(at, show_settings, methods=["GET"], name="team_settings"),
        Route(at, take_settings, methods=["POST"], name="change_team"),
    ]
