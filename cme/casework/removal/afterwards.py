"""What follows a removal: whether the child is looked for, is in education, and how the case then ends."""

from collections.abc import Mapping
from types import MappingProxyType

from cme.casework.removal.facts import Limb
from cme.casework.stages import Stage
from cme.casework.state import CaseState

JOINT_GROUNDS = frozenset({"h", "i"})
"""The grounds that rest on absence and on enquiries of both sides (SI 2024/208 reg 9(1)(h) and (i))."""

_OUTCOMES: Mapping[str, str] = MappingProxyType(
    {
        "a": "O04",
        "c": "O29",
        "d": "O27",
        "e": "O27",
        "f": "O08",
        "g": "O10",
        "j": "O18",
        "l": "O23",
        "o": "O17",
    }
)
"""How a case ends after a removal on a ground that says itself where the child is."""

_IN_EDUCATION = frozenset("acefjkl")
"""The grounds that say where the child is educated, or that no education is owed any longer (our policy)."""


def whereabouts_known(state: CaseState) -> bool:
    """Whether the removal leaves nobody to look for: on limb (b), and on every ground but H and I."""
    return state.ground not in JOINT_GROUNDS or state.limb == Limb.WILL_NOT_ATTEND.value


def ends_with_a_sighting(state: CaseState) -> bool:
    """Whether what is proposed rests on the child being away, so that finding the child ends it.

    It is concluded and proposed again if it still holds (casework reference s.4: a sighting at the proposal).
    """
    return state.was_at is Stage.REMOVAL_PROPOSED and state.ground in JOINT_GROUNDS


def is_educated(state: CaseState) -> bool:
    """Whether the ground of a removal says that the child is not missing education.

    A child who was located and will not attend, lives too far away or was excluded is on no roll like one
    whom nobody has found: the authority keeps a record until the child is in education again (Education Act
    1996 s.436A; attendance reference s.13).
    """
    return state.ground in _IN_EDUCATION


def outcome_of(state: CaseState) -> str:
    """The outcome that a case ends with when the pupil file is uploaded; '' while the child is traced."""
    if not whereabouts_known(state):
        return ""
    return "O28" if state.ground in JOINT_GROUNDS else _OUTCOMES.get(state.ground, "")
