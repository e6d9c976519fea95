"""What kind of file it is, by its bytes, and what can be refused before anything is parsed.

First bytes, then the directory of a zip; nothing is unpacked here.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

from importers.reading.limits import Limits
from importers.reading.refusals import Unacceptable

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
UTF16 = (b"\xff\xfe", b"\xfe\xff")
DIRECTORY_ENTRY = b"PK\x01\x02"
ENCRYPTED = 0x1
TEXT_START = 4096

MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<[!?/a-zA-Z]")
ARCHIVES = (b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"BZh", b"\xfd7zXZ", b"PK\x05\x06", b"PK\x07\x08")
WORKBOOK_NAMES = (".xlsx", ".xlsm", ".xlsb", ".ods")
MACROS = re.compile(r"(^|/)(vbaproject\.bin|workbook\.bin)$|^(basic|scripts)/|(^|/)macrosheets/")
LINKED = re.compile(r"(^|/)(externallinks|embeddings|activex)/")
UNSAFE_NAME = re.compile(r"(^|/)\.\.(/|$)|^/|^[a-z]:|[\\\x00-\x1f]")

ENCODINGS = {
    "cp1252": "Windows, Western Europe",
    "cp1250": "Windows, Central Europe",
    "cp1254": "Windows, Turkish",
    "cp1257": "Windows, Baltic",
    "mac_roman": "Mac, Western Europe",
    "mac_latin2": "Mac, Central Europe",
    "iso8859-2": "ISO 8859-2, Central Europe",
    "iso8859-15": "ISO 8859-15, Western Europe",
    "cp850": "MS-DOS, Western Europe",
}
"""The encodings that a person may choose for text files that prove none, with their names for people."""


def sniff(content: bytes, filename: str, limits: Limits) -> str:
    """Return "xlsx", "xls", "ods" or "csv" for a file worth opening. Raises Unacceptable."""
    if not content:
        raise Unacceptable("empty_file")
    if len(content) > limits.upload_bytes:
        raise Unacceptable("file_too_large")
    if content.startswith(ZIP):
        return _check_directory(content, limits)
    if content.startswith(OLE):
        return _check_compound(content)
    if content.startswith(ARCHIVES):
        raise Unacceptable("other_archive")
    if content.startswith(b"%PDF-"):
        raise Unacceptable("pdf")
    if content.startswith(b"{\\rtf"):
        raise Unacceptable("word_document")
    return _check_text(content, filename)


def _check_text(content: bytes, filename: str) -> str:
    start = content[:TEXT_START]
    if start.startswith(UTF16):
        start = start[: len(start) // 2 * 2].decode("utf-16", errors="replace").encode()
    if MARKUP.match(start):
        raise Unacceptable("web_page")
    if b"\0" in start:
        raise Unacceptable("other_file")
    if not start.removeprefix(b"\xef\xbb\xbf").strip() and len(content) <= TEXT_START:
        raise Unacceptable("empty_file")
    if filename.lower().endswith(WORKBOOK_NAMES):
        raise Unacceptable("not_a_workbook")
    return "csv"


def _check_compound(content: bytes) -> str:
    """An OLE file: an old workbook (.xls), a workbook locked with a password, or something else."""
    if _named_stream("EncryptedPackage") in content:
        raise Unacceptable("password_protected")
    if _named_stream("WordDocument") in content:
        raise Unacceptable("word_document")
    if _named_stream("Workbook") in content or _named_stream("Book") in content:
        return "xls"
    raise Unacceptable("other_file")


def _named_stream(name: str) -> bytes:
    return name.encode("utf-16-le") + b"\0\0"


def _check_directory(content: bytes, limits: Limits) -> str:
    # Counted before the directory is loaded: each entry costs this process memory, and the count can lie.
    if content.count(DIRECTORY_ENTRY) > limits.parts:
        raise Unacceptable("too_many_parts")
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise Unacceptable("cut_short") from None
    names = [entry.orig_filename.casefold() for entry in entries]
    if any(UNSAFE_NAME.search(name) for name in names):
        raise Unacceptable("unsafe_part_name")
    if len(set(names)) < len(names):
        raise Unacceptable("duplicate_part")
    if any(entry.flag_bits & ENCRYPTED for entry in entries):
        raise Unacceptable("password_protected")
    if sum(entry.file_size for entry in entries) > limits.unpacked_bytes:
        raise Unacceptable("unpacked_too_large")
    if any(MACROS.search(name) for name in names):
        raise Unacceptable("macro_workbook")
    if any(LINKED.search(name) for name in names):
        raise Unacceptable("linked_workbook")
    return _workbook_kind(names)


def _workbook_kind(names: list[str]) -> str:
    if "content.xml" in names:
        return "ods"
    if "[content_types].xml" in names and any(name.startswith("xl/") for name in names):
        return "xlsx"
    if "word/document.xml" in names:
        raise Unacceptable("word_document")
    raise Unacceptable("other_archive")
