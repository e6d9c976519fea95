"""`cme calendar import`: a school's dates, and those that an authority offers."""

from pathlib import Path

import pytest

from tests.integration.cli.conftest import CommandLine

TERM = "kind,first_on,last_on,note\nterm,2026-09-02,2026-10-23,Autumn\n"


@pytest.fixture(autouse=True)
def school(cme: CommandLine, tmp_path: Path) -> None:
    """A school without dates, and a file of them."""
    cme("school", "add", "--laestab", "8412001", "--urn", "100001", "--name", "Alder Grove")
    (tmp_path / "dates.csv").write_text(TERM, encoding="utf-8")


def test_dates_are_taken_once_for_a_school(cme: CommandLine) -> None:
    said = cme("calendar", "import", "dates.csv", "--school", "8412001", "--yes")
    assert said.status == 0
    assert "Entries that come: 1; that go: 0." in said.out
    assert "will be counted by these terms" in said.out
    assert "The dates are changed and every pupil is counted again." in said.out
    again = cme("calendar", "import", "dates.csv", "--school", "8412001", "--yes")
    assert (again.status, again.out) == (0, "Everything in the file is held already. Nothing was changed.\n")


def test_nothing_changes_without_a_yes(cme: CommandLine) -> None:
    said = cme("calendar", "import", "dates.csv", "--school", "8412001", stdin="n\n")
    assert said.status == 0
    assert "every pupil is counted again" not in said.out
    assert "come: 1" in cme("calendar", "import", "dates.csv", "--school", "8412001", stdin="n\n").out


def test_an_authority_offers_dates(cme: CommandLine) -> None:
    said = cme("calendar", "import", "dates.csv", "--authority", "841", "--yes")
    assert "Schools see them when they copy them." in said.out
    assert "held already" in cme("calendar", "import", "dates.csv", "--authority", "841", "--yes").out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["dates.csv"], "Give either --school"),
        (["dates.csv", "--school", "8412001", "--authority", "841"], "Give either --school"),
        (["dates.csv", "--school", "8419999"], "There is no school 8419999"),
        (["dates.csv", "--authority", "212"], "There is no local authority 212"),
        (["none.csv", "--school", "8412001"], "none.csv cannot be opened"),
        (["bad.csv", "--school", "8412001"], "bad.csv: Line 2 of the calendar"),
        (["odd.csv", "--school", "8412001"], "odd.csv: In the closure 10 September 2026: Say why"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_sentence(
    cme: CommandLine, tmp_path: Path, arguments: list[str], says: str
) -> None:
    (tmp_path / "bad.csv").write_text("kind,first_on,last_on\ngala,2026-09-02,\n", encoding="utf-8")
    (tmp_path / "odd.csv").write_text(TERM + "closure,2026-09-10,,\n", encoding="utf-8")
    said = cme("calendar", "import", *arguments, "--yes")
    assert (said.status, said.out) == (2, "")
    assert says in said.err
    assert "Traceback" not in said.err
