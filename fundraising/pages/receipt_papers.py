"""A receipt on paper, and a tax year's gifts: what the living page says at this moment, set by Typst.

They stand here and not with the gifts since this room has the press and the faces for any script.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.donations.receipt import Receipt, read
from fundraising.donations.receipt_views import find_by
from fundraising.donations.yearly import Gift, Year, year_of
from fundraising.errors import NotFound
from fundraising.live.preview_card import TEAMS
from fundraising.pages.faces import set_in
from fundraising.pages.papers import Wings
from fundraising.pages.printing import Paper, Press
from fundraising.payments.models import Kind, Purpose
from fundraising.people.asking import must_be_signed_in
from fundraising.settings import Settings
from fundraising.web.pages import NO_STORE, PRIVATE, pages_of
from fundraising.web.words import in_zone, money

MOST_KEPT = 8  # some 50 KB each, of one person alone
BACK = {
    Kind.REFUND: "Refunded",
    Kind.REFUND_FAILED: "The refund did not arrive and stands again",
    Kind.DISPUTE: "Taken back by the bank",
    Kind.DISPUTE_WON: "Given back by the bank",
    Kind.CASH_RETURNED: "Taken out again",
    Kind.MATCH_RETURNED: "Taken out again",
}


def receipt_paper(settings: Settings, receipt: Receipt, registration: str, now: datetime) -> Paper:
    """A receipt as it stands now; it says so, since paper does not move."""
    payment, fund = receipt.payment, receipt.fund
    words = in_zone(ZoneInfo(settings.time_zone))
    address = f"{settings.base_url}/donations/{receipt.donation.token}"
    colour, on_colour = TEAMS[fund.colour]
    facts = {
        "title": "Receipt",
        "band": set_in(receipt.charity.name),
        "name": _named(receipt.donation.company or receipt.donation.name, "A supporter"),
        "amount": money(payment.amount_pence, payment.currency),
        "fund": set_in(fund.name) if set_in(fund.name)["text"] else set_in("a page that runs backwards"),
        "is_charity": fund.id == receipt.charity.id,
        "charity": set_in(receipt.charity.name),
        "registration": registration,
        "lines": _lines(receipt, words),
        "others": _others(receipt),
        "printed": f"As it stood on {words['day'](now)}, {words['clock'](now)}",
        "address": address,
        "colour": colour,
        "on_colour": on_colour,
        "currency": payment.currency,
    }
    return Paper("receipt", orjson.dumps(facts), address)


def _lines(receipt: Receipt, words: Any) -> list[list[str]]:
    """The path of the money in pairs of what and when or how much."""
    donation, payment, day = receipt.donation, receipt.payment, words["day"]
    charged = [["Given", money(donation.gift_pence, payment.currency)]]
    if donation.cover_pence:
        charged.append(["Added for the card fee", money(donation.cover_pence, payment.currency)])
    lines = [*charged, ["Received", day(payment.paid_at)]]
    if receipt.statement_name:
        lines.append(["On the bank statement as", receipt.statement_name])
    lines += [[BACK[row.kind], f"{money(row.pence, row.currency)}, {day(row.happened_at)}"] for row in receipt.back]
    if receipt.back:
        lines.append(["Stands", money(payment.standing_pence, payment.currency)])
    if payment.purpose is Purpose.DONATION and payment.standing_pence:
        lines += _on_its_way(receipt, day)
    return lines + _gift_aid(receipt, day)


def _on_its_way(receipt: Receipt, day: Any) -> list[list[str]]:
    payment, lines = receipt.payment, []
    if payment.fee_pence is not None:
        lines.append(["Kept by Stripe", money(payment.fee_pence, payment.currency)])
    if payment.paid_out_at:
        lines.append(["Paid out to the charity’s bank", day(payment.paid_out_at)])
    elif payment.account is None:
        lines.append(["Paid out to the charity’s bank", "kept apart by the organiser until then"])
    else:
        lines.append(["Paid out to the charity’s bank", "on its way"])
    return lines


def _gift_aid(receipt: Receipt, day: Any) -> list[list[str]]:
    one = receipt.declaration
    if one is None or (one.cancelled_at and not one.claimed_on):
        return [["Gift Aid", "none"]]
    aid = money(receipt.payment.standing_pence // 4, receipt.payment.currency)
    if one.cancelled_at:
        return [["Gift Aid", f"cancelled on {day(one.cancelled_at)}, after it was claimed"]]
    if one.received_on and one.claimed_on:
        return [["Gift Aid", f"{aid}, claimed {day(one.claimed_on)}, received {day(one.received_on)}"]]
    return [["Gift Aid", f"{aid}, claimed {day(one.claimed_on)}" if one.claimed_on else f"{aid}, not claimed yet"]]


def _others(receipt: Receipt) -> list[dict[str, object]]:
    """The gifts that were paid in one go with it, itself among them."""
    if len(receipt.parts) < 2:
        return []
    currency = receipt.payment.currency
    return [{"fund": _named(p["fund"], "A page"), "amount": money(p["amount_pence"], currency)} for p in receipt.parts]


def _named(text: str, otherwise: str) -> dict[str, object]:
    """A name as it is set; half a name would be somebody else's."""
    shown = set_in(text)
    return shown if shown["text"] else set_in(otherwise)


def year_paper(settings: Settings, year: Year, name: str, now: datetime) -> Paper:
    """A tax year's gifts, with the sums that a tax return asks for."""
    words = in_zone(ZoneInfo(settings.time_zone))
    colour, on_colour = TEAMS[0]
    facts = {
        "title": f"Gifts in the tax year {year.year.name}",
        "who": _named(name, "A supporter"),
        "pence": money(year.pence, year.currency),
        "aided": money(year.with_gift_aid_pence, year.currency),
        "days": f"{words['day'](year.year.first_day)} to {words['day'](year.year.last_day)}",
        "gifts": [_row(gift) for gift in year.gifts],
        "printed": f"As it stood on {words['day'](now)}, {words['clock'](now)}",
        "address": f"{settings.base_url}/account/gifts",
        "colour": colour,
        "on_colour": on_colour,
    }
    return Paper("gifts", orjson.dumps(facts), f"{settings.base_url}/account/gifts")


def _row(gift: Gift) -> dict[str, object]:
    back = f" of {money(gift.amount_pence, gift.currency)}" if gift.pence < gift.amount_pence else ""
    return {
        "on": f"{gift.on:%d/%m/%Y}",
        "fund": _named(gift.name, "A page"),
        "charity": _named(gift.charity, "A charity"),
        "pence": money(gift.pence, gift.currency) + back,
        "aid": "yes" if gift.gift_aid else "",
    }


def make_routes(wings: Wings) -> Sequence[BaseRoute]:
    """The addresses of the papers."""
    press = Press(MOST_KEPT)

    async def hand_out_receipt(request: Request) -> Response:
        donation = await find_by(request.path_params["token"])
        receipt = await read(donation) if donation else None
        if receipt is None or not receipt.is_paid:
            raise NotFound
        registration = await wings.find_registration(receipt.charity.id)
        paper = receipt_paper(pages_of(request).settings, receipt, registration, datetime.now(UTC))
        return _pdf(await press.get(paper), f"receipt-{receipt.donation.token[:6]}.pdf", PRIVATE)

    async def hand_out_year(request: Request) -> Response:
        asker, year = await must_be_signed_in(request), await year_of(request)
        paper = year_paper(pages_of(request).settings, year, asker.name or asker.email, datetime.now(UTC))
        return _pdf(await press.get(paper), f"gifts-{year.year.name.replace('/', '-')}.pdf", {})

    return [
        Route("/donations/{token}/receipt.pdf", hand_out_receipt, methods=["GET"], name="receipt_pdf"),
        Route("/account/gifts/{year:int}.pdf", hand_out_year, methods=["GET"], name="my_gifts_pdf"),
    ]


def _pdf(body: bytes, name: str, headers: dict[str, str]) -> Response:
    shown = {**NO_STORE, **headers, "content-disposition": f'inline; filename="{name}"'}
    return Response(body, headers=shown, media_type="application/pdf")
