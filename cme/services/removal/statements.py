"""The joint statement of a case: written by either side, signed by both, and reopened.

Whoever signs names the text that was read. From the first signature on a version is never changed: writing
again makes the next one, which nobody has signed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from cme.access.roles import POLICY, SCHOOL_ROLES, Permission
from cme.access.scope import Scope
from cme.attendance.ledger import LedgerDay
from cme.casework.case import Action, Entry, Refused, decide
from cme.casework.entries import RemovalEntry
from cme.casework.outcomes import Side
from cme.casework.questions import SPEAKERS
from cme.casework.removal import basis as bases
from cme.casework.removal import content
from cme.casework.removal.content import StatementEntry
from cme.casework.removal.enquired import completed, side_of, since
from cme.casework.removal.facts import Ground, Limb
from cme.casework.stages import OFF_ROLL
from cme.casework.words import day
from cme.clock import local_date
from cme.identity.names import compared
from cme.services import enquiry_records
from cme.services.absence import explain
from cme.services.hiding import hidden_home
from cme.services.judging import facts_of, happen, judge, locked, permissions_on, restate
from cme.services.removal.conclusions import on_record, statement_of, whole
from cme.services.removal.gates import period_of
from cme.store import audit, cases, enquiries, statements
from cme.store.database import db, transaction
from cme.store.tables import Case, JointStatement

__all__ = [
    "cannot_write",
    "points_to_answer",
    "reopen",
    "sign",
    "signing_sides",
    "statement_of",
    "withdraw_live",
    "write",
]

NO_RIGHT = "The joint statement is written by the designated safeguarding lead or the CME officer. Ask them."
NOT_NOW = "A joint statement is written and reopened while the case is open and the child on roll."
NO_RUN = "No absence is being counted towards Ground I. Look at the register, or choose Ground H."
NO_LEAVE = "Record the leave that was granted, with its last day, before you write a statement for Ground H."
NO_COUNT = "No register is counted after the leave yet. Upload it first."
WRITTEN_OVER = (
    "Somebody else saved the joint statement after you opened it. Nothing of yours is saved yet. Read "
    "theirs, then save again what still holds."
)
SAME_PERSON = (
    "You have signed this joint statement already. For the other side another person has to sign: nobody "
    "signs for both."
)
NOT_THERE = "There is no joint statement to reopen."
WHY_REOPENED = "Enter why the joint statement is reopened."

LONGEST_TEXT = 4000
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class _Period:
    """What a statement is about: its ground, its first and last day, and the days between."""

    ground: Ground
    first_on: date
    last_on: date
    days: Sequence[LedgerDay]


def write(
    scope: Scope,
    reference: str,
    entry: StatementEntry,
    *,
    over: str = "",
    at: datetime,
    address: str = "",
) -> int | Refused:
    """Save the joint statement; the number of its version, or Refused.

    A version that nobody has signed is written over, one that is signed is followed by the next. `over` is
    the fingerprint of what stood in the form, '' where nothing did. Saving the same again changes nothing.
    Raises LookupError outside the scope.
    """
    with transaction():
        case = locked(scope, reference)
        refused = cannot_write(scope, case) or _faults(entry)
        if refused is not None:
            return refused
        latest = statements.find_latest(whole(case), case.id)
        if over != (latest.sha256 if latest else ""):
            return Refused((WRITTEN_OVER,), ("over",))
        period = _period(case, Ground(entry.ground))
        if isinstance(period, Refused):
            return period
        is_frozen = latest is not None and (_is_signed(latest) or latest.withdrawn_at is not None)
        kept = None if is_frozen else latest
        number = (latest.number if latest else 0) + (kept is None)
        if latest is not None and is_frozen and _is_same(case, latest, entry, period):
            return latest.number
        row = kept or JointStatement(case_id=case.id, number=number)
        row.content = _content(case, entry, period, number)
        row.basis = bases.to_json(on_record(case).basis(period.ground, period.first_on))
        row.sha256 = content.fingerprint_of(row.content)
        row.written_at, row.written_by = at, scope.name
        db.session.add(row)
        db.session.flush()
        restate(case, at=at)
        detail: dict[str, audit.Word] = {"number": number, "sha256": row.sha256}
        audit.record(scope, "statement.written", f"case:{case.id}", at=at, address=address, detail=detail)
        return number


def sign(
    scope: Scope, reference: str, fingerprint: str, *, at: datetime, address: str = ""
) -> Refused | None:
    """Sign the joint statement that was read, for the side whose signature the signer can give.

    The head teacher, or the deputy who holds that role, signs for the school, the CME officer for the
    authority. Raises LookupError outside the scope.
    """
    with transaction():
        case = locked(scope, reference)
        today, state = local_date(at), cases.state_of(case)
        entry = Entry(removal=RemovalEntry(statement_read=fingerprint))
        facts = facts_of(case, entry, None, today)
        row = statements.find_latest(whole(case), case.id)
        if row is not None and facts.statement is not None and _has_signed(scope, row):
            return Refused((SAME_PERSON,), ("not_signed",))
        decision = decide(state, Action.SIGN_STATEMENT, facts, today, permissions=_signing(scope, case))
        if isinstance(decision, Refused):
            return decision
        if row is None:
            raise RuntimeError("a statement was signed that is not on record")
        _put_signature(scope, row, Side(decision.data["side"]), at=at)
        db.session.flush()
        facts = replace(facts, statement=statement_of(case))
        happen(scope, case, decision, facts, at=at, address=address)
    return None


def reopen(scope: Scope, reference: str, reason: str, *, at: datetime, address: str = "") -> Refused | None:
    """Take the joint statement back, with a reason: it stays readable, and a new version has to be signed.

    Not after a removal, which rests on it. Raises LookupError outside the scope.
    """
    with transaction():
        case = locked(scope, reference)
        if Permission.JOIN_REVIEW not in permissions_on(scope, case):
            return Refused((NO_RIGHT,), ("permission",))
        if _is_over(case):
            return Refused((NOT_NOW,), ("stage",))
        if not reason.strip():
            return Refused((WHY_REOPENED,), ("reason",))
        if statement_of(case) is None:
            return Refused((NOT_THERE,), ("stage",))
        told = Entry(reason=reason)
        refused = judge(scope, case, Action.REOPEN_STATEMENT, told, None, at=at, address=address)
        if refused is not None:
            return refused
        withdraw_live(case, reason, at=at)
        restate(case, at=at)
    return None


def withdraw_live(case: Case, reason: str, *, at: datetime) -> None:
    """Take back the statement that stands in a case, inside the open transaction; nothing without one."""
    row = statements.find_latest(whole(case), case.id)
    if row is not None and row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_reason = at, reason.strip()
        db.session.flush()


def cannot_write(scope: Scope, case: Case) -> Refused | None:
    """Why the viewer does not write the statement of a case now; None where they do."""
    if Permission.WRITE_STATEMENT not in permissions_on(scope, case):
        return Refused((NO_RIGHT,), ("permission",))
    return Refused((NOT_NOW,), ("stage",)) if _is_over(case) else None


def _is_over(case: Case) -> bool:
    """Whether the statement of a case stands for good: the case has ended, or the child is off the roll."""
    stage = cases.state_of(case).stage
    return not stage.is_open or stage in OFF_ROLL or not case.registration.on_roll


def points_to_answer(scope: Scope, case: Case, *, today: date) -> tuple[str, ...]:
    """What the finding on sickness has to answer, as far as this viewer may read it: each Y7 of the case's
    absence, and each reason that somebody gave for it."""
    state = cases.state_of(case)
    since_on = state.absence_since_on or today
    found = [
        f"Y7 on {day(each.on)}"
        for each in explain(case.registration).ledger
        if each.on >= since_on and "Y7" in (each.am, each.pm)
    ]
    home = hidden_home(scope, case.registration)
    for record in enquiry_records.list_of_case(scope, case):
        if record.row.reason and not record.row.restricted:
            found.append(f"{day(record.done_on)}: {home.kept_out_of(record.row.reason)}")
    return tuple(found)


def signing_sides(scope: Scope, case: Case) -> frozenset[Side]:
    """The sides for which somebody can sign: by the role that signs, not by any other role they hold."""
    place = {"authority_id": case.authority_id, "school_id": case.school_id}
    return frozenset(
        Side.SCHOOL if grant.role in SCHOOL_ROLES else Side.AUTHORITY
        for grant in scope.grants
        if Permission.SIGN_STATEMENT in POLICY[grant.role].permissions and grant.covers(**place)
    )


def _signing(scope: Scope, case: Case) -> frozenset[Permission]:
    """What the signer may do, without speaking for a side by a role that does not sign."""
    sides = signing_sides(scope, case)
    silent = {permission for permission, side in SPEAKERS.items() if side not in sides}
    return permissions_on(scope, case) - silent


def _faults(entry: StatementEntry) -> Refused | None:
    """What cannot be kept at all. What is still missing is for whoever signs to see."""
    found = {}
    if entry.ground not in list(Ground):
        found["ground"] = "Choose the ground."
    if entry.limb not in ("", *Limb):
        found["limb"] = "Choose what the enquiries ended in."
    if entry.finding not in ("", *content.FINDINGS):
        found["finding"] = "Choose what was found."
    for name in ("location", "circumstances", "finding_reasons", "reasons", "steps"):
        if len(getattr(entry, name)) > LONGEST_TEXT:
            found[name] = f"The text must be {LONGEST_TEXT:,} characters or fewer."
    if len(entry.finding_by) > LONGEST_NAME:
        found["finding_by"] = f"The name must be {LONGEST_NAME} characters or fewer."
    return Refused(tuple(found.values()), tuple(found)) if found else None


def _period(case: Case, ground: Ground) -> _Period | Refused:
    explained = explain(case.registration)
    first_on, last_on = period_of(case, ground, explained), explained.days.as_of
    if first_on is None:
        return Refused((NO_LEAVE if ground is Ground.H else NO_RUN,), ("ground",))
    if last_on is None or last_on < first_on:
        return Refused((NO_COUNT,), ("ground",))
    days = [each for each in explained.ledger if first_on <= each.on <= last_on]
    return _Period(ground, first_on, last_on, days)


def _content(case: Case, entry: StatementEntry, period: _Period, number: int) -> dict[str, Any]:
    pupil, school = case.registration.pupil, case.school
    return content.content_of(
        entry,
        number=number,
        parties={
            "case": case.reference,
            "school": school.name,
            "laestab": school.laestab,
            "authority": school.authority.name,
            "child": f"{pupil.forename} {pupil.surname}".strip(),
            "born_on": pupil.born_on.isoformat() if pupil.born_on else "",
            "upn": pupil.upn or "",
        },
        first_on=period.first_on,
        counted_to=period.last_on,
        marks=[(each.on, each.am, each.pm) for each in period.days],
        enquiries=_rows(case, period),
    )


def _rows(case: Case, period: _Period) -> list[dict[str, Any]]:
    """The completed enquiries of both sides since the ground began to count; restricted ones as a date."""
    scope = whole(case)
    rows = {row.id: row for row in enquiries.list_enquiries(scope, case.registration_id)}
    logged = [enquiries.as_logged(row) for row in rows.values()]
    found = []
    for each in completed(logged, since(period.ground, period.first_on)):
        row = rows[each.id]
        told = {"id": row.id, "side": side_of(each).value, "on": each.done_on.isoformat()}
        if row.restricted:
            found.append(told | {"restricted": True})
        else:
            about = {"step": row.step, "by": row.done_by, "role": row.done_role}
            found.append(told | about | {"method": row.method, "result": row.outcome})
    return found


def _is_same(case: Case, row: JointStatement, entry: StatementEntry, period: _Period) -> bool:
    """Whether a signed version says the same already, on the same record."""
    if row.withdrawn_at is not None:
        return False
    on_record_now = bases.to_json(on_record(case).basis(period.ground, period.first_on))
    return row.basis == on_record_now and row.content == _content(case, entry, period, row.number)


def _is_signed(row: JointStatement) -> bool:
    return row.school_signed_at is not None or row.authority_signed_at is not None


def _has_signed(scope: Scope, row: JointStatement) -> bool:
    """Whether this very person has signed: the same account, or the same name where one has no account."""
    signers = (
        (row.school_signer_id, row.school_signed_by),
        (row.authority_signer_id, row.authority_signed_by),
    )
    return any(
        scope.user_id == user_id
        if None not in (scope.user_id, user_id)
        else compared(scope.name) == compared(name)
        for user_id, name in signers
        if name
    )


def _put_signature(scope: Scope, row: JointStatement, side: Side, *, at: datetime) -> None:
    prefix = "school" if side is Side.SCHOOL else "authority"
    setattr(row, f"{prefix}_signed_at", at)
    setattr(row, f"{prefix}_signed_by", scope.name)
    setattr(row, f"{prefix}_signed_role", _office(scope, side))
    setattr(row, f"{prefix}_signer_id", scope.user_id)


def _office(scope: Scope, side: Side) -> str:
    """In which office somebody signs: the roles of that side that sign."""
    labels = [
        policy.label
        for role, policy in POLICY.items()
        if role in scope.roles
        and Permission.SIGN_STATEMENT in policy.permissions
        and (role in SCHOOL_ROLES) is (side is Side.SCHOOL)
    ]
    return ", ".join(labels)
