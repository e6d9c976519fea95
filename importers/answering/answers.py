"""What people said about a school's files where the files leave it open: asked once, kept, used again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from importers.text.dates import DateOrder


@dataclass(frozen=True, slots=True)
class MappedColumns:
    """What the columns of one layout mean, for every file with the same headings.

    `fingerprint` is of the headings (`importers.answering.fingerprints`), `fields` gives the columns (from 0)
    their field of `header_synonyms.json`, and `header_row` is where the headings stood when they were mapped
    (from 0), which is not part of the fingerprint.
    """

    fingerprint: str
    header_row: int
    fields: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Translation:
    """A school's own code and the DfE code it stands for, on days from `first_on` to `last_on` inclusive."""

    own_code: str
    code: str
    first_on: date
    last_on: date | None = None

    def holds_on(self, on: date) -> bool:
        """Whether the translation is in force on a day."""
        return self.first_on <= on and (self.last_on is None or on <= self.last_on)


EVERY_FILE = -1
"""In the place of a file: whichever of them has such a sheet."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything that is known beyond the files themselves.

    `date_order` and `academic_year` (the year in which it begins) decide what the file does not prove,
    `lone_codes` the half of a day whose one cell holds one code that either half may have ("AM" or "PM"),
    `surname_first` the order of names without a comma, `first_mark` the half of the day ("AM" or "PM") of the
    first of two columns that are both headed as a mark. `encoding` is how text files that prove nothing store
    their letters (`importers.reading.ENCODINGS`), for who opens the files. `sheets` are hidden sheets that a
    person picked: place of the file (from 0, or `EVERY_FILE`) and sheet; `left_out` rows that a person left
    out: place of the file, sheet and row (from 1).
    """

    mappings: tuple[MappedColumns, ...] = ()
    translations: tuple[Translation, ...] = ()
    date_order: DateOrder | None = None
    academic_year: int | None = None
    lone_codes: str = ""
    surname_first: bool | None = None
    first_mark: str = ""
    encoding: str = ""
    sheets: frozenset[tuple[int, str]] = field(default_factory=frozenset)
    left_out: frozenset[tuple[int, str, int]] = field(default_factory=frozenset)

    def picks(self, position: int, sheet: str) -> bool:
        """Whether a person picked a hidden sheet of the file in that place."""
        return (position, sheet) in self.sheets or (EVERY_FILE, sheet) in self.sheets


NO_ANSWERS = Answers()


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer: its value for a program, the words for a person, and samples of the file."""

    value: str
    text: str
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """Something that a file leaves open and a person can say.

    `kind` is the name of the field of `Answers` that the answer goes to.
    """

    kind: str
    text: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class ColumnToMap:
    """One column of a layout that was not recognised: its heading, three samples, and the field it may be."""

    column: int
    heading: str
    samples: tuple[str, ...]
    guess: str = ""


@dataclass(frozen=True, slots=True)
class ColumnsToMap:
    """A sheet whose columns a person must map: once for every file with the same headings.

    `position` is the place of the file among those of its register (from 0). `dated` counts the columns whose
    headings say when their marks are of, which need no mapping.
    """

    file: str
    sheet: str
    fingerprint: str
    header_row: int
    columns: tuple[ColumnToMap, ...]
    dated: int = 0
    position: int = 0
