"""The report: `cme count` against pandas merely reading, recount, approving a week, and a night's folder."""

import sys
import tempfile
from pathlib import Path

from tests.benchmarks import approving, counting, folder, recounting

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        for report in (counting.report, recounting.report, approving.report, folder.report):
            report(Path(name))
            sys.stdout.flush()
