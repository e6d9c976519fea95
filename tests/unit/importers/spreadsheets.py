"""One grid of cells written as each kind of file that is accepted."""

import csv
from collections.abc import Callable
from datetime import date
from io import BytesIO, StringIO

import openpyxl
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from importers.reading import Cell

Grid = list[list[Cell]]


def as_xlsx(rows: Grid) -> bytes:
    workbook = openpyxl.Workbook()
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row, 1):
            if cell != "":
                workbook.active.cell(number, column, cell)
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def as_xls(rows: Grid) -> bytes:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("Register")
    as_date = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write(number, column, cell, as_date)
            elif cell != "":
                sheet.write(number, column, cell)
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def as_ods(rows: Grid) -> bytes:
    document = OpenDocumentSpreadsheet()
    table = Table(name="Register")
    for row in rows:
        line = TableRow()
        for cell in row:
            line.addElement(_ods_cell(cell))
        table.addElement(line)
    document.spreadsheet.addElement(table)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _ods_cell(cell: Cell) -> TableCell:
    if cell == "":
        return TableCell()
    if isinstance(cell, date):
        made = TableCell(valuetype="date", datevalue=cell.isoformat())
    elif isinstance(cell, int | float):
        made = TableCell(valuetype="float", value=str(cell))
    else:
        made = TableCell(valuetype="string")
    made.addElement(P(text=str(cell)))
    return made


def as_csv(rows: Grid, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    out = StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def as_semicolons(rows: Grid) -> bytes:
    return b"sep=;\r\n" + as_csv(rows, ";")


def as_tabs(rows: Grid) -> bytes:
    return as_csv(rows, "\t", "utf-16")


KINDS: dict[str, Callable[[Grid], bytes]] = {
    ".xlsx": as_xlsx,
    ".xls": as_xls,
    ".ods": as_ods,
    ".csv": as_csv,
    ".txt": as_tabs,
}
"""A writer for each file-name ending."""
