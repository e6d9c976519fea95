"""Files made to break the reader. Each is refused for its own reason, and the process that asked lives on."""

import os
from collections.abc import Callable
from dataclasses import replace

import pytest

from importers.reading import WEB_LIMITS, Refused, read_workbook

from .files import (
    MAIN,
    ODS_FRAME,
    OFFICE,
    PACKAGE,
    SHEET_PATH,
    compound,
    declare_size,
    ods,
    one_cell,
    parts_of,
    with_parts,
    worksheet,
    xlsx,
    zipped,
)

GOOD = xlsx(worksheet(one_cell()))
TENFOLD = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
ENTITIES = f'<!DOCTYPE worksheet [<!ENTITY a "ha">{TENFOLD}]>'


def doctype(declaration: str, text: str = "x") -> bytes:
    sheet = worksheet(one_cell(text=text))
    return xlsx(sheet.replace("<worksheet", declaration + "<worksheet", 1))


def unusual_path(part: bytes) -> bytes:
    parts = parts_of(part)
    parts["xl/media/picture.bin"] = parts.pop(SHEET_PATH)
    rels = parts["xl/_rels/workbook.xml.rels"]
    parts["xl/_rels/workbook.xml.rels"] = rels.replace(b"worksheets/sheet1.xml", b"media/picture.bin")
    return zipped(parts)


def flipped(content: bytes) -> bytes:
    """One bit changed in the middle of the sheet's packed bytes."""
    changed = bytearray(content)
    changed[content.rindex(SHEET_PATH.encode(), 0, content.index(b"PK\x01\x02")) + len(SHEET_PATH) + 20] ^= (
        0x10
    )
    return bytes(changed)


FAR = one_cell() + one_cell("XFD1048576")
DEEP = "<a>" * 200_000 + "</a>" * 200_000

HOSTILE: dict[str, tuple[Callable[[], bytes], str, str]] = {
    # name: (bytes, file name, expected code)
    "01 two cells at the ends of the grid": (lambda: xlsx(worksheet(FAR)), "r.xlsx", "too_many_rows"),
    "01 the same in single quotes": (
        lambda: xlsx(worksheet(FAR.replace('"', "'"))),
        "r.xlsx",
        "too_many_rows",
    ),
    "01 the same with spaces round the equals sign": (
        lambda: xlsx(worksheet(FAR.replace("=", " = "))),
        "r.xlsx",
        "too_many_rows",
    ),
    "01 the same with a prefix": (
        lambda: xlsx(
            f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1048576"><x:c r="XFD1048576"><x:v>1</x:v>'
            "</x:c></x:row></x:sheetData></x:worksheet>"
        ),
        "r.xlsx",
        "too_many_rows",
    ),
    "01 the same at an unusual path": (
        lambda: unusual_path(worksheet(FAR).encode()),
        "r.xlsx",
        "too_many_rows",
    ),
    "01 a box too large within rows and columns": (
        lambda: xlsx(worksheet(one_cell() + one_cell("ALL150000"))),
        "r.xlsx",
        "too_many_cells",
    ),
    "02 a column after the last": (lambda: xlsx(worksheet(one_cell("XFE1"))), "r.xlsx", "bad_reference"),
    "02 a row after the last": (
        lambda: xlsx(worksheet(one_cell("A16777217"))),
        "r.xlsx",
        "bad_reference",
    ),
    "02 lower-case letters": (lambda: xlsx(worksheet(one_cell("xfd1"))), "r.xlsx", "bad_reference"),
    "03 a string of 512 MB": (
        lambda: with_parts(worksheet(one_cell()), {"xl/sharedStrings.xml": bytes(80 * 1024 * 1024)}),
        "r.xlsx",
        "unpacked_too_large",
    ),
    "03 a string within the unpacked cap": (
        lambda: xlsx(worksheet(one_cell(text="x" * 40_000))),
        "r.xlsx",
        "text_too_long",
    ),
    "03 a shared string within the unpacked cap": (
        lambda: with_parts(
            worksheet(one_cell()),
            {"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>{"x" * 40_000}</t></si></sst>'.encode()},
        ),
        "r.xlsx",
        "text_too_long",
    ),
    "04 a declared size that lies": (
        lambda: declare_size(xlsx(worksheet(one_cell(text="x" * 3000))), SHEET_PATH, 100),
        "r.xlsx",
        "damaged_file",
    ),
    "04 a declared size that hides a bomb": (
        lambda: declare_size(xlsx(worksheet(one_cell() + " " * 70_000_000)), SHEET_PATH, 100),
        "r.xlsx",
        "unpacked_too_large",
    ),
    "06 one merge over the whole grid": (
        lambda: xlsx(
            worksheet(one_cell(), after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')
        ),
        "r.xlsx",
        "too_many_merged",
    ),
    "06 a merge outside the grid": (
        lambda: xlsx(worksheet(one_cell(), after='<mergeCells><mergeCell ref="A1:XFE2"/></mergeCells>')),
        "r.xlsx",
        "bad_reference",
    ),
    "08 a billion laughs": (lambda: doctype(ENTITIES, "&j;"), "r.xlsx", "malicious_xml"),
    "09 one long entity many times": (
        lambda: doctype(f'<!DOCTYPE worksheet [<!ENTITY a "{"x" * 50_000}">]>', "&a;" * 1000),
        "r.xlsx",
        "malicious_xml",
    ),
    "10 an entity from a local file": (
        lambda: doctype('<!DOCTYPE worksheet [<!ENTITY a SYSTEM "file:///etc/hostname">]>', "&a;"),
        "r.xlsx",
        "malicious_xml",
    ),
    "10 the same in UTF-16": (
        lambda: xlsx(
            worksheet(one_cell(text="&a;"))
            .replace("UTF-8", "UTF-16")
            .replace("<worksheet", '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/hostname">]><worksheet')
            .encode("utf-16")
        ),
        "r.xlsx",
        "unusual_encoding",
    ),
    "10 the same in the content of an .ods": (
        lambda: zipped(
            {
                **ODS_FRAME,
                "content.xml": b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/hostname">]><a>&a;</a>',
            }
        ),
        "r.ods",
        "malicious_xml",
    ),
    "11 a document type on another machine": (
        lambda: doctype('<!DOCTYPE worksheet SYSTEM "http://192.0.2.1/w.dtd">'),
        "r.xlsx",
        "malicious_xml",
    ),
    "11 a link to another workbook": (
        lambda: with_parts(worksheet(one_cell()), {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}),
        "r.xlsx",
        "linked_workbook",
    ),
    "12 two parts with one name": (
        lambda: zipped(
            parts_of(worksheet(one_cell())),
            more=[("xl/worksheets/Sheet1.xml", worksheet(one_cell(text="other")).encode())],
        ),
        "r.xlsx",
        "duplicate_part",
    ),
    "13 a part outside the folder": (
        lambda: with_parts(worksheet(one_cell()), {"../../x": b"x"}),
        "r.xlsx",
        "unsafe_part_name",
    ),
    "13 a part from the root": (
        lambda: with_parts(worksheet(one_cell()), {"/etc/x": b"x"}),
        "r.xlsx",
        "unsafe_part_name",
    ),
    "13 a part with a backslash": (
        lambda: with_parts(worksheet(one_cell()), {"xl\\x": b"x"}),
        "r.xlsx",
        "unsafe_part_name",
    ),
    "14 a web page before the zip": (
        lambda: b"<html><script>alert(1)</script></html>" + GOOD,
        "r.xlsx",
        "web_page",
    ),
    "14 words before the zip": (lambda: b"hello " + GOOD, "r.xlsx", "other_file"),
    "15 a zip cut short": (lambda: GOOD[:-100], "r.xlsx", "cut_short"),
    "16 one bit changed": (lambda: flipped(GOOD), "r.xlsx", "damaged_file"),
    "17 nothing": (lambda: b"", "r.xlsx", "empty_file"),
    "17 spaces": (lambda: b" \r\n ", "r.csv", "empty_file"),
    "18 text named .xlsx": (lambda: b"UPN,Name\r\n1,2\r\n", "r.xlsx", "not_a_workbook"),
    "19 a web page named .xls": (
        lambda: b"<html><table><tr><td>UPN</td></tr></table></html>",
        "r.xls",
        "web_page",
    ),
    "19 XML named .xls": (
        lambda: b'\xef\xbb\xbf<?xml version="1.0"?><Workbook><Worksheet/></Workbook>',
        "r.xls",
        "web_page",
    ),
    "20 a password": (lambda: compound("EncryptedPackage"), "r.xlsx", "password_protected"),
    "20 a password on an .ods": (
        lambda: zipped(
            {
                **ODS_FRAME,
                "content.xml": b"\x93\x1f\x02",
                "META-INF/manifest.xml": b'<m:manifest xmlns:m="m"><m:encryption-data/></m:manifest>',
            }
        ),
        "r.ods",
        "password_protected",
    ),
    "21 macros": (
        lambda: with_parts(worksheet(one_cell()), {"xl/vbaProject.bin": b"x"}),
        "r.xlsm",
        "macro_workbook",
    ),
    "21 a binary workbook": (
        lambda: zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"x"}),
        "r.xlsb",
        "macro_workbook",
    ),
    "23 elements 200,000 deep": (
        lambda: xlsx(worksheet(one_cell(), after=DEEP)),
        "r.xlsx",
        "damaged_file",
    ),
    "24 row 0": (lambda: xlsx(worksheet(one_cell("A0"))), "r.xlsx", "bad_reference"),
    "24 a row that calls itself 0": (
        lambda: xlsx(worksheet('<row r="0"><c><v>1</v></c></row>')),
        "r.xlsx",
        "bad_reference",
    ),
    "24 a row that calls itself by twenty digits": (
        lambda: xlsx(worksheet('<row r="99999999999999999999"><c><v>1</v></c></row>')),
        "r.xlsx",
        "bad_reference",
    ),
    "24 a row number of twenty digits": (
        lambda: xlsx(worksheet(one_cell("A99999999999999999999"))),
        "r.xlsx",
        "bad_reference",
    ),
    "24 a cell of another row": (
        lambda: xlsx(worksheet(one_cell("A7", row=3))),
        "r.xlsx",
        "bad_reference",
    ),
    "24 rows out of order": (
        lambda: xlsx(worksheet(one_cell("A5") + one_cell("A4"))),
        "r.xlsx",
        "bad_reference",
    ),
    "25 a shared string that is not there": (
        lambda: xlsx(worksheet('<row r="1"><c r="A1" t="s"><v>4294967295</v></c></row>')),
        "r.xlsx",
        "bad_reference",
    ),
    "28 a CSV line of 100 MB": (lambda: b"x" * 100_000_000, "r.csv", "file_too_large"),
    "28 a CSV with NUL": (lambda: b"UPN,Name\n1,\0\n", "r.csv", "other_file"),
    "28 a CSV with NUL further down": (lambda: b"UPN,Name\n" * 1000 + b"1,\0\n", "r.csv", "undecodable_text"),
    "28 a CSV in no known encoding": (lambda: b"UPN,N\x81me\n", "r.csv", "undecodable_text"),
    "28 a CSV line of 8 MB": (lambda: b"x" * 8_000_000, "r.csv", "text_too_long"),
    "28 a CSV of a million columns": (lambda: b"x," * 1_000_000, "r.csv", "too_many_columns"),
    "28 a CSV of too many rows": (lambda: b"1,2\n" * 200_001, "r.csv", "too_many_rows"),
    "28 a CSV with a box too large": (
        lambda: b"1\n" * 100_000 + b"1," * 60 + b"1\n",
        "r.csv",
        "too_many_cells",
    ),
    "28 a CSV with an open quote": (lambda: b'a,b\n1,2\n3,"4\n5,6\n', "r.csv", "unclosed_quote"),
    "30 a workbook of 10,001 parts": (
        lambda: with_parts(worksheet(one_cell()), {f"xl/p{n}.xml": b"<a/>" for n in range(9996)}),
        "r.xlsx",
        "too_many_parts",
    ),
    "ods a million rows of text": (
        lambda: ods(
            '<table:table table:name="T"><table:table-row table:number-rows-repeated="1000000">'
            '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
            "</table:table-row></table:table>"
        ),
        "r.ods",
        "too_many_rows",
    ),
    "ods sixteen thousand columns of text": (
        lambda: ods(
            '<table:table table:name="T"><table:table-row><table:table-cell'
            ' table:number-columns-repeated="16000" office:value-type="string"><text:p>x</text:p>'
            "</table:table-cell></table:table-row></table:table>"
        ),
        "r.ods",
        "too_many_columns",
    ),
    "ods a repeat count out of all bounds": (
        lambda: ods(
            '<table:table table:name="T"><table:table-row table:number-rows-repeated="99999999999">'
            "<table:table-cell/></table:table-row></table:table>"
        ),
        "r.ods",
        "bad_reference",
    ),
    "ods a billion spaces": (
        lambda: ods(
            '<table:table table:name="T"><table:table-row><table:table-cell office:value-type="string">'
            '<text:p>x<text:s text:c="1000000"/></text:p></table:table-cell></table:table-row></table:table>'
        ),
        "r.ods",
        "text_too_long",
    ),
    "zip with too many parts": (
        lambda: with_parts(worksheet(one_cell()), {f"xl/p{n}.xml": b"<a/>" for n in range(200)}),
        "r.xlsx",
        "too_many_parts",
    ),
    "a document": (lambda: zipped({"word/document.xml": b"<a/>"}), "r.docx", "word_document"),
    "a zip of CSV files": (lambda: zipped({"r.csv": b"a,b"}), "r.zip", "other_archive"),
    "a PDF": (lambda: b"%PDF-1.7\n", "r.pdf", "pdf"),
    "an OLE file that is no workbook": (lambda: compound("Contents"), "r.xls", "other_file"),
    "an .xls that is only its beginning": (lambda: compound("Workbook"), "r.xls", "damaged_file"),
    "one sheet part listed 200 times": (
        lambda: repeated_sheet(150),
        "r.xlsx",
        "too_many_cells",
    ),
    "a sheet that is the list of styles": (
        lambda: sheet_elsewhere(
            b"styles.xml", f'<styleSheet xmlns="{MAIN}"><c r="XFD1048576"/></styleSheet>'
        ),
        "r.xlsx",
        "bad_reference",
    ),
    "no workbook inside": (
        lambda: zipped({"[Content_Types].xml": b"<Types/>", "xl/x.xml": b"<x/>"}),
        "r.xlsx",
        "damaged_file",
    ),
    "only blank cells": (lambda: xlsx(worksheet('<row r="1"><c r="A1"/></row>')), "r.xlsx", "no_cells"),
}


def repeated_sheet(times: int) -> bytes:
    parts = parts_of(
        worksheet(one_cell() + one_cell("CV1000")), names={f"S{n}": "visible" for n in range(times)}
    )
    for name in [name for name in parts if name.startswith("xl/worksheets/") and name != SHEET_PATH]:
        del parts[name]
    relation = f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"'
    parts["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships xmlns="{PACKAGE}/relationships">'
        + "".join(f'<Relationship Id="rId{n}" {relation}/>' for n in range(1, times + 1))
        + "</Relationships>"
    ).encode()
    return zipped(parts)


def sheet_elsewhere(target: bytes, content: str) -> bytes:
    parts = parts_of(worksheet(one_cell()))
    rels = parts["xl/_rels/workbook.xml.rels"]
    parts["xl/_rels/workbook.xml.rels"] = rels.replace(b"worksheets/sheet1.xml", target)
    parts["xl/" + target.decode()] = content.encode()
    return zipped(parts)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_refused_with_its_reason_and_this_process_lives(name: str) -> None:
    build, filename, code = HOSTILE[name]
    before = os.getpid()

    with pytest.raises(Refused) as caught:
        read_workbook(build(), filename)

    assert caught.value.issue.code == code
    assert caught.value.issue.file == filename
    assert len(caught.value.issue.message) > 20
    assert caught.value.too_large == (code == "file_too_large")
    assert os.getpid() == before


def test_05_empty_cells_count_as_cells() -> None:
    empty = "".join(f'<row r="{row}">' + "<c/>" * 1000 + "</row>" for row in range(1, 102))

    with pytest.raises(Refused) as caught:
        read_workbook(xlsx(worksheet(empty)), "r.xlsx", limits=replace(WEB_LIMITS, cells=100_000))

    assert caught.value.issue.code == "too_many_cells"


def test_a_file_over_the_upload_cap_asks_for_the_too_large_status() -> None:
    with pytest.raises(Refused) as caught:
        read_workbook(b"x" * (WEB_LIMITS.upload_bytes + 1), "register.csv")

    assert caught.value.too_large
    assert caught.value.issue.code == "file_too_large"
    assert "10 MB" in caught.value.issue.message


def test_a_refusal_says_nothing_of_what_the_cells_hold() -> None:
    with pytest.raises(Refused) as caught:
        read_workbook(b'UPN,Name\n1,"BELL, Ana\n', "register.csv")

    assert str(caught.value) == "unclosed_quote"
    assert "BELL" not in repr(caught.value.issue)
    assert caught.value.issue.row == 2


@pytest.mark.parametrize(
    "filename",
    [
        "../../x.xlsx",
        "C:\\school\\x.xlsx",
        "a\r\nSet-Cookie: b.xlsx",
        "x" * 5000 + ".xlsx",
        "CON",
        "x.xlsx.exe",
    ],
)
def test_29_a_hostile_file_name_is_shown_harmless(filename: str) -> None:
    with pytest.raises(Refused) as caught:
        read_workbook(b"%PDF-", filename)

    shown = caught.value.issue.file
    assert len(shown) <= 200
    assert shown.isprintable()
    assert "/" not in shown
    assert "\\" not in shown


def test_07_a_false_dimension_is_not_believed() -> None:
    sheet = worksheet(one_cell("B2"), before='<dimension ref="A1:XFD1048576"/>')

    assert read_workbook(xlsx(sheet), "r.xlsx").sheets[0].rows == [[], ["", "Name"]]
