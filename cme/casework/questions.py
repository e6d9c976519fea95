"""What the checks of the transition table are asked: a case, what is known, and who asks on which day."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from cme.access.roles import Permission
from cme.casework.facts import CaseFacts
from cme.casework.outcomes import Side
from cme.casework.state import CaseState

SPEAKERS: Mapping[Permission, Side] = MappingProxyType(
    {Permission.SPEAK_FOR_SCHOOL: Side.SCHOOL, Permission.SPEAK_FOR_AUTHORITY: Side.AUTHORITY}
)
"""The permission to speak -> the side that is spoken for."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: may this be done to a case in this state, by somebody with these permissions, today?"""

    state: CaseState
    facts: CaseFacts
    permissions: frozenset[Permission]
    today: date

    @property
    def sides(self) -> frozenset[Side]:
        """The sides of the case that the person speaks for."""
        return frozenset(side for permission, side in SPEAKERS.items() if permission in self.permissions)


Check = Callable[[Question], str | None]


def unless(met: Callable[[Question], object], sentence: str) -> Check:
    """The check that gives the sentence where something is not met."""
    return lambda question: None if met(question) else sentence
