"""The report: whole `cme count` against pandas merely reading, recount, and approving a week."""

import sys
import tempfile
from pathlib import Path

from tests.benchmarks import approving, counting, recounting

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for report in (counting.report, recounting.report, approving.report):
            report(folder)
            sys.stdout.flush()
