"""Workbooks written part by part, so that a test can say exactly what is wrong with one."""

import struct
import zipfile
from collections.abc import Mapping
from io import BytesIO

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHEET_PATH = "xl/worksheets/sheet1.xml"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
ODS_NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
    for prefix in ("office", "table", "text", "style")
)
ODS_FRAME = {
    "mimetype": ODS_TYPE.encode(),
    "META-INF/manifest.xml": b'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
}
CALC_NAME = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'

CONTENT_TYPES = (
    f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
ROOT_RELATIONS = (
    f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)


def worksheet(rows: str, *, before: str = "", after: str = "") -> str:
    """A worksheet part around the markup of its rows."""
    return f'{DECLARATION}<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def text_cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def one_cell(reference: str = "A1", row: int | None = None, text: str = "Name") -> str:
    number = row if row is not None else "".join(filter(str.isdigit, reference))
    return f'<row r="{number}">{text_cell(reference, text)}</row>'


def parts_of(sheet: str | bytes, *, names: Mapping[str, str] | None = None) -> dict[str, bytes]:
    """The parts of a workbook whose every sheet has the same content; `names` maps name to state."""
    names = names or {"Register": "visible"}
    listed = "".join(
        f'<sheet name="{name}" sheetId="{number}" state="{state}" r:id="rId{number}"/>'
        for number, (name, state) in enumerate(names.items(), 1)
    )
    related = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(names) + 1)
    )
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": ROOT_RELATIONS,
        "xl/workbook.xml": (
            f'{DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">{related}'
            f'<Relationship Id="rId98" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
            "</Relationships>"
        ),
        "xl/sharedStrings.xml": f'{DECLARATION}<sst xmlns="{MAIN}"><si><t>shared</t></si></sst>',
    }
    packed = {name: text.encode() for name, text in parts.items()}
    content = sheet if isinstance(sheet, bytes) else sheet.encode()
    packed.update({f"xl/worksheets/sheet{number}.xml": content for number in range(1, len(names) + 1)})
    return packed


def zipped(parts: Mapping[str, bytes], *, more: list[tuple[str, bytes]] | None = None) -> bytes:
    """Zip the parts, then `more` of them, which may repeat a name."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [*parts.items(), *(more or [])]:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def xlsx(sheet: str | bytes, **extra: bytes | str) -> bytes:
    """A workbook of one sheet. `extra` gives parts by path with `/` as `__`."""
    parts = parts_of(sheet)
    for path, content in extra.items():
        parts[path.replace("__", "/")] = content if isinstance(content, bytes) else content.encode()
    return zipped(parts)


def with_parts(sheet: str | bytes, extra: Mapping[str, bytes]) -> bytes:
    return zipped({**parts_of(sheet), **extra})


def ods(tables: str, *, styles: str = "") -> bytes:
    """An OpenDocument spreadsheet around the markup of its tables."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {ODS_NAMES} {CALC_NAME}>'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    return zipped({**ODS_FRAME, "content.xml": content.encode()})


def declare_size(content: bytes, path: str, size: int) -> bytes:
    """Rewrite what the zip says of a part's unpacked size, in its own header and in the directory."""
    changed, name = bytearray(content), path.encode()
    for signature, name_at, size_at in ((b"PK\x03\x04", 30, 22), (b"PK\x01\x02", 46, 24)):
        at = content.find(signature)
        while at >= 0:
            if content[at + name_at : at + name_at + len(name)] == name:
                struct.pack_into("<I", changed, at + size_at, size)
            at = content.find(signature, at + 1)
    return bytes(changed)


def compound(*streams: str) -> bytes:
    """The beginning of an OLE file whose directory names these streams."""
    names = b"".join(name.encode("utf-16-le").ljust(64, b"\0") for name in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + names
