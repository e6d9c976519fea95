"""Where databases of the tests lie: in memory if possible, as every commit waits for a disk."""

import os
import shutil
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - on Linux a folder in memory
_ENOUGH = 1024**3
"""Bytes. A container often has 64 MB of it, which one PostgreSQL server fills."""


def memory() -> Path | None:
    """A folder in memory, or None where the system has none that is large enough."""
    if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH:
        return _MEMORY
    return None
