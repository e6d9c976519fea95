"""The report: counting and refusing files, recounting, a week, a night's folder, the queue, searching."""

import sys
import tempfile
from pathlib import Path

from tests.benchmarks import approving, counting, folder, matching, queue, recounting, refusing, searching

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        for each in (counting, refusing, recounting, approving, folder, queue, searching, matching):
            each.report(Path(name))
            sys.stdout.flush()
