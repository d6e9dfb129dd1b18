"""The organiser's desk of refunds: what was asked back, and the answer; money moves only after a second factor."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.donations import refunding
from fundraising.donations.receipt_forms import SAID, GrantForm, RefuseForm
from fundraising.donations.refunding import Answer
from fundraising.errors import BadInput, NotFound, Problem
from fundraising.funds.addresses import path_of
from fundraising.funds.models import FundKind
from fundraising.payments.stripe import Stripe
from fundraising.people.asking import Asker, must_be_organiser, must_be_sure_organiser
from fundraising.store.database import connection
from fundraising.web.forms import typed_in, understood
from fundraising.web.pages import outcome, page, see_other

ROOM = "fundraising/donations/desk/"
PATH = "/organiser/refunds"
ANSWERED_SHOWN = 50
REQUESTS = """
select d.id, d.name, d.email, d.token, d.refund_asked_at, d.refund_reason, d.refund_answer, d.refund_answered_at,
       d.refund_granted_pence, d.gift_aid, a.name as answered_by, p.paid_at, p.amount_pence, p.refunded_pence,
       p.amount_pence - p.refunded_pence - p.disputed_pence as standing_pence, p.currency, p.account, p.paid_out_at,
       f.kind, f.slug, f.name as fund, c.name as charity,
       exists (select from declaration g where g.donation_id = d.id and g.claimed_on is not null) as was_claimed
from donation d join payment p on p.id = d.payment_id join fund f on f.id = p.fund_id join fund c on c.id = p.charity_id
     left join person a on a.id = d.refund_answered_by_id
"""
OPEN = f"{REQUESTS} where {refunding.OPEN} order by d.refund_asked_at, d.id"
ANSWERED = f"{REQUESTS} where d.refund_answered_at is not null order by d.refund_answered_at desc, d.id limit $1"
ONE = f"{REQUESTS} where d.id = $1 and d.refund_asked_at is not null"
DONE = {
    "granted": "Stripe gives it back. The total and the receipt follow as soon as Stripe says so, and a letter.",
    "kept": refunding.AskedAgainLater.sentence,
    "refused": "Your answer is on its way by letter.",
}


async def show_refunds(request: Request) -> Response:
    """What waits for an answer, the oldest first; then what was answered."""
    await must_be_organiser(request)
    async with connection() as reading:
        open_ = [_shown(row) for row in await reading.fetch(OPEN)]
        answered = [_shown(row) for row in await reading.fetch(ANSWERED, ANSWERED_SHOWN)]
    said = DONE.get(request.query_params.get("said", ""), "")
    return page(request, ROOM + "refunds.html", requests=open_, answered=answered, said=said)


async def show_refund(request: Request) -> Response:
    """One request, with both answers."""
    await must_be_sure_organiser(request)
    return await _show(request)


async def _show(request: Request, typed: Mapping[str, str] | None = None, problem: Problem | None = None) -> Response:
    one = await _find(request.path_params["id"])
    given = {"amount": f"{one['standing_pence'] / 100:.2f}".removesuffix(".00"), "answer": ""} | dict(typed or {})
    return page(request, ROOM + "refund.html", **outcome(problem), one=one, typed=given)


async def _find(donation_id: UUID) -> dict[str, Any]:
    async with connection() as reading:
        row = await reading.fetchrow(ONE, donation_id)
    if row is None:
        raise NotFound
    return _shown(row)


def _shown(row: asyncpg.Record) -> dict[str, Any]:
    return dict(row) | {"path": path_of(FundKind(row["kind"]), row["slug"]), "seen": row["refund_asked_at"].isoformat()}


async def grant(request: Request, stripe: Stripe) -> Response:
    """The gift goes back, or a part of it."""
    asker, typed = await must_be_sure_organiser(request), await typed_in(request)
    try:
        form = understood(GrantForm, typed, SAID)
        await refunding.grant(stripe, _answer(request, typed, asker), form.amount)
    except refunding.AskedAgainLater:
        return see_other(f"{PATH}?said=kept")
    except (BadInput, refunding.CannotAsk, refunding.AnsweredAlready, refunding.NotTaken) as problem:
        return await _show(request, typed, problem)
    return see_other(f"{PATH}?said=granted")


async def refuse(request: Request) -> Response:
    """It does not go back; the sentence says why not."""
    asker, typed = await must_be_sure_organiser(request), await typed_in(request)
    try:
        form = understood(RefuseForm, typed, SAID)
        await refunding.refuse(_answer(request, typed, asker), form.answer)
    except (BadInput, refunding.AnsweredAlready) as problem:
        return await _show(request, typed, problem)
    return see_other(f"{PATH}?said=refused")


def _answer(request: Request, typed: Mapping[str, str], asker: Asker) -> Answer:
    """Which request is answered.

    Raises:
        AnsweredAlready: when the form does not say which one was seen.
    """
    try:
        seen = datetime.fromisoformat(typed.get("seen", ""))
    except ValueError:
        raise refunding.AnsweredAlready from None
    if seen.tzinfo is None:
        raise refunding.AnsweredAlready
    return Answer(request.path_params["id"], seen, asker.id)


def make_routes(stripe: Stripe) -> list[BaseRoute]:
    """The addresses of the desk."""

    async def granted(request: Request) -> Response:
        return await grant(request, stripe)

    at = f"{PATH}/{{id:uuid}}"
    return [
        Route(PATH, show_refunds, methods=["GET"], name="organiser_refunds"),
        Route(at, show_refund, methods=["GET"], name="organiser_refund"),
        Route(f"{at}/grant", granted, methods=["POST"], name="grant_refund"),
        Route(f"{at}/refuse", refuse, methods=["POST"], name="refuse_refund"),
    ]
