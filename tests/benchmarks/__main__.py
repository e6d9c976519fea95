"""The report: counting, refusing, recounting, a week, a night's folder, the queue, families, searching."""

import sys
import tempfile
from pathlib import Path

from tests.benchmarks import (
    approving,
    counting,
    families,
    folder,
    matching,
    queue,
    recounting,
    refusing,
    searching,
)

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        for each in (counting, refusing, recounting, approving, folder, queue, families, searching, matching):
            each.report(Path(name))
            sys.stdout.flush()
