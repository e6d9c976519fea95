import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl

from cme.attendance.ledger import LedgerDay
from cme.attendance.runs import Effect
from cme.documents.chronology import (
    HEADINGS,
    Chronology,
    Entry,
    chronology_csv,
    chronology_workbook,
    set_chronology,
)
from cme.documents.forms import Answer, Imprint, Part
from tests.unit.documents.pdfs import claims_accessibility, count_pages, words_of

FORMULA = '=HYPERLINK("http://example.org","Click")'


def entry(day: int, what: str, details: str = "", by: str = "Ash Fenner") -> Entry:
    return Entry(datetime(2026, 11, day, 9, 5, tzinfo=UTC), what, details, by)


def day(on: date, am: str, pm: str) -> LedgerDay:
    counted = Effect.COUNTED
    return LedgerDay(on, am, pm, counted, counted, counted, 1, 1, 1, "", "")


def chronology(*entries: Entry, days: tuple[LedgerDay, ...] = (), withheld: str = "") -> Chronology:
    about = Part("The child and the absence", (Answer("Name", "Ada Arden"),))
    imprint = Imprint("Chronology CME-26-0042", "Alder Grove School", "Made by Ash Fenner")
    return Chronology(imprint, about, days, entries, withheld)


def test_chronology_is_accessible_and_in_order(tmp_path: Path) -> None:
    made = set_chronology(
        chronology(entry(9, "Case opened"), entry(6, "First call", "Nobody answered.\nTwice."))
    )
    assert made.is_accessible
    assert claims_accessibility(made.content)
    words = words_of(made.content, tmp_path)
    assert words.index("First call") < words.index("Case opened")
    assert "Fri 6 Nov 2026, 09:05" in words


def test_long_chronology_repeats_its_headings(tmp_path: Path) -> None:
    entries = [entry(1 + number % 28, f"Call number {number}", "No answer. " * 12) for number in range(60)]
    made = set_chronology(chronology(*entries))
    pages = count_pages(made.content)
    words = words_of(made.content, tmp_path)
    assert pages > 2
    assert words.count("When What By") == pages
    assert all(f"Call number {number}" in words for number in range(60))


def test_marks_stand_in_their_weeks_with_what_they_mean(tmp_path: Path) -> None:
    days = (
        day(date(2026, 11, 6), "/", "\\"),
        day(date(2026, 11, 9), "O", ""),
        day(date(2026, 11, 11), "N", "O"),
    )
    words = words_of(set_chronology(chronology(days=days)).content, tmp_path)
    assert "Week of 2 November 2026 / \\" in words
    assert "Week of 9 November 2026 O ? N O" in words
    assert "? no mark received" in words
    assert "Nothing is recorded yet." in words


def test_what_was_left_out_is_said(tmp_path: Path) -> None:
    made = chronology(entry(6, "First call"), withheld="Some entries are left out.")
    assert "Some entries are left out." in words_of(set_chronology(made).content, tmp_path)
    assert "Some entries are left out." in chronology_csv(made).decode("utf-8-sig")


def test_workbook_holds_text_and_no_formula() -> None:
    made = chronology_workbook(chronology(entry(6, FORMULA, "+44 1325\n@SUM(1)", "-Ash")))
    sheet = openpyxl.load_workbook(io.BytesIO(made)).active
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[0]] == list(HEADINGS)
    assert [cell.value for cell in rows[1]] == ["2026-11-06 09:05", FORMULA, "+44 1325\n@SUM(1)", "-Ash"]
    assert {cell.data_type for cell in rows[1]} == {"s"}


def test_csv_is_not_run_by_a_spreadsheet() -> None:
    made = chronology_csv(chronology(entry(6, FORMULA, "@SUM(1)", "-Ash")))
    assert made.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig"))))
    assert rows[1] == ["2026-11-06 09:05", f"'{FORMULA}", "'@SUM(1)", "'-Ash"]
