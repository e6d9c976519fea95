"""The child process: what it may not do, and what happens when it goes wrong."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from importers.reading import WEB_LIMITS, Refused, isolation, read_workbook
from importers.reading.limits import MEGABYTE

from .files import one_cell, text_cell, worksheet, xlsx

GOOD = xlsx(worksheet(one_cell()))
ROOT = Path(isolation.__file__).parents[2]


def refusal_code(content: bytes, **limits: float) -> str:
    with pytest.raises(Refused) as caught:
        read_workbook(content, "register.xlsx", limits=replace(WEB_LIMITS, **limits))
    return caught.value.issue.code


def children() -> list[str]:
    listing = subprocess.run(
        ["ps", "--ppid", str(os.getpid()), "-o", "args="], capture_output=True, text=True
    )
    return [line for line in listing.stdout.splitlines() if str(isolation.CHILD) in line]


def stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str) -> None:
    """Put another program in the child's place."""
    path = tmp_path / "child" / "__main__.py"
    path.parent.mkdir()
    path.write_text("import os, sys, time\n" + program)
    monkeypatch.setattr(isolation, "CHILD", path)


def test_a_child_that_hangs_is_ended_in_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stand_in(monkeypatch, tmp_path, "time.sleep(600)")

    assert refusal_code(GOOD, wall_seconds=0.2) == "took_too_long"
    assert children() == []


def test_a_child_that_answers_and_then_hangs_is_ended_in_time(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stand_in(monkeypatch, tmp_path, "os.write(1, b'{\"end\":true}\\n'); os.close(1); time.sleep(600)")

    assert refusal_code(GOOD, wall_seconds=0.2) == "took_too_long"
    assert children() == []


def test_a_processor_limit_ends_a_child_that_spins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    spin = "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 2))\nwhile True: pass"
    stand_in(monkeypatch, tmp_path, spin)

    assert refusal_code(GOOD) == "took_too_long"


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("os.abort()", "too_much_memory"),
        ("os.kill(os.getpid(), 9)", "took_too_long"),
        ("sys.exit(1)", "unreadable_file"),
        ("pass", "unreadable_file"),
        ("print('not JSON')", "unreadable_file"),
        ("print('7')", "unreadable_file"),
        ("print('[1,2')", "unreadable_file"),
        ("print('[' * 100000)", "unreadable_file"),
        ('print(\'{"refused": "no_such_code", "row": null}\')', "unreadable_file"),
        ('print(\'{"sheet": "a"}\')', "unreadable_file"),
        ("print('[\"row before any end\"]')", "unreadable_file"),
        ("print('[null, true, [1]]'); print('{\"end\":true}')", "unreadable_file"),
        ("os.write(1, b'{\"end\":true}')", "unreadable_file"),
        ("print('{\"end\":true}', flush=True); sys.exit(1)", "unreadable_file"),
    ],
)
def test_an_answer_that_is_not_whole_refuses_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str, code: str
) -> None:
    stand_in(monkeypatch, tmp_path, program)

    assert refusal_code(GOOD) == code


def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stand_in(monkeypatch, tmp_path, "while True: os.write(1, b'[]\\n' * 100000)")

    assert refusal_code(GOOD, output_bytes=10_000) == "too_much_memory"
    assert children() == []


def test_a_file_that_needs_more_memory_than_allowed_is_refused() -> None:
    # Rows with an entity are not proven, and a sheet without a proven row is read whole.
    rows = "".join(
        f'<row r="{row}">'
        + "".join(text_cell(f"{letter}{row}", "x" * 400 + "&amp;") for letter in "ABCDEFGH")
        + "</row>"
        for row in range(1, 8001)
    )

    assert refusal_code(xlsx(worksheet(rows)), child_memory_bytes=48 * MEGABYTE) == "too_much_memory"


ATTEMPTS = {
    "open a file": "open('/etc/hostname')",
    "open a descriptor": "os.open('/etc/hostname', 0)",
    "make a socket": "socket.socket()",
    "start a program": "os.posix_spawn('/bin/true', ['true'], {})",
    "fork": "os.fork()",
    "run a command": "os.system('true')",
    "load a module": "import wave",
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_the_child_can_reach_nothing_once_it_begins(attempt: str) -> None:
    program = (
        f"import os, socket, sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from importers.reading.child.__main__ import Trespass, confine\n"
        f"confine()\ntry:\n    {ATTEMPTS[attempt]}\nexcept Trespass:\n    print('refused')\n"
    )

    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True)

    assert done.stdout == "refused\n"


def test_the_kernel_gives_the_child_no_further_descriptor() -> None:
    program = (
        f"import os, sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from importers.reading.child import __main__ as child\n"
        "child.FORBIDDEN = ()\nchild.confine.__globals__['FORBIDDEN'] = ('nothing',)\nchild.confine()\n"
        "try:\n    os.pipe()\nexcept OSError as error:\n    print(error.errno)\n"
    )

    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True)

    assert done.stdout == "24\n"


def test_the_child_sees_no_environment_no_folder_and_its_own_limits(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for the child")
    stand_in(
        monkeypatch,
        tmp_path,
        "import json\n"
        "seen = [sorted(os.environ), os.getcwd(), os.getsid(0) == os.getpid()]\n"
        "print(json.dumps({'seen': seen}))",
    )

    (message,) = isolation.run_child(GOOD, "xlsx", WEB_LIMITS)
    assert isinstance(message, dict)
    environment, folder, own_session = message["seen"]

    assert "SECRET_KEY" not in environment
    assert folder == "/"
    assert own_session
