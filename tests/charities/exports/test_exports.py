"""What a charity takes away: the right rows, safe in a spreadsheet, noted where it names donors, any size in little room."""

import csv
import resource
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import httpx
import pytest
from python_calamine import CalamineWorkbook

from charities.exports.tables import TABLES
from charities.models import Charity, DonorLook, Partner, Role, Suppression
from fundraising.payments.batch import take_in
from fundraising.web.sheets import as_csv, as_xlsx
from tests.conftest import Site
from tests.makers import Family, arrival, make_family, make_gift, make_person, refund_of, sign_in

TODAY = datetime.now(UTC).date().isoformat()
FORMULAS = ("=1+1", "+44", "-2", "@SUM(A1)", "\t=1")


@dataclass
class Taking:
    """A finance partner of a family's charity."""

    family: Family
    browser: httpx.AsyncClient
    home: str

    async def csv(self, name: str, **query: str) -> list[dict[str, str]]:
        """The rows of a table."""
        answer = await self.browser.get(f"{self.home}/{name}.csv", params=query)
        assert answer.status_code == 200, answer.text
        assert answer.content.startswith(b"\xef\xbb\xbf")
        return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))


@pytest.fixture
async def taking(site: Site) -> Taking:
    """Nothing given yet."""
    family = await make_family()
    person = await make_person()
    await Partner.create(charity=await Charity.get(fund=family.charity), person=person, role=Role.FINANCE)
    return Taking(family, await sign_in(site.browser, person), f"/charities/{family.charity.slug}/desk/exports")


async def test_donations_are_handed_out_as_they_stand(taking: Taking) -> None:
    """With what went back and what is left; noted before the first row; nothing of another charity."""
    family, other = taking.family, await make_family(account=None)
    gift = await make_gift(family.runner, family.charity, 2500, gift_aid=True, message="Go!", hide_name=True)
    await take_in([arrival("refund.created", refund_of(gift, 1050))], {})
    await make_gift(other.runner, other.charity, 900)
    (row,) = await taking.csv("donors/donations")
    assert (row["day"], row["amount_pounds"], row["refunded_pounds"], row["stands_pounds"]) == (
        TODAY,
        "25.00",
        "10.50",
        "14.50",
    )
    assert row["gift"] == str(gift.id)
    assert (row["name"], row["name_hidden"], row["gift_aid"], row["page"]) == (
        "Ada Example",
        "yes",
        "yes",
        family.runner.name,
    )
    look = await DonorLook.get()
    assert (look.what, look.rows) == ("Donations, as CSV", 1)
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    assert await taking.csv("donors/donations", last="2020-01-01") == []
    assert len(await taking.csv("donors/donations", first=TODAY, last=tomorrow, event=family.event.slug)) == 1
    assert len(await taking.csv("donors/donations", first="nonsense", event="no-such")) == 1


async def test_only_who_agrees_at_the_latest_gift_and_is_not_on_the_list_is_among_supporters(taking: Taking) -> None:
    """Whoever agreed once and not the next time does not agree; an address on the list never, however it is written."""
    family = taking.family
    for email, agrees in (
        ("yes@example.org", True),
        ("no@example.org", False),
        ("once@example.org", True),
        ("listed@example.org", True),
    ):
        await make_gift(family.runner, family.charity, 1000, email=email, contact_ok=agrees)
    await make_gift(family.runner, family.charity, 500, email="ONCE@example.org", contact_ok=False)
    await make_gift(family.team, family.charity, 500, email="Yes@example.org", contact_ok=True)
    sent = await taking.browser.post(
        taking.home + "/not-to-write-to", data={"addresses": "Sorry: LISTED@example.org; other@example.org,x"}
    )
    assert sent.status_code == 303
    assert await Suppression.all().count() == 2
    (row,) = await taking.csv("donors/donors")
    assert (row["email"], row["gifts"], row["given_pounds"]) == ("yes@example.org", "2", "15.00")


async def test_pages_teams_and_payouts_are_handed_out(taking: Taking) -> None:
    """Pages and teams to those who may only view too; what is hidden is in none."""
    family = taking.family
    await make_gift(family.runner, family.charity, 700)
    (row,) = await taking.csv("pages")
    assert (row["name"], row["path"], row["raised_pounds"], row["team"]) == (
        family.runner.name,
        f"/pages/{family.runner.slug}",
        "7.00",
        family.team.name,
    )
    assert [row["raised_pounds"] for row in await taking.csv("teams")] == ["7.00"]
    await take_in(
        [
            arrival(
                "payout.paid", {"id": "po_1", "object": "payout", "amount": 650, "currency": "gbp", "status": "paid"}
            )
        ],
        {},
    )
    (row,) = await taking.csv("donors/payouts")
    assert (row["payout"], row["amount_pounds"]) == ("po_1", "6.50")
    family.runner.state = "hidden"  # type: ignore[assignment]
    await family.runner.save(update_fields=["state"])
    assert await taking.csv("pages") == []
    assert [row["page"] for row in await taking.csv("donors/donations")] == [""]


async def test_excel_has_days_as_days_and_amounts_as_numbers(taking: Taking) -> None:
    """And texts as texts."""
    await make_gift(taking.family.runner, taking.family.charity, 1234, name="=HYPERLINK(1)")
    answer = await taking.browser.get(taking.home + "/donors/donations.xlsx")
    headings, row = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    shown = dict(zip(headings, row, strict=True))
    assert (shown["day"], shown["amount_pounds"], shown["name"]) == (date.fromisoformat(TODAY), 12.34, "=HYPERLINK(1)")
    assert b"<f>" not in answer.content


async def test_what_is_not_there_is_not_found(taking: Taking) -> None:
    """No other table, no other ending; what names donors not by the way of what does not."""
    for path in ("/nothing.csv", "/pages.pdf", "/donations.csv", "/donors/pages.csv"):
        assert (await taking.browser.get(taking.home + path)).status_code == 404


async def test_the_page_explains_every_column(taking: Taking) -> None:
    """Of every table that may be taken."""
    text = (await taking.browser.get(taking.home)).text
    for table in TABLES:
        for name, holds in table.columns:
            assert f"<code>{name}</code>" in text
            assert holds.split("'")[0] in text


async def many(rows: int) -> AsyncIterator[list[list[Any]]]:
    """Rows as a table gives them, made as they are wanted."""
    for start in range(0, rows, 500):
        yield [[date(2027, 4, 25), f"Somebody {start + n}", Decimal("12.34"), "x" * 200] for n in range(500)]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
async def test_a_hundred_thousand_rows_take_little_room(ending: str) -> None:
    """Whatever the number of rows."""
    columns = ["day", "name", "pounds", "words"]
    made = as_csv(columns, many(100_000)) if ending == "csv" else as_xlsx("T", columns, many(100_000))
    before, size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, 0
    async for piece in made:
        size += len(piece)
    assert size > 500_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000  # KiB


@pytest.mark.parametrize("formula", FORMULAS)
async def test_no_cell_becomes_a_formula(formula: str) -> None:
    """Neither by a spreadsheet's reading of CSV."""

    async def one() -> AsyncIterator[list[list[Any]]]:
        yield [[formula]]

    text = b"".join([piece async for piece in as_csv(["name"], one())]).decode("utf-8-sig")
    assert next(csv.reader(StringIO(text.splitlines(keepends=True)[1])))[0] == f"'{formula}"
