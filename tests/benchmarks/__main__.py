"""The report: counting and refusing files, recounting, a school's week, and a night's folder."""

import sys
import tempfile
from pathlib import Path

from tests.benchmarks import approving, counting, folder, recounting, refusing

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        for each in (counting, refusing, recounting, approving, folder):
            each.report(Path(name))
            sys.stdout.flush()
