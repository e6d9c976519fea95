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
    __package__ = "child"

import codecs
from collections.abc import Iterable, Sequence
from io import BytesIO

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


def confine() -> None:
    """Close the door behind the imports: no file, socket, process or further module from here on.

    The kernel hands out no descriptor beyond the three standard streams; the hook refuses with a reason.
    """
    for codec in CODECS:
        codecs.lookup(codec)
    resource.setrlimit(resource.RLIMIT_NOFILE, (STANDARD_STREAMS, STANDARD_STREAMS))

    def refuse(event: str, _arguments: tuple[object, ...]) -> None:
        if event.startswith(FORBIDDEN):
            raise Trespass(event)

    sys.addaudithook(refuse)


def send_workbook(file: BytesIO, grids: dict[str, Grid] | list[Grid], sender: Sender) -> None:
    """Read values with calamine and send every worksheet, hidden ones too.

    `grids` are the facts of the sheets by name or, from a format that is walked in order, in order.
    """
    try:
        workbook = CalamineWorkbook.from_filelike(file)
    except PasswordError:
        raise Refusal("password_protected") from None
    sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    if isinstance(grids, list):
        grids = {sheet.name: grid for sheet, grid in zip(sheets, grids, strict=True)}
    for sheet in sheets:
        rows = placed_rows(workbook.get_sheet_by_name(sheet.name))
        hidden = sheet.visible != SheetVisibleEnum.Visible
        sender.send_sheet(sheet.name, hidden, grids[sheet.name], rows)


def placed_rows(cells: CalamineSheet) -> Iterable[Sequence[object]]:
    """Return rows from row 1 and column A; calamine leaves out the empty columns on the left."""
    if cells.start is None:
        return ()
    left = [""] * cells.start[1]
    return ([*left, *row] for row in cells.iter_rows()) if left else cells.iter_rows()


def read(kind: str, caps: Caps, sender: Sender) -> None:
    """Send the workbook on standard input. Raises Refusal."""
    content = sys.stdin.buffer.read()
    if kind == "csv":
        text, guessed = decode(content)
        if guessed:
            sender.send({"notice": "encoding_guessed"})
        sender.send_sheet("", False, Grid(), read_rows(text, caps))
    elif kind == "xls":
        send_workbook(BytesIO(content), prove_xls(content, caps), sender)
    else:
        file, grids = (prove_xlsx if kind == "xlsx" else prove_ods)(content, caps)
        send_workbook(file, grids, sender)


def main() -> None:
    kind, caps = sys.argv[3], Caps(*map(int, sys.argv[4:]))
    sender = Sender(sys.stdout.buffer)
    confine()
    try:
        read(kind, caps, sender)
        sender.send({"end": True})
    except Refusal as refusal:
        sender.send({"refused": refusal.code, "row": refusal.row})
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)
    sender.flush()


if __name__ == "__main__":
    main()
