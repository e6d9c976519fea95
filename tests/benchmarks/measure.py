"""Timing whole processes in pairs, and the memory of all their processes together."""

import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SAMPLE_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Run:
    """One finished command: wall seconds, and the peak memory of it and its children together, in bytes.

    A page that several of them share counts once.
    """

    seconds: float
    peak_bytes: int


def run(command: Sequence[str]) -> Run:
    """Run a command to its end; its output is thrown away. Raises CalledProcessError when it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peak = [0]
    ended = threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, peak, ended))
    watcher.start()
    status = process.wait()
    seconds = time.perf_counter() - started
    ended.set()
    watcher.join()
    if status:
        raise subprocess.CalledProcessError(status, command)
    return Run(seconds, peak[0])


def run_in_turn(commands: dict[str, Sequence[str]], times: int = 5) -> dict[str, list[Run]]:
    """Run commands in turn, A B A B, after one warm-up each, so that a drifting machine is fair to all."""
    for command in commands.values():
        run(command)
    found: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(times):
        for name, command in commands.items():
            found[name].append(run(command))
    return found


def median_seconds(runs: Sequence[Run]) -> float:
    """The median wall time of some runs."""
    return statistics.median(one.seconds for one in runs)


def median_megabytes(runs: Sequence[Run]) -> float:
    """The median peak memory of some runs, in MB."""
    return statistics.median(one.peak_bytes for one in runs) / 1e6


def cme(*arguments: str | Path) -> list[str]:
    """The command line of `cme` with these arguments."""
    return [str(Path(sys.executable).with_name("cme")), *map(str, arguments)]


def _watch(pid: int, peak: list[int], ended: threading.Event) -> None:
    while not ended.is_set():
        peak[0] = max(peak[0], sum(map(_share, _family(pid))))
        time.sleep(SAMPLE_SECONDS)


def _family(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return [pid]
    return [pid, *(each for child in text.split() for each in _family(int(child)))]


def _share(pid: int) -> int:
    """The resident bytes of a process, those it shares with others divided among them (PSS)."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
