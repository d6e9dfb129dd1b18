"""What makes a total, to the last row: every gift, and every runner who counts towards it; paged by key."""

import re
from collections.abc import Sequence
from uuid import UUID

import asyncpg
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.errors import NotFound
from fundraising.funds.addresses import PLACES, SEE, Seen, fund_of, seen
from fundraising.funds.models import FundKind
from fundraising.live.snapshot import RANKED, SHOWN, SUM, Message, gifts_sql, message
from fundraising.store.database import connection
from fundraising.web.forms import INVISIBLE
from fundraising.web.pages import page

GIFTS_AT_ONCE, RUNNERS_AT_ONCE = 50, 60
OLDER = " and (paid_at, id) < ($3, $4)"
TOWARDS = {FundKind.EVENT: "f.event_id", FundKind.TEAM: "f.team_id", FundKind.CHARITY: "f.charity_id"}


async def show_gifts(request: Request) -> Response:
    """Every gift to a fund and to what counts towards it, newest first; `?direct` only those given to it itself."""
    fund = await fund_of(request)
    direct = "direct" in request.query_params
    kind = FundKind.RUNNER if direct else fund.kind  # of a runner's fund only its own gifts are looked for
    async with connection() as reading:
        rows = await _gifts(reading, kind, fund, request.query_params.get("before", ""))
    gifts = [message(row) for row in rows[:GIFTS_AT_ONCE]]
    return page(
        request,
        "fundraising/live/gifts.html",
        fund=fund,
        gifts=gifts,
        older=_older(gifts, direct) if len(rows) > GIFTS_AT_ONCE else "",
        direct=direct,
        is_first="before" not in request.query_params,
    )


async def _gifts(reading: asyncpg.Connection, kind: FundKind, fund: Seen, before: str) -> Sequence[asyncpg.Record]:
    last: list[object] = []
    if before:
        paid_at = await reading.fetchval("select paid_at from payment where id = $1", _uuid(before))
        if paid_at is None:
            raise NotFound
        last = [paid_at, _uuid(before)]
    rows: Sequence[asyncpg.Record] = await reading.fetch(
        gifts_sql(kind, OLDER if last else ""), fund.id, GIFTS_AT_ONCE + 1, *last
    )
    return rows


def _uuid(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise NotFound from None


def _older(gifts: Sequence[Message], direct: bool) -> str:
    return f"?{'direct=1&' if direct else ''}before={gifts[-1].payment_id.hex}"


async def show_runners(request: Request) -> Response:
    """Every runner who counts towards a fund, most raised first; `?q` by name, `?alone` those without a team.

    Those who are not to be seen in lists stand together in one line at the end, so that the list makes the total. Who
    runs in memory of somebody stands apart, by name.
    """
    fund = await fund_of(request)
    if fund.kind not in TOWARDS:
        raise NotFound
    asked = request.query_params
    sought = " ".join(INVISIBLE.sub("", asked.get("q", "")).replace("\0", "").split())[:60]
    alone, after = "alone" in asked, asked.get("after", "")
    memory = int(asked["memory"]) if re.fullmatch(r"[0-9]{1,18}", asked.get("memory", ""), re.ASCII) else 0
    counting = [f"{TOWARDS[fund.kind]} = $1", "f.kind = 'runner'", *(["f.team_id is null"] if alone else [])]
    async with connection() as reading:
        ranked = await _ranked(reading, fund, counting, sought, after)
        quiet = [] if after else await _remembering(reading, fund, counting, sought, memory)
        sums = await reading.fetchrow(SUM + " and ".join(counting), fund.id)
    shown, remembering = ([] if memory else ranked[:RUNNERS_AT_ONCE]), quiet[:RUNNERS_AT_ONCE]
    return page(
        request,
        "fundraising/live/runners.html",
        fund=fund,
        runners=shown,
        remembering=remembering,
        after=f"{shown[-1].raised_pence}-{shown[-1].id}" if len(ranked) > RUNNERS_AT_ONCE and shown else "",
        memory=remembering[-1].id if len(quiet) > RUNNERS_AT_ONCE else "",
        sought=sought,
        alone=alone,
        is_first=not after and not memory,
        hidden=sums["hidden"],
        hidden_pence=sums["hidden_pence"],
    )


async def _ranked(
    reading: asyncpg.Connection, fund: Seen, counting: Sequence[str], sought: str, after: str
) -> list[Seen]:
    """Those who are compared, most raised first, one more than stand on a page.

    Args:
        counting: which runners count towards the fund.
        sought: a part of the name; who is hidden is not found by it either.
        after: what the last one on the page before has raised, and its id.
    """
    where, given = _named([*counting, RANKED], [fund.id, RUNNERS_AT_ONCE + 1], sought)
    if re.fullmatch(r"[0-9]{1,18}-[0-9]{1,18}", after, re.ASCII):
        given += [int(part) for part in after.split("-")]
        raised, last = f"${len(given) - 1}", f"${len(given)}"
        where.append(f"f.raised_pence <= {raised} and (f.raised_pence < {raised} or f.id > {last})")
    query = f"{SEE} where {' and '.join(where)} order by f.raised_pence desc, f.id limit $2"
    return [seen(row) for row in await reading.fetch(query, *given)]


async def _remembering(
    reading: asyncpg.Connection, fund: Seen, counting: Sequence[str], sought: str, after: int
) -> list[Seen]:
    """Those who run in memory of somebody, by name, and compared with nobody.

    Args:
        after: id of the last one on the page before.
    """
    where, given = _named([*counting, SHOWN, "not f.is_ranked"], [fund.id, RUNNERS_AT_ONCE + 1], sought)
    if after:
        given.append(after)
        where.append(f"(f.name, f.id) > (select name, id from fund where id = ${len(given)})")  # noqa: S608
    query = f"{SEE} where {' and '.join(where)} order by f.name, f.id limit $2"
    return [seen(row) for row in await reading.fetch(query, *given)]


def _named(where: list[str], given: list[object], sought: str) -> tuple[list[str], list[object]]:
    if sought:
        given.append("%" + re.sub(r"([\\%_])", r"\\\1", sought) + "%")
        where.append(f"f.name ilike ${len(given)}")
    return where, given


def make_routes() -> list[BaseRoute]:
    """The addresses below each kind of fund."""
    routes: list[BaseRoute] = []
    for kind, place in PLACES.items():
        routes.append(Route(f"/{place}/{{slug}}/gifts", show_gifts, methods=["GET"], name=f"{kind}_gifts"))
        if kind in TOWARDS:
            routes.append(Route(f"/{place}/{{slug}}/runners", show_runners, methods=["GET"], name=f"{kind}_runners"))
    return routes
