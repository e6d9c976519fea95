"""What the register answers: the last day, the counts, and the codes of the absence."""

from collections.abc import Mapping
from datetime import date, timedelta

from cme.access.scope import Scope
from cme.attendance.codes import Half, code_of
from cme.attendance.lines import BLANK, academic_year, position
from cme.attendance.standing import Standing
from cme.casework.outcomes import read_outcomes
from cme.casework.referral.answers import NOT_KNOWN
from cme.casework.stages import Stage
from cme.casework.words import day
from cme.clock import local_date
from cme.store import cases, pupils
from cme.store.pupils import standing_of
from cme.store.tables import Case

WEEKS_BEFORE, MOST_WEEKS = 1, 8
"""Weeks of codes before the absence began, and in all: enough to see how it came about."""

NO_MARK = "-"


def filled(case: Case) -> dict[str, str]:
    """What the register says of the child of a case, by id of field."""
    standing = standing_of(case.registration)
    attended, seen = standing.last_attended_on, standing.last_seen_on
    return {
        "last_attended": day(attended) if attended else "Not in the registers on record",
        "last_seen": f"{day(seen)}, at school" if seen else NOT_KNOWN,
        "counts": _counts(standing),
        "codes": _codes(case, standing),
        "earlier_cases": _earlier_cases(case),
    }


def _counts(standing: Standing) -> str:
    if standing.run_started_on is None or standing.as_of is None:
        return "No unauthorised absence is being counted."
    return (
        f"First counted day {day(standing.run_started_on)}; up to {day(standing.as_of)}: "
        f"return run {standing.return_run} school days, removal run {standing.removal_run}, "
        f"not seen for {standing.days_unseen}."
    )


def _codes(case: Case, standing: Standing) -> str:
    """The codes week by week, AM then PM of each weekday, from before the absence to the last day counted."""
    if standing.as_of is None:
        return "No register is on record."
    whole = Scope.for_operator((case.authority_id,))
    lines = pupils.read_lines(whole, case.school_id, (case.registration_id,)).get(case.registration_id, {})
    monday = _monday(standing.run_started_on or standing.as_of) - timedelta(weeks=WEEKS_BEFORE)
    mondays = []
    while monday <= standing.as_of:
        mondays.append(monday)
        monday += timedelta(weeks=1)
    return "\n".join(_week(lines, first, standing.as_of) for first in mondays[-MOST_WEEKS:])


def _week(lines: Mapping[int, str], monday: date, last_on: date) -> str:
    days = [monday + timedelta(days=number) for number in range(5)]
    told = [
        f"{on:%a} {_code(lines, on, Half.AM)} {_code(lines, on, Half.PM)}" for on in days if on <= last_on
    ]
    return f"Week of {day(monday)}: {', '.join(told)}"


def _code(lines: Mapping[int, str], on: date, half: Half) -> str:
    return code_of(lines.get(academic_year(on), BLANK)[position(on, half)]) or NO_MARK


def _monday(on: date) -> date:
    return on - timedelta(days=on.weekday())


def _earlier_cases(case: Case) -> str:
    whole = Scope.for_operator((case.authority_id,))
    earlier = [each for each in cases.list_case_history(whole, case.registration_id) if each.id != case.id]
    told = "\n".join(
        f"{each.reference}, opened {day(local_date(each.opened_at))}: {_ending(each)}" for each in earlier
    )
    return told or "None"


def _ending(case: Case) -> str:
    state = cases.state_of(case)
    if state.stage is not Stage.CLOSED:
        return state.stage.label.lower()
    known = read_outcomes().get(state.outcome_code)
    return known.label.lower() if known else "closed"
