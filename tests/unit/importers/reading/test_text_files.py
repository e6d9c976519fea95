"""Text registers: which encoding, which delimiter, which rows, and what is refused."""

import csv
from contextlib import suppress
from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cme.documents.workbooks import write_csv
from importers.reading import ENCODINGS, WEB_LIMITS, Refused, read_workbook
from importers.reading.child.delimited import decode, read_rows
from importers.reading.child.refusal import Caps, Refusal

from .files import one_cell, worksheet, xlsx

CAPS = Caps(64 * 1024 * 1024, 200, 1000, 200_000, 5_000_000, 1_000_000, 32_767, 131_072)
TABLE = [["UPN", "Name", "Mon 09/11/2026 AM"], ["A1", "BELL, Ana", "/"], ["A2", "COLE, Zo\u00eb", "-"]]


def rows_of(content: bytes, filename: str = "register.csv", **more: str) -> list[list[object]]:
    (sheet,) = read_workbook(content, filename, **more).sheets
    return sheet.rows  # type: ignore[return-value]


def text_of(rows: list[list[str]], delimiter: str = ",", line_end: str = "\r\n") -> str:
    out = StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    return out.getvalue()


def refusal_code(content: bytes, filename: str = "register.csv") -> str:
    with pytest.raises(Refused) as caught:
        read_workbook(content, filename)
    return caught.value.issue.code


@pytest.mark.parametrize(
    "filename", ["register.csv", "register.tsv", "register.txt", "REGISTER.TXT", "register"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_content_decides_whatever_the_name_says(filename: str, delimiter: str):
    assert rows_of(text_of(TABLE, delimiter).encode(), filename) == TABLE


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("first", ["sep=;", "SEP=;", '"sep=;"', "\ufeffsep=;"])
def test_a_line_that_names_the_delimiter_is_no_data_and_keeps_its_row(first: str, line_end: str):
    text = first + line_end + text_of(TABLE, ";", line_end)

    assert rows_of(text.encode()) == [[], *TABLE]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^"])
def test_any_sign_may_be_named_as_delimiter(delimiter: str):
    assert rows_of(f"sep={delimiter}\r\n{text_of(TABLE, delimiter)}".encode("utf-16")) == [[], *TABLE]


@pytest.mark.parametrize("named", ['"', " ", "A"])
def test_a_sign_that_cannot_part_cells_is_not_taken_for_a_delimiter(named: str):
    assert rows_of(f"sep={named}\r\n{text_of(TABLE)}".encode())[1:] == TABLE


@pytest.mark.parametrize(
    ("encoding", "bom"),
    [("utf-8", ""), ("utf-8", "\ufeff"), ("utf-16-le", "\ufeff"), ("utf-16-be", "\ufeff"), ("cp1252", "")],
)
def test_every_usual_encoding_is_recognised(encoding: str, bom: str):
    content = (bom + text_of(TABLE)).encode(encoding)

    assert rows_of(content) == TABLE
    assert [notice.code for notice in read_workbook(content, "register.csv").notices] == (
        ["encoding_guessed"] if encoding == "cp1252" else []
    )


@pytest.mark.parametrize("content", ["a,b\r\n1,2".encode("utf-16-le"), "a,b\r\n1,2".encode("utf-32")])
def test_wide_characters_that_are_not_announced_are_refused(content: bytes):
    assert refusal_code(content) in ("other_file", "undecodable_text")


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("mac_roman", "M\u00fcller, Ren\u00e9e"),
        ("cp1250", "W\u00f3jcik, \u0141ukasz"),
        ("cp1252", "O\u2019Hara, Zo\u00eb"),
        ("cp1254", "Ya\u011fmur \u015eahin"),
        ("cp1257", "K\u0119stutis \u017dukas"),
        ("iso8859-2", "D\u017eoni\u0107, \u0160ime"),
        ("mac_latin2", "Nov\u00e1k, Ji\u0159\u00ed"),
        ("cp850", "Garc\u00eda, In\u00e9s"),
    ],
)
def test_a_person_may_say_how_the_letters_are_stored(encoding: str, name: str):
    assert encoding in ENCODINGS
    rows = [["UPN", "Name"], ["A1", name]]
    workbook = read_workbook(text_of(rows).encode(encoding), "register.csv", encoding=encoding)

    assert workbook.sheets[0].rows == rows
    assert workbook.notices == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_that_proves_its_encoding_is_read_by_it_whatever_was_said(encoding: str):
    assert rows_of(text_of(TABLE).encode(encoding), encoding="mac_roman") == TABLE


@pytest.mark.parametrize("encoding", ["rot13", "idna", "no such", "utf-7", "../x", "csv:mac_roman"])
def test_only_encodings_of_the_list_may_be_chosen(encoding: str):
    with pytest.raises(ValueError, match="encoding"):
        read_workbook(b"a,b\n1,2\n", "register.csv", encoding=encoding)


def test_nul_and_undefined_bytes_are_refused():
    assert refusal_code(b"UPN,Name\n1,\0\n") == "other_file"
    assert refusal_code(b"UPN,Name\n" * 1000 + b"1,\0\n") == "undecodable_text"
    assert refusal_code(b"UPN,N\x81me\n1,2\n") == "undecodable_text"
    assert refusal_code("UPN,Name\r\n".encode("utf-16") + b"x") == "undecodable_text"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a,b\n1,2\n3,"4\n5,6\n', 3),
        ('a,b\n1,"x"y\n2,3\n', 2),
        ('sep=,\na,b\n1,"2\n3,4\n', 3),
        ('a,b\n"1\n1",2\n3,"4\n', 4),
    ],
)
def test_quotes_that_do_not_match_name_the_line_where_they_begin(text: str, line: int):
    with pytest.raises(Refused) as caught:
        read_workbook(text.encode(), "register.csv")

    assert caught.value.issue.code == "unclosed_quote"
    assert caught.value.issue.row == line
    assert f"line {line} " in caught.value.issue.message


def test_the_delimiter_of_most_rows_wins_over_one_that_stands_in_names_and_titles():
    title = "Northmoor School, Leeds | 09/11/2026\n\n"
    rows = [["UPN", "Name", "AM"], *([f"A{n}", "BELL; Ana, Eve", "/"] for n in range(60))]

    assert rows_of((title + text_of(rows, "\t")).encode())[2:] == rows


def test_a_comma_in_every_row_and_in_the_title_makes_no_comma_file():
    rows = [["UPN", "Surname, Forename", "Reg", "AM", "PM"], *([["A1", "BELL, Ana", "7A", "/", "O"]] * 30)]

    assert rows_of(("Northmoor School, Leeds\n" + text_of(rows, ";").replace('"', "")).encode())[1:] == rows


@given(st.binary(max_size=60) | st.text("ab\"',;\t|\r\n=-\0\ufeffsep", max_size=40).map(str.encode))
@settings(max_examples=500)
def test_any_bytes_are_rows_of_text_or_refused(content: bytes):
    with suppress(Refusal):
        text, _ = decode(content, "cp1252")
        rows = list(read_rows(text, CAPS))
        assert all(isinstance(cell, str) and "\0" not in cell for row in rows for cell in row)


def test_quoted_cells_may_hold_every_delimiter():
    rows = [["UPN", "Note, long", "AM"], ["A1", "one;two\tthree|four, five\nsix", "/"]]

    assert rows_of(text_of(rows).encode()) == rows


@pytest.mark.parametrize("name", ["register.xlsx", "register.XLSX", "register.xlsm", "register.ods"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_text_named_as_a_workbook_is_refused(name: str, encoding: str):
    assert refusal_code(text_of(TABLE).encode(encoding), name) == "not_a_workbook"


def test_one_long_line_within_raised_limits_is_refused_too():
    raised = replace(WEB_LIMITS, upload_bytes=200 * 1024 * 1024)

    with pytest.raises(Refused) as caught:
        read_workbook(b"x" * 100_000_000, "register.csv", limits=raised)

    assert caught.value.issue.code in ("text_too_long", "too_much_memory")


CELLS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=8
) | st.builds(
    str.__add__,
    st.sampled_from("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20\ufe62\u207a\u208c"),
    st.text("ab'\"", max_size=3),
)


@given(st.lists(st.lists(CELLS, max_size=4), max_size=6))
@settings(max_examples=300)
def test_our_own_exports_read_back_as_they_were(rows: list[list[str]]):
    assume(not any(cell.startswith("'") for row in rows for cell in row))
    text = "sep=,\r\n" + write_csv([["UPN", "Name"], *rows]).decode("utf-8-sig")

    read = list(read_rows(text, CAPS))

    assert [row for row in read if row] == [
        ["UPN", "Name"],
        *(kept for row in rows if (kept := without_empty_end(row))),
    ]


def without_empty_end(row: list[str]) -> list[str]:
    while row and not row[-1]:
        row = row[:-1]
    return row


def test_a_bare_minus_is_a_mark_and_other_apostrophes_stay():
    rows = [["UPN", "AM", "PM", "Name"], ["A1", "-", "'-", "'tis O'Hara"]]

    assert rows_of(text_of(rows).encode())[1] == ["A1", "-", "-", "'tis O'Hara"]


def test_a_workbook_ignores_the_encoding_of_the_schools_text_files():
    workbook = read_workbook(xlsx(worksheet(one_cell())), "r.xlsx", encoding="cp1250")

    assert workbook.sheets[0].rows == [["Name"]]
