"""Every cap on an uploaded file, in one place. Sizes are bytes, times are seconds."""

from __future__ import annotations

from dataclasses import dataclass

KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of a file is read, and what the process that reads it may use.

    `cells` caps the cells present and, separately, the box rows x columns, each summed over all sheets:
    a reader keeps the whole box in memory, however few of its cells are filled.
    """

    upload_bytes: int = 10 * MEGABYTE
    unpacked_bytes: int = 64 * MEGABYTE
    parts: int = 200
    columns: int = 1_000
    rows: int = 200_000
    cells: int = 5_000_000
    merged_cells: int = 1_000_000
    cell_text: int = 32_767  # Excel's own cap
    csv_field: int = 131_072
    output_bytes: int = 64 * MEGABYTE
    child_memory_bytes: int = 256 * MEGABYTE
    child_cpu_seconds: int = 20
    wall_seconds: float = 30.0


WEB_LIMITS = Limits()
