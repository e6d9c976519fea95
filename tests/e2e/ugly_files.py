"""One school's register as seven systems export it, a week each: every file has another layout.

Otis Okafor is absent without authority from the second Wednesday on; everybody else has an ordinary autumn.
"""

import io
from dataclasses import replace
from datetime import date, timedelta

import openpyxl
import xlwt
from openpyxl.styles import Font

from cme.attendance.codes import Half
from cme.synthetic import make_upn
from importers.reading import Cell
from tests.unit.importers.every_layout import IDENTITY, Pupil, codes_of, day_cells, week_strings, who, wide_1
from tests.unit.importers.spreadsheets import as_csv, as_ods

LAST_DAY = date(2026, 11, 19)
FIRST_MONDAY = date(2026, 10, 5)
WEEKS = tuple(
    tuple(on for on in (FIRST_MONDAY + timedelta(days=7 * week + day) for day in range(5)) if on <= LAST_DAY)
    for week in range(7)
)
"""The school days of each week from the first Monday on; Friday's register of the last is not taken yet."""

ABSENT = "Okafor, Otis"
ABSENT_FROM = date(2026, 10, 14)
ABSENT_DAYS = sum(on >= ABSENT_FROM for week in WEEKS for on in week)
"""School days from the first of them to the last."""

CLASSES = ("7A", "8B")
_NAMES = (
    ABSENT, "Adeyemi, Ada", "Brandt, Bea", "Castle, Cy", "Dunn, Dora", "Eaves, Edie",
    "Fry, Femi", "Gale, Gus", "Hart, Hana", "Iqbal, Ines", "Joyce, Jem", "Kaur, Kit",
    "Lowe, Lila", "Moss, Max", "Nash, Nia",
)  # fmt: skip
_STORIES = {
    "Brandt, Bea": {week[2]: "C1" for week in WEEKS[::2]},
    "Dunn, Dora": dict.fromkeys(WEEKS[3], "I"),
    "Gale, Gus": {week[0]: "L" for week in WEEKS},
    "Iqbal, Ines": dict.fromkeys(WEEKS[6], "N"),
}


def _marks(name: str) -> dict[tuple[date, Half], str]:
    told = _STORIES.get(name, {})
    marks = {}
    for on in (on for week in WEEKS for on in week):
        code = "O" if name == ABSENT and on >= ABSENT_FROM else told.get(on, "")
        marks[on, Half.AM] = code or "/"
        marks[on, Half.PM] = "\\" if code in ("", "L") else code
    return marks


PUPILS = tuple(
    Pupil(
        make_upn("8412001", 20, 101 + number),
        f"{4012 + number:06d}",
        name,
        CLASSES[number % len(CLASSES)],
        _marks(name),
    )
    for number, name in enumerate(_NAMES)
)


def tidy(week: int) -> bytes:
    """A plain register of one week, for the roll that the others meet."""
    (sheet,) = wide_1(PUPILS, WEEKS[week])
    return as_csv(sheet.rows)


def merged_dates(week: int) -> bytes:
    """Titles, true dates in merged cells, a hidden row, class blocks, totals and a key (.xlsx)."""
    days = WEEKS[week]
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(["Alder Grove School"])
    sheet.append([f"Weekly attendance, {days[0]:%d %B %Y} to {days[-1]:%d %B %Y}"])
    sheet.append([])
    dates = [cell for on in days for cell in (on, None)]
    sheet.append(["UPN", "Adm No", "Pupil name", "Reg", *dates, "Att %"])
    sheet.append(["", "", "", "", *["AM", "PM"] * len(days), ""])
    for column in range(5, 5 + 2 * len(days), 2):
        sheet.merge_cells(start_row=4, end_row=4, start_column=column, end_column=column + 1)
        sheet.cell(4, column).number_format = "ddd d mmm"
        sheet.cell(4, column).font = Font(bold=True)
    for column in range(1, 5):
        sheet.merge_cells(start_row=4, end_row=5, start_column=column, end_column=column)
    sheet.merge_cells("A1:H1")
    for class_name in CLASSES:
        sheet.append([f"Class {class_name}"])
        for pupil in _class(class_name):
            sheet.append([*who(pupil), *codes_of(pupil, days), "96.5%"])
        sheet.append(["Total present", "", "", "", *[5] * (2 * len(days))])
        sheet.append([])
    sheet.row_dimensions[8].hidden = True
    for line in (["Key"], ["/", "Present (AM)"], ["I", "Illness"], ["O", "Absent, no reason"]):
        sheet.append(line)
    return _saved(workbook)


def day_columns(week: int) -> bytes:
    """Both marks of a day in one cell, with semicolons, in UTF-16 under a title (.csv)."""
    (sheet,) = day_cells(PUPILS, WEEKS[week])
    return as_csv([["Registration certificate"], [], *sheet.rows], ";", "utf-16")


def week_cells(week: int) -> bytes:
    """A whole week's marks in one cell under "W/C" (.ods)."""
    (sheet,) = week_strings(PUPILS, WEEKS[week])
    return as_ods([["Alder Grove School"], ["Group: whole school"], *sheet.rows, ["Total", "", "", 15]])


def long_rows(week: int) -> bytes:
    """A row a mark, the month first in the dates, numbers without their zeros, "Export Mark" (.xls)."""
    rows: list[list[Cell]] = [
        [
            "House",
            "Adm No",
            "Legal Surname",
            "Legal Forename",
            "Date",
            "Session",
            "Mark",
            "Export Mark",
            "Notes",
        ]
    ]
    for pupil in PUPILS:
        surname, forename = pupil.name.split(", ")
        for on in WEEKS[week]:
            for half in Half:
                code, when = pupil.code(on, half), f"{on.month}/{on.day}/{on.year}"
                about = ["Red", int(pupil.number), surname, forename, when, half.value]
                rows.append([*about, {"O": "O*", "I": "I1"}.get(code, code), code, ""])
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("Data")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    return _saved(workbook)


def many_sheets(week: int) -> bytes:
    """Sheets of stacked classes, each under its headings, without years, and a hidden sheet (.xlsx)."""
    workbook = openpyxl.Workbook()
    workbook.active.title = "Cover"
    workbook.active.append(["Alder Grove School"])
    for class_name in CLASSES:
        sheet = workbook.create_sheet(f"Year {class_name[0]}")
        everybody = _class(class_name)
        for group, pupils in (("red", everybody[::2]), ("blue", everybody[1::2])):
            sheet.append([f"Class {class_name} {group}"])
            sheet.append([*IDENTITY, *(f"{on:%a %-d %b} {half}" for on in WEEKS[week] for half in Half)])
            for pupil in pupils:
                sheet.append([*who(pupil), *codes_of(pupil, WEEKS[week])])
            sheet.append(["Number present", "", "", "", *[len(pupils)] * (2 * len(WEEKS[week]))])
            sheet.append([])
    workbook.create_sheet("Lookups").append(["Code", "Meaning"])
    workbook["Lookups"].sheet_state = "hidden"
    return _saved(workbook)


def unknown_headings(week: int) -> bytes:
    """A row a mark under headings that nobody knows (.csv)."""
    rows: list[list[Cell]] = [["Export 7"], [], ["Ref", "Who", "When", "Part", "Sign", "Remark"]]
    for pupil in PUPILS:
        for on in WEEKS[week]:
            rows += [
                [pupil.number, pupil.name, f"{on:%d/%m/%Y}", half.value, pupil.code(on, half), ""]
                for half in Half
            ]
    return as_csv(rows)


def with_one_mark(week: int, mark: str, name: str) -> bytes:
    """A tidy register in which one pupil's first mark is another."""
    (sheet,) = wide_1(PUPILS, WEEKS[week])
    row = next(row for row in sheet.rows if name in row)
    row[4] = mark
    return as_csv(sheet.rows)


def everybody_absent(week: int) -> bytes:
    """A register of all but four pupils in which nobody is ever there."""
    absent = {(on, half): "O" for on in WEEKS[week] for half in Half}
    (sheet,) = wide_1([replace(pupil, marks=absent) for pupil in PUPILS[4:]], WEEKS[week])
    return as_csv(sheet.rows)


def _class(class_name: str) -> list[Pupil]:
    return [pupil for pupil in PUPILS if pupil.class_name == class_name]


def _saved(workbook: openpyxl.Workbook | xlwt.Workbook) -> bytes:
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()
