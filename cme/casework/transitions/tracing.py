"""Rows of the transition table for a child who is looked for elsewhere. None leads to another stage.

What another authority answers, and a record that looks alike, are for a person to follow up: neither closes
a case or alters a roll (tracing reference s.2 and s.3).
"""

from cme.access.roles import Permission
from cme.casework.events import EventKind
from cme.casework.needs import Need
from cme.casework.stages import OPEN_STAGES, Stage
from cme.casework.transitions.action import Action
from cme.casework.transitions.row import at_every_stage

_P = Permission
_EVER = (*OPEN_STAGES, Stage.CLOSED)
"""Answers and records come late: a closed case takes them too."""

ROWS = (
    *at_every_stage(OPEN_STAGES, Action.SEND_TRACE, _P.SEND_TRACE, (), EventKind.TRACE_SENT),
    *at_every_stage(_EVER, Action.RECORD_TRACE_REPLY, _P.SEND_TRACE, (), EventKind.TRACE_REPLIED),
    *at_every_stage(_EVER, Action.END_TRACE, _P.SEND_TRACE, (), EventKind.TRACE_ENDED),
    *at_every_stage(
        _EVER,
        Action.RECORD_REQUEST,
        _P.RECORD_REQUEST,
        (Need.ASKED_FOR, Need.ASKED_BY, Need.RECEIVED_ON),
        EventKind.RECORDS_REQUESTED,
    ),
    *at_every_stage(
        _EVER,
        Action.WITHDRAW_REQUEST,
        _P.RECORD_REQUEST,
        (Need.REQUESTED, Need.REASON),
        EventKind.RECORDS_REQUEST_WITHDRAWN,
    ),
    *at_every_stage(_EVER, Action.DECIDE_MATCH, _P.RECEIVE_TRACE, (Need.REASON,), EventKind.MATCH_DECIDED),
)
"""What is recorded of traces, of requests for records, and of records that look alike."""
