"""From files to one register: pupils with their register lines, and everything that was wrong on the way."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from cme.attendance.codes import CODES
from cme.attendance.lines import BLANK
from cme.identity.names import compared, split_name
from cme.identity.upn import read_upn
from importers import findings
from importers.dates import DateOrder, from_serial, write_date
from importers.issues import Issue, Severity
from importers.layouts import find_table, why_no_register
from importers.marks import NO_MARK, Session, Unreadable, read_mark
from importers.reading import Cell, CellError, Workbook, cell_address
from importers.tables import RegisterRow, Table
from importers.words import begins_like_no_pupil

MOST_ISSUES = 1000
"""How many issues are kept one by one; what is beyond is counted and said."""


@dataclass(frozen=True, slots=True)
class PupilReading:
    """One pupil as the files give the child. `lines` are register lines by academic year.

    `upn` is '' unless its check letter is right; `address` is where the pupil first stands.
    """

    upn: str
    admission_number: str
    surname: str
    forename: str
    born_on: date | None
    year_group: str
    class_name: str
    lines: dict[int, str]
    address: str


@dataclass(frozen=True, slots=True)
class FileReading:
    """What one file turned out to be; `layout` is '' when no register was found in it."""

    name: str
    sha256: str
    layout: str = ""
    pupils: int = 0
    first_on: date | None = None
    last_on: date | None = None


@dataclass(frozen=True, slots=True)
class RegisterReading:
    """One school's register as its files give it. With an error among the issues nothing may be counted."""

    files: tuple[FileReading, ...]
    pupils: tuple[PupilReading, ...]
    issues: tuple[Issue, ...]
    skipped_rows: int

    @property
    def errors(self) -> tuple[Issue, ...]:
        """The issues that stop the import."""
        return tuple(issue for issue in self.issues if issue.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Issue, ...]:
        """The issues that are shown and do not stop it."""
        return tuple(issue for issue in self.issues if issue.severity is Severity.WARNING)

    @property
    def dates(self) -> tuple[date | None, date | None]:
        """The first and last date that the files speak of."""
        firsts = [file.first_on for file in self.files if file.first_on]
        lasts = [file.last_on for file in self.files if file.last_on]
        return min(firsts, default=None), max(lasts, default=None)


def read_register(
    files: Iterable[tuple[str, Workbook]], *, known_until: date, refused: Sequence[Issue] = ()
) -> RegisterReading:
    """One register from the workbooks that are its parts, each with its file name.

    Marks later than `known_until` (today, as a rule) are listed and left out: systems pre-fill the days to
    come. Equal marks of one pupil merge and a mark beats a blank; two different marks for one session are an
    error. `refused` are the issues of files that could not be read at all.
    """
    reader = _Reader(known_until)
    for name, workbook in files:
        reader.add(name, workbook)
    return reader.finish(refused)


@dataclass
class _Draft:
    upn: str
    admission_number: str
    surname: str
    forename: str
    born_on: date | None
    year_group: str
    class_name: str
    address: str
    lines: dict[int, list[str]] = field(default_factory=dict)
    sources: list[tuple[Table, int]] = field(default_factory=list)

    def reading(self) -> PupilReading:
        lines = {year: "".join(line) for year, line in self.lines.items()}
        return PupilReading(
            self.upn,
            self.admission_number,
            self.surname,
            self.forename,
            self.born_on,
            self.year_group,
            self.class_name,
            {year: line for year, line in lines.items() if line != BLANK},
            self.address,
        )


class _Reader:
    """Collects one register from any number of sheets and files."""

    def __init__(self, known_until: date) -> None:
        self._known_until = known_until
        self._drafts: list[_Draft] = []
        self._by_upn: dict[str, _Draft] = {}
        self._by_number: dict[str, _Draft] = {}
        self._files: list[FileReading] = []
        self._issues: list[Issue] = []
        self._unlisted: Counter[Severity] = Counter()
        self._future: Counter[date] = Counter()
        self._bad_upns: set[str] = set()
        self._skipped = 0

    def add(self, name: str, workbook: Workbook) -> None:
        """Read every visible sheet of a workbook that holds a register."""
        for notice in workbook.notices:
            self._report(notice, name)
        visible = [sheet for sheet in workbook.sheets if not sheet.hidden and sheet.rows]
        tables = [table for sheet in visible if (table := find_table(sheet)) is not None]
        for sheet in workbook.sheets:
            if sheet.hidden and sheet.rows:
                self._report(findings.hidden_sheet(sheet.name), name)
        if not tables:
            for sheet in visible[:3]:
                self._report(why_no_register(sheet), name)
            if not visible:
                self._report(findings.EMPTY_FILE, name)
            self._files.append(FileReading(name, workbook.sha256))
            return
        seen: set[int] = set()
        for table in tables:
            self._add_table(name, table, seen)
        dates = frozenset().union(*(table.dates for table in tables))
        self._files.append(
            FileReading(
                name,
                workbook.sha256,
                tables[0].layout,
                len(seen),
                min(dates, default=None),
                max(dates, default=None),
            )
        )

    def _add_table(self, name: str, table: Table, seen: set[int]) -> None:
        for issue in table.issues:
            self._report(issue, name)
        hidden = sum(number > table.header_row for number in table.sheet.hidden_rows)
        if hidden:
            self._report(findings.hidden_rows(table, hidden), name)
        for row in table.rows():
            if not self._is_pupil(table, row):
                self._skipped += any(cell != "" for cell in row.cells)
                continue
            for issue in row.issues:
                self._report(issue, name)
            draft = self._draft_of(name, table, row)
            if draft is not None:
                seen.add(id(draft))
                self._take_marks(name, table, row, draft)

    def _is_pupil(self, table: Table, row: RegisterRow) -> bool:
        """Whether a row is a pupil's: marks, an identifier or a birth date make it one, whatever the name says."""
        first = next((cell for cell in row.cells if cell != ""), None)
        if first is None or row.cells == table.sheet.rows[table.header_row]:
            return False
        values = [cell for mark in row.marks if (cell := _at(row, mark.column)) not in ("", "-")]
        if values and all(str(cell).strip() in CODES for cell in values):
            return True
        name = _text(table, row, "surname") or _text(table, row, "full_name")
        number = _text(table, row, "admission_number")
        if read_upn(_text(table, row, "upn")).is_valid or _birth_date(_cell(table, row, "date_of_birth")):
            return True
        if begins_like_no_pupil(str(first)) or begins_like_no_pupil(name):
            # Pupils are called Page and Key; a row of totals has no forename and no comma in its name.
            return bool(number and (_text(table, row, "forename") or "," in name))
        return bool(number or name or _text(table, row, "upn"))

    def _draft_of(self, name: str, table: Table, row: RegisterRow) -> _Draft | None:
        """The pupil of a row: by UPN, else by admission number, else a new one; None where neither is safe."""
        upn, number = self._upn(name, table, row), _text(table, row, "admission_number")
        if not upn and not number:
            if not _text(table, row, "upn"):
                self._report(findings.no_identifier(table, row), name)
            return None
        by_upn, by_number = self._by_upn.get(upn), self._by_number.get(number)
        draft = by_upn or by_number
        if draft is None:
            draft = self._new_draft(name, table, row, upn, number)
        elif (upn and draft.upn not in ("", upn)) or (by_upn and by_number and by_upn is not by_number):
            self._report(findings.identity_conflict(table, row, draft.address), name)
            return None
        elif _is_other_child(table, row, draft):
            self._report(findings.other_child(table, row, draft.address), name)
            return None
        draft.upn = draft.upn or upn
        draft.admission_number = draft.admission_number or number
        if draft.upn:
            self._by_upn[draft.upn] = draft
        if draft.admission_number:
            self._by_number[draft.admission_number] = draft
        draft.sources.append((table, row.number))
        return draft

    def _new_draft(self, name: str, table: Table, row: RegisterRow, upn: str, number: str) -> _Draft:
        surname, forename = _name(table, row)
        born_on = _birth_date(_cell(table, row, "date_of_birth"))
        if born_on is None and _text(table, row, "date_of_birth"):
            self._report(findings.bad_birth_date(table, row), name)
        draft = _Draft(
            upn=upn,
            admission_number=number,
            surname=surname,
            forename=forename,
            born_on=born_on,
            year_group=_text(table, row, "year_group"),
            class_name=_text(table, row, "class"),
            address=f"row {row.number + 1} of sheet {table.sheet.name}"
            if table.sheet.name
            else f"row {row.number + 1}",
        )
        self._drafts.append(draft)
        return draft

    def _upn(self, name: str, table: Table, row: RegisterRow) -> str:
        text = _text(table, row, "upn")
        if not text:
            return ""
        upn = read_upn(text)
        if upn.is_valid:
            return upn.value
        has_number = bool(_text(table, row, "admission_number"))
        if text not in self._bad_upns:
            self._bad_upns.add(text)
            self._report(findings.bad_upn(table, row, upn.errors, has_number=has_number), name)
        return ""

    def _take_marks(self, name: str, table: Table, row: RegisterRow, draft: _Draft) -> None:
        cells, width = row.cells, len(row.cells)
        year, line = -1, [NO_MARK]
        for column, session in row.marks:
            cell = cells[column] if column < width else ""
            letter = session.letters.get(cell)
            if letter == NO_MARK:
                continue
            if letter is None:
                found = read_mark(cell, session)
                if isinstance(found, Unreadable):
                    self._report(findings.unreadable_mark(table, row.number, column, found), name)
                    continue
                letter = found
            if session.on > self._known_until:
                self._future[session.on] += 1
                continue
            if session.year != year:
                year = session.year
                line = draft.lines.setdefault(year, list(BLANK))
            if line[session.index] not in (NO_MARK, letter):
                earlier = _earlier_cell(draft, session)
                self._report(findings.conflicting_marks(table, row.number, column, earlier), name)
                continue
            line[session.index] = letter

    def _report(self, issue: Issue, file: str) -> None:
        if len(self._issues) < MOST_ISSUES:
            self._issues.append(replace(issue, file=file))
        else:
            self._unlisted[issue.severity] += 1

    def finish(self, refused: Sequence[Issue]) -> RegisterReading:
        """Everything read so far as one register."""
        for on, times in sorted(self._future.items()):
            self._report(findings.future_marks(on, times), "")
        more = (findings.not_listed(severity, times) for severity, times in self._unlisted.items())
        pupils = tuple(draft.reading() for draft in self._drafts)
        return RegisterReading(tuple(self._files), pupils, (*refused, *self._issues, *more), self._skipped)


def _at(row: RegisterRow, column: int) -> Cell:
    return row.cells[column] if column < len(row.cells) else ""


def _cell(table: Table, row: RegisterRow, name: str) -> Cell:
    column = table.fields.get(name)
    return "" if column is None else _at(row, column)


def _text(table: Table, row: RegisterRow, name: str) -> str:
    cell = _cell(table, row, name)
    return "" if isinstance(cell, CellError) else " ".join(str(cell).split())


def _name(table: Table, row: RegisterRow) -> tuple[str, str]:
    surname, forename = _text(table, row, "surname"), _text(table, row, "forename")
    if surname or forename:
        return surname, forename
    return split_name(_text(table, row, "full_name"))


def _birth_date(cell: Cell) -> date | None:
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float):
        return from_serial(cell)
    written = write_date(cell) if isinstance(cell, str) else None
    return written.read(DateOrder.DAY_FIRST) if written else None


def _is_other_child(table: Table, row: RegisterRow, draft: _Draft) -> bool:
    """Whether surname and date of birth are both given and both differ from the pupil's found by number."""
    surname, _ = _name(table, row)
    if not surname or not draft.surname or compared(surname) == compared(draft.surname):
        return False
    born_on = _birth_date(_cell(table, row, "date_of_birth"))
    return bool(born_on and draft.born_on and born_on != draft.born_on)


def _earlier_cell(draft: _Draft, session: Session) -> str:
    """Where a pupil's first mark for a session stands, for a conflict that names both places."""
    for table, number in draft.sources:
        row = table.row(number)
        for column, other in row.marks:
            if other is session and _at(row, column) not in ("", "-"):
                return f"{cell_address(number, column)} of sheet {table.sheet.name}"
    return draft.address
