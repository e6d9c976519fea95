"""One register written in every layout that a school's system may export."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cme.attendance.codes import Half
from importers.reading import Cell, Sheet
from tests.unit.importers.grids import Grid, sheet

WEEK_LENGTH = 5


@dataclass(frozen=True)
class Pupil:
    """A pupil of a register; `marks` are codes by (day, half), a missing one is no mark."""

    upn: str
    number: str
    name: str
    class_name: str
    marks: Mapping[tuple[date, Half], str]

    def code(self, on: date, half: Half) -> str:
        return self.marks.get((on, half), "")


Register = Sequence[Pupil]
IDENTITY: list[Cell] = ["UPN", "Adno", "Name", "Reg"]


def who(pupil: Pupil) -> list[Cell]:
    return [pupil.upn, pupil.number, pupil.name, pupil.class_name]


def codes_of(pupil: Pupil, days: Sequence[date]) -> list[Cell]:
    return [pupil.code(on, half) for on in days for half in Half]


def weeks(days: Sequence[date]) -> list[Sequence[date]]:
    """Whole weeks of the days, which must begin on a Monday."""
    return [days[at : at + WEEK_LENGTH] for at in range(0, len(days), WEEK_LENGTH)]


def together(pupil: Pupil, days: Sequence[date]) -> str:
    """The marks of some days in one cell, "-" for none."""
    return "".join(pupil.code(on, half) or "-" for on in days for half in Half)


def wide_1(register: Register, days: Sequence[date]) -> list[Sheet]:
    heads: list[Cell] = [*IDENTITY, *(f"{on:%a %d/%m/%Y} {half}" for on in days for half in Half)]
    return [sheet([heads, *([*who(one), *codes_of(one, days)] for one in register)])]


def wide_1_without_years(register: Register, days: Sequence[date]) -> list[Sheet]:
    title: list[Cell] = [f"From {days[0]:%d/%m/%Y} to {days[-1]:%d/%m/%Y}"]
    heads: list[Cell] = [*IDENTITY, *(f"{on:%a %-d %b} {half}" for on in days for half in Half)]
    return [
        sheet([["Northmoor"], title, [], heads, *([*who(one), *codes_of(one, days)] for one in register)])
    ]


def wide_2(register: Register, days: Sequence[date]) -> list[Sheet]:
    """Dates in the first of two columns, as CSV has merged headings."""
    dates: list[Cell] = [cell for on in days for cell in (f"{on:%a %d/%m/%Y}", "")]
    halves: list[Cell] = [*[""] * len(IDENTITY), *["AM", "PM"] * len(days)]
    rows = [[*who(one), *codes_of(one, days)] for one in register]
    return [sheet([[*IDENTITY, *dates], halves, *rows])]


def wide_2_merged(register: Register, days: Sequence[date]) -> list[Sheet]:
    """True dates over merged columns, the identity headings merged downwards, titles above."""
    (plain,) = wide_2(register, days)
    rows = [["Northmoor School"], [], ["Attendance"], *plain.rows]
    first = len(IDENTITY)
    for at, on in enumerate(days):
        rows[3][first + 2 * at] = on
    merged = tuple((3, first + 2 * at, 3, first + 2 * at + 1) for at in range(len(days)))
    down = tuple((3, at, 4, at) for at in range(first))
    return [Sheet(plain.name, rows, merged=(*down, *merged))]


def wide_3(register: Register, days: Sequence[date]) -> list[Sheet]:
    """Week lines over day names over AM and PM, every week beside the next."""
    empty: list[Cell] = [""] * len(IDENTITY)
    line: list[Cell] = [
        cell for week in weeks(days) for cell in (f"Week beginning {week[0]:%d/%m/%Y}", *[""] * 9)
    ]
    names: list[Cell] = [cell for on in days for cell in (f"{on:%a}", "")]
    rows = [[*who(one), *codes_of(one, days)] for one in register]
    return [sheet([[*empty, *line], [*empty, *names], [*IDENTITY, *["AM", "PM"] * len(days)], *rows])]


def wide_3_letters(register: Register, days: Sequence[date]) -> list[Sheet]:
    """One week a sheet: its line in the title, M T W T F, and AM and PM below."""
    sheets = []
    for number, week in enumerate(weeks(days), 1):
        letters: list[Cell] = [cell for letter in "MTWTF" for cell in (letter, "")]
        grid: Grid = [
            [f"Week commencing {week[0]:%d %B %Y}"],
            [],
            [*IDENTITY, *letters],
            [*[""] * len(IDENTITY), *["AM", "PM"] * len(week)],
            *([*who(one), *codes_of(one, week)] for one in register),
        ]
        sheets.append(sheet(grid, f"Wk {number}"))
    return sheets


def day_cells(register: Register, days: Sequence[date]) -> list[Sheet]:
    heads: list[Cell] = [*IDENTITY, *(f"{on:%a %d/%m/%Y}" for on in days)]
    return [sheet([heads, *([*who(one), *(together(one, [on]) for on in days)] for one in register)])]


def day_cells_true_dates(register: Register, days: Sequence[date]) -> list[Sheet]:
    (plain,) = day_cells(register, days)
    plain.rows[0][len(IDENTITY) :] = list(days)
    return [plain]


def day_rows(register: Register, days: Sequence[date]) -> list[Sheet]:
    rows = [[*who(one), f"{on:%d/%m/%Y}", together(one, [on])] for one in register for on in days]
    return [sheet([[*IDENTITY, "Date", "Attendance marks"], *rows])]


def week_strings(register: Register, days: Sequence[date]) -> list[Sheet]:
    heads: list[Cell] = [*IDENTITY, *(f"W/C {week[0]:%d/%m/%y}" for week in weeks(days))]
    rows = [[*who(one), *(together(one, week) for week in weeks(days))] for one in register]
    return [sheet([heads, *rows])]


def week_rows(register: Register, days: Sequence[date]) -> list[Sheet]:
    rows = [
        [*who(one), f"{week[0]:%d/%m/%Y}", together(one, week)] for one in register for week in weeks(days)
    ]
    return [sheet([[*IDENTITY, "Week commencing", "Attendance marks"], *rows])]


def long(register: Register, days: Sequence[date]) -> list[Sheet]:
    rows = [
        [*who(one), f"{on:%d/%m/%Y}", half.value, one.code(on, half)]
        for one in register
        for on in days
        for half in Half
    ]
    return [sheet([[*IDENTITY, "Date", "Session", "Mark"], *rows])]


def pupil_day(register: Register, days: Sequence[date]) -> list[Sheet]:
    rows = [[*who(one), f"{on:%d/%m/%Y}", *codes_of(one, [on])] for one in register for on in days]
    return [sheet([[*IDENTITY, "Date", "AM", "PM"], *rows])]


def pupil_day_two_heads(register: Register, days: Sequence[date]) -> list[Sheet]:
    """AM and PM over two columns that are both headed "Mark"."""
    rows = [[*who(one), f"{on:%d/%m/%Y}", *codes_of(one, [on])] for one in register for on in days]
    halves: list[Cell] = [*[""] * (len(IDENTITY) + 1), "AM", "PM"]
    return [sheet([halves, [*IDENTITY, "Date", "Mark", "Mark"], *rows])]


def stacked_classes(register: Register, days: Sequence[date]) -> list[Sheet]:
    """A class under the other, each with its name, its headings, its totals, and a legend at the end."""
    rows: Grid = []
    for number, pupil in enumerate(register):
        (one,) = wide_1([pupil], days)
        rows += [
            [f"Class 7{chr(65 + number)}"],
            *one.rows,
            ["Present", "", "", "", *[1] * (2 * len(days))],
            [],
        ]
    return [sheet([*rows, ["Key"], ["I", "Illness"], ["O", "Unauthorised absence"]])]


def stacked_weeks(register: Register, days: Sequence[date]) -> list[Sheet]:
    """A week under the other, each with its own dates and, from the second, a column more."""
    rows: Grid = []
    for number, week in enumerate(weeks(days)):
        (one,) = wide_2(register, week)
        if number:
            for at, row in enumerate(one.rows):
                row.insert(0, "House" if at == 0 else "" if at == 1 else "Red")
        rows += [*one.rows, ["Present", "", "", *[1] * (2 * len(week))], []]
    return [sheet(rows)]


def sheets_of_classes(register: Register, days: Sequence[date]) -> list[Sheet]:
    sheets = []
    for number, pupil in enumerate(register):
        (one,) = wide_2_merged([pupil], days)
        sheets.append(Sheet(f"7{chr(65 + number)}", one.rows, merged=one.merged))
    return sheets


Writer = Callable[[Register, Sequence[date]], list[Sheet]]

ANY_CODES: Mapping[str, tuple[Writer, str]] = {
    "wide-1": (wide_1, "wide-1"),
    "wide-1 without years": (wide_1_without_years, "wide-1"),
    "wide-2 as CSV has it": (wide_2, "wide-2"),
    "wide-2 merged": (wide_2_merged, "wide-2"),
    "wide-3": (wide_3, "wide-3"),
    "wide-3 in letters": (wide_3_letters, "wide-3+sheets"),
    "day-cells": (day_cells, "day-cells"),
    "day-cells, true dates": (day_cells_true_dates, "day-cells"),
    "day-cells in rows": (day_rows, "day-cells"),
    "long": (long, "long"),
    "pupil-day": (pupil_day, "pupil-day"),
    "pupil-day, two heads": (pupil_day_two_heads, "pupil-day"),
    "classes stacked": (stacked_classes, "wide-1+stacked"),
    "weeks stacked": (stacked_weeks, "wide-2+stacked"),
    "classes on sheets": (sheets_of_classes, "wide-2+sheets"),
}
"""Writers of layouts that take every code, each with the slug of what it writes (two weeks, two pupils)."""

ONE_CHARACTER: Mapping[str, tuple[Writer, str]] = {
    "week-strings": (week_strings, "week-strings"),
    "week-strings in rows": (week_rows, "week-strings"),
}
"""Writers of layouts that take codes of one character only."""

EVERY = {**ANY_CODES, **ONE_CHARACTER}
