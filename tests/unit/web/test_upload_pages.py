"""What was found in a file, what is wrong with it, and what approval does."""

from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from cme.attendance.codes import Half
from cme.attendance.standing import Standing
from cme.services.registers.impact import Foreseen
from cme.web.presenters import faults, plans
from cme.web.presenters import uploads as present
from importers.issues import Issue
from importers.planning.plan import plan_import
from importers.planning.planned import KnownPupil
from importers.reading import WEB_LIMITS
from importers.register import PupilReading
from tests.marks import from_marks

ON = date(2026, 11, 9)


def upload(**about: Any) -> SimpleNamespace:
    given = {
        "filename": "x.xlsx", "layout": "wide-1", "pupils": 1600,
        "first_on": date(2026, 11, 9), "last_on": date(2026, 11, 13),
    }  # fmt: skip
    return SimpleNamespace(**(given | about))


def reading(number: str, code: str) -> PupilReading:
    lines = from_marks([(ON, Half.AM, code), (ON, Half.PM, code)])
    return PupilReading("", number, f"Surname{number}", "Sam", None, "8", "8B", lines, "A2")


def known(number: str, code: str) -> KnownPupil:
    lines = from_marks([(ON, Half.AM, code), (ON, Half.PM, code)])
    return KnownPupil(int(number), "", number, f"Surname{number}", "Sam", None, lines)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (upload(), "Excel register, 1,600 pupils, 9 to 13 November 2026"),
        (upload(filename="A.CSV", pupils=1), "CSV register, 1 pupil, 9 to 13 November 2026"),
        (upload(filename="register", first_on=None), "Register, 1,600 pupils"),
        (upload(layout=""), "No register was found in this file"),
    ],
)
def test_what_was_found_is_one_sentence(file: Any, text: str) -> None:
    assert present.found(file) == text


def issue(cell: str, message: str = "Q9 is not a code.", row: int = 2) -> Issue:
    return Issue(code="unknown_mark", message=message, cell=cell, row=row, header="Mon 09/11/2026 AM")


def test_errors_of_one_kind_are_one_action_that_leads_to_the_first() -> None:
    found = faults.error_list([issue("D2"), issue("D3"), issue("E9", "Z9 is not a code.")])
    assert found == [{"text": "Correct 3 marks that are not codes, the first in cell D2", "href": "#issue-1"}]


def other(cell: str, message: str) -> Issue:
    return Issue(code="undated_marks", message=message, cell=cell, row=2, header="PM")


def test_errors_without_an_action_of_their_own_are_said_with_the_first_place() -> None:
    found = faults.error_list([other("D2", "Head it."), other("D3", "Head it."), other("E9", "Date it.")])
    assert found == [
        {"text": "2 cells, first in cell D2: Head it.", "href": "#issue-1"},
        {"text": "Cell E9: Date it.", "href": "#issue-3"},
    ]


def test_an_error_without_a_place_is_said_as_it_is() -> None:
    assert faults.error_list([Issue(code="summary_only", message="This is a summary.")]) == [
        {"text": "This is a summary.", "href": "#register"}
    ]


def test_beyond_a_hundred_errors_the_total_is_said() -> None:
    issues = [replace(other(f"D{row}", f"Wrong {row}"), row=row) for row in range(120)]
    assert len(faults.issue_rows(issues)) == 100
    assert faults.issues_caption(issues) == "120 errors to put right. The first 100 are listed."
    assert faults.error_list(issues)[-1] == {
        "text": "110 more kinds of error: see the table",
        "href": "#issues",
    }


def test_an_error_that_is_not_listed_leads_to_the_table() -> None:
    issues = [issue(f"D{row}") for row in range(100)] + [other("E1", "Another")]
    assert faults.error_list(issues)[-1]["href"] == "#issues"


def test_the_sheet_is_named_only_where_there_are_several() -> None:
    one = Issue(code="unknown_mark", message="Wrong", cell="D2", sheet="8B")
    other = Issue(code="unknown_mark", message="Wrong", cell="D2", sheet="9C")
    assert faults.issue_rows([one])[0]["cell"] == "D2"
    assert [row["cell"] for row in faults.issue_rows([one, other])] == ["8B: D2", "9C: D2"]


def test_every_group_of_a_plan_says_what_approval_does() -> None:
    plan = plan_import(
        [reading("1", "O"), reading("2", "C"), reading("3", "O")],
        [known("2", "O"), known("3", "O"), known("4", "O")],
    )
    groups = plans.plan_groups(plan, ())
    assert [group["heading"] for group in groups] == [
        "1 new pupil",
        "1 pupil with new or changed marks",
        "1 pupil on roll but not in the file",
        "1 pupil unchanged",
    ]
    assert groups[2]["names"] == ["Surname4, Sam"]


def test_a_group_of_nobody_is_left_out() -> None:
    plan = plan_import([reading("1", "O")], [])
    assert [group["heading"] for group in plans.plan_groups(plan, ())] == ["1 new pupil"]


def test_changed_marks_are_old_and_new_and_a_filled_blank_is_no_change() -> None:
    later = from_marks([(ON, Half.AM, "C"), (ON, Half.PM, "O"), (date(2026, 11, 10), Half.AM, "O")])
    pupil = PupilReading("", "2", "Surname2", "Sam", None, "8", "8B", later, "A2")
    plan = plan_import([pupil], [known("2", "O")])
    assert plans.changed_marks(plan) == [
        {"name": "Surname2, Sam", "on": "Mon 9 Nov 2026", "old": "AM O", "new": "AM C"}
    ]
    assert plans.changed_caption(plan) == "1 mark changed"


def test_codes_are_tallied_the_most_frequent_first() -> None:
    plan = plan_import([reading("1", "O"), reading("2", "J1"), reading("3", "O")], [])
    assert [(code["code"], code["number"]) for code in plans.tally(plan)] == [("O", "4"), ("J1", "2")]


@pytest.mark.parametrize(("cap", "text"), [(10_485_760, "10MB"), (1_572_864, "1.5MB"), (512_000, "500KB")])
def test_the_cap_on_a_file_is_the_one_that_is_configured(cap: int, text: str) -> None:
    limits = replace(WEB_LIMITS, upload_bytes=cap)
    assert present.too_large(limits).startswith(f"The file must be smaller than {text}.")
    assert present.accepted(limits)["size"] == text


def foreseen(key: int, name: str) -> Foreseen:
    return Foreseen(key, name, "Sam", "8B", Standing(return_run=9), Standing(return_run=10))


def case_of(key: int, referred_at: datetime | None = None) -> SimpleNamespace:
    return SimpleNamespace(
        registration_id=key,
        reference=f"CME-26-000{key}",
        stage="referred" if referred_at else "enquiries",
        overlays=[],
        referred_at=referred_at,
    )


def test_a_check_names_the_open_case_of_each_child_and_who_is_referred() -> None:
    sent_at = datetime(2026, 11, 19, 9, tzinfo=UTC)
    shown = present.foreseen_impact(
        [foreseen(1, "Birch"), foreseen(2, "Cole"), foreseen(3, "Dean")], [case_of(1, sent_at), case_of(2)]
    )
    cases = {row["name"]: row["case"] and row["case"]["reference"] for row in shown["rows"]}
    assert cases == {"Birch, Sam": "CME-26-0001", "Cole, Sam": "CME-26-0002", "Dean, Sam": None}
    assert shown["referred"] == "1 of these children is referred already: Birch, Sam."


def test_a_check_says_what_would_become_of_cases() -> None:
    opens = replace(foreseen(1, "Birch"), registration_id=None, events=("case.opened", "referral.drafted"))
    shown = present.foreseen_impact([opens], [])
    assert shown["sentences"] == [
        "1 pupil would reach day 10 of the return run.",
        "1 case would be opened.",
        "1 referral would be ready to send.",
    ]
    (row,) = shown["rows"]
    assert (row["case"], row["no_case"]) == (None, "A new case")


def test_beyond_ten_referred_children_the_rest_are_a_number() -> None:
    sent_at = datetime(2026, 11, 19, 9, tzinfo=UTC)
    numbers = range(1, 13)
    shown = present.foreseen_impact(
        [foreseen(key, f"Name{key:02}") for key in numbers], [case_of(key, sent_at) for key in numbers]
    )
    assert shown["referred"].startswith("12 of these children are referred already: Name01, Sam; ")
    assert shown["referred"].endswith("Name10, Sam; 2 more.")


def test_nobody_referred_is_not_spoken_of() -> None:
    assert present.foreseen_impact([foreseen(1, "Birch")], [])["referred"] == ""
