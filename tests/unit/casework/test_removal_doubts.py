"""What is shown beside the conditions of a removal: what is still open, and what speaks against it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cme.casework.deadlines import duties
from cme.casework.enquiries.readiness import Readiness
from cme.casework.enquiries.results import Result
from cme.casework.enquiries.steps import read_steps
from cme.casework.outcomes import Side
from cme.casework.removal.content import StatementEntry, content_of
from cme.casework.removal.doubts import against_limb, left_open
from cme.casework.stages import Stage
from cme.casework.words import day
from tests.unit.casework.pupils import CALENDAR, at, facts, nth_day

STEPS = read_steps()
TODAY = nth_day(23)
CASE = at(
    Stage.REMOVAL_PROPOSED,
    referral_sent_on=nth_day(11),
    accepted_on=nth_day(12),
    proposed_on=TODAY,
    ground="i",
)


def missing(*codes: str) -> Readiness:
    return Readiness(done=1, of=1 + len(codes), missing=tuple(STEPS[code] for code in codes))


def test_every_mandatory_enquiry_that_is_open_is_told_with_its_side_and_its_day() -> None:
    known = facts(
        "P",
        "O*21",
        readiness=missing("E18"),
        authority_missing=(STEPS["E36"], STEPS["E48"]),
        chase_on=nth_day(22),
    )
    visit, chase, authority = left_open(CASE, known, CALENDAR, TODAY, sees_risk_notes=True)
    assert visit.startswith(f"The school has not done: {STEPS['E18'].short}, which was due on ")
    assert chase == f"The school waits for a reply, which was to be chased on {day(nth_day(22))}."
    assert authority.startswith(f"The local authority has not done: {STEPS['E36'].short}")


def test_the_name_of_a_step_that_is_a_risk_note_is_for_those_who_see_them() -> None:
    restricted = next(code for code, step in STEPS.items() if step.is_restricted and step.is_logged)
    known = facts("P", "O*21", readiness=missing(restricted))
    assert left_open(CASE, known, CALENDAR, TODAY, sees_risk_notes=False) == ()
    assert len(left_open(CASE, known, CALENDAR, TODAY, sees_risk_notes=True)) == 1


def test_where_nothing_is_open_nothing_is_told() -> None:
    assert left_open(CASE, facts("P", "O*21"), CALENDAR, TODAY, sees_risk_notes=True) == ()


@pytest.mark.parametrize("stage", [Stage.DECISION, Stage.REMOVAL_PROPOSED, Stage.VERIFYING])
def test_an_enquiry_of_the_authority_stays_due_while_a_removal_is_proposed(stage: Stage) -> None:
    known = replace(facts("P", "O*21"), authority_missing=(STEPS["E34"],))
    owed = [
        each.what
        for each in duties(replace(CASE, stage=stage), known, CALENDAR)
        if each.owner is Side.AUTHORITY
    ]
    assert f"Make the enquiry: {STEPS['E34'].short}" in owed


def row(result: Result, **more: Any) -> dict[str, Any]:
    return {"id": 1, "side": "authority", "on": "2026-11-19", "step": "E36", "result": result.value, **more}


def statement(limb: str, *rows: dict[str, Any]) -> dict[str, Any]:
    return content_of(
        StatementEntry(limb=limb),
        number=1,
        parties={},
        first_on=date(2026, 10, 22),
        counted_to=date(2026, 11, 20),
        marks=[],
        enquiries=rows,
    )


def test_an_enquiry_that_says_where_the_child_is_speaks_against_not_located() -> None:
    moved, none = row(Result.MOVED_NEW_ADDRESS), row(Result.AGENCY_NO_TRACE)
    (said,) = against_limb(statement("a", none, moved))
    assert said == (
        "The statement says that the child could not be located, and on 19 November 2026 an enquiry "
        f"({STEPS['E36'].short}) came to: the family has moved."
    )
    assert against_limb(statement("b", moved), date(2026, 11, 18)) == ()
    assert against_limb(statement("", moved)) == ()


def test_of_a_restricted_enquiry_nothing_is_told() -> None:
    hidden = {"id": 1, "side": "school", "on": "2026-11-19", "restricted": True}
    assert against_limb(statement("a", hidden)) == ()


def test_located_without_anybody_who_saw_the_child_is_told() -> None:
    assert "nobody is on record who saw the child" in against_limb(statement("b"))[0]
