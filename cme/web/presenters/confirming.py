"""What a person confirms before an upload is approved."""

from typing import Any

from cme.services.registers.approval import FIRST_UPLOAD
from cme.services.registers.checking import Check
from cme.web.presenters.words import counted
from importers.planning.gates import Effect, Gate

WARNINGS_UNSEEN = "Say that you have looked at the warnings"
DATES_UNSURE = "Say how the dates in this file are written, and read it again"
MOST_DETAILS = 30


def notices(gates: tuple[Gate, ...]) -> list[dict[str, Any]]:
    """What is only to be known."""
    return [_gate(gate) for gate in gates if gate.effect is Effect.NOTICE]


def gates(checked: Check, said: Any, *, is_sent: bool) -> list[dict[str, Any]]:
    """What is to be confirmed, one by one; the first upload by typing how many pupils it puts on roll."""
    confirmed = said.confirmed_keys(checked)
    return [
        _gate(gate)
        | {
            "is_ticked": gate.key in confirmed,
            "typed": _typed(checked, said) if gate.code == FIRST_UPLOAD else None,
            "error": _missing(gate, checked) if is_sent and gate.key not in confirmed else "",
        }
        for gate in checked.gates
        if gate.effect is Effect.HOLD
    ]


def _gate(gate: Gate) -> dict[str, Any]:
    more = len(gate.details) - MOST_DETAILS
    rest = (f"and {more:,} more",) if more > 0 else ()
    return {
        "id": gate.code,
        "key": gate.key,
        "message": gate.message,
        "details": [*gate.details[:MOST_DETAILS], *rest],
        "classes": list(gate.classes),
    }


def _typed(checked: Check, said: Any) -> dict[str, str]:
    pupils = counted(_entered(checked), "pupil")
    return {
        "label": f"This puts {pupils} on the roll of {checked.upload.school.name}. Type the number of "
        "pupils to confirm that it is this school's register",
        "value": said.new_pupils.data or "",
    }


def _missing(gate: Gate, checked: Check) -> str:
    if gate.code == FIRST_UPLOAD:
        return f"Type {_entered(checked):,} to confirm that this is the school's register"
    return "Confirm this, or cancel the upload"


def _entered(checked: Check) -> int:
    """How many pupils approval would put on the roll."""
    return len(checked.plan.pupils) if checked.plan else 0
