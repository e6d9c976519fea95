"""The safe whole of `cme count`, paired with openpyxl and pandas merely reading the same file."""

import sys
from datetime import date
from pathlib import Path

from tests.benchmarks.measure import cme, median_megabytes, median_seconds, run_in_turn
from tests.benchmarks.registers import school_days, write_register

# With defusedxml installed openpyxl parses in pure Python; told to do without, it is several times faster.
READ = (
    "import os, sys; os.environ['OPENPYXL_DEFUSEDXML'] = 'False'; import pandas; "
    "pandas.read_excel(sys.argv[1], engine=sys.argv[2], dtype=str)"
)
READ_ONLY = (
    "import os, sys; os.environ['OPENPYXL_DEFUSEDXML'] = 'False'; import openpyxl; "
    "book = openpyxl.load_workbook(sys.argv[1], read_only=True, data_only=True); "
    "[row for sheet in book for row in sheet.iter_rows(values_only=True)]"
)
YEAR, WEEK = 195, 5


def report(folder: Path) -> None:
    """Print seconds, memory and ratios for a wide school year and a week, and how cost grows."""
    print("cme count (sniff, pre-flight, parse, check, count, JSON) against merely reading the file")
    whole = {}
    for label, days in (
        ("year, 1,600 pupils", school_days(date(2025, 9, 1), YEAR)),
        ("week, 1,600 pupils", school_days(date(2026, 11, 16), WEEK)),
    ):
        whole[label] = _compare(label, write_register(folder, f"{days[0]}.xlsx", 1600, days))
    small = write_register(folder, "small.xlsx", 400, school_days(date(2025, 9, 1), YEAR))
    runs = run_in_turn({"count": cme("count", small, "--json")})["count"]
    grown = whole["year, 1,600 pupils"] / median_seconds(runs)
    print(f"  from 400 to 1,600 pupils (4 times the marks) the time of a year grows {grown:.2f} times\n")


def _compare(label: str, path: Path) -> float:
    commands = {
        "cme count": cme("count", path, "--json"),
        "openpyxl read-only": [sys.executable, "-c", READ_ONLY, str(path)],
        "pandas + openpyxl": [sys.executable, "-c", READ, str(path), "openpyxl"],
        "pandas + calamine": [sys.executable, "-c", READ, str(path), "calamine"],
    }
    found = run_in_turn(commands)
    seconds = {name: median_seconds(runs) for name, runs in found.items()}
    memory = {name: median_megabytes(runs) for name, runs in found.items()}
    print(f"  {label}, {path.stat().st_size / 1e6:.2f} MB")
    for name in commands:
        times, share = seconds[name] / seconds["cme count"], memory["cme count"] / memory[name]
        print(
            f"    {name:18} {seconds[name]:6.2f} s  {memory[name]:6.0f} MB peak, all processes"
            f"   ({times:.2f} times cme's time; cme's memory is {share:.2f} of it)"
        )
    return seconds["cme count"]
