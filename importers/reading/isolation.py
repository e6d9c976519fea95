"""Running the child on one file: what it may use, how long it may take, what of its answer is believed.

A file can abort the reader outright, so no file is parsed in this process; whatever the child does, the
caller gets its messages or a reason to refuse the file.
"""

from __future__ import annotations

import compileall
import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from time import monotonic
from typing import IO, Any

from importers.reading.limits import Limits
from importers.reading.refusals import Unacceptable
from importers.reading.workbook import CellError

CHILD = Path(__file__).parent / "child" / "__main__.py"
AT_ONCE = 2
PIPE_BYTES = 1024 * 1024
READ_BYTES = 64 * 1024
WHOLE_UP_TO = 1e15
OUT_OF_MEMORY = 12
"""The child's own exit status when Python runs out; the value reader aborts instead."""
DEATHS = {
    OUT_OF_MEMORY: "too_much_memory",
    -signal.SIGABRT: "too_much_memory",
    -signal.SIGXCPU: "took_too_long",
    -signal.SIGKILL: "took_too_long",
}

Message = list[Any] | dict[str, Any]
"""A row of cells, or an object that says what comes next."""

_places = threading.BoundedSemaphore(AT_ONCE)


def run_child(content: bytes, kind: str, limits: Limits) -> Generator[Message, None, None]:
    """Yield the child's messages as they arrive, each a decoded JSON line. Raises Unacceptable."""
    _compile_child()
    with _places, _on_standard_input(content) as file:
        process = subprocess.Popen(  # noqa: S603 - our own program, no word of the file or its name
            [sys.executable, "-I", str(CHILD), *_arguments(kind, limits)],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            start_new_session=True,
            pipesize=PIPE_BYTES,
        )
        deadline = monotonic() + limits.wall_seconds
        try:
            if process.stdout is not None:
                yield from map(_decode, _lines(process.stdout, deadline, limits.output_bytes))
            status = process.wait(max(deadline - monotonic(), 0.001))
        except subprocess.TimeoutExpired:
            raise Unacceptable("took_too_long") from None
        except (ValueError, RecursionError):
            raise Unacceptable("unreadable_file") from None
        finally:
            _end(process)
        if status != 0:
            raise Unacceptable(DEATHS.get(status, "unreadable_file"))


@cache
def _compile_child() -> None:
    """Keep the child's bytecode: it may write no file, so on its own it would compile itself every time."""
    compileall.compile_dir(CHILD.parent, quiet=2)


def _arguments(kind: str, limits: Limits) -> list[str]:
    numbers = (
        limits.unpacked_bytes,
        limits.parts,
        limits.columns,
        limits.rows,
        limits.cells,
        limits.merged_cells,
        limits.cell_text,
        limits.csv_field,
    )
    return [str(limits.child_memory_bytes), str(limits.child_cpu_seconds), kind, *map(str, numbers)]


@contextmanager
def _on_standard_input(content: bytes) -> Iterator[IO[bytes]]:
    """Offer the bytes as an open file without a name: in memory where the system can, else on disk."""
    if hasattr(os, "memfd_create"):
        file: IO[bytes] = os.fdopen(os.memfd_create("upload"), "w+b")
    else:
        file = tempfile.TemporaryFile()  # noqa: SIM115
    with file:
        file.write(content)
        file.seek(0)
        yield file


def _lines(pipe: IO[bytes], deadline: float, most_bytes: int) -> Iterator[bytes]:
    """Yield whole lines until the child closes its end."""
    received, rest = 0, b""
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            if not selector.select(max(deadline - monotonic(), 0)):
                raise Unacceptable("took_too_long")
            piece = os.read(pipe.fileno(), READ_BYTES)
            if not piece:
                break
            received += len(piece)
            if received > most_bytes:
                raise Unacceptable("too_much_memory")
            *lines, rest = (rest + piece).split(b"\n")
            yield from lines
    if rest:
        raise Unacceptable("unreadable_file")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing of the child behind, however the reading ended."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _number(text: str) -> float | int:
    """A spreadsheet keeps 4012 as 4012.0; whole numbers come back as they were typed."""
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < WHOLE_UP_TO else value


def _value(pairs: dict[str, Any]) -> Any:
    """Turn the objects that stand for a date or an unreadable cell back into values."""
    if pairs.keys() == {"d"}:
        return date.fromisoformat(pairs["d"])
    if pairs.keys() == {"e"}:
        return CellError(pairs["e"])
    return pairs


def _decode(line: bytes) -> Message:
    message = _decoder.decode(line.decode())
    if not isinstance(message, list | dict):
        raise ValueError("not a message")
    return message


_decoder = json.JSONDecoder(object_hook=_value, parse_float=_number)
