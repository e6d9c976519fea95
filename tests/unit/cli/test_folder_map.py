"""Which file of a night's folder is which school's."""

from pathlib import Path

import pytest

from cme.cli.folder import MapLine, Row, assign, read_map
from cme.errors import Unusable

ALDER, BEECH = "8412000", "8412001"


def files(*names: str) -> list[Path]:
    return [Path("exports") / name for name in names]


def names(registers: list[tuple[Path, ...]]) -> list[list[str]]:
    return [[path.name for path in register] for register in registers]


def lines(*given: tuple[str, str] | tuple[str, str, bool]) -> list[MapLine]:
    return [MapLine(each[0], each[1], len(each) > 2) for each in given]


def test_files_of_a_school_are_uploads_in_the_order_of_their_names() -> None:
    schools, faults = assign(
        files("b-2.csv", "a-10.csv", "a-1.csv"), lines(("a-*.csv", ALDER), ("B-2.CSV", BEECH))
    )
    assert {laestab: names(each) for laestab, each in schools.items()} == {
        ALDER: [["a-1.csv"], ["a-10.csv"]],
        BEECH: [["b-2.csv"]],
    }
    assert faults == []


def test_files_that_belong_together_are_one_register() -> None:
    schools, faults = assign(
        files("7a.csv", "8b.csv", "a.csv"),
        lines(("7a.csv", ALDER, True), ("8*", ALDER, True), ("a.csv", ALDER)),
    )
    assert names(schools[ALDER]) == [["7a.csv", "8b.csv"], ["a.csv"]]
    assert faults == []


def test_a_file_of_no_school_or_of_two_is_named_and_not_imported() -> None:
    schools, faults = assign(files("a.csv", "b.csv", "c.csv"), lines(("a.csv", ALDER), ("[ab].csv", BEECH)))
    assert {laestab: names(each) for laestab, each in schools.items()} == {BEECH: [["b.csv"]]}
    assert faults == [
        Row(
            "a.csv",
            said=(f"a.csv: the map gives it to {ALDER} and {BEECH}. Correct the map and import it again.",),
        ),
        Row("c.csv", said=("c.csv: the map has no school for it. Correct the map and import it again.",)),
    ]


def test_two_lines_of_one_school_may_take_the_same_file() -> None:
    schools, faults = assign(files("a.csv"), lines(("a.csv", ALDER), ("*.csv", ALDER)))
    assert names(schools[ALDER]) == [["a.csv"]]
    assert faults == []


def test_a_line_for_which_there_is_no_file_is_named() -> None:
    schools, faults = assign(files("a.csv"), lines(("a.csv", ALDER), ("b.csv", BEECH)))
    assert list(schools) == [ALDER]
    assert [row.said for row in faults] == [
        (f"b.csv: there is no such file for school {BEECH}. See whether its export came.",)
    ]


def test_a_map_is_read(tmp_path: Path) -> None:
    path = tmp_path / "map.csv"
    path.write_bytes("\ufeffFile, School ,together\r\n7*.csv,841/2000,yes\r\nb.csv, 8412001 ,\r\n".encode())
    assert read_map(path) == (MapLine("7*.csv", ALDER, True), MapLine("b.csv", BEECH, False))
    path.write_text("school,file\n8412000,a.csv\n")
    assert read_map(path) == (MapLine("a.csv", ALDER, False),)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name,school\na,8412000\n", "map.csv: the first line must be file,school or file,school,together."),
        ("", "map.csv: the first line must be file,school or file,school,together."),
        ("file,school\n", "map.csv names no file. Write a line for each school, such as *.xlsx,8412000."),
        (
            "file,school\na.csv,8412000\n,8412001\n",
            "map.csv, line 3: no file is named. Write its name, or a pattern such as *.xlsx.",
        ),
        (
            "file,school\na.csv,841200\n",
            "map.csv, line 2: the school must be a LAESTAB of seven digits, such as 8412000.",
        ),
        ("file,school,together\na.csv,8412000,maybe\n", "map.csv, line 2: together must be yes, or empty."),
    ],
)
def test_a_map_that_cannot_be_used_is_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("map.csv").write_text(text)
    with pytest.raises(Unusable) as refusal:
        read_map(Path("map.csv"))
    assert str(refusal.value) == sentence


def test_a_map_that_is_missing_or_no_text_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="cannot be opened"):
        read_map(tmp_path / "none.csv")
    (tmp_path / "map.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Unusable, match="is not a text file"):
        read_map(tmp_path / "map.csv")
