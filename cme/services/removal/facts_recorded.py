"""Recording what the gate has to know and the register cannot tell: appended, never changed."""

from dataclasses import dataclass
from datetime import date, datetime

from cme.access.roles import Permission
from cme.access.scope import Scope
from cme.casework.case import Action, Entry, Refused
from cme.casework.entries import RemovalEntry
from cme.casework.outcomes import Side
from cme.casework.questions import SPEAKERS
from cme.casework.removal.recorded import RULES, FactEntry, FactKind, faults
from cme.clock import local_date
from cme.services.absence import recount_school
from cme.services.judging import judge, locked, permissions_on
from cme.store import cases, removal_facts
from cme.store.database import db, transaction
from cme.store.tables import Case, RemovalFact

NOT_YOURS = {
    Side.SCHOOL: "This is for the designated safeguarding lead to record. Ask them.",
    Side.AUTHORITY: "This is for the CME officer to record. Ask them.",
}
WRITTEN_OVER = (
    "Somebody else recorded this after you opened the page. Nothing of yours is saved yet. Read above what "
    "is on record now, then record yours again if it still holds."
)
NOT_OPEN = "The case is closed. Nothing more is recorded in it."


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact that stands: its number, what was entered, who wrote it down, in which role, and when."""

    id: int
    entry: FactEntry
    by: str
    role: str
    at: datetime


def record(
    scope: Scope,
    reference: str,
    kind: FactKind,
    entry: FactEntry,
    *,
    over: int | None = None,
    at: datetime,
    address: str = "",
) -> Refused | None:
    """Record a fact over the one that stood; Refused with the field of the entry.

    `over` is the number of the fact that stood when the form was opened, None where none did: what somebody
    else recorded since is read before it is overruled.
    Leave that was granted makes the school count again: Ground H counts from its last day. Raises LookupError
    outside the scope.
    """
    with transaction():
        case = locked(scope, reference)
        refused = _refused(scope, case, kind, entry, local_date(at))
        if refused is not None:
            return refused
        stands = standing(scope, case).get(kind)
        if over != (stands.id if stands else None):
            return Refused((WRITTEN_OVER,), ("over",))
        told = Entry(removal=RemovalEntry(fact=kind.value))
        refused = judge(scope, case, Action.RECORD_FACT, told, None, at=at, address=address)
        if refused is not None:
            return refused
        row = RemovalFact(
            case_id=case.id,
            kind=kind.value,
            value=entry.to_json(),
            note=entry.note.strip(),
            recorded_at=at,
            recorded_by=scope.name,
            recorded_role=scope.role_label,
        )
        db.session.add(row)
        db.session.flush()
        if kind is FactKind.LEAVE:
            recount_school(case.school, at=at)
    return None


def standing(scope: Scope, case: Case) -> dict[FactKind, Recorded]:
    """The fact of each kind that stands in a case; {} outside the scope."""
    return {
        kind: Recorded(
            row.id,
            FactEntry.from_json(row.value, row.note),
            row.recorded_by,
            row.recorded_role,
            row.recorded_at,
        )
        for kind, row in removal_facts.read_standing(scope, case.id).items()
    }


def may_record(scope: Scope, case: Case, kind: FactKind) -> bool:
    """Whether the viewer records facts of this kind: each side its own."""
    held = permissions_on(scope, case)
    sides = {side for permission, side in SPEAKERS.items() if permission in held}
    return Permission.RECORD_REMOVAL_FACT in held and bool(sides & RULES[kind].sides)


def _refused(scope: Scope, case: Case, kind: FactKind, entry: FactEntry, today: date) -> Refused | None:
    if not may_record(scope, case, kind):
        return Refused((NOT_YOURS[min(RULES[kind].sides, key=list(Side).index)],), ("permission",))
    state = cases.state_of(case)
    if not state.stage.is_open:
        return Refused((NOT_OPEN,), ("stage",))
    found = faults(kind, entry, today, state.absent_from_on)
    return Refused(tuple(found.values()), tuple(found)) if found else None
