"""Holding a trace, its case before it, while something is done to it, as the table says; who is told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cme.access.roles import Permission, Role
from cme.access.scope import Scope
from cme.casework.case import Action as CaseAction
from cme.casework.case import Entry, Refused
from cme.services import alerts
from cme.services.judging import OVERTAKEN, judge, permissions_on
from cme.services.tracing.trace_views import TraceView, powers_on, view_of
from cme.store import audit, cases
from cme.store import traces as store
from cme.store.tables import Case, Trace
from cme.tracing.recipients import RecipientState
from cme.tracing.replies import finds
from cme.tracing.states import Action, Outcome, TraceFacts, decide

OVERTAKEN_HERE = OVERTAKEN.replace("this case", "this trace")


@dataclass(frozen=True)
class Held:
    """A trace that is held until the open transaction ends, its case held before it."""

    scope: Scope
    trace: Trace
    view: TraceView
    at: datetime

    def decided(
        self,
        action: Action,
        *,
        reason: str = "",
        sent_at: datetime | None = None,
        reply_faults: Iterable[str] = (),
        is_find: bool = False,
        result: str = "",
        confirmed_by: str = "",
    ) -> Outcome:
        """What an action does to the trace, by the table, with everything that is known of it."""
        view, trace = self.view, self.trace
        facts = TraceFacts(
            restricted=view.restricted,
            writer=trace.writer_id,
            actor=self.scope.user_id,
            missing=tuple(view.missing.values()),
            gate=tuple(view.gate.values()),
            overridden=bool(trace.override),
            recipient_faults=view.recipient_faults,
            reason=reason,
            # A time of sending is entered in whole minutes.
            written_at=max(trace.written_at, trace.approved_at or trace.written_at).replace(
                second=0, microsecond=0
            ),
            approved=trace.approved_at is not None,
            sent_at=sent_at,
            now=self.at,
            was_sent=trace.sent_at is not None,
            reply_faults=tuple(reply_faults),
            is_find=is_find,
            late=len(view.late),
            waiting=sum(each.state == RecipientState.AWAITING for each in trace.recipients),
            located=bool(finds(view.standing)),
            result=result,
            confirmed_by=confirmed_by,
        )
        return decide(view.state, action, facts, powers_on(self.scope, trace))

    def move(self, outcome: Outcome, audited: str, *, address: str, **detail: audit.Word) -> None:
        """Store the state that an action leads to, with the entry in the audit log."""
        self.trace.state = outcome.next_state.value
        self.record(audited, address=address, state=outcome.next_state.value, **detail)

    def record(self, audited: str, *, address: str, **detail: audit.Word) -> None:
        """Write to the audit log what was done: codes and counts."""
        subject = f"trace:{self.trace.id}"
        audit.record(self.scope, audited, subject, at=self.at, address=address, detail=detail)

    def in_case(self, action: CaseAction, entry: Entry, *, address: str) -> Refused | None:
        """Do something to the case of the child as well; nothing where there is no case."""
        if self.trace.case is None:
            return None
        return judge(self.scope, self.trace.case, action, entry, None, at=self.at, address=address)

    def tell(self, roles: Iterable[Role], what: str, *, about: str = "") -> None:
        """Tell people of the authority, whoever acts apart."""
        alerts.tell_of_trace(
            self.scope,
            self.trace,
            frozenset(roles),
            what,
            about=about or f"{self.trace.state}:{self.trace.version}",
            at=self.at,
        )


def hold(
    scope: Scope, reference: str, permission: Permission, *, seen: int | None = None, at: datetime
) -> Held | Refused:
    """A trace and its case, held until the open transaction ends; Refused where somebody changed it since.

    `seen` is the version that was looked at, None where none was. Raises LookupError outside the scope.
    """
    of_case = store.find_case_reference(scope, reference, permission)
    if of_case is None:
        raise LookupError("the trace is not within the scope")
    if of_case[0] is not None:
        locked_case(scope, of_case[0], permission)
    trace = store.lock(scope, reference, permission)
    if trace is None:
        raise LookupError("the trace is not within the scope")
    if seen is not None and seen != trace.version:
        return Refused((OVERTAKEN_HERE,), ("seen",))
    return Held(scope, trace, view_of(scope, trace, at=at), at)


def refusal(outcome: Outcome) -> Refused:
    """Why an action cannot be done, as forms show it."""
    return Refused(tuple(outcome.refused.values()), tuple(outcome.refused))


def locked_case(scope: Scope, reference: str, permission: Permission) -> Case:
    """A case, held until the open transaction ends. Raises LookupError where the permission is not held."""
    case = cases.lock_case(scope, reference, permission)
    if case is None or permission not in permissions_on(scope, case):
        raise LookupError("the case is not within the scope")
    return case
