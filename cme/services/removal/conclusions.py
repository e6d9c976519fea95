"""The joint statement of a case as it stands: what was written, who has signed, and what came later."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cme.access.scope import Scope
from cme.attendance.lines import Lines
from cme.attendance.standing import Standing
from cme.casework.enquiries.enquiry import LoggedEnquiry
from cme.casework.outcomes import Side
from cme.casework.removal import basis, content
from cme.casework.removal.facts import Ground
from cme.casework.removal.statement import Basis, Signature, Statement
from cme.casework.state import CaseState
from cme.clock import local_date
from cme.store import cases, enquiries, pupils, statements
from cme.store.pupils import standing_of
from cme.store.tables import Case, JointStatement, Registration, School


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What is on record of a child that a statement rests on."""

    lines: Lines
    standing: Standing
    enquiries: Sequence[LoggedEnquiry]
    sighted: frozenset[date]
    found: frozenset[str] = frozenset()

    def basis(self, ground: Ground, first_on: date) -> Basis:
        """What a statement about a period that begins on a date would rest on now."""
        return basis.basis_on_record(
            ground,
            first_on,
            lines=self.lines,
            standing=self.standing,
            enquiries=self.enquiries,
            sighted=self.sighted,
            found=self.found,
        )


def statement_of(case: Case) -> Statement | None:
    """The joint statement that stands in a case, stale or not; None before one, and once it was reopened.

    The caller found the case within its scope. What it rests on is judged by everything on record, restricted
    enquiries too: nothing of them is told. Once the child was removed nothing overtakes it any more.
    """
    row = statements.find_latest(whole(case), case.id)
    if row is None or row.withdrawn_at is not None:
        return None
    return _as_statement(case, row, on_record(case))


def statements_in(
    scope: Scope,
    school_id: int,
    open_cases: Iterable[Case],
    counted: Mapping[int, tuple[Lines, Standing, frozenset[date]]],
) -> dict[int, Statement]:
    """The same of the open cases of a school by id of the case, in a fixed number of queries.

    `counted` are lines, standing and sightings by registration.
    """
    rows = statements.read_latest(scope, school_id)
    standing = {key: row for key, row in rows.items() if row.withdrawn_at is None}
    if not standing:
        return {}
    own = {case.id: case for case in open_cases if case.id in standing}
    logged = enquiries.read_logged(scope, {case.registration_id for case in own.values()})
    found = {}
    for key, case in own.items():
        lines, counts, seen = counted[case.registration_id]
        state = cases.state_of(case)
        record = OnRecord(
            lines, counts, logged[case.registration_id], _sighted(state, seen), state.found_by_admissions
        )
        found[key] = _as_statement(case, standing[key], record)
    return found


def on_record(case: Case) -> OnRecord:
    """What is on record of the child of a case."""
    return on_record_of(case.registration, cases.state_of(case))


def on_record_of(registration: Registration, state: CaseState) -> OnRecord:
    """The same of a child by registration; the state is that of the case, or of a pupil without one."""
    scope, ids = whole_school(registration.school), (registration.id,)
    seen = enquiries.read_sightings(scope, registration.school_id, ids).get(registration.id, frozenset())
    return OnRecord(
        lines=pupils.read_lines(scope, registration.school_id, ids).get(registration.id, {}),
        standing=standing_of(registration),
        enquiries=enquiries.read_logged(scope, ids)[registration.id],
        sighted=_sighted(state, seen),
        found=state.found_by_admissions,
    )


def whole(case: Case) -> Scope:
    """The scope in which a statement is judged: everything on record of the child."""
    return Scope.for_operator((case.authority_id,))


def whole_school(school: School) -> Scope:
    """The same for a child of a school."""
    return Scope.for_operator((school.authority_id,))


def signatures_of(row: JointStatement) -> tuple[Signature, ...]:
    """The signatures under one version."""
    found = []
    if row.school_signed_at:
        signed_on = local_date(row.school_signed_at)
        found.append(Signature(Side.SCHOOL, row.school_signed_by, row.school_signed_role, signed_on))
    if row.authority_signed_at:
        signed_on = local_date(row.authority_signed_at)
        found.append(Signature(Side.AUTHORITY, row.authority_signed_by, row.authority_signed_role, signed_on))
    return tuple(found)


def _as_statement(case: Case, row: JointStatement, record: OnRecord) -> Statement:
    ground, kept = Ground(row.content["written"]["ground"]), basis.from_json(row.basis)
    is_over = case.registration.removed_on is not None
    return content.as_statement(
        row.content,
        basis=kept,
        basis_now=kept if is_over else record.basis(ground, content.first_day(row.content)),
        fingerprint=row.sha256,
        signatures=signatures_of(row),
    )


def _sighted(state: CaseState, seen: frozenset[date]) -> frozenset[date]:
    return seen | ({state.sighted_on} if state.sighted_on else frozenset())
