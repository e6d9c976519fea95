"""What may be committed: our own source and data, and nothing that names a machine or a package registry."""

import os
import re
import subprocess
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[2]
TOP_LEVEL = {
    "cme",
    "importers",
    "templates",
    "tests",
    "Makefile",
    "README.md",
    "pyproject.toml",
    "requirements.lock",
    "requirements-dev.lock",
}
FONTS = {".woff", ".woff2", ".ttf", ".otf", ".eot"}
DATABASES = {".db", ".sqlite", ".sqlite3"}
BUILT = re.compile(r"\.min\.(?:js|css)$|\.map$|(?:^|/)node_modules/|^cme/static/build/|\.pyc$")

MACHINE_PATH = re.compile(r"/(?:root|home|Users|work|farm|mnt)/[\w.]|/tmp/[a-z]+/|[A-Z]:\\Users\\")
REGISTRY = re.compile(
    r"https?://[^\s\"']+(?:/simple\b|\.whl|\.tgz|\.tar\.gz)"
    r"|registry\.npmjs|pythonhosted|^\s*\"resolved\":|^--(?:extra-)?index-url|^--find-links",
    re.MULTILINE,
)


@pytest.fixture(scope="module")
def names() -> list[str]:
    """Every file that is committed or would be."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode != 0:
        reason = "this is not a git checkout"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return [name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def places(pattern: re.Pattern[str], names: list[str]) -> list[str]:
    """`file:line` of each match in the text files; this file, which spells the patterns, is left out."""
    found = []
    for name in names:
        text = (ROOT / name).read_bytes().decode("utf-8", errors="ignore")
        if name == Path(__file__).relative_to(ROOT).as_posix() or "\0" in text:
            continue
        found += [f"{name}:{text.count(chr(10), 0, match.start()) + 1}" for match in pattern.finditer(text)]
    return found


def test_top_level_is_fixed(names: list[str]) -> None:
    entries = {name.split("/")[0] for name in names}
    assert {entry for entry in entries if not entry.startswith(".")} <= TOP_LEVEL


def test_no_built_or_third_party_file_is_committed(names: list[str]) -> None:
    assert [name for name in names if BUILT.search(name)] == []


def test_no_font_and_no_database_is_committed(names: list[str]) -> None:
    assert [name for name in names if PurePosixPath(name).suffix.lower() in FONTS | DATABASES] == []


def test_no_file_names_a_path_on_somebodys_machine(names: list[str]) -> None:
    assert places(MACHINE_PATH, names) == []


def test_no_file_names_a_package_registry(names: list[str]) -> None:
    assert places(REGISTRY, names) == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_has_a_version_and_a_hash(lock: str) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", (ROOT / lock).read_text(encoding="utf-8").strip())
    assert len(entries) > 20
    for entry in entries:
        assert re.match(r"[a-z0-9-]+(?:\[[a-z,]+\])?==\S+", entry), entry.splitlines()[0]
        assert "--hash=sha256:" in entry, entry.splitlines()[0]


def test_development_lock_holds_the_same_versions_as_the_run_time_lock() -> None:
    pin = re.compile(r"^[a-z0-9-]+==[^\s;]+", re.MULTILINE)
    run_time, development = (
        set(pin.findall((ROOT / lock).read_text(encoding="utf-8")))
        for lock in ("requirements.lock", "requirements-dev.lock")
    )
    assert run_time <= development
