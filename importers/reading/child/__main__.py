"""The child's own entry: limits first, then the file on standard input, then JSON lines on standard output.

Called by path with `python -I`, with the memory limit (bytes), the CPU limit (seconds), the kind of file and
the caps as arguments. Exit status 0 means that the last line was sent, any other that the file is refused.
"""

# The limits must hold before anything larger is loaded: import order is the point of this file.
# ruff: noqa: I001
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

import python_calamine

from .delimited import decode, read_rows
from .grid import Grid, check_total
from .refusal import Caps, Refusal
from .transfer import Sender
from .workbooks import prove_ods, prove_xlsx

STANDARD_STREAMS = 3
CODECS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "cp437", "ascii")
"""Those that text registers and zip names need; a codec loads on first use, which is too late."""
FORBIDDEN = ("open", "os.", "socket.", "subprocess.", "shutil.", "ctypes.", "urllib.", "import")


class Trespass(BaseException):
    """Something tried to leave the child. Not an Exception, so that no `except` mistakes it for a bad file."""


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


def send_workbook(file: BytesIO, grids: dict[str, Grid] | None, caps: Caps, sender: Sender) -> None:
    """Read values with calamine and send every worksheet, hidden ones too."""
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(file)
    except python_calamine.PasswordError:
        raise Refusal("password_protected") from None
    seen: list[Grid] = []
    for sheet in workbook.sheets_metadata:
        if sheet.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        cells = workbook.get_sheet_by_name(sheet.name)
        grid = grids.get(sheet.name) if grids is not None else legacy_grid(cells, caps)
        if grid is None:
            raise Refusal("damaged_file")
        seen.append(grid)
        check_total(caps, seen)
        hidden = sheet.visible != python_calamine.SheetVisibleEnum.Visible
        sender.send_sheet(sheet.name, hidden, grid, placed_rows(cells))


def legacy_grid(cells: python_calamine.CalamineSheet, caps: Caps) -> Grid:
    """Return what calamine knows of an .xls sheet; the format has no pre-flight pass."""
    grid = Grid()
    if cells.end is not None:
        grid.extend(caps, cells.end[0] + 1, cells.end[1] + 1, 0)
    for (first_row, first_column), (last_row, last_column) in cells.merged_cell_ranges or []:
        grid.merge(caps, (first_row, first_column, last_row, last_column))
    return grid


def placed_rows(cells: python_calamine.CalamineSheet) -> Iterable[Sequence[object]]:
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
        send_workbook(BytesIO(content), None, caps, sender)
    else:
        file, grids = (prove_xlsx if kind == "xlsx" else prove_ods)(content, caps)
        send_workbook(file, grids, caps, sender)


def main() -> None:
    kind, caps = sys.argv[3], Caps(*map(int, sys.argv[4:]))
    sender = Sender(sys.stdout.buffer)
    confine()
    try:
        read(kind, caps, sender)
        sender.send({"end": True})
    except Refusal as refusal:
        sender.send({"refused": refusal.code, "cell": refusal.cell, "row": refusal.row})
    sender.flush()


if __name__ == "__main__":
    main()
