"""Registers as grids of cells, and what is read from them. Everything is in memory; no file is opened."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from cme.attendance.codes import Half
from cme.identity.upn import check_letter
from importers.issues import Issue, Severity
from importers.reading import Cell, Sheet, Workbook
from importers.register import PupilReading, RegisterReading
from importers.registers import read_register
from tests.marks import iter_marks

TODAY = date(2026, 11, 22)
MONDAY = date(2026, 11, 9)
WEEK = tuple(MONDAY + timedelta(days=n) for n in range(5))

Grid = list[list[Cell]]


def upn(serial: int) -> str:
    """A permanent UPN with the right check letter."""
    digits = f"841200018{serial:03d}"
    return check_letter(digits) + digits


def headings(days: Iterable[date] = WEEK, form: str = "%a %d/%m/%Y") -> list[Cell]:
    """A heading for each session of the days: "Mon 09/11/2026 AM"."""
    return [f"{on:{form}} {half}" for on in days for half in Half]


def week_of(code: str, days: int = 5) -> list[Cell]:
    """The same code in both sessions of each day; 'P' is present."""
    return ["/", "\\"] * days if code == "P" else [code] * (2 * days)


def wide(*pupils: Sequence[Cell], days: Iterable[date] = WEEK, identity: Sequence[Cell] = ()) -> Grid:
    """A `wide-1` grid: identity headings (UPN, Adno, Name unless given) and dated sessions, then the rows."""
    return [[*(identity or ("UPN", "Adno", "Name")), *headings(days)], *map(list, pupils)]


def sheet(
    rows: Grid, name: str = "Register", *, hidden: bool = False, hidden_rows: Iterable[int] = ()
) -> Sheet:
    """A sheet of a workbook, its empty ends trimmed as the reader trims them."""
    trimmed = [list(row) for row in rows]
    for row in trimmed:
        while row and row[-1] == "":
            row.pop()
    return Sheet(name, trimmed, hidden=hidden, hidden_rows=frozenset(hidden_rows))


def book(*sheets: Sheet | Grid) -> Workbook:
    """A workbook of sheets; a bare grid is a sheet called Register."""
    made = tuple(one if isinstance(one, Sheet) else sheet(one) for one in sheets)
    return Workbook("xlsx", made, (), "0" * 64)


def read(*books: Workbook | Sheet | Grid, until: date = TODAY) -> RegisterReading:
    """One register from workbooks called part1.xlsx, part2.xlsx and so on."""
    parts = [one if isinstance(one, Workbook) else book(one) for one in books]
    return read_register(
        ((f"part{number}.xlsx", part) for number, part in enumerate(parts, 1)), known_until=until
    )


def marks(pupil: PupilReading) -> list[tuple[date, Half, str]]:
    """Every mark of a pupil as (date, half, code), in order."""
    return list(iter_marks(pupil.lines))


def codes(pupil: PupilReading) -> str:
    """A pupil's codes in order, without their dates."""
    return "".join(code for _, _, code in marks(pupil))


def found(reading: RegisterReading, code: str) -> list[Issue]:
    """The issues with one code."""
    return [issue for issue in reading.issues if issue.code == code]


def warnings(reading: RegisterReading) -> list[Issue]:
    """The issues that are shown and do not stop an import."""
    return [issue for issue in reading.issues if issue.severity is Severity.WARNING]


def only(reading: RegisterReading) -> PupilReading:
    """The one pupil of a register that was read without an error."""
    assert not reading.errors
    (pupil,) = reading.pupils
    return pupil
