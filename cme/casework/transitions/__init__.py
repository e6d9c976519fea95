"""The transition table: what can be done at which stage, by whom, with what, and where it leads.

No other code decides where a case goes. A later stage is a row in `STAGES` and its rows in one of the rooms
here. Source: casework reference s.4.
"""

from collections.abc import Mapping
from types import MappingProxyType

from cme.access.roles import Permission
from cme.casework.stages import Stage
from cme.casework.transitions import authority, removal, school, tracing
from cme.casework.transitions.action import Action
from cme.casework.transitions.row import Transition

__all__ = ["FOLLOWED", "TRANSITIONS", "Action", "Transition"]

_ROWS = (*school.ROWS, *authority.ROWS, *removal.ROWS, *tracing.ROWS)

TRANSITIONS: Mapping[tuple[Stage, Action], Transition] = MappingProxyType(
    {(row.stage, row.action): row for row in _ROWS}
)
"""The transition table. What is not in it cannot be done."""

FOLLOWED = tuple(
    action
    for action in Action
    if any(row.action is action and row.permission is Permission.FOLLOW_REGISTER for row in _ROWS)
)
"""The actions of the count itself, in the order in which they are tried."""
