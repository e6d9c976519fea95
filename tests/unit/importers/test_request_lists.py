"""Lists of requests: the same as messages, a child a row, and everything that was not read is named."""

from collections.abc import Callable
from datetime import date

import pytest

from cme.tracing.reading import read_requests
from cme.tracing.requests import Field, UnreadLine, sought
from importers.issues import Severity
from importers.reading import CellError, Refused, Sheet
from importers.request_lists import RequestList, read_request_list, requests_in
from tests.unit.importers.grids import Grid, book, sheet
from tests.unit.importers.spreadsheets import as_csv, as_ods, as_semicolons, as_tabs, as_xls, as_xlsx

TODAY = date(2026, 11, 22)
HEAD = ["Ref", "LA", "Surname", "Forename(s)", "DOB", "UPN", "Last known address"]
BELL = ["A1", "330", "Bell", "Ana", "09/03/2018", "M841200023001", "1 Sample Street, DL1 1AA"]
COLE = ["A2", "330", "Cole", "Zoë", "9 Mar 2017", "not known", ""]


def listed(*sheets: Sheet | Grid) -> RequestList:
    return requests_in(book(*sheets), "requests.xlsx", today=TODAY)


@pytest.mark.parametrize("write", [as_csv, as_xlsx, as_ods, as_xls, as_semicolons, as_tabs])
def test_every_kind_of_file_gives_the_same_requests(write: Callable[[Grid], bytes]):
    found = read_request_list(write([HEAD, BELL, COLE]), "requests", today=TODAY)

    assert [each.reference for each in found.requests] == ["A1", "A2"]
    assert [each.sender_code for each in found.requests] == ["330", "330"]
    assert (found.issues, found.unread_columns, found.unread) == ((), (), ())
    first, second = (sought(each.values, TODAY).child for each in found.requests)
    assert (first.identity.upns, first.identity.postcode) == (("M841200023001",), "DL1 1AA")
    assert (second.identity.upns, second.identity.born_on) == ((), date(2017, 3, 9))


def test_a_row_gives_what_the_same_message_gives():
    (row,) = listed([HEAD, BELL]).requests
    (message,) = read_requests(
        "\n".join(f"{label}: {value}" for label, value in zip(HEAD, BELL, strict=True))
    )

    assert row.values == message.values


def test_true_dates_and_serial_numbers_are_dates_in_date_columns_alone():
    found = listed(
        [["Reference", "Name", "Date of birth"], [43168, "BELL, Ana", date(2018, 3, 9)], [7, "x", 43168]]
    )

    assert [each.values[Field.BORN_ON] for each in found.requests] == ["2018-03-09", "2018-03-09"]
    assert [each.reference for each in found.requests] == ["43168", "7"]


def test_titles_above_the_headings_and_unknown_columns_are_named():
    found = listed(
        [
            ["Requests from", "Leeds"],
            [],
            ["Surname", "DOB", "Shoe size", "", "Nothing here"],
            ["Bell", "09/03/2018", 31, "x", ""],
        ]
    )

    assert found.unread == (UnreadLine(1, "Requests from Leeds"),)
    assert found.unread_columns == ("Shoe size", "Column D")
    assert [each.line for each in found.requests] == [4]


def test_a_row_that_cannot_be_searched_for_is_named_with_what_to_do():
    found = listed([HEAD, BELL, ["A3", "330", "Hill", "Lea", "", "", ""], COLE])

    (issue,) = found.issues
    assert (issue.severity, issue.row, issue.file) == (Severity.ERROR, 3, "requests.xlsx")
    assert "Row 3" in issue.message
    assert "Enter a UPN, or a name with a date of birth" in issue.message
    assert "Hill" not in issue.message
    assert len(found.requests) == 3


def test_a_doubtful_date_stops_a_row_only_where_nothing_else_says_who():
    with_upn, without = [*BELL], [*COLE]
    with_upn[4] = without[4] = "09/03/18"
    found = listed([HEAD, with_upn, without])

    assert [(each.row, each.severity) for each in found.issues] == [
        (2, Severity.WARNING),
        (3, Severity.ERROR),
    ]
    assert found.issues[1].message.startswith("Row 3: Date of birth: The year has two digits")
    assert (found.issues[0].cell, found.issues[0].header) == ("E2", "DOB")
    assert "all four digits" in found.issues[0].message


def test_a_bad_upn_is_kept_with_a_warning_and_a_faulty_cell_is_named():
    row = ["A1", "330", "Bell", CellError("#N/A"), "09/03/2018", "A801200005001", ""]
    found = listed([HEAD, row])

    assert [(each.cell, each.severity) for each in found.issues] == [
        ("D2", Severity.WARNING),
        ("F2", Severity.WARNING),
    ]
    assert found.requests[0].values[Field.UPN] == "A801200005001"
    assert found.issues[1].message == "Row 2: UPN: The check letter should be B."


def test_several_columns_of_an_address_are_one_and_a_second_surname_column_is_not_read():
    found = listed(
        [
            ["Surname", "DOB", "Surname", "Address line 1", "Town", "Postcode", "Mother", "Father"],
            ["Bell", "09/03/2018", "Cole", "1 Sample Street", "Darlington", "DL1 1AA", "Pat", "Lee"],
        ]
    )

    values = found.requests[0].values
    assert values[Field.ADDRESS] == "1 Sample Street, Darlington"
    assert values[Field.PARENTS] == "Pat; Lee"
    assert (values[Field.SURNAME], found.unread_columns) == ("Bell", ("Surname",))


def test_sheets_without_headings_and_hidden_ones_are_named():
    found = listed(
        sheet([HEAD, BELL], "One"),
        sheet([["Total", 1]], "Two"),
        sheet([HEAD, COLE], "Three", hidden=True),
    )

    assert len(found.requests) == 1
    assert [(each.code, each.sheet) for each in found.issues] == [
        ("no_headings", "Two"),
        ("hidden_sheet", "Three"),
    ]


def test_headings_that_stand_again_are_no_row_and_no_list_is_an_error():
    assert len(listed([HEAD, BELL, HEAD, COLE]).requests) == 2
    found = listed([["a", "b"], [1, 2]])
    assert [each.code for each in found.issues] == ["no_headings", "no_request_list"]
    assert found.requests == ()


def test_what_is_no_spreadsheet_is_refused():
    with pytest.raises(Refused):
        read_request_list(b"%PDF-1.7 no table", "requests.pdf", today=TODAY)
