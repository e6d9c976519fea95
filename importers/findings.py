"""What is wrong with a register, where, and what to do: one sentence each, without names or birth dates."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from cme.attendance.codes import Half
from importers.issues import Issue, Severity
from importers.layouts.tables import RegisterRow, Table
from importers.reading import Sheet, cell_address
from importers.text.marks import Session, Unreadable

EMPTY_FILE = Issue(
    code="not_a_register",
    message="The file has no sheet with anything on it. Export the register as Excel or CSV.",
)


_MOST_ROWS = 5
"""Rows that one finding names by their numbers."""


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of a sheet under one of its headings."""

    sheet: Sheet
    row: int
    column: int
    heading: str = ""

    def issue(self, code: str, message: str, severity: Severity = Severity.ERROR) -> Issue:
        """An issue about this cell: its sheet, address and row, and the user's own heading."""
        return Issue(
            code=code,
            message=message,
            severity=severity,
            sheet=self.sheet.name,
            cell=cell_address(self.row, self.column),
            row=self.row + 1,
            header=self.heading,
        )


def _in_table(table: Table, row: int, column: int) -> Place:
    return Place(table.sheet, row, column, table.heading(column))


def doubled_heading(place: Place, field: str) -> Issue:
    """Two columns for one field that decides whom or when a mark is of."""
    return place.issue(
        "doubled_heading",
        f"Two columns are headed as {field.replace('_', ' ')}. Leave only the right one in the file.",
    )


def name_order(table: Table, row: RegisterRow) -> Issue:
    """Names of which nothing tells the surname; no mark depends on it."""
    return _in_table(table, row.number, table.fields["full_name"]).issue(
        "name_order",
        "Names here have no comma, so the last word was taken for the surname. Say which comes first, "
        "or write names as in SURNAME, Forename.",
        Severity.WARNING,
    )


def hidden_sheet(name: str) -> Issue:
    """A hidden sheet that was not read."""
    return Issue(
        code="hidden_sheet",
        severity=Severity.WARNING,
        message=f"Sheet {name} is hidden and was not read. If it is part of the register, show it and save.",
        sheet=name,
    )


def hidden_rows(table: Table, count: int) -> Issue:
    """Hidden rows that were read."""
    rows = "1 hidden row was" if count == 1 else f"{count} hidden rows were"
    return Issue(
        code="hidden_rows",
        severity=Severity.WARNING,
        message=f"{rows} read too. Check: a filter may hide pupils to be left out.",
        sheet=table.sheet.name,
    )


def unreadable_mark(table: Table, row: int, column: int, session: Session, found: Unreadable) -> Issue:
    """A mark whose session stays without one; `column` is its place in the row, `session` its session.

    Where a cell holds several marks, the sentence says which of them is meant.
    """
    which = f"{session.on:%a %-d %B} {session.half}: " if table.cut else ""
    place = _in_table(table, row, table.column_of(column))
    return place.issue(found.code, which + found.message)


def no_identifier(table: Table, row: RegisterRow) -> Issue:
    """A pupil's row without anything to know the child by."""
    return _in_table(table, row.number, min(table.fields.values())).issue(
        "no_identifier",
        f"Row {row.number + 1} has a pupil but no UPN, no admission number, and no full name with a date of "
        "birth. Add one of them, so that the marks reach the right child.",
    )


def row_left_out(table: Table, row: RegisterRow) -> Issue:
    """A pupil's row that a person left out."""
    return replace(
        _in_table(table, row.number, min(table.fields.values())).issue(
            "row_left_out",
            f"Row {row.number + 1} was left out by a person. Nothing of it is counted.",
            Severity.WARNING,
        ),
        cell="",
    )


def bad_upn(table: Table, row: RegisterRow, errors: Sequence[str], *, has_number: bool) -> Issue:
    """A UPN that is not one; a warning where the admission number identifies the pupil instead."""
    place = _in_table(table, row.number, table.fields["upn"])
    wrong = " ".join(errors)
    if has_number:
        message = f"{wrong} The admission number was used instead; correct the UPN in your own system."
        return place.issue("upn_invalid", message, Severity.WARNING)
    return place.issue("upn_invalid", f"{wrong} Correct the UPN in your own system and export again.")


def too_long(table: Table, row: RegisterRow, field: str, most: int) -> Issue:
    """A name or number that is too long to be one."""
    return _in_table(table, row.number, table.fields[field]).issue(
        "text_too_long",
        f"This is longer than {most} characters, too long for this column. Shorten it in your own system.",
    )


def bad_birth_date(table: Table, row: RegisterRow) -> Issue:
    """A date of birth that cannot be one; the pupil is taken to be of compulsory school age."""
    return _in_table(table, row.number, table.fields["date_of_birth"]).issue(
        "birth_date_unreadable",
        "This cannot be read as a school child's date of birth, so compulsory school age was not tested. "
        "Write it as 09/11/2012 or 2012-11-09.",
        Severity.WARNING,
    )


def birth_dates_differ(table: Table, row: RegisterRow, earlier: str) -> Issue:
    """Two dates of birth of one pupil; the pupil is taken to be of compulsory school age."""
    return _in_table(table, row.number, table.fields["date_of_birth"]).issue(
        "birth_dates_differ",
        f"This pupil has another date of birth elsewhere (see {earlier}), so compulsory school age was not "
        "tested. Correct it in your own system.",
        Severity.WARNING,
    )


def roll_differs(table: Table, row: RegisterRow, differ: Sequence[str], earlier: str) -> Issue:
    """Roll data of one pupil that two rows give otherwise; the first of them stands."""
    return _in_table(table, row.number, _identifier_column(table)).issue(
        "roll_differs",
        f"Row {row.number + 1} gives this pupil another {', '.join(differ)} than {earlier}, which was taken. "
        "Correct it in your own system.",
        Severity.WARNING,
    )


def padded_number(table: Table, row: RegisterRow, earlier: str) -> Issue:
    """An admission number that fits a pupil's but for leading zeros."""
    return _in_table(table, row.number, table.fields["admission_number"]).issue(
        "padded_number",
        f"This admission number was taken for that of {earlier}, which differs only by leading zeros.",
        Severity.WARNING,
    )


def identity_conflict(table: Table, row: RegisterRow, earlier: str) -> Issue:
    """UPN and admission number of one row that belong to two pupils of the file."""
    return _in_table(table, row.number, _identifier_column(table)).issue(
        "identity_conflict",
        f"The UPN and the admission number of row {row.number + 1} point to different pupils "
        f"(see {earlier}). Correct them in your own system and export again.",
    )


def joined_by_name(table: Table, row: RegisterRow, earlier: str, count: int) -> Issue:
    """Pupils of a file who have no number in common with the rest of the register, and were found by name."""
    if count == 1:
        said = f"The pupil in row {row.number + 1} shares no number with the one in {earlier} and was"
    else:
        said = (
            f"{count:,} pupils share no number with those in the rows before and were (the first is row "
            f"{row.number + 1}, taken for {earlier})"
        )
    return _in_table(table, row.number, _identifier_column(table)).issue(
        "joined_by_name",
        f"{said} taken for the same by full name and date of birth. Export every part with UPNs.",
        Severity.WARNING,
    )


def one_of_several(table: Table, row: RegisterRow, earlier: str) -> Issue:
    """A row without a number whose full name and date of birth are those of several pupils."""
    return _in_table(table, row.number, _identifier_column(table)).issue(
        "one_of_several",
        f"Row {row.number + 1} may be of several pupils who have one name and date of birth (see {earlier}). "
        "Add the UPN, so that the marks reach the right child.",
    )


def same_name(table: Table, row: RegisterRow, earlier: str, *, differ: bool) -> Issue:
    """Two pupils of one full name and date of birth: an error unless their numbers tell them apart."""
    place = _in_table(table, row.number, _identifier_column(table))
    if differ:
        return place.issue(
            "same_name",
            f"The pupil in row {row.number + 1} has the full name and date of birth of the one in {earlier}, "
            "but another number. They were taken for two pupils: if they are one, correct the number.",
            Severity.WARNING,
        )
    return place.issue(
        "same_name",
        f"The pupils in row {row.number + 1} and in {earlier} have one full name and date of birth, and no "
        "numbers that tell them apart. Export every part with UPNs, so that one child is not counted as two.",
    )


def other_forename(table: Table, row: RegisterRow, earlier: str) -> Issue:
    """A row with the number of a pupil but another forename; nothing else speaks against it."""
    return _in_table(table, row.number, _identifier_column(table)).issue(
        "other_forename",
        f"Row {row.number + 1} has the number of the pupil in {earlier} but another forename. It was taken "
        "for the same child: if it is another, correct the number.",
        Severity.WARNING,
    )


def rows_repeated(table: Table, rows: Sequence[int], earlier: str) -> Issue:
    """Rows (from 0) of pupils who have a row already under the same dated headings."""
    numbers = [f"{row + 1:,}" for row in rows[:_MOST_ROWS]]
    if len(rows) > _MOST_ROWS:
        numbers.append(f"{len(rows) - _MOST_ROWS:,} more")
    if len(numbers) == 1:
        said = f"Row {numbers[0]} is of a pupil who has a row above, in {earlier}"
    else:
        listed = f"{', '.join(numbers[:-1])} and {numbers[-1]}"
        said = f"Rows {listed} are of pupils who have a row above, the first in {earlier}"
    return _in_table(table, rows[0], _identifier_column(table)).issue(
        "rows_repeated",
        f"{said}. Their marks were put together: check that it is one child each time.",
        Severity.WARNING,
    )


def other_child(table: Table, row: RegisterRow, earlier: str) -> Issue:
    """Two rows with one number but another birth date and another name."""
    return _in_table(table, row.number, _identifier_column(table)).issue(
        "identity_conflict",
        f"Row {row.number + 1} has the number of the pupil in {earlier}, but names or dates of birth do not "
        "agree. Two children would be counted as one: correct the number and export again.",
    )


def conflicting_marks(table: Table, row: int, column: int, earlier: str) -> Issue:
    """Two different marks of one pupil for one session; nothing is counted from either."""
    column = table.column_of(column)
    return _in_table(table, row, column).issue(
        "conflicting_marks",
        f"The mark in {cell_address(row, column)} is not that of the same pupil and session in {earlier}. "
        "Leave only the right one.",
    )


def marks_again(table: Table, row: int, column: int, earlier: str, count: int) -> Issue:
    """Marks in a file that the same pupil has for the same sessions elsewhere in the register."""
    times = "1 mark stands" if count == 1 else f"{count:,} marks stand"
    column = table.column_of(column)
    return _in_table(table, row, column).issue(
        "marks_again",
        f"{times} twice for the same pupil and session, the first in {cell_address(row, column)} and in "
        f"{earlier}. They are equal, so each was counted once.",
        Severity.WARNING,
    )


def odd_characters(table: Table, row: RegisterRow) -> Issue:
    """A name with characters that no name has: unseen ones, ones that turn the writing round, < and >."""
    field = "surname" if "surname" in table.fields else "full_name"
    return _in_table(table, row.number, table.fields.get(field, 0)).issue(
        "odd_characters",
        "This name holds characters that cannot be seen or that no name has. It was kept as it is: "
        "check it in your own system.",
        Severity.WARNING,
    )


def unreadable_field(table: Table, row: RegisterRow, field: str) -> Issue:
    """An error cell where a name or a number belongs."""
    return _in_table(table, row.number, table.fields[field]).issue(
        "unreadable_cell",
        "This cell holds an error or a formula without a result, so nobody knows what it said. "
        "Open the file in Excel, mend or recalculate the cell, and save.",
    )


def one_half_only(half: Half) -> Issue:
    """A register with the marks of one half of the day only."""
    return Issue(
        code="one_session",
        severity=Severity.WARNING,
        message=f"Only {half} marks were found. The other half of each day is not known. "
        "If the school takes both, export both.",
    )


def future_marks(on: date, count: int) -> Issue:
    """Marks of a day that has not come yet, left out."""
    return Issue(
        code="future_mark",
        severity=Severity.WARNING,
        message=f"{count:,} marks are dated {on:%-d %B %Y}, which has not come yet. They were not counted.",
    )


def _identifier_column(table: Table) -> int:
    return table.fields.get("upn", table.fields.get("admission_number", 0))
