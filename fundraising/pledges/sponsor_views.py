"""Sponsoring by result: the form, how it would work out, the page of a promise, and what its sponsor may do there."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.donations.forms import LEAST_PENCE
from fundraising.donations.giving import must_be_open
from fundraising.donations.models import Donation
from fundraising.errors import BadInput, Problem, TooMany
from fundraising.funds.addresses import Seen, fund_of, see_funds
from fundraising.funds.models import FundState
from fundraising.funds.owning import must_own
from fundraising.payments.models import Payment, PaymentState
from fundraising.pledges import rules, sponsoring
from fundraising.pledges.models import ResultPledge, Rule
from fundraising.pledges.sponsor_forms import SENTENCES, PromiseForm, SponsorForm, in_order
from fundraising.pledges.sponsoring import Course, CourseOf, PromiseSpent, TooLateToPromise, must_be_ahead
from fundraising.store.ids import new_id
from fundraising.web.forms import typed_in, understood
from fundraising.web.guard import Allowance
from fundraising.web.pages import PRIVATE, is_fragment_wanted, outcome, page, pages_of, see_other

ROOM = "fundraising/pledges/"
ALLOWANCE = Allowance(burst=60, per_second=0.2)  # a pub table behind one address, not a script
EXAMPLE = {  # what it is shown of before anything is typed
    Rule.MINUTES_UNDER: {"rate": "1", "minutes": "12", "cap": "20"},
    Rule.LAPS: {"rate": "2", "cap": "20"},
    Rule.FINISH: {"rate": "5"},
}
PRIVATE_PAGE = "a private page"  # it is not named any more, not even to who knew it
SAID = {
    "proved": "Thank you: your promise holds.",
    "withdrawn": "Your promise is withdrawn, and nobody asks why. You will hear no more of it.",
}


class TooManyPromises(TooMany):
    """A great many promises from one address."""

    sentence = "A great many promises were made from your connection just now. Please try again in a few minutes."


@dataclass(frozen=True, slots=True)
class Desk:
    """What the views of this part work with.

    Args:
        course_of: what a page's runner has entered; handed in by the roof, as races are above us.
    """

    course_of: CourseOf
    allowance: Allowance = ALLOWANCE


async def show_form(request: Request, desk: Desk) -> Response:
    """The form, with an example of how it would work out, and who has promised what."""
    fund = await fund_of(request)
    must_be_open(fund)
    course = must_be_ahead(await desk.course_of(fund.id))
    first = course.rules[0]
    return await _form(request, fund, course, {"attempt": str(new_id()), "rule": first} | EXAMPLE[first])


async def take_form(request: Request, desk: Desk) -> Response:
    """The form, sent: a letter goes out, and the promise holds once it is answered."""
    fund = await fund_of(request)
    must_be_open(fund)
    course, typed = must_be_ahead(await desk.course_of(fund.id)), await typed_in(request)
    try:
        desk.allowance.must_let(request, TooManyPromises)
        form = understood(SponsorForm, typed, SENTENCES)
        if form.rule not in course.rules:
            raise BadInput({"rule": SENTENCES["rule"]}, typed)
        await sponsoring.promise(fund, form)
    except BadInput as problem:
        problem.errors = in_order(problem.errors)
        return await _form(request, fund, course, typed, problem)
    except TooMany as problem:
        return await _form(request, fund, course, typed, problem)
    return see_other(f"{fund.path}/sponsor/sent")


async def _form(
    request: Request, fund: Seen, course: Course, typed: Mapping[str, str], problem: Problem | None = None
) -> Response:
    return page(
        request,
        ROOM + "sponsor.html",
        **outcome(problem),
        fund=fund,
        course=course,
        typed=typed,
        least_pence=LEAST_PENCE,
        promises=await _told(fund),
        **_worked(fund, typed),
    )


async def _told(fund: Seen) -> list[dict[str, Any]]:
    """The promises to a page, in words."""
    return [
        {"id": row["id"], "name": row["shown_name"], "words": _words(row, fund.currency)}
        for row in await sponsoring.see_promises(fund.id)
    ]


def _words(row: Mapping[str, Any], currency: str) -> str:
    return rules.in_words(rules.promised_in(row), currency)


async def show_example(request: Request, desk: Desk) -> Response:
    """How what is being typed would work out, as a fragment."""
    fund = await fund_of(request)
    if not is_fragment_wanted(request):
        return see_other(f"{fund.path}/sponsor")
    return page(request, ROOM + "_example.html", fund=fund, **_worked(fund, request.query_params))


def _worked(fund: Seen, typed: Mapping[str, str]) -> dict[str, Any]:
    """The sentence of what is typed, and runs worked through; nothing of what makes no sense."""
    try:
        promised = understood(PromiseForm, dict(typed), SENTENCES).promised
    except BadInput:
        return {"sentence": "", "runs": []}
    name = fund.name.split(" ")[0]
    runs = [
        (f"If {name} {rules.how_it_went(promised, run, might=True)}", rules.reckoned(promised, run, fund.currency))
        for run in rules.examples(promised)
    ]
    return {"sentence": rules.in_words(promised, fund.currency), "runs": runs}


async def show_sent(request: Request) -> Response:
    """Look into your letters."""
    return page(request, ROOM + "sent.html", fund=await fund_of(request))


async def show_pledge(request: Request, desk: Desk) -> Response:
    """How a promise stands."""
    return await _pledge(request, desk, await sponsoring.get_pledge(request.path_params["token"]))


async def _pledge(request: Request, desk: Desk, pledge: ResultPledge, problem: Problem | None = None) -> Response:
    funds = await see_funds([pledge.fund_id])
    fund = funds[pledge.fund_id]
    course = await desk.course_of(fund.id)
    ran = rules.Run(bool(pledge.finished), pledge.milliseconds, pledge.laps)
    donation = await Donation.get_or_none(payment_id=pledge.payment_id) if pledge.payment_id else None
    moving = Payment.filter(attempt=pledge.id, fund_id=fund.id, state=PaymentState.PROCESSING)
    shown: dict[str, Any] = {
        "pledge": pledge,
        "fund": fund,
        "is_shown": fund.state != FundState.HIDDEN,
        "name": fund.name if fund.state != FundState.HIDDEN else PRIVATE_PAGE,
        "course": course,
        "sentence": rules.in_words(pledge, fund.currency),
        "went": rules.how_it_went(pledge, ran),
        "reckoned": rules.reckoned(pledge, ran, fund.currency),
        "asked_pence": max(pledge.due_pence or 0, LEAST_PENCE),
        "donation": donation,
        "is_moving": pledge.settled_at is not None and await moving.exists(),
        "said": SAID.get(request.query_params.get("said", ""), ""),
    }
    return page(request, ROOM + "pledge.html", **outcome(problem, PRIVATE), **shown)


async def prove(request: Request, desk: Desk) -> Response:
    """The letter is answered: a press of the button, since mail programs open links by themselves."""
    token = request.path_params["token"]
    pledge = await sponsoring.get_pledge(token)
    try:
        must_be_ahead(await desk.course_of(pledge.fund_id))
        await sponsoring.prove(token)
    except (PromiseSpent, TooLateToPromise) as problem:
        return await _pledge(request, desk, await sponsoring.get_pledge(token), problem)
    return _on(request, pledge, "proved")


async def withdraw(request: Request, desk: Desk) -> Response:
    """The sponsor would rather not."""
    token = request.path_params["token"]
    pledge = await sponsoring.get_pledge(token)
    try:
        await sponsoring.withdraw(token)
    except PromiseSpent as problem:
        return await _pledge(request, desk, await sponsoring.get_pledge(token), problem)
    return _on(request, pledge, "withdrawn")


async def hide_name(request: Request) -> Response:
    """The runner takes a sponsor's name off the page."""
    own = await must_own(request)
    await sponsoring.hide_name(own.fund.id, request.path_params["pledge"])
    return see_other(f"{own.fund.path}/cash?said=hidden#by-result")


def _on(request: Request, pledge: ResultPledge, said: str) -> Response:
    fund = pledge.fund
    pages_of(request).cache.forget([fund.id, *([fund.team_id] if fund.team_id else [])])
    return see_other(f"/pledges/{pledge.token}?said={said}", PRIVATE)


View = Callable[..., Awaitable[Response]]


def make_routes(desk: Desk) -> list[BaseRoute]:
    """The addresses of sponsoring by result."""
    form, one = "/pages/{slug}/sponsor", "/pledges/{token}"
    views: list[tuple[str, str, str, View]] = [
        (form, "GET", "sponsor", show_form),
        (form, "POST", "send_promise", take_form),
        (f"{form}/example", "GET", "promise_example", show_example),
        (one, "GET", "pledge", show_pledge),
        (f"{one}/confirm", "POST", "prove_pledge", prove),
        (f"{one}/withdraw", "POST", "withdraw_pledge", withdraw),
    ]
    return [
        *(Route(path, partial(view, desk=desk), methods=[method], name=name) for path, method, name, view in views),
        Route(f"{form}/sent", show_sent, methods=["GET"], name="promise_sent"),
        Route("/pages/{slug}/cash/pledges/{pledge:uuid}/hide", hide_name, methods=["POST"], name="hide_sponsor"),
    ]
