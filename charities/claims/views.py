"""The charity's claims: begun, checked, mended, handed out as HMRC's files, marked as sent and as received."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from charities.claims import claiming, schedule
from charities.claims.claiming import DraftOpen, NothingToClaim, NotReady, as_line, get_claim
from charities.claims.forms import SENTENCES, ClaimedForm, LineForm, PeriodForm, ReceivedForm
from charities.claims.lines import troubles
from charities.claims.models import Claim, ClaimLine, ClaimState, LineKind
from charities.claims.reading import count_left_out, find_changed, find_gifts
from charities.desk.asking import Desk, must_be_finance, must_step_up
from charities.desk.looking import note_look
from charities.desk.showing import desk_page
from fundraising.errors import BadInput, NotFound, Problem
from fundraising.store.database import connection
from fundraising.web.forms import typed_in, understood
from fundraising.web.pages import NO_STORE, outcome, pages_of, see_other

SAID = {
    "begun": "The claim is begun. Its gifts are held for it.",
    "mended": "The line is mended.",
    "left-out": "The line is left out; its gifts may be claimed another time.",
    "dropped": "The claim is dropped; its gifts may be claimed another time.",
    "caught-up": "The claim is up to date.",
    "claimed": "Marked as sent to HMRC. From now on it is never changed, and its donors’ receipts say so.",
    "received": "Marked as received. Well done.",
}
MOST_SHOWN = 200  # lines on the page; all of them are in the files
Refused = (BadInput, DraftOpen, NothingToClaim, NotReady)


def _zone(request: Request) -> ZoneInfo:
    return ZoneInfo(pages_of(request).settings.time_zone)


def _home(desk: Desk, number: int | None = None, said: str = "") -> str:
    return f"{desk.path}/gift-aid" + (f"/{number}" if number else "") + (f"?said={said}" if said else "")


async def show_claims(request: Request) -> Response:
    """Every claim, and what may be claimed next."""
    return await _claims(request, await must_be_finance(request))


async def _claims(
    request: Request, desk: Desk, typed: Mapping[str, str] | None = None, problem: Problem | None = None
) -> Response:
    claims = await Claim.filter(charity_id=desk.charity_id).order_by("-number")
    zone = _zone(request)
    today = datetime.now(UTC).astimezone(zone).date()
    ended = [claim.to_on for claim in claims]
    async with connection() as reading:
        gifts = await find_gifts(reading, desk.fund.id, zone, date(2010, 1, 1), today)
        left_out = await count_left_out(reading, desk.fund.id, zone, date(2010, 1, 1), today)
    first = min((gift.given_on for gift in gifts), default=max(ended, default=today))
    return desk_page(
        request,
        desk,
        "claims/claims.html",
        **outcome(problem),
        claims=claims,
        charity=await desk.charity(),
        open_pence=sum(gift.pence for gift in gifts),
        open_gifts=len(gifts),
        left_out=left_out,
        has_draft=any(claim.state is ClaimState.DRAFT for claim in claims),
        typed=typed if typed is not None else {"first": first.isoformat(), "last": today.isoformat()},
        said=SAID.get(request.query_params.get("said", ""), ""),
    )


async def begin_claim(request: Request) -> Response:
    """A period, sent: a draft begins."""
    desk, typed = await must_be_finance(request), await typed_in(request)
    try:
        form = understood(PeriodForm, typed, SENTENCES)
        number = await claiming.begin(desk, _zone(request), form.first, form.last, form.how)
    except Refused as problem:
        return await _claims(request, desk, typed, problem)
    return see_other(_home(desk, number, "begun"))


async def show_claim(request: Request) -> Response:
    """One claim: what is wrong on top, then its files and its lines."""
    desk = await must_be_finance(request)
    return await _claim(request, desk)


async def _claim(
    request: Request,
    desk: Desk,
    typed: Mapping[str, str] | None = None,
    problem: Problem | None = None,
    at: int | None = None,
) -> Response:
    claim = await get_claim(desk, request.path_params["number"])
    lines = await ClaimLine.filter(claim=claim).order_by("position")
    wrong = {line.position: found for line in lines if (found := troubles(as_line(line)))}
    if at is not None and isinstance(problem, BadInput):
        wrong[at] = wrong.get(at, {}) | problem.errors
    async with connection() as reading:
        changed = await find_changed(reading, claim.id) if claim.state is ClaimState.DRAFT else ()
        await note_look(reading, desk, f"Gift Aid claim {claim.number}", len(lines))
    return desk_page(
        request,
        desk,
        "claims/claim.html",
        **outcome(problem),
        claim=claim,
        lines=[line for line in lines if line.position not in wrong][:MOST_SHOWN],
        wrong=[(line, wrong[line.position]) for line in lines if line.position in wrong],
        twice=_twice(lines),
        lines_in_all=len(lines),
        files=-(-len(lines) // schedule.MOST_LINES),
        changed=len(changed),
        at=at,
        typed=typed or {"on": datetime.now(UTC).astimezone(_zone(request)).date().isoformat()},
        said=SAID.get(request.query_params.get("said", ""), ""),
    )


def _twice(lines: Sequence[ClaimLine]) -> set[int]:
    """Positions of lines that look like a gift given twice: the same donor, day and amount as another."""
    seen: dict[tuple[object, ...], int] = {}
    found = set()
    for line in lines:
        if line.kind is not LineKind.DONOR:
            continue
        who = (line.first_name.casefold(), line.last_name.casefold(), line.house.casefold(), line.postcode)
        key = (*who, line.given_on, line.pence)
        if key in seen:
            found |= {seen[key], line.position}
        seen[key] = line.position
    return found


def _taking(
    verb: Callable[[Desk, Request, dict[str, str]], Awaitable[str]],
) -> Callable[[Request], Awaitable[Response]]:
    """The view of a form about one claim: it ends at the claim, with what was said, or with what is wrong."""

    async def take(request: Request) -> Response:
        desk, typed = await must_be_finance(request), await typed_in(request)
        try:
            said = await verb(desk, request, typed)
        except Refused as problem:
            return await _claim(request, desk, typed, problem, request.path_params.get("position"))
        number = None if said == "dropped" else request.path_params["number"]
        return see_other(_home(desk, number, said))

    return take


async def _mend(desk: Desk, request: Request, typed: dict[str, str]) -> str:
    form = understood(LineForm, typed, SENTENCES)
    await claiming.mend(desk, request.path_params["number"], request.path_params["position"], form.model_dump())
    return "mended"


async def _leave_out(desk: Desk, request: Request, _typed: dict[str, str]) -> str:
    await claiming.leave_out(desk, request.path_params["number"], request.path_params["position"])
    return "left-out"


async def _drop(desk: Desk, request: Request, _typed: dict[str, str]) -> str:
    await claiming.drop(desk, request.path_params["number"])
    return "dropped"


async def _catch_up(desk: Desk, request: Request, _typed: dict[str, str]) -> str:
    await claiming.catch_up(desk, request.path_params["number"])
    return "caught-up"


async def _claimed(desk: Desk, request: Request, typed: dict[str, str]) -> str:
    form = understood(ClaimedForm, typed, SENTENCES)
    await claiming.mark_claimed(desk, request.path_params["number"], form.on, form.reference)
    return "claimed"


async def _received(desk: Desk, request: Request, typed: dict[str, str]) -> str:
    form = understood(ReceivedForm, typed, SENTENCES)
    await claiming.mark_received(desk, request.path_params["number"], form.on, form.received)
    return "received"


async def hand_out(request: Request) -> Response:
    """One of the claim's files, as HMRC takes it."""
    desk = await must_step_up(request)
    claim = await get_claim(desk, request.path_params["number"])
    lines = await ClaimLine.filter(claim=claim).order_by("position")
    parts = schedule.files([_row(line) for line in lines])
    number = request.path_params["file"]
    if not 1 <= number <= len(parts):
        raise NotFound
    over = claim.over_claimed_pence if number == 1 else 0
    body = await asyncio.to_thread(schedule.write, parts[number - 1], over)
    async with connection() as writing:
        await note_look(writing, desk, f"HMRC schedule of claim {claim.number}, file {number}", len(parts[number - 1]))
    name = f"gift-aid-{desk.fund.slug}-{claim.number}-{number}.ods"
    headers: dict[str, Any] = {**NO_STORE, "content-disposition": f'attachment; filename="{name}"'}
    return Response(body, headers=headers, media_type=schedule.KIND)


def _row(line: ClaimLine) -> schedule.Row:
    return schedule.Row(
        line.title, line.first_name, line.last_name, line.house, line.postcode, line.aggregated,
        line.kind is LineKind.SPONSORED, line.given_on, line.pence,
    )  # fmt: skip


def make_routes() -> list[BaseRoute]:
    """The addresses of the room."""
    home = "/charities/{slug}/desk/gift-aid"
    one = home + "/{number:int}"
    line = one + "/lines/{position:int}"
    return [
        Route(home, show_claims, methods=["GET"], name="claims"),
        Route(home, begin_claim, methods=["POST"], name="begin_claim"),
        Route(one, show_claim, methods=["GET"], name="claim"),
        Route(one + "/drop", _taking(_drop), methods=["POST"], name="drop_claim"),
        Route(one + "/catch-up", _taking(_catch_up), methods=["POST"], name="catch_up_claim"),
        Route(one + "/claimed", _taking(_claimed), methods=["POST"], name="claim_claimed"),
        Route(one + "/received", _taking(_received), methods=["POST"], name="claim_received"),
        Route(one + "/schedule-{file:int}.ods", hand_out, methods=["GET"], name="claim_file"),
        Route(line, _taking(_mend), methods=["POST"], name="mend_claim_line"),
        Route(line + "/leave-out", _taking(_leave_out), methods=["POST"], name="leave_out_claim_line"),
    ]
