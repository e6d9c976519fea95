"""What a PDF says of itself, read from its bytes, and what of its words a reader can copy out."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest


def is_tagged(pdf: bytes) -> bool:
    """Whether the document has a structure that a screen reader can follow."""
    return b"/StructTreeRoot" in pdf and b"/Marked true" in pdf


def claims_accessibility(pdf: bytes) -> bool:
    """Whether it promises PDF/UA-1."""
    return b"<pdfuaid:part>1</pdfuaid:part>" in pdf


def shows_its_title(pdf: bytes) -> bool:
    """Whether it has a language, and a title that is shown in place of the name of the file."""
    return b"/Lang(en-GB)" in pdf and b"<dc:title>" in pdf and b"/DisplayDocTitle true" in pdf


def count_pages(pdf: bytes) -> int:
    """How many pages it has."""
    found = re.search(rb"/Type/Pages/Count (\d+)", pdf)
    assert found is not None
    return int(found[1])


def tags(pdf: bytes) -> set[str]:
    """The kinds of its structure elements."""
    return {name.decode() for name in re.findall(rb"/Type/StructElem/S/(\w+)", pdf)}


def words_of(pdf: bytes, folder: Path) -> str:
    """All its text with single spaces; the test is skipped where no program to read it is installed."""
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("pdftotext is not installed, so the words of a PDF are not read back")
    file = folder / "document.pdf"
    file.write_bytes(pdf)
    read = subprocess.run([program, "-raw", file, "-"], check=True, capture_output=True)
    return " ".join(read.stdout.decode().split())
