"""The child's own entry: limits first, then the file on standard input, then JSON lines on standard output.

Called by path with `python -I`, with the memory limit (bytes), the CPU limit (seconds), the kind of file and
the caps as arguments. Exit status 0 means that the last line was sent, any other that the file is refused.
"""

# The limits must hold before anything larger is loaded: import order is the point of this file.
import resource
import sys

if __name__ == "__main__":
    memory, cpu = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    sys.path.append(__file__.rpartition("/child/")[0])
    # No workbook is packed in these ways: their libraries stay out of this process.
    sys.modules["bz2"] = sys.modules["lzma"] = None  # type: ignore[assignment]
    __package__ = "child"

import codecs
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import BytesIO
from itertools import islice, repeat

from python_calamine import (
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from .delimited import decode, read_rows
from .grid import Grid
from .legacy import prove_xls
from .refusal import Caps, Refusal
from .transfer import Sender
from .workbooks import prove_ods, prove_xlsx

STANDARD_STREAMS = 3
OUT_OF_MEMORY = 12
CODECS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "cp437", "ascii")
"""Those that text registers and zip names need; a codec loads on first use, which is too late."""
FORBIDDEN = ("open", "os.", "socket.", "subprocess.", "shutil.", "ctypes.", "urllib.", "import")


class Trespass(BaseException):
    """Something tried to leave the child. No plain Exception: no `except` may take it for a bad file."""


def confine(*encodings: str) -> None:
    """Close the door behind the imports: no file, socket, process or further module from here on.

    The kernel hands out no descriptor beyond the three standard streams; the hook refuses with a reason.
    """
    for codec in (*CODECS, *encodings):
        codecs.lookup(codec)
    resource.setrlimit(resource.RLIMIT_NOFILE, (STANDARD_STREAMS, STANDARD_STREAMS))

    def refuse(event: str, _arguments: tuple[object, ...]) -> None:
        if event.startswith(FORBIDDEN):
            raise Trespass(event)

    sys.addaudithook(refuse)


def open_workbook(file: BytesIO) -> CalamineWorkbook:
    """Open a workbook with calamine. Raises Refusal for one with a password."""
    try:
        return CalamineWorkbook.from_filelike(file)
    except PasswordError:
        raise Refusal("password_protected") from None


def send_workbook(
    workbook: CalamineWorkbook,
    grids: dict[str, Grid] | list[Grid],
    sender: Sender,
    blocks: Callable[[str], Iterable[BytesIO] | None] = lambda _sheet: None,
) -> None:
    """Read values with calamine and send every worksheet, hidden ones too.

    `grids` are the facts of the sheets by name or, from a format that is walked in order, in order.
    `blocks` gives for a sheet's name the workbooks that hold its rows, or None where `workbook` does.
    """
    sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    if isinstance(grids, list):
        grids = {sheet.name: grid for sheet, grid in zip(sheets, grids, strict=True)}
    for sheet in sheets:
        divided = blocks(sheet.name)
        holders = [workbook] if divided is None else map(open_workbook, divided)
        rows = placed_rows(holder.get_sheet_by_name(sheet.name) for holder in holders)
        hidden = sheet.visible != SheetVisibleEnum.Visible
        sender.send_sheet(sheet.name, hidden, grids[sheet.name], rows)


def placed_rows(blocks: Iterable[CalamineSheet]) -> Iterator[Sequence[object]]:
    """Yield a sheet's rows from row 1 and column A; a block tells only where its own first cell stands."""
    reached = 0
    for cells in blocks:
        if cells.start is None:
            continue
        top, first = cells.start
        yield from repeat((), top - reached)
        # A block's iterator begins at row 1: to skip what came before costs more than to hold one block.
        rows = cells.to_python() if reached else islice(cells.iter_rows(), top, None)
        left = [""] * first
        yield from ([*left, *row] for row in rows) if left else rows
        reached = top + cells.height


def read(kind: str, encoding: str, caps: Caps, sender: Sender) -> None:
    """Send the workbook on standard input; `encoding` is '' unless a person chose it. Raises Refusal."""
    file = sys.stdin.buffer
    if kind == "csv":
        text, unproven = decode(file.read(), encoding or "cp1252")
        if unproven and not encoding:
            sender.send({"notice": "encoding_guessed"})
        sender.send_sheet("", False, Grid(), read_rows(text, caps))
    elif kind == "xls":
        content = file.read()
        grids = prove_xls(content, caps)
        send_workbook(open_workbook(BytesIO(content)), grids, sender)
    elif kind == "ods":
        proven, tables = prove_ods(file, caps)
        send_workbook(open_workbook(proven), tables, sender)
    else:
        book = prove_xlsx(file, caps)
        send_workbook(open_workbook(book.outline()), book.grids, sender, book.blocks)


def main() -> None:
    (kind, *chosen), caps = sys.argv[3].split(), Caps(*map(int, sys.argv[4:]))
    sender = Sender(sys.stdout.buffer)
    confine(*chosen)
    try:
        read(kind, "".join(chosen), caps, sender)
        sender.send({"end": True})
    except Refusal as refusal:
        sender.send({"refused": refusal.code, "row": refusal.row})
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)
    sender.flush()


if __name__ == "__main__":
    main()
