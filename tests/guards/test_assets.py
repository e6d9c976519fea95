"""What the front-end build may put before a reader: nothing that belongs to GOV.UK's own identity."""

import os
import re
from pathlib import Path

import pytest

BUILD = Path(__file__).parents[2] / "cme" / "static" / "build"
BRAND_BLUE = "#1d70b8"
# The packages use GOV.UK's blue here instead of the configured brand colour; scss/_brand.scss overrides each.
OVERRIDDEN = {
    ".govuk-file-upload-button__status",
    ".govuk-file-upload-button:hover .govuk-file-upload-button__status",
    ".govuk-select option:active,.govuk-select option:checked,.govuk-select:focus::-ms-value",
    ".moj-badge--blue",
}


@pytest.fixture(scope="module")
def build() -> Path:
    if not (BUILD / "app.css").is_file():
        reason = "the front-end assets are not built: run `make assets`"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return BUILD


@pytest.fixture(scope="module")
def css(build: Path) -> str:
    return (build / "app.css").read_text(encoding="utf-8")


def rules_naming(colour: str, css: str) -> list[str]:
    """Selectors of the rules whose declarations name the colour."""
    return [
        selector
        for selector, declarations in re.findall(r"([^{}]+)\{([^{}]*)\}", css)
        if colour in declarations.lower()
    ]


def test_build_holds_only_the_files_that_pages_use(build: Path) -> None:
    found = {path.relative_to(build).as_posix() for path in build.rglob("*") if path.is_file()}
    icons = {name for name in found if name.startswith("images/")}
    assert found - icons == {
        "app.css",
        "app.mjs",
        "govuk-frontend.min.js",
        "moj-frontend.min.js",
        "notices.txt",
    }
    assert icons
    assert all(re.fullmatch(r"images/icon-[a-z-]+\.svg", name) for name in icons)


@pytest.mark.parametrize("word", ["GDS Transport", "@font-face", "crest", "crown", "logotype"])
def test_style_sheet_and_scripts_carry_nothing_of_gov_uk_identity(build: Path, word: str) -> None:
    carriers = [
        path.name
        for path in build.rglob("*")
        if path.suffix in {".css", ".js", ".mjs", ".svg"}
        and word.lower() in path.read_text(encoding="utf-8").lower()
    ]
    assert carriers == []


def test_gov_uk_blue_is_used_nowhere_that_we_do_not_override(css: str) -> None:
    assert set(rules_naming(BRAND_BLUE, css)) <= OVERRIDDEN


@pytest.mark.parametrize("selector", sorted(OVERRIDDEN))
def test_each_rule_with_gov_uk_blue_is_overridden_later(css: str, selector: str) -> None:
    part, *_ = selector.split(",")
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", css)
    *_, last = [declarations for names, declarations in rules if part in names.split(",")]
    assert BRAND_BLUE not in last


def test_every_icon_that_the_style_sheet_names_is_there(build: Path, css: str) -> None:
    named = set(re.findall(r"url\(\"?([^)\"]+)\"?\)", css))
    local = {name for name in named if not name.startswith("data:")}
    assert local
    assert {name for name in local if not (build / name).is_file()} == set()


def test_nothing_is_fetched_from_another_host(build: Path, css: str) -> None:
    assert "@import" not in css
    assert re.findall(r"url\(\"?(?:\w+:)?//[^)]*", css) == []
    scripts = "".join(path.read_text(encoding="utf-8") for path in build.glob("*.?js"))
    assert "sourceMappingURL" not in scripts
    assert re.findall(r"(?:import|from)\s*[\"'](?!\./)", scripts) == []


def test_notices_name_each_package_with_its_licence(build: Path) -> None:
    notices = (build / "notices.txt").read_text(encoding="utf-8")
    assert notices.count("Licence: MIT") == 2
    assert "govuk-frontend" in notices
    assert "@ministryofjustice/frontend" in notices
