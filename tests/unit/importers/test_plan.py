"""What approving a register would do to a roll."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cme.attendance.codes import Half
from cme.attendance.lines import BLANK, from_marks, iter_marks
from importers.plan import KnownPupil, Plan, RowKind, plan_import
from importers.registers import PupilReading

from .grids import WEEK, upn

ANA, BEN = upn(1), upn(2)
BORN_ON = date(2014, 2, 1)


def lines(*codes: str) -> dict[int, str]:
    """Register lines with these codes in the sessions of a week, in order; '' is no mark."""
    sessions = [(on, half) for on in WEEK for half in Half]
    return from_marks((on, half, code) for (on, half), code in zip(sessions, codes, strict=False))


def in_file(**given: Any) -> PupilReading:
    values: dict[str, Any] = {
        "upn": ANA, "admission_number": "0012", "surname": "BELL", "forename": "Ana", "born_on": BORN_ON,
        "year_group": "7", "class_name": "7A", "lines": lines("O", "O"), "address": "row 2",
    }  # fmt: skip
    return PupilReading(**values | given)


def on_roll(**given: Any) -> KnownPupil:
    values: dict[str, Any] = {
        "registration_id": 1, "upn": ANA, "admission_number": "0012", "surname": "Bell", "forename": "Ana",
        "born_on": BORN_ON, "lines": lines("O", "O"),
    }  # fmt: skip
    return KnownPupil(**values | given)


def kinds(plan: Plan) -> list[RowKind]:
    return [pupil.kind for pupil in plan.pupils]


def test_the_same_marks_change_nothing():
    plan = plan_import([in_file()], [on_roll()])

    assert kinds(plan) == [RowKind.UNCHANGED]
    assert plan.changes_nothing
    assert (plan.marks_added, plan.marks_altered) == (0, 0)


def test_added_and_altered_marks_are_told_apart_and_a_blank_erases_nothing():
    plan = plan_import([in_file(lines=lines("I", "", "O", "O"))], [on_roll()])

    assert kinds(plan) == [RowKind.CHANGED]
    assert (plan.marks_added, plan.marks_altered) == (2, 1)
    assert [code for _, _, code in iter_marks(plan.pupils[0].lines)] == ["I", "O", "O", "O"]


def test_a_pupil_not_on_the_roll_is_new():
    plan = plan_import([in_file(upn=BEN, admission_number="0099", surname="COLE")], [on_roll()])

    assert kinds(plan) == [RowKind.NEW]
    assert [pupil.registration_id for pupil in plan.not_in_file] == [1]


def test_a_name_alone_never_matches():
    assert kinds(plan_import([in_file(upn=BEN, admission_number="")], [on_roll()])) == [RowKind.NEW]
    assert kinds(plan_import([in_file(upn="", admission_number="77")], [on_roll()])) == [RowKind.NEW]


@pytest.mark.parametrize(
    ("given_in_file", "known", "differing"),
    [
        pytest.param({"upn": ""}, {}, [], id="number and names"),
        pytest.param({"upn": "", "surname": "HILL"}, {}, ["surname"], id="number and date of birth"),
        pytest.param(
            {"upn": "", "surname": "", "born_on": None}, {}, [], id="number in a file without names"
        ),
        pytest.param({}, {"upn": ""}, ["upn"], id="a UPN that the roll does not have yet"),
        pytest.param({"upn": BEN}, {}, ["upn"], id="another UPN where all else is the same"),
        pytest.param({"surname": "HILL"}, {}, ["surname"], id="UPN with another surname"),
        pytest.param({"born_on": date(2015, 1, 1)}, {}, ["born_on"], id="UPN with another date of birth"),
        pytest.param(
            {}, {"born_on": None}, ["born_on"], id="a date of birth that the roll does not have yet"
        ),
        pytest.param({"upn": "", "admission_number": "12"}, {}, [], id="number without its zeros"),
        pytest.param({"upn": ""}, {"admission_number": "12"}, [], id="number with zeros that the roll lost"),
    ],
)
def test_a_pupil_is_matched_by_strong_identifiers(
    given_in_file: dict[str, Any], known: dict[str, Any], differing: list[str]
):
    plan = plan_import([in_file(**given_in_file)], [on_roll(**known)])

    assert kinds(plan) == [RowKind.CHANGED if differing else RowKind.UNCHANGED]
    assert [change.name for change in plan.pupils[0].particulars] == differing
    assert not plan.held


@pytest.mark.parametrize(
    "given_in_file",
    [
        pytest.param({"surname": "HILL", "born_on": date(2015, 1, 1)}, id="UPN of another child"),
        pytest.param({"upn": "", "surname": "HILL", "born_on": None}, id="number of another child"),
        pytest.param({"upn": BEN, "forename": "Zed"}, id="number held under another UPN"),
    ],
)
def test_a_number_that_belongs_to_another_child_is_held_and_writes_nothing(given_in_file: dict[str, Any]):
    plan = plan_import([in_file(**given_in_file)], [on_roll()])

    assert not plan.pupils
    (issue,) = plan.held
    assert issue.code == "identity_conflict"
    assert "row 2" in issue.message
    assert "BELL" not in issue.message


def test_a_number_without_zeros_that_fits_two_pupils_or_another_name_matches_neither():
    roll = [on_roll(upn=""), on_roll(registration_id=2, upn="", admission_number="012")]

    assert kinds(plan_import([in_file(upn="", admission_number="12")], roll)) == [RowKind.NEW]
    other = in_file(upn="", admission_number="12", surname="HILL", born_on=None)
    assert kinds(plan_import([other], roll[:1])) == [RowKind.NEW]


def test_two_pupils_of_a_file_never_write_to_one_registration():
    readings = [in_file(admission_number=""), in_file(upn="", address="row 9")]
    plan = plan_import(readings, [on_roll()])

    assert len(plan.pupils) == 1
    assert [issue.code for issue in plan.held] == ["identity_conflict"]


@given(
    old=st.lists(st.sampled_from(["O", "I", "", "C1"]), min_size=10, max_size=10),
    new=st.lists(st.sampled_from(["O", "I", "", "C1"]), min_size=10, max_size=10),
)
def test_the_planned_changes_turn_the_old_line_into_the_new_and_back(old: list[str], new: list[str]):
    before, after = lines(*old), lines(*new)
    (planned,) = plan_import([in_file(lines=after)], [on_roll(lines=before)]).pupils
    for year, line in planned.lines.items():
        forwards = backwards = before.get(year, BLANK)
        for change in planned.changes:
            end = change.first_index + len(change.old)
            assert forwards[change.first_index : end] == change.old
            forwards = forwards[: change.first_index] + change.new + forwards[end:]
        assert forwards == line
        for change in planned.changes:
            end = change.first_index + len(change.new)
            line = line[: change.first_index] + change.old + line[end:]
        assert line == backwards


def test_a_file_of_strangers_is_held_as_a_whole():
    strangers = [in_file(upn="", admission_number=f"9{n:03d}", surname=f"NEW{n}") for n in range(10)]

    plan = plan_import(strangers, [on_roll()])

    assert [issue.code for issue in plan.held] == ["low_match_rate"]
    assert "0 of the 10 pupils" in plan.held[0].message


@pytest.mark.parametrize(
    ("number", "has_roll"), [pytest.param(9, True, id="few pupils"), pytest.param(40, False, id="empty roll")]
)
def test_a_first_register_and_a_few_newcomers_are_not_held(number: int, has_roll: bool):
    strangers = [in_file(upn="", admission_number=f"9{n:03d}", surname=f"NEW{n}") for n in range(number)]

    assert not plan_import(strangers, [on_roll()] if has_roll else []).held
