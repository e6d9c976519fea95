"""A night's registers of many schools: several schools at once, each in one process that keeps its order."""

import csv
import io
import signal
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from multiprocessing import get_context
from multiprocessing.synchronize import Event, Lock
from pathlib import Path
from typing import cast

import click
from flask import Flask
from sqlalchemy.exc import OperationalError

from cme import clock
from cme.access.scope import Scope
from cme.attendance.standing import RETURN_DAYS
from cme.cli.database import open_database, operator_scope
from cme.cli.intake import NotTaken, approve, held_by, name_of, receive
from cme.cli.progress import progress
from cme.cli.tables import in_words, write_table
from cme.errors import Unusable
from cme.installation import connect, keep_what_is_loaded
from cme.services.registers import uploads
from cme.services.registers.checking import NotNow
from cme.services.registers.impact import foresee
from cme.settings import Settings
from cme.store.database import write_in_turn
from importers.answering.answers import Answers

TITLES = ("File", "School", "Layout", "Pupils", "New marks", "Changed", "Reached day 10", "Result")

IMPORTED, NOTHING_NEW, WAITING = "imported", "nothing new", "waiting for approval"
FAILED, HELD, NOT_BEGUN = "failed", "waiting for a person", "not begun"
GOOD = frozenset({IMPORTED, NOTHING_NEW, WAITING})
"""Results of which nobody has to be told."""

MOST_SAID = 5
"""Errors of one register that are said one by one."""

Register = tuple[Path, ...]
"""The files that are parts of one register."""

_LAESTAB_LENGTH = 7
_YES = frozenset({"yes", "y", "true", "1"})
_NO = frozenset({"", "no", "n", "false", "0"})


@dataclass(frozen=True, slots=True)
class MapLine:
    """Which files are a school's: a name or a pattern, and whether they are parts of one register."""

    pattern: str
    laestab: str
    together: bool

    def takes(self, path: Path) -> bool:
        """Whether a file is meant; capitals make no difference."""
        return fnmatchcase(path.name.casefold(), self.pattern.casefold())


@dataclass(frozen=True, slots=True)
class Row:
    """How one register ended: a row of the summary, and sentences for whoever has to act on it."""

    files: str
    laestab: str = ""
    layout: str = ""
    pupils: int = 0
    marks_added: int = 0
    marks_altered: int = 0
    reached: int = 0
    result: str = FAILED
    said: tuple[str, ...] = ()


def import_folder(files: Sequence[Path], map_file: Path, answers: Answers, *, jobs: int, yes: bool) -> bool:
    """Import the files, each for the school that the map gives it; whether all was well.

    Files of one school go in by their names, one after the other. What is wrong with one register stops no
    other. Raises Unusable when the map or the database cannot be used, and Abort when it is interrupted, once
    the registers under way are finished.
    """
    schools, rows = assign(files, read_map(map_file))
    settings = Settings.load()
    with open_database():
        # What every process needs is made here, once: the tables, and the key that files are sealed with.
        settings.resolve_secret_key()
    interrupted = False
    # No connection is open any more, so a forked process shares none, and has its libraries loaded already.
    context = get_context("fork" if sys.platform == "linux" else "spawn")
    stopped, turn = context.Event(), context.Lock()
    with ProcessPoolExecutor(jobs, context, _begin, (settings, stopped, turn)) as pool:
        futures = {
            pool.submit(_take_school, laestab, registers, answers, yes): (laestab, registers)
            for laestab, registers in schools.items()
        }
        try:
            with progress(as_completed(futures), "Importing registers", length=len(futures)) as done:
                for _ in done:
                    pass
        except KeyboardInterrupt:
            interrupted = True
            stopped.set()
            pool.shutdown(cancel_futures=True)
    for future, (laestab, registers) in futures.items():
        rows += _rows_of(future, laestab, registers)
    _report(rows)
    if interrupted:
        raise click.Abort
    return all(row.result in GOOD for row in rows)


def read_map(path: Path) -> tuple[MapLine, ...]:
    """The lines of a map: CSV with the columns file, school and, where wanted, together.

    Raises Unusable, naming the line and what to do.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as fault:
        raise Unusable(f"{path} cannot be opened ({fault.strerror}). Check its name.") from None
    except UnicodeDecodeError:
        raise Unusable(f"{path} is not a text file. Save the map as CSV (UTF-8).") from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    names = [name.strip().casefold() for name in reader.fieldnames or ()]
    if not {"file", "school"} <= set(names) <= {"file", "school", "together"}:
        raise Unusable(f"{path}: the first line must be file,school or file,school,together.")
    reader.fieldnames = names
    lines = tuple(_map_line(row, f"{path}, line {reader.line_num}") for row in reader)
    if not lines:
        raise Unusable(f"{path} names no file. Write a line for each school, such as *.xlsx,8412000.")
    return lines


def _map_line(row: Mapping[str, str | None], place: str) -> MapLine:
    pattern, school, together = ((row.get(name) or "").strip() for name in ("file", "school", "together"))
    laestab = school.replace("/", "")
    if not pattern:
        raise Unusable(f"{place}: no file is named. Write its name, or a pattern such as *.xlsx.")
    if len(laestab) != _LAESTAB_LENGTH or not (laestab.isascii() and laestab.isdigit()):
        raise Unusable(f"{place}: the school must be a LAESTAB of seven digits, such as 8412000.")
    if together.casefold() not in _YES | _NO:
        raise Unusable(f"{place}: together must be yes, or empty.")
    return MapLine(pattern, laestab, together.casefold() in _YES)


def assign(files: Iterable[Path], lines: Sequence[MapLine]) -> tuple[dict[str, list[Register]], list[Row]]:
    """The registers of each school in the order of their names, and a row for each fault of the map.

    A file for which the map has no school, or two, is not imported; a line for which there is no file means
    that a school's export did not come.
    """
    ordered = sorted(files, key=lambda path: (path.name, path))
    schools: dict[str, list[Register]] = {line.laestab: [] for line in lines}
    together: dict[str, list[Path]] = defaultdict(list)
    faults = []
    for path in ordered:
        meant = [line for line in lines if line.takes(path)]
        laestabs = sorted({line.laestab for line in meant})
        if len(laestabs) != 1:
            why = (
                f"the map gives it to {' and '.join(laestabs)}"
                if laestabs
                else "the map has no school for it"
            )
            faults.append(Row(path.name, said=(f"{path.name}: {why}. Correct the map and import it again.",)))
        elif any(line.together for line in meant):
            together[laestabs[0]].append(path)
        else:
            schools[laestabs[0]].append((path,))
    for laestab, parts in together.items():
        schools[laestab].append(tuple(parts))
        schools[laestab].sort(key=lambda register: register[0].name)
    for line in lines:
        if not any(line.takes(path) for path in ordered):
            why = f"there is no such file for school {line.laestab}. See whether its export came."
            faults.append(Row(line.pattern, line.laestab, said=(f"{line.pattern}: {why}",)))
    return {laestab: registers for laestab, registers in schools.items() if registers}, faults


_APP: Flask | None = None
_STOPPED: Event | None = None


def _begin(settings: Settings, stopped: Event, turn: Lock) -> None:
    """Set a process up: it has a database of its own, and leaves an interruption to the one that began it."""
    global _APP, _STOPPED
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _APP, _STOPPED = Flask("cme"), stopped
    connect(_APP, settings, prepare=False)
    write_in_turn(_APP, turn)
    keep_what_is_loaded()


def _take_school(laestab: str, registers: Sequence[Register], answers: Answers, yes: bool) -> list[Row]:
    """Take the registers of one school through the pipeline, in order."""
    rows = []
    with cast(Flask, _APP).app_context():
        scope = operator_scope()
        for paths in registers:
            if cast(Event, _STOPPED).is_set():
                rows.append(Row(name_of(paths), laestab, result=NOT_BEGUN))
                continue
            try:
                rows.append(_take(scope, laestab, paths, answers, yes=yes))
            except OperationalError:
                uploads.pause()
                busy = "the database did not answer in time, and nothing was saved. Import it again."
                rows.append(Row(name_of(paths), laestab, said=(f"{name_of(paths)}: {busy}",)))
    return rows


def _take(scope: Scope, laestab: str, paths: Register, answers: Answers, *, yes: bool) -> Row:
    name = name_of(paths)
    try:
        found = receive(scope, laestab, paths, answers)
    except NotTaken as fault:
        return Row(name, laestab, said=(str(fault),))
    upload, plan = found.upload, found.plan
    row = Row(name, laestab, upload.layout, upload.pupils)
    if plan is None:
        said = [in_words(issue) for issue in found.errors[:MOST_SAID]]
        more = len(found.errors) - MOST_SAID
        if more > 0:
            said.append(f"{name}: {more:,} more errors. They are listed in the browser.")
        return replace(row, said=tuple(said))
    row = replace(row, marks_added=plan.marks_added, marks_altered=plan.marks_altered)
    held = held_by(found)
    if held:
        return replace(row, result=HELD, said=tuple(f"{name}: {sentence}" for sentence in held))
    if found.changes_nothing:
        uploads.cancel(scope, upload.id, at=clock.now())
        return replace(row, result=NOTHING_NEW)
    if not yes:
        foreseen = foresee(scope, upload, plan, today=clock.today())
        moves = ((one.before.return_run, one.after.return_run) for one in foreseen)
        return replace(row, reached=_reached(moves), result=WAITING)
    try:
        impact = (approve(scope, found).receipt or {})["impact"]
    except NotNow as refusal:
        return replace(row, said=(f"{name}: {refusal}",))
    moves = ((one["before"]["return_run"], one["after"]["return_run"]) for one in impact)
    return replace(row, reached=_reached(moves), result=IMPORTED)


def _reached(moves: Iterable[tuple[int | None, int | None]]) -> int:
    """How many return runs reached the tenth day."""
    return sum((before or 0) < RETURN_DAYS <= (after or 0) for before, after in moves)


def _rows_of(future: Future[list[Row]], laestab: str, registers: Sequence[Register]) -> list[Row]:
    """What became of a school; a row for each of its registers, whatever happened to its process."""
    if future.cancelled():
        return [Row(name_of(paths), laestab, result=NOT_BEGUN) for paths in registers]
    fault = future.exception()
    if fault is None:
        return future.result()
    why = f"its process ended ({type(fault).__name__}). What was imported stays; import it again."
    if isinstance(fault, Unusable):
        why = str(fault)
    return [Row(name_of(paths), laestab, said=(f"{name_of(paths)}: {why}",)) for paths in registers]


def _report(rows: Sequence[Row]) -> None:
    """The faults, each a sentence, then the table of all registers, then their number by result."""
    for row in rows:
        for sentence in row.said:
            click.echo(sentence, err=True)
    ordered = sorted(rows, key=lambda row: (row.laestab, row.files))
    write_table(
        TITLES,
        [
            (
                row.files,
                row.laestab,
                row.layout,
                row.pupils,
                row.marks_added,
                row.marks_altered,
                row.reached,
                row.result,
            )
            for row in ordered
        ],
    )
    counted = Counter(row.result for row in rows)
    click.echo(", ".join(f"{number:,} {result}" for result, number in counted.most_common()) + ".")
    if counted[WAITING]:
        click.echo("Approve what waits in the browser, or give the same command with --yes.")
