"""Rows of children who were removed from the roll: nobody comes back by an upload."""

from datetime import date

import pytest

from importers.planning.plan import plan_import
from importers.planning.planned import Decision, DecisionKind, KnownPupil
from tests.unit.importers.grids import upn
from tests.unit.importers.rolls import ANA, BEN, in_file, on_roll

DAY = date(2026, 11, 20)


def gone(**about: object) -> KnownPupil:
    return on_roll(registration_id=9, removed_on=DAY, **about)


def test_a_row_of_a_removed_child_waits_and_stops_no_other() -> None:
    other = in_file(upn=BEN, admission_number="0099", surname="COLE", forename="Ben", address="row 3")
    plan = plan_import([in_file(), other], [], removed=[gone()])
    (held,) = plan.waiting
    assert held.choices == {DecisionKind.LATER, DecisionKind.LEAVE_OUT}
    assert "was removed from the register on 20 November 2026" in held.message
    assert "admit the child again" in held.message
    assert [one.reading.address for one in plan.pupils] == ["row 3"]
    assert not plan.changes_nothing


def test_a_removed_child_is_not_asked_for_as_missing_from_the_file() -> None:
    assert plan_import([], [], removed=[gone()]).not_in_file == ()


@pytest.mark.parametrize("kind", [DecisionKind.NEW, DecisionKind.SAME])
def test_no_decision_puts_a_row_that_is_surely_of_the_child_on_the_roll(kind: DecisionKind) -> None:
    said = Decision(kind, 9 if kind is DecisionKind.SAME else None)
    plan = plan_import([in_file()], [], removed=[gone()], decisions={"row 2": said})
    assert not plan.pupils
    assert len(plan.removed) == 1


def test_a_child_who_was_removed_twice_is_not_new_the_third_time() -> None:
    again = on_roll(registration_id=10, removed_on=date(2026, 6, 1))
    said = {"row 2": Decision(DecisionKind.NEW)}
    plan = plan_import([in_file()], [], removed=[gone(), again], decisions=said)
    assert not plan.pupils
    assert "20 November 2026" in plan.removed[0].message


def test_each_of_two_rows_of_a_removed_child_waits() -> None:
    rows = [in_file(), in_file(address="row 3")]
    said = {"row 2": Decision(DecisionKind.NEW), "row 3": Decision(DecisionKind.NEW)}
    plan = plan_import(rows, [], removed=[gone()], decisions=said)
    assert not plan.pupils
    assert [one.reading.address for one in plan.removed] == ["row 2", "row 3"]


def test_a_child_who_may_be_another_can_be_said_to_be_new() -> None:
    row = in_file(upn=BEN, surname="COLE", forename="Ben", born_on=date(2013, 3, 3))
    plan = plan_import([row], [], removed=[gone()])
    (held,) = plan.removed
    assert DecisionKind.NEW in held.choices
    assert "is like a child who was removed from the register on 20 November 2026" in held.message
    decided = plan_import([row], [], removed=[gone()], decisions={held.key: Decision(DecisionKind.NEW)})
    assert [one.known for one in decided.pupils] == [None]


def test_whoever_is_on_the_roll_again_is_matched_there() -> None:
    plan = plan_import([in_file()], [on_roll()], removed=[gone(upn=upn(5), admission_number="0500")])
    assert not plan.waiting
    assert plan.pupils[0].known is not None
    assert plan.pupils[0].known.registration_id == 1


@pytest.mark.parametrize("said", [Decision(DecisionKind.NEW), Decision(DecisionKind.SAME, 2)])
@pytest.mark.parametrize("other", [{"forename": "Anna"}, {"born_on": date(2014, 2, 2)}])
def test_nobody_on_the_roll_hides_the_removed_child(other: dict[str, object], said: Decision) -> None:
    alike = on_roll(registration_id=2, upn="", admission_number="", **other)
    row = in_file(admission_number="")
    plan = plan_import([row], [alike], removed=[gone()], decisions={"row 2": said})
    assert not plan.pupils
    assert [one.candidates[0].registration_id for one in plan.removed] == [9]


def test_leaving_the_row_out_settles_it() -> None:
    said = Decision(DecisionKind.LEAVE_OUT, reason="Still in the system")
    plan = plan_import([in_file()], [], removed=[gone(upn=ANA)], decisions={"row 2": said})
    assert not plan.waiting
    assert [one.reason for one in plan.left_out] == ["Still in the system"]
