"""Counting from files: the `cme count` contract, without the command line."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from cme.attendance.calendar import Period, PeriodKind, SchoolCalendar
from cme.bank_holidays import england
from cme.casework.policy.pack import load_pack
from cme.services.counting import CountRequest, CountResult, count_files
from importers.reading import WEB_LIMITS, Cell, Limits, Workbook, read_workbook
from tests.unit.importers.grids import Grid, book, headings, sheet, upn
from tests.unit.importers.spreadsheets import KINDS, as_csv, as_semicolons

from .attendance.build import CALENDAR, OPENS, TERMS, WITHOUT_TERMS, inset, read_out, school_days

TODAY = date(2026, 11, 22)
PLANNED = CALENDAR.periods
ALWAYS_HERE = "KEY, Ann"
HALF_TERM = [date(2026, 10, 26) + timedelta(days=n) for n in range(5)]
INSET_DAY = date(2026, 11, 2)


def register(
    pupils: Mapping[str, str],
    first_on: date = OPENS,
    *,
    calendar: SchoolCalendar = CALENDAR,
    births: Mapping[str, str] | None = None,
) -> Grid:
    """A wide register in which each pupil's week is read out as in `attendance.build`.

    '?' is a day without any register. A classmate is always there, so that blanks are blanks.
    """
    pairs = {name: read_out(text) for name, text in pupils.items()}
    length = max(map(len, pairs.values()))
    reported = [all(days[at : at + 1] != [("?", "?")] for days in pairs.values()) for at in range(length)]
    days = [
        day
        for day, is_reported in zip(school_days(first_on, length, calendar), reported, strict=True)
        if is_reported
    ]
    rows: Grid = [["UPN", "Name", "DOB", *headings(days)]]
    for number, (name, given) in enumerate(pairs.items(), 1):
        kept = [pair for pair, is_reported in zip(given, reported, strict=False) if is_reported]
        cells = [code for pair in kept for code in pair]
        rows.append([upn(number), name, (births or {}).get(name, ""), *cells])
    return [*rows, [upn(999), ALWAYS_HERE, "", *["/", "\\"] * len(days)]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Count files, given as their bytes or, without a reading process for each, as the grids they hold.

    Keywords are those of CountRequest.
    """
    grids: dict[str, Grid] = {}

    def read(content: bytes, filename: str, *, limits: Limits, encoding: str | None) -> Workbook:
        if filename not in grids:
            return read_workbook(content, filename, limits=limits, encoding=encoding)
        return book(sheet(grids[filename], name=""))

    monkeypatch.setattr("cme.services.counting.read_workbook", read)

    def count(*parts: Grid | bytes, name: str = "register{}.csv", **how: Any) -> CountResult:
        grids.clear()
        paths = [tmp_path / name.format(number) for number, _ in enumerate(parts, 1)]
        for path, part in zip(paths, parts, strict=True):
            path.write_bytes(part if isinstance(part, bytes) else b"")
            if not isinstance(part, bytes):
                grids[path.name] = part
        values = {"today": TODAY, "bank_holidays": england(), "policy": load_pack()} | how
        return count_files(CountRequest(paths=tuple(paths), **values), limits=WEB_LIMITS)

    return count


def pupils_of(result: CountResult) -> dict[str, dict[str, Any]]:
    """The pupils of the JSON object by surname; the object survives being printed and read."""
    shown = json.loads(json.dumps(result.to_json()))
    assert "pupils" in shown, shown["issues"]
    return {pupil["surname"]: pupil for pupil in shown["pupils"]}


def runs(pupil: Mapping[str, Any]) -> tuple[int, int, int]:
    return pupil["return_run"], pupil["removal_run"], pupil["days_unseen"]


# The shape of the answer


def test_the_object_has_exactly_the_keys_of_the_contract(run):
    shown = run(register({"BELL, Ana": "P, O*10"}), with_ledger=True).to_json()

    assert list(shown) == ["as_of", "files", "school_days", "unreported_days", "issues", "pupils"]
    assert list(shown["files"][0]) == ["name", "sha256", "layout", "pupils", "first_on", "last_on"]
    assert list(shown["pupils"][0]) == [
        "upn", "admission_number", "surname", "forename", "date_of_birth",
        "return_run", "removal_run", "days_unseen",
        "last_attended_on", "run_started_on", "return_reached_on", "removal_reached_on",
        "stage", "removal_blocked_by", "sickness_days", "overdue_n", "ledger",
    ]  # fmt: skip
    assert list(shown["pupils"][0]["ledger"][0]) == ["on", "am", "pm", "return", "removal", "unseen", "why"]
    assert "ledger" not in run(register({"BELL, Ana": "P"})).to_json()["pupils"][0]


def test_the_values_are_those_of_the_file(run):
    content = as_csv(register({"BELL, Ana": "P, O*10"}, births={"BELL, Ana": "01/02/2014"}))
    result = run(content)
    shown = result.to_json()

    assert shown["as_of"] == "2026-09-16"
    assert shown["school_days"] == 11
    assert shown["unreported_days"] == []
    assert shown["issues"] == []
    (file,) = shown["files"]
    assert (file["name"], file["layout"], file["pupils"]) == ("register1.csv", "wide-1", 2)
    assert (file["first_on"], file["last_on"]) == ("2026-09-02", "2026-09-16")
    assert len(file["sha256"]) == 64
    pupil = pupils_of(result)["BELL"]
    assert (pupil["upn"], pupil["forename"], pupil["date_of_birth"]) == (upn(1), "Ana", "2014-02-01")
    assert runs(pupil) == (10, 10, 10)
    assert pupil["last_attended_on"] == "2026-09-02"
    assert pupil["run_started_on"] == "2026-09-03"
    assert pupil["return_reached_on"] == "2026-09-16"
    assert pupil["removal_reached_on"] is None
    assert pupil["stage"] == "refer"


def test_the_ledger_explains_every_day_up_to_the_closed_one(run):
    (pupil,) = run(register({"BELL, Ana": "P, O*3, I, O"}), with_ledger=True, minimum=1).to_json()["pupils"]

    assert [(day["am"], day["return"], day["removal"], day["unseen"]) for day in pupil["ledger"]] == [
        ("/", "broke", "broke", "broke"),
        ("O", "counted", "counted", "counted"),
        ("O", "counted", "counted", "counted"),
        ("O", "counted", "counted", "counted"),
        ("I", "broke", "broke", "counted"),
        ("O", "counted", "counted", "counted"),
    ]
    assert all(day["why"] for day in pupil["ledger"])


def test_a_file_with_an_error_gives_its_issues_and_no_counts(run):
    rows = register({"BELL, Ana": "P, O*10"})
    rows[1][5] = "Q9"
    result = run(rows)
    shown = result.to_json()

    assert result.has_errors
    assert not {"pupils", "as_of", "school_days", "unreported_days"} & set(shown)
    (issue,) = shown["issues"]
    assert issue == {
        "severity": "error",
        "file": "register1.csv",
        "sheet": "",
        "cell": "F2",
        "row": 2,
        "header": "Thu 03/09/2026 AM",
        "code": "unknown_mark",
        "message": '"Q9" is not an attendance code. Enter a code from the national list.',
    }


def test_one_bad_file_among_good_ones_stops_the_count(run):
    result = run(register({"BELL, Ana": "P, O*10"}), b"%PDF-1.7\n%...", name="part{}.csv")

    assert result.has_errors
    assert {issue["file"] for issue in result.to_json()["issues"]} == {"part2.csv"}


def test_a_missing_file_is_an_issue(tmp_path: Path):
    request = CountRequest((tmp_path / "none.csv",), TODAY, england, load_pack())
    (issue,) = count_files(request, limits=WEB_LIMITS).to_json()["issues"]

    assert (issue["code"], issue["file"]) == ("file_not_found", "none.csv")
    assert "Check the name and the folder." in issue["message"]


def test_a_folder_is_an_issue(tmp_path: Path):
    request = CountRequest((tmp_path,), TODAY, england, load_pack())

    assert count_files(request, limits=WEB_LIMITS).has_errors


# One content in every kind of file and every layout


def content() -> dict[str, list[list[str]]]:
    """The marks of three weeks for four pupils, nothing special about them but variety."""
    days = 15
    return {
        "BELL, Ana": [["/", "\\"], *[["O", "O"]] * (days - 1)],
        "COLE, Ben": [["/", "\\"] if n % 2 else ["C1", "Y7"] for n in range(days)],
        "DEAN, Zoë": [["O", ["O", "U", "", "-"][n % 4]] for n in range(days)],
        ALWAYS_HERE: [["/", "\\"]] * days,
    }


DAYS = [date(2026, 11, 2) + timedelta(days=n) for n in range(19) if n % 7 < 5]


def wide_grid() -> Grid:
    rows: Grid = [["UPN", "Name", *headings(DAYS)]]
    return rows + [
        [upn(number), name, *(code for day in days for code in day)]
        for number, (name, days) in enumerate(content().items(), 1)
    ]


def long_grid() -> Grid:
    rows: Grid = [["UPN", "Name", "Date", "Session", "Mark"]]
    for number, (name, days) in enumerate(content().items(), 1):
        for on, pair in zip(DAYS, days, strict=True):
            rows += [
                [upn(number), name, on, half, code] for half, code in zip(("AM", "PM"), pair, strict=True)
            ]
    return rows


def pupil_day_grid() -> Grid:
    rows: Grid = [["UPN", "Name", "Date", "AM", "PM"]]
    for number, (name, days) in enumerate(content().items(), 1):
        rows += [[upn(number), name, on, *pair] for on, pair in zip(DAYS, days, strict=True)]
    return rows


GRIDS = {"wide-1": wide_grid, "long": long_grid, "pupil-day": pupil_day_grid}


def test_every_kind_of_file_in_every_layout_gives_the_same_counts(run):
    answers = {}
    for layout, grid in GRIDS.items():
        for ending, write in {**KINDS, ".tsv.csv": as_semicolons}.items():
            result = run(write(grid()), name="register{}" + ending, with_ledger=True)
            shown = result.to_json()
            assert not result.has_errors, (layout, ending, shown["issues"])
            assert shown["files"][0]["layout"] == layout
            answers[layout, ending] = json.dumps([shown["pupils"], shown["as_of"], shown["unreported_days"]])

    assert len(answers) == 18
    assert len(set(answers.values())) == 1


def test_a_mess_around_the_table_changes_nothing(run):
    table = wide_grid()
    heads, *rows = table
    mess: Grid = [
        ["Northmoor School", "", "", "Confidential"],
        ["From 02/11/2026 to 20/11/2026"],
        [],
        heads,
        ["Class 7A"],
        *rows[:2],
        ["", "Present", *[2] * 30],
        [],
        heads,
        *rows[2:],
        ["", "Total", *[4] * 30],
        ["", "I  Illness   M  Medical"],
        ["Printed 20/11/2026"],
        ["Page 1 of 1"],
    ]

    assert pupils_of(run(mess)) == pupils_of(run(table))


# Cases of the law page, end to end, each padded in front so that all end on one day

CASES = {
    "L1": ("P, O*9", (9, 9, 9)),
    "L2": ("P, O*10", (10, 10, 10)),
    "L3": ("P, N*5, O*5", (10, 10, 10)),
    "L4": ("P, O*9, O:\\, O*3", (3, 3, 3)),
    "L5": ("P, O*6, I, O*6", (6, 6, 13)),
    "L7": ("P, O:C2*20", (20, 0, 20)),
    "L8": ("P, D:O*10", (10, 0, 10)),
    "L9": ("P, D*20", (0, 0, 20)),
    "L10": ("P, G*10", (10, 10, 10)),
    "L11": ("P, G*10, N*5, O*5", (20, 20, 20)),
    "L12": ("P, T*25", (0, 0, 25)),
    "L13": ("P, I*15", (0, 0, 15)),
    "L15": ("P, O*19", (19, 19, 19)),
    "L16": ("P, O*20", (20, 20, 20)),
    "L17": ("P, O*20, O:\\", (0, 0, 0)),
    "L18": ("P, Y5*20", (0, 0, 20)),
    "L19": ("P, R, O*9", (9, 9, 10)),
    "L20": ("P, O*5, V, O*9", (9, 9, 9)),
    "L21": ("P, O*10, P, O*10", (10, 10, 10)),
    "L22": ("P, O*19, Y7", (19, 0, 20)),
    "L23": ("P, U*10", (10, 0, 0)),
    "L24": ("P, /:O, O:\\, /:O, O:\\", (0, 0, 0)),
    "blank": ("P, O*4, O:-, O*3", (8, 3, 8)),
}


@pytest.mark.parametrize(
    "periods", [pytest.param(PLANNED, id="by its calendar"), pytest.param((), id="by its marks")]
)
def test_the_cases_of_the_law_page_end_to_end(run, periods: tuple[Period, ...]):
    length = 30
    padded = {
        f"{name}, Case": f"P*{length - len(read_out(text))}, {text}" for name, (text, _) in CASES.items()
    }
    counted = pupils_of(run(register(padded), periods=periods))

    assert {name: runs(counted[name]) for name in CASES} == {
        name: expected for name, (_, expected) in CASES.items()
    }
    assert counted["L13"]["sickness_days"] == 15
    assert counted["L17"]["stage"] == "none"
    assert counted["blank"]["removal_blocked_by"] == [f"unmarked {school_days(OPENS, length)[26]} PM"]


def test_a_no_show_is_counted_from_the_first_mark_that_is_not_z(run):
    counted = pupils_of(run(register({"BELL, Ana": "Z*5, O*10"})))["BELL"]

    assert runs(counted) == (10, 10, 10)
    assert counted["last_attended_on"] is None
    assert counted["run_started_on"] == "2026-09-09"


def october(run, periods: tuple[Period, ...], **how: Any) -> dict[str, Any]:
    """A pupil absent from Monday 12 October 2026 on, over half term and an INSET day, to 20 November."""
    before, after = 28, 24
    grid = register({"BELL, Ana": f"P*{before}, O*{after}"})
    assert grid[0][3 + 2 * before] == "Mon 12/10/2026 AM"
    return pupils_of(run(grid, periods=periods, **how))["BELL"]


def test_l25_the_tenth_and_twentieth_day_by_the_schools_calendar(run):
    counted = october(run, PLANNED)

    assert counted["return_reached_on"] == "2026-10-23"
    assert counted["removal_reached_on"] == "2026-11-16"
    assert counted["stage"] == "gate"
    assert counted["removal_blocked_by"] == []


def test_l27_the_school_with_another_inset_day_reaches_them_on_other_days(run):
    other = SchoolCalendar((*TERMS, inset("2026-10-14")), CALENDAR.bank_holidays)
    days = school_days(OPENS, 53, other)
    absent = sum(on >= date(2026, 10, 12) for on in days)
    grid = register({"BELL, Ana": f"P*{len(days) - absent}, O*{absent}"}, calendar=other)
    counted = pupils_of(run(grid, periods=other.periods))["BELL"]

    assert counted["return_reached_on"] == "2026-11-02"
    assert counted["removal_reached_on"] == "2026-11-16"


@pytest.mark.parametrize(("as_of", "overdue"), [("2026-11-06", []), ("2026-11-09", ["2026-10-23"])])
def test_l26_an_n_is_overdue_on_its_fifth_school_day(run, as_of: str, overdue: list[str]):
    grid = register({"BELL, Ana": "P*37, N, O*14"})
    assert grid[0][3 + 2 * 37] == "Fri 23/10/2026 AM"
    counted = pupils_of(run(grid, periods=PLANNED, as_of=date.fromisoformat(as_of)))["BELL"]

    assert counted["overdue_n"] == overdue


# Days without a register


def test_without_a_calendar_days_without_a_register_are_listed_and_keep_the_gate_shut(run):
    result = run(register({"BELL, Ana": "P*28, O*24", "COLE, Ben": "P*38, O*14", "DEAN, Eve": "P*52"}))
    shown = result.to_json()
    counted = pupils_of(result)
    days = [on.isoformat() for on in [*HALF_TERM, INSET_DAY]]

    assert shown["unreported_days"] == days
    assert shown["school_days"] == 52
    assert runs(counted["BELL"]) == (24, 24, 24)
    assert counted["BELL"]["removal_reached_on"] == "2026-11-16"
    assert counted["BELL"]["stage"] == "refer"
    assert [
        reason for reason in counted["BELL"]["removal_blocked_by"] if reason.startswith("not reported")
    ] == [f"not reported {on}" for on in days]
    assert counted["COLE"]["removal_blocked_by"] == []
    assert counted["DEAN"]["removal_blocked_by"] == []


def test_without_a_calendar_a_run_that_crosses_no_such_day_reaches_the_gate(run):
    counted = pupils_of(run(register({"BELL, Ana": "P*8, O*20"})))["BELL"]

    assert (counted["removal_run"], counted["stage"], counted["removal_blocked_by"]) == (20, "gate", [])


def test_with_a_calendar_a_term_day_without_a_register_sets_the_removal_run_to_0(run):
    grid = register({"BELL, Ana": "P, O*6, ?, O*4"})
    result = run(grid, periods=PLANNED)
    counted = pupils_of(result)["BELL"]

    assert result.to_json()["unreported_days"] == ["2026-09-11"]
    assert runs(counted) == (10, 4, 10)
    assert "not reported 2026-09-11" in counted["removal_blocked_by"]
    assert runs(pupils_of(run(grid))["BELL"]) == (10, 10, 10)


def test_a_day_of_planned_closure_is_neither_reported_missing_nor_counted(run):
    grid = register({"BELL, Ana": "P, O*9, #, O"})
    for row in grid[1:]:
        row[3 + 20 : 3 + 22] = ["#", "#"]
    result = run(grid)

    assert runs(pupils_of(result)["BELL"]) == (10, 10, 10)
    assert result.to_json()["unreported_days"] == []
    assert result.to_json()["school_days"] == 11


def test_marks_on_a_session_that_the_calendar_does_not_hold_are_an_error(run):
    closed = Period(PeriodKind.CLOSURE, date(2026, 9, 4), date(2026, 9, 4))
    result = run(register({"BELL, Ana": "P, O*9"}), periods=(*PLANNED, closed))

    errors = [issue for issue in result.to_json()["issues"] if issue["severity"] == "error"]
    assert {error["code"] for error in errors} == {"session_not_held"}
    assert "4 September 2026 AM" in errors[0]["message"]
    assert result.has_errors


def test_a_bank_holiday_with_marks_is_a_school_day_with_a_warning(run):
    days = [date(2027, 4, 29), date(2027, 4, 30), date(2027, 5, 3), date(2027, 5, 4)]
    grid: Grid = [["UPN", "Name", *headings(days)], [upn(1), "BELL, Ana", "/", "\\", *["O"] * 6]]
    grid.append([upn(2), ALWAYS_HERE, *["/", "\\"] * 4])
    for periods in ((), TERMS):
        result = run(grid, periods=periods, today=date(2027, 5, 10))

        assert runs(pupils_of(result)["BELL"]) == (3, 3, 3)
        assert [issue["code"] for issue in result.to_json()["issues"]] == ["bank_holiday_marked"]


def test_a_bank_holiday_without_marks_is_no_school_day_and_not_missing(run):
    days = [date(2027, 4, 29), date(2027, 4, 30), date(2027, 5, 4)]
    grid: Grid = [["UPN", "Name", *headings(days)], [upn(1), "BELL, Ana", "/", "\\", *["O"] * 4]]
    grid.append([upn(2), ALWAYS_HERE, *["/", "\\"] * 3])
    result = run(grid, today=date(2027, 5, 10))

    assert runs(pupils_of(result)["BELL"]) == (2, 2, 2)
    assert result.to_json()["unreported_days"] == []


# As of


def open_morning() -> Grid:
    """A register whose last day has only its morning yet."""
    grid = register({"BELL, Ana": "P, O*10"})
    return [row[:-1] for row in grid]


def test_a_day_with_only_its_morning_is_not_counted_yet(run):
    result = run(open_morning())

    assert result.to_json()["as_of"] == "2026-09-15"
    assert runs(pupils_of(result)["BELL"]) == (9, 9, 9)


def test_a_day_whose_afternoon_is_a_planned_closure_is_closed(run):
    grid = [[*row, "#" if number else "Wed 16/09/2026 PM"] for number, row in enumerate(open_morning())]

    assert run(grid).to_json()["as_of"] == "2026-09-16"


def test_an_earlier_day_counts_what_was_known_on_it(run):
    grid = register({"BELL, Ana": "P, O*10, P, O*3"})
    result = run(grid, as_of=date(2026, 9, 16))

    assert result.to_json()["as_of"] == "2026-09-16"
    assert pupils_of(result)["BELL"] == pupils_of(run([row[: 3 + 22] for row in grid]))["BELL"]
    assert pupils_of(run(grid))["BELL"]["return_run"] == 3


@pytest.mark.parametrize("asked", ["2026-09-13", "2026-09-12"])
def test_as_of_a_weekend_is_the_school_day_before(run, asked: str):
    result = run(register({"BELL, Ana": "P, O*10"}), as_of=date.fromisoformat(asked))

    assert result.to_json()["as_of"] == "2026-09-11"
    assert runs(pupils_of(result)["BELL"]) == (7, 7, 7)


def test_as_of_a_later_day_invents_no_absence(run):
    result = run(register({"BELL, Ana": "P, O*10"}), as_of=date(2026, 11, 20))

    assert result.to_json()["as_of"] == "2026-09-16"
    assert runs(pupils_of(result)["BELL"]) == (10, 10, 10)


def test_as_of_a_day_before_every_mark_counts_nothing(run):
    shown = run(register({"BELL, Ana": "P, O*10"}), as_of=date(2026, 9, 1)).to_json()

    assert (shown["as_of"], shown["school_days"]) == (None, 0)
    assert {pupil["stage"] for pupil in shown["pupils"]} == {"none"}


def test_marks_filled_in_ahead_are_not_counted(run):
    result = run(register({"BELL, Ana": "P, O*10"}), today=date(2026, 9, 9))

    assert result.to_json()["as_of"] == "2026-09-09"
    assert runs(pupils_of(result)["BELL"]) == (5, 5, 5)
    assert {issue["code"] for issue in result.to_json()["issues"]} == {"future_mark"}


# Stages, selection and order


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("P*5", "none"),
        ("P, I*5", "none"),
        ("P, O", "contact"),
        ("P, O*2", "contact"),
        ("P, O*3", "review"),
        ("P, O*9", "review"),
        ("P, O*10", "refer"),
        ("P, O*19", "refer"),
        ("P, O*20", "gate"),
        ("P, U*20", "refer"),
    ],
)
def test_the_stage_follows_from_the_runs(run, text: str, stage: str):
    assert pupils_of(run(register({"BELL, Ana": text})))["BELL"]["stage"] == stage


def test_pupils_stand_in_order_of_their_runs_then_their_names(run):
    shown = run(
        register(
            {
                "YOUNG, Al": "P*10, O*10", "adams, Bo": "P*10, O*10", "BELL, Cy": "P*10, U*10",
                "COLE, Di": "P*8, O*12", "BELL, Ab": "P*10, U*10", "HILL, Ed": "P*20",
            }
        )
    ).to_json()  # fmt: skip

    assert [(pupil["surname"], pupil["forename"]) for pupil in shown["pupils"]] == [
        ("COLE", "Di"), ("adams", "Bo"), ("YOUNG", "Al"), ("BELL", "Ab"), ("BELL", "Cy"),
        ("HILL", "Ed"), ("KEY", "Ann"),
    ]  # fmt: skip


def test_a_minimum_keeps_pupils_of_whom_any_run_is_that_long(run):
    grid = register({"BELL, Ana": "P*10, O*3", "COLE, Ben": "P*9, I*4", "DEAN, Eve": "P*11, O*2"})

    assert set(pupils_of(run(grid, minimum=3))) == {"BELL", "COLE"}
    assert set(pupils_of(run(grid, minimum=4))) == {"COLE"}
    assert set(pupils_of(run(grid, minimum=0))) == {"BELL", "COLE", "DEAN", "KEY"}


def test_a_child_outside_compulsory_school_age_has_no_statutory_run(run):
    births = {"BELL, Ana": "01/02/2022", "COLE, Ben": "01/02/2010", "DEAN, Eve": "01/02/2014"}
    counted = pupils_of(run(register(dict.fromkeys(births, "P, O*10"), births=births)))

    assert runs(counted["BELL"]) == (0, 0, 10)
    assert runs(counted["COLE"]) == (0, 0, 10)
    assert runs(counted["DEAN"]) == (10, 10, 10)
    assert counted["BELL"]["stage"] == "none"


# Several files


def test_weeks_in_several_files_count_as_one_register_in_any_order(run):
    whole = register({"BELL, Ana": "P*8, O*12"})
    weeks: list[Grid] = [
        [row[:3] + row[3 + start : 3 + start + 10] for row in whole] for start in range(0, 40, 10)
    ]
    expected = pupils_of(run(whole))

    assert pupils_of(run(*weeks)) == expected
    assert pupils_of(run(*reversed(weeks))) == expected
    assert pupils_of(run(weeks[2], *weeks)) == expected


def test_layouts_may_be_mixed_between_files(run):
    days = school_days(OPENS, 12, WITHOUT_TERMS)
    first = register({"BELL, Ana": "P, O*9"})
    second: list[list[Cell]] = [["UPN", "Date", "AM", "PM"]]
    for on in days[10:]:
        second += [[upn(1), f"{on:%d/%m/%Y}", "O", "O"], [upn(999), f"{on:%d/%m/%Y}", "/", "\\"]]
    result = run(first, second)

    assert runs(pupils_of(result)["BELL"]) == (11, 11, 11)
    assert [file["layout"] for file in result.to_json()["files"]] == ["wide-1", "pupil-day"]


def test_two_files_that_contradict_each_other_are_not_counted(run):
    one = register({"BELL, Ana": "P, O*4"})
    other = register({"BELL, Ana": "P, O*3, I"})

    codes = {issue["code"] for issue in run(one, other).to_json()["issues"]}

    assert codes == {"conflicting_marks", "marks_again"}
