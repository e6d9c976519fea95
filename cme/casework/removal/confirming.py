"""What the admissions team looks up before it answers a proposed removal (casework reference s.11).

What it finds is no veto, but nobody removes a child past it: a fact that it contradicts is recorded again,
and the joint statement is signed again by two sides who know of it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from cme.casework.removal.recorded import FactKind

CHECKS: Mapping[str, str] = MappingProxyType(
    {
        "application": "A live application or offer of a school place",
        "other_roll": "The name on another school's roll",
        "home_education": "The name on the home-education list",
        "order": "A school attendance order in force",
        "fair_access": "A Fair Access referral",
        "wrong_authority": "A sign that this is for another authority",
    }
)
"""What is looked for, by its code; what is found is a reason to ask, and no veto."""

NONE, FOUND, UNCHECKED = "none", "found", "unchecked"

RESULTS: Mapping[str, str] = MappingProxyType({NONE: "Not found", FOUND: "Found", UNCHECKED: "Not looked up"})
"""What looking came to."""


CONTRADICTS: Mapping[str, FactKind] = MappingProxyType(
    {"order": FactKind.ATTENDANCE_ORDER, "other_roll": FactKind.DUAL_REGISTERED}
)
"""What is found -> the fact on record that it contradicts, until that is recorded again."""


def looked_up(checks: Mapping[str, str]) -> dict[str, str]:
    """What was looked up, with what it came to."""
    return {code: said for code, said in checks.items() if said in (NONE, FOUND)}


def known_after(found: frozenset[str], checks: Mapping[str, str]) -> frozenset[str]:
    """Everything that is found once something was looked up: a later look corrects an earlier one."""
    there = {code for code, said in checks.items() if said == FOUND}
    return (found | there) - {code for code, said in checks.items() if said == NONE}


def faults(confirmation: str, checks: Mapping[str, str], note: str) -> dict[str, str]:
    """What an answer lacks: the field of the form -> a sentence.

    Confirming says that the return was checked, so each check must have been made, and what was found is
    told. `confirmation` is a key of `deciding.CONFIRMATIONS`.
    """
    if confirmation != "confirmed":
        return {}
    lacking = {
        f"check_{code}": f"Look this up before you confirm: {label[:1].lower()}{label[1:]}."
        for code, label in CHECKS.items()
        if checks.get(code, UNCHECKED) == UNCHECKED
    }
    if not lacking and FOUND in checks.values() and not note.strip():
        return {"reason": "Say what you found, and why the removal is confirmed all the same."}
    return lacking
