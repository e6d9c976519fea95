"""Recognising how a sheet lays out a register, by its structure and never by vendor or file name.

A layout is found in a sheet's header row and gives a `Table`: rows of cells, each with the sessions its
cells are marks of. Two shapes are read here: dates in the headings (`wide-1`), and dates in the rows
(`long`, `pupil-day`). A further layout is a further function in `LAYOUTS`.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from cme.attendance.codes import Half
from importers import findings
from importers.dates import DateOrder, SessionHeading, find_order, from_serial, session_heading, write_date
from importers.issues import Issue
from importers.marks import Session, known_share, session_of
from importers.reading import Cell, Sheet, cell_address
from importers.tables import MarkCell, RegisterRow, Table
from importers.words import FIELD_OF, HALF_OF, SUMMARY_SIGNS, WEAK_ADMISSION_NUMBERS, normalise

HEADER_ROWS = 40
"""How many rows of a sheet are searched for its headings."""

_KNOWN_SHARE = 0.6
_SAMPLE_ROWS = 300
_IDENTIFIERS = ("upn", "admission_number")


class _Header(NamedTuple):
    """A candidate header row: the fields and the dated sessions that its cells name."""

    row: int
    fields: dict[str, int]
    sessions: dict[int, SessionHeading]
    doubled: tuple[str, ...]

    @property
    def score(self) -> int:
        return len(self.fields) + len(self.sessions)

    @property
    def identified(self) -> bool:
        return any(field in self.fields for field in _IDENTIFIERS)

    def place(self, sheet: Sheet, column: int, row: int | None = None) -> findings.Place:
        return findings.Place(sheet, self.row, self.row if row is None else row, column)


def find_table(sheet: Sheet) -> Table | None:
    """The register in a sheet, from the best-scoring header row and layout; None when there is none."""
    headers = sorted(
        (_read_header(sheet, row) for row in range(min(HEADER_ROWS, len(sheet.rows)))),
        key=lambda header: -header.score,
    )
    for header in headers:
        for layout in LAYOUTS:
            table = layout(sheet, header)
            if table is not None:
                return table
    return None


def _read_header(sheet: Sheet, row: int) -> _Header:
    fields: dict[str, int] = {}
    names: dict[str, str] = {}
    sessions: dict[int, SessionHeading] = {}
    doubled = []
    for column, cell in enumerate(sheet.rows[row]):
        if not isinstance(cell, str) or not cell.strip():
            continue
        dated = session_heading(cell)
        if dated is not None:
            sessions[column] = dated
            continue
        name = normalise(cell)
        field = FIELD_OF.get(name)
        if field is None or (name in WEAK_ADMISSION_NUMBERS and field in fields):
            continue
        if field in fields and names[field] not in WEAK_ADMISSION_NUMBERS:
            doubled.append(field)
            continue
        fields[field], names[field] = column, name
    return _Header(row, fields, sessions, tuple(doubled))


def _wide(sheet: Sheet, header: _Header) -> Table | None:
    """`wide-1`: one row a pupil, one column a session, the headings hold date and half."""
    headings = header.sessions
    if not header.identified or len(headings) < 2 or not _holds_codes(sheet, header.row, headings):
        return None
    order = find_order(heading.written for heading in headings.values())
    issues = _doubled(sheet, header)
    if order is None:
        issues.append(findings.no_date_order(header.place(sheet, min(headings))))
        headings = {}
    elif order.assumed:
        issues.append(findings.order_assumed(sheet, order.order))
    marks = []
    first_column: dict[Session, int] = {}
    for column, heading in headings.items():
        place = header.place(sheet, column)
        on = heading.written.read(order.order) if order else None
        if on is None or order is None or heading.written.contradicts(order.order):
            issues.append(findings.weekday_contradicts(place, heading.written, DateOrder.DAY_FIRST))
            continue
        session = session_of(on, heading.half)
        if session in first_column:
            issues.append(findings.doubled_session(place, cell_address(header.row, first_column[session])))
        elif on.weekday() > 4:
            issues.append(findings.not_a_school_day(place, on))
        else:
            marks.append(MarkCell(column, session))
        first_column.setdefault(session, column)

    def read_row(number: int) -> RegisterRow:
        return RegisterRow(number, sheet.rows[number], marks)

    dates = frozenset(mark.session.on for mark in marks)
    return Table("wide-1", sheet, header.row, header.fields, tuple(issues), read_row, dates)


def _long(sheet: Sheet, header: _Header) -> Table | None:
    """`long`: one row a mark, with a date, a session and a code column."""
    mark = header.fields.get("export_mark", header.fields.get("mark"))
    session = header.fields.get("session")
    if mark is None or session is None:
        return None
    return _dated_rows("long", sheet, header, {mark: session})


def _pupil_day(sheet: Sheet, header: _Header) -> Table | None:
    """`pupil-day`: one row a pupil and day, with a date and two mark columns."""
    am, pm = header.fields.get("am_mark"), header.fields.get("pm_mark")
    if am is None or pm is None:
        return None
    return _dated_rows("pupil-day", sheet, header, {am: Half.AM, pm: Half.PM})


LAYOUTS: tuple[Callable[[Sheet, _Header], Table | None], ...] = (_wide, _long, _pupil_day)
"""Every layout that can be read, in the order in which they are tried on a header row."""


def _dated_rows(slug: str, sheet: Sheet, header: _Header, halves: dict[int, Half | int]) -> Table | None:
    """A table whose rows hold their date. `halves` gives each mark column its half, or the session column."""
    at = header.fields.get("date")
    if at is None or not header.identified or not _holds_codes(sheet, header.row, halves):
        return None
    body = range(header.row + 1, len(sheet.rows))
    cells = {_cell(sheet, row, at) for row in body}
    texts = {cell: found for cell in cells if isinstance(cell, str) and (found := write_date(cell))}
    order = find_order(texts.values())
    issues = _doubled(sheet, header)
    if order is None:
        issues.append(findings.no_date_order(header.place(sheet, at)))
    elif order.assumed:
        issues.append(findings.order_assumed(sheet, order.order))
    sessions = _session_words(sheet, body, halves)

    def read_on(cell: Cell) -> date | None:
        if isinstance(cell, date):
            return cell
        if isinstance(cell, int | float):
            return from_serial(cell)
        written = texts.get(cell) if isinstance(cell, str) else None
        return written.read(order.order) if written and order else None

    def read_row(number: int) -> RegisterRow:
        row = sheet.rows[number]
        cell, place = _cell(sheet, number, at), header.place(sheet, at, number)
        on = read_on(cell)
        if on is None:
            return RegisterRow(number, row, (), (findings.date_unreadable(place),))
        if order and isinstance(cell, str) and texts[cell].contradicts(order.order):
            return RegisterRow(
                number, row, (), (findings.weekday_contradicts(place, texts[cell], order.order),)
            )
        if on.weekday() > 4:
            return RegisterRow(number, row, (), (findings.not_a_school_day(place, on),))
        marks, issues = [], []
        for column, half in halves.items():
            known = half if isinstance(half, Half) else sessions.get(_cell(sheet, number, half))
            if known is not None:
                marks.append(MarkCell(column, session_of(on, known)))
            elif isinstance(half, int):
                issues.append(findings.unknown_session(header.place(sheet, half, number)))
        return RegisterRow(number, row, marks, issues)

    dates = frozenset(on for cell in cells if (on := read_on(cell)) is not None)
    return Table(slug, sheet, header.row, header.fields, tuple(issues), read_row, dates)


def _session_words(sheet: Sheet, body: range, halves: dict[int, Half | int]) -> dict[Cell, Half]:
    """The halves that the values of the session column mean.

    Bare figures and single letters count only where both halves occur and no third value does: a third
    means lesson marks.
    """
    columns = [half for half in halves.values() if not isinstance(half, Half)]
    values = {_cell(sheet, row, column) for column in columns for row in body} - {""}
    halves_found = {value: HALF_OF.get(normalise(str(value))) for value in values}
    complete = None not in halves_found.values() and len(set(halves_found.values())) == 2
    return {
        value: half
        for value, half in halves_found.items()
        if half is not None and (complete or len(normalise(str(value))) > 1)
    }


def _cell(sheet: Sheet, row: int, column: int) -> Cell:
    cells = sheet.rows[row]
    return cells[column] if column < len(cells) else ""


def _holds_codes(sheet: Sheet, header_row: int, columns: Iterable[int]) -> bool:
    """Whether at least 60 % of the non-blank cells under the mark columns look like attendance codes."""
    below = sheet.rows[header_row + 1 : header_row + 1 + _SAMPLE_ROWS]
    return (
        known_share(cells[column] for column in columns for cells in below if column < len(cells))
        >= _KNOWN_SHARE
    )


def why_no_register(sheet: Sheet) -> Issue:
    """What the best row of a sheet lacks to be the head of a register."""
    headers = [_read_header(sheet, row) for row in range(min(HEADER_ROWS, len(sheet.rows)))]
    best = max(headers, key=lambda header: header.score, default=None)
    names = {normalise(cell) for row in sheet.rows[:HEADER_ROWS] for cell in row if isinstance(cell, str)}
    if best is not None and not best.sessions and names & SUMMARY_SIGNS:
        return Issue(
            code="summary_only",
            message="This is a summary. It has totals but no daily marks, so runs of days cannot be counted. "
            "Export the register by session (AM and PM).",
            sheet=sheet.name,
        )
    if best is None or best.score == 0:
        lacks = "No row has the headings of a register."
    elif not best.identified:
        lacks = f"Row {best.row + 1} looks like the headings but has no UPN and no admission number."
    elif not best.sessions and "date" not in best.fields:
        lacks = f"Row {best.row + 1} looks like the headings but no column is dated (for example Mon 09/11/2026 AM)."
    else:
        lacks = f"Row {best.row + 1} looks like the headings but the cells below are not attendance codes."
    return Issue(
        code="not_a_register",
        message=f"No register was found on sheet {sheet.name}. {lacks} "
        "Export the register by session (AM and PM), with a UPN or admission number for each pupil.",
        sheet=sheet.name,
        row=best.row + 1 if best and best.score else None,
    )


def _doubled(sheet: Sheet, header: _Header) -> list[Issue]:
    deciding = (*_IDENTIFIERS, "date", "session", "mark", "am_mark", "pm_mark")
    return [
        findings.doubled_heading(header.place(sheet, header.fields[field]), field)
        for field in header.doubled
        if field in deciding
    ]
