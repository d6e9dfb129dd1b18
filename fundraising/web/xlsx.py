"""A spreadsheet of one sheet, written as it is asked for: its first bytes leave before its last row is read.

What ECMA-376 (Office Open XML) calls for at least: parts for types, relations, workbook, styles and the sheet, in a ZIP
that is written straight through. Texts stand in their cells, so that nothing has to be remembered.
"""

import re
import zipfile
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape, quoteattr

START = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": f"""<Types xmlns="{PACKAGE}/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>\
<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/>\
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KIND}.worksheet+xml"/></Types>""",
    "_rels/.rels": f"""<Relationships xmlns="{PACKAGE}/relationships">\
<Relationship Id="rId1" Type="{RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>""",
    "xl/_rels/workbook.xml.rels": f"""<Relationships xmlns="{PACKAGE}/relationships">\
<Relationship Id="rId1" Type="{RELATION}/worksheet" Target="worksheets/sheet1.xml"/>\
<Relationship Id="rId2" Type="{RELATION}/styles" Target="styles.xml"/></Relationships>""",
    # Styles of cells by number: as it comes, bold, two decimals, a day.
    "xl/styles.xml": f"""<styleSheet xmlns="{MAIN}">\
<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>\
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>\
<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>\
<fills count="2"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill></fills>\
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>\
<xf numFmtId="2" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>""",
}
BOLD, AMOUNT, DAY = 1, 2, 3
SHEET_BEGINS = f"""{START}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">\
<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>"""
SHEET_ENDS = "</sheetData></worksheet>"
UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # no XML can hold them
NO_TITLE = re.compile(r"[\[\]:*?/\\']")
MOST_TITLE, MOST_TEXT = 31, 32_767
DAY_NOUGHT = date(1899, 12, 30).toordinal()
QUICK = 4  # of zlib's nine: the rest costs twice the time for a tenth of the size


class _Pipe:
    """What a ZIP is written into, and taken out of again in pieces."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes, /) -> int:
        """Keep a piece until it is taken."""
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        """Nothing is open here."""

    def taken(self) -> bytes:
        """What has been written since it was last taken."""
        piece, self._pieces = b"".join(self._pieces), []
        return piece


class Book:
    """A spreadsheet under way: `begin`, `add` as often as there are rows, `end`; each returns bytes to be sent."""

    def __init__(self, title: str, columns: Sequence[str]) -> None:
        self._title = NO_TITLE.sub(" ", title)[:MOST_TITLE]
        self._columns = columns
        self._letters = [_letters(number) for number in range(len(columns))]
        self._pipe = _Pipe()
        self._zip = zipfile.ZipFile(self._pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=QUICK)
        self._at = 0

    def begin(self) -> bytes:
        """Everything before the first row, and that with the names of the columns."""
        for name, text in PARTS.items():
            self._zip.writestr(name, START + text)
        self._zip.writestr(
            "xl/workbook.xml",
            f'{START}<workbook xmlns="{MAIN}" xmlns:r="{RELATION}"><sheets>'
            f'<sheet name={quoteattr(self._title)} sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        self._sheet = self._zip.open("xl/worksheets/sheet1.xml", "w", force_zip64=True)
        self._sheet.write((SHEET_BEGINS + self._row(self._columns, BOLD)).encode())
        return self._pipe.taken()

    def add(self, rows: Sequence[Sequence[Any]]) -> bytes:
        """Some rows: days are days, amounts as Decimal have two decimals, texts are never reckoned."""
        self._sheet.write("".join([self._row(row) for row in rows]).encode())
        return self._pipe.taken()

    def end(self) -> bytes:
        """What comes after the last row."""
        self._sheet.write(SHEET_ENDS.encode())
        self._sheet.close()
        self._zip.close()
        return self._pipe.taken()

    def _row(self, row: Sequence[Any], style: int = 0) -> str:
        self._at += 1
        at = self._at
        cells = [_cell(f"{letters}{at}", value, style) for letters, value in zip(self._letters, row, strict=True)]
        return f'<row r="{at}">{"".join(cells)}</row>'


def _cell(at: str, value: object, style: int) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, Decimal):
        return f'<c r="{at}" s="{AMOUNT}"><v>{value:f}</v></c>'
    if isinstance(value, date):
        return f'<c r="{at}" s="{DAY}"><v>{value.toordinal() - DAY_NOUGHT}</v></c>'
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f'<c r="{at}"><v>{value}</v></c>'
    text = escape(UNSPEAKABLE.sub("", str(value))[:MOST_TEXT])
    return f'<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _letters(number: int) -> str:
    """The letters of a column, A for the first."""
    rest, last = divmod(number, 26)
    return (_letters(rest - 1) if rest else "") + chr(ord("A") + last)
