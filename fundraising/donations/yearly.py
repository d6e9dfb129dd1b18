"""All the gifts of somebody who has signed in, by tax year, with what a tax return asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import asyncpg
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fundraising.donations.tax_years import TaxYear, day_in_uk, tax_year_of
from fundraising.errors import NotFound
from fundraising.funds.addresses import path_of
from fundraising.funds.models import FundKind
from fundraising.payments.models import standing
from fundraising.people.asking import Asker, must_be_signed_in
from fundraising.people.data import in_cells
from fundraising.store.database import connection
from fundraising.web.pages import NO_STORE, page

GIFTS = """
select d.token, d.gift_aid, d.company, p.state, p.purpose, p.amount_pence, p.refunded_pence, p.disputed_pence,
       p.currency, p.paid_at, f.kind, f.slug, f.state as fund_state, c.name as charity,
       case when f.state <> 'hidden' then f.name else 'A private ' || replace(f.kind, 'runner', 'page') end as name
from donation d join payment p on p.id = d.payment_id join fund f on f.id = p.fund_id join fund c on c.id = p.charity_id
where lower(d.email) = lower($1) and p.state = 'paid' order by p.paid_at desc, d.id desc
"""


@dataclass(frozen=True, slots=True)
class Gift:
    """A gift as a tax return sees it.

    Args:
        on: the day in the United Kingdom.
        pence: of it that stand.
        path: of the page that it was given to; empty when that is hidden.
    """

    token: str
    on: date
    name: str
    path: str
    charity: str
    kind: str
    currency: str
    amount_pence: int
    pence: int
    gift_aid: bool
    company: str


@dataclass(frozen=True, slots=True)
class Year:
    """The gifts of one tax year, the newest first."""

    year: TaxYear
    gifts: Sequence[Gift]

    @property
    def pence(self) -> int:
        """What stands of all of them."""
        return sum(gift.pence for gift in self.gifts)

    @property
    def with_gift_aid_pence(self) -> int:
        """What stands of those with a declaration: what a tax return asks for."""
        return sum(gift.pence for gift in self.gifts if gift.gift_aid)

    @property
    def currency(self) -> str:
        """Of its gifts."""
        return self.gifts[0].currency


async def years_of(asker: Asker) -> list[Year]:
    """Every gift of an address, by tax year, the newest first."""
    async with connection() as reading:
        gifts = [_gift(row) for row in await reading.fetch(GIFTS, asker.email)]
    by_year: dict[TaxYear, list[Gift]] = {}
    for gift in gifts:
        by_year.setdefault(tax_year_of(gift.on), []).append(gift)
    return [Year(year, by_year[year]) for year in sorted(by_year, reverse=True)]


async def year_of(request: Request) -> Year:
    """One tax year of whoever is signed in.

    Raises:
        SignInNeeded; NotFound: when nothing was given in it.
    """
    asker = await must_be_signed_in(request)
    for year in await years_of(asker):
        if year.year.begins_in == request.path_params["year"]:
            return year
    raise NotFound


def _gift(row: asyncpg.Record) -> Gift:
    is_hidden = row["fund_state"] == "hidden"
    return Gift(
        token=row["token"],
        on=day_in_uk(row["paid_at"]),
        name=row["name"],
        path="" if is_hidden else path_of(FundKind(row["kind"]), row["slug"]),
        charity=row["charity"],
        kind=row["kind"],
        currency=row["currency"],
        amount_pence=row["amount_pence"],
        pence=standing(row["state"], row["amount_pence"], row["refunded_pence"], row["disputed_pence"]),
        gift_aid=row["gift_aid"],
        company=row["company"],
    )


async def show_gifts(request: Request) -> Response:
    """All gifts, each leading to its receipt."""
    asker = await must_be_signed_in(request)
    years = await years_of(asker)
    this_year = tax_year_of(day_in_uk(datetime.now(UTC)))
    return page(request, "fundraising/donations/gifts.html", asker=asker, years=years, this_year=this_year)


async def hand_out_csv(request: Request) -> Response:
    """One tax year for a spreadsheet."""
    year = await year_of(request)
    rows = [
        {
            "Date": gift.on.isoformat(),
            "Given to": gift.name,
            "Charity": gift.charity,
            "Given": _pounds(gift.amount_pence),
            "Stands": _pounds(gift.pence),
            "Gift Aid": "yes" if gift.gift_aid else "no",
            "On behalf of": gift.company,
        }
        for gift in year.gifts
    ]
    name = f"gifts-{year.year.name.replace('/', '-')}.csv"
    headers = {**NO_STORE, "content-disposition": f'attachment; filename="{name}"'}
    return Response(in_cells(rows).encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


def _pounds(pence: int) -> str:
    return f"{pence // 100}.{pence % 100:02}"


def make_routes() -> list[BaseRoute]:
    """The addresses of the room's part of the account."""
    return [
        Route("/account/gifts", show_gifts, methods=["GET"], name="my_gifts"),
        Route("/account/gifts/{year:int}.csv", hand_out_csv, methods=["GET"], name="my_gifts_csv"),
    ]
