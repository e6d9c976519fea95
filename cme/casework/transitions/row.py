"""A row of the transition table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cme.access.roles import Permission
from cme.casework.events import EventKind
from cme.casework.facts import CaseFacts
from cme.casework.needs import Need
from cme.casework.stages import Stage
from cme.casework.state import CaseState
from cme.casework.transitions.action import Action

Fork = Callable[[CaseState, CaseFacts], str | None]


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table: at this stage, this action, by whom, with what, leads where, as which event.

    `branches` are the other stages it can lead to, by what `fork` reads from the state and the facts.
    """

    stage: Stage
    action: Action
    permission: Permission
    needs: tuple[Need, ...]
    next_stage: Stage
    event: EventKind
    branches: Mapping[str, Stage] = field(default_factory=dict)
    fork: Fork | None = None

    def leads_to(self, state: CaseState, facts: CaseFacts) -> Stage:
        """The stage after the action."""
        branch = self.fork(state, facts) if self.fork else None
        return self.branches.get(branch or "", self.next_stage)


def at_every_stage(
    stages: tuple[Stage, ...],
    action: Action,
    permission: Permission,
    needs: tuple[Need, ...],
    event: EventKind,
) -> tuple[Transition, ...]:
    """Rows for an action that leaves the case at its stage."""
    return tuple(Transition(stage, action, permission, needs, stage, event) for stage in stages)
