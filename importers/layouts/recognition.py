"""Every register in the sheets of one file: under which headings they stand, and in which layout."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from cme.identity.upn import read_upn
from importers.answering.answers import Question
from importers.issues import Issue
from importers.layouts import dated_columns, dated_rows, faults
from importers.layouts.cells import share_of_days, share_of_weeks
from importers.layouts.drafts import KNOWN_SHARE, Draft, Known, Timing, below
from importers.layouts.headers import HEADER_ROWS, Header, HeaderReader
from importers.layouts.tables import Table, cell_at
from importers.layouts.timing import settle
from importers.reading import Cell, Sheet
from importers.text.words import FIELD_OF, MARK_FIELDS, NOT_REPORTED, normalise

LAYOUTS: tuple[Callable[[Sheet, Header, range, Sequence[int], Known], Draft | None], ...] = (
    dated_columns.find,
    dated_rows.find_long,
    dated_rows.find_pupil_day,
    dated_rows.find_week_strings,
    dated_rows.find_day_cells,
)
"""Every layout that can be read, in the order in which they are tried on the headings of a sheet.

Each gives the draft of a table with the rows of a range, if the cells in some of them, where pupils stand,
are marks as the layout has them.
"""

_SAMPLE_ROWS = 300


@dataclass(frozen=True, slots=True)
class Recognised:
    """The tables of each sheet of a file, what was found wrong with them, and what a person is asked."""

    tables: tuple[tuple[Table, ...], ...]
    issues: tuple[Issue, ...]
    questions: tuple[Question, ...]

    @property
    def layout(self) -> str:
        """The slug of the file's layout: "wide-1", "long+stacked", "wide-2+sheets"; '' without a table."""
        found = [tables for tables in self.tables if tables]
        if not found:
            return ""
        is_stacked = any(len(tables) > 1 or tables[0].heads for tables in found)
        return found[0][0].layout + ("+stacked" if is_stacked else "") + ("+sheets" if len(found) > 1 else "")


def recognise(sheets: Sequence[Sheet], known: Known) -> Recognised:
    """The registers in the sheets of one file. All its dates are read in one order."""
    by_sheet = [_drafts_of(sheet, known) for sheet in sheets]
    if any(found.drafts for found in by_sheet):
        beside = known.beside_others()
        by_sheet = [
            found if found.drafts else _drafts_of(sheet, beside)
            for sheet, found in zip(sheets, by_sheet, strict=True)
        ]
    drafts = [one for found in by_sheet for one in found.drafts]
    issues = [issue for found in by_sheet for issue in found.issues]
    issues += _said_of_columns(drafts)
    if not drafts:
        return Recognised(tuple(() for _ in sheets), (), ())
    timing, said, asked = settle(drafts, known)
    issues += said
    issues += [faults.dates_swapped(draft.place) for draft in drafts if draft.swapped]
    tables = tuple(
        tuple(_table(one, heads, timing) for one, heads in zip(found.drafts, found.heads, strict=True))
        for found in by_sheet
    )
    asked += [question for found in tables for table in found for question in table.questions]
    return Recognised(tables, tuple(issues), tuple(asked))


def _said_of_columns(drafts: Sequence[Draft]) -> Iterator[Issue]:
    """What is said once of the columns of a file, whatever the number of its sheets and tables."""
    if any(draft.header.mapped for draft in drafts):
        yield faults.mapping_used()
    for draft in drafts:
        at = draft.header.renamed
        if at is not None:
            yield faults.upn_is_number(draft.header.place(draft.sheet, at))
            break
    unread = [heading for draft in drafts for heading in _unread(draft)]
    if unread:
        yield faults.unread_columns(list(dict.fromkeys(unread)))


def _unread(draft: Draft) -> Iterator[str]:
    """The headings of columns that hold something and were neither used nor left out by a person."""
    sheet, header = draft.sheet, draft.header
    used = {*header.columns, *header.fields.values(), *(column for _, column in header.doubled)}
    body = draft.body[:_SAMPLE_ROWS]
    for column, heading in enumerate(sheet.rows[header.row]):
        name = normalise(str(heading)) if heading != "" else ""
        if not name or column in used or name in NOT_REPORTED or name in FIELD_OF or header.mapped:
            continue
        if any(cell != "" for cell in below(sheet, body, column)):
            yield header.place(sheet, column).heading


def _table(draft: Draft, heads: frozenset[int], timing: Timing) -> Table:
    return replace(draft.build(timing), heads=heads, top=draft.top)


@dataclass(frozen=True, slots=True)
class _SheetDrafts:
    """The drafts of one sheet, each with the rows in which its headings stand again."""

    drafts: tuple[Draft, ...] = ()
    heads: tuple[frozenset[int], ...] = ()
    issues: tuple[Issue, ...] = ()


def _drafts_of(sheet: Sheet, known: Known) -> _SheetDrafts:
    reader = HeaderReader(sheet, known.answers.mappings)
    groups = _groups(list(_heads(sheet, reader)))
    if not groups:
        return _SheetDrafts()
    ends = [*(group[0].first for group in groups[1:]), len(sheet.rows)]
    proved = [_draft(sheet, group, end, known) for group, end in zip(groups, ends, strict=True)]
    if not any(proved):
        return _SheetDrafts()
    beside = known.beside_others()
    drafts: list[Draft] = []
    heads: list[frozenset[int]] = []
    issues = [faults.pupil_above(sheet, row) for row in _pupils_above(sheet, groups[0][0])]
    for group, end, found in zip(groups, ends, proved, strict=True):
        floor = drafts[-1].header.row + 1 if drafts else 0
        draft = found or _draft(sheet, group, end, beside)
        if draft is not None:
            drafts.append(replace(draft, top=_top(sheet, group[0], floor)))
            heads.append(frozenset(row for again in group[1:] for row in range(again.first, again.row + 1)))
        elif any(group[0].identifies(sheet, row) for row in range(group[0].row + 1, end)):
            issues.append(faults.second_table(sheet, group[0].row))
    if not drafts:
        return _SheetDrafts()
    return _SheetDrafts(tuple(drafts), tuple(heads), tuple(issues))


def _draft(sheet: Sheet, group: Sequence[Header], end: int, known: Known) -> Draft | None:
    """The draft of a table whose headings stand in one or several places, in the first layout that fits."""
    header, starts = group[0], [one.row + 1 for one in group]
    between = [
        range(start, stop)
        for start, stop in zip(starts, [*(one.first for one in group[1:]), end], strict=True)
    ]
    # Totals are no marks, and in a class of few pupils they would outweigh them.
    pupils = (row for rows in between for row in rows if header.identifies(sheet, row))
    proof = list(islice(pupils, _SAMPLE_ROWS)) or range(header.row + 1, end)[:_SAMPLE_ROWS]
    body = range(header.row + 1, end)
    tried = (layout(sheet, header, body, proof, known) for layout in LAYOUTS)
    return next((draft for draft in tried if draft is not None), None)


def _heads(sheet: Sheet, reader: HeaderReader) -> Iterator[Header]:
    """Every row, or rows, that could head a register, from the top."""
    floor = 0
    header: Header | None = None
    for row in range(len(sheet.rows)):
        if row < floor or (row >= HEADER_ROWS and header is not None and _is_a_pupils(sheet, header, row)):
            continue
        if row >= HEADER_ROWS and header is None:
            return
        found = reader.read(row, floor)
        if found.is_dated:
            yield found
            header, floor = found, found.row + 1


def _is_a_pupils(sheet: Sheet, header: Header, row: int) -> bool:
    """Whether something with a digit stands where a pupil's UPN or number does: quick, for every row."""
    return not sheet.rows[row] or header.identifies(sheet, row)


def _groups(heads: Sequence[Header]) -> list[list[Header]]:
    """Headings in runs of the same ones: each run is one table."""
    groups: list[list[Header]] = []
    for header in heads:
        if groups and groups[-1][0].heads_like(header):
            groups[-1].append(header)
        else:
            groups.append([header])
    return groups


def _top(sheet: Sheet, header: Header, floor: int) -> int:
    """The first of the rows over the headings that are no pupils'; all of them for the first table.

    A row of one cell is a title, even where that cell stands in the column of the numbers: "Class 7B".
    """
    top = header.first if floor else 0
    while top > floor and not (header.identifies(sheet, top - 1) and _has_several_cells(sheet, top - 1)):
        top -= 1
    return top


def _has_several_cells(sheet: Sheet, row: int) -> bool:
    return sum(cell != "" for cell in sheet.rows[row]) > 1


def _pupils_above(sheet: Sheet, header: Header) -> Iterator[int]:
    """Rows of pupils above their headings, as sorting a sheet with its headings leaves them."""
    columns = header.columns or [header.fields[field] for field in MARK_FIELDS if field in header.fields]
    for row in range(header.first):
        marks: list[Cell] = [cell_at(sheet, row, column) for column in columns]
        has_upn = any(read_upn(cell).is_valid for cell in sheet.rows[row] if isinstance(cell, str))
        share = max(share_of_days(marks), share_of_weeks(marks))
        if has_upn or (header.identifies(sheet, row) and share >= KNOWN_SHARE):
            yield row
