"""Files as real programs write them: one content, the same cells at the same addresses."""

import csv
import hashlib
from datetime import date, datetime, time
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from importers.issues import Severity
from importers.reading import CellError, Refused, Sheet, read_workbook

from .files import ods, one_cell, parts_of, text_cell, with_parts, worksheet, xlsx, zipped

MONDAY = date(2026, 11, 9)
REGISTER: list[list[Any]] = [
    [],
    ["", "UPN", "Adno", "Name", "Started", "AM", "PM"],
    [],
    ["", "A812000126001", "004012", "O\u2019Hara, Zoë", MONDAY, "/", "\\"],
    ["", "", 4012, "NA", "", "#", "-"],
    ["", "None", 1.5, "null", "", "C1", "TRUE"],
]


def with_openpyxl(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            if value != "":
                book.active.cell(number, column, value)
    return saved(book)


def saved(book: Any) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def with_xlwt(rows: list[list[Any]]) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet")
    dated = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write(number, column, value, dated)
            elif value != "":
                sheet.write(number, column, value)
    return saved(book)


def with_odfpy(rows: list[list[Any]]) -> bytes:
    book = OpenDocumentSpreadsheet()
    table = Table(name="Sheet")
    for row in rows:
        line = TableRow()
        for value in row:
            line.addElement(odf_cell(value))
        line.addElement(TableCell(numbercolumnsrepeated=16_384 - len(row)))
        table.addElement(line)
    padding = TableRow(numberrowsrepeated=1_048_576 - len(rows))
    padding.addElement(TableCell(numbercolumnsrepeated=16_384))
    table.addElement(padding)
    book.spreadsheet.addElement(table)
    return saved(book)


def odf_cell(value: Any) -> TableCell:
    if value == "":
        return TableCell()
    if isinstance(value, date):
        return TableCell(valuetype="date", datevalue=value.isoformat())
    if isinstance(value, int | float):
        return TableCell(valuetype="float", value=str(value))
    cell = TableCell(valuetype="string")
    cell.addElement(P(text=value))
    return cell


def as_text(rows: list[list[Any]], delimiter: str = ",") -> str:
    out = StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(
        [[value.strftime("%d/%m/%Y") if isinstance(value, date) else value for value in row] for row in rows]
    )
    return out.getvalue()


def only_sheet(content: bytes, filename: str = "register.xlsx") -> Sheet:
    (sheet,) = read_workbook(content, filename).sheets
    return sheet


@pytest.mark.parametrize(
    ("write", "kind"), [(with_openpyxl, "xlsx"), (with_xlwt, "xls"), (with_odfpy, "ods")]
)
def test_every_kind_of_workbook_gives_the_same_cells(write: Any, kind: str) -> None:
    content = write(REGISTER)
    workbook = read_workbook(content, "register.dat")

    assert workbook.kind == kind
    assert workbook.notices == ()
    assert workbook.sha256 == hashlib.sha256(content).hexdigest()
    assert workbook.sheets[0].name == "Sheet"
    assert workbook.sheets[0].rows == REGISTER
    assert [type(value) for value in workbook.sheets[0].rows[4]] == [str, str, int, str, str, str, str]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_registers_give_the_same_cells(delimiter: str, encoding: str) -> None:
    workbook = read_workbook(as_text(REGISTER, delimiter).encode(encoding), "register.csv")

    assert workbook.kind == "csv"
    assert workbook.sheets[0].rows == list(csv.reader(StringIO(as_text(REGISTER))))
    assert workbook.sheets[0].rows[3][3] == "O\u2019Hara, Zoë"
    assert [notice.code for notice in workbook.notices] == (
        ["encoding_guessed"] if encoding == "cp1252" else []
    )
    assert all(notice.severity is Severity.WARNING for notice in workbook.notices)


def test_a_line_that_names_the_delimiter_is_obeyed_and_keeps_its_row() -> None:
    assert only_sheet(b"sep=;\r\nUPN;Name, full\r\n1;BELL\r\n", "r.csv").rows == [
        [],
        ["UPN", "Name, full"],
        ["1", "BELL"],
    ]


def test_a_title_above_the_table_does_not_hide_the_delimiter() -> None:
    text = "Northmoor School, week 10\n\n" + "UPN;Name;AM;PM\n" + "1;BELL, Ana;/;\\\n" * 20

    assert only_sheet(text.encode(), "r.csv").rows[2] == ["UPN", "Name", "AM", "PM"]


def test_names_with_commas_do_not_make_a_semicolon_file_a_comma_file() -> None:
    text = "UPN;Surname, Forename;AM\n" + "1;BELL, Ana;/\n" * 20

    assert only_sheet(text.encode(), "r.csv").rows[1] == ["1", "BELL, Ana", "/"]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\uff1d1"])
def test_the_apostrophe_of_our_own_exports_is_taken_off(text: str) -> None:
    rows = only_sheet(as_text([["UPN", "AM"], ["1", "'" + text]]).encode(), "r.csv").rows

    assert rows[1] == ["1", text]


@pytest.mark.parametrize("text", ["'tis", "''=1", "O'Hara", "-", "'"])
def test_other_apostrophes_and_a_bare_minus_stay(text: str) -> None:
    rows = only_sheet(as_text([["UPN", "AM"], ["1", text]]).encode(), "r.csv").rows

    assert rows[1] == ["1", text]


def test_a_quoted_line_break_does_not_move_the_rows_below() -> None:
    assert only_sheet(b'UPN,Name\n1,"BELL\nAna"\n2,COLE\n', "r.csv").rows[2] == ["2", "COLE"]


@pytest.mark.parametrize(("text", "line"), [('a,b\n1,2\n3,"4\n5,6\n', 3), ('a,b\n1,"x"y\n2,3\n', 2)])
def test_quotes_that_do_not_match_name_the_line(text: str, line: int) -> None:
    with pytest.raises(Refused) as caught:
        read_workbook(text.encode(), "r.csv")

    assert caught.value.issue.row == line
    assert f"line {line} " in caught.value.issue.message


def test_text_named_xls_is_read_as_text() -> None:
    assert only_sheet(b"UPN\tName\n1\tBELL\n", "register.xls").rows[1] == ["1", "BELL"]


def test_errors_and_formulas_without_a_value_are_unreadable_not_blank() -> None:
    cells = (
        '<c r="B2" t="e"><v>#N/A</v></c><c r="C2"><f>1+1</f></c><c r="D2"><f>1+1</f><v>2</v></c>'
        '<c r="E2" t="str"><f>IF(A1,1,"")</f><v></v></c><c r="F2" t="b"><v>0</v></c>'
        + text_cell("G2", "TRUE")
    )
    rows = only_sheet(xlsx(worksheet(one_cell() + f'<row r="2">{cells}</row>'))).rows

    assert rows[1] == ["", CellError("#N/A"), CellError("formula not calculated"), 2, "", "FALSE", "TRUE"]


def test_an_unreadable_cell_below_and_beyond_all_others_keeps_its_address() -> None:
    rows = only_sheet(xlsx(worksheet(one_cell() + '<row r="4"><c r="C4" t="e"><v>#REF!</v></c></row>'))).rows

    assert rows == [["Name"], [], [], ["", "", CellError("#REF!")]]


def test_an_ods_error_is_unreadable_not_blank() -> None:
    cells = (
        '<table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value="" '
        'calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
        '<table:table-cell table:formula="of:=1+1"/><table:table-cell office:value-type="string">'
        "<text:p>end</text:p></table:table-cell>"
    )
    sheet = only_sheet(
        ods(f'<table:table table:name="T"><table:table-row>{cells}</table:table-row></table:table>'), "r.ods"
    )

    assert sheet.rows == [[CellError("#N/A"), CellError("formula not calculated"), "end"]]


def test_an_xls_error_is_unreadable_not_blank() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet")
    sheet.write(0, 0, "UPN")
    sheet.row(2).set_cell_error(1, 0x2A)
    sheet.row(2).set_cell_boolean(2, True)
    sheet.row(0).hidden = True
    sheet.col(2).hidden = True
    (read,) = read_workbook(saved(book), "r.xls").sheets

    assert read.rows == [["UPN"], [], ["", CellError("#N/A"), "TRUE"]]
    assert read.hidden_rows == {0}
    assert read.hidden_columns == {2}


def test_a_large_xls_is_followed_through_its_sectors() -> None:
    rows = [[f"Surname {number} of column {column}" for column in range(60)] for number in range(400)]

    assert only_sheet(with_xlwt(rows), "r.xls").rows == rows


def test_hidden_rows_columns_and_sheets_and_merges_are_told() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "x"
    book.active["C5"] = "y"
    book.active.merge_cells("C5:D6")
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["B"].hidden = True
    other = book.create_sheet("Last year")
    other["A1"] = "z"
    other.sheet_state = "veryHidden"
    first, second = read_workbook(saved(book), "r.xlsx").sheets

    assert (first.hidden, second.hidden) == (False, True)
    assert first.hidden_rows == {2}
    assert first.hidden_columns == {1}
    assert first.merged == ((4, 2, 5, 3),)
    assert second.rows == [["z"]]


def test_hidden_rows_and_merges_of_an_ods_are_told() -> None:
    text = '<table:table-cell office:value-type="string" {}><text:p>x</text:p></table:table-cell>'
    sheet = only_sheet(
        ods(
            '<table:table table:name="T"><table:table-row table:visibility="filter">'
            + text.format("")
            + '</table:table-row><table:table-row table:number-rows-repeated="2"><table:table-cell/>'
            + text.format("")
            + "</table:table-row><table:table-row>"
            + text.format('table:number-columns-spanned="2" table:number-rows-spanned="1"')
            + "<table:covered-table-cell/></table:table-row></table:table>"
        ),
        "r.ods",
    )

    assert sheet.rows == [["x"], ["", "x"], ["", "x"], ["x"]]
    assert sheet.hidden_rows == {0}
    assert sheet.merged == ((3, 0, 3, 1),)


def test_merges_and_hidden_sheets_of_an_xls_are_told() -> None:
    book = xlwt.Workbook()
    book.add_sheet("One").write_merge(1, 2, 1, 3, "m")
    second = book.add_sheet("Two")
    second.write(0, 0, "x")
    second.visibility = 1
    one, two = read_workbook(saved(book), "r.xls").sheets

    assert one.merged == ((1, 1, 2, 3),)
    assert one.rows == [[], ["", "m"]]
    assert two.hidden


def test_a_midnight_is_a_date_and_another_time_is_text() -> None:
    rows = only_sheet(
        with_openpyxl([[datetime(2026, 11, 9), datetime(2026, 11, 9, 8, 45), time(8, 45)]])  # noqa: DTZ001
    ).rows

    assert rows == [[MONDAY, "2026-11-09 08:45:00", "08:45:00"]]
    assert type(rows[0][0]) is date


def test_formula_like_text_stays_text() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "=cmd|' /C calc'!A0"
    book.active["A1"].data_type = "s"

    assert only_sheet(saved(book)).rows == [["=cmd|' /C calc'!A0"]]


def test_direction_marks_and_markup_in_names_come_through_unchanged() -> None:
    name = "\u202eBELL\u200b <script>"

    assert only_sheet(with_openpyxl([[name]])).rows == [[name]]


def test_a_workbook_at_another_path_with_another_name_is_found() -> None:
    parts = parts_of(worksheet(one_cell()))
    sheet = parts.pop("xl/worksheets/sheet1.xml")
    parts["xl/worksheets/Übersicht 7A.xml"] = sheet
    rels = parts["xl/_rels/workbook.xml.rels"]
    parts["xl/_rels/workbook.xml.rels"] = rels.replace(
        b'Target="worksheets/sheet1.xml"', 'Target="/xl/worksheets/Übersicht 7A.xml"'.encode()
    )

    assert only_sheet(zipped(parts)).rows == [["Name"]]


def test_pictures_and_comments_are_neither_read_nor_in_the_way() -> None:
    content = with_parts(
        worksheet(one_cell()),
        {
            "xl/media/image1.png": b"\x89PNG\r\n\x1a\n" + bytes(500),
            "xl/drawings/vmlDrawing1.vml": b"<xml><br></xml>",
            "xl/comments1.xml": b"<comments><comment><text><t>moved to Leeds</t></text></comment></comments>",
            "xl/calcChain.xml": b'<calcChain><c r="A1" i="1"/></calcChain>',
        },
    )

    assert only_sheet(content).rows == [["Name"]]


def test_the_same_column_letters_in_a_sheet_written_in_an_odd_way() -> None:
    odd = "<x:row r = '2' ><x:c t='inlineStr' r = 'B2'><x:is><x:t>a&amp;b</x:t></x:is></x:c><x:c t='str'>"
    sheet = worksheet(odd + "<x:v>next</x:v></x:c></x:row>").replace(
        "<worksheet", '<worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    )

    assert only_sheet(xlsx(sheet)).rows == [[], ["", "a&b", "next"]]
