"""Files that show what an enquiry found: which are taken, told by their first bytes and their name.

A file is kept and handed back as it came; it is never shown. Which kinds are taken, and how large they may
be, is our policy.
"""

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

MAX_FILES = 5
"""Files of one entry."""

MAX_BYTES = 10 * 1024 * 1024
"""Bytes of one file."""

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of file: what it is called, its media type, and whether content is of it."""

    label: str
    media_type: str
    fits: Callable[[bytes], bool]


def _starts(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(signatures)


def _office(folder: str) -> Callable[[bytes], bool]:
    """An Office document: an archive with its parts where they belong, and no program in it."""

    def fits(content: bytes) -> bool:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                names = archive.namelist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return False
        has_parts = "[Content_Types].xml" in names and any(name.startswith(folder) for name in names)
        return has_parts and not any(name.lower().endswith(("vbaproject.bin", ".exe")) for name in names)

    return fits


def _is_text(content: bytes) -> bool:
    """Whether content is text, of whichever encoding: it has no control signs but those of lines and tabs."""
    return not any(byte < 32 and byte not in b"\t\n\r\f" for byte in content)


_HEADER = re.compile(rb"\A(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*)+\r?\n", re.MULTILINE)


def _is_mail(content: bytes) -> bool:
    head = _HEADER.match(content[:65536].lstrip())
    return head is not None and b"from:" in head[0].lower() and b"\0" not in content[:65536]


FILE_KINDS: Mapping[str, FileKind] = MappingProxyType(
    {
        "pdf": FileKind("PDF", "application/pdf", _starts(b"%PDF-")),
        "jpg": FileKind("JPEG", "image/jpeg", _starts(b"\xff\xd8\xff")),
        "jpeg": FileKind("JPEG", "image/jpeg", _starts(b"\xff\xd8\xff")),
        "png": FileKind("PNG", "image/png", _starts(b"\x89PNG\r\n\x1a\n")),
        "docx": FileKind(
            "Word",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            _office("word/"),
        ),
        "xlsx": FileKind(
            "Excel",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            _office("xl/"),
        ),
        "txt": FileKind("text", "text/plain", _is_text),
        "eml": FileKind("e-mail", "message/rfc822", _is_mail),
        "msg": FileKind(
            "Outlook", "application/vnd.ms-outlook", _starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
        ),
    }
)
"""Every kind of file that is taken, by the ending of its name."""

ACCEPTED = "PDF, JPEG, PNG, Word (.docx), Excel (.xlsx), text (.txt), or an e-mail (.eml, .msg)"


def extension_of(filename: str) -> str:
    """The ending of a name in small letters, '' without one."""
    return filename.rpartition(".")[2].lower() if "." in filename else ""


def clean_name(filename: str) -> str:
    """A name to show and to hand back: no folder, no sign that is not seen, not too long, its ending kept."""
    name = re.split(r"[/\\]", filename)[-1]
    name = "".join(sign for sign in name if unicodedata.category(sign)[0] != "C")
    stem, _, ending = name.strip().rpartition(".")
    stem = re.sub(r'["<>|:*?;]', "_", stem).strip(" .") or "file"
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"


def file_fault(filename: str, content: bytes) -> str | None:
    """Why a file is not taken, in a sentence; None when it is."""
    name, kind = clean_name(filename), FILE_KINDS.get(extension_of(clean_name(filename)))
    if kind is None:
        return (
            f"“{name}” is a kind of file that is not taken. Choose a file of one of these kinds: {ACCEPTED}."
        )
    if not content:
        return f"“{name}” is empty. Choose another file."
    if len(content) > MAX_BYTES:
        return f"“{name}” is larger than {MAX_BYTES // 1024 // 1024} MB. Choose a smaller file."
    if not kind.fits(content):
        return f"“{name}” is not a {kind.label} file, whatever its name says. Save it again as {ACCEPTED}."
    return None


def files_faults(files: Sequence[tuple[str, bytes]]) -> tuple[str, ...]:
    """Everything wrong with the files of one entry, as sentences."""
    if len(files) > MAX_FILES:
        return (f"Choose {MAX_FILES} files at most. Record the others in a further entry.",)
    return tuple(fault for name, content in files if (fault := file_fault(name, content)))
