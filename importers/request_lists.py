"""Lists of other authorities' requests, one child a row: each row as a message would be read.

The headings are the labels of messages (`cme.tracing.requests.read_labels`); a person sees every row, column
and line that was not read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from cme.identity.names import compared
from cme.tracing.reading import SEVERAL
from cme.tracing.requests import WHO, Field, IncomingRequest, UnreadLine, is_blank, read_labels, sought
from importers import findings
from importers.issues import Issue, Severity
from importers.layouts.headers import HEADER_ROWS
from importers.layouts.tables import cell_at
from importers.reading import (
    WEB_LIMITS,
    Cell,
    CellError,
    Limits,
    Sheet,
    Workbook,
    column_letters,
    read_workbook,
    shown_name,
)
from importers.text.dates import from_serial

_DATES = frozenset(
    {
        *(Field.BORN_ON, Field.ASKED_ON, Field.REPLY_BY),
        *(Field.LAST_ATTENDED, Field.LAST_SEEN, Field.OFF_ROLL),
    }
)


@dataclass(frozen=True, slots=True)
class RequestList:
    """A list as read. `requests` are its rows in order, each with the row where it stands (`line`).

    An issue that is an error names a row that cannot be searched for as it stands. `unread_columns` are the
    headings of columns that were not read, `unread` the lines above the headings.
    """

    requests: tuple[IncomingRequest, ...]
    issues: tuple[Issue, ...]
    unread_columns: tuple[str, ...]
    unread: tuple[UnreadLine, ...]


def read_request_list(
    content: bytes, filename: str, *, today: date, limits: Limits = WEB_LIMITS
) -> RequestList:
    """The requests in a .csv, .xlsx, .xls or .ods file. Raises Refused where the file cannot be read."""
    return requests_in(read_workbook(content, filename, limits=limits), shown_name(filename), today=today)


def requests_in(
    workbook: Workbook, filename: str, *, today: date, labels: Mapping[str, Field] | None = None
) -> RequestList:
    """The requests in a workbook, of all its sheets that are not hidden.

    `labels` are the fields of headings, as names are compared, in place of those of messages.
    """
    labels = read_labels() if labels is None else labels
    issues = list(workbook.notices)
    requests: list[IncomingRequest] = []
    columns: dict[str, None] = {}
    unread: list[UnreadLine] = []
    has_list = False
    for sheet in (sheet for sheet in workbook.sheets if sheet.rows):
        head = None if sheet.hidden else find_head(sheet, labels)
        if head is None:
            issues.append(_not_read(sheet))
            continue
        has_list = True
        one = _List(sheet, *head, today)
        requests += one.requests()
        issues += one.issues
        columns |= dict.fromkeys(one.unread_columns())
        unread += one.unread_lines()
    if not has_list:
        issues.append(_NO_LIST)
    found = (replace(issue, file=filename) for issue in issues)
    return RequestList(tuple(requests), tuple(found), tuple(columns), tuple(unread))


def find_head(sheet: Sheet, labels: Mapping[str, Field]) -> tuple[int, Mapping[int, Field]] | None:
    """The row of headings, and the field of each column that is known; None without one that says who."""
    rows = range(min(HEADER_ROWS, len(sheet.rows)))
    heads = {row: _fields(sheet.rows[row], labels) for row in rows}
    telling = [row for row in rows if not WHO.isdisjoint(heads[row].values())]
    best = max(telling, key=lambda row: len(heads[row]), default=None)
    return None if best is None else (best, heads[best])


def _fields(cells: Sequence[Cell], labels: Mapping[str, Field]) -> dict[int, Field]:
    """The field of each heading; a second column of a field that has one value is not read."""
    found: dict[int, Field] = {}
    for column, cell in enumerate(cells):
        field = labels.get(compared(cell)) if isinstance(cell, str) else None
        if field is not None and (field in SEVERAL or field not in found.values()):
            found[column] = field
    return found


class _List:
    """One sheet read as a list under its headings."""

    def __init__(self, sheet: Sheet, head: int, fields: Mapping[int, Field], today: date) -> None:
        self.issues: list[Issue] = []
        self._sheet = sheet
        self._head = head
        self._fields = fields
        self._today = today
        self._body = [
            row
            for row in range(head + 1, len(sheet.rows))
            if any(_shown(cell) for cell in sheet.rows[row]) and sheet.rows[row] != sheet.rows[head]
        ]

    def requests(self) -> Iterator[IncomingRequest]:
        for row in self._body:
            request = IncomingRequest(self._values(row), tuple(self._unread_cells(row)), line=row + 1)
            self._remark(row, request)
            yield request

    def unread_columns(self) -> Iterator[str]:
        """The headings of columns that are not read and have anything in them."""
        width = max((len(self._sheet.rows[row]) for row in (self._head, *self._body)), default=0)
        for column in sorted(set(range(width)) - self._fields.keys()):
            if any(_shown(cell_at(self._sheet, row, column)) for row in self._body):
                yield self._heading(column)

    def _unread_cells(self, row: int) -> Iterator[UnreadLine]:
        """What a row has in columns that are not read, each under its heading."""
        for column in range(len(self._sheet.rows[row])):
            text = _shown(cell_at(self._sheet, row, column))
            if text and column not in self._fields:
                yield UnreadLine(row + 1, f"{self._heading(column)}: {text}")

    def _heading(self, column: int) -> str:
        return _shown(cell_at(self._sheet, self._head, column)) or f"Column {column_letters(column)}"

    def unread_lines(self) -> Iterator[UnreadLine]:
        """What stands above the headings."""
        for row in range(self._head):
            text = " ".join(_shown(cell) for cell in self._sheet.rows[row] if _shown(cell))
            if text:
                yield UnreadLine(row + 1, text)

    def _values(self, row: int) -> dict[Field, str]:
        values: dict[Field, str] = {}
        for column, field in self._fields.items():
            cell = cell_at(self._sheet, row, column)
            if isinstance(cell, CellError):
                self._issue(row, column, "unreadable_cell", _ERROR_CELL, Severity.WARNING)
                continue
            text = _text(cell, field)
            if text and field in values:
                between = ", " if field is Field.ADDRESS else "; "
                text = f"{values[field]}{between}{text}"
            if text:
                values[field] = text
        return values

    def _remark(self, row: int, request: IncomingRequest) -> None:
        """An issue for each thing to look at: an error where the row cannot be searched for."""
        found = sought(request.values, self._today)
        for remark in found.remarks:
            column = next((at for at, field in self._fields.items() if field is remark.field), None)
            is_error = remark.is_question and not found.is_searchable
            severity = Severity.ERROR if is_error else Severity.WARNING
            name = _NAMED.get(remark.field, "") if remark.field in request.values else ""
            said = f"{name}: {remark.message}" if name else remark.message
            self._issue(row, column, "request_doubtful", said, severity)

    def _issue(self, row: int, column: int | None, code: str, message: str, severity: Severity) -> None:
        at = min(self._fields) if column is None else column
        heading = _shown(cell_at(self._sheet, self._head, at))
        place = findings.Place(self._sheet, row, at, heading)
        self.issues.append(place.issue(code, f"Row {row + 1}: {message}", severity))


def _text(cell: Cell, field: Field) -> str:
    """A cell as a message would give it; '' where it says that nothing is known."""
    serial = from_serial(cell) if field in _DATES and isinstance(cell, int | float) else None
    text = _shown(serial or cell)
    return "" if is_blank(text) else text


def _shown(cell: Cell) -> str:
    if isinstance(cell, date):
        return cell.isoformat()
    return " ".join((cell.text if isinstance(cell, CellError) else str(cell)).split())


def _not_read(sheet: Sheet) -> Issue:
    if sheet.hidden:
        code, message = (
            "hidden_sheet",
            "is hidden and was not read. Show it and send the file again if it counts.",
        )
    else:
        code, message = "no_headings", "has no headings that say who a row is about, and was not read."
    text = f"Sheet {sheet.name} {message}"
    return Issue(code=code, message=text, severity=Severity.WARNING, sheet=sheet.name)


_NAMED = {Field.UPN: "UPN", Field.FORMER_UPNS: "Former UPN", Field.BORN_ON: "Date of birth"}
"""How a sentence says which part of a row it is about, where it does not say so itself."""

_NO_LIST = Issue(
    code="no_request_list",
    message="This is no list of requests: no row has headings such as Surname, Date of birth or UPN. "
    "Put headings over the columns and send the file again.",
)
_ERROR_CELL = "this cell holds an error and was not read. Mend it, or enter its value by hand."
