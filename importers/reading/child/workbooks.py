"""The pre-flight pass over a whole .xlsx or .ods: every part that is read is proven first."""

from __future__ import annotations

import posixpath
from io import BytesIO

from .container import Container
from .grid import Grid, check_total
from .opendocument import ManifestPart, SpreadsheetContent
from .refusal import Caps, Refusal
from .spreadsheetml import READ_ROOTS, PartFacts, SpreadsheetPart

BOM = b"\xef\xbb\xbf"
MANIFEST, CONTENT, MIMETYPE = "META-INF/manifest.xml", "content.xml", "mimetype"
NOT_A_SHEET = ("chartsheet", "dialogsheet")


def prove_xlsx(content: bytes, caps: Caps, *, prove: bool = True) -> tuple[BytesIO, dict[str, Grid]]:
    """Check every part; return a zip of those to read, and each sheet's facts by its name. Raises Refusal."""
    container = Container(content, caps)
    facts: dict[str, PartFacts] = {}
    for name in container.names():
        if not _is_markup(container, name):
            for _piece in container.pieces(name):
                pass
            continue
        grammar = SpreadsheetPart(caps)
        container.check(name, grammar, prove=prove)
        facts[name.casefold()] = grammar.facts
        if grammar.facts.root in READ_ROOTS:
            container.keep(name)
    return container.repack(), _sheet_grids(facts, caps)


def prove_ods(content: bytes, caps: Caps, *, prove: bool = True) -> tuple[BytesIO, dict[str, Grid]]:
    """Check the content part; return a zip to read, and each sheet's facts by its name. Raises Refusal."""
    container = Container(content, caps)
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


def _sheet_grids(facts: dict[str, PartFacts], caps: Caps) -> dict[str, Grid]:
    """Follow the workbook part to its sheets, and hold them together to the caps."""
    workbooks = [name for name, part in facts.items() if part.root == "workbook"]
    if len(workbooks) != 1:
        raise Refusal("damaged_file")
    folder, file_name = posixpath.split(workbooks[0])
    relations = facts.get(posixpath.join(folder, "_rels", file_name + ".rels"), PartFacts())
    grids: dict[str, Grid] = {}
    for sheet in facts[workbooks[0]].sheets:
        target = relations.targets.get(sheet.relation, "").casefold()
        resolved = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
        part = facts.get(resolved) or facts.get(target)
        if part is None or sheet.name in grids:
            raise Refusal("damaged_file")
        if part.root == "worksheet":
            grids[sheet.name] = part.grid
        elif part.root not in NOT_A_SHEET:
            raise Refusal("macro_workbook" if part.root == "macrosheet" else "damaged_file")
    check_total(caps, list(grids.values()))
    return grids


def _is_markup(container: Container, name: str) -> bool:
    """Whether a part is XML by what it holds. Drawings of old comments (.vml) are not held to XML's rules."""
    lowered = name.casefold()
    if lowered.endswith(".vml"):
        return False
    start = container.start_of(name).removeprefix(BOM).lstrip(b" \t\r\n")
    return lowered.endswith((".xml", ".rels")) or start[:1] == b"<"
