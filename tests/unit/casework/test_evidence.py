"""Files of evidence: told by their first bytes and their name together, or not taken."""

import pytest

from cme.casework.enquiries.evidence import (
    FILE_KINDS,
    LONGEST_NAME,
    MAX_BYTES,
    MAX_FILES,
    clean_name,
    extension_of,
    file_fault,
    files_faults,
)
from tests.files import EXCEL, JPEG, MAIL, OUTLOOK, PAGE, PDF, PNG, PROGRAM, TEXT, WORD, office_file

GOOD = {
    "pdf": PDF,
    "jpg": JPEG,
    "jpeg": JPEG,
    "png": PNG,
    "docx": WORD,
    "xlsx": EXCEL,
    "txt": TEXT,
    "eml": MAIL,
    "msg": OUTLOOK,
}


def test_there_is_a_sample_of_every_kind() -> None:
    assert set(GOOD) == set(FILE_KINDS)


@pytest.mark.parametrize("ending", GOOD)
def test_a_file_of_each_kind_is_taken(ending: str) -> None:
    assert file_fault(f"note.{ending}", GOOD[ending]) is None
    assert file_fault(f"NOTE.{ending.upper()}", GOOD[ending]) is None


@pytest.mark.parametrize("ending", GOOD)
@pytest.mark.parametrize("content", [PROGRAM, b"\x00\x01\x02", b"PK\x03\x04 not an archive"])
def test_a_name_alone_proves_nothing(ending: str, content: bytes) -> None:
    assert "whatever its name says" in (file_fault(f"note.{ending}", content) or "")


@pytest.mark.parametrize(
    "name",
    [
        "page.html",
        "note.pdf.exe",
        "macro.docm",
        "script.js",
        "photo.svg",
        "archive.zip",
        "note",
        "",
        ".pdf.lnk",
    ],
)
def test_other_kinds_are_refused_whatever_they_hold(name: str) -> None:
    assert "not taken" in (file_fault(name, PDF) or "")


def test_a_picture_is_no_document() -> None:
    assert file_fault("note.pdf", JPEG)
    assert file_fault("photo.jpg", PNG)
    assert file_fault("sheet.xlsx", WORD)


@pytest.mark.parametrize("more", ["word/vbaProject.bin", "word/embeddings/tool.exe"])
def test_a_document_with_a_program_in_it_is_refused(more: str) -> None:
    assert file_fault("note.docx", office_file("word", more))


def test_a_page_that_calls_itself_text_is_kept_as_text() -> None:
    assert file_fault("page.txt", PAGE) is None
    assert FILE_KINDS["txt"].media_type == "text/plain"


def test_mail_has_a_head_with_a_sender() -> None:
    assert file_fault("note.eml", b"Subject: x\r\n\r\nhello")
    assert file_fault("note.eml", PAGE)


def test_an_empty_file_is_refused() -> None:
    assert "is empty" in (file_fault("note.pdf", b"") or "")


def test_a_file_may_have_ten_megabytes_and_not_a_byte_more() -> None:
    assert file_fault("note.pdf", PDF.ljust(MAX_BYTES, b" ")) is None
    assert "larger than 10 MB" in (file_fault("note.pdf", PDF.ljust(MAX_BYTES + 1, b" ")) or "")


def test_five_files_are_taken_at_once() -> None:
    assert files_faults([("note.pdf", PDF)] * MAX_FILES) == ()
    assert "5 files at most" in files_faults([("note.pdf", PDF)] * (MAX_FILES + 1))[0]


def test_each_faulty_file_is_named() -> None:
    told = files_faults([("a.pdf", PDF), ("b.exe", PROGRAM), ("c.png", PDF)])
    assert [name in text for name, text in zip(("b.exe", "c.png"), told, strict=True)] == [True, True]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("note.pdf", "note.pdf"),
        ("C:\\Users\\me\\note.pdf", "note.pdf"),
        ("../../etc/note.pdf", "note.pdf"),
        ("no\r\nte\x00.pdf", "note.pdf"),
        ("fdp.\u202eexe.pdf", "fdp.exe.pdf"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
        (".pdf", "file.pdf"),
        ("x" * 300 + ".pdf", "x" * (LONGEST_NAME - 4) + ".pdf"),
    ],
)
def test_a_name_is_made_harmless_and_keeps_its_ending(given: str, kept: str) -> None:
    assert clean_name(given) == kept
    assert extension_of(clean_name(given)) == "pdf"
