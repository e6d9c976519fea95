"""What is wrong with a sheet, its headings or its dates, and what to do: one sentence each."""

from collections.abc import Callable, Sequence
from datetime import date

from importers.findings import Place
from importers.issues import Issue, Severity
from importers.reading import Sheet
from importers.text.dates import DateOrder, WrittenDate
from importers.text.marks import Unreadable

_MOST_COLUMNS = 10

DateFault = Callable[[Place], Issue]
"""What is wrong with a date, once it is known where it stands."""


def doubled_session(place: Place, first: str) -> Issue:
    """Two columns for one session."""
    return place.issue(
        "doubled_session",
        f"This column and {first} are headed with the same session. Leave only the right one in the file.",
    )


def second_table(sheet: Sheet, row: int) -> Issue:
    """A further row of headings under which no register can be read."""
    return Issue(
        code="not_a_register",
        message=f"Row {row + 1} begins another table whose headings or marks cannot be read. "
        "Head its columns as the first table's are, or take it out of the sheet.",
        sheet=sheet.name,
        row=row + 1,
    )


def pupil_above(sheet: Sheet, row: int) -> Issue:
    """A pupil's row above the headings."""
    return Issue(
        code="not_a_register",
        message=f"Row {row + 1} is a pupil's but stands above the headings, as when a sheet was sorted with "
        "them. Move the headings above the first pupil.",
        sheet=sheet.name,
        row=row + 1,
    )


def no_monday(place: Place, on: date) -> Issue:
    """A week that is not named by its first day."""
    return place.issue(
        "ambiguous_date",
        f"This week is named by {on:%A %-d %B %Y}, so the day of each mark is in doubt. "
        "Name it by its Monday, as in Week beginning 09/11/2026.",
    )


def implausible_date(place: Place, on: date) -> Issue:
    """A date in a year that no register now speaks of."""
    return place.issue(
        "implausible_date",
        f"This date is in {on:%Y}, which is too long ago or too far ahead for a register. Correct the year.",
    )


def year_missing(place: Place) -> Issue:
    """Dates without a year, of which nothing says the year."""
    return place.issue(
        "year_missing",
        "The dates have no year and nothing above them says it. Say which school year it is (on the "
        'command line: --columns FILE with "academic_year"), or write the dates as in Mon 09/11/2026.',
    )


def year_assumed(sheet: Sheet, year: int) -> Issue:
    """The school year that dates without a year were read in."""
    return Issue(
        code="year_assumed",
        severity=Severity.WARNING,
        message=f"The dates have no year. They were read in the school year {year} to {year + 1}: "
        "check the first and last.",
        sheet=sheet.name,
    )


def mapping_used() -> Issue:
    """A file that was read with what somebody said of its columns."""
    return Issue(
        code="mapping_used",
        severity=Severity.WARNING,
        message="The columns were read as somebody at your school said of files with these headings. "
        "Check that it still holds.",
    )


def not_cut(place: Place, found: Unreadable) -> Issue:
    """A cell of several marks that cannot be cut into them; none of them is counted."""
    return place.issue(found.code, found.message)


def undated_marks(place: Place) -> Issue:
    """A column of marks whose heading does not say of which session they are."""
    return place.issue(
        "undated_marks",
        "This column holds attendance codes, but its heading is not a date with AM or PM. "
        "Head every column of marks as in Mon 09/11/2026 AM.",
    )


def row_too_long(place: Place) -> Issue:
    """A row with marks beyond the last heading."""
    return place.issue(
        "row_too_long",
        f"Row {place.row + 1} has a mark beyond the last heading, so its marks may stand one column too far "
        "on. Look for a comma inside a name, and export again as Excel.",
    )


def dates_swapped(place: Place) -> Issue:
    """True dates with days up to 12 beside texts with days above 12."""
    return place.issue(
        "ambiguous_date",
        "Some of these dates are true dates and the others text, as when a program has taken the day for the "
        "month. Export the file again and send it without opening it, or write all dates as 2026-11-09.",
    )


def no_date_order(place: Place) -> Issue:
    """Dates that cannot all be read in one order."""
    return place.issue(
        "ambiguous_date",
        "The dates fit neither day first nor month first. Write them as 2026-11-09 and send the file again.",
    )


def weekday_contradicts(place: Place, written: WrittenDate, order: DateOrder) -> Issue:
    """A weekday beside a date that is not the weekday of that date; both readings are shown."""
    on = written.read(order) or written.day_first or written.month_first
    other = written.month_first if order is DateOrder.DAY_FIRST else written.day_first
    also = f" or {other:%A %-d %B %Y}" if other and other != on else ""
    return place.issue(
        "ambiguous_date",
        f"The weekday and the date do not agree: the date reads as {on:%A %-d %B %Y}{also}. "
        "Correct it, so that no mark lands on the wrong day.",
    )


def date_unreadable(place: Place) -> Issue:
    """A date in a row that is none."""
    return place.issue(
        "ambiguous_date", "This is not a date that can be read. Write it as 09/11/2026 or 2026-11-09."
    )


def order_assumed(sheet: Sheet, order: DateOrder) -> Issue:
    """Dates that could be read in either order."""
    return Issue(
        code="date_order",
        severity=Severity.WARNING,
        message=f"Nothing proves the order of day and month. The dates were read {order}: "
        "check the first and last.",
        sheet=sheet.name,
    )


def not_a_school_day(place: Place, on: date) -> Issue:
    """Marks on a Saturday or Sunday, left out."""
    return place.issue(
        "non_school_day",
        f"{on:%A %-d %B %Y} is not a school day. Its marks are not counted.",
        Severity.WARNING,
    )


FIRST_MARK, TWO_A_DAY, SESSION_WORDS = "first_mark", "two_marks_a_day", "session_words"
"""The codes of what leaves the half of every mark in a table open."""


def two_a_day(place: Place) -> Issue:
    """One column of codes, and more than one row for a pupil and day."""
    return place.issue(
        TWO_A_DAY,
        "These rows have two marks a day, and nothing says which is of the morning: say which column is the "
        "session.",
    )


def first_mark_unknown(place: Place, first: str) -> Issue:
    """Two columns of marks with one heading beside a date."""
    return place.issue(
        FIRST_MARK,
        f"This column and {first} are both headed {place.heading}, so nobody knows which is of the morning. "
        "Say which comes first, or head them AM and PM.",
    )


def unknown_sessions(place: Place, words: Sequence[str]) -> Issue:
    """A session column whose two values are unknown words."""
    return place.issue(
        SESSION_WORDS,
        f"The sessions in this column are called {' and '.join(words)}, and nothing says which is the "
        "morning. Write AM and PM instead.",
    )


def upn_is_number(place: Place) -> Issue:
    """A column headed as the UPN whose values are short numbers."""
    return place.issue(
        "upn_is_number",
        "This column is headed as the UPN but holds short numbers. They were read as admission numbers.",
        Severity.WARNING,
    )


def unread_columns(headings: Sequence[str]) -> Issue:
    """Columns that hold something and were not used, at most ten of them by name (our policy)."""
    shown = [*headings[:_MOST_COLUMNS]]
    more = len(headings) - len(shown)
    words = [*shown, f"{more} more"] if more > 0 else shown
    listed = f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]
    return Issue(
        code="unread_columns",
        severity=Severity.WARNING,
        message=f"These columns were not used: {listed}. If one of them says who a row is about or when "
        "a mark is of, head it so and send the file again.",
    )


def unknown_session(place: Place) -> Issue:
    """A session that is neither half of a day."""
    return place.issue(
        "unknown_session",
        "This is neither AM nor PM. Export the session register, with AM or PM in this column.",
    )
