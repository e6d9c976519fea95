"""What holds of every plan, whatever the file and the roll."""

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cme.attendance.lines import BLANK
from importers.planning.plan import plan_import, row_keys
from importers.planning.planned import Decision, DecisionKind, KnownPupil, Plan, RowKind
from importers.register import PupilReading
from tests.unit.importers.grids import upn
from tests.unit.importers.rolls import ANA, BEN, BORN_ON, in_file, lines, on_roll


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


# Two families of like names: enough for every step, for twins and for numbers that clash.
particulars: dict[str, st.SearchStrategy[Any]] = {
    "upn": st.sampled_from(["", ANA, BEN, upn(3)]),
    "admission_number": st.sampled_from(["", "12", "0012", "13"]),
    "surname": st.sampled_from(["Bell", "Bell-Cole", "Cole", ""]),
    "forename": st.sampled_from(["Ana", "A", "Ben", ""]),
    "born_on": st.sampled_from([BORN_ON, date(2014, 1, 2), date(2015, 5, 5), None]),
    "lines": st.lists(st.sampled_from(["O", "I", "", "C1"]), max_size=4).map(lambda codes: lines(*codes)),
}
# As the reader gives them: no UPN and no number stands for two pupils of a file.
files = st.lists(
    st.builds(in_file, **particulars),
    max_size=5,
    unique_by=(lambda one: one.upn or object(), lambda one: one.admission_number or object()),
)
rolls = st.lists(st.builds(on_roll, **particulars), max_size=5).map(
    lambda roll: [replace(one, registration_id=number) for number, one in enumerate(roll, 1)]
)
made = st.dictionaries(
    st.sampled_from(["row 2", "row 2 (2)", "row 2 (3)"]),
    st.one_of(
        st.builds(Decision, st.just(DecisionKind.SAME), st.integers(1, 5)),
        st.sampled_from([Decision(DecisionKind.NEW), Decision(DecisionKind.LATER)]),
        st.just(Decision(DecisionKind.LEAVE_OUT, reason="A visitor")),
    ),
)


@given(readings=files, roll=rolls, decisions=made)
def test_every_row_is_in_one_group_and_every_pupil_of_the_roll_is_matched_at_most_once(
    readings: list[PupilReading], roll: list[KnownPupil], decisions: dict[str, Decision]
):
    plan = plan_import(readings, roll, decisions=decisions)

    keys = [one.key for one in (*plan.pupils, *plan.close, *plan.conflicts, *plan.left_out)]
    assert sorted(keys) == sorted(row_keys(readings))
    assert sorted(map(id, plan.readings)) == sorted(map(id, readings))
    matched = [one.known.registration_id for one in plan.pupils if one.known]
    assert len(set(matched)) == len(matched)
    assert not set(matched) & {one.registration_id for one in plan.not_in_file}
    assert plan.matched <= plan.rows == len(readings)
    for one in plan.waiting:
        assert len(one.why) == len(one.candidates)
        assert one.candidates or DecisionKind.SAME not in one.choices


@given(readings=files, roll=rolls)
def test_without_a_person_nobody_gets_marks_of_a_row_with_another_identifier(
    readings: list[PupilReading], roll: list[KnownPupil]
):
    for planned in plan_import(readings, roll).pupils:
        known, reading = planned.known, planned.reading
        if known is None:
            assert planned.particulars == planned.differences == ()
        elif reading.upn and known.upn:
            assert reading.upn == known.upn
        elif reading.admission_number and known.admission_number:
            assert reading.admission_number.lstrip("0") == known.admission_number.lstrip("0")


@given(readings=files, roll=rolls)
def test_the_same_file_again_changes_nothing(readings: list[PupilReading], roll: list[KnownPupil]):
    again = plan_import(readings, carry_out(plan_import(readings, roll), roll))

    assert [one.kind for one in again.pupils] == [RowKind.UNCHANGED] * len(again.pupils)


def carry_out(plan: Plan, roll: list[KnownPupil]) -> list[KnownPupil]:
    """The roll as approval leaves it."""
    written = {one.known.registration_id: one for one in plan.pupils if one.known}
    after = []
    for known in roll:
        if (planned := written.get(known.registration_id)) is not None:
            new = {one.name: one.new for one in planned.particulars}
            born_on = date.fromisoformat(new.pop("born_on")) if "born_on" in new else known.born_on
            number = known.admission_number or planned.admission_number
            marks = {**known.lines, **planned.lines}
            known = replace(known, born_on=born_on, lines=marks, admission_number=number, **new)
        after.append(known)
    for number, planned in enumerate(plan.of_kind(RowKind.NEW), len(roll) + 1):
        one, kept = planned.reading, planned.admission_number
        after.append(KnownPupil(number, one.upn, kept, one.surname, one.forename, one.born_on, planned.lines))
    return after
