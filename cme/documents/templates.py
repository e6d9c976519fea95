"""Registers to fill in, and filled-in ones to look at, in the layouts that are simplest to fill in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cme.attendance.codes import CODES, Half
from cme.documents.workbooks import Choices, Page, write_csv, write_workbook
from importers.layouts.own_sheets import FIRST_ROWS, HELP_SHEET

HEADINGS = (
    "UPN",
    "Admission number",
    "Legal surname",
    "Legal forename",
    "Date of birth",
    "Year",
    "Reg group",
)

ROWS_TO_FILL = 2_000
"""Rows in which Excel offers the codes: more pupils than a school has, and a class for a month in rows."""

_WIDTHS = dict(enumerate((15, 17, 18, 18, 14, 7, 11)))
_NOT_A_CODE = "Pick a code from the list. The sheet How to fill this in says what each code means."


class Layout(StrEnum):
    """How a register to fill in is laid out; the values are the importer's names of the same layouts."""

    WIDE = "wide-1"
    PUPIL_DAY = "pupil-day"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class Listed:
    """One pupil: seven texts under `HEADINGS`, and the codes of each day (AM, PM); none yet to fill in."""

    about: tuple[str, ...]
    marks: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Register:
    """Pupils and the days that their marks are of."""

    days: tuple[date, ...]
    pupils: tuple[Listed, ...] = ()


def register_rows(register: Register, layout: Layout) -> list[list[str]]:
    """The register as rows of text, the headings first."""
    if layout is Layout.WIDE:
        sessions = [f"{_written(on)} {half}" for on in register.days for half in Half]
        marks = ([mark for pair in _marks(one, register) for mark in pair] for one in register.pupils)
        rows = [[*one.about, *codes] for one, codes in zip(register.pupils, marks, strict=True)]
        return [[*HEADINGS, *sessions], *rows]
    listed = [
        (one.about, _written(on), pair)
        for one in register.pupils
        for on, pair in zip(register.days, _marks(one, register), strict=True)
    ]
    if layout is Layout.PUPIL_DAY:
        return [[*HEADINGS, "Date", "AM", "PM"], *([*about, on, *pair] for about, on, pair in listed)]
    rows = [
        [*about, on, half, mark] for about, on, pair in listed for half, mark in zip(Half, pair, strict=True)
    ]
    return [[*HEADINGS, "Date", "Session", "Mark"], *rows]


def template_workbook(register: Register, layout: Layout) -> bytes:
    """The register as an Excel workbook, with the codes of its days to pick from and a sheet of advice.

    What is typed stays text, so that numbers keep their zeros and dates are not turned round.
    """
    rows = register_rows(register, layout)
    columns = range(len(rows[0]))
    marks = columns[len(HEADINGS) :]
    width = 14 if layout is Layout.WIDE else 16
    page = Page(
        title="Register",
        rows=rows,
        headings={0},
        frozen=(1, 4),
        widths=_WIDTHS | dict.fromkeys(marks, width),
        as_text=columns,
        wrapped=marks,
        choices=_choices(layout, marks, register.days, max(ROWS_TO_FILL, len(rows) - 1)),
    )
    return write_workbook([page, _advice(layout, register.days)])


def template_csv(register: Register, layout: Layout) -> bytes:
    """The same rows as CSV."""
    return write_csv(register_rows(register, layout))


def _written(on: date) -> str:
    """A date with its weekday, which proves that the day comes first."""
    return f"{on:%a %d/%m/%Y}"


def _marks(one: Listed, register: Register) -> Sequence[tuple[str, str]]:
    return one.marks or [("", "")] * len(register.days)


def _codes(days: Iterable[date], half: Half | None = None) -> tuple[str, ...]:
    """The codes that may be entered on every one of the days, in that half or in either."""
    held = list(days)
    return tuple(
        code.code
        for code in CODES.values()
        if all(map(code.valid_on, held)) and (half is None or code.half in (None, half))
    )


def _choices(layout: Layout, marks: range, days: Sequence[date], last_row: int) -> list[Choices]:
    def cells(columns: Iterable[int]) -> tuple[tuple[int, int, int, int], ...]:
        return tuple((1, column, last_row, column) for column in columns)

    if layout is Layout.LONG:
        return [
            Choices(tuple(Half), cells([marks[1]]), "Enter AM or PM."),
            Choices(_codes(days), cells([marks[2]]), _NOT_A_CODE),
        ]
    first = 1 if layout is Layout.PUPIL_DAY else 0
    return [
        Choices(_codes(days, half), cells(marks[first + start :: 2]), _NOT_A_CODE)
        for start, half in enumerate(Half)
    ]


_ADVICE = {
    Layout.WIDE: "One row for each pupil. Each day has two columns: AM and PM.",
    Layout.PUPIL_DAY: "One row for each pupil and day, with the mark for AM and the mark for PM.",
    Layout.LONG: "One row for each mark: the date, the session (AM or PM) and the code.",
}


def _advice(layout: Layout, days: Sequence[date]) -> Page:
    said = [
        _ADVICE[layout],
        "Give each pupil a UPN or an admission number. The UPN is safer.",
        "Write dates with the day first: 09/11/2026.",
        "Enter one code in each cell. Leave a cell empty where no mark was taken: it erases nothing.",
        "If Excel opens its menu when you type /, press F2 first or pick the code from the list.",
        "Save the file and upload it. This sheet is not read.",
    ]
    codes = [[code, CODES[code].meaning] for code in _codes(days)]
    rows = [
        list(FIRST_ROWS[HELP_SHEET]),
        *([sentence] for sentence in said),
        [""],
        ["Code", "Meaning"],
        *codes,
    ]
    return Page(title=HELP_SHEET, rows=rows, headings={0, len(said) + 2}, widths={0: 12, 1: 70}, as_text={0})
