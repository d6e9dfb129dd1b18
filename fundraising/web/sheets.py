"""Tables to take away: rows as CSV or as a spreadsheet, a few at a time, so that any number takes the same room.

What a spreadsheet would take for a formula is never one: in CSV an apostrophe stands before it, in XLSX it is a text.
"""

import asyncio
import csv
from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from io import StringIO
from typing import Any

from fundraising.web.xlsx import Book

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is reckoned by spreadsheets
CSV, XLSX = "text/csv; charset=utf-8", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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
    """A spreadsheet of one sheet, in pieces, as its rows come.

    Args:
        title: of the sheet, at most 31 characters.
        rows: some at a time; days are days, and amounts as Decimal are numbers with two decimals.
    """
    book = Book(title, columns)
    yield book.begin()
    async for some in rows:
        yield await asyncio.to_thread(book.add, some)
    yield book.end()
