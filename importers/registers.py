"""From files to one register: pupils with their register lines, and everything that was wrong on the way."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from cme.attendance.codes import Half
from cme.attendance.lines import BLANK, academic_year, position
from importers import findings
from importers.answering import questions
from importers.answering.answers import NO_ANSWERS, Answers, ColumnsToMap, Question
from importers.issues import Issue, Issues, Part, Severity
from importers.joining import Draft, Joiner, where
from importers.layouts.drafts import Known
from importers.layouts.own_sheets import is_ours
from importers.layouts.recognition import recognise
from importers.layouts.rows import (
    block_of,
    class_above,
    is_pupil,
    mark_at,
    marks_of,
    odd_names,
    says_surname_first,
    text_of,
)
from importers.layouts.schools import SaidSchool, said_schools
from importers.layouts.tables import RegisterRow, Table
from importers.layouts.unread import absences_only, columns_of, why_no_register, why_not_read
from importers.reading import Sheet, Workbook, cell_address
from importers.register import FileReading, RegisterReading
from importers.roll.entries import join
from importers.roll.reading import find_roll, read_roll, roll_columns
from importers.text.marks import NO_MARK, Session, Unreadable, own_codes, read_mark


def read_register(
    files: Iterable[tuple[str, Workbook]],
    *,
    known_until: date,
    answers: Answers = NO_ANSWERS,
    refused: Sequence[Issue] = (),
) -> RegisterReading:
    """One register from the workbooks that are its parts, each with its file name.

    Marks later than `known_until` (today, as a rule) are listed and left out: systems pre-fill the days to
    come. Equal marks of one pupil merge and a mark beats a blank; two different marks for one session are an
    error. `answers` is what people said beyond the files; `refused` are the issues of files that could not be
    read at all.
    """
    reader = _Reader(known_until, answers)
    for place, (name, workbook) in enumerate(files):
        reader.add(Part(place, name), workbook)
    return reader.finish(refused)


class _Reader:
    """Collects one register from any number of sheets and files."""

    def __init__(self, known_until: date, answers: Answers) -> None:
        self._known_until = known_until
        self._known = Known(answers, known_until)
        self._answers = answers
        self._own_codes = own_codes(answers.translations)
        self._issues = Issues()
        self._joiner = Joiner(self._issues, known_until)
        self._questions: dict[str, Question] = {}
        self._unmapped: list[ColumnsToMap] = []
        self._garbled: list[str] = []
        self._files: list[FileReading] = []
        self._future: Counter[date] = Counter()
        self._schools: dict[SaidSchool, None] = {}
        self._again: Counter[Part] = Counter()
        self._first_again: dict[Part, tuple[Table, int, int, str]] = {}
        self._roll_columns: tuple[int, ...] = ()
        self._skipped = 0

    def add(self, part: Part, workbook: Workbook) -> None:
        """Read every visible sheet of a workbook that holds a register."""
        for notice in workbook.notices:
            self._issues.add(notice, part)
        sheets = [one for one in workbook.sheets if one.rows and not is_ours(one)]
        visible = [one for one in sheets if not one.hidden or self._answers.picks(part.position, one.name)]
        registers = recognise(visible, self._known)
        found = [
            list(tables) or [roll for roll in (find_roll(sheet),) if roll is not None]
            for sheet, tables in zip(visible, registers.tables, strict=True)
        ]
        # Registers first: a list of the same pupils only adds to them.
        tables = [table for each in found for table in each]
        tables.sort(key=lambda table: table.layout == "roll")
        for sheet in sheets:
            if sheet.hidden and sheet not in visible:
                self._issues.add(findings.hidden_sheet(sheet.name), part)
        for issue in registers.issues:
            self._issues.add(issue, part)
        for question in registers.questions:
            # Where no answer would fit there is only the error: the file itself must be put right.
            if question.choices:
                self._questions.setdefault(question.kind, question)
        if not tables:
            for sheet in visible[:3]:
                self._issues.add(why_no_register(sheet), part)
                self._offer(sheet, part)
            if not visible:
                self._issues.add(findings.EMPTY_FILE, part)
            self._files.append(FileReading(part.name, workbook.sha256, position=part.position))
            return
        for sheet, each in zip(visible, found, strict=True):
            if not each:
                reason = why_not_read(sheet)
                self._issues.add(reason, part)
                if reason.severity is Severity.ERROR:
                    self._offer(sheet, part)
        marked: dict[int, Draft] = {}
        listed: dict[int, Draft] = {}
        if any(notice.code == "encoding_guessed" for notice in workbook.notices):
            self._garbled += (name for table in tables for name in odd_names(table))
        for table in tables:
            self._add_table(part, table, listed if table.layout == "roll" else marked)
        dates = frozenset().union(*(table.dates for table in tables))
        if _shows_absences_only(marked.values(), dates):
            self._issues.add(absences_only(), part)
        self._files.append(
            FileReading(
                part.name,
                workbook.sha256,
                registers.layout or tables[0].layout,
                len(marked | listed),
                min(dates, default=None),
                max(dates, default=None),
                part.position,
            )
        )

    def _offer(self, sheet: Sheet, part: Part) -> None:
        """Let a person say what the columns of a sheet are that is not recognised."""
        columns = columns_of(sheet)
        if columns is not None:
            self._unmapped.append(replace(columns, file=part.name, position=part.position))

    def _add_table(self, part: Part, table: Table, seen: dict[int, Draft]) -> None:
        for issue in table.issues:
            self._issues.add(issue, part)
        said = says_surname_first(table)
        table = replace(table, surname_first=self._answers.surname_first if said is None else said)
        hidden = sum(number > table.header_row for number in table.sheet.hidden_rows)
        if hidden:
            self._issues.add(findings.hidden_rows(table, hidden), part)
        self._roll_columns = roll_columns(table)
        self._schools |= dict.fromkeys(said_schools(table))
        left_out, repeated = self._answers.left_out, _Repeated(table)
        block = class_above(table)
        for row in table.rows():
            if not is_pupil(table, row):
                self._skipped += any(cell != "" for cell in row.cells)
                block = block_of(row.cells) or block
                continue
            if (part.position, table.sheet.name, row.number + 1) in left_out:
                self._issues.add(findings.row_left_out(table, row), part)
                continue
            for issue in row.issues:
                self._issues.add(issue, part)
            draft = self._joiner.draft_of(part, table, row)
            if draft is None:
                continue
            seen[id(draft)] = draft
            repeated.add(draft, row)
            self._learn(part, table, row, draft, block)
            self._take_marks(part, table, row, draft)
        if repeated.rows:
            self._issues.add(repeated.finding(), part)

    def _learn(self, part: Part, table: Table, row: RegisterRow, draft: Draft, block: str) -> None:
        """Take what else a row says of the child; `block` is the class that stands above it."""
        draft.year_group = draft.year_group or text_of(table, row, "year_group")
        draft.class_name = draft.class_name or text_of(table, row, "class") or block
        if self._roll_columns:
            self._learn_roll(part, table, row, draft)

    def _learn_roll(self, part: Part, table: Table, row: RegisterRow, draft: Draft) -> None:
        cells = tuple(mark_at(row, column) for column in self._roll_columns)
        if cells in draft.roll_cells:
            return
        draft.roll_cells.add(cells)
        entry, issues = read_roll(table, row)
        draft.roll, differ = join(draft.roll, entry)
        if differ:
            issues = (*issues, findings.roll_differs(table, row, differ, draft.address))
        for issue in issues:
            self._issues.add_some(issue, part)

    def _take_marks(self, part: Part, table: Table, row: RegisterRow, draft: Draft) -> None:
        cells = row.cells if row.pieces is None else row.pieces
        width = len(cells)
        year, line = -1, bytearray()
        for column, session in row.marks:
            cell = cells[column] if column < width else ""
            letter = session.letters.get(cell)
            if letter == NO_MARK:
                continue
            if letter is None:
                found = read_mark(cell, session, self._own_codes)
                if isinstance(found, Unreadable):
                    self._issues.add(
                        findings.unreadable_mark(table, row.number, column, session, found), part
                    )
                    continue
                letter = found
            if session.on > self._known_until:
                self._future[session.on] += 1
                continue
            if session.year != year:
                year = session.year
                line = draft.lines.setdefault(year, bytearray(BLANK, "ascii"))
            held = chr(line[session.index])
            if held == NO_MARK:
                line[session.index] = ord(letter)
            elif held != letter:
                earlier = _earlier_cell(draft, session)
                self._issues.add(findings.conflicting_marks(table, row.number, column, earlier), part)
            else:
                self._again[part] += 1
                if part not in self._first_again:
                    self._first_again[part] = table, row.number, column, _earlier_cell(draft, session)

    def finish(self, refused: Sequence[Issue]) -> RegisterReading:
        """Everything read so far as one register."""
        self._joiner.finish()
        for on, times in sorted(self._future.items()):
            self._issues.add(findings.future_marks(on, times))
        for part, first in self._first_again.items():
            self._issues.add(findings.marks_again(*first, self._again[part]), part)
        drafts = self._joiner.drafts
        half = _only_half(drafts)
        if half is not None:
            self._issues.add(findings.one_half_only(half))
        unsure = [each for names in self._joiner.unsure_names.values() for each in names]
        if unsure:
            self._questions["surname_first"] = questions.surname_first(unsure)
        if self._garbled:
            self._questions["encoding"] = questions.encoding(self._garbled)
        return RegisterReading(
            tuple(self._files),
            tuple(draft.reading() for draft in drafts),
            (*refused, *self._issues.listed()),
            self._skipped,
            questions=tuple(self._questions.values()),
            unmapped=tuple(self._unmapped),
            schools=tuple(self._schools),
            future=dict(self._future),
        )


class _Repeated:
    """Rows of pupils who have a row above in the same table, where each pupil should have one row only."""

    def __init__(self, table: Table) -> None:
        self.rows: list[int] = []
        self._table = table
        # A row may be one day or week of a pupil, and a list may have a row for each contact.
        self._is_ordinary = table.layout == "roll" or not {"date", "week_start"}.isdisjoint(table.fields)
        self._first: dict[int, int] = {}
        self._earlier = 0

    def add(self, draft: Draft, row: RegisterRow) -> None:
        """Count a row of a pupil."""
        if self._is_ordinary:
            return
        first = self._first.setdefault(id(draft), row.number)
        if first != row.number:
            self._earlier = first if not self.rows else self._earlier
            self.rows.append(row.number)

    def finding(self) -> Issue:
        """The rows as a warning."""
        return findings.rows_repeated(self._table, self.rows, f"row {self._earlier + 1}")


def _earlier_cell(draft: Draft, session: Session) -> str:
    """Where a pupil's first mark for a session stands, for a conflict that names both places."""
    for part, table, number in draft.sources:
        row = table.row(number)
        for (column, other), cell in zip(row.marks, marks_of(row), strict=True):
            if other is session and cell not in ("", "-"):
                return where(cell_address(number, table.column_of(column)), table, part)
    return draft.address


def _shows_absences_only(drafts: Collection[Draft], dates: Iterable[date]) -> bool:
    """Whether nobody is marked present in a file and pupils lack marks in sessions that others have.

    Such a file is a list of absences: its blanks are days attended, and no run can be counted from it.
    """
    sections = []
    places = [(academic_year(on), position(on)) for on in sorted(dates)]
    for draft in drafts:
        section = "".join(
            draft.lines[year][at : at + 2].decode("ascii") for year, at in places if year in draft.lines
        )
        if "/" in section or "\\" in section:
            return False
        sections.append(len(section.replace(NO_MARK, "")))
    return len(set(sections)) > 1


def _only_half(drafts: Iterable[Draft]) -> Half | None:
    """The half of the day that all marks are of; None where both halves have marks, or nobody has any."""
    lines = [line for draft in drafts for line in draft.lines.values()]
    halves = [
        half for start, half in enumerate(Half) if any(set(line[start::2]) - {ord(NO_MARK)} for line in lines)
    ]
    return halves[0] if len(halves) == 1 else None
