"""The removal gate of a pupil as JSON-ready data, for scripts and support staff on the server."""

from datetime import date, datetime
from typing import Any

from cme.access.scope import Scope
from cme.casework.removal.facts import Condition
from cme.services.removal.gates import conditions_of
from cme.store import audit, cases, pupils
from cme.store.database import transaction
from cme.store.tables import Registration


def report(scope: Scope, upn: str, letter: str, *, today: date, at: datetime) -> list[dict[str, Any]] | None:
    """Every condition of a ground, for each roll on which a UPN is: None where it is on none that the scope
    sees. The look at each is recorded.

    `letter` is the letter of the ground. `holds` is None while a fact is not recorded.
    """
    found = pupils.list_with_upn(scope, upn)
    if not found:
        return None
    with transaction():
        for each in found:
            audit.record(scope, "record.viewed", f"registration:{each.id}", at=at)
    return [line for each in found for line in _lines(scope, each, letter, today)]


def _lines(scope: Scope, registration: Registration, letter: str, today: date) -> list[dict[str, Any]]:
    history = cases.list_case_history(scope, registration.id)
    case = next((each for each in history if each.closed_at is None), None)
    about = {
        "school": registration.school.laestab,
        "case": case.reference if case else "",
        "ground": letter.upper(),
    }
    conditions = conditions_of(registration, case, letter, today=today)
    return [about | _line(each) for each in conditions]


def _line(condition: Condition) -> dict[str, Any]:
    return {
        "id": condition.id,
        "number": condition.number,
        "name": condition.name,
        "holds": condition.holds,
        "because": condition.because,
        "to_change": condition.to_change,
        "source": condition.source,
    }
