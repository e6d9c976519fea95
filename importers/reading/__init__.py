"""Reading an uploaded file safely: bytes in, a workbook of cells at their true addresses out."""

from importers.reading.limits import WEB_LIMITS, Limits
from importers.reading.reader import read_workbook, shown_name
from importers.reading.sniffing import ENCODINGS
from importers.reading.workbook import (
    Cell,
    CellError,
    Refused,
    Sheet,
    Workbook,
    cell_address,
    column_letters,
)

__all__ = [
    "ENCODINGS",
    "WEB_LIMITS",
    "Cell",
    "CellError",
    "Limits",
    "Refused",
    "Sheet",
    "Workbook",
    "cell_address",
    "column_letters",
    "read_workbook",
    "shown_name",
]
