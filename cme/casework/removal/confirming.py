"""What the admissions team looks up before it answers a proposed removal (casework reference s.11)."""

from collections.abc import Mapping
from types import MappingProxyType

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
