"""From files to one register: pupils with their register lines, and everything that was wrong on the way."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from unicodedata import normalize

from cme.attendance.codes import Half
from cme.attendance.lines import BLANK, academic_year, position
from cme.identity.names import compared
from cme.identity.upn import read_upn
from importers import findings, questions
from importers.answers import NO_ANSWERS, Answers, ColumnsToMap, Question
from importers.issues import Issue, Severity
from importers.layouts import Known, recognise
from importers.marks import NO_MARK, Session, Unreadable, own_codes, read_mark
from importers.own_sheets import is_ours
from importers.reading import Cell, CellError, Sheet, Workbook, cell_address
from importers.roll import NOTHING, RollEntry, join
from importers.roll_reading import find_roll, read_roll, roll_columns
from importers.rows import (
    birth_date_of,
    block_of,
    cell_of,
    class_above,
    has_name_in_doubt,
    is_pupil,
    mark_at,
    marks_of,
    name_of,
    same_name,
    says_surname_first,
    text_of,
)
from importers.schools import SaidSchool, said_schools
from importers.tables import RegisterRow, Table
from importers.unread import absences_only, columns_of, why_no_register, why_not_read
from importers.words import has_odd_characters

LONGEST = {"admission_number": 40, "surname": 120, "forename": 120, "full_name": 240}
"""Characters that a pupil's particulars may have; a longer text is a note in the wrong column."""

MOST_ISSUES = 1000
"""How many issues are kept one by one; what is beyond is counted and said."""

_SCHOOL_AGES = range(1, 26)
"""Ages in years, roughly, that a date of birth in a school's register can mean."""


@dataclass(frozen=True, slots=True)
class PupilReading:
    """One pupil as the files give the child. `lines` are register lines by academic year.

    `upn` is '' unless its check letter is right; `address` is where the pupil first stands. `roll` is what
    else the files say of the child; None where they have no column for it.
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
    roll: RollEntry | None = None


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
    """One school's register as its files give it. With an error among the issues nothing may be counted.

    `questions` are what a person can say that the files leave open, `unmapped` the sheets whose columns a
    person can map; both are answered by reading the same files again with fuller `Answers`. `schools` are
    what the files say of their school, `future` the marks that were left out, by the day to come.
    """

    files: tuple[FileReading, ...]
    pupils: tuple[PupilReading, ...]
    issues: tuple[Issue, ...]
    skipped_rows: int
    questions: tuple[Question, ...] = ()
    unmapped: tuple[ColumnsToMap, ...] = ()
    schools: tuple[SaidSchool, ...] = ()
    future: Mapping[date, int] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Issue, ...]:
        """The issues that stop the import."""
        return tuple(issue for issue in self.issues if issue.severity is Severity.ERROR)

    @property
    def dates(self) -> tuple[date | None, date | None]:
        """The first and last date that the files speak of."""
        firsts = [file.first_on for file in self.files if file.first_on]
        lasts = [file.last_on for file in self.files if file.last_on]
        return min(firsts, default=None), max(lasts, default=None)


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
    for name, workbook in files:
        reader.add(name, workbook)
    return reader.finish(refused)


@dataclass
class _Draft:
    upn: str
    admission_number: str
    address: str
    surname: str = ""
    forename: str = ""
    year_group: str = ""
    class_name: str = ""
    births: dict[Cell, date | None] = field(default_factory=dict)
    lines: dict[int, bytearray] = field(default_factory=dict)
    sources: list[tuple[str, Table, int]] = field(default_factory=list)
    roll: RollEntry = NOTHING
    roll_cells: set[tuple[Cell, ...]] = field(default_factory=set)

    @property
    def name(self) -> tuple[str, str]:
        return self.surname, self.forename

    @property
    def born_on(self) -> date | None:
        """The date of birth; None also where the files give two, so that no child is taken for too young."""
        dates = set(self.births.values()) - {None}
        return dates.pop() if len(dates) == 1 else None

    def reading(self) -> PupilReading:
        lines = {year: line.decode("ascii") for year, line in self.lines.items()}
        return PupilReading(
            self.upn,
            self.admission_number,
            normalize("NFC", self.surname),
            normalize("NFC", self.forename),
            self.born_on,
            self.year_group,
            self.class_name,
            {year: line for year, line in lines.items() if line != BLANK},
            self.address,
            self.roll if self.roll != NOTHING else None,
        )


class _Reader:
    """Collects one register from any number of sheets and files."""

    def __init__(self, known_until: date, answers: Answers) -> None:
        self._known_until = known_until
        self._known = Known(answers, known_until)
        self._picked = answers.sheets
        self._left_out = answers.left_out
        self._surname_first = answers.surname_first
        self._own_codes = own_codes(answers.translations)
        self._questions: dict[str, Question] = {}
        self._unmapped: list[ColumnsToMap] = []
        self._unsure_names: dict[str, list[str]] = {}
        self._drafts: list[_Draft] = []
        self._by_upn: dict[str, _Draft] = {}
        self._by_number: dict[str, _Draft] = {}
        self._by_bare_number: dict[str, list[_Draft]] = {}
        self._by_particulars: dict[tuple[str, str, date], _Draft] = {}
        self._files: list[FileReading] = []
        self._issues: list[Issue] = []
        self._unlisted: Counter[Severity] = Counter()
        self._future: Counter[date] = Counter()
        self._schools: dict[SaidSchool, None] = {}
        self._again: Counter[str] = Counter()
        self._first_again: dict[str, tuple[Table, int, int, str]] = {}
        self._bad_upns: set[tuple[str, bool]] = set()
        self._roll_columns: tuple[int, ...] = ()
        self._roll_issues: Counter[str] = Counter()
        self._skipped = 0

    def add(self, name: str, workbook: Workbook) -> None:
        """Read every visible sheet of a workbook that holds a register."""
        for notice in workbook.notices:
            self._report(notice, name)
        sheets = [one for one in workbook.sheets if one.rows and not is_ours(one)]
        visible = [one for one in sheets if not one.hidden or one.name in self._picked]
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
                self._report(findings.hidden_sheet(sheet.name), name)
        for issue in registers.issues:
            self._report(issue, name)
        for question in registers.questions:
            # Where no answer would fit there is only the error: the file itself must be put right.
            if question.choices:
                self._questions.setdefault(question.kind, question)
        if not tables:
            for sheet in visible[:3]:
                self._report(why_no_register(sheet), name)
                self._offer(sheet, name)
            if not visible:
                self._report(findings.EMPTY_FILE, name)
            self._files.append(FileReading(name, workbook.sha256))
            return
        for sheet, each in zip(visible, found, strict=True):
            if not each:
                reason = why_not_read(sheet)
                self._report(reason, name)
                if reason.severity is Severity.ERROR:
                    self._offer(sheet, name)
        marked: dict[int, _Draft] = {}
        listed: dict[int, _Draft] = {}
        for table in tables:
            self._add_table(name, table, listed if table.layout == "roll" else marked)
        dates = frozenset().union(*(table.dates for table in tables))
        if _shows_absences_only(marked.values(), dates):
            self._report(absences_only(), name)
        self._files.append(
            FileReading(
                name,
                workbook.sha256,
                registers.layout or tables[0].layout,
                len(marked | listed),
                min(dates, default=None),
                max(dates, default=None),
            )
        )

    def _offer(self, sheet: Sheet, file: str) -> None:
        """Let a person say what the columns of a sheet are that is not recognised."""
        columns = columns_of(sheet)
        if columns is not None:
            self._unmapped.append(replace(columns, file=file))

    def _add_table(self, name: str, table: Table, seen: dict[int, _Draft]) -> None:
        for issue in table.issues:
            self._report(issue, name)
        said = says_surname_first(table)
        table = replace(table, surname_first=self._surname_first if said is None else said)
        hidden = sum(number > table.header_row for number in table.sheet.hidden_rows)
        if hidden:
            self._report(findings.hidden_rows(table, hidden), name)
        self._roll_columns = roll_columns(table)
        self._schools |= dict.fromkeys(said_schools(table))
        block = class_above(table)
        for row in table.rows():
            if not is_pupil(table, row):
                self._skipped += any(cell != "" for cell in row.cells)
                block = block_of(row.cells) or block
                continue
            if (name, table.sheet.name, row.number + 1) in self._left_out:
                self._report(findings.row_left_out(table, row), name)
                continue
            for issue in row.issues:
                self._report(issue, name)
            draft = self._draft_of(name, table, row)
            if draft is not None:
                seen[id(draft)] = draft
                draft.class_name = draft.class_name or block
                self._take_marks(name, table, row, draft)

    def _draft_of(self, name: str, table: Table, row: RegisterRow) -> _Draft | None:
        """The pupil of a row: by UPN, else by number, else a new one; None where neither is safe."""
        too_long = [each for each, most in LONGEST.items() if len(text_of(table, row, each)) > most]
        for each in too_long:
            self._report(findings.too_long(table, row, each, LONGEST[each]), name)
        if too_long:
            return None
        upn, number = self._upn(name, table, row), text_of(table, row, "admission_number")
        particulars = None
        if not upn and not number:
            particulars = _particulars(table, row)
            if particulars is None or text_of(table, row, "upn"):
                if not self._report_unreadable(name, table, row) and not text_of(table, row, "upn"):
                    self._report(findings.no_identifier(table, row), name)
                return None
        by_upn, by_number = self._by_upn.get(upn), self._by_number.get(number)
        draft = by_upn or by_number or self._by_padding(name, table, row, upn, number)
        if particulars is not None:
            draft = self._by_particulars.get(particulars)
        if draft is None:
            draft = _Draft(upn, number, _where(f"row {row.number + 1}", table, name))
            self._drafts.append(draft)
            self._report_unreadable(name, table, row)
        elif (upn and draft.upn not in ("", upn)) or (by_upn and by_number and by_upn is not by_number):
            self._report(findings.identity_conflict(table, row, draft.address), name)
            return None
        elif _is_other_child(table, row, draft, by_upn=draft is by_upn):
            self._report(findings.other_child(table, row, draft.address), name)
            return None
        self._learn(name, table, row, draft)
        draft.upn = draft.upn or upn
        draft.admission_number = draft.admission_number or number
        if draft.upn:
            self._by_upn[draft.upn] = draft
        if particulars is not None:
            self._by_particulars[particulars] = draft
        if number and number not in self._by_number:
            self._by_number[number] = draft
            self._by_bare_number.setdefault(number.lstrip("0"), []).append(draft)
        draft.sources.append((name, table, row.number))
        return draft

    def _by_padding(self, name: str, table: Table, row: RegisterRow, upn: str, number: str) -> _Draft | None:
        """The one pupil whose number differs by leading zeros only, if names or birth dates agree."""
        found = self._by_bare_number.get(number.lstrip("0"), []) if number else []
        if len(found) != 1 or (upn and found[0].upn not in ("", upn)):
            return None
        draft, surname_forename = found[0], name_of(table, row)
        is_same = draft.surname and surname_forename[0] and same_name(draft.name, surname_forename)
        if not is_same and (draft.born_on is None or birth_date_of(table, row) != draft.born_on):
            return None
        self._report(findings.padded_number(table, row, draft.address), name)
        return draft

    def _learn(self, name: str, table: Table, row: RegisterRow, draft: _Draft) -> None:
        """Take what a row says of the child where earlier rows left it open."""
        if not draft.surname:
            draft.surname, forename = name_of(table, row)
            if has_name_in_doubt(table, row):
                self._doubt_name(name, table, row)
            draft.forename = draft.forename or forename
            if has_odd_characters(draft.surname + forename):
                self._report(findings.odd_characters(table, row), name)
        draft.year_group = draft.year_group or text_of(table, row, "year_group")
        draft.class_name = draft.class_name or text_of(table, row, "class")
        if self._roll_columns:
            self._learn_roll(name, table, row, draft)
        cell = cell_of(table, row, "date_of_birth")
        if cell == "" or cell in draft.births:
            return
        born_on = birth_date_of(table, row)
        if born_on is None or self._known_until.year - born_on.year not in _SCHOOL_AGES:
            draft.births[cell] = None
            self._report(findings.bad_birth_date(table, row), name)
            return
        if draft.born_on not in (None, born_on):
            self._report(findings.birth_dates_differ(table, row, draft.address), name)
        draft.births[cell] = born_on

    def _doubt_name(self, file: str, table: Table, row: RegisterRow) -> None:
        if file not in self._unsure_names:
            self._report(findings.name_order(table, row), file)
        self._unsure_names.setdefault(file, []).append(text_of(table, row, "full_name"))

    def _learn_roll(self, name: str, table: Table, row: RegisterRow, draft: _Draft) -> None:
        cells = tuple(mark_at(row, column) for column in self._roll_columns)
        if cells in draft.roll_cells:
            return
        draft.roll_cells.add(cells)
        entry, issues = read_roll(table, row)
        draft.roll, differ = join(draft.roll, entry)
        if differ:
            issues = (*issues, findings.roll_differs(table, row, differ, draft.address))
        for issue in issues:
            # A whole column that cannot be read must not crowd out what is wrong with the marks.
            self._roll_issues[issue.code] += 1
            if self._roll_issues[issue.code] > MOST_ISSUES // 20:
                self._unlisted[issue.severity] += 1
            else:
                self._report(issue, name)

    def _report_unreadable(self, name: str, table: Table, row: RegisterRow) -> bool:
        """Whether a name or number is an error cell, which is not the same as a blank one."""
        fields = [each for each in ("upn", *LONGEST) if isinstance(cell_of(table, row, each), CellError)]
        for each in fields:
            self._report(findings.unreadable_field(table, row, each), name)
        return bool(fields)

    def _upn(self, name: str, table: Table, row: RegisterRow) -> str:
        text = text_of(table, row, "upn")
        if not text:
            return ""
        upn = read_upn(text)
        if upn.is_valid:
            return upn.value
        has_number = bool(text_of(table, row, "admission_number"))
        if (text, has_number) not in self._bad_upns:
            self._bad_upns.add((text, has_number))
            self._report(findings.bad_upn(table, row, upn.errors, has_number=has_number), name)
        return ""

    def _take_marks(self, name: str, table: Table, row: RegisterRow, draft: _Draft) -> None:
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
                    self._report(findings.unreadable_mark(table, row.number, column, session, found), name)
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
                self._report(findings.conflicting_marks(table, row.number, column, earlier), name)
            else:
                self._again[name] += 1
                if name not in self._first_again:
                    self._first_again[name] = table, row.number, column, _earlier_cell(draft, session)

    def _report(self, issue: Issue, file: str) -> None:
        if len(self._issues) < MOST_ISSUES:
            self._issues.append(replace(issue, file=file))
        else:
            self._unlisted[issue.severity] += 1

    def finish(self, refused: Sequence[Issue]) -> RegisterReading:
        """Everything read so far as one register."""
        for on, times in sorted(self._future.items()):
            self._report(findings.future_marks(on, times), "")
        for name, first in self._first_again.items():
            self._report(findings.marks_again(*first, self._again[name]), name)
        half = _only_half(self._drafts)
        if half is not None:
            self._report(findings.one_half_only(half), "")
        unsure = [each for names in self._unsure_names.values() for each in names]
        if unsure:
            self._questions["surname_first"] = questions.surname_first(unsure)
        more = (findings.not_listed(severity, times) for severity, times in self._unlisted.items())
        pupils = tuple(draft.reading() for draft in self._drafts)
        return RegisterReading(
            tuple(self._files),
            pupils,
            (*refused, *self._issues, *more),
            self._skipped,
            questions=tuple(self._questions.values()),
            unmapped=tuple(self._unmapped),
            schools=tuple(self._schools),
            future=dict(self._future),
        )


def _particulars(table: Table, row: RegisterRow) -> tuple[str, str, date] | None:
    """Full name and date of birth, by which a pupil without a number is known; None where one is missing."""
    surname, forename = map(compared, name_of(table, row))
    born_on = birth_date_of(table, row)
    return (surname, forename, born_on) if surname and forename and born_on else None


def _where(place: str, table: Table, file: str) -> str:
    """A place in a file, as an issue about another cell names it."""
    return f"{place} of sheet {table.sheet.name} in {file}" if table.sheet.name else f"{place} in {file}"


def _is_other_child(table: Table, row: RegisterRow, draft: _Draft, *, by_upn: bool) -> bool:
    """Whether a row with a known number is nevertheless about another child.

    A UPN is doubted where surname and date of birth both differ, an admission number where neither agrees.
    """
    name = name_of(table, row)
    is_named = bool(name[0] and draft.surname)
    if is_named and (name == draft.name or same_name(name, draft.name)):
        return False
    born_on = birth_date_of(table, row)
    if born_on and draft.born_on:
        return born_on != draft.born_on and (is_named or not by_upn)
    # Without a date of birth on both sides the forename speaks for a UPN, and nothing for another number.
    return is_named and (not by_upn or bool(name[1] and draft.forename and name[1] != draft.forename))


def _earlier_cell(draft: _Draft, session: Session) -> str:
    """Where a pupil's first mark for a session stands, for a conflict that names both places."""
    for file, table, number in draft.sources:
        row = table.row(number)
        for (column, other), cell in zip(row.marks, marks_of(row), strict=True):
            if other is session and cell not in ("", "-"):
                return _where(cell_address(number, table.column_of(column)), table, file)
    return draft.address


def _shows_absences_only(drafts: Collection[_Draft], dates: Iterable[date]) -> bool:
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


def _only_half(drafts: Iterable[_Draft]) -> Half | None:
    """The half of the day that all marks are of; None where both halves have marks, or nobody has any."""
    lines = [line for draft in drafts for line in draft.lines.values()]
    halves = [
        half for start, half in enumerate(Half) if any(set(line[start::2]) - {ord(NO_MARK)} for line in lines)
    ]
    return halves[0] if len(halves) == 1 else None
