"""The living receipt of a gift: what is true of it now, for whoever has its address; and what they may do with it."""

import re
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.donations import declaring, refunding, rewording
from fundraising.donations.fees import Addition
from fundraising.donations.forms import ADDRESS
from fundraising.donations.models import Donation
from fundraising.donations.receipt import Receipt, read
from fundraising.donations.receipt_forms import SAID, DeclareForm, RefundForm, WordsForm
from fundraising.donations.tax_years import day_in_uk
from fundraising.errors import BadInput, NotFound, Problem
from fundraising.payments.models import PaymentState
from fundraising.payments.settle import look_up_soon
from fundraising.web.forms import Form, typed_in, understood
from fundraising.web.guard import Allowance
from fundraising.web.pages import PRIVATE, outcome, page, pages_of, see_other

ROOM = "fundraising/donations/"
TOKEN = re.compile(r"[\w-]{32}", re.ASCII)
CHANGE_ALLOWANCE = Allowance(burst=60, per_second=1.0)
WORDS = ("name", "message", "in_honour_of")
HIDES = ("hide_name", "hide_amount")
DONE = {  # what has just been done, in words
    "words": "Changed. The page shows it like this now.",
    "gift-aid": "Thank you: Gift Aid is added.",
    "related": "Thank you for saying so. Your gift stays without Gift Aid, and counts just as much.",
    "cancelled": "Your declaration is cancelled.",
    "refund": "The organiser has been told, and will answer you.",
}
Added = Callable[[UUID], Awaitable[Sequence[Addition]]]
CharityFunded = Callable[[Collection[int]], Awaitable[set[int]]]  # which of some runners' funds are


@dataclass(frozen=True, slots=True)
class Desk:
    """What the views of a receipt work with, handed in by the roof.

    Args:
        charity_funded: whose place the charity pays for.
        finance: who does a charity's money.
        added: what sponsors' pots have added to a gift, and stands.
    """

    charity_funded: CharityFunded
    finance: refunding.Finance
    added: Added
    allowance: Allowance = CHANGE_ALLOWANCE


@dataclass(frozen=True, slots=True)
class Sent:
    """A form of the receipt that has been sent, and what became of it.

    Args:
        name: of the form: words, gift-aid, refund.
    """

    name: str = ""
    typed: Mapping[str, str] | None = None
    problem: Problem | None = None


async def show_receipt(request: Request, desk: Desk) -> Response:
    """The living receipt: what is true of the gift now."""
    return await _show(request, desk, Sent())


async def show_receipt_state(request: Request, desk: Desk) -> Response:
    """The part of the receipt that changes, for the page that is open."""
    receipt = await _receipt(request)
    arrived = {"hx-trigger": "arrived"} if receipt.is_paid else {}  # then the page asks for what may be done with it
    return page(request, ROOM + "_state.html", headers=PRIVATE | arrived, **await _state(request, desk, receipt))


async def show_manage(request: Request, desk: Desk) -> Response:
    """What may be done with a gift, once it has arrived."""
    receipt = await _receipt(request)
    shown = await _manage(desk, receipt, Sent())
    return page(request, ROOM + "_manage.html", headers=PRIVATE, **await _state(request, desk, receipt), **shown)


async def _show(request: Request, desk: Desk, sent: Sent) -> Response:
    receipt = await _receipt(request)
    shown = await _state(request, desk, receipt) | await _manage(desk, receipt, sent)
    said = "" if sent.name else DONE.get(request.query_params.get("said", ""), "")
    return page(request, ROOM + "receipt.html", **outcome(sent.problem, PRIVATE), **shown, just_done=said)


async def _receipt(request: Request) -> Receipt:
    """The receipt of an address; when Stripe's word has not come yet, Stripe is asked for it shortly.

    Raises:
        NotFound
    """
    donation = await find_by(request.path_params["token"])
    if donation is None:
        raise NotFound
    receipt = await read(donation)
    if receipt.payment.state is PaymentState.OPEN:
        await look_up_soon(receipt.payment.together_id or receipt.payment.id)
    return receipt


async def _state(request: Request, desk: Desk, receipt: Receipt) -> dict[str, Any]:
    added = await desk.added(receipt.payment.id) if receipt.is_paid else ()
    return {
        **receipt.shown,
        "added": added,
        "address": f"{pages_of(request).settings.base_url}{receipt.fund.path}",
    }


async def _manage(desk: Desk, receipt: Receipt, sent: Sent) -> dict[str, Any]:
    """Each form as it stands, or as it was sent."""
    donation = receipt.donation
    stands = {name: getattr(donation, name) for name in WORDS} | {n: "on" for n in HIDES if getattr(donation, n)}
    fund = receipt.fund
    asked = receipt.may_declare and donation.is_connected is None and fund.id in await desk.charity_funded([fund.id])
    typed = {"words": stands, "gift-aid": dict.fromkeys(ADDRESS, ""), "refund": {"reason": ""}}
    if sent.name:
        typed[sent.name] = dict(sent.typed or {})
    return {"typed": typed, "sent": sent, "ask_connected": asked}


async def change_words(request: Request, desk: Desk) -> Response:
    """Another message or name, or something hidden."""

    async def do(receipt: Receipt, form: WordsForm) -> str:
        await rewording.reword(receipt.donation.id, form)
        return "words"

    return await _take(request, desk, "words", WordsForm, do)


async def add_gift_aid(request: Request, desk: Desk) -> Response:
    """Gift Aid later; where the charity pays for the runner's place, who is related says so and it is not added."""

    async def do(receipt: Receipt, form: DeclareForm) -> str:
        if await _is_related(desk, receipt, form):
            await declaring.say_connected(receipt.donation.id, True)
            return "related"
        await declaring.declare(receipt.donation.id, form, day_in_uk(datetime.now(UTC)))
        return "gift-aid"

    return await _take(request, desk, "gift-aid", DeclareForm, do)


async def _is_related(desk: Desk, receipt: Receipt, form: DeclareForm) -> bool:
    """Whether who gave is related to a runner whose place the charity pays for.

    Raises:
        BadInput: when that was not said where it matters.
    """
    donation, fund_id = receipt.donation, receipt.fund.id
    if donation.is_connected is not None or fund_id not in await desk.charity_funded([fund_id]):
        return bool(donation.is_connected)
    if form.is_connected is None:
        raise BadInput({"is_connected": SAID["is_connected"]}, {})
    if not form.is_connected:
        await declaring.say_connected(donation.id, False)
    return form.is_connected


async def cancel_gift_aid(request: Request, desk: Desk) -> Response:
    """The declaration is cancelled from today on."""
    receipt = await _receipt(request)
    desk.allowance.must_let(request)
    await declaring.cancel(receipt.donation.id)
    return _back(receipt, "cancelled")


async def ask_for_refund(request: Request, desk: Desk) -> Response:
    """The gift is asked back."""

    async def do(receipt: Receipt, form: RefundForm) -> str:
        contact = parseaddr(pages_of(request).settings.mail_from)[1]
        await refunding.ask(receipt.donation.id, form.reason, desk.finance, contact)
        return "refund"

    return await _take(request, desk, "refund", RefundForm, do)


async def _take(
    request: Request,
    desk: Desk,
    name: str,
    form: type[Form],
    do: Callable[[Receipt, Any], Awaitable[str]],
) -> Response:
    """A form of the receipt, sent: done, or shown again with what is wrong and everything that was typed.

    Args:
        do: what is to be done; its name, for what is said then.
    """
    receipt, typed = await _receipt(request), await typed_in(request)
    try:
        desk.allowance.must_let(request)
        done = await do(receipt, understood(form, typed, SAID))
    except (BadInput, declaring.NoGiftAid, refunding.CannotAsk) as problem:
        return await _show(request, desk, Sent(name, typed, problem))
    return _back(receipt, done)


def _back(receipt: Receipt, done: str) -> Response:
    return see_other(f"/donations/{receipt.donation.token}?said={done}", PRIVATE)


async def find_by(token: str) -> Donation | None:
    """The donation of a receipt's address; what does not look like one is not even asked for."""
    if not TOKEN.fullmatch(token):
        return None
    return await Donation.get_or_none(token=token).prefetch_related("payment__charity")


def make_routes(desk: Desk) -> list[BaseRoute]:
    """The addresses of a receipt."""

    def with_desk(view: Callable[[Request, Desk], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def at_desk(request: Request) -> Response:
            return await view(request, desk)

        return at_desk

    at = "/donations/{token}"
    return [
        Route(at, with_desk(show_receipt), methods=["GET"], name="receipt"),
        Route(f"{at}/state", with_desk(show_receipt_state), methods=["GET"], name="receipt_state"),
        Route(f"{at}/manage", with_desk(show_manage), methods=["GET"], name="receipt_manage"),
        Route(f"{at}/words", with_desk(change_words), methods=["POST"], name="receipt_words"),
        Route(f"{at}/gift-aid", with_desk(add_gift_aid), methods=["POST"], name="receipt_gift_aid"),
        Route(f"{at}/gift-aid/cancel", with_desk(cancel_gift_aid), methods=["POST"], name="receipt_cancel_gift_aid"),
        Route(f"{at}/refund", with_desk(ask_for_refund), methods=["POST"], name="receipt_refund"),
    ]
