"""The pre-flight pass over a whole .xlsx or .ods: every part that is read is proven first."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO, NamedTuple

from .container import Container
from .grid import Grid, check_total
from .markup import Cuts
from .opendocument import ManifestPart, SpreadsheetContent
from .refusal import Caps, Refusal
from .spreadsheetml import READ_ROOTS, PartFacts, SpreadsheetPart

BOM = b"\xef\xbb\xbf"
MANIFEST, CONTENT, MIMETYPE = "META-INF/manifest.xml", "content.xml", "mimetype"
NOT_A_SHEET = ("chartsheet", "dialogsheet")


class ProvenPart(NamedTuple):
    """A part of an .xlsx that was checked: its name in the zip, what it holds and where it may be divided."""

    name: str
    facts: PartFacts
    cuts: Cuts


class ProvenXlsx:
    """A checked .xlsx, to be read a block of rows at a time."""

    def __init__(self, container: Container, sheets: dict[str, ProvenPart]) -> None:
        self._container = container
        self._sheets = sheets
        self.grids = {name: part.facts.grid for name, part in sheets.items()}

    def outline(self) -> BytesIO:
        """Return the workbook without the sheets that are read in blocks."""
        whole = {part.name for part in self._sheets.values() if not self._is_divided(part)}
        return self._container.repack(*map(self._container.whole, sorted(whole)))

    def blocks(self, sheet: str) -> Iterator[BytesIO] | None:
        """Yield the workbook with a block of that sheet's rows alone; None for a sheet to be read whole."""
        part = self._sheets[sheet]
        if not self._is_divided(part):
            return None
        return map(self._container.repack, self._container.blocks(part.name, part.cuts))

    def _is_divided(self, part: ProvenPart) -> bool:
        # The other parts are read again with each block: as often as they fit into the sheet, and once more.
        return bool(part.cuts.at) and self._container.size(part.name) > self._container.kept_bytes


def prove_xlsx(file: BinaryIO, caps: Caps, *, prove: bool = True) -> ProvenXlsx:
    """Check every part. `prove=False` shows every row to expat and divides no sheet. Raises Refusal."""
    container = Container(file, caps)
    parts: dict[str, ProvenPart] = {}
    for name in container.names():
        if not _is_markup(container, name):
            for _piece in container.pieces(name):
                pass
            continue
        grammar = SpreadsheetPart(caps)
        cuts = container.check(name, grammar, prove=prove)
        parts[name.casefold()] = ProvenPart(name, grammar.facts, cuts)
        if grammar.facts.root in READ_ROOTS - {"worksheet"}:
            container.keep(name)
    return ProvenXlsx(container, _sheets(parts, caps))


def prove_ods(file: BinaryIO, caps: Caps, *, prove: bool = True) -> tuple[BytesIO, dict[str, Grid]]:
    """Check the content part; return a zip to read, and each sheet's facts by its name. Raises Refusal."""
    container = Container(file, caps)
    if not {MANIFEST, CONTENT, MIMETYPE} <= set(container.names()):
        raise Refusal("damaged_file")
    container.check(MANIFEST, ManifestPart())
    grammar = SpreadsheetContent(caps)
    container.check(CONTENT, grammar, prove=prove)
    for _piece in container.pieces(MIMETYPE):
        pass
    for name in (MIMETYPE, MANIFEST, CONTENT):
        container.keep(name)
    return container.repack(), grammar.grids


def _sheets(parts: dict[str, ProvenPart], caps: Caps) -> dict[str, ProvenPart]:
    """Follow the workbook part to its sheets, and hold them together to the caps."""
    workbooks = [name for name, part in parts.items() if part.facts.root == "workbook"]
    if len(workbooks) != 1:
        raise Refusal("damaged_file")
    folder, file_name = posixpath.split(workbooks[0])
    relations = parts.get(posixpath.join(folder, "_rels", file_name + ".rels"))
    targets = relations.facts.targets if relations else {}
    sheets: dict[str, ProvenPart] = {}
    for sheet in parts[workbooks[0]].facts.sheets:
        target = targets.get(sheet.relation, "").casefold()
        resolved = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
        part = parts.get(resolved) or parts.get(target)
        if part is None or sheet.name in sheets:
            raise Refusal("damaged_file")
        if part.facts.root == "worksheet":
            sheets[sheet.name] = part
        elif part.facts.root not in NOT_A_SHEET:
            raise Refusal("macro_workbook" if part.facts.root == "macrosheet" else "damaged_file")
    check_total(caps, [part.facts.grid for part in sheets.values()])
    return sheets


def _is_markup(container: Container, name: str) -> bool:
    """Whether a part is XML by what it holds. Drawings of old comments (.vml) are not held to XML's rules."""
    lowered = name.casefold()
    if lowered.endswith(".vml"):
        return False
    start = container.start_of(name).removeprefix(BOM).lstrip(b" \t\r\n")
    return lowered.endswith((".xml", ".rels")) or start[:1] == b"<"
