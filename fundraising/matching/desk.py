"""The organiser's desk of pots: all of them, a new one, and of one how much it has added and what may change."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import BadInput, NotFound, Problem
from fundraising.funds.addresses import path_of
from fundraising.funds.models import FundKind
from fundraising.matching.forms import SENTENCES, NewPotForm, PotForm, typed_moment
from fundraising.matching.opening import change_pot, close_pot, open_pot, reopen_pot, stands
from fundraising.people.asking import must_be_organiser
from fundraising.store.database import connection
from fundraising.web.forms import typed_in, understood
from fundraising.web.pages import outcome, page, pages_of, see_other
from fundraising.web.saving import Overtaken, version_of

ROOM = "fundraising/matching/desk/"
PATH = "/organiser/pots"
POTS = """
select p.*, f.kind, f.slug, f.name, f.currency, p.cap_pence - p.matched_pence as left_pence,
       (select count(distinct m.gift_id) from match m join payment g on g.id = m.payment_id
        where m.pot_id = p.id and g.refunded_pence < g.amount_pence) as gifts,
       case when p.closed_at is not null then 'closed' when p.ends_at <= now() then 'over'
            when p.starts_at > now() then 'to come' when p.matched_pence = p.cap_pence then 'used up'
            else 'open' end as state
from pot p join fund f on f.id = p.fund_id
"""
ALL = POTS + " order by p.closed_at is not null, p.starts_at desc, p.id desc"
ONE = POTS + " where p.id = $1"
MATCHES = """
select f.kind, f.slug, f.name, g.amount_pence as gift_pence, m.amount_pence - m.refunded_pence as pence, m.paid_at,
       f.state = 'hidden' as is_hidden
from match a join payment m on m.id = a.payment_id join payment g on g.id = a.gift_id join fund f on f.id = g.fund_id
where a.pot_id = $1 order by a.made_at desc, a.id desc limit 20
"""
PAGES = """
select kind, slug, name from fund where kind in ('event', 'charity') and state <> 'hidden' order by kind desc, name
"""
SAID = {
    "opened": "The pot is open, and every page that it is for shows it.",
    "changed": "Saved.",
    "closed": "The pot is closed. What it has added stands.",
    "reopened": "The pot adds to gifts again.",
}


async def show_pots(request: Request) -> Response:
    """Every pot, those that are open first."""
    await must_be_organiser(request)
    async with connection() as reading:
        pots = [_shown(row) for row in await reading.fetch(ALL)]
    return page(request, ROOM + "pots.html", pots=pots, said=SAID.get(request.query_params.get("said", ""), ""))


def _shown(row: asyncpg.Record) -> dict[str, Any]:
    return dict(row) | {"path": path_of(FundKind(row["kind"]), row["slug"])}


async def show_new(request: Request) -> Response:
    """The form; `?page=` fills in whose gifts."""
    await must_be_organiser(request)
    return await _new(request, {"percent": "100", "page": request.query_params.get("page", "")[:300]})


async def _new(request: Request, typed: Mapping[str, str], problem: Problem | None = None) -> Response:
    async with connection() as reading:
        pages = [(path_of(FundKind(row["kind"]), row["slug"]), row["name"]) for row in await reading.fetch(PAGES)]
    return page(request, ROOM + "new.html", typed=typed, pages=pages, **outcome(problem))


async def take_new(request: Request) -> Response:
    """A new pot, sent."""
    asker = await must_be_organiser(request)
    typed = await typed_in(request)
    try:
        await open_pot(understood(NewPotForm, typed, SENTENCES), _zone(request), asker.id)
    except BadInput as problem:
        return await _new(request, typed, problem)
    return _onward(request, PATH, "opened")


async def show_pot(request: Request) -> Response:
    """One pot: its level, its latest matches, and what may change."""
    await must_be_organiser(request)
    return await _pot(request)


async def _pot(request: Request, typed: Mapping[str, str] | None = None, problem: Problem | None = None) -> Response:
    number = request.path_params["pot"]
    async with connection() as reading:
        row = await reading.fetchrow(ONE, number)
        if row is None:
            raise NotFound
        matches = [_shown(match) for match in await reading.fetch(MATCHES, number)]
    as_it_is = {
        "cap": f"{row['cap_pence'] / 100:.2f}".removesuffix(".00"),
        "ends": typed_moment(row["ends_at"], _zone(request)),
    }
    shown: dict[str, Any] = {
        "pot": _shown(row),
        "matches": matches,
        "typed": typed or as_it_is,
        "seen": version_of(stands(row)),
        "said": SAID.get(request.query_params.get("said", ""), ""),
    }
    return page(request, ROOM + "pot.html", **shown, **outcome(problem))


async def take_pot(request: Request) -> Response:
    """The same, sent."""
    await must_be_organiser(request)
    number, typed = request.path_params["pot"], await typed_in(request)
    try:
        await change_pot(number, understood(PotForm, typed, SENTENCES), _zone(request), typed.get("seen", ""))
    except (BadInput, Overtaken) as problem:
        return await _pot(request, typed, problem)
    return _onward(request, f"{PATH}/{number}", "changed")


async def close(request: Request) -> Response:
    """Closed by hand."""
    return await _turn(request, close_pot, "closed")


async def reopen(request: Request) -> Response:
    """Open again after all."""
    return await _turn(request, reopen_pot, "reopened")


async def _turn(request: Request, verb: Callable[[int], Awaitable[None]], said: str) -> Response:
    await must_be_organiser(request)
    number = request.path_params["pot"]
    async with connection() as reading:
        if await reading.fetchrow(ONE, number) is None:
            raise NotFound
    await verb(number)
    return _onward(request, f"{PATH}/{number}", said)


def _zone(request: Request) -> ZoneInfo:
    return ZoneInfo(pages_of(request).settings.time_zone)


def _onward(request: Request, path: str, said: str) -> Response:
    pages_of(request).cache.forget(None)  # it is shown on every page below its fund
    return see_other(f"{path}?said={said}")


def make_routes() -> list[BaseRoute]:
    """The addresses of the desk."""
    one = f"{PATH}/{{pot:int}}"
    return [
        Route(PATH, show_pots, methods=["GET"], name="organiser_pots"),
        Route(f"{PATH}/new", show_new, methods=["GET"], name="organiser_pots_new"),
        Route(f"{PATH}/new", take_new, methods=["POST"], name="organiser_pots_new"),
        Route(one, show_pot, methods=["GET"], name="organiser_pot"),
        Route(one, take_pot, methods=["POST"], name="organiser_pot"),
        Route(f"{one}/close", close, methods=["POST"], name="organiser_pot_close"),
        Route(f"{one}/reopen", reopen, methods=["POST"], name="organiser_pot_reopen"),
    ]
