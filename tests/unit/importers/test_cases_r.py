"""The cases R1 to R10 of registers.md s.12, as far as reading decides them.

R5 is a file and stands with the hostile files; R8 is decided by the plan, on the roll.
"""

from datetime import date, timedelta

import pytest

from cme.attendance.codes import Half
from importers.issues import Severity
from importers.reading import CellError, Sheet
from importers.register import RegisterReading
from tests.unit.importers.grids import (
    WEEK,
    Grid,
    book,
    codes,
    found,
    headings,
    marks,
    only,
    read,
    sheet,
    upn,
    warnings,
    week_of,
    wide,
)

ANA, BEN, EVE = upn(1), upn(2), upn(3)
WEEKS = tuple(tuple(on + timedelta(days=7 * week) for on in WEEK) for week in range(6))


def two_row_header(pupils: int, days: tuple[date, ...]) -> Sheet:
    titles: Grid = [["Northmoor School"], ["Attendance register"], ["Printed 14/09/2026"]]
    heads = ["UPN", "Adno", "Name", "Year", "Reg", "DOB"]
    dates = [cell for on in days for cell in (f"{on:%a %d/%m/%Y}", "")]
    rows: Grid = [*titles, [*heads, *dates], [*[""] * len(heads), *["AM", "PM"] * len(days)]]
    rows += [
        [
            upn(n % 1000) if n < 1000 else "",
            f"{n:06}",
            f"BELL{n}, Ana",
            "7",
            "7A",
            "01/02/2015",
            *week_of("P"),
        ]
        for n in range(pupils)
    ]
    merged = tuple((3, 6 + 2 * at, 3, 7 + 2 * at) for at in range(len(days)))
    return Sheet("Register", rows, merged=merged)


def test_r1_two_header_rows_with_merged_dates():
    days = tuple(date(2026, 9, 7) + timedelta(days=n) for n in range(5))
    reading = read(two_row_header(1600, days))

    assert not reading.errors
    assert len(reading.pupils) == 1600
    assert sum(len(marks(pupil)) for pupil in reading.pupils) == 16_000
    assert (reading.files[0].layout, reading.dates) == ("wide-2", (days[0], days[-1]))


def test_r1_an_error_in_h9_is_reported_as_h9():
    rows = two_row_header(10, tuple(date(2026, 9, 7) + timedelta(days=n) for n in range(5)))
    rows.rows[8][7] = "Q9"

    (error,) = read(rows).errors
    assert (error.code, error.cell, error.row, error.header) == ("unknown_mark", "H9", 9, "Mon 07/09/2026 PM")


def test_r2_both_marks_of_a_day_in_one_cell():
    days = [
        "Mon 09/11/2026",
        "Tue 10/11/2026",
        "Wed 11/11/2026",
        "Thu 12/11/2026",
        "Fri 13/11/2026",
        "Mon 16/11/2026",
    ]
    rows: Grid = [
        ["UPN", "Name", *days],
        [ANA, "BELL, Ana", "/\\", "OO", "\\", "O", "C1", "C1C1"],
        [BEN, "COLE, Ben", "/\\", "/M", "/", "--", "", "KC2"],
    ]
    reading = read(rows)

    assert reading.files[0].layout == "day-cells"
    assert [(error.code, error.cell, error.header) for error in reading.errors] == [
        ("ambiguous_cell", "F2", "Thu 12/11/2026"),
        ("ambiguous_cell", "G2", "Fri 13/11/2026"),
    ]
    assert [question.kind for question in reading.questions] == ["lone_codes"]
    monday, next_monday = WEEK[0], WEEK[0] + timedelta(days=7)
    assert marks(reading.pupils[0]) == [
        (monday, Half.AM, "/"),
        (monday, Half.PM, "\\"),
        (WEEK[1], Half.AM, "O"),
        (WEEK[1], Half.PM, "O"),
        (WEEK[2], Half.PM, "\\"),
        (next_monday, Half.AM, "C1"),
        (next_monday, Half.PM, "C1"),
    ]
    assert codes(reading.pupils[1]) == "/\\/M/KC2"


def test_r3_codes_of_the_summer_before_the_present_rules():
    def of(on: date, code: str) -> RegisterReading:
        day = f"{on:%d/%m/%Y}"
        rows: Grid = [
            [ANA, day, "AM", code],
            [BEN, day, "AM", "/"],
            [BEN, day, "PM", "\\"],
            [EVE, day, "AM", "/"],
        ]
        return read([["UPN", "Date", "Session", "Mark"], *rows])

    sentences = {}
    for on in (date(2024, 7, 16), date(2024, 9, 5)):
        for code in "HYF":
            reading = of(on, code)
            (error,) = reading.errors
            assert (error.code, error.cell) == ("unknown_mark", "D2")
            assert not codes(reading.pupils[0])
            sentences[on, code] = error.message
    assert "was a code then" in sentences[date(2024, 7, 16), "H"]
    assert "not a code since 19 August 2024" in sentences[date(2024, 9, 5), "H"]
    for code in ("J1", "Y1", "K"):
        assert codes(of(date(2024, 9, 5), code).pupils[0]) == code
        assert found(of(date(2024, 7, 16), code), "unknown_mark")


def test_r4_what_excel_does_to_numbers_classes_and_marks():
    first = wide(["", "004012", "BELL, Ana", *week_of("P")], identity=("UPN", "Adno", "Name"))
    rows: Grid = [["UPN", "Adno", "Name", "Reg", *headings(WEEKS[1])]]
    rows.append(["", 4012, "BELL, Ana", 70, "0", "7", *week_of("P", 4)])
    rows.append([BEN, 4013, "COLE, Ben", date(2026, 9, 1), *week_of("P")])
    reading = read(first, rows)

    assert [(one.admission_number, one.upn) for one in reading.pupils] == [("004012", ""), ("4013", BEN)]
    assert [(one.code, one.cell) for one in warnings(reading)] == [("padded_number", "B2")]
    assert [(one.code, one.cell) for one in reading.errors] == [
        ("unknown_mark", "E2"),
        ("unknown_mark", "F2"),
    ]
    assert "letter O" in reading.errors[0].message
    assert codes(reading.pupils[0]) == "/\\" * 9


def test_r6_one_pupil_in_two_rows_that_differ_in_one_mark():
    week = week_of("P")
    other = [*week[:2], "O", *week[3:]]
    reading = read(
        wide([ANA, "1", "BELL, Ana", *week], [BEN, "2", "COLE, Ben", *week], [ANA, "1", "BELL, Ana", *other])
    )

    (error,) = reading.errors
    assert (error.code, error.cell) == ("conflicting_marks", "F4")
    assert "F4" in error.message
    assert "F2" in error.message
    (note,) = found(reading, "marks_again")
    assert note.severity is Severity.WARNING
    assert codes(reading.pupils[0]) == "/\\" * 5


def test_r7_overlapping_weeks_are_one_register_and_a_blank_erases_nothing():
    first = wide(
        *([upn(n), str(n), f"BELL{n}, Ana", *week_of("P", 20)] for n in (1, 2)), days=sum(WEEKS[:4], ())
    )
    later_week = [*week_of("P", 5), *["", ""], *week_of("P", 14)]
    second = wide(*([upn(n), str(n), f"BELL{n}, Ana", *later_week] for n in (1, 2)), days=sum(WEEKS[2:6], ()))
    until = WEEKS[5][4]

    for parts in ((first, second), (second, first), (first, second, second)):
        reading = read(*parts, until=until)
        assert not reading.errors
        assert [codes(one) for one in reading.pupils] == ["/\\" * 30] * 2


SUMMARIES: dict[str, Grid] = {
    "totals": [
        ["UPN", "Name", "Possible sessions", "Present", "Unauthorised absence"],
        [ANA, "BELL, Ana", 40, 20, 20],
    ],
    "percent": [["Adno", "Name", "Attendance %"], ["12", "BELL, Ana", "93.3%"], ["13", "COLE, Ben", "91.0%"]],
    "dated title": [
        ["From 09/11/2026 to 13/11/2026"],
        [],
        ["UPN", "Authorised", "Unauthorised"],
        [ANA, 2, 3],
    ],
}
LESSONS: dict[str, Grid] = {
    "period columns": [
        ["UPN", "Name", "Date", "Subject", "P1", "P2", "P3"],
        [ANA, "B", "09/11/2026", "Maths", "/", "/", "O"],
    ],
    "dates over periods": [
        ["UPN", "Name", "Mon 09/11/2026", "", "", "Tue 10/11/2026"],
        ["", "", "P1", "P2", "P3", "P1", "P2", "P3"],
        [ANA, "BELL, Ana", "/", "/", "O", "/", "/", "/"],
        [BEN, "COLE, Ben", "/", "/", "/", "/", "/", "/"],
    ],
    "dates over numbers": [
        ["UPN", "Name", "Mon 09/11/2026", "", "", "", "", "Tue 10/11/2026"],
        ["", "", *[1, 2, 3, 4, 5] * 2],
        [ANA, "BELL, Ana", *"////O/////"],
    ],
    "dated period headings": [
        ["UPN", "Name", "Mon 09/11/2026 P1", "Mon 09/11/2026 P2", "Mon 09/11/2026 P3"],
        [ANA, "BELL, Ana", "/", "/", "O"],
    ],
}
RANGES: dict[str, Grid] = {
    "start and end": [
        ["UPN", "Name", "Start date", "End date", "Code"],
        [ANA, "BELL, Ana", "09/11/2026", "13/11/2026", "O"],
    ],
    "from and to": [
        ["Adno", "Name", "From", "To", "Reason"],
        ["12", "BELL, Ana", date(2026, 11, 9), date(2026, 11, 13), "O"],
    ],
}
SENTENCES = [
    ("This is a summary.", SUMMARIES),
    ("These are lesson marks.", LESSONS),
    ("This is a list of absences.", RANGES),
]


@pytest.mark.parametrize(
    ("sentence", "rows"),
    [pytest.param(text, rows, id=name) for text, kind in SENTENCES for name, rows in kind.items()],
)
def test_r9_reports_without_daily_marks_are_each_refused_in_their_own_words(sentence: str, rows: Grid):
    reading = read(rows)

    assert not reading.pupils
    assert reading.errors[0].message.startswith(sentence)
    assert not reading.unmapped


def test_r9_lessons_numbered_over_true_merged_dates_are_refused_too():
    rows = LESSONS["dates over numbers"]
    merged = ((0, 2, 0, 6), (0, 7, 0, 11))
    reading = read(Sheet("Register", [list(row) for row in rows], merged=merged))

    assert reading.errors[0].code == "lesson_marks"
    assert not reading.pupils


def test_r10_hidden_parts_bad_cells_photos_and_comments():
    heads: list[object] = ["Photo", "UPN", "Adno", "Name", "Comment", *headings()]
    rows = [
        heads,
        *(
            ["", upn(n), str(n), f"BELL{n}, Ana", "moved to Leeds" if n == 3 else "", *week_of("P")]
            for n in range(1, 41)
        ),
    ]
    rows[1][5], rows[2][6] = CellError("#N/A"), CellError("formula not calculated")
    last_year = sheet(wide([ANA, "1", "BELL, Ana", *week_of("O")]), "Last year", hidden=True)
    reading = read(book(sheet(rows, hidden_rows=range(11, 36)), last_year))  # type: ignore[arg-type]

    assert [(one.code, one.cell) for one in reading.errors] == [
        ("unreadable_cell", "F2"),
        ("unreadable_cell", "G3"),
    ]
    assert {one.code for one in warnings(reading)} == {"hidden_rows", "hidden_sheet"}
    assert found(reading, "hidden_rows")[0].message.startswith("25 hidden rows")
    assert len(reading.pupils) == 40
    assert codes(reading.pupils[0]) == "\\" + "/\\" * 4
    assert "Leeds" not in repr(reading)


def test_r10_a_register_with_only_a_hidden_sheet_of_last_year_beside_it_is_whole():
    shown = sheet(wide([ANA, "1", "BELL, Ana", *week_of("P")]), "This year")
    hidden = sheet(wide([ANA, "1", "BELL, Ana", *week_of("O")]), "Last year", hidden=True)

    assert codes(only(read(book(shown, hidden)))) == "/\\" * 5
