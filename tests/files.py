"""Small files of the kinds that evidence is sent in, and files that only say they are."""

import io
import zipfile

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 20
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
OUTLOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 20
MAIL = b"From: aunt@example.org\r\nTo: office@school.example\r\nSubject: Where\r\n\r\nShe is with us.\r\n"
TEXT = "Called at 9:30. Línea ocupada.\r\n".encode()
PROGRAM = b"MZ\x90\x00" + b"\x00" * 60
PAGE = b"<!doctype html><script>alert(1)</script>"


def office_file(folder: str, *more: str) -> bytes:
    """An archive with the parts of an Office document: "word" or "xl"."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in ("[Content_Types].xml", f"{folder}/document.xml", *more):
            archive.writestr(name, "<x/>")
    return content.getvalue()


WORD, EXCEL = office_file("word"), office_file("xl")
