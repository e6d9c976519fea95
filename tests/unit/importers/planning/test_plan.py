"""What approving a register would do to a roll."""

from datetime import date, timedelta
from typing import Any

import pytest

from cme.attendance.codes import Half
from cme.identity.matching import Step
from importers.planning.plan import plan_import, row_keys
from importers.planning.planned import Decision, DecisionKind, KnownPupil, Plan, RowKind
from importers.register import PupilReading
from tests.marks import from_marks, get_mark, iter_marks
from tests.unit.importers.grids import MONDAY, upn
from tests.unit.importers.rolls import ANA, BEN, BORN_ON, in_file, lines, on_roll


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
    "given_in_file",
    [
        pytest.param({"admission_number": "", "born_on": None}, id="name alone"),
        pytest.param({"surname": "", "born_on": None}, id="number alone"),
        pytest.param({"admission_number": "", "forename": ""}, id="surname and date of birth"),
    ],
)
def test_a_pupil_whom_next_week_s_file_would_not_find_is_not_put_on_roll(given_in_file: dict[str, Any]):
    plan = plan_import([in_file(upn="", **given_in_file)], [])

    (held,) = plan.conflicts
    assert held.choices == {DecisionKind.LATER, DecisionKind.LEAVE_OUT}
    assert "row 2" in held.message
    assert not plan.pupils


@pytest.mark.parametrize(
    ("given_in_file", "known", "step"),
    [
        pytest.param({"upn": ""}, {}, Step.NUMBER, id="number and names"),
        pytest.param({"upn": "", "surname": "HILL"}, {}, Step.NUMBER, id="number and date of birth"),
        pytest.param({}, {"upn": BEN, "former_upn": ANA}, Step.UPN, id="former UPN"),
        pytest.param({"surname": "HILL"}, {}, Step.UPN, id="UPN with another surname"),
        pytest.param({"born_on": date(2015, 1, 1)}, {}, Step.UPN, id="UPN with another date of birth"),
        pytest.param({"upn": "", "admission_number": "12"}, {}, Step.NUMBER, id="number without its zeros"),
        pytest.param({"upn": ""}, {"admission_number": "12"}, Step.NUMBER, id="zeros that the roll lost"),
        pytest.param(
            {"upn": "", "admission_number": ""}, {}, Step.PARTICULARS, id="full name and date of birth"
        ),
    ],
)
def test_a_pupil_is_matched(given_in_file: dict[str, Any], known: dict[str, Any], step: Step):
    plan = plan_import([in_file(**given_in_file)], [on_roll(**known)])

    (planned,) = plan.pupils
    assert planned.known is not None
    assert planned.step is step
    assert (plan.rows, plan.matched, plan.waiting, plan.not_in_file) == (1, 1, (), ())


@pytest.mark.parametrize(
    ("given_in_file", "known", "name", "old", "new"),
    [
        ({"upn": ""}, {"upn": ""}, "", "", ""),
        ({"surname": "Béll"}, {}, "", "", ""),
        ({}, {"upn": ""}, "upn", "", ANA),
        ({}, {"born_on": None}, "born_on", "", "2014-02-01"),
        ({"upn": ""}, {"forename": ""}, "forename", "", "Ana"),
        ({}, {"upn": BEN, "former_upn": ANA}, "", "", ""),
    ],
)
def test_what_the_roll_lacks_is_filled(
    given_in_file: dict[str, Any], known: dict[str, Any], name: str, old: str, new: str
):
    (planned,) = plan_import([in_file(**given_in_file)], [on_roll(**known)]).pupils

    filled = [(name, old, new)] if name else []
    assert [(one.name, one.old, one.new) for one in planned.particulars] == filled
    assert planned.differences == ()
    assert planned.kind is (RowKind.CHANGED if name else RowKind.UNCHANGED)


def test_a_register_overwrites_nothing_unless_a_person_accepts_exactly_that():
    readings, roll = [in_file(surname="HILL", forename="Anna")], [on_roll()]

    (shown,) = plan_import(readings, roll).pupils
    assert [(one.name, one.old, one.new) for one in shown.differences] == [
        ("surname", "Bell", "HILL"),
        ("forename", "Ana", "Anna"),
    ]
    assert (shown.particulars, shown.kind) == ((), RowKind.UNCHANGED)

    accepted = {shown.differences[0].key}
    (taken,) = plan_import(readings, roll, accepted=accepted).pupils
    assert [one.name for one in taken.particulars] == ["surname"]
    assert [one.name for one in taken.differences] == ["forename"]
    assert taken.kind is RowKind.CHANGED

    (other,) = plan_import([in_file(surname="WOOD", forename="Anna")], roll, accepted=accepted).pupils
    assert other.particulars == ()
    (somebody,) = plan_import(readings, [on_roll(registration_id=2)], accepted=accepted).pupils
    assert somebody.particulars == ()


CONFLICTS = [
    pytest.param({"surname": "HILL", "born_on": date(2015, 1, 1)}, Step.UPN_CONFLICT, id="another's UPN"),
    pytest.param(
        {"upn": "", "surname": "HILL", "born_on": None}, Step.NUMBER_CONFLICT, id="number of another"
    ),
    pytest.param({"upn": BEN, "forename": "Zed"}, Step.NUMBER_CONFLICT, id="number under another UPN"),
    pytest.param({"upn": BEN}, Step.NUMBER_CONFLICT, id="another UPN where all else is the same"),
    pytest.param(
        {"upn": "", "surname": "", "born_on": None}, Step.UNPROVEN, id="number in a file without names"
    ),
]


@pytest.mark.parametrize(("given_in_file", "step"), CONFLICTS)
def test_an_identifier_in_doubt_holds_its_pupil_and_nobody_else(given_in_file: dict[str, Any], step: Step):
    other = in_file(upn=upn(3), admission_number="0033", surname="COLE", address="row 9")
    plan = plan_import([in_file(**given_in_file), other], [on_roll()])

    assert [planned.key for planned in plan.pupils] == ["row 9"]
    (conflict,) = plan.conflicts
    assert conflict.step is step
    assert [one.registration_id for one in conflict.candidates] == [1]
    assert len(conflict.why) == 1
    assert "row 2" in conflict.message
    assert not {"BELL", "Bell", "Ana", ANA, "2014"} & set(f"{conflict.message} {conflict.why}".split())
    assert plan.not_in_file == ()


@pytest.mark.parametrize("given_in_file", [pytest.param(one.values[0], id=one.id) for one in CONFLICTS])
def test_a_person_may_say_of_a_held_pupil_that_it_is_the_same_child(given_in_file: dict[str, Any]):
    reading = in_file(**given_in_file)
    plan = plan_import([reading], [on_roll()], decisions={"row 2": Decision(DecisionKind.SAME, 1)})

    (planned,) = plan.pupils
    assert planned.known is not None
    assert planned.known.registration_id == 1
    assert planned.step is None
    assert planned.particulars == ()
    assert plan.matched == 0


def test_another_child_cannot_have_the_same_upn():
    reading = in_file(surname="HILL", born_on=date(2015, 1, 1))
    plan = plan_import([reading], [on_roll()], decisions={"row 2": Decision(DecisionKind.NEW)})

    (conflict,) = plan.conflicts
    assert DecisionKind.NEW not in conflict.choices
    assert not plan.pupils


def test_another_child_with_a_number_of_the_roll_is_new_without_that_number():
    reading = in_file(upn=BEN, surname="HILL", born_on=None)
    plan = plan_import([reading], [on_roll()], decisions={"row 2": Decision(DecisionKind.NEW)})

    (planned,) = plan.pupils
    assert planned.kind is RowKind.NEW
    assert planned.admission_number == ""
    assert [one.registration_id for one in plan.not_in_file] == [1]


def close(**given: Any) -> PupilReading:
    return in_file(**{"upn": "", "admission_number": "", "born_on": date(2014, 1, 2), **given})


def test_a_close_match_waits_for_a_person():
    plan = plan_import([close()], [on_roll(), on_roll(registration_id=2, upn=BEN, surname="Hill")])

    (held,) = plan.close
    assert [one.registration_id for one in held.candidates] == [1]
    assert held.why == ("Surname and forename are the same; day and month of birth may be swapped.",)
    assert held.choices == set(DecisionKind)
    assert not held.deferred
    assert [one.registration_id for one in plan.not_in_file] == [2]
    assert not plan.changes_nothing


@pytest.mark.parametrize(
    ("decision", "kind", "registration_id"),
    [
        (Decision(DecisionKind.SAME, 1), RowKind.UNCHANGED, 1),
        (Decision(DecisionKind.NEW), RowKind.NEW, None),
    ],
)
def test_a_person_decides_a_close_match(decision: Decision, kind: RowKind, registration_id: int | None):
    (planned,) = plan_import([close()], [on_roll()], decisions={"row 2": decision}).pupils

    assert planned.kind is kind
    assert (planned.known.registration_id if planned.known else None) == registration_id
    assert [one.name for one in planned.differences] == (["born_on"] if registration_id else [])


def test_later_keeps_a_pupil_waiting():
    plan = plan_import([close()], [on_roll()], decisions={"row 2": Decision(DecisionKind.LATER)})

    assert [one.deferred for one in plan.close] == [True]


@pytest.mark.parametrize(
    "roll",
    [
        pytest.param([on_roll(registration_id=7)], id="somebody else is there now"),
        pytest.param([on_roll(), on_roll(registration_id=7, upn="")], id="never a candidate"),
    ],
)
def test_a_decision_that_no_longer_fits_is_passed_over(roll: list[KnownPupil]):
    decision = Decision(DecisionKind.SAME, 7 if len(roll) == 2 else 1)
    roll = roll if len(roll) == 1 else [roll[0], on_roll(registration_id=7, upn="", surname="Wood")]
    plan = plan_import([close()], roll, decisions={"row 2": decision, "row 77": decision})

    assert not plan.pupils
    assert [one.deferred for one in plan.close] == [False]


def test_a_decision_for_a_child_whom_the_file_has_by_upn_is_passed_over():
    rows = [close(), in_file(address="row 3")]
    plan = plan_import(rows, [on_roll()], decisions={"row 2": Decision(DecisionKind.SAME, 1)})

    assert [one.key for one in plan.pupils if one.known] == ["row 3"]


def test_two_rows_that_a_person_gives_to_one_child_both_wait():
    rows = [close(), close(forename="A", born_on=BORN_ON, address="row 3")]
    decisions = {key: Decision(DecisionKind.SAME, 1) for key in ("row 2", "row 3")}
    plan = plan_import(rows, [on_roll()], decisions=decisions)

    assert not plan.pupils
    assert [one.key for one in plan.close] == ["row 2", "row 3"]


def test_any_pupil_may_be_left_out_with_a_reason():
    rows = [in_file(), in_file(upn=BEN, admission_number="0099", surname="COLE", address="row 3")]
    left_out = {key: Decision(DecisionKind.LEAVE_OUT, reason="A visitor") for key in ("row 2", "row 3")}
    plan = plan_import(rows, [on_roll()], decisions=left_out)

    assert not plan.pupils
    assert [(one.key, one.reason, one.known is not None) for one in plan.left_out] == [
        ("row 2", "A visitor", True),
        ("row 3", "A visitor", False),
    ]
    assert (plan.rows, plan.matched, plan.not_in_file) == (2, 1, ())


def test_a_decision_says_whom_or_why():
    with pytest.raises(ValueError, match="Choose"):
        Decision(DecisionKind.SAME)
    with pytest.raises(ValueError, match="reason"):
        Decision(DecisionKind.LEAVE_OUT, reason=" ")


def test_two_pupils_of_a_file_never_write_to_one_registration():
    readings = [in_file(admission_number=""), in_file(upn="", address="row 9")]
    plan = plan_import(readings, [on_roll()])

    assert [one.key for one in plan.pupils] == ["row 2"]
    (conflict,) = plan.conflicts
    assert (conflict.key, conflict.step) == ("row 9", Step.TWICE)
    assert conflict.choices == {DecisionKind.LATER, DecisionKind.LEAVE_OUT}

    left_out = {"row 2": Decision(DecisionKind.LEAVE_OUT, reason="Entered twice")}
    instead = plan_import(
        readings, [on_roll()], decisions={**left_out, "row 9": Decision(DecisionKind.SAME, 1)}
    )
    assert [one.key for one in instead.pupils] == ["row 9"]


def test_rows_of_two_files_with_one_address_have_keys_of_their_own():
    assert row_keys([in_file(), in_file(), in_file(address="row 3")]) == ["row 2", "row 2 (2)", "row 3"]


def test_a_system_s_own_ids_are_neither_matched_on_nor_kept():
    roll = [on_roll(registration_id=n, upn=upn(n), admission_number=f"{n:04d}") for n in range(12)]
    rows = [in_file(upn=upn(n), admission_number=str(80000 + n), address=f"row {n}") for n in range(11)] + [
        in_file(upn=upn(50), admission_number="80050", surname="COLE", address="row 50")
    ]
    plan = plan_import(rows, roll)

    assert not plan.trusts_numbers
    assert plan.matched == 11
    assert {one.admission_number for one in plan.pupils} == {""}


def test_an_admission_number_that_the_roll_lacks_may_be_kept():
    (planned,) = plan_import([in_file()], [on_roll(admission_number="")]).pupils
    assert planned.admission_number == "0012"
    (new,) = plan_import([in_file()], []).pupils
    assert new.admission_number == "0012"


def test_marks_of_an_upload_received_later_stay_and_what_was_said_is_listed():
    stored, said = lines("O", "I", "", "N"), lines("I", "I", "O", "I", "O")
    later = {1: lines("O", "I", "", "", "")}
    (planned,) = plan_import([in_file(lines=said)], [on_roll(lines=stored)], later=later).pupils

    assert [code for _, _, code in iter_marks(planned.lines)] == ["O", "I", "O", "I", "O"]
    assert [(one.old, one.new) for one in planned.changes] == [(".N.", "OIO")]
    assert [(one.old, one.new) for one in planned.outranked] == [("O", "I")]
    assert plan_import([in_file(lines=said)], [on_roll(lines=stored)], later=later).marks_outranked == 1


def test_overlapping_weeks_show_what_changed_and_a_third_upload_changes_nothing():
    """R7: weeks 1 to 4, then 3 to 6 in which 12 N became O or I and one day is blank; then the same again."""
    weeks = [[MONDAY + timedelta(days=7 * week + day) for day in range(5)] for week in range(6)]

    def register(days: list[date], codes: dict[tuple[date, Half], str]) -> dict[int, str]:
        return from_marks((on, half, codes.get((on, half), "N")) for on in days for half in Half)

    first = register([on for week in weeks[:4] for on in week], {})
    known = [on_roll(lines=first)]
    put_right = [(on, half) for on in (*weeks[2], weeks[3][0]) for half in Half]
    codes = {session: "OI"[number % 2] for number, session in enumerate(put_right)}
    codes |= {(weeks[3][4], half): "" for half in Half}
    second = [in_file(lines=register([on for week in weeks[2:] for on in week], codes))]

    plan = plan_import(second, known)

    assert (plan.marks_altered, plan.marks_added) == (12, 20)
    (planned,) = plan.pupils
    assert get_mark(planned.lines, weeks[3][4], Half.AM) == "N"
    assert plan_import(second, [on_roll(lines=planned.lines)]).changes_nothing


def test_two_rows_of_one_name_and_birth_date_are_both_held_and_a_person_may_say_that_both_are_new():
    rows = [
        in_file(upn=BEN, admission_number="", address="row 2"),
        in_file(upn=upn(3), admission_number="", address="row 3"),
        in_file(upn=upn(4), admission_number="", forename="Zoe", address="row 4"),
    ]
    plan = plan_import(rows, [])

    assert [pupil.key for pupil in plan.pupils] == ["row 4"]
    assert [(one.key, one.step) for one in plan.conflicts] == [("row 2", Step.TWICE), ("row 3", Step.TWICE)]
    assert plan.conflicts[0].choices == {DecisionKind.NEW, DecisionKind.LATER, DecisionKind.LEAVE_OUT}
    assert "row 2" in plan.conflicts[0].message
    both = {key: Decision(DecisionKind.NEW) for key in ("row 2", "row 3")}
    assert kinds(plan_import(rows, [], decisions=both)) == [RowKind.NEW] * 3
    alone = {"row 3": Decision(DecisionKind.LEAVE_OUT, reason="Entered twice")}
    assert [pupil.key for pupil in plan_import(rows, [], decisions=alone).pupils] == ["row 2", "row 4"]


def test_a_row_like_a_matched_child_is_held_and_is_new_only_if_a_person_says_so():
    twin = in_file(upn=BEN, admission_number="", address="row 3")
    plan = plan_import([in_file(), twin], [on_roll()])

    (held,) = plan.conflicts
    assert (held.key, held.step) == ("row 3", Step.TWICE)
    assert held.choices == {DecisionKind.NEW, DecisionKind.LATER, DecisionKind.LEAVE_OUT}
    said = plan_import([in_file(), twin], [on_roll()], decisions={"row 3": Decision(DecisionKind.NEW)})
    assert kinds(said) == [RowKind.UNCHANGED, RowKind.NEW]


def test_a_row_of_its_own_like_another_whose_child_changed_names_is_held():
    renamed = in_file(admission_number="", surname="HILL")
    other = in_file(upn="", admission_number="77", surname="HILL", address="row 3")
    plan = plan_import([renamed, other], [on_roll(admission_number="")])

    assert [(one.key, one.step) for one in plan.conflicts] == [("row 3", Step.TWICE)]
