"""Which rows of a register are of one pupil: by UPN, by number, else by full name and birth date."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from unicodedata import normalize

from cme.attendance.lines import BLANK
from cme.identity.likeness import Identity, Likeness, compare
from cme.identity.names import particulars
from cme.identity.upn import read_upn
from importers import findings
from importers.issues import Issues, Part
from importers.layouts.rows import (
    birth_date_of,
    cell_of,
    has_name_in_doubt,
    name_of,
    particulars_of,
    same_name,
    same_words,
    text_of,
)
from importers.layouts.tables import RegisterRow, Table
from importers.reading import Cell, CellError
from importers.register import PupilReading
from importers.roll.entries import NOTHING, RollEntry
from importers.text.words import has_odd_characters

LONGEST = {"admission_number": 40, "surname": 120, "forename": 120, "full_name": 240}
"""Characters that a pupil's particulars may have; a longer text is a note in the wrong column."""

_SCHOOL_AGES = range(1, 26)
"""Ages in years, roughly, that a date of birth in a school's register can mean."""

_TOLD = ("surname", "forename", "full_name", "date_of_birth")

Particulars = tuple[str, str, date]


@dataclass(eq=False)
class Draft:
    """A pupil as far as the rows read so far tell; `told` are the cells that said so, by table."""

    upn: str
    admission_number: str
    address: str
    surname: str = ""
    forename: str = ""
    year_group: str = ""
    class_name: str = ""
    births: dict[Cell, date | None] = field(default_factory=dict)
    lines: dict[int, bytearray] = field(default_factory=dict)
    sources: list[tuple[Part, Table, int]] = field(default_factory=list)
    told: set[tuple[object, ...]] = field(default_factory=set)
    roll: RollEntry = NOTHING
    roll_cells: set[tuple[Cell, ...]] = field(default_factory=set)

    @property
    def name(self) -> tuple[str, str]:
        """(surname, forename)."""
        return self.surname, self.forename

    @property
    def born_on(self) -> date | None:
        """The date of birth; None also where the files give two, so that no child is taken for too young."""
        dates = set(self.births.values()) - {None}
        return dates.pop() if len(dates) == 1 else None

    def reading(self) -> PupilReading:
        """The pupil, once every row is read."""
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


def where(place: str, table: Table, part: Part) -> str:
    """A place in a file, as an issue about another cell names it."""
    return (
        f"{place} of sheet {table.sheet.name} in {part.name}"
        if table.sheet.name
        else f"{place} in {part.name}"
    )


class Joiner:
    """The pupils of one register, each found again by the next row about the child.

    The rule is ours: a UPN before a number, and full name with birth date only where no number speaks against
    it (registers.md s.6). What was put together otherwise than by equal numbers is said.
    """

    def __init__(self, issues: Issues, known_until: date) -> None:
        self.drafts: list[Draft] = []
        self.unsure_names: dict[Part, list[str]] = {}
        self._issues = issues
        self._known_until = known_until
        self._by_upn: dict[str, Draft] = {}
        self._by_number: dict[str, Draft] = {}
        self._by_bare_number: defaultdict[str, list[Draft]] = defaultdict(list)
        self._by_particulars: defaultdict[Particulars, list[Draft]] = defaultdict(list)
        self._joined: defaultdict[Part, dict[int, tuple[Table, RegisterRow, str]]] = defaultdict(dict)
        self._bad_upns: set[tuple[str, bool]] = set()

    def draft_of(self, part: Part, table: Table, row: RegisterRow) -> Draft | None:
        """The pupil of a row, or a new one; None where neither is safe, and the reason is reported."""
        too_long = [each for each, most in LONGEST.items() if len(text_of(table, row, each)) > most]
        for each in too_long:
            self._issues.add(findings.too_long(table, row, each, LONGEST[each]), part)
        if too_long:
            return None
        upn, number = self._upn(part, table, row), text_of(table, row, "admission_number")
        if not upn and not number and (text_of(table, row, "upn") or particulars_of(table, row) is None):
            if not self._report_unreadable(part, table, row) and not text_of(table, row, "upn"):
                self._issues.add(findings.no_identifier(table, row), part)
            return None
        by_upn, by_number = self._by_upn.get(upn), self._by_number.get(number)
        draft = by_upn or by_number or self._by_padding(part, table, row, upn, number)
        if draft is None:
            alike = self._alike(table, row, upn, number)
            if len(alike) > 1:
                self._issues.add(findings.one_of_several(table, row, alike[0].address), part)
                return None
            draft = (
                self._join(part, table, row, alike[0])
                if alike
                else self._begin(part, table, row, upn, number)
            )
        elif (upn and draft.upn not in ("", upn)) or (by_upn and by_number and by_upn is not by_number):
            self._issues.add(findings.identity_conflict(table, row, draft.address), part)
            return None
        told = (id(table), *(cell_of(table, row, each) for each in _TOLD))
        if told not in draft.told:
            if draft.sources and _is_other_child(table, row, draft, by_upn=draft is by_upn):
                self._issues.add(findings.other_child(table, row, draft.address), part)
                return None
            draft.told.add(told)
            self._learn(part, table, row, draft)
        draft.upn = draft.upn or upn
        draft.admission_number = draft.admission_number or number
        if draft.upn:
            self._by_upn[draft.upn] = draft
        if number and number not in self._by_number:
            self._by_number[number] = draft
            self._by_bare_number[number.lstrip("0")].append(draft)
        draft.sources.append((part, table, row.number))
        return draft

    def _begin(self, part: Part, table: Table, row: RegisterRow, upn: str, number: str) -> Draft:
        draft = Draft(upn, number, where(f"row {row.number + 1}", table, part))
        self.drafts.append(draft)
        self._report_unreadable(part, table, row)
        return draft

    def _alike(self, table: Table, row: RegisterRow, upn: str, number: str) -> list[Draft]:
        """The pupils of a row's full name and birth date; none where the numbers of all of them differ."""
        if not self._by_particulars:
            return []
        who = particulars_of(table, row)
        alike = self._by_particulars.get(who, []) if who else []
        return alike if any(not _differ(draft, upn, number) for draft in alike) else []

    def _join(self, part: Part, table: Table, row: RegisterRow, draft: Draft) -> Draft:
        if draft.upn or draft.admission_number or _has_number(table, row):
            self._joined[part].setdefault(id(draft), (table, row, draft.address))
        return draft

    def _by_padding(self, part: Part, table: Table, row: RegisterRow, upn: str, number: str) -> Draft | None:
        """The one pupil whose number differs by leading zeros only, if names or birth dates agree."""
        found = self._by_bare_number.get(number.lstrip("0"), []) if number else []
        if len(found) != 1 or (upn and found[0].upn not in ("", upn)):
            return None
        draft, surname_forename = found[0], name_of(table, row)
        is_same = draft.surname and surname_forename[0] and same_name(draft.name, surname_forename)
        if not is_same and (draft.born_on is None or birth_date_of(table, row) != draft.born_on):
            return None
        self._issues.add(findings.padded_number(table, row, draft.address), part)
        return draft

    def _learn(self, part: Part, table: Table, row: RegisterRow, draft: Draft) -> None:
        """Take who the child is from a row where earlier rows left it open."""
        if not draft.surname:
            draft.surname, forename = name_of(table, row)
            if has_name_in_doubt(table, row):
                self._doubt_name(part, table, row)
            draft.forename = draft.forename or forename
            if has_odd_characters(draft.surname + forename):
                self._issues.add(findings.odd_characters(table, row), part)
        elif _has_other_forename(table, row, draft):
            self._issues.add_some(findings.other_forename(table, row, draft.address), part)
        self._learn_birth(part, table, row, draft)
        for who in (particulars_of(table, row), particulars(*draft.name, draft.born_on)):
            if who and draft not in self._by_particulars[who]:
                self._by_particulars[who].append(draft)

    def _learn_birth(self, part: Part, table: Table, row: RegisterRow, draft: Draft) -> None:
        cell = cell_of(table, row, "date_of_birth")
        if cell == "" or cell in draft.births:
            return
        born_on = birth_date_of(table, row)
        if born_on is None or self._known_until.year - born_on.year not in _SCHOOL_AGES:
            draft.births[cell] = None
            self._issues.add(findings.bad_birth_date(table, row), part)
            return
        if draft.born_on not in (None, born_on):
            self._issues.add(findings.birth_dates_differ(table, row, draft.address), part)
        draft.births[cell] = born_on

    def _doubt_name(self, part: Part, table: Table, row: RegisterRow) -> None:
        if part not in self.unsure_names:
            self._issues.add(findings.name_order(table, row), part)
        self.unsure_names.setdefault(part, []).append(text_of(table, row, "full_name"))

    def _report_unreadable(self, part: Part, table: Table, row: RegisterRow) -> bool:
        """Whether a name or number is an error cell, which is not the same as a blank one."""
        fields = [each for each in ("upn", *LONGEST) if isinstance(cell_of(table, row, each), CellError)]
        for each in fields:
            self._issues.add(findings.unreadable_field(table, row, each), part)
        return bool(fields)

    def _upn(self, part: Part, table: Table, row: RegisterRow) -> str:
        text = text_of(table, row, "upn")
        if not text:
            return ""
        upn = read_upn(text)
        if upn.is_valid:
            return upn.value
        has_number = bool(text_of(table, row, "admission_number"))
        if (text, has_number) not in self._bad_upns:
            self._bad_upns.add((text, has_number))
            self._issues.add(findings.bad_upn(table, row, upn.errors, has_number=has_number), part)
        return ""

    def finish(self) -> None:
        """Report who was joined by name alone with a birth date, and who may be one child in two."""
        for part, joined in self._joined.items():
            table, row, address = next(iter(joined.values()))
            self._issues.add(findings.joined_by_name(table, row, address, len(joined)), part)
        for first, *others in self._by_particulars.values():
            for other in others:
                part, table, number = other.sources[0]
                differ = _differ(first, other.upn, other.admission_number)
                issue = findings.same_name(table, table.row(number), first.address, differ=differ)
                if differ:
                    self._issues.add_some(issue, part)
                else:
                    self._issues.add(issue, part)


def _has_number(table: Table, row: RegisterRow) -> bool:
    return bool(text_of(table, row, "upn") or text_of(table, row, "admission_number"))


def _differ(draft: Draft, upn: str, number: str) -> bool:
    """Whether a pupil's UPN or number is another one, save for leading zeros."""
    if upn and draft.upn not in ("", upn):
        return True
    return bool(number and draft.admission_number) and number.lstrip("0") != draft.admission_number.lstrip(
        "0"
    )


def _is_other_child(table: Table, row: RegisterRow, draft: Draft, *, by_upn: bool) -> bool:
    """Whether a row with a known number is nevertheless about another child.

    A UPN is doubted where surname and date of birth both differ, an admission number where neither agrees,
    and both where forename and date of birth differ by more than a slip: a brother's or sister's.
    """
    name, born_on = name_of(table, row), birth_date_of(table, row)
    if compare(Identity(*name, born_on), Identity(*draft.name, draft.born_on)).is_sibling:
        return True
    is_named = bool(name[0] and draft.surname)
    if is_named and (name == draft.name or same_name(name, draft.name)):
        return False
    if born_on and draft.born_on:
        return born_on != draft.born_on and (is_named or not by_upn)
    # Without a date of birth on both sides the forename speaks for a UPN, and nothing for another number.
    return is_named and (not by_upn or bool(name[1] and draft.forename and name[1] != draft.forename))


def _has_other_forename(table: Table, row: RegisterRow, draft: Draft) -> bool:
    """Whether a row of a pupil gives a forename that is no form of the known one, nor the names swapped."""
    name = name_of(table, row)
    if not name[1] or name == draft.name:
        return False
    found = compare(Identity(*name), Identity(*draft.name))
    return found.forename is Likeness.DIFFERENT and not found.swapped and not same_words(name, draft.name)
