"""The file for HMRC: read as HMRC reads it, and by LibreOffice."""

import os
import shutil
import subprocess
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

from charities.claims.schedule import COLUMNS, SHEET, Row, files, write

TABLE, TEXT = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}", "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
DAY = date(2027, 4, 25)
ADA = Row("Dr", "Ada", "House Martin", "12 & <a>", "M25 2SW", "", False, DAY, 2550)
TOGETHER = Row("", "", "", "", "", "Online gifts of £30 or less, 1", False, date(2027, 4, 6), 100_000)
SPONSORED = Row("", "Sam", "Sample", "=1+1", "X", "", True, date(2027, 5, 1), 5)


def as_hmrc_reads(body: bytes) -> list[list[str]]:
    """The shown text of every cell of the first table, counted one by one and without repetitions, as HMRC does."""
    content = zipfile.ZipFile(BytesIO(body)).read("content.xml")
    table = next(ElementTree.fromstring(content).iter(TABLE + "table"))
    assert table.get(TABLE + "name") == SHEET
    return [
        ["\n".join("".join(p.itertext()) for p in cell.iter(TEXT + "p")) for cell in row.iter(TABLE + "table-cell")]
        for row in table.iter(TABLE + "table-row")
    ]


def test_the_file_has_hmrcs_layout() -> None:
    """Boxes above, headings, then a line a row, empty cells empty; day and amount in HMRC's writing."""
    rows = as_hmrc_reads(write([ADA, TOGETHER, SPONSORED], over_claimed_tax_pence=1234))
    assert rows[12][3] == "06/04/27"
    assert rows[16][3] == "12.34"
    assert tuple(rows[22][1:]) == COLUMNS
    assert rows[24][1:] == ["1", "Dr", "Ada", "House Martin", "12 & <a>", "M25 2SW", "", "", "25/04/27", "25.50"]
    assert rows[25][1:] == ["2", "", "", "", "", "", "Online gifts of £30 or less, 1", "", "06/04/27", "1000.00"]
    assert rows[26][1:] == ["3", "", "Sam", "Sample", "=1+1", "X", "", "Yes", "01/05/27", "0.05"]
    assert len(rows) == 27


def test_nothing_over_claimed_leaves_its_box_empty() -> None:
    """Blank means blank: no 0.00."""
    assert as_hmrc_reads(write([ADA]))[16][3] == ""


def test_more_than_a_thousand_lines_are_several_files() -> None:
    """None of them longer than HMRC takes."""
    assert [len(part) for part in files([ADA] * 2001)] == [1000, 1000, 1]


def test_another_reader_sees_the_same() -> None:
    """Days are days and amounts are numbers, not texts."""
    sheet = CalamineWorkbook.from_filelike(BytesIO(write([ADA]))).get_sheet_by_index(0)
    assert sheet.name == SHEET
    row = sheet.to_python(skip_empty_area=False)[24]
    assert (row[9], row[10]) == (DAY, 25.5)


def test_libreoffice_opens_it_and_saves_it_as_it_was(tmp_path: Path) -> None:
    """Whoever looks into it first hands in the same texts."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None and not os.environ.get("FUNDRAISING_NOTHING_SKIPPED"):
        pytest.skip("LibreOffice is not installed: `make libreoffice`")
    assert office, "LibreOffice is needed"
    (tmp_path / "claim.ods").write_bytes(write([ADA, TOGETHER], 50))
    command = [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "ods:calc8"]
    subprocess.run(
        [*command, "--outdir", tmp_path / "saved", tmp_path / "claim.ods"], check=True, capture_output=True, timeout=120
    )
    saved = as_hmrc_reads((tmp_path / "saved" / "claim.ods").read_bytes())
    texts = [text for row in saved for text in row if text]
    assert [text for text in texts if text in ("06/04/27", "0.50")][:2] == ["06/04/27", "0.50"]
    assert {"House Martin", "12 & <a>", "25/04/27", "25.50", "1000.00", *COLUMNS} <= set(texts)
