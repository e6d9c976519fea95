"""The wheel must carry all that a running service needs, and none of what only its build needs."""

import importlib.util
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
STYLE_SHEET = ROOT / "cme" / "static" / "build" / "app.css"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not STYLE_SHEET.is_file():
        reason = "the front-end assets are not built: run `make assets`"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    directory = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(directory)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(directory.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel alone was installed."""
    target = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target"]
    subprocess.run([*command, str(target), str(wheel)], check=True, capture_output=True)
    return target


@pytest.fixture
def build_hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_hook", ROOT / "cme" / "frontend" / "build_hook.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["cme", "importers"])
def test_wheel_holds_every_module(wheel: Path, folder: str) -> None:
    modules = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*.py")
        if ROOT / "cme" / "frontend" not in path.parents
    }
    assert modules
    assert modules - set(zipfile.ZipFile(wheel).namelist()) == set()


@pytest.mark.slow
def test_installed_package_holds_templates_style_sheet_and_icons(installed: Path) -> None:
    templates = {path.relative_to(ROOT / "templates") for path in (ROOT / "templates").rglob("*.html")}
    assert templates
    assert {name for name in templates if not (installed / "cme" / "templates" / name).is_file()} == set()
    static = installed / "cme" / "static"
    assert (static / "icon.svg").is_file()
    assert (static / "build" / "app.css").read_bytes() == STYLE_SHEET.read_bytes()
    assert list((static / "build" / "images").glob("*.svg"))


@pytest.mark.slow
def test_installed_package_holds_the_templates_of_documents(installed: Path) -> None:
    templates = {path.relative_to(ROOT) for path in (ROOT / "cme" / "documents").rglob("*.typ")}
    assert templates
    assert {name for name in templates if not (installed / name).is_file()} == set()


@pytest.mark.slow
def test_installed_package_holds_the_catalogues(installed: Path) -> None:
    catalogues = {path.name for path in (ROOT / "cme" / "data").iterdir() if path.is_file()}
    assert "nation_routes.csv" in catalogues
    assert {name for name in catalogues if not (installed / "cme" / "data" / name).is_file()} == set()


@pytest.mark.slow
def test_installed_package_is_without_the_front_end_build(installed: Path) -> None:
    assert not (installed / "cme" / "frontend").exists()
    assert not list(installed.rglob("node_modules"))


@pytest.mark.slow
def test_installed_package_is_imported_from_any_directory(installed: Path, tmp_path: Path) -> None:
    program = "import cme, importers; print(cme.__file__); print(importers.__file__)"
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert result.stdout.splitlines() == [
        str(installed / "cme" / "__init__.py"),
        str(installed / "importers" / "__init__.py"),
    ]


def test_wheel_without_a_style_sheet_is_refused(build_hook: ModuleType, tmp_path: Path) -> None:
    hook = build_hook.CompleteWheel(str(tmp_path), {}, None, None, str(tmp_path), "wheel")
    with pytest.raises(RuntimeError, match="make assets"):
        hook.initialize("standard", {})


def test_editable_install_may_come_before_the_style_sheet(build_hook: ModuleType, tmp_path: Path) -> None:
    hook = build_hook.CompleteWheel(str(tmp_path), {}, None, None, str(tmp_path), "wheel")
    build_data: dict[str, dict[str, str]] = {"force_include": {}}
    hook.initialize("editable", build_data)
    assert build_data == {"force_include": {}}
