"""A night's folder: a week of each of 200 schools through `cme import --map`, one and several at once."""

import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

from cme.access.scope import Scope
from cme.services.schools import add_school
from cme.store.schools import read_authority_ids
from tests.benchmarks.measure import cme
from tests.benchmarks.registers import school_days, write_register
from tests.store import close, prepare, store_app

SCHOOLS, PUPILS = 200, 200
JOBS = (1, (os.cpu_count() or 1) + 1)
"""One, and as many as the command takes by itself: one of them waits for its turn to write."""
AT = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
WEEK = school_days(date(2026, 11, 9), 5)


def report(folder: Path, schools: int = SCHOOLS, pupils: int = PUPILS) -> None:
    """Print how much faster several processes take a night's folder than one, on SQLite.

    Every run starts from the same empty schools, so that each writes every pupil and mark.
    """
    night = folder / "night"
    night.mkdir()
    content = write_register(folder, "week.xlsx", pupils, WEEK).read_bytes()
    laestabs = [f"841{2000 + number}" for number in range(schools)]
    for laestab in laestabs:
        (night / f"{laestab}.xlsx").write_bytes(content)
    lines = "\n".join(f"{laestab}.xlsx,{laestab}" for laestab in laestabs)
    (folder / "map.csv").write_text(f"file,school\n{lines}\n")
    empty = folder / "empty.db"
    _add_schools(f"sqlite:///{empty}", laestabs)
    seconds = {jobs: _import(folder, empty, jobs) for jobs in JOBS}
    one, several = (seconds[jobs] for jobs in JOBS)
    print(
        f"A night's folder: a week of {schools} schools, {pupils} pupils each, on {os.cpu_count()} processors"
    )
    print(
        f"  1 process {one:.1f} s ({one / schools:.2f} s a school), "
        f"{JOBS[1]} processes {several:.1f} s: {one / several:.2f}x"
    )
    print()


def _add_schools(url: str, laestabs: list[str]) -> None:
    prepare(url)
    app = store_app(url)
    with app.app_context():
        for number, laestab in enumerate(laestabs):
            # The first brings the authority, whose number the operator needs for the next.
            operator = Scope.for_operator(read_authority_ids())
            urn, name = str(200_000 + number), "Northmoor Academy"
            add_school(operator, laestab=laestab, urn=urn, name=name, at=AT)
    close(app)


def _import(folder: Path, empty: Path, jobs: int) -> float:
    """Seconds of one run. Raises CalledProcessError when a school fails."""
    database = folder / f"jobs-{jobs}.db"
    shutil.copy(empty, database)
    command = cme("import", folder / "night", "--map", folder / "map.csv", "--jobs", str(jobs), "--yes")
    environment = os.environ | {
        "CME_DATABASE_URL": f"sqlite:///{database}",
        "CME_INSTANCE": str(folder / "instance"),
    }
    started = time.perf_counter()
    subprocess.run(
        command, check=True, env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=sys.stderr
    )
    return time.perf_counter() - started
