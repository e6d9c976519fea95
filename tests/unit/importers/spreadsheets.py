"""One grid of cells written as each kind of file that is accepted."""

import csv
from collections.abc import Callable
from datetime import date
from io import BytesIO, StringIO

import openpyxl
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P

from importers.reading import Cell, Sheet

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


def merged_xlsx(*sheets: Sheet) -> bytes:
    """Whole sheets with their merged cells as .xlsx."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for one in sheets:
        made = workbook.create_sheet(one.name)
        for number, row in enumerate(one.rows, 1):
            for column, cell in enumerate(row, 1):
                if cell != "":
                    made.cell(number, column, cell)
        for top, left, bottom, right in one.merged:
            made.merge_cells(None, top + 1, left + 1, bottom + 1, right + 1)
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def merged_xls(one: Sheet) -> bytes:
    """A whole sheet with its merged cells as .xls."""
    workbook = xlwt.Workbook()
    made = workbook.add_sheet(one.name)
    as_date = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    merged = {(top, left): (bottom, right) for top, left, bottom, right in one.merged}
    for number, row in enumerate(one.rows):
        for column, cell in enumerate(row):
            bottom, right = merged.get((number, column), (number, column))
            style = as_date if isinstance(cell, date) else xlwt.Style.default_style
            if (number, column) in merged:
                made.write_merge(number, bottom, column, right, cell, style)
            elif cell != "":
                made.write(number, column, cell, style)
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def merged_ods(one: Sheet) -> bytes:
    """A whole sheet with its merged cells as .ods."""
    document = OpenDocumentSpreadsheet()
    table = Table(name=one.name)
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in one.merged}
    covered = {
        (row, column)
        for top, left, bottom, right in one.merged
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    } - spans.keys()
    for number, row in enumerate(one.rows):
        line = TableRow()
        for column, cell in enumerate(row):
            if (number, column) in covered:
                line.addElement(CoveredTableCell())
                continue
            made = _ods_cell(cell)
            if (number, column) in spans:
                rows, columns = spans[number, column]
                made.setAttribute("numberrowsspanned", rows)
                made.setAttribute("numbercolumnsspanned", columns)
            line.addElement(made)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


KINDS: dict[str, Callable[[Grid], bytes]] = {
    ".xlsx": as_xlsx,
    ".xls": as_xls,
    ".ods": as_ods,
    ".csv": as_csv,
    ".txt": as_tabs,
}
"""A writer for each file-name ending."""
