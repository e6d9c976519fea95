"""The headings over a register, in one row or several: which field or which time each column is of."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from cme.attendance.codes import Half
from cme.identity.upn import read_upn
from importers import findings
from importers.answering.answers import MappedColumns
from importers.answering.fingerprints import fingerprint
from importers.issues import Issue
from importers.layouts.columns import DAY_LETTERS, Column, column_of, weekdays_of
from importers.layouts.moments import Moment, letter_after_date, moment_of
from importers.layouts.numbers import NumberColumns, has_digit
from importers.layouts.tables import cell_at
from importers.reading import Cell, Sheet
from importers.text.dates import WrittenDate, from_serial
from importers.text.words import FIELD_OF, WEAK_HEADINGS, normalise

HEADER_ROWS = 40
"""How many rows of a sheet are searched for its headings."""

IDENTIFIERS = ("upn", "admission_number")
_TIME_SHARE = 0.6
_HALF_FIGURES = (1, 2)
_HALF_LETTERS = frozenset("ap")


def says_who(fields: Collection[str]) -> bool:
    """Whether columns tell children apart: a UPN, an admission number, or full name and date of birth."""
    is_named = "full_name" in fields or {"surname", "forename"} <= set(fields)
    return any(field in fields for field in IDENTIFIERS) or (is_named and "date_of_birth" in fields)


class Header(NamedTuple):
    """Rows `first` to `row` read as headings: the column of each field, and the columns that are dated.

    `texts` are the headings of the columns that have more than one, `mapped` tells that a person said what
    the columns mean, `renamed` is the column headed as the UPN that holds admission numbers.
    """

    first: int
    row: int
    fields: dict[str, int]
    columns: dict[int, Column]
    doubled: tuple[tuple[str, int], ...] = ()
    texts: Mapping[int, str] = {}
    mapped: bool = False
    renamed: int | None = None

    @property
    def score(self) -> int:
        """How much of a register's head the rows are."""
        return len(self.fields) + len(self.columns) + self.identified

    @property
    def identified(self) -> bool:
        """Whether a column says who a row is about."""
        return says_who(self.fields)

    @property
    def is_dated(self) -> bool:
        """Whether the rows could head a register: pupils and, in the headings or below, dates."""
        return self.identified and bool(self.columns or {"date", "week_start"} & set(self.fields))

    def identifies(self, sheet: Sheet, row: int) -> bool:
        """Whether a row has something like a UPN, a number or a date in one of the columns for them."""
        names = (*IDENTIFIERS, "date_of_birth")
        columns = [self.fields[field] for field in names if field in self.fields]
        return any(has_digit(cell_at(sheet, row, column)) for column in columns)

    def heads_like(self, other: "Header") -> bool:
        """Whether other rows have the same headings in the same places."""
        return self.fields == other.fields and self.columns == other.columns

    def place(self, sheet: Sheet, column: int, row: int | None = None) -> findings.Place:
        """A cell under these headings, or the heading itself."""
        at = self.row if row is None else row
        heading = self.texts.get(column) or shown(cell_at(sheet, self.row, column))
        return findings.Place(sheet, at, column, heading)

    def doubled_fields(self, sheet: Sheet, deciding: Sequence[str] = IDENTIFIERS) -> list[Issue]:
        """An issue for each field that decides whom or when a mark is of and has two columns."""
        return [
            findings.doubled_heading(self.place(sheet, column), field)
            for field, column in self.doubled
            if field in deciding
        ]


def read_headers(sheet: Sheet) -> list[Header]:
    """The first rows of a sheet as headings, the best of them first."""
    return HeaderReader(sheet).best()


class HeaderReader:
    """Reads rows of one sheet as headings. `mappings` are what people said that columns mean."""

    def __init__(self, sheet: Sheet, mappings: Sequence[MappedColumns] = ()) -> None:
        self._sheet = sheet
        self._mappings = {mapping.fingerprint: mapping.fields for mapping in mappings}
        self._numbers = NumberColumns(sheet)
        self._moments: dict[int, dict[int, Moment]] = {}
        self._merged: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for first_row, first, last_row, last in sheet.merged:
            for row in range(first_row, last_row + 1) if last > first else ():
                self._merged[row].append((first, last))

    def best(self) -> list[Header]:
        """The first rows of the sheet as headings, the best of them first."""
        rows = range(min(HEADER_ROWS, len(self._sheet.rows)))
        return sorted((self.read(row) for row in rows), key=lambda header: -header.score)

    def read(self, row: int, floor: int = 0, *, whole: bool = False) -> Header:
        """A row as headings, with the rows of dates, days and halves next to it, none above `floor`.

        Unless `whole`, a row that does not say who its columns are about is read by itself.
        """
        fields, doubled = self._fields(row)
        whole = whole or says_who(fields)
        rows = self._block(row, fields, floor) if whole else [row]
        filled = self._filled(rows)
        columns = self._columns(rows, filled, floor)
        for other in rows:
            for field, column in self._fields(other)[0].items():
                fields.setdefault(field, column)
        halves = {column: one for column, one in self._halves(rows, filled).items() if column not in columns}
        doubled = [(field, column) for field, column in doubled if column not in columns]
        _name_halves(fields, doubled, halves)
        fields = {field: column for field, column in fields.items() if column not in columns}
        mapping = self._mapping(row)
        number = fields.get("admission_number")
        return Header(
            rows[0],
            rows[-1],
            fields,
            {column: one for column, one in columns.items() if not (mapping or {}).get(column)},
            tuple(doubled),
            self._texts(rows, filled) if len(rows) > 1 else {},
            mapped=mapping is not None,
            renamed=number if mapping is None and self._is_headed_upn(row, number) else None,
        )

    def moments(self, row: int) -> dict[int, Moment]:
        """What the cells of one row say of when, by column."""
        if row not in self._moments:
            self._moments[row] = self._read_moments(row)
        return self._moments[row]

    def _mapping(self, row: int) -> Mapping[int, str] | None:
        return self._mappings.get(fingerprint(self._sheet.rows[row])) if self._mappings else None

    def _fields(self, row: int) -> tuple[dict[str, int], list[tuple[str, int]]]:
        """The column of each field, and the further columns of fields that have one already."""
        mapping = self._mapping(row)
        fields: dict[str, int] = {}
        names: dict[str, str] = {}
        doubled = []
        for column, cell in enumerate(self._sheet.rows[row]):
            name = normalise(cell) if isinstance(cell, str) else ""
            if mapping is not None and column in mapping:
                field: str | None = mapping[column]
            else:
                field = FIELD_OF.get(name)
            if not field or (name in WEAK_HEADINGS and field in fields):
                continue
            if field in fields and names[field] not in WEAK_HEADINGS:
                doubled.append((field, column))
                continue
            fields[field], names[field] = column, name
        if mapping is None:
            self._numbers.tell(row, fields, doubled)
        return fields, doubled

    def _is_headed_upn(self, row: int, column: int | None) -> bool:
        cell = cell_at(self._sheet, row, column) if column is not None else ""
        return isinstance(cell, str) and FIELD_OF.get(normalise(cell)) == "upn"

    def _read_moments(self, row: int) -> dict[int, Moment]:
        found: dict[int, Moment] = {}
        letters: list[tuple[int, str]] = []
        lettered: dict[int, str] = {}
        others = numbers = 0
        for column, cell in enumerate(self._sheet.rows[row]):
            if cell == "":
                continue
            if isinstance(cell, str):
                moment = moment_of(cell)
                if letter := letter_after_date(cell):
                    lettered[column] = letter
            elif isinstance(cell, date):
                moment = Moment(WrittenDate.of(cell))
            elif cell in _HALF_FIGURES:
                moment = moment_of(str(cell))
            else:
                on = from_serial(cell) if isinstance(cell, int | float) else None
                moment = Moment(WrittenDate.of(on)) if on else None
                numbers += on is None
            if moment is not None:
                found[column] = moment
            elif isinstance(cell, str) and cell.strip() in DAY_LETTERS:
                letters.append((column, cell.strip()))
            elif not isinstance(cell, str) or normalise(cell) not in FIELD_OF:
                others += 1
        found.update(weekdays_of(letters))
        if numbers:
            # Among other numbers one of five figures is no date.
            cells = self._sheet.rows[row]
            found = {
                at: one
                for at, one in found.items()
                if isinstance(cells[at], str | date) or cells[at] in _HALF_FIGURES
            }
        if not _HALF_LETTERS.issuperset(lettered.values()):
            # "16/11a" beside "16/11b": the a is no morning.
            found = {column: moment for column, moment in found.items() if column not in lettered}
        weak = {moment.half for moment in found.values() if moment.weak}
        if weak and (others or letters or len(weak) < len(Half)):
            found = {column: moment for column, moment in found.items() if not moment.weak}
        return found

    def _block(self, row: int, fields: Mapping[str, int], floor: int) -> list[int]:
        """The row and those next to it that hold dates, days and halves."""
        rows = [row]
        while rows[0] > floor and self._belongs(rows[0] - 1, row, fields):
            rows.insert(0, rows[0] - 1)
        if not self.moments(row) and {"date", "week_start"} & set(fields):
            return rows  # The rows below are pupils with dates of their own.
        while rows[-1] + 1 < len(self._sheet.rows) and self._belongs(rows[-1] + 1, row, fields):
            rows.append(rows[-1] + 1)
        return rows

    def _belongs(self, row: int, anchor: int, fields: Mapping[str, int]) -> bool:
        cells = self._sheet.rows[row]
        moments = self.moments(row)
        if not moments or cells == self._sheet.rows[anchor]:
            return False
        own = {name: at for name, at in self._fields(row)[0].items() if at not in moments}
        if any(fields.get(name, at) != at for name, at in own.items()):
            return False
        mine = {*moments, *own.values()}
        named = [cell_at(self._sheet, row, at) for at in fields.values() if at not in mine]
        if any(cell != "" for cell in named) if row > anchor else any(map(has_digit, named)):
            return False  # Something under a heading for pupils is a pupil's.
        others = [
            cell
            for column, cell in enumerate(cells)
            if cell != "" and column not in moments and column not in own.values()
        ]
        if any(isinstance(cell, str) and read_upn(cell).is_valid for cell in others):
            return False
        return len(moments) >= _TIME_SHARE * (len(moments) + len(others))

    def _filled(self, rows: Sequence[int]) -> dict[int, dict[int, tuple[int, Moment]]]:
        """What the headings of each row say of when, by row and column, with the column where it stands.

        A merged heading holds for all its columns. Where nothing is merged, as in CSV, a heading holds to
        the right until the next one, over columns with something below.
        """
        filled: dict[int, dict[int, tuple[int, Moment]]] = {}
        below: set[int] = set()
        named: set[int] = set()
        for row in reversed(rows):
            # A title stands over columns with a name of their own and dates none of them.
            titled = {column for column, one in self.moments(row).items() if one.written and column in named}
            moments = {column: one for column, one in self.moments(row).items() if column not in titled}
            found = {column: (column, moment) for column, moment in moments.items()}
            merged = self._merged.get(row, [])
            for first, last in merged:
                if first in moments:
                    dates = moments[first].written is not None
                    over = (at for at in range(first, last + 1) if not (dates and at in named))
                    found.update(dict.fromkeys(over, (first, moments[first])))
            if not merged and below:
                found.update(self._carried(row, moments, below))
            filled[row] = found
            below |= found.keys()
            cells = enumerate(self._sheet.rows[row])
            named |= {column for column, cell in cells if cell != "" and column not in self.moments(row)}
        return filled

    def _carried(
        self, row: int, moments: Mapping[int, Moment], below: set[int]
    ) -> Iterator[tuple[int, tuple[int, Moment]]]:
        current: tuple[int, Moment] | None = None
        for column in range(max(below) + 1):
            if cell_at(self._sheet, row, column) != "":
                current = (column, moments[column]) if column in moments else None
            elif current is not None and column in below:
                yield column, current

    def _columns(
        self, rows: Sequence[int], filled: Mapping[int, Mapping[int, tuple[int, Moment]]], floor: int
    ) -> dict[int, Column]:
        """Every column whose headings together name a session, a day or a week."""
        parts = {
            column: [(row, *filled[row][column]) for row in reversed(rows) if column in filled[row]]
            for column in sorted({column for found in filled.values() for column in found})
        }
        days_under: dict[tuple[int, int], set[int]] = defaultdict(set)
        for said in parts.values():
            for row, at, moment in said:
                if moment.written is not None and moment.week is None:
                    days_under[row, at] |= {one.weekday for _, _, one in said if one.weekday is not None}
        line: Moment | None = None
        if any(not any(moment.written for _, _, moment in said) for said in parts.values()):
            line = self._week_line(rows, floor)
        columns = {}
        for column, said in parts.items():
            one = column_of(said, days_under, line)
            if one is not None:
                columns[column] = one
        return columns

    def _week_line(self, rows: Sequence[int], floor: int) -> Moment | None:
        """The one week that a line above the headings names, if the nearest such line names one only."""
        for row in range(rows[-1], floor - 1, -1):
            weeks = [moment for moment in self.moments(row).values() if moment.week is not None]
            if weeks:
                return weeks[0] if len(weeks) == 1 else None
        return None

    def _halves(
        self, rows: Sequence[int], filled: Mapping[int, Mapping[int, tuple[int, Moment]]]
    ) -> dict[int, Half]:
        return {
            column: moment.half
            for row in rows
            for column, (_, moment) in filled[row].items()
            if moment.half is not None
        }

    def _texts(
        self, rows: Sequence[int], filled: Mapping[int, Mapping[int, tuple[int, Moment]]]
    ) -> dict[int, str]:
        """The headings over each column in one text, as a person reads them from the top."""
        texts: dict[int, list[str]] = defaultdict(list)
        for row in rows:
            for column in range(len(self._sheet.rows[row])):
                text = shown(cell_at(self._sheet, row, column))
                if text and column not in filled[row] and text not in texts[column]:
                    texts[column].append(text)
            for column, (at, _) in filled[row].items():
                texts[column].append(shown(cell_at(self._sheet, row, at)))
        return {column: " ".join(found) for column, found in texts.items()}


def _name_halves(fields: dict[str, int], doubled: list[tuple[str, int]], halves: Mapping[int, Half]) -> None:
    """Let "Mark" under AM and "Mark" under PM be the two marks of a day."""
    marks = [("mark", fields["mark"])] if "mark" in fields else []
    marks += [(field, column) for field, column in doubled if field == "mark"]
    named = {halves[column]: column for _, column in marks if column in halves}
    if len(marks) == len(named) == len(Half):
        del fields["mark"]
        fields.update({f"{half.lower()}_mark": column for half, column in named.items()})
        doubled[:] = [one for one in doubled if one not in marks]


def shown(cell: Cell) -> str:
    """A heading as a person knows it."""
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else str(cell)
