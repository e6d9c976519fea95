"""A sheet read in blocks of rows against the same sheet read whole: the same cells at the same addresses."""

import json
import re
from datetime import date, timedelta
from io import BytesIO
from unittest.mock import patch

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.reading import CellError, read_workbook
from importers.reading.child import markup
from importers.reading.child.__main__ import open_workbook, send_workbook
from importers.reading.child.refusal import Refusal
from importers.reading.child.transfer import Sender
from importers.reading.child.workbooks import ProvenXlsx, prove_xlsx

from .files import MAIN, one_cell, parts_of, text_cell, with_parts, worksheet, xlsx, zipped
from .test_proving_rows import CAPS, MANY, excel_sheets

WIDE = CAPS._replace(rows=2000, columns=200, cells=100_000, cell_text=5000)
FILLER = " " * 5000
"""More bytes than all other parts of a workbook have, so that a block may end after any row."""


def proven(content: bytes, *, block: int) -> ProvenXlsx:
    """A checked workbook whose blocks have at least so many bytes; 0 reads every sheet whole."""
    with patch.object(markup, "BLOCK", block):
        return prove_xlsx(BytesIO(content), WIDE, prove=bool(block))


def sent(content: bytes, *, block: int) -> list[object]:
    """Everything that the parent would be told."""
    book, out = proven(content, block=block), BytesIO()
    sender = Sender(out)
    send_workbook(open_workbook(book.outline()), book.grids, sender, book.blocks)
    sender.flush()
    return [json.loads(line) for line in out.getvalue().splitlines()]


def blocks(content: bytes) -> int:
    """How many blocks the sheet is read in; 0 where it is read whole."""
    return sum(1 for _ in proven(content, block=1).blocks("Register") or ())


def apart(sheet: bytes) -> bytes:
    return re.sub(rb"(</row>|/>)<row", rb"\1%s<row" % FILLER.encode(), sheet)


@MANY
@given(excel_sheets(), st.sampled_from([1, 6000, 20_000]))
def test_whole_and_in_blocks_are_the_same(sheet: bytes, block: int) -> None:
    content = xlsx(apart(re.sub(rb't="s"><v>[0-9]+<', b't="s"><v>0<', sheet)))

    assert sent(content, block=block) == sent(content, block=0)


STYLES = (
    f'<styleSheet xmlns="{MAIN}"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/>'
    "</cellXfs></styleSheet>"
)


@pytest.mark.parametrize(("base", "first"), [("0", date(2026, 11, 9)), ("1", date(2030, 11, 10))])
def test_every_block_knows_the_styles_the_strings_and_the_first_day_of_the_calendar(
    base: str, first: date
) -> None:
    rows = FILLER.join(
        f'<row r="{row}"><c r="C{row}" s="1"><v>{46334 + row}</v></c><c r="D{row}" t="s"><v>{row % 2}</v></c>'
        f'<c r="E{row}" s="2"><v>46335.5</v></c>{text_cell(f"F{row}", "é")}</row>'
        for row in range(1, 8)
    )
    parts = parts_of(worksheet(rows, after='<mergeCells count="1"><mergeCell ref="C2:D6"/></mergeCells>'))
    parts["xl/styles.xml"] = STYLES.encode()
    parts["xl/sharedStrings.xml"] = (
        f'<sst xmlns="{MAIN}"><si><t>a</t></si><si><r><t>b</t></r><r><t>c</t></r></si></sst>'.encode()
    )
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships'
        b'/styles" Target="styles.xml"/></Relationships>',
    )
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        b"<sheets>", f'<workbookPr date1904="{base}"/><sheets>'.encode()
    )
    content = zipped(parts)
    (sheet,) = read_workbook(content, "r.xlsx").sheets

    assert blocks(content) == 7
    assert sent(content, block=1) == sent(content, block=0)
    assert sheet.merged == ((1, 2, 5, 3),)
    assert [row[2] for row in sheet.rows] == [first + timedelta(days=day) for day in range(7)]
    assert [row[3] for row in sheet.rows] == ["bc", "a", "bc", "a", "bc", "a", "bc"]


def test_gaps_errors_and_rows_that_are_not_proven_keep_their_places() -> None:
    rows = [
        '<row><c t="inlineStr"><is><t>no number</t></is></c></row>',
        one_cell("C4"),
        '<row r="5"><c r="B5" t="inlineStr"><is><t>a&amp;b</t></is></c></row>',
        '<row><c t="str"><v>next</v></c></row>',
        '<row r="9" hidden="1"><c r="A9" t="e"><v>#REF!</v></c></row>',
        '<row r="12"/>',
        '<row r="13"><c r="A13" s="1"/></row>',
        one_cell("E1500"),
        "<row r='1501' ><c r = 'A1501'><v>7</v></c></row>",
        '<row r="1600"><c r="B1600" t="e"><v>#N/A</v></c></row>',
    ]
    content = xlsx(worksheet(FILLER.join(rows)))
    (sheet,) = read_workbook(content, "r.xlsx").sheets
    head, *told = sent(content, block=1)

    assert blocks(content) == 7
    assert [head, *told] == sent(content, block=0)
    assert len(told) == len(sheet.rows) == 1600
    filled = {number: row for number, row in enumerate(sheet.rows, 1) if row}
    assert filled == {
        1: ["no number"],
        4: ["", "", "Name"],
        5: ["", "a&b"],
        6: ["next"],
        9: [CellError("#REF!")],
        1500: ["", "", "", "", "Name"],
        1501: [7],
        1600: ["", CellError("#N/A")],
    }
    assert sheet.hidden_rows == {8}


def test_a_large_workbook_is_read_in_blocks_of_its_size() -> None:
    written, out = openpyxl.Workbook(), BytesIO()
    for number in range(400):
        written.active.append([f"Surname {number}", date(2026, 11, 9), *["/"] * 100])
    written.active.title = "Register"
    written.save(out)

    (sheet,) = read_workbook(out.getvalue(), "r.xlsx").sheets
    book = proven(out.getvalue(), block=markup.BLOCK)
    sizes = [len(block.getvalue()) for block in book.blocks("Register") or ()]

    assert len(sizes) > 3
    assert max(sizes) < 1.2 * markup.BLOCK
    assert sheet.rows == [[f"Surname {n}", date(2026, 11, 9), *["/"] * 100] for n in range(400)]


def test_with_many_shared_strings_no_block_is_smaller_than_they() -> None:
    strings = f'<sst xmlns="{MAIN}"><si><t>{"x" * 4000}</t></si>' + f"<si><t>{'y' * 4000}</t></si>" * 20
    sheet = worksheet(FILLER.join(one_cell(f"A{row}") for row in range(1, 101)))
    content = with_parts(sheet, {"xl/sharedStrings.xml": strings.encode() + b"</sst>"})

    assert blocks(content) == 6
    assert sent(content, block=1) == sent(content, block=0)


def test_a_sheet_smaller_than_the_shared_strings_is_read_whole() -> None:
    strings = f'<sst xmlns="{MAIN}">' + f"<si><t>{'y' * 4000}</t></si>" * 200 + "</sst>"
    sheet = worksheet(FILLER.join(one_cell(f"A{row}") for row in range(1, 101)))
    content = with_parts(sheet, {"xl/sharedStrings.xml": strings.encode()})

    assert blocks(content) == 0
    assert len(sent(content, block=1)) == 101


def test_every_sheet_is_read_in_blocks_of_its_own() -> None:
    sheet = worksheet(FILLER.join(one_cell(f"B{row}", text=f"n{row}") for row in range(2, 6)))
    parts = parts_of(sheet, names={"One": "visible", "Small": "visible", "Two": "hidden"})
    content = zipped({**parts, "xl/worksheets/sheet2.xml": worksheet(one_cell()).encode()})
    book = proven(content, block=1)

    assert [book.blocks(name) is None for name in ("One", "Small", "Two")] == [False, True, False]
    assert sent(content, block=1) == sent(content, block=0)
    rows = [[], ["", "n2"], ["", "n3"], ["", "n4"], ["", "n5"]]
    assert [sheet.rows for sheet in read_workbook(content, "r.xlsx").sheets] == [rows, [["Name"]], rows]


def test_rows_under_another_prefix_are_read_in_blocks_under_the_names_they_opened_with() -> None:
    rows = FILLER.join(one_cell(f"A{row}") for row in range(1, 4))
    sheet = worksheet(rows).replace("sheetData>", "x:sheetData>")
    sheet = sheet.replace("<worksheet", f'<x:worksheet xmlns:x="{MAIN}"').replace(
        "/worksheet", "/x:worksheet"
    )

    assert blocks(xlsx(sheet)) == 3
    assert sent(xlsx(sheet), block=1) == sent(xlsx(sheet), block=0)


def test_a_second_table_of_rows_in_one_sheet_is_refused() -> None:
    sheet = worksheet(one_cell() + f"</sheetData><sheetData>{one_cell('A2')}")

    for block in (0, 1):
        with pytest.raises(Refusal, match="bad_reference"):
            proven(xlsx(sheet), block=block)
