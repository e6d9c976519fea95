"""The report: counting and refusing files, recounting, a school's week, a night's folder, and the queue."""

import sys
import tempfile
from pathlib import Path

from tests.benchmarks import approving, counting, folder, queue, recounting, refusing

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        for each in (counting, refusing, recounting, approving, folder, queue):
            each.report(Path(name))
            sys.stdout.flush()
