"""The schedule as the file that HMRC takes: an .ods with one sheet of at most a thousand lines.

The layout (name of the sheet, which cell holds what) is that of HMRC's own schedule, version 1.00.0; its check of an
uploaded file looks for just these cells, and reads the shown text of each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

SHEET = "R68GAD_V1_00_0_EN"
MOST_LINES = 1000
KIND = "application/vnd.oasis.opendocument.spreadsheet"
COLUMNS = (
    "Item", "Title", "First name", "Last name", "House name or number", "Postcode", "Aggregated donations",
    "Sponsored event", "Donation date", "Amount",
)  # fmt: skip
LEFT = 1  # the table begins in column B
# Rows from 0, as a program counts them; a person adds one.
EARLIEST_LABEL, EARLIEST, OVER_LABEL, OVER, TOTAL, HEADINGS, FIRST = 11, 12, 15, 16, 19, 22, 24
BOX = 3  # column D holds the two boxes above the table
# How days and amounts look, so that whoever opens and saves the file leaves the text that HMRC reads as it is.
STYLES = """
<number:date-style style:name="N-day"
  number:automatic-order="false"><number:day number:style="long"/><number:text>/</number:text><number:month
  number:style="long"/><number:text>/</number:text><number:year/></number:date-style>|
<number:number-style style:name="N-amount"><number:number number:decimal-places="2"
  number:min-decimal-places="2" number:min-integer-digits="1"/></number:number-style>|
<style:style style:name="day" style:family="table-cell" style:data-style-name="N-day"/>|
<style:style style:name="amount" style:family="table-cell" style:data-style-name="N-amount"/>
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the schedule, as it is written."""

    title: str
    first_name: str
    last_name: str
    house: str
    postcode: str
    aggregated: str
    is_sponsored: bool
    given_on: date
    pence: int


def files(rows: Sequence[Row]) -> list[Sequence[Row]]:
    """The rows of each file."""
    return [rows[start : start + MOST_LINES] for start in range(0, len(rows), MOST_LINES)]


def write(rows: Sequence[Row], over_claimed_tax_pence: int = 0) -> bytes:
    """One file.

    Args:
        rows: at least one, at most a thousand.
        over_claimed_tax_pence: tax claimed before on what has gone back since; it stands in the first file alone.
    """
    from odfdo import Document, Element, Table  # a library that only this page needs

    assert 0 < len(rows) <= MOST_LINES
    document = Document("spreadsheet")
    document.body.clear()
    table = Table(SHEET)
    document.body.append(table)
    styles = document.content.get_element("//office:automatic-styles")
    assert styles is not None
    for style in STYLES.split("|"):
        styles.append(Element.from_tag(style.strip()))
    above: dict[int, dict[int, Any]] = {
        1: {LEFT: "Gift Aid donations schedule"},
        EARLIEST_LABEL: {BOX: "Earliest donation date in the period of claim. (DD/MM/YY)"},
        EARLIEST: {BOX: min(row.given_on for row in rows)},
        OVER_LABEL: {BOX: "Amount of tax over-claimed in an earlier claim"},
        OVER: {BOX: Decimal(over_claimed_tax_pence) / 100} if over_claimed_tax_pence else {},
        TOTAL: {LEFT: "Total donations", LEFT + 9: Decimal(sum(row.pence for row in rows)) / 100},
        HEADINGS: dict(enumerate(COLUMNS, LEFT)),
    }
    width = LEFT + len(COLUMNS)
    for y in range(FIRST):
        table.append_row(_row(above.get(y, {}), width))
    for number, row in enumerate(rows, 1):
        table.append_row(_row(dict(enumerate(_cells(number, row), LEFT)), width))
    packed = BytesIO()
    document.save(packed)
    return packed.getvalue()


def _cells(number: int, row: Row) -> tuple[Any, ...]:
    return (
        number, row.title, row.first_name, row.last_name, row.house, row.postcode, row.aggregated,
        "Yes" if row.is_sponsored else "", row.given_on, Decimal(row.pence) / 100,
    )  # fmt: skip


def _row(cells: dict[int, Any], width: int) -> Any:
    """A row in which each cell stands for itself: HMRC counts the cells of the boxes without their repetitions."""
    from odfdo import Row as OdsRow

    row = OdsRow()
    for x in range(width):
        row.append_cell(_cell(cells.get(x, "")), clone=False)
    return row


def _cell(value: Any) -> Any:
    """A cell with the text that HMRC reads; an empty one is empty."""
    from odfdo import Cell

    if value == "":
        return Cell()
    if isinstance(value, date):
        return Cell(value, text=f"{value:%d/%m/%y}", cell_type="date", style="day")
    if isinstance(value, Decimal):
        return Cell(value, text=f"{value:.2f}", cell_type="float", style="amount")
    if isinstance(value, int):
        return Cell(value, text=str(value), cell_type="float")
    return Cell(value, text=value, cell_type="string")
