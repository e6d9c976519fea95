"""Counting a large authority's register lines again."""

import time
from pathlib import Path

from cme.attendance.runs import Place
from cme.attendance.standing import Standing
from cme.services.absence import count_school
from cme.store.pupils import Counted
from tests.benchmarks.registers import calendar, make_lines

SCHOOLS, PUPILS = 200, 1000


def report(_folder: Path) -> None:
    """Print how long the fold of 200,000 pupils' school year takes in memory, on one core."""
    terms = calendar()
    school = [Counted(number, Place(), lines, Standing()) for number, lines in enumerate(make_lines(PUPILS))]
    count_school(terms, school)
    started = time.perf_counter()
    for _ in range(SCHOOLS):
        count_school(terms, school)
    seconds = time.perf_counter() - started
    each = seconds / SCHOOLS / PUPILS * 1e6
    print("Recount of 200,000 pupils' register lines, one school year each")
    print(f"  {seconds:.1f} s on one core, {each:.0f} microseconds a pupil\n")
