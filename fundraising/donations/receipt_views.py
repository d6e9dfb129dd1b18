"""The living receipt of a gift: what is true of it now, for whoever has its address."""

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.donations.fees import costs
from fundraising.donations.models import Donation
from fundraising.errors import NotFound
from fundraising.funds.addresses import see_funds
from fundraising.payments.models import ConnectedAccount, Kind, Payment, PaymentState, Transfer
from fundraising.payments.settle import look_up_soon
from fundraising.web.pages import PRIVATE, page, pages_of
from fundraising.web.words import masked

ROOM = "fundraising/donations/"
TOKEN = re.compile(r"[\w-]{32}", re.ASCII)


async def show_receipt(request: Request) -> Response:
    """The living receipt: what is true of the gift now."""
    return await _receipt(request, "receipt.html")


async def show_receipt_state(request: Request) -> Response:
    """The part of the receipt that changes, for the page that is open."""
    return await _receipt(request, "_state.html")


async def _receipt(request: Request, template: str) -> Response:
    donation = await find_by(request.path_params["token"])
    if donation is None:
        raise NotFound
    payment: Payment = donation.payment
    fund_id, charity_id = payment.fund_id or 0, payment.charity_id or 0
    funds = await see_funds([fund_id, charity_id])
    if payment.state is PaymentState.OPEN:
        await look_up_soon(payment.id)
    account = await ConnectedAccount.get_or_none(charity_id=charity_id)
    shown: dict[str, Any] = {
        "donation": donation,
        "payment": payment,
        "fund": funds[fund_id],
        "charity": funds[charity_id],
        "costs": costs(payment.amount_pence, with_gift_aid=donation.gift_aid),
        "back": await Transfer.filter(
            payment_id=payment.id, kind__in=(Kind.REFUND, Kind.REFUND_FAILED, Kind.DISPUTE, Kind.DISPUTE_WON)
        ).order_by("id"),
        "statement_name": payment.statement_name or (account.statement_name if account else None),
        "moving": payment.state in (PaymentState.MADE, PaymentState.OPEN),
        "masked": masked(donation.email),
        "address": f"{pages_of(request).settings.base_url}{funds[fund_id].path}",
    }
    return page(request, ROOM + template, headers=PRIVATE, **shown)


async def find_by(token: str) -> Donation | None:
    """The donation of a receipt's address; what does not look like one is not even asked for."""
    if not TOKEN.fullmatch(token):
        return None
    return await Donation.get_or_none(token=token).prefetch_related("payment__charity")


def make_routes() -> list[BaseRoute]:
    """The addresses of a receipt."""
    return [
        Route("/donations/{token}", show_receipt, methods=["GET"], name="receipt"),
        Route("/donations/{token}/state", show_receipt_state, methods=["GET"], name="receipt_state"),
    ]
