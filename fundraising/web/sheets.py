"""Tables to take away: rows as CSV or as a spreadsheet, a few at a time, so that any number takes the same room.

What a spreadsheet would take for a formula is never one: in CSV an apostrophe stands before it, in XLSX it is a text.
"""

import asyncio
import csv
import tempfile
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

from starlette.responses import Response, StreamingResponse

from fundraising.web.pages import NO_STORE

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is reckoned by spreadsheets
ENDINGS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
AT_ONCE = 64 * 1024  # bytes of a file that are sent in one piece
Rows = AsyncIterator[Sequence[Sequence[Any]]]


def cell(value: object) -> object:
    """A value as a cell of a CSV file; an amount has two decimals."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


async def as_csv(columns: Sequence[str], rows: Rows) -> AsyncIterator[bytes]:
    """A CSV file in UTF-8 as spreadsheets know it, in pieces.

    Args:
        rows: some at a time.
    """
    yield b"\xef\xbb\xbf" + _lines([columns])
    async for some in rows:
        yield _lines(some)


def _lines(rows: Sequence[Sequence[Any]]) -> bytes:
    written = StringIO(newline="")
    csv.writer(written).writerows([cell(value) for value in row] for row in rows)
    return written.getvalue().encode()


async def as_xlsx(title: str, columns: Sequence[str], rows: Rows) -> AsyncIterator[bytes]:
    """A spreadsheet of one sheet, in pieces; it is put together in a file, a row at a time.

    Args:
        title: of the sheet, at most 31 characters.
        rows: some at a time; days are days, and amounts as Decimal are numbers with two decimals.
    """
    import xlsxwriter  # a library that only few pages need

    with tempfile.TemporaryDirectory(prefix="sheet") as folder:
        path = Path(folder) / "table.xlsx"
        book = xlsxwriter.Workbook(
            path, {"constant_memory": True, "tmpdir": folder, "default_date_format": "yyyy-mm-dd"}
        )
        sheet = book.add_worksheet(title[:31])
        formats = {
            Decimal: book.add_format({"num_format": "0.00"}),
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        sheet.write_row(0, 0, columns, book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        at = 1
        async for some in rows:
            await asyncio.to_thread(_write, sheet, at, some, formats)
            at += len(some)
        await asyncio.to_thread(book.close)
        with path.open("rb") as made:
            while piece := made.read(AT_ONCE):
                yield piece


def sheet_answer(name: str, ending: str, title: str, columns: Sequence[str], rows: Rows) -> Response:
    """A table to take away, as a file of that name.

    Args:
        ending: one of `ENDINGS`.
    """
    body = as_csv(columns, rows) if ending == "csv" else as_xlsx(title, columns, rows)
    headers = {**NO_STORE, "content-disposition": f'attachment; filename="{name}.{ending}"'}
    return StreamingResponse(body, headers=headers, media_type=ENDINGS[ending])


def _write(sheet: Any, at: int, rows: Sequence[Sequence[Any]], formats: dict[type, Any]) -> None:
    for y, row in enumerate(rows, at):
        for x, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(y, x, value)
            elif isinstance(value, Decimal):
                sheet.write_number(y, x, value, formats[Decimal])
            elif isinstance(value, date) and not isinstance(value, datetime):
                sheet.write_datetime(y, x, value, formats[date])
            elif value is not None:
                sheet.write_number(y, x, value)
