"""Recognising how a sheet lays out a register, by its structure and never by vendor or file name.

A layout is found in a sheet's header row and gives a `Table`: rows of cells, each with the sessions its
cells are marks of. Two shapes are read here: dates in the headings (`wide-1`), and dates in the rows
(`long`, `pupil-day`). A further layout is a further function in `LAYOUTS`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from cme.attendance.codes import CODES, Half
from cme.identity.upn import read_upn
from importers import findings
from importers.dates import (
    DateOrder,
    OrderFound,
    WrittenDate,
    find_order,
    from_serial,
    holds_date,
    possible_orders,
    write_date,
)
from importers.headers import Header, cell_at, read_headers, second_head
from importers.issues import Issue
from importers.marks import Session, known_share, session_of
from importers.reading import Cell, Sheet, cell_address
from importers.tables import MarkCell, RegisterRow, Table
from importers.words import HALF_OF, normalise

_KNOWN_SHARE = 0.6
_PROVEN_SHARE = 0.9
_SAMPLE_ROWS = 300
_PRESENT = frozenset("/\\")
_NO_MARKS = ("", "-", "#")
_MARK_FIELDS = ("mark", "export_mark", "am_mark", "pm_mark")


def find_table(sheet: Sheet) -> Table | None:
    """The register in a sheet, from the best-scoring header row and layout; None when there is none."""
    headers = read_headers(sheet)
    for header in headers:
        # Headings may stand again over every class; the table begins under the first of them.
        first = min((one for one in headers if one.heads_like(header)), key=lambda one: one.row)
        for layout in LAYOUTS:
            table = layout(sheet, first, header.row)
            if table is not None:
                return _alone_on_sheet(table, first)
    return None


def _alone_on_sheet(table: Table, header: Header) -> Table:
    """The table as far as no other begins, with an error for one and for pupils above the headings."""
    issues = [findings.pupil_above(table.sheet, row) for row in _pupils_above(table.sheet, header)]
    row = second_head(table.sheet, header)
    if row is None:
        return replace(table, issues=(*issues, *table.issues))
    issues.append(findings.second_table(table.sheet, row))
    return replace(table, issues=(*issues, *table.issues), end_row=max(row, header.row + 1))


def _pupils_above(sheet: Sheet, header: Header) -> Iterator[int]:
    """Rows of pupils above their headings, as sorting a sheet with its headings leaves them."""
    columns = header.sessions or [header.fields[field] for field in _MARK_FIELDS if field in header.fields]
    for row in range(header.row):
        marks = [cell_at(sheet, row, column) for column in columns]
        has_upn = any(read_upn(cell).is_valid for cell in sheet.rows[row] if isinstance(cell, str))
        if has_upn or (header.identifies(sheet, row) and known_share(marks) >= _KNOWN_SHARE):
            yield row


def _wide(sheet: Sheet, header: Header, proof_row: int) -> Table | None:
    """`wide-1`: one row a pupil, one column a session, the headings hold date and half."""
    headings = header.sessions
    if not header.identified or not headings or not _holds_codes(sheet, proof_row, headings):
        return None
    order = _order_of(sheet, header, [heading.written for heading in headings.values()])
    issues = header.doubled_fields(sheet)
    issues += [findings.undated_marks(header.place(sheet, column)) for column in _undated(sheet, header)]
    if order is None:
        issues.append(findings.no_date_order(header.place(sheet, min(headings))))
        headings, order = {}, OrderFound(DateOrder.DAY_FIRST, assumed=False)
    elif order.assumed:
        issues.append(findings.order_assumed(sheet, order.order))
    marks = []
    first_column: dict[Session, int] = {}
    for column, heading in headings.items():
        place = header.place(sheet, column)
        on = heading.written.read(order.order)
        if on is None or heading.written.contradicts(order.order):
            issues.append(findings.weekday_contradicts(place, heading.written, order.order))
            continue
        session = session_of(on, heading.half)
        if session in first_column:
            issues.append(findings.doubled_session(place, cell_address(header.row, first_column[session])))
        elif on.weekday() <= 4:
            marks.append(MarkCell(column, session))
        elif any(cell not in _NO_MARKS for cell in _below(sheet, header.row, column)):
            issues.append(findings.not_a_school_day(place, on))
        first_column.setdefault(session, column)

    def read_row(number: int) -> RegisterRow:
        cells = sheet.rows[number]
        return RegisterRow(number, cells, marks, _shifted(header, sheet, number))

    return Table(
        layout="wide-1",
        sheet=sheet,
        header_row=header.row,
        end_row=len(sheet.rows),
        fields=header.fields,
        birth_order=_birth_order(sheet, header, order.order),
        issues=tuple(issues),
        row=read_row,
        dates=frozenset(mark.session.on for mark in marks),
    )


def _undated(sheet: Sheet, header: Header) -> Iterator[int]:
    """Columns that hold marks although their headings name no session, such as "PM" beside "Mon 9 Nov AM"."""
    headings = sheet.rows[header.row]
    for column, heading in enumerate(headings):
        if column in header.sessions:
            continue
        cells = list(_below(sheet, header.row, column))
        is_dated = isinstance(heading, date) or (isinstance(heading, str) and holds_date(heading))
        if known_share(cells) >= _PROVEN_SHARE and (is_dated or not _PRESENT.isdisjoint(cells)):
            yield column


def _shifted(header: Header, sheet: Sheet, row: int) -> tuple[Issue, ...]:
    """An error where nothing but marks stands beyond the last heading of a row.

    A comma inside a name moves every mark of its row one column on, and the last one beyond the headings.
    """
    width = len(sheet.rows[header.row])
    beyond = [(column, cell) for column, cell in enumerate(sheet.rows[row][width:], width) if cell != ""]
    if beyond and all(str(cell).strip() in CODES for _, cell in beyond):
        return (findings.row_too_long(header.place(sheet, beyond[0][0], row)),)
    return ()


def _long(sheet: Sheet, header: Header, proof_row: int) -> Table | None:
    """`long`: one row a mark, with a date, a session and a code column."""
    mark = header.fields.get("export_mark", header.fields.get("mark"))
    session = header.fields.get("session")
    if mark is None or session is None:
        return None
    return _dated_rows("long", sheet, header, proof_row, {mark: session})


def _pupil_day(sheet: Sheet, header: Header, proof_row: int) -> Table | None:
    """`pupil-day`: one row a pupil and day, with a date and two mark columns."""
    am, pm = header.fields.get("am_mark"), header.fields.get("pm_mark")
    if am is None or pm is None:
        return None
    return _dated_rows("pupil-day", sheet, header, proof_row, {am: Half.AM, pm: Half.PM})


LAYOUTS: tuple[Callable[[Sheet, Header, int], Table | None], ...] = (_wide, _long, _pupil_day)
"""Every layout that can be read, in the order in which they are tried on a header row.

Each gives the table under a header, if the cells below a row with the same headings are codes.
"""


def _dated_rows(
    slug: str, sheet: Sheet, header: Header, proof_row: int, halves: dict[int, Half | int]
) -> Table | None:
    """A table whose rows hold their date. `halves` gives each mark column its half, or the session column."""
    at = header.fields.get("date")
    if at is None or not header.identified or not _holds_codes(sheet, proof_row, halves):
        return None
    body = range(header.row + 1, len(sheet.rows))
    cells = {cell_at(sheet, row, at) for row in body}
    texts = {cell: found for cell in cells if isinstance(cell, str) and (found := write_date(cell))}
    order = _order_of(sheet, header, list(texts.values()))
    issues = header.doubled_fields(sheet)
    if order is None:
        issues.append(findings.no_date_order(header.place(sheet, at)))
    elif order.assumed:
        issues.append(findings.order_assumed(sheet, order.order))
    if _may_be_swapped(texts.values(), [cell for cell in cells if isinstance(cell, date)]):
        issues.append(findings.dates_swapped(header.place(sheet, at)))
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
        cell, place = cell_at(sheet, number, at), header.place(sheet, at, number)
        on = read_on(cell)
        if on is None:
            return RegisterRow(number, row, (), (findings.date_unreadable(place),))
        if order and isinstance(cell, str) and texts[cell].contradicts(order.order):
            return RegisterRow(
                number, row, (), (findings.weekday_contradicts(place, texts[cell], order.order),)
            )
        if on.weekday() > 4:
            marked = any(cell_at(sheet, number, column) not in _NO_MARKS for column in halves)
            return RegisterRow(number, row, (), (findings.not_a_school_day(place, on),) if marked else ())
        marks, issues = [], [*_shifted(header, sheet, number)]
        for column, half in halves.items():
            known = half if isinstance(half, Half) else sessions.get(cell_at(sheet, number, half))
            if known is not None:
                marks.append(MarkCell(column, session_of(on, known)))
            elif isinstance(half, int):
                issues.append(findings.unknown_session(header.place(sheet, half, number)))
        return RegisterRow(number, row, marks, issues)

    return Table(
        layout=slug,
        sheet=sheet,
        header_row=header.row,
        end_row=len(sheet.rows),
        fields=header.fields,
        birth_order=_birth_order(sheet, header, order.order if order else DateOrder.DAY_FIRST),
        issues=tuple(issues),
        row=read_row,
        dates=frozenset(on for cell in cells if (on := read_on(cell)) is not None),
    )


def _order_of(sheet: Sheet, header: Header, dates: Sequence[WrittenDate]) -> OrderFound | None:
    """The order of a register's dates; where they leave it open, dates of birth may prove it."""
    found = find_order(dates)
    if found is not None and found.assumed:
        orders = possible_orders(_births(sheet, header))
        if len(orders) == 1:
            return OrderFound(orders[0], assumed=False)
    return found


def _birth_order(sheet: Sheet, header: Header, order: DateOrder) -> DateOrder:
    """The order of the dates of birth: their own where only one is possible, else that of the register."""
    orders = possible_orders(_births(sheet, header))
    return orders[0] if len(orders) == 1 else order


def _births(sheet: Sheet, header: Header) -> list[WrittenDate]:
    at = header.fields.get("date_of_birth")
    if at is None:
        return []
    texts = {cell for cell in _below(sheet, header.row, at, len(sheet.rows)) if isinstance(cell, str)}
    return [written for text in texts if (written := write_date(text))]


def _may_be_swapped(texts: Collection[WrittenDate], dates: Sequence[date]) -> bool:
    """Whether a program that reads day and month the other way round may have been at the dates.

    It turns what it can read into true dates, day and month swapped, and leaves "13/11/2026" as text.
    """
    one_way = all(None in (text.day_first, text.month_first) for text in texts)
    return bool(texts and dates) and one_way and all(on.day <= 12 for on in dates)


def _session_words(sheet: Sheet, body: range, halves: dict[int, Half | int]) -> dict[Cell, Half]:
    """The halves that the values of the session column mean.

    Bare figures and single letters count only where both halves occur and no third value does: a third
    means lesson marks.
    """
    columns = [half for half in halves.values() if not isinstance(half, Half)]
    values = {cell_at(sheet, row, column) for column in columns for row in body} - {""}
    halves_found = {value: HALF_OF.get(normalise(str(value))) for value in values}
    complete = None not in halves_found.values() and len(set(halves_found.values())) == 2
    return {
        value: half
        for value, half in halves_found.items()
        if half is not None and (complete or len(normalise(str(value))) > 1)
    }


def _below(sheet: Sheet, header_row: int, column: int, rows: int = _SAMPLE_ROWS) -> Iterator[Cell]:
    """The cells of a column in the first rows below the headings."""
    return (
        cells[column] for cells in sheet.rows[header_row + 1 : header_row + 1 + rows] if column < len(cells)
    )


def _holds_codes(sheet: Sheet, header_row: int, columns: Iterable[int]) -> bool:
    """Whether at least 60 % of the non-blank cells under the mark columns look like attendance codes."""
    cells = (cell for column in columns for cell in _below(sheet, header_row, column))
    return known_share(cells) >= _KNOWN_SHARE
