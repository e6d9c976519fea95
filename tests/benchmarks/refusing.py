"""How much a web process grows while hostile and huge files are refused."""

import subprocess
import sys
from pathlib import Path

from importers.reading import WEB_LIMITS
from tests.unit.importers.reading.test_hostile_files import HOSTILE

MOST_MEGABYTES = 50

REFUSE = """
import sys
from pathlib import Path
from importers.reading import WEB_LIMITS, Refused, read_workbook

def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024

before, refused = peak(), 0
files = sorted(Path(sys.argv[1]).iterdir())
for path in files:
    # The server takes no more than this of a request.
    with path.open("rb") as file:
        content = file.read(WEB_LIMITS.upload_bytes + 1)
    try:
        read_workbook(content, path.name)
    except Refused:
        refused += 1
print(f"{refused} of {len(files)} hostile and huge files refused; the process grew {peak() - before:.1f} MB")
"""


def report(folder: Path) -> None:
    """Print the growth of a process's peak memory over every hostile file and one over the upload cap."""
    hostile = folder / "hostile"
    hostile.mkdir()
    for number, (build, filename, _) in enumerate(HOSTILE.values()):
        (hostile / f"{number:03d}{Path(filename).suffix}").write_bytes(build())
    (hostile / "huge.csv").write_bytes(b"a,b,c\n" * (WEB_LIMITS.upload_bytes // 6 + 1))
    said = subprocess.run(
        [sys.executable, "-c", REFUSE, str(hostile)], check=True, capture_output=True, text=True
    )
    print(f"{said.stdout.strip()} (at most {MOST_MEGABYTES} are wanted)\n")
